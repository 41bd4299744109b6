/* SPDX-License-Identifier: MIT */
/*
 * Redaction: private values never leave in a report. Values of `private:` slots become stable labels by kind ("device-1", "<user>", "<user-2>");
 * so does, inside other texts (log lines, messages), what looks private by its form or place (scan.h) and what is known:
 *
 *	the values of private slots and, for facts of this machine, its host name and user name;
 *	names that their place in a text of the facts, or in the text that is redacted, gives away ("user=anna"), as whole words.
 *
 * Known values are found in all their spellings (fold.h). Names that are everybody's ("root", "localhost", words of the pack) are none.
 *
 * Labels are given in the order of the facts, equal values have equal labels, and a label stands for itself: redacting a second time,
 * or after the facts went through a redacted file, gives the same text.
 *
 * For texts from outside only: a user called Ann must not change the words of the rule files.
 */
#ifndef FACTS_REDACT_H
#define FACTS_REDACT_H

#include "base/buf.h"
#include "facts/factset.h"

struct redactor;

/* Learns the private values of a fact set, which must outlive it. `on` false: texts are only cleaned. */
struct redactor *redactor_new(const struct factset *fs, bool on);
void redactor_free(struct redactor *r);

/* Appends the text, redacted and cleaned. */
void redact_text(struct redactor *r, struct buf *out, const char *s, size_t n);

/* Appends a slot's value: its label when private, else its written form, redacted and cleaned. */
void redact_value(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms);

/* The same two, redacted but not cleaned: for writers that escape (json_quote). */
void redact_text_raw(struct redactor *r, struct buf *out, const char *s, size_t n);
void redact_value_raw(struct redactor *r, struct buf *out, const struct slot *slot, value v, const struct symtab *syms);

/* In how many places a value of each kind stands hidden so far (hidden by us, or before): calls `see` for each kind that occurred. */
void redact_counts(const struct redactor *r, void (*see)(void *context, const char *kind, int count), void *context);

#endif
