/* SPDX-License-Identifier: MIT */
#include "match/agenda.h"

static int
larger_first(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

int
agenda_order(const struct match *a, const struct match *b, bool breadth)
{
	int c = a->rule->salience == b->rule->salience ? 0 : a->rule->salience > b->rule->salience ? -1 : 1;

	if (!c)
		c = breadth ? larger_first(b->newest, a->newest) : larger_first(a->newest, b->newest);
	if (!c)
		c = a->rule->order == b->rule->order ? 0 : a->rule->order < b->rule->order ? -1 : 1;
	for (int i = 0; !c && i < a->n; i++)
		c = larger_first(a->stamps[i], b->stamps[i]);
	for (int i = 0; !c && i < a->n; i++)
		c = larger_first(a->facts[i]->id, b->facts[i]->id);
	return c;
}

static void
put(struct agenda *g, size_t at, struct match *m)
{
	g->heap[at] = m;
	m->at = at;
}

static bool
before(const struct agenda *g, const struct match *a, const struct match *b)
{
	return agenda_order(a, b, g->breadth) < 0;
}

static void
rise(struct agenda *g, size_t at, struct match *m)
{
	for (; at > 0 && before(g, m, g->heap[(at - 1) / 2]); at = (at - 1) / 2)
		put(g, at, g->heap[(at - 1) / 2]);
	put(g, at, m);
}

static void
sink(struct agenda *g, size_t at, struct match *m)
{
	for (size_t child; (child = 2 * at + 1) < g->n; at = child) {
		if (child + 1 < g->n && before(g, g->heap[child + 1], g->heap[child]))
			child++;
		if (!before(g, g->heap[child], m))
			break;
		put(g, at, g->heap[child]);
	}
	put(g, at, m);
}

void
agenda_add(struct agenda *g, struct match *m)
{
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 64;
		g->heap = machine_realloc(g->heap, g->cap * sizeof *g->heap);
	}
	rise(g, g->n++, m);
}

void
agenda_remove(struct agenda *g, struct match *m)
{
	size_t at = m->at;
	struct match *last;

	if (at == AGENDA_NONE)
		return;
	m->at = AGENDA_NONE;
	last = g->heap[--g->n];
	if (last == m)
		return;
	if (at > 0 && before(g, last, g->heap[(at - 1) / 2]))
		rise(g, at, last);
	else
		sink(g, at, last);
}

struct match *
agenda_take(struct agenda *g)
{
	struct match *m = g->n ? g->heap[0] : NULL;

	if (m)
		agenda_remove(g, m);
	return m;
}
