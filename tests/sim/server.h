/* SPDX-License-Identifier: MIT */
/*
 * Connections: a thread for each, and a list of all of them.
 *
 * A thread may be blocked in reading for ever, since silence is a thing to simulate; so whoever
 * wants it to end shuts its socket down.  The list is guarded by the lock of the scene.
 */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "wire.h"

struct connection {
	struct wire wire;
	void (*serve)(struct connection *c);
	unsigned device;                /* number of the device it leads to; 0: none yet */
	bool listening;                 /* wants to hear of devices that come and go */
	char program[64];               /* what the client calls itself */
	struct connection *next;
};

/* Serves fd in a new thread, then closes it.  On failure closes it at once. */
void server_start(int fd, unsigned device, void (*serve)(struct connection *c));

/* Ends all connections to a device.  Call it under the lock. */
void server_cut(unsigned device);

/* Sends an event to every listener, none of which is waited for.  Call it under the lock. */
void server_tell(plist_t event);

/* Visits all connections that listen.  Call it under the lock. */
void server_listeners(void (*visit)(const struct connection *c, void *data), void *data);

/* Ends all connections and waits for their threads. */
void server_stop(void);

#endif
