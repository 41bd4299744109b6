/* SPDX-License-Identifier: MIT */
/*
 * The planning problem as plain numbers. Nothing here knows of sessions or packs: tasks are things to do,
 * causes are weights.
 *
 * U(S) is the weight left after the tasks S failed; each task takes the part `works` of what each cause
 * it can settle has left. With one fault the weights are odds, one of the causes (or `other`) being
 * there, and U(S) is the sum of what is left. With several faults they are probabilities, each cause
 * being there or not whatever the others are, and U(S) is the probability that one at least is left: as
 * no task breaks anything, "still broken after S" says "still broken after each part of S".
 */
#ifndef PLAN_PROBLEM_H
#define PLAN_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fix {
	int cause;
	double works;		/* probability that the task settles the cause, 0 .. 1 */
};

struct task {
	int64_t cost;		/* milliseconds, weighed */
	int setup;		/* number of the set-up that it shares, from 1; 0: none */
	int harm;		/* what it loses: 0 nothing, 1 settings, 2 data */
	bool last;		/* last resort */
	bool wanted;		/* may be chosen for what it settles; others come only because something needs them */
	bool done;		/* done before the plan begins: satisfies those that need it, and its set-up is paid */
	const struct fix *fixes;
	size_t nfixes;
	const int *before;	/* tasks that must come first */
	size_t nbefore;
	const int *then;	/* tasks that complete it: right after it, each time */
	size_t nthen;
};

/* Tasks are in the author's order: of two that are equally good the earlier one wins. */
struct problem {
	const struct task *tasks;
	size_t n;
	const int64_t *setups;	/* what each costs, once, with the first task that shares it */
	size_t nsetups;
	const double *weights;
	size_t ncauses;
	double other;		/* what no task settles */
	bool several;		/* several faults: weights and `other` are probabilities */
	int64_t service;	/* cost of handing over */
	bool early;		/* hand over as soon as going on costs more than it saves; else when nothing left can help */
	double rare;		/* wanted tasks that settle less than this part of all weight wherever they stand are not placed */
	const int *first;	/* tasks that come before everything else, in this order */
	size_t nfirst;
	int exact_max;		/* exact up to so many tasks; 0: ORDER_EXACT_MAX; below 0: always by search */
	bool quick;		/* a good order will do, to compare many problems */
	unsigned samples;	/* how often all weights and `works` are changed to see whether the first task stays */
};

#endif
