/* SPDX-License-Identifier: MIT */
#include "plan/sets.h"

#include <string.h>

struct stand
stand_new(const struct sets *s, struct arena *a)
{
	struct stand at;

	at.left = arena_array(a, s->ncauses + 1, sizeof *at.left);
	at.done = arena_array(a, s->n + 1, sizeof *at.done);
	at.paid = arena_array(a, s->nsetups + 1, sizeof *at.paid);
	return at;
}

static double
weight_of(const struct sets *s, const double *left)
{
	double sum = s->other, well = 1 - s->other;

	if (!s->several) {
		for (size_t c = 0; c < s->ncauses; c++)
			sum += left[c];
		return sum;
	}
	for (size_t c = 0; c < s->ncauses; c++)
		well *= 1 - left[c];
	return 1 - well;
}

void
stand_begin(const struct sets *s, struct stand *at)
{
	memcpy(at->left, s->left, s->ncauses * sizeof *at->left);
	memset(at->done, 0, s->n);
	for (size_t i = 0; i < s->nsetups; i++)
		at->paid[i] = s->setups[i] <= 0;
	at->weight = weight_of(s, at->left);
}

void
stand_copy(const struct sets *s, struct stand *to, const struct stand *from)
{
	memcpy(to->left, from->left, s->ncauses * sizeof *to->left);
	memcpy(to->done, from->done, s->n);
	to->weight = from->weight;
	memcpy(to->paid, from->paid, s->nsetups);
}

double
stand_cost(const struct sets *s, const struct stand *at, int item)
{
	const struct item *i = &s->items[item];
	double cost = i->cost;

	if (at->done[item])
		return 0;
	for (size_t k = 0; k < i->setups.n; k++)
		if (!at->paid[i->setups.of[k]])
			cost += s->setups[i->setups.of[k]];
	return cost;
}

/* Whether doing the item would still take weight from a cause. */
static bool
could_help(const struct sets *s, const struct stand *at, int item)
{
	const struct item *i = &s->items[item];

	if (at->done[item])
		return false;
	for (size_t m = 0; m < i->marks.n; m++) {
		const struct item *one = &s->items[i->marks.of[m]];

		for (size_t k = 0; !at->done[i->marks.of[m]] && k < one->nfixes; k++)
			if (at->left[one->fixes[k].cause] * one->fixes[k].works > s->tiny)
				return true;
	}
	return false;
}

bool
stand_allows(const struct sets *s, const struct stand *at, int item)
{
	const struct item *i = &s->items[item];

	for (size_t k = 0; k < i->needs.n; k++)
		if (!at->done[i->needs.of[k]])
			return false;
	for (size_t k = 0; k < i->waits.n; k++)
		if (could_help(s, at, i->waits.of[k]))
			return false;
	return true;
}

void
stand_do(const struct sets *s, struct stand *at, int item)
{
	const struct item *i = &s->items[item];
	double taken = 0;

	if (at->done[item])
		return;
	for (size_t m = 0; m < i->marks.n; m++) {
		const struct item *one = &s->items[i->marks.of[m]];

		for (size_t k = 0; !at->done[i->marks.of[m]] && k < one->nfixes; k++) {
			double part = at->left[one->fixes[k].cause] * one->fixes[k].works;

			at->left[one->fixes[k].cause] -= part;
			taken += part;
		}
		at->done[i->marks.of[m]] = true;
	}
	for (size_t k = 0; k < i->setups.n; k++)
		at->paid[i->setups.of[k]] = true;
	at->weight = s->several ? weight_of(s, at->left) : at->weight > taken ? at->weight - taken : 0;
}
