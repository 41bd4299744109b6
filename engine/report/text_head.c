/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <string.h>

/* -- Head -- */

static const json_t *
only_headline(const struct text *t, bool single)
{
	const json_t *found = NULL;
	json_t *s;
	size_t i;

	json_array_foreach(text_list(t->doc, "subjects"), i, s) {
		if (!text_str(s, "headline") || text_yes(s, "single") != single)
			continue;
		if (found)
			return NULL;
		found = s;
	}
	return found;
}

/* Device and computer on one line where there is room, the computer at the middle or behind. */
static bool
fit_beside(struct page *p, const char *device, const char *computer)
{
	int left = page_measure(p, device), right = page_measure(p, computer), middle = p->width / 2 - 1;

	if (left + 4 + right > p->width)
		return false;
	if (middle < left + 4 || middle + right > p->width)
		middle = left + 4;
	page_put(p, BOLD, device);
	page_to(p, middle);
	page_put(p, BOLD, computer);
	page_end(p);
	return true;
}

static void
put_subjects(struct text *t)
{
	const json_t *device = only_headline(t, false), *computer = only_headline(t, true);
	struct page *p = &t->page;
	json_t *s;
	size_t i;

	if (device && computer && fit_beside(p, text_str(device, "headline"), text_str(computer, "headline")))
		return;
	for (int single = 0; single < 2; single++)
		json_array_foreach(text_list(t->doc, "subjects"), i, s) {
			if (!text_str(s, "headline") || text_yes(s, "single") != single)
				continue;
			if (!single && !device) {
				page_put(p, PLAIN, text_str(s, "id"));
				page_put(p, PLAIN, "  ");
			}
			page_words(p, BOLD, INDENT, 0, text_str(s, "headline"));
			page_end(p);
		}
}

/* The device that was asked for, when there is none. */
static void
put_missing(struct text *t)
{
	struct page *p = &t->page;

	if (!text_str(t->doc, "selected") || !json_is_false(text_list(t->doc, "selected_found")))
		return;
	page_gap(p);
	page_words(p, BAD, INDENT, 0, "The device asked for is not among those found:");
	page_put(p, BAD, " ");
	page_words(p, BAD, INDENT, 0, text_str(t->doc, "selected"));
	page_end(p);
}

static void
put_tried(struct text *t)
{
	struct page *p = &t->page;
	struct buf line = {0};
	json_t *s;
	size_t i;

	if (!text_count(t->doc, "tried"))
		return;
	page_gap(p);
	json_array_foreach(text_list(t->doc, "tried"), i, s)
		buf_printf(&line, "%s%s", i ? "; " : "Done without success: ", text_str(s, "title"));
	buf_putc(&line, '.');
	page_words(p, PLAIN, INDENT, 0, buf_text(&line));
	page_end(p);
	buf_free(&line);
}

static void
put_verdict(struct text *t)
{
	struct page *p = &t->page;

	if (text_is(t->doc, "status", "problem") && json_is_object(text_list(t->doc, "issue")))
		return;
	page_gap(p);
	page_put(p, text_is(t->doc, "status", "ok") ? GOOD : BOLD, text_str(t->doc, "title"));
	page_put(p, PLAIN, ".");
	page_end(p);
}

void
text_head(struct text *t)
{
	put_subjects(t);
	put_missing(t);
	put_tried(t);
	put_verdict(t);
}

/* -- Requirements -- */

static const struct state {
	const char *name, *shown;
	enum look look;
} states[] = {
	{ "met", "ok", GOOD }, { "unmet", "NOT MET", BAD }, { "unknown", "unknown", DOUBTFUL },
};

static int
longest_title(const struct text *t, const char *key, int max)
{
	int longest = 0;
	json_t *o;
	size_t i;

	json_array_foreach(text_list(t->doc, key), i, o) {
		int n = page_measure(&t->page, text_str(o, "title"));

		if (text_subject(t, o))
			n += page_measure(&t->page, text_subject(t, o)) + 3;
		longest = n > longest ? n : longest;
	}
	return longest < max ? longest : max;
}

/*
 * What is so and which step mends it, from a column on; 0: below the title, as on a narrow page.
 */
static void
requirement_figures(struct text *t, const json_t *r, int column)
{
	struct page *p = &t->page;
	const char *shown = text_str(r, "value");
	char step[32] = "";

	if (text_num(r, "step"))
		snprintf(step, sizeof step, "-> step %d", (int)text_num(r, "step"));
	if (!shown && !*step)
		return;
	if (!column) {
		page_end(p);
		column = LIST;
	}
	page_to(p, column);
	if (shown)
		page_words(p, PLAIN, column, 0, shown);
	if (!*step)
		return;
	if (shown && p->at + 4 + page_measure(p, step) > p->width)
		page_end(p);
	page_to(p, p->at > column ? p->at + 4 : column);
	page_put(p, BOLD, step);
}

static void
requirement(struct text *t, const json_t *r, int column)
{
	struct page *p = &t->page;

	for (size_t k = 0; k < sizeof states / sizeof *states; k++)
		if (text_is(r, "state", states[k].name)) {
			page_to(p, INDENT);
			page_put(p, states[k].look, states[k].shown);
		}
	page_to(p, LIST);
	text_title(t, PLAIN, LIST, column - 1, r, "title");
	requirement_figures(t, r, column);
	if (text_str(r, "ask")) {
		page_end(p);
		page_to(p, LIST);
		page_words(p, FAINT, LIST, 0, text_str(r, "ask"));
	}
	page_end(p);
}

void
text_requirements(struct text *t)
{
	int width = t->page.width;
	int column = width < NARROW ? 0 : LIST + longest_title(t, "requirements", width - LIST - 24) + 2;
	json_t *r;
	size_t i;

	if (!text_count(t->doc, "requirements"))
		return;
	text_heading(t, "Requirements");
	json_array_foreach(text_list(t->doc, "requirements"), i, r)
		requirement(t, r, column);
}
