/* SPDX-License-Identifier: MIT */
#include "facts/scan_text.h"

#include <string.h>

bool
scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
scan_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

bool
scan_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

char
scan_lower(char c)
{
	return scan_is_upper(c) ? (char)(c | 0x20) : c;
}

bool
scan_is_alnum(char c)
{
	return scan_is_digit(c) || scan_is_upper(c) || scan_is_lower(c);
}

bool
scan_is_hex(char c)
{
	return scan_is_digit(c) || (scan_lower(c) >= 'a' && scan_lower(c) <= 'f');
}

bool
scan_is_mail(char c)
{
	return scan_is_name(c) || (c && strchr("._%+-", c));
}

bool
scan_is_name(char c)
{
	return scan_is_alnum(c) || (unsigned char)c >= 0x80;
}

bool
scan_is_middle(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

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
