/* SPDX-License-Identifier: MIT */
/* What answers at usbmuxd's socket: the bytes after the question, then the end. And the same text as the variable that names the socket. */
#include "fuzz.h"

#include "facts/host_linux.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
	char folder[64], path[80];
	int fd;
	const uint8_t *data;
	size_t size;
	sem_t idle;		/* the bytes may go */
} server;

static void *
serve(void *nothing)
{
	(void)nothing;
	for (;;) {
		int fd = accept(server.fd, NULL, NULL);
		char ignored[1024];

		if (fd < 0)
			return NULL;
		for (size_t done = 0; done < server.size;) {
			ssize_t n = send(fd, server.data + done, server.size - done, MSG_NOSIGNAL);

			if (n <= 0)
				break;
			done += (size_t)n;
		}
		shutdown(fd, SHUT_WR);
		while (read(fd, ignored, sizeof ignored) > 0)
			;
		close(fd);
		sem_post(&server.idle);
	}
}

static void
tidy(void)
{
	unlink(server.path);
	rmdir(server.folder);
}

static void
start(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char variable[100];
	pthread_t thread;

	strcpy(server.folder, "/tmp/fuzz-mux-XXXXXX");
	holds(mkdtemp(server.folder), "a folder can be made");
	snprintf(server.path, sizeof server.path, "%s/mux", server.folder);
	strcpy(at.sun_path, server.path);
	server.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	holds(bind(server.fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(server.fd, 8) == 0, "a socket can be made");
	snprintf(variable, sizeof variable, "UNIX:%s", server.path);
	setenv("USBMUXD_SOCKET_ADDRESS", variable, 1);
	sem_init(&server.idle, 0, 0);
	holds(pthread_create(&thread, NULL, serve, NULL) == 0, "a thread can be made");
	pthread_detach(thread);
	atexit(tidy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recorder r = { .out = nowhere() };
	struct mux_address address;
	struct buf text = {0};

	if (!server.path[0])
		start();
	server.data = data;
	server.size = size;
	run_mux_socket(&(struct collect_options){ .root = "" }, NULL, &r);
	sem_wait(&server.idle);
	buf_add(&text, (const char *)data, size);
	mux_address_read(text.text, &address);
	holds(address.kind != ADDRESS_TCP || (address.port > 0 && address.port < 65536 && address.where[0]), "an address has its parts");
	buf_free(&text);
	return 0;
}
