/* SPDX-License-Identifier: MIT */
/* The simulated lockdownd: requests, sessions, TLS, and the ports of the services it starts. */
#ifndef SIM_LOCKDOWN_H
#define SIM_LOCKDOWN_H

#include "scene.h"
#include "server.h"

enum { LOCKDOWN_PORT = 62078 };

/* Whether anything on the device listens to that port.  Call it under the lock. */
bool lockdown_has_port(const struct device *d, uint16_t port);

/* Serves a connection to a port of device c->device until either side ends it. */
void lockdown_serve_port(struct connection *c, uint16_t port);

/* The same for lockdown's own port, reached over the network: a thread's job. */
void lockdown_serve_network(struct connection *c);

#endif
