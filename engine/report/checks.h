/* SPDX-License-Identifier: MIT */
/*
 * The checks alone: the document `diagnose-checks/1` and its text. A check says how to see that the trouble is over; it is met, unmet, or
 * unknown where a fact that decides it is. With an earlier session on the same rules each check also has what it was then and what that
 * means (`change`): it is fixed only when it was unmet and is met, and what is unknown now cannot be told, whatever it was. The text is
 * rendered from the document. All strings in it are clean and redacted.
 */
#ifndef REPORT_CHECKS_H
#define REPORT_CHECKS_H

#include "report/report.h"

struct checks_input {
	struct report_input now;
	struct session *earlier;	/* after it ran; NULL: nothing to compare with */
};

/* The caller owns it. */
json_t *checks_document(const struct checks_input *in);

void checks_text(const json_t *document, const struct text_options *o, FILE *out);

#endif
