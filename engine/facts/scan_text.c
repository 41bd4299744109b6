/* SPDX-License-Identifier: MIT */
#include "facts/scan_text.h"

#include <string.h>

size_t
scan_run_end(const struct scan *sc, size_t i, size_t *known, bool (*in)(char c))
{
	if (*known > i)
		return *known;
	while (i < sc->n && in(sc->s[i]))
		i++;
	return *known = i;
}

size_t
scan_digits_end(const struct scan *sc, size_t i, size_t most)
{
	size_t end = i;

	while (end < sc->n && end - i < most && scan_is_digit(sc->s[end]))
		end++;
	return end;
}

bool
scan_ends_word(const struct scan *sc, size_t i)
{
	return i >= sc->n || !scan_is_alnum(sc->s[i]);
}

bool
scan_starts_word(const struct scan *sc, size_t i)
{
	return i == sc->start || !scan_is_alnum(sc->s[i - 1]);
}

bool
scan_is_one_of(const struct scan *sc, size_t i, const char *set)
{
	return i < sc->n && sc->s[i] && strchr(set, sc->s[i]);
}

bool
scan_is_at(const struct scan *sc, size_t i, const char *word)
{
	size_t n = strlen(word);

	return i <= sc->n && sc->n - i >= n && memcmp(sc->s + i, word, n) == 0;
}

bool
scan_is_at_any_case(const struct scan *sc, size_t i, const char *word)
{
	for (; *word; word++, i++)
		if (i >= sc->n || scan_lower(sc->s[i]) != *word)
			return false;
	return true;
}
