/* SPDX-License-Identifier: MIT */
#include "report/report.h"

#include "base/digest.h"
#include "facts/scan.h"
#include "report/doc.h"

#include <stdlib.h>
#include <string.h>

/* A cause less probable than this is not what a document is about, though it may be the first. */
enum { BLAMED_PPM = 50000 };

enum { LABELS_MAX = 256 };

static const int exit_codes[] = { [STATUS_OK] = 0, [STATUS_PROBLEM] = 1, [STATUS_INCOMPLETE] = 4 };
static const char *const statuses[] = { "ok", "problem", "incomplete" };

/* -- Strings -- */

static json_t *
taken(struct doc *d)
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
	return taken(d);
}

json_t *
doc_outside(struct doc *d, const char *text)
{
	if (!text)
		return json_null();
	name_outside(&d->names, &d->text, text);
	return taken(d);
}

json_t *
doc_time(struct doc *d, int64_t seconds)
{
	name_time(&d->text, seconds);
	return d->text.len ? taken(d) : json_null();
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
	return taken(d);
}

json_t *
doc_subject(struct doc *d, const struct fact *f)
{
	if (!f)
		return json_null();
	name_subject(&d->names, &d->text, f);
	return taken(d);
}

json_t *
doc_value(struct doc *d, const struct slot *slot, value v)
{
	name_value(&d->names, &d->text, slot, v);
	return taken(d);
}

json_t *
doc_place(struct doc *d, const struct entry *e, struct place at)
{
	return json_pack("{s:o, s:s?, s:I}", "pack", doc_own(d, e->pack ? e->pack->id : NULL),
			"file", name_file(&d->names, e->pack, at), "line", (json_int_t)at.line);
}

const char *
doc_severity(enum issue_severity s)
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

/* -- The head of the document -- */

static json_t *
make_schema(struct doc *d)
{
	(void)d;
	return json_string("diagnose-plan/1");
}

static json_t *
make_run_id(struct doc *d)
{
	char uuid[37];

	if (d->in->run_id)
		return doc_own(d, d->in->run_id);
	digest_uuid(uuid);
	return json_string(uuid);
}

static json_t *
make_started(struct doc *d)
{
	return doc_time(d, d->in->started);
}

static json_t *
make_finished(struct doc *d)
{
	return doc_time(d, d->in->finished);
}

static json_t *
make_engine(struct doc *d)
{
	(void)d;
	return json_pack("{s:s, s:s}", "name", "diagnose", "version", DX_VERSION);
}

static json_t *
make_packs(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->rb->npacks; i++) {
		const struct pack *p = d->rb->packs[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", doc_own(d, p->id),
				"version", doc_own(d, p->version), "title", doc_own(d, p->title)));
	}
	return list;
}

static json_t *
make_status(struct doc *d)
{
	return json_string(statuses[d->status]);
}

static json_t *
make_exit_code(struct doc *d)
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

static json_t *
make_complete(struct doc *d)
{
	const struct factset *fs = session_factset(d->session);

	return json_boolean(d->status != STATUS_INCOMPLETE && !(fs && fs->nunknowns) && !any_unknown_need(d->plan));
}

static json_t *
make_severity(struct doc *d)
{
	if (d->blamed)
		return json_string(doc_severity(d->blamed->issue->severity));
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

static json_t *
make_title(struct doc *d)
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
	return taken(d);
}

static json_t *
make_issue(struct doc *d)
{
	const struct cause *c = d->blamed;

	if (!c)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:s, s:i}", "id", c->issue->entry.id, "title", doc_own(d, c->issue->entry.title),
			"subject", doc_subject(d, c->subject), "severity", doc_severity(c->issue->severity), "p_ppm", (int)c->p);
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

/* Which kind of device, which kind of computer: for each template that has a `kind`, its value where there is no doubt whose. */
static json_t *
kinds(struct doc *d)
{
	json_t *object = json_object();

	for (size_t i = 0; i < d->rb->ntemplates; i++) {
		const struct template *t = d->rb->templates[i];
		const struct fact *subject = d->blamed ? d->blamed->subject : NULL;
		value v = t->kind ? session_value(d->session, t, t->kind->index, subject) : UNKNOWN;

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

/* All in it are strings and lists of strings, so that sorted compact JSON is canonical (RFC 8785). */
static json_t *
make_fingerprint(struct doc *d)
{
	char hex[DIGEST_HEX];
	json_t *key, *mark;
	char *text;

	if (d->status == STATUS_OK)
		return json_null();
	key = json_pack("{s:o, s:o, s:o}", "kinds", kinds(d), "tried", tried_sorted(d),
			"issue", d->blamed ? json_string(d->blamed->issue->entry.id) : json_null());
	if (!d->blamed)
		json_object_set_new(key, "unmet", unmet_ids(d->plan));
	text = json_dumps(key, JSON_COMPACT | JSON_SORT_KEYS);
	if (!text)
		machine_failed("out of memory");
	digest_sha256(text, strlen(text), hex);
	mark = json_sprintf("v1:%s", hex);
	free(text);
	json_decref(key);
	return mark;
}

/* -- Who and what it is about -- */

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

static void
add_subjects(struct doc *d, json_t *list, const struct template *t)
{
	for (struct fact *f = session_first(d->session, t); f; f = session_next(d->session, f)) {
		json_t *line;

		name_headline(&d->names, &d->text, f);
		line = d->text.len ? taken(d) : json_null();
		json_array_append_new(list, json_pack("{s:o, s:s, s:o, s:o, s:b}", "id", doc_subject(d, f),
				"template", t->entry.id, "title", doc_own(d, t->entry.title), "headline", line,
				"single", (int)t->single));
	}
}

/* What issues and requirements are about; if there is none, other things that have a headline. And the single ones that have. */
static json_t *
make_subjects(struct doc *d)
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

static json_t *
make_selected(struct doc *d)
{
	return doc_outside(d, d->in->device);
}

static json_t *
make_tried(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->in->ntried; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "id", d->in->tried[i]->entry.id,
				"title", doc_own(d, d->in->tried[i]->entry.title)));
	return list;
}

static json_t *
make_something_else(struct doc *d)
{
	return d->status == STATUS_OK ? json_null() : json_integer(d->belief->other);
}

/* -- Privacy -- */

static json_t *
make_redacted(struct doc *d)
{
	return json_boolean(d->in->redact);
}

/* Over the ids and values of the facts as they stand in the document. */
static json_t *
make_facts_digest(struct doc *d)
{
	json_t *all = json_array(), *fact;
	char hex[DIGEST_HEX], *text;
	size_t i;

	json_array_foreach(json_object_get(d->document, "facts"), i, fact)
		json_array_append_new(all, json_pack("[O, O]", json_object_get(fact, "id"), json_object_get(fact, "value")));
	text = json_dumps(all, JSON_COMPACT);
	if (!text)
		machine_failed("out of memory");
	digest_sha256(text, strlen(text), hex);
	free(text);
	json_decref(all);
	return json_sprintf("sha256:%s", hex);
}

/* Labels seen in a document, by kind and number. */
struct labels {
	bool seen[PRIVATE_KINDS][LABELS_MAX];
};

static void
find_labels(struct labels *l, const char *text)
{
	size_t n = strlen(text), len;
	enum private_kind kind;
	int number;

	for (size_t i = strcspn(text, "<d"); i < n; i += strcspn(text + i, "<d")) {
		len = scan_label(text, n, i, &kind, &number);
		if (len && number >= 0 && number < LABELS_MAX)
			l->seen[kind][number] = true;
		i += len ? len : 1;
	}
}

/* All strings of the list below a key. */
static void
find_labels_below(struct labels *l, const json_t *document, const char *key)
{
	const char *inner;
	json_t *entry, *v;
	size_t i;

	json_array_foreach(json_object_get(document, key), i, entry)
		json_object_foreach(entry, inner, v)
			if (json_is_string(v))
				find_labels(l, json_string_value(v));
}

/*
 * How many values of each kind are hidden: counted by the labels in the facts as they stand in the document, so that facts that
 * were redacted before count the same.
 */
static json_t *
make_redactions(struct doc *d)
{
	struct labels *l = machine_alloc(sizeof *l);
	json_t *list = json_array();

	memset(l, 0, sizeof *l);
	if (d->in->redact) {
		find_labels_below(l, d->document, "facts");
		find_labels_below(l, d->document, "unknowns");
	}
	for (int k = 0; k < PRIVATE_KINDS; k++) {
		int count = 0;

		for (int i = 0; i < LABELS_MAX; i++)
			count += l->seen[k][i];
		if (count)
			json_array_append_new(list, json_pack("{s:s, s:i}", "kind", private_kind_name((enum private_kind)k), "values", count));
	}
	free(l);
	return list;
}

/* -- All together -- */

/* The keys in their order. */
static const struct part {
	const char *key;
	json_t *(*make)(struct doc *d);
} parts[] = {
	{ "schema", make_schema },
	{ "run_id", make_run_id },
	{ "started", make_started },
	{ "finished", make_finished },
	{ "engine", make_engine },
	{ "packs", make_packs },
	{ "status", make_status },
	{ "exit_code", make_exit_code },
	{ "complete", make_complete },
	{ "severity", make_severity },
	{ "title", make_title },
	{ "issue", make_issue },
	{ "fingerprint", make_fingerprint },
	{ "selected", make_selected },
	{ "subjects", make_subjects },
	{ "requirements", doc_requirements },
	{ "causes", doc_causes },
	{ "something_else_ppm", make_something_else },
	{ "ruled_out", doc_ruled_out },
	{ "tried", make_tried },
	{ "plan", doc_plan },
	{ "steps", doc_steps },
	{ "not_in_plan", doc_not_in_plan },
	{ "questions", doc_questions },
	{ "findings", doc_findings },
	{ "unknowns", doc_unknowns },
	{ "facts", doc_facts },
	{ "facts_digest", make_facts_digest },
	{ "rules", doc_rules },
	{ "redacted", make_redacted },
	{ "redactions", make_redactions },
};

static void
open_doc(struct doc *d, const struct report_input *in)
{
	*d = (struct doc){
		.in = in, .rb = session_rules(in->session), .session = in->session, .belief = in->belief, .plan = in->plan,
		.status = in->plan->healthy ? STATUS_OK : in->plan->complete ? STATUS_PROBLEM : STATUS_INCOMPLETE,
	};
	if (d->status == STATUS_PROBLEM && in->plan->blames && in->belief->ncauses && in->belief->causes[0].p >= BLAMED_PPM)
		d->blamed = &in->belief->causes[0];
	names_open(&d->names, in);
}

json_t *
report_document(const struct report_input *in)
{
	struct doc d;

	open_doc(&d, in);
	d.document = json_object();
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		json_t *v = parts[i].make(&d);

		if (!v || json_object_set_new(d.document, parts[i].key, v) < 0)
			machine_failed("out of memory");
	}
	names_close(&d.names);
	buf_free(&d.text);
	return d.document;
}

int
report_exit(const json_t *document)
{
	return (int)json_integer_value(json_object_get(document, "exit_code"));
}

void
report_json(const json_t *document, FILE *out)
{
	json_dumpf(document, out, JSON_INDENT(2));
	putc('\n', out);
}
