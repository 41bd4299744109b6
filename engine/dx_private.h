/* SPDX-License-Identifier: MIT */
/*
 * What the public objects are made of; for the files behind dx.h alone.
 */
#ifndef DX_PRIVATE_H
#define DX_PRIVATE_H

#include "facts/factset.h"
#include "lang/rulebase.h"
#include "match/session.h"
#include "plan/plan.h"

struct dx_rules {
	struct rulebase *base;
	struct diags *diags;
	double took;			/* seconds that loading took */
};

struct dx_session {
	const struct rulebase *base;
	const struct diags *sources;	/* of the rules: names of their files */
	struct diags *diags;		/* about what was given: facts, answers, limits */
	struct factset *facts;
	struct arena *arena;
	struct session *session;	/* from dx_run or dx_infer on */
	struct belief *belief;
	struct plan *plan;
	const struct step **tried;
	size_t ntried, tried_cap;
	const struct step **left_out;
	size_t nleft_out, left_out_cap;
	const struct profile_of_cost *profile;	/* as asked for, NULL: the default */
	const char *device;		/* as asked for */
	char run_id[37];		/* of its reports, from the first on */
	double loading;			/* seconds for the rules */
	struct {
		double json, match, belief, plan, report;
	} spent;			/* seconds */
};

struct profile;

/* Seconds that only go forward. */
double dx_clock(void);

/* The table of a profile, dearest rule first. */
void dx_print_profile(const struct dx_session *s, const struct profile *profile, FILE *out);

/*
 * What the cases of a pack reach: each issue that is the most probable one, and that a case says not to be the cause; each sign that is
 * true where its issue has at least 1 % (is possible, where it speaks against it); each step of a plan; each question that is asked or
 * answered. Lives in the arena.
 */
struct coverage;
struct coverage *coverage_new(const struct rulebase *rb, struct arena *a);
void coverage_note(struct coverage *c, const struct testcase *test, const struct dx_session *s);	/* after dx_run */

/* A line for each kind, and one with its place for all that no case reaches; how many there are of all kinds together. */
void coverage_print(const struct coverage *c, const struct diags *d, FILE *out, size_t *reached, size_t *all);

/* Opens working memory on the facts and fires the rules; false after a limit, with a diagnostic. */
bool dx_infer_facts(struct dx_session *s);

#endif
