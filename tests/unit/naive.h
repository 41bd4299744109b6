/* SPDX-License-Identifier: MIT */
/*
 * The oracle: an evaluator of rule bases that is as plain as can be. After every change it computes
 * everything anew: which combinations of facts satisfy which rule (by trying all of them), which
 * conclusions are supported, what every slot is worth. It follows the contract in match/session.h
 * and shares no code with match/. Facts are named by their ids.
 */
#ifndef TESTS_NAIVE_H
#define TESTS_NAIVE_H

#include "lang/rulebase.h"
#include "match/session.h"	/* for enum run_end alone */

struct naive;

struct naive *naive_new(const struct rulebase *rb, struct symtab *syms, int64_t now);
void naive_free(struct naive *n);

uint32_t naive_assert(struct naive *n, const struct template *of, const value *values);
void naive_set(struct naive *n, uint32_t id, int slot, value v);
void naive_retract(struct naive *n, uint32_t id);
void naive_survey(struct naive *n, const struct template *of, bool surveyed);

/*
 * The contract leaves open which of several matches of one rule fires first that have the same newest
 * stamp, of the same alias. There `next` decides: it gives the rule and the ids of the facts that
 * fired next with the engine, false when nothing did. Another choice than that among equals is
 * reported by `wrong`: what had to fire, or NULL when nothing had to.
 */
struct naive_guide {
	bool (*next)(void *context, const struct rule **r, const uint32_t **ids);
	void (*wrong)(void *context, const struct rule *r, const uint32_t *ids);
	void *context;
};
enum run_end naive_run(struct naive *n, const struct naive_guide *guide);

enum truth naive_ask(struct naive *n, const struct condition *c, uint32_t bound);

/* The facts there are, in order of id: values and whether stated. False at the end. */
bool naive_fact(const struct naive *n, size_t i, uint32_t *id, const struct template **of, const value **values,
		bool *stated);

/* The firings that support a fact, in order of firing. False at the end. */
bool naive_why(const struct naive *n, uint32_t id, size_t i, const struct rule **r, const uint32_t **ids);

/* How many matches went so far although they held, because their support was circular. */
int64_t naive_unsupported(const struct naive *n);

#endif
