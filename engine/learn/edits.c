/* SPDX-License-Identifier: MIT */
#include "learn/edits.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { AROUND = 3 };

/* -- Lines of a text -- */

struct line {
	const char *text;
	size_t n;		/* without its end */
};

struct lines {
	struct line *of;	/* of[0] is line 1 */
	size_t n;
};

static struct lines *
split(struct arena *a, const char *text, size_t len)
{
	struct lines *l = arena_alloc(a, sizeof *l);
	size_t cap = 0;

	for (const char *end; len; text = end) {
		const char *stop = memchr(text, '\n', len);

		end = stop ? stop + 1 : text + len;
		l->of = arena_grow(a, l->of, l->n, &cap, sizeof *l->of);
		l->of[l->n++] = (struct line){ text, (size_t)((stop ? stop : end) - text) };
		len -= (size_t)(end - text);
	}
	return l;
}

/* The lines of a source. Not every source is held as one text (diag.h): it is copied when it is first asked for. NULL: there is none. */
static const struct lines *
lines_of(struct edits *e, uint32_t file)
{
	struct lines *l = file < e->nfiles ? e->files[file] : NULL;
	struct buf copy = {0};

	if (l || !diags_source_copy(e->sources, file, &copy))
		return l;
	while (e->nfiles <= file) {
		e->files = arena_grow(e->arena, e->files, e->nfiles, &e->files_cap, sizeof(struct lines *));
		e->files[e->nfiles++] = NULL;
	}
	l = e->files[file] = split(e->arena, arena_strndup(e->arena, buf_text(&copy), copy.len), copy.len);
	buf_free(&copy);
	return l;
}

/* NULL: there is no such line. */
static const struct line *
line_at(struct edits *e, struct place at)
{
	const struct lines *l = at.line ? lines_of(e, at.file) : NULL;

	return l && at.line <= l->n ? &l->of[at.line - 1] : NULL;
}

/* The byte at which a column begins; columns count code points. */
static size_t
byte_of(const struct line *l, uint32_t col)
{
	size_t at = 0, step;
	uint32_t cp;

	for (uint32_t c = 1; c < col && at < l->n; c++, at += step ? step : 1)
		step = text_decode(l->text + at, l->n - at, &cp);
	return at;
}

/* -- Collecting -- */

bool
edits_add(struct edits *e, struct place at, const char *with)
{
	if (at.line != at.end_line || !line_at(e, at))
		return false;
	e->items = arena_grow(e->arena, e->items, e->n, &e->cap, sizeof *e->items);
	e->items[e->n] = (struct edit){ at, with, e->n };
	e->n++;
	return true;
}

/* Where the mapping that opens at a byte closes on the same line; 0: nowhere. */
static size_t
closing(const struct line *l, size_t at)
{
	char quote = 0;
	int depth = 0;

	for (; at < l->n; at++) {
		char c = l->text[at];

		if (quote == '"' && c == '\\')
			at++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && strchr(" {[,:", l->text[at - 1]))
			quote = c;
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return at;
	}
	return 0;
}

bool
edits_add_entry(struct edits *e, struct place mapping, const char *entry)
{
	const struct line *line = line_at(e, mapping);
	size_t from = line ? byte_of(line, mapping.col) : 0;
	size_t to = line && from && from < line->n && line->text[from] == '{' ? closing(line, from) : 0;
	if (!to)
		return false;
	mapping.col = (uint32_t)text_columns(line->text, to) + 1;
	mapping.end_line = mapping.line;
	mapping.end_col = mapping.col;
	return edits_add(e, mapping, arena_printf(e->arena, ", %s", entry));
}

/* -- Writing -- */

static int
by_place(const void *x, const void *y)
{
	const struct edit *a = x, *b = y;

	if (a->at.file != b->at.file)
		return a->at.file < b->at.file ? -1 : 1;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (a->at.col != b->at.col)
		return a->at.col < b->at.col ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void
put_line(FILE *out, char mark, const char *text, size_t n)
{
	putc(mark, out);
	fwrite(text, 1, n, out);
	putc('\n', out);
}

/* A line with the edits that are on it. */
static void
put_edited(FILE *out, const struct line *l, const struct edit *first, const struct edit *end)
{
	struct buf new = {0};
	size_t at = 0;

	for (const struct edit *e = first; e < end; e++) {
		size_t from = byte_of(l, e->at.col);

		buf_add(&new, l->text + at, from - at);
		buf_puts(&new, e->with);
		at = byte_of(l, e->at.end_col);
	}
	buf_add(&new, l->text + at, l->n - at);
	put_line(out, '+', buf_text(&new), new.len);
	buf_free(&new);
}

static const struct edit *
end_of_line(const struct edit *e, const struct edit *end)
{
	const struct edit *next = e;

	while (next < end && next->at.line == e->at.line)
		next++;
	return next;
}

/* The edits that share a hunk with the first: no more lines between two than both have around them. */
static const struct edit *
end_of_hunk(const struct edit *first, const struct edit *end)
{
	const struct edit *e = first;

	while (e + 1 < end && e[1].at.line - e->at.line <= 2 * AROUND)
		e++;
	return e + 1;
}

/* Removed lines of a run of changed ones stand before the added ones. */
static const struct edit *
put_run(FILE *out, const struct lines *l, const struct edit *e, const struct edit *end, size_t *line)
{
	const struct edit *first = e;
	size_t from = *line;

	for (; e < end && e->at.line == *line; e = end_of_line(e, end), ++*line)
		put_line(out, '-', l->of[*line - 1].text, l->of[*line - 1].n);
	for (const struct edit *k = first; from < *line; k = end_of_line(k, end), from++)
		put_edited(out, &l->of[from - 1], k, end_of_line(k, end));
	return e;
}

static void
put_hunk(FILE *out, const struct lines *l, const struct edit *e, const struct edit *end)
{
	size_t from = e->at.line > AROUND ? e->at.line - AROUND : 1, to = end[-1].at.line + AROUND;

	to = to > l->n ? l->n : to;
	fprintf(out, "@@ -%zu,%zu +%zu,%zu @@\n", from, to - from + 1, from, to - from + 1);
	for (size_t line = from; line <= to;) {
		if (e < end && e->at.line == line) {
			e = put_run(out, l, e, end, &line);
		} else {
			put_line(out, ' ', l->of[line - 1].text, l->of[line - 1].n);
			line++;
		}
	}
}

static void
put_file(struct edits *all, FILE *out, const struct edit *e, const struct edit *end)
{
	const char *name = diags_source_name(all->sources, e->at.file);
	const struct lines *l = lines_of(all, e->at.file);
	const char *slash = *name == '/' ? "" : "/";

	fprintf(out, "--- a%s%s\n+++ b%s%s\n", slash, name, slash, name);
	while (e < end) {
		const struct edit *next = end_of_hunk(e, end);

		put_hunk(out, l, e, next);
		e = next;
	}
}

void
edits_write(struct edits *e, FILE *out)
{
	const struct edit *end = e->items + e->n;

	if (e->n)
		qsort(e->items, e->n, sizeof *e->items, by_place);
	for (const struct edit *first = e->items, *next; first < end; first = next) {
		for (next = first; next < end && next->at.file == first->at.file; next++)
			;
		put_file(e, out, first, next);
	}
}
