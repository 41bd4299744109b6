/* SPDX-License-Identifier: MIT */
/*
 * What facts can there be? Collectors, people, patterns, stated facts and rules make them; a rule makes some only when its own condition
 * can be true. From that: rules and conditions that nothing can make true, slots that nobody fills.
 */
#include "lang/lint_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 500, MOST_ROUNDS = 60 };

/* What a slot can hold. */
struct held {
	bool any;		/* comes from outside or from a computation */
	value *values;		/* else these constants */
	size_t n, cap;
};

struct reach {
	const struct rulebase *rb;
	struct diags *d;
	struct arena *a;
	struct held **held;	/* by template and slot */
	bool *made;		/* there can be facts of this template */
	bool *live;		/* rules */
	const struct scope *scope;
	const struct expr *culprit;	/* the innermost condition that cannot be as it should */
};

static bool
is_given(const struct slot *s)
{
	return s->from || s->given_by || s->ask;
}

static struct held *
held_by(const struct reach *r, const struct template *t, int slot)
{
	return r->held[t->index] + slot;
}

static void
hold(const struct reach *r, struct held *h, value v)
{
	if (h->any || v == UNKNOWN)
		return;
	for (size_t i = 0; i < h->n; i++)
		if (h->values[i] == v)
			return;
	if (h->n == MOST_VALUES) {
		h->any = true;
		return;
	}
	h->values = arena_grow(r->a, h->values, h->n, &h->cap, sizeof *h->values);
	h->values[h->n++] = v;
}

static void
hold_settings(const struct reach *r, const struct template *t, const struct setting *settings, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct held *h = held_by(r, t, settings[i].slot);

		if (settings[i].to->op == OP_CONST)
			hold(r, h, settings[i].to->constant);
		else
			h->any = true;
	}
}

/* What is there before any rule fires. */
static void
begin(struct reach *r)
{
	const struct rulebase *rb = r->rb;

	for (size_t i = 0; i < rb->ntemplates; i++) {
		const struct template *t = rb->templates[i];

		r->held[i] = arena_array(r->a, (size_t)t->nslots + 1, sizeof **r->held);
		r->made[i] = t->single;
		for (int k = 0; k < t->nslots; k++) {
			r->held[i][k].any = is_given(t->slots + k);
			r->made[i] |= r->held[i][k].any;
		}
	}
	for (size_t i = 0; i < rb->nfacts; i++) {
		const struct stated_fact *f = rb->facts[i];

		r->made[f->of->index] = true;
		for (int k = 0; k < f->of->nslots; k++)
			hold(r, held_by(r, f->of, k), f->values[k]);
	}
	for (size_t i = 0; i < rb->npatterns; i++) {
		r->made[rb->patterns[i]->of->index] = true;
		hold_settings(r, rb->patterns[i]->of, rb->patterns[i]->settings, rb->patterns[i]->nsettings);
	}
}

/* --- can a condition be true (or false)? --- */

/* The values of a slot that a condition compares with constants; NULL when they are not known or the condition is of another form. */
static const struct held *
compared(const struct reach *r, const struct expr *e)
{
	const struct expr *slot = e->args[0];
	const struct held *h;

	for (uint32_t i = 1; i < e->nargs; i++)
		if (e->args[i]->op != OP_CONST)
			return NULL;
	if (slot->op != OP_SLOT)
		return NULL;
	h = held_by(r, r->scope->aliases[slot->alias].of, slot->slot);
	return h->any || h->n == 0 ? NULL : h;	/* a slot that nobody fills is complained about by itself */
}

static bool
is_among(const struct expr *e, value v)
{
	for (uint32_t i = 1; i < e->nargs; i++)
		if (e->args[i]->constant == v)
			return true;
	return false;
}

/* Some value of the slot makes `is` or `in` true (or, `not`, false). */
static bool
can_equal(const struct held *h, const struct expr *e, bool not)
{
	for (size_t i = 0; i < h->n; i++)
		if (is_among(e, h->values[i]) != not)
			return true;
	return false;
}

/* All facts that the slots of an expression need can be there. */
static bool
has_facts(const struct reach *r, const struct expr *e)
{
	if (e->op == OP_SLOT)
		return r->made[r->scope->aliases[e->alias].of->index];
	for (uint32_t i = 0; i < e->nargs; i++)
		if (!has_facts(r, e->args[i]))
			return false;
	return true;
}

static bool can_be(struct reach *r, const struct expr *e, bool wanted);

static bool
all_can(struct reach *r, const struct expr *e, bool wanted)
{
	for (uint32_t i = 0; i < e->nargs; i++)
		if (!can_be(r, e->args[i], wanted))
			return false;
	return true;
}

static bool
one_can(struct reach *r, const struct expr *e, bool wanted)
{
	for (uint32_t i = 0; i < e->nargs; i++)
		if (can_be(r, e->args[i], wanted))
			return true;
	return false;
}

/* There can be a fact of the quantifier's template for which its condition holds. */
static bool
can_find(struct reach *r, const struct expr *e)
{
	return r->made[r->scope->aliases[e->alias].of->index] && (e->nargs == 0 || can_be(r, e->args[0], true));
}

static bool
can_count(struct reach *r, const struct expr *e)
{
	bool wants = e->compare == OP_GT || ((e->compare == OP_GE || e->compare == OP_IS) && e->constant > 0);

	return !wants || can_find(r, e);
}

/* Errs on the side of yes. `wanted` false: can it be false? */
static bool
can_be(struct reach *r, const struct expr *e, bool wanted)
{
	const struct held *h;
	bool can = true;

	switch ((int)e->op) {
	case OP_AND:
		return wanted ? all_can(r, e, true) : one_can(r, e, false);
	case OP_OR:
		return wanted ? one_can(r, e, true) : all_can(r, e, false);
	case OP_NOT:
		return can_be(r, e->args[0], !wanted);
	case OP_IS: case OP_IN: case OP_IS_NOT:
		h = compared(r, e);
		can = !h || can_equal(h, e, (e->op == OP_IS_NOT) == wanted);
		break;
	case OP_SOME:
		can = !wanted || can_find(r, e);
		break;
	case OP_COUNT:
		can = !wanted || can_count(r, e);
		break;
	case OP_NONE: case OP_EVERY:
		return true;
	}
	if (wanted && can && e->op < OP_SOME)
		can = has_facts(r, e);
	if (!can)
		r->culprit = e;
	return can;
}

/* --- rules make facts --- */

static bool
can_fire(struct reach *r, const struct rule *rule)
{
	const struct scope *s = &rule->when.scope;

	r->scope = s;
	r->culprit = NULL;
	for (int i = 0; i < s->njoin; i++)
		if (!r->made[s->aliases[i].of->index])
			return false;
	return !rule->when.expr || can_be(r, rule->when.expr, true);
}

static void
fire(const struct reach *r, const struct rule *rule)
{
	for (size_t i = 0; i < rule->nactions; i++) {
		const struct action *a = rule->actions + i;
		const struct template *t = a->of ? a->of : rule->when.scope.aliases[a->alias].of;

		r->made[t->index] |= a->of != NULL;
		hold_settings(r, t, a->settings, a->nsettings);
	}
}

/* Rounds until nothing changes; a chain of more rules than that is taken for live. */
static void
fire_all(struct reach *r)
{
	bool changed = true;
	int round;

	for (round = 0; changed && round < MOST_ROUNDS; round++) {
		changed = false;
		for (size_t i = 0; i < r->rb->nrules; i++)
			if (!r->live[i] && can_fire(r, r->rb->rules[i])) {
				r->live[i] = changed = true;
				fire(r, r->rb->rules[i]);
			}
	}
	for (size_t i = 0; i < r->rb->nrules && changed; i++)
		r->live[i] = true;
}

/* --- complaints --- */

/* The value that nobody gives, and those that somebody does. */
static void
hint_values(struct reach *r, struct diag *g, const struct expr *e)
{
	const struct held *h = e->nargs > 1 ? compared(r, e) : NULL;
	const struct template *t;
	const char *names[MOST_VALUES];

	if (!h || e->args[0]->type != TYPE_SYMBOL || e->nargs != 2)
		return;
	t = r->scope->aliases[e->args[0]->alias].of;
	for (size_t i = 0; i < h->n; i++)
		names[i] = sym_text(r->rb->syms, (uint32_t)h->values[i]);
	diag_suggest(r->d, g, sym_text(r->rb->syms, (uint32_t)e->args[1]->constant), names, h->n);
	if (!g->hint)
		diag_hint(r->d, g, "nobody gives %s.%s this value", t->entry.id, t->slots[e->args[0]->slot].name);
}

static const struct template *
missing_template(const struct reach *r, const struct scope *s)
{
	for (int i = 0; i < s->n; i++)
		if (!r->made[s->aliases[i].of->index])
			return s->aliases[i].of;
	return NULL;
}

static void
complain_dead(struct reach *r, struct place at, const char *what, const struct scope *s)
{
	const struct template *t = missing_template(r, s);
	struct diag *g = complain(r->d, DEAD_RULE, r->culprit ? r->culprit->at : at, "no fact can make %s true", what);

	if (t)
		diag_hint(r->d, g, "no collector, person, pattern or rule makes a fact of '%s'", t->entry.id);
	else if (r->culprit)
		hint_values(r, g, r->culprit);
}

static void
look_at_condition(void *context, const struct condition *c)
{
	struct reach *r = context;

	r->scope = &c->scope;
	r->culprit = NULL;
	if (c->expr && !can_be(r, c->expr, true))
		complain_dead(r, c->at, "this", &c->scope);
}

static void
look_at_slots(const struct reach *r)
{
	for (size_t i = 0; i < r->rb->ntemplates; i++) {
		const struct template *t = r->rb->templates[i];

		for (int k = 0; k < t->nslots && r->made[i]; k++)
			if (!r->held[i][k].any && r->held[i][k].n == 0)
				diag_hint(r->d, complain(r->d, UNPROVIDED_SLOT, t->slots[k].at, "nobody fills the slot '%s.%s'", t->entry.id, t->slots[k].name),
					"name a collector in `from`, a question in `ask`, or let a rule or a pattern fill it");
	}
}

/* A program whose facts come from a file says nothing about where they come from. */
static bool
has_providers(const struct rulebase *rb)
{
	for (size_t i = 0; i < rb->ntemplates; i++)
		for (int k = 0; k < rb->templates[i]->nslots; k++)
			if (is_given(rb->templates[i]->slots + k))
				return true;
	return false;
}

void
lint_reach(const struct rulebase *rb, struct diags *d)
{
	struct reach r = { .rb = rb, .d = d, .a = arena_new() };

	if (has_providers(rb)) {
		r.held = arena_array(r.a, rb->ntemplates, sizeof *r.held);
		r.made = arena_array(r.a, rb->ntemplates, sizeof *r.made);
		r.live = arena_array(r.a, rb->nrules, sizeof *r.live);
		begin(&r);
		fire_all(&r);
		for (size_t i = 0; i < rb->nrules; i++)
			if (!r.live[i] && !can_fire(&r, rb->rules[i]))
				complain_dead(&r, rb->rules[i]->entry.at, "the condition of this rule", &rb->rules[i]->when.scope);
		lint_each_condition(rb, look_at_condition, &r);
		for (size_t i = 0; i < rb->nrules; i++)	/* what dead rules would fill is theirs to mend */
			if (!r.live[i])
				fire(&r, rb->rules[i]);
		look_at_slots(&r);
	}
	arena_free(r.a);
}
