/* SPDX-License-Identifier: MIT */
/*
 * What looks private in a text, whatever it is about: device ids, addresses, home folders, long numbers, keys. One pass over the text:
 * every byte is looked at a bounded number of times, so a log of many megabytes costs its length.
 */
#ifndef FACTS_SCAN_H
#define FACTS_SCAN_H

#include "facts/scan_text.h"

/* "udid" .. "base64"; an unknown name is PRIVATE_OTHER. */
const char *private_kind_name(enum private_kind k);
enum private_kind private_kind_of(const char *name);

/*
 * True when nothing in the text can look private: there are but letters and what stands between words. Most texts are so; nobody need ask
 * for each of their bytes.
 */
bool scan_is_inert(const char *s, size_t n);

/* True when something that looks private begins at byte i. Ask for rising i. */
bool scan_at(struct scan *sc, size_t i, struct scan_hit *hit);

/*
 * The length of a label that redaction puts in place of values, when one begins at byte i: "device-2", "<user>", "<mac-3>"; else 0.
 * Gives its kind and number (1 when it has none).
 */
size_t scan_label(const char *s, size_t n, size_t i, enum private_kind *kind, int *number);

#endif
