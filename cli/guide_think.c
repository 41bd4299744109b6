/* SPDX-License-Identifier: MIT */
/*
 * What a dialogue knows and thinks: facts of the moment, those of a journal, the plan document and the checks that follow from them.
 */
#include "guide.h"

#include "base/arena.h"
#include "base/system.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* -- Looking -- */

/* What a session knows, as a fact file. */
static json_t *
facts_of(const struct dx_session *session, bool redact)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = system_memory_open(&text, &n);
	json_t *facts;

	if (!out || !dx_write_facts(session, out, redact) || !system_memory_close(out, &text, &n))
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

void
guide_replace(json_t **old, json_t *new)
{
	json_decref(*old);
	*old = new;
}

bool
guide_collects(const struct settings *s)
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
	return system_was_interrupted();
}

/* Facts as they are now. False after mistakes in what was given, which are printed. */
bool
guide_look(struct guide *g)
{
	struct dx_session *session = dx_open(g->rules);
	struct settings alone = *g->s;
	bool fine = true;

	alone.ninputs = 0;
	alone.device = NULL;
	alone.quiet = true;
	alone.stop = is_interrupted;
	if (g->collects) {
		words_say(&g->words, FAINT, "Looking at the computer and the device ...");
		fflush(stdout);
		fine = gather(session, &alone);
		guide_replace(&g->collected, facts_of(session, true));
	}
	fine = fine && give_inputs(g, session);
	if (fine) {
		dialogue_labels(&g->talk, labels_of(session));
		guide_replace(&g->base, facts_of(session, true));
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
	FILE *out = system_memory_open(&text, &n);
	json_t *document;

	if (!out)
		machine_failed("out of memory");
	dx_report(session, DX_JSON, &(struct dx_report){ .one_line = true, .started = started }, out);
	if (!system_memory_close(out, &text, &n))
		machine_failed("out of memory");
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

/* "apple-trust 1.0.0": whose rules they are */
static json_t *
packs_of(const json_t *plan)
{
	json_t *list = json_array(), *pack;
	size_t i;

	json_array_foreach(json_object_get(plan, "packs"), i, pack)
		json_array_append_new(list, json_sprintf("%s %s", json_string_value(json_object_get(pack, "id")),
				json_string_value(json_object_get(pack, "version"))));
	return list;
}

static void
note_thought(struct guide *g)
{
	const json_t *p = g->plan;

	journal_add(g->journal, "assessed", json_pack("{s:o, s:O, s:O, s:O, s:o, s:O, s:O, s:o}",
			"packs", packs_of(p), "status", json_object_get(p, "status"),
			"title", json_object_get(p, "title"), "issue", json_object_get(p, "issue"), "causes", causes_of(p),
			"something_else_ppm", json_object_get(p, "something_else_ppm"), "fingerprint", json_object_get(p, "fingerprint"),
			"steps", ids_of(json_object_get(p, "steps"))));
}

/* What the rules say to all that is known. False when they reached a limit, which is printed. */
bool
guide_think(struct guide *g)
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
		guide_replace(&g->plan, document_of(session, started));
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
json_t *
guide_checks(struct guide *g)
{
	struct dx_session *session;
	char *text = NULL;
	size_t n = 0;
	FILE *out;
	json_t *document;

	if (!g->collected || !g->live)
		return NULL;
	session = dx_open(g->rules);
	out = system_memory_open(&text, &n);
	if (!out)
		machine_failed("out of memory");
	give_facts(session, g->collected);
	if (g->s->device)
		dx_pick(session, g->s->device);
	dx_verify(session, NULL, DX_JSON, &(struct dx_report){ .one_line = true }, out);
	if (!system_memory_close(out, &text, &n))
		machine_failed("out of memory");
	document = json_loadb(text, n, 0, NULL);
	free(text);
	dx_close(session);
	return document;
}

/* -- What a journal knows -- */

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
json_t *
guide_restored(const json_t *facts)
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
