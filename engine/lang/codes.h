/* SPDX-License-Identifier: MIT */
/*
 * What can be wrong with rule files: one row per kind of mistake, with its stable code. docs/rules.md lists them
 * for authors ("Diagnostics"). Codes are never reused; a new kind gets a new number.
 */
#ifndef LANG_CODES_H
#define LANG_CODES_H

#include "base/diag.h"

enum complaint {
	/* files and YAML */
	BAD_PATH, BAD_YAML, BAD_BYTES, YAML_ALIAS, YAML_TAG, SECOND_DOCUMENT, DUPLICATE_KEY, BAD_KEY, TOO_DEEP, TOO_LARGE,
	/* shape */
	WRONG_KIND, UNKNOWN_KEY, MISSING_KEY, UNKNOWN_SECTION, NO_PACK, TWO_PACKS, EMPTY_VALUE, ENGINE_TOO_OLD,
	/* names */
	BAD_NAME, DUPLICATE_ID, UNKNOWN_TEMPLATE, UNKNOWN_SLOT, UNKNOWN_SYMBOL, UNKNOWN_ID, UNKNOWN_WORD, UNKNOWN_COLLECTOR,
	BAD_TEMPLATE, NAMES_MISSING,
	/* values */
	BAD_VALUE, BAD_PROBABILITY, OUT_OF_RANGE,
	/* conditions and expressions */
	BAD_CONDITION, BAD_TYPES, BAD_REGEX, UNKNOWN_FUNCTION, UNKNOWN_GROUP, BAD_PLACEHOLDER, UNBOUND_ALIAS, MISSING_IDENTITY,
	/* the whole */
	CYCLE, LOSS_WITHOUT_WARNING,
	/* what can be run, but is hardly meant */
	ALWAYS_TRUE, NEVER_TRUE, DEAD_RULE, UNPROVIDED_SLOT, UNUSED_STEP, NO_REMEDY, NO_SIGN, SLOW_REGEX, HOPELESS_REGEX,
	LOSS_WITHOUT_BACKUP, SWALLOWED_COMMENT, SWALLOWED_COLON, UNUSED_ENTRY, DEAD_PLACEHOLDER, WEAK_SIGN, UNCONNECTED,
	/* what is given with a run */
	AMBIGUOUS_FACT, BAD_ANSWER,
	COMPLAINTS
};

struct complaint_row {
	const char *code;
	enum severity severity;
	const char *meaning;	/* one line, for the manual */
};

extern const struct complaint_row complaints[COMPLAINTS];

/* Adds a diagnostic of a kind, printf-like; the result can be given a hint. */
#define complain(d, kind, at, ...) \
	diag_add((d), complaints[kind].severity, complaints[kind].code, (at), __VA_ARGS__)

/* Text of others inside a message is cut after so many bytes: "%.*s", CLIP(n), s */
enum { LONGEST_QUOTE = 60 };
#define CLIP(n) ((int)((n) < LONGEST_QUOTE ? (n) : LONGEST_QUOTE))

#endif
