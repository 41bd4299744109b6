/* SPDX-License-Identifier: MIT */
/*
 * What every client of a multiplexer asks first, and what is answered: the list of devices. The same on every system; how the bytes travel is the
 * caller's matter. Nothing is changed by it.
 */
#ifndef FACTS_MUX_LIST_H
#define FACTS_MUX_LIST_H

#include "facts/record.h"

#include <stdbool.h>
#include <stddef.h>

/* Sends or receives all of `n` bytes. False when that was not possible, `*late` when it was not within the time there is. */
struct mux_stream {
	bool (*transfer)(struct mux_stream *s, char *data, size_t n, bool send, bool *late);
	intptr_t socket;
	int64_t deadline;
};

struct mux_list {
	struct mux_entry {
		char udid[64];
		bool network;
	} items[64];
	size_t n;
	bool more;	/* there were more */
};

/* The state of a multiplexer that took the connection: "answers" (then the list is filled), "no-answer", "bad-answer". */
const char *mux_ask(struct mux_stream *s, struct mux_list *list);

/* Only reads a reply, without its header. False when it is no list. */
bool mux_list_read(const char *reply, size_t len, struct mux_list *list);

/* The facts: a device for each entry, how many there are by cable and over Wi-Fi, and that these are all. */
void mux_list_record(struct recorder *r, const struct mux_list *list);

#endif
