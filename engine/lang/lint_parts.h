/* SPDX-License-Identifier: MIT */
/* The parts of lint, each in a file of its own. */
#ifndef LANG_LINT_PARTS_H
#define LANG_LINT_PARTS_H

#include "lang/codes.h"
#include "lang/own.h"

/* Conditions that can never be true or never be false, as far as constants, ranges and lists of symbols tell. */
void lint_condition(const struct rulebase *rb, struct diags *d, const struct condition *c);

/* Regular expressions that can take very long, can never match, or match everything. */
void lint_regex(struct diags *d, const struct compiled *re);

/* Aliases of a rule that no condition connects: each fact of one comes with each of the other. */
void lint_join(struct diags *d, const struct rule *r, struct arena *a);

/* What no fact can reach: rules, conditions, slots (fixed point over what collectors, people, patterns and rules provide). */
void lint_reach(const struct rulebase *rb, struct diags *d);

/* Calls `see` for every condition outside rules. */
void lint_each_condition(const struct rulebase *rb, void (*see)(void *context, const struct condition *c), void *context);

#endif
