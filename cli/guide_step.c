/* SPDX-License-Identifier: MIT */
/*
 * A step in a dialogue: shown, agreed to, done, looked at, judged.
 */
#include "guide.h"

#include <string.h>

/* -- Doing -- */

/* A step that is being done, with those that complete it. */
struct doing {
	const json_t *plan, *step;
	const json_t *last;		/* the step or its latest completion */
	json_t *ids;
	bool done;			/* somebody said so; that is what `back` takes back */
};

static bool
is_common_of_step(struct guide *g, const struct doing *d, const struct reply *r)
{
	if (r->kind != REPLY_BACK || !d->done)
		return guide_is_common(g, r);
	words_say(&g->words, PLAIN, "Taken back: the step is not done.");
	journal_add(g->journal, "undone", json_pack("{s:s}", "of", "done"));
	return true;
}

/* Asks, and explains the step as often as somebody asks why. */
static struct reply
ask_about(struct guide *g, const struct doing *d, const char *question, unsigned allowed)
{
	struct reply r;

	while ((r = reply_read(&g->words, question, allowed, NULL)).kind == REPLY_WHY) {
		words_why_step(&g->words, d->plan, d->last);
		journal_add(g->journal, "explained", json_pack("{s:O}", "step", json_object_get(d->last, "id")));
	}
	return r;
}

static void
note_proposal(struct guide *g, const json_t *step, bool part)
{
	journal_add(g->journal, "proposed", json_pack("{s:O, s:O, s:b}", "step", json_object_get(step, "id"),
			"title", json_object_get(step, "title"), "completes", (int)part));
}

/* -- Handing over -- */

static const json_t *
service_of(const json_t *plan)
{
	json_t *s;
	size_t i;

	json_array_foreach(json_object_get(plan, "steps"), i, s)
		if (text_is(s, "kind", "service"))
			return s;
	return NULL;
}

/* `service`: the step that does it, NULL where there is none. `wanted`: somebody said so, and may think better of it. */
void
guide_hand_over(struct guide *g, const json_t *service, bool wanted)
{
	struct doing d = { .plan = json_incref(g->plan), .step = service, .last = service };
	size_t skipped = dialogue_count(&g->talk, "skipped");
	struct reply r;

	words_say(&g->words, BOLD, wanted ? "There are steps left." : "No step is left that could help here.");
	if (skipped)
		words_sayf(&g->words, PLAIN, "%zu step%s left out; 'back' takes that back.", skipped, skipped == 1 ? " was" : "s were");
	if (service) {
		words_step(&g->words, service, false);
		note_proposal(g, service, false);
	}
	r = ask_about(g, &d, "Hand the case over now?", wanted ? REPLY_YES | REPLY_NO : REPLY_YES);
	if (r.kind != REPLY_NO && !guide_is_common(g, &r)) {
		words_say(&g->words, PLAIN, "Handed over.");
		guide_end(g, "escalated", service, g->status);
	}
	json_decref((json_t *)(uintptr_t)d.plan);
}

/* -- Steps -- */

static void
skip(struct guide *g, const struct doing *d, const char *why)
{
	words_say(&g->words, PLAIN, "Then without this step.");
	guide_move(g, "skipped", json_pack("{s:O, s:s}", "steps", d->ids, "because", why));
}

/* Before anything is lost. False: the turn is over. */
static bool
has_consent(struct guide *g, const struct doing *d)
{
	const json_t *risk = json_object_get(d->last, "risk");
	struct reply r;

	if (text_is(risk, "data_loss", "nothing"))
		return true;
	r = ask_about(g, d, text_is(risk, "data_loss", "data") ? "This step loses data. Is there a backup, and does the owner agree?"
			: "This step loses settings. Does the owner agree?", REPLY_YES | REPLY_NO);
	if (is_common_of_step(g, d, &r))
		return false;
	journal_add(g->journal, r.kind == REPLY_YES ? "agreed" : "declined", json_pack("{s:O, s:O, s:O}", "step", json_object_get(d->last, "id"),
			"data_loss", json_object_get(risk, "data_loss"), "warning", json_object_get(risk, "warning")));
	if (r.kind == REPLY_NO)
		skip(g, d, "declined");
	return r.kind == REPLY_YES;
}

/* Shows a step, or one that completes it, and waits until it is done. False: the turn is over. */
static bool
is_done(struct guide *g, struct doing *d, const json_t *step)
{
	bool part = step != d->step;
	struct reply r;

	d->last = step;
	json_array_append(d->ids, json_object_get(step, "id"));
	words_step(&g->words, step, part);
	note_proposal(g, step, part);
	if (!has_consent(g, d))
		return false;
	while ((r = ask_about(g, d, "Say done when it is done.", REPLY_DONE | REPLY_SKIP | REPLY_AGAIN | REPLY_ESCALATE)).kind == REPLY_AGAIN)
		words_step(&g->words, step, part);
	if (is_common_of_step(g, d, &r))
		return false;
	if (r.kind == REPLY_ESCALATE)
		guide_hand_over(g, service_of(d->plan), true);
	if (r.kind == REPLY_SKIP)
		skip(g, d, "not possible");
	d->done = r.kind == REPLY_DONE;
	return d->done;
}

static bool
is_check_of(const json_t *step, const json_t *check)
{
	json_t *v;
	size_t i;

	json_array_foreach(json_object_get(step, "verify"), i, v)
		if (json_equal(json_object_get(v, "id"), json_object_get(check, "id")))
			return true;
	return false;
}

/* The first of a step's checks that the facts of the moment deny. */
static const json_t *
denied_of(const json_t *checks, const json_t *step)
{
	json_t *v, *c;
	size_t i, k;

	json_array_foreach(json_object_get(step, "verify"), i, v)
		json_array_foreach(json_object_get(checks, "checks"), k, c)
			if (text_is(c, "state", "unmet") && json_equal(json_object_get(v, "id"), json_object_get(c, "id")))
				return c;
	return NULL;
}

/* The same of the step and of what completes it. */
static const json_t *
denied(const json_t *checks, const struct doing *d)
{
	const json_t *c = denied_of(checks, d->step);

	return c ? c : denied_of(checks, d->last);
}

/* The checks of the step and what is known of them, for the journal. */
static json_t *
states_of(const json_t *checks, const struct doing *d)
{
	json_t *list = json_array(), *c;
	size_t i;

	json_array_foreach(json_object_get(checks, "checks"), i, c)
		if (is_check_of(d->step, c) || is_check_of(d->last, c))
			json_array_append_new(list, json_pack("{s:O, s:O, s:O}", "id", json_object_get(c, "id"),
					"subject", json_object_get(c, "subject"), "state", json_object_get(c, "state")));
	return list;
}

static json_t *
outcome_of(const struct doing *d, json_t *helped, const char *by, const json_t *checks)
{
	return json_pack("{s:O, s:o, s:s, s:o, s:o}", "steps", d->ids, "helped", helped, "by", by,
			"checks", states_of(checks, d), "forgets", dialogue_forgets(d->plan, d->step));
}

static void
solved(struct guide *g, const struct doing *d, const char *by, const json_t *checks)
{
	journal_add(g->journal, "tried", outcome_of(d, json_true(), by, checks));
	words_say(&g->words, GOOD, strcmp(by, "facts") == 0 ? "Solved: all is well now." : "Solved.");
	guide_end(g, "solved", d->step, EXIT_OK);
}

/* Looks until what the step was to bring about is so, or somebody says that it is not. False: the turn is over. */
static bool
is_seen(struct guide *g, const struct doing *d, json_t **checks)
{
	const json_t *check;
	struct reply r;

	do {
		if (!guide_look(g) || !guide_think(g))
			return false;
		guide_replace(checks, guide_checks(g));
		if (text_is(g->plan, "status", "ok")) {
			solved(g, d, "facts", *checks);
			return false;
		}
		check = denied(*checks, d);
		if (!check)
			return true;
		words_sayf(&g->words, PLAIN, "This is not so yet: %s.", json_string_value(json_object_get(check, "title")));
		r = ask_about(g, d, "Look once more?", REPLY_YES | REPLY_NO);
	} while (r.kind == REPLY_YES);
	if (is_common_of_step(g, d, &r))
		return false;
	guide_move(g, "tried", outcome_of(d, dialogue_prepares(d->step) ? json_null() : json_false(), "facts", *checks));
	return false;
}

static void
ask_whether_it_helped(struct guide *g, const struct doing *d, const json_t *checks)
{
	struct reply r;

	words_expect(&g->words, d->last);
	r = ask_about(g, d, "Is the trouble over?", REPLY_YES | REPLY_NO | REPLY_UNSURE);
	if (is_common_of_step(g, d, &r))
		return;
	if (r.kind == REPLY_YES)
		solved(g, d, "person", checks);
	else if (r.kind == REPLY_NO)
		guide_move(g, "tried", outcome_of(d, json_false(), "person", checks));
	else
		guide_move(g, "skipped", json_pack("{s:O, s:s}", "steps", d->ids, "because", "outcome unknown"));
}

static void
judge(struct guide *g, const struct doing *d)
{
	json_t *checks = NULL;

	if (!g->live || is_seen(g, d, &checks)) {
		if (dialogue_prepares(d->step))
			guide_move(g, "tried", outcome_of(d, json_null(), checks ? "facts" : "person", checks));
		else
			ask_whether_it_helped(g, d, checks);
	}
	json_decref(checks);
}

void
guide_do_step(struct guide *g, const json_t *step)
{
	struct doing d = { .plan = json_incref(g->plan), .step = step, .ids = json_array() };
	const json_t *next = step;

	while (next && is_done(g, &d, next))
		next = dialogue_completion(d.plan, step, next == step ? NULL : next);
	if (!next)
		judge(g, &d);
	json_decref(d.ids);
	json_decref((json_t *)(uintptr_t)d.plan);
}
