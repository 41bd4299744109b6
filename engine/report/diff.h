/* SPDX-License-Identifier: MIT */
/*
 * What changed between two plan documents (`diagnose-diff/1`, docs/schema/diff-1.schema.json), and its text. Both documents may come from anywhere: what is
 * taken from them is cleaned, and members of other types than they should have count as missing.
 *
 * That something is fixed is said only when it was looked at again: a cause, a requirement or the whole problem is "unknown" when facts that decided it
 * the first time are missing the second time.
 */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "report/report.h"

/* Reads a plan document; NULL after a complaint on `errors` that begins with `name`. The caller owns it. */
json_t *plan_read(const char *name, const char *text, size_t len, FILE *errors);

/* The caller owns it. */
json_t *diff_document(const json_t *before, const json_t *after);

/* exit status of a comparison: 0 fixed or fine, 1 something is wrong, 4 it cannot be told. */
int diff_exit(const json_t *diff);

void diff_text(const json_t *diff, const struct text_options *o, FILE *out);

#endif
