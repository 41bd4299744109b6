/* SPDX-License-Identifier: MIT */
/*
 * What outcomes say about a rule base: how often its issues occur and how often its remedies work, from tickets with their facts and what was
 * tried on them. The numbers are em.h; here they get their names, places in the rule files and uncertainty. What comes out is a
 * proposal for review, never a change.
 *
 * A ticket's facts are weighed by the rules as they are, by the signs' figures, which are not estimated. `requires` that is false makes an
 * issue impossible on a ticket; `ruled-out-by` is evidence against it.
 */
#ifndef LEARN_LEARNER_H
#define LEARN_LEARNER_H

#include "base/diag.h"
#include "match/session.h"

#include <jansson.h>
#include <stdio.h>

struct learner;

/* A step that was tried, and whether it ended the trouble. */
struct tried_step {
	const struct step *step;
	bool helped;
};

/* `tickets` and `tries`: how much the rules count, as imagined tickets and tries (em.h). Both arguments outlive the learner. */
struct learner *learner_new(const struct rulebase *rb, const struct diags *sources, double tickets, double tries);
void learner_free(struct learner *l);

/* A ticket: a session that ran, and what was tried, in order. */
void learner_add(struct learner *l, struct session *s, const struct tried_step *tried, size_t n);

/* The proposal (`diagnose-learn/1`); the caller owns it. Estimates when something was added since. */
json_t *learner_document(struct learner *l);
void learner_text(const json_t *document, FILE *out);

/*
 * The patch with the figures of which the rules' own is outside the interval; how many that are. `by_hand` counts those that stand where no
 * patch can change them.
 */
size_t learner_patch(struct learner *l, FILE *out, size_t *by_hand);

#endif
