/* SPDX-License-Identifier: MIT */
/*
 * What the Linux collectors share: files below a root, accounts, packages, commands. All of it runs in a collector's child. Nothing here
 * follows a link out of the root, opens anything but regular files, waits on a pipe, or reads more than it is told.
 */
#ifndef FACTS_HOST_LINUX_H
#define FACTS_HOST_LINUX_H

#include "base/buf.h"
#include "facts/collect.h"

#include <sys/stat.h>
#include <sys/types.h>

/* -- Files -- */

enum file_state { FILE_READ, FILE_ABSENT, FILE_DENIED, FILE_ODD };

enum { SMALL_FILE = 64 << 10, LARGE_FILE = 16 << 20 };

/* True when the tree is this machine itself. */
bool is_live(const struct collect_options *o);

/* Appends the path of `path` below the root, links resolved as if the root were "/". False: errno tells. */
bool host_path(const struct collect_options *o, const char *path, struct buf *out);

/* Appends at most `max` bytes of a file, from its end when `tail`. Anything but a regular file is FILE_ODD. */
enum file_state host_read(const struct collect_options *o, const char *path, size_t max, struct buf *out);
enum file_state host_read_tail(const struct collect_options *o, const char *path, size_t max, struct buf *out);

/* The first line of a small file without the space around it; NULL unless FILE_READ. In `out`, which is emptied first. */
const char *host_line(const struct collect_options *o, const char *path, struct buf *out);

enum file_state host_stat(const struct collect_options *o, const char *path, struct stat *st);
bool host_exists(const struct collect_options *o, const char *path);

/* The last part of what a link points to; NULL when it is no link. The link itself is not followed. */
const char *host_link(const struct collect_options *o, const char *path, struct buf *out);

/* The names in a folder, sorted, without "." and ".."; at most `max`. Freed by host_list_free. */
struct names {
	char **items;
	size_t n;
	bool more;	/* there are more than `max` */
};
enum file_state host_list(const struct collect_options *o, const char *path, size_t max, struct names *out);
void host_list_free(struct names *n);

/* "there is no such file" ..; and a reason made of it: "/etc/os-release: permission denied", in `out`. */
const char *file_state_text(enum file_state s);
const char *file_reason(struct buf *out, const char *path, enum file_state s);

/* -- Accounts: /etc/passwd and /etc/group below the root -- */

enum account_state { ACCOUNT_PRESENT, ACCOUNT_ABSENT, ACCOUNT_UNREADABLE };

struct account {
	enum account_state state;
	char name[64];
	uid_t uid;
	gid_t gids[32];		/* the first is the primary group */
	size_t ngids;
};

void account_find(const struct collect_options *o, const char *name, struct account *a);
/* The user that usbmuxd runs as: "usbmux", or "usbmuxd" (Fedora and others). */
void account_of_daemon(const struct collect_options *o, struct account *a);
bool group_find(const struct collect_options *o, const char *name, gid_t *gid);
/* Whether the rights of a file give the account all of `rights` (4 read, 2 write, 1 search). */
bool account_may(const struct account *a, const struct stat *st, unsigned rights);

/* -- Packages -- */

/* What the system's package database knows, without running anything on Debian, Alpine and Arch. */
struct package {
	bool found;
	bool known;		/* a database was there to ask */
	char version[64];	/* the upstream part: "1.1.1" of "1:1.1.1-2+deb12u1" */
	struct buf depends;	/* as the database writes them */
};

/* Looks for the first of `names` (ended by NULL) that is installed. */
void package_find(const struct collect_options *o, const char *const *names, struct package *p);
void package_free(struct package *p);

/* -- Commands -- */

enum command_state { COMMAND_DONE, COMMAND_ABSENT, COMMAND_LATE, COMMAND_FAILED };

/*
 * Runs a program of this machine by its absolute path, with a minimal environment and no input; appends at most `max` bytes of its output. It is
 * killed after `ms`. COMMAND_FAILED: it ended with another status than 0; the output is there all the same.
 */
enum command_state command_run(const char *const *argv, int ms, size_t max, struct buf *out);

/* -- usbmuxd's address -- */

enum mux_address_kind { ADDRESS_DEFAULT, ADDRESS_UNIX, ADDRESS_TCP, ADDRESS_IGNORED };

/* How libusbmuxd reads USBMUXD_SOCKET_ADDRESS (`text`, NULL: not set). */
struct mux_address {
	enum mux_address_kind kind;
	char where[256];	/* a path, or a host */
	int port;
};
void mux_address_read(const char *text, struct mux_address *out);

/* -- Processes -- */

/* Calls `see` for the name of each process of the tree's /proc. False when there is none to read; then `why` says it. */
bool each_process(const struct collect_options *o, void (*see)(void *context, const char *comm), void *context, const char **why);

/* The name of one process; NULL when there is none. In `out`, which is emptied first. */
const char *process_name(const struct collect_options *o, long pid, struct buf *out);

/* -- os-release -- */

struct os_release {
	enum file_state state;
	char id[64], like[128], version[64], name[128];
};
void os_release_read(const struct collect_options *o, struct os_release *out);
/* "debian", "fedora", "suse", "arch", "alpine", "other" */
const char *os_family(const struct os_release *os);

/* -- The collectors -- */

typedef void run_function(const struct collect_options *o, const char *subject, struct recorder *r);

run_function run_os_release, run_usb, run_mux_socket, run_mux_install, run_lockdown_folder, run_processes, run_environment,
	run_crypto_policy, run_clock, run_journal;

#endif
