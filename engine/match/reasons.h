/* SPDX-License-Identifier: MIT */
/*
 * The facts that a firing rests on: those of its match, in alias order, and then those that its
 * quantifiers found. That is the first fact that settles `some` (or makes `none` or `every` FALSE
 * under a `not`), all that hold for `every`, all that count for `count`, and what quantifiers inside
 * these found. Where a quantifier rests on there being no fact, there is none to name.
 */
#ifndef MATCH_REASONS_H
#define MATCH_REASONS_H

#include "match/eval.h"

/*
 * Writes up to REASONS_MOST facts, each once, and returns their number. `facts` has room for all
 * aliases of the rule, the joined ones filled in; the other entries are written over. `more` (may be
 * NULL) tells whether some are left out. What is found is what holds in working memory now.
 */
int reasons_of(struct eval *ev, const struct rule *r, struct fact **facts, const struct fact **out, bool *more);

/* Of a rule without quantifiers: the n facts of its match. */
int reasons_of_match(struct fact *const *facts, int n, const struct fact **out);

#endif
