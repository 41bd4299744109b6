/* SPDX-License-Identifier: MIT */
/*
 * The journal of a dialogue: a file to which each thing that is said or done is added as it happens, one JSON object a line
 * (`diagnose-journal/1`, docs/schema/journal-1.schema.json). What it holds is redacted before it comes here. Lines are never changed: what
 * is taken back is followed by a line that says so. So a dialogue can go on from its journal, whenever it was stopped.
 */
#ifndef CLI_JOURNAL_H
#define CLI_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>

#define JOURNAL_SCHEMA "diagnose-journal/1"

struct journal;

/* A new file, readable by its owner alone; NULL with a message when it cannot be made or is there already. A NULL path keeps nothing. */
struct journal *journal_create(const char *path);

/*
 * Opens a journal to go on with it, and reads its entries (a list; the caller owns it). A last line that was cut when the machine stopped is
 * dropped. NULL with a message when it cannot be read, is no journal, or another dialogue is writing to it.
 */
struct journal *journal_reopen(const char *path, json_t **entries);

/* Adds "n", "at" and `what` in front of the members of `more`, which it takes over (NULL: none), and writes the line. */
void journal_add(struct journal *j, const char *what, json_t *more);

/* The entries of a journal's text; NULL with the message in `why` when it is none. */
json_t *journal_parse(const char *text, size_t len, size_t *whole, const char **why);

/* False when a line could not be written, which was said then. */
bool journal_is_fine(const struct journal *j);
bool journal_is_kept(const struct journal *j);
void journal_close(struct journal *j);

#endif
