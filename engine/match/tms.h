/* SPDX-License-Identifier: MIT */
/*
 * Truth maintenance: what is stated and what is concluded, and what follows for a fact and its
 * slots.
 *
 * Facts. A fact is there while it is stated (from outside, by a pack, by `add`) or a living firing
 * concludes it. `remove` takes it away whatever supports it. The fact of a template with a single
 * one is always there; taking it away leaves its slots unknown.
 *
 * Slots. A slot has the value of the newest word about it: the last statement (from outside, by
 * `add` or `set`) or a conclusion of a living firing. When that conclusion goes, the newest of the
 * other words counts again.
 *
 * Keys. A key is identity: it is what the fact was made with until a statement gives it another
 * one; conclusions never move it. A fact keeps its key when the new one is unknown or belongs to
 * another fact.
 *
 * Support. A firing lives as long as its match, but firings whose conclusions support nothing but
 * one another do not live. A firing is supported when the facts of its match are, when the values
 * of the slots that its rule reads of them are, and when its condition is TRUE even if nobody knew
 * whether those facts and values exist that its quantifiers look at and that are not yet found to
 * be supported. What is stated is supported; from there support is found step by step, and what it
 * does not reach goes.
 */
#ifndef MATCH_TMS_H
#define MATCH_TMS_H

#include "match/agenda.h"
#include "match/eval.h"

/* What one firing concludes about one fact. */
struct claim {
	struct justification pub;	/* first: fact.why points to it; newest first */
	struct claim *prev;		/* of the same fact */
	struct match *by;
	struct wfact *on;
	struct claim *by_next;			/* of the same firing */
	struct claim *older, *newer;		/* of all there are */
	uint64_t since;
	bool sure;
	value values[];			/* by slot; UNKNOWN: says nothing about it */
};

struct tms {
	struct wm *wm;
	struct eval *ev;
	struct wfact **touched;		/* facts that lost a claim */
	size_t ntouched, touched_cap;
	struct claim *oldest, *newest, **free;	/* free: by template */
	struct fact **env;		/* room for the aliases of any rule */
	bool suspect;		/* support may have gone since the last check */
};

void tms_open(struct tms *t, struct wm *wm, struct eval *ev);
void tms_close(struct tms *t);

/*
 * Where a statement comes from: from outside (rule NULL) or a firing of a rule, with the facts it
 * rests on. `source` lives as long as the session.
 */
struct origin {
	const struct rule *rule;
	const char *source;
	int64_t time;
	const struct fact *const *reasons;
	uint32_t nreasons;
};

/*
 * States a fact: the template's only one, the one with the key, or else a new one (for `merge` also
 * one that is equal in all slots). Unknown values leave what an existing fact has.
 */
struct wfact *tms_assert(struct tms *t, const struct template *of, const value *values, bool merge,
		const struct origin *from);

/* States slots of a fact: values[i] for the n slots listed, unknown ones too. All of it is one change. */
void tms_set(struct tms *t, struct wfact *f, const int *slots, const value *values, int n, const struct origin *from);

/* Where the newest statement about a slot comes from, when each slot of a fact has its own source. */
void tms_source(struct wfact *f, int slot, const char *source, int64_t time);

/*
 * Takes the statements back; the fact stays when it is concluded as well, or is the only one of its
 * template.
 */
void tms_withdraw(struct tms *t, struct wfact *f);

/*
 * Takes the fact away, its conclusions too (of a template with a single fact: all that is known of
 * it).
 */
void tms_remove(struct tms *t, struct wfact *f);

void tms_conclude(struct tms *t, struct match *by, const struct template *of, const value *values);

/* The match ceased to hold: its claims go. The facts follow in tms_update. */
void tms_lapse(struct tms *t, struct match *m);

/* Facts that lost claims go or fall back, as one change. True when something visible changed. */
bool tms_update(struct tms *t);

/*
 * Looks for firings that support only each other, when there may be any: calls `unsupported` for
 * the match of each (perhaps more than once). The caller lets these matches lapse when this has
 * returned. True when there were any.
 */
bool tms_check(struct tms *t, void (*unsupported)(void *context, struct match *m), void *context);

#endif
