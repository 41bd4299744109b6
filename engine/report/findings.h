/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with rule files, for programs: `diagnose-check/1` (docs/schema/check-1.schema.json), SARIF 2.1.0 (OASIS) for
 * code scanners, and GitHub's workflow commands, which show each mistake beside its line. All strings are clean.
 */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "base/diag.h"

#include <jansson.h>

/* One diagnostic as the documents have it: code, message, source, line, column, hint. The caller owns it. */
json_t *finding_object(const struct diags *d, const struct diag *g);

/* All that were kept, in their order (diags_sort). What was only counted is told as a number, where the format has a place for it. */
void findings_json(const struct diags *d, FILE *out);
void findings_sarif(const struct diags *d, FILE *out);
void findings_github(const struct diags *d, FILE *out);

#endif
