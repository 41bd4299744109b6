/* SPDX-License-Identifier: MIT */
/*
 * Why, and why not: a session that ran, asked about one rule, fact, issue, requirement, step or check.
 */
#include "dx.h"

#include "dx_private.h"
#include "report/explain.h"

#include <string.h>

static void
complain_about(struct dx_session *s, const char *what)
{
	uint32_t file = diags_source(s->diags, "explain", what, strlen(what));
	size_t n;
	const char **names = explain_names(s->base, s->arena, &n);
	struct diag *g = diag_add(s->diags, SEV_ERROR, "D308", (struct place){ file, 1, 1, 0, 0 },
			"no rule, fact, issue, requirement, step or check is called so");

	diag_suggest(s->diags, g, what, names, n);
}

bool
dx_explain(struct dx_session *s, const char *what, enum dx_format format, const struct dx_report *options, FILE *out)
{
	struct dx_report o = options ? *options : (struct dx_report){0};
	json_t *document;

	if (!s->session)	/* a run that stopped at a limit is explained all the more */
		dx_infer_facts(s);
	if (!s->plan && rulebase_step(s->base, what))
		dx_run(s);
	document = explain_document(&(struct explain_input){ s->session, s->sources, !o.open, s->plan, what });
	if (!document) {
		complain_about(s, what);
		return false;
	}
	if (format == DX_JSON)
		report_json(document, false, out);
	else
		explain_text(document, &(struct text_options){ o.width, o.color, !o.ascii, o.verbose }, out);
	json_decref(document);
	return true;
}
