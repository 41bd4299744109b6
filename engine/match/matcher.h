/* SPDX-License-Identifier: MIT */
/*
 * The matcher walks the network (network.h) for one session. It is lazy: a fact that is new or
 * changed becomes a seed of every rule and alias whose tests it passes, and no more is done until
 * the seed is on top of the agenda. Then the rule's other facts are searched depth first, along a
 * route, among facts that are not newer; the search stops at the first match, and goes on when that
 * has fired. So each match is found once, from its newest fact, and none is remembered (LEAPS:
 * Miranker, Brant, Gadbois, Lofaso 1990, "On the performance of lazy matching in production systems").
 *
 * Matches are kept where they must cease visibly: those of rules that conclude, and those of rules
 * with quantifiers, which may cease and hold again without a fact of theirs changing. When a fact
 * that a quantifier ranges over comes, goes or changes, the combinations that join with it are
 * looked at: matches that fired and hold no longer cease, others wait, to be tested when it is
 * their turn.
 *
 * Its owner calls it so: matcher_examine brings seeds and kept matches up to date; those that ceased
 * are in the list `lapsed` until matcher_release. matcher_next finds what fires next, matcher_fire
 * takes it.
 */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include "match/agenda.h"
#include "match/eval.h"

struct matcher;

struct matcher *matcher_new(struct wm *wm, struct eval *ev, bool breadth);
void matcher_free(struct matcher *m);

/* The survey of a template began or ended. */
void matcher_surveyed(struct matcher *m, const struct template *of);

/*
 * More kept matches than MATCHER_MOST at a time are a rule that joins everything with everything;
 * more than MATCHER_WAITING entries of the agenda for each fact of the limit of facts are rules that
 * all look at the same facts. Either would take the machine's memory. Then all is as if eval's
 * deadline had passed.
 */
enum { MATCHER_MOST = 1000000, MATCHER_WAITING = 32, MATCHER_WAITING_FREE = 100000 };	/* so many in any case */

/* True when that was why the deadline passed; and the rule with the most matches, NULL when there is none. */
bool matcher_is_crowded(const struct matcher *m);
const struct rule *matcher_widest(const struct matcher *m, size_t *matches);

/* False when eval's deadline passed; the next examination makes up for it. */
bool matcher_examine(struct matcher *m);

/*
 * A match that ceases although its condition is true (its support was circular): it lapses, and
 * waits anew.
 */
void matcher_forget(struct matcher *m, struct match *match);

/* Chained by `next`. */
struct match *matcher_lapsed(const struct matcher *m);
void matcher_release(struct matcher *m);

/* Finds the match to fire next; false when there is none, or eval's deadline passed. */
bool matcher_next(struct matcher *m);

/* The match that was found last, as fired. */
struct firing {
	const struct plan *plan;
	struct fact **facts;	/* of the joined aliases; good until the next call */
	struct match *match;	/* NULL unless the rule's matches are kept */
};
struct firing matcher_fire(struct matcher *m);

int64_t matcher_made(const struct matcher *m);		/* matches found so far */

#endif
