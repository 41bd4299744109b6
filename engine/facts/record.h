/* SPDX-License-Identifier: MIT */
/*
 * What a collector's child says to its parent: one JSON object a line.
 *
 *	{"fact":"usb_device","slots":{"path":"1-2","speed":480}}      slots in their written form, or JSON numbers and booleans
 *	{"unknown":"device.battery","key":"..","reason":".."}         key optional; a template alone could not be surveyed
 *	{"surveyed":"usb_device"}
 *	{"log":"usbmuxd","text":"one line"}                           goes through the pack's patterns
 *
 * Every record is sent when it is complete: what a child said before it was killed counts.
 */
#ifndef FACTS_RECORD_H
#define FACTS_RECORD_H

#include "facts/factset.h"

#include <stdio.h>

/* The writer that a collector's child gets. */
struct recorder {
	FILE *out;
	bool more;		/* the open record has a slot already */
};

/* Texts are values in the written form of docs/rules.md. Long ones are cut (32 KiB). */
void record_begin(struct recorder *r, const char *template);
void record_text(struct recorder *r, const char *slot, const char *text);	/* NULL: nothing is written */
void record_int(struct recorder *r, const char *slot, int64_t number);
void record_yes_no(struct recorder *r, const char *slot, bool yes);
void record_end(struct recorder *r);
void record_unknown(struct recorder *r, const char *fact, const char *key, const char *reason);
void record_surveyed(struct recorder *r, const char *template);
void record_log(struct recorder *r, const char *stream, const char *line);

/* From byte `from` on, records came at that time. */
struct record_time {
	size_t from;
	int64_t time;
};

/* What one child said; and, after records_apply, how much of it made sense. */
struct records {
	const char *source;		/* "collector usb" */
	const char *text;
	size_t len;
	const struct record_time *times;	/* in order; at least one, from byte 0 */
	size_t ntimes;
	size_t good, bad;
	bool too_many;			/* more than MOST_RECORDS: the rest was left out */
};

enum { MOST_RECORDS = 100000, LONGEST_RECORD = 1 << 16 };

/* Puts the records into the set. Names that the rules do not know are skipped; values that are none make the slot unknown. */
void records_apply(struct factset *fs, struct records *rs);

#endif
