/* SPDX-License-Identifier: MIT */
/*
 * From files to a rule base: read, type-check, link, compile; and lint. Two passes over the nodes: first the names of all sections of all files,
 * then the bodies, so that the order of files does not matter for what a name means.
 */
#ifndef LANG_LOAD_H
#define LANG_LOAD_H

#include "lang/rulebase.h"

/*
 * Loads packs (folders or files). All mistakes go to `d`. Never returns NULL; when diags_errors(d) is not 0 the result must not be run
 * (only freed). A path that cannot be read is a diagnostic as well.
 */
struct rulebase *rulebase_load(const char *const *paths, size_t n, struct diags *d);

/*
 * The same without the files that hold nothing but test cases: they are read from disk, but not parsed. For runs that do not test.
 */
struct rulebase *rulebase_load_rules(const char *const *paths, size_t n, struct diags *d);

/* The same for one text in memory, under a name for messages. For tests and fuzzing. */
struct rulebase *rulebase_load_text(const char *name, const char *text, size_t len, struct diags *d);

void rulebase_free(struct rulebase *rb);

#endif
