/* SPDX-License-Identifier: MIT */
#include "match/explain.h"

#include "match/eval.h"

#include <string.h>

/* Evaluations that each part of an explanation may take: half a second or so. */
enum { MOST_EVALUATIONS = 5000000 };

/* One explanation at work. */
struct work {
	struct eval *ev;
	const struct condition *c;
	struct arena *a;
	struct env env;
	const struct expr **conjuncts;
	int n, njoin;
	int64_t end;		/* when ev->evaluations is that large */

	int *order;		/* the joined aliases in the order in which they are bound */
	int *from;		/* by depth, and one more: the first conjunct that waits for that binding */
	struct wfact **cursors;	/* by depth: the next fact */
};

/* ---- opening ---- */

static int
count_conjuncts(const struct expr *e)
{
	int n = 0;

	if (e->op != OP_AND)
		return 1;
	for (uint32_t i = 0; i < e->nargs; i++)
		n += count_conjuncts(e->args[i]);
	return n;
}

static const struct expr **
add_conjuncts(const struct expr **at, const struct expr *e)
{
	if (e->op != OP_AND) {
		*at = e;
		return at + 1;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		at = add_conjuncts(at, e->args[i]);
	return at;
}

static const struct expr **
conjuncts_of(struct arena *a, const struct expr *e, int *n)
{
	const struct expr **all;

	*n = e ? count_conjuncts(e) : 0;
	all = arena_array(a, (size_t)*n, sizeof *all);
	if (e)
		add_conjuncts(all, e);
	return all;
}

static struct work
open_work(struct eval *ev, const struct condition *c, struct arena *a)
{
	struct work w = { .ev = ev, .c = c, .a = a, .njoin = c->scope.njoin };

	w.conjuncts = conjuncts_of(a, c->expr, &w.n);
	w.env = (struct env){ &c->scope, arena_array(a, (size_t)c->scope.n, sizeof *w.env.facts) };
	return w;
}

static struct wfact *
first_of(const struct work *w, int alias)
{
	return wm_extent(w->ev->wm, w->c->scope.aliases[alias].of)->first;
}

/* ---- how far each conjunct got ---- */

/* Aliases are bound as the conjuncts read them, in the order of the scope where one reads several; then the others. */
static void
plan_order(struct work *w)
{
	bool *bound = arena_array(w->a, (size_t)w->njoin, sizeof *bound);
	int depth = 0;

	w->order = arena_array(w->a, (size_t)w->njoin, sizeof *w->order);
	w->from = arena_array(w->a, (size_t)w->njoin + 2, sizeof *w->from);
	w->cursors = arena_array(w->a, (size_t)w->njoin, sizeof *w->cursors);
	for (int i = 0; i <= w->n; i++)
		for (int a = 0; a < w->njoin; a++) {
			if (bound[a] || (i < w->n && !expr_reads(w->conjuncts[i], a)))
				continue;
			bound[a] = true;
			w->order[depth++] = a;
			w->from[depth] = i;
		}
	w->from[w->njoin + 1] = w->n;
}

static bool
is_over(struct work *w)
{
	return eval_overdue(w->ev) || w->ev->evaluations > w->end;
}

/* Tests the conjuncts that became decidable with `depth` bindings; true when all passed. */
static bool
pass(struct work *w, struct explanation *x, int depth)
{
	for (int i = w->from[depth]; i < w->from[depth + 1]; i++) {
		enum truth t = eval_truth(w->ev, w->conjuncts[i], &w->env);

		x->conjuncts[i].tried++;
		x->conjuncts[i].passed += t == TRUE;
		x->conjuncts[i].unknown += t == MAYBE;
		if (t != TRUE)
			return false;
	}
	return true;
}

/* Depth first over the aliases, without recursion. */
static void
follow(struct work *w, struct explanation *x)
{
	int depth = 0;

	if (!pass(w, x, 0))
		return;
	if (w->njoin == 0) {
		x->matches = 1;
		return;
	}
	w->cursors[0] = first_of(w, w->order[0]);
	while (depth >= 0 && !(x->cut = is_over(w))) {
		struct wfact *f = w->cursors[depth];

		if (!f) {
			depth--;
			continue;
		}
		w->cursors[depth] = f->next;
		w->env.facts[w->order[depth]] = &f->pub;
		if (!pass(w, x, depth + 1))
			continue;
		if (depth + 1 == w->njoin) {
			x->matches++;
			continue;
		}
		depth++;
		w->cursors[depth] = first_of(w, w->order[depth]);
	}
}

/* The first conjunct that was tried and never passed, and the first alias without a fact that was reached before it. */
static void
find_failure(const struct work *w, struct explanation *x)
{
	x->failed = x->without = -1;
	if (x->matches || x->cut)
		return;
	for (int depth = 0; depth <= w->njoin; depth++) {
		if (depth && !first_of(w, w->order[depth - 1])) {
			x->without = w->order[depth - 1];
			return;
		}
		for (int i = w->from[depth]; i < w->from[depth + 1]; i++)
			if (!x->conjuncts[i].passed) {
				x->failed = i;
				return;
			}
	}
}

/* ---- one alias alone ---- */

/* Does the conjunct read this joined alias and no other? */
static bool
is_about(const struct work *w, int i, int alias)
{
	if (!expr_reads(w->conjuncts[i], alias))
		return false;
	for (int a = 0; a < w->njoin; a++)
		if (a != alias && expr_reads(w->conjuncts[i], a))
			return false;
	return true;
}

static void
look_at_alias(struct work *w, int alias, struct alone *to)
{
	bool *mine = arena_array(w->a, (size_t)w->n, sizeof *mine);

	for (int i = 0; i < w->n; i++)
		mine[i] = is_about(w, i, alias);
	to->surveyed = wm_extent(w->ev->wm, w->c->scope.aliases[alias].of)->surveyed;
	for (struct wfact *f = first_of(w, alias); f; f = f->next) {
		int i = 0;

		to->facts++;
		w->env.facts[alias] = &f->pub;
		while (i < w->n && !is_over(w) && (!mine[i] || eval_truth(w->ev, w->conjuncts[i], &w->env) == TRUE))
			i++;
		to->passed += i == w->n;
	}
}

/* ---- the nearest combination ---- */

/* A search for the combination with the most conjuncts true; of those the one with the most unknown. */
struct quest {
	struct work *w;
	struct fact **best;
	int64_t score, most;	/* of the best one; when all are true */
	int64_t *sofar;		/* by depth: the score of the conjuncts that are decided */
	bool *started;		/* by depth */
};

/* Does it read an alias that has no fact? */
static bool
reads_missing(const struct work *w, const struct expr *e)
{
	if (e->op == OP_SLOT && e->alias < w->njoin && !w->env.facts[e->alias])
		return true;
	for (uint32_t i = 0; i < e->nargs; i++)
		if (reads_missing(w, e->args[i]))
			return true;
	return false;
}

static int64_t
score_of(struct quest *q, const struct expr *e)
{
	enum truth t = reads_missing(q->w, e) ? FALSE : eval_truth(q->w->ev, e, &q->w->env);

	return t == TRUE ? q->w->n + 1 : t == MAYBE;
}

static int64_t
score_at(struct quest *q, int depth)
{
	int64_t score = 0;

	for (int i = q->w->from[depth]; i < q->w->from[depth + 1]; i++)
		score += score_of(q, q->w->conjuncts[i]);
	return score;
}

/* The most that the conjuncts behind this depth can add. */
static int64_t
still_open(const struct quest *q, int depth)
{
	return (int64_t)(q->w->n - q->w->from[depth + 1]) * (q->w->n + 1);
}

static void
keep(struct quest *q, int64_t score)
{
	q->score = score;
	memcpy(q->best, q->w->env.facts, (size_t)q->w->njoin * sizeof *q->best);
}

/* Binds the next fact of a depth; a template without facts has one turn, with none. False when there is no more. */
static bool
next_turn(struct quest *q, int depth)
{
	struct work *w = q->w;
	struct wfact *f = w->cursors[depth];
	bool first = !q->started[depth];

	q->started[depth] = true;
	w->cursors[depth] = f ? f->next : NULL;
	w->env.facts[w->order[depth]] = f ? &f->pub : NULL;
	return f || first;
}

static void
enter(struct quest *q, int depth)
{
	q->w->cursors[depth] = first_of(q->w, q->w->order[depth]);
	q->started[depth] = false;
}

/* Depth first; what cannot become better than the best is not followed. The first combination stands until then. */
static void
seek(struct quest *q)
{
	struct work *w = q->w;
	int depth = 0;

	q->sofar[0] = score_at(q, 0);
	if (w->njoin == 0)
		return;
	enter(q, 0);
	while (depth >= 0 && q->score < q->most && (q->score < 0 || !is_over(w))) {
		int64_t score;

		if (!next_turn(q, depth)) {
			depth--;
			continue;
		}
		score = q->sofar[depth] + score_at(q, depth + 1);
		if (score + still_open(q, depth + 1) <= q->score)
			continue;
		if (depth + 1 == w->njoin) {
			keep(q, score);
			continue;
		}
		q->sofar[++depth] = score;
		enter(q, depth);
	}
}

static struct fact **
find_nearest(struct work *w)
{
	size_t n = (size_t)w->njoin;
	struct quest q = {
		.w = w, .best = arena_array(w->a, n, sizeof *q.best), .score = -1,
		.most = (int64_t)w->n * (w->n + 1),
		.sofar = arena_array(w->a, n + 1, sizeof *q.sofar), .started = arena_array(w->a, n, sizeof *q.started),
	};

	seek(&q);
	return q.best;
}

/* ---- verdicts ---- */

static void look(struct work *w, const struct expr *e, struct verdict *v);

static int
count_slots(const struct expr *e)
{
	int n = e->op == OP_SLOT;

	for (uint32_t i = 0; i < e->nargs; i++)
		n += count_slots(e->args[i]);
	return n;
}

/* The slots it reads, each once. */
static void
add_readings(struct work *w, const struct expr *e, struct verdict *v)
{
	struct fact *f;
	int i = 0;

	for (uint32_t k = 0; k < e->nargs; k++)
		add_readings(w, e->args[k], v);
	if (e->op != OP_SLOT || !(f = w->env.facts[e->alias]))
		return;
	while (i < v->nreadings && (v->readings[i].fact != f || v->readings[i].slot != e->slot))
		i++;
	if (i == v->nreadings)
		v->readings[v->nreadings++] = (struct reading){ f, e->slot, f->slots[e->slot] };
}

static void
add_parts(struct work *w, const struct expr *const *exprs, int n, struct verdict *v)
{
	v->nparts = n;
	v->parts = arena_array(w->a, (size_t)n, sizeof *v->parts);
	for (int i = 0; i < n; i++)
		look(w, exprs[i], &v->parts[i]);
}

/* What the fact must be that a quantifier shows: one that satisfies `where`, one that does not, or the one that is nearest to it. */
enum wanted { NO_FACT, SATISFIES, MAY, FAILS, NEAREST };

static enum wanted
wanted_of(const struct expr *e, enum truth t)
{
	switch ((int)e->op) {
	case OP_SOME:	return t == TRUE ? SATISFIES : NEAREST;
	case OP_NONE:	return t == TRUE ? NO_FACT : t == FALSE ? SATISFIES : MAY;
	case OP_EVERY:	return t == TRUE ? NO_FACT : t == FALSE ? FAILS : MAY;
	}
	return t == TRUE ? NO_FACT : NEAREST;	/* OP_COUNT */
}

/* How well a fact (which is bound) satisfies `where`: true counts more than unknown. */
static int64_t
nearness(struct work *w, const struct expr *const *where, int n)
{
	int64_t score = 0;

	for (int i = 0; i < n; i++) {
		enum truth t = eval_truth(w->ev, where[i], &w->env);

		score += t == TRUE ? n + 1 : t == MAYBE;
	}
	return score;
}

static bool
suits(enum wanted wanted, enum truth t)
{
	return wanted == SATISFIES ? t == TRUE : wanted == MAY ? t == MAYBE : wanted == FAILS && t == FALSE;
}

static void
look_at_quantifier(struct work *w, const struct expr *e, struct verdict *v)
{
	const struct extent *x = wm_extent(w->ev->wm, w->c->scope.aliases[e->alias].of);
	enum wanted wanted = wanted_of(e, v->truth);
	int64_t best = -1;
	int n;
	const struct expr **where = conjuncts_of(w->a, e->nargs ? e->args[0] : NULL, &n);

	v->surveyed = x->surveyed;
	for (struct wfact *f = x->first; f; f = f->next) {
		enum truth t;

		w->env.facts[e->alias] = &f->pub;
		t = e->nargs ? eval_truth(w->ev, e->args[0], &w->env) : TRUE;
		v->facts++;
		*(t == TRUE ? &v->yes : t == MAYBE ? &v->maybe : &v->no) += 1;
		if (!v->fact && suits(wanted, t))
			v->fact = &f->pub;
		if (wanted == NEAREST && t != TRUE && nearness(w, where, n) > best) {
			best = nearness(w, where, n);
			v->fact = &f->pub;
		}
	}
	w->env.facts[e->alias] = (struct fact *)v->fact;
	if (v->fact)
		add_parts(w, where, n, v);
}

/* `is unknown`, `not in` and the negation of any comparison are looked at as one. */
static bool
has_parts(const struct expr *e)
{
	return e->op == OP_AND || e->op == OP_OR
		|| (e->op == OP_NOT && (has_parts(e->args[0]) || op_quantifies(e->args[0]->op)));
}

static void
look(struct work *w, const struct expr *e, struct verdict *v)
{
	*v = (struct verdict){ .is = e, .missing = reads_missing(w, e) };
	if (v->missing) {
		v->truth = MAYBE;
		return;
	}
	v->truth = eval_truth(w->ev, e, &w->env);
	if (op_quantifies(e->op)) {
		look_at_quantifier(w, e, v);
	} else if (has_parts(e)) {
		add_parts(w, e->args, (int)e->nargs, v);
	} else {
		v->readings = arena_array(w->a, (size_t)count_slots(e), sizeof *v->readings);
		add_readings(w, e, v);
	}
}

static struct verdict *
verdicts_for(struct work *w, struct fact *const *facts)
{
	struct verdict *all = arena_array(w->a, (size_t)w->n, sizeof *all);

	if (w->njoin)
		memcpy(w->env.facts, facts, (size_t)w->njoin * sizeof *facts);
	for (int i = 0; i < w->n; i++)
		look(w, w->conjuncts[i], &all[i]);
	return all;
}

/* ---- all of it ---- */

static void
start(struct work *w)
{
	eval_start(w->ev, w->ev->wm->rb->limits.time_ms);
	w->end = w->ev->evaluations + MOST_EVALUATIONS;
}

struct explanation *
explain(struct eval *ev, const struct condition *c, struct arena *a)
{
	struct explanation *x = arena_alloc(a, sizeof *x);
	struct work w = open_work(ev, c, a);
	bool indexed = !ev->unindexed, cut;

	ev->unindexed = true;
	x->of = c;
	x->nconjuncts = w.n;
	x->conjuncts = arena_array(a, (size_t)w.n, sizeof *x->conjuncts);
	x->aliases = arena_array(a, (size_t)w.njoin, sizeof *x->aliases);
	for (int i = 0; i < w.n; i++)
		x->conjuncts[i].is = w.conjuncts[i];
	plan_order(&w);
	start(&w);
	for (int i = 0; i < w.njoin; i++)
		look_at_alias(&w, i, &x->aliases[i]);
	cut = is_over(&w);
	start(&w);
	follow(&w, x);
	find_failure(&w, x);
	start(&w);
	x->nearest = find_nearest(&w);
	x->cut |= cut || is_over(&w);
	start(&w);
	x->verdicts = verdicts_for(&w, x->nearest);
	ev->unindexed = !indexed;
	return x;
}

int
explain_for(struct eval *ev, const struct condition *c, struct fact *const *facts, struct arena *a, struct verdict **out)
{
	struct work w = open_work(ev, c, a);
	bool indexed = !ev->unindexed;

	ev->unindexed = true;
	start(&w);
	*out = verdicts_for(&w, facts);
	ev->unindexed = !indexed;
	return w.n;
}
