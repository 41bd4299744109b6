/* SPDX-License-Identifier: MIT */
/*
 * The link to a device: everything that calls libimobiledevice, libusbmuxd and libplist, and
 * nothing else includes their headers. Calls may hang or crash: use it in a watched child. Codes
 * are those of device_ios_codes.h.
 *
 * Nothing here changes anything on the device or on this computer, with one exception that says
 * so: link_pair.
 */
#ifndef FACTS_DEVICE_IOS_LINK_H
#define FACTS_DEVICE_IOS_LINK_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One entry of the multiplexer's list, as it came: the identifier may be anything. */
struct link_entry {
	char udid[44];
	uint32_t product;		/* USB product id, 0x12a8 for most; 0: not said */
	bool usb;			/* else over the network */
};

/*
 * The multiplexer's list (free it). Returns the number of entries, or -1 and appends to `why` in
 * words. `transient` tells whether a second attempt, which must be in a fresh process because the
 * library remembers the failure, may have more luck.
 */
int link_list(struct link_entry **entries, struct buf *why, bool *transient);

struct link;

/*
 * The device of that identifier, by cable rather than by network; NULL (and `why`) when the list
 * does not have it any more (`gone`) or could not be had.
 */
struct link *link_find(const char *udid, struct buf *why, bool *gone);
void link_close(struct link *l);
const struct link_entry *link_entry(const struct link *l);

/*
 * Opens and closes a connection to lockdown's port, for the reason of a failure, which link_open
 * hides: 0 or an errno.
 */
int link_probe(struct link *l);

/*
 * A fresh connection to lockdown, without session; works before trust. An earlier connection is
 * closed.
 */
int link_open(struct link *l);

/* What kind of service answers: "com.apple.mobile.lockdown", "com.apple.mobile.restored". */
int link_type(struct link *l, char *type, size_t size);

enum answer_kind { ANSWER_NOTHING, ANSWER_TEXT, ANSWER_YES_NO, ANSWER_INTEGER, ANSWER_REAL, ANSWER_OTHER };

struct answer {
	enum answer_kind kind;
	char text[1024];		/* cut off there; any bytes but NUL */
	bool yes;
	uint64_t integer;
	double real;
};

/* Asks for one value; `domain` may be NULL. Success with ANSWER_NOTHING is possible. */
int link_ask(struct link *l, const char *domain, const char *key, struct answer *a);

/*
 * The pair record of this computer, as far as it can be told without keeping anything of it:
 * `missing` gets the names of the required parts that are not there or not usable, comma between
 * them; a record that is no property list misses all of them. RECORD_UNKNOWN: the multiplexer
 * gave another error (`why`).
 */
enum record { RECORD_UNKNOWN, RECORD_ABSENT, RECORD_DAMAGED, RECORD_USABLE };
enum record link_record(struct link *l, struct buf *missing, struct buf *why);

/*
 * A fresh connection with a session; proves nothing until a value was read in it. The library's
 * handshake pairs by itself when this computer has no usable pair record and with versions before
 * 7: LINK_REFUSED then, and nothing is sent. `version` is the ProductVersion that the device
 * gave.
 */
enum { LINK_REFUSED = -1000 };
int link_session(struct link *l, const char *version);

/*
 * CHANGES THE DEVICE AND THIS COMPUTER: asks for trust, which raises the question on the screen,
 * and stores the pair record. Only on explicit request.
 */
int link_pair(struct link *l);

#endif
