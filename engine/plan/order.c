/* SPDX-License-Identifier: MIT */
#include "plan/order.h"

#include <stdlib.h>
#include <string.h>

/*
 * A later task must be better by this much to overtake an earlier one: near-ties keep the
 * author's order.
 */
static const double clearly = 1 + 1.0 / 1024;

enum { HARMS = 3, CLASSES = 2 * HARMS };

/*
 * One entry of a block: a task with what completes it (`completes` counts from the start of the
 * block).
 */
struct entry_of_block {
	int task, completes;
	bool fresh;		/* it was not done before: what it can settle counts */
};

struct orderer {
	const struct problem *p;
	struct arena *arena;
	struct order *out;
	size_t out_cap;
	double *left;		/* weight of each cause that is left */
	double *saved;
	double total;
	bool *done;
	int *class;		/* of each task's whole block: last resort, then harm */
	int (*open)[CLASSES];	/* per cause: wanted tasks that are not placed, by class */
	/* the block that is being looked at */
	struct entry_of_block *block;
	size_t nblock, block_max;
	unsigned *mark, stamp;
	bool *busy;
};

static void
append(struct orderer *o, int task, int completes)
{
	bool fresh = !o->done[task];

	for (size_t i = 0; i < o->nblock && fresh; i++)
		fresh = o->block[i].task != task;
	if (o->nblock < o->block_max)
		o->block[o->nblock++] = (struct entry_of_block){ task, completes, fresh };
	o->mark[task] = o->stamp;
}

/* What completes the task comes right after it, again even when it was done before. */
static void
complete(struct orderer *o, int task)
{
	const struct task *n = &o->p->tasks[task];
	int at = (int)o->nblock - 1;

	o->busy[task] = true;
	for (size_t i = 0; i < n->nthen; i++) {
		if (o->busy[n->then[i]])
			continue;
		append(o, n->then[i], at);
		complete(o, n->then[i]);
	}
	o->busy[task] = false;
}

static void want(struct orderer *o, int task);

/* What the task and what completes it need first. */
static void
prepare(struct orderer *o, int task)
{
	const struct task *n = &o->p->tasks[task];

	o->busy[task] = true;
	for (size_t i = 0; i < n->nbefore; i++)
		want(o, n->before[i]);
	for (size_t i = 0; i < n->nthen; i++)
		if (!o->busy[n->then[i]])
			prepare(o, n->then[i]);
	o->busy[task] = false;
}

static void
want(struct orderer *o, int task)
{
	if (o->done[task] || o->mark[task] == o->stamp)
		return;
	o->mark[task] = o->stamp;
	prepare(o, task);
	append(o, task, -1);
	complete(o, task);
}

static void
gather(struct orderer *o, int task)
{
	o->stamp++;
	o->nblock = 0;
	want(o, task);
}

/* Weight that the block settles now, per millisecond of its cost. */
static double
efficiency(struct orderer *o, int task)
{
	const struct task *tasks = o->p->tasks;
	double gain = 0, cost = 0;

	gather(o, task);
	for (size_t i = 0; i < o->nblock; i++) {
		const struct task *n = &tasks[o->block[i].task];

		cost += (double)n->cost;
		for (size_t k = 0; o->block[i].fresh && k < n->nfixes; k++) {
			double *left = &o->left[n->fixes[k].cause];
			double part = *left * n->fixes[k].works;

			gain += part;
			*left -= part;
		}
	}
	for (size_t i = 0; i < o->nblock; i++) {
		const struct task *n = &tasks[o->block[i].task];

		for (size_t k = 0; k < n->nfixes; k++)
			o->left[n->fixes[k].cause] = o->saved[n->fixes[k].cause];
	}
	return gain / (cost < 1 ? 1 : cost);
}

/* True while a less harmful task can still settle one of the same causes. */
static bool
is_blocked(const struct orderer *o, int task)
{
	const struct task *n = &o->p->tasks[task];
	int last = o->class[task] / HARMS, harm = o->class[task] % HARMS;

	for (size_t k = 0; k < n->nfixes; k++) {
		const int *open = o->open[n->fixes[k].cause];

		for (int l = 0; l <= last; l++)
			for (int h = 0; h < harm; h++)
				if (open[l * HARMS + h])
					return true;
	}
	return false;
}

static void
count(struct orderer *o, int task, int by)
{
	const struct task *n = &o->p->tasks[task];

	for (size_t k = 0; n->wanted && k < n->nfixes; k++)
		o->open[n->fixes[k].cause][o->class[task]] += by;
}

static double
still_left(const struct orderer *o)
{
	double left = o->p->other;

	for (size_t c = 0; c < o->p->ncauses; c++)
		left += o->left[c];
	return left / o->total;
}

static void
place(struct orderer *o, const struct entry_of_block *e, size_t base)
{
	const struct task *n = &o->p->tasks[e->task];
	struct order *out = o->out;
	struct placed *step;
	double settles = 0;

	out->steps = arena_grow(o->arena, out->steps, out->n, &o->out_cap, sizeof *out->steps);
	step = &out->steps[out->n++];
	*step = (struct placed){ .task = e->task, .completes = e->completes < 0 ? -1 : (int)base + e->completes };
	step->reached = step->completes < 0 ? still_left(o) : out->steps[step->completes].reached;
	for (size_t k = 0; e->fresh && k < n->nfixes; k++) {
		double *left = &o->left[n->fixes[k].cause];
		double part = *left * n->fixes[k].works;

		settles += part;
		*left -= part;
		o->saved[n->fixes[k].cause] = *left;
	}
	step->settles = settles / o->total;
	out->cost += (double)n->cost * step->reached;
	if (!o->done[e->task])
		count(o, e->task, -1);
	o->done[e->task] = true;
}

static void
place_block(struct orderer *o, int task)
{
	size_t base = o->out->n;

	gather(o, task);
	for (size_t i = 0; i < o->nblock; i++)
		place(o, &o->block[i], base);
}

/* The next task to aim at, -1 when none is left. */
static int
choose(struct orderer *o)
{
	const struct problem *p = o->p;
	int best = -1, rank = 2;
	double ratio = 0;

	for (size_t i = 0; i < p->n; i++) {
		int task = (int)i, last;
		double e;

		if (!p->tasks[i].wanted || o->done[i])
			continue;
		last = o->class[i] / HARMS;
		if (last > rank || is_blocked(o, task))
			continue;
		e = efficiency(o, task);
		if (best >= 0 && last == rank && e <= ratio * clearly)
			continue;
		best = task;
		rank = last;
		ratio = e;
	}
	return best;
}

/* A task is as harmful and as late as the worst of what it brings along. */
static int
class_of(struct orderer *o, int task)
{
	int last = 0, harm = 0;

	gather(o, task);
	for (size_t i = 0; i < o->nblock; i++) {
		const struct task *n = &o->p->tasks[o->block[i].task];

		last |= n->last;
		harm = n->harm > harm ? n->harm : harm;
	}
	return last * HARMS + harm;
}

static void
begin(struct orderer *o, const struct problem *p, struct arena *a, struct order *out)
{
	*out = (struct order){ 0 };
	*o = (struct orderer){ .p = p, .arena = a, .out = out, .total = p->other };
	o->left = arena_array(a, p->ncauses, sizeof *o->left);
	o->saved = arena_array(a, p->ncauses, sizeof *o->saved);
	o->done = arena_array(a, p->n, sizeof *o->done);
	o->class = arena_array(a, p->n, sizeof *o->class);
	o->open = arena_array(a, p->ncauses, sizeof *o->open);
	o->mark = arena_array(a, p->n, sizeof *o->mark);
	o->busy = arena_array(a, p->n, sizeof *o->busy);
	o->block_max = 4 * p->n + 16;
	o->block = arena_array(a, o->block_max, sizeof *o->block);
	for (size_t c = 0; c < p->ncauses; c++) {
		o->left[c] = o->saved[c] = p->weights[c];
		o->total += p->weights[c];
	}
	if (o->total <= 0)
		o->total = 1;
	for (size_t i = 0; i < p->n; i++)
		o->done[i] = p->tasks[i].done;
	for (size_t i = 0; i < p->n; i++) {
		o->class[i] = class_of(o, (int)i);
		if (!o->done[i])
			count(o, (int)i, 1);
	}
}

void
order_make(const struct problem *p, struct arena *a, struct order *out)
{
	struct orderer o;
	int task;

	begin(&o, p, a, out);
	for (size_t i = 0; i < p->nfirst; i++)
		if (!o.done[p->first[i]])
			place_block(&o, p->first[i]);
	while ((task = choose(&o)) >= 0)
		place_block(&o, task);
	out->left = still_left(&o);
	out->cost += (double)p->service * out->left;
}

struct choice {
	double cost, works;
};

static int
by_ratio(const void *x, const void *y)
{
	const struct choice *a = x, *b = y;
	double left = a->works * b->cost, right = b->works * a->cost;

	return (left < right) - (left > right);
}

/* Fills in how often each placed task settles the cause; a repetition settles nothing. */
static void
works_for(const struct problem *p, const struct order *o, int cause, bool *seen, struct choice *choices)
{
	memset(seen, 0, p->n);
	for (size_t i = 0; i < o->n; i++) {
		const struct task *n = &p->tasks[o->steps[i].task];

		choices[i] = (struct choice){ (double)n->cost, 0 };
		for (size_t k = 0; !n->done && !seen[o->steps[i].task] && k < n->nfixes; k++)
			if (n->fixes[k].cause == cause)
				choices[i].works = n->fixes[k].works;
		seen[o->steps[i].task] = true;
	}
}

double
order_bound(const struct problem *p, const struct order *o, struct arena *a)
{
	struct choice *choices = arena_array(a, o->n + 1, sizeof *choices);
	bool *seen = arena_array(a, p->n + 1, sizeof *seen);
	double all = (double)p->service, bound = 0, total = p->other;

	for (size_t i = 0; i < o->n; i++)
		all += (double)p->tasks[o->steps[i].task].cost;
	bound += p->other * all;
	for (size_t c = 0; c < p->ncauses; c++) {
		double left = p->weights[c];

		total += left;
		works_for(p, o, (int)c, seen, choices);
		qsort(choices, o->n, sizeof *choices, by_ratio);
		for (size_t i = 0; i < o->n; i++) {
			bound += left * choices[i].cost;
			left -= left * choices[i].works;
		}
		bound += left * (double)p->service;
	}
	return total > 0 ? bound / total : all;
}
