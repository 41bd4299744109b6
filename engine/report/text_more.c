/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <string.h>

/* -- What is missing -- */

/* "(or red, green or blue)": the answers besides the first; on a line of their own where there is no room. */
static void
other_answers(struct text *t, const json_t *q)
{
	size_t i, n = text_count(q, "answers");
	struct page *p = &t->page;
	struct buf b = {0};
	json_t *a;

	if (n < 2)
		return;
	json_array_foreach(text_list(q, "answers"), i, a)
		if (i)
			buf_printf(&b, "%s%s", i == 1 ? "(or " : i + 1 == n ? " or " : ", ", json_string_value(a));
	buf_putc(&b, ')');
	if (p->at + 2 + page_measure(p, buf_text(&b)) > p->width)
		page_end(p);
	page_to(p, p->at ? p->at + 2 : INDENT + 4);
	page_words(p, FAINT, INDENT + 4, 0, buf_text(&b));
	buf_free(&b);
}

static void
question(struct text *t, const json_t *q)
{
	struct page *p = &t->page;

	page_to(p, INDENT);
	text_title(t, PLAIN, INDENT, 0, q, "ask");
	page_end(p);
	page_to(p, INDENT + 2);
	page_put(p, PLAIN, "diagnose --answer ");
	page_printf(p, BOLD, strchr(text_str(q, "answer_as"), '[') ? "'%s=%s'" : "%s=%s", text_str(q, "answer_as"),
			json_string_value(json_array_get(text_list(q, "answers"), 0)));
	other_answers(t, q);
	page_end(p);
}

void
text_questions(struct text *t)
{
	bool incomplete = text_is(t->doc, "status", "incomplete");
	size_t i, n = text_count(t->doc, "questions");
	json_t *q;

	if (!n)
		return;
	text_heading(t, incomplete ? "Answers that would help most" : "One answer would sharpen this most");
	json_array_foreach(text_list(t->doc, "questions"), i, q)
		if (i == 0 || incomplete || t->verbose)
			question(t, q);
}

static bool
same_cause(const json_t *a, const json_t *b)
{
	return json_equal(text_list(a, "reason"), text_list(b, "reason"))
			&& json_equal(text_list(a, "source"), text_list(b, "source"));
}

static void
unknown_group(struct text *t, size_t from)
{
	const json_t *first = json_array_get(text_list(t->doc, "unknowns"), from);
	struct page *p = &t->page;
	struct buf names = {0};
	size_t i, n = 0;
	json_t *u;

	json_array_foreach(text_list(t->doc, "unknowns"), i, u) {
		if (!same_cause(u, first))
			continue;
		if (n < NAMES_MAX || t->verbose) {
			buf_puts(&names, n ? ", " : "");
			buf_puts(&names, text_str(u, t->verbose || !text_str(u, "title") ? "fact" : "title"));
		}
		n++;
	}
	if (n > NAMES_MAX && !t->verbose)
		buf_printf(&names, " and %zu more", n - NAMES_MAX);
	buf_puts(&names, ": ");
	buf_puts(&names, text_str(first, "reason") ? text_str(first, "reason") : "no reason was given");
	if (t->verbose && text_str(first, "source"))
		buf_printf(&names, " (%s)", text_str(first, "source"));
	page_to(p, INDENT);
	page_words(p, PLAIN, INDENT + 2, 0, buf_text(&names));
	page_end(p);
	buf_free(&names);
}

static bool
collected(const json_t *unknown)
{
	static const char by[] = "collector ";
	const char *source = text_str(unknown, "source");

	return source && strncmp(source, by, sizeof by - 1) == 0;
}

/* Groups of one origin, each told at its first member; false when there is no room for more. */
static bool
unknown_groups(struct text *t, bool of_collectors, size_t *groups)
{
	const json_t *all = text_list(t->doc, "unknowns");
	json_t *u;
	size_t i;

	json_array_foreach(all, i, u) {
		size_t k = 0;

		while (k < i && !same_cause(json_array_get(all, k), u))
			k++;
		if (k < i || collected(u) != of_collectors)
			continue;
		if ((*groups)++ == GROUPS_MAX && !t->verbose)
			return false;
		unknown_group(t, i);
	}
	return true;
}

/* What a person gave comes before what this machine did not tell. */
void
text_unknowns(struct text *t)
{
	size_t groups = 0;

	if (!text_count(t->doc, "unknowns") || text_is(t->doc, "status", "ok"))
		return;
	text_heading(t, "Could not be found out");
	if (unknown_groups(t, false, &groups) && unknown_groups(t, true, &groups))
		return;
	page_to(&t->page, INDENT);
	page_put(&t->page, FAINT, "and more; --verbose lists all");
	page_end(&t->page);
}

/* -- With --verbose -- */

static void
put_pair(struct text *t, const char *left, const char *right)
{
	struct page *p = &t->page;

	page_to(p, INDENT);
	page_words(p, PLAIN, INDENT + 2, 0, left);
	if (right) {
		page_put(p, FAINT, ": ");
		page_words(p, FAINT, INDENT + 2, 0, right);
	}
	page_end(p);
}

static void
left_out(struct text *t)
{
	struct buf reason = {0};
	json_t *o;
	size_t i;

	if (text_count(t->doc, "not_in_plan"))
		text_heading(t, "Not in the plan");
	json_array_foreach(text_list(t->doc, "not_in_plan"), i, o)
		put_pair(t, text_str(o, "title"), text_str(o, "detail"));
	if (text_count(t->doc, "ruled_out"))
		text_heading(t, "Ruled out");
	json_array_foreach(text_list(t->doc, "ruled_out"), i, o) {
		buf_puts(&reason, text_is(o, "by", "requires") ? "it is not so that " : "because ");
		buf_puts(&reason, text_str(o, "condition"));
		put_pair(t, text_str(o, "title"), buf_text(&reason));
		buf_clear(&reason);
	}
	buf_free(&reason);
}

/* "kind kind-of-trouble, about device; by rule x from host, error[1]" */
static void
conclusion(struct text *t, const json_t *f)
{
	struct buf line_text = {0};
	const char *slot;
	json_t *v;
	size_t i, n = 0;

	json_object_foreach(text_list(f, "values"), slot, v)
		buf_printf(&line_text, "%s%s %s", n++ ? ", " : "", slot, json_string_value(v));
	buf_printf(&line_text, "; by rule %s", text_str(f, "by"));
	json_array_foreach(text_list(f, "because"), i, v)
		buf_printf(&line_text, "%s%s", i ? ", " : " from ", json_string_value(v));
	put_pair(t, text_str(f, "id"), buf_text(&line_text));
	buf_free(&line_text);
}

static void
conclusions(struct text *t)
{
	const json_t *rules = text_list(t->doc, "rules");
	json_t *f;
	size_t i;

	text_heading(t, "Rules");
	page_to(&t->page, INDENT);
	page_printf(&t->page, PLAIN, "%d matched, %d did not, %d wait for unknown facts, %d do not apply",
			(int)text_num(rules, "matched"), (int)text_num(rules, "not_matched"), (int)text_num(rules, "unknown"),
			(int)text_num(rules, "not_applicable"));
	page_end(&t->page);
	json_array_foreach(text_list(t->doc, "findings"), i, f)
		conclusion(t, f);
}

static void
facts(struct text *t)
{
	struct buf line_text = {0};
	json_t *f;
	size_t i;

	if (text_count(t->doc, "facts"))
		text_heading(t, "Facts");
	json_array_foreach(text_list(t->doc, "facts"), i, f) {
		buf_printf(&line_text, "%s is %s%s%s", text_str(f, "id"), text_str(f, "value"), text_str(f, "unit") ? " " : "",
				text_str(f, "unit") ? text_str(f, "unit") : "");
		put_pair(t, buf_text(&line_text), text_str(f, "source"));
		buf_clear(&line_text);
	}
	buf_free(&line_text);
}

void
text_details(struct text *t)
{
	left_out(t);
	conclusions(t);
	facts(t);
}
