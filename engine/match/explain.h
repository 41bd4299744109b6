/* SPDX-License-Identifier: MIT */
/*
 * Why a condition is what it is. It is evaluated anew, combination by combination, without indexes and without what the
 * matcher remembers, so that an explanation is right even where they are wrong.
 *
 * A condition is cut into its conjuncts, which are looked at in the order in which they are written: an alias is bound when
 * the first conjunct that reads it is reached. So "how far it got" means the same as reading the rule aloud.
 *
 * Everything is in the arena of the caller. The facts are those of the moment.
 */
#ifndef MATCH_EXPLAIN_H
#define MATCH_EXPLAIN_H

#include "match/fact.h"

struct eval;

/* A slot that a condition reads, and what it holds. */
struct reading {
	const struct fact *fact;
	int slot;
	value is;
};

/* What a condition is worth for one combination of facts, and its parts. */
struct verdict {
	const struct expr *is;
	enum truth truth;
	bool missing;			/* it reads a template that has no fact: nothing could be looked at */
	struct reading *readings;	/* of comparisons and the like */
	int nreadings;
	int64_t facts, yes, maybe, no;	/* of quantifiers: facts there are, those that satisfy `where`, perhaps, not */
	bool surveyed;
	const struct fact *fact;	/* of quantifiers: the one that settles it or is nearest to what is wanted; NULL: none */
	struct verdict *parts;		/* of and, or, not; of quantifiers: the conjuncts of `where` for `fact` */
	int nparts;
};

/* How a conjunct fared with the combinations that passed all those before it. */
struct fared {
	const struct expr *is;
	int64_t tried, passed, unknown;
};

/* The facts of an alias: how many there are, and how many pass all conjuncts that read no other one. */
struct alone {
	int64_t facts, passed;
	bool surveyed;
};

struct explanation {
	const struct condition *of;
	struct alone *aliases;		/* by joined alias */
	struct fared *conjuncts;
	int nconjuncts;
	int64_t matches;		/* combinations for which all is true */
	int failed;			/* the first conjunct that no combination passed; -1: none */
	int without;			/* the first alias whose template has no fact and that a match needs; -1: none */
	struct fact **nearest;		/* the combination that passes most conjuncts; NULL for a template without facts */
	struct verdict *verdicts;	/* of the conjuncts, for the nearest */
	bool cut;			/* there were too many combinations: counts say "at least", the nearest is the best seen */
};

/* Of a condition with an expression, as rules read it (docs/rules.md, "Which facts a condition speaks of"). */
struct explanation *explain(struct eval *ev, const struct condition *c, struct arena *a);

/* The verdicts of the conjuncts for a combination: scope.njoin facts, NULL for a template without facts. Returns how many. */
int explain_for(struct eval *ev, const struct condition *c, struct fact *const *facts, struct arena *a, struct verdict **out);

#endif
