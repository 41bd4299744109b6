/* SPDX-License-Identifier: MIT */
/*
 * Names made comparable however they were written down. Folded, these are equal: "Anna's iPhone", "Anna’s iPhone", "ANNAS-IPHONE",
 * "Anna%27s%20iPhone", "Anna\u2019s iPhone"; and "Jürgen" with one code point for the ü, with two, in capitals, without the dots.
 *
 * - %XX, \xXX, \uXXXX, \u{X}, &apos; and &#39; count as what they stand for.
 * - Letters count in lower case and without accents (Latin, Greek, Cyrillic, Armenian, Arabic, kana, full-width; Hangul as its parts, so that
 *   it is the same composed or not); ß is ss. Other scripts stay as they are.
 * - Combining marks, control and invisible characters and apostrophes count for nothing.
 * - Blanks, ends of lines, hyphens, dashes, underscores and +, one or some of them, are one hyphen: what computers make of a blank in a name.
 *
 * Any bytes are taken; those that are no UTF-8 stand for themselves.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FOLD_MAX = 12 };

/* Folds what stands first in s (n > 0 bytes): the bytes it takes there; what it folds to, of *len bytes (0: nothing), is in `out`. */
size_t fold_unit(const char *s, size_t n, char out[FOLD_MAX], size_t *len);

/* Appends the whole text, folded. */
void fold_text(struct buf *out, const char *s, size_t n);

/* The length of the combining marks and invisible characters that s begins with: they belong to the letter before. */
size_t fold_marks(const char *s, size_t n);

/* True when the code point is a part of words: a letter or digit, or anything that may be one. */
bool fold_is_word(uint32_t cp);

#endif
