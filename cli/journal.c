/* SPDX-License-Identifier: MIT */
#include "journal.h"

#include "base/arena.h"
#include "base/system.h"
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct journal {
	const char *path;
	int fd;			/* -1: nothing is kept */
	json_int_t n;		/* entries so far */
	bool failed;
};

static struct journal *
new_journal(const char *path, int fd)
{
	struct journal *j = machine_alloc(sizeof *j);

	*j = (struct journal){ .path = path, .fd = fd };
	return j;
}

struct journal *
journal_create(const char *path)
{
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600) : -1;

	if (path && fd < 0) {
		cannot("begin the journal", path, errno == EEXIST ? "it is there already; --resume goes on with it" : strerror(errno));
		return NULL;
	}
	if (fd >= 0)
		system_lock(fd);
	return new_journal(path, fd);
}

/* -- Reading -- */

static bool
is_entry(const json_t *e)
{
	return json_is_object(e) && json_is_string(json_object_get(e, "what")) && json_is_string(json_object_get(e, "at"));
}

json_t *
journal_parse(const char *text, size_t len, size_t *whole, const char **why)
{
	json_t *entries = json_array();
	const char *schema;

	*whole = 0;
	for (const char *end; *whole < len && (end = memchr(text + *whole, '\n', len - *whole)); *whole = (size_t)(end + 1 - text)) {
		json_t *e = json_loadb(text + *whole, (size_t)(end - text) - *whole, JSON_REJECT_DUPLICATES, NULL);

		if (!is_entry(e)) {
			json_decref(e);
			break;
		}
		json_array_append_new(entries, e);
	}
	schema = json_string_value(json_object_get(json_array_get(entries, 0), "schema"));
	*why = NULL;
	if (!schema || strcmp(schema, JOURNAL_SCHEMA) != 0)
		*why = "it is no journal (" JOURNAL_SCHEMA ")";
	else if (memchr(text + *whole, '\n', len - *whole))
		*why = "it has a line that is no entry of a journal";
	if (!*why)
		return entries;
	json_decref(entries);
	return NULL;
}

struct journal *
journal_reopen(const char *path, json_t **entries)
{
	int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
	const char *why = fd < 0 ? strerror(errno) : NULL;
	size_t len, whole;
	char *text = NULL;
	struct journal *j;

	if (fd >= 0 && !system_lock(fd))
		why = "another dialogue is writing to it";
	if (!why && (text = read_input(path, &len)) != NULL && (*entries = journal_parse(text, len, &whole, &why)) != NULL
			&& whole < len && ftruncate(fd, (off_t)whole) != 0)
		why = strerror(errno);
	if (why)
		cannot("go on with the journal", path, why);
	free(text);
	if (why || !text) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	j = new_journal(path, fd);
	j->n = (json_int_t)json_array_size(*entries);
	return j;
}

/* -- Writing -- */

static void
write_line(struct journal *j, const char *line, size_t n)
{
	while (n && !j->failed) {
		ssize_t done = write(j->fd, line, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			cannot("write to the journal", j->path, done < 0 ? strerror(errno) : "nothing can be written");
			j->failed = true;
			break;
		}
		line += done;
		n -= (size_t)done;
	}
}

void
journal_add(struct journal *j, const char *what, json_t *more)
{
	time_t now = time(NULL);
	struct tm tm;
	char at[24], *line;
	json_t *e;

	if (j->fd >= 0 && !j->failed) {
		gmtime_r(&now, &tm);
		strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &tm);
		e = json_pack("{s:I, s:s, s:s}", "n", ++j->n, "at", at, "what", what);
		json_object_update(e, more);
		line = json_dumps(e, JSON_COMPACT);
		if (!line)
			machine_failed("out of memory");
		write_line(j, line, strlen(line));
		write_line(j, "\n", 1);
		free(line);
		json_decref(e);
	}
	json_decref(more);
}

bool
journal_is_fine(const struct journal *j)
{
	return !j->failed;
}

bool
journal_is_kept(const struct journal *j)
{
	return j->fd >= 0;
}

void
journal_close(struct journal *j)
{
	if (j && j->fd >= 0)
		close(j->fd);
	free(j);
}
