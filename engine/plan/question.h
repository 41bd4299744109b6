/* SPDX-License-Identifier: MIT */
/*
 * Which answer of a person would sharpen a plan. Only slots that a person can be asked about (`ask`), with a
 * small set of answers: yes-no, or symbols of a declared set. While tasks and answers are few, the best policy of
 * doing and asking is found exactly (plan/policy.h); else a question is weighed by the expected cost of the plan
 * after each of its answers, or after one more question.
 */
#ifndef PLAN_QUESTION_H
#define PLAN_QUESTION_H

#include "plan/model.h"

struct question {
	const struct template *of;
	struct fact *subject;		/* the fact the slot is of; for a single template its fact */
	int slot;
	int64_t saves_ms;		/* expected saving of cost by knowing the answer, the asking not yet taken off */
	bool first;			/* ask it before anything is done: no other beginning costs less */
};

/* An answer with which the plan would begin with another step. */
struct turning {
	const struct template *of;
	struct fact *subject;
	int slot;
	value answer;
	int task;			/* of the problem: what it would begin with, -1: handing over */
};

/*
 * At most so many questions; so many slots are weighed, of those that the first so many causes
 * read.
 */
enum { QUESTIONS_MAX = 3, QUESTION_CANDIDATES = 8, QUESTION_CAUSES = 64, TURNINGS_MAX = 12 };

struct questions {
	struct question *list;		/* those that save more than asking takes, best first, at most QUESTIONS_MAX */
	size_t n;
	struct turning *turnings;	/* at most TURNINGS_MAX */
	size_t nturnings;
	bool exact;			/* the best policy of those questions that there was room for */
};

/*
 * `problem`: the model's, for one fault. Facts are supposed while conditions are asked, and stand as before when
 * this returns.
 */
struct questions questions_find(struct session *s, const struct belief *b, const struct problem *problem, struct arena *a);

#endif
