/* SPDX-License-Identifier: MIT */
/*
 * diagnose guide: the plan as a dialogue, for somebody beside the device or on the phone with its owner.
 *
 *	look	collects facts, when the dialogue begins and when a step was done
 *	think	runs the engine on these facts and on all that was said (dialogue.h): a plan document
 *	talk	asks its best question, or shows its first step, and puts what comes of it on the stack
 *
 * and again from think, until all is well, no step is left, or somebody stops. Facts are redacted as soon as they were collected, so nothing
 * private can be said or kept.
 */
#include "cmd.h"

#include "base/arena.h"
#include "base/text.h"
#include "dialogue.h"
#include "journal.h"
#include "reply.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct guide {
	const struct settings *s;
	const struct dx_rules *rules;
	struct journal *journal;
	struct dialogue talk;
	struct words words;
	struct input *reported;		/* codes and messages that were typed in; their texts are ours */
	size_t nreported;
	json_t *base;			/* facts of the last look, with all that was given; redacted */
	json_t *collected;		/* the same, but only what was collected: NULL where nothing is */
	json_t *restored;		/* what was given to a dialogue that goes on: facts; and answers with tried steps */
	json_t *given;
	json_t *plan;			/* document of the last thought */
	bool live;			/* what it looks at is this machine, which can change */
	bool fresh;			/* the last look is not yet in the journal */
	bool over;
	int status;
};

/* -- Looking -- */

/* What a session knows, as a fact file. */
static json_t *
facts_of(const struct dx_session *session, bool redact)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	json_t *facts;

	if (!out || !dx_write_facts(session, out, redact) || fclose(out) != 0)
		machine_failed("out of memory");
	facts = json_loadb(text, n, 0, NULL);
	free(text);
	return facts;
}

/* What the labels of a redacted fact file stand for: both files have the same facts in the same order. */
static json_t *
labels_of(const struct dx_session *session)
{
	json_t *open = facts_of(session, false), *redacted = facts_of(session, true), *labels = json_object(), *fact, *label;
	const char *slot;
	size_t i;

	json_array_foreach(json_object_get(redacted, "facts"), i, fact)
		json_object_foreach(json_object_get(fact, "slots"), slot, label) {
			json_t *now = json_array_get(json_object_get(open, "facts"), i), *is = json_object_get(json_object_get(now, "slots"), slot);

			if (json_is_string(label) && json_is_string(is) && !json_equal(label, is))
				json_object_set(labels, json_string_value(label), is);
		}
	json_decref(open);
	json_decref(redacted);
	return labels;
}

static void
replace(json_t **old, json_t *new)
{
	json_decref(*old);
	*old = new;
}

static bool
collects(const struct settings *s)
{
	for (size_t i = 0; i < s->ninputs; i++)
		if (s->inputs[i].kind == INPUT_FACTS)
			return false;
	return !s->no_collect;
}

/* What was given on the command line or typed in goes to a session that has what was collected. */
static bool
give_inputs(struct guide *g, struct dx_session *session)
{
	size_t n = g->s->ninputs + g->nreported, k = 0;
	struct settings given = *g->s;
	bool fine;

	given.inputs = machine_alloc((n + 1) * sizeof *given.inputs);
	for (size_t i = 0; i < g->s->ninputs; i++)
		given.inputs[k++] = g->s->inputs[i];
	for (size_t i = 0; i < g->nreported; i++)
		given.inputs[k++] = g->reported[i];
	given.ninputs = k;
	given.no_collect = true;
	given.ask_trust = false;
	given.root = given.only = NULL;
	fine = gather(session, &given);
	free(given.inputs);
	return fine;
}

static bool
is_interrupted(void *context)
{
	(void)context;
	return reply_was_interrupted();
}

/* Facts as they are now. False after mistakes in what was given, which are printed. */
static bool
look(struct guide *g)
{
	struct dx_session *session = dx_open(g->rules);
	struct settings alone = *g->s;
	bool fine = true;

	alone.ninputs = 0;
	alone.device = NULL;
	alone.quiet = true;
	alone.stop = is_interrupted;
	if (g->live) {
		words_say(&g->words, FAINT, "Looking at the computer and the device ...");
		fflush(stdout);
		fine = gather(session, &alone);
		replace(&g->collected, facts_of(session, true));
	}
	fine = fine && give_inputs(g, session);
	if (fine) {
		dialogue_labels(&g->talk, labels_of(session));
		replace(&g->base, facts_of(session, true));
		g->fresh = true;
	}
	dx_close(session);
	return fine;
}

/* -- Thinking -- */

static void
give_facts(struct dx_session *session, const json_t *facts)
{
	char *text = facts ? json_dumps(facts, JSON_COMPACT) : NULL;

	if (text)
		dx_facts(session, "facts", text, strlen(text));
	free(text);
}

static void
give_answers(struct dx_session *session, const json_t *answers)
{
	json_t *a;
	size_t i;

	json_array_foreach(answers, i, a) {
		struct buf spec = {0};

		buf_printf(&spec, "%s=%s", json_string_value(json_object_get(a, "fact")), json_string_value(json_object_get(a, "answer")));
		dx_answer(session, buf_text(&spec));
		buf_free(&spec);
	}
}

static json_t *
document_of(struct dx_session *session, int64_t started)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	json_t *document;

	if (!out)
		machine_failed("out of memory");
	dx_report(session, DX_JSON, &(struct dx_report){ .one_line = true, .started = started }, out);
	fclose(out);
	document = json_loadb(text, n, 0, NULL);
	free(text);
	return document;
}

/* The steps that were tried before the dialogue began. */
static void
give_tried(struct guide *g, struct dx_session *session)
{
	json_t *id;
	size_t i;

	for (i = 0; i < g->s->ninputs; i++)
		if (g->s->inputs[i].kind == INPUT_TRIED)
			dx_tried(session, g->s->inputs[i].text);
	json_array_foreach(json_object_get(g->given, "tried"), i, id)
		if (json_is_string(id))
			dx_tried(session, json_string_value(id));
}

static json_t *
causes_of(const json_t *plan)
{
	json_t *list = json_array(), *c;
	size_t i;

	json_array_foreach(json_object_get(plan, "causes"), i, c)
		json_array_append_new(list, json_pack("{s:O, s:O, s:O}", "id", json_object_get(c, "id"),
				"subject", json_object_get(c, "subject"), "p_ppm", json_object_get(c, "p_ppm")));
	return list;
}

static json_t *
ids_of(const json_t *steps)
{
	json_t *list = json_array(), *s;
	size_t i;

	json_array_foreach(steps, i, s)
		json_array_append(list, json_object_get(s, "id"));
	return list;
}

static void
note_thought(struct guide *g)
{
	const json_t *p = g->plan;

	journal_add(g->journal, "assessed", json_pack("{s:O, s:O, s:O, s:o, s:O, s:O, s:o}", "status", json_object_get(p, "status"),
			"title", json_object_get(p, "title"), "issue", json_object_get(p, "issue"), "causes", causes_of(p),
			"something_else_ppm", json_object_get(p, "something_else_ppm"), "fingerprint", json_object_get(p, "fingerprint"),
			"steps", ids_of(json_object_get(p, "steps"))));
}

/* What the rules say to all that is known. False when they reached a limit, which is printed. */
static bool
think(struct guide *g)
{
	struct dx_session *session = dx_open(g->rules);
	int64_t started = (int64_t)time(NULL);
	bool fine;

	give_facts(session, g->base);
	give_facts(session, g->restored);
	give_answers(session, json_object_get(g->given, "answers"));
	if (g->fresh)
		journal_add(g->journal, "looked", json_pack("{s:o}", "facts", facts_of(session, true)));
	g->fresh = false;
	dialogue_give(&g->talk, session);
	give_tried(g, session);
	if (g->s->device)
		dx_pick(session, g->s->device);
	fine = dx_run(session) != DX_BAD_RULES;
	if (fine) {
		replace(&g->plan, document_of(session, started));
		g->status = (int)json_integer_value(json_object_get(g->plan, "exit_code"));
		g->words.text.doc = g->plan;
		note_thought(g);
	} else {
		dx_session_print(session, stderr);
		g->status = EXIT_USAGE;
		g->over = true;
	}
	dx_close(session);
	return fine;
}

/* What the program can tell of the checks by itself: from what was collected last and nothing else. NULL where nothing is collected. */
static json_t *
checks_now(struct guide *g)
{
	struct dx_session *session;
	char *text = NULL;
	size_t n = 0;
	FILE *out;
	json_t *document;

	if (!g->collected)
		return NULL;
	session = dx_open(g->rules);
	out = open_memstream(&text, &n);
	if (!out)
		machine_failed("out of memory");
	give_facts(session, g->collected);
	if (g->s->device)
		dx_pick(session, g->s->device);
	dx_verify(session, NULL, DX_JSON, &(struct dx_report){ .one_line = true }, out);
	fclose(out);
	document = json_loadb(text, n, 0, NULL);
	free(text);
	dx_close(session);
	return document;
}

/* -- Moves -- */

static void
end_with(struct guide *g, const char *outcome, const json_t *step, int status)
{
	journal_add(g->journal, "ended", json_pack("{s:s, s:O?}", "outcome", outcome, "step", step ? json_object_get(step, "id") : NULL));
	g->over = true;
	g->status = status;
}

static void
stop(struct guide *g)
{
	words_say(&g->words, PLAIN, reply_was_interrupted() ? "Interrupted." : "Stopped.");
	if (journal_is_kept(g->journal)) {
		const char *path = g->s->resume ? g->s->resume : g->s->journal;
		struct buf clean = {0};

		text_clean(&clean, path, strlen(path), 400);
		words_sayf(&g->words, PLAIN, "To go on: diagnose guide --resume %s", buf_text(&clean));
		buf_free(&clean);
	} else {
		words_say(&g->words, PLAIN, "Nothing was kept: there is no --journal.");
	}
	end_with(g, "stopped", NULL, g->status);
}

/* Puts a move on the stack and into the journal, and thinks anew. */
static void
move(struct guide *g, const char *what, json_t *members)
{
	json_t *before = json_incref(g->plan), *entry = json_pack("{s:s}", "what", what);

	json_object_update(entry, members);
	dialogue_push(&g->talk, entry);
	journal_add(g->journal, what, members);
	if (think(g) && !json_equal(json_object_get(before, "causes"), json_object_get(g->plan, "causes")))
		words_learned(&g->words, before, g->plan);
	json_decref(before);
}

static void
forget_report(struct guide *g)
{
	if (g->nreported) {
		free((char *)(uintptr_t)g->reported[--g->nreported].text);
		look(g);
	} else {
		words_say(&g->words, PLAIN, "What was reported before this dialogue was resumed stays.");
	}
}

static void
take_back(struct guide *g)
{
	json_t *last = dialogue_pop(&g->talk);

	if (!last) {
		words_say(&g->words, PLAIN, "There is nothing to take back.");
		return;
	}
	words_say(&g->words, PLAIN, "Taken back.");
	journal_add(g->journal, "undone", json_pack("{s:O}", "of", json_object_get(last, "what")));
	if (text_is(last, "what", "reported"))
		forget_report(g);
	json_decref(last);
	think(g);
}

/* A code or a message that somebody types in. Its text is kept in the journal as the facts that it made, redacted. */
static void
take_report(struct guide *g, const struct reply *r)
{
	g->reported = machine_realloc(g->reported, (g->nreported + 1) * sizeof *g->reported);
	g->reported[g->nreported++] = (struct input){ r->is_code ? INPUT_ERROR : INPUT_MESSAGE, strdup(r->text) };
	if (look(g)) {
		move(g, "reported", json_pack("{s:s}", "kind", r->is_code ? "error" : "message"));
	} else {
		words_say(&g->words, PLAIN, "That could not be read, and is left out.");
		forget_report(g);
	}
}

/* What can be said at any moment. True: it was that, and the turn is over. */
static bool
is_common(struct guide *g, const struct reply *r)
{
	if (r->kind == REPLY_BACK)
		take_back(g);
	else if (r->kind == REPLY_QUIT || r->kind == REPLY_END)
		stop(g);
	else if (r->kind == REPLY_REPORT)
		take_report(g, r);
	else
		return false;
	return true;
}

/* -- Asking -- */

static bool
has_answer(const json_t *question, const char *answer)
{
	json_t *a;
	size_t i;

	json_array_foreach(json_object_get(question, "answers"), i, a)
		if (strcmp(json_string_value(a), answer) == 0)
			return true;
	return false;
}

static void
ask(struct guide *g, const json_t *question)
{
	const json_t *answers = json_object_get(question, "answers");
	unsigned allowed = REPLY_UNSURE | (has_answer(question, "yes") ? REPLY_YES | REPLY_NO : REPLY_CHOICE);
	json_t *fact = json_object_get(question, "fact");
	const char *answer;
	struct reply r;

	words_question(&g->words, question);
	journal_add(g->journal, "asked", json_pack("{s:O, s:O, s:O}", "fact", fact, "ask", json_object_get(question, "ask"),
			"answers", answers));
	while ((r = reply_read(&g->words, NULL, allowed, answers)).kind == REPLY_WHY) {
		words_why_question(&g->words, g->plan, question);
		journal_add(g->journal, "explained", json_pack("{s:O}", "fact", fact));
	}
	if (is_common(g, &r))
		return;
	answer = r.kind == REPLY_YES ? "yes" : r.kind == REPLY_NO ? "no" : r.text;
	move(g, "answered", json_pack("{s:O, s:s?}", "fact", fact, "answer", answer));
}

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
		return is_common(g, r);
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
static void
hand_over(struct guide *g, const json_t *service, bool wanted)
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
	if (r.kind != REPLY_NO && !is_common(g, &r)) {
		words_say(&g->words, PLAIN, "Handed over.");
		end_with(g, "escalated", service, g->status);
	}
	json_decref((json_t *)(uintptr_t)d.plan);
}

/* -- Steps -- */

static void
skip(struct guide *g, const struct doing *d, const char *why)
{
	words_say(&g->words, PLAIN, "Then without this step.");
	move(g, "skipped", json_pack("{s:O, s:s}", "steps", d->ids, "because", why));
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
		hand_over(g, service_of(d->plan), true);
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
	words_say(&g->words, GOOD, strcmp(by, "facts") == 0 ? "Solved: device and computer work together now." : "Solved.");
	end_with(g, "solved", d->step, EXIT_OK);
}

/* Looks until what the step was to bring about is so, or somebody says that it is not. False: the turn is over. */
static bool
is_seen(struct guide *g, const struct doing *d, json_t **checks)
{
	const json_t *check;
	struct buf line = {0};
	struct reply r;

	do {
		if (!look(g) || !think(g))
			return false;
		replace(checks, checks_now(g));
		if (text_is(g->plan, "status", "ok")) {
			solved(g, d, "facts", *checks);
			return false;
		}
		check = denied(*checks, d);
		if (!check)
			return true;
		buf_clear(&line);
		buf_printf(&line, "This is not so yet: %s.", json_string_value(json_object_get(check, "title")));
		words_say(&g->words, PLAIN, buf_text(&line));
		r = ask_about(g, d, "Look once more?", REPLY_YES | REPLY_NO);
	} while (r.kind == REPLY_YES);
	buf_free(&line);
	if (is_common_of_step(g, d, &r))
		return false;
	move(g, "tried", outcome_of(d, dialogue_prepares(d->step) ? json_null() : json_false(), "facts", *checks));
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
		move(g, "tried", outcome_of(d, json_false(), "person", checks));
	else
		move(g, "skipped", json_pack("{s:O, s:s}", "steps", d->ids, "because", "outcome unknown"));
}

static void
judge(struct guide *g, const struct doing *d)
{
	json_t *checks = NULL;

	if (!g->live || is_seen(g, d, &checks)) {
		if (dialogue_prepares(d->step))
			move(g, "tried", outcome_of(d, json_null(), checks ? "facts" : "person", checks));
		else
			ask_whether_it_helped(g, d, checks);
	}
	json_decref(checks);
}

static void
do_step(struct guide *g, const json_t *step)
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

/* -- The end -- */

static void
all_well(struct guide *g)
{
	words_say(&g->words, GOOD, "Nothing is wrong: device and computer work together.");
	end_with(g, "well", NULL, EXIT_OK);
}

static void
ask_for_more(struct guide *g)
{
	struct reply r;

	words_say(&g->words, PLAIN, "No question is left that would help. What does the screen of the computer or the device say?");
	words_item(&g->words, PLAIN, "Type 'error' and the code, or 'message' and the text.");
	while ((r = reply_read(&g->words, NULL, 0, NULL)).kind == REPLY_WHY)
		words_say(&g->words, PLAIN, "A plan would rest on nothing but how often things happen. A code or a message says more.");
	is_common(g, &r);
}

static void
talk(struct guide *g)
{
	struct next next = dialogue_next(&g->talk, g->plan);

	switch (next.kind) {
	case NEXT_WELL:		all_well(g); break;
	case NEXT_ASK:		ask(g, next.of); break;
	case NEXT_STEP:		do_step(g, next.of); break;
	case NEXT_HAND_OVER:	hand_over(g, next.of, false); break;
	case NEXT_STUCK:	ask_for_more(g); break;
	}
}

/* -- The beginning -- */

static void
note_beginning(struct guide *g)
{
	json_t *answers = json_array(), *tried = json_array(), *f;
	size_t i;

	json_array_foreach(json_object_get(g->plan, "facts"), i, f)
		if (text_is(f, "source", "answer"))
			json_array_append_new(answers, json_pack("{s:O, s:O}", "fact", json_object_get(f, "id"), "answer", json_object_get(f, "value")));
	json_array_foreach(json_object_get(g->plan, "tried"), i, f)
		json_array_append(tried, json_object_get(f, "id"));
	journal_add(g->journal, "given", json_pack("{s:o, s:o}", "answers", answers, "tried", tried));
}

/* -- Going on -- */

static bool
is_restored(const json_t *source)
{
	const char *s = json_string_value(source);

	return s && strncmp(s, "collector ", 10) != 0 && strcmp(s, "answer") != 0;
}

/* A fact without the slots that are collected again, or were answers, which the journal has by themselves; NULL: nothing is left of it. */
static json_t *
restored_fact(const json_t *fact)
{
	json_t *slots = json_object(), *v, *source;
	const char *slot;

	json_object_foreach(json_object_get(fact, "slots"), slot, v) {
		source = json_object_get(v, "source");
		if (is_restored(source ? source : json_object_get(fact, "source")))
			json_object_set(slots, slot, v);
	}
	v = json_object_size(slots) ? json_pack("{s:O, s:O, s:O, s:O}", "fact", json_object_get(fact, "fact"),
			"source", json_object_get(fact, "source"), "time", json_object_get(fact, "time"), "slots", slots) : NULL;
	json_decref(slots);
	return v;
}

/* What of earlier facts nobody collects: codes, messages, what stood in logs. */
static json_t *
restored_facts(const json_t *facts)
{
	static const char *const keys[] = { "facts", "unknown", "surveyed" };
	json_t *all = json_pack("{s:s, s:s}", "schema", "diagnose-facts/1", "written_by", "a journal"), *e, *kept;
	size_t i;

	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
		json_t *list = json_array();

		json_array_foreach(json_object_get(facts, keys[k]), i, e) {
			kept = k == 0 ? restored_fact(e) : is_restored(json_object_get(e, "source")) ? json_incref(e) : NULL;
			if (kept)
				json_array_append_new(list, kept);
		}
		json_object_set_new(all, keys[k], list);
	}
	return all;
}

/* Brings the dialogue to where its journal ends. */
static void
replay(struct guide *g, const json_t *entries)
{
	json_t *e, *facts = NULL;
	size_t i;

	json_array_foreach(entries, i, e) {
		dialogue_replay(&g->talk, e);
		if (text_is(e, "what", "begun"))
			g->live = g->live && text_yes(e, "collects");
		else if (text_is(e, "what", "given"))
			replace(&g->given, json_incref(e));
		else if (text_is(e, "what", "looked"))
			facts = json_object_get(e, "facts");
	}
	if (json_is_object(facts))
		g->restored = g->live ? restored_facts(facts) : json_incref(facts);
	words_sayf(&g->words, PLAIN, "Going on: %zu answers, %zu steps done, %zu left out so far.", dialogue_count(&g->talk, "answered"),
			dialogue_count(&g->talk, "tried"), dialogue_count(&g->talk, "skipped"));
	journal_add(g->journal, "resumed", NULL);
}

static void
converse(struct guide *g)
{
	bool resumed = g->s->resume;

	if (!look(g)) {
		g->status = EXIT_USAGE;
		return;
	}
	if (!reply_was_interrupted() && think(g)) {
		if (!resumed)
			note_beginning(g);
		words_found(&g->words, g->plan);
	}
	while (!g->over && !reply_was_interrupted() && journal_is_fine(g->journal))
		talk(g);
	if (!g->over && reply_was_interrupted())
		stop(g);
	if (!journal_is_fine(g->journal))
		g->status = EXIT_MACHINE;
}

static int
guide(const struct settings *s, const struct dx_rules *rules, struct journal *journal, const json_t *entries)
{
	struct guide g = { .s = s, .rules = rules, .journal = journal, .live = collects(s), .status = EXIT_INCOMPLETE };

	reply_catch_signals();
	dialogue_open(&g.talk);
	words_open(&g.words, stdout, terminal_width(STDOUT_FILENO), s->color, locale_is_utf8());
	if (entries)
		replay(&g, entries);
	else
		journal_add(journal, "begun", json_pack("{s:s, s:s, s:b}", "schema", JOURNAL_SCHEMA, "program", dx_version(), "collects", (int)g.live));
	converse(&g);
	dialogue_close(&g.talk);
	for (size_t i = 0; i < g.nreported; i++)
		free((char *)(uintptr_t)g.reported[i].text);
	free(g.reported);
	json_decref(g.base);
	json_decref(g.collected);
	json_decref(g.restored);
	json_decref(g.given);
	json_decref(g.plan);
	return finish(g.status);
}

/* A dialogue that goes on has its facts, answers and steps from its journal. */
static bool
can_resume(const struct settings *s)
{
	static const char *const options[] = { [INPUT_FACTS] = "--facts", [INPUT_ANSWER] = "--answer", [INPUT_TRIED] = "--tried" };

	if (s->resume && s->journal) {
		fprintf(stderr, "diagnose: --resume goes on in the same journal; leave --journal out\n");
		return false;
	}
	for (size_t i = 0; s->resume && i < s->ninputs; i++) {
		enum input_kind kind = s->inputs[i].kind;

		if (kind != INPUT_FACTS && kind != INPUT_ANSWER && kind != INPUT_TRIED)
			continue;
		fprintf(stderr, "diagnose: %s cannot be given with --resume: the journal has its own; say it in the dialogue\n", options[kind]);
		return false;
	}
	return true;
}

static int
guide_with(const struct settings *s, const struct dx_rules *rules)
{
	json_t *entries = NULL;
	struct journal *journal = s->resume ? journal_reopen(s->resume, &entries) : journal_create(s->journal);
	int status = journal ? guide(s, rules, journal, entries) : EXIT_USAGE;

	journal_close(journal);
	json_decref(entries);
	return status;
}

int
cmd_guide(const struct command *self, int argc, char **argv)
{
	struct dx_rules *rules;
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	rules = can_resume(&s) ? load_rules(&s, false) : NULL;
	status = rules ? guide_with(&s, rules) : EXIT_USAGE;
	dx_unload(rules);
	settings_free(&s);
	return status;
}
