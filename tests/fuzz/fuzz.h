/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. A target is tests/fuzz/NAME.c with one function, LLVMFuzzerTestOneInput; `make fuzz` links it with libFuzzer, the tests
 * link it with main.c, which gives it files. Everything a target makes it frees again, so that a leak is one of the engine.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "facts/factset.h"
#include "match/session.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_NOW = 1769860800 };		/* 2026-01-31T12:00:00Z */

/* The packs in rules/, loaded once; never freed. The working folder is the top of the tree. */
const struct rulebase *shipped_rules(void);

/* A stream that leads nowhere. */
FILE *nowhere(void);

/* Says `what` and aborts unless it holds: a sentence that is true of every input. */
void holds(bool is, const char *what);

/* Numbers that depend on the input and nothing else. */
uint64_t seed_of(const uint8_t *data, size_t size);
uint64_t next_random(uint64_t *seed);

/*
 * Everything that is done with a fact set: infer, believe, plan, both reports, both kinds of fact file. With a seed, facts are also changed and
 * taken back at random in between, and some entries are explained.
 */
void diagnose_all(const struct rulebase *rb, const struct factset *fs, uint64_t seed);

/* Every sixteenth input is diagnosed, so that a target whose concern is the reading gets through more of them. */
void diagnose_some(const struct rulebase *rb, const struct factset *fs, uint64_t seed);

/* The explanation of `what` in both forms, when there is something that is called so. */
void explain_to_nowhere(struct session *s, const char *what);

/* Values for the slots of a fact, some of them extreme, some unknown. */
void random_values(const struct template *t, struct symtab *syms, uint64_t *seed, value *values);

#endif
