/* SPDX-License-Identifier: MIT */
#include "base/fold.h"

#include "base/text.h"

#include <string.h>

/* Latin letters from U+00C0, U+0180 and U+1E00 on, without accents, in lower case; '?' for those that stay as they are. */
static const struct latin {
	uint32_t first;
	const char *base;
} latins[] = {
	{ 0x00c0, "aaaaaaaceeeeiiiidnooooo?ouuuuytsaaaaaaaceeeeiiiidnooooo?ouuuuyty"
		"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
		"lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs" },
	{ 0x01a0, "oo?????????????uu????zz?" },
	{ 0x01c4, "dddlllnnnaaiioouuuuuuuuuueaaaaaa??ggkkoooo??j???gg??nnaaaaoo"
		"aaaaeeeeiiiioooorrrruuuusstt??hh??????aaeeooooooooyy" },
	{ 0x1e00, "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
		"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
		"wwwwwwwwwwxxxxyyzzzzzzhtwyassssdaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
		"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy" },
};

/* Pairs of letters, in UTF-8: one with an accent or a form of its own, and what it counts as. */
static const char pairs[] =
	"ΆαΈεΉηΊιΌοΎυΏωΐιΪιΫυάαέεήηίιΰυςσϊιϋυόούυώω"
	"ЀеЁеЃгЇіЌкЍиЎуЙийиѐеёеѓгїіќкѝиўу"
	"\xd8\xa2\xd8\xa7\xd8\xa3\xd8\xa7\xd8\xa5\xd8\xa7\xd8\xa4\xd9\x88\xd8\xa6\xd9\x8a";	/* alef, waw and yeh with madda or hamza */

/* Every `step`-th code point of a range counts as the one `plus` behind it: small letters, kana without their voice marks. */
static const struct shift {
	uint32_t first, last, step;
	int plus;
} shifts[] = {
	{ 0x0391, 0x03a9, 1, 32 }, { 0x0400, 0x040f, 1, 80 }, { 0x0410, 0x042f, 1, 32 }, { 0x0460, 0x0480, 2, 1 },
	{ 0x048a, 0x04be, 2, 1 }, { 0x04d0, 0x052e, 2, 1 }, { 0x0531, 0x0556, 1, 48 },
	{ 0x304c, 0x3062, 2, -1 }, { 0x3065, 0x3069, 2, -1 }, { 0x3070, 0x307c, 3, -1 }, { 0x3071, 0x307d, 3, -2 }, { 0x3094, 0x3094, 1, -78 },
	{ 0x30ac, 0x30c2, 2, -1 }, { 0x30c5, 0x30c9, 2, -1 }, { 0x30d0, 0x30dc, 3, -1 }, { 0x30d1, 0x30dd, 3, -2 }, { 0x30f4, 0x30f4, 1, -78 },
	{ 0xff10, 0xff19, 1, 0x30 - 0xff10 }, { 0xff21, 0xff3a, 1, 0x61 - 0xff21 }, { 0xff41, 0xff5a, 1, 0x61 - 0xff41 },
};

static const struct range {
	uint32_t from, to;
} marks[] = {
	{ 0x0000, 0x0008 }, { 0x000e, 0x001f }, { 0x007f, 0x0084 }, { 0x0086, 0x009f }, { 0x00ad, 0x00ad }, { 0x0300, 0x036f }, { 0x0483, 0x0487 }, { 0x064b, 0x0655 }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f },
	{ 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0x20d0, 0x20ff }, { 0x3099, 0x309a }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
}, apostrophes[] = {
	{ '\'', '\'' }, { '`', '`' }, { 0x00b4, 0x00b4 }, { 0x02b9, 0x02bc }, { 0x2018, 0x201b }, { 0x2032, 0x2032 }, { 0xff07, 0xff07 },
}, blanks[] = {
	{ '\t', '\r' }, { ' ', ' ' }, { '+', '+' }, { '-', '-' }, { '_', '_' }, { 0x0085, 0x0085 }, { 0x00a0, 0x00a0 }, { 0x2000, 0x200a }, { 0x2010, 0x2015 }, { 0x202f, 0x202f },
	{ 0x2212, 0x2212 }, { 0x3000, 0x3000 },
}, no_words[] = {	/* above ASCII */
	{ 0x0080, 0x00a9 }, { 0x00ab, 0x00b4 }, { 0x00b6, 0x00b9 }, { 0x00bb, 0x00bf }, { 0x00d7, 0x00d7 }, { 0x00f7, 0x00f7 },
	{ 0x2000, 0x2bff }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff0f }, { 0xff1a, 0xff20 },
	{ 0x1f000, 0x1faff },
};

#define COUNT(a) (sizeof a / sizeof *a)
#define IN(cp, ranges) in_ranges(cp, ranges, COUNT(ranges))

static bool
in_ranges(uint32_t cp, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n && cp >= r[i].from; i++)
		if (cp <= r[i].to)
			return true;
	return false;
}

bool
fold_is_word(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');
	return !IN(cp, no_words);
}

static size_t
encode(uint32_t cp, char *out)
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(n == 1 ? cp : (0xf00u >> n & 0xff) | cp);
	return n;
}

/* Syllables of Hangul are made of two or three letters by a formula (The Unicode Standard, 3.12). */
static size_t
hangul(uint32_t cp, char *out)
{
	uint32_t at = cp - 0xac00;
	size_t n = encode(0x1100 + at / 588, out);

	n += encode(0x1161 + at % 588 / 28, out + n);
	return at % 28 ? n + encode(0x11a7 + at % 28, out + n) : n;
}

static uint32_t
pair_of(uint32_t cp)
{
	uint32_t from = 0, to = 0;

	for (const char *p = pairs; *p && from != cp;) {
		p += text_decode(p, strlen(p), &from);
		p += text_decode(p, strlen(p), &to);
	}
	return from == cp ? to : 0;
}

static uint32_t
base_of(uint32_t cp)
{
	uint32_t pair;

	for (size_t i = 0; i < COUNT(latins) && cp >= latins[i].first; i++)
		if (cp - latins[i].first < strlen(latins[i].base)) {
			char c = latins[i].base[cp - latins[i].first];

			return c == '?' ? cp : (uint32_t)c;
		}
	if (cp >= 0x370 && cp < 0x640 && (pair = pair_of(cp)))
		return pair;
	for (size_t i = 0; i < COUNT(shifts); i++)
		if (cp >= shifts[i].first && cp <= shifts[i].last && (cp - shifts[i].first) % shifts[i].step == 0)
			return cp + (uint32_t)shifts[i].plus;
	return cp;
}

/* The folded form of a code point: its length in `out`. */
static size_t
fold(uint32_t cp, char *out)
{
	if (IN(cp, apostrophes) || IN(cp, marks))
		return 0;
	if (IN(cp, blanks))
		cp = '-';
	if (cp < 0x80) {
		*out = (char)(cp >= 'A' && cp <= 'Z' ? cp | 0x20 : cp);
		return 1;
	}
	if (cp == 0xdf || cp == 0x1e9e) {
		memcpy(out, "ss", 2);
		return 2;
	}
	return cp >= 0xac00 && cp <= 0xd7a3 ? hangul(cp, out) : encode(base_of(cp), out);
}

static int
hex_digit(char c)
{
	int lower = c | 0x20;

	return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The number that so many hexadecimal digits at s stand for, -1 when they are none. */
static int32_t
hex(const char *s, size_t n, size_t digits)
{
	int32_t v = 0;

	if (n < digits)
		return -1;
	for (; digits; digits--, s++) {
		if (hex_digit(*s) < 0)
			return -1;
		v = v << 4 | hex_digit(*s);
	}
	return v;
}

/* A code point whose bytes are written %XX or \xXX: the bytes it takes, 0 when it is none. */
static size_t
decode_bytes(const char *s, size_t n, const char *mark, uint32_t *cp)
{
	size_t lead = strlen(mark), each = lead + 2, len = 0;
	char bytes[4];

	while (len < 4 && n > each * len + lead && memcmp(s + each * len, mark, lead) == 0) {
		int32_t byte = hex(s + each * len + lead, n - each * len - lead, 2);

		if (byte < 0)
			break;
		bytes[len++] = (char)byte;
	}
	return len ? each * text_decode(bytes, len, cp) : 0;
}

/* A number in digits of the base up to the sign `end`: the bytes both take, 0 when there is none. */
static size_t
decode_number(const char *s, size_t n, int base, char end, uint32_t *cp)
{
	size_t i = 0;
	int digit;

	for (*cp = 0; i < n && i < 8 && (digit = hex_digit(s[i])) >= 0 && digit < base && *cp < 0x11000; i++)
		*cp = *cp * (uint32_t)base + (uint32_t)digit;
	return i && i < n && s[i] == end && *cp < 0x110000 && !(*cp >= 0xd800 && *cp <= 0xdfff) ? i + 1 : 0;
}

/* A code point written \uXXXX, two of them for one beyond U+FFFF, or \u{X}. */
static size_t
decode_escape(const char *s, size_t n, uint32_t *cp)
{
	int32_t high, low;
	size_t len;

	if (n < 3 || s[1] != 'u')
		return 0;
	if (s[2] == '{' && (len = decode_number(s + 3, n - 3, 16, '}', cp)))
		return 3 + len;
	high = hex(s + 2, n - 2, 4);
	if (high < 0)
		return 0;
	*cp = (uint32_t)high;
	if (high < 0xd800 || high > 0xdfff)
		return 6;
	low = n > 8 && s[6] == '\\' && s[7] == 'u' ? hex(s + 8, n - 8, 4) : -1;
	if (high > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return 0;
	*cp = 0x10000 + ((uint32_t)(high - 0xd800) << 10 | (uint32_t)(low - 0xdc00));
	return 12;
}

/* A character as XML writes it: &apos; &#39; &#x27; */
static size_t
decode_entity(const char *s, size_t n, uint32_t *cp)
{
	static const struct { const char *name; char is; } names[] = {
		{ "&amp;", '&' }, { "&apos;", '\'' }, { "&quot;", '"' }, { "&lt;", '<' }, { "&gt;", '>' },
	};
	size_t len;

	for (size_t i = 0; i < COUNT(names); i++)
		if (n >= strlen(names[i].name) && memcmp(s, names[i].name, strlen(names[i].name)) == 0) {
			*cp = (uint32_t)names[i].is;
			return strlen(names[i].name);
		}
	if (n < 4 || s[1] != '#')
		return 0;
	if ((s[2] | 0x20) == 'x')
		return (len = decode_number(s + 3, n - 3, 16, ';', cp)) ? 3 + len : 0;
	return (len = decode_number(s + 2, n - 2, 10, ';', cp)) ? 2 + len : 0;
}

static size_t
decode(const char *s, size_t n, uint32_t *cp)
{
	size_t step = 0;

	switch (*s) {
	case '%':	step = decode_bytes(s, n, "%", cp); break;
	case '&':	step = decode_entity(s, n, cp); break;
	case '\\':	step = n > 1 && s[1] == 'x' ? decode_bytes(s, n, "\\x", cp) : decode_escape(s, n, cp); break;
	default:	break;
	}
	return step ? step : text_decode(s, n, cp);
}

size_t
fold_unit(const char *s, size_t n, char out[FOLD_MAX], size_t *len)
{
	enum { MOST_BLANKS = 8 };
	uint32_t cp;
	size_t step = decode(s, n, &cp);

	if (!step) {
		*out = *s;
		*len = 1;
		return 1;
	}
	*len = fold(cp, out);
	for (int k = 1; *len == 1 && *out == '-' && k < MOST_BLANKS && step < n && (unsigned char)s[step] < 0x80
	    && IN((unsigned char)s[step], blanks); k++)
		step++;
	return step;
}

void
fold_text(struct buf *out, const char *s, size_t n)
{
	char unit[FOLD_MAX];
	size_t len;

	for (size_t i = 0; i < n;) {
		i += fold_unit(s + i, n - i, unit, &len);
		buf_add(out, unit, len);
	}
}

size_t
fold_marks(const char *s, size_t n)
{
	size_t i = 0, step;
	uint32_t cp;

	while (i < n && (unsigned char)s[i] >= 0x80 && (step = text_decode(s + i, n - i, &cp)) && IN(cp, marks))
		i += step;
	return i;
}
