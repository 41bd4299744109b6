/* SPDX-License-Identifier: MIT */
#include "plan/question.h"

#include <stdlib.h>

/* A sign or an excluding condition of a cause whose result waits for the slot. */
struct reader {
	size_t cause;
	const struct condition *when;
	const struct sign *sign;	/* NULL: an excluding condition */
	enum truth excludes;		/* the truth that rules the cause out */
};

/* A slot that a person could be asked about. */
struct asked {
	struct fact *fact;
	int slot;
	int64_t mass;			/* ppm of the causes that read it */
	struct reader *readers;
	size_t nreaders, cap;
};

struct finder {
	struct session *session;
	const struct belief *belief;
	struct arena *arena;
	double other;
	struct question_cost cost;
	struct asked *asked;
	size_t nasked, cap;
	struct reader now;		/* whose reads are being listed */
};

enum { ANSWERS_MAX = 12 };

static size_t
answers(struct session *s, const struct slot *slot, value *out)
{
	size_t n = 0;

	if (slot->type == TYPE_YES_NO) {
		out[0] = 1;
		out[1] = 0;
		return 2;
	}
	for (; slot->type == TYPE_SYMBOL && slot->of && slot->of[n]; n++) {
		if (n == ANSWERS_MAX)
			return 0;
		out[n] = sym_of(session_syms(s), slot->of[n]);
	}
	return n;
}

static struct asked *
asked_for(struct finder *f, struct fact *fact, int slot)
{
	for (size_t i = 0; i < f->nasked; i++)
		if (f->asked[i].fact == fact && f->asked[i].slot == slot)
			return &f->asked[i];
	f->asked = arena_grow(f->arena, f->asked, f->nasked, &f->cap, sizeof *f->asked);
	f->asked[f->nasked] = (struct asked){ .fact = fact, .slot = slot };
	return &f->asked[f->nasked++];
}

/* session_reads shows facts as read-only; the session itself has them to change. */
static struct fact *
own(struct session *s, const struct fact *fact)
{
	struct fact *f = session_first(s, fact->of);

	while (f && f != fact)
		f = session_next(s, f);
	return f;
}

static void
see(void *context, const struct template *of, const struct fact *fact, int slot, value v)
{
	struct finder *f = context;
	const struct reader *last;
	struct asked *a;

	if (!fact || v != UNKNOWN || !of->slots[slot].ask)
		return;
	a = asked_for(f, own(f->session, fact), slot);
	last = a->nreaders ? &a->readers[a->nreaders - 1] : NULL;
	if (last && last->cause == f->now.cause && last->when == f->now.when)
		return;
	if (!last || last->cause != f->now.cause)
		a->mass += f->belief->causes[f->now.cause].p;
	a->readers = arena_grow(f->arena, a->readers, a->nreaders, &a->cap, sizeof *a->readers);
	a->readers[a->nreaders++] = f->now;
}

static void
list_reads(struct finder *f, struct reader r)
{
	struct fact *subject = f->belief->causes[r.cause].subject;

	if (!r.when->expr || session_ask(f->session, r.when, subject, NULL) != MAYBE)
		return;
	f->now = r;
	session_reads(f->session, r.when, subject, see, f);
}

static void
list_asked(struct finder *f)
{
	for (size_t c = 0; c < f->belief->ncauses && c < QUESTION_CAUSES; c++) {
		const struct issue *i = f->belief->causes[c].issue;

		for (size_t k = 0; k < i->nsigns; k++)
			if (!sign_repeats(i, k))
				list_reads(f, (struct reader){ c, &i->signs[k].when, &i->signs[k], MAYBE });
		list_reads(f, (struct reader){ c, &i->ruled_out_by, NULL, TRUE });
		list_reads(f, (struct reader){ c, &i->requires, NULL, FALSE });
	}
}

/*
 * What the signs that read the slot say about an answer in general, without their issues: each
 * spreads `otherwise` over the answers that make it true.
 */
static void
base_rates(const struct asked *a, const enum truth *truths, size_t nanswers, double *rates)
{
	for (size_t v = 0; v < nanswers; v++)
		rates[v] = 1e-6;
	for (size_t r = 0; r < a->nreaders; r++) {
		const struct sign *sign = a->readers[r].sign;
		const enum truth *t = &truths[r * nanswers];
		size_t yes = 0, no = 0;

		for (size_t v = 0; v < nanswers; v++) {
			yes += t[v] == TRUE;
			no += t[v] == FALSE;
		}
		if (!sign || !yes || !no)
			continue;
		for (size_t v = 0; v < nanswers; v++) {
			double otherwise = (double)sign->otherwise / PPM_ONE;

			if (t[v] == TRUE)
				rates[v] += otherwise / (double)yes;
			else if (t[v] == FALSE)
				rates[v] += (1 - otherwise) / (double)no;
		}
	}
}

/* The weights of the causes after an answer; returns their sum, "something else" included. */
static double
reweigh(const struct finder *f, const struct asked *a, const enum truth *truths, size_t nanswers, size_t v,
		double *weights)
{
	double sum = f->other;

	for (size_t c = 0; c < f->belief->ncauses; c++)
		weights[c] = f->belief->causes[c].weight;
	for (size_t r = 0; r < a->nreaders; r++) {
		const struct reader *rd = &a->readers[r];
		enum truth t = truths[r * nanswers + v];

		if (rd->sign)
			weights[rd->cause] *= sign_odds(rd->sign, t);
		else if (t == rd->excludes)
			weights[rd->cause] = 0;
	}
	for (size_t c = 0; c < f->belief->ncauses; c++)
		sum += weights[c];
	return sum;
}

/* What the conditions would say, answer by answer. */
static void
suppose(struct finder *f, const struct asked *a, const value *values, size_t nanswers, enum truth *truths)
{
	value *slot = &a->fact->slots[a->slot], before = *slot;

	for (size_t v = 0; v < nanswers; v++) {
		*slot = values[v];
		for (size_t r = 0; r < a->nreaders; r++)
			truths[r * nanswers + v] = session_ask(f->session, a->readers[r].when,
					f->belief->causes[a->readers[r].cause].subject, NULL);
	}
	*slot = before;
}

static int64_t
saving(struct finder *f, const struct asked *a, double cost_now)
{
	value values[ANSWERS_MAX];
	double rates[ANSWERS_MAX], total = 0, after = 0;
	size_t n = answers(f->session, &a->fact->of->slots[a->slot], values);
	enum truth *truths = arena_array(f->arena, a->nreaders * n, sizeof *truths);
	double *weights = arena_array(f->arena, f->belief->ncauses, sizeof *weights);

	if (!n)
		return 0;
	suppose(f, a, values, n, truths);
	base_rates(a, truths, n, rates);
	for (size_t v = 0; v < n; v++) {
		double p = rates[v] * reweigh(f, a, truths, n, v, weights);

		total += p;
		after += p * f->cost.of(f->cost.context, weights, f->other);
	}
	return (int64_t)(cost_now - after / total);
}

static int
by_mass(const void *x, const void *y)
{
	const struct asked *a = x, *b = y;

	if (a->mass != b->mass)
		return a->mass > b->mass ? -1 : 1;
	if (a->fact->id != b->fact->id)
		return a->fact->id < b->fact->id ? -1 : 1;
	return (a->slot > b->slot) - (a->slot < b->slot);
}

static int64_t
gain(const struct question *q)
{
	return q->saves_ms - q->of->slots[q->slot].ask_ms;
}

static int
by_gain(const void *x, const void *y)
{
	const struct question *a = x, *b = y;
	int64_t ga = gain(a), gb = gain(b);

	if (ga != gb)
		return ga > gb ? -1 : 1;
	if (a->subject->id != b->subject->id)
		return a->subject->id < b->subject->id ? -1 : 1;
	return (a->slot > b->slot) - (a->slot < b->slot);
}

struct question *
questions_find(struct session *s, const struct belief *b, double other, struct question_cost cost,
		struct arena *a, size_t *n)
{
	struct finder f = { .session = s, .belief = b, .arena = arena_new(), .other = other, .cost = cost };
	struct question *q = arena_array(a, QUESTION_CANDIDATES, sizeof *q);
	double *weights = arena_array(f.arena, b->ncauses, sizeof *weights);
	double cost_now;

	*n = 0;
	list_asked(&f);
	if (f.nasked)
		qsort(f.asked, f.nasked, sizeof *f.asked, by_mass);
	for (size_t c = 0; c < b->ncauses; c++)
		weights[c] = b->causes[c].weight;
	cost_now = f.nasked ? cost.of(cost.context, weights, other) : 0;
	for (size_t i = 0; i < f.nasked && i < QUESTION_CANDIDATES; i++) {
		struct asked *x = &f.asked[i];

		q[*n] = (struct question){ x->fact->of, x->fact, x->slot, saving(&f, x, cost_now) };
		*n += gain(&q[*n]) > 0;
	}
	if (*n)
		qsort(q, *n, sizeof *q, by_gain);
	if (*n > QUESTIONS_MAX)
		*n = QUESTIONS_MAX;
	arena_free(f.arena);
	return q;
}
