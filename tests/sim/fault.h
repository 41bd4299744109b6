/* SPDX-License-Identifier: MIT */
/*
 * What can go wrong with an answer, as one table.
 *
 * Every place where the simulator answers has a struct fault, normally none.  A fault replaces the
 * answer: by nothing, by an error, by rubbish, by a frame that lies about its length.  Written as
 * text it is KIND, KIND:ARGUMENT, and either of them followed by *COUNT when only the first COUNT
 * answers are spoilt: "silence", "error:InvalidHostID", "result:3*1".
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "wire.h"

#include <stdio.h>

struct fault_kind;

struct fault {
	const struct fault_kind *kind;  /* NULL: answer as a healthy one does */
	char word[64];                  /* error: the string to send */
	int number;                     /* result: the number; delay: milliseconds */
	unsigned left;                  /* how many answers more; 0: for ever */
};

/* An answer on its way: where to, in which form, and what a healthy one would say. */
struct answer {
	struct wire *wire;
	const struct framing *framing;
	uint32_t tag;
	plist_t plist;
	bool binary;
};

/* Reads a fault; on a mistake returns false and leaves the fault alone. */
bool fault_parse(struct fault *f, const char *text);

/* The fault for the next answer; counts it.  Call it under the lock that guards the fault. */
struct fault fault_take(struct fault *f);

/* True when the healthy answer is sent after all, perhaps late. */
bool fault_is_honest(const struct fault *f);

/* Sends the answer with its fault.  False when the connection is to end. */
bool fault_answer(const struct fault *f, const struct answer *a);

/* The same where a healthy one would say nothing yet: a connection just opened, TLS. */
bool fault_greet(const struct fault *f, const struct answer *a);

/* One line for each kind, for --help. */
void fault_help(FILE *out);

#endif
