/* SPDX-License-Identifier: MIT */
#include "match/reasons.h"

struct finder {
	struct eval *ev;
	struct env env;
	const struct fact **out;
	int n;
	bool more;
};

/* One quantifier that is being looked at. */
struct look {
	struct finder *to;
	const struct expr *at;
	enum truth wanted;	/* of its condition, for the facts that the result rests on */
	bool one;		/* the first of them is enough */
};

static void find(struct finder *to, const struct expr *e, enum truth is);

static bool
is_listed(const struct finder *to, const struct fact *f)
{
	for (int i = 0; i < to->n; i++)
		if (to->out[i] == f)
			return true;
	return false;
}

/* False: there is no room. */
static bool
list(struct finder *to, const struct fact *f)
{
	if (is_listed(to, f))
		return true;
	if (to->n == REASONS_MOST) {
		to->more = true;
		return false;
	}
	to->out[to->n++] = f;
	return true;
}

static bool
see(void *context, struct fact *f, enum truth held)
{
	struct look *l = context;

	if (held != l->wanted)
		return true;
	if (!list(l->to, f))
		return false;
	if (l->at->nargs)
		find(l->to, l->at->args[0], held);
	return !l->one && !l->to->more;
}

/* Conditions in the place of a value. */
static void
find_inside(struct finder *to, const struct expr *e)
{
	for (uint32_t i = 0; i < e->nargs && !to->more; i++)
		find(to, e->args[i], op_quantifies(e->args[i]->op) || e->args[i]->op == OP_AND || e->args[i]->op == OP_OR
				? eval_truth(to->ev, e->args[i], &to->env) : MAYBE);
}

static void
find_quantified(struct finder *to, const struct expr *e, enum truth is)
{
	struct look l = { to, e, TRUE, e->op != OP_COUNT };

	if (e->op == OP_EVERY) {
		l.wanted = is;
		l.one = is == FALSE;
	} else if (e->op != OP_COUNT && is != (e->op == OP_SOME ? TRUE : FALSE)) {
		return;		/* it rests on there being no fact */
	}
	if (is != MAYBE)
		eval_each(to->ev, e, &to->env, see, &l);
}

/* The parts that give the result: all that are as the whole is. What follows from the whole is not evaluated again. */
static void
find_parts(struct finder *to, const struct expr *e, enum truth is)
{
	bool all = is == (e->op == OP_AND ? TRUE : FALSE);

	for (uint32_t i = 0; i < e->nargs && !to->more; i++)
		if (all || eval_truth(to->ev, e->args[i], &to->env) == is)
			find(to, e->args[i], is);
}

/* What the truth of a condition rests on. */
static void
find(struct finder *to, const struct expr *e, enum truth is)
{
	if (op_quantifies(e->op))
		find_quantified(to, e, is);
	else if (e->op == OP_AND || e->op == OP_OR)
		find_parts(to, e, is);
	else if (e->op == OP_NOT)
		find(to, e->args[0], truth_not(is));
	else
		find_inside(to, e);
}

int
reasons_of_match(struct fact *const *facts, int n, const struct fact **out)
{
	struct finder to = { .out = out };

	for (int i = 0; i < n; i++)
		list(&to, facts[i]);
	return to.n;
}

int
reasons_of(struct eval *ev, const struct rule *r, struct fact **facts, const struct fact **out, bool *more)
{
	const struct scope *scope = &r->when.scope;
	struct finder to = { .ev = ev, .env = { scope, facts }, .out = out };

	for (int i = 0; i < scope->njoin; i++)
		list(&to, facts[i]);
	if (scope->n > scope->njoin)
		find(&to, r->when.expr, TRUE);
	if (more)
		*more = to.more;
	return to.n;
}
