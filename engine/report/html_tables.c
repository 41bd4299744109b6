/* SPDX-License-Identifier: MIT */
#include "report/html.h"

#include <string.h>

/*
 * The tables for those who want to know more: each folded away below its title, with how many entries it has. What is folded is not printed.
 */
struct table {
	const char *key, *id, *title, *columns[3];
	void (*row)(struct html *h, const json_t *entry);
};

static void
table(struct html *h, const struct table *t)
{
	json_t *entry;
	size_t i;

	if (!text_count(h->t.doc, t->key))
		return;
	html_put(h, "<details>\n<summary><h3 id=\"%s\">%s</h3> <span class=\"soft\">(%d)</span></summary>\n<table>\n<thead><tr>", t->id, t->title,
		(int)text_count(h->t.doc, t->key));
	for (int k = 0; k < 3 && t->columns[k]; k++)
		html_put(h, "<th scope=\"col\">%s</th>", t->columns[k]);
	html_put(h, "</tr></thead>\n<tbody>\n");
	json_array_foreach(text_list(h->t.doc, t->key), i, entry) {
		html_put(h, "<tr>");
		t->row(h, entry);
		html_put(h, "</tr>\n");
	}
	html_put(h, "</tbody>\n</table>\n</details>\n");
}

/* -- Questions -- */

static void
question(struct html *h, const json_t *q)
{
	json_t *a;
	size_t i;

	html_put(h, "<li><p><strong>");
	html_title(h, q, "ask");
	html_put(h, "</strong></p>\n");
	if (text_count(q, "answers"))
		html_put(h, "<ul class=\"answers\">\n");
	json_array_foreach(text_list(q, "answers"), i, a)
		html_put(h, "<li><label><input type=\"checkbox\"> %s</label></li>\n", json_string_value(a));
	html_put(h, text_count(q, "answers") ? "</ul>\n" : "");
	if (text_num(q, "saves_s"))
		html_put(h, "<p class=\"soft\">Asking takes %t and saves %t on average.", text_num(q, "takes_s"), text_num(q, "saves_s"));
	else
		html_put(h, "<p class=\"soft\">Asking takes %t.", text_num(q, "takes_s"));
	html_put(h, " Give the answer with <code>--answer '%s=%s'</code></p></li>\n", text_str(q, "answer_as"),
		json_string_value(json_array_get(text_list(q, "answers"), 0)));
}

void
html_questions(struct html *h)
{
	json_t *q;
	size_t i;

	if (!text_count(h->t.doc, "questions"))
		return;
	html_put(h, "<section aria-labelledby=\"questions\">\n<h2 id=\"questions\">What to ask</h2>\n"
		"<p class=\"soft\">These answers would make the plan sharper, the most helpful one first.</p>\n<ol class=\"questions\">\n");
	json_array_foreach(text_list(h->t.doc, "questions"), i, q)
		question(h, q);
	html_put(h, "</ol>\n</section>\n");
}

/* -- For those who want to know more -- */

static void
unknown(struct html *h, const json_t *u)
{
	html_put(h, "<th scope=\"row\">%w<br><code>%s</code></th><td>%s", text_str(u, "title"), text_str(u, "fact"),
		text_str(u, "reason") ? text_str(u, "reason") : "no reason was given");
	if (text_str(u, "source"))
		html_put(h, " <span class=\"soft\">(%s)</span>", text_str(u, "source"));
	html_put(h, "</td>");
}

static void
left_out(struct html *h, const json_t *o)
{
	html_put(h, "<th scope=\"row\">%w</th><td>%w</td>", text_str(o, "title"), text_str(o, "detail"));
}

static void
ruled_out(struct html *h, const json_t *o)
{
	html_put(h, "<th scope=\"row\">");
	html_title(h, o, "title");
	html_put(h, "</th><td>%s <code>%s</code></td>", text_is(o, "by", "requires") ? "it is not so that" : "because", text_str(o, "condition"));
}

static void
finding(struct html *h, const json_t *f)
{
	const char *slot;
	json_t *v;
	size_t i, n = 0;

	html_put(h, "<th scope=\"row\"><code>%s</code></th><td>", text_str(f, "id"));
	json_object_foreach(text_list(f, "values"), slot, v)
		html_put(h, "%s%s: %s", n++ ? ", " : "", slot, json_string_value(v));
	html_put(h, "</td><td><code>%s</code>", text_str(f, "by"));
	json_array_foreach(text_list(f, "because"), i, v)
		html_put(h, "%s<code>%s</code>", i ? ", " : " from ", json_string_value(v));
	html_put(h, "</td>");
}

static void
fact(struct html *h, const json_t *f)
{
	const char *time = text_str(f, "collected");

	html_put(h, "<th scope=\"row\"><code>%s</code></th><td>%s %s</td><td class=\"soft\">%s", text_str(f, "id"), text_str(f, "value"),
		text_str(f, "unit"), text_str(f, "source"));
	if (time && strlen(time) > 19)
		html_put(h, ", <time datetime=\"%s\">%s</time>", time, time + 11);
	html_put(h, "</td>");
}

static const struct table tables[] = {
	{ "facts", "facts", "What was found out", { "Fact", "Value", "From" }, fact },
	{ "unknowns", "unknowns", "What could not be found out", { "What", "Why not" }, unknown },
	{ "findings", "findings", "What was concluded", { "Conclusion", "What it says", "By which rule" }, finding },
	{ "ruled_out", "ruled-out", "Causes that are ruled out", { "Cause", "Why" }, ruled_out },
	{ "not_in_plan", "left-out", "Steps that were left out", { "Step", "Why" }, left_out },
};

void
html_tables(struct html *h)
{
	size_t i, n = 0;

	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		n += text_count(h->t.doc, tables[i].key);
	if (!n)
		return;
	html_put(h, "<section class=\"more\" aria-labelledby=\"more\">\n<h2 id=\"more\">All the details</h2>\n"
		"<p class=\"soft noprint\">Open a part to read it; what is open is printed, too.</p>\n");
	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		table(h, &tables[i]);
	html_put(h, "</section>\n");
}
