/* SPDX-License-Identifier: MIT */
#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>

/* The kept matches of a rule. */
struct kept {
	struct match *first, *free;
	size_t n;
	bool whole;		/* in matcher.whole: all combinations are to be looked at */
};

enum { KEPT_PAGE = 64, SEEDS_LEAST = 4096 };

struct matcher {
	struct wm *wm;
	struct eval *ev;
	const struct network *net;
	struct agenda agenda;
	bool started;
	uint64_t seen;			/* the clock at the last examination */
	struct kept **kept;		/* by plan->kept, KEPT_PAGE to a page, NULL where nothing was kept: rules are many, sessions short */
	const struct plan **whole;
	size_t nwhole, whole_cap;
	struct match **table;		/* kept matches of rules with quantifiers, by their facts */
	size_t mask, ntable;
	size_t nkept;			/* matches that are kept, of all rules */
	bool crowded;			/* there were too many */
	struct match *lapsed;
	struct search **free;		/* by number of legs */
	struct seeds *free_seeds[32];	/* by size */
	size_t nseeds, seeds_most;	/* that lists of seeds hold, and so many without a sweep */
	struct search *last;		/* that found what fired last, when it goes on */
	struct search *only;		/* that found all that the seed on top will find, and is not on the agenda */
	struct match *found;		/* the kept match that is to fire next, or NULL */
	uint32_t *passed;		/* watches that the changed facts come to, fact by fact */
	size_t passed_cap;
	uint8_t *left;			/* by watch: tests that are still to be passed */
	uint64_t *sown;			/* a bit for each watch of the template: the fact at hand is a seed of it */
	struct env env;
	struct wfact ghost;		/* a fact as it was at the last examination */
	int64_t made;
};

struct matcher *
matcher_new(struct wm *wm, struct eval *ev, bool breadth)
{
	struct matcher *m = arena_alloc(wm->arena, sizeof *m);
	const struct network *net = wm->net;

	m->wm = wm;
	m->ev = ev;
	m->net = net;
	m->agenda.breadth = breadth;
	m->kept = arena_array(wm->arena, (size_t)net->nkept / KEPT_PAGE + 1, sizeof *m->kept);
	m->free = arena_array(wm->arena, (size_t)net->most_legs + 1, sizeof *m->free);
	m->left = arena_take(wm->arena, net->most_watches);
	m->sown = arena_array(wm->arena, net->most_watches / 64 + 1, sizeof *m->sown);
	m->seeds_most = SEEDS_LEAST;
	m->env.facts = arena_array(wm->arena, (size_t)net->most_aliases, sizeof *m->env.facts);
	return m;
}

void
matcher_free(struct matcher *m)
{
	free(m->table);
	free(m->agenda.heap);
	free(m->passed);
	free(m->whole);
}

static struct kept *
kept_of(struct matcher *m, const struct plan *p)
{
	struct kept **page = &m->kept[p->kept / KEPT_PAGE];

	if (!*page)
		*page = arena_array(m->wm->arena, KEPT_PAGE, sizeof **page);
	return *page + p->kept % KEPT_PAGE;
}

/* How many matches of a rule are kept. */
static size_t
count_kept(const struct matcher *m, const struct plan *p)
{
	const struct kept *page = p->kept < 0 ? NULL : m->kept[p->kept / KEPT_PAGE];

	return page ? page[p->kept % KEPT_PAGE].n : 0;
}

/* ---- the table of kept matches ---- */

static size_t
hash(const struct plan *p, struct fact *const *facts)
{
	uint64_t h = p->number;

	for (int i = 0; i < p->njoin; i++)
		h = mixed(h ^ facts[i]->id);
	return (size_t)h;
}

/* The kept match of these facts. */
static struct match *
find(const struct matcher *m, const struct plan *p)
{
	size_t size = (size_t)p->njoin * sizeof *m->env.facts;
	struct match *x = m->table && count_kept(m, p) ? m->table[hash(p, m->env.facts) & m->mask] : NULL;

	while (x && (x->plan != p || (size && memcmp(x->facts, m->env.facts, size) != 0)))
		x = x->same_hash;
	return x;
}

static void
grow_table(struct matcher *m)
{
	size_t size = m->table ? (m->mask + 1) * 2 : 64;
	struct match **bigger = calloc(size, sizeof *bigger);

	if (!bigger)
		machine_failed("out of memory");
	for (size_t i = 0; m->table && i <= m->mask; i++)
		for (struct match *x = m->table[i], *next; x; x = next) {
			struct match **at = &bigger[hash(x->plan, x->facts) & (size - 1)];

			next = x->same_hash;
			x->same_hash = *at;
			*at = x;
		}
	free(m->table);
	m->table = bigger;
	m->mask = size - 1;
}

static void
table_add(struct matcher *m, struct match *x)
{
	struct match **at;

	if (!m->table || m->ntable > m->mask)
		grow_table(m);
	at = &m->table[hash(x->plan, x->facts) & m->mask];
	x->same_hash = *at;
	*at = x;
	m->ntable++;
}

static void
table_remove(struct matcher *m, struct match *x)
{
	struct match **at = &m->table[hash(x->plan, x->facts) & m->mask];

	while (*at != x)
		at = &(*at)->same_hash;
	*at = x->same_hash;
	m->ntable--;
}

/* ---- kept matches ---- */

static struct match *
blank(struct matcher *m, const struct plan *p)
{
	struct kept *k = kept_of(m, p);
	struct match *x = k->free;
	size_t n = (size_t)p->njoin;

	if (x) {
		k->free = x->next;
		return x;
	}
	x = arena_take(m->wm->arena, sizeof *x + n * (sizeof *x->uses + sizeof *x->facts));
	x->uses = (void *)(x + 1);
	x->facts = (void *)(x->uses + n);
	return x;
}

static void
bind(struct match *x, int i, struct wfact *f)
{
	struct use *u = &x->uses[i];

	x->facts[i] = &f->pub;
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

/* Keeps the match of the facts in the environment. */
static struct match *
keep(struct matcher *m, const struct plan *p, enum match_state state)
{
	struct kept *k = kept_of(m, p);
	struct match *x = blank(m, p);

	x->plan = p;
	x->rule = p->rule;
	x->n = p->njoin;
	x->state = state;
	x->users = 0;
	x->claims = NULL;
	for (int i = 0; i < p->njoin; i++)
		bind(x, i, (struct wfact *)m->env.facts[i]);
	x->prev = NULL;
	x->next = k->first;
	if (k->first)
		k->first->prev = x;
	k->first = x;
	k->n++;
	if (p->quantified)
		table_add(m, x);
	if (++m->nkept > MATCHER_MOST)
		m->crowded = m->ev->overdue = true;
	return x;
}

/* Nobody points to it any more. */
static void
give_back(struct matcher *m, struct match *x)
{
	struct kept *k = kept_of(m, x->plan);

	if (x->state != CEASED || x->users > 0)
		return;
	x->next = k->free;
	k->free = x;
}

static void
lapse(struct matcher *m, struct match *x)
{
	struct kept *k = kept_of(m, x->plan);

	if (x->state == CEASED)
		return;
	x->state = CEASED;
	if (x->plan->quantified)
		table_remove(m, x);
	for (int i = 0; i < x->n; i++)
		unbind(x, i);
	*(x->prev ? &x->prev->next : &k->first) = x->next;
	if (x->next)
		x->next->prev = x->prev;
	k->n--;
	m->nkept--;
	if (!x->claims) {
		give_back(m, x);
		return;
	}
	x->users++;
	x->next = m->lapsed;
	m->lapsed = x;
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
		next = x->next;
		x->users--;
		give_back(m, x);
	}
	m->lapsed = NULL;
}

/* ---- searches ---- */

static struct search *
open_search(struct matcher *m, int nlegs)
{
	struct search *s = m->free[nlegs];

	if (s)
		m->free[nlegs] = s->next;
	else
		s = arena_take(m->wm->arena, sizeof *s + (size_t)nlegs * sizeof *s->bindings);
	s->nlegs = nlegs;
	s->depth = 0;
	s->complete = s->fired = false;
	return s;
}

static void
unpark(struct search *s)
{
	int n = s->complete ? s->nlegs : s->depth + 1;

	for (int i = 0; i < n; i++)
		wm_unpark(&s->bindings[i].cursor);
}

static void
park(struct search *s)
{
	int n = s->complete ? s->nlegs : s->depth + 1;

	for (int i = 0; i < n; i++)
		wm_park(&s->bindings[i].cursor);
}

/* No fact is left to be tried. */
static bool
is_exhausted(const struct search *s)
{
	for (int i = 0; i < s->nlegs; i++)
		if (s->bindings[i].cursor.at)
			return false;
	return true;
}

static void
close_search(struct matcher *m, struct search *s)
{
	if (m->last == s)
		m->last = NULL;
	s->next = m->free[s->nlegs];
	m->free[s->nlegs] = s;
}

static value
key_value(struct matcher *m, const struct key *k)
{
	if (k->alias >= 0)
		return m->env.facts[k->alias]->slots[k->from];
	return k->is ? eval_value(m->ev, k->is, &m->env) : k->constant;
}

/* The facts that the thinnest key leaves for a leg. A key that is unknown equals nothing. */
static struct cursor
enter(struct matcher *m, const struct leg *l)
{
	struct cursor c = { .index = -1 };
	size_t fewest = SIZE_MAX;

	for (int i = 0; i < l->nkeys && fewest > 1; i++) {
		value v = key_value(m, &l->keys[i]);
		const struct values *same, *unknown;
		size_t n;

		if (v == UNKNOWN && l->loose)
			continue;
		same = v == UNKNOWN ? NULL : wm_values(m->wm, l->of, l->keys[i].index, v);
		unknown = l->loose ? wm_values(m->wm, l->of, l->keys[i].index, UNKNOWN) : NULL;
		n = wm_count(same) + wm_count(unknown);
		if (n >= fewest)
			continue;
		fewest = n;
		c = (struct cursor){ .at = wm_first(same), .then = wm_first(unknown), .index = l->keys[i].index };
		if (!c.at) {
			c.at = c.then;
			c.then = NULL;
		}
	}
	if (fewest == SIZE_MAX)
		c.at = wm_extent(m->wm, l->of)->last;
	return c;
}

/* Is what the rule reads of the fact as old as the search asks? */
static bool
is_old_enough(const struct wfact *f, const struct leg *l, uint64_t stamp)
{
	uint64_t most = l->older ? stamp - 1 : stamp;

	return f->pub.stamp <= most || wm_stamp(f, l->reads) <= most;
}

/*
 * Goes on until all legs are bound (true: `complete`, the facts are in the environment) or nothing is left.
 * When the deadline passes it stops where it is: false as well, depth stays.
 */
static bool
advance(struct matcher *m, const struct route *r, struct search *s)
{
	int d = s->depth;

	s->complete = s->fired = false;
	while (d >= 0) {
		const struct leg *l = &r->legs[d];
		struct binding *b = &s->bindings[d];
		struct cursor next = b->cursor;
		struct wfact *f;
		bool passed;

		s->depth = d;
		if (eval_overdue(m->ev))
			return false;
		f = wm_step(&next);
		if (!f) {
			d--;
			continue;
		}
		passed = is_old_enough(f, l, s->stamp);
		if (passed) {
			m->env.facts[l->alias] = &f->pub;
			passed = eval_tests(m->ev, l->tests, l->ntests, &m->env);
		}
		if (m->ev->overdue)
			return false;
		b->cursor.at = next.at;
		b->cursor.then = next.then;
		if (!passed)
			continue;
		b->now = f;
		if (++d == r->nlegs) {
			s->depth = d - 1;
			return s->complete = true;
		}
		s->bindings[d].cursor = enter(m, &r->legs[d]);
	}
	s->depth = -1;
	return false;
}

static bool
is_bound_still(struct matcher *m, const struct leg *l, const struct search *s, struct wfact *f)
{
	if (f->pub.gone || !is_old_enough(f, l, s->stamp))
		return false;
	m->env.facts[l->alias] = &f->pub;
	return eval_tests(m->ev, l->tests, l->ntests, &m->env);
}

/* Goes on with a search after facts may have changed: what is bound must hold still. */
static bool
resume(struct matcher *m, const struct route *r, struct search *s)
{
	int n = s->complete ? r->nlegs : s->depth;

	unpark(s);
	if (!eval_tests(m->ev, r->tests, r->ntests, &m->env) && !m->ev->overdue) {
		s->complete = false;
		s->depth = -1;
	}
	if (s->depth < 0 || m->ev->overdue)
		return false;
	for (int d = 0; d < n; d++) {
		bool still = is_bound_still(m, &r->legs[d], s, s->bindings[d].now);

		if (m->ev->overdue)
			return false;
		if (still)
			continue;
		s->depth = d;
		return advance(m, r, s);
	}
	if (s->complete && !s->fired)
		return true;
	return advance(m, r, s);
}

/* ---- turns of the agenda ---- */

static uint64_t
reads_of(const struct turn *e)
{
	return e->plan->routes[e->alias].reads;
}

/* Is the fact as it was when it became a seed? */
static bool
is_seed(const struct wfact *f, uint64_t reads, uint64_t stamp)
{
	return !f->pub.gone && wm_stamp(f, reads) == stamp;
}

static struct wfact *
seed_of(const struct turn *e)
{
	return e->kind == SEED ? e->of.seed : e->of.seeds->fact;
}

/* The same of a turn. Most facts never change: the rule need not be looked at. */
static bool
is_seed_of(const struct turn *e)
{
	const struct wfact *f = seed_of(e);

	return f->pub.stamp == e->stamp ? !f->pub.gone : is_seed(f, reads_of(e), e->stamp);
}

static struct seeds *
open_seeds(struct matcher *m, struct wfact *f, const uint32_t *watches, uint32_t n)
{
	int size = 32 - __builtin_clz(n - 1);
	struct seeds *l = m->free_seeds[size];

	if (l)
		m->free_seeds[size] = l->next;
	else
		l = arena_take(m->wm->arena, sizeof *l + ((size_t)1 << size) * sizeof *l->watches);
	*l = (struct seeds){ .fact = f, .n = n, .size = size };
	memcpy(l->watches, watches, n * sizeof *watches);
	m->nseeds += n;
	return l;
}

static void
close_seeds(struct matcher *m, struct seeds *l)
{
	m->nseeds -= l->n - l->at;
	l->next = m->free_seeds[l->size];
	m->free_seeds[l->size] = l;
}

static const struct watch *
watches_of(const struct matcher *m, const struct wfact *f)
{
	return wm_extent(m->wm, f->pub.of)->in->files.watches;
}

static void
show_watch(struct turn *e, const struct watch *w)
{
	e->salience = w->salience;
	e->order = w->order;
	e->alias = w->alias;
	e->plan = w->plan;
}

/* What fires after this is known, and lies all over the network: it is asked for before it is needed, pointer by pointer. */
static void
fetch_ahead(const struct seeds *l, const struct watch *watches)
{
	const uint32_t *next = l->watches + l->at;
	uint32_t left = l->n - l->at;

	if (left > 9)
		__builtin_prefetch(&watches[next[9]]);
	if (left > 6)
		__builtin_prefetch(watches[next[6]].plan);
	if (left > 3)
		__builtin_prefetch(watches[next[3]].plan->deeds);
}

/* The turn goes on to the next of its seeds; false: there is none. */
static bool
next_seed(struct matcher *m, struct turn *e)
{
	struct seeds *l = e->of.seeds;
	const struct watch *watches = watches_of(m, l->fact);

	l->at++;
	m->nseeds--;
	if (l->at == l->n || l->fact->pub.gone || l->fact->born > e->stamp) {
		close_seeds(m, l);
		return false;
	}
	show_watch(e, &watches[l->watches[l->at]]);
	fetch_ahead(l, watches);
	return true;
}

/* The turn on top is over. */
static void
end_turn(struct matcher *m)
{
	struct turn *e = &m->agenda.heap[0];

	if (e->kind == SEEDS && next_seed(m, e))
		agenda_defer_first(&m->agenda);
	else
		agenda_drop_first(&m->agenda);
}

/* Leaves the seeds that hold still. */
static bool
thin_out(struct matcher *m, struct turn *e)
{
	struct seeds *l = e->of.seeds;
	const struct watch *watches = watches_of(m, l->fact);
	uint32_t n = 0;

	for (uint32_t i = l->at; i < l->n; i++)
		if (is_seed(l->fact, watches[l->watches[i]].reads, e->stamp))
			l->watches[n++] = l->watches[i];
	m->nseeds -= l->n - l->at - n;
	l->at = 0;
	l->n = n;
	if (!n) {
		close_seeds(m, l);
		return false;
	}
	show_watch(e, &watches[l->watches[0]]);
	return true;
}

static bool
is_alive(const struct search *s)
{
	return is_seed(s->seed, s->reads, s->stamp);
}

/* For agenda_sweep: takes apart what will never fire. */
static bool
is_dead(void *context, struct turn *e)
{
	struct matcher *m = context;
	struct match *x = e->of.match;

	switch (e->kind) {
	case SEED:
		return !is_seed_of(e);
	case SEEDS:
		return !thin_out(m, e);
	case SEARCH:
		if (is_alive(e->of.search))
			return false;
		unpark(e->of.search);
		close_search(m, e->of.search);
		return true;
	case MATCH:
		if (x->state == WAITING)
			return false;
		x->users--;
		give_back(m, x);
		return true;
	}
	return false;
}

static bool
too_many_wait(const struct matcher *m)
{
	int64_t facts = m->wm->rb->limits.facts, waiting = (int64_t)(m->agenda.n + m->nseeds);

	return facts > 0 && waiting > MATCHER_WAITING_FREE && waiting / MATCHER_WAITING > facts;
}

static void
push(struct matcher *m, struct turn e)
{
	if (agenda_is_full(&m->agenda) || m->nseeds > m->seeds_most) {
		agenda_sweep(&m->agenda, is_dead, m);
		if (m->nseeds > m->seeds_most / 2)
			m->seeds_most *= 2;
		if (too_many_wait(m))
			m->crowded = m->ev->overdue = true;
	}
	agenda_add(&m->agenda, e);
}

/* The fact became a seed of these n watches, rising, with one stamp. */
static void
push_seeds(struct matcher *m, struct wfact *f, const uint32_t *watches, uint32_t n, uint64_t stamp)
{
	struct turn e = { .kind = SEED, .stamp = stamp, .of.seed = f };

	show_watch(&e, &watches_of(m, f)[watches[0]]);
	if (n > 1) {
		e.kind = SEEDS;
		e.of.seeds = open_seeds(m, f, watches, n);
	}
	push(m, e);
}

static void
push_match(struct matcher *m, struct match *x)
{
	const struct plan *p = x->plan;
	struct turn e = { p->rule->salience, p->rule->order, 0, MATCH, 0, p, .of.match = x };

	for (int i = 0; i < x->n; i++) {
		uint64_t stamp = wm_stamp((const struct wfact *)x->facts[i], p->rule->when.scope.aliases[i].reads);

		if (stamp > e.stamp) {
			e.stamp = stamp;
			e.alias = i;
		}
	}
	x->users++;
	push(m, e);
}

void
matcher_forget(struct matcher *m, struct match *x)
{
	if (x->state == CEASED)
		return;
	if (x->n)
		memcpy(m->env.facts, x->facts, (size_t)x->n * sizeof *x->facts);
	lapse(m, x);
	push_match(m, keep(m, x->plan, WAITING));
}

/* ---- seeds ---- */

static bool
is_in(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

static bool
is_marked(const struct matcher *m, uint32_t mark)
{
	return is_in(m->wm->marks, mark);
}

/* May there be a fact for each other alias? */
static bool
is_open(const struct matcher *m, const uint32_t *gates, int n)
{
	for (int i = 0; i < n; i++)
		if (!is_marked(m, gates[i]))
			return false;
	return true;
}

/* Does the fact pass those tests of an alias that it has not passed yet? */
static bool
passes(struct matcher *m, struct wfact *f, const struct watch *w, int passed)
{
	if (passed == w->ntests)
		return true;
	m->env.scope = w->scope;
	m->env.facts[w->alias] = &f->pub;
	return eval_tests(m->ev, w->tests + passed, w->ntests - passed, &m->env);
}

/* The watches that a new fact comes to: those filed alone under what it has, and those of which all counted tests are passed. */
static size_t
passed_by_new(struct matcher *m, const struct wfact *f, const struct files *files, size_t n)
{
	struct run runs[FILE_RUNS];

	if (files->ncounts)
		memcpy(m->left, files->counts, files->ncounts);
	for (int i = 0; i < files->nasked; i++) {
		int slot = files->asked[i];
		value is = slot < f->pub.of->nslots ? f->pub.slots[slot] : UNKNOWN;
		const struct column *c = &files->columns[slot];

		for (int r = files_has(c, ALONE) ? files_passed(c, ALONE, is, m->wm->syms, m->ev->scratch, runs) : 0; r-- > 0; )
			for (size_t k = 0; k < runs[r].n; k++)
				m->passed[n++] = runs[r].at[k];
		for (int r = files_has(c, COUNTED) ? files_passed(c, COUNTED, is, m->wm->syms, m->ev->scratch, runs) : 0; r-- > 0; )
			for (size_t k = 0; k < runs[r].n; k++) {
				uint32_t w = m->passed[n] = runs[r].at[k];

				n += --m->left[w] == 0;
			}
	}
	return n;
}

/* Adds the watches in a column to those that are passed, but not those that read one of the slots in `before`. */
static size_t
add_passed(struct matcher *m, const struct files *files, int column, enum filed way, value is, uint64_t before, size_t n)
{
	struct run runs[FILE_RUNS];

	for (int r = files_passed(&files->columns[column], way, is, m->wm->syms, m->ev->scratch, runs); r-- > 0; )
		for (size_t k = 0; k < runs[r].n; k++) {
			uint32_t w = runs[r].at[k];

			if (!before || !(files->watches[w].reads & before))
				m->passed[n++] = w;
		}
	return n;
}

/* The watches that a changed fact comes to: those that read a slot that changed. */
static size_t
passed_by_changed(struct matcher *m, const struct wfact *f, const struct files *files, size_t n)
{
	int nslots = f->pub.of->nslots;
	uint64_t before = 0;

	for (uint64_t left = f->mask; left; left &= left - 1) {
		int slot = __builtin_ctzll(left);

		if (slot == 63)
			n = add_passed(m, files, nslots, LATER, UNKNOWN, before, n);
		else for (unsigned ways = files->columns[slot].ways; ways; ways &= ways - 1)
			n = add_passed(m, files, slot, (enum filed)__builtin_ctz(ways), f->pub.slots[slot], before, n);
		before |= slot_bit(slot);
	}
	return n;
}

/*
 * Lists the watches that a fact comes to, behind the n that are listed; returns how many are listed then. That they were
 * come to is noted for gates.
 */
static size_t
come_to(struct matcher *m, const struct wfact *f, size_t n)
{
	const struct files *files = &wm_extent(m->wm, f->pub.of)->in->files;
	size_t from = n;

	if (n + files->nwatches >= m->passed_cap) {
		m->passed_cap = 2 * (n + files->nwatches + 1);
		m->passed = machine_realloc(m->passed, m->passed_cap * sizeof *m->passed);
	}
	n = f->known ? passed_by_changed(m, f, files, n) : passed_by_new(m, f, files, n);
	for (size_t i = from; i < n; i++) {
		uint32_t mark = files->marks + m->passed[i];

		m->wm->marks[mark / 64] |= (uint64_t)1 << mark % 64;
	}
	return n;
}

/* Leaves of n watches that a fact comes to those of which it is a seed, rising. Most watches are not even touched. */
static size_t
keep_seeds(struct matcher *m, struct wfact *f, uint32_t *watches, size_t n)
{
	const struct files *files = &wm_extent(m->wm, f->pub.of)->in->files;
	uint32_t least = UINT32_MAX, most = 0;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t k = watches[i];
		const struct watch *w = &files->watches[k];

		if (!is_marked(m, files->partners[k]))
			continue;
		if ((f->known || !is_in(files->sure, k)) && !(is_open(m, w->gates, w->ngates) && passes(m, f, w, f->known ? 0 : w->passed)))
			continue;
		m->sown[k / 64] |= (uint64_t)1 << k % 64;
		least = k / 64 < least ? k / 64 : least;
		most = k / 64 > most ? k / 64 : most;
	}
	for (uint32_t at = least; at <= most; at++)
		for (; m->sown[at]; m->sown[at] &= m->sown[at] - 1)
			watches[kept++] = 64 * at + (uint32_t)__builtin_ctzll(m->sown[at]);
	return kept;
}

/* Those with one stamp are one turn. */
static void
sow(struct matcher *m, struct wfact *f, const uint32_t *watches, size_t n)
{
	const struct watch *all = watches_of(m, f);
	size_t from = 0;
	uint64_t stamp;

	if (!n)
		return;
	stamp = wm_stamp(f, all[watches[0]].reads);
	for (size_t i = 1; i <= n; i++) {
		uint64_t next = i == n ? 0 : f->pub.stamp == f->born ? stamp : wm_stamp(f, all[watches[i]].reads);

		if (next == stamp)
			continue;
		push_seeds(m, f, watches + from, (uint32_t)(i - from), stamp);
		from = i;
		stamp = next;
	}
}

/*
 * The changed facts become seeds of the aliases that can be bound to them. Gates are looked at when all facts have come to
 * theirs. Returns the first fact that is to be sown another time, because eval's deadline passed.
 */
static struct wfact *
sow_all(struct matcher *m, struct wfact *changed)
{
	struct wfact *f;
	size_t n = 0, from = 0;

	for (f = changed; f; f = f->next_changed)
		if (!f->pub.gone)
			f->upto = n = come_to(m, f, n);
	for (f = changed; f && !eval_overdue(m->ev); f = f->next_changed) {
		if (f->pub.gone)
			continue;
		n = keep_seeds(m, f, m->passed + from, f->upto - from);
		if (m->ev->overdue)
			break;
		sow(m, f, m->passed + from, n);
		from = f->upto;
	}
	return f;
}

/* ---- quantifiers ---- */

static void
want_whole(struct matcher *m, const struct plan *p)
{
	struct kept *k = kept_of(m, p);

	if (k->whole)
		return;
	k->whole = true;
	if (m->nwhole == m->whole_cap) {
		m->whole_cap = m->whole_cap ? 2 * m->whole_cap : 16;
		m->whole = machine_realloc(m->whole, m->whole_cap * sizeof *m->whole);
	}
	m->whole[m->nwhole++] = p;
}

void
matcher_surveyed(struct matcher *m, const struct template *of)
{
	const struct interest *in = &m->net->interests[of->index];

	for (size_t i = 0; i < in->nquantifiers; i++)
		want_whole(m, in->quantifiers[i]->plan);
}

/* What may have happened to combinations of facts. */
struct effect {
	bool rise, fall;	/* the condition may have become true; it may be true no longer */
};

/* The facts in the environment satisfy all of the rule but perhaps its quantifiers. */
static void
consider(struct matcher *m, const struct plan *p, struct effect e)
{
	struct match *x = find(m, p);

	if (!x) {
		if (e.rise)
			push_match(m, keep(m, p, WAITING));
		return;
	}
	if (e.fall && x->state == FIRED && !eval_tests(m->ev, p->tests, p->ntests, &m->env) && !m->ev->overdue)
		lapse(m, x);
}

/*
 * Considers all combinations along a route of facts that have not changed since the last
 * examination: with the others come seeds. `own` (or NULL) stays bound to the alias.
 */
static void
consider_all(struct matcher *m, const struct plan *p, const struct route *r, struct effect e, int alias, struct fact *own)
{
	struct search *s;

	m->env.scope = &p->rule->when.scope;
	if (own)
		m->env.facts[alias] = own;
	if (!eval_tests(m->ev, r->tests, r->ntests, &m->env))
		return;
	if (r->nlegs == 0) {
		consider(m, p, e);
		return;
	}
	s = open_search(m, r->nlegs);
	s->stamp = m->seen;
	s->bindings[0].cursor = enter(m, &r->legs[0]);
	while (advance(m, r, s)) {
		consider(m, p, e);
		if (own)
			m->env.facts[alias] = own;
	}
	close_search(m, s);
}

/* Does the fact in the environment matter to the quantifier, as far as it alone tells? */
static bool
matters(struct matcher *m, const struct quantifier *q, struct fact *f)
{
	bool passed;

	m->env.scope = &q->plan->rule->when.scope;
	m->env.facts[q->alias] = f;
	passed = eval_tests(m->ev, q->tests, q->ntests, &m->env);
	return q->is->op == OP_EVERY ? !(q->alone && passed) : passed;
}

static enum truth
where_truth(struct matcher *m, const struct quantifier *q, struct fact *f)
{
	m->env.facts[q->alias] = f;
	return q->is->nargs ? eval_truth(m->ev, q->is->args[0], &m->env) : TRUE;
}

static void
consider_with(struct matcher *m, const struct quantifier *q, struct fact *f, bool came)
{
	int effect = came ? q->effect : -q->effect;
	struct effect e = { effect >= 0, effect <= 0 };

	if (e.rise || count_kept(m, q->plan) > 0)
		consider_all(m, q->plan, &q->route, e, q->alias, f);
}

/* Nothing is there for it to matter to; or it cannot make the condition true, and there is no match for it to end. */
static bool
is_futile(const struct matcher *m, const struct quantifier *q, const struct wfact *f)
{
	if (!is_open(m, q->gates, q->ngates))
		return true;
	return (f->known ? f->pub.gone && q->effect > 0 : q->effect < 0) && count_kept(m, q->plan) == 0;
}

/* A fact came, went or changed: what is that to a quantifier? */
static void
alert(struct matcher *m, const struct quantifier *q, struct wfact *f)
{
	struct fact *now = f->pub.gone ? NULL : &f->pub, *then = f->known ? &m->ghost.pub : NULL;

	if ((f->known && !f->pub.gone && !(f->mask & q->reads)) || is_futile(m, q, f) || kept_of(m, q->plan)->whole)
		return;
	m->ghost.pub = f->pub;
	m->ghost.pub.slots = f->before;
	if (then && !matters(m, q, then))
		then = NULL;
	if (now && !matters(m, q, now))
		now = NULL;
	if (then && now && q->alone && where_truth(m, q, then) == where_truth(m, q, now))
		return;
	if (then)
		consider_with(m, q, then, false);
	if (now)
		consider_with(m, q, now, true);
	if (m->ev->overdue)
		want_whole(m, q->plan);
}

/* ---- examining ---- */

/* Kept matches that the fact took part in with what changed are no more. */
static void
disturb(struct matcher *m, struct wfact *f)
{
	for (struct use *u = f->uses, *next; u; u = next) {
		struct match *x = u->in;
		int alias = (int)(u - x->uses);

		next = u->next;
		if (!f->pub.gone && !(f->mask & x->rule->when.scope.aliases[alias].reads))
			continue;
		while (next && next->in == x)	/* a fact's uses in one match are neighbours */
			next = next->next;
		lapse(m, x);
	}
}

static void
alert_all(struct matcher *m, struct wfact *f)
{
	const struct interest *in = wm_extent(m->wm, f->pub.of)->in;

	if (!f->known && f->pub.gone)	/* nobody saw it */
		return;
	for (size_t i = 0; i < in->nquantifiers; i++)
		alert(m, in->quantifiers[i], f);
}

static void
start(struct matcher *m)
{
	m->started = true;
	for (size_t i = 0; i < m->net->nidle; i++)
		push_match(m, keep(m, m->net->idle[i], WAITING));
}

/* Rules of which all combinations must be looked at. */
static void
consider_whole(struct matcher *m)
{
	size_t n = m->nwhole;

	m->nwhole = 0;
	for (size_t i = 0; i < n; i++) {
		const struct plan *p = m->whole[i];

		kept_of(m, p)->whole = false;
		if (!m->ev->overdue)
			consider_all(m, p, p->whole, (struct effect){ true, true }, 0, NULL);
		if (m->ev->overdue)
			want_whole(m, p);
	}
}

/* When the match that fired last undid its own seed, its search need not be kept up to date. */
static void
forget_last(struct matcher *m)
{
	if (m->last && !is_alive(m->last))
		unpark(m->last);
	m->last = NULL;
}

bool
matcher_examine(struct matcher *m)
{
	struct wfact *changed = wm_take_changed(m->wm), *sown;

	m->crowded = false;
	forget_last(m);
	if (!m->started)
		start(m);
	for (struct wfact *f = changed; f; f = f->next_changed)
		if (f->uses)
			disturb(m, f);
	for (struct wfact *f = changed; f; f = f->next_changed)
		alert_all(m, f);
	consider_whole(m);
	sown = sow_all(m, changed);
	m->seen = m->wm->clock;
	wm_settled(m->wm, changed, sown);
	return !m->ev->overdue;
}

/* ---- what fires next ---- */

/*
 * These look at the top of the agenda: true when it is a match that may fire; else it was taken off or
 * went on, or the deadline passed.
 */

static bool
is_new(struct matcher *m, const struct plan *p)
{
	m->found = p->quantified ? find(m, p) : NULL;
	return !m->found || m->found->state == WAITING;
}

static bool
next_of_match(struct matcher *m, struct turn *e)
{
	struct match *x = e->of.match;

	if (x->state == WAITING) {
		if (x->n)
			memcpy(m->env.facts, x->facts, (size_t)x->n * sizeof *x->facts);
		if (eval_tests(m->ev, e->plan->tests, e->plan->ntests, &m->env)) {
			m->found = x;
			return !m->ev->overdue;
		}
		if (m->ev->overdue)
			return false;
	}
	agenda_drop_first(&m->agenda);
	x->users--;
	if (x->state == WAITING)
		lapse(m, x);
	else
		give_back(m, x);
	return false;
}

static bool
next_of_search(struct matcher *m, struct turn *e)
{
	const struct route *r = &e->plan->routes[e->alias];
	struct search *s = e->of.search;

	m->env.facts[e->alias] = &s->seed->pub;
	if (is_alive(s)) {
		if (resume(m, r, s)) {
			if (is_new(m, e->plan)) {
				park(s);
				return !m->ev->overdue;
			}
			s->fired = true;
		}
		if (s->complete || m->ev->overdue) {
			park(s);
			return false;
		}
	} else {
		unpark(s);
	}
	close_search(m, s);
	agenda_drop_first(&m->agenda);
	return false;
}

/* The seed on top becomes a search that goes on. It takes its place, since another turn may be equal; seeds behind it come later. */
static void
become_search(struct matcher *m, struct turn *e, struct search *s)
{
	struct turn rest = *e;

	park(s);
	e->kind = SEARCH;
	e->of.search = s;
	if (rest.kind == SEEDS && next_seed(m, &rest))
		agenda_add(&m->agenda, rest);
}

/* Searches for what the seed on top is for. */
static bool
search_from(struct matcher *m, const struct route *r, struct turn *e, struct wfact *seed)
{
	struct search *s = open_search(m, r->nlegs);
	bool found;

	s->seed = seed;
	s->stamp = e->stamp;
	s->reads = reads_of(e);
	s->bindings[0].cursor = enter(m, &r->legs[0]);
	do
		found = advance(m, r, s);
	while (found && !is_new(m, e->plan));
	if (found && is_exhausted(s)) {
		m->only = s;
	} else if (found || m->ev->overdue) {
		become_search(m, e, s);
	} else {
		close_search(m, s);
		end_turn(m);
	}
	return found && !m->ev->overdue;
}

static bool
next_of_seed(struct matcher *m, struct turn *e)
{
	const struct route *r;
	struct wfact *f = seed_of(e);

	m->env.facts[e->alias] = &f->pub;
	m->found = NULL;
	if (!is_seed_of(e)) {
		end_turn(m);
		return false;
	}
	if (e->plan->lone)
		return true;
	r = &e->plan->routes[e->alias];
	if (!eval_tests(m->ev, r->tests, r->ntests, &m->env) && !m->ev->overdue) {
		end_turn(m);
		return false;
	}
	if (m->ev->overdue)
		return false;
	if (r->nlegs == 0) {
		if (is_new(m, e->plan))
			return true;
		end_turn(m);
		return false;
	}
	return search_from(m, r, e, f);
}

static void
forget_only(struct matcher *m)
{
	if (m->only)
		close_search(m, m->only);
	m->only = NULL;
}

bool
matcher_next(struct matcher *m)
{
	forget_only(m);
	while (m->agenda.n && !m->ev->overdue) {
		struct turn *e = &m->agenda.heap[0];
		bool found = false;

		m->env.scope = &e->plan->rule->when.scope;
		switch (e->kind) {
		case SEED:
		case SEEDS: found = next_of_seed(m, e); break;
		case SEARCH: found = next_of_search(m, e); break;
		case MATCH: found = next_of_match(m, e); break;
		}
		if (found)
			return true;
	}
	return false;
}

struct firing
matcher_fire(struct matcher *m)
{
	struct turn *e = &m->agenda.heap[0];
	struct firing f = { e->plan, m->env.facts, m->found };

	m->made++;
	if (e->plan->kept >= 0) {
		if (!f.match)
			f.match = keep(m, e->plan, FIRED);
		f.match->state = FIRED;
		f.facts = f.match->facts;
	}
	m->last = NULL;
	if (e->kind == SEARCH && !is_exhausted(e->of.search)) {
		m->last = e->of.search;
		e->of.search->fired = true;
		return f;
	}
	if (e->kind == SEARCH)
		close_search(m, e->of.search);
	if (e->kind == MATCH)
		e->of.match->users--;
	forget_only(m);
	end_turn(m);
	return f;
}

bool
matcher_is_crowded(const struct matcher *m)
{
	return m->crowded;
}

static void
count_waiting(const struct matcher *m, const struct turn *e, size_t *n)
{
	const struct seeds *l = e->of.seeds;

	if (e->kind != SEEDS) {
		n[e->plan->number] += e->plan->kept < 0;
		return;
	}
	for (uint32_t i = l->at; i < l->n; i++) {
		const struct plan *p = watches_of(m, l->fact)[l->watches[i]].plan;

		n[p->number] += p->kept < 0;
	}
}

const struct rule *
matcher_widest(const struct matcher *m, size_t *matches)
{
	size_t *n = machine_alloc(m->net->nplans * sizeof *n);
	const struct rule *widest = NULL;

	for (size_t i = 0; i < m->net->nplans; i++)
		n[i] = count_kept(m, &m->net->plans[i]);
	for (size_t i = 0; i < m->agenda.n; i++)
		count_waiting(m, &m->agenda.heap[i], n);
	*matches = 0;
	for (size_t i = 0; i < m->net->nplans; i++)
		if (n[i] > *matches) {
			*matches = n[i];
			widest = m->net->plans[i].rule;
		}
	free(n);
	return widest;
}

int64_t
matcher_made(const struct matcher *m)
{
	return m->made;
}
