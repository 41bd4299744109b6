/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include "report/checks.h"

#include <string.h>

/* Groups of checks, as they are shown one below the other. */
struct group {
	const char *key, *value;	/* a check belongs to it when it has this value */
	const char *heading, *mark;
	enum look look;
	bool asks;			/* the question to a person is shown */
};

static const struct group plain[] = {
	{ "state", "unmet", "Not so", "NOT MET", BAD, false },
	{ "state", "met", "As it should be", "ok", GOOD, false },
	{ "state", "unknown", "Cannot be told from the facts", "unknown", DOUBTFUL, true },
	{ 0 },
};

static const struct group compared[] = {
	{ "change", "fixed", "Now as it should be, and was not", "fixed", GOOD, false },
	{ "change", "still_unmet", "Still not so", "NOT MET", BAD, false },
	{ "change", "broken", "Not so any more", "NOT MET", BAD, false },
	{ "change", "found_unmet", "Not so, and was not known", "NOT MET", BAD, false },
	{ "change", "found_met", "As it should be, and was not known", "ok", GOOD, false },
	{ "change", "kept", "As it should be, as before", "ok", GOOD, false },
	{ "change", "cannot_tell", "Cannot be told: facts that decide are missing", "unknown", DOUBTFUL, true },
	{ 0 },
};

static void
show_check(struct text *t, const json_t *c, const struct group *g)
{
	struct page *p = &t->page;

	page_to(p, INDENT);
	page_put(p, g->look, g->mark);
	page_to(p, LIST);
	text_title(t, PLAIN, LIST, 0, c, "title");
	page_end(p);
	if (g->asks && text_str(c, "before") && text_is(c, "before", "unmet")) {
		page_to(p, LIST);
		page_words(p, BAD, LIST, 0, "it was not so before");
		page_end(p);
	}
	if (g->asks && text_str(c, "ask")) {
		page_to(p, LIST);
		page_words(p, FAINT, LIST, 0, text_str(c, "ask"));
		page_end(p);
	}
}

static void
show_group(struct text *t, const struct group *g)
{
	bool any = false;
	json_t *c;
	size_t i;

	json_array_foreach(text_list(t->doc, "checks"), i, c) {
		if (!text_is(c, g->key, g->value))
			continue;
		if (!any) {
			page_gap(&t->page);
			page_words(&t->page, BOLD, INDENT, 0, g->heading);
			page_end(&t->page);
		}
		any = true;
		show_check(t, c, g);
	}
}

static const char *
verdict(const struct text *t)
{
	if (text_is(t->doc, "status", "ok"))
		return "All is well.";
	if (text_is(t->doc, "status", "problem"))
		return "Something is still wrong.";
	return "Whether all is well cannot be told: facts that decide are missing.";
}

void
checks_text(const json_t *document, const struct text_options *o, FILE *out)
{
	int width = o->width ? o->width : 80;
	struct text t = { .doc = document, .page = { .out = out, .width = width, .color = o->color, .utf8 = o->utf8 } };

	page_words(&t.page, BOLD, 0, 0, verdict(&t));
	page_end(&t.page);
	for (const struct group *g = json_is_null(text_list(document, "changes")) ? plain : compared; g->key; g++)
		show_group(&t, g);
}
