/* SPDX-License-Identifier: MIT */
#include "plan/policy.h"

#include "plan/exact.h"

#include <math.h>
#include <string.h>

struct solver {
	const struct policy_input *in;
	struct arena *arena;
	struct task *tasks;		/* wanted: hopeful with some answer */
	size_t codes, radix[POLICY_QUESTIONS_MAX + 1];
	size_t nitems, sets;
	double *u, *on;			/* by code and set */
	double *asking;			/* by set */
};

static void
answers_of(const struct solver *s, size_t code, size_t *answers)
{
	for (size_t q = 0; q < s->in->n; q++) {
		answers[q] = code % (s->in->askings[q].nanswers + 1);
		code /= s->in->askings[q].nanswers + 1;
	}
}

/* The problem once these answers were given. */
static struct problem
problem_for(const struct solver *s, size_t code, struct arena *a)
{
	struct problem p = *s->in->problem;
	double *weights = arena_array(a, p.ncauses + 1, sizeof *weights);
	size_t answers[POLICY_QUESTIONS_MAX] = { 0 };

	answers_of(s, code, answers);
	s->in->weigh(s->in->context, answers, weights, &p.other);
	p.weights = weights;
	if (s->tasks) {
		p.tasks = s->tasks;
		p.rare = 0;
	}
	return p;
}

/* Tasks that could matter without an answer, or after any single one. */
static struct task *
tasks_for(struct solver *s, struct arena *a)
{
	const struct problem *p = s->in->problem;
	struct task *tasks = arena_array(s->arena, p->n + 1, sizeof *tasks);
	bool *hopeful = arena_array(a, p->n + 1, sizeof *hopeful), *any = arena_array(a, p->n + 1, sizeof *any);

	for (size_t q = 0; q < s->in->n; q++)
		for (size_t k = q == 0 ? 0 : 1; k <= s->in->askings[q].nanswers; k++) {
			struct problem with = problem_for(s, k * s->radix[q], a);

			order_hopeful(&with, hopeful);
			for (size_t i = 0; i < p->n; i++)
				any[i] |= hopeful[i];
		}
	for (size_t i = 0; i < p->n; i++) {
		tasks[i] = p->tasks[i];
		tasks[i].wanted = any[i];
	}
	return tasks;
}

static void
count_codes(struct solver *s, size_t n)
{
	s->radix[0] = 1;
	for (size_t q = 0; q < n; q++)
		s->radix[q + 1] = s->radix[q] * (s->in->askings[q].nanswers + 1);
	s->codes = s->radix[n];
}

/* Everything but the tables; false: no room. */
static bool
begin(struct solver *s, const struct policy_input *in)
{
	struct sets sets;
	struct problem p;

	*s = (struct solver){ .in = in, .arena = arena_new() };
	if (in->n > POLICY_QUESTIONS_MAX)
		return false;
	count_codes(s, in->n);
	s->tasks = tasks_for(s, s->arena);
	p = problem_for(s, 0, s->arena);
	order_sets(&p, s->arena, &sets);
	s->nitems = sets.n;
	s->sets = (size_t)1 << (sets.n < EXACT_ITEMS_MAX ? sets.n : EXACT_ITEMS_MAX);
	return sets.n < EXACT_ITEMS_MAX && sets.nsetups <= 32;
}

size_t
policy_fits(const struct policy_input *in)
{
	struct policy_input all = *in;
	struct solver s;
	size_t n = 0;

	if (all.n > POLICY_QUESTIONS_MAX)
		all.n = POLICY_QUESTIONS_MAX;
	if (begin(&s, &all))
		for (n = all.n; n && s.sets * s.radix[n] > in->room; n--)
			;
	arena_free(s.arena);
	return n;
}

/*
 * Expected cost of asking and then going on in the best way, divided by U. An answer is as probable as its rate
 * and the weight that is left with it say.
 */
static double
ask(const struct solver *s, size_t code, size_t q, size_t done)
{
	const struct asking *a = &s->in->askings[q];
	double sum = 0, total = 0;

	for (size_t k = 0; k < a->nanswers; k++) {
		size_t at = (code + (k + 1) * s->radix[q]) * s->sets + done;

		total += a->rates[k] * s->u[at];
		sum += a->rates[k] * s->on[at];
	}
	return total > 0 ? a->cost + sum / total : INFINITY;
}

static double
solve(struct solver *s, size_t code, const double *asking)
{
	struct arena *a = arena_new();
	struct problem p = problem_for(s, code, a);
	struct stand at, end;
	struct sets sets;
	double cost;
	int *items;

	order_sets(&p, a, &sets);
	items = arena_array(a, sets.n + 1, sizeof *items);
	at = stand_new(&sets, a);
	end = stand_new(&sets, a);
	stand_begin(&sets, &at);
	stand_begin(&sets, &end);
	for (size_t i = 0; i < sets.n; i++) {
		items[i] = (int)i;
		stand_do(&sets, &end, (int)i);
	}
	cost = exact_solve(&(struct exact){
		.sets = &sets, .at = &at, .items = items, .n = sets.n, .end = -1, .useless = end.weight,
		.asking = asking, .u = s->u + code * s->sets, .on = s->on + code * s->sets,
	}, NULL, NULL, NULL);
	cost = s->u[code * s->sets] > 0 ? cost / s->u[code * s->sets] : 0;
	arena_free(a);
	return cost;
}

static void
fill_asking(struct solver *s, size_t code)
{
	size_t answers[POLICY_QUESTIONS_MAX] = { 0 };

	answers_of(s, code, answers);
	for (size_t done = 0; done < s->sets; done++) {
		s->asking[done] = INFINITY;
		for (size_t q = 0; q < s->in->n; q++)
			if (!answers[q]) {
				double cost = ask(s, code, q, done);

				s->asking[done] = cost < s->asking[done] ? cost : s->asking[done];
			}
	}
}

bool
policy_solve(const struct policy_input *in, struct policy *out)
{
	struct solver s;
	bool solved = begin(&s, in) && s.sets * s.codes <= in->room;

	if (solved) {
		s.u = arena_take(s.arena, s.codes * s.sets * sizeof *s.u);
		s.on = arena_take(s.arena, s.codes * s.sets * sizeof *s.on);
		s.asking = arena_take(s.arena, s.sets * sizeof *s.asking);
		for (size_t code = s.codes; code-- > 1;) {
			fill_asking(&s, code);
			solve(&s, code, s.asking);
		}
		fill_asking(&s, 0);
		for (size_t q = 0; q < in->n; q++)
			out->ask[q] = ask(&s, 0, q, 0);
		s.asking[0] = INFINITY;
		out->act = solve(&s, 0, s.asking);
		out->never = solve(&s, 0, NULL);
		solved = !isinf(out->never);
	}
	arena_free(s.arena);
	return solved;
}
