/* SPDX-License-Identifier: MIT */
#include "listen.h"

#include "lockdown.h"

#include <arpa/inet.h>
#include <openssl/rand.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 64, TRIES = 50 };

static bool
unix_address(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof address->sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(address->sun_path, path, strlen(path) + 1);
	return true;
}

/* A socket on which start has succeeded, or -1; errno stays that of the failure. */
static int
open_socket(int family, int (*start)(int, const struct sockaddr *, socklen_t),
            const struct sockaddr *address, socklen_t length)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && start(fd, address, length) != 0) {
		const int reason = errno;

		close(fd);
		errno = reason;
		return -1;
	}
	return fd;
}

static int
bind_and_listen(int fd, const struct sockaddr *address, socklen_t length)
{
	const int on = 1;

	if (address->sa_family == AF_INET)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	return bind(fd, address, length) == 0 ? listen(fd, BACKLOG) : -1;
}

int
listen_unix(const char *path)
{
	struct sockaddr_un address;

	if (!unix_address(path, &address))
		return -1;
	return open_socket(AF_UNIX, bind_and_listen, (struct sockaddr *)&address, sizeof address);
}

int
connect_unix(const char *path)
{
	struct sockaddr_un address;

	if (!unix_address(path, &address))
		return -1;
	return open_socket(AF_UNIX, connect, (struct sockaddr *)&address, sizeof address);
}

bool
listen_endpoint(enum endpoint endpoint, const char *path, int *fd)
{
	int file = -1;

	*fd = -1;
	switch (endpoint) {
	case ABSENT_SOCKET:
		return true;
	case DIRECTORY:
		return mkdir(path, 0755) == 0;
	case PLAIN_FILE:
		file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		break;
	case STALE_SOCKET:
		file = listen_unix(path);
		break;
	case FORBIDDEN_SOCKET:
		*fd = listen_unix(path);
		return *fd >= 0 && chmod(path, 0) == 0;
	case SERVED:
		*fd = listen_unix(path);
		return *fd >= 0;
	}
	if (file >= 0)
		close(file);
	return file >= 0;
}

/* 127.64.0.1 to 127.127.255.254: away from what other programs use. */
static in_addr_t
some_address(void)
{
	unsigned char b[3] = { 0, 0, 1 };

	(void)RAND_bytes(b, sizeof b);
	return htonl(127u << 24 | (64u + b[0] % 64u) << 16 | (unsigned)b[1] << 8 | (1u + b[2] % 254u));
}

int
listen_network(struct device *d)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(LOCKDOWN_PORT) };
	const bool chosen = d->address.s_addr != 0;
	int fd = -1;

	for (int i = 0; fd < 0 && i < (chosen ? 1 : TRIES); i++) {
		address.sin_addr.s_addr = chosen ? d->address.s_addr : some_address();
		fd = open_socket(AF_INET, bind_and_listen, (struct sockaddr *)&address, sizeof address);
	}
	d->address = address.sin_addr;
	return fd;
}
