/* SPDX-License-Identifier: MIT */
#include "base/regexset.h"

#include "base/sym.h"

#include <stdlib.h>
#include <string.h>

/* Of a literal so many occurrences are noted, and of all together; where there are more, the literal may be anywhere. */
enum { GRAM = LITERAL_LEAST, WORD = 64, NOTED_EACH = 16, NOTED_MOST = 4096 };

/* One literal, and the expressions of whose rarest need it is: rare[first ..]. */
struct entry {
	const char *text;
	uint32_t len, gram;	/* where in the text the three bytes are that it is found by */
	uint32_t first, n;
	uint32_t next;		/* of the same place of the table, 0: none; from 1 on */
};

/* A need: one of the entries texts[first ..], with that beside it. */
struct need {
	uint32_t first, n;
	uint32_t beside;
};

/* An expression's needs: needs[first ..], in the order in which they are to be found. */
struct member {
	uint32_t first, n;
};

struct regexset {
	struct entry *entries;
	struct member *members;
	struct need *needs;
	struct beside *beside;
	uint32_t *texts, *rare;
	const uint32_t *names;
	uint32_t *table;	/* entries by the hash of three bytes */
	uint32_t mask;
	uint64_t *always;	/* a bit for each expression without needs */
	size_t nwords, nentries;
};

static uint32_t
hash(const char *s)
{
	uint32_t h = (uint32_t)(unsigned char)s[0] | (uint32_t)(unsigned char)s[1] << 8 | (uint32_t)(unsigned char)s[2] << 16;

	return h * 0x9e3779b1u >> 8;
}

static size_t
words_of(size_t bits)
{
	return (bits + WORD - 1) / WORD;
}

static void
set_bit(uint64_t *bits, size_t at)
{
	bits[at / WORD] |= (uint64_t)1 << (at % WORD);
}

static bool
has_bit(const uint64_t *bits, size_t at)
{
	return bits[at / WORD] >> (at % WORD) & 1;
}

/* ---- making one ---- */

/* A text that an expression has in one of its needs. */
struct mention {
	const char *text;
	uint32_t len, member, need;	/* needs of all expressions are counted on */
	uint32_t common;		/* so many mentions has this text */
	uint32_t entry;
	bool rarest;			/* it is of the rarest need of its expression */
};

struct making {
	struct regexset *set;
	struct buf needs;		/* of all expressions, as literal.h writes them */
	struct mention *mentions;
	size_t n;
	struct symtab *besides;
};

static int
compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int
by_text(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;
	int c = compare(a->len, b->len);

	if (!c)
		c = memcmp(a->text, b->text, a->len);
	return c ? c : compare(a->need, b->need);
}

static int
by_need(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;
	int c = compare(a->need, b->need);

	return c ? c : compare(a->entry, b->entry);
}

static bool
is_same_text(const struct mention *a, const struct mention *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static void
sort(struct making *m, int (*order)(const void *x, const void *y))
{
	if (m->n)
		qsort(m->mentions, m->n, sizeof *m->mentions, order);
}

/* Counts the needs of the i-th expression and their texts, and keeps them. */
static void
count_needs(struct making *m, const struct regex *re, size_t i, uint32_t *needs)
{
	size_t from = m->needs.len;
	const char *p, *end;

	regex_needs(re, &m->needs);
	end = buf_text(&m->needs) + m->needs.len;
	m->set->members[i].first = *needs;
	for (p = buf_text(&m->needs) + from; p < end; p++) {
		for (p += sizeof(struct beside); *p; p += strlen(p) + 1)
			m->n++;
		++*needs;
	}
	m->set->members[i].n = *needs - m->set->members[i].first;
	if (m->set->members[i].n == 0)
		set_bit(m->set->always, i);
}

/* All mentions, need by need, and what may stand beside each need: equal ones are one. */
static void
make_mentions(struct making *m, size_t members, uint32_t needs, struct arena *a)
{
	const char *p = buf_text(&m->needs);
	struct mention *at = m->mentions = machine_alloc(m->n * sizeof *m->mentions);
	uint32_t need = 0;

	m->set->needs = arena_array(a, needs, sizeof *m->set->needs);
	m->besides = sym_new(NULL);
	for (uint32_t i = 0; i < members; i++)
		for (; need < m->set->members[i].first + m->set->members[i].n; need++, p++) {
			m->set->needs[need].beside = sym_intern(m->besides, p, sizeof(struct beside));
			for (p += sizeof(struct beside); *p; p += strlen(p) + 1)
				*at++ = (struct mention){ .text = p, .len = (uint32_t)strlen(p), .member = i, .need = need };
		}
	m->set->beside = arena_array(a, sym_count(m->besides), sizeof *m->set->beside);
	for (uint32_t i = 0; i < sym_count(m->besides); i++)
		memcpy(&m->set->beside[i], sym_text(m->besides, i), sizeof *m->set->beside);
	sym_free(m->besides);
}

/* An entry for each text, and how common it is. */
static void
make_entries(struct making *m, struct arena *a)
{
	struct regexset *set = m->set;
	size_t first = 0;

	sort(m, by_text);
	set->entries = arena_array(a, m->n, sizeof *set->entries);
	for (size_t i = 1; i <= m->n; i++) {
		const struct mention *of = &m->mentions[first];

		if (i < m->n && is_same_text(of, &m->mentions[i]))
			continue;
		set->entries[set->nentries] = (struct entry){ .text = arena_strndup(a, of->text, of->len), .len = of->len };
		for (; first < i; first++) {
			m->mentions[first].common = (uint32_t)(i - first);
			m->mentions[first].entry = (uint32_t)set->nentries;
		}
		set->nentries++;
	}
}

/* The mentions of a need begin at `from`; returns where they end. */
static size_t
end_of_need(const struct making *m, size_t from, uint64_t *common)
{
	size_t i = from;

	for (*common = 0; i < m->n && m->mentions[i].need == m->mentions[from].need; i++)
		*common += m->mentions[i].common;
	return i;
}

/* The texts of the needs, and which need of each expression is the rarest. */
static void
make_needs(struct making *m, struct arena *a)
{
	struct regexset *set = m->set;
	size_t end, best = 0;
	uint64_t common, least = UINT64_MAX;

	sort(m, by_need);
	set->texts = arena_array(a, m->n, sizeof *set->texts);
	for (size_t i = 0; i < m->n; i = end) {
		end = end_of_need(m, i, &common);
		set->needs[m->mentions[i].need].first = (uint32_t)i;
		set->needs[m->mentions[i].need].n = (uint32_t)(end - i);
		for (size_t k = i; k < end; k++)
			set->texts[k] = m->mentions[k].entry;
		if (common < least) {
			least = common;
			best = i;
		}
		if (end < m->n && m->mentions[end].member == m->mentions[i].member)
			continue;
		for (size_t k = best; k < m->n && m->mentions[k].need == m->mentions[best].need; k++)
			m->mentions[k].rarest = true;
		least = UINT64_MAX;
	}
}

/* The expressions that each entry leads to. */
static void
make_rare(struct making *m, struct arena *a)
{
	struct regexset *set = m->set;
	uint32_t n = 0;

	sort(m, by_text);
	set->rare = arena_array(a, m->n, sizeof *set->rare);
	for (size_t i = 0; i < m->n; i++) {
		const struct mention *of = &m->mentions[i];
		struct entry *e = &set->entries[of->entry];

		if (!of->rarest)
			continue;
		if (e->n++ == 0)
			e->first = n;
		set->rare[n++] = of->member;
	}
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

static void
make_table(struct regexset *set, struct arena *a)
{
	size_t size = 64;

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
	struct making m = { .set = set };
	uint32_t needs = 0;

	*set = (struct regexset){ .names = names, .nwords = words_of(n) };
	set->always = arena_array(a, set->nwords, sizeof *set->always);
	set->members = arena_array(a, n, sizeof *set->members);
	for (size_t i = 0; i < n; i++)
		count_needs(&m, all[i], i, &needs);
	make_mentions(&m, n, needs, a);
	make_entries(&m, a);
	make_needs(&m, a);
	make_rare(&m, a);
	make_table(set, a);
	free(m.mentions);
	buf_free(&m.needs);
	return set;
}

/* ---- looking ---- */

/* Where an entry was found, and where before that. */
struct note {
	uint32_t at, before;	/* from 1 on, 0: nowhere */
	uint32_t nth;
};

/* What was found in a text. */
struct found {
	const struct regexset *set;
	const char *text;		/* folded, between two edges */
	size_t n;
	uint64_t *candidates;
	uint64_t *seen, *crowded;	/* entries: they occur; more often than is noted */
	uint32_t *last;			/* the latest note of an entry that was seen */
	struct note *notes;
	uint32_t nnotes;
};

static void
note(struct found *f, uint32_t entry, size_t at)
{
	uint32_t before, nth;

	if (has_bit(f->crowded, entry))
		return;
	before = has_bit(f->seen, entry) ? f->last[entry] : 0;
	nth = before ? f->notes[before - 1].nth + 1 : 1;
	set_bit(f->seen, entry);
	if (nth > NOTED_EACH || f->nnotes == NOTED_MOST) {
		set_bit(f->crowded, entry);
		return;
	}
	f->notes[f->nnotes++] = (struct note){ (uint32_t)at, before, nth };
	f->last[entry] = f->nnotes;
}

static bool
is_at(const struct entry *e, const char *text, size_t n, size_t i)
{
	return i >= e->gram && n - (i - e->gram) >= e->len && memcmp(text + i - e->gram, e->text, e->len) == 0;
}

static void
look(struct found *f)
{
	const struct regexset *set = f->set;

	for (size_t i = 0; i + GRAM <= f->n; i++)
		for (uint32_t e = set->table[hash(f->text + i) & set->mask]; e; e = set->entries[e - 1].next)
			if (is_at(&set->entries[e - 1], f->text, f->n, i))
				note(f, e - 1, i - set->entries[e - 1].gram);
}

/* The first end of an entry that begins at `from` or behind it, with that beside it; SIZE_MAX: none. */
static size_t
end_of_entry(const struct found *f, uint32_t entry, const struct beside *b, size_t from)
{
	size_t len = f->set->entries[entry].len, end = SIZE_MAX;

	if (!has_bit(f->seen, entry))
		return SIZE_MAX;
	if (has_bit(f->crowded, entry))
		return from;
	for (uint32_t i = f->last[entry]; i && f->notes[i - 1].at >= from; i = f->notes[i - 1].before) {
		size_t at = f->notes[i - 1].at;

		if (bytes_have(&b->before, f->text[at - 1]) && bytes_have(&b->after, f->text[at + len]))
			end = at + len;
	}
	return end;
}

/* Are all its needs there, one behind the other? */
static bool
may_match(const struct found *f, const struct member *m)
{
	const struct regexset *set = f->set;
	size_t from = 1;

	for (const struct need *need = set->needs + m->first; need < set->needs + m->first + m->n; need++) {
		size_t end = SIZE_MAX;

		for (uint32_t i = need->first; i < need->first + need->n; i++) {
			size_t this = end_of_entry(f, set->texts[i], &set->beside[need->beside], from);

			end = this < end ? this : end;
		}
		if (end == SIZE_MAX)
			return false;
		from = end;
	}
	return true;
}

/* The expressions whose rarest need was found. */
static void
choose(struct found *f)
{
	const struct regexset *set = f->set;

	for (size_t w = 0; w < words_of(set->nentries); w++)
		for (uint64_t left = f->seen[w]; left; left &= left - 1) {
			const struct entry *e = &set->entries[w * WORD + (size_t)__builtin_ctzll(left)];

			for (const uint32_t *m = set->rare + e->first; m < set->rare + e->first + e->n; m++)
				if (!has_bit(f->candidates, *m) && may_match(f, &set->members[*m]))
					set_bit(f->candidates, *m);
		}
}

/* Room for all of it, behind which there is room for the answer. */
static struct found
open_found(const struct regexset *set, struct regex_scratch *s, const char *text, size_t n, uint32_t **out)
{
	size_t words = words_of(set->nentries), bits = (set->nwords + 2 * words) * sizeof(uint64_t);
	struct buf *folded = regex_scratch_text(s);
	struct found f = { .set = set };

	buf_putc(folded, (char)LITERAL_EDGE);
	literal_fold(folded, text, n);
	buf_putc(folded, (char)LITERAL_EDGE);
	f.text = folded->text;
	f.n = folded->len;
	f.candidates = regex_scratch_room(s, bits + NOTED_MOST * sizeof *f.notes + (set->nentries + set->nwords * WORD) * sizeof(uint32_t));
	f.seen = f.candidates + set->nwords;
	f.crowded = f.seen + words;
	f.notes = (struct note *)(f.crowded + words);
	f.last = (uint32_t *)(f.notes + NOTED_MOST);
	*out = f.last + set->nentries;
	memcpy(f.candidates, set->always, set->nwords * sizeof *f.candidates);
	memset(f.seen, 0, 2 * words * sizeof *f.seen);
	return f;
}

const uint32_t *
regexset_candidates(const struct regexset *set, struct regex_scratch *s, const char *text, size_t n, size_t *count)
{
	uint32_t *out;
	struct found f = open_found(set, s, text, n, &out);

	look(&f);
	choose(&f);
	*count = 0;
	for (size_t w = 0; w < set->nwords; w++)
		for (uint64_t left = f.candidates[w]; left; left &= left - 1) {
			size_t at = w * WORD + (size_t)__builtin_ctzll(left);

			out[(*count)++] = set->names ? set->names[at] : (uint32_t)at;
		}
	return out;
}
