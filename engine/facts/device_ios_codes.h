/* SPDX-License-Identifier: MIT */
/*
 * The error codes of lockdown, the service of an iPhone or iPad that a computer talks to, as one
 * table: number, name, the string on the wire, what it means in words, and which trust state it
 * amounts to. Numbers -1 to -9 and -256 are made by the library, the others are the device's own
 * answers. Source: the library's lockdown.h (1.3.0). A bare number is never shown to anybody:
 * code_explain words it.
 */
#ifndef FACTS_DEVICE_IOS_CODES_H
#define FACTS_DEVICE_IOS_CODES_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The codes on which the course of the talk depends; all others are only looked up. */
enum code {
	CODE_OK = 0,
	CODE_GARBAGE = -3,
	CODE_TIMEOUT = -7,
	CODE_LINK = -8,
	CODE_MISSING_VALUE = -12,
	CODE_DIALOG_PENDING = -19,
	CODE_UNKNOWN = -256		/* the connection was closed, or the reply means nothing to the library */
};

struct lockdown_code {
	int number;
	const char *name;		/* without LOCKDOWN_E_ */
	const char *wire;		/* the Error string of a reply; NULL: made by the library */
	const char *meaning;		/* a clause: "the device is locked with a passcode" */
	const char *trust;		/* the symbol of device.trust */
};

extern const struct lockdown_code lockdown_codes[];
extern const size_t lockdown_code_count;

/* The row of a number; NULL when the library never gives it. */
const struct lockdown_code *code_find(int number);

/* The trust state that a failure amounts to: "failed" for everything that has no state of its own. */
const char *code_trust(int number);

/* True for codes that mean the link itself is lost or talks nonsense, so that asking on has no use. */
bool code_ends_talk(int number);

/* Appends "the device is locked with a passcode (PasswordProtected, -17)". */
void code_explain(struct buf *out, int number);

#endif
