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

/* Opens working memory on the facts and fires the rules; false after a limit, with a diagnostic. */
bool dx_infer_facts(struct dx_session *s);

#endif
