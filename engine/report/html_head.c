/* SPDX-License-Identifier: MIT */
#include "report/html.h"

#include <string.h>

/* -- Head -- */

static const struct status {
	const char *name, *class, *shown;
} statuses[] = {
	{ "ok", "good", "Nothing is wrong" },
	{ "problem", "bad", "Something is wrong" },
	{ "incomplete", "doubt", "Not enough is known" },
};

/* "2026-01-31T12:00:00Z" as people write it. */
static void
time_of(struct html *h, const char *time)
{
	char date[11] = "", clock[9] = "";

	if (!time || strlen(time) < 19)
		return;
	memcpy(date, time, 10);
	memcpy(clock, time + 11, 8);
	html_put(h, "<time datetime=\"%s\">%s %s UTC</time>", time, date, clock);
}

static void
subjects(struct html *h)
{
	json_t *s;
	size_t i;

	html_put(h, "<ul class=\"subjects\">\n");
	json_array_foreach(text_list(h->t.doc, "subjects"), i, s) {
		if (!text_str(s, "headline"))
			continue;
		html_put(h, "<li>%s", text_str(s, "headline"));
		if (!text_yes(s, "single"))
			html_put(h, " <span class=\"whose\">(%s)</span>", text_str(s, "id"));
		html_put(h, "</li>\n");
	}
	html_put(h, "</ul>\n");
}

static bool
has_headlines(const struct html *h)
{
	json_t *s;
	size_t i;

	json_array_foreach(text_list(h->t.doc, "subjects"), i, s)
		if (text_str(s, "headline"))
			return true;
	return false;
}

/* How sure, how long, with what success: what somebody wants to know who reads one line. */
static void
in_short(struct html *h)
{
	const json_t *issue = text_list(h->t.doc, "issue"), *plan = text_list(h->t.doc, "plan");

	if (json_is_object(issue))
		html_put(h, "<p class=\"lead\">This is the most likely cause, with a probability of %p.</p>\n",
			text_share(json_array_get(text_list(h->t.doc, "causes"), 0)));
	if (json_is_object(plan)) {
		html_put(h, "<p class=\"lead\">");
		html_plan_line(h);
		html_put(h, "</p>\n");
	}
}

static void
notices(struct html *h)
{
	json_t *s;
	size_t i;

	if (json_is_false(text_list(h->t.doc, "redacted")))
		html_put(h, "<p class=\"notice bad\"><strong>Private values are shown in this report.</strong> "
			"Do not pass it on.</p>\n");
	if (text_str(h->t.doc, "selected") && json_is_false(text_list(h->t.doc, "selected_found")))
		html_put(h, "<p class=\"notice bad\">The device asked for is not among those found: %s</p>\n", text_str(h->t.doc, "selected"));
	if (!text_count(h->t.doc, "tried"))
		return;
	html_put(h, "<p>Done without success:</p>\n<ul>\n");
	json_array_foreach(text_list(h->t.doc, "tried"), i, s)
		html_put(h, "<li>%w</li>\n", text_str(s, "title"));
	html_put(h, "</ul>\n");
}

/* Where the plan begins is what most readers look for first. */
static void
skip_link(struct html *h)
{
	if (text_count(h->t.doc, "steps"))
		html_put(h, "<a class=\"skip\" href=\"#steps\">Go to the steps</a>\n");
}

void
html_head(struct html *h)
{
	skip_link(h);
	html_put(h, "<header>\n");
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (text_is(h->t.doc, "status", statuses[i].name))
			html_put(h, "<p class=\"status\"><span class=\"pill %s\">%s</span> ", statuses[i].class, statuses[i].shown);
	if (text_is(h->t.doc, "status", "problem"))
		html_put(h, "<span class=\"soft\">severity: %s</span>", text_str(h->t.doc, "severity"));
	html_put(h, "</p>\n<h1>%s</h1>\n", text_str(h->t.doc, "title"));
	in_short(h);
	if (has_headlines(h))
		subjects(h);
	html_put(h, "<p class=\"soft\">Looked at on ");
	time_of(h, text_str(h->t.doc, "started"));
	html_put(h, "</p>\n");
	notices(h);
	html_put(h, "</header>\n<main>\n");
}

/* -- Requirements -- */

static const struct state {
	const char *name, *class, *shown;
} states[] = {
	{ "met", "good", "met" }, { "unmet", "bad", "not met" }, { "unknown", "doubt", "unknown" },
};

static void
requirement(struct html *h, const json_t *r)
{
	html_put(h, "<tr><th scope=\"row\">");
	html_title(h, r, "title");
	html_put(h, "</th><td>");
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (text_is(r, "state", states[i].name))
			html_put(h, "<span class=\"pill %s\">%s</span>", states[i].class, states[i].shown);
	html_put(h, "</td><td>%s", text_str(r, "value"));
	if (text_str(r, "ask"))
		html_put(h, "%w", text_str(r, "ask"));
	if (text_num(r, "step"))
		html_put(h, " <a href=\"#step-%d\">step %d mends it</a>", (int)text_num(r, "step"), (int)text_num(r, "step"));
	html_put(h, "</td></tr>\n");
}

void
html_requirements(struct html *h)
{
	json_t *r;
	size_t i;

	if (!text_count(h->t.doc, "requirements"))
		return;
	html_put(h, "<section aria-labelledby=\"requirements\">\n<h2 id=\"requirements\">What must hold first</h2>\n<table>\n<thead><tr>"
		"<th scope=\"col\">Requirement</th><th scope=\"col\">State</th><th scope=\"col\">What is known, or asked</th></tr></thead>\n<tbody>\n");
	json_array_foreach(text_list(h->t.doc, "requirements"), i, r)
		requirement(h, r);
	html_put(h, "</tbody>\n</table>\n</section>\n");
}

/* -- Foot -- */

static void
redactions(struct html *h)
{
	json_t *r;
	size_t i;

	if (!text_yes(h->t.doc, "redacted"))
		return;
	html_put(h, "<p>Private values are hidden behind labels such as &lt;user&gt;; equal labels are equal values.");
	json_array_foreach(text_list(h->t.doc, "redactions"), i, r)
		html_put(h, "%s%s (%d)", i ? ", " : " Hidden are: ", text_str(r, "kind"), (int)text_num(r, "values"));
	html_put(h, "</p>\n");
}

static void
named(struct html *h, const char *name, const char *text)
{
	if (text)
		html_put(h, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, text);
}

void
html_foot(struct html *h)
{
	const json_t *engine = text_list(h->t.doc, "engine");
	json_t *p;
	size_t i;

	html_put(h, "</main>\n<footer>\n");
	redactions(h);
	html_put(h, "<dl>\n<div><dt>Made by</dt><dd>%s %s</dd></div>\n", text_str(engine, "name"), text_str(engine, "version"));
	json_array_foreach(text_list(h->t.doc, "packs"), i, p)
		html_put(h, "<div><dt>Rules</dt><dd>%s %s</dd></div>\n", text_str(p, "id"), text_str(p, "version"));
	named(h, "Run", text_str(h->t.doc, "run_id"));
	named(h, "Fingerprint", text_str(h->t.doc, "fingerprint"));
	named(h, "Digest of the facts", text_str(h->t.doc, "facts_digest"));
	html_put(h, "</dl>\n</footer>\n");
}
