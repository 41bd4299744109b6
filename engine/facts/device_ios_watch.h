/* SPDX-License-Identifier: MIT */
/*
 * Work that may hang or crash, done in a child of its own with a deadline. The library waits 30
 * seconds for each reply, loops without end when a device falls silent during the TLS handshake,
 * and crashes on some answers of the multiplexer; what it is told to do therefore runs here, and
 * the caller learns in time how it ended and can still say what is known.
 */
#ifndef FACTS_DEVICE_IOS_WATCH_H
#define FACTS_DEVICE_IOS_WATCH_H

#include <stddef.h>
#include <stdint.h>

enum ending { ENDED, ENDED_LATE, ENDED_BY_SIGNAL, ENDED_BADLY };

struct watched;

/*
 * Runs work(w, context) in a child, for at most `ms` milliseconds, and `patience` more once it waits
 * for a person; nothing of the child is left when it returns. In the child, SIGPIPE is ignored, stderr goes nowhere (the library prints
 * there what it was sent), memory is bounded and no core is written, for it could hold keys.
 * `detail` gets the signal or the exit status (ENDED_BADLY; -1: there could be no child).
 * Buffered output must be flushed before.
 */
enum ending watch(void (*work)(struct watched *w, void *context), void *context, int64_t ms, int64_t patience,
		int *detail);

/*
 * In the child: all results are out. What follows is tidying up, which gets half a second; then
 * the child is killed and has ended well.
 */
void watch_done(struct watched *w);

/* In the child: from now on a person is waited for. The deadline moves once. */
void watch_person(struct watched *w);

/* In the child: milliseconds until the deadline. */
int64_t watch_left(const struct watched *w);

/* Milliseconds on the monotonic clock. */
int64_t watch_clock(void);

/* Zeroed memory that parent and child share; NULL when there is none. Released with the process. */
void *watch_shared(size_t size);

#endif
