/* SPDX-License-Identifier: MIT */
#include "plan/search.h"

#include <math.h>
#include <string.h>

/*
 * A stretch that is solved exactly; how far an item is moved at once; and a limit on all work, in items
 * looked at, so that no pack can make planning slow.
 */
enum { STRETCH = 9, REACH = 48, SHIFT_MAX = 3, WORK_MAX = 400000 };

/* An order that is this part of the whole cheaper counts as better. */
static const double better = 1e-10;

/* In the order to begin with a later item overtakes an earlier one only when it is better by this much. */
static const double clearly = 1 + 1.0 / 1024;

struct search {
	const struct sets *s;
	struct arena *arena;
	int *order;
	size_t n;
	double *u, *paid;	/* of each place: what is left before it, and what its item costs there */
	double *on;		/* cost of going on from each place; on[n]: handing over */
	double useless;		/* U when everything is done */
	struct stand before, at;	/* the one at the place where changes begin, and one to try with */
	int *tried;
	double *tried_u, *tried_paid;
	size_t work;
};

static double
stop_at(const struct search *se, double u)
{
	return se->s->early || u - se->useless <= se->s->tiny ? u * se->s->service : INFINITY;
}

static double
cheaper(double a, double b)
{
	return a < b ? a : b;
}

/* All figures of the order, anew. */
static void
measure(struct search *se)
{
	const struct sets *s = se->s;

	stand_begin(s, &se->at);
	for (size_t i = 0; i < se->n; i++) {
		se->u[i] = se->at.weight;
		se->paid[i] = stand_cost(s, &se->at, se->order[i]);
		stand_do(s, &se->at, se->order[i]);
	}
	se->useless = se->u[se->n] = se->at.weight;
	se->on[se->n] = se->useless * s->service;
	for (size_t i = se->n; i-- > 0;)
		se->on[i] = cheaper(se->u[i] * se->paid[i] + se->on[i + 1], stop_at(se, se->u[i]));
}

/* Cost of going on from place `from` when the places up to `to` have the items of `tried`; INFINITY: that is not allowed. */
static double
cost_between(struct search *se, size_t from, size_t to)
{
	const struct sets *s = se->s;
	double on = se->on[to + 1];

	se->work += to - from + 1;
	stand_copy(s, &se->at, &se->before);
	for (size_t i = from; i <= to; i++) {
		int item = se->tried[i];

		if (!se->at.done[item] && !stand_allows(s, &se->at, item))
			return INFINITY;
		se->tried_u[i] = se->at.weight;
		se->tried_paid[i] = stand_cost(s, &se->at, item);
		stand_do(s, &se->at, item);
	}
	for (size_t i = to + 1; i-- > from;)
		on = cheaper(se->tried_u[i] * se->tried_paid[i] + on, stop_at(se, se->tried_u[i]));
	return on;
}

/* Places from..to turned so that the last `shift` of them come first; 0: the two ends change places. */
static void
turn(const struct search *se, size_t from, size_t to, size_t shift, int *order)
{
	size_t n = to - from + 1;

	for (size_t i = 0; i < n; i++)
		order[from + i] = se->order[from + (i + n - shift) % n];
	if (shift)
		return;
	order[from] = se->order[to];
	order[to] = se->order[from];
}

/*
 * The ways in which a stretch of n places is turned: the ends change places, up to SHIFT_MAX items at one
 * end move to the other. 0 when there is no further way; shift 0 is the first.
 */
static size_t
next_shift(size_t shift, size_t n)
{
	if (shift + 1 >= n)
		return 0;
	if (shift == SHIFT_MAX && n - SHIFT_MAX > shift)
		return n - SHIFT_MAX;
	return shift + 1;
}

static void
keep(struct search *se, size_t from, size_t to)
{
	memcpy(se->order + from, se->tried + from, (to - from + 1) * sizeof *se->order);
	measure(se);
}

/* The best change that begins at the place; true: one was made. */
static bool
change_at(struct search *se, size_t from)
{
	double least = se->on[from] - better * se->on[0];
	size_t best_to = from, best_shift = 0;

	for (size_t to = from + 1; to < se->n && to - from <= REACH && se->work < WORK_MAX; to++) {
		size_t shift = 0;

		do {
			double cost;

			turn(se, from, to, shift, se->tried);
			cost = cost_between(se, from, to);
			if (cost < least) {
				least = cost;
				best_to = to;
				best_shift = shift;
			}
		} while ((shift = next_shift(shift, to - from + 1)));
	}
	if (best_to == from)
		return false;
	turn(se, from, best_to, best_shift, se->tried);
	keep(se, from, best_to);
	return true;
}

static bool
change_all(struct search *se)
{
	bool any = false;

	stand_begin(se->s, &se->before);
	for (size_t from = 0; from + 1 < se->n; from++) {
		while (se->work < WORK_MAX && change_at(se, from))
			any = true;
		stand_do(se->s, &se->before, se->order[from]);
	}
	return any;
}

/* -- Stretches -- */

/* Items that bring others along, or that wait for one after the stretch, are left where they are. */
static bool
can_be_solved(const struct search *se, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct item *item = &se->s->items[se->order[i]];

		if (se->before.done[se->order[i]] || item->marks.n > 1)
			return false;
		for (size_t k = 0; k < item->waits.n; k++)
			for (size_t j = to; j < se->n; j++)
				if (se->order[j] == item->waits.of[k])
					return false;
	}
	return true;
}

static void
sort(int *items, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && items[k - 1] > items[k]; k--) {
			int swap = items[k];

			items[k] = items[k - 1];
			items[k - 1] = swap;
		}
}

static bool
is_among(const int *items, size_t n, int item)
{
	for (size_t i = 0; i < n; i++)
		if (items[i] == item)
			return true;
	return false;
}

/* What is not done before handing over keeps its order after what is. */
static bool
solve_stretch(struct search *se, size_t from, size_t to)
{
	int items[STRETCH], placed[STRETCH];
	size_t n = to - from, nplaced;
	double least;

	if (!can_be_solved(se, from, to))
		return false;
	memcpy(items, se->order + from, n * sizeof *items);
	sort(items, n);
	se->work += ((size_t)1 << n) * n / 8;
	least = exact_solve(&(struct exact){
		.sets = se->s, .at = &se->before, .items = items, .n = n, .end = se->on[to], .useless = se->useless,
	}, placed, &nplaced, NULL);
	if (!(least < se->on[from] - better * se->on[0]))
		return false;
	memcpy(se->tried + from, placed, nplaced * sizeof *placed);
	for (size_t i = from, next = from + nplaced; i < to; i++)
		if (!is_among(placed, nplaced, se->order[i]))
			se->tried[next++] = se->order[i];
	keep(se, from, to - 1);
	return true;
}

static bool
solve_stretches(struct search *se)
{
	bool any = false;

	stand_begin(se->s, &se->before);
	for (size_t from = 0; from + 2 < se->n && se->work < WORK_MAX; from++) {
		size_t to = from + STRETCH < se->n ? from + STRETCH : se->n;

		if (from % (STRETCH / 3) == 0)
			any |= solve_stretch(se, from, to);
		stand_do(se->s, &se->before, se->order[from]);
	}
	return any;
}

/* -- Rivals -- */

static void
find_rival(struct search *se, size_t from, struct rival *r)
{
	*r = (struct rival){ -1, INFINITY };
	for (size_t to = from + 1; to < se->n && to - from <= REACH; to++) {
		double more;

		turn(se, from, to, 1, se->tried);
		more = cost_between(se, from, to) - se->on[from];
		if (more < r->costs)
			*r = (struct rival){ se->order[to], more > 0 ? more : 0 };
	}
}

/* -- The order to begin with -- */

/* The item after what it needs and is not done, appended to `block`. */
static size_t
with_needs(const struct search *se, const struct stand *at, int item, int *block, size_t n)
{
	const struct some *needs = &se->s->items[item].needs;

	if (at->done[item] || is_among(block, n, item) || n >= se->s->n)
		return n;
	for (size_t k = 0; k < needs->n; k++)
		n = with_needs(se, at, needs->of[k], block, n);
	if (!is_among(block, n, item))
		block[n++] = item;
	return n;
}

/* Weight that a block takes away for its cost; below 0: it is not allowed now. */
static double
efficiency(struct search *se, const int *block, size_t n)
{
	double before = se->before.weight, cost = 0;

	stand_copy(se->s, &se->at, &se->before);
	for (size_t i = 0; i < n; i++) {
		if (!stand_allows(se->s, &se->at, block[i]))
			return -1;
		cost += stand_cost(se->s, &se->at, block[i]);
		stand_do(se->s, &se->at, block[i]);
	}
	return (before - se->at.weight) / (cost < 1 ? 1 : cost);
}

/* The block of the best efficiency that begins or goes on with one item more; `*n` items of it are in `best`. */
static void
consider(struct search *se, const int *block, size_t n, int *best, size_t *nbest, double *most)
{
	double e = efficiency(se, block, n);

	if (e <= *most * clearly || n == 0)
		return;
	*most = e;
	*nbest = n;
	memcpy(best, block, n * sizeof *best);
}

/* Items that share a set-up which is not paid: one after the other the best is added. */
static void
consider_sharing(struct search *se, size_t setup, int *block, int *best, size_t *nbest, double *most)
{
	size_t n = 0, more = 1;

	while (more) {
		double top = -1;
		size_t to = 0;

		for (size_t i = 0; i < se->s->n; i++) {
			const struct item *item = &se->s->items[i];
			double e;
			size_t with;

			if (!item->action || item->setup != (int)setup || se->before.done[i] || is_among(block, n, (int)i))
				continue;
			with = with_needs(se, &se->before, (int)i, block, n);
			e = efficiency(se, block, with);
			if (e > top) {
				top = e;
				to = i;
			}
		}
		more = top > 0;
		if (more)
			n = with_needs(se, &se->before, (int)to, block, n);
		if (more)
			consider(se, block, n, best, nbest, most);
	}
}

/*
 * Updating P/C over blocks: again and again the block (an item with what it needs, or several that share a
 * set-up) that takes away most weight for its cost.
 */
static void
greedy(struct search *se, bool sharing)
{
	const struct sets *s = se->s;
	int *block = arena_array(se->arena, s->n + 1, sizeof *block), *best = arena_array(se->arena, s->n + 1, sizeof *best);
	size_t n = 0, nbest = 1;

	stand_begin(s, &se->before);
	while (nbest) {
		double most = -1;

		nbest = 0;
		for (size_t i = 0; i < s->n; i++)
			if (s->items[i].action && !se->before.done[i])
				consider(se, block, with_needs(se, &se->before, (int)i, block, 0), best, &nbest, &most);
		for (size_t g = 0; g < s->nsetups && sharing; g++)
			if (!se->before.paid[g])
				consider_sharing(se, g, block, best, &nbest, &most);
		for (size_t i = 0; i < nbest; i++) {
			if (!is_among(se->order, n, best[i]))
				se->order[n++] = best[i];
			stand_do(s, &se->before, best[i]);
		}
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->items[i].action && !is_among(se->order, n, (int)i))
			se->order[n++] = (int)i;
	measure(se);
}

static void
begin(struct search *se, const struct sets *s, int *order, size_t n)
{
	struct arena *a = arena_new();

	*se = (struct search){ .s = s, .arena = a, .order = order, .n = n };
	se->u = arena_array(a, n + 1, sizeof *se->u);
	se->paid = arena_array(a, n + 1, sizeof *se->paid);
	se->on = arena_array(a, n + 1, sizeof *se->on);
	se->tried = arena_array(a, n + 1, sizeof *se->tried);
	se->tried_u = arena_array(a, n + 1, sizeof *se->tried_u);
	se->tried_paid = arena_array(a, n + 1, sizeof *se->tried_paid);
	se->before = stand_new(s, a);
	se->at = stand_new(s, a);
}

/* Changes and stretches by turns, until neither helps. */
static void
descend(struct search *se)
{
	do
		change_all(se);
	while (se->work < WORK_MAX && solve_stretches(se));
}

double
search_solve(const struct sets *s, int *order, size_t *nplaced, bool quick, struct rival *rivals)
{
	struct search se;
	double cost;

	begin(&se, s, order, s->nactions);
	greedy(&se, true);
	if (!quick)
		descend(&se);
	for (*nplaced = 0; *nplaced < se.n; ++*nplaced)
		if (stop_at(&se, se.u[*nplaced]) <= se.on[*nplaced])
			break;
	stand_begin(s, &se.before);
	for (size_t i = 0; rivals && i < *nplaced; i++) {
		find_rival(&se, i, &rivals[i]);
		stand_do(s, &se.before, order[i]);
	}
	cost = se.on[0];
	arena_free(se.arena);
	return cost;
}

/* The cost of doing the items of `first` and then those of the order that are not among them; INFINITY: that is not allowed. */
static double
cost_of_start(struct search *se, const int *first, size_t nfirst)
{
	const struct sets *s = se->s;
	double sum = 0, least = INFINITY;

	stand_copy(s, &se->at, &se->before);
	for (size_t i = 0; i < nfirst + se->n; i++) {
		int item = i < nfirst ? first[i] : se->order[i - nfirst];
		double u = se->at.weight;

		if (se->at.done[item])
			continue;
		if (!stand_allows(s, &se->at, item))
			return INFINITY;
		if (i && s->early && sum + u * s->service < least)
			least = sum + u * s->service;
		sum += u * stand_cost(s, &se->at, item);
		stand_do(s, &se->at, item);
	}
	sum += se->at.weight * s->service;
	return cheaper(sum, least);
}

/* Keeps the cheapest items, cheapest first. */
static void
keep_first(int *firsts, double *costs, size_t *n, int item, double cost)
{
	size_t i = *n < SEARCH_FIRSTS ? (*n)++ : SEARCH_FIRSTS;

	if (i == SEARCH_FIRSTS && costs[--i] <= cost)
		return;
	for (; i > 0 && costs[i - 1] > cost; i--) {
		firsts[i] = firsts[i - 1];
		costs[i] = costs[i - 1];
	}
	firsts[i] = item;
	costs[i] = cost;
}

int
search_start(const struct sets *s, const int *order, size_t n, int *firsts, size_t *nfirsts, struct arena *a)
{
	struct search se = { .s = s, .n = n, .before = stand_new(s, a), .at = stand_new(s, a) };
	int *block = arena_array(a, s->n + 1, sizeof *block), start = -1;
	size_t tried = *nfirsts ? *nfirsts : n;
	double least, costs[SEARCH_FIRSTS];
	bool all = !*nfirsts;

	se.order = arena_array(a, n + 1, sizeof *order);
	if (n)
		memcpy(se.order, order, n * sizeof *order);
	stand_begin(s, &se.before);
	least = s->early ? se.before.weight * s->service : INFINITY;
	for (size_t i = 0; i < tried; i++) {
		int item = all ? order[i] : firsts[i];
		double cost = cost_of_start(&se, block, with_needs(&se, &se.before, item, block, 0));

		if (all && cost < INFINITY)
			keep_first(firsts, costs, nfirsts, item, cost);
		if (cost < least * (1 - better)) {
			least = cost;
			start = block[0];
		}
	}
	return start;
}
