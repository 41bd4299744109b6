/* SPDX-License-Identifier: MIT */
/*
 * What is known of one device so far. The child that talks with it writes every fact as soon as
 * it has it, and notes on a board it shares with its parent which slots are open and why; the
 * parent turns what is open at the end into unknown facts, whether the child ended, hung or
 * crashed.
 */
#ifndef FACTS_DEVICE_IOS_BOARD_H
#define FACTS_DEVICE_IOS_BOARD_H

#include "facts/collect.h"
#include "facts/device_ios_watch.h"

#include <stdbool.h>
#include <stdint.h>

/* The slots of a device that are owed a value or a reason. */
enum item {
	MODE, RECORD, RECORD_MISSING, TRUST, LOCKDOWN_ERROR, SERIAL_READABLE, IOS_VERSION, NAME, FAMILY, PRODUCT, BETA, HOST_WAITING,
	MIN_ITUNES, MIN_MACOS, ACTIVATED, PASSCODE_PROTECTED, BATTERY, CHARGING, EXTERNAL_POWER, DISK_TOTAL, DISK_FREE, SUPERVISED,
	FIND_MY, SETUP_DONE, WIFI_SYNC, BACKUP_ENCRYPTED, CLOCK_SKEW,
	ITEMS
};

enum {
	REASON_SIZE = 256,
	NO_CODE = 1			/* the library gave no number; its own are 0 and below */
};

/* Shared memory. Its texts are string constants, which parent and child have in the same place. */
struct notes {
	const char *stage;		/* what the child waits for: "asking for the iOS version" */
	const char *so_far;		/* the trust state if it never comes to an end; NULL: no-answer */
	bool done[ITEMS];
	char why[ITEMS][REASON_SIZE];	/* the reason of one open slot; "" where `rest` holds */
	char rest[REASON_SIZE];
};

/* What is known of one device, and where it goes. */
struct board {
	const char *udid;
	struct recorder *r;
	struct notes *notes;
};

/* False when there is no memory; all is said then. */
bool board_open(struct board *board, const char *udid, struct recorder *r);

void board_text(struct board *board, enum item i, const char *v);
void board_int(struct board *board, enum item i, int64_t v);
void board_yes_no(struct board *board, enum item i, bool v);

/* Why one slot stays open, in words or in those of a lockdown code; and why all others do. */
void board_unknown(struct board *board, enum item i, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void board_unknown_code(struct board *board, enum item i, int code);
void board_rest(struct board *board, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Answers the question of trust: the state, the library's number or NO_CODE, and the reason in
 * words (NULL: those of the number). Where it is not "trusted", the reason is also why all else
 * stays open.
 */
void board_trust(struct board *board, const char *trust, int code, const char *because);
void board_trust_code(struct board *board, int code);

/*
 * In the parent: the last words, by how the child ended. A device that fell silent before its
 * trust was known gets the state for that.
 */
void board_end(struct board *board, enum ending end, int detail);

#endif
