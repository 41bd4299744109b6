/* SPDX-License-Identifier: MIT */
#include "server.h"

#include "scene.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Enough for any test, and few enough that a client gone mad cannot exhaust the machine. */
enum { CONNECTIONS = 256 };

static struct connection *all;
static unsigned count;

/* A new connection, or NULL when there are too many. */
static struct connection *
enter(int fd, unsigned device, void (*serve)(struct connection *c))
{
	struct connection *c = calloc(1, sizeof *c);

	scene_lock();
	if (c && count < CONNECTIONS) {
		*c = (struct connection){ .wire.fd = fd, .device = device, .serve = serve, .next = all };
		all = c;
		count++;
	} else {
		free(c);
		c = NULL;
	}
	scene_unlock();
	return c;
}

/* The socket is closed under the lock, so that nobody shuts down another one of the same number. */
static void
leave(struct connection *c)
{
	struct connection **at = &all;

	scene_lock();
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	count--;
	close(c->wire.fd);
	scene_unlock();
	free(c);
}

static void *
run(void *argument)
{
	struct connection *c = argument;

	c->serve(c);
	leave(c);
	return NULL;
}

static bool
start_thread(struct connection *c)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool started;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	started = pthread_create(&thread, &attributes, run, c) == 0;
	pthread_attr_destroy(&attributes);
	return started;
}

void
server_start(int fd, unsigned device, void (*serve)(struct connection *c))
{
	struct connection *c = enter(fd, device, serve);

	if (!c)
		close(fd);
	else if (!start_thread(c))
		leave(c);
}

void
server_cut(unsigned device)
{
	for (struct connection *c = all; c; c = c->next)
		if (c->device == device)
			shutdown(c->wire.fd, SHUT_RDWR);
}

void
server_tell(plist_t event)
{
	uint32_t length;
	char *bytes = wire_bytes(event, false, &length), *frame = malloc(length + framing_mux.header);

	if (bytes && frame) {
		framing_mux.write((uint8_t *)frame, length + framing_mux.own, 0);
		memcpy(frame + framing_mux.header, bytes, length);
		length += (uint32_t)framing_mux.header;
		for (struct connection *c = all; c; c = c->next)
			if (c->listening && send(c->wire.fd, frame, length,
			                         MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)length)
				shutdown(c->wire.fd, SHUT_RDWR);
	}
	free(bytes);
	free(frame);
}

void
server_listeners(void (*visit)(const struct connection *c, void *data), void *data)
{
	for (const struct connection *c = all; c; c = c->next)
		if (c->listening)
			visit(c, data);
}

void
server_stop(void)
{
	unsigned left;

	do {
		scene_lock();
		for (struct connection *c = all; c; c = c->next)
			shutdown(c->wire.fd, SHUT_RDWR);
		left = count;
		scene_unlock();
		if (left)
			usleep(1000);
	} while (left);
}
