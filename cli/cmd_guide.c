/* SPDX-License-Identifier: MIT */
/*
 * diagnose guide: the plan as a dialogue, for somebody beside the device or on the phone with its owner.
 */
#include "guide.h"

#include "base/arena.h"
#include "base/system.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* -- Moves -- */

void
guide_end(struct guide *g, const char *outcome, const json_t *step, int status)
{
	journal_add(g->journal, "ended", json_pack("{s:s, s:O?}", "outcome", outcome, "step", step ? json_object_get(step, "id") : NULL));
	g->over = true;
	g->status = status;
}

static void
stop(struct guide *g)
{
	words_say(&g->words, PLAIN, system_was_interrupted() ? "Interrupted." : "Stopped.");
	if (journal_is_kept(g->journal)) {
		const char *path = g->s->resume ? g->s->resume : g->s->journal;
		struct buf clean = {0};

		text_clean(&clean, path, strlen(path), 400);
		words_sayf(&g->words, PLAIN, "To go on: diagnose guide --resume %s", buf_text(&clean));
		buf_free(&clean);
	} else {
		words_say(&g->words, PLAIN, "Nothing was kept: there is no --journal.");
	}
	guide_end(g, "stopped", NULL, g->status);
}

/* Puts a move on the stack and into the journal, and thinks anew. */
void
guide_move(struct guide *g, const char *what, json_t *members)
{
	json_t *before = json_incref(g->plan), *entry = json_pack("{s:s}", "what", what);

	json_object_update(entry, members);
	dialogue_push(&g->talk, entry);
	journal_add(g->journal, what, members);
	if (guide_think(g) && !json_equal(json_object_get(before, "causes"), json_object_get(g->plan, "causes")))
		words_learned(&g->words, before, g->plan);
	json_decref(before);
}

static void
forget_report(struct guide *g)
{
	if (g->nreported) {
		free((char *)(uintptr_t)g->reported[--g->nreported].text);
		guide_look(g);
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
	guide_think(g);
}

/* A code or a message that somebody types in. Its text is kept in the journal as the facts that it made, redacted. */
static void
take_report(struct guide *g, const struct reply *r)
{
	g->reported = machine_realloc(g->reported, (g->nreported + 1) * sizeof *g->reported);
	g->reported[g->nreported++] = (struct input){ r->is_code ? INPUT_ERROR : INPUT_MESSAGE, strdup(r->text) };
	if (guide_look(g)) {
		guide_move(g, "reported", json_pack("{s:s}", "kind", r->is_code ? "error" : "message"));
	} else {
		words_say(&g->words, PLAIN, "That could not be read, and is left out.");
		forget_report(g);
	}
}

/* What can be said at any moment. True: it was that, and the turn is over. */
bool
guide_is_common(struct guide *g, const struct reply *r)
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
	if (guide_is_common(g, &r))
		return;
	answer = r.kind == REPLY_YES ? "yes" : r.kind == REPLY_NO ? "no" : r.text;
	guide_move(g, "answered", json_pack("{s:O, s:s?}", "fact", fact, "answer", answer));
}

/* -- The end -- */

static void
all_well(struct guide *g)
{
	words_say(&g->words, GOOD, "Nothing is wrong.");
	words_say(&g->words, PLAIN, "If something fails all the same, begin again with what the screen says: --error CODE, --message TEXT.");
	guide_end(g, "well", NULL, EXIT_OK);
}

static void
ask_for_more(struct guide *g)
{
	struct reply r;

	words_say(&g->words, PLAIN, "No question is left that would help. What does the screen of the computer or the device say?");
	words_item(&g->words, PLAIN, "Type 'error' and the code, or 'message' and the text.");
	while ((r = reply_read(&g->words, NULL, 0, NULL)).kind == REPLY_WHY)
		words_say(&g->words, PLAIN, "A plan would rest on nothing but how often things happen. A code or a message says more.");
	guide_is_common(g, &r);
}

static void
talk(struct guide *g)
{
	struct next next = dialogue_next(&g->talk, g->plan);

	switch (next.kind) {
	case NEXT_WELL:		all_well(g); break;
	case NEXT_ASK:		ask(g, next.of); break;
	case NEXT_STEP:		guide_do_step(g, next.of); break;
	case NEXT_HAND_OVER:	guide_hand_over(g, next.of, false); break;
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

/* Brings the dialogue to where its journal ends. */
static void
replay(struct guide *g, const json_t *entries)
{
	json_t *e, *facts = NULL;
	size_t i;

	json_array_foreach(entries, i, e) {
		dialogue_replay(&g->talk, e);
		if (text_is(e, "what", "begun"))
			g->collects = g->live = g->live && text_yes(e, "collects");
		else if (text_is(e, "what", "given"))
			guide_replace(&g->given, json_incref(e));
		else if (text_is(e, "what", "looked"))
			facts = json_object_get(e, "facts");
	}
	if (json_is_object(facts))
		g->restored = g->live ? guide_restored(facts) : json_incref(facts);
	words_sayf(&g->words, PLAIN, "Going on: %zu answers, %zu steps done, %zu left out so far.", dialogue_count(&g->talk, "answered"),
			dialogue_count(&g->talk, "tried"), dialogue_count(&g->talk, "skipped"));
	journal_add(g->journal, "resumed", NULL);
}

static void
converse(struct guide *g)
{
	bool resumed = g->s->resume;

	if (!guide_look(g)) {
		g->status = EXIT_USAGE;
		return;
	}
	if (!system_was_interrupted() && guide_think(g)) {
		if (!resumed)
			note_beginning(g);
		words_found(&g->words, g->plan);
	}
	while (!g->over && !system_was_interrupted() && journal_is_fine(g->journal))
		talk(g);
	if (!g->over && system_was_interrupted())
		stop(g);
	if (!journal_is_fine(g->journal))
		g->status = EXIT_MACHINE;
}

static int
guide(const struct settings *s, const struct dx_rules *rules, struct journal *journal, const json_t *entries)
{
	struct guide g = { .s = s, .rules = rules, .journal = journal, .collects = guide_collects(s), .status = EXIT_INCOMPLETE };

	g.live = g.collects && !s->root;
	system_catch_interrupts();
	dialogue_open(&g.talk);
	words_open(&g.words, stdout, terminal_width(STDOUT_FILENO), s->color, system_prints_utf8());
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

/* Stdin is what the person says. */
static bool
leaves_stdin(const struct settings *s)
{
	for (size_t i = 0; i < s->ninputs; i++)
		if ((s->inputs[i].kind == INPUT_FACTS || s->inputs[i].kind == INPUT_LOG) && strcmp(s->inputs[i].text, "-") == 0) {
			fprintf(stderr, "diagnose: 'guide' reads the answers from stdin; give --facts and --log a file\n");
			return false;
		}
	return true;
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
	rules = leaves_stdin(&s) && can_resume(&s) ? load_rules(&s, false) : NULL;
	status = rules ? guide_with(&s, rules) : EXIT_USAGE;
	dx_unload(rules);
	settings_free(&s);
	return status;
}
