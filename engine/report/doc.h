/* SPDX-License-Identifier: MIT */
/*
 * The parts of a plan document; document.c puts them together. Each `doc_` function makes the
 * value of one key.
 */
#ifndef REPORT_DOC_H
#define REPORT_DOC_H

#include "report/names.h"

enum doc_status { STATUS_OK, STATUS_PROBLEM, STATUS_INCOMPLETE };

struct doc {
	const struct report_input *in;
	const struct rulebase *rb;
	struct session *session;
	const struct belief *belief;
	const struct plan *plan;
	enum doc_status status;
	const struct cause *blamed;	/* the cause the document is about, NULL: none */
	struct names names;
	json_t *document;		/* as far as it is made */
	struct buf text;		/* for one string at a time */
};

/* The string in `d->text`, which is empty after it. */
json_t *doc_taken(struct doc *d);

/* Strings for the document; NULL gives null. */
json_t *doc_own(struct doc *d, const char *text);
json_t *doc_outside(struct doc *d, const char *text);
json_t *doc_time(struct doc *d, int64_t seconds);
json_t *doc_seconds(int64_t ms);
json_t *doc_fact(struct doc *d, const struct fact *f, int slot);

/* What the firing rested on that added or last set the fact, without what is gone since; returns how many. */
int doc_past_reasons(const struct fact *f, const struct fact *out[REASONS_MOST]);
json_t *doc_subject(struct doc *d, const struct fact *f);
json_t *doc_value(struct doc *d, const struct slot *slot, value v);
json_t *doc_place(struct doc *d, const struct entry *e, struct place at);
const char *doc_severity_name(enum issue_severity s);
const char *doc_truth(enum truth t);

/* Adds what a condition reads and knows, as fact ids, to a list. */
void doc_reads(struct doc *d, json_t *list, const struct condition *c, struct fact *subject, struct fact *const *witness);

json_t *doc_schema(struct doc *d);
json_t *doc_run_id(struct doc *d);
json_t *doc_started(struct doc *d);
json_t *doc_finished(struct doc *d);
json_t *doc_engine(struct doc *d);
json_t *doc_packs(struct doc *d);
json_t *doc_status(struct doc *d);
json_t *doc_exit_code(struct doc *d);
json_t *doc_complete(struct doc *d);
json_t *doc_severity(struct doc *d);
json_t *doc_title(struct doc *d);
json_t *doc_issue(struct doc *d);
json_t *doc_fingerprint(struct doc *d);
json_t *doc_ticket_key(struct doc *d);
json_t *doc_subjects(struct doc *d);
json_t *doc_selected(struct doc *d);
json_t *doc_selected_found(struct doc *d);
json_t *doc_tried(struct doc *d);
json_t *doc_something_else(struct doc *d);

json_t *doc_requirements(struct doc *d);
json_t *doc_causes(struct doc *d);
json_t *doc_ruled_out(struct doc *d);
json_t *doc_plan(struct doc *d);
json_t *doc_steps(struct doc *d);
json_t *doc_questions(struct doc *d);
json_t *doc_not_in_plan(struct doc *d);

json_t *doc_findings(struct doc *d);
json_t *doc_facts(struct doc *d);
json_t *doc_unknowns(struct doc *d);
json_t *doc_rules(struct doc *d);

#endif
