/* SPDX-License-Identifier: MIT */
/* The folder of the pair records. The records hold keys that open phones: only whether they are whole is told. */
#include "facts/host_linux.h"

#include "base/system.h"
#include "facts/plist_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#define FOLDER "/var/lib/lockdown"
#define SYSTEM_RECORD "SystemConfiguration.plist"

enum { LARGEST_RECORD = 256 << 10, MOST_RECORD_FILES = 1000 };

/* Without these no session can be made; a record without EscrowBag or WiFiMACAddress still serves. */
static const char *const required[] = {
	"DeviceCertificate", "HostCertificate", "RootCertificate", "HostPrivateKey", "RootPrivateKey", "HostID", "SystemBUID",
};

enum { NREQUIRED = sizeof required / sizeof *required };

/* -- Records -- */

/* Reads the keys of one file and forgets its content at once. */
static enum file_state
read_keys(const struct collect_options *o, const char *name, const char *const *names, size_t n, bool *found, enum plist_state *plist)
{
	struct buf text = {0}, path = {0};
	enum file_state state;

	text.text = machine_alloc(LARGEST_RECORD + 64);	/* no growing: it would leave copies behind */
	text.cap = LARGEST_RECORD + 64;
	buf_printf(&path, FOLDER "/%s", name);
	state = host_read(o, path.text, LARGEST_RECORD, &text);
	*plist = PLIST_BAD;
	if (state == FILE_READ && text.len < LARGEST_RECORD)
		*plist = plist_keys(text.text, text.len, names, n, found);
	system_wipe(text.text, text.cap);
	buf_free(&text);
	buf_free(&path);
	return state;
}

/* "UDID.plist", the UDID without anything but hexadecimal digits and hyphens. */
static bool
is_record(const char *name)
{
	size_t n = strspn(name, "0123456789abcdefABCDEF-");

	return n >= 20 && n <= 44 && strcmp(name + n, ".plist") == 0;
}

static void
record_state(struct recorder *r, enum plist_state plist, const bool *found)
{
	struct buf missing = {0};

	for (size_t i = 0; plist == PLIST_GOOD && i < NREQUIRED; i++)
		if (!found[i])
			buf_printf(&missing, "%s%s", missing.len ? ", " : "", required[i]);
	record_text(r, "state", plist == PLIST_EMPTY ? "empty" : plist == PLIST_BAD ? "unreadable"
			: missing.len ? "incomplete" : "complete");
	record_text(r, "missing", missing.len ? missing.text : NULL);
	buf_free(&missing);
}

static void
record_age(struct recorder *r, const struct stat *st)
{
	time_t age = time(NULL) - st->st_mtime;
	char text[40];

	snprintf(text, sizeof text, "%llds", (long long)(age > 0 ? age : 0));
	record_text(r, "age", text);
}

static void
record_pair(const struct collect_options *o, struct recorder *r, const char *name)
{
	bool found[NREQUIRED] = {0};
	enum plist_state plist;
	enum file_state state = read_keys(o, name, required, NREQUIRED, found, &plist);
	struct buf path = {0}, udid = {0};
	struct stat st;

	buf_printf(&path, FOLDER "/%s", name);
	buf_add(&udid, name, strlen(name) - strlen(".plist"));
	record_begin(r, "pair_record");
	record_text(r, "udid", udid.text);
	if (state == FILE_READ)
		record_state(r, plist, found);
	if (host_stat(o, path.text, &st) == FILE_READ)
		record_age(r, &st);
	record_end(r);
	if (state != FILE_READ)
		record_unknown(r, "pair_record.state", udid.text, file_state_text(state));
	buf_free(&path);
	buf_free(&udid);
}

static const char *
host_identity(const struct collect_options *o)
{
	static const char *const buid[] = { "SystemBUID" };
	bool found = false;
	enum plist_state plist;

	switch (read_keys(o, SYSTEM_RECORD, buid, 1, &found, &plist)) {
	case FILE_READ:		return plist == PLIST_GOOD && found ? "present" : "damaged";
	case FILE_ABSENT:	return "absent";
	case FILE_DENIED:	return "no-permission";
	case FILE_ODD:		break;
	}
	return "damaged";
}

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

static void
record_files(const struct collect_options *o, struct recorder *r)
{
	struct names all;
	enum file_state state = host_list(o, FOLDER, MOST_RECORD_FILES, &all);
	struct buf why = {0};
	int records = 0;

	for (size_t i = 0; i < all.n; i++)
		if (is_record(all.items[i])) {
			record_pair(o, r, all.items[i]);
			records++;
		}
	record_begin(r, "record_folder");
	if (state == FILE_READ)
		record_int(r, "records", records);
	record_text(r, "host_identity", host_identity(o));
	record_end(r);
	if (state == FILE_READ && !all.more)
		record_surveyed(r, "pair_record");
	else
		record_unknown(r, "pair_record", NULL, file_reason(&why, FOLDER, state));
	host_list_free(&all);
	buf_free(&why);
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
		record_files(o, r);
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
