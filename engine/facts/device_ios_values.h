/* SPDX-License-Identifier: MIT */
/*
 * The values a device is asked for, as one table. Nothing is asked for that is not used.
 */
#ifndef FACTS_DEVICE_IOS_VALUES_H
#define FACTS_DEVICE_IOS_VALUES_H

#include "facts/device_ios_board.h"
#include "facts/device_ios_link.h"

/*
 * Asks for what is still open, and reports it or why not. Without a session only for what some
 * releases tell any computer, and a connection that a single value cuts or garbles is made anew.
 * Returns the code that ended the talk, or CODE_OK.
 */
int values_ask(struct board *board, struct link *l, bool session);

/*
 * Asks for the iOS version, on which it depends how to go on: `version` becomes "" when there is
 * none. Returns the code.
 */
int values_ask_version(struct board *board, struct link *l, char *version, size_t size);

/* Reports that a text of the device cannot be what the slot needs. */
void values_odd_text(struct board *board, enum item i, const char *text);

#endif
