/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <string.h>

/* The fact from outside that stands behind a fact: itself, or the first one its rule rests on. */
static const json_t *
root_of(const struct text *t, const char *id, int depth)
{
	const json_t *o = json_object_get(t->by_id, id);
	json_t *reason;
	size_t i;

	if (!o || json_object_get(o, "value") || depth == 0)
		return o;
	json_array_foreach(text_list(o, "because"), i, reason) {
		const json_t *root = root_of(t, json_string_value(reason), depth - 1);

		if (root && json_object_get(root, "value"))
			return root;
	}
	return o;
}

void
text_source(const struct text *t, const json_t *evidence, struct buf *out)
{
	static const char collector[] = "collector ";
	json_t *id;
	size_t i;

	json_array_foreach(text_list(evidence, "facts"), i, id) {
		const json_t *f = root_of(t, json_string_value(id), 4);
		const char *source = f ? text_str(f, "source") : NULL, *time = f ? text_str(f, "collected") : NULL;

		if (f && text_str(f, "by") && !out->len)
			buf_printf(out, "rule %s", text_str(f, "by"));
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
	page_words(p, PLAIN, BODY + INDENT, 0, text_str(e, "says"));
	text_source(t, e, &source);
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

/*
 * For: what is there and what is missing as it should be. Against only when everything is wanted.
 */
static void
evidences(struct text *t, const json_t *cause)
{
	size_t i, shown = 0;
	json_t *e;

	json_array_foreach(text_list(cause, "evidence"), i, e) {
		int64_t effect = text_num(e, "effect_millibits");
		bool speaks_for = effect > 0;

		if (!t->verbose && (effect < (text_yes(e, "seen") ? 1 : TELLING) || shown == EVIDENCE_MAX))
			continue;
		evidence(t, e, speaks_for ? (text_yes(e, "seen") ? "" : "not so: ")
				: text_yes(e, "seen") ? "against it: " : "against it, not so: ");
		shown++;
	}
	if (!shown) {
		page_to(&t->page, BODY);
		page_words(&t->page, FAINT, BODY, 0, "no sign of it is known; this is how often it happens");
		page_end(&t->page);
	}
}

int64_t
text_share(const json_t *cause)
{
	return text_num(cause, json_is_integer(json_object_get(cause, "p_of_subject_ppm")) ? "p_of_subject_ppm" : "p_ppm");
}

static void
cause(struct text *t, const json_t *c, bool first)
{
	struct page *p = &t->page;

	text_percent(p, BOLD, BODY - 2, text_share(c));
	page_to(p, BODY);
	text_title(t, BOLD, BODY, 0, c, "title");
	page_end(p);
	if (text_str(c, "explains") && (first || t->verbose)) {
		page_to(p, BODY);
		page_words(p, PLAIN, BODY, 0, text_str(c, "explains"));
		page_end(p);
	}
	evidences(t, c);
}

/* How many devices have something wrong of their own, 1 at least. */
static int64_t
patients(const struct text *t)
{
	json_t *seen = json_object(), *c;
	int64_t n;
	size_t i;

	json_array_foreach(text_list(t->doc, "causes"), i, c)
		if (text_str(c, "subject"))
			json_object_set_new(seen, text_str(c, "subject"), json_true());
	n = (int64_t)json_object_size(seen);
	json_decref(seen);
	return n ? n : 1;
}

/* Is it the first cause of its subject? `seen` has the subjects so far. */
static bool
leads(json_t *seen, const json_t *cause)
{
	const char *subject = text_str(cause, "subject");
	bool first = subject && !json_object_get(seen, subject);

	if (first)
		json_object_set_new(seen, subject, json_true());
	return first;
}

/* What rules concluded and the reader is to know, under the title of its template. */
void
text_told(struct text *t)
{
	const char *heading = NULL, *title;
	json_t *f;
	size_t i;

	json_array_foreach(text_list(t->doc, "findings"), i, f) {
		if (!text_str(f, "tells"))
			continue;
		title = text_str(f, "title") ? text_str(f, "title") : "what follows";
		if (!heading || strcmp(heading, title) != 0)
			text_heading(t, heading = title);
		page_to(&t->page, INDENT);
		page_words(&t->page, PLAIN, INDENT + 2, 0, text_str(f, "tells"));
		page_end(&t->page);
	}
}

void
text_causes(struct text *t)
{
	struct page *p = &t->page;
	int64_t several = patients(t), other = text_num(t->doc, "something_else_ppm");
	int64_t least = (t->verbose ? 1000 : CAUSE_PPM) / several;
	size_t i, shown = 0, hidden = 0;
	json_t *seen, *c;

	if (!json_is_object(text_list(t->doc, "issue")) && !t->verbose)
		return;
	text_heading(t, "What is wrong");
	seen = json_object();
	json_array_foreach(text_list(t->doc, "causes"), i, c) {
		bool first = leads(seen, c);

		if ((i && text_num(c, "p_ppm") < least) || (!t->verbose && shown >= CAUSES_MAX && !(first && shown < LEADERS_MAX))) {
			hidden += text_num(c, "p_ppm") >= HARDLY_PPM / several;
			continue;
		}
		cause(t, c, shown++ == 0);
	}
	json_decref(seen);
	if (other >= least) {
		text_percent(p, BOLD, BODY - 2, other);
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
