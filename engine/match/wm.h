/* SPDX-License-Identifier: MIT */
/*
 * Working memory: the facts there are, template by template, with indexes from slot values to
 * facts. It knows nothing of rules; it only remembers which facts changed since the last
 * examination of matches. What a slot's value ought to be when statements and conclusions differ is
 * decided in tms.c.
 */
#ifndef MATCH_WM_H
#define MATCH_WM_H

#include "match/fact.h"
#include "match/network.h"

struct use;
struct wfact;
struct cursor;

/* The facts with one value in an index. */
struct values {
	value is;		/* with an index over all slots: their hash */
	struct wfact *first;	/* the one that got the value last */
	size_t n;
	struct values *same;	/* the next with the same hash; in the list of free ones */
};

/* A fact's place in an index. */
struct link {
	struct wfact *prev, *next;
	struct values *in;
};

/* A fact's place in a sorted index: a treap (Aragon, Seidel 1989) whose facts are threaded in order as well. */
struct rank {
	struct wfact *left, *right, *prev, *next;
};

/* What was stated about a slot, from outside or by `add` and `set`; since 0: nothing. */
struct statement {
	value is;
	uint64_t since;
	const char *source;
	int64_t time;
};

/* A fact with what match/ alone needs of it. */
struct wfact {
	struct fact pub;		/* first: a struct fact of a session is always one of these */
	uint64_t born;			/* stamp of the assertion */
	struct wfact *prev, *next;	/* the template's facts in order of id; `next` also chains free ones */
	struct wfact *next_changed;
	bool listed;			/* in wm.changed */
	uint64_t mask;			/* slots changed since the last examination; all bits for a new fact */
	size_t upto;			/* while it is examined: where the matcher's list of its watches ends */
	struct use *uses;		/* matches that it takes part in (agenda.h) */
	struct cursor *parked;		/* searches that will go on from it */
	struct statement *own;		/* per slot, where rules conclude; NULL: all slots are stated */
	value *before;			/* per slot, where rules quantify: as the last examination saw them */
	bool known;			/* an examination has seen the fact */
	bool touched, sure;		/* marks of tms.c */
	struct link *links;		/* one for each index of the template */
	struct rank *ranks;		/* one for each sorted index */
};

/* From the value of a slot to facts. `slot` -1: from the values of all slots. */
struct index {
	int slot;
	const struct marks *marks;
	struct values **buckets;	/* NULL until there is a fact */
	size_t mask, n;
	struct values *free;
};

/* Facts by rising value of a slot; unknown ones first. */
struct order {
	int slot;
	enum type type;
	struct wfact *root, *first, *last;
};

struct extent {
	const struct template *of;
	const struct interest *in;
	struct wfact *first, *last, *free;
	size_t n;
	struct index *indexes;
	struct order *orders;
	bool surveyed;
};

/*
 * The fact with which a search goes on: along an index, or from new to old facts of a template
 * (index -1). While it is parked it moves on when the fact leaves the chain.
 */
struct cursor {
	struct wfact *at, *then;	/* then: a chain to follow when this one ends */
	int index;
	bool parked;
	struct cursor *prev, *next;	/* of those parked at the same fact */
};

struct wm {
	const struct rulebase *rb;
	const struct network *net;
	struct arena *arena;
	struct symtab *syms;
	struct extent *extents;	/* by template->index */
	uint64_t *marks;	/* the bits of gates (network.h) */
	struct wfact *changed;	/* facts with changes that no examination has seen yet, gone ones too */
	uint64_t clock;
	uint32_t last_id;
	size_t n;
};

void wm_open(struct wm *wm, const struct rulebase *rb, struct arena *arena, const struct symtab *below);
void wm_close(struct wm *wm);

static inline struct extent *
wm_extent(const struct wm *wm, const struct template *t)
{
	return &wm->extents[t->index];
}

/* A new fact with these values (nslots), stamped `stamp`; neither stated nor concluded yet. */
struct wfact *wm_add(struct wm *wm, const struct template *t, const value *values, uint64_t stamp);

/* Changes a slot; false when it has the value already. */
bool wm_put(struct wm *wm, struct wfact *f, int slot, value v, uint64_t stamp);

/* Takes the fact out of memory and indexes. Its struct stays readable until wm_settled. */
void wm_drop(struct wm *wm, struct wfact *f);

/*
 * Takes the list of changed facts (chained by next_changed, marks kept); wm_settled gives each
 * back as far as `end`: gone ones are freed. `end` and those after it are changed still.
 */
struct wfact *wm_take_changed(struct wm *wm);
void wm_settled(struct wm *wm, struct wfact *changed, struct wfact *end);

/* The facts that have a value in an index, NULL: none. */
const struct values *wm_values(const struct wm *wm, const struct template *t, int index, value v);

static inline struct wfact *
wm_first(const struct values *v)
{
	return v ? v->first : NULL;
}

static inline size_t
wm_count(const struct values *v)
{
	return v ? v->n : 0;
}

/* The newest of the stamps of what somebody reads of a fact. */
uint64_t wm_stamp(const struct wfact *f, uint64_t reads);

/* Takes the cursor's fact and moves it on; NULL at the end. */
static inline struct wfact *
wm_step(struct cursor *c)
{
	struct wfact *f = c->at;

	if (!f)
		return NULL;
	c->at = c->index < 0 ? f->prev : f->links[c->index].next;
	if (!c->at && c->then) {
		c->at = c->then;
		c->then = NULL;
	}
	return f;
}

void wm_park(struct cursor *c);
void wm_unpark(struct cursor *c);

/* The fact with that key; the oldest fact with these values in all slots. NULL: none. */
struct wfact *wm_by_key(const struct wm *wm, const struct template *t, value key);
struct wfact *wm_equal(const struct wm *wm, const struct template *t, const value *values);

#endif
