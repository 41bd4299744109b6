/* SPDX-License-Identifier: MIT */
/*
 * Requirements: each one for each fact it is about, and whether it is met.
 */
#ifndef PLAN_NEED_H
#define PLAN_NEED_H

#include "match/session.h"

struct need {
	const struct requirement *requirement;
	struct fact *subject;
	enum truth state;		/* TRUE met, FALSE not met, MAYBE unknown */
};

/*
 * All of them, in the order of the files; one with `for` and no fact of that template is unknown,
 * once.
 */
struct need *needs_ask(struct session *s, struct arena *a, size_t *n);

#endif
