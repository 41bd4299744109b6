/* SPDX-License-Identifier: MIT */
/*
 * What a person types in a dialogue: lines from standard input, read as one of a few words. The end of the input is a reply, too, and what interrupts
 * the program (base/system.h).
 */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include "words.h"

enum reply_kind {
	REPLY_YES = 1, REPLY_NO = 2, REPLY_UNSURE = 4, REPLY_DONE = 8, REPLY_SKIP = 16, REPLY_AGAIN = 32, REPLY_WHY = 64, REPLY_BACK = 128,
	REPLY_REPORT = 256,	/* an error code or a message that is on the screen */
	REPLY_CHOICE = 512,	/* one of the answers of a question */
	REPLY_QUIT = 1024,
	REPLY_ESCALATE = 2048,	/* hand the case over, though there are steps left */
	REPLY_END = 4096	/* end of input, or a signal */
};

/* What can be said always. */
enum { REPLY_ALWAYS = REPLY_WHY | REPLY_BACK | REPLY_REPORT | REPLY_QUIT };

struct reply {
	enum reply_kind kind;
	const char *text;	/* of a choice: the answer; of a report: the code or message. Good until the next reply */
	bool is_code;		/* of a report */
};

/*
 * Shows the question and what can be said, reads lines until one of these is, and tells what was wrong with the others. `allowed` are kinds
 * besides REPLY_ALWAYS; `answers` (NULL: none) are those that REPLY_CHOICE stands for, by name or number.
 */
struct reply reply_read(struct words *w, const char *question, unsigned allowed, const json_t *answers);

#endif
