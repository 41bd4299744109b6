/* SPDX-License-Identifier: MIT */
/*
 * What is left of a planning problem once it is known what was done before, made ready for the two
 * solvers: items instead of tasks, each with what it costs together with what completes it, what it needs
 * and what keeps it waiting.
 */
#ifndef PLAN_SETS_H
#define PLAN_SETS_H

#include "base/arena.h"
#include "plan/problem.h"

/* Some items, or set-ups, by number. */
struct some {
	int *of;
	size_t n;
};

struct item {
	int task;
	bool action;		/* can be chosen; others are only brought along by what they complete */
	double cost;		/* with all that completes it, without set-ups */
	struct some marks;	/* items that are done once it is, itself first */
	struct some needs;	/* must be done before */
	struct some waits;	/* must not be able to help any more, or be done before: they lose less, or are no last resort */
	struct some setups;	/* that doing it needs */
	int setup;		/* its own, -1: none: with the item that is paid */
	struct fix *fixes;	/* of the task alone; causes by number in `left` */
	size_t nfixes;
};

struct sets {
	struct item *items;	/* in the author's order */
	size_t n, nactions;
	double *left;		/* of each cause: what it has left at the beginning */
	size_t ncauses;
	double other;		/* of all that no item can settle; with several faults the probability that something of it is there */
	bool several;
	double *setups;		/* what each costs; 0: paid already */
	size_t nsetups;
	double service;
	bool early;
	double tiny;		/* weight that counts as none */
};

/* How far one has come. */
struct stand {
	double *left;
	double weight;		/* U: what is left in all */
	bool *done;		/* of each item */
	bool *paid;		/* of each set-up */
};

struct stand stand_new(const struct sets *s, struct arena *a);
void stand_begin(const struct sets *s, struct stand *at);
void stand_copy(const struct sets *s, struct stand *to, const struct stand *from);

/* What doing the item costs now: with the set-ups it is the first to need; 0 when it is done. */
double stand_cost(const struct sets *s, const struct stand *at, int item);

/* Whether nothing keeps the item from being done now. */
bool stand_allows(const struct sets *s, const struct stand *at, int item);

void stand_do(const struct sets *s, struct stand *at, int item);

#endif
