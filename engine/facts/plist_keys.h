/* SPDX-License-Identifier: MIT */
/*
 * Which keys a property list has at its top, for files whose content is a secret: nothing of the values is kept, copied or returned. Reads the
 * XML and the binary form; any bytes are safe, and work is bounded by their number.
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

#endif
