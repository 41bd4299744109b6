/* SPDX-License-Identifier: MIT */
/*
 * The planning problem as plain numbers, and an order of steps for it. Nothing here knows of
 * sessions or packs: tasks are things to do, causes are weights. An exact solver can stand behind
 * the same two functions.
 *
 * One fault is assumed. With w the weights of the causes (and `other` for what none of them is),
 * U(S) is the weight left after the tasks S failed: each task takes the part `works` of the
 * weight of each cause it can settle.
 */
#ifndef PLAN_ORDER_H
#define PLAN_ORDER_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fix {
	int cause;
	double works;		/* probability that the task settles the cause, 0 .. 1 */
};

struct task {
	int64_t cost;		/* milliseconds, weighed */
	int harm;		/* what it loses: 0 nothing, 1 settings, 2 data */
	bool last;		/* last resort */
	bool wanted;		/* may be chosen for what it settles; others come only because something needs them */
	bool done;		/* done before the plan begins: satisfies those that need it */
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
	const double *weights;
	size_t ncauses;
	double other;
	int64_t service;	/* cost of handing over when nothing helped */
	const int *first;	/* tasks that come before everything else, in this order */
	size_t nfirst;
};

struct placed {
	int task;
	int completes;		/* index of the placed task that it completes, -1: none */
	double reached;		/* part of all weight that is left when it is begun */
	double settles;		/* part of all weight that it takes away */
};

struct order {
	struct placed *steps;
	size_t n;
	double left;		/* part of all weight that no step settles */
	double cost;		/* expected cost of repair, service included */
};

/*
 * Updating P/C over blocks: again and again the wanted task is taken whose block (itself, what it
 * needs and is not done, what completes it) settles most weight for its cost. Lines that no cost
 * crosses: last resorts come last; a task whose block loses more never comes before one that
 * loses less and can settle one of the same causes.
 */
void order_make(const struct problem *p, struct arena *a, struct order *out);

/*
 * No order of the same steps has a smaller expected cost: each cause alone is given its own best
 * order, by works / cost, as if one knew it and as if nothing had to come first; what cannot be
 * settled pays for everything and for service.
 */
double order_bound(const struct problem *p, const struct order *o, struct arena *a);

#endif
