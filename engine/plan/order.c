/* SPDX-License-Identifier: MIT */
#include "plan/order.h"

#include "plan/exact.h"
#include "plan/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Weight that counts as none, as part of the whole. */
static const double tiny = 1e-12;

enum { HARMS = 3, SETUPS_MAX = 32 };

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
	double total;
	bool *done;
	bool *wanted;		/* and hopeful */
	bool *paid;		/* of each set-up, by number */
	int *class;		/* of the whole block of each task that is an action: last resort, then harm */
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

/* U: what is left in all. */
static double
weight_left(const struct orderer *o)
{
	double left = o->p->other, well = 1 - o->p->other;

	if (!o->p->several) {
		for (size_t c = 0; c < o->p->ncauses; c++)
			left += o->left[c];
		return left;
	}
	for (size_t c = 0; c < o->p->ncauses; c++)
		well *= 1 - o->left[c];
	return 1 - well;
}

static double
still_left(const struct orderer *o)
{
	return weight_left(o) / o->total;
}

static void
place(struct orderer *o, const struct entry_of_block *e, size_t base)
{
	const struct task *n = &o->p->tasks[e->task];
	struct order *out = o->out;
	struct placed *step;
	double before = o->p->several ? still_left(o) : 0, settles = 0;

	out->steps = arena_grow(o->arena, out->steps, out->n, &o->out_cap, sizeof *out->steps);
	step = &out->steps[out->n++];
	*step = (struct placed){ .task = e->task, .completes = e->completes < 0 ? -1 : (int)base + e->completes, .rival = -1 };
	step->reached = step->completes < 0 ? still_left(o) : out->steps[step->completes].reached;
	step->cost = n->cost;
	if (n->setup && !o->paid[n->setup]) {
		step->cost += o->p->setups[n->setup - 1];
		o->paid[n->setup] = true;
	}
	for (size_t k = 0; e->fresh && k < n->nfixes; k++) {
		double *left = &o->left[n->fixes[k].cause];
		double part = *left * n->fixes[k].works;

		settles += part;
		*left -= part;
	}
	step->settles = o->p->several ? before - still_left(o) : settles / o->total;
	out->cost += (double)step->cost * step->reached;
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

/* What the task with what completes it could settle if nothing stood before it, as part of all weight. */
static double
potential(const struct problem *p, const struct task *t, double total)
{
	double sum = 0;

	for (size_t k = 0; k < t->nfixes; k++)
		sum += p->weights[t->fixes[k].cause] * t->fixes[k].works;
	for (size_t n = 0; n < t->nthen; n++)
		sum += potential(p, &p->tasks[t->then[n]], 1);
	return total > 0 ? sum / total : 0;
}

void
order_hopeful(const struct problem *p, bool *hopeful)
{
	enum { FEW = 3 };
	double total = p->other;
	size_t kept = 0;

	for (size_t c = 0; c < p->ncauses; c++)
		total += p->weights[c];
	for (size_t i = 0; i < p->n; i++) {
		double least = p->tasks[i].last ? p->rare / 10 : p->rare;

		hopeful[i] = p->tasks[i].wanted && (p->rare <= 0 || p->several || potential(p, &p->tasks[i], total) >= least);
		kept += hopeful[i];
	}
	for (size_t i = 0; i < p->n && kept < FEW; i++)
		hopeful[i] = p->tasks[i].wanted;
}

static void
begin(struct orderer *o, const struct problem *p, struct arena *a, struct order *out)
{
	*out = (struct order){ 0 };
	*o = (struct orderer){ .p = p, .arena = a, .out = out };
	o->left = arena_array(a, p->ncauses + 1, sizeof *o->left);
	o->done = arena_array(a, p->n + 1, sizeof *o->done);
	o->wanted = arena_array(a, p->n + 1, sizeof *o->wanted);
	order_hopeful(p, o->wanted);
	o->paid = arena_array(a, p->nsetups + 1, sizeof *o->paid);
	o->class = arena_array(a, p->n + 1, sizeof *o->class);
	o->mark = arena_array(a, p->n + 1, sizeof *o->mark);
	o->busy = arena_array(a, p->n + 1, sizeof *o->busy);
	o->block_max = 4 * p->n + 16;
	o->block = arena_array(a, o->block_max, sizeof *o->block);
	for (size_t c = 0; c < p->ncauses; c++)
		o->left[c] = p->weights[c];
	o->total = weight_left(o);
	if (o->total <= 0)
		o->total = 1;
	for (size_t i = 0; i < p->n; i++) {
		o->done[i] = p->tasks[i].done;
		if (o->done[i])
			o->paid[p->tasks[i].setup] = true;
	}
	o->paid[0] = false;
	for (size_t i = 0; i < p->nfirst; i++)
		if (!o->done[p->first[i]])
			place_block(o, p->first[i]);
}

/* -- Items -- */

/* Makes items of tasks. */
struct maker {
	struct orderer *o;
	struct sets *s;
	struct arena *arena;
	bool *is_action, *is_item;	/* of each task */
	int *item_of;			/* of each task, -1: none */
	int *cause_of;			/* number in sets.left, -1: no item can settle it */
	int *list, *task_list;		/* room for as many entries as there are tasks, items or set-ups */
};

/* The task and what completes it, as if all it needs were done. */
static void
gather_alone(struct orderer *o, int task)
{
	o->stamp++;
	o->nblock = 0;
	append(o, task, -1);
	complete(o, task);
}

static void find_items(struct maker *m, int task);

static void
find_needs(struct maker *m, int task)
{
	const struct task *n = &m->o->p->tasks[task];

	for (size_t k = 0; k < n->nbefore; k++)
		if (!m->o->done[n->before[k]])
			find_items(m, n->before[k]);
}

/* The task, what it needs, and of what completes them that which settles something or has a set-up. */
static void
find_items(struct maker *m, int task)
{
	int *members;
	size_t n;

	if (m->is_action[task])
		return;
	m->is_action[task] = m->is_item[task] = true;
	gather_alone(m->o, task);
	n = m->o->nblock;
	members = arena_array(m->arena, n, sizeof *members);
	for (size_t i = 0; i < n; i++)
		members[i] = m->o->block[i].task;
	for (size_t i = 0; i < n; i++) {
		const struct task *t = &m->o->p->tasks[members[i]];

		m->is_item[members[i]] |= !m->o->done[members[i]] && (t->nfixes || t->setup);
		find_needs(m, members[i]);
	}
}

static struct some
kept(struct maker *m, size_t n)
{
	struct some some = { arena_array(m->arena, n + 1, sizeof *some.of), n };

	memcpy(some.of, m->list, n * sizeof *some.of);
	return some;
}

static size_t
add_once(int *list, size_t n, int x)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == x)
			return n;
	list[n] = x;
	return n + 1;
}

/* Whether b has to wait for a: it loses more and can settle one of the same causes, or it is a last resort. */
static bool
waits_for(const struct maker *m, int b, int a)
{
	const struct task *tb = &m->o->p->tasks[b], *ta = &m->o->p->tasks[a];
	int last_a = m->o->class[a] / HARMS, last_b = m->o->class[b] / HARMS;

	if (!m->o->wanted[a] || a == b || last_a > last_b)
		return false;
	if (last_a < last_b)
		return true;
	if (m->o->class[a] >= m->o->class[b])
		return false;
	for (size_t i = 0; i < ta->nfixes; i++)
		for (size_t k = 0; k < tb->nfixes; k++)
			if (ta->fixes[i].cause == tb->fixes[k].cause)
				return true;
	return false;
}

/* What an action is, beyond its own task. */
static void
make_action(struct maker *m, struct item *it)
{
	const struct problem *p = m->o->p;
	size_t n = 0, nsetups = 0, ntasks;

	gather_alone(m->o, it->task);
	ntasks = m->o->nblock;
	m->list[n++] = m->item_of[it->task];
	for (size_t i = 0; i < ntasks; i++) {
		int task = m->o->block[i].task;

		it->cost += (double)p->tasks[task].cost;
		if (m->item_of[task] >= 0)
			n = add_once(m->list, n, m->item_of[task]);
		m->task_list[i] = task;
	}
	it->marks = kept(m, n);
	n = 0;
	for (size_t i = 0; i < ntasks; i++)
		for (size_t k = 0; k < p->tasks[m->task_list[i]].nbefore; k++) {
			int first = p->tasks[m->task_list[i]].before[k];

			if (!m->o->done[first] && m->o->mark[first] != m->o->stamp)
				n = add_once(m->list, n, m->item_of[first]);
		}
	it->needs = kept(m, n);
	for (size_t i = 0; i < ntasks; i++) {
		int setup = p->tasks[m->task_list[i]].setup;

		if (setup && !m->o->paid[setup])
			nsetups = add_once(m->list, nsetups, setup - 1);
	}
	it->setups = kept(m, nsetups);
	n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (m->is_action[i] && waits_for(m, it->task, (int)i))
			m->list[n++] = m->item_of[i];
	it->waits = kept(m, n);
}

static void
make_item(struct maker *m, struct item *it, int task)
{
	const struct task *t = &m->o->p->tasks[task];

	it->task = task;
	it->action = m->is_action[task];
	it->setup = t->setup - 1;
	it->fixes = arena_array(m->arena, t->nfixes + 1, sizeof *it->fixes);
	for (size_t k = 0; k < t->nfixes; k++) {
		int *c = &m->cause_of[t->fixes[k].cause];

		if (m->o->left[t->fixes[k].cause] <= 0)
			continue;
		if (*c < 0) {
			*c = (int)m->s->ncauses;
			m->s->left[m->s->ncauses++] = m->o->left[t->fixes[k].cause];
		}
		it->fixes[it->nfixes++] = (struct fix){ *c, t->fixes[k].works };
	}
	if (it->action)
		make_action(m, it);
	else
		it->marks = (struct some){ arena_array(m->arena, 1, sizeof (int)), 1 };
	it->marks.of[0] = m->item_of[task];
}

static void
number_items(struct maker *m)
{
	const struct problem *p = m->o->p;

	for (size_t i = 0; i < p->n; i++)
		if (m->o->wanted[i] && !m->o->done[i])
			find_items(m, (int)i);
	for (size_t i = 0; i < p->n; i++) {
		m->item_of[i] = m->is_item[i] ? (int)m->s->n++ : -1;
		m->s->nactions += m->is_action[i];
	}
	for (size_t i = 0; i < p->n; i++)
		if (m->is_action[i])
			m->o->class[i] = class_of(m->o, (int)i);
	for (size_t c = 0; c < p->ncauses; c++)
		m->cause_of[c] = -1;
}

/* What no item can settle. */
static double
beyond(const struct maker *m)
{
	double sum = m->o->p->other, well = 1 - m->o->p->other;

	for (size_t c = 0; c < m->o->p->ncauses; c++)
		if (m->cause_of[c] < 0) {
			sum += m->o->left[c];
			well *= 1 - m->o->left[c];
		}
	return m->o->p->several ? 1 - well : sum;
}

static void
make_items(struct orderer *o, struct sets *s, struct arena *a)
{
	const struct problem *p = o->p;
	size_t room = p->n + p->nsetups + o->block_max;
	struct maker m = {
		.o = o, .s = s, .arena = a,
		.is_action = arena_array(a, p->n + 1, sizeof (bool)), .is_item = arena_array(a, p->n + 1, sizeof (bool)),
		.item_of = arena_array(a, p->n + 1, sizeof (int)), .cause_of = arena_array(a, p->ncauses + 1, sizeof (int)),
		.list = arena_array(a, room, sizeof (int)), .task_list = arena_array(a, room, sizeof (int)),
	};
	size_t at = 0;

	*s = (struct sets){
		.several = p->several, .early = p->early, .service = (double)p->service, .tiny = tiny * o->total,
		.nsetups = p->nsetups, .left = arena_array(a, p->ncauses + 1, sizeof *s->left),
		.setups = arena_array(a, p->nsetups + 1, sizeof *s->setups),
	};
	for (size_t i = 0; i < p->nsetups; i++)
		s->setups[i] = o->paid[i + 1] ? 0 : (double)p->setups[i];
	number_items(&m);
	s->items = arena_array(a, s->n + 1, sizeof *s->items);
	for (size_t i = 0; i < p->n; i++)
		if (m.item_of[i] >= 0)
			make_item(&m, &s->items[at++], (int)i);
	s->other = beyond(&m);
}

void
order_sets(const struct problem *p, struct arena *a, struct sets *s)
{
	struct orderer o;
	struct order out;

	begin(&o, p, a, &out);
	make_items(&o, s, a);
}

/* -- The best order -- */

static int
exact_max(const struct problem *p)
{
	int most = p->exact_max ? p->exact_max : p->quick ? ORDER_QUICK_MAX : ORDER_EXACT_MAX;

	return p->nsetups > SETUPS_MAX ? -1 : most < EXACT_ITEMS_MAX ? most : EXACT_ITEMS_MAX;
}

static bool
solve_exactly(const struct sets *s, struct arena *a, int *order, size_t *n, struct rival *rivals, double *cost)
{
	struct stand at = stand_new(s, a), end = stand_new(s, a);
	int *items = arena_array(a, s->n + 1, sizeof *items);

	stand_begin(s, &at);
	stand_begin(s, &end);
	for (size_t i = 0; i < s->n; i++) {
		items[i] = (int)i;
		stand_do(s, &end, (int)i);
	}
	*cost = exact_solve(&(struct exact){
		.sets = s, .at = &at, .items = items, .n = s->n, .end = -1, .useless = end.weight,
	}, order, n, rivals);
	return !isinf(*cost);
}

static enum method
solve(const struct orderer *o, const struct sets *s, struct arena *a, int *order, size_t *n, struct rival *rivals, double *cost)
{
	if ((int)s->n <= exact_max(o->p) && solve_exactly(s, a, order, n, rivals, cost))
		return METHOD_EXACT;
	*cost = search_solve(s, order, n, o->p->quick, rivals);
	return METHOD_SEARCH;
}

/* -- Other beginnings -- */

/* xorshift64*, to 1 - spread .. 1 + spread */
static double
factor(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return 1 + ORDER_SAMPLE_SPREAD * ((double)(*state * 2685821657736338717u >> 11) / 4503599627370496.0 - 1);
}

/* The items with other weights. */
static struct sets
sample(const struct sets *s, uint64_t *state, struct arena *a)
{
	struct sets t = *s;

	t.left = arena_array(a, s->ncauses + 1, sizeof *t.left);
	t.items = arena_array(a, s->n + 1, sizeof *t.items);
	for (size_t c = 0; c < s->ncauses; c++) {
		t.left[c] = s->left[c] * factor(state);
		t.left[c] = s->several && t.left[c] > 1 ? 1 : t.left[c];
	}
	for (size_t i = 0; i < s->n; i++) {
		struct item *item = &t.items[i];

		*item = s->items[i];
		item->fixes = arena_array(a, item->nfixes + 1, sizeof *item->fixes);
		for (size_t k = 0; k < item->nfixes; k++) {
			double works = s->items[i].fixes[k].works * factor(state);

			item->fixes[k] = (struct fix){ s->items[i].fixes[k].cause, works > 1 ? 1 : works };
		}
	}
	return t;
}

/* The first task with other weights; -1: hand over. */
static int
start_of(const struct sets *s, const int *order, size_t n, int *firsts, size_t *nfirsts, struct arena *a)
{
	int *best, item;
	double cost;

	if (s->n > ORDER_QUICK_MAX || s->nsetups > SETUPS_MAX) {
		item = search_start(s, order, n, firsts, nfirsts, a);
	} else {
		best = arena_array(a, s->n + 1, sizeof *best);
		if (!solve_exactly(s, a, best, &n, NULL, &cost))
			return s->items[order[0]].task;
		item = n ? best[0] : -1;
	}
	return item < 0 ? -1 : s->items[item].task;
}

/* What comes first in the samples, other than the first task of the order. */
static void
find_starts(const struct problem *p, const struct sets *s, const int *order, size_t n, struct arena *a, struct order *out)
{
	uint64_t state = 0x9e3779b97f4a7c15u;
	int *counts = arena_array(a, p->samples + 1, sizeof *counts);
	struct arena *scratch = arena_new();
	int firsts[SEARCH_FIRSTS];
	size_t nfirsts = 0;

	start_of(s, order, n, firsts, &nfirsts, scratch);
	out->starts = arena_array(a, p->samples + 1, sizeof *out->starts);
	for (unsigned k = 0; k < p->samples; k++) {
		struct sets t = sample(s, &state, scratch);
		int task = start_of(&t, order, n, firsts, &nfirsts, scratch);
		size_t i = 0;

		arena_clear(scratch);
		if (task == s->items[order[0]].task)
			continue;
		while (i < out->nstarts && out->starts[i] != task)
			i++;
		out->nstarts += i == out->nstarts;
		out->starts[i] = task;
		counts[i]++;
		for (; i > 0 && counts[i - 1] < counts[i]; i--) {
			int swap = counts[i];

			counts[i] = counts[i - 1];
			counts[i - 1] = swap;
			swap = out->starts[i];
			out->starts[i] = out->starts[i - 1];
			out->starts[i - 1] = swap;
		}
	}
	arena_free(scratch);
}

/* Whether anything that was not placed could help. */
static bool
could_go_on(const struct orderer *o)
{
	for (size_t i = 0; i < o->p->n; i++)
		for (size_t k = 0; o->wanted[i] && !o->done[i] && k < o->p->tasks[i].nfixes; k++)
			if (o->left[o->p->tasks[i].fixes[k].cause] * o->p->tasks[i].fixes[k].works > tiny * o->total)
				return true;
	return false;
}

void
order_make(const struct problem *p, struct arena *a, struct order *out)
{
	struct arena *scratch = arena_new();
	struct orderer o;
	struct sets s;
	struct rival *rivals;
	size_t n;
	int *order;
	double cost;

	begin(&o, p, a, out);
	make_items(&o, &s, scratch);
	order = arena_array(scratch, s.n + 1, sizeof *order);
	rivals = arena_array(scratch, s.n + 1, sizeof *rivals);
	out->method = solve(&o, &s, scratch, order, &n, p->quick ? NULL : rivals, &cost);
	if (p->samples && !out->n && n)
		find_starts(p, &s, order, n, a, out);
	for (size_t i = 0; i < n; i++) {
		size_t at = out->n;
		double left = weight_left(&o);

		if (o.done[s.items[order[i]].task])
			continue;
		place_block(&o, s.items[order[i]].task);
		if (p->quick || rivals[i].item < 0 || left <= 0)
			continue;
		out->steps[at].rival = s.items[rivals[i].item].task;
		out->steps[at].rival_costs = rivals[i].costs / left;
	}
	out->left = still_left(&o);
	out->cost += (double)p->service * out->left;
	out->stops = could_go_on(&o);
	arena_free(scratch);
}

double
order_cost(const struct problem *p)
{
	struct arena *a = arena_new();
	struct order o;
	double cost;

	order_make(p, a, &o);
	cost = o.cost;
	arena_free(a);
	return cost;
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

/*
 * The weights of single faults whose orders cost no more than the several faults': a cause counts for the
 * cases in which it is the first in the list that is there. U is at least the sum of what those have left.
 */
static double
as_single(const struct problem *p, double *weights)
{
	double none = 1;

	for (size_t c = 0; c < p->ncauses; c++) {
		weights[c] = p->weights[c] * (p->several ? none : 1);
		none *= 1 - p->weights[c];
	}
	return p->several ? p->other * none : p->other;
}

/* The least cost for one who knows the cause: steps by works / cost, and handing over when that is better. */
static double
knowing_cost(const struct problem *p, struct choice *choices, size_t n)
{
	double cost = 0, left = 1, least = (double)p->service;

	qsort(choices, n, sizeof *choices, by_ratio);
	for (size_t i = 0; i < n; i++) {
		cost += left * choices[i].cost;
		left -= left * choices[i].works;
		least = cost + left * (double)p->service < least ? cost + left * (double)p->service : least;
	}
	return p->early ? least : cost + left * (double)p->service;
}

double
order_bound(const struct problem *p, const struct order *o, struct arena *a)
{
	struct choice *choices = arena_array(a, o->n + 1, sizeof *choices);
	double *weights = arena_array(a, p->ncauses + 1, sizeof *weights);
	bool *seen = arena_array(a, p->n + 1, sizeof *seen);
	double bound, total;

	if (o->method == METHOD_EXACT)
		return o->cost;
	total = as_single(p, weights);
	works_for(p, o, -1, seen, choices);
	bound = total * knowing_cost(p, choices, o->n);
	for (size_t c = 0; c < p->ncauses; c++) {
		works_for(p, o, (int)c, seen, choices);
		bound += weights[c] * knowing_cost(p, choices, o->n);
		total += weights[c];
	}
	return total > 0 ? bound / total : knowing_cost(p, choices, o->n);
}
