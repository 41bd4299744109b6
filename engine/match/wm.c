/* SPDX-License-Identifier: MIT */
#include "match/wm.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 16 };

void
wm_open(struct wm *wm, const struct rulebase *rb, struct arena *arena, const struct symtab *below)
{
	*wm = (struct wm){ .rb = rb, .arena = arena, .syms = sym_new(below) };
	wm->extents = arena_array(arena, rb->ntemplates, sizeof *wm->extents);
	for (size_t i = 0; i < rb->ntemplates; i++) {
		const struct template *t = rb->templates[i];
		struct extent *x = &wm->extents[t->index];

		x->of = t;
		x->surveyed = t->single || t->surveyed;
		x->whole = -1;
		x->index_of = arena_array(arena, (size_t)t->nslots, sizeof *x->index_of);
		for (int s = 0; s < t->nslots; s++)
			x->index_of[s] = -1;
		if (t->key >= 0)
			wm_want_index(wm, t, t->key);
	}
}

void
wm_close(struct wm *wm)
{
	for (size_t i = 0; i < wm->rb->ntemplates; i++) {
		for (int k = 0; k < wm->extents[i].nindexes; k++)
			free(wm->extents[i].indexes[k].buckets);
		free(wm->extents[i].indexes);
	}
	sym_free(wm->syms);
}

struct extent *
wm_extent(const struct wm *wm, const struct template *t)
{
	return &wm->extents[t->index];
}

static struct wfact **
new_buckets(size_t n)
{
	struct wfact **b = calloc(n, sizeof *b);

	if (!b)
		machine_failed("out of memory");
	return b;
}

void
wm_want_index(struct wm *wm, const struct template *t, int slot)
{
	struct extent *x = wm_extent(wm, t);
	int *number = slot < 0 ? &x->whole : &x->index_of[slot];

	if (*number >= 0)
		return;
	x->indexes = machine_realloc(x->indexes, (size_t)(x->nindexes + 1) * sizeof *x->indexes);
	x->indexes[x->nindexes] = (struct index){ slot, new_buckets(FIRST_BUCKETS), FIRST_BUCKETS - 1, 0 };
	*number = x->nindexes++;
}

void
wm_want_layers(struct wm *wm, const struct template *t)
{
	wm_extent(wm, t)->layered = true;
}

/*
 * The finaliser of splitmix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
 * generators").
 */
static uint64_t
mix(uint64_t h)
{
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

static uint64_t
hash_all(const value *values, int n)
{
	uint64_t h = 0;

	for (int i = 0; i < n; i++)
		h = mix(h * 31 + (uint64_t)values[i]);
	return h;
}

static size_t
bucket(const struct index *ix, const struct template *t, const value *values)
{
	uint64_t h = ix->slot < 0 ? hash_all(values, t->nslots) : mix((uint64_t)values[ix->slot]);

	return (size_t)h & ix->mask;
}

static void
chain_in(struct index *ix, int k, struct wfact *f)
{
	struct wfact **b = &ix->buckets[bucket(ix, f->pub.of, f->pub.slots)];

	f->links[k] = (struct link){ NULL, *b };
	if (*b)
		(*b)->links[k].prev = f;
	*b = f;
}

static void
grow(struct index *ix, int k, struct extent *x)
{
	free(ix->buckets);
	ix->mask = ix->mask * 2 + 1;
	ix->buckets = new_buckets(ix->mask + 1);
	for (struct wfact *f = x->first; f; f = f->next)
		chain_in(ix, k, f);
}

static void
index_in(struct extent *x, int k, struct wfact *f)
{
	struct index *ix = &x->indexes[k];

	chain_in(ix, k, f);
	if (++ix->n > ix->mask)
		grow(ix, k, x);
}

static void
index_out(struct extent *x, int k, struct wfact *f)
{
	struct index *ix = &x->indexes[k];
	struct link *l = &f->links[k];

	if (l->next)
		l->next->links[k].prev = l->prev;
	if (l->prev)
		l->prev->links[k].next = l->next;
	else
		ix->buckets[bucket(ix, f->pub.of, f->pub.slots)] = l->next;
	ix->n--;
}

/* One block: the fact and its arrays, the most aligned first. */
static struct wfact *
blank(struct wm *wm, struct extent *x)
{
	size_t n = (size_t)x->of->nslots, layers = x->layered ? n : 0;
	struct wfact *f = x->free;
	char *at;

	if (f) {
		x->free = f->next;
		return f;
	}
	f = arena_alloc(wm->arena, sizeof *f + n * (3 * sizeof(int64_t) + sizeof(char *))
			+ layers * sizeof(struct statement) + (size_t)x->nindexes * sizeof(struct link));
	at = (char *)(f + 1);
	f->pub.slots = (void *)at;
	at += n * sizeof(value);
	f->pub.changed = (void *)at;
	at += n * sizeof(uint64_t);
	f->pub.times = (void *)at;
	at += n * sizeof(int64_t);
	f->own = layers ? (void *)at : NULL;
	at += layers * sizeof(struct statement);
	f->pub.sources = (void *)at;
	at += n * sizeof(char *);
	f->links = (void *)at;
	return f;
}

static void
mark(struct wm *wm, struct wfact *f, uint64_t mask)
{
	f->mask |= mask;
	if (f->listed)
		return;
	f->listed = true;
	f->next_changed = wm->changed;
	wm->changed = f;
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
	f->pub.stamp = f->born = stamp;
	f->uses = NULL;
	f->touched = f->sure = f->listed = false;
	f->mask = 0;
	if (n) {
		memcpy(f->pub.slots, values, n * sizeof *values);
		memset(f->pub.sources, 0, n * sizeof *f->pub.sources);
		memset(f->pub.times, 0, n * sizeof *f->pub.times);
	}
	for (size_t i = 0; i < n; i++)
		f->pub.changed[i] = stamp;
	if (f->own && n)
		memset(f->own, 0, n * sizeof *f->own);
	f->prev = x->last;
	f->next = NULL;
	*(x->last ? &x->last->next : &x->first) = f;
	x->last = f;
	x->n++;
	wm->n++;
	for (int k = 0; k < x->nindexes; k++)
		index_in(x, k, f);
	mark(wm, f, UINT64_MAX);
	return f;
}

bool
wm_put(struct wm *wm, struct wfact *f, int slot, value v, uint64_t stamp)
{
	struct extent *x = wm_extent(wm, f->pub.of);
	int k = x->index_of[slot];

	if (f->pub.slots[slot] == v)
		return false;
	if (k >= 0)
		index_out(x, k, f);
	if (x->whole >= 0)
		index_out(x, x->whole, f);
	f->pub.slots[slot] = v;
	if (k >= 0)
		index_in(x, k, f);
	if (x->whole >= 0)
		index_in(x, x->whole, f);
	f->pub.stamp = f->pub.changed[slot] = stamp;
	mark(wm, f, slot_bit(slot));
	return true;
}

void
wm_drop(struct wm *wm, struct wfact *f)
{
	struct extent *x = wm_extent(wm, f->pub.of);

	for (int k = 0; k < x->nindexes; k++)
		index_out(x, k, f);
	*(f->prev ? &f->prev->next : &x->first) = f->next;
	*(f->next ? &f->next->prev : &x->last) = f->prev;
	x->n--;
	wm->n--;
	f->pub.gone = true;
	mark(wm, f, UINT64_MAX);
}

struct wfact *
wm_take_changed(struct wm *wm)
{
	struct wfact *all = wm->changed;

	wm->changed = NULL;
	return all;
}

void
wm_settled(struct wm *wm, struct wfact *changed)
{
	for (struct wfact *f = changed, *next; f; f = next) {
		struct extent *x = wm_extent(wm, f->pub.of);

		next = f->next_changed;
		f->listed = false;
		f->mask = 0;
		if (!f->pub.gone)
			continue;
		f->next = x->free;
		x->free = f;
	}
}

struct wfact *
wm_chain(const struct wm *wm, const struct template *t, int index, value v)
{
	const struct index *ix = &wm_extent(wm, t)->indexes[index];

	return ix->buckets[(size_t)mix((uint64_t)v) & ix->mask];
}

struct wfact *
wm_by_key(const struct wm *wm, const struct template *t, value key)
{
	int k = wm_extent(wm, t)->index_of[t->key];
	struct wfact *f = wm_chain(wm, t, k, key);

	while (f && f->pub.slots[t->key] != key)
		f = f->links[k].next;
	return f;
}

struct wfact *
wm_equal(const struct wm *wm, const struct template *t, const value *values)
{
	const struct extent *x = wm_extent(wm, t);
	struct wfact *best = NULL;
	size_t size = (size_t)t->nslots * sizeof *values;
	const struct index *ix = &x->indexes[x->whole];

	for (struct wfact *f = ix->buckets[bucket(ix, t, values)]; f; f = f->links[x->whole].next)
		if ((!size || memcmp(f->pub.slots, values, size) == 0) && (!best || f->pub.id < best->pub.id))
			best = f;
	return best;
}
