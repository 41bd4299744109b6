/* SPDX-License-Identifier: MIT */
/*
 * What tickets and their outcomes say about the rules.
 */
#include "dx.h"

#include "base/arena.h"
#include "dx_private.h"
#include "learn/learner.h"
#include "report/report.h"

#include <stdlib.h>

struct dx_learner {
	const struct dx_rules *rules;
	struct learner *inner;
};

struct dx_learner *
dx_learn(const struct dx_rules *rules, double tickets, double tries)
{
	struct dx_learner *l = machine_alloc(sizeof *l);

	*l = (struct dx_learner){ rules, learner_new(rules->base, rules->diags, tickets, tries) };
	return l;
}

void
dx_learn_close(struct dx_learner *l)
{
	if (l)
		learner_free(l->inner);
	free(l);
}

bool
dx_learn_ticket(struct dx_learner *l, struct dx_session *s, const struct dx_try *tries, size_t n)
{
	struct tried_step *tried = machine_alloc((n + 1) * sizeof *tried);
	size_t known = 0;
	bool fine = dx_infer_facts(s);

	for (size_t i = 0; i < n; i++) {
		const struct step *step = rulebase_step(l->rules->base, tries[i].step);

		if (step)
			tried[known++] = (struct tried_step){ step, tries[i].helped };
	}
	if (fine)
		learner_add(l->inner, s->session, tried, known);
	free(tried);
	return fine;
}

void
dx_learn_report(struct dx_learner *l, enum dx_format format, FILE *out)
{
	json_t *document = learner_document(l->inner);

	if (format == DX_JSON)
		report_json(document, false, out);
	else
		learner_text(document, out);
	json_decref(document);
}

size_t
dx_learn_patch(struct dx_learner *l, FILE *out, size_t *by_hand)
{
	return learner_patch(l->inner, out, by_hand);
}
