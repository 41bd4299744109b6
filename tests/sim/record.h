/* SPDX-License-Identifier: MIT */
/*
 * Keys, certificates and pair records, made the way libimobiledevice makes them.
 *
 * All devices of one simulator share one RSA key, since making one takes longer than everything
 * else together.  It lives in a file from run to run.  Identities are made up anew each time.
 */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include <plist/plist.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { UUID_SIZE = 37 };

/* Both sides of one successful pairing.  PEM texts are strings. */
struct pairing {
	char host_id[UUID_SIZE];
	char system_buid[UUID_SIZE];
	char *root_pem, *host_pem, *device_pem;
	char *private_pem;
	unsigned char escrow_bag[32];
	char wifi_mac[18];              /* empty until the device tells it */
};

/* What a stored record may look like.  The table of names is in record.c. */
struct record_kind;

/* Loads the key from a file, or makes it and leaves it there; file NULL: make it, keep no copy. */
bool record_open_key(const char *file);
void record_close_key(void);

/* The key as the device's lockdown shows it: PKCS#1, PEM.  Owned by this module. */
const char *record_public_key(void);
EVP_PKEY *record_key(void);

/* Fills in 36 characters and the end. */
void make_uuid(char uuid[UUID_SIZE]);

/* A new pairing between this device and the host called system_buid; NULL when OpenSSL refuses. */
struct pairing *pairing_new(const char *system_buid);
void pairing_free(struct pairing *p);

/* The kind called name, or NULL. */
const struct record_kind *record_kind(const char *name);

/* The bytes of a record of that kind, to be freed; NULL when the kind is "none". */
char *record_bytes(const struct record_kind *kind, const struct pairing *p, size_t *length);

/* The certificate in a PEM data or string node; NULL when there is none.  X509_free it. */
X509 *certificate_of(plist_t pem);
X509 *certificate_from_pem(const char *pem, size_t length);

/* Names of all kinds, one a line with an explanation. */
void record_help(FILE *out);

#endif
