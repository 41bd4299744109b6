/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

/* Code points that must not reach a terminal or a document as they are, besides the controls: invisible or reordering. */
static const struct range {
	uint32_t from, to;
} unsafe[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x034f, 0x034f }, { 0x061c, 0x061c },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xd800, 0xdfff }, { 0xfdd0, 0xfdef }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff }, { 0xf0000, 0x10ffff },
};

/* Combining marks (width 0) and wide characters (width 2): the blocks that occur in names and texts, after UAX #11. */
static const struct range combining[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x0610, 0x061a }, { 0x064b, 0x065f },
	{ 0x06d6, 0x06dc }, { 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};
static const struct range wide[] = {
	{ 0x1100, 0x115e }, { 0x231a, 0x231b }, { 0x2329, 0x232a }, { 0x23e9, 0x23ec }, { 0x2614, 0x2615 },
	{ 0x26a1, 0x26a1 }, { 0x2705, 0x2705 }, { 0x274c, 0x274c }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
	{ 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa000, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

static bool
in_ranges(uint32_t cp, const struct range *r, size_t n)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (cp > r[mid].to)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && cp >= r[low].from;
}

#define IN(cp, ranges) in_ranges(cp, ranges, sizeof ranges / sizeof *ranges)

size_t
text_decode(const char *s, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t len = u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 0;

	if (len == 0 || len > n)
		return 0;
	*cp = len == 1 ? u[0] : u[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (u[i] & 0x3f);
	}
	if (*cp < least[len] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return len;
}

void
text_clean(struct buf *out, const char *s, size_t n, size_t max)
{
	size_t end = max && n > max ? max : n;
	size_t i = 0, len;
	uint32_t cp;

	while (i < end) {
		len = text_decode(s + i, n - i, &cp);
		if (i + len > end)
			break;
		if (len == 0)
			buf_printf(out, "\\x{%02x}", (unsigned char)s[i]);
		else if (IN(cp, unsafe))
			buf_printf(out, "\\u{%x}", (unsigned)cp);
		else
			buf_add(out, s + i, len);
		i += len ? len : 1;
	}
	if (i < n)
		buf_puts(out, "…");
}

size_t
text_columns(const char *s, size_t n)
{
	size_t columns = 0, len;
	uint32_t cp;

	for (size_t i = 0; i < n; i += len ? len : 1, columns++)
		len = text_decode(s + i, n - i, &cp);
	return columns;
}

size_t
text_width(const char *s)
{
	size_t n = strlen(s), width = 0, len;
	uint32_t cp;

	for (size_t i = 0; i < n; i += len ? len : 1) {
		len = text_decode(s + i, n - i, &cp);
		width += len == 0 ? 1 : IN(cp, combining) ? 0 : IN(cp, wide) ? 2 : 1;
	}
	return width;
}

static size_t
least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Words longer than this are no misspellings of our names. */
enum { LONGEST_WORD = 64 };

size_t
text_distance(const char *a, const char *b, size_t limit)
{
	size_t rows[3][LONGEST_WORD + 1], *before = rows[0], *last = rows[1], *now = rows[2], *swap;
	size_t na = strlen(a), nb = strlen(b);

	if (na > LONGEST_WORD || nb > LONGEST_WORD || (na > nb ? na - nb : nb - na) > limit)
		return limit + 1;
	for (size_t j = 0; j <= nb; j++)
		last[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t least = now[0] = i;

		for (size_t j = 1; j <= nb; j++) {
			now[j] = least_of(last[j], now[j - 1]) + 1;
			now[j] = least_of(now[j], last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least_of(now[j], before[j - 2] + 1);
			least = least_of(least, now[j]);
		}
		if (least > limit + 1)	/* a transposition can save one more */
			return limit + 1;
		swap = before;
		before = last;
		last = now;
		now = swap;
	}
	return least_of(last[nb], limit + 1);
}

const char *
text_nearest(const char *wrong, const char *const *names, size_t n)
{
	size_t limit = strlen(wrong) < 4 ? 1 : strlen(wrong) < 9 ? 2 : 3, best = limit + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = text_distance(wrong, names[i], limit);

		if (d < best && d < strlen(wrong)) {	/* something of the word must be left */
			best = d;
			nearest = names[i];
		}
	}
	return nearest;
}

bool
text_is_kebab(const char *s)
{
	bool word = false;

	for (; *s; s++) {
		bool letter = (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9');

		if (!letter && (*s != '-' || !word))
			return false;
		word = letter;
	}
	return word;
}
