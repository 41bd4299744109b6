/* SPDX-License-Identifier: MIT */
/*
 * Does the multiplexer answer, at the address that programs here use and at the default one? Asked is what every client asks first:
 * the list of devices. It changes nothing.
 */
#include "facts/host_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_SOCKET "/var/run/usbmuxd"

/* The library waits so long for a reply; longest reply that is read: far above any list of devices. */
enum { ANSWER_MS = 5000, LONGEST_REPLY = 1 << 20, HEADER = 16, MESSAGE_PLIST = 8 };

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
		end = memrchr(from, ']', (size_t)(colon - from));
		end = end ? end : colon;
	}
	if (end == from)
		return;
	out->kind = ADDRESS_TCP;
	out->port = port_of(colon);
	snprintf(out->where, sizeof out->where, "%.*s", (int)(end - from), from);
}

/* -- Asking -- */

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* False when nothing happened before the deadline. */
static bool
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int n = 0;

	while (n <= 0 && (left = deadline - now_ms()) > 0)
		n = poll(&p, 1, (int)left);
	return n > 0;
}

static bool
transfer(int fd, char *data, size_t n, int64_t deadline, bool write)
{
	while (n > 0) {
		ssize_t done = write ? send(fd, data, n, MSG_NOSIGNAL) : recv(fd, data, n, 0);

		if (done < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (!wait_for(fd, write ? POLLOUT : POLLIN, deadline)) {
				errno = ETIMEDOUT;
				return false;
			}
			continue;
		}
		if (done <= 0) {
			errno = done < 0 ? errno : EPIPE;
			return false;
		}
		data += done;
		n -= (size_t)done;
	}
	return true;
}

static void
put_word(unsigned char *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(v >> (8 * i));
}

static uint32_t
get_word(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool
contains(const char *text, size_t n, const char *word)
{
	return memmem(text, n, word, strlen(word)) != NULL;
}

/* The state of a multiplexer that took the connection. */
static const char *
ask(int fd, int64_t deadline)
{
	static const char question[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>"
		"<key>MessageType</key><string>ListDevices</string><key>ClientVersionString</key><string>diagnose</string>"
		"<key>ProgName</key><string>diagnose</string><key>kLibUSBMuxVersion</key><integer>3</integer></dict></plist>\n";
	unsigned char header[HEADER];
	char message[HEADER + sizeof question];
	const char *state = "bad-answer";
	uint32_t len;
	char *reply;

	put_word(header, (uint32_t)(HEADER + sizeof question - 1));
	put_word(header + 4, 1);
	put_word(header + 8, MESSAGE_PLIST);
	put_word(header + 12, 1);
	memcpy(message, header, HEADER);
	memcpy(message + HEADER, question, sizeof question);
	if (!transfer(fd, message, HEADER + sizeof question - 1, deadline, true)
	    || !transfer(fd, (char *)header, HEADER, deadline, false))
		return errno == ETIMEDOUT ? "no-answer" : "bad-answer";
	len = get_word(header);
	if (len <= HEADER || len > LONGEST_REPLY || get_word(header + 8) != MESSAGE_PLIST)
		return "bad-answer";
	len -= HEADER;
	reply = malloc(len);
	if (!reply)
		return "bad-answer";
	if (!transfer(fd, reply, len, deadline, false))
		state = errno == ETIMEDOUT ? "no-answer" : "bad-answer";
	else if (contains(reply, len, "DeviceList"))
		state = "answers";
	free(reply);
	return state;
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
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
	socklen_t size = sizeof error;

	if (fd < 0)
		return -1;
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
try_connect(int fd, int64_t deadline)
{
	const char *state;

	if (fd < 0)
		return state_of_errno();
	state = ask(fd, deadline);
	close(fd);
	return state;
}

static const char *
try_unix(const char *path, char *mode, size_t size)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int64_t deadline = now_ms() + ANSWER_MS;
	struct stat st;

	mode[0] = '\0';
	if (stat(path, &st) != 0)
		return state_of_errno();
	if (!S_ISSOCK(st.st_mode))
		return "not-a-socket";
	snprintf(mode, size, "%04o", (unsigned)st.st_mode & 07777);
	snprintf(to.sun_path, sizeof to.sun_path, "%s", path);	/* cut at the same length as by the library */
	return try_connect(connect_to(AF_UNIX, (struct sockaddr *)&to, sizeof to, deadline), deadline);
}

/* Every address of the host in turn, until one takes the connection. */
static const char *
try_tcp(const char *host, int port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV }, *all = NULL;
	int64_t deadline = now_ms() + ANSWER_MS;
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
		state = try_connect(fd, deadline);
	freeaddrinfo(all);
	return state;
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

/* A captured tree cannot be asked, but it may hold the kernel's list of sockets: what is not in it, nobody listens at. */
static void
record_captured(const struct collect_options *o, struct recorder *r)
{
	static const char *const slots[] = { "mux.default_state", "mux.state", "mux.socket_mode" };
	const char *why = "the captured tree does not hold /proc/net/unix, the list of sockets";
	struct buf list = {0};

	if (host_read(o, "/proc/net/unix", LONGEST_REPLY, &list) == FILE_READ) {
		why = "a captured tree cannot be asked whether it answers";
		if (!contains(list.text, list.len, "/run/usbmuxd\n")) {
			record_state(r, "default_state", "absent", NULL);
			record_state(r, "state", "absent", NULL);
			why = "there is no socket";
		}
	}
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)	/* does nothing where the value is known */
		record_unknown(r, slots[i], NULL, why);
	buf_free(&list);
}

/* The default address first: another one may name a host that takes its time to be found. */
void
run_mux_socket(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct mux_address a;
	const char *state;
	char mode[8];

	(void)subject;
	if (!is_live(o)) {
		record_captured(o, r);
		return;
	}
	mux_address_read(getenv("USBMUXD_SOCKET_ADDRESS"), &a);
	state = try_unix(DEFAULT_SOCKET, mode, sizeof mode);
	record_state(r, "default_state", state, NULL);
	if (a.kind == ADDRESS_UNIX)
		state = try_unix(a.where, mode, sizeof mode);
	else if (a.kind == ADDRESS_TCP) {
		mode[0] = '\0';
		state = try_tcp(a.where, a.port);
	}
	record_state(r, "state", state, mode);
	if (!mode[0])
		record_unknown(r, "mux.socket_mode", NULL, a.kind == ADDRESS_TCP ? "the address is no file" : "there is no socket");
}
