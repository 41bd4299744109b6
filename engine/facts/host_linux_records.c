/* SPDX-License-Identifier: MIT */
/* The folder of the pair records. The records hold keys that open phones: only whether they are whole is told. */
#include "facts/host_linux.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#define FOLDER "/var/lib/lockdown"

/* -- The folder -- */

/* The folder's path with links followed, as the list of mounts names it. */
static void
real_folder(const struct collect_options *o, struct buf *out)
{
	char *real = is_live(o) ? realpath(FOLDER, NULL) : NULL;

	if (real)
		buf_puts(out, real);
	else if (is_live(o) || !host_path(o, FOLDER, out))
		buf_clear(out);
	if (!is_live(o) && out->len > strlen(o->root)) {
		memmove(out->text, out->text + strlen(o->root), out->len - strlen(o->root) + 1);
		out->len -= strlen(o->root);
	}
	if (!out->len)
		buf_puts(out, FOLDER);
	free(real);
}

struct mount {
	char type[32], options[2048];
	size_t depth;		/* length of the mount point; 0: none found */
};

static bool
is_below(const char *path, const char *point)
{
	size_t n = strlen(point);

	return strcmp(point, "/") == 0 || (strncmp(path, point, n) == 0 && (path[n] == '/' || !path[n]));
}

/* The mount that a path is on: the longest mount point, the last of equal ones. */
static bool
find_mount(const struct collect_options *o, const char *path, struct mount *out)
{
	struct buf text = {0};
	char point[1024], type[32], options[2048];
	char *p, *line;

	*out = (struct mount){0};
	host_read(o, is_live(o) ? "/proc/self/mounts" : "/proc/mounts", 1 << 20, &text);
	for (p = text.text; p && (line = strsep(&p, "\n")) != NULL;) {
		if (sscanf(line, "%*s %1023s %31s %2047s", point, type, options) != 3 || !is_below(path, point)
		    || strlen(point) < out->depth)
			continue;
		out->depth = strlen(point);
		strcpy(out->type, type);
		strcpy(out->options, options);
	}
	buf_free(&text);
	return out->depth > 0;
}

static bool
in_memory(const char *type)
{
	return strcmp(type, "tmpfs") == 0 || strcmp(type, "ramfs") == 0 || strcmp(type, "rootfs") == 0;
}

/* The option "upperdir=/cow/upper" of an overlay, cut to its value. */
static const char *
upper_folder(struct mount *m)
{
	char *at = strstr(m->options, "upperdir=");

	if (!at)
		return NULL;
	at += strlen("upperdir=");
	at[strcspn(at, ",")] = '\0';
	return at;
}

/* An overlay keeps what the folder above keeps; on a live system that one is in memory. */
static bool
is_kept(const struct collect_options *o, struct mount m)
{
	const char *upper = strcmp(m.type, "overlay") == 0 ? upper_folder(&m) : NULL;
	struct mount above;

	if (upper && find_mount(o, upper, &above))
		return !in_memory(above.type);
	return !in_memory(m.type);
}

static void
record_mount(const struct collect_options *o, struct recorder *r)
{
	struct buf path = {0}, list = {0};
	struct statvfs fs;
	struct mount m;
	bool found;

	real_folder(o, &path);
	found = find_mount(o, path.text, &m);
	record_begin(r, "record_folder");
	if (found) {
		buf_printf(&list, ",%s,", m.options);
		record_yes_no(r, "read_only", strstr(list.text, ",ro,") != NULL);
		record_yes_no(r, "kept", is_kept(o, m));
	}
	if (is_live(o) && statvfs(path.text, &fs) == 0)
		record_int(r, "free", (int64_t)fs.f_bavail * (int64_t)fs.f_frsize);
	record_end(r);
	if (!found) {
		record_unknown(r, "record_folder.read_only", NULL, "the list of mounts cannot be read");
		record_unknown(r, "record_folder.kept", NULL, "the list of mounts cannot be read");
	}
	if (!is_live(o))
		record_unknown(r, "record_folder.free", NULL, "a captured tree does not tell how much space was left");
	buf_free(&path);
	buf_free(&list);
}

/* Expected are the daemon's user, and its group or plugdev. */
static void
record_rights(const struct collect_options *o, struct recorder *r, const struct stat *st)
{
	struct account daemon;
	char mode[8];
	gid_t plugdev;

	snprintf(mode, sizeof mode, "%04o", (unsigned)st->st_mode & 07777);
	record_begin(r, "record_folder");
	record_text(r, "mode", mode);
	account_of_daemon(o, &daemon);
	if (daemon.state == ACCOUNT_PRESENT) {
		bool group = st->st_gid == daemon.gids[0] || (group_find(o, "plugdev", &plugdev) && st->st_gid == plugdev);

		record_yes_no(r, "owner_right", st->st_uid == daemon.uid && group);
		record_yes_no(r, "daemon_can_write", account_may(&daemon, st, 3));
	}
	record_end(r);
	if (daemon.state != ACCOUNT_PRESENT) {
		record_unknown(r, "record_folder.owner_right", NULL, "the user that usbmuxd runs as is not known");
		record_unknown(r, "record_folder.daemon_can_write", NULL, "the user that usbmuxd runs as is not known");
	}
}

static const char closed[] = "this account may not look into the folder of the pair records";

static void
record_no_folder(struct recorder *r, const char *state)
{
	static const char *const rights[] = { "owner_right", "mode", "daemon_can_write", "read_only", "kept", "free" };
	char name[48];

	for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
		snprintf(name, sizeof name, "record_folder.%s", rights[i]);
		record_unknown(r, name, NULL, strcmp(state, "absent") == 0 ? "the folder of the pair records is not there"
			: closed);
	}
	record_begin(r, "record_folder");
	record_text(r, "state", state);
	if (strcmp(state, "absent") == 0) {
		record_int(r, "records", 0);
		record_text(r, "host_identity", "absent");
	}
	record_end(r);
	if (strcmp(state, "absent") == 0)
		record_surveyed(r, "pair_record");
}

void
run_lockdown_folder(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct stat st;
	enum file_state state = host_stat(o, FOLDER, &st);
	struct buf why = {0};

	(void)subject;
	if (state == FILE_READ && S_ISDIR(st.st_mode)) {
		record_begin(r, "record_folder");
		record_text(r, "state", "present");
		record_end(r);
		record_rights(o, r, &st);
		record_mount(o, r);
		record_pairs(o, r, FOLDER);
	} else if (state == FILE_ABSENT && host_exists(o, "/var/lib")) {
		record_no_folder(r, "absent");
	} else if (state == FILE_DENIED) {
		record_no_folder(r, "no-permission");
		record_unknown(r, "pair_record", NULL, closed);
	} else {
		file_reason(&why, FOLDER, state == FILE_READ ? FILE_ODD : state);
		record_unknown(r, "record_folder", NULL, why.text);
		record_unknown(r, "pair_record", NULL, why.text);
	}
	buf_free(&why);
}
