/* SPDX-License-Identifier: MIT */
/*
 * The matcher: which combinations of facts satisfy which rules. This one is simple: a rule's
 * condition is split into conjuncts, each is evaluated as soon as its aliases are bound, and
 * equality is answered by an index. After a change only rules that read a changed template and slot
 * are looked at: joined from the changed fact, or as a whole when a quantifier ranges over the
 * template.
 *
 * Its owner calls it so: matcher_examine finds the matches that hold in working memory as it is;
 * new ones are on the agenda, and those that ceased to hold are off it and in the list `lapsed`
 * until matcher_release.
 */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include "match/agenda.h"
#include "match/eval.h"

struct matcher;

/* Must be made before the first fact: it asks working memory for indexes. */
struct matcher *matcher_new(struct wm *wm, struct eval *ev, struct agenda *agenda);
void matcher_free(struct matcher *m);

/* The survey of a template began or ended. */
void matcher_surveyed(struct matcher *m, const struct template *of);

/*
 * Brings the matches up to date. False when eval's deadline passed or there are more than `most`
 * matches: the next examination then starts from scratch.
 */
bool matcher_examine(struct matcher *m, size_t most);

/*
 * A match that ceases although its condition is true (its support was circular): it lapses, and may
 * be found anew.
 */
void matcher_forget(struct matcher *m, struct match *match);

/* Chained by `next`. */
struct match *matcher_lapsed(const struct matcher *m);
void matcher_release(struct matcher *m);

size_t matcher_count(const struct matcher *m);		/* matches there are */
int64_t matcher_made(const struct matcher *m);		/* matches there have been */

/* The rule with the most matches now, NULL when there is none. */
const struct rule *matcher_widest(const struct matcher *m, size_t *matches);

#endif
