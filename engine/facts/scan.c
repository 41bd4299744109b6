/* SPDX-License-Identifier: MIT */
#include "facts/scan.h"

#include "base/fold.h"
#include "facts/scan_names.h"
#include "facts/scan_numbers.h"

#include <string.h>

static const char *const kind_names[PRIVATE_KINDS] = {
	"udid", "serial", "imei", "phone", "mac", "name", "user", "path", "host",
	"ip", "email", "uuid", "buid", "iccid", "pem", "base64", "private",
};

const char *
private_kind_name(enum private_kind k)
{
	return kind_names[k];
}

enum private_kind
private_kind_of(const char *name)
{
	for (int i = 0; i < PRIVATE_KINDS; i++)
		if (strcmp(kind_names[i], name) == 0)
			return (enum private_kind)i;
	return PRIVATE_OTHER;
}

static bool
is_base64(char c)
{
	return scan_is_alnum(c) || c == '+' || c == '/' || c == '=';
}

/* Nobody's: ids and addresses of one digit throughout, mostly zeros. */
static bool
is_one_digit(const struct scan *sc, size_t from, size_t to)
{
	size_t p = from;

	while (p < to && (sc->s[p] == sc->s[from] || !scan_is_hex(sc->s[p])))
		p++;
	return p == to;
}

/* The byte behind what separates two groups: the sign `between`; 0 stands for all that a blank or hyphen may have become (base/fold). */
static size_t
gap_end(const struct scan *sc, size_t i, char between)
{
	char unit[FOLD_MAX];
	size_t len, end;

	if (i >= sc->n)
		return 0;
	if (between)
		return sc->s[i] == between ? i + 1 : 0;
	end = i + fold_unit(sc->s + i, sc->n - i, unit, &len);
	return len == 1 && *unit == '-' ? end : 0;
}

/* Groups of hexadecimal digits of the given widths with `between` between them. Returns the end, 0 when it is something else. */
static size_t
hex_groups(const struct scan *sc, size_t i, const char *widths, char between)
{
	size_t from = i, next;

	if (between == '.' && i && sc->s[i - 1] == '.')
		return 0;
	for (; *widths; widths++) {
		for (int left = *widths; left; left--, i++)
			if (i >= sc->n || !scan_is_hex(sc->s[i]))
				return 0;
		if (widths[1] && !(i = gap_end(sc, i, between)))
			return 0;
	}
	next = between ? gap_end(sc, i, between) : 0;
	if (!scan_ends_word(sc, i) || (next && next < sc->n && scan_is_hex(sc->s[next])))
		return 0;
	return is_one_digit(sc, from, i) ? 0 : i;
}

/* Ids made of hexadecimal digits: the forms of UDIDs, UUIDs and hardware addresses. */
static const struct hex_form {
	const char *widths;
	char between;
	enum private_kind kind;
} hex_forms[] = {
	{ "\10\20", 0, PRIVATE_UDID },
	{ "\10\4\4\4\14", '-', PRIVATE_UUID },
	{ "\2\2\2\2\2\2", ':', PRIVATE_MAC },
	{ "\2\2\2\2\2\2", '-', PRIVATE_MAC },
	{ "\4\4\4", '.', PRIVATE_MAC },
};

static bool
find_hex(struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t end = scan_run_end(sc, i, &sc->hex_end, scan_is_hex), len = end - i;

	if ((len == 40 || len == 24) && scan_ends_word(sc, end)) {
		*hit = (struct scan_hit){ PRIVATE_UDID, i, end };
		return true;
	}
	if (len != 8 && len != 4 && len != 2)
		return false;
	for (size_t k = 0; k < sizeof hex_forms / sizeof *hex_forms; k++) {
		end = hex_groups(sc, i, hex_forms[k].widths, hex_forms[k].between);
		if (end) {
			*hit = (struct scan_hit){ hex_forms[k].kind, i, end };
			return true;
		}
	}
	return false;
}

/* The end of a dotted quad at i, 0 when there is none. */
static size_t
quad_end(const struct scan *sc, size_t i, int *first)
{
	for (int part = 0; part < 4; part++) {
		size_t end = scan_digits_end(sc, i, 4);
		int v = 0;

		if (part && (i == 0 || sc->s[i - 1] != '.'))
			return 0;
		for (size_t k = i; k < end; k++)
			v = v * 10 + (sc->s[k] - '0');
		if (end == i || end - i > 3 || v > 255)
			return 0;
		if (part == 0)
			*first = v;
		i = end + (part < 3);
		if (part < 3 && (end >= sc->n || sc->s[end] != '.'))
			return 0;
	}
	return scan_ends_word(sc, i) && !(i + 1 < sc->n && sc->s[i] == '.' && scan_is_digit(sc->s[i + 1])) ? i : 0;
}

/* "version 17.5.0.12", "iTunes 12.5.1.21" and "Support-17.5.0.12" are no addresses, nor are "1.2.5.1-2" and "5.15.153.1-microsoft". */
static bool
is_version(const struct scan *sc, size_t i, size_t end)
{
	static const char *const words[] = { "version", "itunes", "support", "driver", "build", "release", "software", "installer" };
	size_t back = i, n;
	int first;

	if ((i && sc->s[i - 1] == '-') || (scan_is_one_of(sc, end, "-") && !scan_ends_word(sc, end + 1) && !quad_end(sc, end + 1, &first)))
		return true;
	while (back && i - back < 4 && scan_is_one_of(sc, back - 1, " :=\"'"))
		back--;
	for (size_t k = 0; back < i && k < sizeof words / sizeof *words; k++)
		if (back >= (n = strlen(words[k])) && scan_is_at_any_case(sc, back - n, words[k]))
			return true;
	return false;
}

static bool
find_ipv4(struct scan *sc, size_t i, struct scan_hit *hit)
{
	int first = 0;
	size_t end = i && sc->s[i - 1] == '.' ? 0 : quad_end(sc, i, &first);

	/* The loopback and "any" addresses are everybody's. */
	if (!end || first == 127 || first == 0 || is_version(sc, i, end))
		return false;
	*hit = (struct scan_hit){ PRIVATE_IP, i, end };
	return true;
}

/* RFC 4291: groups of one to four digits, eight of them or fewer around one "::", maybe a dotted quad at the end. */
static bool
find_ipv6(struct scan *sc, size_t i, struct scan_hit *hit)
{
	int groups = 0, first;
	bool gap = false, known = true;	/* known: :: or ::1 so far */
	size_t p = i, quad;

	if (i && sc->s[i - 1] == ':')
		return false;
	while (groups < 8 && p < sc->n) {
		size_t from = p;

		while (p < sc->n && p - from < 5 && scan_is_hex(sc->s[p]))
			p++;
		if (p - from > 4)
			return false;
		if (p > from && p < sc->n && sc->s[p] == '.' && (quad = quad_end(sc, from, &first))) {
			groups += 2;
			known = false;
			p = quad;
			break;
		}
		groups += p > from;
		known = known && (p == from || (p - from == 1 && sc->s[from] == '1' && gap));
		if (p >= sc->n || sc->s[p] != ':')
			break;
		if (p + 1 < sc->n && sc->s[p + 1] == ':') {
			if (gap)
				return false;
			gap = true;
			p += 2;
		} else if (p == from || p + 1 >= sc->n || !scan_is_hex(sc->s[p + 1])) {
			break;
		} else {
			p++;
		}
	}
	if (!(gap ? groups > 1 && groups < 8 : groups == 8) || known || !scan_ends_word(sc, p) || (p < sc->n && sc->s[p] == ':'))
		return false;
	if (p + 1 < sc->n && sc->s[p] == '%')	/* the zone: fe80::1%eth0 */
		for (p++; p < sc->n && scan_is_alnum(sc->s[p]); p++)
			;
	*hit = (struct scan_hit){ PRIVATE_IP, i, p };
	return true;
}

/* Local part, @, labels with a dot between; the last has letters. */
static bool
find_mail(struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t end = scan_run_end(sc, i, &sc->mail_end, scan_is_mail), dot = 0, p;

	if (end - i > 64 || end >= sc->n || sc->s[end] != '@')
		return false;
	for (p = end + 1; p < sc->n && p - end < 255; p++) {
		if (sc->s[p] == '.' && p + 1 < sc->n && scan_is_alnum(sc->s[p + 1]) && scan_is_alnum(sc->s[p - 1]))
			dot = p;
		else if (!scan_is_alnum(sc->s[p]) && sc->s[p] != '-' && (unsigned char)sc->s[p] < 0x80)
			break;
	}
	while (p > dot && sc->s[p - 1] == '-')
		p--;
	if (!dot || p - dot < 3 || scan_is_digit(sc->s[dot + 1]) || scan_is_unit(sc, end, p))
		return false;
	*hit = (struct scan_hit){ PRIVATE_EMAIL, i, p };
	return true;
}

static size_t
find_after(const struct scan *sc, size_t i, const char *word)
{
	const char *at = memmem(sc->s + i, sc->n - i, word, strlen(word));

	return at ? (size_t)(at - sc->s) : sc->n;
}

static bool
find_pem(struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t end;

	if (!scan_is_at(sc, i, "-----BEGIN "))
		return false;
	end = find_after(sc, i, "-----END ");	/* without an end the rest is taken for the key */
	if (end < sc->n) {
		end = find_after(sc, end + strlen("-----END "), "-----");
		end = end < sc->n ? end + 5 : end;
	}
	*hit = (struct scan_hit){ PRIVATE_PEM, i, end };
	return true;
}

/* The content of a data element of a property list. */
static bool
find_data(struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t from = i + strlen("<data>"), end;

	if (sc->no_data_end || !scan_is_at(sc, i, "<data>"))
		return false;
	end = find_after(sc, from, "</data>");
	sc->no_data_end = end == sc->n;
	if (end == sc->n || end == from || (end - from == strlen("<base64>") && scan_is_at(sc, from, "<base64>")))
		return false;
	*hit = (struct scan_hit){ PRIVATE_BASE64, from, end };
	return true;
}

/* Long runs with letters of both cases and digits; a path or a plain word has no such run. */
static bool
find_base64(struct scan *sc, size_t i, struct scan_hit *hit)
{
	size_t end;
	bool upper = false, lower = false, digit = false;

	if ((i && is_base64(sc->s[i - 1])) || !is_base64(sc->s[i]))
		return false;
	end = scan_run_end(sc, i, &sc->base64_end, is_base64);
	if (end - i < 64)
		return false;
	for (size_t p = i; p < end && !(upper && lower && digit); p++) {
		upper |= scan_is_upper(sc->s[p]);
		lower |= scan_is_lower(sc->s[p]);
		digit |= scan_is_digit(sc->s[p]);
	}
	*hit = (struct scan_hit){ PRIVATE_BASE64, i, end };
	return upper && lower && digit;
}

static bool
is_word_before(const char *s, size_t end, const char *four)
{
	for (size_t i = 0; i < 4; i++)
		if (scan_lower(s[end - 4 + i]) != four[i])
			return false;
	return true;
}

bool
scan_is_inert(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = s[i], next = i + 1 < n ? s[i + 1] : ' ';

		if (c == ' ' && i >= 4 && (is_word_before(s, i, "user") || is_word_before(s, i, "host")))
			return false;	/* "for user anna" */
		if (scan_is_lower(c) || scan_is_upper(c) || c == ' ' || c == ',')
			continue;
		if (!(c == '-' && next != '-') && !(c == '.' && next == ' '))
			return false;
	}
	return true;
}

bool
scan_at(struct scan *sc, size_t i, struct scan_hit *hit)
{
	char c = sc->s[i];

	switch (c) {
	case '-':	return find_pem(sc, i, hit);
	case '<':	return find_data(sc, i, hit);
	case '@':
	case '\\':	return scan_name_behind_sign(sc, i, hit);
	case '/':	return scan_name_behind_sign(sc, i, hit) || find_base64(sc, i, hit);
	case '+':	return (scan_starts_word(sc, i) && scan_number(sc, i, hit)) || find_base64(sc, i, hit);
	case '(':	return scan_number(sc, i, hit);
	case ':':	return scan_starts_word(sc, i) && find_ipv6(sc, i, hit);
	default:	break;
	}
	if (!scan_is_name(c) || scan_is_middle(c))
		return false;
	if (find_base64(sc, i, hit))
		return true;
	if (!scan_starts_word(sc, i))
		return scan_name_in_compound(sc, i, hit);
	if (scan_is_hex(c) && (find_hex(sc, i, hit) || find_ipv6(sc, i, hit)))
		return true;
	if (scan_is_digit(c) && (find_ipv4(sc, i, hit) || scan_number(sc, i, hit)))
		return true;
	return scan_name_in_words(sc, i, hit) || find_mail(sc, i, hit);
}

/* "-12" with a number without leading zero; the end, or i when there is none. */
static size_t
label_number(const struct scan *sc, size_t i, int *number)
{
	size_t p = i + 1, end;

	*number = 1;
	if (i >= sc->n || sc->s[i] != '-' || p >= sc->n || sc->s[p] == '0')
		return i;
	end = scan_digits_end(sc, p, 8);
	if (end == p || !scan_ends_word(sc, end))
		return i;
	*number = 0;
	for (; p < end; p++)
		*number = *number * 10 + (sc->s[p] - '0');
	return end;
}

size_t
scan_label(const char *s, size_t n, size_t i, enum private_kind *kind, int *number)
{
	struct scan sc = { .s = s, .n = n };
	size_t end;

	if (s[i] == 'd' && scan_is_at(&sc, i, "device-") && scan_starts_word(&sc, i)) {
		end = label_number(&sc, i + 6, number);
		*kind = PRIVATE_UDID;
		return end > i + 6 ? end - i : 0;
	}
	for (int k = 0; s[i] == '<' && k < PRIVATE_KINDS; k++) {
		if (k == PRIVATE_UDID || !scan_is_at(&sc, i + 1, kind_names[k]))
			continue;
		end = label_number(&sc, i + 1 + strlen(kind_names[k]), number);
		*kind = (enum private_kind)k;
		if (end < n && s[end] == '>')
			return end + 1 - i;
	}
	return 0;
}
