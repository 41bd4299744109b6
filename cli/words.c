/* SPDX-License-Identifier: MIT */
#include "words.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { ITEM = 2, NESTED = 5, TOP_CAUSES = 3, TOP_EVIDENCE = 2, BEYOND_PPM = 300000 };

void
words_open(struct words *w, FILE *out, int width, bool color, bool utf8)
{
	*w = (struct words){ .text = { .page = { .out = out, .width = width, .color = color, .utf8 = utf8 } } };
}

/* -- Paragraphs -- */

static void
put_at(struct words *w, int column, enum look look, const char *text)
{
	struct page *p = &w->text.page;

	if (column)
		page_to(p, column);
	page_words(p, look, column, 0, text);
	page_end(p);
}

void
words_say(struct words *w, enum look look, const char *text)
{
	page_gap(&w->text.page);
	put_at(w, 0, look, text);
}

void
words_sayf(struct words *w, enum look look, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		machine_failed("out of memory");
	va_end(ap);
	words_say(w, look, text);
	free(text);
}

void
words_item(struct words *w, enum look look, const char *text)
{
	put_at(w, ITEM, look, text);
}

/* "Label: text", with the text's lines below each other. */
static void
labelled(struct words *w, enum look look, const char *label, const char *text)
{
	struct page *p = &w->text.page;

	page_to(p, ITEM);
	page_put(p, look, label);
	page_put(p, look, " ");
	page_words(p, PLAIN, NESTED, 0, text);
	page_end(p);
}

/* -- What was found -- */

static void
say_cause(struct words *w, const json_t *c, size_t evidence)
{
	struct page *p = &w->text.page;
	json_t *e;
	size_t i, told = 0;

	text_percent(p, BOLD, 6, text_num(c, "p_ppm"));
	page_put(p, PLAIN, "  ");
	text_title(&w->text, BOLD, BODY, 0, c, "title");
	page_end(p);
	json_array_foreach(text_list(c, "evidence"), i, e)
		if (text_yes(e, "seen") && text_num(e, "effect_millibits") > 0 && told++ < evidence)
			put_at(w, BODY, PLAIN, text_str(e, "says"));
}

static void
say_causes(struct words *w, const json_t *plan, size_t most, size_t evidence)
{
	json_t *c;
	size_t i;

	json_array_foreach(text_list(plan, "causes"), i, c)
		if (i < most && (i == 0 || text_num(c, "p_ppm") >= CAUSE_PPM))
			say_cause(w, c, evidence);
}

static void
say_requirements(struct words *w, const json_t *plan)
{
	struct buf line = {0};
	json_t *r;
	size_t i;

	json_array_foreach(text_list(plan, "requirements"), i, r) {
		if (!text_is(r, "state", "unmet"))
			continue;
		buf_clear(&line);
		buf_puts(&line, text_str(r, "title"));
		if (text_str(r, "value"))
			buf_printf(&line, " (it is %s)", text_str(r, "value"));
		labelled(w, BAD, "Not met:", buf_text(&line));
	}
	buf_free(&line);
}

void
words_found(struct words *w, const json_t *plan)
{
	json_t *s;
	size_t i;

	w->text.doc = plan;
	page_gap(&w->text.page);
	json_array_foreach(text_list(plan, "subjects"), i, s)
		if (text_str(s, "headline"))
			put_at(w, 0, PLAIN, text_str(s, "headline"));
	if (text_is(plan, "status", "ok"))
		return;
	if (text_is(plan, "status", "incomplete"))
		words_say(w, BOLD, "Too little is known so far to say what is wrong.");
	else
		words_say(w, BOLD, text_count(plan, "causes") ? "What is probably wrong" : "What is wrong");
	say_requirements(w, plan);
	if (text_is(plan, "status", "problem"))
		say_causes(w, plan, TOP_CAUSES, TOP_EVIDENCE);
}

/* -- Questions -- */

/* Yes and no need no list. */
static bool
is_yes_no(const json_t *answers)
{
	const char *first = json_string_value(json_array_get(answers, 0));

	return first && strcmp(first, "yes") == 0;
}

void
words_question(struct words *w, const json_t *question)
{
	const json_t *answers = text_list(question, "answers");
	struct page *p = &w->text.page;
	json_t *a;
	size_t i;

	page_gap(p);
	text_title(&w->text, BOLD, 0, 0, question, "ask");
	page_end(p);
	json_array_foreach(answers, i, a)
		if (!is_yes_no(answers)) {
			page_printf(p, PLAIN, "  %2zu  ", i + 1);
			page_words(p, PLAIN, NESTED + 1, 0, json_string_value(a));
			page_end(p);
		}
}

void
words_why_question(struct words *w, const json_t *plan, const json_t *question)
{
	char takes[24], saves[24];

	text_duration(takes, sizeof takes, text_num(question, "takes_s"));
	text_duration(saves, sizeof saves, text_num(question, "saves_s"));
	words_sayf(w, PLAIN, "The answer takes about %s and saves about %s of work on average: with it these can be told apart better.",
			takes, saves);
	say_causes(w, plan, TOP_CAUSES + 2, TOP_EVIDENCE);
}

/* -- Steps -- */

static const struct {
	const char *name, *shown;
} losses[] = {
	{ "settings", "It loses settings." }, { "data", "It loses DATA." },
}, actors[] = {
	{ "administrator", "An administrator does it." }, { "agent", "It is for the support agent." },
};

static void
say_risk(struct words *w, const json_t *step)
{
	const json_t *risk = text_list(step, "risk");

	for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
		if (text_is(risk, "data_loss", losses[i].name))
			labelled(w, BAD, "!", losses[i].shown);
	if (text_str(risk, "warning"))
		labelled(w, BAD, "!", text_str(risk, "warning"));
}

static void
say_needs(struct words *w, const json_t *step)
{
	json_t *r;
	size_t i;

	json_array_foreach(text_list(step, "requirements"), i, r)
		if (!text_is(r, "state", "met"))
			labelled(w, DOUBTFUL, "Make sure first:", text_str(r, "title"));
}

/* "Do this: Restart the device (device-2) (about 3 min)" */
static void
say_title(struct words *w, const json_t *step, bool part)
{
	const char *subject = text_subject(&w->text, step);
	struct buf line = {0};
	char time[24];

	text_duration(time, sizeof time, text_num(text_list(step, "cost"), "seconds"));
	buf_printf(&line, "**%s %s**", part ? "Then:" : "Do this:", text_str(step, "title"));
	if (subject)
		buf_printf(&line, " (%s)", subject);
	buf_printf(&line, " (about %s)", time);
	words_say(w, PLAIN, buf_text(&line));
	buf_free(&line);
}

void
words_step(struct words *w, const json_t *step, bool part)
{
	char number[24];
	json_t *in;
	size_t i;

	say_title(w, step, part);
	for (i = 0; i < sizeof actors / sizeof *actors; i++)
		if (text_is(step, "actor", actors[i].name))
			words_item(w, PLAIN, actors[i].shown);
	say_risk(w, step);
	say_needs(w, step);
	json_array_foreach(text_list(step, "instructions"), i, in) {
		snprintf(number, sizeof number, "%zu.", i + 1);
		labelled(w, PLAIN, number, json_string_value(in));
	}
	if (text_str(text_list(step, "risk"), "undo"))
		labelled(w, FAINT, "To undo it:", text_str(text_list(step, "risk"), "undo"));
}

static const json_t *
cause_of(const json_t *plan, const json_t *fix)
{
	json_t *c;
	size_t i;

	json_array_foreach(text_list(plan, "causes"), i, c)
		if (json_equal(text_list(c, "id"), text_list(fix, "id")) && json_equal(text_list(c, "subject"), text_list(fix, "subject")))
			return c;
	return NULL;
}

void
words_why_step(struct words *w, const json_t *plan, const json_t *step)
{
	json_t *f;
	size_t i;

	words_say(w, PLAIN, text_str(step, "why") ? text_str(step, "why") : "It is the next step of the plan.");
	if (text_num(step, "p_settles_ppm"))
		words_sayf(w, PLAIN, "It solves the problem in about %d of 100 cases like this one. It is for:",
				(int)((text_num(step, "p_settles_ppm") + 5000) / 10000));
	json_array_foreach(text_list(step, "fixes"), i, f)
		if (cause_of(plan, f))
			say_cause(w, cause_of(plan, f), TOP_EVIDENCE);
}

void
words_expect(struct words *w, const json_t *step)
{
	json_t *v;
	size_t i;

	if (!text_count(step, "verify"))
		return;
	words_say(w, PLAIN, "This shows whether it worked:");
	json_array_foreach(text_list(step, "verify"), i, v)
		labelled(w, PLAIN, "-", text_str(v, text_str(v, "ask") ? "ask" : "title"));
}

/* -- What was learned -- */

/* How probable a cause is in a document, 0: it is not there. */
static int64_t
share_in(const json_t *plan, const json_t *cause)
{
	const json_t *c = cause_of(plan, cause);

	return c ? text_num(c, "p_ppm") : 0;
}

static int
percent(int64_t share)
{
	return (int)((share + 5000) / 10000);
}

/* "Most probable now, 41 %: The device is locked (device-2) (it was 21 %)" */
static void
say_top(struct words *w, const json_t *top, int64_t before)
{
	int64_t now = text_num(top, "p_ppm");
	const char *subject = text_subject(&w->text, top);
	struct buf line = {0};

	buf_printf(&line, "Most probable now, %d %%%s: **%s**", percent(now), percent(now) == percent(before) ? " as before" : "",
			text_str(top, "title"));
	if (subject)
		buf_printf(&line, " (%s)", subject);
	if (before && percent(now) != percent(before))
		buf_printf(&line, " (it was %d %%)", percent(before));
	words_say(w, PLAIN, buf_text(&line));
	buf_free(&line);
}

void
words_learned(struct words *w, const json_t *before, const json_t *after)
{
	const json_t *top = json_array_get(text_list(after, "causes"), 0), *was = json_array_get(text_list(before, "causes"), 0);
	struct page *p = &w->text.page;

	w->text.doc = after;
	if (!top) {
		if (text_is(after, "status", "incomplete") && !text_is(before, "status", "incomplete"))
			words_say(w, PLAIN, "With that nothing points to a cause any more.");
		return;
	}
	say_top(w, top, share_in(before, top));
	if (was && cause_of(after, was) != top)
		labelled(w, PLAIN, "Before it was:", text_str(was, "title"));
	if (text_num(after, "something_else_ppm") >= BEYOND_PPM) {
		page_to(p, ITEM);
		text_percent(p, PLAIN, 2, text_num(after, "something_else_ppm"));
		page_put(p, PLAIN, " ");
		page_words(p, PLAIN, ITEM, 0, "it is something that the rules do not know: 'hand over' ends the search.");
		page_end(p);
	}
}

void
words_prompt(struct words *w, const char *text)
{
	struct page *p = &w->text.page;

	page_words(p, PLAIN, 0, 0, text);
	page_put(p, PLAIN, " ");
	p->at = 0;		/* what is typed ends the line */
	fflush(p->out);
}
