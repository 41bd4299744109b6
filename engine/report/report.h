/* SPDX-License-Identifier: MIT */
/*
 * The plan document (`diagnose-plan/1`, docs/schema/plan-1.schema.json) and its faces. The text
 * is rendered from the document, so the two cannot disagree. All strings in a document are clean
 * (text.h) and redacted.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "plan/plan.h"

#include <jansson.h>
#include <stdio.h>

struct report_input {
	struct session *session;
	const struct diags *sources;	/* knows the names of the rule files; NULL: places have lines only */
	const struct belief *belief;
	const struct plan *plan;
	const char *run_id;		/* NULL: a random UUID */
	int64_t started, finished;
	bool redact;
	bool verbose;			/* lists of rules, facts, ruled-out issues in full */
	const char *device;		/* --device, as given; NULL */
	const struct step *const *tried;
	size_t ntried;
};

/* The document; the caller owns it (json_decref). */
json_t *report_document(const struct report_input *in);

/* exit_code of a document: 0 ok, 1 problem, 4 incomplete. */
int report_exit(const json_t *document);

/* One line: without indents. */
void report_json(const json_t *document, bool one_line, FILE *out);

struct text_options {
	int width;			/* columns, 0: 80 */
	bool color, utf8, verbose;
};
void report_text(const json_t *document, const struct text_options *o, FILE *out);

/* One page, complete in itself: no script, nothing loaded. */
void report_html(const json_t *document, FILE *out);

#endif
