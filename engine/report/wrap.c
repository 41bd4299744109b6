/* SPDX-License-Identifier: MIT */
#include "report/wrap.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

static const char *const looks[] = {
	[PLAIN] = "", [BOLD] = "\033[1m", [GOOD] = "\033[32m", [BAD] = "\033[1;31m", [DOUBTFUL] = "\033[33m", [FAINT] = "\033[2m",
};

/* What stands for a character where only ASCII can be shown; "?" for all others. */
static const struct {
	uint32_t cp;
	const char *ascii;
} plain[] = {
	{ 0xb0, " deg" }, { 0xb7, "-" }, { 0xd7, "x" }, { 0xa0, " " },
	{ 0x2010, "-" }, { 0x2011, "-" }, { 0x2013, "-" }, { 0x2014, "-" },
	{ 0x2018, "'" }, { 0x2019, "'" }, { 0x201c, "\"" }, { 0x201d, "\"" },
	{ 0x2022, "*" }, { 0x2026, "..." }, { 0x203a, ">" }, { 0x2190, "<-" }, { 0x2192, "->" }, { 0x2265, ">=" }, { 0x2264, "<=" },
};

static const char *
in_ascii(uint32_t cp)
{
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (plain[i].cp == cp)
			return plain[i].ascii;
	return "?";
}

static bool
is_ascii(const char *text, size_t n)
{
	while (n && (unsigned char)text[n - 1] < 0x80)
		n--;
	return n == 0;
}

/* The text as this page can show it. */
static void
fit(const struct page *p, struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0, step; i < n; i += step) {
		uint32_t cp;

		step = text_decode(text + i, n - i, &cp);
		if (!step) {
			step = 1;
			cp = 0xfffd;
		}
		if (cp < 0x80)
			buf_putc(out, (char)cp);
		else if (!p->utf8)
			buf_puts(out, in_ascii(cp));
		else
			buf_add(out, text + i, step);
	}
}

/* Escapes only where the look changes. */
static void
turn(struct page *p, enum look look)
{
	if (!p->color || look == p->look)
		return;
	fputs(p->look == PLAIN ? "" : "\033[0m", p->out);
	fputs(looks[look], p->out);
	p->look = look;
}

static void
put(struct page *p, enum look look, const char *text, size_t n)
{
	struct buf b = {0};

	if (n)
		turn(p, look);
	if (is_ascii(text, n)) {
		fwrite(text, 1, n, p->out);
		p->at += (int)n;
	} else {
		fit(p, &b, text, n);
		fputs(buf_text(&b), p->out);
		p->at += (int)text_width(buf_text(&b));
		buf_free(&b);
	}
}

void
page_put(struct page *p, enum look look, const char *text)
{
	put(p, look, text, strlen(text));
}

void
page_printf(struct page *p, enum look look, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	page_put(p, look, text);
}

void
page_to(struct page *p, int column)
{
	int n = column > p->at ? column - p->at : 1;

	turn(p, PLAIN);
	fprintf(p->out, "%*s", n, "");
	p->at += n;
}

/* Asterisks in pairs, which are not shown. */
static size_t
marks(const char *text, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i + 1 < n; i++)
		if (text[i] == '*' && text[i + 1] == '*') {
			found += 2;
			i++;
		}
	return found;
}

/* Columns that n bytes take, without asterisks. */
static int
columns(const struct page *p, const char *text, size_t n)
{
	size_t hidden = marks(text, n);
	struct buf shown = {0};
	int width;

	if (is_ascii(text, n))
		return (int)(n - hidden);
	fit(p, &shown, text, n);
	width = (int)(text_width(buf_text(&shown)) - hidden);
	buf_free(&shown);
	return width;
}

int
page_measure(const struct page *p, const char *text)
{
	return columns(p, text, strlen(text));
}

/* A word with its parts in and out of asterisks. */
static bool
put_word(struct page *p, enum look look, const char *word, size_t n, bool bold)
{
	while (n) {
		const char *mark = memmem(word, n, "**", 2);
		size_t len = mark ? (size_t)(mark - word) : n;

		put(p, bold ? BOLD : look, word, len);
		if (!mark)
			break;
		bold = !bold;
		word += len + 2;
		n -= len + 2;
	}
	return bold;
}

void
page_words(struct page *p, enum look look, int indent, int right, const char *text)
{
	bool bold = false, fresh = true;

	if (right <= 0 || right > p->width)
		right = p->width;
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");
		int width = columns(p, text, n);

		if (!fresh && p->at + 1 + width > right) {
			page_end(p);
			if (indent)
				page_to(p, indent);
		} else if (!fresh) {
			page_put(p, bold ? BOLD : look, " ");
		}
		bold = put_word(p, look, text, n, bold);
		fresh = false;
		text += n;
	}
}

void
page_end(struct page *p)
{
	turn(p, PLAIN);
	putc('\n', p->out);
	p->at = 0;
	p->begun = true;
}

void
page_gap(struct page *p)
{
	if (p->at)
		page_end(p);
	if (p->begun)
		page_end(p);
}
