/* SPDX-License-Identifier: MIT */
#include "facts/host_unix.h"

#include "base/arena.h"
#include "base/system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

bool
is_live(const struct collect_options *o)
{
	return !o->root[0];
}

/* Takes the next part of *p; false at the end. */
static bool
next_part(const char **p, const char **part, size_t *n)
{
	*p += strspn(*p, "/");
	*part = *p;
	*n = strcspn(*p, "/");
	*p += *n;
	return *n > 0;
}

static void
cut_last(struct buf *path, size_t least)
{
	while (path->len > least && path->text[path->len - 1] != '/')
		path->len--;
	if (path->len > least)
		path->len--;
	path->text[path->len] = '\0';
}

/*
 * Part by part, so that "..", and links with absolute targets, stay below the root. With `last` false the last part is not
 * followed when it is a link.
 */
static bool
resolve(const char *root, const char *path, bool last, struct buf *out)
{
	size_t base = out->len + strlen(root), n, before;
	struct buf todo = {0}, rest = {0};
	const char *p, *part;
	char target[PATH_MAX];
	struct stat st;
	bool good = true;

	buf_puts(out, root);
	buf_puts(&todo, path);
	p = todo.text;
	for (int links = 0; good && next_part(&p, &part, &n);) {
		if (n == 1 && part[0] == '.')
			continue;
		if (n == 2 && part[0] == '.' && part[1] == '.') {
			cut_last(out, base);
			continue;
		}
		before = out->len;
		buf_putc(out, '/');
		buf_add(out, part, n);
		if (lstat(out->text, &st) != 0) {
			good = false;
		} else if (S_ISLNK(st.st_mode) && (last || p[strspn(p, "/")])) {
			ssize_t len = readlink(out->text, target, sizeof target - 1);

			if (len < 0 || ++links > MOST_LINKS) {
				errno = len < 0 ? errno : ELOOP;
				good = false;
				break;
			}
			target[len] = '\0';
			out->len = target[0] == '/' ? base : before;
			out->text[out->len] = '\0';
			buf_clear(&rest);
			buf_printf(&rest, "%s/%s", target, p);
			buf_clear(&todo);
			buf_add(&todo, rest.text, rest.len);
			p = todo.text;
		}
	}
	buf_free(&todo);
	buf_free(&rest);
	if (good && out->len == base && !root[0])
		buf_putc(out, '/');
	return good;
}

static bool
host_path_of(const struct collect_options *o, const char *path, bool last, struct buf *out)
{
	if (!is_live(o))
		return resolve(o->root, path, last, out);
	buf_puts(out, path);
	return true;
}

bool
host_path(const struct collect_options *o, const char *path, struct buf *out)
{
	return host_path_of(o, path, true, out);
}

static enum file_state
state_of_errno(void)
{
	return errno == ENOENT || errno == ENOTDIR ? FILE_ABSENT : errno == EACCES || errno == EPERM ? FILE_DENIED : FILE_ODD;
}

/* What passed through is wiped: it may be a pair record. */
static enum file_state
read_fd(int fd, size_t max, struct buf *out)
{
	enum file_state state = FILE_READ;
	char chunk[1 << 14];
	ssize_t n;

	while (max > 0) {
		n = read(fd, chunk, max < sizeof chunk ? max : sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			state = state_of_errno();
		if (n <= 0)
			break;
		buf_add(out, chunk, (size_t)n);
		max -= (size_t)n;
	}
	system_wipe(chunk, sizeof chunk);
	return state;
}

static enum file_state
read_file(const struct collect_options *o, const char *path, size_t max, bool tail, struct buf *out)
{
	struct buf where = {0};
	enum file_state state;
	struct stat st;
	int fd = host_path(o, path, &where) ? open(where.text, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) : -1;

	if (fd < 0) {
		state = state_of_errno();
	} else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		state = FILE_ODD;
	} else {
		if (tail && st.st_size > (off_t)max)
			lseek(fd, st.st_size - (off_t)max, SEEK_SET);
		state = read_fd(fd, max, out);
	}
	if (fd >= 0)
		close(fd);
	buf_free(&where);
	return state;
}

enum file_state
host_read(const struct collect_options *o, const char *path, size_t max, struct buf *out)
{
	return read_file(o, path, max, false, out);
}

enum file_state
host_read_tail(const struct collect_options *o, const char *path, size_t max, struct buf *out)
{
	return read_file(o, path, max, true, out);
}

const char *
host_line(const struct collect_options *o, const char *path, struct buf *out)
{
	size_t from, to;

	buf_clear(out);
	if (host_read(o, path, SMALL_FILE, out) != FILE_READ)
		return NULL;
	buf_putc(out, '\0');
	from = strspn(out->text, " \t\n");
	to = from + strcspn(out->text + from, "\n");
	while (to > from && strchr(" \t\r", out->text[to - 1]))
		to--;
	out->text[to] = '\0';
	return out->text + from;
}

enum file_state
host_stat(const struct collect_options *o, const char *path, struct stat *st)
{
	struct buf where = {0};
	bool good = host_path(o, path, &where) && stat(where.text, st) == 0;
	enum file_state state = good ? FILE_READ : state_of_errno();

	buf_free(&where);
	return state;
}

bool
host_exists(const struct collect_options *o, const char *path)
{
	struct stat st;

	return host_stat(o, path, &st) == FILE_READ;
}

const char *
host_link(const struct collect_options *o, const char *path, struct buf *out)
{
	struct buf where = {0};
	char target[PATH_MAX];
	const char *slash;
	ssize_t n = host_path_of(o, path, false, &where) ? readlink(where.text, target, sizeof target - 1) : -1;

	buf_free(&where);
	if (n <= 0)
		return NULL;
	target[n] = '\0';
	slash = strrchr(target, '/');
	buf_clear(out);
	buf_puts(out, slash ? slash + 1 : target);
	return out->text;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum file_state
host_list(const struct collect_options *o, const char *path, size_t max, struct names *out)
{
	struct buf where = {0};
	DIR *folder = host_path(o, path, &where) ? opendir(where.text) : NULL;
	enum file_state state = folder ? FILE_READ : state_of_errno();
	const struct dirent *e;
	size_t cap = 0;

	*out = (struct names){0};
	while (folder && (e = readdir(folder)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (out->n == max) {
			out->more = true;
			break;
		}
		if (out->n == cap) {
			cap = cap ? cap * 2 : 64;
			out->items = machine_realloc(out->items, cap * sizeof *out->items);
		}
		out->items[out->n++] = strcpy(machine_alloc(strlen(e->d_name) + 1), e->d_name);
	}
	if (folder)
		closedir(folder);
	buf_free(&where);
	if (out->n)
		qsort(out->items, out->n, sizeof *out->items, by_name);
	return state;
}

void
host_list_free(struct names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->items[i]);
	free(n->items);
	*n = (struct names){0};
}

const char *
file_state_text(enum file_state s)
{
	static const char *const texts[] = {
		[FILE_READ] = "readable", [FILE_ABSENT] = "there is no such file", [FILE_DENIED] = "permission denied",
		[FILE_ODD] = "not a file that can be read",
	};

	return texts[s];
}

const char *
file_reason(struct buf *out, const char *path, enum file_state s)
{
	buf_clear(out);
	buf_printf(out, "%s: %s", path, file_state_text(s));
	return out->text;
}
