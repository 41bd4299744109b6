/* SPDX-License-Identifier: MIT */
#include "base/regexset.h"

#include <stdlib.h>
#include <string.h>

enum { GRAM = 3, WORD = 64 };

/* One literal, and the expressions that have it: members[first ..]. */
struct entry {
	const char *text;
	uint32_t len, gram;	/* where in the text the three bytes are that it is found by */
	uint32_t first, n;
	uint32_t next;		/* of the same place of the table, 0: none; from 1 on */
};

struct regexset {
	struct entry *entries;
	uint32_t *members;	/* places in the list */
	const uint32_t *names;
	uint32_t *table;	/* entries by the hash of three bytes */
	uint32_t mask;
	uint64_t *always;	/* a bit for each expression without a literal */
	size_t nwords;
};

static uint32_t
hash(const char *s)
{
	uint32_t h = (uint32_t)(unsigned char)s[0] | (uint32_t)(unsigned char)s[1] << 8 | (uint32_t)(unsigned char)s[2] << 16;

	return h * 0x9e3779b1u >> 8;
}

/* ---- making one ---- */

struct member {
	const char *text;
	size_t len;
	uint32_t number;
};

static int
by_literal(const void *x, const void *y)
{
	const struct member *a = x, *b = y;
	int c = a->len == b->len ? memcmp(a->text, b->text, a->len) : a->len < b->len ? -1 : 1;

	return c ? c : a->number < b->number ? -1 : 1;
}

static uint32_t
places_taken(const struct regexset *set, uint32_t at)
{
	uint32_t n = 0;

	for (uint32_t e = set->table[at]; e; e = set->entries[e - 1].next)
		n++;
	return n;
}

/* By those of its bytes that fewest other literals are found by. */
static void
enter(struct regexset *set, uint32_t number)
{
	struct entry *e = &set->entries[number];
	uint32_t fewest = UINT32_MAX, at;

	for (uint32_t i = 0; i + GRAM <= e->len; i++) {
		uint32_t n = places_taken(set, hash(e->text + i) & set->mask);

		if (n < fewest) {
			fewest = n;
			e->gram = i;
		}
	}
	at = hash(e->text + e->gram) & set->mask;
	e->next = set->table[at];
	set->table[at] = number + 1;
}

struct regexset *
regexset_new(struct arena *a, const struct regex *const *all, const uint32_t *names, size_t n)
{
	struct regexset *set = arena_alloc(a, sizeof *set);
	struct member *m = machine_alloc(n * sizeof *m);
	size_t found = 0, entries = 0, size = 64;

	*set = (struct regexset){ .names = names, .nwords = (n + WORD - 1) / WORD };
	set->always = arena_array(a, set->nwords, sizeof *set->always);
	for (size_t i = 0; i < n; i++) {
		m[found] = (struct member){ .number = (uint32_t)i };
		m[found].text = regex_literal(all[i], &m[found].len);
		if (m[found].len < GRAM)
			set->always[i / WORD] |= (uint64_t)1 << (i % WORD);
		else
			found++;
	}
	qsort(m, found, sizeof *m, by_literal);
	set->members = arena_array(a, found, sizeof *set->members);
	set->entries = arena_array(a, found, sizeof *set->entries);
	for (size_t i = 0; i < found; i++) {
		set->members[i] = m[i].number;
		if (i == 0 || m[i].len != m[i - 1].len || memcmp(m[i].text, m[i - 1].text, m[i].len) != 0)
			set->entries[entries++] = (struct entry){ .text = m[i].text, .len = (uint32_t)m[i].len, .first = (uint32_t)i };
		set->entries[entries - 1].n++;
	}
	while (size < 4 * entries)
		size *= 2;
	set->mask = (uint32_t)size - 1;
	set->table = arena_array(a, size, sizeof *set->table);
	for (uint32_t i = 0; i < entries; i++)
		enter(set, i);
	free(m);
	return set;
}

/* ---- looking ---- */

static bool
is_set(const uint64_t *bits, uint32_t i)
{
	return bits[i / WORD] >> (i % WORD) & 1;
}

static void
add_members(const struct regexset *set, const struct entry *e, uint64_t *bits)
{
	if (is_set(bits, set->members[e->first]))	/* found before */
		return;
	for (uint32_t i = e->first; i < e->first + e->n; i++)
		bits[set->members[i] / WORD] |= (uint64_t)1 << (set->members[i] % WORD);
}

static bool
is_at(const struct entry *e, const char *text, size_t n, size_t i)
{
	return i >= e->gram && n - (i - e->gram) >= e->len && memcmp(text + i - e->gram, e->text, e->len) == 0;
}

static void
look(const struct regexset *set, const char *text, size_t n, uint64_t *bits)
{
	for (size_t i = 0; i + GRAM <= n; i++)
		for (uint32_t e = set->table[hash(text + i) & set->mask]; e; e = set->entries[e - 1].next)
			if (is_at(&set->entries[e - 1], text, n, i))
				add_members(set, &set->entries[e - 1], bits);
}

const uint32_t *
regexset_candidates(const struct regexset *set, struct regex_scratch *s, const char *text, size_t n, size_t *count)
{
	uint64_t *bits = regex_scratch_room(s, set->nwords * sizeof *bits + set->nwords * WORD * sizeof(uint32_t));
	uint32_t *out = (uint32_t *)(bits + set->nwords);
	struct buf *folded = regex_scratch_text(s);

	memcpy(bits, set->always, set->nwords * sizeof *bits);
	literal_fold(folded, text, n);
	look(set, buf_text(folded), folded->len, bits);
	*count = 0;
	for (size_t w = 0; w < set->nwords; w++)
		for (uint64_t left = bits[w]; left; left &= left - 1) {
			size_t at = w * WORD + (size_t)__builtin_ctzll(left);

			out[(*count)++] = set->names ? set->names[at] : (uint32_t)at;
		}
	return out;
}
