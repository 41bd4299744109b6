/* SPDX-License-Identifier: MIT */
/*
 * Many regular expressions on one text. One pass over the text notes where the literals stand that expressions need (literal.h). An index
 * of three bytes of each literal is enough: the text is looked up byte by byte, the literal is compared where its three bytes occur. (Wu
 * and Manber 1994, "A fast algorithm for multi-pattern searching", without the skips: a short literal would allow none.)
 *
 * An expression is looked at when its rarest need is there, that whose texts fewest expressions have: what many ask for is common. It may
 * match when all its needs are found one behind the other, each between what it allows beside it. To take the first that comes is enough,
 * for what is between them is not looked at.
 *
 * A set is read-only when it is made and may be shared by threads.
 */
#ifndef BASE_REGEXSET_H
#define BASE_REGEXSET_H

#include "base/arena.h"
#include "base/regex.h"

#include <stdint.h>

struct regexset;

/*
 * Of n expressions, which outlive the set; the set lives in the arena. An expression is told by its name,
 * or by its place in the list when `names` is NULL.
 */
struct regexset *regexset_new(struct arena *a, const struct regex *const *all, const uint32_t *names, size_t n);

/*
 * The expressions that may match the text, in the order of the list; how many in `*count`. No other one
 * matches. Good until the scratch is used for the next set or text.
 */
const uint32_t *regexset_candidates(const struct regexset *set, struct regex_scratch *s, const char *text, size_t n,
		size_t *count);

#endif
