/* SPDX-License-Identifier: MIT */
#include "facts/scan_numbers.h"

#include <string.h>

/* -- In one piece -- */

/* Not private though long: a time of 14 digits (20260131120000), one digit throughout, an amount of something (7645041785100000 ns). */
static bool
is_harmless(const struct scan *sc, size_t i, size_t end)
{
	static const char *const units[] = { "ns", "us", "ms", "bytes", "byte", "kb", "mb", "gb", "kib", "mib", "gib" };
	static const char highest[] = "1231235959";	/* month, day, hour, minute, second */
	size_t p = i + 1, behind = end + scan_is_one_of(sc, end, " ");

	while (p < end && sc->s[p] == sc->s[i])
		p++;
	if (p == end)
		return true;
	for (size_t k = 0; k < sizeof units / sizeof *units; k++)
		if (scan_is_at_any_case(sc, behind, units[k]) && scan_ends_word(sc, behind + strlen(units[k])))
			return true;
	if (end - i != 14 || !(scan_is_at(sc, i, "19") || scan_is_at(sc, i, "20")))
		return false;
	for (p = i + 4; p < end; p += 2)
		if (memcmp(sc->s + p, highest + (p - i - 4), 2) > 0)
			return false;
	return true;
}

/* IMEI and MEID have 14 to 16 digits; a SIM's number 18 to 22 and that of a built-in SIM 32, both with 89 first (ITU-T E.118). */
static bool
is_long_id(const struct scan *sc, size_t i, size_t end, enum private_kind *kind)
{
	size_t len = end - i;

	*kind = len <= 16 ? PRIVATE_IMEI : PRIVATE_ICCID;
	return (len >= 14 && len <= 16) || (((len >= 18 && len <= 22) || len == 32) && scan_is_at(sc, i, "89"));
}

/* A SystemBUID is two long numbers with a hyphen. */
static bool
find_digits(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t end = scan_digits_end(sc, i, 33), second;
	enum private_kind kind;

	if (end - i >= 8 && end < sc->n && sc->s[end] == '-') {
		second = scan_digits_end(sc, end + 1, 32);
		if (second - end > 8 && scan_ends_word(sc, second)) {
			*hit = (struct scan_hit){ PRIVATE_BUID, i, second };
			return true;
		}
	}
	if (!is_long_id(sc, i, end, &kind) || !scan_ends_word(sc, end) || is_harmless(sc, i, end))
		return false;
	*hit = (struct scan_hit){ kind, i, end };
	return true;
}

/* What separates parts of an international number, a blank of an address (%20) among it: the byte behind it, i when nothing does. */
static size_t
part_gap(const struct scan *sc, size_t i)
{
	size_t end = i;

	while (end - i < 4 && scan_is_one_of(sc, end, " -()./%"))
		end += sc->s[end] != '%' ? 1 : scan_is_at(sc, end, "%20") ? 3 : 4;
	return end - i < 4 ? end : i;
}

/* Behind `count` digits another number begins at i, with an area in parentheses or a 0 that would make this one too long. */
static bool
begins_another(const struct scan *sc, size_t gap, size_t i, size_t count)
{
	return count >= 10 && (memchr(sc->s + gap, '(', i - gap)
		|| (scan_is_one_of(sc, i, "0") && count + scan_digits_end(sc, i, 16) - i > 13));
}

/* The international form: + and 8 to 15 digits, in parts (ITU-T E.164). Another number may stand behind it: the most parts that fit. */
static bool
find_international(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t p = i + 1, count = 0, last = 0, end;

	if (i > sc->start && scan_is_one_of(sc, i - 1, "+~"))
		return false;
	while ((end = scan_digits_end(sc, p, 16)) > p) {
		count += end - p;
		if (count >= 8 && count <= 15 && scan_ends_word(sc, end))
			last = end;
		p = part_gap(sc, end);
		if (p == end || count > 15 || begins_another(sc, end, p, count))
			break;
	}
	if (!last)
		return false;
	*hit = (struct scan_hit){ PRIVATE_PHONE, i, last };
	return true;
}

/* -- In groups -- */

enum { MOST_GROUPS = 8, MOST_DIGITS = 20 };

/* "(0170) 123 45-67": groups of digits, what stands before each ('(', ')', ' ', '-', '/', '.'; 0 before the first), and where each ends. */
struct groups {
	int n;
	size_t len[MOST_GROUPS], total[MOST_GROUPS], end[MOST_GROUPS];
	char before[MOST_GROUPS];
	char digits[MOST_DIGITS];
};

/* What separates two groups: a blank, hyphen, slash or dot, a hyphen or slash between blanks, a parenthesis. The byte behind it. */
static size_t
gap_end(const struct scan *sc, size_t i, bool in_parentheses, char *sign)
{
	if (in_parentheses) {
		if (!scan_is_one_of(sc, i++, ")"))
			return 0;
		*sign = ')';
		return i + scan_is_one_of(sc, i, " -");
	}
	if (!scan_is_one_of(sc, i, " -/."))
		return 0;
	*sign = sc->s[i];
	if (*sign == ' ' && scan_is_one_of(sc, i + 1, "(")) {
		*sign = '(';
		return i + 2;
	}
	if (*sign == ' ' && scan_is_one_of(sc, i + 1, "-/") && scan_is_one_of(sc, i + 2, " ")) {
		*sign = sc->s[i + 1];
		return i + 3;
	}
	return i + 1;
}

static void
read_groups(const struct scan *sc, size_t i, struct groups *g)
{
	size_t total = 0;
	bool in_parentheses;
	char sign = sc->s[i] == '(' ? '(' : 0;

	g->n = 0;
	i += sign == '(';
	do {
		size_t end = scan_digits_end(sc, i, MOST_DIGITS + 1), len = end - i;

		/* A word that only begins with digits, and a time, are no group. */
		if (len == 0 || total + len > MOST_DIGITS || !scan_ends_word(sc, end) || scan_is_one_of(sc, end, ":"))
			return;
		memcpy(g->digits + total, sc->s + i, len);
		total += len;
		g->len[g->n] = len;
		g->total[g->n] = total;
		g->end[g->n] = end;
		g->before[g->n++] = sign;
		in_parentheses = sign == '(';
		i = gap_end(sc, end, in_parentheses, &sign);
	} while (i && g->n < MOST_GROUPS);
}

/* The same sign between all of the first n groups, and another one, or none, behind them. */
static bool
is_one_sign(const struct groups *g, int n)
{
	for (int k = 2; k < n; k++)
		if (g->before[k] != g->before[1])
			return false;
	return n == g->n || g->before[n] != g->before[1];
}

/* The check digit of an IMEI (ISO/IEC 7812, Luhn). */
static bool
is_luhn(const char *digits, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int v = digits[i] - '0';

		if ((n - i) % 2 == 0)
			v = v * 2 > 9 ? v * 2 - 9 : v * 2;
		sum += v;
	}
	return sum % 10 == 0;
}

/* "35 693803 564380 9" */
static bool
is_imei(const struct groups *g, int n)
{
	return n > 1 && g->total[n - 1] == 15 && g->before[0] != '(' && is_one_sign(g, n) && is_luhn(g->digits, 15);
}

/*
 * With the 0 of a trunk call, or the 00 of an international one: 9 to 13 digits, the first three to six of them the area. Groups of
 * three digits or fewer throughout are rather numbers in a list.
 */
static bool
is_trunk(const struct groups *g, int n)
{
	size_t total = g->total[n - 1], longest = 0;
	bool abroad;

	if (total < 9)
		return false;
	abroad = g->digits[1] == '0' && g->len[0] >= 4 && g->digits[2] != '0';
	if (g->digits[0] != '0' || total > (abroad ? 17 : 13) || (g->digits[1] == '0' && !abroad))
		return false;
	if (n == 1)
		return total >= 11;	/* shorter ones are numbers of anything */
	for (int k = 0; k < n; k++) {
		if (k && (g->before[k] == '(' || (g->before[k] == '.' && (n > 2 || g->len[0] < 4 || g->len[1] < 5))))
			return false;
		longest = g->len[k] > longest ? g->len[k] : longest;
	}
	return g->len[0] >= 3 && g->len[0] <= 6 && g->len[1] >= 2 && longest > 3;
}

/* "06 12 34 56 78", as written in France. */
static bool
is_pairs(const struct groups *g, int n)
{
	for (int k = 0; k < n; k++)
		if (g->len[k] != 2)
			return false;
	return n == 5 && g->digits[0] == '0' && g->digits[1] != '0' && is_one_sign(g, n);
}

/* North America: 3, 3 and 4 digits, with parentheses, hyphens or dots, maybe a 1 in front; the area begins with 2 to 9 (NANP). */
static bool
is_nanp(const struct groups *g, int n)
{
	int area = n == 4 && g->len[0] == 1 && g->digits[0] == '1';
	const char *before = g->before + area;

	if (n != area + 3 || g->len[area] != 3 || g->len[area + 1] != 3 || g->len[area + 2] != 4 || g->digits[area] < '2')
		return false;
	return before[0] == '(' || ((before[1] == '-' || before[1] == '.') && before[2] == before[1] && (!area || before[0] == before[1]));
}

/* The number of a longer chain ("2026-0170-1234567", "1.0170 1234567") does not begin here. */
static bool
continues(const struct scan *sc, size_t i)
{
	return i > 1 && i > sc->start && scan_is_one_of(sc, i - 1, ".:,/-") && scan_is_digit(sc->s[i - 2]);
}

static bool
find_groups(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	static const struct form {
		enum private_kind kind;
		bool (*fits)(const struct groups *g, int n);
	} forms[] = {
		{ PRIVATE_IMEI, is_imei }, { PRIVATE_PHONE, is_trunk }, { PRIVATE_PHONE, is_pairs },
		{ PRIVATE_PHONE, is_nanp },
	};
	struct groups g;

	if (continues(sc, i))
		return false;
	read_groups(sc, i, &g);
	for (int n = g.n; n > 0; n--)
		for (size_t k = 0; !(n < g.n && g.before[n] == '.') && k < sizeof forms / sizeof *forms; k++)
			if (forms[k].fits(&g, n)) {
				*hit = (struct scan_hit){ forms[k].kind, i, g.end[n - 1] };
				return true;
			}
	return false;
}

bool
scan_number(const struct scan *sc, size_t i, struct scan_hit *hit)
{
	if (sc->s[i] == '+')
		return find_international(sc, i, hit);
	return (scan_is_digit(sc->s[i]) && find_digits(sc, i, hit)) || find_groups(sc, i, hit);
}
