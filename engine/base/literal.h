/* SPDX-License-Identifier: MIT */
/*
 * The texts that matches of a regular expression contain, so that a search for them can take the place
 * of most matching. Texts and literals are compared folded: ASCII letters in lower case, and the
 * two other characters that are a letter of ASCII when case is ignored (the Kelvin sign, the long s) as
 * that letter.
 */
#ifndef BASE_LITERAL_H
#define BASE_LITERAL_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the folded text; it never gets longer. */
void literal_fold(struct buf *out, const char *text, size_t n);

/*
 * What a match cannot do without: for each need one of its texts, folded. A need is its texts, each with a
 * NUL behind it, and one NUL more; needs follow one another.
 *
 * Appends what is certain of the expression (PCRE2's syntax, with flags of "imsx"): each run of plain
 * characters, and each group of plain alternatives, that is not optional. Of alternatives of the whole
 * expression it is one need, the longest of each. Nothing where none is certain. No text is shorter than
 * LITERAL_LEAST bytes.
 */
enum { LITERAL_LEAST = 3 };
void literal_needs(struct buf *out, const char *pattern, size_t n, const char *flags);

#endif
