/* SPDX-License-Identifier: MIT */
/*
 * diagnose [run]: from this machine and what was given to a ranked plan.
 */
#include "cmd.h"

#include "base/system.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { NARROWEST = 40, WIDEST = 100, USUAL = 80 };

/* COLUMNS goes before what the terminal says (POSIX, 8.3). */
int
terminal_width(int fd)
{
	const char *told = getenv("COLUMNS");
	long columns = told ? strtol(told, NULL, 10) : 0;

	if (columns <= 0)
		columns = system_columns(fd);
	if (columns <= 0)
		columns = USUAL;
	return columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : (int)columns;
}

static int
report(struct dx_session *session, const struct settings *s, int64_t started, int status)
{
	struct dx_report o = {
		.open = s->open, .verbose = s->verbose, .color = s->color && !s->output,
		.ascii = !system_prints_utf8() && !s->output,
		.width = terminal_width(STDOUT_FILENO), .started = started, .finished = (int64_t)time(NULL),
	};
	FILE *out = s->output ? fopen(s->output, "w") : stdout;

	if (out)
		dx_report(session, s->json ? DX_JSON : DX_TEXT, &o, out);
	if (!s->output)
		return finish(status);
	if (out && close_written(out, true))
		return status;
	cannot("write the report to", s->output, strerror(errno));
	return EXIT_MACHINE;
}

static int
diagnose(struct dx_session *session, const struct settings *s)
{
	int64_t started = (int64_t)time(NULL);
	int status, saved = EXIT_OK;

	if (!gather(session, s))
		return EXIT_USAGE;
	status = (int)dx_run(session);
	if (s->save)	/* before the report, whose reader may go away and end the program */
		saved = write_facts_file(session, s->save, !s->open);
	if (status == DX_BAD_RULES)
		dx_session_print(session, stderr);
	else
		status = report(session, s, started, status);
	return saved == EXIT_OK ? status : saved;
}

int
cmd_run(const struct command *self, int argc, char **argv)
{
	return with_session(self, argc, argv, diagnose);
}
