/* SPDX-License-Identifier: MIT */
/*
 * The checks of a session, and what became of those of an earlier one.
 */
#include "dx.h"

#include "dx_private.h"
#include "report/checks.h"

#include <time.h>

static bool
is_run(struct dx_session *s)
{
	return !s || s->plan || dx_run(s) != DX_BAD_RULES;
}

enum dx_status
dx_verify(struct dx_session *s, struct dx_session *earlier, enum dx_format format, const struct dx_report *options, FILE *out)
{
	struct dx_report o = options ? *options : (struct dx_report){0};
	int64_t now = (int64_t)time(NULL);
	enum dx_status status;
	json_t *document;

	if (!is_run(s) || !is_run(earlier))
		return DX_BAD_RULES;
	document = checks_document(&(struct checks_input){
		.now = {
			.session = s->session, .sources = s->sources, .belief = s->belief, .plan = s->plan, .run_id = o.run_id,
			.started = o.started ? o.started : now, .finished = o.finished ? o.finished : now, .redact = !o.open,
		},
		.earlier = earlier ? earlier->session : NULL,
	});
	status = (enum dx_status)report_exit(document);
	if (format == DX_JSON)
		report_json(document, o.one_line, out);
	else
		checks_text(document, &(struct text_options){ o.width, o.color, !o.ascii, o.verbose }, out);
	json_decref(document);
	return status;
}
