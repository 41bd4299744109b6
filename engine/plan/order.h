/* SPDX-License-Identifier: MIT */
/*
 * An order of tasks for a planning problem.
 *
 * The expected cost of an order is the sum of cost(task) x U(those before it) and service x U(all),
 * divided by U of nothing. Cost and U depend on the set of tasks done, not on their order: so the best
 * order is found exactly by dynamic programming over sets (plan/exact.h), and above a number of tasks by
 * local search (plan/search.h).
 */
#ifndef PLAN_ORDER_H
#define PLAN_ORDER_H

#include "base/arena.h"
#include "plan/problem.h"

/* So many tasks are put in order exactly; and when it must be quick. */
enum { ORDER_EXACT_MAX = 17, ORDER_QUICK_MAX = 8 };

struct placed {
	int task;
	int completes;		/* index of the placed task that it completes, -1: none */
	int64_t cost;		/* with the set-up, when it is the first that shares it */
	double reached;		/* part of all weight that is left when it is begun */
	double settles;		/* part of all weight that it takes away */
	int rival;		/* the task that would be second best here, -1: none */
	double rival_costs;	/* how much dearer going on were with it, from here, once this place is reached */
};

enum method { METHOD_EXACT, METHOD_SEARCH };

struct order {
	struct placed *steps;
	size_t n;
	double left;		/* part of all weight that no step settles */
	double cost;		/* expected cost of repair, service included */
	enum method method;
	bool stops;		/* handed over although tasks are left that could help */
	int *starts;		/* other tasks that come first in a sample, most often first; -1: handing over */
	size_t nstarts;
};

/* By how much weights and `works` are changed at most in a sample. The samples are the same in every run. */
#define ORDER_SAMPLE_SPREAD 0.2

/*
 * The order with the least expected cost, among those that keep the lines that no cost crosses: what a
 * task needs comes before it and what completes it right after it; last resorts come last; a task that
 * (with what it brings along) loses more never comes before one that loses less, can settle one of the
 * same causes and still could help. Tasks that can help no more are not placed.
 */
void order_make(const struct problem *p, struct arena *a, struct order *out);

/* The least expected cost alone. */
double order_cost(const struct problem *p);

/*
 * Which wanted tasks can settle enough (problem.rare). What a task settles becomes less by all that is done
 * before it, so the others need not be put in order; but the first few stay when there are few.
 */
void order_hopeful(const struct problem *p, bool *hopeful);

/* The items that are to be put in order, for those who solve the problem in their own way. */
struct sets;
void order_sets(const struct problem *p, struct arena *a, struct sets *s);

/*
 * No order of the placed tasks has a smaller expected cost. That of an exact order is its cost; else each
 * cause alone is given its own best order, by works / cost, as if one knew it and as if nothing had to come
 * first; what cannot be settled pays for everything and for service.
 */
double order_bound(const struct problem *p, const struct order *o, struct arena *a);

#endif
