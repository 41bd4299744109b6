/* SPDX-License-Identifier: MIT */
#include "base/diag.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/*
 * A broken file of 16 MiB must not make gigabytes of complaints, nor hide those of other files: of each kind so many are kept and
 * printed for a file, the rest is counted.
 */
enum { MAX_DIAGS = 100000, MOST_KEPT = 1000, MOST_PRINTED = 100, LONGEST_EXCERPT = 240, LONGEST_MESSAGE = 2000, SEVERITIES = SEV_NOTE + 1 };

struct source {
	const char *name, *text;
	const char *under;		/* what stood where NULs are in the text now, in order; NULL: the text is as it was */
	size_t len;
	size_t counts[SEVERITIES];	/* also of those not kept */
};

struct diags {
	struct arena *arena;
	struct source *sources;
	struct diag **items;
	size_t nsources, sources_cap, n, cap;
	size_t counts[SEVERITIES];
	struct source nowhere;	/* of diagnostics without a source */
	struct diag spare;	/* what callers get when there is no room for more */
};

struct diags *
diags_new(void)
{
	struct arena *arena = arena_new();
	struct diags *d = arena_alloc(arena, sizeof *d);

	d->arena = arena;
	return d;
}

void
diags_free(struct diags *d)
{
	if (d)
		arena_free(d->arena);
}

uint32_t
diags_source_lent(struct diags *d, const char *name, const char *text, size_t len)
{
	d->sources = arena_grow(d->arena, d->sources, d->nsources, &d->sources_cap, sizeof *d->sources);
	d->sources[d->nsources] = (struct source){ .name = arena_strdup(d->arena, name), .text = text, .len = len };
	return (uint32_t)d->nsources++;
}

uint32_t
diags_source(struct diags *d, const char *name, const char *text, size_t len)
{
	return diags_source_lent(d, name, arena_strndup(d->arena, text, len), len);
}

/* The bytes that NULs were written over. */
static const char *
bytes_under(struct arena *a, const struct source *s, const char *same)
{
	struct buf under = {0};
	const char *end = same + s->len, *text;

	for (const char *p = same; (p = memchr(p, '\0', (size_t)(end - p))); p++)
		buf_putc(&under, s->text[p - same]);
	text = arena_strndup(a, buf_text(&under), under.len);
	buf_free(&under);
	return text;
}

void
diags_source_keep(struct diags *d, uint32_t file, const char *same)
{
	struct source *s = d->sources + file;
	bool clean = s->counts[SEV_ERROR] + s->counts[SEV_WARNING] + s->counts[SEV_NOTE] == 0;

	if (!same || !clean || memchr(s->text, '\0', s->len)) {
		s->text = arena_strndup(d->arena, s->text, s->len);
		return;
	}
	s->under = bytes_under(d->arena, s, same);
	s->text = same;
}

const char *
diags_source_name(const struct diags *d, uint32_t file)
{
	return file < d->nsources ? d->sources[file].name : "?";
}

const char *
diags_source_text(const struct diags *d, uint32_t file, size_t *len)
{
	const struct source *s = file < d->nsources ? d->sources + file : NULL;

	*len = s && !s->under ? s->len : 0;
	return !s ? "" : s->under ? NULL : s->text;
}

static void
copy_source(const struct source *s, struct buf *out)
{
	const char *under = s->under;
	size_t from = out->len;
	char *p, *end;

	buf_add(out, s->text, s->len);
	end = out->text + out->len;
	for (p = out->text + from; under && (p = memchr(p, '\0', (size_t)(end - p))); )
		*p = *under++;
}

bool
diags_source_copy(const struct diags *d, uint32_t file, struct buf *out)
{
	if (file >= d->nsources)
		return false;
	copy_source(d->sources + file, out);
	return true;
}

struct diag *
diag_add(struct diags *d, enum severity severity, const char *code, struct place at, const char *fmt, ...)
{
	struct source *source = at.file < d->nsources ? d->sources + at.file : &d->nowhere;
	struct diag *g;
	va_list ap;

	d->counts[severity]++;
	if (++source->counts[severity] > MOST_KEPT || d->n >= MAX_DIAGS)
		return &d->spare;
	g = arena_alloc(d->arena, sizeof *g);
	va_start(ap, fmt);
	*g = (struct diag){ code, severity, at, arena_vprintf(d->arena, fmt, ap), NULL };
	va_end(ap);
	d->items = arena_grow(d->arena, d->items, d->n, &d->cap, sizeof(struct diag *));
	d->items[d->n++] = g;
	return g;
}

void
diag_hint(struct diags *d, struct diag *g, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g->hint = arena_vprintf(d->arena, fmt, ap);
	va_end(ap);
}

/* A word of one name, four letters or more, that stands in the other. */
static bool
share_word(const char *a, const char *b)
{
	static const char between[] = "-_. ";
	enum { SHORTEST = 4, LONGEST = 40 };
	char word[LONGEST + 1];

	for (size_t n; *a; a += n + (a[n] != '\0')) {
		n = strcspn(a, between);
		if (n < SHORTEST || n > LONGEST)
			continue;
		memcpy(word, a, n);
		word[n] = '\0';
		if (strstr(b, word))
			return true;
	}
	return false;
}

/* The first names that share a word with the wrong one. */
static void
suggest_related(struct diags *d, struct diag *g, const char *wrong, const char *const *names, size_t n)
{
	enum { FEW = 6 };
	struct buf list = {0};

	for (size_t i = 0, found = 0; i < n && found < FEW; i++)
		if (share_word(wrong, names[i]) || share_word(names[i], wrong))
			buf_printf(&list, "%s%s", found++ ? ", " : "", names[i]);
	if (list.len)
		diag_hint(d, g, "near it: %s", buf_text(&list));
	buf_free(&list);
}

void
diag_suggest(struct diags *d, struct diag *g, const char *wrong, const char *const *names, size_t n)
{
	enum { SHORT_LIST = 24 };
	const char *nearest = text_nearest(wrong, names, n);
	struct buf list = {0};

	if (nearest) {
		diag_hint(d, g, "did you mean '%s'?", nearest);
		return;
	}
	if (n > SHORT_LIST)
		suggest_related(d, g, wrong, names, n);
	if (n == 0 || n > SHORT_LIST)
		return;
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
	diag_hint(d, g, "allowed: %s", buf_text(&list));
	buf_free(&list);
}

size_t
diags_count(const struct diags *d)
{
	return d->n;
}

size_t
diags_errors(const struct diags *d)
{
	return d->counts[SEV_ERROR];
}

size_t
diags_warnings(const struct diags *d)
{
	return d->counts[SEV_WARNING];
}

const struct diag *
diags_at(const struct diags *d, size_t i)
{
	return d->items[i];
}

static int
compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int
by_place(const void *pa, const void *pb)
{
	const struct diag *a = *(struct diag *const *)pa, *b = *(struct diag *const *)pb;
	int c = compare(a->at.file, b->at.file);

	if (!c)
		c = compare(a->at.line, b->at.line);
	if (!c)
		c = compare(a->at.col, b->at.col);
	if (!c)
		c = compare(a->severity, b->severity);
	if (!c)
		c = strcmp(a->code, b->code);
	return c ? c : strcmp(a->message, b->message);
}

void
diags_sort(struct diags *d)
{
	if (d->n)
		qsort(d->items, d->n, sizeof(struct diag *), by_place);
}

/* The text of line `number` of a source, which may be in `whole`; false when there is no such line. */
static bool
source_line(const struct source *s, uint32_t number, struct buf *whole, const char **line, size_t *len)
{
	const char *p = s->text, *end, *nl;

	if (s->under) {
		copy_source(s, whole);
		p = whole->text;
	}
	end = p + s->len;
	for (uint32_t i = 1; p && i < number; i++) {
		nl = memchr(p, '\n', (size_t)(end - p));
		p = nl ? nl + 1 : NULL;
	}
	if (!p || p >= end)
		return false;
	nl = memchr(p, '\n', (size_t)(end - p));
	*line = p;
	*len = (size_t)((nl ? nl : end) - p);
	if (*len && p[*len - 1] == '\r')
		(*len)--;
	return true;
}

/* The bytes of a line up to a column, and the width they take once cleaned. */
static size_t
column_offset(const char *line, size_t len, uint32_t col)
{
	size_t i = 0, n;
	uint32_t cp;

	for (uint32_t c = 1; c < col && i < len; c++) {
		n = text_decode(line + i, len - i, &cp);
		i += n ? n : 1;
	}
	return i;
}

/* Tabs are shown as one space, so that the caret stands below its character. */
static void
clean_excerpt(struct buf *out, const char *s, size_t n)
{
	for (size_t from = 0, to; from < n; from = to + 1) {
		for (to = from; to < n && s[to] != '\t'; to++)
			;
		text_clean(out, s + from, to - from, 0);
		if (to < n)
			buf_putc(out, ' ');
	}
}

/* A line, with carets below what is meant. */
static void
print_line(const struct diag *g, const char *line, size_t len, FILE *out)
{
	struct buf before = {0}, marked = {0}, after = {0};
	size_t from, to, width;

	from = column_offset(line, len, g->at.col);
	to = g->at.end_line == g->at.line ? column_offset(line, len, g->at.end_col)
		: g->at.end_line > g->at.line ? len : from;
	if (from > LONGEST_EXCERPT) {	/* keep the place in sight */
		line += from - LONGEST_EXCERPT / 2;
		len -= from - LONGEST_EXCERPT / 2;
		to -= from - LONGEST_EXCERPT / 2;
		from = LONGEST_EXCERPT / 2;
	}
	if (len > LONGEST_EXCERPT)
		len = LONGEST_EXCERPT;
	if (to > len)
		to = len;
	if (to < from)
		to = from;
	clean_excerpt(&before, line, from);
	clean_excerpt(&marked, line + from, to - from);
	clean_excerpt(&after, line + to, len - to);
	fprintf(out, "    %s%s%s\n", buf_text(&before), buf_text(&marked), buf_text(&after));
	fprintf(out, "    %*s^", (int)text_width(buf_text(&before)), "");
	width = text_width(buf_text(&marked));
	while (width-- > 1)
		fputc('~', out);
	fputc('\n', out);
	buf_free(&before);
	buf_free(&marked);
	buf_free(&after);
}

static void
print_excerpt(const struct diags *d, const struct diag *g, FILE *out)
{
	struct buf whole = {0};
	const char *line;
	size_t len;

	if (g->at.file < d->nsources && source_line(d->sources + g->at.file, g->at.line, &whole, &line, &len))
		print_line(g, line, len, out);
	buf_free(&whole);
}

void
diag_print(const struct diags *d, const struct diag *g, FILE *out)
{
	static const char *const names[] = { "error", "warning", "note" };
	struct buf line = {0};
	const char *name = diags_source_name(d, g->at.file);

	if (g->at.file < d->nsources) {
		text_clean(&line, name, strlen(name), LONGEST_MESSAGE);
		if (g->at.line)
			buf_printf(&line, ":%u:%u", (unsigned)g->at.line, (unsigned)g->at.col);
		buf_puts(&line, ": ");
	}
	buf_printf(&line, "%s[%s]: ", names[g->severity], g->code);
	text_clean(&line, g->message, strlen(g->message), LONGEST_MESSAGE);
	fprintf(out, "%s\n", buf_text(&line));
	if (g->at.line)
		print_excerpt(d, g, out);
	if (g->hint) {
		buf_clear(&line);
		text_clean(&line, g->hint, strlen(g->hint), LONGEST_MESSAGE);
		fprintf(out, "    hint: %s\n", buf_text(&line));
	}
	buf_free(&line);
}

/* Counts down what may still be printed for the source of a diagnostic; false when that is used up. */
static bool
may_print(const struct diags *d, const struct diag *g, uint8_t *left)
{
	size_t source = g->at.file < d->nsources ? g->at.file : d->nsources;
	uint8_t *mine = left + source * SEVERITIES + g->severity;

	return *mine && (*mine)--;
}

/* How many were not printed, for each kind of a source. */
static void
print_rest(const struct source *source, const uint8_t *left, FILE *out)
{
	static const char *const names[] = { "errors", "warnings", "notes" };
	struct buf name = {0};

	text_clean(&name, source->name ? source->name : "what was given", source->name ? strlen(source->name) : 14, LONGEST_MESSAGE);
	for (int i = 0; i < SEVERITIES; i++)
		if (source->counts[i] > (size_t)(MOST_PRINTED - left[i]))
			fprintf(out, "and %zu more %s in %s\n", source->counts[i] - (size_t)(MOST_PRINTED - left[i]), names[i], buf_text(&name));
	buf_free(&name);
}

void
diags_print(const struct diags *d, FILE *out)
{
	uint8_t *left = machine_alloc((d->nsources + 1) * SEVERITIES);

	memset(left, MOST_PRINTED, (d->nsources + 1) * SEVERITIES);
	for (size_t i = 0; i < d->n; i++)
		if (may_print(d, d->items[i], left))
			diag_print(d, d->items[i], out);
	for (size_t i = 0; i <= d->nsources; i++)
		print_rest(i < d->nsources ? d->sources + i : &d->nowhere, left + i * SEVERITIES, out);
	free(left);
}
