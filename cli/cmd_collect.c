/* SPDX-License-Identifier: MIT */
/*
 * diagnose collect: only the facts, to a file for somebody else. The file appears whole or not at all, readable by its owner alone.
 */
#include "cmd.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
failed(const char *temporary)
{
	fprintf(stderr, "diagnose: cannot write the facts: %s\n", strerror(errno));
	if (temporary)
		unlink(temporary);
	return EXIT_MACHINE;
}

/* A device or a pipe is not replaced but written to. */
static int
write_through(const struct dx_session *session, const char *path, bool redact)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);	/* a link may lead to a file that is not there yet */
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	bool fine;

	if (!out) {
		if (fd >= 0)
			close(fd);
		return failed(NULL);
	}
	fine = dx_write_facts(session, out, redact);
	fine &= fclose(out) == 0;
	return fine ? EXIT_OK : failed(NULL);
}

/* A new file beside the wanted one takes its place when everything is written. */
static int
replace_file(const struct dx_session *session, const char *path, bool redact)
{
	size_t n = strlen(path) + 8;
	char *temporary = machine_alloc(n);
	FILE *out;
	int fd, status = EXIT_OK;
	bool fine;

	snprintf(temporary, n, "%s.XXXXXX", path);
	fd = mkstemp(temporary);	/* mode 0600 */
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		if (fd >= 0)
			close(fd);
		status = failed(fd < 0 ? NULL : temporary);
	} else {
		fine = dx_write_facts(session, out, redact);
		fine &= fflush(out) == 0 && fsync(fd) == 0;
		fine &= fclose(out) == 0;
		if (!fine || rename(temporary, path) != 0)
			status = failed(temporary);
	}
	free(temporary);
	return status;
}

int
write_facts_file(const struct dx_session *session, const char *path, bool redact)
{
	char *real = realpath(path, NULL);	/* NULL, too, for a link to a file that is not there yet */
	const char *to = real ? real : path;
	struct stat st;
	bool replaceable = lstat(to, &st) != 0 || S_ISREG(st.st_mode);
	int status = replaceable ? replace_file(session, to, redact) : write_through(session, to, redact);

	free(real);
	return status;
}

static int
write_facts(const struct dx_session *session, const struct settings *s)
{
	if (s->output)
		return write_facts_file(session, s->output, !s->open);
	if (!dx_write_facts(session, stdout, !s->open))
		return failed(NULL);
	return finish(EXIT_OK);
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
