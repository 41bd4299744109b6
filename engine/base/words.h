/* SPDX-License-Identifier: MIT */
/*
 * Which of many words occur in a text: one pass over the text, whatever number of words. Letters of ASCII are the same in both cases.
 *
 * Of each word three bytes side by side are filed in a table, those that the fewest words before it are filed under; a text is looked up
 * there at each of its bytes, and where there is an entry the word is compared. So a text without words costs a look at a small
 * table for each byte.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORD_SHORTEST = 3 };

struct words;

/* Text in lower case, at least WORD_SHORTEST bytes; several words may have one number. */
struct word {
	const char *text;
	size_t len;
	uint32_t number;
};

/*
 * The lines of a text as words with one number, up to an empty line or the end, into `to` (NULL: they are only counted). Returns how many.
 */
size_t words_of(const char *lines, uint32_t number, struct word *to);

/* The table of n words. The texts are copied. */
const struct words *words_make(const struct word *words, size_t n, struct arena *a);

/*
 * Writes the numbers of the words in a text to `found`, each once, and returns how many there are. `seen` has a bit for each number: all
 * are clear before, those that are found are set then, until words_forget.
 */
size_t words_find(const struct words *w, const char *text, size_t len, uint64_t *seen, uint32_t *found);
void words_forget(uint64_t *seen, const uint32_t *found, size_t n);

static inline bool
words_seen(const uint64_t *seen, uint32_t number)
{
	return seen[number / 64] >> number % 64 & 1;
}

#endif
