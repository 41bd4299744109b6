/* SPDX-License-Identifier: MIT */
#include "facts/factfile.h"

#include "facts/factfile_digest.h"
#include "facts/redact.h"
#include "lang/json.h"

#include <errno.h>
#include <string.h>

/* One writing: the text so far and what hides private values. */
struct writer {
	struct buf out;
	struct redactor *redactor;
	const struct factset *fs;
	bool redact;
};

static void
add_text(struct writer *w, const char *s, size_t n)
{
	struct buf open = {0};

	redact_text_raw(w->redactor, &open, s, n);
	json_quote(&w->out, buf_text(&open), open.len);
	buf_free(&open);
}

static void
add_time(struct writer *w, int64_t time)
{
	buf_putc(&w->out, '"');
	value_print(&w->out, TYPE_TIME, time, w->fs->syms);
	buf_putc(&w->out, '"');
}

/* Numbers and yes-no as JSON has them; everything else in its written form. */
static void
add_value(struct writer *w, const struct slot *slot, value v)
{
	struct buf written = {0};

	redact_value_raw(w->redactor, &written, slot, v, w->fs->syms);
	if (slot->type == TYPE_YES_NO && !(slot->hidden && w->redact))
		buf_puts(&w->out, v ? "true" : "false");
	else if ((slot->type == TYPE_INTEGER || slot->type == TYPE_NUMBER) && !(slot->hidden && w->redact))
		buf_add(&w->out, buf_text(&written), written.len);
	else
		json_quote(&w->out, buf_text(&written), written.len);
	buf_free(&written);
}

/* A label is a text: private values of other types are left out of redacted files. */
static bool
is_withheld(const struct writer *w, const struct slot *slot)
{
	return w->redact && slot->hidden && slot->type != TYPE_TEXT && slot->type != TYPE_SYMBOL;
}

static void
add_origin(struct writer *w, const char *source, int64_t time)
{
	buf_puts(&w->out, ", \"source\": ");
	add_text(w, source, strlen(source));
	buf_puts(&w->out, ", \"time\": ");
	add_time(w, time);
}

static void
add_slot(struct writer *w, const struct factrec *f, int i, const char *source, int64_t time)
{
	const struct slot *slot = f->of->slots + i;
	bool own = strcmp(f->sources[i], source) != 0 || f->times[i] != time;

	buf_printf(&w->out, "\"%s\": ", slot->name);
	if (own)
		buf_puts(&w->out, "{\"value\": ");
	add_value(w, slot, f->values[i]);
	if (own) {
		add_origin(w, f->sources[i], f->times[i]);
		buf_putc(&w->out, '}');
	}
}

/* The first slot's source and time stand for the fact. */
static void
add_fact(struct writer *w, const struct factrec *f)
{
	const char *between = "";
	int first = 0;

	while (first < f->of->nslots && (f->values[first] == UNKNOWN || is_withheld(w, f->of->slots + first)))
		first++;
	buf_printf(&w->out, "{\"fact\": \"%s\"", f->of->entry.id);
	if (first < f->of->nslots)
		add_origin(w, f->sources[first], f->times[first]);
	buf_puts(&w->out, ", \"slots\": {");
	for (int i = first; i < f->of->nslots; i++) {
		if (f->values[i] == UNKNOWN || is_withheld(w, f->of->slots + i))
			continue;
		buf_puts(&w->out, between);
		add_slot(w, f, i, f->sources[first], f->times[first]);
		between = ", ";
	}
	buf_puts(&w->out, "}}");
}

static void
add_unknown(struct writer *w, const struct unknown *u)
{
	buf_printf(&w->out, "{\"fact\": \"%s", u->of->entry.id);
	if (u->slot >= 0)
		buf_printf(&w->out, ".%s", u->of->slots[u->slot].name);
	buf_putc(&w->out, '"');
	if (u->key != UNKNOWN && !is_withheld(w, u->of->slots + u->of->key)) {
		buf_puts(&w->out, ", \"key\": ");
		add_value(w, u->of->slots + u->of->key, u->key);
	}
	buf_puts(&w->out, ", \"reason\": ");
	add_text(w, u->reason, strlen(u->reason));
	add_origin(w, u->source, u->time);
	buf_putc(&w->out, '}');
}

static void
add_survey(struct writer *w, const struct survey *s)
{
	buf_printf(&w->out, "{\"fact\": \"%s\"", s->of->entry.id);
	add_origin(w, s->source, s->time);
	buf_putc(&w->out, '}');
}

/* One entry a line, so that two files can be compared line by line. */
static void
next_entry(struct writer *w, size_t i)
{
	buf_puts(&w->out, i ? ",\n    " : "\n    ");
}

static void
add_all(struct writer *w)
{
	const struct factset *fs = w->fs;

	buf_puts(&w->out, "{\n  \"schema\": \"diagnose-facts/1\",\n  \"written_by\": \"diagnose " DX_VERSION "\",\n  \"now\": ");
	add_time(w, fs->now);
	buf_printf(&w->out, ",\n  \"redacted\": %s,\n  \"facts\": [", w->redact ? "true" : "false");
	for (size_t i = 0; i < fs->nfacts; i++) {
		next_entry(w, i);
		add_fact(w, fs->facts[i]);
	}
	buf_puts(&w->out, fs->nfacts ? "\n  ],\n  \"unknown\": [" : "],\n  \"unknown\": [");
	for (size_t i = 0; i < fs->nunknowns; i++) {
		next_entry(w, i);
		add_unknown(w, fs->unknowns + i);
	}
	buf_puts(&w->out, fs->nunknowns ? "\n  ],\n  \"surveyed\": [" : "],\n  \"surveyed\": [");
	for (size_t i = 0; i < fs->nsurveys; i++) {
		next_entry(w, i);
		add_survey(w, fs->surveys + i);
	}
	buf_puts(&w->out, fs->nsurveys ? "\n  ]\n}\n" : "]\n}\n");
}

/* In the place of the last brace: the digest of what stands there so far. */
static void
add_digest(struct buf *out)
{
	char hex[DIGEST_HEX];

	if (!factfile_digest(out->text, out->len, hex))
		return;
	out->len -= strlen("\n}\n");
	buf_printf(out, ",\n  \"digest\": \"sha256:%s\"\n}\n", hex);
}

bool
factfile_write(const struct factset *fs, FILE *out, bool redact)
{
	struct writer w = { .redactor = redactor_new(fs, redact), .fs = fs, .redact = redact };
	bool good;

	add_all(&w);
	add_digest(&w.out);
	if (w.out.len > JSON_LARGEST)
		good = (errno = EFBIG, false);
	else
		good = fwrite(buf_text(&w.out), 1, w.out.len, out) == w.out.len && fflush(out) == 0;
	redactor_free(w.redactor);
	buf_free(&w.out);
	return good;
}
