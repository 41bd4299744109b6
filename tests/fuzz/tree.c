/* SPDX-License-Identifier: MIT */
/*
 * A captured file tree, all Linux collectors over it. The input is a list of files: a line "=== PATH", then the bytes of the file up to the next such
 * line; "=== PATH -> TARGET" is a link, "=== PATH/" a folder. Whatever the tree holds, the records are well-formed.
 */
#include "fuzz.h"

#include "facts/host_linux.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root[64];

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	if (where->level > 0)
		remove(path);
	return 0;
}

static void
clear_tree(void)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
tidy(void)
{
	clear_tree();
	rmdir(root);
}

/* Only what lies below the root is made: no "..", and no link on the way. */
static bool
make_folders(const char *path)
{
	char part[PATH_MAX];
	struct stat st;

	if (path[0] != '/' || strlen(path) > 200 || strstr(path, ".."))
		return false;
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof part, "%s%.*s", root, (int)(slash - path), path);
		mkdir(part, 0700);
		if (lstat(part, &st) != 0 || !S_ISDIR(st.st_mode))
			return false;
	}
	return true;
}

static void
make_file(char *name, const char *data, size_t n)
{
	char *arrow = strstr(name, " -> "), path[PATH_MAX];
	int fd;

	if (arrow)
		*arrow = '\0';
	if (!make_folders(name))
		return;
	snprintf(path, sizeof path, "%s%s", root, name);
	if (arrow) {
		if (symlink(arrow + 4, path) != 0)
			return;
	} else if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) >= 0) {
		holds(write(fd, data, n) == (ssize_t)n, "a file can be written");
		close(fd);
	}
}

static void
make_tree(const char *p, const char *end)
{
	struct buf name = {0};

	while (end - p > 4 && memcmp(p, "=== ", 4) == 0) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *next;

		if (!nl)
			break;
		next = memmem(nl, (size_t)(end - nl), "\n=== ", 5);
		next = next ? next + 1 : end;
		buf_clear(&name);
		buf_add(&name, p + 4, (size_t)(nl - p - 4));
		make_file(name.text, nl + 1, next > nl + 1 ? (size_t)(next - nl - 1) : 0);
		p = next;
	}
	buf_free(&name);
}

static void
collect(const struct collector *row, const struct collect_options *o, struct factset *fs)
{
	static const struct record_time time = { 0, FUZZ_NOW };
	char *text = NULL;
	size_t len = 0;
	struct recorder r = { .out = open_memstream(&text, &len) };
	struct records rs = { .source = row->name, .times = &time, .ntimes = 1 };

	row->run(o, NULL, &r);
	fclose(r.out);
	rs.text = text;
	rs.len = len;
	records_apply(fs, &rs);
	if (rs.bad)
		fprintf(stderr, "%s:\n%s", row->name, text);
	holds(rs.bad == 0, "a collector writes records");
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct factset *fs = factset_new(shipped_rules(), FUZZ_NOW);
	struct collect_options o = { .root = root, .deadline_ms = 1000 };

	if (!root[0]) {
		strcpy(root, access("/dev/shm", W_OK) == 0 ? "/dev/shm/fuzz-tree-XXXXXX" : "/tmp/fuzz-tree-XXXXXX");
		holds(mkdtemp(root), "a folder can be made");
		atexit(tidy);
	}
	make_tree((const char *)data, (const char *)data + size);
	for (const struct collector *row = host_collectors; row->name; row++)
		if (!row->host_only)
			collect(row, &o, fs);
	clear_tree();
	diagnose_some(fs->rb, fs, seed_of(data, size) >> 8);
	factset_free(fs);
	return 0;
}
