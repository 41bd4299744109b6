/* SPDX-License-Identifier: MIT */
#include "base/canonical.h"
#include "facts/collect.h"
#include "report/doc.h"

#include <stdlib.h>
#include <string.h>

static const int exit_codes[] = { [STATUS_OK] = 0, [STATUS_PROBLEM] = 1, [STATUS_INCOMPLETE] = 4 };
static const char *const statuses[] = { "ok", "problem", "incomplete" };

json_t *
doc_schema(struct doc *d)
{
	(void)d;
	return json_string("diagnose-plan/1");
}

json_t *
doc_run_id(struct doc *d)
{
	char uuid[37];

	if (d->in->run_id)
		return doc_own(d, d->in->run_id);
	digest_uuid(uuid);
	return json_string(uuid);
}

json_t *
doc_started(struct doc *d)
{
	return doc_time(d, d->in->started);
}

json_t *
doc_finished(struct doc *d)
{
	return doc_time(d, d->in->finished);
}

json_t *
doc_engine(struct doc *d)
{
	(void)d;
	return json_pack("{s:s, s:s}", "name", "diagnose", "version", DX_VERSION);
}

json_t *
doc_packs(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->rb->npacks; i++) {
		const struct pack *p = d->rb->packs[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", doc_own(d, p->id),
				"version", doc_own(d, p->version), "title", doc_own(d, p->title)));
	}
	return list;
}

json_t *
doc_status(struct doc *d)
{
	return json_string(statuses[d->status]);
}

json_t *
doc_exit_code(struct doc *d)
{
	return json_integer(exit_codes[d->status]);
}

static bool
any_unknown_need(const struct plan *p)
{
	for (size_t i = 0; i < p->nneeds; i++)
		if (p->needs[i].state == MAYBE)
			return true;
	return false;
}

json_t *
doc_complete(struct doc *d)
{
	const struct factset *fs = session_factset(d->session);

	return json_boolean(d->status != STATUS_INCOMPLETE && !(fs && fs->nunknowns) && !any_unknown_need(d->plan));
}

json_t *
doc_severity(struct doc *d)
{
	if (d->blamed)
		return json_string(doc_severity_name(d->blamed->issue->severity));
	return json_string(d->status == STATUS_OK ? "info" : "low");
}

static const struct requirement *
first_unmet(const struct plan *p)
{
	for (size_t i = 0; i < p->nneeds; i++)
		if (p->needs[i].state == FALSE)
			return p->needs[i].requirement;
	return NULL;
}

json_t *
doc_title(struct doc *d)
{
	const struct requirement *unmet = first_unmet(d->plan);

	if (d->status == STATUS_OK)
		return json_string("Nothing is wrong");
	if (d->status == STATUS_INCOMPLETE)
		return json_string("Not enough is known to say what is wrong");
	if (d->blamed)
		return doc_own(d, d->blamed->issue->entry.title);
	if (!unmet)
		return json_string("Something is wrong, and nothing known explains it");
	buf_puts(&d->text, "A requirement is not met: ");
	name_own(&d->text, unmet->entry.title);
	return doc_taken(d);
}

json_t *
doc_issue(struct doc *d)
{
	const struct cause *c = d->blamed;

	if (!c)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:s, s:i}", "id", c->issue->entry.id,
			"title", doc_own(d, c->issue->entry.title), "subject", doc_subject(d, c->subject),
			"severity", doc_severity_name(c->issue->severity), "p_ppm", (int)c->p);
}

/* -- Fingerprint -- */

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static json_t *
tried_sorted(struct doc *d)
{
	const char **ids = machine_alloc((d->in->ntried + 1) * sizeof *ids);
	json_t *list = json_array();

	for (size_t i = 0; i < d->in->ntried; i++)
		ids[i] = d->in->tried[i]->entry.id;
	qsort(ids, d->in->ntried, sizeof *ids, by_text);
	for (size_t i = 0; i < d->in->ntried; i++)
		json_array_append_new(list, json_string(ids[i]));
	free(ids);
	return list;
}

/* What issues and requirements can be about. */
static bool
is_subject_template(const struct doc *d, const struct template *t)
{
	for (size_t i = 0; i < d->rb->nissues; i++)
		if (d->rb->issues[i]->per == t)
			return true;
	for (size_t i = 0; i < d->rb->nrequirements; i++)
		if (d->rb->requirements[i]->per == t)
			return true;
	return false;
}

/*
 * Which kind of device, which kind of computer: for each template that has a `kind`, its value where there is no doubt whose. Only of what a problem
 * is about: an error code that one customer wrote down and the next did not makes no other problem.
 */
static json_t *
kinds(struct doc *d)
{
	json_t *object = json_object();

	for (size_t i = 0; i < d->rb->ntemplates; i++) {
		const struct template *t = d->rb->templates[i];
		const struct fact *subject = d->blamed ? d->blamed->subject : NULL;
		bool about = t->kind && (t->single || is_subject_template(d, t));
		value v = about ? session_value(d->session, t, t->kind->index, subject) : UNKNOWN;

		if (v != UNKNOWN && v != ABSENT)
			json_object_set_new(object, t->entry.id, doc_value(d, t->kind, v));
	}
	return object;
}

static json_t *
unmet_ids(const struct plan *p)
{
	json_t *list = json_array();
	const struct requirement *before = NULL;

	for (size_t i = 0; i < p->nneeds; i++) {
		const struct requirement *r = p->needs[i].requirement;

		if (p->needs[i].state == FALSE && r != before)
			json_array_append_new(list, json_string(r->entry.id));
		before = p->needs[i].state == FALSE ? r : before;
	}
	return list;
}

/* What the problem is, on what kind of machine. */
static json_t *
problem(struct doc *d)
{
	json_t *key = json_pack("{s:o, s:o}", "kinds", kinds(d),
			"issue", d->blamed ? json_string(d->blamed->issue->entry.id) : json_null());

	if (!d->blamed)
		json_object_set_new(key, "unmet", unmet_ids(d->plan));
	return key;
}

/* The digest of a key, which goes, behind a mark of how it was made. */
static json_t *
marked(const char *mark, json_t *key)
{
	char hex[DIGEST_HEX];

	canonical_digest(key, hex);
	json_decref(key);
	return json_sprintf("%s:%s", mark, hex);
}

json_t *
doc_fingerprint(struct doc *d)
{
	json_t *key;

	if (d->status == STATUS_OK)
		return json_null();
	key = problem(d);
	json_object_set_new(key, "tried", tried_sorted(d));
	return marked("v1", key);
}

/* Without what was tried: a ticket stays the same ticket when a step did not help. */
json_t *
doc_ticket_key(struct doc *d)
{
	return d->status == STATUS_OK ? json_null() : marked("k1", problem(d));
}

/* -- Who and what it is about -- */

static void
add_subjects(struct doc *d, json_t *list, const struct template *t)
{
	for (struct fact *f = session_first(d->session, t); f; f = session_next(d->session, f)) {
		json_t *line;

		name_line(&d->names, &d->text, &t->headline, f);
		line = d->text.len ? doc_taken(d) : json_null();
		json_array_append_new(list, json_pack("{s:o, s:s, s:o, s:o, s:b}", "id", doc_subject(d, f),
				"template", t->entry.id, "title", doc_own(d, t->entry.title), "headline", line,
				"single", (int)t->single));
	}
}

/*
 * What issues and requirements are about; if there is none, other things that have a headline.
 * And the single ones that have.
 */
json_t *
doc_subjects(struct doc *d)
{
	const struct rulebase *rb = d->rb;
	json_t *list = json_array();

	for (size_t i = 0; i < rb->ntemplates; i++)
		if (is_subject_template(d, rb->templates[i]))
			add_subjects(d, list, rb->templates[i]);
	for (size_t i = 0; json_array_size(list) == 0 && i < rb->ntemplates; i++)
		if (rb->templates[i]->headline.n && !rb->templates[i]->single)
			add_subjects(d, list, rb->templates[i]);
	for (size_t i = 0; i < rb->ntemplates; i++)
		if (rb->templates[i]->headline.n && rb->templates[i]->single && !is_subject_template(d, rb->templates[i]))
			add_subjects(d, list, rb->templates[i]);
	return list;
}

json_t *
doc_selected(struct doc *d)
{
	return doc_outside(d, d->in->device);
}

json_t *
doc_selected_found(struct doc *d)
{
	const struct template *t = rulebase_template(d->rb, collect_subject);

	return d->in->device && t ? json_boolean(session_first(d->session, t) != NULL) : json_null();
}

json_t *
doc_tried(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->in->ntried; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "id", d->in->tried[i]->entry.id,
				"title", doc_own(d, d->in->tried[i]->entry.title)));
	return list;
}

json_t *
doc_something_else(struct doc *d)
{
	return d->status == STATUS_OK ? json_null() : json_integer(d->belief->other);
}
