/* SPDX-License-Identifier: MIT */
/*
 * From belief to an ordered plan. Input: the session after inference, the belief, steps tried. Output: steps in order with what each
 * settles. The exact planner will replace the ordering behind this interface.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "plan/belief.h"

enum step_kind { KIND_ACTION, KIND_PROTECT, KIND_SERVICE };

struct planned {
	const struct step *step;
	struct fact *subject;		/* the device it is for; NULL: the computer, or one for all */
	enum step_kind kind;
	ppm settles;			/* probability that this step solves the problem, given that all before it did not, times that of reaching it */
	ppm reached;			/* probability of reaching it */
	int64_t cost_ms;		/* time weighed by who does it */
	bool last_resort;
	const struct cause **fixes;	/* causes it can settle */
	size_t nfixes;
	size_t *requires;		/* indices of steps of this plan that must come before */
	size_t nrequires;
	const char *why;		/* one sentence: why it stands here */
};

enum out_reason { OUT_NOT_APPLICABLE, OUT_TRIED, OUT_TOO_RARE, OUT_ABSORBED, OUT_UNKNOWN_FACT };

struct left_out {
	const struct step *step;
	enum out_reason reason;
	const char *detail;
};

/* The one answer that would sharpen the plan most. */
struct question {
	const struct template *of;
	struct fact *subject;		/* NULL: the single or only fact */
	int slot;
	int64_t saves_ms;		/* expected saving of plan time by knowing the answer */
};

struct need {
	const struct requirement *requirement;
	struct fact *subject;
	enum truth state;		/* TRUE met, FALSE not met, MAYBE unknown */
};

struct plan {
	struct need *needs;		/* every requirement, every instance */
	size_t nneeds;
	struct planned *steps;
	size_t nsteps;
	struct left_out *out;
	size_t nout;
	struct question *questions;	/* best first, those that pay only */
	size_t nquestions;
	const char *method;		/* "heuristic" or "exact" */
	int64_t expected_cost_ms, lower_bound_ms;
	ppm solved;			/* by all steps together */
	bool healthy, complete;
};

struct plan_options {
	const struct step *const *tried;
	size_t ntried;
};

struct plan *plan_make(struct session *s, const struct belief *b, struct arena *a, const struct plan_options *o);

#endif
