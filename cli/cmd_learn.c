/* SPDX-License-Identifier: MIT */
/*
 * diagnose learn JOURNAL...: what the outcomes of dialogues say about the figures of the rules. It proposes and changes nothing.
 */
#include "cmd.h"

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "dialogue.h"
#include "journal.h"
#include "report/text.h"

#include <stdlib.h>
#include <string.h>

/* How much the rules count, where nobody says. */
static const double usual_tickets = 50, usual_tries = 10;

/* -- A ticket -- */

/*
 * What its journal says in the end. The facts are those of the last look before the last step was shown: what was seen after it is what the
 * step did, and says nothing of the cause.
 */
struct ticket {
	struct dialogue talk;
	const json_t *facts, *given;
};

static void
read_ticket(struct ticket *t, const json_t *entries)
{
	const json_t *looked = NULL;
	json_t *e;
	size_t i;

	*t = (struct ticket){0};
	dialogue_open(&t->talk);
	json_array_foreach(entries, i, e) {
		dialogue_replay(&t->talk, e);
		if (text_is(e, "what", "looked"))
			looked = text_list(e, "facts");
		else if (text_is(e, "what", "given"))
			t->given = e;
		if (text_is(e, "what", "proposed") || !t->facts)
			t->facts = looked;
	}
}

static size_t
add_try(struct dx_try *tries, size_t n, const json_t *step, bool helped)
{
	if (json_is_string(step))
		tries[n++] = (struct dx_try){ json_string_value(step), helped };
	return n;
}

/* What was tried, in order; a step that others complete stands for all of them. What only prepares was no try. */
static size_t
tries_of(const struct ticket *t, struct dx_try *tries)
{
	json_t *e;
	size_t i, n = 0;

	json_array_foreach(text_list(t->given, "tried"), i, e)
		n = add_try(tries, n, e, false);
	json_array_foreach(t->talk.moves, i, e)
		if (text_is(e, "what", "tried") && json_is_boolean(text_list(e, "helped")))
			n = add_try(tries, n, json_array_get(text_list(e, "steps"), 0), text_yes(e, "helped"));
	return n;
}

static bool
give_facts(struct dx_session *s, const char *name, const json_t *facts)
{
	char *text = json_dumps(facts, JSON_COMPACT);
	bool fine = text && dx_facts(s, name, text, strlen(text));

	free(text);
	return fine;
}

static bool
learn_ticket(struct dx_learner *l, const struct dx_rules *rules, const char *name, const json_t *entries)
{
	struct dx_session *s = dx_open(rules);
	struct dx_try *tries;
	struct ticket t;
	bool fine;

	read_ticket(&t, entries);
	tries = machine_alloc((json_array_size(t.talk.moves) + json_array_size(text_list(t.given, "tried")) + 1) * sizeof *tries);
	fine = !t.facts || give_facts(s, name, t.facts);
	if (!fine)
		dx_session_print(s, stderr);
	dialogue_answers(&t.talk, s);
	if (fine && !dx_learn_ticket(l, s, tries, tries_of(&t, tries))) {
		dx_session_print(s, stderr);
		fine = false;
	}
	free(tries);
	dialogue_close(&t.talk);
	dx_close(s);
	return fine;
}

/* -- All of them -- */

struct learning {
	const struct dx_rules *rules;
	struct dx_learner *learner;
	json_t *seen;		/* digests of the journals so far */
	size_t twice, wrong;
};

static bool
is_new(struct learning *g, const char *text, size_t len)
{
	char hex[DIGEST_HEX];
	bool new;

	digest_sha256(text, len, hex);
	new = !json_object_get(g->seen, hex);
	json_object_set_new(g->seen, hex, json_true());
	g->twice += !new;
	return new;
}

static void
learn_file(struct learning *g, const char *path)
{
	size_t len, whole;
	char *text = read_input(path, &len);
	const char *why = NULL;
	json_t *entries = text ? journal_parse(text, len, &whole, &why) : NULL;

	if (why)
		cannot("learn from", path, why);
	if (!entries || (is_new(g, text, len) && !learn_ticket(g->learner, g->rules, path, entries)))
		g->wrong++;
	json_decref(entries);
	free(text);
}

static void
propose(struct learning *g, const struct settings *s)
{
	size_t by_hand, n;

	if (!s->patch) {
		dx_learn_report(g->learner, s->json ? DX_JSON : DX_TEXT, stdout);
		return;
	}
	n = dx_learn_patch(g->learner, stdout, &by_hand);
	fprintf(stderr, "diagnose: %zu figure%s in the patch; look at each before you apply it (patch -p1)\n", n, n == 1 ? "" : "s");
	if (by_hand)
		fprintf(stderr, "diagnose: %zu other%s stand where no patch can change them; see the table\n", by_hand, by_hand == 1 ? "" : "s");
}

/* "50": a number that is not negative. */
static bool
read_number(const char *option, const char *text, double *out)
{
	char *end;
	struct buf clean = {0};

	if (!text)
		return true;
	*out = strtod(text, &end);
	if (*text && !*end && *out >= 0 && *out <= 1e9)
		return true;
	text_clean(&clean, text, strlen(text), 100);
	fprintf(stderr, "diagnose: '%s' is no number for %s\n", buf_text(&clean), option);
	buf_free(&clean);
	return false;
}

static int
learn(const struct settings *s)
{
	double tickets = usual_tickets, tries = usual_tries;
	struct learning g = {0};

	if (!read_number("--prior-tickets", s->prior_tickets, &tickets) || !read_number("--prior-tries", s->prior_tries, &tries))
		return EXIT_USAGE;
	if (!s->nwords) {
		fprintf(stderr, "diagnose: 'learn' needs journals: diagnose learn JOURNAL...\n");
		return EXIT_USAGE;
	}
	g.rules = load_rules(s, false);
	if (!g.rules)
		return EXIT_USAGE;
	g.learner = dx_learn(g.rules, tickets, tries);
	g.seen = json_object();
	for (size_t i = 0; i < s->nwords; i++)
		learn_file(&g, s->words[i]);
	if (g.twice)
		fprintf(stderr, "diagnose: %zu journal%s there twice, and count%s once\n", g.twice, g.twice == 1 ? " was" : "s were",
				g.twice == 1 ? "s" : "");
	propose(&g, s);
	dx_learn_close(g.learner);
	dx_unload((struct dx_rules *)(uintptr_t)g.rules);
	json_decref(g.seen);
	return finish(g.wrong ? EXIT_USAGE : EXIT_OK);
}

int
cmd_learn(const struct command *self, int argc, char **argv)
{
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	status = learn(&s);
	settings_free(&s);
	return status;
}
