/* SPDX-License-Identifier: MIT */
/*
 * diagnose collect: only the facts, to a file for somebody else.
 */
#include "cmd.h"

int
write_facts(const struct dx_session *session, const struct settings *s)
{
	if (s->output)
		return write_facts_file(session, s->output, !s->open);
	return dx_write_facts(session, stdout, !s->open) ? finish(EXIT_OK) : output_failed();
}

static int
collect_and_write(struct dx_session *session, const struct settings *s)
{
	return gather(session, s) ? write_facts(session, s) : EXIT_USAGE;
}

int
cmd_collect(const struct command *self, int argc, char **argv)
{
	return with_session(self, argc, argv, collect_and_write);
}
