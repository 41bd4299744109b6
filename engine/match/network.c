/* SPDX-License-Identifier: MIT */
#include "match/network.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A condition that must hold. */
struct conjunct {
	const struct expr *is;
	int alias;		/* the only joined alias it reads; NO_ALIAS, SEVERAL */
	bool quantified, dear;	/* dear: a quantifier or a regular expression, evaluated after the others */
	int narrow;		/* how narrow filing the alias under it is likely to be; 0: impossible */
	struct filing filing;	/* `in`: under the first of its values */
};
enum { NO_ALIAS = -1, SEVERAL = -2 };

/* The filings of a template, until its files are made. */
struct filings {
	struct filing *at;
	size_t n, cap;
};

struct build {
	const struct rulebase *rb;
	struct network *net;
	struct arena *a;
	struct conjunct *conjuncts;
	size_t nconjuncts, conjuncts_cap;
	bool *left;		/* by conjunct: not yet tested on the route being made */
	bool *bound;		/* by alias */
	struct filings *filings;	/* by template */
	uint32_t *nwatches;		/* by template: so many are filed already */
};

static void *
more(void *items, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 64;
	return machine_realloc(items, *cap * size);
}

static void *
zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		machine_failed("out of memory");
	return p;
}

/* ---- expressions ---- */

bool
expr_reads(const struct expr *e, int alias)
{
	if (e->op == OP_SLOT && e->alias == alias)
		return true;
	for (uint32_t i = 0; i < e->nargs; i++)
		if (expr_reads(e->args[i], alias))
			return true;
	return false;
}

static bool
is_slot_of(const struct expr *e, int alias)
{
	return e->op == OP_SLOT && e->alias == alias;
}

/* `alias.slot`, the slot a yes-no. */
static const struct expr *
flag_of(const struct expr *e, int alias)
{
	const struct expr *s = e->op == OP_TRUTH ? e->args[0] : e;

	return is_slot_of(s, alias) ? s : NULL;
}

static struct pin
pin(int slot, const struct expr *other)
{
	return (struct pin){ slot, other->op == OP_CONST ? NULL : other, other->constant };
}

bool
expr_pins(const struct expr *e, int alias, struct pin *p)
{
	bool no = e->op == OP_NOT;
	const struct expr *flag = flag_of(no ? e->args[0] : e, alias);

	if (flag) {
		*p = (struct pin){ flag->slot, NULL, !no };
		return true;
	}
	for (int i = 0; e->op == OP_IS && i < 2; i++)
		if (is_slot_of(e->args[i], alias) && !expr_reads(e->args[1 - i], alias)) {
			*p = pin(e->args[i]->slot, e->args[1 - i]);
			return true;
		}
	return false;
}

/* The operator with its sides exchanged. */
static enum op
turned(enum op op)
{
	switch ((int)op) {
	case OP_LT: return OP_GT;
	case OP_LE: return OP_GE;
	case OP_GT: return OP_LT;
	case OP_GE: return OP_LE;
	}
	return op;
}

static bool
is_comparison(enum op op)
{
	return op >= OP_IS && op <= OP_GE;
}

bool
expr_bounds(const struct expr *e, int alias, struct pin *p, enum op *op)
{
	for (int i = 0; is_comparison(e->op) && e->op != OP_IS && e->op != OP_IS_NOT && i < 2; i++)
		if (is_slot_of(e->args[i], alias) && !expr_reads(e->args[1 - i], alias)) {
			*p = pin(e->args[i]->slot, e->args[1 - i]);
			*op = i == 0 ? e->op : turned(e->op);
			return true;
		}
	return false;
}

static bool
has_quantifier(const struct expr *e)
{
	if (op_quantifies(e->op))
		return true;
	for (uint32_t i = 0; i < e->nargs; i++)
		if (has_quantifier(e->args[i]))
			return true;
	return false;
}

static bool
has_regex(const struct expr *e)
{
	if (e->op == OP_MATCHES)
		return true;
	for (uint32_t i = 0; i < e->nargs; i++)
		if (has_regex(e->args[i]))
			return true;
	return false;
}

/* The only alias below `n` that is read, added to what was found so far. */
static int
only_alias(const struct expr *e, int n, int sofar)
{
	if (e->op == OP_SLOT && e->alias < n && sofar != e->alias)
		sofar = sofar == NO_ALIAS ? e->alias : SEVERAL;
	for (uint32_t i = 0; i < e->nargs; i++)
		sofar = only_alias(e->args[i], n, sofar);
	return sofar;
}

static const struct expr *
conjunct_of(const struct expr *e, uint32_t i)
{
	if (e->op != OP_AND)
		return i == 0 ? e : NULL;
	return i < e->nargs ? e->args[i] : NULL;
}

/* ---- tests ---- */

static struct test
test_of(const struct expr *e, bool loose)
{
	const struct expr *l = e->nargs == 2 ? e->args[0] : NULL, *r = e->nargs == 2 ? e->args[1] : NULL;
	struct test t = { .kind = TEST_TREE, .is = e, .loose = loose };
	const struct expr *flag = e->op == OP_NOT ? e->args[0] : e;

	flag = flag->op == OP_TRUTH ? flag->args[0] : flag;
	if (flag->op == OP_SLOT)
		return (struct test){ TEST_CONSTANT, OP_IS, TYPE_YES_NO, loose, flag->alias, flag->slot, { e->op != OP_NOT }, e };
	if (!is_comparison(e->op))
		return t;
	t.op = (uint8_t)e->op;
	t.type = (uint8_t)l->type;
	if (l->op != OP_SLOT && r->op == OP_SLOT) {
		const struct expr *swap = l;

		l = r;
		r = swap;
		t.op = (uint8_t)turned(e->op);
	}
	if (l->op != OP_SLOT || (r->op != OP_SLOT && r->op != OP_CONST))
		return t;
	t.kind = r->op == OP_SLOT ? TEST_SLOTS : TEST_CONSTANT;
	t.alias = l->alias;
	t.slot = l->slot;
	if (r->op == OP_CONST) {
		t.with.constant = r->constant;
	} else {
		t.with.other.alias = r->alias;
		t.with.other.slot = r->slot;
	}
	return t;
}

/* ---- indexes ---- */

static struct interest *
interest_of(struct build *b, const struct template *t)
{
	return &b->net->interests[t->index];
}

static int
add_index(int *slots, int *n, int slot)
{
	slots[*n] = slot;
	return (*n)++;
}

static int
want_index(struct build *b, const struct template *t, int slot)
{
	struct interest *in = interest_of(b, t);
	int *number = slot < 0 ? &in->whole : &in->index_of[slot];

	if (*number >= 0)
		return *number;
	if (slot < 0 && t->nslots == 1)
		return *number = want_index(b, t, 0);
	return *number = add_index(in->indexes, &in->nindexes, slot);
}

static void
want_order(struct build *b, const struct template *t, int slot)
{
	struct interest *in = interest_of(b, t);

	if (in->order_of[slot] < 0)
		in->order_of[slot] = add_index(in->orders, &in->norders, slot);
}

/* What a quantifier asks for itself: the facts with a value, or those beyond a bound. */
static void
want_for_quantifier(struct build *b, const struct expr *e, const struct scope *scope)
{
	const struct template *of = scope->aliases[e->alias].of;
	const struct expr *c;
	struct pin p;
	enum op op;

	for (uint32_t i = 0; !of->single && e->nargs && e->op != OP_EVERY && (c = conjunct_of(e->args[0], i)); i++)
		if (expr_pins(c, e->alias, &p))
			want_index(b, of, p.slot);
		else if (expr_bounds(c, e->alias, &p, &op))
			want_order(b, of, p.slot);
}

static void
want_for_quantifiers(struct build *b, const struct expr *e, const struct scope *scope)
{
	if (op_quantifies(e->op))
		want_for_quantifier(b, e, scope);
	for (uint32_t i = 0; i < e->nargs; i++)
		want_for_quantifiers(b, e->args[i], scope);
}

/* ---- routes ---- */

/* Are all aliases bound that it reads (quantifiers bind their own)? */
static bool
is_decidable(const struct build *b, const struct expr *e, int njoin)
{
	if (e->op == OP_SLOT && e->alias < njoin && !b->bound[e->alias])
		return false;
	for (uint32_t i = 0; i < e->nargs; i++)
		if (!is_decidable(b, e->args[i], njoin))
			return false;
	return true;
}

/* What a conjunct about one alias is filed under; OTHERWISE: nothing. */
static struct filing
filing_of(const struct expr *e, int alias)
{
	struct filing f = { .kind = OTHERWISE, .values = 1 };
	struct pin p;
	enum op op;

	if (e->op == OP_IN && e->nargs > 1 && is_slot_of(e->args[0], alias))
		return (struct filing){ .kind = EQUALS, .slot = e->args[0]->slot, .is = e->args[1]->constant,
				.values = (uint16_t)(e->nargs < UINT16_MAX ? e->nargs - 1 : UINT16_MAX) };
	if (expr_pins(e, alias, &p) && !p.other) {
		f.kind = EQUALS;
	} else if (expr_bounds(e, alias, &p, &op) && !p.other && p.constant != UNKNOWN && p.constant != INT64_MAX) {
		f.kind = op == OP_GT || op == OP_GE ? ABOVE : BELOW;
		f.on = op == OP_GE || op == OP_LE;
	} else if (e->op == OP_MATCHES && is_slot_of(e->args[0], alias)) {
		return (struct filing){ .kind = SEARCHED, .slot = e->args[0]->slot, .regex = e->regex, .values = 1 };
	} else {
		return f;
	}
	f.slot = p.slot;
	f.is = p.constant;
	return f;
}

static void
add_conjunct(struct build *b, const struct expr *e, int njoin)
{
	struct conjunct c = { e, only_alias(e, njoin, NO_ALIAS), has_quantifier(e), false, 0, {0} };

	c.dear = c.quantified || has_regex(e);
	if (c.alias >= 0 && (!c.dear || e->op == OP_MATCHES)) {
		c.filing = filing_of(e, c.alias);
		c.narrow = c.filing.kind == OTHERWISE ? 0 : c.filing.kind != EQUALS ? 1 : e->op == OP_IN ? 2 : 3;
	}
	b->conjuncts = more(b->conjuncts, b->nconjuncts, &b->conjuncts_cap, sizeof c);
	b->conjuncts[b->nconjuncts++] = c;
}

static void
split(struct build *b, const struct expr *e, int njoin)
{
	if (e->op != OP_AND) {
		add_conjunct(b, e, njoin);
		return;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		split(b, e->args[i], njoin);
}

/* Moves the conjuncts that are decidable now from `left` to a list of tests: cheap ones, dear ones, quantifiers. */
static struct test *
take_tests(struct build *b, int njoin, int *n)
{
	struct test *tests;

	*n = 0;
	for (size_t i = 0; i < b->nconjuncts; i++)
		*n += b->left[i] && is_decidable(b, b->conjuncts[i].is, njoin);
	tests = arena_array(b->a, (size_t)*n, sizeof *tests);
	*n = 0;
	for (int dear = 0; dear < 3; dear++)
		for (size_t i = 0; i < b->nconjuncts; i++) {
			const struct conjunct *c = &b->conjuncts[i];

			if (!b->left[i] || c->dear + c->quantified != dear || !is_decidable(b, c->is, njoin))
				continue;
			b->left[i] = false;
			tests[(*n)++] = test_of(c->is, false);
		}
	return tests;
}

/* How good the index that a conjunct offers for an alias is: 0 none, 1 a constant, 2 something bound. */
static int
rate(struct build *b, const struct conjunct *c, int alias, int njoin, struct pin *p)
{
	bool decidable;

	if (c->dear || !expr_pins(c->is, alias, p))
		return 0;
	b->bound[alias] = true;
	decidable = is_decidable(b, c->is, njoin);
	b->bound[alias] = false;
	return !decidable ? 0 : p->other ? 2 : 1;
}

static int
rate_alias(struct build *b, const struct scope *scope, int alias)
{
	int best = 0;
	struct pin p;

	for (size_t i = 0; i < b->nconjuncts; i++) {
		int rated = rate(b, &b->conjuncts[i], alias, scope->njoin, &p);

		if (rated > best)
			best = rated;
	}
	if (scope->aliases[alias].of->single && best < 2)
		return 1;
	return best;
}

/* The alias to bind next: an equality with something bound is best, then one with a constant or a single fact. */
static int
next_alias(struct build *b, const struct scope *scope)
{
	int best = -1, chosen = -1;

	for (int a = 0; a < scope->njoin; a++)
		if (!b->bound[a] && rate_alias(b, scope, a) > best) {
			best = rate_alias(b, scope, a);
			chosen = a;
		}
	return chosen;
}

static struct key
key_of(struct build *b, const struct template *of, const struct pin *p)
{
	struct key k = { .index = want_index(b, of, p->slot), .slot = p->slot, .alias = -1, .constant = p->constant, .is = p->other };

	if (p->other && p->other->op == OP_SLOT) {
		k.alias = p->other->alias;
		k.from = p->other->slot;
	}
	return k;
}

/* The keys of a leg: all that tell what is bound, or else a constant one. */
static void
add_keys(struct build *b, const struct scope *scope, struct leg *l)
{
	struct pin p;

	for (int wanted = 2; wanted >= 1 && l->nkeys == 0 && !l->of->single; wanted--) {
		for (size_t i = 0; i < b->nconjuncts; i++)
			l->nkeys += rate(b, &b->conjuncts[i], l->alias, scope->njoin, &p) == wanted;
		l->keys = arena_array(b->a, (size_t)l->nkeys, sizeof *l->keys);
		for (size_t i = 0, n = 0; i < b->nconjuncts && l->nkeys; i++)
			if (rate(b, &b->conjuncts[i], l->alias, scope->njoin, &p) == wanted)
				l->keys[n++] = key_of(b, l->of, &p);
	}
}

static void
add_legs(struct build *b, const struct scope *scope, struct route *r, int from)
{
	int a;

	r->legs = arena_lines(b->a, (size_t)(from < 0 ? scope->njoin : scope->njoin - 1), sizeof *r->legs);
	while ((a = next_alias(b, scope)) >= 0) {
		struct leg *l = &r->legs[r->nlegs++];

		*l = (struct leg){ .alias = a, .of = scope->aliases[a].of, .reads = scope->aliases[a].reads, .older = a < from };
		add_keys(b, scope, l);
		b->bound[a] = true;
		l->tests = take_tests(b, scope->njoin, &l->ntests);
	}
}

static bool
is_constant(const struct key *k)
{
	return k->alias < 0 && !k->is;
}

static void
start_route(struct build *b, const struct scope *scope)
{
	memset(b->left, true, b->nconjuncts * sizeof *b->left);
	memset(b->bound, 0, (size_t)scope->njoin * sizeof *b->bound);
}

/* From a fact of the alias, whose own tests it has passed; alias -1: from nothing, without quantifiers. */
static struct route
route_from(struct build *b, const struct scope *scope, int from)
{
	struct route r = {0};

	start_route(b, scope);
	for (size_t i = 0; i < b->nconjuncts; i++) {
		const struct conjunct *c = &b->conjuncts[i];

		b->left[i] = from < 0 ? !c->quantified : c->quantified || c->alias != from;
	}
	if (from >= 0) {
		b->bound[from] = true;
		r.reads = scope->aliases[from].reads;
	}
	r.tests = take_tests(b, scope->njoin, &r.ntests);
	add_legs(b, scope, &r, from);
	return r;
}

/* ---- quantifiers ---- */

static int
count_effect(enum op compare)
{
	switch ((int)compare) {
	case OP_GT: case OP_GE: return 1;
	case OP_LT: case OP_LE: return -1;
	}
	return 0;
}

/* What the truth of `where` does to a quantifier's. */
static int
where_effect(const struct expr *e)
{
	switch ((int)e->op) {
	case OP_SOME: case OP_EVERY: return 1;
	case OP_NONE: return -1;
	case OP_COUNT: return count_effect(e->compare);
	}
	return 0;
}

/* The effect of one more fact that matters to the quantifier `q` inside `e`; 2: it is not in there. */
static int
effect(const struct expr *e, const struct expr *q)
{
	int sign = e->op == OP_AND || e->op == OP_OR ? 1 : e->op == OP_NOT ? -1 : where_effect(e);

	if (e == q)	/* to `every` the facts matter for which `where` is not true */
		return e->op == OP_EVERY ? -1 : sign;
	for (uint32_t i = 0; i < e->nargs; i++) {
		int inner = effect(e->args[i], q);

		if (inner != 2)
			return sign * inner;
	}
	return 2;
}

static bool
reads_other_quantifier(const struct expr *e, int njoin, int mine)
{
	if (e->op == OP_SLOT && e->alias >= njoin && e->alias != mine)
		return true;
	for (uint32_t i = 0; i < e->nargs; i++)
		if (reads_other_quantifier(e->args[i], njoin, mine))
			return true;
	return has_quantifier(e);
}

/* The conjuncts of `where` that can tell which combinations a fact matters to. */
static void
add_where(struct build *b, struct quantifier *q, int njoin)
{
	const struct expr *w = q->is->nargs ? q->is->args[0] : NULL, *c;
	int n = w && w->op == OP_AND ? (int)w->nargs : 1;

	q->alone = true;
	q->tests = arena_array(b->a, (size_t)n, sizeof *q->tests);
	for (uint32_t i = 0; w && (c = conjunct_of(w, i)); i++) {
		bool foreign = reads_other_quantifier(c, njoin, q->alias);
		int joined = only_alias(c, njoin, NO_ALIAS);

		q->alone &= !foreign && joined == NO_ALIAS;
		if (foreign || q->is->op == OP_EVERY || (joined != NO_ALIAS && !expr_reads(c, q->alias)))
			continue;
		if (joined == NO_ALIAS)
			q->tests[q->ntests++] = test_of(c, true);
		else
			add_conjunct(b, c, njoin);
	}
	if (q->is->op == OP_EVERY && q->alone && w)
		q->tests[q->ntests++] = test_of(w, false);
}

/* Marks the tests and keys of a route that come from `where`: to them the unknown matters too. */
static void
loosen(struct route *r, int alias)
{
	for (int i = 0; i < r->nlegs; i++) {
		struct leg *l = &r->legs[i];

		for (int k = 0; k < l->ntests; k++)
			l->tests[k].loose |= expr_reads(l->tests[k].is, alias);
	}
}

/*
 * Keys of such a route: those from `where` and those of the rule are not mixed in one leg, because
 * only with the first the unknown counts as well.
 */
static void
choose_keys(struct route *r, int alias)
{
	for (int i = 0; i < r->nlegs; i++) {
		struct leg *l = &r->legs[i];
		int strict = 0;

		for (int k = 0; k < l->nkeys; k++)
			if (l->keys[k].alias != alias && !(l->keys[k].is && expr_reads(l->keys[k].is, alias)))
				l->keys[strict++] = l->keys[k];
		l->loose = strict == 0 && l->nkeys > 0;
		if (strict)
			l->nkeys = strict;
	}
}

static void
add_quantifier(struct build *b, const struct plan *plan, const struct expr *e)
{
	const struct scope *scope = &plan->rule->when.scope;
	struct interest *in = interest_of(b, scope->aliases[e->alias].of);
	struct quantifier *q = arena_alloc(b->a, sizeof *q);
	size_t own = b->nconjuncts;

	*q = (struct quantifier){ .plan = plan, .is = e, .alias = e->alias, .reads = scope->aliases[e->alias].reads };
	q->effect = effect(plan->rule->when.expr, e);
	add_where(b, q, scope->njoin);
	b->left = machine_realloc(b->left, (b->nconjuncts + 1) * sizeof *b->left);
	q->route = route_from(b, scope, -1);
	loosen(&q->route, q->alias);
	choose_keys(&q->route, q->alias);
	b->nconjuncts = own;
	in->quantifiers[in->nquantifiers++] = q;
}

static void
add_quantifiers(struct build *b, const struct plan *plan, const struct expr *e)
{
	if (op_quantifies(e->op))
		add_quantifier(b, plan, e);
	for (uint32_t i = 0; i < e->nargs; i++)
		add_quantifiers(b, plan, e->args[i]);
}

/* ---- filing ---- */

static void
file(struct build *b, const struct template *of, struct filing f)
{
	struct filings *to = &b->filings[of->index];

	f.watch = b->nwatches[of->index];
	f.syms = b->rb->syms;
	to->at = more(to->at, to->n, &to->cap, sizeof f);
	to->at[to->n++] = f;
}

/* Files a watch under a conjunct: `in` under each of its values, each once. */
static void
file_under(struct build *b, const struct template *of, const struct conjunct *c)
{
	const struct expr *e = c->is;
	struct filing f = c->filing;

	file(b, of, f);
	for (uint32_t i = 2; e->op == OP_IN && i < e->nargs; i++) {
		bool again = false;

		for (uint32_t k = 1; k < i; k++)
			again |= e->args[k]->constant == e->args[i]->constant;
		f.is = e->args[i]->constant;
		if (!again)
			file(b, of, f);
	}
}

/* The conjunct under which to file an alias with a slot, or NULL. */
static struct conjunct *
narrowest(const struct build *b, int alias, int slot)
{
	struct conjunct *best = NULL;
	int found = 0;

	for (size_t i = 0; i < b->nconjuncts; i++) {
		struct conjunct *c = &b->conjuncts[i];

		if (c->narrow <= found || c->alias != alias || c->filing.slot != slot)
			continue;
		found = c->narrow;
		best = c;
	}
	return best;
}

/* Files the alias under its narrowest test of the slot, which is put at the end of the watch's tests. */
static bool
file_slot(struct build *b, const struct template *of, struct watch *w, struct test *tests, int slot)
{
	const struct conjunct *c = narrowest(b, w->alias, slot);

	if (!c)
		return false;
	b->left[c - b->conjuncts] = false;
	tests[w->ntests++] = test_of(c->is, false);
	file_under(b, of, c);
	return true;
}

/* Files the alias under all slots it reads. */
static void
file_slots(struct build *b, const struct template *of, struct watch *w, struct test *tests)
{
	struct filing later = { .kind = OTHERWISE, .way = LATER }, always = { .kind = OTHERWISE, .way = ALONE, .slot = of->nslots };

	for (int s = 0; s < of->nslots && s < 63; s++)
		if ((w->reads & slot_bit(s)) && !file_slot(b, of, w, tests, s)) {
			later.slot = s;
			file(b, of, later);
		}
	for (int s = 63; s < of->nslots && (w->reads & slot_bit(63)); s++)
		file_slot(b, of, w, tests, s);
	later.slot = of->nslots;
	if (w->reads & slot_bit(63))
		file(b, of, later);
	if (w->ntests == 0)
		file(b, of, always);
}

/* The alias as its template sees it. */
static void
add_watch(struct build *b, const struct plan *plan, int alias)
{
	const struct alias *a = &plan->rule->when.scope.aliases[alias];
	struct watch w = { .plan = plan, .scope = &plan->rule->when.scope, .alias = alias, .reads = a->reads, .salience = plan->rule->salience,
			.order = plan->rule->order };
	struct test *tests;
	int n = 0;

	for (size_t i = 0; i < b->nconjuncts; i++) {
		b->left[i] = b->conjuncts[i].alias == alias && !b->conjuncts[i].quantified;
		n += b->left[i];
	}
	w.tests = tests = arena_array(b->a, (size_t)n, sizeof *tests);
	file_slots(b, a->of, &w, tests);
	for (int dear = 0; dear < 2; dear++)
		for (size_t i = 0; i < b->nconjuncts; i++)
			if (b->left[i] && b->conjuncts[i].dear == dear)
				tests[w.ntests++] = test_of(b->conjuncts[i].is, false);
	interest_of(b, a->of)->files.watches[b->nwatches[a->of->index]++] = w;
}

static void
make_files(struct build *b)
{
	for (size_t i = 0; i < b->rb->ntemplates; i++) {
		struct files *f = &b->net->interests[i].files;

		files_make(f, b->rb->templates[i], b->filings[i].at, b->filings[i].n, b->rb->syms, b->a);
		free(b->filings[i].at);
		if (f->nwatches > b->net->most_watches)
			b->net->most_watches = f->nwatches;
	}
}

/* ---- gates ---- */

static void
put_mark(struct marks *m, struct marked x)
{
	size_t at = (size_t)mixed((uint64_t)x.is) & m->mask;

	while (m->places[at].mark)
		at = (at + 1) & m->mask;
	m->places[at] = x;
}

/* The bit of a value, which may be a new one. */
static uint32_t
want_mark(struct build *b, struct marks *m, value is)
{
	struct marks old = *m;
	uint32_t mark = mark_of(m, is);

	if (mark)
		return mark;
	if (!m->places || 2 * m->n > m->mask) {
		m->mask = m->places ? 2 * m->mask + 1 : 7;
		m->places = arena_array(b->a, m->mask + 1, sizeof *m->places);
		for (size_t i = 0; old.places && i <= old.mask; i++)
			if (old.places[i].mark)
				put_mark(m, old.places[i]);
	}
	put_mark(m, (struct marked){ is, b->net->nmarks });
	m->n++;
	return b->net->nmarks++;
}

/* The gates of a route; `marks` are those of the watches of its rule, by alias, for legs from `from` on. */
static const uint32_t *
gates_of(struct build *b, const struct route *r, const uint32_t *marks, int from, int *n)
{
	uint32_t *gates;
	int most = r->nlegs;

	for (int i = 0; i < r->nlegs; i++)
		most += r->legs[i].nkeys;
	gates = arena_array(b->a, (size_t)most, sizeof *gates);
	*n = 0;
	for (int i = 0; i < r->nlegs; i++)
		for (int k = 0; k < r->legs[i].nkeys && !r->legs[i].loose; k++) {
			const struct key *key = &r->legs[i].keys[k];

			if (is_constant(key))
				gates[(*n)++] = want_mark(b, &interest_of(b, r->legs[i].of)->marks[key->index], key->constant);
		}
	for (int i = from; i < r->nlegs; i++)
		gates[(*n)++] = marks[r->legs[i].alias];
	return gates;
}

/* When watches have their numbers, and in their order, because they are looked at in it. */
static void
make_gates(struct build *b)
{
	size_t *first = machine_alloc((b->net->nplans + 1) * sizeof *first), n = 0;
	uint32_t *marks;

	for (size_t i = 0; i < b->net->nplans; n += (size_t)b->net->plans[i++].njoin)
		first[i] = n;
	marks = machine_alloc(n * sizeof *marks);
	for (size_t i = 0; i < b->rb->ntemplates; i++) {
		struct files *f = &b->net->interests[i].files;

		b->net->interests[i].marks = arena_array(b->a, (size_t)b->net->interests[i].nindexes, sizeof *b->net->interests[i].marks);
		f->marks = b->net->nmarks;
		for (uint32_t k = 0; k < f->nwatches; k++)
			marks[first[f->watches[k].plan->number] + (size_t)f->watches[k].alias] = b->net->nmarks++;
	}
	for (size_t i = 0; i < b->rb->ntemplates; i++) {
		struct files *f = &b->net->interests[i].files;

		f->partners = arena_array(b->a, f->nwatches, sizeof *f->partners);
		f->sure = arena_array(b->a, f->nwatches / 64 + 1, sizeof *f->sure);
		for (uint32_t k = 0; k < f->nwatches; k++) {
			struct watch *w = &f->watches[k];
			const struct route *r = &w->plan->routes[w->alias];
			const uint32_t *of_rule = marks + first[w->plan->number];

			f->partners[k] = r->nlegs ? of_rule[r->legs[0].alias] : 0;
			w->gates = gates_of(b, r, of_rule, 1, &w->ngates);	/* the first leg's is the partner */
			if (!w->ngates && w->passed == w->ntests)
				f->sure[k / 64] |= (uint64_t)1 << k % 64;
		}
	}
	for (size_t i = 0; i < b->rb->ntemplates; i++)
		for (size_t k = 0; k < b->net->interests[i].nquantifiers; k++) {
			struct quantifier *q = b->net->interests[i].quantifiers[k];

			q->gates = gates_of(b, &q->route, marks + first[q->plan->number], 0, &q->ngates);
		}
	free(first);
	free(marks);
}

/* ---- rules ---- */

static bool
concludes(const struct rule *r)
{
	for (size_t i = 0; i < r->nactions; i++)
		if (r->actions[i].kind == ACT_CONCLUDE)
			return true;
	return false;
}

static void
all_tests(struct build *b, struct plan *p)
{
	start_route(b, &p->rule->when.scope);
	memset(b->bound, true, (size_t)p->njoin * sizeof *b->bound);
	p->tests = take_tests(b, p->njoin, &p->ntests);
}

static struct deed
deed_of(struct build *b, const struct action *a)
{
	struct deed d = { .kind = a->kind, .alias = a->alias, .of = a->of, .nvalues = a->of ? a->of->nslots : (int)a->nsettings };
	value *values = arena_array(b->a, (size_t)d.nvalues, sizeof *values);
	struct computed *computed = arena_array(b->a, a->nsettings, sizeof *computed);
	int *slots = arena_array(b->a, a->of ? 0 : a->nsettings, sizeof *slots);

	d.values = values;
	d.computed = computed;
	d.slots = slots;
	for (int i = 0; i < d.nvalues; i++)
		values[i] = UNKNOWN;
	for (size_t i = 0; i < a->nsettings; i++) {
		const struct setting *set = &a->settings[i];
		int place = a->of ? set->slot : (int)i;

		if (!a->of)
			slots[i] = set->slot;
		if (set->to->op == OP_CONST)
			values[place] = set->to->constant;
		else
			computed[d.ncomputed++] = (struct computed){ place, set->to };
	}
	return d;
}

static void
add_deeds(struct build *b, struct plan *p)
{
	struct deed *deeds = arena_lines(b->a, p->rule->nactions, sizeof *deeds);
	int computed = 0;

	p->deeds = deeds;
	p->ndeeds = (int)p->rule->nactions;
	for (int i = 0; i < p->ndeeds; i++) {
		const struct deed *d = &deeds[i];

		deeds[i] = deed_of(b, &p->rule->actions[i]);
		computed += d->ncomputed;
		p->states |= d->kind == ACT_ADD || d->kind == ACT_SET;
		if (d->nvalues > b->net->most_values)
			b->net->most_values = d->nvalues;
		if (d->kind == ACT_CONCLUDE)
			interest_of(b, d->of)->layered = true;
		if ((d->kind == ACT_CONCLUDE || d->kind == ACT_ADD) && !d->of->single)
			want_index(b, d->of, -1);	/* is there one that is equal? */
	}
	if (computed > b->net->most_computed)
		b->net->most_computed = computed;
}

static void
compile(struct build *b, struct plan *p)
{
	const struct scope *scope = &p->rule->when.scope;
	const struct expr *e = p->rule->when.expr;

	b->nconjuncts = 0;
	if (e)
		split(b, e, p->njoin);
	b->left = machine_realloc(b->left, (b->nconjuncts + 1) * sizeof *b->left);
	p->concludes = concludes(p->rule);
	p->quantified = scope->n > p->njoin;
	b->net->quantified |= p->quantified && p->concludes;
	p->kept = p->concludes || p->quantified || p->njoin == 0 ? b->net->nkept++ : -1;
	add_deeds(b, p);
	if (p->kept >= 0)
		all_tests(b, p);
	p->routes = arena_lines(b->a, (size_t)p->njoin, sizeof *p->routes);
	for (int a = 0; a < p->njoin; a++) {
		p->routes[a] = route_from(b, scope, a);
		add_watch(b, p, a);
	}
	p->lone = p->njoin == 1 && !p->quantified && p->routes[0].ntests == 0;
	if (p->njoin == 0)
		b->net->idle[b->net->nidle++] = p;
	if (!p->quantified)
		return;
	want_for_quantifiers(b, e, scope);
	p->whole = arena_alloc(b->a, sizeof *p->whole);
	*p->whole = route_from(b, scope, -1);
	add_quantifiers(b, p, e);
}

/* ---- which conclusions can support each other ---- */

/*
 * A template's level is above that of all templates its conclusions are drawn from. True when a
 * level had to rise.
 */
static bool
raise_levels(const struct rule *r, size_t *level)
{
	size_t above = 0;
	bool rose = false;

	for (int i = 0; i < r->when.scope.n; i++)
		if (level[r->when.scope.aliases[i].of->index] >= above)
			above = level[r->when.scope.aliases[i].of->index] + 1;
	for (size_t i = 0; i < r->nactions; i++)
		if (r->actions[i].kind == ACT_CONCLUDE && level[r->actions[i].of->index] < above) {
			level[r->actions[i].of->index] = above;
			rose = true;
		}
	return rose;
}

/* Levels go on rising exactly when templates are concluded from one another in a circle. */
static bool
is_circular(const struct rulebase *rb)
{
	size_t *level = machine_alloc((rb->ntemplates + 1) * sizeof *level);
	bool rose = true;

	memset(level, 0, (rb->ntemplates + 1) * sizeof *level);
	for (size_t rounds = 0; rose && rounds <= rb->ntemplates; rounds++) {
		rose = false;
		for (size_t i = 0; i < rb->nrules; i++)
			rose |= concludes(rb->rules[i]) && raise_levels(rb->rules[i], level);
	}
	free(level);
	return rose;
}

/* ---- the network ---- */

static void
open_interest(struct build *b, const struct template *t)
{
	struct interest *in = interest_of(b, t);
	size_t n = (size_t)t->nslots;

	in->index_of = arena_array(b->a, n, sizeof *in->index_of);
	in->order_of = arena_array(b->a, n, sizeof *in->order_of);
	in->indexes = arena_array(b->a, n + 1, sizeof *in->indexes);
	in->orders = arena_array(b->a, n, sizeof *in->orders);
	in->whole = -1;
	for (int s = 0; s < t->nslots; s++)
		in->index_of[s] = in->order_of[s] = -1;
	if (t->key >= 0)
		want_index(b, t, t->key);
	if (t->nslots > b->net->most_values)
		b->net->most_values = t->nslots;
}

/* Room for the watches and the quantifiers of each template. */
static void
count_aliases(struct build *b)
{
	for (size_t i = 0; i < b->rb->nrules; i++) {
		const struct scope *scope = &b->rb->rules[i]->when.scope;

		for (int a = 0; a < scope->njoin; a++)
			b->nwatches[scope->aliases[a].of->index]++;
		for (int a = scope->njoin; a < scope->n; a++)
			interest_of(b, scope->aliases[a].of)->nquantifiers++;
		if (scope->n > b->net->most_aliases)
			b->net->most_aliases = scope->n;
		if (scope->njoin > b->net->most_legs)
			b->net->most_legs = scope->njoin;
	}
	for (size_t i = 0; i < b->rb->ntemplates; i++) {
		struct interest *in = &b->net->interests[i];

		files_open(&in->files, b->rb->templates[i], b->nwatches[i], b->a);
		b->nwatches[i] = 0;
		in->quantifiers = arena_array(b->a, in->nquantifiers, sizeof *in->quantifiers);
		in->nquantifiers = 0;
	}
}

static struct network *
build(const struct rulebase *rb)
{
	struct network *net = arena_alloc(rb->arena, sizeof *net);
	struct build b = { .rb = rb, .net = net, .a = rb->arena };

	*net = (struct network){ .nplans = rb->nrules, .nmarks = 1, .most_aliases = 1, .most_computed = 1, .most_values = 1 };
	net->plans = arena_lines(b.a, rb->nrules, sizeof *net->plans);
	net->idle = arena_array(b.a, rb->nrules, sizeof *net->idle);
	net->interests = arena_array(b.a, rb->ntemplates, sizeof *net->interests);
	for (size_t i = 0; i < rb->ntemplates; i++)
		open_interest(&b, rb->templates[i]);
	b.filings = zeroed(rb->ntemplates, sizeof *b.filings);
	b.nwatches = zeroed(rb->ntemplates, sizeof *b.nwatches);
	count_aliases(&b);
	b.bound = machine_alloc((size_t)net->most_aliases * sizeof *b.bound);
	for (size_t i = 0; i < rb->nrules; i++) {
		net->plans[i] = (struct plan){ .rule = rb->rules[i], .number = (uint32_t)i, .njoin = rb->rules[i]->when.scope.njoin };
		compile(&b, &net->plans[i]);
	}
	make_files(&b);
	make_gates(&b);
	net->circular = is_circular(rb);
	free(b.filings);
	free(b.nwatches);
	free(b.conjuncts);
	free(b.left);
	free(b.bound);
	return net;
}

const struct network *
network_of(const struct rulebase *rb)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	_Atomic(struct network *) *place = (_Atomic(struct network *) *)rb->network;
	struct network *net = atomic_load_explicit(place, memory_order_acquire);

	if (net)
		return net;
	pthread_mutex_lock(&one_at_a_time);
	net = atomic_load_explicit(place, memory_order_relaxed);
	if (!net) {
		net = build(rb);
		atomic_store_explicit(place, net, memory_order_release);
	}
	pthread_mutex_unlock(&one_at_a_time);
	return net;
}
