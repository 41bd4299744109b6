/* SPDX-License-Identifier: MIT */
/*
 * The text that every match of a regular expression contains, so that a search for it can take the
 * place of most matching. Texts and literals are compared folded: ASCII letters in lower case, and the
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
 * Appends the longest text that the expression (PCRE2's syntax, with flags of "imsx") cannot match
 * without, folded. Nothing when none is certain: alternatives at the top, what this does not read.
 */
void literal_of(struct buf *out, const char *pattern, size_t n, const char *flags);

#endif
