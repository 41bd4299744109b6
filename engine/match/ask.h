/* SPDX-License-Identifier: MIT */
/*
 * Conditions outside rules: the strongest truth over all combinations of facts, and what it rests on.
 */
#ifndef MATCH_ASK_H
#define MATCH_ASK_H

#include "match/eval.h"

/*
 * Stand for the fact of a template that has none: all slots unknown, or absent when the template is
 * surveyed.
 */
struct ask_rows {
	struct fact unknown, absent;
};

void ask_open(struct ask_rows *rows, const struct wm *wm);

/* See session_ask and session_reads. */
enum truth ask(struct eval *ev, struct ask_rows *rows, const struct condition *c, struct fact *bound,
		struct fact **witness);
void ask_reads(struct eval *ev, struct ask_rows *rows, const struct condition *c, struct fact *bound,
		void (*see)(void *context, const struct template *of, const struct fact *f, int slot, value v),
		void *context);

#endif
