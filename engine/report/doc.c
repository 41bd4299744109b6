/* SPDX-License-Identifier: MIT */
#include "report/doc.h"

/* -- Strings -- */

json_t *
doc_taken(struct doc *d)
{
	json_t *s = json_string(buf_text(&d->text));

	buf_clear(&d->text);
	return s;
}

json_t *
doc_own(struct doc *d, const char *text)
{
	if (!text)
		return json_null();
	if (name_is_plain(text))
		return json_string_nocheck(text);
	name_own(&d->text, text);
	return doc_taken(d);
}

json_t *
doc_outside(struct doc *d, const char *text)
{
	if (!text)
		return json_null();
	name_outside(&d->names, &d->text, text);
	return doc_taken(d);
}

json_t *
doc_time(struct doc *d, int64_t seconds)
{
	name_time(&d->text, seconds);
	return d->text.len ? doc_taken(d) : json_null();
}

/* Whole seconds, rounded; what takes any time takes a second. */
json_t *
doc_seconds(int64_t ms)
{
	return json_integer(ms > 0 && ms < 1000 ? 1 : (ms + 500) / 1000);
}

json_t *
doc_fact(struct doc *d, const struct fact *f, int slot)
{
	name_fact(&d->names, &d->text, f, slot);
	return doc_taken(d);
}

json_t *
doc_subject(struct doc *d, const struct fact *f)
{
	if (!f)
		return json_null();
	name_subject(&d->names, &d->text, f);
	return doc_taken(d);
}

json_t *
doc_value(struct doc *d, const struct slot *slot, value v)
{
	name_value(&d->names, &d->text, slot, v);
	return doc_taken(d);
}

json_t *
doc_place(struct doc *d, const struct entry *e, struct place at)
{
	return json_pack("{s:o, s:s?, s:I}", "pack", doc_own(d, e->pack ? e->pack->id : NULL),
			"file", name_file(&d->names, e->pack, at), "line", (json_int_t)at.line);
}

const char *
doc_severity_name(enum issue_severity s)
{
	static const char *const names[] = { "info", "low", "medium", "high", "critical" };

	return names[s];
}

const char *
doc_truth(enum truth t)
{
	static const char *const names[] = { [FALSE] = "unmet", [MAYBE] = "unknown", [TRUE] = "met" };

	return names[t];
}

/* -- What a condition rests on -- */

struct reads {
	struct doc *doc;
	json_t *list;
	struct fact *const *witness;
	int nwitness;
};

enum { READS_MAX = 12 };

/* Another fact of a template than the one that gave the result does not matter. */
static bool
beside_the_point(const struct reads *r, const struct fact *f)
{
	bool of_template = false;

	for (int i = 0; r->witness && i < r->nwitness; i++) {
		if (r->witness[i] == f)
			return false;
		of_template |= r->witness[i] && r->witness[i]->of == f->of;
	}
	return of_template;
}

static void
see_read(void *context, const struct template *of, const struct fact *f, int slot, value v)
{
	struct reads *r = context;
	json_t *id;
	size_t i;

	(void)of;
	if (!f || v == UNKNOWN || v == ABSENT || json_array_size(r->list) >= READS_MAX || beside_the_point(r, f))
		return;
	id = doc_fact(r->doc, f, slot);
	for (i = 0; i < json_array_size(r->list) && !json_equal(json_array_get(r->list, i), id); i++)
		;
	if (i == json_array_size(r->list))
		json_array_append(r->list, id);
	json_decref(id);
}

void
doc_reads(struct doc *d, json_t *list, const struct condition *c, struct fact *subject, struct fact *const *witness)
{
	struct reads r = { d, list, witness, c->scope.njoin };

	if (c->expr)
		session_reads(d->session, c, subject, see_read, &r);
}
