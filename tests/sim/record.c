/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <openssl/encoder.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { KEY_BITS = 2048, TEN_YEARS = 10 * 365 * 86400 };

static EVP_PKEY *key;
static char *public_pem;

/* The text in a memory BIO, which is freed. */
static char *
take_text(BIO *bio)
{
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);
	char *text = n > 0 ? strndup(bytes, (size_t)n) : NULL;

	BIO_free(bio);
	return text;
}

static char *
encode_public_key(void)
{
	BIO *bio = BIO_new(BIO_s_mem());
	OSSL_ENCODER_CTX *encoder =
		OSSL_ENCODER_CTX_new_for_pkey(key, EVP_PKEY_PUBLIC_KEY, "PEM", "PKCS1", NULL);

	if (encoder)
		(void)OSSL_ENCODER_to_bio(encoder, bio);
	OSSL_ENCODER_CTX_free(encoder);
	return take_text(bio);
}

static EVP_PKEY *
read_key(const char *file)
{
	FILE *in = fopen(file, "re");
	EVP_PKEY *read = NULL;

	if (in) {
		read = PEM_read_PrivateKey(in, NULL, NULL, NULL);
		fclose(in);
	}
	return read;
}

/* Under another name first, since several simulators may start at once. */
static void
keep_key(const char *file)
{
	char draft[4096];
	FILE *out = NULL;
	int fd;

	if (snprintf(draft, sizeof draft, "%s.%ld", file, (long)getpid()) >= (int)sizeof draft)
		return;
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	out = fdopen(fd, "w");
	if (!out || !PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) ||
	    fflush(out) != 0 || rename(draft, file) != 0)
		(void)unlink(draft);
	if (out)
		fclose(out);
	else
		close(fd);
}

bool
record_open_key(const char *file)
{
	key = file ? read_key(file) : NULL;
	if (!key) {
		key = EVP_RSA_gen(KEY_BITS);
		if (key && file)
			keep_key(file);
	}
	public_pem = key ? encode_public_key() : NULL;
	return public_pem != NULL;
}

void
record_close_key(void)
{
	EVP_PKEY_free(key);
	free(public_pem);
	key = NULL;
	public_pem = NULL;
}

const char *
record_public_key(void)
{
	return public_pem;
}

EVP_PKEY *
record_key(void)
{
	return key;
}

void
make_uuid(char uuid[UUID_SIZE])
{
	unsigned char b[16];

	if (RAND_bytes(b, sizeof b) != 1)
		memset(b, 0, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof b; i++)
		uuid += sprintf(uuid, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02X" : "%02X", b[i]);
}

static void
add_extension(X509 *cert, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, NULL, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (extension)
		X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
}

static const char usage[] = "critical,digitalSignature,keyEncipherment";

/* What distinguishes the three certificates of a pairing.  NULL: the extension is left out. */
static const struct profile {
	const char *constraints, *key_usage, *key_id;
} root_profile   = { "critical,CA:TRUE",  NULL,  NULL },
  host_profile   = { "critical,CA:FALSE", usage, NULL },
  device_profile = { "critical,CA:FALSE", usage, "hash" };

/*
 * Signed with SHA-256, as libimobiledevice does from 1.4.0 on: hosts whose policy forbids SHA-1
 * could not run the tests otherwise.
 */
static char *
make_certificate(const struct profile *p)
{
	X509 *cert = X509_new();
	BIO *bio = BIO_new(BIO_s_mem());

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 0);
	X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	X509_gmtime_adj(X509_getm_notAfter(cert), TEN_YEARS);
	X509_set_pubkey(cert, key);
	add_extension(cert, NID_basic_constraints, p->constraints);
	if (p->key_id)
		add_extension(cert, NID_subject_key_identifier, p->key_id);
	if (p->key_usage)
		add_extension(cert, NID_key_usage, p->key_usage);
	if (X509_sign(cert, key, EVP_sha256()) > 0)
		PEM_write_bio_X509(bio, cert);
	X509_free(cert);
	return take_text(bio);
}

static char *
make_private_pem(void)
{
	BIO *bio = BIO_new(BIO_s_mem());

	PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	return take_text(bio);
}

struct pairing *
pairing_new(const char *system_buid)
{
	struct pairing *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	make_uuid(p->host_id);
	snprintf(p->system_buid, sizeof p->system_buid, "%s", system_buid);
	p->root_pem = make_certificate(&root_profile);
	p->host_pem = make_certificate(&host_profile);
	p->device_pem = make_certificate(&device_profile);
	p->private_pem = make_private_pem();
	if (!p->root_pem || !p->host_pem || !p->device_pem || !p->private_pem ||
	    RAND_bytes(p->escrow_bag, sizeof p->escrow_bag) != 1) {
		pairing_free(p);
		return NULL;
	}
	return p;
}

void
pairing_free(struct pairing *p)
{
	if (!p)
		return;
	free(p->root_pem);
	free(p->host_pem);
	free(p->device_pem);
	free(p->private_pem);
	free(p);
}

static void
put_pem(plist_t record, const char *name, const char *pem)
{
	plist_dict_set_item(record, name, plist_new_data(pem, strlen(pem)));
}

static plist_t
good_record(const struct pairing *p)
{
	plist_t record = plist_new_dict();

	put_pem(record, "DeviceCertificate", p->device_pem);
	put_pem(record, "HostCertificate", p->host_pem);
	put_pem(record, "RootCertificate", p->root_pem);
	put_pem(record, "HostPrivateKey", p->private_pem);
	put_pem(record, "RootPrivateKey", p->private_pem);
	plist_dict_set_item(record, "HostID", plist_new_string(p->host_id));
	plist_dict_set_item(record, "SystemBUID", plist_new_string(p->system_buid));
	plist_dict_set_item(record, "EscrowBag", plist_new_data((const char *)p->escrow_bag,
	                                                        sizeof p->escrow_bag));
	plist_dict_set_item(record, "WiFiMACAddress", plist_new_string(p->wifi_mac));
	return record;
}

enum form { ABSENT, EMPTY, TEXT, XML, BINARY, HALF };

/* Records a host may hold: the good one, less one key, in one of several forms. */
static const struct record_kind {
	const char *name;
	enum form form;
	const char *less;               /* key to leave out; or for TEXT, the bytes */
	const char *help;
} kinds[] = {
	{ "good",         XML,    NULL, "complete; the device knows it" },
	{ "binary",       BINARY, NULL, "complete, as a binary plist" },
	{ "none",         ABSENT, NULL, "there is no record" },
	{ "empty",        EMPTY,  NULL, "a record of no bytes" },
	{ "garbage",      TEXT,   "\x7f\x45LF is not a property list\n", "bytes that are no plist" },
	{ "truncated",    HALF,   NULL, "the first half of a good one" },
	{ "array",        TEXT,   "<?xml version=\"1.0\"?><plist version=\"1.0\"><array/></plist>",
	                          "a plist that is no dictionary" },
	{ "no-keys",      TEXT,   "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict/></plist>",
	                          "an empty dictionary" },
	{ "no-host-id",   XML,    "HostID", "HostID is missing" },
	{ "no-root-cert", XML,    "RootCertificate", "RootCertificate is missing" },
	{ "no-root-key",  XML,    "RootPrivateKey", "RootPrivateKey is missing" },
	{ "no-escrow",    XML,    "EscrowBag", "EscrowBag is missing (harmless for a session)" },
	{ "no-buid",      XML,    "SystemBUID", "SystemBUID is missing" },
};

const struct record_kind *
record_kind(const char *name)
{
	for (const struct record_kind *k = kinds; k < kinds + sizeof kinds / sizeof *kinds; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static char *
plist_form(const struct record_kind *kind, const struct pairing *p, size_t *length)
{
	plist_t record = good_record(p);
	uint32_t n = 0;
	char *bytes = NULL;

	if (kind->less)
		plist_dict_remove_item(record, kind->less);
	if (kind->form == BINARY)
		plist_to_bin(record, &bytes, &n);
	else
		plist_to_xml(record, &bytes, &n);
	plist_free(record);
	*length = kind->form == HALF ? n / 2 : n;
	return bytes;
}

char *
record_bytes(const struct record_kind *kind, const struct pairing *p, size_t *length)
{
	*length = 0;
	switch (kind->form) {
	case ABSENT:
		return NULL;
	case EMPTY:
		return strdup("");
	case TEXT:
		*length = strlen(kind->less);
		return strdup(kind->less);
	case XML:
	case BINARY:
	case HALF:
		return plist_form(kind, p, length);
	}
	return NULL;
}

X509 *
certificate_from_pem(const char *pem, size_t length)
{
	BIO *bio = length <= 65536 ? BIO_new_mem_buf(pem, (int)length) : NULL;
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return cert;
}

X509 *
certificate_of(plist_t pem)
{
	uint64_t length = 0;
	const char *bytes = NULL;

	if (pem && plist_get_node_type(pem) == PLIST_DATA)
		bytes = plist_get_data_ptr(pem, &length);
	return bytes ? certificate_from_pem(bytes, length) : NULL;
}

void
record_help(FILE *out)
{
	for (const struct record_kind *k = kinds; k < kinds + sizeof kinds / sizeof *kinds; k++)
		fprintf(out, "  %-13s %s\n", k->name, k->help);
}
