/* SPDX-License-Identifier: MIT */
#include "match/agenda.h"

static bool
before(const struct agenda *g, const struct turn *a, const struct turn *b)
{
	if (a->salience != b->salience)
		return a->salience > b->salience;
	if (a->stamp != b->stamp)
		return (a->stamp > b->stamp) != g->breadth;
	return a->order != b->order ? a->order < b->order : a->alias < b->alias;
}

static void
rise(struct agenda *g, size_t at, struct turn e)
{
	for (; at > 0 && before(g, &e, &g->heap[(at - 1) / 2]); at = (at - 1) / 2)
		g->heap[at] = g->heap[(at - 1) / 2];
	g->heap[at] = e;
}

static void
sink(struct agenda *g, size_t at, struct turn e)
{
	for (size_t child; (child = 2 * at + 1) < g->n; at = child) {
		if (child + 1 < g->n && before(g, &g->heap[child + 1], &g->heap[child]))
			child++;
		if (!before(g, &g->heap[child], &e))
			break;
		g->heap[at] = g->heap[child];
	}
	g->heap[at] = e;
}

bool
agenda_is_full(const struct agenda *g)
{
	return g->n == g->cap;
}

static void
grow(struct agenda *g)
{
	g->cap = g->cap ? g->cap * 2 : 64;
	g->heap = machine_realloc(g->heap, g->cap * sizeof *g->heap);
}

void
agenda_add(struct agenda *g, struct turn e)
{
	if (g->n == g->cap)
		grow(g);
	rise(g, g->n++, e);
}

void
agenda_drop_first(struct agenda *g)
{
	if (--g->n > 0)
		sink(g, 0, g->heap[g->n]);
}

void
agenda_defer_first(struct agenda *g)
{
	sink(g, 0, g->heap[0]);
}

void
agenda_sweep(struct agenda *g, bool (*dead)(void *context, struct turn *e), void *context)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n; i++)
		if (!dead(context, &g->heap[i]))
			g->heap[kept++] = g->heap[i];
	g->n = kept;
	for (size_t i = kept / 2; i-- > 0; )
		sink(g, i, g->heap[i]);
	if (g->n >= g->cap / 2)
		grow(g);
}
