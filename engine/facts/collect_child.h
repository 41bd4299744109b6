/* SPDX-License-Identifier: MIT */
/*
 * A collector that runs apart, in a process that can be stopped whatever it does. collect.c decides when one starts and how long it may take; how
 * a system does that is in collect_child_unix.c and collect_child_windows.c. Only the parent's thread uses a child.
 */
#ifndef FACTS_COLLECT_CHILD_H
#define FACTS_COLLECT_CHILD_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct collector;
struct collect_options;

struct child {
	intptr_t process;
	intptr_t group;		/* holds what the child starts; where the system has such a thing apart from the process */
	intptr_t records;	/* where its records come from; -1 when they have ended */
};

/*
 * Starts row->run. In the child the deadline of the options is `ms`, and it ends by itself soon after that, or when the parent is gone. False, with the
 * reason in `why`, when it cannot be started.
 */
bool child_start(struct child *c, const struct collector *row, const struct collect_options *o, const char *subject, int ms, struct buf *why);

/* Waits until one has something to say, or `ms` have passed; ready[i] tells which. Of all of them the records have not ended. */
void child_wait(struct child *const *children, size_t n, int ms, bool *ready);

/* Takes what it has written: the number of bytes, 0 when there is nothing yet. At the end -1; then the records have ended. */
int child_read(struct child *c, char *to, size_t size);

/* Whether the process is gone by itself. */
bool child_has_ended(const struct child *c);

/* Ends it, if need be, with everything it started. False when it had broken off by itself; then `how` says it ("signal 11"). */
bool child_end(struct child *c, bool kill_it, struct buf *how);

#endif
