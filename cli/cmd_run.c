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
report(struct dx_session *session, const struct settings *s, const struct dx_report *o, int status)
{
	FILE *out = s->output ? fopen(s->output, "w") : stdout;

	if (out)
		dx_report(session, s->report, o, out);
	if (!s->output)
		return finish(status);
	if (out && close_written(out, true))
		return status;
	cannot("write the report to", s->output, strerror(errno));
	return EXIT_MACHINE;
}

struct page {
	struct dx_session *session;
	const struct dx_report *options;
};

static bool
fill_page(void *context, FILE *out)
{
	const struct page *p = context;

	dx_report(p->session, DX_HTML, p->options, out);
	return !ferror(out);
}

/* Whatever goes beside the report, before it: its reader may go away and end the program. */
static int
write_beside(struct dx_session *session, const struct settings *s, const struct dx_report *o, bool reports)
{
	struct page page = { session, o };
	int saved = s->save ? write_facts_file(session, s->save, !s->open) : EXIT_OK;
	int written = s->html && reports ? write_file(&(struct filling){ "the page", fill_page, &page }, s->html) : EXIT_OK;

	return saved == EXIT_OK ? written : saved;
}

static int
diagnose(struct dx_session *session, const struct settings *s)
{
	struct dx_report o = {
		.open = s->open, .verbose = s->verbose, .color = s->color && !s->output,
		.ascii = !system_prints_utf8() && !s->output,
		.fields = s->fields, .nfields = s->nfields,
		.width = terminal_width(STDOUT_FILENO), .started = (int64_t)time(NULL),
	};
	int status, beside;

	if (!gather(session, s))
		return EXIT_USAGE;
	status = (int)dx_run(session);
	o.finished = (int64_t)time(NULL);
	beside = write_beside(session, s, &o, status != DX_BAD_RULES);
	if (status == DX_BAD_RULES)
		dx_session_print(session, stderr);
	else
		status = report(session, s, &o, status);
	return beside == EXIT_OK ? status : beside;
}

int
cmd_run(const struct command *self, int argc, char **argv)
{
	return with_session(self, argc, argv, diagnose);
}
