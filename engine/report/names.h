/* SPDX-License-Identifier: MIT */
/*
 * How a report names things and words them: facts, subjects, places in rule files, values.
 * Everything that comes out is clean (base/text.h) and, what is from outside, redacted.
 */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include "base/arena.h"
#include "facts/redact.h"
#include "report/report.h"

struct names {
	struct session *session;
	const struct diags *sources;
	struct redactor *redactor;
	struct factset *none;		/* an empty fact set for a session without one; ours */
	struct arena *arena;
	const char **files;		/* by file number: names that were made already */
	struct numbered {
		const struct fact *fact;
		int number;
	} *last;			/* the fact that was numbered last: the next is mostly behind it */
};

void names_open(struct names *n, const struct report_input *in);
void names_close(struct names *n);

/* Text that needs no cleaning: printable ASCII, words with one blank between. Most of a pack is. */
bool name_is_plain(const char *text);

/* Text of a pack: on one line, clean. */
void name_own(struct buf *out, const char *text);

/* Text from outside: redacted, on one line, clean. */
void name_outside(const struct names *n, struct buf *out, const char *text);

/* "device-1": the redacted key, or the template's name and a number. */
void name_subject(const struct names *n, struct buf *out, const struct fact *f);

/* "host.os", "device[device-1].trust", "error[2].code"; slot -1: without a slot. */
void name_fact(const struct names *n, struct buf *out, const struct fact *f, int slot);

/* The slot of the fact in the form of --answer: without a key where there is one fact only. */
void name_answer(const struct names *n, struct buf *out, const struct fact *f, int slot);

/* The value in its written form, redacted where it is private. */
void name_value(const struct names *n, struct buf *out, const struct slot *slot, value v);

/* A text with {alias.slot} places; what is unknown stands as "…". */
void name_say(const struct names *n, struct buf *out, const struct say *say, const struct fact *subject);

/* The same for the headline of a fact and its like: parts between " · " of whose values none is known are left out. */
void name_line(const struct names *n, struct buf *out, const struct say *say, const struct fact *f);

/*
 * The rule file of an entry relative to its pack, as "steps.yaml"; NULL when nobody knows. Lives
 * as long as `n`.
 */
const char *name_file(struct names *n, const struct pack *pack, struct place at);

/* A condition as its author wrote it. */
void name_condition(const struct names *n, struct buf *out, const struct expr *e);

/* "2026-01-31T12:00:00Z"; nothing for a time before 1970 or after 9999. */
void name_time(struct buf *out, int64_t seconds);

#endif
