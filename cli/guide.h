/* SPDX-License-Identifier: MIT */
/*
 * The dialogue of `diagnose guide`, for the files that it is made of:
 *
 *	guide_think	looks: collects facts, when the dialogue begins and when a step was done; and thinks: runs the engine on these facts and on all
 *			that was said (dialogue.h), which gives a plan document
 *	guide_step	shows a step, waits, judges what came of it; hands over
 *	cmd_guide	asks questions, takes back, goes on from a journal; the turns
 *
 * A turn asks the best question of the document or does its first step, and puts what comes of it on the stack; then it thinks again, until
 * all is well, no step is left, or somebody stops. Facts are redacted as soon as they were collected, so nothing private can be said or kept.
 */
#ifndef CLI_GUIDE_H
#define CLI_GUIDE_H

#include "cmd.h"
#include "dialogue.h"
#include "journal.h"
#include "reply.h"

struct guide {
	const struct settings *s;
	const struct dx_rules *rules;
	struct journal *journal;
	struct dialogue talk;
	struct words words;
	struct input *reported;		/* codes and messages that were typed in; their texts are ours */
	size_t nreported;
	json_t *base;			/* facts of the last look, with all that was given; redacted */
	json_t *collected;		/* the same, but only what was collected: NULL where nothing is */
	json_t *restored;		/* what was given to a dialogue that goes on: facts; and answers with tried steps */
	json_t *given;
	json_t *plan;			/* document of the last thought */
	bool collects;			/* facts are collected */
	bool live;			/* from this machine, which can change: it is worth while to look again */
	bool fresh;			/* the last look is not yet in the journal */
	bool over;
	int status;
};

/* True when the settings have facts collected. */
bool guide_collects(const struct settings *s);

/* Takes the place of an older document. */
void guide_replace(json_t **old, json_t *new);

/* Facts as they are now. False after mistakes in what was given, which are printed. */
bool guide_look(struct guide *g);

/* What the rules say to all that is known. False when they reached a limit, which is printed; the dialogue is over then. */
bool guide_think(struct guide *g);

/* What the program can tell of the checks by itself: from what was collected last and nothing else. NULL where nothing is collected. */
json_t *guide_checks(struct guide *g);

/* What of earlier facts nobody collects: codes, messages, what stood in logs. */
json_t *guide_restored(const json_t *facts);

/* Puts a move on the stack and into the journal, and thinks anew. Takes the members over. */
void guide_move(struct guide *g, const char *what, json_t *members);

/* What can be said at any moment (back, quit, a code or message): true when it was that, and the turn is over. */
bool guide_is_common(struct guide *g, const struct reply *r);

/* The dialogue is over: how, and with which step (NULL: none). */
void guide_end(struct guide *g, const char *outcome, const json_t *step, int status);

/* A turn with a step of the plan document: show, ask for consent, wait, look, judge. */
void guide_do_step(struct guide *g, const json_t *step);

/* A turn that hands over. `service`: the step that does it, NULL where there is none. `wanted`: somebody said so, and may think better of it. */
void guide_hand_over(struct guide *g, const json_t *service, bool wanted);

#endif
