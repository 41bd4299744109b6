/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <stdlib.h>
#include <string.h>

static size_t
steps_to_do(const struct text *t)
{
	json_t *s;
	size_t i, n = 0;

	json_array_foreach(text_list(t->doc, "steps"), i, s)
		n += !text_is(s, "kind", "service");
	return n;
}

static void
plan_heading(struct text *t)
{
	const json_t *plan = text_list(t->doc, "plan");
	size_t n = steps_to_do(t);
	char time[24], line[120];

	text_duration(time, sizeof time, (text_num(plan, "expected_time_s") + 29) / 60 * 60);
	if (!n)
		snprintf(line, sizeof line, "Plan: no step that is known helps here");
	else if (!text_num(plan, "p_solved_ppm"))
		snprintf(line, sizeof line, "Plan: %zu step%s", n, n == 1 ? "" : "s");
	else
		snprintf(line, sizeof line, "Plan: %zu step%s, about %s on average, works with %d %%", n, n == 1 ? "" : "s", time,
				(int)(text_num(plan, "p_solved_ppm") / 10000));
	text_heading(t, line);
}

static void
line(struct text *t, enum look look, const char *before, const char *text)
{
	struct page *p = &t->page;

	page_to(p, BODY);
	page_put(p, look, before);
	page_words(p, look == FAINT ? FAINT : PLAIN, BODY + 2, 0, text);
	page_end(p);
}

/*
 * How long it takes and what it settles, at the end of the line; on a narrow page on one of their
 * own.
 */
static void
step_figures(struct text *t, const json_t *s)
{
	struct page *p = &t->page;
	int column;
	char time[24];

	text_duration(time, sizeof time, text_num(text_list(s, "cost"), "seconds"));
	column = p->width - 16 - (int)strlen(time);
	if (p->width < NARROW) {
		page_end(p);
		page_to(p, BODY);
	} else {
		page_to(p, p->at + 2 > column ? p->at + 2 : column);
	}
	page_put(p, PLAIN, time);
	if (text_num(s, "p_settles_ppm")) {
		page_put(p, PLAIN, "  settles");
		text_percent(p, PLAIN, 7, text_num(s, "p_settles_ppm"));
	}
	page_end(p);
}

static void
step_title(struct text *t, const json_t *s)
{
	struct page *p = &t->page;

	page_printf(p, BOLD, "%*d", INDENT + 1, (int)text_num(s, "n"));
	page_to(p, INDENT + 3);
	if (text_is(s, "kind", "service"))
		page_put(p, BOLD, "If nothing helped: ");
	else if (text_yes(s, "last_resort"))
		page_put(p, BAD, "Last resort: ");
	text_title(t, BOLD, INDENT + 3, p->width < NARROW ? 0 : p->width - 24, s, "title");
	step_figures(t, s);
}

bool
text_same_thing(const json_t *a, const json_t *b)
{
	return json_equal(text_list(a, "id"), text_list(b, "id"))
			&& json_equal(text_list(a, "subject"), text_list(b, "subject"));
}

/* The cause that a step fixes; NULL when it is hardly possible. */
static const json_t *
probable_cause(const struct text *t, const json_t *fix)
{
	json_t *c;
	size_t i;

	json_array_foreach(text_list(t->doc, "causes"), i, c)
		if (text_same_thing(c, fix))
			return text_num(c, "p_ppm") < HARDLY_PPM ? NULL : c;
	return NULL;
}

/* The same issue, of another subject, is among the first n fixes. */
static bool
is_told_before(const struct text *t, const json_t *fixes, size_t n, const char *issue)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *c = probable_cause(t, json_array_get(fixes, i));

		if (c && text_is(c, "id", issue))
			return true;
	}
	return false;
}

/* "Title (device-1, device-2)": an issue that it settles, and of whom where that is not the step's own subject. */
static void
issue_and_subjects(struct text *t, const json_t *s, const json_t *first, struct buf *out)
{
	size_t i, n = 0;
	json_t *fix;

	buf_puts(out, text_str(first, "title"));
	json_array_foreach(text_list(s, "fixes"), i, fix) {
		const json_t *c = probable_cause(t, fix);
		const char *subject = c && text_is(c, "id", text_str(first, "id")) ? text_subject(t, c) : NULL;

		if (subject && !json_equal(text_list(c, "subject"), text_list(s, "subject")))
			buf_printf(out, "%s%s", n++ ? ", " : " (", subject);
	}
	buf_puts(out, n ? ")" : "");
}

/* Which of the causes it settles, the most probable ones; each issue once. */
static void
helps_against(struct text *t, const json_t *s)
{
	const json_t *fixes = text_list(s, "fixes");
	struct buf all = {0};
	size_t i, n = 0, more = 0;
	json_t *fix;

	json_array_foreach(fixes, i, fix) {
		const json_t *c = probable_cause(t, fix);

		if (!c || is_told_before(t, fixes, i, text_str(c, "id")))
			continue;
		if (n == FIXES_MAX && !t->verbose) {
			more++;
			continue;
		}
		buf_puts(&all, n++ ? "; " : "");
		issue_and_subjects(t, s, c, &all);
	}
	if (more)
		buf_printf(&all, " (and %zu more)", more);
	if (all.len)
		line(t, FAINT, "for: ", buf_text(&all));
	buf_free(&all);
}

int
text_same_before(const struct text *t, const json_t *step)
{
	json_t *s;
	size_t i;

	json_array_foreach(text_list(t->doc, "steps"), i, s) {
		if (s == step)
			break;
		if (json_equal(text_list(s, "id"), text_list(step, "id"))
				&& json_equal(json_object_get(s, "instructions"), json_object_get(step, "instructions")))
			return (int)text_num(s, "n");
	}
	return 0;
}

static void
instructions(struct text *t, const json_t *s)
{
	struct page *p = &t->page;
	json_t *in;
	size_t i;

	json_array_foreach(text_list(s, "instructions"), i, in) {
		page_to(p, BODY);
		page_printf(p, PLAIN, "%zu. ", i + 1);
		page_words(p, PLAIN, BODY + 3, 0, json_string_value(in));
		page_end(p);
	}
}

static void
verification(struct text *t, const json_t *s)
{
	struct buf all = {0};
	json_t *c;
	size_t i;

	json_array_foreach(text_list(s, "verify"), i, c) {
		if (i == CHECKS_MAX && !t->verbose)
			break;
		buf_puts(&all, i ? "; " : "");
		buf_puts(&all, text_str(c, "title"));
	}
	if (all.len)
		line(t, FAINT, "it worked when: ", buf_text(&all));
	buf_free(&all);
}

static void
unknown_needs(struct text *t, const json_t *s)
{
	json_t *r;
	size_t i;

	json_array_foreach(text_list(s, "requirements"), i, r)
		if (text_is(r, "state", "unknown"))
			line(t, DOUBTFUL, "? make sure first: ", text_str(r, "title"));
}

/*
 * The order explains itself by what is settled in what time; where it does not, the reason is
 * told.
 */
static bool
needs_reason(const json_t *s)
{
	if (text_is(s, "kind", "service") || text_yes(s, "last_resort"))
		return false;
	return text_num(s, "p_settles_ppm") < HARDLY_PPM || !text_is(text_list(s, "risk"), "data_loss", "nothing");
}

static bool
is_detailed(const struct text *t, const json_t *s)
{
	return t->verbose || text_num(s, "n") <= DETAILED_MAX || text_is(s, "kind", "service");
}

static void
step(struct text *t, const json_t *s)
{
	const json_t *risk = text_list(s, "risk");
	int same = text_same_before(t, s);
	bool harmless = text_is(risk, "data_loss", "nothing");

	step_title(t, s);
	if (text_str(risk, "warning"))
		line(t, BAD, "! ", text_str(risk, "warning"));
	helps_against(t, s);
	if (t->verbose || needs_reason(s))
		line(t, FAINT, "why: ", text_str(s, "why"));
	if (!is_detailed(t, s))
		return;
	unknown_needs(t, s);
	if (same) {
		char as[40];

		snprintf(as, sizeof as, "Do as in step %d.", same);
		line(t, PLAIN, "", as);
		return;
	}
	instructions(t, s);
	if (text_str(risk, "undo") && (!harmless || t->verbose))
		line(t, FAINT, "to undo: ", text_str(risk, "undo"));
	verification(t, s);
}

/* How much the order can be relied on. */
static void
order_note(struct text *t, const json_t *plan)
{
	struct buf note = {0};
	size_t i;
	json_t *id, *s;
	size_t k;

	if (text_yes(plan, "stops_early"))
		buf_puts(&note, "Going on after these would cost more than it is expected to save. ");
	if (t->verbose)
		buf_printf(&note, "The order is %s. ", text_is(plan, "method", "exact") ? "the best there is" : "the best that was found");
	json_array_foreach(text_list(plan, "could_start_with"), i, id)
		json_array_foreach(text_list(t->doc, "steps"), k, s)
			if (t->verbose && json_equal(id, text_list(s, "id"))) {
				buf_printf(&note, "With other frequencies step %d could come first. ", (int)text_num(s, "n"));
				break;
			}
	if (note.len) {
		page_to(&t->page, INDENT);
		page_words(&t->page, FAINT, INDENT, 0, buf_text(&note));
		page_end(&t->page);
	}
	buf_free(&note);
}

void
text_steps(struct text *t)
{
	json_t *s;
	size_t i;

	if (!json_is_object(text_list(t->doc, "plan")))
		return;
	plan_heading(t);
	order_note(t, text_list(t->doc, "plan"));
	json_array_foreach(text_list(t->doc, "steps"), i, s)
		step(t, s);
	if (!t->verbose && steps_to_do(t) > DETAILED_MAX) {
		struct buf more = {0};

		buf_printf(&more, "--verbose tells how to do the steps after step %d", DETAILED_MAX);
		page_to(&t->page, INDENT);
		page_words(&t->page, FAINT, INDENT, 0, buf_text(&more));
		page_end(&t->page);
		buf_free(&more);
	}
}
