/* SPDX-License-Identifier: MIT */
/*
 * Changing the scene while it runs.  A client of the control socket sends lines and gets "ok" or
 * "error: reason" for each:
 *
 *     device 1 mode=trusted
 *     device 2 attached=no
 *     mux list=silence
 */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "server.h"

#include <stdbool.h>

/* Serves one client of the control socket: a thread's job. */
void control_serve(struct connection *c);

/* The other side: sends one line to the socket at path; prints what went wrong to stderr. */
bool control_tell(const char *path, const char *line);

#endif
