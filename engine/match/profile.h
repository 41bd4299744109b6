/* SPDX-License-Identifier: MIT */
/*
 * Which condition is dear: while a profile is taken, eval.c counts and times each evaluation of a conjunct of a rule. What
 * an index or the network answers without evaluating the conjunct costs nothing here and is not counted. Without a
 * profile a run pays one test of a pointer for each evaluation.
 */
#ifndef MATCH_PROFILE_H
#define MATCH_PROFILE_H

#include "lang/rulebase.h"

struct profile;

/* A conjunct of a rule; number 0 is the condition as a whole, which truth maintenance evaluates. */
struct profiled {
	const struct rule *rule;
	const struct expr *is;
	int number;
	int64_t probes, passes, ns;
};

/* Rows for all rules, in `a`. */
struct profile *profile_new(const struct rulebase *rb, struct arena *a);

/* Conditions outside rules are not counted. */
void profile_count(struct profile *p, const struct expr *e, bool passed, int64_t ns);

/* All rows: rule by rule in file order, in each by number. */
const struct profiled *profile_rows(const struct profile *p, size_t *n);

/* Nanoseconds that only go forward. */
int64_t profile_clock(void);

#endif
