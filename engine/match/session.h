/* SPDX-License-Identifier: MIT */
/*
 * Working memory, matching, agenda, truth maintenance: everything that changes during a run is in a session. The rule base below it is
 * only read. This header is the interface that the matching network will keep.
 */
#ifndef MATCH_SESSION_H
#define MATCH_SESSION_H

#include "facts/factset.h"
#include "lang/rulebase.h"
#include "match/fact.h"

struct session;

/* Opens a session and asserts the pack's stated facts, the single templates' facts and the fact set (may be NULL: empty). */
struct session *session_new(const struct rulebase *rb, const struct factset *fs);
void session_free(struct session *s);

/* Changes from outside. `values` has of->nslots entries. A fact whose key exists is updated; returns the fact. */
struct fact *session_assert(struct session *s, const struct template *of, const value *values, const char *source, int64_t time);
void session_set(struct session *s, struct fact *f, int slot, value v, const char *source, int64_t time);
void session_retract(struct session *s, struct fact *f);
void session_survey(struct session *s, const struct template *of, bool surveyed);

enum run_end { RUN_QUIET, RUN_FIRINGS, RUN_FACTS, RUN_TIME };

/* Fires until nothing is left or a limit is reached. May be called again after changes. */
enum run_end session_run(struct session *s);

/* What a limit that was reached means, for a message: "the limit of 100000 firings was reached (rule x fired 99990 times)". */
const char *session_limit_message(struct session *s, enum run_end end);

/* Called for every firing, before its actions. */
void session_trace(struct session *s, void (*fired)(void *context, const struct rule *rule, struct fact *const *facts, int n), void *context);

/* Facts of a template that are in working memory, in order of id. */
struct fact *session_first(const struct session *s, const struct template *of);
struct fact *session_next(const struct session *s, const struct fact *f);
bool session_surveyed(const struct session *s, const struct template *of);

/*
 * The strongest truth of a condition over all combinations of facts (docs/rules.md, "Which facts a condition speaks of"). `bound`: the fact for alias 0
 * (entries with `for`), or NULL. `witness` (may be NULL) receives the facts of the combination that gave the result, scope.njoin entries.
 * An absent condition (expr NULL) is TRUE.
 */
enum truth session_ask(struct session *s, const struct condition *c, struct fact *bound, struct fact **witness);

/* The value of `{alias.slot}` in a text: of `bound` when the template fits, else of the template's only fact; UNKNOWN else. */
value session_value(const struct session *s, const struct template *of, int slot, const struct fact *bound);

const struct rulebase *session_rules(const struct session *s);
struct symtab *session_syms(struct session *s);
struct arena *session_arena(struct session *s);
const struct factset *session_factset(const struct session *s);	/* may be NULL */
int64_t session_now(const struct session *s);

/* Which slots of which facts a condition's result rests on: used by reports ("why") and questions. Calls `see` for each slot reference reached. */
void session_reads(struct session *s, const struct condition *c, struct fact *bound,
		void (*see)(void *context, const struct template *of, const struct fact *f, int slot, value v), void *context);

struct session_stats {
	int64_t firings, activations, facts, evaluations;
};
struct session_stats session_stats(const struct session *s);

#endif
