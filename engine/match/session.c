/* SPDX-License-Identifier: MIT */
#include "match/session.h"

#include "match/agenda.h"
#include "match/ask.h"
#include "match/eval.h"
#include "match/explain.h"
#include "match/matcher.h"
#include "match/profile.h"
#include "match/reasons.h"
#include "match/tms.h"
#include "match/wm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FEW_FIRINGS = 64 };

struct session {
	const struct rulebase *rb;
	const struct factset *fs;
	struct arena *arena;
	struct wm wm;
	struct eval ev;
	struct tms tms;
	struct matcher *matcher;
	struct ask_rows rows;
	void (*fired)(void *context, const struct rule *rule, struct fact *const *facts, int n);
	void *fired_context;
	int64_t firings;
	uint32_t *fired_rules;	/* the rules that fired in the last run, one after the other */
	size_t nfired, fired_cap;
	int64_t *fired_by;	/* firings of each rule besides, NULL: none; when there were as many as there are rules */
	value *computed;	/* what its actions set, action by action */
	value *values;		/* of one fact */
	struct fact **env;	/* room for the aliases of any rule */
	const struct fact *reasons[REASONS_MOST];	/* of the firing at hand, once an action states something */
	char message[400];
};

/* ---- opening ---- */

static void
make_room(struct session *s)
{
	const struct network *net = s->wm.net;

	s->computed = arena_array(s->arena, (size_t)net->most_computed, sizeof *s->computed);
	s->values = arena_array(s->arena, (size_t)net->most_values, sizeof *s->values);
	s->env = arena_array(s->arena, (size_t)net->most_aliases, sizeof *s->env);
}

static const char *
kept(struct session *s, const char *source)
{
	return source ? sym_text(s->wm.syms, sym_of(s->wm.syms, source)) : NULL;
}

static void
clear_values(struct session *s, const struct template *of)
{
	for (int i = 0; i < of->nslots; i++)
		s->values[i] = UNKNOWN;
}

static void
assert_record(struct session *s, const struct factrec *r)
{
	struct wfact *f = tms_assert(&s->tms, r->of, r->values, false, &(struct origin){0});

	for (int i = 0; i < r->of->nslots; i++)
		if (r->values[i] != UNKNOWN)
			tms_source(f, i, kept(s, r->sources[i]), r->times[i]);
}

static void
assert_first_facts(struct session *s)
{
	const struct rulebase *rb = s->rb;

	for (size_t i = 0; i < rb->ntemplates; i++)
		if (rb->templates[i]->single) {
			clear_values(s, rb->templates[i]);
			tms_assert(&s->tms, rb->templates[i], s->values, false, &(struct origin){0});
		}
	for (size_t i = 0; i < rb->nfacts; i++)
		tms_assert(&s->tms, rb->facts[i]->of, rb->facts[i]->values, false,
				&(struct origin){ .source = "pack", .time = s->ev.now });
	for (size_t i = 0; s->fs && i < s->fs->nfacts; i++)
		assert_record(s, s->fs->facts[i]);
	for (size_t i = 0; s->fs && i < s->fs->nsurveys; i++)
		wm_extent(&s->wm, s->fs->surveys[i].of)->surveyed = true;
}

struct session *
session_new(const struct rulebase *rb, const struct factset *fs)
{
	struct arena *arena = arena_new();
	struct session *s = arena_alloc(arena, sizeof *s);

	s->arena = arena;
	s->rb = rb;
	s->fs = fs;
	wm_open(&s->wm, rb, arena, fs ? fs->syms : rb->syms);
	s->ev.wm = &s->wm;
	s->ev.scratch = regex_scratch_new();
	s->ev.now = fs ? fs->now : (int64_t)time(NULL);
	tms_open(&s->tms, &s->wm, &s->ev);
	s->matcher = matcher_new(&s->wm, &s->ev, rb->breadth);
	ask_open(&s->rows, &s->wm);
	make_room(s);
	assert_first_facts(s);
	return s;
}

void
session_free(struct session *s)
{
	if (!s)
		return;
	matcher_free(s->matcher);
	tms_close(&s->tms);
	free(s->fired_rules);
	free(s->fired_by);
	regex_scratch_free(s->ev.scratch);
	wm_close(&s->wm);
	arena_free(s->arena);
}

/* ---- changes from outside ---- */

struct fact *
session_assert(struct session *s, const struct template *of, const value *values, const char *source,
		int64_t time)
{
	struct origin from = { .source = kept(s, source), .time = time };

	return &tms_assert(&s->tms, of, values, false, &from)->pub;
}

void
session_set(struct session *s, struct fact *f, int slot, value v, const char *source, int64_t time)
{
	if (!f->gone)
		tms_set(&s->tms, (struct wfact *)f, &slot, &v, 1, &(struct origin){ .source = kept(s, source), .time = time });
}

void
session_retract(struct session *s, struct fact *f)
{
	if (!f->gone)
		tms_withdraw(&s->tms, (struct wfact *)f);
}

void
session_survey(struct session *s, const struct template *of, bool surveyed)
{
	struct extent *x = wm_extent(&s->wm, of);
	bool now = surveyed || of->single || of->surveyed;

	if (x->surveyed == now)
		return;
	x->surveyed = now;
	matcher_surveyed(s->matcher, of);
}

/* ---- firing ---- */

/* All values are computed from the facts as they were matched, before any action changes one. */
static void
compute(struct session *s, const struct firing *f)
{
	struct env env = { &f->plan->rule->when.scope, f->facts };
	value *next = s->computed;

	for (int i = 0; i < f->plan->ndeeds; i++)
		for (int k = 0; k < f->plan->deeds[i].ncomputed; k++)
			*next++ = eval_value(&s->ev, f->plan->deeds[i].computed[k].is, &env);
}

/* All values of an action. */
static const value *
values_of(struct session *s, const struct deed *d, const value *computed)
{
	if (!d->ncomputed)
		return d->values;
	memcpy(s->values, d->values, (size_t)d->nvalues * sizeof *s->values);
	for (int k = 0; k < d->ncomputed; k++)
		s->values[d->computed[k].place] = computed[k];
	return s->values;
}

static int
find_reasons(struct session *s, const struct rule *r, struct fact *const *facts, const struct fact **out, bool *more)
{
	memcpy(s->env, facts, (size_t)r->when.scope.njoin * sizeof *s->env);
	return reasons_of(&s->ev, r, s->env, out, more);
}

static void
act(struct session *s, const struct firing *by, const struct deed *d, const value *computed, const struct origin *from)
{
	struct wfact *f = d->of ? NULL : (struct wfact *)by->facts[d->alias];

	if (f && f->pub.gone)	/* an action before this one took it away */
		return;
	switch (d->kind) {
	case ACT_CONCLUDE:
		tms_conclude(&s->tms, by->match, d->of, values_of(s, d, computed));
		break;
	case ACT_ADD:
		tms_assert(&s->tms, d->of, values_of(s, d, computed), true, from);
		break;
	case ACT_SET:
		tms_set(&s->tms, f, d->slots, values_of(s, d, computed), d->nvalues, from);
		break;
	case ACT_REMOVE:
		tms_remove(&s->tms, f);
		break;
	}
}

/*
 * Firings of each rule, for session_limit_message: counted only when there are many, since a rule
 * base may have many rules and a session few firings.
 */
static void
count_firing(struct session *s, const struct plan *p)
{
	if (s->nfired == s->fired_cap && s->nfired < s->rb->nrules) {
		s->fired_cap = s->fired_cap ? 2 * s->fired_cap : FEW_FIRINGS;
		s->fired_rules = machine_realloc(s->fired_rules, s->fired_cap * sizeof *s->fired_rules);
	}
	if (s->nfired < s->fired_cap) {
		s->fired_rules[s->nfired++] = p->number;
		return;
	}
	if (!s->fired_by)
		s->fired_by = calloc(s->rb->nrules, sizeof *s->fired_by);
	if (!s->fired_by)
		machine_failed("out of memory");
	s->fired_by[p->number]++;
}

static void
fire(struct session *s, const struct firing *f)
{
	const struct plan *p = f->plan;
	const value *computed = s->computed;
	struct origin from = { .rule = p->rule, .time = s->ev.now, .reasons = s->reasons };

	s->firings++;
	count_firing(s, p);
	if (s->fired)
		s->fired(s->fired_context, p->rule, f->facts, p->njoin);
	compute(s, f);
	if (p->states)
		from.nreasons = (uint32_t)(p->quantified ? find_reasons(s, p->rule, f->facts, s->reasons, NULL)
				: reasons_of_match(f->facts, p->njoin, s->reasons));
	for (int i = 0; i < p->ndeeds; i++) {
		act(s, f, &p->deeds[i], computed, &from);
		computed += p->deeds[i].ncomputed;
	}
}

/* What matches ceased to hold no longer supports anything. */
static bool
let_lapse(struct session *s)
{
	struct match *lapsed = matcher_lapsed(s->matcher);

	for (struct match *m = lapsed; m; m = m->next)
		tms_lapse(&s->tms, m);
	if (lapsed)
		matcher_release(s->matcher);
	return tms_update(&s->tms);
}

static void
forget(void *context, struct match *m)
{
	matcher_forget(((struct session *)context)->matcher, m);
}

/*
 * Examines matches and takes back conclusions until nothing changes any more. False when it had to
 * stop.
 */
static bool
settle(struct session *s)
{
	for (;;) {
		bool whole = matcher_examine(s->matcher);
		bool changed = let_lapse(s);

		if (!whole)
			return false;
		if (changed)
			continue;
		if (!tms_check(&s->tms, forget, s))
			return !s->ev.overdue;
		let_lapse(s);
	}
}

static enum run_end
out_of_bounds(const struct session *s)
{
	return matcher_is_crowded(s->matcher) ? RUN_FACTS : RUN_TIME;
}

enum run_end
session_run(struct session *s)
{
	const struct limits *l = &s->rb->limits;
	int64_t fired = 0;

	s->nfired = 0;
	free(s->fired_by);
	s->fired_by = NULL;
	eval_start(&s->ev, l->time_ms);
	for (;; fired++) {
		struct firing next;
		bool found;

		if (!settle(s))
			return out_of_bounds(s);
		if (l->facts > 0 && (int64_t)s->wm.n > l->facts)
			return RUN_FACTS;
		found = matcher_next(s->matcher);
		if (s->ev.overdue)
			return out_of_bounds(s);
		if (!found)
			return RUN_QUIET;
		if (l->firings > 0 && fired >= l->firings)
			return RUN_FIRINGS;
		if (eval_overdue(&s->ev))
			return out_of_bounds(s);
		next = matcher_fire(s->matcher);
		fire(s, &next);
	}
}

static int64_t
fired_times(const struct session *s, size_t rule)
{
	int64_t n = s->fired_by ? s->fired_by[rule] : 0;

	for (size_t i = 0; i < s->nfired; i++)
		n += s->fired_rules[i] == rule;
	return n;
}

static const struct rule *
busiest(const struct session *s, int64_t *fired)
{
	const struct rule *r = NULL;

	*fired = 0;
	for (size_t i = 0; s->nfired > 0 && i < s->rb->nrules; i++)
		if (fired_times(s, i) > *fired) {
			*fired = fired_times(s, i);
			r = s->rb->rules[i];
		}
	return r;
}

static const char *
limit_name(const struct session *s, enum run_end end, char *to, size_t size)
{
	const struct limits *l = &s->rb->limits;

	if (end == RUN_FIRINGS)
		snprintf(to, size, "the limit of %lld firings was reached", (long long)l->firings);
	else if (end == RUN_FACTS)
		snprintf(to, size, "the limit of %lld facts was reached", (long long)l->facts);
	else if (l->time_ms % 1000)
		snprintf(to, size, "the limit of %lld ms was reached", (long long)l->time_ms);
	else
		snprintf(to, size, "the limit of %lld s was reached", (long long)(l->time_ms / 1000));
	return to;
}

const char *
session_limit_message(struct session *s, enum run_end end)
{
	size_t size = sizeof s->message, matches;
	const struct rule *r = matcher_widest(s->matcher, &matches);
	char name[100];
	int64_t fired;

	if (end == RUN_QUIET)
		return "nothing is left to fire";
	if (end == RUN_FACTS && r && matcher_is_crowded(s->matcher)) {
		snprintf(s->message, size, "there are too many matches at a time (rule %.200s has %zu)",
				r->entry.id, matches);
		return s->message;
	}
	r = busiest(s, &fired);
	limit_name(s, end, name, sizeof name);
	if (r)
		snprintf(s->message, size, "%s (rule %.200s fired %lld times)", name, r->entry.id, (long long)fired);
	else
		snprintf(s->message, size, "%s (before a rule fired)", name);
	return s->message;
}

struct place
session_limit_place(struct session *s, enum run_end end)
{
	const struct rulebase *rb = s->rb;
	int64_t fired;
	size_t matches;
	const struct rule *r = end == RUN_FACTS && matcher_is_crowded(s->matcher) ? matcher_widest(s->matcher, &matches) : busiest(s, &fired);

	if (r)
		return r->entry.at;
	for (size_t i = 0; i < rb->npacks; i++)
		if (rb->packs[i]->limits_at.line)
			return rb->packs[i]->limits_at;
	return rb->npacks ? rb->packs[0]->at : (struct place){ .file = UINT32_MAX };
}

void
session_trace(struct session *s, void (*fired)(void *context, const struct rule *rule,
		struct fact *const *facts, int n), void *context)
{
	s->fired = fired;
	s->fired_context = context;
}

/* ---- looking ---- */

struct fact *
session_first(const struct session *s, const struct template *of)
{
	return (struct fact *)wm_extent(&s->wm, of)->first;
}

struct fact *
session_next(const struct session *s, const struct fact *f)
{
	(void)s;
	return (struct fact *)((const struct wfact *)f)->next;
}

bool
session_surveyed(const struct session *s, const struct template *of)
{
	return wm_extent(&s->wm, of)->surveyed;
}

enum truth
session_ask(struct session *s, const struct condition *c, struct fact *bound, struct fact **witness)
{
	enum truth t;

	if (!c->expr) {
		for (int i = 0; witness && i < c->scope.njoin; i++)
			witness[i] = i == 0 ? bound : NULL;
		return TRUE;
	}
	eval_start(&s->ev, s->rb->limits.time_ms);
	t = ask(&s->ev, &s->rows, c, bound, witness);
	return t;
}

void
session_reads(struct session *s, const struct condition *c, struct fact *bound,
		void (*see)(void *context, const struct template *of, const struct fact *f, int slot, value v),
		void *context)
{
	if (!c->expr)
		return;
	eval_start(&s->ev, s->rb->limits.time_ms);
	ask_reads(&s->ev, &s->rows, c, bound, see, context);
}

int
session_reasons(struct session *s, const struct justification *j, bool first, const struct fact **out, bool *more)
{
	int n;

	eval_start(&s->ev, s->rb->limits.time_ms);
	s->ev.unindexed = first;
	n = find_reasons(s, j->rule, j->facts, out, more);
	s->ev.unindexed = false;
	return n;
}

struct explanation *
session_explain(struct session *s, const struct condition *c, struct arena *a)
{
	return c->expr ? explain(&s->ev, c, a) : NULL;
}

int
session_explain_for(struct session *s, const struct condition *c, struct fact *const *facts, struct arena *a,
		struct verdict **out)
{
	return c->expr ? explain_for(&s->ev, c, facts, a, out) : 0;
}

struct profile *
session_profile(struct session *s)
{
	return s->ev.profile = profile_new(s->rb, s->arena);
}

int64_t
session_firings(const struct session *s, const struct rule *r)
{
	size_t i = 0;

	while (i < s->rb->nrules && s->rb->rules[i] != r)
		i++;
	return i < s->rb->nrules ? fired_times(s, i) : 0;
}

value
session_value(const struct session *s, const struct template *of, int slot, const struct fact *bound)
{
	const struct extent *x = wm_extent(&s->wm, of);

	if (bound && bound->of == of)
		return bound->slots[slot];
	return x->n == 1 ? x->first->pub.slots[slot] : UNKNOWN;
}

const struct rulebase *
session_rules(const struct session *s)
{
	return s->rb;
}

struct symtab *
session_syms(struct session *s)
{
	return s->wm.syms;
}

struct arena *
session_arena(struct session *s)
{
	return s->arena;
}

const struct factset *
session_factset(const struct session *s)
{
	return s->fs;
}

int64_t
session_now(const struct session *s)
{
	return s->ev.now;
}

struct session_stats
session_stats(const struct session *s)
{
	return (struct session_stats){ s->firings, matcher_made(s->matcher), (int64_t)s->wm.n, s->ev.evaluations };
}
