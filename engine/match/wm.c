/* SPDX-License-Identifier: MIT */
#include "match/wm.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 16 };

static void
open_extent(struct wm *wm, const struct template *t)
{
	struct extent *x = &wm->extents[t->index];

	x->of = t;
	x->in = &wm->net->interests[t->index];
	x->surveyed = t->single || t->surveyed;
	x->indexes = arena_array(wm->arena, (size_t)x->in->nindexes, sizeof *x->indexes);
	x->orders = arena_array(wm->arena, (size_t)x->in->norders, sizeof *x->orders);
	for (int k = 0; k < x->in->nindexes; k++)
		x->indexes[k] = (struct index){ .slot = x->in->indexes[k], .marks = &x->in->marks[k] };
	for (int k = 0; k < x->in->norders; k++) {
		x->orders[k].slot = x->in->orders[k];
		x->orders[k].type = t->slots[x->in->orders[k]].type;
	}
}

void
wm_open(struct wm *wm, const struct rulebase *rb, struct arena *arena, const struct symtab *below)
{
	*wm = (struct wm){ .rb = rb, .net = network_of(rb), .arena = arena, .syms = sym_new(below) };
	wm->extents = arena_array(arena, rb->ntemplates, sizeof *wm->extents);
	wm->marks = arena_array(arena, wm->net->nmarks / 64 + 1, sizeof *wm->marks);
	wm->marks[0] = 1;
	for (size_t i = 0; i < rb->ntemplates; i++)
		open_extent(wm, rb->templates[i]);
}

void
wm_close(struct wm *wm)
{
	for (size_t i = 0; i < wm->rb->ntemplates; i++)
		for (int k = 0; k < wm->extents[i].in->nindexes; k++)
			free(wm->extents[i].indexes[k].buckets);
	sym_free(wm->syms);
}

/* ---- cursors ---- */

void
wm_park(struct cursor *c)
{
	c->parked = true;
	c->prev = NULL;
	c->next = c->at ? c->at->parked : NULL;
	if (!c->at)
		return;
	if (c->next)
		c->next->prev = c;
	c->at->parked = c;
}

void
wm_unpark(struct cursor *c)
{
	if (c->parked && c->at) {
		*(c->prev ? &c->prev->next : &c->at->parked) = c->next;
		if (c->next)
			c->next->prev = c->prev;
	}
	c->parked = false;
}

/* The fact leaves a chain. */
static void
move_on(struct wfact *f, int index)
{
	for (struct cursor *c = f->parked, *next; c; c = next) {
		next = c->next;
		if (c->index != index)
			continue;
		wm_unpark(c);
		wm_step(c);
		wm_park(c);
	}
}

/* ---- indexes ---- */

static uint64_t
hash_all(const value *values, int n)
{
	uint64_t h = 0;

	for (int i = 0; i < n; i++)
		h = mixed(h * 31 + (uint64_t)values[i]);
	return h;
}

/* What an index files the values of a fact under. */
static value
filed_as(const struct index *ix, const struct template *t, const value *values)
{
	return ix->slot < 0 ? (value)hash_all(values, t->nslots) : values[ix->slot];
}

static struct values **
bucket(const struct index *ix, value v)
{
	return &ix->buckets[(size_t)mixed((uint64_t)v) & ix->mask];
}

static struct values *
find(const struct index *ix, value v)
{
	struct values *x = ix->buckets ? *bucket(ix, v) : NULL;

	while (x && x->is != v)
		x = x->same;
	return x;
}

static void
grow(struct index *ix)
{
	struct index old = *ix;

	ix->mask = old.buckets ? old.mask * 2 + 1 : FIRST_BUCKETS - 1;
	ix->buckets = calloc(ix->mask + 1, sizeof *ix->buckets);
	if (!ix->buckets)
		machine_failed("out of memory");
	for (size_t i = 0; old.buckets && i <= old.mask; i++)
		for (struct values *x = old.buckets[i], *next; x; x = next) {
			struct values **to = bucket(ix, x->is);

			next = x->same;
			x->same = *to;
			*to = x;
		}
	free(old.buckets);
}

static struct values *
add_values(struct wm *wm, struct index *ix, value v)
{
	struct values *x = ix->free, **to;
	uint32_t mark = mark_of(ix->marks, v);

	if (!ix->buckets || ix->n > ix->mask)
		grow(ix);
	if (x)
		ix->free = x->same;
	else
		x = arena_take(wm->arena, sizeof *x);
	to = bucket(ix, v);
	*x = (struct values){ .is = v, .same = *to };
	*to = x;
	ix->n++;
	if (mark)
		wm->marks[mark / 64] |= (uint64_t)1 << mark % 64;
	return x;
}

static void
remove_values(struct wm *wm, struct index *ix, struct values *x)
{
	struct values **at = bucket(ix, x->is);
	uint32_t mark = mark_of(ix->marks, x->is);

	while (*at != x)
		at = &(*at)->same;
	*at = x->same;
	x->same = ix->free;
	ix->free = x;
	ix->n--;
	if (mark)
		wm->marks[mark / 64] &= ~((uint64_t)1 << mark % 64);
}

static void
index_in(struct wm *wm, struct extent *x, int k, struct wfact *f)
{
	struct index *ix = &x->indexes[k];
	value v = filed_as(ix, x->of, f->pub.slots);
	struct values *to = find(ix, v);

	if (!to)
		to = add_values(wm, ix, v);
	f->links[k] = (struct link){ NULL, to->first, to };
	if (to->first)
		to->first->links[k].prev = f;
	to->first = f;
	to->n++;
}

static void
index_out(struct wm *wm, struct extent *x, int k, struct wfact *f)
{
	struct link *l = &f->links[k];

	if (f->parked)
		move_on(f, k);
	if (l->next)
		l->next->links[k].prev = l->prev;
	*(l->prev ? &l->prev->links[k].next : &l->in->first) = l->next;
	if (--l->in->n == 0)
		remove_values(wm, &x->indexes[k], l->in);
}

const struct values *
wm_values(const struct wm *wm, const struct template *t, int index, value v)
{
	return find(&wm_extent(wm, t)->indexes[index], v);
}

/* ---- sorted indexes ---- */

static uint64_t
weight(const struct wfact *f)
{
	return mixed(f->pub.id);
}

static bool
is_less(const struct wm *wm, const struct order *o, const struct wfact *a, const struct wfact *b)
{
	value x = a->pub.slots[o->slot], y = b->pub.slots[o->slot];
	int c = 0;

	if (x != y)
		c = x == UNKNOWN ? -1 : y == UNKNOWN ? 1 : value_compare(o->type, x, y, wm->syms);
	return c ? c < 0 : a->pub.id < b->pub.id;
}

static void
thread(struct order *o, int k, struct wfact *f, struct wfact *prev, struct wfact *next)
{
	f->ranks[k].prev = prev;
	f->ranks[k].next = next;
	*(prev ? &prev->ranks[k].next : &o->first) = f;
	*(next ? &next->ranks[k].prev : &o->last) = f;
}

/* Down to where the fact outweighs what is there; that tree is split into its two sides. */
static void
order_in(const struct wm *wm, struct extent *x, int k, struct wfact *f)
{
	struct order *o = &x->orders[k];
	struct wfact **at = &o->root, *below, *prev = NULL, *next = NULL;
	struct wfact **left = &f->ranks[k].left, **right = &f->ranks[k].right;

	while (*at && weight(*at) >= weight(f)) {
		bool less = is_less(wm, o, *at, f);

		*(less ? &prev : &next) = *at;
		at = less ? &(*at)->ranks[k].right : &(*at)->ranks[k].left;
	}
	below = *at;
	*at = f;
	while (below)
		if (is_less(wm, o, below, f)) {
			*left = prev = below;
			left = &below->ranks[k].right;
			below = *left;
		} else {
			*right = next = below;
			right = &below->ranks[k].left;
			below = *right;
		}
	*left = *right = NULL;
	thread(o, k, f, prev, next);
}

static void
order_out(const struct wm *wm, struct extent *x, int k, struct wfact *f)
{
	struct order *o = &x->orders[k];
	struct rank *p = &f->ranks[k];
	struct wfact **at = &o->root, *left = p->left, *right = p->right;

	while (*at != f)
		at = is_less(wm, o, *at, f) ? &(*at)->ranks[k].right : &(*at)->ranks[k].left;
	while (left && right)
		if (weight(left) > weight(right)) {
			*at = left;
			at = &left->ranks[k].right;
			left = *at;
		} else {
			*at = right;
			at = &right->ranks[k].left;
			right = *at;
		}
	*at = left ? left : right;
	*(p->prev ? &p->prev->ranks[k].next : &o->first) = p->next;
	*(p->next ? &p->next->ranks[k].prev : &o->last) = p->prev;
}

/* ---- facts ---- */

/* One block: the fact and its arrays, the most aligned first. */
static struct wfact *
blank(struct wm *wm, struct extent *x)
{
	size_t n = (size_t)x->of->nslots, layers = x->in->layered ? n : 0, shadows = x->in->nquantifiers ? n : 0;
	size_t links = (size_t)x->in->nindexes, ranks = (size_t)x->in->norders;
	struct wfact *f = x->free;
	char *at;

	if (f) {
		x->free = f->next;
		return f;
	}
	f = arena_take(wm->arena, sizeof *f + n * (3 * sizeof(int64_t) + sizeof(char *)) + shadows * sizeof(value)
			+ layers * sizeof(struct statement) + links * sizeof(struct link) + ranks * sizeof(struct rank));
	at = (char *)(f + 1);
	f->pub.reasons = NULL;
	f->pub.reasons_cap = 0;
	f->pub.slots = (void *)at;
	at += n * sizeof(value);
	f->pub.changed = (void *)at;
	at += n * sizeof(uint64_t);
	f->pub.times = (void *)at;
	at += n * sizeof(int64_t);
	f->before = shadows ? (void *)at : NULL;
	at += shadows * sizeof(value);
	f->own = layers ? (void *)at : NULL;
	at += layers * sizeof(struct statement);
	f->pub.sources = (void *)at;
	at += n * sizeof(char *);
	f->links = (void *)at;
	at += links * sizeof(struct link);
	f->ranks = (void *)at;
	return f;
}

/* Before a change. */
static void
mark(struct wm *wm, struct wfact *f, uint64_t mask)
{
	f->mask |= mask;
	if (f->listed)
		return;
	f->listed = true;
	f->next_changed = wm->changed;
	wm->changed = f;
	if (f->known && f->before)
		memcpy(f->before, f->pub.slots, (size_t)f->pub.of->nslots * sizeof *f->before);
}

/* Into the list of its template and into all indexes. */
static void
enter(struct wm *wm, struct extent *x, struct wfact *f)
{
	f->prev = x->last;
	f->next = NULL;
	*(x->last ? &x->last->next : &x->first) = f;
	x->last = f;
	x->n++;
	wm->n++;
	for (int k = 0; k < x->in->nindexes; k++)
		index_in(wm, x, k, f);
	for (int k = 0; k < x->in->norders; k++)
		order_in(wm, x, k, f);
}

struct wfact *
wm_add(struct wm *wm, const struct template *t, const value *values, uint64_t stamp)
{
	struct extent *x = wm_extent(wm, t);
	struct wfact *f = blank(wm, x);
	size_t n = (size_t)t->nslots;

	if (wm->last_id == UINT32_MAX)
		machine_failed("too many facts in one session");
	f->pub.of = t;
	f->pub.id = ++wm->last_id;
	f->pub.gone = f->pub.stated = false;
	f->pub.why = NULL;
	f->pub.by = NULL;
	f->pub.nreasons = 0;
	f->pub.stamp = f->born = stamp;
	f->uses = NULL;
	f->parked = NULL;
	f->touched = f->sure = f->listed = f->known = false;
	f->mask = 0;
	for (size_t i = 0; i < n; i++) {
		f->pub.slots[i] = values[i];
		f->pub.changed[i] = stamp;
		f->pub.times[i] = 0;
		f->pub.sources[i] = NULL;
	}
	if (f->own && n)
		memset(f->own, 0, n * sizeof *f->own);
	enter(wm, x, f);
	mark(wm, f, UINT64_MAX);
	return f;
}

bool
wm_put(struct wm *wm, struct wfact *f, int slot, value v, uint64_t stamp)
{
	struct extent *x = wm_extent(wm, f->pub.of);
	int k = x->in->index_of[slot], o = x->in->order_of[slot], whole = x->in->whole == k ? -1 : x->in->whole;

	if (f->pub.slots[slot] == v)
		return false;
	mark(wm, f, slot_bit(slot));
	if (k >= 0)
		index_out(wm, x, k, f);
	if (o >= 0)
		order_out(wm, x, o, f);
	if (whole >= 0)
		index_out(wm, x, whole, f);
	f->pub.slots[slot] = v;
	if (k >= 0)
		index_in(wm, x, k, f);
	if (o >= 0)
		order_in(wm, x, o, f);
	if (whole >= 0)
		index_in(wm, x, whole, f);
	f->pub.stamp = f->pub.changed[slot] = stamp;
	return true;
}

void
wm_drop(struct wm *wm, struct wfact *f)
{
	struct extent *x = wm_extent(wm, f->pub.of);

	mark(wm, f, UINT64_MAX);
	for (int k = 0; k < x->in->nindexes; k++)
		index_out(wm, x, k, f);
	for (int k = 0; k < x->in->norders; k++)
		order_out(wm, x, k, f);
	if (f->parked)
		move_on(f, -1);
	*(f->prev ? &f->prev->next : &x->first) = f->next;
	*(f->next ? &f->next->prev : &x->last) = f->prev;
	x->n--;
	wm->n--;
	f->pub.gone = true;
}

uint64_t
wm_stamp(const struct wfact *f, uint64_t reads)
{
	uint64_t newest = f->born;
	int n = f->pub.of->nslots;

	if (f->pub.stamp == newest)
		return newest;
	for (uint64_t left = reads & ~slot_bit(63); left; left &= left - 1)
		if (f->pub.changed[__builtin_ctzll(left)] > newest)
			newest = f->pub.changed[__builtin_ctzll(left)];
	for (int i = 63; (reads & slot_bit(63)) && i < n; i++)
		if (f->pub.changed[i] > newest)
			newest = f->pub.changed[i];
	return newest;
}

struct wfact *
wm_take_changed(struct wm *wm)
{
	struct wfact *all = wm->changed;

	wm->changed = NULL;
	return all;
}

void
wm_settled(struct wm *wm, struct wfact *changed, struct wfact *end)
{
	wm->changed = end;
	for (struct wfact *f = changed, *next; f != end; f = next) {
		struct extent *x = wm_extent(wm, f->pub.of);

		next = f->next_changed;
		f->listed = false;
		f->known = true;
		f->mask = 0;
		if (!f->pub.gone)
			continue;
		f->next = x->free;
		x->free = f;
	}
}

struct wfact *
wm_by_key(const struct wm *wm, const struct template *t, value key)
{
	return wm_first(wm_values(wm, t, wm_extent(wm, t)->in->index_of[t->key], key));
}

struct wfact *
wm_equal(const struct wm *wm, const struct template *t, const value *values)
{
	const struct extent *x = wm_extent(wm, t);
	int whole = x->in->whole;
	size_t size = (size_t)t->nslots * sizeof *values;
	struct wfact *best = NULL;

	for (struct wfact *f = wm_first(find(&x->indexes[whole], filed_as(&x->indexes[whole], t, values))); f; f = f->links[whole].next)
		if ((!size || memcmp(f->pub.slots, values, size) == 0) && (!best || f->pub.id < best->pub.id))
			best = f;
	return best;
}
