/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>

struct tls_terms
tls_terms_of(const struct device *d)
{
	const char *pem = d->pairing->device_pem;
	struct tls_terms t = {
		.least = d->tls_least, .most = d->tls_most, .root = d->trust.root,
		.certificate = certificate_from_pem(pem, strlen(pem)),
	};

	if (t.root)
		X509_up_ref(t.root);
	return t;
}

void
tls_terms_free(struct tls_terms *t)
{
	X509_free(t->certificate);
	X509_free(t->root);
	*t = (struct tls_terms){ 0 };
}

/* The host presents its root certificate itself, so there is no chain to check: it is the one. */
static int
is_trusted_host(X509_STORE_CTX *store, void *terms)
{
	const struct tls_terms *t = terms;
	X509 *shown = X509_STORE_CTX_get0_cert(store);

	if (t->root && shown && X509_cmp(t->root, shown) == 0)
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
	return 0;
}

/* Level 0 and TLS 1.0, because libimobiledevice offers no more in some cases. */
static SSL_CTX *
new_context(const struct tls_terms *t)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx)
		return NULL;
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_min_proto_version(ctx, t->least ? t->least : TLS1_VERSION);
	SSL_CTX_set_max_proto_version(ctx, t->most);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, is_trusted_host, (void *)t);
	if (SSL_CTX_use_certificate(ctx, t->certificate) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, record_key()) != 1) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

bool
tls_start(struct wire *w, const struct tls_terms *t)
{
	SSL_CTX *ctx = new_context(t);
	SSL *ssl = ctx ? SSL_new(ctx) : NULL;
	bool done = ssl && SSL_set_fd(ssl, w->fd) == 1 && SSL_accept(ssl) == 1;

	SSL_CTX_free(ctx);
	ERR_clear_error();
	if (done) {
		w->ssl = ssl;
		return true;
	}
	SSL_free(ssl);
	(void)shutdown(w->fd, SHUT_WR);
	wire_drain(w);
	return false;
}

/* The host sends its own goodbye first or right after; what follows must begin in clear. */
void
tls_stop(struct wire *w)
{
	if (!w->ssl)
		return;
	if (SSL_shutdown(w->ssl) == 0)
		(void)SSL_shutdown(w->ssl);
	ERR_clear_error();
	tls_drop(w);
}

void
tls_drop(struct wire *w)
{
	SSL_free(w->ssl);
	w->ssl = NULL;
}
