/* SPDX-License-Identifier: MIT */
/*
 * Which answer would sharpen a plan. Myopic: the plan's expected cost after each answer, weighed
 * by how probable the answer is, against the cost now. Only slots that a person can be asked
 * about (`ask`), with a small set of answers: yes-no, or symbols of a declared set.
 */
#ifndef PLAN_QUESTION_H
#define PLAN_QUESTION_H

#include "plan/belief.h"

struct question {
	const struct template *of;
	struct fact *subject;		/* the fact the slot is of; for a single template its fact */
	int slot;
	int64_t saves_ms;		/* expected saving of plan cost by knowing the answer, the asking not yet taken off */
};

/*
 * At most so many questions; so many slots are weighed, of those that the first so many causes
 * read.
 */
enum { QUESTIONS_MAX = 3, QUESTION_CANDIDATES = 8, QUESTION_CAUSES = 64 };

/*
 * The expected cost of the best plan known for other weights of the same causes (not normalised),
 * in milliseconds.
 */
struct question_cost {
	double (*of)(void *context, const double *weights, double other);
	void *context;
};

/*
 * The questions that save more than asking takes, best first, at most QUESTIONS_MAX. `weights`
 * has one entry for each cause of `b`. Facts are supposed one at a time while conditions are
 * asked, and stand as before when this returns.
 */
struct question *questions_find(struct session *s, const struct belief *b, double other, struct question_cost cost,
		struct arena *a, size_t *n);

#endif
