/* SPDX-License-Identifier: MIT */
/*
 * One of several facts, by what a person wrote: the key ("00008030-001A35E11A12402E"; the case of letters does not count, nor do hyphens, which
 * people leave out) or its label in a redacted report ("device-2").
 */
#ifndef FACTS_PICK_H
#define FACTS_PICK_H

#include "facts/redact.h"

/* True when `wanted` means this key. */
bool pick_means(const char *wanted, const char *key);

/* True when `wanted` can only be a label, so that nobody can tell the key before the facts are there. */
bool pick_is_label(const char *wanted);

/* True when `wanted` means this fact, which has a key. */
bool pick_names(const char *wanted, const struct factset *fs, const struct factrec *f, struct redactor *r);

/* Appends the labels of the keys of a template's facts: "device-1, device-2". */
void pick_list(struct buf *out, const struct factset *fs, const struct template *t, struct redactor *r);

/*
 * Keeps of a keyed template's facts only the one that is meant; what is said about the others goes, too. False, with the labels that there are
 * appended to `labels`, when there are facts but none of them is meant: nothing is dropped then.
 */
bool pick_fact(struct factset *fs, const struct template *t, const char *wanted, struct buf *labels);

#endif
