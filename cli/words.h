/* SPDX-License-Identifier: MIT */
/*
 * The words of a dialogue: plain lines, one below the other, in the width of the page. Nothing on the screen is ever changed, so that a screen
 * reader, a pipe and a slow line see the same. What is said comes from the plan document, whose strings are clean.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "report/text.h"

struct words {
	struct text text;	/* its document is that of the moment */
};

void words_open(struct words *w, FILE *out, int width, bool color, bool utf8);

/* A paragraph; and one that is put together. */
void words_say(struct words *w, enum look look, const char *text);
void words_sayf(struct words *w, enum look look, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* An item below a paragraph. */
void words_item(struct words *w, enum look look, const char *text);

/* What was found: about whom, what is not as it should be, what is probably wrong. */
void words_found(struct words *w, const json_t *plan);

void words_question(struct words *w, const json_t *question);

/* A step: what to do, what it costs and loses. `part`: it completes another one, which was done. */
void words_step(struct words *w, const json_t *step, bool part);

void words_why_question(struct words *w, const json_t *plan, const json_t *question);
void words_why_step(struct words *w, const json_t *plan, const json_t *step);

/* How to see whether the step helped. */
void words_expect(struct words *w, const json_t *step);

/* What an answer, or a step that did not help, changed. */
void words_learned(struct words *w, const json_t *before, const json_t *after);

/* Asks for a line: the cursor stays behind it. */
void words_prompt(struct words *w, const char *text);

#endif
