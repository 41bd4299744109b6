/* SPDX-License-Identifier: MIT */
#include "base/regexset.h"

#include <stdlib.h>
#include <string.h>

enum { GRAM = LITERAL_LEAST, WORD = 64 };

/* One literal, and the expressions that have it: members[first ..]. */
struct entry {
	const char *text;
	uint32_t len, gram;	/* where in the text the three bytes are that it is found by */
	uint32_t first, n;
	uint32_t next;		/* of the same place of the table, 0: none; from 1 on */
};

/* An expression by its place in the list. */
struct member {
	uint32_t place;
	bool second;		/* the text is of the second of its needs */
};

struct regexset {
	struct entry *entries;
	struct member *members;
	const uint32_t *names;
	uint32_t *table;	/* entries by the hash of three bytes */
	uint32_t mask;
	uint64_t *always;	/* a bit for each expression without a literal, and behind them one for each without a second need */
	size_t nwords, nentries;
};

static uint32_t
hash(const char *s)
{
	uint32_t h = (uint32_t)(unsigned char)s[0] | (uint32_t)(unsigned char)s[1] << 8 | (uint32_t)(unsigned char)s[2] << 16;

	return h * 0x9e3779b1u >> 8;
}

/* ---- making one ---- */

/* A text that an expression has in one of its needs. */
struct mention {
	const char *text;
	uint32_t len, member, need;
	uint32_t common;	/* so many mentions has this text */
	bool second;
};

struct mentions {
	struct mention *at;
	size_t n, cap;
};

static int
by_text(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;
	int c = a->len == b->len ? memcmp(a->text, b->text, a->len) : a->len < b->len ? -1 : 1;

	if (c)
		return c;
	return a->member != b->member ? (a->member < b->member ? -1 : 1) : (a->need > b->need) - (a->need < b->need);
}

static int
by_need(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;

	if (a->member != b->member)
		return a->member < b->member ? -1 : 1;
	return (a->need > b->need) - (a->need < b->need);
}

static bool
is_same_text(const struct mention *a, const struct mention *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static void
mention(struct mentions *to, struct mention m)
{
	if (to->n == to->cap) {
		to->cap = to->cap ? to->cap * 2 : 64;
		to->at = machine_realloc(to->at, to->cap * sizeof *to->at);
	}
	to->at[to->n++] = m;
}

/* The needs of an expression, but those with a text that is too short to be found. */
static void
mention_needs(struct mentions *to, const struct regex *re, uint32_t member)
{
	size_t n;
	const char *p = regex_needs(re, &n), *end = p + n;

	for (uint32_t need = 0; p < end; need++, p++) {
		size_t before = to->n;
		bool whole = true;

		for (; *p; p += strlen(p) + 1) {
			whole &= strlen(p) >= GRAM;
			mention(to, (struct mention){ .text = p, .len = (uint32_t)strlen(p), .member = member, .need = need });
		}
		if (!whole)
			to->n = before;
	}
}

static void
sort(struct mentions *m, int (*order)(const void *x, const void *y))
{
	if (m->n)
		qsort(m->at, m->n, sizeof *m->at, order);
}

static void
count_mentions(struct mentions *m)
{
	size_t first = 0;

	sort(m, by_text);
	for (size_t i = 1; i <= m->n; i++) {
		if (i < m->n && is_same_text(&m->at[first], &m->at[i]))
			continue;
		for (size_t k = first; k < i; k++)
			m->at[k].common = (uint32_t)(i - first);
		first = i;
	}
}

/* Where the mentions of a need begin, and how common its texts are. */
struct choice {
	size_t from;
	uint64_t sum;
};

/* Moves the mentions of a need to where the next ones are kept; returns how many are kept then. */
static size_t
keep(struct mentions *m, size_t kept, size_t from, bool second)
{
	const struct mention first = m->at[from];

	for (size_t i = from; i < m->n && m->at[i].member == first.member && m->at[i].need == first.need; i++) {
		m->at[kept] = m->at[i];
		m->at[kept++].second = second;
	}
	return kept;
}

/* Of each expression the mentions of two needs stay: of the least common ones. */
static void
choose_needs(struct mentions *m)
{
	static const struct choice none = { SIZE_MAX, UINT64_MAX };
	struct choice best = none, second = none;
	size_t kept = 0, i = 0;

	sort(m, by_need);
	while (i < m->n) {
		struct mention first = m->at[i];
		struct choice c = { i, 0 };

		for (; i < m->n && m->at[i].member == first.member && m->at[i].need == first.need; i++)
			c.sum += m->at[i].common;
		if (c.sum < best.sum) {
			second = best;
			best = c;
		} else if (c.sum < second.sum) {
			second = c;
		}
		if (i < m->n && m->at[i].member == first.member)
			continue;
		if (second.from < best.from)	/* what stands first is moved first */
			kept = keep(m, kept, second.from, true);
		kept = keep(m, kept, best.from, false);
		if (second.from > best.from && second.from != SIZE_MAX)
			kept = keep(m, kept, second.from, true);
		best = second = none;
	}
	m->n = kept;
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

/* Entries from the chosen mentions, and the table. */
static void
make_entries(struct regexset *set, struct mentions *m, struct arena *a)
{
	size_t size = 64;

	sort(m, by_text);
	set->members = arena_array(a, m->n, sizeof *set->members);
	set->entries = arena_array(a, m->n, sizeof *set->entries);
	for (size_t i = 0; i < m->n; i++) {
		const struct mention *at = &m->at[i];

		if (i == 0 || !is_same_text(at - 1, at))
			set->entries[set->nentries++] = (struct entry){ .text = at->text, .len = at->len, .first = (uint32_t)i };
		set->entries[set->nentries - 1].n++;
		set->members[i] = (struct member){ at->member, at->second };
		if (at->second)
			set->always[set->nwords + at->member / WORD] &= ~((uint64_t)1 << (at->member % WORD));
	}
	while (size < 4 * set->nentries)
		size *= 2;
	set->mask = (uint32_t)size - 1;
	set->table = arena_array(a, size, sizeof *set->table);
	for (uint32_t i = 0; i < set->nentries; i++)
		enter(set, i);
}

struct regexset *
regexset_new(struct arena *a, const struct regex *const *all, const uint32_t *names, size_t n)
{
	struct regexset *set = arena_alloc(a, sizeof *set);
	struct mentions m = {0};

	*set = (struct regexset){ .names = names, .nwords = (n + WORD - 1) / WORD };
	set->always = arena_array(a, 2 * set->nwords, sizeof *set->always);
	memset(set->always + set->nwords, 0xff, set->nwords * sizeof *set->always);
	for (size_t i = 0; i < n; i++) {
		size_t before = m.n;

		mention_needs(&m, all[i], (uint32_t)i);
		if (m.n == before)
			set->always[i / WORD] |= (uint64_t)1 << (i % WORD);
	}
	count_mentions(&m);
	choose_needs(&m);
	make_entries(set, &m, a);
	free(m.at);
	return set;
}

/* ---- looking ---- */

/* The bits of what was found: expressions of which a text of the first need was, those of the second, and behind them entries. */
static void
find(const struct regexset *set, uint32_t number, uint64_t *bits)
{
	const struct entry *e = &set->entries[number];
	uint64_t *seen = bits + 2 * set->nwords + number / WORD, bit = (uint64_t)1 << (number % WORD);

	if (*seen & bit)
		return;
	*seen |= bit;
	for (uint32_t i = e->first; i < e->first + e->n; i++) {
		const struct member *m = &set->members[i];

		bits[m->second * set->nwords + m->place / WORD] |= (uint64_t)1 << (m->place % WORD);
	}
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
				find(set, e - 1, bits);
}

const uint32_t *
regexset_candidates(const struct regexset *set, struct regex_scratch *s, const char *text, size_t n, size_t *count)
{
	size_t seen = (set->nentries + WORD - 1) / WORD;
	uint64_t *bits = regex_scratch_room(s, (2 * set->nwords + seen) * sizeof *bits + set->nwords * WORD * sizeof(uint32_t));
	uint32_t *out = (uint32_t *)(bits + 2 * set->nwords + seen);
	struct buf *folded = regex_scratch_text(s);

	memcpy(bits, set->always, 2 * set->nwords * sizeof *bits);
	memset(bits + 2 * set->nwords, 0, seen * sizeof *bits);
	literal_fold(folded, text, n);
	look(set, buf_text(folded), folded->len, bits);
	*count = 0;
	for (size_t w = 0; w < set->nwords; w++)
		for (uint64_t left = bits[w] & bits[set->nwords + w]; left; left &= left - 1) {
			size_t at = w * WORD + (size_t)__builtin_ctzll(left);

			out[(*count)++] = set->names ? set->names[at] : (uint32_t)at;
		}
	return out;
}
