/* SPDX-License-Identifier: MIT */
/*
 * Starting and stopping the simulator from a test program written in C.  All of it is in this
 * header, so that a test needs nothing but to include it:
 *
 *     struct simulator s;
 *     simulator_start(&s, (const char *[]){ "--device", "mode=unpaired", NULL });
 *     setenv("USBMUXD_SOCKET_ADDRESS", s.address, 1);
 *     ...
 *     simulator_tell(&s, "device 1 mode=trusted");
 *     simulator_stop(&s);
 *
 * The program is $SIM, or "sim" beside the test program.
 */
#ifndef SIM_LAUNCH_H
#define SIM_LAUNCH_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct simulator {
	pid_t pid;
	char folder[64];
	char socket[96];                /* usbmuxd's socket */
	char control[112];
	char log[96];                   /* one line for each request */
	char address[112];              /* for USBMUXD_SOCKET_ADDRESS */
};

enum { SIMULATOR_ARGUMENTS = 64 };

static inline const char *
simulator_program(char path[PATH_MAX])
{
	const char *named = getenv("SIM");
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 8);
	char *slash;

	if (named)
		return named;
	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, "sim");
	return path;
}

/* Starts it with these arguments (ended by NULL) and waits until it is ready. */
static inline bool
simulator_start(struct simulator *s, const char *const *arguments)
{
	char program[PATH_MAX], ready[16], answer[8] = "";
	const char *all[SIMULATOR_ARGUMENTS + 8] = { simulator_program(program), "--socket", s->socket,
	                                             "--log", s->log, "--ready-fd", ready };
	int ends[2];

	snprintf(s->folder, sizeof s->folder, "/tmp/simtest.XXXXXX");
	if (!mkdtemp(s->folder) || pipe(ends) != 0)
		return false;
	snprintf(s->socket, sizeof s->socket, "%s/usbmuxd", s->folder);
	snprintf(s->control, sizeof s->control, "%s.control", s->socket);
	snprintf(s->log, sizeof s->log, "%s/log", s->folder);
	snprintf(s->address, sizeof s->address, "UNIX:%s", s->socket);
	snprintf(ready, sizeof ready, "%d", ends[1]);
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	for (size_t i = 0; i < SIMULATOR_ARGUMENTS && arguments[i]; i++)
		all[7 + i] = arguments[i];
	s->pid = fork();
	if (s->pid == 0) {
		execv(all[0], (char *const *)(const void *)all);
		perror(all[0]);
		_exit(127);
	}
	close(ends[1]);
	if (s->pid > 0 && read(ends[0], answer, 6) < 0)
		perror("simulator");
	close(ends[0]);
	return strcmp(answer, "ready\n") == 0;
}

/* Changes the scene: "device 1 mode=trusted", "mux list=silence".  False when it is refused. */
static inline bool
simulator_tell(const struct simulator *s, const char *line)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[1024], reply[4] = "";
	int n = snprintf(text, sizeof text, "%s\n", line);
	bool told;

	snprintf(address.sun_path, sizeof address.sun_path, "%.100s", s->control);
	told = fd >= 0 && n < (int)sizeof text &&
	       connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	       send(fd, text, (size_t)n, MSG_NOSIGNAL) == n && recv(fd, reply, 3, MSG_WAITALL) == 3 &&
	       strcmp(reply, "ok\n") == 0;
	if (fd >= 0)
		close(fd);
	return told;
}

/* Ends it and removes its files.  The exit status, or -1 when it ended otherwise. */
static inline int
simulator_stop(struct simulator *s)
{
	int status = -1;

	if (s->pid > 0) {
		kill(s->pid, SIGTERM);
		while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	(void)unlink(s->log);
	(void)rmdir(s->folder);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
