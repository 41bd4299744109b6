/* SPDX-License-Identifier: MIT */
/*
 * Dynamic programming over sets: the least expected cost of going on is known for each set of items done,
 * from the full set down to none. Time and memory are those of 2^n sets, 17 bytes each.
 */
#ifndef PLAN_EXACT_H
#define PLAN_EXACT_H

#include "plan/sets.h"

enum { EXACT_ITEMS_MAX = 20 };

struct rival {
	int item;		/* the second best at this place, -1: there was no choice */
	double costs;		/* how much more going on would cost with it, times U */
};

/* What to solve: `n` items (at most EXACT_ITEMS_MAX), begun at `at`. */
struct exact {
	const struct sets *sets;
	const struct stand *at;
	const int *items;
	size_t n;
	double end;		/* cost of going on once all of them are done; below 0: that of handing over */
	double useless;		/* U at which nothing can help any more: there one may hand over */
	const double *asking;	/* by set: cost of going on by asking something, divided by U; NULL: nothing can be asked */
	double *u, *on;		/* by set: these get U, and the cost of going on; NULL */
};

/*
 * The least cost of going on, not divided by U at the beginning; `order` gets the actions to do (numbers
 * in sets->items), `*nplaced` how many: fewer than there are when handing over is cheaper or the others
 * can help no more. `rivals` (as many as items) may be NULL, `order` too. INFINITY: the items wait for each other.
 */
double exact_solve(const struct exact *e, int *order, size_t *nplaced, struct rival *rivals);

#endif
