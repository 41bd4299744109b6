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

static void find(struct finder *to, const struct expr *e);

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
		find(l->to, l->at->args[0]);
	return !l->one && !l->to->more;
}

static void
find_quantified(struct finder *to, const struct expr *e)
{
	enum truth result = eval_truth(to->ev, e, &to->env);
	struct look l = { to, e, TRUE, e->op != OP_COUNT };

	if (e->op == OP_EVERY) {
		l.wanted = result;
		l.one = result == FALSE;
	} else if (e->op != OP_COUNT && result != (e->op == OP_SOME ? TRUE : FALSE)) {
		return;		/* it rests on there being no fact */
	}
	if (result != MAYBE)
		eval_each(to->ev, e, &to->env, see, &l);
}

/* The parts that give the result: all that are as the whole is. */
static void
find(struct finder *to, const struct expr *e)
{
	enum truth result;

	if (op_quantifies(e->op)) {
		find_quantified(to, e);
		return;
	}
	if (e->op != OP_AND && e->op != OP_OR) {
		for (uint32_t i = 0; i < e->nargs; i++)
			find(to, e->args[i]);
		return;
	}
	result = eval_truth(to->ev, e, &to->env);
	for (uint32_t i = 0; i < e->nargs && !to->more; i++)
		if (eval_truth(to->ev, e->args[i], &to->env) == result)
			find(to, e->args[i]);
}

int
reasons_of(struct eval *ev, const struct rule *r, struct fact **facts, const struct fact **out, bool *more)
{
	const struct scope *scope = &r->when.scope;
	struct finder to = { .ev = ev, .env = { scope, facts }, .out = out };

	for (int i = 0; i < scope->njoin; i++)
		list(&to, facts[i]);
	if (scope->n > scope->njoin)
		find(&to, r->when.expr);
	if (more)
		*more = to.more;
	return to.n;
}
