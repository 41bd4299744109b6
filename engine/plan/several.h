/* SPDX-License-Identifier: MIT */
/*
 * What several devices change in the figures of a plan. The order of steps comes from the mixture
 * of what is wrong with each (plan/belief.h), in which the trouble is that of one of them. But the
 * work is that of all: a step for one device is done unless an earlier one settled what that device
 * had, one for all of them while any has something left.
 */
#ifndef PLAN_SEVERAL_H
#define PLAN_SEVERAL_H

#include "plan/model.h"

struct figures {
	double *reached;	/* of each placed step */
	double cost, bound;	/* expected cost, and what no order of the same steps falls below */
};

/* `p`: the model's problem as it was ordered. With one device these are the order's own figures. */
struct figures several_figures(const struct belief *b, const struct model *m, const struct problem *p,
		const struct order *o, struct arena *a);

#endif
