/* SPDX-License-Identifier: MIT */
#include "report/report.h"

#include "base/canonical.h"
#include "facts/scan.h"
#include "report/doc.h"

#include <stdlib.h>
#include <string.h>

/* A cause less probable than this is not what a document is about, though it may be the first. */
enum { BLAMED_PPM = 50000 };

enum { LABELS_MAX = 256 };

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
	char hex[DIGEST_HEX];
	size_t i;

	json_array_foreach(json_object_get(d->document, "facts"), i, fact)
		json_array_append_new(all, json_pack("[O, O]", json_object_get(fact, "id"),
				json_object_get(fact, "value")));
	canonical_digest(all, hex);
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
 * How many values of each kind are hidden: counted by the labels in the facts as they stand in
 * the document, so that facts that were redacted before count the same.
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
			json_array_append_new(list, json_pack("{s:s, s:i}",
					"kind", private_kind_name((enum private_kind)k), "values", count));
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
	{ "schema", doc_schema },
	{ "run_id", doc_run_id },
	{ "started", doc_started },
	{ "finished", doc_finished },
	{ "engine", doc_engine },
	{ "packs", doc_packs },
	{ "status", doc_status },
	{ "exit_code", doc_exit_code },
	{ "complete", doc_complete },
	{ "severity", doc_severity },
	{ "title", doc_title },
	{ "issue", doc_issue },
	{ "fingerprint", doc_fingerprint },
	{ "ticket_key", doc_ticket_key },
	{ "selected", doc_selected },
	{ "selected_found", doc_selected_found },
	{ "subjects", doc_subjects },
	{ "requirements", doc_requirements },
	{ "causes", doc_causes },
	{ "something_else_ppm", doc_something_else },
	{ "ruled_out", doc_ruled_out },
	{ "tried", doc_tried },
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
		.in = in, .rb = session_rules(in->session), .session = in->session,
		.belief = in->belief, .plan = in->plan,
		.status = in->plan->healthy ? STATUS_OK : in->plan->complete ? STATUS_PROBLEM : STATUS_INCOMPLETE,
	};
	if (d->status == STATUS_PROBLEM && in->plan->blames && in->belief->ncauses
			&& in->belief->causes[0].alone >= BLAMED_PPM)
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

static int
add_part(const char *part, size_t n, void *text)
{
	buf_add(text, part, n);
	return 0;
}

/* jansson writes comma by comma: gathered first, it is one write. */
void
report_json(const json_t *document, bool one_line, FILE *out)
{
	struct buf text = {0};

	json_dump_callback(document, add_part, &text, one_line ? JSON_COMPACT : JSON_INDENT(2));
	buf_putc(&text, '\n');
	fwrite(buf_text(&text), 1, text.len, out);
	buf_free(&text);
}
