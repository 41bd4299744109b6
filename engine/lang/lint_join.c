/* SPDX-License-Identifier: MIT */
/*
 * Aliases of a rule that no condition connects: the rule matches once for each combination of their facts. That is meant where one of them
 * says which fact it wants (of a single template, or with a certain value in a slot: a phase, a finding); where two do not, it is rather a
 * condition forgotten.
 */
#include "lang/lint_parts.h"

/* Aliases in one group are connected: group[alias] is the lowest alias of it. */
static void
connect(int *group, int n, int a, int b)
{
	int from = group[a] > group[b] ? group[a] : group[b], to = group[a] + group[b] - from;

	for (int i = 0; i < n; i++)
		if (group[i] == from)
			group[i] = to;
}

/* Connects all joined aliases that a condition reads; `first` is one of them, or -1. Returns one of them, or -1. */
static int
connect_all(int *group, int n, const struct expr *e, int first)
{
	if (e->op == OP_SLOT && e->alias < n) {
		if (first >= 0)
			connect(group, n, first, e->alias);
		return e->alias;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		first = connect_all(group, n, e->args[i], first);
	return first;
}

/* Does a condition that must hold want a certain value? */
static bool
wants_value(const struct expr *e, int alias)
{
	for (int i = 0; e->op == OP_IS && i < 2; i++)
		if (e->args[i]->op == OP_SLOT && e->args[i]->alias == alias && e->args[1 - i]->op == OP_CONST)
			return true;
	for (uint32_t i = 0; e->op == OP_AND && i < e->nargs; i++)
		if (wants_value(e->args[i], alias))
			return true;
	return false;
}

static void
connect_conditions(int *group, int n, const struct expr *e)
{
	if (e->op != OP_AND) {
		connect_all(group, n, e, -1);
		return;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		connect_conditions(group, n, e->args[i]);
}

/* An alias that any facts may be bound to, and that is spoken of: if it is not, there is another complaint. */
static bool
multiplies(const struct rule *r, int alias)
{
	const struct scope *scope = &r->when.scope;

	return !scope->aliases[alias].of->single && scope->aliases[alias].reads && !wants_value(r->when.expr, alias);
}

void
lint_join(struct diags *d, const struct rule *r, struct arena *a)
{
	const struct scope *scope = &r->when.scope;
	int *group = arena_array(a, (size_t)scope->njoin, sizeof *group), first = -1;
	struct diag *g;

	for (int i = 0; i < scope->njoin; i++)
		group[i] = i;
	if (r->when.expr)
		connect_conditions(group, scope->njoin, r->when.expr);
	for (int i = 0; r->when.expr && i < scope->njoin; i++) {
		if (!multiplies(r, i))
			continue;
		if (first < 0)
			first = i;
		if (group[i] == group[first])
			continue;
		g = complain(d, UNCONNECTED, r->entry.at, "no condition of rule '%s' connects '%s' and '%s'", r->entry.id,
				scope->aliases[first].name, scope->aliases[i].name);
		diag_hint(d, g, "it matches for every pair of their facts; compare a slot of one with a slot of the other");
		return;
	}
}
