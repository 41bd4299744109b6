/* SPDX-License-Identifier: MIT */
/*
 * Digests and random bytes (libsodium).
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_HEX = 65, DIGEST_BASE64 = 45 };

/* SHA-256 as 64 lower-case hexadecimal digits and a NUL. */
void digest_sha256(const void *data, size_t n, char hex[DIGEST_HEX]);

/* The same in base 64, as the integrity of web pages is written. */
void digest_sha256_base64(const void *data, size_t n, char base64[DIGEST_BASE64]);

/* A random UUID (version 4) in its usual form, 36 characters and a NUL. */
void digest_uuid(char uuid[37]);

#endif
