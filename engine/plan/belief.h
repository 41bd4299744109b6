/* SPDX-License-Identifier: MIT */
/*
 * Belief over issues. Weight of an issue = frequency x product over its known signs of
 * seen/otherwise (true) or (1-seen)/(1-otherwise) (false); unknown signs count nothing; equal
 * conditions count once. One fault is assumed; "something else" keeps the sum honest. Heckerman,
 * Breese, Rommelse: Decision-theoretic troubleshooting, CACM 38(3), 1995.
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
	ppm p, prior;
	double weight;
	struct evidence *evidence;	/* strongest effect first */
	size_t nevidence;
};

struct ruled_out {
	const struct issue *issue;
	struct fact *subject;
	bool by_requires;		/* else by ruled-out-by */
};

struct belief {
	double other_weight;
	struct cause *causes;		/* most probable first, ties by file order and subject; p of all and `other` sum to 1,000,000 */
	size_t ncauses;
	ppm other;
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
 * `tried`: steps that were done and did not help: each is evidence against the issues it would
 * have settled.
 */
struct belief *belief_compute(struct session *s, struct arena *a, const struct step *const *tried, size_t ntried);

#endif
