/* SPDX-License-Identifier: MIT */
/*
 * Three-valued evaluation of conditions and expressions, with one fact for each alias.
 *
 * A slot that is unknown makes a comparison MAYBE; `known` is never MAYBE. An absent fact (ABSENT in
 * its slots; only session_ask makes such rows) makes every comparison FALSE, and its negation (`is
 * not`, `not in`, `not`) TRUE.
 *
 * An integer overflow, a division by zero, a number that is not finite are UNKNOWN. Integers divide
 * towards zero. A duration is milliseconds and a time seconds: what is added to a time is cut to
 * whole seconds. `length` counts code points, `lower` changes A to Z only. A regular expression that
 * reaches its limits is MAYBE.
 *
 * While the template of a quantifier is not surveyed there may be more facts than are known.
 */
#ifndef MATCH_EVAL_H
#define MATCH_EVAL_H

#include "match/wm.h"

struct profile;

struct eval {
	struct wm *wm;
	struct regex_scratch *scratch;
	int64_t now;
	int64_t evaluations;	/* conditions evaluated so far */
	int64_t deadline;	/* milliseconds of eval_clock; 0: none */
	int64_t look_at_clock;	/* when `evaluations` is that large */
	bool overdue;		/* the deadline passed: results are worth nothing */
	struct profile *profile;	/* NULL: nothing is measured */
	bool unindexed;		/* quantifiers look at every fact of their template (explain.c) */

	/*
	 * NULL except while truth maintenance asks what a condition is worth without what is in
	 * doubt: true when it is not sure that the fact exists (slot -1) or that the slot has its value.
	 */
	bool (*doubtful)(const struct wfact *f, int slot);
};

/*
 * The facts by alias; there is room for all aliases of the scope, and quantifiers write their own
 * entries.
 */
struct env {
	const struct scope *scope;
	struct fact **facts;
};

enum truth eval_truth(struct eval *ev, const struct expr *e, const struct env *env);

/* A condition in the place of a value is 1, 0 or UNKNOWN. Never ABSENT. */
value eval_value(struct eval *ev, const struct expr *e, const struct env *env);

/* Milliseconds that only go forward. */
int64_t eval_clock(void);

/*
 * Work is measured and stopped: eval_start gives it `ms` milliseconds (0: no limit), eval_overdue
 * counts one step of it.
 */
void eval_start(struct eval *ev, int64_t ms);
bool eval_overdue(struct eval *ev);

/* Whether the facts pass a test, and all n of them. */
bool eval_test(struct eval *ev, const struct test *t, const struct env *env);
bool eval_tests(struct eval *ev, const struct test *tests, int n, const struct env *env);

/*
 * Goes through the facts that a quantifier looks at, with the truth of its condition for each (and
 * the fact in its place in env), until `see` returns false. Facts left out make the condition FALSE.
 */
void eval_each(struct eval *ev, const struct expr *quantifier, const struct env *env,
		bool (*see)(void *context, struct fact *f, enum truth held), void *context);

static inline enum truth
truth_not(enum truth t)
{
	return (enum truth)(TRUE - t);
}

#endif
