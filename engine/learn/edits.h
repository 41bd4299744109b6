/* SPDX-License-Identifier: MIT */
/*
 * Changes to source texts as a patch for review: a unified diff with three lines around each change. Nothing is written to the files.
 */
#ifndef LEARN_EDITS_H
#define LEARN_EDITS_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stdio.h>

struct edit {
	struct place at;	/* what it replaces, on one line; an empty range inserts */
	const char *with;
	size_t order;		/* of the call */
};

struct lines;

struct edits {
	struct arena *arena;	/* of the caller */
	const struct diags *sources;
	struct edit *items;
	size_t n, cap;
	struct lines **files;	/* by number of the source; its own */
	size_t nfiles, files_cap;
};

/* False when the place is not on one line of a known text: then it cannot be changed by a patch. */
bool edits_add(struct edits *e, struct place at, const char *with);

/* A remedy or other mapping `{..}` gets another entry at its end. False when it is not written so. */
bool edits_add_entry(struct edits *e, struct place mapping, const char *entry);

/* The patch; the edits are sorted by this. */
void edits_write(struct edits *e, FILE *out);

#endif
