/* SPDX-License-Identifier: MIT */
/*
 * What lockdown knows about a device: values by domain and key, and who may read them.
 *
 * The table in values.c holds a plausible phone with made-up numbers.  Each device starts with it
 * and changes what it likes.  Values are kept as text and become plists when they are read.
 */
#ifndef SIM_VALUES_H
#define SIM_VALUES_H

#include <plist/plist.h>
#include <stdbool.h>
#include <stdio.h>

struct values;

enum lookup {
	VALUE_FOUND,
	VALUE_REFUSED,                  /* exists, but needs a session */
	VALUE_MISSING,
};

/* The values of the table.  NULL: out of memory. */
struct values *values_new(void);
void values_free(struct values *v);

/*
 * Gives a key a value; text NULL takes it away.  domain "" is the global one.  A key that the table
 * lacks becomes a boolean ("true", "false"), an integer (digits) or a string, for sessions only.
 * False: the text does not fit the key's type.
 */
bool values_set(struct values *v, const char *domain, const char *key, const char *text);

/* The text of a value, or "" when it has none. */
const char *values_text(const struct values *v, const char *domain, const char *key);

/* One value, or with key NULL a dictionary of all that may be read.  *found: plist_free it. */
enum lookup values_get(const struct values *v, const char *domain, const char *key, bool session,
                       plist_t *found);

void values_help(FILE *out);

#endif
