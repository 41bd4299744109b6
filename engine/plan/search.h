/* SPDX-License-Identifier: MIT */
/*
 * Local search for problems that are too large to be solved exactly. It begins with updating P/C over blocks;
 * items are moved and swapped while that lowers the cost, then stretches of the order are solved exactly one after the other, until neither
 * helps. As U depends on sets alone, a change between two places changes no cost before or after them.
 */
#ifndef PLAN_SEARCH_H
#define PLAN_SEARCH_H

#include "plan/exact.h"

enum { SEARCH_FIRSTS = 5 };

/*
 * `order` (room for all actions of `s`) gets the actions in order, `*nplaced` how many of them are done before
 * handing over. `quick`: nothing is improved. `rivals` (one for each action) may be NULL. The cost of going on, not divided by U at the
 * beginning.
 */
double search_solve(const struct sets *s, int *order, size_t *nplaced, bool quick, struct rival *rivals);

/*
 * Of the orders that begin with one item of `order` (n placed actions) and what it needs, and go on in its order,
 * the cheapest: its first item; -1: handing over at once is cheaper. `firsts` has the items to begin with; when
 * *nfirsts is 0 all of them are tried, and the SEARCH_FIRSTS cheapest are put there, for problems that differ little.
 */
int search_start(const struct sets *s, const int *order, size_t n, int *firsts, size_t *nfirsts, struct arena *a);

#endif
