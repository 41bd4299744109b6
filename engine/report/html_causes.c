/* SPDX-License-Identifier: MIT */
#include "report/html.h"

/* What a piece of evidence does, by whether it was seen and whether it speaks for the cause. */
static const struct role {
	const char *class, *shown;
} roles[2][2] = {
	{ { "against", "against it, not so:" }, { "for", "for it, not so:" } },
	{ { "against", "against it:" }, { "for", "for it:" } },
};

static void
evidence(struct html *h, const json_t *e)
{
	const struct role *r = &roles[text_yes(e, "seen")][text_num(e, "effect_millibits") > 0];
	struct buf source = {0};

	html_put(h, "<li class=\"%s\"><span class=\"role\">%s</span> %w", r->class, r->shown, text_str(e, "says"));
	text_source(&h->t, e, &source);
	if (source.len)
		html_put(h, " <span class=\"soft\">(%s)</span>", buf_text(&source));
	html_put(h, "</li>\n");
	buf_free(&source);
}

/* A sign that changes the odds by less is told in the document only. */
enum { SLIGHT = 100 };

static void
evidences(struct html *h, const json_t *c)
{
	size_t i, shown = 0;
	json_t *e;

	json_array_foreach(text_list(c, "evidence"), i, e) {
		int64_t effect = text_num(e, "effect_millibits");

		if (effect < SLIGHT && effect > -SLIGHT)
			continue;
		html_put(h, shown++ ? "" : "<ul class=\"evidence\">\n");
		evidence(h, e);
	}
	html_put(h, shown ? "</ul>\n" : "<p class=\"soft\">No sign of it is known; this is how often it happens.</p>\n");
}

static void
cause(struct html *h, const json_t *c)
{
	html_put(h, "<li class=\"cause\">\n<div class=\"chance\"><span class=\"percent\">%p</span>", text_share(c));
	html_bar(h, 0, text_share(c));
	html_put(h, "</div>\n<div>\n<h3>");
	html_title(h, c, "title");
	html_put(h, "</h3>\n");
	if (text_str(c, "explains"))
		html_put(h, "<p>%w</p>\n", text_str(c, "explains"));
	evidences(h, c);
	html_put(h, "</div>\n</li>\n");
}

static void
something_else(struct html *h)
{
	int64_t other = text_num(h->t.doc, "something_else_ppm");

	if (other < HARDLY_PPM)
		return;
	html_put(h, "<li class=\"cause\">\n<div class=\"chance\"><span class=\"percent\">%p</span>", other);
	html_bar(h, 0, other);
	html_put(h, "</div>\n<div><h3>Something else</h3>\n<p>None of the causes that the rules know.</p></div>\n</li>\n");
}

static void
minor_causes(struct html *h)
{
	size_t i, shown = 0;
	json_t *c;

	json_array_foreach(text_list(h->t.doc, "causes"), i, c) {
		if (!html_is_minor(h, c))
			continue;
		html_put(h, shown++ ? "" : "<details>\n<summary>Hardly possible, each less than 1 %%</summary>\n<ul>\n");
		html_put(h, "<li>");
		html_title(h, c, "title");
		html_put(h, "</li>\n");
	}
	html_put(h, shown ? "</ul>\n</details>\n" : "");
}

void
html_causes(struct html *h)
{
	json_t *c;
	size_t i;

	if (!json_is_object(text_list(h->t.doc, "issue")))
		return;
	html_put(h, "<section aria-labelledby=\"causes\">\n<h2 id=\"causes\">What may be wrong</h2>\n<ol class=\"causes\">\n");
	json_array_foreach(text_list(h->t.doc, "causes"), i, c)
		if (!html_is_minor(h, c))
			cause(h, c);
	something_else(h);
	html_put(h, "</ol>\n");
	minor_causes(h);
	html_put(h, "</section>\n");
}
