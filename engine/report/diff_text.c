/* SPDX-License-Identifier: MIT */
#include "report/diff.h"

#include "report/text.h"

#include <string.h>

static const struct sentence {
	const char *verdict, *text;
	enum look look;
	const char *run;	/* whose title follows, NULL: none */
} sentences[] = {
	{ "fine", "Nothing is wrong.", GOOD, NULL },
	{ "fixed", "Fixed, which was: ", GOOD, "before" },
	{ "same", "Still the same: ", BAD, "after" },
	{ "changed", "Something else is wrong now: ", BAD, "after" },
	{ "new", "Something is wrong now: ", BAD, "after" },
	{ "unknown", "It cannot be told whether it is fixed: ", DOUBTFUL, "before" },
};

enum { KIND = 10, FACTS_MOST = 20, MISSING_MOST = 6 };

/* How the values of a list are told. */
enum unit { AS_WORDS, AS_CHANCE, AS_NUMBER };

static const struct section {
	const char *key, *title;
	enum unit unit;
} sections[] = {
	{ "requirements", "Requirements", AS_WORDS }, { "causes", "Causes", AS_CHANCE }, { "steps", "Steps", AS_NUMBER },
	{ "findings", "Conclusions", AS_WORDS }, { "facts", "Facts", AS_WORDS },
};

static bool
is_told(const json_t *v)
{
	return json_is_string(v) || json_is_integer(v);
}

static void
tell(struct buf *out, const json_t *v, enum unit unit, bool seconds)
{
	char time[24];

	if (json_is_string(v)) {
		buf_puts(out, json_string_value(v));
	} else if (unit == AS_CHANCE) {
		buf_printf(out, "%d %%", (int)((json_integer_value(v) + 5000) / 10000));
	} else if (seconds) {
		text_duration(time, sizeof time, json_integer_value(v));
		buf_puts(out, time);
	} else {
		buf_printf(out, "%d", (int)json_integer_value(v));
	}
}

static void
entry(struct text *t, const json_t *o, enum unit unit)
{
	const char *name = text_str(o, "title") ? text_str(o, "title") : text_str(o, "says") ? text_str(o, "says") : text_str(o, "id");
	bool seconds = text_is(o, "kind", "cost");
	struct page *p = &t->page;
	struct buf line = {0};

	page_to(p, INDENT);
	page_put(p, PLAIN, text_str(o, "kind"));
	page_to(p, INDENT + KIND);
	buf_puts(&line, name ? name : "?");
	if (text_str(o, "subject"))
		buf_printf(&line, " (%s)", text_str(o, "subject"));
	if (is_told(text_list(o, "from")) || is_told(text_list(o, "to")))
		buf_puts(&line, ": ");
	if (is_told(text_list(o, "from")))
		tell(&line, text_list(o, "from"), unit, seconds);
	if (is_told(text_list(o, "from")) && is_told(text_list(o, "to")))
		buf_puts(&line, " -> ");
	if (is_told(text_list(o, "to")))
		tell(&line, text_list(o, "to"), unit, seconds);
	page_words(p, PLAIN, INDENT + KIND, 0, buf_text(&line));
	page_end(p);
	buf_free(&line);
}

static void
section(struct text *t, const struct section *s)
{
	size_t i, n = text_count(t->doc, s->key);
	json_t *o;

	if (!n)
		return;
	text_heading(t, s->title);
	json_array_foreach(text_list(t->doc, s->key), i, o)
		if (t->verbose || i < FACTS_MOST)
			entry(t, o, s->unit);
	if (!t->verbose && n > FACTS_MOST) {
		page_to(&t->page, INDENT);
		page_printf(&t->page, FAINT, "and %zu more; --verbose lists all", n - FACTS_MOST);
		page_end(&t->page);
	}
}

/* Why it cannot be told: what decided the first time is not known now. */
static void
missing(struct text *t)
{
	size_t i, n = text_count(t->doc, "missing");
	struct buf line = {0};
	json_t *id;

	if (!text_is(t->doc, "verdict", "unknown") || !n)
		return;
	buf_puts(&line, "Known before and not now: ");
	json_array_foreach(text_list(t->doc, "missing"), i, id)
		if (t->verbose || i < MISSING_MOST)
			buf_printf(&line, "%s%s", i ? ", " : "", json_string_value(id));
	if (!t->verbose && n > MISSING_MOST)
		buf_printf(&line, " and %zu more", n - MISSING_MOST);
	page_words(&t->page, PLAIN, INDENT, 0, buf_text(&line));
	page_end(&t->page);
	buf_free(&line);
}

static void
headline(struct text *t)
{
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		const struct sentence *s = &sentences[i];
		const char *title = s->run ? text_str(text_list(t->doc, s->run), "title") : NULL;

		if (!text_is(t->doc, "verdict", s->verdict))
			continue;
		page_put(&t->page, s->look, s->text);
		if (title)
			page_words(&t->page, BOLD, INDENT, 0, title);
		page_end(&t->page);
	}
}

void
diff_text(const json_t *diff, const struct text_options *o, FILE *out)
{
	struct text t = {
		.doc = diff, .verbose = o->verbose,
		.page = { .out = out, .width = o->width ? o->width : 80, .color = o->color, .utf8 = o->utf8 },
	};

	headline(&t);
	missing(&t);
	if (text_yes(diff, "rules_changed")) {
		page_words(&t.page, FAINT, INDENT, 0, "The rules are not the same in both runs.");
		page_end(&t.page);
	}
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		section(&t, &sections[i]);
}
