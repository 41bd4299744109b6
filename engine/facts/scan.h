/* SPDX-License-Identifier: MIT */
/*
 * What looks private in a text, whatever it is about: device ids, addresses, home folders, long numbers, keys. One pass over the text:
 * every byte is looked at a bounded number of times, so a log of many megabytes costs its length.
 */
#ifndef FACTS_SCAN_H
#define FACTS_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* Kinds of private values; the first nine are what `private:` of a slot can say. */
enum private_kind {
	PRIVATE_UDID, PRIVATE_SERIAL, PRIVATE_IMEI, PRIVATE_PHONE, PRIVATE_MAC, PRIVATE_NAME, PRIVATE_USER, PRIVATE_PATH, PRIVATE_HOST,
	PRIVATE_IP, PRIVATE_EMAIL, PRIVATE_UUID, PRIVATE_BUID, PRIVATE_ICCID, PRIVATE_PEM, PRIVATE_BASE64, PRIVATE_OTHER,
	PRIVATE_KINDS
};

/* "udid" .. "base64"; an unknown name is PRIVATE_OTHER. */
const char *private_kind_name(enum private_kind k);
enum private_kind private_kind_of(const char *name);

/* Where runs of one class of characters end; remembered, so that a run is walked once. */
struct scan {
	const char *s;
	size_t n;
	size_t start;		/* a word can start here: at 0, and where the last hit ended */
	size_t hex_end, mail_end, base64_end;
	bool no_data_end;	/* no </data> follows */
};

struct scan_hit {
	enum private_kind kind;
	size_t from, to;	/* the private part; from may lie behind the place asked about */
};

/* True when something that looks private begins at byte i. Ask for rising i. */
bool scan_at(struct scan *sc, size_t i, struct scan_hit *hit);

/*
 * The length of a label that redaction puts in place of values, when one begins at byte i: "device-2", "<user>", "<mac-3>"; else 0.
 * Gives its kind and number (1 when it has none).
 */
size_t scan_label(const char *s, size_t n, size_t i, enum private_kind *kind, int *number);

/* ASCII letters and digits, in any locale; and lower case. */
bool scan_is_alnum(char c);
char scan_lower(char c);

#endif
