/* SPDX-License-Identifier: MIT */
/*
 * Does the multiplexer answer, at the address that programs here use and at the default one? Asked is what every client asks first:
 * the list of devices. It changes nothing.
 */
#include "facts/host_unix.h"

#include "base/system.h"
#include "facts/host_mux.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DEFAULT_SOCKET "/var/run/usbmuxd"

/* The library waits so long for a reply. */
enum { ANSWER_MS = 5000 };

/* -- The address -- */

/* The port after the last colon as strtol reads it, as the library does; 0 when it is none. */
static int
port_of(const char *colon)
{
	char *end;
	long port = strtol(colon + 1, &end, 10);

	return end != colon + 1 && !*end && port > 0 && port < 65536 ? (int)port : 0;
}

/* As connect_usbmuxd_socket of libusbmuxd 2.0.2 reads it; checked against the library, value by value. */
void
mux_address_read(const char *text, struct mux_address *out)
{
	const char *colon = text ? strrchr(text, ':') : NULL, *from = text, *end = colon;

	*out = (struct mux_address){ .kind = text ? ADDRESS_IGNORED : ADDRESS_DEFAULT };
	if (!text)
		return;
	if (strncmp(text, "UNIX:", 5) == 0) {
		if (text[5])
			out->kind = ADDRESS_UNIX;
		snprintf(out->where, sizeof out->where, "%s", text + 5);
		return;
	}
	if (!colon || !port_of(colon))
		return;
	if (*text == '[') {
		from++;
		for (end = colon; end > from && end[-1] != ']'; end--)
			;
		end = end > from ? end - 1 : colon;
	}
	if (end == from)
		return;
	out->kind = ADDRESS_TCP;
	out->port = port_of(colon);
	snprintf(out->where, sizeof out->where, "%.*s", (int)(end - from), from);
}

const char *
mux_address_kind(void)
{
	struct mux_address a;

	mux_address_read(getenv("USBMUXD_SOCKET_ADDRESS"), &a);
	return a.kind == ADDRESS_DEFAULT ? "default" : a.kind == ADDRESS_IGNORED ? "set-but-ignored" : "set";
}

/* -- Asking -- */

/* False when nothing happened before the deadline. */
static bool
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int n = 0;

	while (n <= 0 && (left = deadline - system_ms()) > 0)
		n = poll(&p, 1, (int)left);
	return n > 0;
}

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0	/* a collector's child ignores SIGPIPE anyway */
#endif

static bool
transfer(struct mux_stream *s, char *data, size_t n, bool send_it, bool *late)
{
	int fd = (int)s->socket;

	while (n > 0) {
		ssize_t done = send_it ? send(fd, data, n, MSG_NOSIGNAL) : recv(fd, data, n, 0);

		if (done < 0 && (errno == EAGAIN || errno == EINTR)) {
			*late = !wait_for(fd, send_it ? POLLOUT : POLLIN, s->deadline);
			if (*late)
				return false;
			continue;
		}
		if (done <= 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

static const char *
state_of_errno(void)
{
	switch (errno) {
	case ENOENT: case ENOTDIR:			return "absent";
	case ECONNREFUSED:				return "refused";
	case EACCES: case EPERM:			return "no-permission";
	case ETIMEDOUT: case EAGAIN:			return "no-answer";
	case ENOTSOCK: case EPROTOTYPE:			return "not-a-socket";
	default:					return NULL;
	}
}

/* Connects without waiting longer than the deadline. -1: errno tells. */
static int
connect_to(int family, const struct sockaddr *to, socklen_t n, int64_t deadline)
{
	int fd = socket(family, SOCK_STREAM, 0), error = 0;
	socklen_t size = sizeof error;

	if (fd < 0)
		return -1;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, to, n) == 0)
		return fd;
	error = errno;
	if (error == EINPROGRESS) {
		error = ETIMEDOUT;
		if (wait_for(fd, POLLOUT, deadline))
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
		if (error == 0)
			return fd;
	}
	close(fd);
	errno = error;
	return -1;
}

static const char *
try_connect(int fd, int64_t deadline, struct mux_list *list)
{
	struct mux_stream s = { .transfer = transfer, .socket = fd, .deadline = deadline };
	const char *state;

	if (fd < 0)
		return state_of_errno();
	state = mux_ask(&s, list);
	close(fd);
	return state;
}

static const char *
try_unix(const char *path, char *mode, size_t size, struct mux_list *list)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int64_t deadline = system_ms() + ANSWER_MS;
	struct stat st;

	mode[0] = '\0';
	if (stat(path, &st) != 0)
		return state_of_errno();
	if (!S_ISSOCK(st.st_mode))
		return "not-a-socket";
	snprintf(mode, size, "%04o", (unsigned)st.st_mode & 07777);
	snprintf(to.sun_path, sizeof to.sun_path, "%s", path);	/* cut at the same length as by the library */
	return try_connect(connect_to(AF_UNIX, (struct sockaddr *)&to, sizeof to, deadline), deadline, list);
}

/* Every address of the host in turn, until one takes the connection. */
static const char *
try_tcp(const char *host, int port, struct mux_list *list)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV }, *all = NULL;
	int64_t deadline = system_ms() + ANSWER_MS;
	const char *state = "absent";
	char service[8];
	int fd = -1;

	snprintf(service, sizeof service, "%d", port);
	if (getaddrinfo(host, service, &hints, &all) != 0)
		return "absent";
	for (const struct addrinfo *a = all; a && fd < 0; a = a->ai_next) {
		fd = connect_to(a->ai_family, a->ai_addr, a->ai_addrlen, deadline);
		if (fd < 0)
			state = state_of_errno();
	}
	if (fd >= 0)
		state = try_connect(fd, deadline, list);
	freeaddrinfo(all);
	return state;
}

/* The default socket, below the root when the root's sockets are asked. */
static const char *
try_default(const struct collect_options *o, char *mode, size_t size, struct mux_list *list)
{
	struct buf path = {0};
	const char *state;

	mode[0] = '\0';
	state = host_path(o, DEFAULT_SOCKET, &path) ? try_unix(path.text, mode, size, list) : state_of_errno();
	buf_free(&path);
	return state;
}

const char *
host_mux_ask(const struct collect_options *o, struct mux_list *list)
{
	struct mux_address a;
	char mode[8];

	if (!host_can_ask(o)) {
		errno = ENOTSUP;
		return NULL;
	}
	mux_address_read(getenv("USBMUXD_SOCKET_ADDRESS"), &a);
	if (a.kind == ADDRESS_UNIX)
		return try_unix(a.where, mode, sizeof mode, list);
	if (a.kind == ADDRESS_TCP)
		return try_tcp(a.where, a.port, list);
	return try_default(o, mode, sizeof mode, list);
}

static void
record_state(struct recorder *r, const char *slot, const char *state, const char *mode)
{
	char name[40];

	if (state) {
		record_begin(r, "mux");
		record_text(r, slot, state);
		record_text(r, "socket_mode", mode && mode[0] ? mode : NULL);
		record_end(r);
		return;
	}
	snprintf(name, sizeof name, "mux.%s", slot);
	record_unknown(r, name, NULL, strerror(errno));
}

/* The default address first: another one may name a host that takes its time to be found. */
void
mux_record_state(const struct collect_options *o, struct recorder *r)
{
	struct mux_address a;
	struct mux_list list;
	const char *state;
	char mode[8];

	mux_address_read(getenv("USBMUXD_SOCKET_ADDRESS"), &a);
	state = try_default(o, mode, sizeof mode, &list);
	record_state(r, "default_state", state, NULL);
	if (a.kind == ADDRESS_UNIX)
		state = try_unix(a.where, mode, sizeof mode, &list);
	else if (a.kind == ADDRESS_TCP) {
		mode[0] = '\0';
		state = try_tcp(a.where, a.port, &list);
	}
	record_state(r, "state", state, mode);
	if (!mode[0])
		record_unknown(r, "mux.socket_mode", NULL, a.kind == ADDRESS_TCP ? "the address is no file" : "there is no socket");
}
