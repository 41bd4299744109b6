/* SPDX-License-Identifier: MIT */
/*
 * The fact file `diagnose-facts/1`, in JSON (written, read) and YAML (read). Long form: facts with source and time, unknowns with reasons,
 * surveyed templates. Short form (people and test cases): `facts: {template: {..} | [..]}`; a list surveys the template.
 */
#ifndef FACTS_FACTFILE_H
#define FACTS_FACTFILE_H

#include "facts/factset.h"

#include <stdio.h>

/* Reads a file into the set; what is wrong goes to `d` with its place. The format is found by content ('{' starts JSON). */
void factfile_read(struct factset *fs, struct diags *d, const char *name, const char *text, size_t len);

/* The `facts:` of a test case. */
void factfile_read_node(struct factset *fs, struct diags *d, const struct node *facts);

/* Writes JSON, byte-identical for equal sets; private values are left out or tokenised when `redact`. False: writing failed (errno). */
bool factfile_write(const struct factset *fs, FILE *out, bool redact);

#endif
