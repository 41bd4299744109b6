/* SPDX-License-Identifier: MIT */
#include "plan/several.h"

struct several {
	const struct belief *belief;
	const struct model *model;
	const struct problem *problem;
	const struct order *order;
	double *left;		/* of each cause of the belief: the part that no step has settled */
};

/*
 * The weights of the causes for one patient, their sum and that of something else being 1: its own
 * as they are for it alone, and of what is left what all share, in proportion. Returns the part of
 * something else.
 */
static double
weights_for(const struct several *s, const struct fact *patient, double *weights)
{
	const struct belief *b = s->belief;
	double own = 0, shared = b->other;

	for (size_t i = 0; i < b->ncauses; i++) {
		own += b->causes[i].subject == patient ? (double)b->causes[i].alone / PPM_ONE : 0;
		shared += b->causes[i].subject ? 0 : b->causes[i].p;
	}
	for (size_t i = 0; i < b->ncauses; i++) {
		const struct cause *c = &b->causes[i];

		weights[i] = c->subject == patient ? (double)c->alone / PPM_ONE
			: !c->subject && shared > 0 && own < 1 ? (1 - own) * c->p / shared : 0;
	}
	return shared > 0 && own < 1 ? (1 - own) * b->other / shared : 0;
}

/* The part of a patient's trouble that is left. */
static double
left_of(const struct several *s, const double *weights, double other)
{
	double left = other;

	for (size_t i = 0; i < s->belief->ncauses; i++)
		left += weights[i] * s->left[i];
	return left < 1 ? left : 1;
}

static const struct fact *
subject_of(const struct several *s, size_t placed)
{
	return s->model->candidates[s->order->steps[placed].task].subject;
}

static void
settle(struct several *s, size_t placed)
{
	const struct task *t = &s->problem->tasks[s->order->steps[placed].task];

	for (size_t i = 0; i < placed; i++)
		if (s->order->steps[i].task == s->order->steps[placed].task)
			return;
	for (size_t k = 0; !t->done && k < t->nfixes; k++)
		s->left[s->model->causes[t->fixes[k].cause] - s->belief->causes] *= 1 - t->fixes[k].works;
}

/* Whether anything is left: of one patient, or of any of them. */
static double
still_wrong(const struct several *s, double *const *weights, const double *others, const struct fact *patient)
{
	double well = 1;

	for (size_t i = 0; i < s->belief->npatients; i++) {
		const struct patient *p = &s->belief->patients[i];

		if (!patient || p->subject == patient)
			well *= 1 - p->ailing * left_of(s, weights[i], others[i]);
	}
	return 1 - well;
}

/*
 * For one patient alone: its own steps and those for all, whose order is as free as theirs. The
 * others only add to it.
 */
static double
bound_for(const struct several *s, const double *weights, double other, const struct fact *patient, struct arena *a)
{
	struct problem p = *s->problem;
	double *w = arena_array(a, p.ncauses, sizeof *w);
	struct order o = { .steps = arena_array(a, s->order->n, sizeof *o.steps) };
	double all = other;

	for (size_t i = 0; i < s->belief->ncauses; i++)
		all += weights[i];
	for (size_t c = 0; c < p.ncauses; c++) {
		w[c] = weights[s->model->causes[c] - s->belief->causes];
		all -= w[c];
	}
	for (size_t i = 0; i < s->order->n; i++)
		if (!subject_of(s, i) || subject_of(s, i) == patient)
			o.steps[o.n++] = s->order->steps[i];
	p.weights = w;
	p.other = all > 0 ? all : 0;
	return order_bound(&p, &o, a);
}

struct figures
several_figures(const struct belief *b, const struct model *m, const struct problem *p, const struct order *o,
		struct arena *a)
{
	struct several s = { .belief = b, .model = m, .problem = p, .order = o };
	struct figures f = { arena_array(a, o->n, sizeof *f.reached), o->cost, 0 };
	double **weights, *others;

	for (size_t i = 0; i < o->n; i++)
		f.reached[i] = o->steps[i].reached;
	if (b->npatients < 2) {
		f.bound = order_bound(p, o, a);
		return f;
	}
	weights = arena_array(a, b->npatients, sizeof *weights);
	others = arena_array(a, b->npatients, sizeof *others);
	s.left = arena_array(a, b->ncauses, sizeof *s.left);
	for (size_t i = 0; i < b->ncauses; i++)
		s.left[i] = 1;
	for (size_t i = 0; i < b->npatients; i++) {
		double bound;

		weights[i] = arena_array(a, b->ncauses, sizeof **weights);
		others[i] = weights_for(&s, b->patients[i].subject, weights[i]);
		bound = b->patients[i].ailing * bound_for(&s, weights[i], others[i], b->patients[i].subject, a);
		f.bound = bound > f.bound ? bound : f.bound;
	}
	f.cost = 0;
	for (size_t i = 0; i < o->n; i++) {
		f.reached[i] = o->steps[i].completes >= 0 ? f.reached[o->steps[i].completes]
			: still_wrong(&s, weights, others, subject_of(&s, i));
		f.cost += (double)p->tasks[o->steps[i].task].cost * f.reached[i];
		settle(&s, i);
	}
	f.cost += (double)p->service * still_wrong(&s, weights, others, NULL);
	return f;
}
