/* SPDX-License-Identifier: MIT */
/*
 * The state of a dialogue: a stack of what was said and done, nothing else. Everything that is known, thought and proposed follows from the facts
 * and this stack by running the engine anew, so that taking something back is to pop it, and going on from a journal is to push what stands in
 * it. A move is the journal's entry itself:
 *
 *	answered  {fact, answer}	answer null: don't know
 *	tried     {steps, helped, forgets}	done, with the steps that complete it; helped false: it did not help, null: it was not meant to, it
 *				prepares others. `forgets`: answers that are not so any more because of it
 *	skipped   {steps}	not done, or done without anybody knowing what came of it
 *	reported  {kind}	a code or a message was typed in; what it says is among the facts
 *
 * Facts and answers are those of redacted documents. Labels of devices ("device-1") can change when devices come and go, so the dialogue is
 * told after each look at the devices what they stand for, and keeps an answer with the thing itself.
 */
#ifndef CLI_DIALOGUE_H
#define CLI_DIALOGUE_H

#include "dx.h"

#include <jansson.h>

struct dialogue {
	json_t *moves;		/* list */
	json_t *keys;		/* beside it: the key of the thing that a move is about, null where it has none or nobody knows */
	json_t *labels;		/* label to key, as of the last look */
};

void dialogue_open(struct dialogue *d);
void dialogue_close(struct dialogue *d);

/* What the labels stand for now; takes the object over. */
void dialogue_labels(struct dialogue *d, json_t *labels);

/* Takes the move over. */
void dialogue_push(struct dialogue *d, json_t *move);

/* Takes the last move back, which the caller then owns; NULL: there is none. */
json_t *dialogue_pop(struct dialogue *d);

/* Does again what an entry of a journal tells. */
void dialogue_replay(struct dialogue *d, const json_t *entry);

/* How many moves of a kind there are. */
size_t dialogue_count(const struct dialogue *d, const char *what);

/* Gives what was said to a session that has its facts. Answers about things that are not there now are held back. */
void dialogue_give(const struct dialogue *d, struct dx_session *s);

/* The same without what was tried. */
void dialogue_answers(const struct dialogue *d, struct dx_session *s);

enum next_kind {
	NEXT_WELL,		/* nothing is wrong */
	NEXT_ASK,		/* a question */
	NEXT_STEP,
	NEXT_HAND_OVER,		/* the service step, or NULL where the pack has none: no step is left */
	NEXT_STUCK		/* too little is known for a plan, and no question is left */
};

struct next {
	enum next_kind kind;
	const json_t *of;	/* the entry of the plan document */
};

/* What a plan document asks for, given what was said. */
struct next dialogue_next(const struct dialogue *d, const json_t *plan);

/* The step after `done` (NULL: the first) that completes the step, NULL: none. */
const json_t *dialogue_completion(const json_t *plan, const json_t *step, const json_t *done);

/* A step that settles nothing by itself but that others need. */
bool dialogue_prepares(const json_t *step);

/* What of the answers given a step makes untrue: the first on which an unmet requirement rests that it mends. A list of facts. */
json_t *dialogue_forgets(const json_t *plan, const json_t *step);

#endif
