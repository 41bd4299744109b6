/* SPDX-License-Identifier: MIT */
/*
 * diagnose infer PACK FACTS: forward chaining alone.
 */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

int
cmd_infer(const struct command *self, int argc, char **argv)
{
	struct dx_rules *rules = NULL;
	struct dx_session *session = NULL;
	struct settings s;
	char *text = NULL;
	size_t len;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	status = EXIT_USAGE;
	if (s.nwords != 2) {
		fprintf(stderr, "diagnose: 'infer' takes a pack and a fact file: diagnose infer PACK FACTS\n");
	} else {
		s.rules[s.nrules++] = s.words[0];
		rules = load_rules(&s, false);
		text = rules ? read_input(s.words[1], &len) : NULL;
	}
	if (text) {
		session = dx_open(rules);
		if (dx_facts(session, s.words[1], text, len)
		    && dx_infer(session, &(struct dx_infer){ .trace = s.trace, .stats = s.stats, .profile = s.profile, .notes = stderr }, stdout))
			status = finish(EXIT_OK);
		dx_session_print(session, stderr);
	}
	free(text);
	dx_close(session);
	dx_unload(rules);
	settings_free(&s);
	return status;
}
