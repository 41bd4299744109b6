/* SPDX-License-Identifier: MIT */
#include "report/ticket.h"

#include "base/arena.h"
#include "base/text.h"
#include "report/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A text is cut after so many characters; of causes and questions so many are told. */
enum { SENTENCE = 300, CAUSES_TOLD = 3, SIGNS_TOLD = 4, ASKED = 3, SUBJECT = 40 };

void
ticket_line(struct buf *out, const char *text, size_t max)
{
	struct buf clean = {0};
	size_t at = 0, n = 0;
	uint32_t cp;

	text_clean(&clean, text ? text : "", text ? strlen(text) : 0, 0);
	while (at < clean.len && n < max) {
		size_t len = text_decode(clean.text + at, clean.len - at, &cp);

		at += len ? len : 1;
		n++;
	}
	if (at < clean.len) {		/* room for the mark */
		while (at && (--at, (clean.text[at] & 0xc0) == 0x80))
			;
		buf_add(out, clean.text, at);
		buf_puts(out, "…");
	} else {
		buf_add(out, buf_text(&clean), clean.len);
	}
	buf_free(&clean);
}

/* -- Markdown -- */

/* What is broken up so that nobody is called, no other ticket is referred to and nothing becomes a link. */
static bool
is_address(const char *before, const char *p)
{
	switch (*p) {
	case '@':	return isalnum((unsigned char)p[1]);
	case '#':	return isdigit((unsigned char)p[1]);
	case ':':	return p[1] == '/' && p[2] == '/';
	case '.':	return p - before >= 3 && strncasecmp(p - 3, "www", 3) == 0;
	case '-':	return isdigit((unsigned char)p[1]) && p - before >= 2 && strncasecmp(p - 2, "GH", 2) == 0;
	}
	return false;
}

/* A list, a heading or a rule begins with it. */
static bool
begins_a_block(const char *text, const char *p)
{
	size_t digits = strspn(text, "0123456789");

	return (p == text && strchr("-+=", *p)) || (digits && p == text + digits && (*p == '.' || *p == ')'));
}

/* What follows two asterisks is a word that two others end, with nothing of its own in it. */
static bool
closes(const char *p)
{
	const char *end = strstr(p, "**");

	return end && end > p && !isspace((unsigned char)*p) && !isspace((unsigned char)end[-1]);
}

void
ticket_markdown(struct buf *out, const char *text)
{
	struct buf clean = {0};
	const char *all;
	bool bold = false;

	text_clean(&clean, text ? text : "", text ? strlen(text) : 0, 0);
	all = buf_text(&clean);
	for (const char *p = all; *p; p++) {
		bool pair = p[0] == '*' && p[1] == '*';

		if (pair && (bold || closes(p + 2))) {
			buf_puts(out, "**");
			bold = !bold;
			p++;
		} else if (is_address(all, p)) {
			buf_printf(out, *p == '@' || *p == '#' ? "%c<!-- -->" : *p == ':' ? ":<!-- -->" : "<!-- -->%c", *p);
		} else if (*p == '<' || *p == '>' || *p == '&') {
			buf_puts(out, *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : "&amp;");
		} else {
			if (strchr("\\`*_[]|~#!$", *p) || begins_a_block(all, p))
				buf_putc(out, '\\');
			buf_putc(out, *p);
		}
	}
	buf_free(&clean);
}

/* -- Blocks -- */

/*
 * The text as data: groups of blocks, a block [kind, text]. A group is told as a whole or not at all: the head, each step, each thing that
 * follows.
 */
enum block { HEADING, PARAGRAPH, ITEM, NUMBERED };

struct body {
	const json_t *doc;
	struct text t;
	json_t *groups;
	size_t first, last;	/* the groups of the steps: first .. last - 1 */
};

static void
open_group(struct body *b)
{
	json_array_append_new(b->groups, json_array());
}

static void
add(struct body *b, enum block kind, const char *text)
{
	json_t *group = json_array_get(b->groups, json_array_size(b->groups) - 1);
	struct buf line = {0};

	ticket_line(&line, text, kind == NUMBERED ? 3 * SENTENCE : SENTENCE);
	if (line.len)
		json_array_append_new(group, json_pack("[i, s]", (int)kind, buf_text(&line)));
	buf_free(&line);
}

static void addf(struct body *b, enum block kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
addf(struct body *b, enum block kind, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		machine_failed("out of memory");
	va_end(ap);
	add(b, kind, text);
	free(text);
}

static const char *
or_nothing(const char *text)
{
	return text ? text : "";
}

/* " (device-2)" where it is not clear; in a buffer of the caller. */
enum { WHOSE = 8 * SUBJECT };

static const char *
whose(struct body *b, const json_t *o, char out[WHOSE])
{
	const char *subject = text_subject(&b->t, o);
	struct buf name = {0};

	*out = '\0';
	ticket_line(&name, subject, SUBJECT);
	if (subject && name.len < WHOSE - 4)
		snprintf(out, WHOSE, " (%s)", buf_text(&name));
	buf_free(&name);
	return out;
}

static void
add_head(struct body *b)
{
	const json_t *plan = text_list(b->doc, "plan");
	char time[24];
	json_t *o;
	size_t i;

	open_group(b);
	add(b, PARAGRAPH, text_str(b->doc, "title"));
	json_array_foreach(text_list(b->doc, "subjects"), i, o)
		if (text_str(o, "headline") && i < CAUSES_TOLD)
			add(b, ITEM, text_str(o, "headline"));
	text_duration(time, sizeof time, (text_num(plan, "expected_time_s") + 29) / 60 * 60);
	if (text_num(plan, "p_solved_ppm"))
		addf(b, PARAGRAPH, "The plan below takes about %s on average and works with %d %%.", time, (int)(text_num(plan, "p_solved_ppm") / 10000));
	if (text_is(b->doc, "status", "incomplete"))
		add(b, PARAGRAPH, "Facts that decide are unknown: there is no plan yet.");
}

static void
add_causes(struct body *b)
{
	size_t i, k, shown = 0, signs;
	char of[WHOSE];
	json_t *o, *e;

	if (!json_is_object(text_list(b->doc, "issue")))
		return;
	open_group(b);
	add(b, HEADING, "What may be wrong");
	json_array_foreach(text_list(b->doc, "causes"), i, o) {
		if (shown++ == CAUSES_TOLD || (i && text_num(o, "p_ppm") < CAUSE_PPM))
			break;
		addf(b, ITEM, "%d %%: %s%s", (int)((text_share(o) + 5000) / 10000), or_nothing(text_str(o, "title")), whose(b, o, of));
		signs = 0;
		json_array_foreach(text_list(o, "evidence"), k, e)
			if (i == 0 && text_yes(e, "seen") && text_num(e, "effect_millibits") > 0 && signs++ < SIGNS_TOLD)
				addf(b, ITEM, "because %s", or_nothing(text_str(e, "says")));
	}
}

static void
add_requirements(struct body *b)
{
	char of[WHOSE];
	json_t *o;
	size_t i, n = 0;

	json_array_foreach(text_list(b->doc, "requirements"), i, o) {
		if (!text_is(o, "state", "unmet"))
			continue;
		if (!n++) {
			open_group(b);
			add(b, HEADING, "Requirements that are not met");
		}
		addf(b, ITEM, "%s%s: %s", or_nothing(text_str(o, "title")), whose(b, o, of), text_str(o, "value") ? text_str(o, "value") : "no");
	}
}

static void
add_step(struct body *b, const json_t *s)
{
	const json_t *risk = text_list(s, "risk");
	char of[WHOSE], time[24];
	json_t *o;
	size_t i;

	open_group(b);
	text_duration(time, sizeof time, text_num(text_list(s, "cost"), "seconds"));
	addf(b, HEADING, "Step %d: %s%s", (int)text_num(s, "n"), or_nothing(text_str(s, "title")), whose(b, s, of));
	if (text_num(s, "p_settles_ppm") >= HARDLY_PPM)
		addf(b, PARAGRAPH, "%s, settles it with %d %%", time, (int)((text_num(s, "p_settles_ppm") + 5000) / 10000));
	else
		add(b, PARAGRAPH, time);
	if (text_str(risk, "warning"))
		addf(b, PARAGRAPH, "**Mind:** %s", text_str(risk, "warning"));
	json_array_foreach(text_list(s, "instructions"), i, o)
		add(b, NUMBERED, json_string_value(o));
	json_array_foreach(text_list(s, "verify"), i, o)
		addf(b, ITEM, "it worked when: %s", or_nothing(text_str(o, "title")));
}

static void
add_questions(struct body *b)
{
	json_t *o;
	size_t i;

	if (!text_count(b->doc, "questions"))
		return;
	open_group(b);
	add(b, HEADING, "What to ask");
	json_array_foreach(text_list(b->doc, "questions"), i, o)
		if (i < ASKED)
			add(b, ITEM, text_str(o, "ask"));
}

static void
add_foot(struct body *b)
{
	open_group(b);
	addf(b, PARAGRAPH, "Written by %s %s, run %s.", or_nothing(text_str(text_list(b->doc, "engine"), "name")),
		or_nothing(text_str(text_list(b->doc, "engine"), "version")), or_nothing(text_str(b->doc, "run_id")));
	if (json_is_false(text_list(b->doc, "redacted")))
		add(b, PARAGRAPH, "**Private values are shown in this text.**");
}

/* -- Dialects -- */

static void
end_of_list(struct buf *out, int *last, int kind)
{
	bool was_list = *last == ITEM || *last == NUMBERED;

	if (*last >= 0 && (!was_list || *last != kind))
		buf_putc(out, '\n');
	*last = kind;
}

/* Asterisks mean nothing in plain text. */
static void
without_asterisks(struct buf *out, const char *text)
{
	for (const char *p = text; *p; p++)
		if (p[0] == '*' && p[1] == '*')
			p++;
		else
			buf_putc(out, *p);
}

static void
say_block(struct buf *out, enum dialect dialect, int kind, const char *text, int number)
{
	static const char *const before[2][4] = {
		[MARKDOWN] = { [HEADING] = "### ", [PARAGRAPH] = "", [ITEM] = "- ", [NUMBERED] = "" },
		[PLAIN_TEXT] = { [HEADING] = "", [PARAGRAPH] = "", [ITEM] = "- ", [NUMBERED] = "" },
	};

	buf_puts(out, before[dialect][kind]);
	if (kind == NUMBERED)
		buf_printf(out, "%d. ", number);
	if (dialect == MARKDOWN)
		ticket_markdown(out, text);
	else
		without_asterisks(out, text);
	buf_putc(out, '\n');
}

/* All groups one after the other as text. */
static json_t *
as_text(const json_t *groups, enum dialect dialect)
{
	struct buf out = {0};
	int last = -1, number = 0;
	json_t *group, *block, *s;
	size_t i, k;

	json_array_foreach(groups, i, group)
		json_array_foreach(group, k, block) {
			int kind = (int)json_integer_value(json_array_get(block, 0));

			number = kind == NUMBERED && last == NUMBERED ? number + 1 : 1;
			end_of_list(&out, &last, kind);
			say_block(&out, dialect, kind, json_string_value(json_array_get(block, 1)), number);
		}
	s = json_string(buf_text(&out));
	buf_free(&out);
	return s;
}

/* The text nodes of an Atlassian document; it takes no empty ones. */
static json_t *
adf_words(const char *text)
{
	json_t *list = json_array(), *node;
	bool strong = false;

	while (*text) {
		const char *end = strstr(text, "**");
		size_t n = end ? (size_t)(end - text) : strlen(text);

		if (n) {
			node = json_pack("{s:s, s:s%}", "type", "text", "text", text, n);
			if (strong)
				json_object_set_new(node, "marks", json_pack("[{s:s}]", "type", "strong"));
			json_array_append_new(list, node);
		}
		strong = !strong;
		text += n + (end ? 2 : 0);
	}
	return list;
}

static json_t *
adf_node(const char *type, json_t *content)
{
	return json_pack("{s:s, s:o}", "type", type, "content", content);
}

/* The list that the document ends with, of that type; a new one where it ends with something else. */
static json_t *
adf_list(json_t *content, const char *type, bool goes_on)
{
	json_t *last = json_array_get(content, json_array_size(content) - 1);

	if (!goes_on || !text_is(last, "type", type)) {
		last = adf_node(type, json_array());
		json_array_append_new(content, last);
	}
	return json_object_get(last, "content");
}

static json_t *
as_adf(const json_t *groups)
{
	static const char *const lists[] = { [ITEM] = "bulletList", [NUMBERED] = "orderedList" };
	json_t *content = json_array(), *group, *block, *node;
	size_t i, k;

	json_array_foreach(groups, i, group)
		json_array_foreach(group, k, block) {
			int kind = (int)json_integer_value(json_array_get(block, 0));
			json_t *words = adf_words(json_string_value(json_array_get(block, 1)));

			if (kind == ITEM || kind == NUMBERED) {
				node = adf_node("listItem", json_pack("[o]", adf_node("paragraph", words)));
				json_array_append_new(adf_list(content, lists[kind], k > 0), node);
				continue;
			}
			node = adf_node(kind == HEADING ? "heading" : "paragraph", words);
			if (kind == HEADING)
				json_object_set_new(node, "attrs", json_pack("{s:i}", "level", 3));
			json_array_append_new(content, node);
		}
	return json_pack("{s:i, s:s, s:o}", "version", 1, "type", "doc", "content", content);
}

static size_t
size_of(const json_t *v)
{
	return json_is_string(v) ? json_string_length(v) : json_dumpb(v, NULL, 0, JSON_COMPACT);
}

static json_t *
render(const json_t *groups, enum dialect dialect)
{
	return dialect == ADF ? as_adf(groups) : as_text(groups, dialect);
}

/* The groups without some steps at the end of the plan, with the note in their place. */
static json_t *
shortened(const struct body *b, size_t without)
{
	json_t *groups = json_array(), *group;
	char note[120];
	size_t i;

	json_array_foreach(b->groups, i, group)
		if (i < b->last - without || i >= b->last)
			json_array_append(groups, group);
	if (without) {
		snprintf(note, sizeof note, "Cut here: %zu more step%s in the plan document.", without, without == 1 ? " is" : "s are");
		json_array_insert_new(groups, b->last - without, json_pack("[[i, s]]", (int)PARAGRAPH, note));
	}
	return groups;
}

static json_t *
rendered_without(const struct body *b, size_t without, enum dialect dialect)
{
	json_t *groups = shortened(b, without), *body = render(groups, dialect);

	json_decref(groups);
	return body;
}

/* As few steps less as it takes: fewer steps never take more room, so it is halved. */
static json_t *
fitted(const struct body *b, enum dialect dialect, size_t max)
{
	size_t least = 0, most = b->last - b->first;

	for (size_t without = 0; least < most; without = least + (most - least) / 2) {
		json_t *body = rendered_without(b, without, dialect);
		bool fits = size_of(body) <= max;

		json_decref(body);
		if (fits)
			most = without;
		else
			least = without + 1;
	}
	return rendered_without(b, most, dialect);
}

json_t *
ticket_body(const json_t *document, enum dialect dialect, size_t max)
{
	struct body b = { .doc = document, .t = { .doc = document }, .groups = json_array() };
	json_t *body, *s;
	size_t i;

	add_head(&b);
	add_causes(&b);
	add_requirements(&b);
	b.first = json_array_size(b.groups);
	json_array_foreach(text_list(document, "steps"), i, s)
		add_step(&b, s);
	b.last = json_array_size(b.groups);
	add_questions(&b);
	add_foot(&b);
	body = fitted(&b, dialect, max);
	json_decref(b.groups);
	return body;
}
