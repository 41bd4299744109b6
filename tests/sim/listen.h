/* SPDX-License-Identifier: MIT */
/* Sockets to listen on, and the things that may be at a socket's path instead. */
#ifndef SIM_LISTEN_H
#define SIM_LISTEN_H

#include "scene.h"

/* A listening socket at path, or -1 with errno. */
int listen_unix(const char *path);

/*
 * Puts at path what the endpoint says.  *fd is a listening socket, or -1 when nobody listens.
 * False, with errno, when it cannot be done.
 */
bool listen_endpoint(enum endpoint endpoint, const char *path, int *fd);

/*
 * Listens where a network device is to be reached; one without an address gets a free one of
 * 127.0.0.0/8, which Linux has without being told.  -1 with errno on failure.
 */
int listen_network(struct device *d);

/* Connects to a socket at path; -1 with errno. */
int connect_unix(const char *path);

#endif
