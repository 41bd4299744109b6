/* SPDX-License-Identifier: MIT */
/*
 * The contents of the repeat become an automaton without empty steps (Glushkov 1961): a state for each character set, and which can follow which. Since
 * its end leads back to its beginning every state reaches every other, so it is ambiguous without bound exactly when two different ways that read
 * the same text lead from one state back to one state (Weber and Seidl 1991). Those are looked for in pairs of states.
 */
#include "lang/lint_ambiguity.h"

#include <string.h>

enum { MOST_STATES = 128, MOST_WORK = 4000000, WORDS = MOST_STATES / 64 };

struct states {
	uint64_t bits[WORDS];
};

/* A piece of the automaton: where it begins, where it ends, and whether it may be left out. */
struct fragment {
	struct states first, last;
	bool empty;
};

struct automaton {
	struct set sets[MOST_STATES];
	uint8_t follows[MOST_STATES][MOST_STATES];	/* in how many ways, up to 2 */
	int n;
	bool full;
};

static void
states_join(struct states *s, const struct states *other)
{
	for (int i = 0; i < WORDS; i++)
		s->bits[i] |= other->bits[i];
}

static bool
states_have(const struct states *s, int state)
{
	return s->bits[state / 64] >> (state % 64) & 1;
}

static void
connect(struct automaton *a, const struct states *from, const struct states *to)
{
	for (int p = 0; p < a->n; p++)
		for (int q = 0; q < a->n && states_have(from, p); q++)
			if (states_have(to, q) && a->follows[p][q] < 2)
				a->follows[p][q]++;
}

static struct fragment build(struct automaton *a, const struct part *p);

static struct fragment
new_state(struct automaton *a, const struct set *set)
{
	struct fragment fragment = {0};

	if (a->n == MOST_STATES) {
		a->full = true;
		return fragment;
	}
	a->sets[a->n] = *set;
	fragment.first.bits[a->n / 64] |= (uint64_t)1 << (a->n % 64);
	fragment.last = fragment.first;
	a->n++;
	return fragment;
}

/* `b` behind `a`. */
static struct fragment
chain(struct automaton *m, struct fragment a, struct fragment b)
{
	connect(m, &a.last, &b.first);
	if (a.empty)
		states_join(&a.first, &b.first);
	if (b.empty)
		states_join(&b.last, &a.last);
	a.last = b.last;
	a.empty = a.empty && b.empty;
	return a;
}

/* The contents once for each round; the last of an endless one leads back to itself. */
static struct fragment
build_repeat(struct automaton *a, const struct part *p)
{
	int rounds = p->max == ENDLESS ? (p->min > 1 ? p->min : 1) : p->max;
	struct fragment all = { .empty = true }, round;

	for (int i = 0; i < rounds && !a->full; i++) {
		round = build(a, p->first);
		if (p->max == ENDLESS && i + 1 == rounds)
			connect(a, &round.last, &round.first);
		round.empty |= i >= p->min;
		all = chain(a, all, round);
	}
	return all;
}

static struct fragment
build(struct automaton *a, const struct part *p)
{
	struct fragment all = { .empty = true }, one;
	static const struct set none;

	if (p->atomic)	/* it matches in one way only: a state that no other shares a character with */
		return new_state(a, &none);
	switch (p->kind) {
	case SET:
		return new_state(a, &p->set);
	case ASSERTION:
		return all;
	case REPEAT:
		return build_repeat(a, p);
	case SEQUENCE:
		for (const struct part *q = p->first; q && !a->full; q = q->next)
			all = chain(a, all, build(a, q));
		return all;
	case CHOICE:
		all.empty = false;
		for (const struct part *q = p->first; q && !a->full; q = q->next) {
			one = build(a, q);
			states_join(&all.first, &one.first);
			states_join(&all.last, &one.last);
			all.empty |= one.empty;
		}
		return all;
	}
	return all;
}

/* Pairs of different states that one text can lead to from one state. */
struct search {
	const struct automaton *a;
	bool seen[MOST_STATES][MOST_STATES];
	struct {
		uint8_t p, q;
	} waiting[MOST_STATES * MOST_STATES];
	int n;
	long work;
};

/* Goes one character further from a pair; true when that leads both to one state again. */
static bool
step(struct search *s, int p, int q)
{
	const struct automaton *a = s->a;

	for (int i = 0; i < a->n; i++)
		for (int k = 0; k < a->n && a->follows[p][i]; k++) {
			s->work++;
			if (!a->follows[q][k] || !sets_meet(a->sets + i, a->sets + k))
				continue;
			if (i == k && (p != q || a->follows[p][i] > 1))
				return true;
			if (i != k && !s->seen[i][k]) {
				s->seen[i][k] = s->seen[k][i] = true;
				s->waiting[s->n].p = (uint8_t)i;
				s->waiting[s->n++].q = (uint8_t)k;
			}
		}
	return false;
}

static bool
has_two_ways(const struct automaton *a, struct search *s)
{
	s->a = a;
	for (int p = 0; p < a->n; p++)
		if (step(s, p, p))
			return true;
	while (s->n && s->work < MOST_WORK) {
		s->n--;
		if (step(s, s->waiting[s->n].p, s->waiting[s->n].q))
			return true;
	}
	return false;
}

bool
is_ambiguous(const struct part *repeat)
{
	struct arena *arena = arena_new();
	struct automaton *a = arena_alloc(arena, sizeof *a);
	struct fragment all = build(a, repeat->first);
	bool found = false;

	connect(a, &all.last, &all.first);
	if (!a->full)
		found = has_two_ways(a, arena_alloc(arena, sizeof (struct search)));
	arena_free(arena);
	return found;
}
