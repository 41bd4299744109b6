/* SPDX-License-Identifier: MIT */
#include "facts/factset.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Longer values are refused: nothing that a collector or a person says about one slot needs more. */
enum { LONGEST_VALUE = 1 << 16 };

/*
 * Open addressing from a hash to a position in an array. Positions whose item changed since are found by nobody: the caller
 * compares the item itself.
 */
struct table {
	struct cell {
		uint64_t hash;
		uint32_t at;	/* position + 1; 0: empty */
	} *cells;
	size_t mask, n;
};

struct factindex {
	struct table keyed, same, why;
	struct factrec **singles;	/* by template index */
	size_t nsame;			/* facts [0, nsame) are in `same` */
};

static uint64_t
mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9E3779B97F4A7C15u;
	return h ^ h >> 29;
}

static void
table_put(struct table *t, uint64_t hash, size_t at)
{
	size_t i;

	if ((t->n + 1) * 2 > t->mask) {
		struct table bigger = { NULL, t->mask ? t->mask * 2 + 1 : 63, 0 };

		bigger.cells = calloc(bigger.mask + 1, sizeof *bigger.cells);
		if (!bigger.cells)
			machine_failed("out of memory");
		for (i = 0; t->cells && i <= t->mask; i++)
			if (t->cells[i].at)
				table_put(&bigger, t->cells[i].hash, t->cells[i].at - 1);
		free(t->cells);
		*t = bigger;
	}
	for (i = hash & t->mask; t->cells[i].at; i = (i + 1) & t->mask)
		;
	t->cells[i] = (struct cell){ hash, (uint32_t)at + 1 };
	t->n++;
}

/* The next position with that hash; start with *step 0. False: no more. */
static bool
table_next(const struct table *t, uint64_t hash, size_t *step, size_t *at)
{
	if (!t->cells)
		return false;
	for (;; ++*step) {
		const struct cell *c = t->cells + ((hash + *step) & t->mask);

		if (!c->at)
			return false;
		if (c->hash == hash) {
			*at = c->at - 1;
			++*step;
			return true;
		}
	}
}

static void
table_clear(struct table *t)
{
	free(t->cells);
	*t = (struct table){0};
}

struct factset *
factset_new(const struct rulebase *rb, int64_t now)
{
	struct arena *arena = arena_new();
	struct factset *fs = arena_alloc(arena, sizeof *fs);

	fs->arena = arena;
	fs->rb = rb;
	fs->syms = sym_new(rb->syms);
	fs->now = now;
	fs->origin = "live";
	fs->live = true;
	fs->index = arena_alloc(arena, sizeof *fs->index);
	fs->index->singles = arena_array(arena, rb->ntemplates, sizeof *fs->index->singles);
	return fs;
}

void
factset_free(struct factset *fs)
{
	if (!fs)
		return;
	table_clear(&fs->index->keyed);
	table_clear(&fs->index->same);
	table_clear(&fs->index->why);
	sym_free(fs->syms);
	arena_free(fs->arena);
}

/* Sources are few and repeated for every slot. */
static const char *
keep(struct factset *fs, const char *source)
{
	return sym_text(fs->syms, sym_of(fs->syms, source));
}

struct factrec *
factset_add(struct factset *fs, const struct template *t)
{
	struct factrec *f = t->single ? fs->index->singles[t->index] : NULL;
	size_t n = (size_t)t->nslots;

	if (f)
		return f;
	f = arena_alloc(fs->arena, sizeof *f);
	f->of = t;
	f->values = arena_array(fs->arena, n, sizeof *f->values);
	f->sources = arena_array(fs->arena, n, sizeof *f->sources);
	f->times = arena_array(fs->arena, n, sizeof *f->times);
	for (size_t i = 0; i < n; i++)
		f->values[i] = UNKNOWN;
	fs->facts = arena_grow(fs->arena, fs->facts, fs->nfacts, &fs->facts_cap, sizeof *fs->facts);
	fs->facts[fs->nfacts++] = f;
	if (t->single)
		fs->index->singles[t->index] = f;
	return f;
}

struct factrec *
factset_single(const struct factset *fs, const struct template *t)
{
	return t->single ? fs->index->singles[t->index] : NULL;
}

value
factrec_key(const struct factrec *f)
{
	return f->of->key < 0 ? UNKNOWN : f->values[f->of->key];
}

static uint64_t
hash_key(const struct template *t, value key)
{
	return mix(mix(1, (uint64_t)t->index), (uint64_t)key);
}

static uint64_t
hash_why(const struct template *t, int slot, value key)
{
	return mix(hash_key(t, key), (uint64_t)slot);
}

static struct unknown *
find_why(const struct factset *fs, const struct template *t, int slot, value key)
{
	size_t step = 0, at;

	while (table_next(&fs->index->why, hash_why(t, slot, key), &step, &at)) {
		struct unknown *u = fs->unknowns + at;

		if (u->of == t && u->slot == slot && u->key == key)
			return u;
	}
	return NULL;
}

/* Rare: a slot that had a reason got its value after all. */
static void
forget_why(struct factset *fs, struct unknown *u)
{
	size_t at = (size_t)(u - fs->unknowns);

	memmove(u, u + 1, (fs->nunknowns - at - 1) * sizeof *u);
	fs->nunknowns--;
	table_clear(&fs->index->why);
	for (size_t i = 0; i < fs->nunknowns; i++) {
		u = fs->unknowns + i;
		table_put(&fs->index->why, hash_why(u->of, u->slot, u->key), i);
	}
}

static bool
is_another(const struct template *of, value its_key, const struct template *t, value key)
{
	return of == t && its_key != UNKNOWN && its_key != key;
}

void
factset_keep(struct factset *fs, const struct template *t, value key)
{
	size_t facts = 0, unknowns = 0;

	table_clear(&fs->index->keyed);
	table_clear(&fs->index->same);
	table_clear(&fs->index->why);
	fs->index->nsame = 0;
	for (size_t i = 0; i < fs->nfacts; i++) {
		struct factrec *f = fs->facts[i];

		if (is_another(f->of, factrec_key(f), t, key))
			continue;
		if (factrec_key(f) != UNKNOWN)
			table_put(&fs->index->keyed, hash_key(f->of, factrec_key(f)), facts);
		fs->facts[facts++] = f;
	}
	for (size_t i = 0; i < fs->nunknowns; i++) {
		struct unknown u = fs->unknowns[i];

		if (is_another(u.of, u.key, t, key))
			continue;
		table_put(&fs->index->why, hash_why(u.of, u.slot, u.key), unknowns);
		fs->unknowns[unknowns++] = u;
	}
	fs->nfacts = facts;
	fs->nunknowns = unknowns;
}

/* The position of a fact is needed only for the index by key; a new fact is nearly always the last one. */
static size_t
position(const struct factset *fs, const struct factrec *f)
{
	size_t i = fs->nfacts;

	while (i-- > 0)
		if (fs->facts[i] == f)
			return i;
	return 0;
}

void
factset_put(struct factset *fs, struct factrec *f, int slot, value v, const char *source, int64_t time)
{
	const struct template *t = f->of;
	bool was = f->values[slot] != UNKNOWN;
	struct unknown *u;

	if (slot == t->key && v != f->values[slot] && v != UNKNOWN)
		table_put(&fs->index->keyed, hash_key(t, v), position(fs, f));
	f->values[slot] = v;
	f->sources[slot] = v == UNKNOWN ? NULL : keep(fs, source);
	f->times[slot] = v == UNKNOWN ? 0 : time;
	if (was || v == UNKNOWN || fs->nunknowns == 0 || (t->key < 0 && !t->single))
		return;
	u = find_why(fs, t, slot, factrec_key(f));
	if (u)
		forget_why(fs, u);
}

struct factrec *
factset_find(const struct factset *fs, const struct template *t, value key)
{
	size_t step = 0, at;

	if (key == UNKNOWN)
		return NULL;
	while (table_next(&fs->index->keyed, hash_key(t, key), &step, &at))
		if (fs->facts[at]->of == t && factrec_key(fs->facts[at]) == key)
			return fs->facts[at];
	return NULL;
}

struct factrec *
factset_keyed(struct factset *fs, const struct template *t, value key, const char *source, int64_t time)
{
	struct factrec *f = factset_find(fs, t, key);

	if (!f) {
		f = factset_add(fs, t);
		factset_put(fs, f, t->key, key, source, time);
	}
	return f;
}

static uint64_t
hash_values(const struct template *t, const value *values)
{
	uint64_t h = mix(2, (uint64_t)t->index);

	for (int i = 0; i < t->nslots; i++)
		h = mix(h, (uint64_t)values[i]);
	return h;
}

static struct factrec *
find_same(struct factset *fs, const struct template *t, const value *values)
{
	size_t size = (size_t)t->nslots * sizeof *values, step = 0, at;

	for (size_t *n = &fs->index->nsame; *n < fs->nfacts; ++*n) {
		const struct factrec *f = fs->facts[*n];

		if (!f->of->single && factrec_key(f) == UNKNOWN)
			table_put(&fs->index->same, hash_values(f->of, f->values), *n);
	}
	while (table_next(&fs->index->same, hash_values(t, values), &step, &at)) {
		struct factrec *f = fs->facts[at];

		if (f->of == t && memcmp(f->values, values, size) == 0)
			return f;
	}
	return NULL;
}

struct factrec *
factset_give(struct factset *fs, const struct template *t, const value *values, const char *source, int64_t time)
{
	bool keyed = t->key >= 0 && values[t->key] != UNKNOWN;
	struct factrec *f = keyed ? factset_keyed(fs, t, values[t->key], source, time)
		: t->single ? factset_add(fs, t) : find_same(fs, t, values);

	if (f && !keyed && !t->single)
		return f;
	if (!f)
		f = factset_add(fs, t);
	for (int i = 0; i < t->nslots; i++)
		if (values[i] != UNKNOWN)
			factset_put(fs, f, i, values[i], source, time);
	return f;
}

void
factset_survey(struct factset *fs, const struct template *t, const char *source, int64_t time)
{
	struct unknown *u = find_why(fs, t, -1, UNKNOWN);

	if (u)
		forget_why(fs, u);
	if (factset_surveyed(fs, t))
		return;
	fs->surveys = arena_grow(fs->arena, fs->surveys, fs->nsurveys, &fs->surveys_cap, sizeof *fs->surveys);
	fs->surveys[fs->nsurveys++] = (struct survey){ t, keep(fs, source), time };
}

const struct survey *
factset_surveyed(const struct factset *fs, const struct template *t)
{
	for (size_t i = 0; i < fs->nsurveys; i++)
		if (fs->surveys[i].of == t)
			return fs->surveys + i;
	return NULL;
}

void
factset_unknown(struct factset *fs, const struct template *t, int slot, value key, const char *source,
		const char *reason, int64_t time)
{
	const struct factrec *f = t->single ? factset_single(fs, t) : factset_find(fs, t, key);
	struct unknown *u = find_why(fs, t, slot, key);

	if (slot >= 0 && f && f->values[slot] != UNKNOWN)
		return;
	if (!u) {
		fs->unknowns = arena_grow(fs->arena, fs->unknowns, fs->nunknowns, &fs->unknowns_cap, sizeof *u);
		table_put(&fs->index->why, hash_why(t, slot, key), fs->nunknowns);
		u = fs->unknowns + fs->nunknowns++;
	}
	*u = (struct unknown){ t, slot, key, keep(fs, source), keep(fs, reason), time };
}

const struct unknown *
factset_why(const struct factset *fs, const struct template *t, int slot, value key)
{
	const struct { int slot; value key; } order[] = {
		{ slot, key }, { -1, key }, { slot, UNKNOWN }, { -1, UNKNOWN },
	};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const struct unknown *u = find_why(fs, t, order[i].slot, order[i].key);

		if (u)
			return u;
	}
	return NULL;
}

void
fact_text(struct buf *out, const char *s, size_t n)
{
	uint32_t cp;

	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = text_decode(s + i, n - i, &cp);
		if (len && cp)
			buf_add(out, s + i, len);
		else
			buf_puts(out, "\xEF\xBF\xBD");
	}
}

static bool
is_valid(const char *s, size_t n)
{
	uint32_t cp;

	for (size_t i = 0, len; i < n; i += len) {
		len = text_decode(s + i, n - i, &cp);
		if (!len || !cp)
			return false;
	}
	return true;
}

static bool
is_allowed(const struct slot *slot, const char *s)
{
	for (size_t i = 0; slot->of && slot->of[i]; i++)
		if (strcmp(slot->of[i], s) == 0)
			return true;
	return !slot->of;
}

const char *
fact_value(struct factset *fs, const struct slot *slot, const char *s, size_t n, value *out)
{
	struct buf valid = {0};
	const char *wrong;

	if (n > LONGEST_VALUE)
		return "longer than 64 KiB";
	if (!is_valid(s, n)) {
		fact_text(&valid, s, n);
		s = buf_text(&valid);
		n = valid.len;
	}
	wrong = value_parse(slot->type, s, n, fs->syms, out);
	if (!wrong && slot->type == TYPE_SYMBOL && !is_allowed(slot, sym_text(fs->syms, (uint32_t)*out)))
		wrong = "not one of the values it can have";
	buf_free(&valid);
	return wrong;
}
