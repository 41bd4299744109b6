/* SPDX-License-Identifier: MIT */
#include "match/ask.h"

#include <stdlib.h>
#include <string.h>

void
ask_open(struct ask_rows *rows, const struct wm *wm)
{
	int most = 1;

	for (size_t i = 0; i < wm->rb->ntemplates; i++)
		if (wm->rb->templates[i]->nslots > most)
			most = wm->rb->templates[i]->nslots;
	*rows = (struct ask_rows){0};
	rows->unknown.slots = arena_array(wm->arena, (size_t)most, sizeof(value));
	rows->absent.slots = arena_array(wm->arena, (size_t)most, sizeof(value));
	for (int i = 0; i < most; i++) {
		rows->unknown.slots[i] = UNKNOWN;
		rows->absent.slots[i] = ABSENT;
	}
}

/* A conjunct and the last joined alias that it needs, -1: none. */
struct part {
	const struct expr *is;
	int needs;
};

/* One level of the search: an alias, the next fact for it, and the truth of the conjuncts up to here. */
struct level {
	struct wfact *next;
	bool started;
	enum truth sofar;
};

struct search {
	struct eval *ev;
	struct ask_rows *rows;
	const struct condition *c;
	struct env env;
	struct part *parts;
	int nparts;
	struct level *levels;
	int bound;		/* the alias that stands for the bound fact, -1: none */
	struct fact **best;	/* the combination that gave the result so far */
	enum truth result;
};

static int
last_alias(const struct expr *e, int njoin)
{
	int last = e->op == OP_SLOT && e->alias < njoin ? e->alias : -1;

	for (uint32_t i = 0; i < e->nargs; i++) {
		int n = last_alias(e->args[i], njoin);

		if (n > last)
			last = n;
	}
	return last;
}

static void
open_search(struct search *s, struct eval *ev, struct ask_rows *rows, const struct condition *c)
{
	const struct scope *scope = &c->scope;
	int n = c->expr->op == OP_AND ? (int)c->expr->nargs : 1;

	*s = (struct search){ .ev = ev, .rows = rows, .c = c, .nparts = n };
	s->env = (struct env){ scope, machine_alloc((size_t)scope->n * sizeof *s->env.facts) };
	s->best = machine_alloc((size_t)scope->njoin * sizeof *s->best);
	s->levels = machine_alloc((size_t)(scope->njoin + 1) * sizeof *s->levels);
	s->parts = machine_alloc((size_t)n * sizeof *s->parts);
	for (int i = 0; i < n; i++) {
		s->parts[i].is = c->expr->op == OP_AND ? c->expr->args[i] : c->expr;
		s->parts[i].needs = last_alias(s->parts[i].is, scope->njoin);
	}
}

static void
close_search(struct search *s)
{
	free(s->parts);
	free(s->levels);
	free(s->best);
	free(s->env.facts);
}

static enum truth
truth_at(struct search *s, int depth, enum truth sofar)
{
	for (int i = 0; i < s->nparts && sofar > s->result; i++)
		if (s->parts[i].needs == depth) {
			enum truth t = eval_truth(s->ev, s->parts[i].is, &s->env);

			if (t < sofar)
				sofar = t;
		}
	return sofar;
}

static struct fact *
absent_row(const struct search *s, const struct template *of)
{
	return wm_extent(s->ev->wm, of)->surveyed ? &s->rows->absent : &s->rows->unknown;
}

/* The next fact for an alias; a template without facts has one row. */
static struct fact *
next_row(struct search *s, int alias, struct fact *bound)
{
	struct level *l = &s->levels[alias];
	const struct extent *x = wm_extent(s->ev->wm, s->c->scope.aliases[alias].of);
	struct wfact *f = l->started ? l->next : x->first;
	bool first = !l->started;

	l->started = true;
	l->next = f ? f->next : NULL;
	if (alias == s->bound)
		return first ? bound : NULL;
	if (first && !f)
		return absent_row(s, x->of);
	return f ? &f->pub : NULL;
}

static void
keep(struct search *s, enum truth t)
{
	s->result = t;
	memcpy(s->best, s->env.facts, (size_t)s->c->scope.njoin * sizeof *s->best);
}

/* The first combination is the answer until a better one is found. */
static void
start(struct search *s, struct fact *bound)
{
	for (int a = 0; a < s->c->scope.njoin; a++) {
		s->levels[a].started = false;
		s->env.facts[a] = next_row(s, a, bound);
		s->levels[a].started = false;
	}
	keep(s, FALSE);
}

/* Depth first over the aliases; what cannot become better than the result so far is not followed. */
static void
search(struct search *s, struct fact *bound)
{
	int n = s->c->scope.njoin, depth = 0;
	enum truth t = truth_at(s, -1, TRUE);

	if (n == 0 && t > FALSE)
		keep(s, t);
	if (n == 0 || t == FALSE)
		return;
	s->levels[0].sofar = t;
	s->levels[0].started = false;
	while (depth >= 0 && s->result < TRUE && !eval_overdue(s->ev)) {
		struct fact *f = next_row(s, depth, bound);

		if (!f) {
			depth--;
			continue;
		}
		s->env.facts[depth] = f;
		t = truth_at(s, depth, s->levels[depth].sofar);
		if (t <= s->result)
			continue;
		if (depth + 1 == n) {
			keep(s, t);
			continue;
		}
		depth++;
		s->levels[depth].sofar = t;
		s->levels[depth].started = false;
	}
}

/* The first alias of the fact's template: alias 0 in entries with `for`. */
static int
alias_for(const struct scope *scope, const struct fact *bound)
{
	int a = 0;

	while (bound && a < scope->njoin && scope->aliases[a].of != bound->of)
		a++;
	return bound && a < scope->njoin ? a : -1;
}

static void
run(struct search *s, struct fact *bound)
{
	s->bound = alias_for(&s->c->scope, bound);
	start(s, bound);
	search(s, bound);
	if (s->ev->overdue)
		s->result = MAYBE;
}

static struct fact *
real(const struct search *s, struct fact *f)
{
	return f == &s->rows->unknown || f == &s->rows->absent ? NULL : f;
}

enum truth
ask(struct eval *ev, struct ask_rows *rows, const struct condition *c, struct fact *bound,
		struct fact **witness)
{
	struct search s;

	open_search(&s, ev, rows, c);
	run(&s, bound);
	for (int i = 0; witness && i < c->scope.njoin; i++)
		witness[i] = real(&s, s.best[i]);
	close_search(&s);
	return s.result;
}

/* ---- what a result rests on ---- */

struct reader {
	struct search *s;
	void (*see)(void *context, const struct template *of, const struct fact *f, int slot, value v);
	void *context;
};

static void read_truth(struct reader *r, const struct expr *e);

static void
read_value(struct reader *r, const struct expr *e)
{
	struct fact *f;

	if (e->op != OP_SLOT) {
		for (uint32_t i = 0; i < e->nargs; i++)
			read_truth(r, e->args[i]);
		return;
	}
	f = r->s->env.facts[e->alias];
	r->see(r->context, r->s->c->scope.aliases[e->alias].of, real(r->s, f), e->slot, f->slots[e->slot]);
}

static void
read_row(struct reader *r, const struct expr *e, struct fact *row)
{
	r->s->env.facts[e->alias] = row;
	if (e->nargs)
		read_truth(r, e->args[0]);
}

/*
 * One fact settles `some`, `none` and `every`; else all facts do that have the same part in the
 * result. While the template is not surveyed, a fact that nobody has seen yet has its part too.
 */
static void
read_quantifier(struct reader *r, const struct expr *e, enum truth result)
{
	const struct extent *x = wm_extent(r->s->ev->wm, r->s->c->scope.aliases[e->alias].of);
	enum truth settling = e->op == OP_EVERY ? FALSE : TRUE;
	bool settled = e->op != OP_COUNT && result == (e->op == OP_SOME ? TRUE : FALSE);

	for (struct wfact *f = x->first; f; f = f->next) {
		enum truth t;

		r->s->env.facts[e->alias] = &f->pub;
		t = e->nargs ? eval_truth(r->s->ev, e->args[0], &r->s->env) : TRUE;
		if (settled ? t == settling : e->op == OP_COUNT || result != MAYBE || t == MAYBE)
			read_row(r, e, &f->pub);
		if (settled && t == settling)
			return;
	}
	if (result == MAYBE && !x->surveyed)
		read_row(r, e, &r->s->rows->unknown);
}

static void
read_truth(struct reader *r, const struct expr *e)
{
	enum truth t = e->op == OP_AND || e->op == OP_OR || op_quantifies(e->op)
		? eval_truth(r->s->ev, e, &r->s->env) : MAYBE;

	if (op_quantifies(e->op)) {
		read_quantifier(r, e, t);
		return;
	}
	if (e->op != OP_AND && e->op != OP_OR) {
		read_value(r, e);
		return;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		if (eval_truth(r->s->ev, e->args[i], &r->s->env) == t)
			read_truth(r, e->args[i]);
}

void
ask_reads(struct eval *ev, struct ask_rows *rows, const struct condition *c, struct fact *bound,
		void (*see)(void *context, const struct template *of, const struct fact *f, int slot, value v),
		void *context)
{
	struct search s;
	struct reader r = { &s, see, context };

	open_search(&s, ev, rows, c);
	run(&s, bound);
	memcpy(s.env.facts, s.best, (size_t)c->scope.njoin * sizeof *s.best);
	read_truth(&r, c->expr);
	close_search(&s);
}
