/* SPDX-License-Identifier: MIT */
/*
 * Text from outside: made fit to print, measured, compared. Everything here takes any bytes.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Appends `s` so that it can be shown on one line of a terminal or in a document: control characters, line
 * separators, bidi controls, zero-width and other invisible format characters, surrogates and non-characters become \u{hex},
 * bytes that are no UTF-8 become \x{hex}. At most `max` bytes of input are taken (0: no limit); a cut is marked with "…".
 */
void text_clean(struct buf *out, const char *s, size_t n, size_t max);

/* Decodes the code point at s (n > 0 bytes left); returns its length in bytes, 0 when it is no UTF-8. */
size_t text_decode(const char *s, size_t n, uint32_t *cp);

/* Code points in the first n bytes (a byte that is no UTF-8 counts as one). */
size_t text_columns(const char *s, size_t n);

/* Terminal cells of valid UTF-8: 0 for combining marks, 2 for wide characters (UAX #11), else 1. */
size_t text_width(const char *s);

/* Edit distance with transpositions (optimal string alignment), at most `limit` + 1. */
size_t text_distance(const char *a, const char *b, size_t limit);

/* The nearest of n names, NULL when none is near enough to be a likely misspelling. */
const char *text_nearest(const char *wrong, const char *const *names, size_t n);

/* True for [a-z0-9] words joined by single hyphens. */
bool text_is_kebab(const char *s);

#endif
