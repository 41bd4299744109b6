/* SPDX-License-Identifier: MIT */
/*
 * Matches and the order in which they fire. A match is a rule with one fact for each of its joined
 * aliases and the newest stamp among the slots that the rule reads of each; it fires at most once.
 * The order is the contract in session.h.
 */
#ifndef MATCH_AGENDA_H
#define MATCH_AGENDA_H

#include "match/wm.h"

struct claim;
struct match;

/* A fact's part in a match; chained from the fact. */
struct use {
	struct match *in;
	struct use *prev, *next;
};

struct match {
	const struct rule *rule;
	size_t number;		/* of the rule in the rule base */
	int n;			/* joined aliases */
	bool lapsed;		/* it ceased to hold; freed after truth maintenance has seen it */
	uint64_t seen;		/* the examination that found it last */
	size_t at;		/* place in the agenda, AGENDA_NONE when it fired */
	uint64_t newest;	/* the largest of the stamps, 0 without facts */
	struct claim *claims;	/* what its firing concluded (tms.h) */
	struct match *same_hash, *prev, *next;	/* in the matcher's table; among the rule's matches */
	struct fact **facts;	/* n of each */
	uint64_t *stamps;
	struct use *uses;
};

#define AGENDA_NONE SIZE_MAX

/* A binary heap of the matches that have not fired. */
struct agenda {
	struct match **heap;
	size_t n, cap;
	bool breadth;
};

/* -1: a fires before b; 1: after it; never 0 for two matches. */
int agenda_order(const struct match *a, const struct match *b, bool breadth);

void agenda_add(struct agenda *g, struct match *m);
void agenda_remove(struct agenda *g, struct match *m);

/* The match to fire next, taken out; NULL when none waits. */
struct match *agenda_take(struct agenda *g);

#endif
