/* SPDX-License-Identifier: MIT */
/*
 * A fact in working memory, as readers outside match/ see it. Readers may look at everything; only
 * the functions of session.h change it. A pointer is good until the fact is gone and session_run is
 * called again: the memory is used anew then.
 */
#ifndef MATCH_FACT_H
#define MATCH_FACT_H

#include "lang/rulebase.h"

struct justification;

/* A fact that a firing rested on. It is there still when it is not gone and has that id still. */
struct reason {
	const struct fact *fact;
	uint32_t id;
};

/* How many reasons are kept or told for one firing. */
enum { REASONS_MOST = 100 };

struct fact {
	const struct template *of;
	uint32_t id;			/* never reused in a session; 1, 2, .. in the order of assertion */
	bool gone;
	bool stated;			/* from outside or by `add`: stays without justification */
	value *slots;
	uint64_t stamp;			/* when it was asserted or last changed: later is larger */
	uint64_t *changed;		/* per slot: the same */
	const char **sources;		/* per slot, see factrec; "pack"; NULL where unknown or derived */
	int64_t *times;
	struct justification *why;	/* the firings that conclude it, newest first */
	const struct rule *by;		/* that added or last set it, NULL: from outside */
	const struct reason *reasons;	/* of that firing: as in session_reasons, as it was then */
	uint32_t nreasons;
	uint32_t reasons_cap;
};

/* One firing that concluded a fact: the rule and the facts of its match, in alias order. */
struct justification {
	const struct rule *rule;
	struct fact *const *facts;
	int nfacts;
	struct justification *next;
};

#endif
