/* SPDX-License-Identifier: MIT */
/*
 * diagnose redact FILE: the fact file without its private values, for somebody who has no right to them.
 */
#include "cmd.h"

static int
redact(struct dx_session *session, const struct settings *s)
{
	return gather(session, s) ? write_facts(session, s) : EXIT_USAGE;
}

int
cmd_redact(const struct command *self, int argc, char **argv)
{
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	status = EXIT_USAGE;
	if (s.nwords == 1) {
		s.inputs[s.ninputs++] = (struct input){ INPUT_FACTS, s.words[0] };
		status = run_session(&s, redact);
	} else {
		fprintf(stderr, "diagnose: 'redact' takes one fact file, or - for stdin: diagnose redact facts.json -o redacted.json\n");
	}
	settings_free(&s);
	return status;
}
