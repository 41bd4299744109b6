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

struct use;
struct wfact;

/* A chain of facts with the same hash in an index. */
struct link {
	struct wfact *prev, *next;
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
	struct use *uses;		/* matches that it takes part in (agenda.h) */
	struct statement *own;		/* per slot, where rules conclude; NULL: all slots are stated */
	bool touched, sure;		/* marks of tms.c */
	struct link *links;		/* one for each index of the template */
};

/* From the value of a slot to facts. `slot` -1: from the values of all slots. */
struct index {
	int slot;
	struct wfact **buckets;
	size_t mask, n;
};

struct extent {
	const struct template *of;
	struct wfact *first, *last, *free;
	size_t n;
	struct index *indexes;
	int nindexes;
	int *index_of;		/* per slot: number of its index or -1 */
	int whole;		/* number of the index over all slots or -1 */
	bool surveyed, layered;	/* layered: facts have `own` */
};

struct wm {
	const struct rulebase *rb;
	struct arena *arena;
	struct symtab *syms;
	struct extent *extents;	/* by template->index */
	struct wfact *changed;	/* facts with changes that no examination has seen yet, gone ones too */
	uint64_t clock;
	uint32_t last_id;
	size_t n;
};

/* The bit of a slot in masks such as alias.reads: slots from 63 on share one. */
static inline uint64_t
slot_bit(int slot)
{
	return (uint64_t)1 << (slot < 63 ? slot : 63);
}

void wm_open(struct wm *wm, const struct rulebase *rb, struct arena *arena, const struct symtab *below);
void wm_close(struct wm *wm);

/* What must be known before the first fact: indexes that will be asked, templates with conclusions. */
void wm_want_index(struct wm *wm, const struct template *t, int slot);
void wm_want_layers(struct wm *wm, const struct template *t);

struct extent *wm_extent(const struct wm *wm, const struct template *t);

/* A new fact with these values (nslots), stamped `stamp`; neither stated nor concluded yet. */
struct wfact *wm_add(struct wm *wm, const struct template *t, const value *values, uint64_t stamp);

/* Changes a slot; false when it has the value already. */
bool wm_put(struct wm *wm, struct wfact *f, int slot, value v, uint64_t stamp);

/* Takes the fact out of memory and indexes. Its struct stays readable until wm_release. */
void wm_drop(struct wm *wm, struct wfact *f);

/*
 * Takes the list of changed facts (chained by next_changed, marks kept); wm_settled gives each
 * back: gone ones are freed.
 */
struct wfact *wm_take_changed(struct wm *wm);
void wm_settled(struct wm *wm, struct wfact *changed);

/*
 * The first fact of a chain that may have `v` in the indexed slot; go on along links[index].next
 * and compare.
 */
struct wfact *wm_chain(const struct wm *wm, const struct template *t, int index, value v);

/* The fact with that key; the oldest fact with these values in all slots. NULL: none. */
struct wfact *wm_by_key(const struct wm *wm, const struct template *t, value key);
struct wfact *wm_equal(const struct wm *wm, const struct template *t, const value *values);

#endif
