/* SPDX-License-Identifier: MIT */
/*
 * Redaction: private values never leave in a report. Values of `private:` slots become stable labels by kind ("device-1", "<user>"); the same values
 * inside other texts (log lines, messages) and what looks like one (domain patterns: UDIDs, MAC and IP addresses, e-mail, home folders, long numbers) too.
 */
#ifndef FACTS_REDACT_H
#define FACTS_REDACT_H

#include "base/buf.h"
#include "facts/factset.h"

struct redactor;

/* Learns the private values of a fact set. `on` false: texts are only cleaned. */
struct redactor *redactor_new(const struct factset *fs, bool on);
void redactor_free(struct redactor *r);

/* Appends the text, redacted and cleaned. */
void redact_text(struct redactor *r, struct buf *out, const char *s, size_t n);

/* Appends a slot's value: its label when private, else its written form, redacted and cleaned. */
void redact_value(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms);

/* How many replacements there were of each kind so far: calls `see` for each kind that occurred. */
void redact_counts(const struct redactor *r, void (*see)(void *context, const char *kind, int count), void *context);

#endif
