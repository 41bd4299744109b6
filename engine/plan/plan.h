/* SPDX-License-Identifier: MIT */
/*
 * From belief to an ordered plan. Input: the session after inference, the belief, steps tried.
 * Output: steps in order with what each settles. The exact planner will replace the ordering
 * behind this interface.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "plan/belief.h"
#include "plan/need.h"
#include "plan/question.h"

enum step_kind { KIND_ACTION, KIND_PROTECT, KIND_SERVICE };

struct planned {
	const struct step *step;
	struct fact *subject;		/* the device it is for; NULL: the computer, or one for all */
	enum step_kind kind;
	ppm settles;			/* probability that this step, and none before it, solves the problem; 0 for the service step */
	ppm reached;			/* probability that no step before it did; a completing step is reached with the step it completes */
	int64_t cost_ms;		/* time weighed by who does it, losses and the set-up if it is the first to need it */
	const struct setup *setup;	/* that is paid with this step; NULL */
	int beats;			/* the step of the plan that would be second best here, -1: none */
	int64_t beats_by_ms;		/* how much dearer going on would be with that one, once this place is reached */
	bool last_resort;
	const struct cause **fixes;	/* causes it can settle */
	ppm *works;			/* how often it settles each of them, when that is what is wrong */
	size_t nfixes;
	size_t *requires;		/* indices of steps of this plan that must come before */
	size_t nrequires;
	int completes;			/* index of the step that it completes (`then`), -1: none. Such a step may stand in a plan twice */
	const char *why;		/* one sentence: why it stands here */
};

/*
 * OUT_DEAR: doing it costs more than it saves, with escalation when that is cheaper. OUT_DOMINATED: another step settles all it could, no
 * worse, and costs no more. OUT_SKIPPED: plan_options.skipped has it.
 */
enum out_reason { OUT_NOT_APPLICABLE, OUT_TRIED, OUT_TOO_RARE, OUT_ABSORBED, OUT_UNKNOWN_FACT, OUT_FORBIDDEN, OUT_DEAR, OUT_DOMINATED, OUT_SKIPPED };

struct left_out {
	const struct step *step;
	enum out_reason reason;
	const char *detail;
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
	struct plan_turning {
		const struct turning *answer;
		const struct step *step;	/* NULL: handing over */
	} *turnings;			/* single answers that would change the first step */
	size_t nturnings;
	const char *method;		/* "exact" or "local-search" */
	/*
	 * Expected cost of repair of this order, service at its end included; no order of the
	 * same steps can cost less than the bound.
	 */
	int64_t expected_cost_ms, lower_bound_ms;
	int64_t expected_time_ms;	/* the same as plain time and without service: until it works or all is done */
	ppm solved;			/* by all steps together */
	bool stops_early;		/* handing over costs less than going on, though steps are left that could help */
	/*
	 * What else would come first when all frequencies and success rates were up to a fifth more or less, most often first;
	 * none: the first step is stable. NULL as a step: handing over.
	 */
	const struct step **starts;
	size_t nstarts;
	const struct profile_of_cost *profile;	/* what its costs rest on; NULL: no pack has one */
	/*
	 * healthy: the packs' healthy condition is TRUE (a pack without one never is), no
	 * requirement is unmet, and no cause is `reported`. Then there are no steps. complete:
	 * false when nothing is known to be wrong and nothing points to a cause, but not all of
	 * the healthy condition is known: no plan is made, because it would rest on nothing.
	 * Questions are there all the same.
	 */
	bool healthy, complete;
	bool blames;			/* the plan is for the causes of the belief, not for unmet requirements alone */
};

struct plan_options {
	const struct step *const *tried;
	size_t ntried;
	const struct step *const *skipped;	/* that shall not be in the plan: nothing says that they were done */
	size_t nskipped;
	const struct profile_of_cost *profile;	/* NULL: the packs' default */
};

/* A cause that reached its `reported`, and more by what was found than by its frequency alone. */
bool cause_reported(const struct cause *c);

struct plan *plan_make(struct session *s, const struct belief *b, struct arena *a, const struct plan_options *o);

#endif
