/* SPDX-License-Identifier: MIT */
#include "base/value.h"

#include "base/arena.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Longer written forms of anything but text and symbols are refused. */
enum { LONGEST_WRITTEN = 100, VERSION_PARTS = 8 };

static const char *const names[TYPE_COUNT] = {
	"symbol", "text", "integer", "number", "yes-no", "version", "code", "time", "duration", "bytes",
};

const char *
type_name(enum type t)
{
	return names[t];
}

bool
type_of_name(const char *name, enum type *t)
{
	for (int i = 0; i < TYPE_COUNT; i++)
		if (strcmp(names[i], name) == 0) {
			*t = (enum type)i;
			return true;
		}
	return false;
}

bool
type_is_ordered(enum type t)
{
	return t != TYPE_SYMBOL && t != TYPE_TEXT && t != TYPE_YES_NO && t != TYPE_CODE;
}

double
value_double(value v)
{
	double d;

	memcpy(&d, &v, sizeof d);
	return d;
}

value
value_of_double(double d)
{
	value v;

	if (!isfinite(d))
		return UNKNOWN;
	if (fabs(d) < DBL_MIN)
		d = 0;	/* not minus zero, nor a subnormal whose bits are those of ABSENT */
	memcpy(&v, &d, sizeof v);
	return v;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* All of `s` as an integer, decimal or 0x. */
static bool
whole_integer(const char *s, int64_t *out)
{
	const char *digits = s + (*s == '-' || *s == '+');
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	char *end;

	if (!(hex ? is_hex(digits[2]) : is_digit(*digits)))
		return false;
	errno = 0;
	*out = strtoll(s, &end, hex ? 16 : 10);
	return *end == '\0' && errno == 0 && *out != UNKNOWN && *out != ABSENT;
}

static const char *
parse_integer(const char *s, struct symtab *syms, value *out)
{
	(void)syms;
	return whole_integer(s, out) ? NULL : "not a whole number (or too large)";
}

static const char *
parse_number(const char *s, struct symtab *syms, value *out)
{
	char *end;
	double d;

	(void)syms;
	for (const char *p = s; *p; p++)	/* no "nan", "inf", hexadecimal */
		if (!is_digit(*p) && !strchr("+-.eE", *p))
			return "not a number";
	errno = 0;
	d = strtod(s, &end);
	if (end == s || *end || (errno == ERANGE && fabs(d) > 1))
		return "not a number (or too large)";
	*out = value_of_double(d);
	return NULL;
}

static const char *
parse_yes_no(const char *s, struct symtab *syms, value *out)
{
	static const char *const no[] = { "no", "false" }, *const yes[] = { "yes", "true" };

	(void)syms;
	for (int i = 0; i < 2; i++)
		if (strcmp(s, yes[i]) == 0 || strcmp(s, no[i]) == 0) {
			*out = strcmp(s, yes[i]) == 0;
			return NULL;
		}
	return "not yes or no";
}

/* The canonical form: no leading zeros in a part, no trailing ".0" parts. */
static const char *
parse_version(const char *s, struct symtab *syms, value *out)
{
	char canonical[LONGEST_WRITTEN + 1];
	size_t n = 0, kept = 0;

	for (int part = 0;; part++) {
		const char *from = s;
		bool zero;

		while (is_digit(*s))
			s++;
		if (s == from || part == VERSION_PARTS)
			return "not a version (digits and dots, such as 17.5.1)";
		while (from + 1 < s && *from == '0')
			from++;
		zero = s - from == 1 && *from == '0';
		if (part)
			canonical[n++] = '.';
		memcpy(canonical + n, from, (size_t)(s - from));
		n += (size_t)(s - from);
		if (!zero || part == 0)
			kept = n;
		if (*s != '.')
			break;
		s++;
	}
	if (*s)
		return "not a version (digits and dots, such as 17.5.1)";
	*out = sym_intern(syms, canonical, kept);
	return NULL;
}

int
version_compare(const char *a, const char *b)
{
	while (*a || *b) {
		size_t na = strspn(a, "0123456789"), nb = strspn(b, "0123456789");
		size_t ea = na, eb = nb;	/* where the part ends; then without leading zeros */
		int c;

		for (; na && *a == '0'; na--, ea--)
			a++;
		for (; nb && *b == '0'; nb--, eb--)
			b++;
		if (na != nb)
			return na < nb ? -1 : 1;
		c = na ? memcmp(a, b, na) : 0;
		if (c)
			return c < 0 ? -1 : 1;
		a += ea + (a[ea] == '.');
		b += eb + (b[eb] == '.');
		if ((*a && !is_digit(*a)) || (*b && !is_digit(*b)))
			break;
	}
	return 0;
}

/* Eight hexadecimal digits with or without 0x, or a decimal number of 32 bits. */
static bool
read_code(const char *s, size_t n, value *out)
{
	char digits[16];
	bool prefix = n > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	const char *from = s + (prefix ? 2 : 0);
	size_t count = n - (prefix ? 2 : 0), hex = 0, decimal = 0;
	bool minus = count && *from == '-' && !prefix;
	int64_t v;

	if (count == 0 || count >= sizeof digits)
		return false;
	memcpy(digits, from, count);
	digits[count] = '\0';
	hex = strspn(digits, "0123456789abcdefABCDEF");
	decimal = strspn(digits + minus, "0123456789") + minus;
	if (prefix ? hex == count && count <= 8 : hex == count && count == 8 && decimal < count) {
		*out = (int64_t)strtoul(digits, NULL, 16);
		return true;
	}
	if (prefix || decimal != count || count == (size_t)minus)
		return false;
	v = strtoll(digits, NULL, 10);
	if (v < INT32_MIN || v > UINT32_MAX)
		return false;
	*out = (int64_t)(uint32_t)v;
	return true;
}

size_t
value_next_code(const char *s, size_t n, value *out)
{
	size_t from = 0, to;

	for (; from < n; from = to) {
		bool minus = s[from] == '-' && (from == 0 || !is_word(s[from - 1]));

		to = from + 1;
		if (!minus && !is_word(s[from]))
			continue;
		while (to < n && is_word(s[to]))
			to++;
		if (read_code(s + from, to - from, out))
			return to;
	}
	return 0;
}

bool
value_find_code(const char *s, size_t n, value *out)
{
	return value_next_code(s, n, out) > 0;
}

static const char *
parse_code(const char *s, struct symtab *syms, value *out)
{
	(void)syms;
	return value_find_code(s, strlen(s), out) ? NULL
		: "not an error code (0xE8000065, e8000065 and -402653083 are ways to write one)";
}

/* RFC 3339, section 5.6, without leap seconds; fractions of a second are dropped. */
static const char *
parse_time(const char *s, struct symtab *syms, value *out)
{
	struct tm tm = {0};
	int n = 0, sign = 0, hours = 0, minutes = 0;
	int fields;

	(void)syms;
	fields = sscanf(s, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
			&tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n);
	if (fields != 6 || n == 0)
		return "not a time (such as 2026-01-31T12:00:00Z)";
	s += n;
	if (*s == '.' && is_digit(s[1]))
		for (s++; is_digit(*s); s++)
			;
	if (*s == 'Z' || *s == 'z') {
		s++;
	} else if (*s == '+' || *s == '-') {
		sign = *s == '-' ? -1 : 1;
		n = 0;
		if (sscanf(s + 1, "%2d:%2d%n", &hours, &minutes, &n) != 2)
			return "not a time (the offset is written +02:00)";
		s += 1 + n;
	}
	if (*s || tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31
	    || tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0
	    || tm.tm_sec > 60 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return "not a time (such as 2026-01-31T12:00:00Z)";
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*out = (int64_t)timegm(&tm) - sign * (hours * 3600 + minutes * 60);
	return NULL;
}

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit durations[] = {
	{ "ms", 1 }, { "s", 1000 }, { "sec", 1000 }, { "min", 60000 }, { "h", 3600000 }, { "d", 86400000 },
	{ "days", 86400000 }, { "day", 86400000 }, { "hours", 3600000 }, { "hour", 3600000 },
};

static const struct unit sizes[] = {
	{ "", 1 }, { "B", 1 }, { "kB", 1000 }, { "KB", 1000 }, { "MB", 1000000 }, { "GB", 1000000000 },
	{ "TB", 1000000000000 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 }, { "TiB", (int64_t)1 << 40 },
};

/* Half away from zero. Not llround: it would be all that the program needs of libm, and a library takes time to load. */
static value
nearest(double d)
{
	value whole = (value)d;
	double rest = d - (double)whole;

	return whole + (rest >= 0.5) - (rest <= -0.5);
}

/* "20 GB", "1.5h": a decimal number, then a unit of the table. */
static bool
parse_quantity(const char *s, const struct unit *units, size_t n, value *out)
{
	char *end;
	double d;

	if (!is_digit(s[*s == '-']))
		return false;
	d = strtod(s, &end);
	if (end > s && (end[-1] == 'e' || end[-1] == 'E' || memchr(s, 'x', (size_t)(end - s))))
		return false;
	while (*end == ' ')
		end++;
	for (size_t i = 0; i < n; i++)
		if (strcmp(end, units[i].name) == 0) {
			d *= (double)units[i].factor;
			if (!(fabs(d) < 9e15))
				return false;
			*out = nearest(d);
			return true;
		}
	return false;
}

static const char *
parse_duration(const char *s, struct symtab *syms, value *out)
{
	(void)syms;
	return parse_quantity(s, durations, sizeof durations / sizeof *durations, out) ? NULL
		: "not a duration (such as 500ms, 30s, 5min, 2h, 30d)";
}

static const char *
parse_bytes(const char *s, struct symtab *syms, value *out)
{
	(void)syms;
	return parse_quantity(s, sizes, sizeof sizes / sizeof *sizes, out) ? NULL
		: "not a number of bytes (such as 512, 4 KiB, 20 GB)";
}

static const char *(*const parsers[TYPE_COUNT])(const char *s, struct symtab *syms, value *out) = {
	[TYPE_INTEGER] = parse_integer, [TYPE_NUMBER] = parse_number, [TYPE_YES_NO] = parse_yes_no,
	[TYPE_VERSION] = parse_version, [TYPE_TIME] = parse_time,
	[TYPE_DURATION] = parse_duration, [TYPE_BYTES] = parse_bytes,
};

static const char *
parse_symbol(const char *s, size_t n, struct symtab *syms, value *out)
{
	for (size_t i = 0; i < n; i++)
		if (!is_word(s[i]) && s[i] != '-' && s[i] != '.' && (unsigned char)s[i] < 0x80)
			return "not a symbol (letters, digits, - and _)";
	if (n == 0)
		return "an empty symbol";
	*out = sym_intern(syms, s, n);
	return NULL;
}

const char *
value_parse(enum type t, const char *s, size_t n, struct symtab *syms, value *out)
{
	char written[LONGEST_WRITTEN + 1];

	if (t == TYPE_TEXT) {
		*out = sym_intern(syms, s, n);
		return NULL;
	}
	if (t == TYPE_SYMBOL)
		return parse_symbol(s, n, syms, out);
	if (t == TYPE_CODE && n > LONGEST_WRITTEN)
		return value_find_code(s, n, out) ? NULL : "not an error code";
	while (n && (s[0] == ' ' || s[0] == '\t'))
		s++, n--;
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (n > LONGEST_WRITTEN || memchr(s, '\0', n))
		return "too long";
	if (n)
		memcpy(written, s, n);
	written[n] = '\0';
	return t == TYPE_CODE ? parse_code(written, syms, out) : parsers[t](written, syms, out);
}

/* The largest unit that divides the value, so that it reads back to the same. */
static void
print_quantity(struct buf *out, value v, const struct unit *const *units, const char *space)
{
	for (; units[1]; units++)
		if (v != 0 && v % units[0]->factor == 0)
			break;
	buf_printf(out, "%lld%s%s", (long long)(v / units[0]->factor), *units[0]->name ? space : "", units[0]->name);
}

static void
print_duration(struct buf *out, value v)
{
	static const struct unit *const units[] = {
		&durations[5], &durations[4], &durations[3], &durations[1], &durations[0], NULL,
	};

	if (v == 0)
		buf_puts(out, "0s");
	else
		print_quantity(out, v, units, "");
}

static void
print_bytes(struct buf *out, value v)
{
	static const struct unit *const units[] = { &sizes[6], &sizes[5], &sizes[4], &sizes[0], NULL };

	print_quantity(out, v, units, " ");
}

static void
print_time(struct buf *out, value v)
{
	time_t t = (time_t)v;
	char text[32];
	struct tm tm;

	if (gmtime_r(&t, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf_puts(out, text);
	else
		buf_printf(out, "%lld", (long long)v);
}

/* The shortest decimal form that reads back to the same number. */
static void
print_number(struct buf *out, value v)
{
	double d = value_double(v);
	char text[40];

	if (fabs(d) < 1e15 && d == floor(d)) {
		buf_printf(out, "%.0f", d);
		return;
	}
	for (int precision = 1; precision <= 17; precision++) {
		snprintf(text, sizeof text, "%.*g", precision, d);
		if (strtod(text, NULL) == d)
			break;
	}
	buf_puts(out, text);
}

void
value_print(struct buf *out, enum type t, value v, const struct symtab *syms)
{
	if (v == UNKNOWN || v == ABSENT) {
		buf_puts(out, v == UNKNOWN ? "unknown" : "absent");
		return;
	}
	switch (t) {
	case TYPE_SYMBOL: case TYPE_TEXT: case TYPE_VERSION:
		buf_add(out, sym_text(syms, (uint32_t)v), sym_len(syms, (uint32_t)v));
		return;
	case TYPE_INTEGER:	buf_printf(out, "%lld", (long long)v); return;
	case TYPE_NUMBER:	print_number(out, v); return;
	case TYPE_YES_NO:	buf_puts(out, v ? "yes" : "no"); return;
	case TYPE_CODE:		buf_printf(out, "0x%08X", (unsigned)v); return;
	case TYPE_TIME:		print_time(out, v); return;
	case TYPE_DURATION:	print_duration(out, v); return;
	case TYPE_BYTES:	print_bytes(out, v); return;
	case TYPE_COUNT:	return;
	}
}

int
value_compare(enum type t, value a, value b, const struct symtab *syms)
{
	if (t == TYPE_VERSION)
		return a == b ? 0 : version_compare(sym_text(syms, (uint32_t)a), sym_text(syms, (uint32_t)b));
	if (t == TYPE_NUMBER) {
		double x = value_double(a), y = value_double(b);

		return (x > y) - (x < y);
	}
	return (a > b) - (a < b);
}
