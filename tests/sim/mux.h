/* SPDX-License-Identifier: MIT */
/* The simulated usbmuxd: what it answers, and the events it sends. */
#ifndef SIM_MUX_H
#define SIM_MUX_H

#include "scene.h"
#include "server.h"

/* Serves one client from its first request to its last. */
void mux_serve(struct connection *c);

/* Plugs a device in (with a new handle) or pulls it out, and tells the listeners.  Lock held. */
void mux_plug(struct device *d, bool in);

#endif
