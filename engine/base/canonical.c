/* SPDX-License-Identifier: MIT */
#include "base/canonical.h"

#include "base/arena.h"
#include "base/text.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* -- Numbers -- */

/* A double has at most so many digits that matter; every decimal of FEW digits survives the way through a double. */
enum { FEW = DBL_DIG, MOST = DBL_DECIMAL_DIG };

/* "12345" and where its point would stand: 0.12345 times ten to `point`. */
struct decimal {
	char digits[MOST + 1];
	int n, point;
};

/* The nearest decimal of so many digits; how printf spells it (the point of the locale) does not matter. */
static void
round_to(struct decimal *out, double d, int n)
{
	char text[40];
	const char *p = text;

	snprintf(text, sizeof text, "%.*e", n - 1, d);
	for (out->n = 0; *p && *p != 'e'; p++)
		if (*p >= '0' && *p <= '9' && out->n < n)
			out->digits[out->n++] = *p;
	out->digits[out->n] = '\0';
	out->point = (int)strtol(*p ? p + 1 : p, NULL, 10) + 1;
}

static bool
means(const struct decimal *x, double d)
{
	char text[40];

	snprintf(text, sizeof text, "%se%d", x->digits, x->point - x->n);
	return strtod(text, NULL) == d;
}

/* The next decimal of as many digits. */
static void
count_up(struct decimal *x)
{
	int i = x->n - 1;

	while (i >= 0 && x->digits[i] == '9')
		x->digits[i--] = '0';
	if (i >= 0) {
		x->digits[i]++;
		return;
	}
	x->digits[0] = '1';	/* the others are noughts */
	x->point++;
}

/*
 * The shortest decimal that means the number, of these the nearest. Mostly that is the nearest decimal of its length; but below a power of two doubles
 * lie closer than above it, and there the next one up may be the only one.
 */
static void
shorten(struct decimal *out, double d)
{
	int n = d < DBL_MIN ? 1 : FEW;		/* the smallest numbers have fewer digits */

	for (; n < MOST; n++) {
		round_to(out, d, n);
		if (means(out, d))
			break;
		count_up(out);
		if (means(out, d))
			break;
	}
	if (n == MOST)
		round_to(out, d, n);
	while (out->n > 1 && out->digits[out->n - 1] == '0')
		out->digits[--out->n] = '\0';
}

static void
noughts(struct buf *out, int n)
{
	while (n-- > 0)
		buf_putc(out, '0');
}

/* Number::toString of ECMA-262. */
static void
spell(struct buf *out, const struct decimal *x)
{
	int whole = x->point < 0 ? 0 : x->point < x->n ? x->point : x->n;

	if (x->point > 21 || x->point <= -6) {
		buf_putc(out, x->digits[0]);
		buf_puts(out, x->n > 1 ? "." : "");
		buf_printf(out, "%se%+d", x->digits + 1, x->point - 1);
		return;
	}
	buf_add(out, x->digits, (size_t)whole);
	noughts(out, x->point - x->n);
	if (whole == x->n)
		return;
	buf_puts(out, whole ? "." : "0.");
	noughts(out, -x->point);
	buf_puts(out, x->digits + whole);
}

void
canonical_number(struct buf *out, double d)
{
	struct decimal x;

	if (d == 0) {		/* both of them */
		buf_putc(out, '0');
		return;
	}
	if (d < 0)
		buf_putc(out, '-');
	shorten(&x, d < 0 ? -d : d);
	spell(out, &x);
}

/* -- Strings -- */

static void
quote(struct buf *out, const char *s, size_t n)
{
	static const char letters[0x20] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };

	buf_putc(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c >= 0x20)
			buf_putc(out, (char)c);
		else if (letters[c])
			buf_printf(out, "\\%c", letters[c]);
		else
			buf_printf(out, "\\u%04x", c);
	}
	buf_putc(out, '"');
}

/* The first UTF-16 code unit of a code point: those beyond the first 65,536 begin with a surrogate, and so come before U+E000. */
static uint32_t
first_unit(uint32_t cp)
{
	return cp < 0x10000 ? cp : 0xd800 + ((cp - 0x10000) >> 10);
}

static int
by_units(const void *x, const void *y)
{
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;
	uint32_t ca = 0, cb = 0;

	while (*a && *b) {
		size_t na = text_decode(a, strlen(a), &ca), nb = text_decode(b, strlen(b), &cb);

		if (!na || !nb)			/* jansson lets no such thing in */
			return strcmp(a, b);
		if (ca != cb) {
			uint32_t ua = first_unit(ca), ub = first_unit(cb);

			return ua != ub ? (ua < ub ? -1 : 1) : ca < cb ? -1 : 1;
		}
		a += na, b += nb;
	}
	return (*a != 0) - (*b != 0);
}

/* -- Values -- */

static void
members(struct buf *out, const json_t *object)
{
	size_t n = json_object_size(object), i = 0;
	const char **names = machine_alloc((n + 1) * sizeof *names), *name;
	json_t *v;

	json_object_foreach((json_t *)object, name, v)
		names[i++] = name;
	qsort(names, n, sizeof *names, by_units);
	buf_putc(out, '{');
	for (i = 0; i < n; i++) {
		buf_puts(out, i ? "," : "");
		quote(out, names[i], strlen(names[i]));
		buf_putc(out, ':');
		canonical_json(out, json_object_get(object, names[i]));
	}
	buf_putc(out, '}');
	free(names);
}

static void
elements(struct buf *out, const json_t *array)
{
	json_t *v;
	size_t i;

	buf_putc(out, '[');
	json_array_foreach(array, i, v) {
		buf_puts(out, i ? "," : "");
		canonical_json(out, v);
	}
	buf_putc(out, ']');
}

void
canonical_json(struct buf *out, const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:	members(out, v); return;
	case JSON_ARRAY:	elements(out, v); return;
	case JSON_STRING:	quote(out, json_string_value(v), json_string_length(v)); return;
	case JSON_INTEGER:	canonical_number(out, (double)json_integer_value(v)); return;
	case JSON_REAL:		canonical_number(out, json_real_value(v)); return;
	case JSON_TRUE:		buf_puts(out, "true"); return;
	case JSON_FALSE:	buf_puts(out, "false"); return;
	case JSON_NULL:		buf_puts(out, "null"); return;
	}
}

void
canonical_digest(const json_t *v, char hex[DIGEST_HEX])
{
	struct buf text = {0};

	canonical_json(&text, v);
	digest_sha256(buf_text(&text), text.len, hex);
	buf_free(&text);
}
