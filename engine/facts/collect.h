/* SPDX-License-Identifier: MIT */
/*
 * Collectors are rows of a table: what they provide, on what they depend, a deadline each. Every one runs in a child process and writes
 * records (one JSON object a line) to a pipe; the parent reads with a cap, kills what is late, and turns silence, crashes and garbage into unknown
 * facts with the reason. A collector asks and hands over; it judges nothing. None of them changes anything on the device or the host.
 *
 * Records: {"fact":"usb_device","slots":{"path":"1-2","speed":480}}      slots as their written form or JSON numbers/booleans
 *          {"unknown":"device.battery","key":"..","reason":"the device did not report it"}    (key optional)
 *          {"surveyed":"usb_device"}
 *          {"log":"usbmuxd","text":"one line"}                             goes through the pack's patterns
 */
#ifndef FACTS_COLLECT_H
#define FACTS_COLLECT_H

#include "facts/factset.h"

#include <stdio.h>

/* What a collector is told. */
struct collect_options {
	const char *root;		/* prefix of all host paths, "" for this machine; another root means a captured tree: no processes are run, no socket of this machine is asked */
	const char *device;		/* --device: only this UDID; NULL: all */
	bool ask_trust;			/* may raise the trust dialog */
	int deadline_ms;		/* for the whole collection; 0: the default (14000) */
	void (*progress)(void *context, const char *collector, int done, int total);	/* may be NULL */
	void *context;
};

/* The writer that a collector's child gets. */
struct recorder {
	FILE *out;
};

struct collector {
	const char *name;
	const char *provides;		/* "host.os host.os_version usb_device": templates or slots, by spaces */
	const char *after;		/* collectors that must have ended, by spaces; "" */
	const char *each;		/* "device.udid": one child for each known value, given as `subject`; NULL: one child */
	int deadline_ms;
	bool host_only;			/* asks the running machine; with another root it does not run (unknown: "a captured tree has no running processes") */
	void (*run)(const struct collect_options *o, const char *subject, struct recorder *r);
};

/* The table of this build: host_*.c and device_*.c. Ended by a row without name. */
extern const struct collector host_collectors[];
extern const struct collector device_collectors[];
extern const char device_support[];	/* "libimobiledevice 1.3.0" or "none" */

/* Runs all collectors and fills the set. `only` (names by spaces, NULL: all) restricts them. */
void collect_run(struct factset *fs, const struct collect_options *o, const char *only);

/* The names of all collectors of this build, NULL-terminated, for lint and --help. */
const char *const *collect_names(void);

/* For collectors' children. Values are texts in the written form of docs/rules.md. */
void record_begin(struct recorder *r, const char *template);
void record_text(struct recorder *r, const char *slot, const char *value);	/* NULL value: nothing is written */
void record_int(struct recorder *r, const char *slot, int64_t value);
void record_yes_no(struct recorder *r, const char *slot, bool value);
void record_end(struct recorder *r);
void record_unknown(struct recorder *r, const char *fact, const char *key, const char *reason);
void record_surveyed(struct recorder *r, const char *template);
void record_log(struct recorder *r, const char *stream, const char *line);

#endif
