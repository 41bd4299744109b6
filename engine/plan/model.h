/* SPDX-License-Identifier: MIT */
/*
 * From belief to a planning problem: which steps could be done for whom, what they settle, cost,
 * need and bring along; and why others cannot.
 */
#ifndef PLAN_MODEL_H
#define PLAN_MODEL_H

#include "plan/belief.h"
#include "plan/need.h"
#include "plan/order.h"

/*
 * A step for a subject. Work on the computer, and on the only fact of a template, has no subject:
 * it is done once for all.
 */
struct candidate {
	const struct step *step;
	struct fact *subject;
	const char *obstacle;		/* why it cannot be done, NULL: it can */
	bool tried, forbidden, skipped;	/* what the obstacle is: forbidden the profile, skipped somebody's wish */
	struct fix *fixes;
	size_t nfixes, fixes_cap;
	int *before, *then;
	size_t nbefore, before_cap, nthen, then_cap;
	const struct requirement *mends;	/* the unmet requirement it is in the plan for; NULL */
};

struct model {
	struct candidate *candidates;
	struct task *tasks;		/* the same, as numbers */
	size_t n;
	struct problem problem;
	const struct cause **causes;	/* the causes that are planned for: the first of the belief */
	int service;			/* the candidate that hands over, -1: none; not a task that can be chosen */
};

/*
 * Causes less probable than the packs' `leave-out` divided by this, and those after so many, are left to "something
 * else" when a plan is made: planning stays quick with any pack.
 */
enum { MODEL_RARER = 100, MODEL_CAUSES_MAX = 64 };

struct model_input {
	const struct belief *belief;
	bool causes;			/* false: only requirements are planned for */
	const struct step *const *tried, *const *skipped;
	size_t ntried, nskipped;
	const struct profile_of_cost *profile;	/* what things are worth, and what is not done */
	const struct need *needs;	/* the remedies of those that are not met come first */
	size_t nneeds;
};

struct model *model_make(struct session *s, const struct model_input *in, struct arena *a);

#endif
