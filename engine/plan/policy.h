/* SPDX-License-Identifier: MIT */
/*
 * The best policy where questions can be asked: for each set of tasks done and each combination of answers
 * the least expected cost of going on, by doing, asking or handing over.
 */
#ifndef PLAN_POLICY_H
#define PLAN_POLICY_H

#include "plan/order.h"

enum { POLICY_QUESTIONS_MAX = 8, POLICY_STATES_MAX = 1 << 14, POLICY_STATES_FEW = 1 << 11 };

/* A question; `rates`: how often each answer is given, up to a factor, where no cause says anything else. */
struct asking {
	double cost;
	size_t nanswers;
	const double *rates;
};

struct policy_input {
	const struct problem *problem;
	const struct asking *askings;
	size_t n;
	size_t room;			/* for so many states, at most POLICY_STATES_MAX */
	/*
	 * The weights of the problem's causes and of `other` once questions have been answered (0: not asked, else the
	 * number of the answer, from 1).
	 */
	void (*weigh)(void *context, const size_t *answers, double *weights, double *other);
	void *context;
};

struct policy {
	double never;			/* expected cost when nothing is ever asked */
	double act;			/* when one begins with a task, or hands over, and asks later if that pays */
	double ask[POLICY_QUESTIONS_MAX];	/* when one begins by asking it, the asking included */
};

/* How many of the first questions there is room for: states are sets of tasks times combinations of answers. */
size_t policy_fits(const struct policy_input *in);

/* False: the tasks wait for each other, or there are too many; then `out` says nothing. */
bool policy_solve(const struct policy_input *in, struct policy *out);

#endif
