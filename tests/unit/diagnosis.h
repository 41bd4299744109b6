/* SPDX-License-Identifier: MIT */
/*
 * For tests of belief, plan and report: a pack and facts as text, diagnosed.
 */
#ifndef TESTS_DIAGNOSIS_H
#define TESTS_DIAGNOSIS_H

#include "report/report.h"

struct diagnosis {
	struct diags *diags;
	struct rulebase *rb;
	struct factset *facts;
	struct session *session;
	struct arena *arena;
	struct belief *belief;
	struct plan *plan;
	const struct step *tried[4];
	size_t ntried;
	json_t *document;
};

/*
 * `facts` is the short form of a fact file in YAML; `tried` ids of steps separated by blanks, "" for none. The test fails when the
 * pack or the facts have mistakes.
 */
void diagnose(struct diagnosis *d, const char *pack, const char *facts, const char *tried);
void diagnosis_free(struct diagnosis *d);

const struct cause *cause_named(const struct diagnosis *d, const char *issue);
/* Index of the n-th (0, 1, ..) planned step with that id, -1: none. */
int step_index(const struct diagnosis *d, const char *step, int n);
const struct left_out *left_out_named(const struct diagnosis *d, const char *step);

/* The document (kept in `d`), and the text; the caller frees the text. */
const json_t *document_of(struct diagnosis *d);
char *text_of(struct diagnosis *d, struct text_options o);

#endif
