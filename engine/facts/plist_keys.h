/* SPDX-License-Identifier: MIT */
/*
 * Property lists. Which keys one has at its top, for files whose content is a secret: nothing of the values is kept, copied or returned. And, for those
 * that are no secret, what it says. Reads the XML and the binary form; any bytes are safe, and work is bounded by their number.
 */
#ifndef FACTS_PLIST_KEYS_H
#define FACTS_PLIST_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum plist_state {
	PLIST_GOOD,	/* whole, with a dictionary at the top */
	PLIST_EMPTY,	/* no bytes, or nothing but zeros and space: what a full disk or a power cut leaves */
	PLIST_BAD
};

/* found[i]: the dictionary has names[i], with a value that is not empty. All false unless PLIST_GOOD. */
enum plist_state plist_keys(const char *data, size_t len, const char *const *names, size_t n, bool *found);

/* The text of a key at the top, cut to the room there is (XML's escapes stay). False: the key is not there, or has no text of ASCII. */
bool plist_string(const char *data, size_t len, const char *name, char *out, size_t size);

/* What a walk over the XML form meets: the beginning and the end of dictionaries and arrays, and all other values as their text ("true", "false"). */
enum plist_kind { PLIST_BEGIN, PLIST_END, PLIST_TEXT };

struct plist_value {
	enum plist_kind kind;
	bool dictionary;	/* of PLIST_BEGIN and PLIST_END */
	int depth;		/* 0: the value at the top */
	const char *key;	/* in a dictionary; NULL in an array. Both texts point into the data, without a NUL */
	size_t key_len;
	const char *text;
	size_t len;
};

/* Calls `see` for every value in order. False when it is no whole property list in XML; what was seen until then has been seen. */
bool plist_walk(const char *data, size_t len, void (*see)(void *context, const struct plist_value *v), void *context);

#endif
