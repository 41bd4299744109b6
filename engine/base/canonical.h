/* SPDX-License-Identifier: MIT */
/*
 * JSON in its canonical form (RFC 8785): one text for each value, whoever writes it, so that digests of equal values are equal. No blanks, members
 * sorted by the UTF-16 code units of their names, strings with the fewest escapes, numbers as ECMAScript prints doubles.
 */
#ifndef BASE_CANONICAL_H
#define BASE_CANONICAL_H

#include "base/buf.h"
#include "base/digest.h"

#include <jansson.h>

/* Appends the value. Integers count as doubles, as in all I-JSON: beyond 2^53 different ones may become equal. */
void canonical_json(struct buf *out, const json_t *v);

/* Appends a finite number. */
void canonical_number(struct buf *out, double d);

/* SHA-256 of the canonical form. */
void canonical_digest(const json_t *v, char hex[DIGEST_HEX]);

#endif
