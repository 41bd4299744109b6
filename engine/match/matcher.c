/* SPDX-License-Identifier: MIT */
#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>

/* A condition that must hold, with the joined aliases it reads. */
struct conjunct {
	const struct expr *is;
	int *aliases;
	int n;
	bool dear;	/* a quantifier or a regular expression: evaluated after the others */
};

/*
 * Binding one alias: to all facts of its template or to those that an index has for a key; then the
 * conjuncts that became decidable.
 */
struct leg {
	int alias, slot;
	const struct expr *key;		/* NULL: all facts */
	const struct expr **tests;
	int ntests;
};

/* An order in which to bind the aliases. */
struct route {
	const struct expr **tests;	/* conjuncts without joined aliases */
	int ntests;
	struct leg *legs;
};

struct compiled {
	const struct rule *rule;
	int njoin;
	struct conjunct *conjuncts;
	int nconjuncts;
	struct route **routes;		/* made when needed; [0]: from nothing, [1 + a]: alias a is bound already */
	struct match *first, *free;
	size_t nmatches;
	bool whole;			/* in matcher.whole: to be matched from nothing */
};

/* A rule that looks at a template, through an alias. */
struct watch {
	struct compiled *by;
	int alias;
};

struct watches {
	struct watch *at;
	size_t n, cap;
};

struct matcher {
	struct wm *wm;
	struct eval *ev;
	struct agenda *agenda;
	struct compiled *rules;
	struct watches *watches;	/* by template */
	struct compiled **whole;
	size_t nwhole;
	bool restart, stopped;
	uint64_t examination;
	size_t most;

	struct match **table;
	size_t mask, nmatches;
	int64_t made;
	struct match *lapsed;

	struct env env;			/* of the rule being matched */
	struct wfact **cursors;		/* by depth */
	value *keys;
	bool *bound;
};

/* ---- compiling ---- */

static bool
is_dear(const struct expr *e)
{
	if (op_quantifies(e->op) || e->op == OP_MATCHES)
		return true;
	for (uint32_t i = 0; i < e->nargs; i++)
		if (is_dear(e->args[i]))
			return true;
	return false;
}

/* Sets used[a] for the joined aliases that the expression reads; returns how many became set. */
static int
aliases_of(const struct expr *e, int njoin, bool *used)
{
	int n = 0;

	if (e->op == OP_SLOT && e->alias < njoin && !used[e->alias]) {
		used[e->alias] = true;
		n++;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		n += aliases_of(e->args[i], njoin, used);
	return n;
}

static void
add_conjunct(struct matcher *m, struct compiled *c, const struct expr *e)
{
	struct conjunct *k = &c->conjuncts[c->nconjuncts++];
	int n;

	memset(m->bound, 0, (size_t)c->njoin * sizeof *m->bound);
	n = aliases_of(e, c->njoin, m->bound);
	k->is = e;
	k->dear = is_dear(e);
	k->aliases = arena_array(m->wm->arena, (size_t)n, sizeof *k->aliases);
	for (int i = 0; i < c->njoin; i++)
		if (m->bound[i])
			k->aliases[k->n++] = i;
}

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

static void
split(struct matcher *m, struct compiled *c, const struct expr *e)
{
	if (e->op != OP_AND) {
		add_conjunct(m, c, e);
		return;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		split(m, c, e->args[i]);
}

/* Asks for an index wherever an equality with a slot stands; single facts need none. */
static void
want_indexes(struct matcher *m, const struct expr *e, const struct scope *scope)
{
	for (int i = 0; e->op == OP_IS && i < 2; i++) {
		const struct expr *side = e->args[i];

		if (side->op == OP_SLOT && !scope->aliases[side->alias].of->single)
			wm_want_index(m->wm, scope->aliases[side->alias].of, side->slot);
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		want_indexes(m, e->args[i], scope);
}

static void
watch(struct matcher *m, struct compiled *c, int alias)
{
	struct watches *w = &m->watches[c->rule->when.scope.aliases[alias].of->index];

	w->at = arena_grow(m->wm->arena, w->at, w->n, &w->cap, sizeof *w->at);
	w->at[w->n++] = (struct watch){ c, alias };
}

static void
compile(struct matcher *m, struct compiled *c, const struct rule *r)
{
	const struct expr *e = r->when.expr;

	c->rule = r;
	c->njoin = r->when.scope.njoin;
	c->routes = arena_array(m->wm->arena, (size_t)c->njoin + 1, sizeof *c->routes);
	for (int a = 0; a < r->when.scope.n; a++)
		watch(m, c, a);
	if (!e)
		return;
	c->conjuncts = arena_array(m->wm->arena, (size_t)count_conjuncts(e), sizeof *c->conjuncts);
	split(m, c, e);
	want_indexes(m, e, &r->when.scope);
}

struct matcher *
matcher_new(struct wm *wm, struct eval *ev, struct agenda *agenda)
{
	const struct rulebase *rb = wm->rb;
	struct matcher *m = arena_alloc(wm->arena, sizeof *m);
	int most = 1;

	*m = (struct matcher){ .wm = wm, .ev = ev, .agenda = agenda, .restart = true, .mask = 63 };
	m->rules = arena_array(wm->arena, rb->nrules, sizeof *m->rules);
	m->whole = arena_array(wm->arena, rb->nrules, sizeof *m->whole);
	m->watches = arena_array(wm->arena, rb->ntemplates, sizeof *m->watches);
	m->table = calloc(m->mask + 1, sizeof *m->table);
	if (!m->table)
		machine_failed("out of memory");
	for (size_t i = 0; i < rb->nrules; i++)
		if (rb->rules[i]->when.scope.n > most)
			most = rb->rules[i]->when.scope.n;
	m->env.facts = arena_array(wm->arena, (size_t)most, sizeof *m->env.facts);
	m->cursors = arena_array(wm->arena, (size_t)most, sizeof *m->cursors);
	m->keys = arena_array(wm->arena, (size_t)most, sizeof *m->keys);
	m->bound = arena_array(wm->arena, (size_t)most, sizeof *m->bound);
	for (size_t i = 0; i < rb->nrules; i++)
		compile(m, &m->rules[i], rb->rules[i]);
	return m;
}

void
matcher_free(struct matcher *m)
{
	free(m->table);
}

/* ---- routes ---- */

static bool
is_decidable(const struct matcher *m, const struct conjunct *k)
{
	for (int i = 0; i < k->n; i++)
		if (!m->bound[k->aliases[i]])
			return false;
	return true;
}

/* Moves the conjuncts that are decidable now from `left` to a list of tests, dear ones last. */
static const struct expr **
take_tests(struct matcher *m, struct compiled *c, bool *left, int *n)
{
	const struct expr **tests = arena_array(m->wm->arena, (size_t)c->nconjuncts, sizeof *tests);

	*n = 0;
	for (int dear = 0; dear < 2; dear++)
		for (int i = 0; i < c->nconjuncts; i++)
			if (left[i] && c->conjuncts[i].dear == dear && is_decidable(m, &c->conjuncts[i])) {
				left[i] = false;
				tests[(*n)++] = c->conjuncts[i].is;
			}
	return tests;
}

/*
 * How well an alias can be bound now, and by which index: an equality with something bound is best,
 * then one with a constant, then one fact alone.
 */
static int
rate(struct matcher *m, struct compiled *c, int alias, struct leg *s)
{
	const struct template *of = c->rule->when.scope.aliases[alias].of;
	int best = of->single ? 1 : 0;

	*s = (struct leg){ .alias = alias };
	for (int i = 0; i < c->nconjuncts; i++) {
		const struct conjunct *k = &c->conjuncts[i];
		const struct expr *key;
		int slot, rated = k->n > 1 ? 3 : 2;
		bool decidable;

		if (rated <= best || !(key = eval_equates(k->is, alias, &slot)) || k->dear)
			continue;
		m->bound[alias] = true;
		decidable = is_decidable(m, k);
		m->bound[alias] = false;
		if (!decidable || wm_extent(m->wm, of)->index_of[slot] < 0)
			continue;
		s->key = key;
		s->slot = slot;
		best = rated;
	}
	return best;
}

static void
choose_leg(struct matcher *m, struct compiled *c, struct leg *chosen)
{
	int best = -1;

	for (int a = 0; a < c->njoin; a++) {
		struct leg s;
		int rated;

		if (m->bound[a])
			continue;
		rated = rate(m, c, a, &s);
		if (rated > best) {
			best = rated;
			*chosen = s;
		}
	}
}

/* `from`: the alias that is bound first, -1: any. */
static struct route *
route(struct matcher *m, struct compiled *c, int from)
{
	struct route *r = c->routes[from + 1];
	bool *left;

	if (r)
		return r;
	r = c->routes[from + 1] = arena_alloc(m->wm->arena, sizeof *r);
	r->legs = arena_array(m->wm->arena, (size_t)c->njoin, sizeof *r->legs);
	left = machine_alloc((size_t)c->nconjuncts * sizeof *left);
	memset(left, true, (size_t)c->nconjuncts * sizeof *left);
	memset(m->bound, 0, (size_t)c->njoin * sizeof *m->bound);
	r->tests = take_tests(m, c, left, &r->ntests);
	for (int i = 0; i < c->njoin; i++) {
		struct leg *s = &r->legs[i];

		if (i == 0 && from >= 0)
			s->alias = from;
		else
			choose_leg(m, c, s);
		m->bound[s->alias] = true;
		s->tests = take_tests(m, c, left, &s->ntests);
	}
	free(left);
	return r;
}

/* ---- the table of matches ---- */

static size_t
hash(const struct rule *r, struct fact *const *facts, int n)
{
	uint64_t h = (uint64_t)r->order * 0x9e3779b97f4a7c15u;	/* 2^64 / golden ratio: Knuth, TAOCP 6.4 */

	for (int i = 0; i < n; i++)
		h = (h ^ facts[i]->id ^ (h >> 29)) * 0x9e3779b97f4a7c15u;
	return (size_t)(h ^ (h >> 32));
}

static struct match *
find(const struct matcher *m, const struct compiled *c, size_t h)
{
	size_t size = (size_t)c->njoin * sizeof *m->env.facts;
	struct match *x = m->table[h & m->mask];

	while (x && (x->rule != c->rule || (size && memcmp(x->facts, m->env.facts, size) != 0)))
		x = x->same_hash;
	return x;
}

static void
grow_table(struct matcher *m)
{
	size_t size = (m->mask + 1) * 2;
	struct match **bigger = calloc(size, sizeof *bigger);

	if (!bigger)
		machine_failed("out of memory");
	for (size_t i = 0; i <= m->mask; i++)
		for (struct match *x = m->table[i], *next; x; x = next) {
			struct match **at = &bigger[hash(x->rule, x->facts, x->n) & (size - 1)];

			next = x->same_hash;
			x->same_hash = *at;
			*at = x;
		}
	free(m->table);
	m->table = bigger;
	m->mask = size - 1;
}

static void
table_remove(struct matcher *m, struct match *x)
{
	struct match **at = &m->table[hash(x->rule, x->facts, x->n) & m->mask];

	while (*at != x)
		at = &(*at)->same_hash;
	*at = x->same_hash;
	m->nmatches--;
}

static struct match *
blank(struct matcher *m, struct compiled *c)
{
	size_t n = (size_t)c->njoin;
	struct match *x = c->free;

	if (x) {
		c->free = x->next;
		return x;
	}
	x = arena_alloc(m->wm->arena, sizeof *x + n * (sizeof *x->uses + sizeof *x->stamps + sizeof *x->facts));
	x->uses = (void *)(x + 1);
	x->stamps = (void *)(x->uses + n);
	x->facts = (void *)(x->stamps + n);
	x->rule = c->rule;
	x->number = (size_t)(c - m->rules);
	x->n = c->njoin;
	return x;
}

/* The newest stamp of what a rule reads of a fact. */
static uint64_t
stamp_of(const struct wfact *f, uint64_t reads)
{
	uint64_t newest = f->born;

	for (int i = 0; i < f->pub.of->nslots; i++)
		if ((reads & slot_bit(i)) && f->pub.changed[i] > newest)
			newest = f->pub.changed[i];
	return newest;
}

static void
bind(struct match *x, int i, struct wfact *f, uint64_t reads)
{
	struct use *u = &x->uses[i];

	x->facts[i] = &f->pub;
	x->stamps[i] = stamp_of(f, reads);
	if (x->stamps[i] > x->newest)
		x->newest = x->stamps[i];
	*u = (struct use){ x, NULL, f->uses };
	if (f->uses)
		f->uses->prev = u;
	f->uses = u;
}

static void
unbind(struct match *x, int i)
{
	struct use *u = &x->uses[i];

	if (u->next)
		u->next->prev = u->prev;
	*(u->prev ? &u->prev->next : &((struct wfact *)x->facts[i])->uses) = u->next;
}

/* The facts in the environment satisfy the rule. */
static void
found(struct matcher *m, struct compiled *c)
{
	size_t h = hash(c->rule, m->env.facts, c->njoin);
	struct match *x = find(m, c, h);

	if (x) {
		x->seen = m->examination;
		return;
	}
	x = blank(m, c);
	x->lapsed = false;
	x->seen = m->examination;
	x->newest = 0;
	x->claims = NULL;
	for (int i = 0; i < c->njoin; i++)
		bind(x, i, (struct wfact *)m->env.facts[i], c->rule->when.scope.aliases[i].reads);
	x->prev = NULL;
	x->next = c->first;
	if (c->first)
		c->first->prev = x;
	c->first = x;
	c->nmatches++;
	m->made++;
	if (++m->nmatches > m->mask)
		grow_table(m);
	x->same_hash = m->table[h & m->mask];
	m->table[h & m->mask] = x;
	agenda_add(m->agenda, x);
	if (m->nmatches > m->most)
		m->stopped = true;
}

static void
lapse(struct matcher *m, struct compiled *c, struct match *x)
{
	if (x->lapsed)
		return;
	x->lapsed = true;
	agenda_remove(m->agenda, x);
	table_remove(m, x);
	for (int i = 0; i < x->n; i++)
		unbind(x, i);
	*(x->prev ? &x->prev->next : &c->first) = x->next;
	if (x->next)
		x->next->prev = x->prev;
	c->nmatches--;
	x->next = m->lapsed;
	m->lapsed = x;
}

static struct compiled *
compiled_of(const struct matcher *m, const struct match *x)
{
	return &m->rules[x->number];
}

/* ---- joining ---- */

static bool
pass(struct matcher *m, const struct expr **tests, int n)
{
	for (int i = 0; i < n; i++)
		if (eval_truth(m->ev, tests[i], &m->env) != TRUE)
			return false;
	return true;
}

static const struct template *
template_of(const struct compiled *c, const struct leg *s)
{
	return c->rule->when.scope.aliases[s->alias].of;
}

/* The first fact that may be bound at a depth. A key that is unknown equals nothing. */
static struct wfact *
begin(struct matcher *m, const struct compiled *c, const struct leg *s, int depth)
{
	const struct extent *x = wm_extent(m->wm, template_of(c, s));

	if (!s->key)
		return x->first;
	m->keys[depth] = eval_value(m->ev, s->key, &m->env);
	return m->keys[depth] == UNKNOWN ? NULL : wm_chain(m->wm, x->of, x->index_of[s->slot], m->keys[depth]);
}

static struct wfact *
after(struct matcher *m, const struct compiled *c, const struct leg *s, struct wfact *f)
{
	return s->key ? f->links[wm_extent(m->wm, template_of(c, s))->index_of[s->slot]].next : f->next;
}

/* All matches of a rule; `seed` (or NULL) is the fact of alias `from`. Depth first, without recursion. */
static void
join(struct matcher *m, struct compiled *c, int from, struct wfact *seed)
{
	const struct route *r = route(m, c, from);
	int depth = 0;

	m->env.scope = &c->rule->when.scope;
	if (!pass(m, r->tests, r->ntests))
		return;
	if (c->njoin == 0) {
		found(m, c);
		return;
	}
	m->cursors[0] = seed ? seed : begin(m, c, &r->legs[0], 0);
	while (depth >= 0 && !m->stopped) {
		const struct leg *s = &r->legs[depth];
		struct wfact *f = m->cursors[depth];

		m->stopped |= eval_overdue(m->ev);
		if (!f) {
			depth--;
			continue;
		}
		m->cursors[depth] = seed && depth == 0 ? NULL : after(m, c, s, f);
		if (s->key && f->pub.slots[s->slot] != m->keys[depth])
			continue;
		m->env.facts[s->alias] = &f->pub;
		if (!pass(m, s->tests, s->ntests))
			continue;
		if (++depth < c->njoin) {
			m->cursors[depth] = begin(m, c, &r->legs[depth], depth);
			continue;
		}
		depth--;
		if (!m->ev->overdue)
			found(m, c);
	}
}

static void
match_whole(struct matcher *m, struct compiled *c)
{
	join(m, c, -1, NULL);
	if (m->stopped || m->ev->overdue)
		return;
	for (struct match *x = c->first, *next; x; x = next) {
		next = x->next;
		if (x->seen != m->examination)
			lapse(m, c, x);
	}
}

/* ---- examining ---- */

static void
want_whole(struct matcher *m, struct compiled *c)
{
	if (c->whole)
		return;
	c->whole = true;
	m->whole[m->nwhole++] = c;
}

void
matcher_surveyed(struct matcher *m, const struct template *of)
{
	const struct watches *w = &m->watches[of->index];

	for (size_t i = 0; i < w->n; i++)
		if (w->at[i].alias >= w->at[i].by->njoin)
			want_whole(m, w->at[i].by);
}

/* Did a change touch what the rule sees through this alias? A fact that is new or gone always does. */
static bool
concerns(const struct wfact *f, const struct watch *w)
{
	return f->mask == UINT64_MAX || (f->mask & w->by->rule->when.scope.aliases[w->alias].reads);
}

/*
 * The matches that the fact took part in with what changed are no more; rules that quantify over it
 * must be matched as a whole.
 */
static void
disturb(struct matcher *m, struct wfact *f)
{
	const struct watches *w = &m->watches[f->pub.of->index];

	for (size_t i = 0; i < w->n; i++)
		if (w->at[i].alias >= w->at[i].by->njoin && concerns(f, &w->at[i]))
			want_whole(m, w->at[i].by);
	for (struct use *u = f->uses, *next; u; u = next) {
		struct compiled *c = compiled_of(m, u->in);
		int alias = (int)(u - u->in->uses);

		next = u->next;
		if (!f->pub.gone && !(f->mask & c->rule->when.scope.aliases[alias].reads))
			continue;
		while (next && next->in == u->in)	/* a fact's uses in one match are neighbours */
			next = next->next;
		lapse(m, c, u->in);
	}
}

static void
join_from(struct matcher *m, struct wfact *f)
{
	const struct watches *w = &m->watches[f->pub.of->index];

	for (size_t i = 0; i < w->n && !m->stopped; i++)
		if (!w->at[i].by->whole && concerns(f, &w->at[i]))
			join(m, w->at[i].by, w->at[i].alias, f);
}

bool
matcher_examine(struct matcher *m, size_t most)
{
	struct wfact *changed = wm_take_changed(m->wm);

	m->examination++;
	m->most = most;
	m->stopped = m->ev->overdue;
	for (size_t i = 0; m->restart && i < m->wm->rb->nrules; i++)
		want_whole(m, &m->rules[i]);
	for (struct wfact *f = changed; f; f = f->next_changed)
		disturb(m, f);
	for (struct wfact *f = changed; f && !m->stopped; f = f->next_changed)
		if (!f->pub.gone)
			join_from(m, f);
	for (size_t i = 0; i < m->nwhole; i++) {
		if (!m->stopped)
			match_whole(m, m->whole[i]);
		m->whole[i]->whole = false;
	}
	m->nwhole = 0;
	m->restart = m->stopped || m->ev->overdue;
	wm_settled(m->wm, changed);
	return !m->restart;
}

void
matcher_forget(struct matcher *m, struct match *x)
{
	want_whole(m, compiled_of(m, x));
	lapse(m, compiled_of(m, x), x);
}

struct match *
matcher_lapsed(const struct matcher *m)
{
	return m->lapsed;
}

void
matcher_release(struct matcher *m)
{
	for (struct match *x = m->lapsed, *next; x; x = next) {
		struct compiled *c = compiled_of(m, x);

		next = x->next;
		x->next = c->free;
		c->free = x;
	}
	m->lapsed = NULL;
}

size_t
matcher_count(const struct matcher *m)
{
	return m->nmatches;
}

int64_t
matcher_made(const struct matcher *m)
{
	return m->made;
}

const struct rule *
matcher_widest(const struct matcher *m, size_t *matches)
{
	const struct compiled *widest = NULL;

	for (size_t i = 0; i < m->wm->rb->nrules; i++)
		if (m->rules[i].nmatches > (widest ? widest->nmatches : 0))
			widest = &m->rules[i];
	*matches = widest ? widest->nmatches : 0;
	return widest ? widest->rule : NULL;
}
