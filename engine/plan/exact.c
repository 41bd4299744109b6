/* SPDX-License-Identifier: MIT */
#include "plan/exact.h"

#include <math.h>
#include <string.h>

typedef uint32_t set;

/* What is better by less than this part of the whole is as good: the author's order decides. */
static const double as_good = 2e-11;

struct move {
	set bit, marks, needs, setups;
	set *waits;		/* the marks of each item that must not be able to help */
	size_t nwaits;
	double cost;
	bool action;
};

struct table {
	const struct exact *e;
	struct arena *arena;
	struct move *moves;
	size_t n, sets;
	set actions;
	set *members;		/* of each set-up */
	double *setups;
	size_t nsetups;
	double *u, *cost;	/* by set: what is left, and the least cost of going on */
	double tie;
};

/* -- What is left, for each set -- */

/* Causes that no item can settle are as one. */
static double
beyond(const struct table *t, const bool *touched)
{
	const struct sets *s = t->e->sets;
	double sum = s->other, well = 1 - s->other;

	for (size_t c = 0; c < s->ncauses; c++) {
		if (touched[c])
			continue;
		sum += t->e->at->left[c];
		well *= 1 - t->e->at->left[c];
	}
	return s->several ? well : sum;
}

/* For each set of some of the items, what they leave of a cause that has `weight`. */
static void
parts_left(const struct table *t, size_t cause, size_t from, size_t to, double weight, double *parts)
{
	size_t size = 1;

	parts[0] = weight;
	for (size_t i = from; i < to; i++, size *= 2) {
		const struct item *item = &t->e->sets->items[t->e->items[i]];
		double fails = 1;

		for (size_t k = 0; k < item->nfixes; k++)
			if ((size_t)item->fixes[k].cause == cause)
				fails = 1 - item->fixes[k].works;
		for (size_t k = 0; k < size; k++)
			parts[size + k] = parts[k] * fails;
	}
}

/*
 * U of all sets. The items are cut in two halves: a set's part of a cause is the product of those of its
 * halves, so the inner loop runs over a row of the lower half.
 */
static void
weigh_sets(struct table *t)
{
	const struct sets *s = t->e->sets;
	size_t low = t->n / 2, lows = (size_t)1 << low, highs = t->sets >> low, n = 0;
	bool *touched = arena_array(t->arena, s->ncauses + 1, sizeof *touched), several = s->several;
	double *lower, *upper, rest;

	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < s->items[t->e->items[i]].nfixes; k++)
			touched[s->items[t->e->items[i]].fixes[k].cause] = true;
	for (size_t c = 0; c < s->ncauses; c++)
		n += touched[c];
	lower = arena_take(t->arena, (n * lows + 1) * sizeof *lower);
	upper = arena_take(t->arena, (n * highs + 1) * sizeof *upper);
	rest = beyond(t, touched);
	n = 0;
	for (size_t c = 0; c < s->ncauses; c++) {
		if (!touched[c])
			continue;
		parts_left(t, c, 0, low, 1, lower + n * lows);
		parts_left(t, c, low, t->n, t->e->at->left[c], upper + n * highs);
		n++;
	}
	for (size_t h = 0; h < highs; h++) {
		double *row = t->u + (h << low);

		for (size_t l = 0; l < lows; l++)
			row[l] = rest;
		for (size_t c = 0; c < n; c++) {
			const double *parts = lower + c * lows;
			double w = upper[c * highs + h];

			if (several)
				for (size_t l = 0; l < lows; l++)
					row[l] *= 1 - w * parts[l];
			else if (w > 0)
				for (size_t l = 0; l < lows; l++)
					row[l] += w * parts[l];
		}
		for (size_t l = 0; several && l < lows; l++)
			row[l] = 1 - row[l];
	}
}

/* -- Moves -- */

/* The bit of an item; 0: it is not one of those to put in order. */
static set
bit_of(const struct table *t, int item)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->e->items[i] == item)
			return (set)1 << i;
	return 0;
}

static set
bits_of(const struct table *t, const struct some *some)
{
	set bits = 0;

	for (size_t i = 0; i < some->n; i++)
		bits |= bit_of(t, some->of[i]);
	return bits;
}

static void
make_move(struct table *t, size_t i)
{
	const struct sets *s = t->e->sets;
	const struct item *item = &s->items[t->e->items[i]];
	struct move *m = &t->moves[i];

	*m = (struct move){
		.bit = (set)1 << i, .marks = bits_of(t, &item->marks), .needs = bits_of(t, &item->needs),
		.cost = item->cost, .action = item->action && !t->e->at->done[t->e->items[i]],
	};
	m->waits = arena_array(t->arena, item->waits.n + 1, sizeof *m->waits);
	for (size_t k = 0; k < item->waits.n; k++) {
		set marks = bits_of(t, &s->items[item->waits.of[k]].marks);

		if (marks)
			m->waits[m->nwaits++] = marks;
	}
	for (size_t k = 0; k < item->setups.n; k++)
		if (!t->e->at->paid[item->setups.of[k]])
			m->setups |= (set)1 << item->setups.of[k];
	if (m->action)
		t->actions |= m->bit;
	if (item->setup >= 0)
		t->members[item->setup] |= m->bit;
}

static double
cost_of(const struct table *t, const struct move *m, set done)
{
	double cost = m->cost;

	for (set left = m->setups; left; left &= left - 1) {
		int g = __builtin_ctz(left);

		if (!(t->members[g] & done))
			cost += t->setups[g];
	}
	return cost;
}

static bool
allowed(const struct table *t, const struct move *m, set done)
{
	if (m->needs & ~done)
		return false;
	for (size_t k = 0; k < m->nwaits; k++)
		if (t->u[done] - t->u[done | m->waits[k]] > t->e->sets->tiny)
			return false;
	return true;
}

static double
going_on_with(const struct table *t, const struct move *m, set done)
{
	return t->u[done] * cost_of(t, m, done) + t->cost[done | m->marks];
}

/* -- The table -- */

/* Handing over now; INFINITY where that is not allowed. */
static double
handing_over(const struct table *t, set done)
{
	const struct sets *s = t->e->sets;

	if (done == t->sets - 1 && t->e->end >= 0)
		return t->e->end;
	return s->early || t->u[done] - t->e->useless <= s->tiny ? t->u[done] * s->service : INFINITY;
}

/* Sets that contain what each of their items needs; what an item brought along may have come without. */
static bool
can_be(const struct table *t, set done)
{
	for (set left = done & t->actions; left; left &= left - 1)
		if (t->moves[__builtin_ctz(left)].needs & ~done)
			return false;
	return true;
}

static void
fill(struct table *t)
{
	bool any_needs = false;

	for (size_t i = 0; i < t->n; i++)
		any_needs |= t->moves[i].needs != 0;
	for (set done = (set)t->sets; done-- > 0;) {
		double least;

		if (any_needs && !can_be(t, done)) {
			t->cost[done] = INFINITY;
			continue;
		}
		least = handing_over(t, done);
		if (t->e->asking && t->u[done] * t->e->asking[done] < least)
			least = t->u[done] * t->e->asking[done];
		for (set left = t->actions & ~done; left; left &= left - 1) {
			const struct move *m = &t->moves[__builtin_ctz(left)];
			double cost;

			if (!allowed(t, m, done))
				continue;
			cost = going_on_with(t, m, done);
			least = cost < least ? cost : least;
		}
		t->cost[done] = least;
	}
}

/* The first of the best moves, -1: hand over. */
static int
best_move(const struct table *t, set done)
{
	if (handing_over(t, done) <= t->cost[done] + t->tie)
		return -1;
	for (set left = t->actions & ~done; left; left &= left - 1) {
		int i = __builtin_ctz(left);

		if (allowed(t, &t->moves[i], done) && going_on_with(t, &t->moves[i], done) <= t->cost[done] + t->tie)
			return i;
	}
	return -1;
}

static struct rival
second_best(const struct table *t, set done, int best)
{
	struct rival r = { -1, INFINITY };
	double least = going_on_with(t, &t->moves[best], done);

	for (set left = t->actions & ~done & ~t->moves[best].bit; left; left &= left - 1) {
		int i = __builtin_ctz(left);
		double more;

		if (!allowed(t, &t->moves[i], done))
			continue;
		more = going_on_with(t, &t->moves[i], done) - least;
		if (more < r.costs - t->tie)
			r = (struct rival){ t->e->items[i], more > 0 ? more : 0 };
	}
	return r;
}

static void
make_table(struct table *t, const struct exact *e)
{
	*t = (struct table){ .e = e, .arena = arena_new(), .n = e->n, .sets = (size_t)1 << e->n };
	t->moves = arena_array(t->arena, t->n + 1, sizeof *t->moves);
	t->nsetups = e->sets->nsetups;
	t->setups = e->sets->setups;
	t->members = arena_array(t->arena, t->nsetups + 1, sizeof *t->members);
	t->u = e->u ? e->u : arena_take(t->arena, t->sets * sizeof *t->u);
	t->cost = e->on ? e->on : arena_take(t->arena, t->sets * sizeof *t->cost);
	for (size_t i = 0; i < t->n; i++)
		make_move(t, i);
	weigh_sets(t);
}

double
exact_solve(const struct exact *e, int *order, size_t *nplaced, struct rival *rivals)
{
	struct table t;
	double least;
	int i;

	make_table(&t, e);
	fill(&t);
	least = t.cost[0];
	t.tie = least * as_good;
	if (order)
		*nplaced = 0;
	for (set done = 0; order && (i = isinf(least) ? -1 : best_move(&t, done)) >= 0; done |= t.moves[i].marks) {
		if (rivals)
			rivals[*nplaced] = second_best(&t, done, i);
		order[(*nplaced)++] = e->items[i];
	}
	arena_free(t.arena);
	return least;
}
