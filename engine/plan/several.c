/* SPDX-License-Identifier: MIT */
#include "plan/several.h"

struct several {
	const struct belief *belief;
	const struct model *model;
	const struct problem *problem;
	const struct order *order;
	double *left;		/* of each cause of the belief: the part that no step has settled */
	double *own;		/* of each patient: the part of its trouble that is its own and left */
	double *common;		/* of each patient: the part that it shares, at the beginning */
	double shared;		/* ppm of all that is shared, something else included: at the beginning, and left */
	double shared_left;
};

static void
begin(struct several *s, struct arena *a)
{
	const struct belief *b = s->belief;

	s->left = arena_array(a, b->ncauses, sizeof *s->left);
	s->own = arena_array(a, b->npatients, sizeof *s->own);
	s->common = arena_array(a, b->npatients, sizeof *s->common);
	s->shared = (double)b->other;
	for (size_t i = 0; i < b->ncauses; i++) {
		const struct cause *c = &b->causes[i];

		s->left[i] = 1;
		if (c->patient >= 0)
			s->own[c->patient] += (double)c->alone / PPM_ONE;
		else
			s->shared += (double)c->p;
	}
	for (size_t i = 0; i < b->npatients; i++)
		s->common[i] = s->own[i] < 1 ? 1 - s->own[i] : 0;
	s->shared_left = s->shared;
}

/* The part of a patient's trouble that is left; of what is shared each has the same part left. */
static double
left_of(const struct several *s, size_t patient)
{
	double left = s->own[patient] + (s->shared > 0 ? s->common[patient] * s->shared_left / s->shared : 0);

	return left < 0 ? 0 : left < 1 ? left : 1;
}

static const struct fact *
subject_of(const struct several *s, size_t placed)
{
	return s->model->candidates[s->order->steps[placed].task].subject;
}

/* Whether anything is left: of one patient, or of any of them. */
static double
still_wrong(const struct several *s, const struct fact *patient)
{
	double well = 1;

	for (size_t i = 0; i < s->belief->npatients; i++)
		if (!patient || s->belief->patients[i].subject == patient)
			well *= 1 - s->belief->patients[i].ailing * left_of(s, i);
	return 1 - well;
}

static void
settle(struct several *s, size_t placed)
{
	const struct task *t = &s->problem->tasks[s->order->steps[placed].task];

	for (size_t i = 0; i < placed; i++)
		if (s->order->steps[i].task == s->order->steps[placed].task)
			return;
	for (size_t k = 0; !t->done && k < t->nfixes; k++) {
		const struct cause *c = s->model->causes[t->fixes[k].cause];
		double *left = &s->left[c - s->belief->causes], part = *left * t->fixes[k].works;

		*left -= part;
		if (c->patient >= 0)
			s->own[c->patient] -= part * c->alone / PPM_ONE;
		else
			s->shared_left -= part * (double)c->p;
	}
}

/* The causes of the plan as they weigh for one patient, the sum with `other` being 1. False: it has none of its own there. */
static bool
weigh_for(const struct several *s, size_t patient, double *weights, double *other)
{
	bool any = false;

	*other = 1;
	for (size_t i = 0; i < s->problem->ncauses; i++) {
		const struct cause *c = s->model->causes[i];

		weights[i] = c->patient == (int)patient ? (double)c->alone / PPM_ONE
			: c->patient < 0 && s->shared > 0 ? s->common[patient] * (double)c->p / s->shared : 0;
		*other -= weights[i];
		any |= c->patient == (int)patient;
	}
	*other = *other > 0 ? *other : 0;
	return any;
}

/* For one patient alone: its own steps and those for all, which are done at least as often. The others only add to it. */
static double
bound_for(const struct several *s, size_t patient, struct arena *a)
{
	const struct fact *subject = s->belief->patients[patient].subject;
	struct problem p = *s->problem;
	double *weights = arena_array(a, p.ncauses, sizeof *weights);
	struct order o = { .steps = arena_array(a, s->order->n, sizeof *o.steps) };

	p.weights = weights;
	if (!weigh_for(s, patient, weights, &p.other))
		return 0;
	for (size_t i = 0; i < s->order->n; i++)
		if (!subject_of(s, i) || subject_of(s, i) == subject)
			o.steps[o.n++] = s->order->steps[i];
	return s->belief->patients[patient].ailing * order_bound(&p, &o, a);
}

static double
bound(const struct several *s)
{
	double most = 0;

	for (size_t i = 0; i < s->belief->npatients; i++) {
		struct arena *scratch = arena_new();
		double b = bound_for(s, i, scratch);

		arena_free(scratch);
		most = b > most ? b : most;
	}
	return most;
}

struct figures
several_figures(const struct belief *b, const struct model *m, const struct problem *p, const struct order *o,
		struct arena *a)
{
	struct several s = { .belief = b, .model = m, .problem = p, .order = o };
	struct figures f = { arena_array(a, o->n, sizeof *f.reached), o->cost, 0 };

	for (size_t i = 0; i < o->n; i++)
		f.reached[i] = o->steps[i].reached;
	if (b->npatients < 2 || p->several) {
		f.bound = order_bound(p, o, a);
		return f;
	}
	begin(&s, a);
	f.bound = bound(&s);
	f.cost = 0;
	for (size_t i = 0; i < o->n; i++) {
		f.reached[i] = o->steps[i].completes >= 0 ? f.reached[o->steps[i].completes]
			: still_wrong(&s, subject_of(&s, i));
		f.cost += (double)o->steps[i].cost * f.reached[i];
		settle(&s, i);
	}
	f.cost += (double)p->service * still_wrong(&s, NULL);
	return f;
}
