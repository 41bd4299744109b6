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
 * Bytes of folded text that may stand right before and right behind what is needed. LITERAL_EDGE, which no UTF-8 has, is what stands
 * before the beginning of the text and behind its end.
 */
enum { LITERAL_EDGE = 0xff };
struct bytes {
	unsigned char bits[32];
};
struct beside {
	struct bytes before, after;
};

static inline bool
bytes_have(const struct bytes *set, char byte)
{
	return set->bits[(unsigned char)byte >> 3] >> ((unsigned char)byte & 7) & 1;
}

/*
 * What a match cannot do without: for each need one of its texts, folded, with what may stand beside it; one need behind the other, as
 * they are listed, without overlap. A need is a struct beside, its texts, each with a NUL behind it, and one NUL more.
 *
 * Appends what is certain of the expression (PCRE2's syntax, with flags of "imsx"): each run of plain characters, and each group of
 * plain alternatives, that is not optional. What stands beside is told by a class, an anchor or an edge of a word that comes next to it.
 * Of alternatives of the whole expression it is one need, the longest of each. Nothing where none is certain. No text is shorter than
 * LITERAL_LEAST bytes.
 */
enum { LITERAL_LEAST = 3 };
void literal_needs(struct buf *out, const char *pattern, size_t n, const char *flags);

#endif
