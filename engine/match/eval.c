/* SPDX-License-Identifier: MIT */
#include "match/eval.h"

#include "base/system.h"
#include "base/text.h"
#include "match/profile.h"

#include <math.h>
#include <string.h>

/*
 * A slot value in doubt (eval.h, `doubtful`), as a result inside this file alone. It can turn into
 * anything, so that not even `known` can tell; no slot holds these bits, no more than those of
 * ABSENT.
 */
#define DOUBT (INT64_MIN + 2)

static value value_of(struct eval *ev, const struct expr *e, const struct env *env);

/* ---- the deadline ---- */

enum { STEPS_BETWEEN_LOOKS = 4096 };

int64_t
eval_clock(void)
{
	return system_ms();
}

void
eval_start(struct eval *ev, int64_t ms)
{
	ev->overdue = false;
	ev->deadline = ms > 0 ? eval_clock() + ms : 0;
	ev->look_at_clock = ev->evaluations + STEPS_BETWEEN_LOOKS;
}

bool
eval_overdue(struct eval *ev)
{
	if (++ev->evaluations < ev->look_at_clock || ev->overdue)
		return ev->overdue;
	ev->look_at_clock = ev->evaluations + STEPS_BETWEEN_LOOKS;
	ev->overdue = ev->deadline && eval_clock() > ev->deadline;
	return ev->overdue;
}

/* ---- values ---- */

static bool
is_special(value v)
{
	return v == UNKNOWN || v == ABSENT || v == DOUBT;
}

/* What an operation on special values gives: absence is stronger than doubt, doubt than ignorance. */
static value
special_of(value a, value b)
{
	if (a == ABSENT || b == ABSENT)
		return ABSENT;
	return a == DOUBT || b == DOUBT ? DOUBT : UNKNOWN;
}

/* A result of integer arithmetic, which must not look like a special value. */
static value
checked(bool overflow, int64_t v)
{
	return overflow || is_special(v) ? UNKNOWN : v;
}

static double
double_of(const struct expr *e, value v)
{
	return e->type == TYPE_NUMBER ? value_double(v) : (double)v;
}

static double
double_arithmetic(enum op op, double a, double b)
{
	switch ((int)op) {
	case OP_ADD: return a + b;
	case OP_SUB: return a - b;
	case OP_MUL: return a * b;
	}
	return b == 0 ? NAN : a / b;
}

static value
integer_arithmetic(enum op op, int64_t a, int64_t b)
{
	int64_t v = 0;
	bool overflow = b == 0 || (b == -1 && a == INT64_MIN);

	switch ((int)op) {
	case OP_ADD: overflow = __builtin_add_overflow(a, b, &v); break;
	case OP_SUB: overflow = __builtin_sub_overflow(a, b, &v); break;
	case OP_MUL: overflow = __builtin_mul_overflow(a, b, &v); break;
	default: v = overflow ? 0 : a / b; break;
	}
	return checked(overflow, v);
}

/* The operand as whole seconds when it is a duration next to a time. */
static int64_t
seconds(const struct expr *e, value v)
{
	return e->type == TYPE_DURATION ? v / 1000 : v;
}

static value
arithmetic(const struct expr *e, value a, value b)
{
	const struct expr *l = e->args[0], *r = e->args[1];
	double d;
	value v;

	if (e->type == TYPE_NUMBER)
		return value_of_double(double_arithmetic(e->op, double_of(l, a), double_of(r, b)));
	if (l->type == TYPE_NUMBER || r->type == TYPE_NUMBER) {	/* a duration times a number */
		d = trunc(double_arithmetic(e->op, double_of(l, a), double_of(r, b)));
		return fabs(d) < 9e18 ? checked(false, (int64_t)d) : UNKNOWN;
	}
	if (e->type == TYPE_TIME)
		return integer_arithmetic(e->op, seconds(l, a), seconds(r, b));
	v = integer_arithmetic(e->op, a, b);
	if (e->type == TYPE_DURATION && l->type == TYPE_TIME && v != UNKNOWN)
		return integer_arithmetic(OP_MUL, v, 1000);
	return v;
}

static value
lowered(struct eval *ev, value v)
{
	const char *s = sym_text(ev->wm->syms, (uint32_t)v);
	size_t n = sym_len(ev->wm->syms, (uint32_t)v);
	struct buf b = {0};
	value low;

	for (size_t i = 0; i < n; i++)
		buf_putc(&b, s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] - 'A' + 'a') : s[i]);
	low = sym_intern(ev->wm->syms, buf_text(&b), n);
	buf_free(&b);
	return low;
}

/* The whole number below; unknown when no integer holds it. */
static value
floored(double d)
{
	double below = floor(d);

	return below >= -0x1p63 && below < 0x1p63 ? checked(false, (int64_t)below) : UNKNOWN;
}

static value
unary(struct eval *ev, const struct expr *e, value v)
{
	bool real = e->args[0]->type == TYPE_NUMBER;

	if (is_special(v))
		return v;
	switch ((int)e->op) {
	case OP_NEG:
		return real ? value_of_double(-value_double(v)) : integer_arithmetic(OP_SUB, 0, v);
	case OP_ABS:
		if (real)
			return value_of_double(fabs(value_double(v)));
		return v < 0 ? integer_arithmetic(OP_SUB, 0, v) : v;
	case OP_FLOOR:
		return real ? floored(value_double(v)) : v;
	case OP_DECIMAL:
		return (int32_t)(uint32_t)v;
	case OP_LENGTH:
		return (value)text_columns(sym_text(ev->wm->syms, (uint32_t)v), sym_len(ev->wm->syms, (uint32_t)v));
	case OP_LOWER:
		return lowered(ev, v);
	case OP_TO_NUMBER:
		return real ? v : value_of_double((double)v);
	}
	return UNKNOWN;
}

static value
slot_value(struct eval *ev, const struct expr *e, const struct env *env)
{
	const struct fact *f = env->facts[e->alias];

	if (ev->doubtful && ev->doubtful((const struct wfact *)f, e->slot))
		return DOUBT;
	return f->slots[e->slot];
}

static value
value_of(struct eval *ev, const struct expr *e, const struct env *env)
{
	value a, b;

	switch (e->op) {
	case OP_CONST:
		return e->constant;
	case OP_SLOT:
		return slot_value(ev, e, env);
	case OP_NOW:
		return ev->now;
	case OP_CAPTURE:	/* only in patterns, which match/ does not see */
		return UNKNOWN;
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MIN: case OP_MAX:
		a = value_of(ev, e->args[0], env);
		b = value_of(ev, e->args[1], env);
		if (is_special(a) || is_special(b))
			return special_of(a, b);
		if (e->op == OP_MIN || e->op == OP_MAX)
			return (value_compare(e->type, a, b, ev->wm->syms) <= 0) == (e->op == OP_MIN) ? a : b;
		return arithmetic(e, a, b);
	case OP_NEG: case OP_ABS: case OP_FLOOR: case OP_DECIMAL: case OP_LENGTH: case OP_LOWER: case OP_TO_NUMBER:
		return unary(ev, e, value_of(ev, e->args[0], env));
	case OP_AND: case OP_OR: case OP_NOT:
	case OP_IS: case OP_IS_NOT: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
	case OP_IN: case OP_MATCHES: case OP_CONTAINS: case OP_KNOWN: case OP_TRUTH:
	case OP_SOME: case OP_NONE: case OP_EVERY: case OP_COUNT:
	case OP__COUNT:
		break;
	}
	switch (eval_truth(ev, e, env)) {
	case FALSE: return 0;
	case TRUE: return 1;
	case MAYBE: break;
	}
	return ev->doubtful ? DOUBT : UNKNOWN;
}

value
eval_value(struct eval *ev, const struct expr *e, const struct env *env)
{
	value v = value_of(ev, e, env);

	return is_special(v) ? UNKNOWN : v;
}

/* ---- conditions ---- */

static enum truth
truth_of(bool b)
{
	return b ? TRUE : FALSE;
}

static bool
ordered_as(enum op op, int c)
{
	switch ((int)op) {
	case OP_LT: return c < 0;
	case OP_LE: return c <= 0;
	case OP_GT: return c > 0;
	case OP_GE: return c >= 0;
	case OP_IS: return c == 0;
	}
	return c != 0;	/* OP_IS_NOT */
}

static enum truth
compare(struct eval *ev, const struct expr *e, const struct env *env)
{
	value a = value_of(ev, e->args[0], env), b = value_of(ev, e->args[1], env);

	if (a == ABSENT || b == ABSENT)
		return truth_of(e->op == OP_IS_NOT);
	if (is_special(a) || is_special(b))
		return MAYBE;
	if (e->op == OP_IS || e->op == OP_IS_NOT)
		return truth_of((a == b) == (e->op == OP_IS));
	return truth_of(ordered_as(e->op, value_compare(e->args[0]->type, a, b, ev->wm->syms)));
}

static enum truth
in(struct eval *ev, const struct expr *e, const struct env *env)
{
	value v = value_of(ev, e->args[0], env);

	if (v == ABSENT)
		return FALSE;
	if (is_special(v))
		return MAYBE;
	for (uint32_t i = 1; i < e->nargs; i++)
		if (e->args[i]->constant == v)
			return TRUE;
	return FALSE;
}

static enum truth
matches(struct eval *ev, const struct expr *e, const struct env *env)
{
	value v = value_of(ev, e->args[0], env);

	if (v == ABSENT)
		return FALSE;
	if (is_special(v))
		return MAYBE;
	switch (regex_match(e->regex, ev->scratch, sym_text(ev->wm->syms, (uint32_t)v),
			sym_len(ev->wm->syms, (uint32_t)v))) {
	case REGEX_NO: return FALSE;
	case REGEX_YES: return TRUE;
	case REGEX_LIMIT: break;
	}
	return MAYBE;
}

static enum truth
contains(struct eval *ev, const struct expr *e, const struct env *env)
{
	value a = value_of(ev, e->args[0], env), b = value_of(ev, e->args[1], env);
	const struct symtab *syms = ev->wm->syms;

	if (a == ABSENT || b == ABSENT)
		return FALSE;
	if (is_special(a) || is_special(b))
		return MAYBE;
	return truth_of(memmem(sym_text(syms, (uint32_t)a), sym_len(syms, (uint32_t)a),
			sym_text(syms, (uint32_t)b), sym_len(syms, (uint32_t)b)) != NULL);
}

/* ---- quantifiers ---- */

/*
 * Which facts a quantifier has to look at: all of a template; those with a value in an indexed slot
 * and those where it is unknown; those beyond a bound in a sorted index and those where it is unknown.
 */
struct candidates {
	enum { ALL, EQUAL, RISING, FALLING } way;
	struct wfact *at, *unknown;	/* the next one; where to go on when the equal ones end */
	int number;			/* of the index */
	const struct order *order;
	enum op op;			/* slot `op` is */
	value is;
};

static const struct expr *
conjunct(const struct expr *where, uint32_t i)
{
	if (where->op != OP_AND)
		return i == 0 ? where : NULL;
	return i < where->nargs ? where->args[i] : NULL;
}

static value
pinned(struct eval *ev, const struct pin *p, const struct env *env)
{
	return p->other ? value_of(ev, p->other, env) : p->constant;
}

/* By the thinnest index on a slot that the condition sets equal to something; false: there is none. */
static bool
equal_ones(struct eval *ev, const struct expr *e, const struct extent *x, const struct env *env, struct candidates *best)
{
	const struct expr *c;
	size_t fewest = SIZE_MAX;
	struct pin p;

	for (uint32_t i = 0; (c = conjunct(e->args[0], i)); i++) {
		const struct values *same, *unknown;
		value v;
		int k;

		if (!expr_pins(c, e->alias, &p) || (k = x->in->index_of[p.slot]) < 0 || is_special(v = pinned(ev, &p, env)))
			continue;
		same = wm_values(ev->wm, x->of, k, v);
		unknown = wm_values(ev->wm, x->of, k, UNKNOWN);
		if (wm_count(same) + wm_count(unknown) >= fewest)
			continue;
		fewest = wm_count(same) + wm_count(unknown);
		*best = (struct candidates){ .way = EQUAL, .at = wm_first(same), .unknown = wm_first(unknown), .number = k };
	}
	return fewest != SIZE_MAX;
}

/* By a sorted index on a slot that the condition compares with something. */
static bool
ordered_ones(struct eval *ev, const struct expr *e, const struct extent *x, const struct env *env, struct candidates *to)
{
	const struct expr *c;
	struct pin p;
	enum op op;

	for (uint32_t i = 0; (c = conjunct(e->args[0], i)); i++) {
		const struct order *o;
		value v;
		int k;

		if (!expr_bounds(c, e->alias, &p, &op) || (k = x->in->order_of[p.slot]) < 0 || is_special(v = pinned(ev, &p, env)))
			continue;
		o = &x->orders[k];
		*to = (struct candidates){ .number = k, .order = o, .op = op, .is = v };
		to->way = op == OP_LT || op == OP_LE ? RISING : FALLING;
		to->at = to->way == RISING ? o->first : o->last;
		return true;
	}
	return false;
}

/*
 * Facts left out make the condition FALSE, which changes nothing for `some`, `none` and `count`; a
 * fact whose slot is unknown may still make it MAYBE.
 */
static struct candidates
candidates(struct eval *ev, const struct expr *e, const struct extent *x, const struct env *env)
{
	struct candidates c = { .at = x->first };

	if (e->nargs && e->op != OP_EVERY && !ev->doubtful && !ev->unindexed && !equal_ones(ev, e, x, env, &c))
		ordered_ones(ev, e, x, env, &c);
	return c;
}

static bool
is_beyond(const struct eval *ev, const struct candidates *c, const struct wfact *f)
{
	value v = f->pub.slots[c->order->slot];

	return v == UNKNOWN ? c->way == RISING : c->op != OP__COUNT && ordered_as(c->op, value_compare(c->order->type, v, c->is, ev->wm->syms));
}

static struct wfact *
next_ordered(const struct eval *ev, struct candidates *c)
{
	struct wfact *f = c->at;

	if (c->way == FALLING && !(f && is_beyond(ev, c, f))) {	/* now the unknown ones */
		c->way = RISING;
		c->op = OP__COUNT;
		f = c->order->first;
	}
	if (!f || !is_beyond(ev, c, f))
		return NULL;
	c->at = c->way == FALLING ? f->ranks[c->number].prev : f->ranks[c->number].next;
	return f;
}

static struct wfact *
next_candidate(const struct eval *ev, struct candidates *c)
{
	struct wfact *f = c->at;

	if (c->way == RISING || c->way == FALLING)
		return next_ordered(ev, c);
	if (!f && c->way == EQUAL) {
		f = c->unknown;
		c->unknown = NULL;
	}
	if (f)
		c->at = c->way == ALL ? f->next : f->links[c->number].next;
	return f;
}

/*
 * How many facts satisfy the condition: surely `yes`, perhaps as many as `maybe` more; `no` make it
 * surely false.
 */
struct tally {
	int64_t yes, maybe, no;
};

/* The count that settles a quantifier early. */
static bool
is_settled(const struct expr *e, const struct tally *t)
{
	return e->op == OP_EVERY ? t->no > 0 : e->op != OP_COUNT && t->yes > 0;
}

static void
add_fact(struct eval *ev, const struct expr *e, struct wfact *f, const struct env *env, struct tally *t)
{
	enum truth held;
	bool doubt = ev->doubtful && ev->doubtful(f, -1);

	env->facts[e->alias] = &f->pub;
	held = e->nargs ? eval_truth(ev, e->args[0], env) : TRUE;
	if (held == MAYBE || (doubt && held == (e->op == OP_EVERY ? FALSE : TRUE)))
		t->maybe++;
	else if (held == TRUE)
		t->yes++;
	else
		t->no++;
}

/* A count that lies between lo and hi (hi < 0: without end) compared with a number. */
static enum truth
compare_count(enum op op, int64_t lo, int64_t hi, int64_t n)
{
	bool endless = hi < 0;
	bool below = lo < n, above = endless || hi > n, on = lo <= n && (endless || n <= hi);
	bool can, must;

	switch ((int)op) {
	case OP_IS: can = on; must = on && lo == hi; break;
	case OP_IS_NOT: can = below || above; must = !on; break;
	case OP_LT: can = below; must = !endless && hi < n; break;
	case OP_LE: can = lo <= n; must = !endless && hi <= n; break;
	case OP_GT: can = above; must = lo > n; break;
	default: can = endless || hi >= n; must = lo >= n; break;	/* OP_GE */
	}
	return must ? TRUE : can ? MAYBE : FALSE;
}

static enum truth
quantify(struct eval *ev, const struct expr *e, const struct env *env)
{
	const struct extent *x = wm_extent(ev->wm, env->scope->aliases[e->alias].of);
	struct candidates c = candidates(ev, e, x, env);
	struct tally t = {0};
	struct wfact *f;

	while (!is_settled(e, &t) && !eval_overdue(ev) && (f = next_candidate(ev, &c)))
		add_fact(ev, e, f, env, &t);
	if (e->op == OP_COUNT)
		return compare_count(e->compare, t.yes, x->surveyed ? t.yes + t.maybe : -1, e->constant);
	if (e->op == OP_EVERY)
		return t.no ? FALSE : t.maybe || !x->surveyed ? MAYBE : TRUE;
	if (t.yes)
		return truth_of(e->op == OP_SOME);
	return t.maybe || !x->surveyed ? MAYBE : truth_of(e->op == OP_NONE);
}

void
eval_each(struct eval *ev, const struct expr *e, const struct env *env,
		bool (*see)(void *context, struct fact *f, enum truth held), void *context)
{
	const struct extent *x = wm_extent(ev->wm, env->scope->aliases[e->alias].of);
	struct candidates c = candidates(ev, e, x, env);
	struct wfact *f;

	while (!eval_overdue(ev) && (f = next_candidate(ev, &c))) {
		env->facts[e->alias] = &f->pub;
		if (!see(context, &f->pub, e->nargs ? eval_truth(ev, e->args[0], env) : TRUE))
			return;
	}
}

/* ---- connectives ---- */

/*
 * Kleene: `and` is the smallest of its arguments, `or` the largest; the first that settles it ends
 * the search.
 */
static enum truth
connect(struct eval *ev, const struct expr *e, const struct env *env)
{
	enum truth t = e->op == OP_AND ? TRUE : FALSE, settled = truth_not(t);

	for (uint32_t i = 0; i < e->nargs && t != settled; i++) {
		enum truth next = eval_truth(ev, e->args[i], env);

		if (e->op == OP_AND ? next < t : next > t)
			t = next;
	}
	return t;
}

static enum truth
truth_of_value(value v)
{
	if (v == ABSENT)
		return FALSE;
	return is_special(v) ? MAYBE : truth_of(v != 0);
}

/* `known`: of a slot in doubt nothing can be said. */
static enum truth
known(value v)
{
	return v == DOUBT ? MAYBE : truth_of(!is_special(v));
}

/* Parts of a condition are not measured by themselves. */
static enum truth
measured(struct eval *ev, const struct expr *e, const struct env *env)
{
	struct profile *profile = ev->profile;
	int64_t start = profile_clock();
	enum truth t;

	ev->profile = NULL;
	t = eval_truth(ev, e, env);
	ev->profile = profile;
	profile_count(profile, e, t == TRUE, profile_clock() - start);
	return t;
}

enum truth
eval_truth(struct eval *ev, const struct expr *e, const struct env *env)
{
	if (ev->profile)
		return measured(ev, e, env);
	ev->evaluations++;
	switch (e->op) {
	case OP_AND: case OP_OR:
		return connect(ev, e, env);
	case OP_NOT:
		return truth_not(eval_truth(ev, e->args[0], env));
	case OP_IS: case OP_IS_NOT: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
		return compare(ev, e, env);
	case OP_IN:
		return in(ev, e, env);
	case OP_MATCHES:
		return matches(ev, e, env);
	case OP_CONTAINS:
		return contains(ev, e, env);
	case OP_KNOWN:
		return known(value_of(ev, e->args[0], env));
	case OP_TRUTH:
		return truth_of_value(value_of(ev, e->args[0], env));
	case OP_SOME: case OP_NONE: case OP_EVERY: case OP_COUNT:
		return quantify(ev, e, env);
	case OP_CONST: case OP_SLOT: case OP_NOW: case OP_CAPTURE:
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_NEG:
	case OP_LENGTH: case OP_LOWER: case OP_MIN: case OP_MAX: case OP_ABS: case OP_FLOOR: case OP_DECIMAL: case OP_TO_NUMBER:
	case OP__COUNT:
		break;
	}
	return truth_of_value(value_of(ev, e, env));	/* a yes-no value without OP_TRUTH around it */
}

/* ---- tests ---- */

static bool
passes_tree(struct eval *ev, const struct test *t, const struct env *env)
{
	enum truth held = eval_truth(ev, t->is, env);

	return held == TRUE || (t->loose && held == MAYBE);
}

static inline bool
passes(struct eval *ev, const struct test *t, const struct env *env)
{
	value a, b;

	if (t->kind == TEST_TREE || ev->profile)
		return passes_tree(ev, t, env);
	ev->evaluations++;
	a = env->facts[t->alias]->slots[t->slot];
	b = t->kind == TEST_CONSTANT ? t->with.constant : env->facts[t->with.other.alias]->slots[t->with.other.slot];
	if (a == UNKNOWN || b == UNKNOWN)
		return t->loose;
	if (t->op == OP_IS)
		return a == b;
	return t->op == OP_IS_NOT ? a != b : ordered_as(t->op, value_compare(t->type, a, b, ev->wm->syms));
}

bool
eval_test(struct eval *ev, const struct test *t, const struct env *env)
{
	return passes(ev, t, env);
}

bool
eval_tests(struct eval *ev, const struct test *tests, int n, const struct env *env)
{
	for (int i = 0; i < n; i++)
		if (!passes(ev, &tests[i], env))
			return false;
	return true;
}
