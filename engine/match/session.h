/* SPDX-License-Identifier: MIT */
/*
 * Working memory, matching, agenda, truth maintenance: everything that changes during a run is in a
 * session. The rule base below it is only read. What follows is the contract that the matcher and
 * the naive evaluator in tests/ both have, which computes everything from nothing.
 *
 * Matches. A match is a rule and one fact for each of its joined aliases (one fact may stand for
 * two of them) for which `when` is TRUE. It has a stamp for each of these facts: when the newest of
 * the slots that the rule reads of it, in `when` or in the values of a `conclude`, got its value (a
 * new fact got them all; what only `add` and `set` read does not count). A match with other facts or other stamps is another match.
 *
 * Examination. Matches are examined at the start of a run and after all actions of a firing, never
 * between, nor between changes from outside. What is found is what holds in working memory as it is
 * then. (That the matcher looks for a match only when it is its turn cannot be told from outside.)
 * A match that was there before stays; a new one waits on the agenda until it fires, once; one that
 * is no longer found ceases, and with it what its firing concluded. When facts went or
 * changed because of that (all that one examination takes away is one change, with one stamp),
 * matches are examined again, until nothing changes. Then firings that support only each other
 * cease (tms.h has the exact rule), and if there were any, all begins again: should such a match
 * hold still, it is a new one.
 *
 * Order. Of the matches that wait, the one fires that comes first by
 *   1. salience, the higher first;
 *   2. the newest of its stamps (0 without facts), the larger first; with `strategy: breadth` the
 *      smaller first;
 *   3. the rule's place in the files, the earlier first;
 *   4. the alias whose stamp that is (the first, if several have it), the earlier first.
 * Matches that are equal in all four are of one rule and, but for facts that changed together, have
 * their newest fact in common. Which of them is first is left to the search for the other facts.
 * It depends on nothing but the rules and the changes so far: the same run is the same every time.
 *
 * Actions. All values are computed first, from the facts as they were matched; then the actions are
 * done in order. An action on a fact that an earlier one removed does nothing. In `conclude` and
 * `add` a value that is unknown is as if it were not there; `set` makes the slot unknown. A value
 * that a slot has already is no change. An action, and a change from outside, has one stamp however
 * many slots it changes.
 *
 * Which fact `conclude`, `add` and session_assert mean: the only one of a `single` template; the
 * one with the key; else, for the two actions, the oldest one that is equal in all slots; else a
 * new one. Outside assertions of a template without key always make a new one. What is stated and
 * what is concluded about one fact, and what a key is, is in tms.h.
 *
 * Limits count for one call of session_run; a run that stopped at one can be continued by another
 * call.
 */
#ifndef MATCH_SESSION_H
#define MATCH_SESSION_H

#include "facts/factset.h"
#include "lang/rulebase.h"
#include "match/fact.h"

struct session;
struct explanation;
struct verdict;
struct profile;

/*
 * Opens a session and asserts the single templates' facts, the pack's stated facts and the fact set
 * (may be NULL: empty), in this order. Both arguments outlive the session, and neither they nor
 * their symbol tables may grow meanwhile: text for this session is interned in session_syms.
 */
struct session *session_new(const struct rulebase *rb, const struct factset *fs);
void session_free(struct session *s);

/*
 * Changes from outside. `values` has of->nslots entries. A fact whose key exists is updated;
 * returns the fact.
 */
struct fact *session_assert(struct session *s, const struct template *of, const value *values,
		const char *source, int64_t time);
void session_set(struct session *s, struct fact *f, int slot, value v, const char *source, int64_t time);

/*
 * Takes back what was stated about the fact. It goes, unless it is concluded as well or is its
 * template's only one (then its slots become unknown).
 */
void session_retract(struct session *s, struct fact *f);

/* A template declared `surveyed` or `single` stays surveyed. */
void session_survey(struct session *s, const struct template *of, bool surveyed);

enum run_end { RUN_QUIET, RUN_FIRINGS, RUN_FACTS, RUN_TIME };

/* Fires until nothing is left or a limit is reached. May be called again after changes. */
enum run_end session_run(struct session *s);

/*
 * What a limit that was reached means, for a message: "the limit of 100000 firings was reached
 * (rule x fired 99990 times)". Good until the next call.
 */
const char *session_limit_message(struct session *s, enum run_end end);

/* Where in the rule files: the rule that the message names; before a rule fired the `limits` of a pack, or its `pack`. */
struct place session_limit_place(struct session *s, enum run_end end);

/* Called for every firing, before its actions. */
void session_trace(struct session *s, void (*fired)(void *context, const struct rule *rule,
		struct fact *const *facts, int n), void *context);

/* Facts of a template that are in working memory, in order of id. */
struct fact *session_first(const struct session *s, const struct template *of);
struct fact *session_next(const struct session *s, const struct fact *f);
bool session_surveyed(const struct session *s, const struct template *of);

/*
 * The strongest truth of a condition over all combinations of facts (docs/rules.md, "Which facts a
 * condition speaks of"). `bound`: the fact for the first alias of its template (alias 0 in entries
 * with `for`), or NULL; it binds nothing where there is none. `witness` (may be NULL) receives the
 * facts of the combination that gave the result, scope.njoin entries, NULL for a template without
 * facts. Of equal results the first combination counts, facts in order of id. An absent condition
 * (expr NULL) is TRUE. A condition that takes longer than the pack's limit of time is MAYBE.
 * Conclusions are as the last run left them.
 */
enum truth session_ask(struct session *s, const struct condition *c, struct fact *bound, struct fact **witness);

/*
 * The value of `{alias.slot}` in a text: of `bound` when the template fits, else of the template's
 * only fact; UNKNOWN else.
 */
value session_value(const struct session *s, const struct template *of, int slot, const struct fact *bound);

const struct rulebase *session_rules(const struct session *s);
struct symtab *session_syms(struct session *s);
struct arena *session_arena(struct session *s);
const struct factset *session_factset(const struct session *s);	/* may be NULL */
int64_t session_now(const struct session *s);

/*
 * Which slots of which facts a condition's result rests on: used by reports ("why") and questions.
 * Calls `see` for each slot reference in the parts that give the result: those of `and`, `or` and
 * of the facts of a quantifier that have the same truth. `f` is NULL for a template without facts,
 * and for the facts that a template that is not surveyed may have besides those that are there.
 */
void session_reads(struct session *s, const struct condition *c, struct fact *bound,
		void (*see)(void *context, const struct template *of, const struct fact *f, int slot, value v),
		void *context);

/*
 * The facts that a firing rests on, in working memory as it is now: those of its match in alias
 * order, then those that its quantifiers found (reasons.h). Where one of several facts is enough it is
 * the `first` in order of id, or else the one that is found most cheaply. Writes up to REASONS_MOST
 * and returns their number; `more` (may be NULL): there are others.
 */
int session_reasons(struct session *s, const struct justification *j, bool first, const struct fact **out, bool *more);

/* See explain.h; conditions without an expression have nothing to explain (NULL, 0). */
struct explanation *session_explain(struct session *s, const struct condition *c, struct arena *a);
int session_explain_for(struct session *s, const struct condition *c, struct fact *const *facts, struct arena *a,
		struct verdict **out);

/* Begins to measure conditions; see profile.h. The rows fill while the session runs. */
struct profile *session_profile(struct session *s);

/* How often a rule fired in the last run. */
int64_t session_firings(const struct session *s, const struct rule *r);

struct session_stats {
	int64_t firings, activations, facts, evaluations;
};
struct session_stats session_stats(const struct session *s);

#endif
