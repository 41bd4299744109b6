/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "report/report.h"
#include "report/wrap.h"

#include <stdlib.h>
#include <string.h>

/* A report on one page, rendered from the document alone. */
struct text {
	const json_t *doc;
	struct page page;
	bool verbose;
	json_t *by_id;		/* facts and findings by their id, borrowed values */
};

enum {
	INDENT = 2, BODY = 8, LIST = 11,
	CAUSES_MAX = 5, EVIDENCE_MAX = 4, NAMES_MAX = 3, GROUPS_MAX = 6,
	CAUSE_PPM = 50000, HARDLY_PPM = 10000,
	TELLING = 500,		/* millibits: what is missing is told when it changed the odds by more than four tenths */
	CHECKS_MAX = 2, FIXES_MAX = 2,
	DETAILED_MAX = 10,	/* later steps are told in full on request */
	NARROWEST = 40, NARROW = 60, DEFAULT_WIDTH = 80
};

/* -- Reading the document -- */

static const char *
str(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int64_t
num(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static bool
yes(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

static bool
is(const json_t *o, const char *key, const char *wanted)
{
	const char *s = str(o, key);

	return s && strcmp(s, wanted) == 0;
}

static json_t *
list(const json_t *o, const char *key)
{
	return json_object_get(o, key);
}

static size_t
count(const json_t *o, const char *key)
{
	return json_array_size(json_object_get(o, key));
}

static void
put_percent(struct page *p, enum look look, int width, int64_t share)
{
	if (share > 0 && share < HARDLY_PPM)
		page_printf(p, look, "%*s", width, "< 1 %");
	else if (share >= 995000 && share < 1000000)
		page_printf(p, look, "%*s", width, "> 99 %");
	else
		page_printf(p, look, "%*d %%", width - 2, (int)((share + 5000) / 10000));
}

/* "30 s", "5 min", "2 h" */
static void
duration(char *out, size_t n, int64_t seconds)
{
	if (seconds < 50)
		snprintf(out, n, "%d s", (int)seconds);
	else if (seconds < 100 * 60)
		snprintf(out, n, "%d min", (int)((seconds + 30) / 60));
	else if (seconds < 48 * 3600)
		snprintf(out, n, "%d h", (int)((seconds + 1800) / 3600));
	else
		snprintf(out, n, "%d days", (int)((seconds + 43200) / 86400));
}

static void
heading(struct text *t, const char *title)
{
	page_gap(&t->page);
	page_words(&t->page, BOLD, INDENT, 0, title);
	page_end(&t->page);
}

/* A template with several subjects: their names must be said. */
static bool
is_one_of_several(const struct text *t, const char *subject)
{
	const char *template = NULL;
	json_t *s;
	size_t i, n = 0;

	json_array_foreach(list(t->doc, "subjects"), i, s)
		if (subject && is(s, "id", subject))
			template = str(s, "template");
	json_array_foreach(list(t->doc, "subjects"), i, s)
		n += template && is(s, "template", template);
	return n != 1;
}

static const char *
subject_of(const struct text *t, const json_t *o)
{
	const char *subject = str(o, "subject");

	return is_one_of_several(t, subject) ? subject : NULL;
}

/* "Title (device-2)": the text under a key and for whom, where that is not clear. */
static void
put_title(struct text *t, enum look look, int indent, int right, const json_t *o, const char *key)
{
	const char *subject = subject_of(t, o);
	struct buf b = {0};

	buf_puts(&b, str(o, key));
	if (subject)
		buf_printf(&b, " (%s)", subject);
	page_words(&t->page, look, indent, right, buf_text(&b));
	buf_free(&b);
}

/* -- Head -- */

static const json_t *
only_headline(const struct text *t, bool single)
{
	const json_t *found = NULL;
	json_t *s;
	size_t i;

	json_array_foreach(list(t->doc, "subjects"), i, s) {
		if (!str(s, "headline") || yes(s, "single") != single)
			continue;
		if (found)
			return NULL;
		found = s;
	}
	return found;
}

static void
head(struct text *t)
{
	const json_t *device = only_headline(t, false), *computer = only_headline(t, true);
	struct page *p = &t->page;
	json_t *s;
	size_t i;

	if (device && computer
			&& page_measure(p, str(device, "headline")) + page_measure(p, str(computer, "headline")) + 4 <= p->width) {
		page_put(p, BOLD, str(device, "headline"));
		page_to(p, p->at + 4 > p->width / 2 - 1 ? p->at + 4 : p->width / 2 - 1);
		if (p->at + page_measure(p, str(computer, "headline")) > p->width)
			page_end(p);
		page_put(p, BOLD, str(computer, "headline"));
		page_end(p);
		return;
	}
	for (int single = 0; single < 2; single++)
		json_array_foreach(list(t->doc, "subjects"), i, s) {
			if (!str(s, "headline") || yes(s, "single") != single)
				continue;
			if (!single && !device) {
				page_put(p, PLAIN, str(s, "id"));
				page_put(p, PLAIN, "  ");
			}
			page_words(p, BOLD, INDENT, 0, str(s, "headline"));
			page_end(p);
		}
}

static void
put_tried(struct text *t)
{
	struct page *p = &t->page;
	json_t *s;
	size_t i;

	if (!count(t->doc, "tried"))
		return;
	page_gap(p);
	page_put(p, PLAIN, "Done without success: ");
	json_array_foreach(list(t->doc, "tried"), i, s) {
		page_words(p, PLAIN, INDENT, 0, str(s, "title"));
		page_put(p, PLAIN, i + 1 < count(t->doc, "tried") ? "; " : ".");
	}
	page_end(p);
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

	json_array_foreach(list(t->doc, key), i, o) {
		int n = page_measure(&t->page, str(o, "title"));

		if (subject_of(t, o))
			n += page_measure(&t->page, subject_of(t, o)) + 3;
		longest = n > longest ? n : longest;
	}
	return longest < max ? longest : max;
}

static void
requirement(struct text *t, const json_t *r, int column)
{
	struct page *p = &t->page;

	for (size_t k = 0; k < sizeof states / sizeof *states; k++)
		if (is(r, "state", states[k].name)) {
			page_to(p, INDENT);
			page_put(p, states[k].look, states[k].shown);
		}
	page_to(p, LIST);
	put_title(t, PLAIN, LIST, column - 1, r, "title");
	if (str(r, "value")) {
		page_to(p, column);
		page_put(p, PLAIN, str(r, "value"));
	}
	if (num(r, "step")) {
		page_to(p, str(r, "value") ? p->at + 4 : column);
		page_printf(p, BOLD, "-> step %d", (int)num(r, "step"));
	}
	if (str(r, "ask")) {
		page_end(p);
		page_to(p, LIST);
		page_words(p, FAINT, LIST, 0, str(r, "ask"));
	}
	page_end(p);
}

static void
requirements(struct text *t)
{
	int column = LIST + longest_title(t, "requirements", t->page.width - LIST - 24) + 2;
	json_t *r;
	size_t i;

	if (!count(t->doc, "requirements"))
		return;
	heading(t, "Requirements");
	json_array_foreach(list(t->doc, "requirements"), i, r)
		requirement(t, r, column);
}

/* -- Causes -- */

/* The fact from outside that stands behind a fact: itself, or the first one its rule rests on. */
static const json_t *
root_of(const struct text *t, const char *id, int depth)
{
	const json_t *o = json_object_get(t->by_id, id);
	json_t *reason;
	size_t i;

	if (!o || json_object_get(o, "value") || depth == 0)
		return o;
	json_array_foreach(list(o, "because"), i, reason) {
		const json_t *root = root_of(t, json_string_value(reason), depth - 1);

		if (root && json_object_get(root, "value"))
			return root;
	}
	return o;
}

/* "device, 02:14:07 UTC": who said so and when; "rule x" for what was concluded from several. */
static void
source_of(const struct text *t, const json_t *evidence, struct buf *out)
{
	static const char collector[] = "collector ";
	json_t *id;
	size_t i;

	json_array_foreach(list(evidence, "facts"), i, id) {
		const json_t *f = root_of(t, json_string_value(id), 4);
		const char *source = f ? str(f, "source") : NULL, *time = f ? str(f, "collected") : NULL;

		if (f && str(f, "by") && !out->len)
			buf_printf(out, "rule %s", str(f, "by"));
		if (!source)
			continue;
		buf_clear(out);
		buf_puts(out, strncmp(source, collector, sizeof collector - 1) ? source : source + sizeof collector - 1);
		if (time && strlen(time) > 19)
			buf_printf(out, ", %.8s UTC", time + 11);
		return;
	}
}

static void
evidence(struct text *t, const json_t *e, const char *before)
{
	struct page *p = &t->page;
	struct buf source = {0};

	page_to(p, BODY);
	page_put(p, PLAIN, before);
	page_words(p, PLAIN, BODY + INDENT, 0, str(e, "says"));
	source_of(t, e, &source);
	if (source.len) {
		if (p->at + page_measure(p, buf_text(&source)) + 4 > p->width) {
			page_end(p);
			page_to(p, BODY + INDENT);
		} else {
			page_put(p, PLAIN, "  ");
		}
		page_printf(p, FAINT, "(%s)", buf_text(&source));
	}
	page_end(p);
	buf_free(&source);
}

/* For: what is there and what is missing as it should be. Against only when everything is wanted. */
static void
evidences(struct text *t, const json_t *cause)
{
	size_t i, shown = 0;
	json_t *e;

	json_array_foreach(list(cause, "evidence"), i, e) {
		int64_t effect = num(e, "effect_millibits");
		bool speaks_for = effect > 0;

		if (!t->verbose && (effect < (yes(e, "seen") ? 1 : TELLING) || shown == EVIDENCE_MAX))
			continue;
		evidence(t, e, speaks_for ? (yes(e, "seen") ? "" : "not so: ")
				: yes(e, "seen") ? "against it: " : "against it, not so: ");
		shown++;
	}
	if (!shown) {
		page_to(&t->page, BODY);
		page_words(&t->page, FAINT, BODY, 0, "no sign of it is known; this is how often it happens");
		page_end(&t->page);
	}
}

static void
cause(struct text *t, const json_t *c, bool first)
{
	struct page *p = &t->page;

	put_percent(p, BOLD, BODY - 2, num(c, "p_ppm"));
	page_to(p, BODY);
	put_title(t, BOLD, BODY, 0, c, "title");
	page_end(p);
	if (str(c, "explains") && (first || t->verbose)) {
		page_to(p, BODY);
		page_words(p, PLAIN, BODY, 0, str(c, "explains"));
		page_end(p);
	}
	evidences(t, c);
}

static void
causes(struct text *t)
{
	struct page *p = &t->page;
	int64_t other = num(t->doc, "something_else_ppm"), least = t->verbose ? 1000 : CAUSE_PPM;
	size_t i, shown = 0, hidden = 0;
	json_t *c;

	if (!json_is_object(list(t->doc, "issue")) && !t->verbose)
		return;
	heading(t, "What is wrong");
	json_array_foreach(list(t->doc, "causes"), i, c) {
		if ((i && num(c, "p_ppm") < least) || (!t->verbose && shown == CAUSES_MAX)) {
			hidden += num(c, "p_ppm") >= HARDLY_PPM;
			continue;
		}
		cause(t, c, shown++ == 0);
	}
	if (other >= least) {
		put_percent(p, BOLD, BODY - 2, other);
		page_to(p, BODY);
		page_put(p, PLAIN, "something else");
		page_end(p);
	}
	if (hidden) {
		page_to(p, BODY);
		page_printf(p, FAINT, hidden == 1 ? "and %zu less likely cause" : "and %zu less likely causes", hidden);
		page_end(p);
	}
}

/* -- Plan -- */

static size_t
steps_to_do(const struct text *t)
{
	json_t *s;
	size_t i, n = 0;

	json_array_foreach(list(t->doc, "steps"), i, s)
		n += !is(s, "kind", "service");
	return n;
}

static void
plan_heading(struct text *t)
{
	const json_t *plan = list(t->doc, "plan");
	size_t n = steps_to_do(t);
	char time[24], line[120];

	duration(time, sizeof time, (num(plan, "expected_time_s") + 29) / 60 * 60);
	if (!n)
		snprintf(line, sizeof line, "Plan: no step that is known helps here");
	else if (!num(plan, "p_solved_ppm"))
		snprintf(line, sizeof line, "Plan: %zu step%s", n, n == 1 ? "" : "s");
	else
		snprintf(line, sizeof line, "Plan: %zu step%s, about %s, works with %d %%", n, n == 1 ? "" : "s", time,
				(int)(num(plan, "p_solved_ppm") / 10000));
	heading(t, line);
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

/* How long it takes and what it settles, at the end of the line; on a narrow page on one of their own. */
static void
step_figures(struct text *t, const json_t *s)
{
	struct page *p = &t->page;
	int column;
	char time[24];

	duration(time, sizeof time, num(list(s, "cost"), "seconds"));
	column = p->width - 16 - (int)strlen(time);
	if (p->width < NARROW) {
		page_end(p);
		page_to(p, BODY);
	} else {
		page_to(p, p->at + 2 > column ? p->at + 2 : column);
	}
	page_put(p, PLAIN, time);
	if (num(s, "p_settles_ppm")) {
		page_put(p, PLAIN, "  settles");
		put_percent(p, PLAIN, 7, num(s, "p_settles_ppm"));
	}
	page_end(p);
}

static void
step_title(struct text *t, const json_t *s)
{
	struct page *p = &t->page;

	page_printf(p, BOLD, "%*d", INDENT + 1, (int)num(s, "n"));
	page_to(p, INDENT + 3);
	if (is(s, "kind", "service"))
		page_put(p, BOLD, "If nothing helped: ");
	else if (yes(s, "last_resort"))
		page_put(p, BAD, "Last resort: ");
	put_title(t, BOLD, INDENT + 3, p->width < NARROW ? 0 : p->width - 24, s, "title");
	step_figures(t, s);
}

static const json_t *
cause_of(const struct text *t, const json_t *fix)
{
	json_t *c;
	size_t i;

	json_array_foreach(list(t->doc, "causes"), i, c)
		if (json_equal(list(c, "id"), list(fix, "id")) && json_equal(list(c, "subject"), list(fix, "subject")))
			return c;
	return NULL;
}

/* Which of the causes it settles, the most probable ones. */
static void
helps_against(struct text *t, const json_t *s)
{
	struct buf all = {0};
	size_t i, more = 0;
	json_t *fix;

	json_array_foreach(list(s, "fixes"), i, fix) {
		const json_t *c = cause_of(t, fix);

		if (!c || num(c, "p_ppm") < HARDLY_PPM)
			continue;
		if (i >= FIXES_MAX && !t->verbose) {
			more++;
			continue;
		}
		buf_puts(&all, all.len ? "; " : "");
		buf_puts(&all, str(c, "title"));
	}
	if (more)
		buf_printf(&all, " (and %zu more)", more);
	if (all.len)
		line(t, FAINT, "for: ", buf_text(&all));
	buf_free(&all);
}

/* The earlier step that is the same, 0: none. */
static int
same_before(const struct text *t, const json_t *step)
{
	json_t *s;
	size_t i;

	json_array_foreach(list(t->doc, "steps"), i, s) {
		if (s == step)
			break;
		if (is(s, "id", str(step, "id")) && json_equal(list(s, "subject"), list(step, "subject")))
			return (int)num(s, "n");
	}
	return 0;
}

static void
instructions(struct text *t, const json_t *s)
{
	struct page *p = &t->page;
	json_t *in;
	size_t i;

	json_array_foreach(list(s, "instructions"), i, in) {
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

	json_array_foreach(list(s, "verify"), i, c) {
		if (i == CHECKS_MAX && !t->verbose)
			break;
		buf_puts(&all, i ? "; " : "");
		buf_puts(&all, str(c, "title"));
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

	json_array_foreach(list(s, "requirements"), i, r)
		if (is(r, "state", "unknown"))
			line(t, DOUBTFUL, "? make sure first: ", str(r, "title"));
}

/* The order explains itself by what is settled in what time; where it does not, the reason is told. */
static bool
needs_reason(const json_t *s)
{
	if (is(s, "kind", "service") || yes(s, "last_resort"))
		return false;
	return num(s, "p_settles_ppm") < HARDLY_PPM || !is(list(s, "risk"), "data_loss", "nothing");
}

static bool
is_detailed(const struct text *t, const json_t *s)
{
	return t->verbose || num(s, "n") <= DETAILED_MAX || is(s, "kind", "service");
}

static void
step(struct text *t, const json_t *s)
{
	const json_t *risk = list(s, "risk");
	int same = same_before(t, s);
	bool harmless = is(risk, "data_loss", "nothing");

	step_title(t, s);
	if (str(risk, "warning"))
		line(t, BAD, "! ", str(risk, "warning"));
	helps_against(t, s);
	if (t->verbose || needs_reason(s))
		line(t, FAINT, "why: ", str(s, "why"));
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
	if (str(risk, "undo") && (!harmless || t->verbose))
		line(t, FAINT, "to undo: ", str(risk, "undo"));
	verification(t, s);
}

static void
steps(struct text *t)
{
	json_t *s;
	size_t i;

	if (!json_is_object(list(t->doc, "plan")))
		return;
	plan_heading(t);
	json_array_foreach(list(t->doc, "steps"), i, s)
		step(t, s);
	if (!t->verbose && steps_to_do(t) > DETAILED_MAX) {
		page_to(&t->page, INDENT);
		page_printf(&t->page, FAINT, "--verbose tells how to do the steps after step %d", DETAILED_MAX);
		page_end(&t->page);
	}
}

/* -- What is missing -- */

/* "or red, green or blue": the answers besides the first. */
static void
other_answers(struct text *t, const json_t *q)
{
	size_t i, n = count(q, "answers");
	struct buf b = {0};
	json_t *a;

	json_array_foreach(list(q, "answers"), i, a)
		if (i)
			buf_printf(&b, "%s%s", i == 1 ? "or " : i + 1 == n ? " or " : ", ", json_string_value(a));
	page_put(&t->page, PLAIN, "  (");
	page_words(&t->page, FAINT, INDENT + 4, t->page.width - 1, buf_text(&b));
	page_put(&t->page, PLAIN, ")");
	buf_free(&b);
}

static void
question(struct text *t, const json_t *q)
{
	struct page *p = &t->page;

	page_to(p, INDENT);
	put_title(t, PLAIN, INDENT, 0, q, "ask");
	page_end(p);
	page_to(p, INDENT + 2);
	page_put(p, PLAIN, "diagnose --answer ");
	page_printf(p, BOLD, strchr(str(q, "answer_as"), '[') ? "'%s=%s'" : "%s=%s", str(q, "answer_as"),
			json_string_value(json_array_get(list(q, "answers"), 0)));
	other_answers(t, q);
	page_end(p);
}

static void
questions(struct text *t)
{
	bool incomplete = is(t->doc, "status", "incomplete");
	size_t i, n = count(t->doc, "questions");
	json_t *q;

	if (!n)
		return;
	heading(t, incomplete ? "Answers that would help most" : "One answer would sharpen this most");
	json_array_foreach(list(t->doc, "questions"), i, q)
		if (i == 0 || incomplete || t->verbose)
			question(t, q);
}

static bool
same_cause(const json_t *a, const json_t *b)
{
	return json_equal(list(a, "reason"), list(b, "reason")) && json_equal(list(a, "source"), list(b, "source"));
}

static void
unknown_group(struct text *t, size_t from)
{
	const json_t *first = json_array_get(list(t->doc, "unknowns"), from);
	struct page *p = &t->page;
	struct buf names = {0};
	size_t i, n = 0;
	json_t *u;

	json_array_foreach(list(t->doc, "unknowns"), i, u) {
		if (!same_cause(u, first))
			continue;
		if (n < NAMES_MAX || t->verbose) {
			buf_puts(&names, n ? ", " : "");
			buf_puts(&names, str(u, t->verbose || !str(u, "title") ? "fact" : "title"));
		}
		n++;
	}
	if (n > NAMES_MAX && !t->verbose)
		buf_printf(&names, " and %zu more", n - NAMES_MAX);
	buf_puts(&names, ": ");
	buf_puts(&names, str(first, "reason") ? str(first, "reason") : "no reason was given");
	page_to(p, INDENT);
	page_words(p, PLAIN, INDENT + 2, 0, buf_text(&names));
	page_end(p);
	buf_free(&names);
}

static void
unknowns(struct text *t)
{
	size_t groups = 0, i;
	json_t *u;

	if (!count(t->doc, "unknowns") || is(t->doc, "status", "ok"))
		return;
	heading(t, "Could not be found out");
	json_array_foreach(list(t->doc, "unknowns"), i, u) {
		size_t k = 0;

		while (k < i && !same_cause(json_array_get(list(t->doc, "unknowns"), k), u))
			k++;
		if (k < i)
			continue;
		if (groups++ == GROUPS_MAX && !t->verbose) {
			page_to(&t->page, INDENT);
			page_put(&t->page, FAINT, "and more; --verbose lists all");
			page_end(&t->page);
			return;
		}
		unknown_group(t, i);
	}
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

	if (count(t->doc, "not_in_plan"))
		heading(t, "Not in the plan");
	json_array_foreach(list(t->doc, "not_in_plan"), i, o)
		put_pair(t, str(o, "title"), str(o, "detail"));
	if (count(t->doc, "ruled_out"))
		heading(t, "Ruled out");
	json_array_foreach(list(t->doc, "ruled_out"), i, o) {
		buf_printf(&reason, "%s%s", is(o, "by", "requires") ? "it is not so that " : "because ", str(o, "condition"));
		put_pair(t, str(o, "title"), buf_text(&reason));
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

	json_object_foreach(list(f, "values"), slot, v)
		buf_printf(&line_text, "%s%s %s", n++ ? ", " : "", slot, json_string_value(v));
	buf_printf(&line_text, "; by rule %s", str(f, "by"));
	json_array_foreach(list(f, "because"), i, v)
		buf_printf(&line_text, "%s%s", i ? ", " : " from ", json_string_value(v));
	put_pair(t, str(f, "id"), buf_text(&line_text));
	buf_free(&line_text);
}

static void
conclusions(struct text *t)
{
	const json_t *rules = list(t->doc, "rules");
	json_t *f;
	size_t i;

	heading(t, "Rules");
	page_to(&t->page, INDENT);
	page_printf(&t->page, PLAIN, "%d matched, %d did not, %d wait for unknown facts, %d do not apply",
			(int)num(rules, "matched"), (int)num(rules, "not_matched"), (int)num(rules, "unknown"),
			(int)num(rules, "not_applicable"));
	page_end(&t->page);
	json_array_foreach(list(t->doc, "findings"), i, f)
		conclusion(t, f);
}

static void
facts(struct text *t)
{
	struct buf line_text = {0};
	json_t *f;
	size_t i;

	if (count(t->doc, "facts"))
		heading(t, "Facts");
	json_array_foreach(list(t->doc, "facts"), i, f) {
		buf_printf(&line_text, "%s is %s%s%s", str(f, "id"), str(f, "value"), str(f, "unit") ? " " : "",
				str(f, "unit") ? str(f, "unit") : "");
		put_pair(t, buf_text(&line_text), str(f, "source"));
		buf_clear(&line_text);
	}
	buf_free(&line_text);
}

static void
verdict(struct text *t)
{
	struct page *p = &t->page;

	if (is(t->doc, "status", "problem") && json_is_object(list(t->doc, "issue")))
		return;
	page_gap(p);
	page_put(p, is(t->doc, "status", "ok") ? GOOD : BOLD, str(t->doc, "title"));
	page_put(p, PLAIN, ".");
	page_end(p);
}

static void
index_by_id(struct text *t)
{
	static const char *const keys[] = { "facts", "findings" };
	json_t *f;
	size_t i;

	t->by_id = json_object();
	for (int k = 0; k < 2; k++)
		json_array_foreach(list(t->doc, keys[k]), i, f)
			json_object_set(t->by_id, str(f, "id"), f);
}

void
report_text(const json_t *document, const struct text_options *o, FILE *out)
{
	int width = o->width ? o->width : DEFAULT_WIDTH;
	struct text t = {
		.doc = document, .verbose = o->verbose,
		.page = { .out = out, .width = width < NARROWEST ? NARROWEST : width, .color = o->color, .utf8 = o->utf8 },
	};

	index_by_id(&t);
	head(&t);
	put_tried(&t);
	verdict(&t);
	requirements(&t);
	causes(&t);
	steps(&t);
	questions(&t);
	unknowns(&t);
	if (t.verbose) {
		left_out(&t);
		conclusions(&t);
		facts(&t);
	}
	json_decref(t.by_id);
}
