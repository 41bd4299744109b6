/* SPDX-License-Identifier: MIT */
#include "lang/lint_parts.h"

#include <stdlib.h>
#include <string.h>

/* Longer lists are not looked at: the work grows with the square. */
enum { MOST_PARTS = 200, MOST_VALUES = 64 };

/* What a conjunction says about one slot so far: the values that are left. */
struct left {
	int alias, slot;
	enum type type;
	const struct expr *first;	/* the first condition about it, for the hint */
	bool known, unknown;
	bool has_low, has_high, low_open, high_open;
	value low, high;
	bool listed;			/* only `values` are left */
	value values[MOST_VALUES];
	size_t nvalues;
	value barred[MOST_VALUES];
	size_t nbarred;
};

struct reasoning {
	const struct rulebase *rb;
	struct diags *d;
	const struct scope *scope;
	struct left left[MOST_PARTS];
	size_t n;
};

static const struct slot *
slot_of(const struct reasoning *r, const struct expr *e)
{
	return r->scope->aliases[e->alias].of->slots + e->slot;
}

/* --- one slot --- */

static struct left *
find_left(struct reasoning *r, const struct expr *slot, const struct expr *first)
{
	const struct slot *s = slot_of(r, slot);
	struct left *l;
	uint32_t id;

	for (size_t i = 0; i < r->n; i++)
		if (r->left[i].alias == slot->alias && r->left[i].slot == slot->slot)
			return r->left + i;
	l = r->left + r->n++;
	*l = (struct left){ .alias = slot->alias, .slot = slot->slot, .type = slot->type, .first = first };
	if (s->type == TYPE_YES_NO) {
		l->listed = true;
		l->values[l->nvalues++] = 0;
		l->values[l->nvalues++] = 1;
	}
	for (size_t i = 0; s->of && s->of[i] && i < MOST_VALUES; i++)
		if (sym_find(r->rb->syms, s->of[i], strlen(s->of[i]), &id)) {
			l->listed = s->of[i + 1] == NULL || i + 1 < MOST_VALUES;
			l->values[l->nvalues++] = id;
		}
	return l;
}

/* Whole numbers have a next one, so that x > 4 is x >= 5. */
static bool
is_discrete(enum type t)
{
	return t == TYPE_INTEGER || t == TYPE_TIME || t == TYPE_DURATION || t == TYPE_BYTES;
}

static void
raise_low(const struct reasoning *r, struct left *l, value v, bool open)
{
	int c;

	if (open && is_discrete(l->type) && v < INT64_MAX) {
		v++;
		open = false;
	}
	c = l->has_low ? value_compare(l->type, v, l->low, r->rb->syms) : 1;
	if (c > 0 || (c == 0 && open)) {
		l->low = v;
		l->low_open = open;
	}
	l->has_low = true;
}

static void
lower_high(const struct reasoning *r, struct left *l, value v, bool open)
{
	int c;

	if (open && is_discrete(l->type) && v > INT64_MIN) {
		v--;
		open = false;
	}
	c = l->has_high ? value_compare(l->type, v, l->high, r->rb->syms) : -1;
	if (c < 0 || (c == 0 && open)) {
		l->high = v;
		l->high_open = open;
	}
	l->has_high = true;
}

static bool
holds(const value *list, size_t n, value v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == v)
			return true;
	return false;
}

/* Only these values stay. */
static void
keep(struct left *l, const value *values, size_t n)
{
	size_t kept = 0;

	if (!l->listed) {
		memcpy(l->values, values, n * sizeof *values);
		l->nvalues = n;
		l->listed = true;
		return;
	}
	for (size_t i = 0; i < l->nvalues; i++)
		if (holds(values, n, l->values[i]))
			l->values[kept++] = l->values[i];
	l->nvalues = kept;
}

static void
bar(struct left *l, const value *values, size_t n)
{
	for (size_t i = 0; i < n && l->nbarred < MOST_VALUES; i++)
		l->barred[l->nbarred++] = values[i];
}

static bool
in_range(const struct reasoning *r, const struct left *l, value v)
{
	int c;

	if (l->has_low) {
		c = value_compare(l->type, v, l->low, r->rb->syms);
		if (c < 0 || (c == 0 && l->low_open))
			return false;
	}
	if (l->has_high) {
		c = value_compare(l->type, v, l->high, r->rb->syms);
		if (c > 0 || (c == 0 && l->high_open))
			return false;
	}
	return true;
}

/* True when no value is left. */
static bool
is_empty(const struct reasoning *r, const struct left *l)
{
	int c;

	if (l->known && l->unknown)
		return true;
	if (!l->known)
		return false;
	for (size_t i = 0; l->listed && i < l->nvalues; i++)
		if (!holds(l->barred, l->nbarred, l->values[i]) && in_range(r, l, l->values[i]))
			return false;
	if (l->listed)
		return true;
	if (!l->has_low || !l->has_high)
		return false;
	c = value_compare(l->type, l->low, l->high, r->rb->syms);
	return c > 0 || (c == 0 && (l->low_open || l->high_open || holds(l->barred, l->nbarred, l->low)));
}

/* --- one condition: what it says about a slot --- */

static enum op
mirrored(enum op op)
{
	switch ((int)op) {
	case OP_LT: return OP_GT;
	case OP_LE: return OP_GE;
	case OP_GT: return OP_LT;
	case OP_GE: return OP_LE;
	}
	return op;
}

static enum op
negated(enum op op)
{
	switch ((int)op) {
	case OP_LT: return OP_GE;
	case OP_LE: return OP_GT;
	case OP_GT: return OP_LE;
	case OP_GE: return OP_LT;
	case OP_IS: return OP_IS_NOT;
	}
	return OP_IS;
}

static void
narrow(const struct reasoning *r, struct left *l, enum op op, value v)
{
	l->known = true;
	switch ((int)op) {
	case OP_LT: lower_high(r, l, v, true); break;
	case OP_LE: lower_high(r, l, v, false); break;
	case OP_GT: raise_low(r, l, v, true); break;
	case OP_GE: raise_low(r, l, v, false); break;
	case OP_IS: keep(l, &v, 1); break;
	case OP_IS_NOT: bar(l, &v, 1); break;
	}
}

static struct left *
narrow_in(struct reasoning *r, const struct expr *e, bool not)
{
	value values[MOST_VALUES];
	struct left *l;

	if (e->args[0]->op != OP_SLOT || e->nargs - 1 > MOST_VALUES)
		return NULL;
	l = find_left(r, e->args[0], e);
	l->known = true;
	for (uint32_t i = 1; i < e->nargs; i++)
		values[i - 1] = e->args[i]->constant;
	if (not)
		bar(l, values, e->nargs - 1);
	else
		keep(l, values, e->nargs - 1);
	return l;
}

static struct left *
narrow_comparison(struct reasoning *r, const struct expr *e, bool not)
{
	const struct expr *a = e->args[0], *b = e->args[1];
	enum op op = e->op;
	struct left *l;

	if (a->op == OP_CONST && b->op == OP_SLOT) {
		a = e->args[1];
		b = e->args[0];
		op = mirrored(op);
	}
	if (a->op != OP_SLOT || b->op != OP_CONST)
		return NULL;
	l = find_left(r, a, e);
	narrow(r, l, not ? negated(op) : op, b->constant);
	return l;
}

/* Takes in a condition that must hold (or, `not`, must not); the slot it is about, NULL when it says nothing that we can use. */
static struct left *
narrow_by(struct reasoning *r, const struct expr *e, bool not)
{
	struct left *l = NULL;
	value v = not ? 0 : 1;

	switch ((int)e->op) {
	case OP_NOT:
		return narrow_by(r, e->args[0], !not);
	case OP_IS: case OP_IS_NOT: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
		return narrow_comparison(r, e, not);
	case OP_IN:
		return narrow_in(r, e, not);
	case OP_TRUTH: case OP_KNOWN:
		if (e->args[0]->op != OP_SLOT)
			return NULL;
		l = find_left(r, e->args[0], e);
		if (e->op == OP_TRUTH) {
			l->known = true;
			keep(l, &v, 1);
		} else {
			l->known |= !not;
			l->unknown |= not;
		}
	}
	return l;
}

/* --- conditions by themselves --- */

/* What a condition can be, besides unknown: never true, never false. */
enum outcome { CAN_BE_BOTH, NEVER, ALWAYS };

static bool
same_slot(const struct expr *a, const struct expr *b)
{
	return a->op == OP_SLOT && b->op == OP_SLOT && a->alias == b->alias && a->slot == b->slot;
}

static bool
share_symbol(const struct slot *a, const struct slot *b)
{
	if (!a->of || !b->of)
		return true;
	for (size_t i = 0; a->of[i]; i++)
		for (size_t k = 0; b->of[k]; k++)
			if (a->of[i] == b->of[k])
				return true;
	return false;
}

static enum outcome
of_equality(bool equal, enum op op)
{
	bool holds_equal = op == OP_IS || op == OP_LE || op == OP_GE;

	return equal == holds_equal ? ALWAYS : NEVER;
}

/* A function's value against a constant: lengths and amounts are never below 0. */
static enum outcome
of_amount(const struct reasoning *r, const struct expr *e, enum op op, value v)
{
	struct left l;

	for (int not = 0; not < 2; not++) {
		l = (struct left){ .type = e->type, .has_low = true };
		if (e->type == TYPE_NUMBER)
			return CAN_BE_BOTH;
		narrow(r, &l, not ? negated(op) : op, v);
		if (is_empty(r, &l))
			return not ? ALWAYS : NEVER;
	}
	return CAN_BE_BOTH;
}

/* A constant that no text in small letters is. */
static bool
has_capitals(const struct reasoning *r, value v)
{
	for (const char *s = sym_text(r->rb->syms, (uint32_t)v); *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			return true;
	return false;
}

/* An integer slot, read as a number, against a number with a fraction. */
static bool
is_fraction(value v)
{
	double d = value_double(v);

	return d > -1e15 && d < 1e15 && (double)(int64_t)d != d;
}

/* What a function gives against a constant. */
static enum outcome
of_function(const struct reasoning *r, const struct expr *e)
{
	const struct expr *f = e->args[0], *c = e->args[1];
	enum op op = e->op;

	if (f->op == OP_CONST) {
		f = e->args[1];
		c = e->args[0];
		op = mirrored(op);
	}
	if (c->op != OP_CONST)
		return CAN_BE_BOTH;
	if (f->op == OP_LENGTH || f->op == OP_ABS)
		return of_amount(r, f, op, c->constant);
	if (op != OP_IS && op != OP_IS_NOT)
		return CAN_BE_BOTH;
	if ((f->op == OP_LOWER && has_capitals(r, c->constant)) || (f->op == OP_TO_NUMBER && is_fraction(c->constant)
	    && (f->args[0]->type == TYPE_INTEGER)))
		return of_equality(false, op);
	return CAN_BE_BOTH;
}

static enum outcome
of_comparison(const struct reasoning *r, const struct expr *e)
{
	const struct expr *a = e->args[0], *b = e->args[1];
	int c;

	if (same_slot(a, b))
		return of_equality(true, e->op);
	if (a->op == OP_CONST && b->op == OP_CONST) {
		if (e->op == OP_IS || e->op == OP_IS_NOT)
			return of_equality(a->constant == b->constant, e->op);
		c = value_compare(a->type, a->constant, b->constant, r->rb->syms);
		return (e->op == OP_LT && c < 0) || (e->op == OP_LE && c <= 0) || (e->op == OP_GT && c > 0) || (e->op == OP_GE && c >= 0)
			? ALWAYS : NEVER;
	}
	if (a->op == OP_SLOT && b->op == OP_SLOT && a->type == TYPE_SYMBOL && !share_symbol(slot_of(r, a), slot_of(r, b)))
		return of_equality(false, e->op);
	return of_function(r, e);
}

/* lower(x) in ["A"], lower(x) contains "A": never, when no choice is in small letters. */
static enum outcome
of_small(const struct reasoning *r, const struct expr *e)
{
	bool all = e->args[0]->op == OP_LOWER;

	for (uint32_t i = 1; i < e->nargs; i++)
		all = all && e->args[i]->op == OP_CONST && has_capitals(r, e->args[i]->constant);
	return all ? NEVER : CAN_BE_BOTH;
}

/* A number of facts: never below 0, and of a single template 1. */
static enum outcome
of_count(const struct reasoning *r, const struct expr *e)
{
	bool single = r->scope->aliases[e->alias].of->single;
	value n = e->constant;

	switch ((int)e->compare) {
	case OP_LT: return n == 0 ? NEVER : single && n > 1 ? ALWAYS : CAN_BE_BOTH;
	case OP_LE: return single && n >= 1 ? ALWAYS : CAN_BE_BOTH;
	case OP_GT: return single && n >= 1 ? NEVER : CAN_BE_BOTH;
	case OP_GE: return n == 0 ? ALWAYS : single && n > 1 ? NEVER : CAN_BE_BOTH;
	case OP_IS: return single && n > 1 ? NEVER : CAN_BE_BOTH;
	}
	return single && n > 1 ? ALWAYS : CAN_BE_BOTH;
}

/* A regular expression against the symbols that a slot lists. */
static enum outcome
of_matches(const struct reasoning *r, const struct expr *e)
{
	const struct slot *s = e->args[0]->op == OP_SLOT ? slot_of(r, e->args[0]) : NULL;
	struct regex_scratch *scratch;
	size_t n = 0, matched = 0;

	if (!s || !s->of)
		return CAN_BE_BOTH;
	scratch = regex_scratch_new();
	for (; s->of[n]; n++)
		matched += regex_match(e->regex, scratch, s->of[n], strlen(s->of[n])) != REGEX_NO;
	regex_scratch_free(scratch);
	return matched == 0 ? NEVER : matched == n ? ALWAYS : CAN_BE_BOTH;
}

/* A condition about one slot: is a value left when it must hold, and when it must not? */
static enum outcome
of_slot(struct reasoning *r, const struct expr *e)
{
	struct left *l;

	for (int not = 0; not < 2; not++) {
		r->n = 0;
		l = narrow_by(r, e, not);
		if (l && is_empty(r, l))
			return not ? ALWAYS : NEVER;
	}
	return CAN_BE_BOTH;
}

static enum outcome
outcome_of(struct reasoning *r, const struct expr *e)
{
	enum outcome o = CAN_BE_BOTH;

	if (e->op >= OP_IS && e->op <= OP_GE)
		o = of_comparison(r, e);
	else if (e->op == OP_IN || e->op == OP_CONTAINS)
		o = of_small(r, e);
	else if (e->op == OP_COUNT)
		o = of_count(r, e);
	else if (e->op == OP_MATCHES)
		o = of_matches(r, e);
	return o == CAN_BE_BOTH ? of_slot(r, e) : o;
}

/* --- all of a condition --- */

static void
report(struct reasoning *r, const struct expr *e, enum outcome o, const struct expr *with)
{
	struct diag *g;

	if (!with) {
		complain(r->d, o == NEVER ? NEVER_TRUE : ALWAYS_TRUE, e->at, o == NEVER ? "this can never be true" : "this can never be false");
		return;
	}
	g = complain(r->d, o == NEVER ? NEVER_TRUE : ALWAYS_TRUE, e->at, o == NEVER
		? "this can never be true together with what is said before about the same slot"
		: "this, or what is said before about the same slot, is always true");
	if (with->text)
		diag_hint(r->d, g, "line %u says: %s", (unsigned)with->at.line, with->text);
}

/* The first part of a conjunction that leaves no value to a slot (`not`: the same for the opposites of a disjunction's parts). */
static const struct expr *
find_contradiction(struct reasoning *r, const struct expr *e, bool not, const struct expr **first)
{
	for (uint32_t i = 0; i < e->nargs && r->n < MOST_PARTS; i++) {
		const struct expr *part = e->args[i], *found;
		struct left *l;

		if (part->op == e->op) {
			if ((found = find_contradiction(r, part, not, first)))
				return found;
			continue;
		}
		l = narrow_by(r, part, not);
		if (l && is_empty(r, l)) {
			*first = l->first;
			return part;
		}
	}
	return NULL;
}

/* `not in` is one operator to the author, though two expressions of one place. */
static bool
is_one_operator(const struct expr *e)
{
	return e->op == OP_NOT && e->at.col == e->args[0]->at.col && e->at.line == e->args[0]->at.line;
}

static enum outcome
opposite(enum outcome o)
{
	return o == ALWAYS ? NEVER : o == NEVER ? ALWAYS : o;
}

/* Reports every part that is certain by itself; true when there was one. */
static bool
look(struct reasoning *r, const struct expr *e, enum op parent)
{
	const struct expr *culprit, *first = NULL;
	enum outcome o;
	bool certain = false;

	if (is_one_operator(e)) {
		o = opposite(outcome_of(r, e->args[0]));
		certain = o != CAN_BE_BOTH;
		if (certain)
			report(r, e, o, NULL);
	} else if (e->op == OP_AND || e->op == OP_OR || e->op == OP_NOT || (e->op >= OP_SOME && e->op <= OP_EVERY)) {
		for (uint32_t i = 0; i < e->nargs; i++)
			certain |= look(r, e->args[i], e->op);
	} else {
		o = outcome_of(r, e);
		certain = o != CAN_BE_BOTH;
		if (certain)
			report(r, e, o, NULL);
		if (e->op == OP_COUNT && e->nargs)
			look(r, e->args[0], e->op);
	}
	if (certain || (e->op != OP_AND && e->op != OP_OR) || e->op == parent || e->nargs > MOST_PARTS)
		return certain;
	r->n = 0;
	culprit = find_contradiction(r, e, e->op == OP_OR, &first);
	if (culprit)
		report(r, culprit, e->op == OP_OR ? ALWAYS : NEVER, first == culprit ? NULL : first);
	return culprit != NULL;
}

void
lint_condition(const struct rulebase *rb, struct diags *d, const struct condition *c)
{
	struct reasoning *r;

	if (!c->expr)
		return;
	r = machine_alloc(sizeof *r);
	r->rb = rb;
	r->d = d;
	r->scope = &c->scope;
	r->n = 0;
	look(r, c->expr, OP__COUNT);
	free(r);
}
