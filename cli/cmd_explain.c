/* SPDX-License-Identifier: MIT */
/*
 * diagnose explain WHAT, diagnose explain PACK FACTS WHAT: why, and why not.
 */
#include "cmd.h"

#include "base/system.h"

#include <unistd.h>

static int
explain(struct dx_session *session, const struct settings *s)
{
	struct dx_report o = {
		.open = s->open, .color = s->color, .ascii = !system_prints_utf8(), .width = terminal_width(STDOUT_FILENO),
	};
	bool found;

	if (!gather(session, s))
		return EXIT_USAGE;
	found = dx_explain(session, s->words[s->nwords - 1], s->json ? DX_JSON : DX_TEXT, &o, stdout);
	if (dx_session_errors(session))		/* nothing is called so, or the rules reached a limit */
		dx_session_print(session, stderr);
	return found ? finish(dx_session_errors(session) ? EXIT_USAGE : EXIT_OK) : EXIT_USAGE;
}

/* With three words the first two are the pack and the facts. */
static bool
take_words(struct settings *s)
{
	if (s->nwords == 3) {
		s->rules[s->nrules++] = s->words[0];
		s->inputs[s->ninputs++] = (struct input){ INPUT_FACTS, s->words[1] };
	} else if (s->nwords != 1) {
		fprintf(stderr, "diagnose: 'explain' takes one name, or a pack, a fact file and a name: "
			"diagnose explain PACK FACTS WHAT\n");
	}
	return s->nwords == 1 || s->nwords == 3;
}

int
cmd_explain(const struct command *self, int argc, char **argv)
{
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	status = take_words(&s) ? run_session(&s, explain) : EXIT_USAGE;
	settings_free(&s);
	return status;
}
