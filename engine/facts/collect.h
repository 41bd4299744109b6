/* SPDX-License-Identifier: MIT */
/*
 * Collectors are rows of a table: what they provide, on what they depend, a deadline each. Every one runs in a child process and writes
 * records (record.h) to a pipe; the parent reads with a cap, kills what is late, and turns silence, crashes and garbage into unknown
 * facts with the reason. A collector asks and hands over; it judges nothing. None of them changes anything on the device or the host.
 *
 * The facts come in the order of the table, whatever ended first; devices before the host, so that labels count attached devices from one.
 */
#ifndef FACTS_COLLECT_H
#define FACTS_COLLECT_H

#include "facts/factset.h"
#include "facts/record.h"

/* What a collector is told. */
struct collect_options {
	const char *root;		/* prefix of all host paths, "" for this machine; another root means a captured tree: no processes are run, no socket of this machine is asked */
	const char *device;		/* ask only this one (pick.h), all when it is given by its label; NULL: all */
	bool ask_trust;			/* may raise the trust dialog */
	int deadline_ms;		/* for the whole collection; 0: the default (14000). A child is told the time that it has itself */
	/*
	 * Told when a collector has ended, and a few times a second meanwhile; may be NULL. `does` is what one that is still at work does, NULL: none
	 * is; `done` of `total` have ended.
	 */
	void (*progress)(void *context, const char *does, int done, int total);
	bool (*stop)(void *context);	/* asked a few times a second: true ends it, and what is still open is unknown; may be NULL */
	void *context;
};

struct collector {
	const char *name;
	const char *does;		/* "asking the device": for people, in reasons and while it lasts */
	const char *provides;		/* "host.os host.os_version usb_device": templates or slots, by spaces */
	const char *after;		/* collectors that must have ended, by spaces; "" */
	const char *each;		/* "device.udid": one child for each value that `after` found, given as `subject`; NULL: one child */
	int deadline_ms;
	int patience_ms;		/* more, with ask_trust: a person may be waited for */
	bool host_only;			/* asks the running machine; with another root it does not run (unknown: "a captured tree has no running processes") */
	/* Runs in the child. Standard output and error lead nowhere, SIGPIPE is ignored, all other descriptors are closed. */
	void (*run)(const struct collect_options *o, const char *subject, struct recorder *r);
};

/* The table of this build: host_*.c and device_*.c. Ended by a row without name. */
extern const struct collector host_collectors[];
extern const struct collector device_collectors[];
extern const char device_support[];	/* "libimobiledevice 1.3.0" or "none" */

/*
 * Runs all collectors and fills the set. `only` (names by spaces, NULL: all) restricts them. A failing collector never fails the run. All children
 * are gone when this returns.
 */
void collect_run(struct factset *fs, const struct collect_options *o, const char *only);

/* The same with a table of one's own, ended by a row without name: for tests. */
void collect_rows(struct factset *fs, const struct collect_options *o, const struct collector *rows, const char *only);

/* The names of all collectors that `from:` may name, NULL-terminated: those of this build first, then those of other systems. */
const char *const *collect_names(void);

/* The template whose facts are asked one by one, and of which `device` means one. */
extern const char collect_subject[];

#endif
