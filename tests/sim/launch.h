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
	char socket[96];                /* usbmuxd's socket, in a folder that goes when the simulator does */
	char control[112];
	char log[112];                  /* one line for each request */
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

/* Waits for "ready SOCKET" and learns from it where everything is. */
static inline bool
simulator_await(struct simulator *s, int ready)
{
	char line[128] = "", *end;
	size_t n = 0;

	while (n < sizeof line - 1 && read(ready, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	if (strncmp(line, "ready /", 7) != 0 || n - 6 >= sizeof s->socket)
		return false;
	memcpy(s->socket, line + 6, n - 5);
	end = strrchr(s->socket, '/');
	snprintf(s->control, sizeof s->control, "%s.control", s->socket);
	snprintf(s->log, sizeof s->log, "%.*s/log", (int)(end - s->socket), s->socket);
	snprintf(s->address, sizeof s->address, "UNIX:%s", s->socket);
	return true;
}

/* Starts it with these arguments (ended by NULL) and waits until it is ready. */
static inline bool
simulator_start(struct simulator *s, const char *const *arguments)
{
	char program[PATH_MAX], fd[16];
	const char *all[SIMULATOR_ARGUMENTS + 4] = { simulator_program(program), "--ready-fd", fd };
	int ends[2];
	bool ready;

	*s = (struct simulator){ .pid = -1 };
	if (pipe(ends) != 0)
		return false;
	snprintf(fd, sizeof fd, "%d", ends[1]);
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	for (size_t i = 0; i < SIMULATOR_ARGUMENTS && arguments[i]; i++)
		all[3 + i] = arguments[i];
	s->pid = fork();
	if (s->pid == 0) {
		execv(all[0], (char *const *)(const void *)all);
		perror(all[0]);
		_exit(127);
	}
	close(ends[1]);
	ready = s->pid > 0 && simulator_await(s, ends[0]);
	close(ends[0]);
	return ready;
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

/* Ends it, and with it its files.  The exit status, or -1 when it ended otherwise. */
static inline int
simulator_stop(struct simulator *s)
{
	int status = -1;

	if (s->pid > 0) {
		kill(s->pid, SIGTERM);
		while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
