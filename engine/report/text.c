/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <string.h>

enum { NARROWEST = 40, DEFAULT_WIDTH = 80 };

const char *
text_str(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

int64_t
text_num(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

bool
text_yes(const json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

bool
text_is(const json_t *o, const char *key, const char *wanted)
{
	const char *s = text_str(o, key);

	return s && strcmp(s, wanted) == 0;
}

json_t *
text_list(const json_t *o, const char *key)
{
	return json_object_get(o, key);
}

size_t
text_count(const json_t *o, const char *key)
{
	return json_array_size(json_object_get(o, key));
}

void
text_percent(struct page *p, enum look look, int width, int64_t share)
{
	if (share > 0 && share < HARDLY_PPM)
		page_printf(p, look, "%*s", width, "< 1 %");
	else if (share >= 995000 && share < 1000000)
		page_printf(p, look, "%*s", width, "> 99 %");
	else
		page_printf(p, look, "%*d %%", width - 2, (int)((share + 5000) / 10000));
}

void
text_duration(char *out, size_t n, int64_t seconds)
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

void
text_heading(struct text *t, const char *title)
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

	json_array_foreach(text_list(t->doc, "subjects"), i, s)
		if (subject && text_is(s, "id", subject))
			template = text_str(s, "template");
	json_array_foreach(text_list(t->doc, "subjects"), i, s)
		n += template && text_is(s, "template", template);
	return n != 1;
}

const char *
text_subject(const struct text *t, const json_t *o)
{
	const char *subject = text_str(o, "subject");

	return is_one_of_several(t, subject) ? subject : NULL;
}

void
text_title(struct text *t, enum look look, int indent, int right, const json_t *o, const char *key)
{
	const char *subject = text_subject(t, o);
	struct buf b = {0};

	buf_puts(&b, text_str(o, key));
	if (subject)
		buf_printf(&b, " (%s)", subject);
	page_words(&t->page, look, indent, right, buf_text(&b));
	buf_free(&b);
}

void
text_open(struct text *t)
{
	static const char *const keys[] = { "facts", "findings" };
	json_t *f;
	size_t i;

	t->by_id = json_object();
	for (int k = 0; k < 2; k++)
		json_array_foreach(text_list(t->doc, keys[k]), i, f)
			json_object_set(t->by_id, text_str(f, "id"), f);
}

void
text_close(struct text *t)
{
	json_decref(t->by_id);
}

void
report_text(const json_t *document, const struct text_options *o, FILE *out)
{
	int width = o->width ? o->width : DEFAULT_WIDTH;
	struct text t = {
		.doc = document, .verbose = o->verbose,
		.page = { .out = out, .width = width < NARROWEST ? NARROWEST : width, .color = o->color, .utf8 = o->utf8 },
	};

	text_open(&t);
	text_head(&t);
	text_requirements(&t);
	text_told(&t);
	text_causes(&t);
	text_steps(&t);
	text_questions(&t);
	text_unknowns(&t);
	if (t.verbose)
		text_details(&t);
	text_close(&t);
}
