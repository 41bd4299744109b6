/* SPDX-License-Identifier: MIT */
/*
 * diagnose collect: only the facts, to a file for somebody else. The file appears whole or not at all, readable by its owner alone.
 */
#include "cmd.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A device or a pipe is not replaced but written to. A reader that went away is a failed write: there may be a report to print. */
static bool
write_through(const struct dx_session *session, const char *path, bool redact)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);	/* a link may lead to a file that is not there yet */
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
#ifdef SIGPIPE
	void (*before)(int);
#endif
	bool fine;

	if (!out) {
		if (fd >= 0)
			close(fd);
		return false;
	}
#ifdef SIGPIPE
	before = signal(SIGPIPE, SIG_IGN);
#endif
	fine = close_written(out, dx_write_facts(session, out, redact));
#ifdef SIGPIPE
	signal(SIGPIPE, before);
#endif
	return fine;
}

/* A new file beside the wanted one takes its place when everything is written. */
static bool
replace_file(const struct dx_session *session, const char *path, bool redact)
{
	size_t n = strlen(path) + 8;
	char *temporary = machine_alloc(n);
	FILE *out = NULL;
	int fd, why;
	bool fine;

	snprintf(temporary, n, "%s.XXXXXX", path);
	fd = mkstemp(temporary);	/* mode 0600 */
	if (fd >= 0 && !(out = fdopen(fd, "w")))
		close(fd);
	fine = out && close_written(out, dx_write_facts(session, out, redact) && fsync(fd) == 0) && rename(temporary, path) == 0;
	why = errno;
	if (fd >= 0 && !fine)
		unlink(temporary);
	free(temporary);
	errno = why;
	return fine;
}

int
write_facts_file(const struct dx_session *session, const char *path, bool redact)
{
	char *real = realpath(path, NULL);	/* NULL, too, for a link to a file that is not there yet */
	const char *to = real ? real : path;
	struct stat st;
	bool replaceable = lstat(to, &st) != 0 || S_ISREG(st.st_mode);
	bool fine = replaceable ? replace_file(session, to, redact) : write_through(session, to, redact);

	if (!fine)
		cannot("write the facts to", path, strerror(errno));
	free(real);
	return fine ? EXIT_OK : EXIT_MACHINE;
}

static int
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
