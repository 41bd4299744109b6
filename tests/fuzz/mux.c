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
	pthread_mutex_t lock;	/* for the two below */
	struct buf answer;	/* a copy: whoever asks twice may still be answered when the bytes are gone */
	sem_t answered;
} server;

static void *
serve(void *nothing)
{
	(void)nothing;
	for (;;) {
		int fd = accept(server.fd, NULL, NULL);
		char ignored[1024];
		struct buf mine = {0};

		if (fd < 0)
			return NULL;
		pthread_mutex_lock(&server.lock);
		buf_add(&mine, buf_text(&server.answer), server.answer.len);
		pthread_mutex_unlock(&server.lock);
		for (size_t done = 0; done < mine.len;) {
			ssize_t n = send(fd, buf_text(&mine) + done, mine.len - done, MSG_NOSIGNAL);

			if (n <= 0)
				break;
			done += (size_t)n;
		}
		shutdown(fd, SHUT_WR);
		while (read(fd, ignored, sizeof ignored) > 0)
			;
		close(fd);
		buf_free(&mine);
		sem_post(&server.answered);
	}
}

static void
tidy(void)
{
	pthread_mutex_lock(&server.lock);
	buf_free(&server.answer);
	pthread_mutex_unlock(&server.lock);
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
	sem_init(&server.answered, 0, 0);
	pthread_mutex_init(&server.lock, NULL);
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
	pthread_mutex_lock(&server.lock);
	buf_clear(&server.answer);
	buf_add(&server.answer, (const char *)data, size);
	pthread_mutex_unlock(&server.lock);
	run_mux_socket(&(struct collect_options){ .root = "" }, NULL, &r);
	sem_wait(&server.answered);
	while (sem_trywait(&server.answered) == 0)
		;
	buf_add(&text, (const char *)data, size);
	mux_address_read(text.text, &address);
	holds(address.kind != ADDRESS_TCP || (address.port > 0 && address.port < 65536 && address.where[0]), "an address has its parts");
	buf_free(&text);
	return 0;
}
