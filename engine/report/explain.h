/* SPDX-License-Identifier: MIT */
/*
 * The explanation document (`diagnose-explain/1`) and its text. It answers one question: why is this fact there, why did
 * this rule (not) fire, why is this issue, requirement, step or check what it is. The text is rendered from the document. All
 * strings in it are clean and redacted.
 *
 *	facts	facts and the chain of conclusions behind them, each fact once: its slots with their sources, and the firings
 *		that conclude it, each condition with what it read
 *	rules	how far each got: facts by alias, combinations by condition, the first condition that failed, the nearest facts
 *	entries	the conditions of issues, requirements, steps and checks with what they read
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "report/report.h"

struct explain_input {
	struct session *session;	/* after it ran */
	const struct diags *sources;	/* of the rules; may be NULL */
	bool redact;
	const struct plan *plan;	/* for steps: why each stands where it stands; may be NULL */
	const char *what;		/* "rule-id", "template", "template[key].slot", "template:value" .. (diagnose(1)) */
};

/* The caller owns it. NULL: nothing is called so. */
json_t *explain_document(const struct explain_input *in);

/* What could be meant: ids and templates, in `a`. */
const char **explain_names(const struct rulebase *rb, struct arena *a, size_t *n);

void explain_text(const json_t *document, const struct text_options *o, FILE *out);

#endif
