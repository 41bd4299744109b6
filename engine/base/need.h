/* SPDX-License-Identifier: MIT */
/*
 * What a text must have for a regular expression to match: needs, each one of some words. From the pattern alone, and only what is certain:
 * whatever is not plainly understood ends the reading without an answer.
 */
#ifndef BASE_NEED_H
#define BASE_NEED_H

#include "base/buf.h"

#include <stddef.h>

/*
 * Writes up to NEEDS_MOST needs to `to`, an empty line between, the one first that fewest texts are likely to have; each is a list of words, a
 * newline between, in lower case (texts are to be searched without regard to case), of at least WORD_SHORTEST bytes (words.h). Nothing is
 * written when nothing is needed, as far as can be told. PCRE2 has accepted the pattern; `flags` are letters of "imsx".
 */
enum { NEEDS_MOST = 4 };
void needs_of(const char *pattern, size_t n, const char *flags, struct buf *to);

#endif
