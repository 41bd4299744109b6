/* SPDX-License-Identifier: MIT */
/*
 * What the Linux collectors share beyond host_unix.h: accounts, packages, processes. All of it runs in a collector's child.
 */
#ifndef FACTS_HOST_LINUX_H
#define FACTS_HOST_LINUX_H

#include "facts/host_unix.h"


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
