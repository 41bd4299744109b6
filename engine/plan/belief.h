/* SPDX-License-Identifier: MIT */
/*
 * Belief over issues. Weight of an issue = frequency x product over its known signs of
 * seen/otherwise (true) or (1-seen)/(1-otherwise) (false); unknown signs count nothing; equal
 * conditions count once. One fault is assumed; "something else" keeps the sum honest. Heckerman,
 * Breese, Rommelse: Decision-theoretic troubleshooting, CACM 38(3), 1995.
 *
 * Several devices are several patients: each has one fault of its own, or one that they share. So
 * each is judged as if it were alone, and the whole is the mixture of these judgements, where a
 * device counts by the odds that something of its own is wrong with it at all. What is sure of two
 * devices is so equally probable for both, however much more evidence there is for one of them.
 */
#ifndef PLAN_BELIEF_H
#define PLAN_BELIEF_H

#include "match/session.h"

struct evidence {
	const struct sign *sign;
	enum truth truth;		/* TRUE or FALSE; unknown signs are not listed */
	int32_t millibits;		/* 1000 x log2 of the likelihood ratio: what it did to the odds */
	struct fact **witness;		/* when.scope.njoin facts; entries may be NULL */
};

/* One issue for one subject. */
struct cause {
	const struct issue *issue;
	struct fact *subject;		/* NULL: the issue has no `for` */
	int patient;			/* index of its subject in belief.patients, -1: no subject */
	ppm p, prior;
	ppm alone;			/* of its subject, as if there were no other; p where there is only one */
	double weight;			/* in proportion to p */
	double odds, fails;		/* odds that it is there, by its frequency and signs alone; what the steps tried have left of it */
	struct evidence *evidence;	/* strongest effect first */
	size_t nevidence;
};

struct ruled_out {
	const struct issue *issue;
	struct fact *subject;
	bool by_requires;		/* else by ruled-out-by */
};

/* A subject with causes of its own. */
struct patient {
	const struct fact *subject;
	double ailing;			/* how sure it is that something of its own is wrong, beside the one where it is surest, which has 1 */
	double own, total;		/* weight of its causes; and of all it may suffer from, shared ones and something else too */
};

struct belief {
	double other_weight;
	struct cause *causes;		/* most probable first, ties by file order and subject; p of all and `other` sum to 1,000,000 */
	size_t ncauses;
	ppm other;
	struct patient *patients;
	size_t npatients;
	struct ruled_out *out;
	size_t nout;
};

/*
 * The odds that a sign with this truth speaks for its issue: seen / otherwise, or that of the
 * complements; 1 when unknown.
 */
double sign_odds(const struct sign *sign, enum truth t);

/* A sign whose condition an earlier sign of the issue has already: it counts nothing. */
bool sign_repeats(const struct issue *i, size_t sign);

/*
 * The probability that the cause is there when any number of causes may be (the pack's `faults: several`),
 * and no step that was tried has settled it.
 */
double cause_there(const struct cause *c);

/* Whether the step was tried, or completes one that was: then it was done with it. */
bool step_was_done(const struct step *const *tried, size_t ntried, const struct step *step);

/*
 * `tried`: steps that were done and did not help: each is evidence against the issues it would
 * have settled.
 */
struct belief *belief_compute(struct session *s, struct arena *a, const struct step *const *tried, size_t ntried);

#endif
