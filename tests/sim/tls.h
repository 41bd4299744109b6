/* SPDX-License-Identifier: MIT */
/* The device's end of TLS: the server, who wants to see the certificate of the host it trusts. */
#ifndef SIM_TLS_H
#define SIM_TLS_H

#include "scene.h"
#include "wire.h"

/* What a handshake needs, copied from a device so that the device may change meanwhile. */
struct tls_terms {
	int least, most;                /* versions; 0: whatever OpenSSL can */
	X509 *certificate;              /* the device's own */
	X509 *root;                     /* what the host must present; NULL: nothing will do */
};

/* Call it under the lock. */
struct tls_terms tls_terms_of(const struct device *d);
void tls_terms_free(struct tls_terms *t);

/*
 * Does the handshake.  False when it failed; then the host has been told, and has hung up: it may
 * notice only after it has sent something more, and that must not find a closed connection.
 */
bool tls_start(struct wire *w, const struct tls_terms *t);

/* Says goodbye, and goes on in clear. */
void tls_stop(struct wire *w);

/* Ends TLS without a word, as a connection does that is cut. */
void tls_drop(struct wire *w);

#endif
