/* SPDX-License-Identifier: MIT */
#include "base/words.h"

#include <stdlib.h>
#include <string.h>

enum { GRAM = WORD_SHORTEST, ROOM = 8 };	/* the table has so many places for a word */

struct entry {
	const char *text;
	uint32_t gram, len, before;	/* bytes of the word before its gram */
	uint32_t number;
	uint32_t next;			/* with the same hash; 0: none */
};

struct words {
	const struct entry *entries;	/* from 1 */
	uint32_t *first;		/* by hash */
	int shift;
};

static unsigned char
folded(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static uint32_t
add_byte(uint32_t gram, char c)
{
	return (gram << 8 | folded(c)) & 0xffffff;
}

static uint32_t
gram_at(const char *s)
{
	return add_byte(add_byte(add_byte(0, s[0]), s[1]), s[2]);
}

static uint32_t
hash(const struct words *w, uint32_t gram)
{
	return gram * 0x9e3779b1u >> w->shift;	/* multiplicative: Knuth, TAOCP 3, 6.4 */
}

size_t
words_of(const char *lines, uint32_t number, struct word *to)
{
	const char *end;
	size_t n = 0;

	for (const char *at = lines; *at && *at != '\n'; at = *end ? end + 1 : end) {
		end = strchrnul(at, '\n');
		if (to)
			to[n] = (struct word){ at, (size_t)(end - at), number };
		n++;
	}
	return n;
}

/* Where the gram begins that the fewest words have so far. */
static uint32_t
rarest(const struct words *w, const uint32_t *used, const struct word *word)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i + GRAM <= word->len; i++)
		if (used[hash(w, gram_at(word->text + i))] < used[hash(w, gram_at(word->text + best))])
			best = i;
	return best;
}

const struct words *
words_make(const struct word *words, size_t n, struct arena *a)
{
	struct words *w = arena_alloc(a, sizeof *w);
	struct entry *entries = arena_array(a, n + 1, sizeof *entries);
	size_t size = 256;
	uint32_t *used;

	for (w->shift = 24; size < ROOM * n; w->shift--)
		size *= 2;
	w->first = arena_array(a, size, sizeof *w->first);
	w->entries = entries;
	used = calloc(size, sizeof *used);
	if (!used)
		machine_failed("out of memory");
	for (uint32_t i = 0; i < n; i++) {
		uint32_t before = rarest(w, used, words + i), gram = gram_at(words[i].text + before), h = hash(w, gram);

		entries[i + 1] = (struct entry){ arena_strndup(a, words[i].text, words[i].len), gram, (uint32_t)words[i].len, before,
			words[i].number, w->first[h] };
		w->first[h] = i + 1;
		used[h]++;
	}
	free(used);
	return w;
}

/* Is the word there whose gram begins at `at`? */
static bool
is_at(const struct entry *e, const char *text, size_t len, size_t at)
{
	const char *from = text + at - e->before;

	if (at < e->before || len - (at - e->before) < e->len)
		return false;
	for (uint32_t i = 0; i < e->len; i++)
		if (folded(from[i]) != (unsigned char)e->text[i])
			return false;
	return true;
}

size_t
words_find(const struct words *w, const char *text, size_t len, uint64_t *seen, uint32_t *found)
{
	uint32_t gram = len < GRAM ? 0 : gram_at(text);
	size_t n = 0;

	for (size_t at = 0; at + GRAM <= len; at++) {
		for (uint32_t i = w->first[hash(w, gram)]; i; i = w->entries[i].next) {
			const struct entry *e = &w->entries[i];

			if (e->gram != gram || words_seen(seen, e->number) || !is_at(e, text, len, at))
				continue;
			seen[e->number / 64] |= (uint64_t)1 << e->number % 64;
			found[n++] = e->number;
		}
		if (at + GRAM < len)
			gram = add_byte(gram, text[at + GRAM]);
	}
	return n;
}

void
words_forget(uint64_t *seen, const uint32_t *found, size_t n)
{
	for (size_t i = 0; i < n; i++)
		seen[found[i] / 64] = 0;
}
