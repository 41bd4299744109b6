/* SPDX-License-Identifier: MIT */
/*
 * What may fire, in the order of session.h. A seed stands for all matches of a rule whose newest
 * fact is bound to one alias: they are searched for when it is on top, and one at a time. All seeds
 * that a fact became at a time are one entry, which goes from one to the next. An entry
 * may be out of date; whoever takes the top finds out, and the others are swept out now and then.
 *
 * A match is kept as such only where something depends on it after it fired (what it concluded, or
 * that it may not fire again), or when it is known before it is its turn.
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

enum match_state { WAITING, FIRED, CEASED };

struct match {
	const struct plan *plan;
	const struct rule *rule;
	int n;			/* joined aliases */
	enum match_state state;
	int users;		/* turns of the agenda, and the list of lapsed matches, that point here */
	struct claim *claims;	/* what its firing concluded (tms.h) */
	struct match *same_hash, *prev, *next;	/* in the matcher's table; among the rule's matches, ceased or free ones */
	struct fact **facts;	/* n of each */
	struct use *uses;
};

/* A search that found a match and will go on: how far each leg of the route got. */
struct binding {
	struct cursor cursor;	/* the facts that are left */
	struct wfact *now;	/* the fact that is bound */
};

struct search {
	struct wfact *seed;
	uint64_t stamp, reads;	/* what the rule reads of the seed, and of when that is */
	int nlegs;
	int depth;		/* the leg to go on with */
	bool complete;		/* all legs are bound: a match was found here */
	bool fired;		/* .. and it fired */
	struct search *next;	/* of the free ones */
	struct binding bindings[];
};

/* What a fact is a seed of: numbers of watches of its template, rising, which is the order in which they fire. */
struct seeds {
	struct wfact *fact;
	uint32_t at, n;		/* the next one, whose turn it is */
	int size;		/* there is room for 1 << size */
	struct seeds *next;	/* of the free ones */
	uint32_t watches[];
};

struct turn {
	int salience, order, alias;
	enum { SEED, SEEDS, SEARCH, MATCH } kind;
	uint64_t stamp;
	const struct plan *plan;
	union {
		struct wfact *seed;
		struct seeds *seeds;
		struct search *search;
		struct match *match;
	} of;
};

/* A binary heap. */
struct agenda {
	struct turn *heap;
	size_t n, cap;
	bool breadth;
};

/* Full: it would grow, unless sweeping helps. */
bool agenda_is_full(const struct agenda *g);
void agenda_add(struct agenda *g, struct turn e);
void agenda_drop_first(struct agenda *g);

/* The first turn changed, and comes later now. */
void agenda_defer_first(struct agenda *g);

/* Takes out all turns for which `dead` is true, and grows when that was not half of them. */
void agenda_sweep(struct agenda *g, bool (*dead)(void *context, struct turn *e), void *context);

#endif
