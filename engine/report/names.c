/* SPDX-License-Identifier: MIT */
#include "report/names.h"

#include "base/text.h"

#include <string.h>
#include <time.h>

enum { FILES_MAX = 256 };

static const char gap[] = " · ";
static const int64_t last_second = 253402300799;	/* of the year 9999 */

void
names_open(struct names *n, const struct report_input *in)
{
	const struct factset *fs = session_factset(in->session);

	*n = (struct names){ .session = in->session, .sources = in->sources };
	if (!fs)
		fs = n->none = factset_new(session_rules(in->session), session_now(in->session));
	n->redactor = redactor_new(fs, in->redact);
	n->arena = arena_new();
	n->files = arena_array(n->arena, FILES_MAX, sizeof *n->files);
	n->last = arena_alloc(n->arena, sizeof *n->last);
}

void
names_close(struct names *n)
{
	redactor_free(n->redactor);
	arena_free(n->arena);
	if (n->none)
		factset_free(n->none);
}

bool
name_is_plain(const char *text)
{
	bool word = false;

	for (; *text; text++) {
		if (*text > ' ' && *text < 0x7f)
			word = true;
		else if (*text == ' ' && word)
			word = false;
		else
			return false;
	}
	return word;
}

/* Line breaks and runs of blanks become one blank; the ends are cut. */
static void
join_lines(struct buf *out, const char *text)
{
	static const char blanks[] = " \t\r\n";

	for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
		size_t word = strcspn(text, blanks);

		if (out->len)
			buf_putc(out, ' ');
		buf_add(out, text, word);
		text += word;
	}
}

void
name_own(struct buf *out, const char *text)
{
	struct buf line = {0};

	if (name_is_plain(text)) {
		buf_puts(out, text);
		return;
	}
	join_lines(&line, text);
	text_clean(out, buf_text(&line), line.len, 0);
	buf_free(&line);
}

void
name_outside(const struct names *n, struct buf *out, const char *text)
{
	struct buf line = {0};

	join_lines(&line, text);
	redact_text(n->redactor, out, buf_text(&line), line.len);
	buf_free(&line);
}

static int
number_of(const struct names *n, const struct fact *f)
{
	struct numbered at = *n->last;

	if (!at.fact || at.fact->of != f->of || at.fact->id > f->id)
		at = (struct numbered){ session_first(n->session, f->of), 1 };
	for (; at.fact && at.fact != f; at.number++)
		at.fact = session_next(n->session, at.fact);
	*n->last = at;
	return at.number;
}

static bool
has_key(const struct fact *f)
{
	return f->of->key >= 0 && f->slots[f->of->key] != UNKNOWN;
}

void
name_value(const struct names *n, struct buf *out, const struct slot *slot, value v)
{
	redact_value(n->redactor, out, slot, v, session_syms(n->session));
}

void
name_subject(const struct names *n, struct buf *out, const struct fact *f)
{
	if (has_key(f))
		name_value(n, out, &f->of->slots[f->of->key], f->slots[f->of->key]);
	else
		buf_printf(out, "%s-%d", f->of->entry.id, number_of(n, f));
}

static void
add_slot(struct buf *out, const struct fact *f, int slot)
{
	if (slot >= 0)
		buf_printf(out, ".%s", f->of->slots[slot].name);
}

void
name_fact(const struct names *n, struct buf *out, const struct fact *f, int slot)
{
	buf_puts(out, f->of->entry.id);
	if (has_key(f)) {
		buf_putc(out, '[');
		name_value(n, out, &f->of->slots[f->of->key], f->slots[f->of->key]);
		buf_putc(out, ']');
	} else if (!f->of->single) {
		buf_printf(out, "[%d]", number_of(n, f));
	}
	add_slot(out, f, slot);
}

void
name_answer(const struct names *n, struct buf *out, const struct fact *f, int slot)
{
	const struct fact *first = session_first(n->session, f->of);

	if (first != f || session_next(n->session, first)) {
		name_fact(n, out, f, slot);
		return;
	}
	buf_puts(out, f->of->entry.id);
	add_slot(out, f, slot);
}

/* One piece of a text; true when it was a value and known. */
static bool
add_piece(const struct names *n, struct buf *out, const struct piece *p, const struct fact *subject)
{
	value v;

	if (p->text) {
		buf_puts(out, p->text);
		return false;
	}
	v = session_value(n->session, p->of, p->slot, subject);
	if (v == UNKNOWN || v == ABSENT) {
		buf_puts(out, "…");
		return false;
	}
	name_value(n, out, &p->of->slots[p->slot], v);
	return true;
}

void
name_say(const struct names *n, struct buf *out, const struct say *say, const struct fact *subject)
{
	struct buf text = {0};

	for (size_t i = 0; i < say->n; i++)
		add_piece(n, &text, &say->pieces[i], subject);
	name_own(out, buf_text(&text));
	buf_free(&text);
}

/* A part of a headline that is being put together. */
struct part {
	struct buf text;
	bool asks, knows;	/* it has values; one of them is known */
};

static void
end_part(struct buf *out, struct part *p)
{
	if (p->text.len && (p->knows || !p->asks)) {
		buf_puts(out, out->len ? gap : "");
		buf_puts(out, buf_text(&p->text));
	}
	buf_clear(&p->text);
	p->asks = p->knows = false;
}

void
name_line(const struct names *n, struct buf *out, const struct say *say, const struct fact *f)
{
	struct part part = {0};
	struct buf line = {0};

	for (size_t i = 0; i < say->n; i++) {
		const struct piece *p = &say->pieces[i];
		const char *text = p->text, *end;

		if (!text) {
			part.asks = true;
			part.knows |= add_piece(n, &part.text, p, f);
			continue;
		}
		for (; (end = strstr(text, gap)); text = end + sizeof gap - 1) {
			buf_add(&part.text, text, (size_t)(end - text));
			end_part(&line, &part);
		}
		buf_puts(&part.text, text);
	}
	end_part(&line, &part);
	name_own(out, buf_text(&line));
	buf_free(&line);
	buf_free(&part.text);
}

/* The file's path below its pack's folder; of a pack that is one file, the file's name. */
static const char *
below(const struct pack *pack, const char *file)
{
	size_t len = pack && pack->path ? strlen(pack->path) : 0;
	const char *slash = strrchr(file, '/');

	if (len && strncmp(file, pack->path, len) == 0 && file[len] == '/')
		return file + len + 1;
	return slash ? slash + 1 : file;
}

const char *
name_file(struct names *n, const struct pack *pack, struct place at)
{
	const char *name = n->sources && at.line ? diags_source_name(n->sources, at.file) : NULL;
	struct buf clean = {0};

	if (!name)
		return NULL;
	if (at.file < FILES_MAX && n->files[at.file])
		return n->files[at.file];
	name_outside(n, &clean, below(pack, name));
	name = arena_strndup(n->arena, buf_text(&clean), clean.len);
	if (at.file < FILES_MAX)
		n->files[at.file] = name;
	buf_free(&clean);
	return name;
}

/* Appends the bytes [at.col, at.end_col) of a line. */
static void
add_columns(struct buf *out, const char *line, size_t len, struct place at)
{
	size_t from = 0, to = 0;

	for (uint32_t col = 1, cp; to < len && line[to] != '\n' && col < at.end_col; col++) {
		size_t step = text_decode(line + to, len - to, &cp);

		from = col == at.col ? to : from;
		to += step ? step : 1;
	}
	text_clean(out, line + from, to - from, 0);
}

/* The text of a place on one line; false when there is none. */
static bool
add_excerpt(const struct names *n, struct buf *out, struct place at)
{
	struct buf source = {0};
	size_t before = out->len, from = 0;

	if (n->sources && at.line && at.line == at.end_line)
		diags_source_copy(n->sources, at.file, &source);
	for (uint32_t line = 1; from < source.len && line < at.line; line++) {
		const char *end = memchr(source.text + from, '\n', source.len - from);

		from = end ? (size_t)(end + 1 - source.text) : source.len;
	}
	if (from < source.len)
		add_columns(out, source.text + from, source.len - from, at);
	buf_free(&source);
	return out->len > before;
}

/* Items of lists have their text; what is a part of one is cut out of the file. */
void
name_condition(const struct names *n, struct buf *out, const struct expr *e)
{
	if (e->text)
		name_own(out, e->text);
	else if (!add_excerpt(n, out, e->at))
		buf_printf(out, "the condition of line %u", (unsigned)e->at.line);
}

void
name_time(struct buf *out, int64_t seconds)
{
	time_t t = (time_t)seconds;
	char text[32];
	struct tm tm;

	if (seconds >= 0 && seconds <= last_second && gmtime_r(&t, &tm)
			&& strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf_puts(out, text);
}
