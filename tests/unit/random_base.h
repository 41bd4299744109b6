/* SPDX-License-Identifier: MIT */
/*
 * Random rule bases as YAML text, and random sequences of changes to go with them. The same seed
 * gives the same case everywhere. Rules, checks and changes can be left out one by one, to make a
 * failing case small.
 */
#ifndef TESTS_RANDOM_BASE_H
#define TESTS_RANDOM_BASE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	RANDOM_TEMPLATES = 4, RANDOM_SLOTS = 5, RANDOM_RULES = 8, RANDOM_CHECKS = 4, RANDOM_OPS = 80,
	RANDOM_LITERALS = 6		/* values of one type that occur, "" behind the last */
};

enum random_kind { DO_ASSERT, DO_SET, DO_RETRACT, DO_SURVEY, DO_UNSURVEY, DO_RUN, DO_ASK };

/*
 * Facts are picked among those there are: the `pick`-th, modulo their number. Values are numbers of
 * literals, -1: unknown.
 */
struct random_op {
	enum random_kind kind;
	int template, slot;
	uint32_t pick;
	int values[RANDOM_SLOTS];
	bool out;
};

struct random_case {
	uint64_t seed;
	struct buf head;			/* pack, templates, facts */
	struct buf rules[RANDOM_RULES], checks[RANDOM_CHECKS];
	bool rule_out[RANDOM_RULES], check_out[RANDOM_CHECKS];
	int nrules, nchecks, nops;
	struct random_op ops[RANDOM_OPS];
};

struct random_case *random_case_new(uint64_t seed);
void random_case_free(struct random_case *c);

/* The rule base as YAML, without what is left out; the changes in words, for a report. */
void random_case_yaml(const struct random_case *c, struct buf *out);
void random_case_ops(const struct random_case *c, struct buf *out);

/* A number below n; the same ones from the same state everywhere. */
uint32_t random_below(uint64_t *state, uint32_t n);

/* The i-th literal of a type, as value_parse reads it; NULL behind the last. */
const char *random_literal(int type, int i);

#endif
