/* SPDX-License-Identifier: MIT */
#include "report/explain.h"

#include "report/text.h"

#include <string.h>

/* Columns of the list of conditions. */
enum { NUMBER = 2, MARK = 5, CONDITION = 14, VALUES = 16, DEEPER = 2, DEEPEST = 40, WIDTH = 80 };

/* ---- sources ---- */

/* "  (usb, 09:30:00 UTC)" or "  (rule x)". */
static void
put_source(struct page *p, const json_t *slot, int indent)
{
	static const char collector[] = "collector ";
	const char *source = text_str(slot, "source"), *time = text_str(slot, "time"), *by = text_str(slot, "by");
	struct buf b = {0};

	if (source && strncmp(source, collector, sizeof collector - 1) == 0)
		source += sizeof collector - 1;
	if (by)
		buf_printf(&b, "(rule %s)", by);
	else if (source && time && strlen(time) > 19)
		buf_printf(&b, "(%s, %.8s UTC)", source, time + 11);
	else if (source)
		buf_printf(&b, "(%s)", source);
	if (b.len) {
		page_put(p, PLAIN, " ");
		page_words(p, FAINT, indent, 0, buf_text(&b));
	}
	buf_free(&b);
}

static void
put_unknown(struct page *p, const json_t *slot, int indent)
{
	struct buf b = {0};

	buf_printf(&b, "%s is unknown", text_str(slot, "fact"));
	if (text_str(slot, "reason"))
		buf_printf(&b, ": %s", text_str(slot, "reason"));
	page_words(p, DOUBTFUL, indent + DEEPER, 0, buf_text(&b));
	page_end(p);
	buf_clear(&b);
	if (text_str(slot, "answer")) {
		page_to(p, indent + DEEPER);
		buf_printf(&b, "%s  --answer %s=...", text_str(slot, "ask"), text_str(slot, "answer"));
		page_words(p, PLAIN, indent + DEEPER + DEEPER, 0, buf_text(&b));
		page_end(p);
	}
	buf_free(&b);
}

/* "usb_device[1-2].mode is normal  (usb, 09:30:00 UTC)" */
static void
put_slot(struct page *p, const json_t *slot, int indent)
{
	struct buf b = {0};

	page_to(p, indent);
	if (!text_str(slot, "value")) {
		put_unknown(p, slot, indent);
		return;
	}
	buf_printf(&b, "%s is %s", text_str(slot, "fact"), text_str(slot, "value"));
	if (text_str(slot, "unit"))
		buf_printf(&b, " %s", text_str(slot, "unit"));
	page_words(p, PLAIN, indent + DEEPER, 0, buf_text(&b));
	buf_free(&b);
	put_source(p, slot, indent + DEEPER);
	page_end(p);
}

static void
put_line(struct page *p, int indent, const char *text)
{
	page_to(p, indent);
	page_words(p, PLAIN, indent + DEEPER, 0, text);
	page_end(p);
}

/* "pack.yaml:12" */
static void
put_place(struct buf *b, const json_t *place)
{
	if (text_str(place, "file"))
		buf_printf(b, " (%s:%d)", text_str(place, "file"), (int)text_num(place, "line"));
}

/* ---- verdicts ---- */

static const struct mark {
	const char *is, *word;
	enum look look;
} marks[] = {
	{ "true", "true", GOOD }, { "false", "FALSE", BAD }, { "unknown", "unknown", DOUBTFUL }, { "missing", "no fact", BAD },
};

static void
put_mark(struct page *p, const json_t *verdict)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (text_is(verdict, "is", marks[i].is))
			page_put(p, marks[i].look, marks[i].word);
}

static void put_verdicts(struct page *p, const json_t *list, int indent, const char *only);

static const char *
plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void
put_quantifier(struct page *p, const json_t *v, int indent)
{
	const json_t *n = json_object_get(v, "facts");
	int64_t all = text_num(n, "all");
	struct buf b = {0};

	if (all)
		buf_printf(&b, "%lld fact%s", (long long)all, plural(all));
	else
		buf_puts(&b, text_yes(n, "surveyed") ? "there is none" : "no fact is known");
	if (all)
		buf_printf(&b, ", of which %lld satisf%s it", (long long)text_num(n, "satisfy"), text_num(n, "satisfy") == 1 ? "ies" : "y");
	if (text_num(n, "unknown"))
		buf_printf(&b, " and %lld may", (long long)text_num(n, "unknown"));
	if (!text_yes(n, "surveyed"))
		buf_puts(&b, "; nobody looked for all, so there may be more");
	put_line(p, indent, buf_text(&b));
	buf_clear(&b);
	if (text_str(v, "fact")) {
		buf_printf(&b, text_is(v, "is", "true") || text_count(v, "parts") == 0 ? "%s" : "look at %s", text_str(v, "fact"));
		put_line(p, indent, buf_text(&b));
	}
	buf_free(&b);
}

/* What the verdict rests on: values, facts of a quantifier, parts. Of `or`, when it holds, what makes it hold. */
static void
put_details(struct page *p, const json_t *v, int indent)
{
	json_t *slot;
	size_t i;

	json_array_foreach(text_list(v, "reads"), i, slot)
		put_slot(p, slot, indent);
	if (json_object_get(v, "facts"))
		put_quantifier(p, v, indent);
	if (indent < DEEPEST)
		put_verdicts(p, json_object_get(v, "parts"), indent, text_is(v, "is", "true") && !json_object_get(v, "facts") ? "true" : NULL);
}

/* `only`: those that are this; NULL: all. */
static void
put_verdicts(struct page *p, const json_t *list, int indent, const char *only)
{
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		if (only && json_array_size(list) > 1 && !text_is(v, "is", only))
			continue;
		page_to(p, indent);
		put_mark(p, v);
		page_to(p, indent + CONDITION - MARK);
		page_words(p, PLAIN, indent + CONDITION - MARK + DEEPER, 0, text_str(v, "text"));
		page_end(p);
		put_details(p, v, indent + CONDITION - MARK + DEEPER);
	}
}

/* ---- rules ---- */

static void
put_outcome(struct page *p, const json_t *rule)
{
	int64_t fired = text_num(rule, "firings"), n = text_num(rule, "matches");
	bool failed = json_is_integer(json_object_get(rule, "failed"));
	struct buf b = {0};

	if (fired)
		buf_printf(&b, "fired %lld time%s", (long long)fired, plural(fired));
	else
		buf_puts(&b, "did not fire");
	if (!text_yes(rule, "complete") && json_object_get(rule, "complete"))
		buf_puts(&b, "; there are too many combinations of facts to look at all of them");
	else if (n)
		buf_printf(&b, "; %lld combination%s of facts satisf%s it now", (long long)n, plural(n), n == 1 ? "ies" : "y");
	else if (failed)
		buf_printf(&b, "; condition %d failed first", (int)text_num(rule, "failed"));
	else if (text_str(rule, "without"))
		buf_printf(&b, "; it needs a fact for '%s', and there is none", text_str(rule, "without"));
	page_to(p, INDENT);
	page_words(p, fired ? GOOD : BAD, INDENT, 0, buf_text(&b));
	page_end(p);
	buf_free(&b);
}

/* "device: 3 facts, 1 passes what is asked of it alone; nearest device[device-1]" */
static void
put_alias(struct page *p, const json_t *a)
{
	int64_t n = text_num(a, "facts"), passed = text_num(a, "passed");
	struct buf b = {0};
	json_t *rule;
	size_t i;

	buf_puts(&b, text_str(a, "alias"));
	if (strcmp(text_str(a, "alias"), text_str(a, "template")) != 0)
		buf_printf(&b, " (%s)", text_str(a, "template"));
	if (n)
		buf_printf(&b, ": %lld fact%s, %lld pass%s what is asked of it alone", (long long)n, plural(n), (long long)passed,
				passed == 1 ? "es" : "");
	else
		buf_puts(&b, text_yes(a, "surveyed") ? ": there is none" : ": no fact is known");
	if (text_str(a, "nearest"))
		buf_printf(&b, "; nearest: %s", text_str(a, "nearest"));
	put_line(p, INDENT, buf_text(&b));
	buf_clear(&b);
	if (passed == 0)
		json_array_foreach(text_list(a, "concluded_by"), i, rule)
			buf_printf(&b, "%s %s", i ? "," : "concluded by:", json_string_value(rule));
	if (b.len)
		put_line(p, INDENT + DEEPER, buf_text(&b));
	buf_free(&b);
}

/* The condition for the nearest facts, and how many combinations came through it. */
static void
put_condition(struct page *p, const json_t *c, int number)
{
	int64_t tried = text_num(c, "tried"), unknown = text_num(c, "unknown");
	struct buf b = {0};

	page_to(p, NUMBER);
	page_printf(p, PLAIN, "%d", number);
	page_to(p, MARK);
	put_mark(p, c);
	page_to(p, CONDITION);
	page_words(p, PLAIN, CONDITION + DEEPER, 0, text_str(c, "text"));
	buf_printf(&b, tried ? "(%lld of %lld pass" : "(not reached", (long long)text_num(c, "passed"), (long long)tried);
	if (unknown)
		buf_printf(&b, ", %lld unknown", (long long)unknown);
	buf_putc(&b, ')');
	page_put(p, PLAIN, "  ");
	page_words(p, FAINT, CONDITION + DEEPER, 0, buf_text(&b));
	page_end(p);
	put_details(p, c, VALUES);
	buf_free(&b);
}

/* Where an entry comes from and how sure it is, as far as its author says. */
static void
put_origin(struct page *p, const json_t *entry)
{
	struct buf b = {0};
	json_t *part;
	size_t i;

	json_array_foreach(text_list(entry, "sources"), i, part)
		buf_printf(&b, "%s%s", i ? ", " : "from ", json_string_value(part));
	if (text_str(entry, "sure"))
		buf_printf(&b, "%s%s", b.len ? "; " : "", text_str(entry, "sure"));
	if (b.len)
		put_line(p, INDENT, buf_text(&b));
	buf_free(&b);
}

static void
put_rule(struct page *p, const json_t *rule)
{
	struct buf b = {0};
	json_t *part;
	size_t i;

	buf_printf(&b, "Rule %s", text_str(rule, "id"));
	put_place(&b, json_object_get(rule, "place"));
	page_gap(p);
	page_words(p, BOLD, INDENT, 0, buf_text(&b));
	page_end(p);
	if (text_str(rule, "note"))
		put_line(p, INDENT, text_str(rule, "note"));
	put_origin(p, rule);
	put_outcome(p, rule);
	json_array_foreach(text_list(rule, "conclusions"), i, part) {
		buf_clear(&b);
		buf_printf(&b, "stands behind %s", json_string_value(part));
		put_line(p, INDENT, buf_text(&b));
	}
	json_array_foreach(text_list(rule, "aliases"), i, part)
		put_alias(p, part);
	json_array_foreach(text_list(rule, "conditions"), i, part)
		put_condition(p, part, (int)i + 1);
	buf_free(&b);
}

/* ---- facts ---- */

/* Of a past firing nothing but its facts is known. */
static void
put_reasons(struct page *p, const json_t *firing)
{
	struct buf b = {0};
	json_t *fact;
	size_t i;

	json_array_foreach(text_list(firing, "facts"), i, fact)
		buf_printf(&b, "%s%s", i ? ", " : "resting on ", json_string_value(fact));
	if (b.len)
		put_line(p, MARK, buf_text(&b));
	buf_free(&b);
}

static void
put_firing(struct page *p, const json_t *firing, const char *how)
{
	struct buf b = {0};

	buf_printf(&b, "%s rule %s", how, text_str(firing, "rule"));
	put_place(&b, json_object_get(firing, "place"));
	put_line(p, INDENT, buf_text(&b));
	if (text_count(firing, "conditions"))
		put_verdicts(p, json_object_get(firing, "conditions"), MARK, NULL);
	else
		put_reasons(p, firing);
	buf_free(&b);
}

static void
put_fact(struct page *p, const json_t *fact)
{
	json_t *part;
	size_t i;

	page_gap(p);
	page_words(p, BOLD, INDENT, 0, text_str(fact, "id"));
	page_end(p);
	json_array_foreach(text_list(fact, "slots"), i, part)
		put_slot(p, part, INDENT);
	if (text_count(fact, "slots") == 0)
		put_line(p, INDENT, "nothing is known of it");
	if (json_object_get(fact, "set_by"))
		put_firing(p, json_object_get(fact, "set_by"), "added or last set by");
	json_array_foreach(text_list(fact, "because"), i, part)
		put_firing(p, part, "concluded by");
}

/* ---- the rest ---- */

static void
put_entry(struct page *p, const json_t *entry)
{
	struct buf b = {0};
	json_t *c;
	size_t i;

	buf_printf(&b, "%c%s %s", text_str(entry, "kind")[0] - 'a' + 'A', text_str(entry, "kind") + 1, text_str(entry, "id"));
	put_place(&b, json_object_get(entry, "place"));
	if (text_str(entry, "subject"))
		buf_printf(&b, ", for %s", text_str(entry, "subject"));
	page_gap(p);
	page_words(p, BOLD, INDENT, 0, buf_text(&b));
	page_end(p);
	if (text_str(entry, "title"))
		put_line(p, INDENT, text_str(entry, "title"));
	put_origin(p, entry);
	json_array_foreach(text_list(entry, "plan"), i, c)
		put_line(p, INDENT, json_string_value(c));
	json_array_foreach(text_list(entry, "conditions"), i, c) {
		page_to(p, INDENT);
		put_mark(p, c);
		page_to(p, INDENT + CONDITION - MARK);
		buf_clear(&b);
		buf_printf(&b, "%s: %s", text_str(c, "role"), text_str(c, "says"));
		page_words(p, PLAIN, CONDITION, 0, buf_text(&b));
		page_end(p);
		put_verdicts(p, json_object_get(c, "conditions"), CONDITION, NULL);
	}
	if (text_is(entry, "kind", "issue"))
		put_line(p, INDENT, "how much each sign weighs, and what to do: in the report of 'diagnose run'");
	buf_free(&b);
}

static void
put_absent(struct page *p, const json_t *absent)
{
	struct buf b = {0};

	if (text_str(absent, "value"))
		buf_printf(&b, "There is no fact %s:%s", text_str(absent, "template"), text_str(absent, "value"));
	else
		buf_printf(&b, "There is no fact of %s", text_str(absent, "template"));
	if (!text_yes(absent, "surveyed"))
		buf_puts(&b, ", but nobody looked for all of them either");
	page_words(p, BAD, INDENT, 0, buf_text(&b));
	page_end(p);
	buf_free(&b);
}

void
explain_text(const json_t *document, const struct text_options *o, FILE *out)
{
	struct page page = { .out = out, .width = o->width ? o->width : WIDTH, .color = o->color, .utf8 = o->utf8 };
	json_t *part;
	size_t i;

	if (json_object_get(document, "absent"))
		put_absent(&page, json_object_get(document, "absent"));
	json_array_foreach(text_list(document, "rules"), i, part)
		put_rule(&page, part);
	json_array_foreach(text_list(document, "entries"), i, part)
		put_entry(&page, part);
	json_array_foreach(text_list(document, "facts"), i, part)
		put_fact(&page, part);
	if (text_yes(document, "more")) {
		page_gap(&page);
		put_line(&page, INDENT, "and more, which is left out");
	}
}
