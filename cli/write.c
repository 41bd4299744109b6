/* SPDX-License-Identifier: MIT */
/*
 * Files that appear whole or not at all, readable by their owner alone.
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
write_through(const struct filling *f, const char *path)
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
	fine = close_written(out, f->fill(f->context, out));
#ifdef SIGPIPE
	signal(SIGPIPE, before);
#endif
	return fine;
}

/* A new file beside the wanted one takes its place when everything is written. */
static bool
replace_file(const struct filling *f, const char *path)
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
	fine = out && close_written(out, f->fill(f->context, out) && fsync(fd) == 0) && rename(temporary, path) == 0;
	why = errno;
	if (fd >= 0 && !fine)
		unlink(temporary);
	free(temporary);
	errno = why;
	return fine;
}

int
write_file(const struct filling *f, const char *path)
{
	char *real = realpath(path, NULL);	/* NULL, too, for a link to a file that is not there yet */
	const char *to = real ? real : path;
	struct stat st;
	bool replaceable = lstat(to, &st) != 0 || S_ISREG(st.st_mode);
	bool fine = replaceable ? replace_file(f, to) : write_through(f, to);
	char what[64];

	if (!fine) {
		snprintf(what, sizeof what, "write %s to", f->what);
		cannot(what, path, strerror(errno));
	}
	free(real);
	return fine ? EXIT_OK : EXIT_MACHINE;
}

struct facts_to_write {
	const struct dx_session *session;
	bool redact;
};

static bool
fill_facts(void *context, FILE *out)
{
	const struct facts_to_write *w = context;

	return dx_write_facts(w->session, out, w->redact);
}

int
write_facts_file(const struct dx_session *session, const char *path, bool redact)
{
	struct facts_to_write w = { session, redact };

	return write_file(&(struct filling){ "the facts", fill_facts, &w }, path);
}
