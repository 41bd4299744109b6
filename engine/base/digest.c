/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include "base/arena.h"

#include <sodium.h>
#include <stdio.h>

void
digest_sha256(const void *data, size_t n, char hex[DIGEST_HEX])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, data, n);
	sodium_bin2hex(hex, DIGEST_HEX, hash, sizeof hash);
}

void
digest_sha256_base64(const void *data, size_t n, char base64[DIGEST_BASE64])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, data, n);
	sodium_bin2base64(base64, DIGEST_BASE64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
}

void
digest_uuid(char uuid[37])
{
	unsigned char b[16];
	int at = 0;

	if (sodium_init() < 0)
		machine_failed("no random numbers");
	randombytes_buf(b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		at += snprintf(uuid + at, (size_t)(37 - at), i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
}
