/* SPDX-License-Identifier: MIT */
/*
 * The text of a regular expression, which PCRE2 has accepted, as a tree of parts, for the parts of lint that look into it. The reading is rough
 * where it does not matter; what cannot be read (properties, back references, recursion) gives no tree, and so no warning.
 */
#ifndef LANG_LINT_PATTERN_H
#define LANG_LINT_PATTERN_H

#include "lang/own.h"

enum { ENDLESS = INT32_MAX, MANY = 10 };	/* more rounds than MANY count as endless */

struct set {
	uint64_t bits[4];	/* bytes; everything outside ASCII is either in it or not */
	bool rough;		/* it may hold less than this */
};

enum part_kind { SET, SEQUENCE, CHOICE, REPEAT, ASSERTION };
enum assertion { NONE, LINE_START, LINE_END, WORD_EDGE, NO_WORD_EDGE, LOOK_AHEAD, LOOK_AHEAD_NOT, LOOK_BEHIND };

struct part {
	enum part_kind kind;
	struct set set;
	enum assertion assertion;
	int min, max;			/* of a repeat */
	bool atomic;			/* never gives back what it took */
	size_t from, to;		/* its bytes */
	struct part *first, *next, *up;
	struct part *seen;		/* what a LOOK looks for */
};

/* The tree is in `a`; NULL when the text cannot be read or is too long. */
struct part *pattern_read(struct arena *a, const struct compiled *re);

/* Can match no text at all. `freely`: wherever it stands, so without an assertion. */
bool can_be_empty(const struct part *p, bool freely);

void set_add(struct set *s, unsigned char c);
bool sets_meet(const struct set *a, const struct set *b);
bool set_is_empty(const struct set *s);
bool is_word_set(const struct set *s);

/* Every character of `inner` is one of `outer`; false when that is not sure. */
bool set_is_within(const struct set *inner, const struct set *outer);

#endif
