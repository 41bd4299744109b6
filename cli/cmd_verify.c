/* SPDX-License-Identifier: MIT */
/*
 * diagnose verify: the checks alone, after the steps were done; with --against compared with an earlier run.
 */
#include "cmd.h"

#include "earlier.h"

#include "base/system.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A session on the facts of an earlier run; NULL after mistakes, which are printed. */
static struct dx_session *
open_earlier(const struct dx_rules *rules, const char *path)
{
	size_t len;
	char *text = read_input(path, &len), *facts = text ? earlier_facts(text, len) : NULL;
	const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
	struct dx_session *s = text ? dx_open(rules) : NULL;
	bool fine = s && dx_facts(s, name, facts ? facts : text, facts ? strlen(facts) : len);

	if (s)
		dx_session_print(s, stderr);
	free(facts);
	free(text);
	if (fine)
		return s;
	dx_close(s);
	return NULL;
}

static int
verify(struct dx_session *session, struct dx_session *earlier, const struct settings *s, int64_t started)
{
	struct dx_report o = {
		.open = s->open, .color = s->color, .ascii = !system_prints_utf8(), .width = terminal_width(STDOUT_FILENO),
		.started = started, .finished = (int64_t)time(NULL),
	};
	enum dx_status status = dx_verify(session, earlier, s->json ? DX_JSON : DX_TEXT, &o, stdout);

	if (status != DX_BAD_RULES)
		return finish((int)status);
	dx_session_print(session, stderr);
	if (earlier)
		dx_session_print(earlier, stderr);
	return EXIT_USAGE;
}

static int
verify_with(struct dx_rules *rules, const struct settings *s)
{
	int64_t started = (int64_t)time(NULL);
	struct dx_session *earlier = s->against ? open_earlier(rules, s->against) : NULL, *session;
	int status = EXIT_USAGE;

	if (s->against && !earlier)
		return EXIT_USAGE;
	session = dx_open(rules);
	if (gather(session, s))
		status = verify(session, earlier, s, started);
	dx_close(session);
	dx_close(earlier);
	return status;
}

int
cmd_verify(const struct command *self, int argc, char **argv)
{
	struct dx_rules *rules;
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	rules = load_rules(&s, false);
	status = rules ? verify_with(rules, &s) : EXIT_USAGE;
	dx_unload(rules);
	settings_free(&s);
	return status;
}
