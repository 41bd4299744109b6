/* SPDX-License-Identifier: MIT */
#include "base/sym.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct sym {
	const char *text;
	uint32_t len, hash;
};

struct symtab {
	const struct symtab *below;
	uint32_t first;		/* the first id of this table */
	uint32_t n;		/* ids of this table */
	size_t cap;
	struct sym *syms;
	uint32_t *slots;	/* open addressing; index + 1 into syms, 0 is empty */
	uint32_t mask;
	struct arena *arena;
};

/* FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t
hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

struct symtab *
sym_new(const struct symtab *below)
{
	struct arena *arena = arena_new();
	struct symtab *t = arena_alloc(arena, sizeof *t);

	t->arena = arena;
	t->below = below;
	t->first = below ? sym_count(below) : 0;
	t->mask = 63;
	t->slots = calloc(t->mask + 1, sizeof *t->slots);
	if (!t->slots)
		machine_failed("out of memory");
	return t;
}

void
sym_free(struct symtab *t)
{
	if (!t)
		return;
	free(t->slots);
	free(t->syms);
	arena_free(t->arena);
}

static bool
find_here(const struct symtab *t, const char *s, size_t n, uint32_t h, uint32_t *id)
{
	for (uint32_t i = h & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
		const struct sym *y = t->syms + t->slots[i] - 1;

		if (y->hash == h && y->len == n && memcmp(y->text, s, n) == 0) {
			*id = t->first + t->slots[i] - 1;
			return true;
		}
	}
	return false;
}

static bool
find(const struct symtab *t, const char *s, size_t n, uint32_t h, uint32_t *id)
{
	for (; t; t = t->below)
		if (find_here(t, s, n, h, id))
			return true;
	return false;
}

bool
sym_find(const struct symtab *t, const char *s, size_t n, uint32_t *id)
{
	return find(t, s, n, hash(s, n), id);
}

static void
place(struct symtab *t, uint32_t index)
{
	uint32_t i = t->syms[index].hash & t->mask;

	while (t->slots[i])
		i = (i + 1) & t->mask;
	t->slots[i] = index + 1;
}

static void
rehash(struct symtab *t)
{
	free(t->slots);
	t->mask = t->mask * 2 + 1;
	t->slots = calloc((size_t)t->mask + 1, sizeof *t->slots);
	if (!t->slots)
		machine_failed("out of memory");
	for (uint32_t i = 0; i < t->n; i++)
		place(t, i);
}

uint32_t
sym_intern(struct symtab *t, const char *s, size_t n)
{
	uint32_t h = hash(s, n), id;

	if (find(t, s, n, h, &id))
		return id;
	if (n > UINT32_MAX / 2 || t->first + t->n >= UINT32_MAX / 2)
		machine_failed("too much text");
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		t->syms = machine_realloc(t->syms, t->cap * sizeof *t->syms);
	}
	t->syms[t->n] = (struct sym){ arena_strndup(t->arena, s, n), (uint32_t)n, h };
	t->n++;
	if (t->n * 2 > t->mask)
		rehash(t);
	else
		place(t, t->n - 1);
	return t->first + t->n - 1;
}

uint32_t
sym_of(struct symtab *t, const char *s)
{
	return sym_intern(t, s, strlen(s));
}

static const struct sym *
at(const struct symtab *t, uint32_t id)
{
	while (id < t->first)
		t = t->below;
	return t->syms + (id - t->first);
}

const char *
sym_text(const struct symtab *t, uint32_t id)
{
	return at(t, id)->text;
}

size_t
sym_len(const struct symtab *t, uint32_t id)
{
	return at(t, id)->len;
}

uint32_t
sym_count(const struct symtab *t)
{
	return t->first + t->n;
}
