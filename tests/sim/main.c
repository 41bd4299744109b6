/* SPDX-License-Identifier: MIT */
/*
 * A usbmuxd with lockdown devices behind it, none of which exist.
 *
 * main reads the options, builds the scene, and waits for clients, signals and the end of the
 * command it may have started.  Everything that is said to clients happens in threads (server.h).
 */
#include "control.h"
#include "listen.h"
#include "lockdown.h"
#include "log.h"
#include "mux.h"
#include "options.h"
#include "run.h"
#include "settings.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A folder made for this run, when no socket was named; "" otherwise. */
static char folder[64];
static bool log_is_ours;                /* it is in that folder, and goes with it */

/* sim.key beside the program, so that one build makes one key. */
static const char *
default_key(void)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "/sim.key");
	char *slash;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash ? slash : path, "/sim.key");
	return path;
}

static bool
make_devices(void)
{
	const char *key = options.key ? options.key : default_key();
	char mistake[MISTAKE] = "cannot be made";

	if (options.count && !record_open_key(key)) {
		(void)complain("key", mistake);
		return false;
	}
	for (size_t i = 0; i < options.count; i++) {
		struct device *d = scene_add();

		if (!d || !settings_device(d, options.devices[i], mistake)) {
			(void)complain(options.devices[i], mistake);
			return false;
		}
		device_settle(d);
	}
	return true;
}

static bool
choose_paths(void)
{
	static char socket_path[128], log_path[128], control_path[4096];

	if (!options.socket) {
		const char *tmp = getenv("TMPDIR");

		snprintf(folder, sizeof folder, "%.40s/sim.XXXXXX", tmp && *tmp ? tmp : "/tmp");
		if (!mkdtemp(folder)) {
			folder[0] = '\0';
			return false;
		}
		snprintf(socket_path, sizeof socket_path, "%s/usbmuxd", folder);
		snprintf(log_path, sizeof log_path, "%s/log", folder);
		options.socket = socket_path;
		log_is_ours = !options.log;
		options.log = options.log ? options.log : log_path;
	}
	if (!options.control) {
		snprintf(control_path, sizeof control_path, "%s.control", options.socket);
		options.control = control_path;
	}
	return true;
}

/* What main waits for, with the thread's job for each client. */
enum { SIGNALS, MUX, CONTROL, NETWORK, WAITED = NETWORK + DEVICES };

static struct pollfd waited[WAITED];
static bool socket_made;

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Opens the sockets; NULL, or what could not be opened (errno says why). */
static const char *
open_sockets(void)
{
	waited[SIGNALS].fd = open_signals();
	if (!listen_endpoint(scene.endpoint, options.socket, &waited[MUX].fd))
		return options.socket;
	socket_made = scene.endpoint != ABSENT_SOCKET;
	waited[CONTROL].fd = listen_unix(options.control);
	if (waited[CONTROL].fd < 0)
		return options.control;
	for (unsigned i = 0; i < scene.count; i++)
		if (scene.devices[i].network &&
		    (waited[NETWORK + i].fd = listen_network(scene.devices + i)) < 0)
			return "network device";
	return NULL;
}

static const char *
open_all(void)
{
	for (size_t i = 0; i < WAITED; i++)
		waited[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	if (!choose_paths())
		return "temporary folder";
	if (!log_open(options.log))
		return options.log;
	if (options.records)
		scene_mirror(options.records);
	return open_sockets();
}

/* Removes what this run has put into the file system, and nothing that was there before. */
static void
close_all(void)
{
	int (*const take_away)(const char *path) = scene.endpoint == DIRECTORY ? rmdir : unlink;

	if (socket_made && take_away(options.socket) != 0)
		perror(options.socket);
	if (waited[CONTROL].fd >= 0)
		(void)unlink(options.control);
	if (log_is_ours)
		(void)unlink(options.log);
	if (folder[0])
		(void)rmdir(folder);
	for (size_t i = 0; i < WAITED; i++)
		if (waited[i].fd >= 0)
			close(waited[i].fd);
	log_close();
}

static void
say_ready(void)
{
	if (options.ready_fd >= 0) {
		if (dprintf(options.ready_fd, "ready %s\n", options.socket) < 0)
			perror("sim: ready-fd");
		close(options.ready_fd);
	} else if (!options.command) {
		printf("ready %s\n", options.socket);
		fflush(stdout);
	}
}

static void
accept_client(size_t i)
{
	int fd = accept4(waited[i].fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (i == MUX)
		server_start(fd, 0, mux_serve);
	else if (i == CONTROL)
		server_start(fd, 0, control_serve);
	else
		server_start(fd, (unsigned)(i - NETWORK + 1), lockdown_serve_network);
}

/* Whether a signal came that asks to end; that a child has changed is not one. */
static bool
asked_to_end(void)
{
	struct signalfd_siginfo info;
	bool asked = false;

	while (read(waited[SIGNALS].fd, &info, sizeof info) == sizeof info)
		asked = asked || info.ssi_signo != SIGCHLD;
	return asked;
}

/* Milliseconds until the deadline, 0 when it is over, -1 when there is none. */
static int
time_left(const struct timespec *start)
{
	struct timespec now;
	long left;

	if (!options.deadline || !options.command)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	left = options.deadline * 1000L - (now.tv_sec - start->tv_sec) * 1000 -
	       (now.tv_nsec - start->tv_nsec) / 1000000;
	return left > 0 ? (int)left : 0;
}

enum end { COMMAND_ENDED, SIGNAL_CAME, TIME_IS_UP };

/* Serves clients until something ends that; command is 0 when there is none. */
static enum end
serve(pid_t command)
{
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		const int left = time_left(&start);

		if (left == 0)
			return TIME_IS_UP;
		if (poll(waited, WAITED, left) < 0)
			continue;
		if (waited[SIGNALS].revents && asked_to_end())
			return SIGNAL_CAME;
		if (command && run_ended(command))
			return COMMAND_ENDED;
		for (size_t i = MUX; i < WAITED; i++)
			if (waited[i].revents & POLLIN)
				accept_client(i);
	}
}

/* The exit status of the command, or of what ended it. */
static int
serve_command(void)
{
	const struct surroundings s = {
		.socket = options.socket, .control = options.control, .log = options.log,
		.powerless = scene.endpoint == FORBIDDEN_SOCKET,
	};
	pid_t pid = run_start(options.command, &s);
	enum end end;
	int status;

	if (pid < 0)
		return complain("fork", strerror(errno));
	end = serve(pid);
	status = run_end(pid);
	return end == COMMAND_ENDED ? status : end == TIME_IS_UP ? EXIT_DEADLINE : EXIT_TROUBLE;
}

/* Without a command a signal is the ordinary end. */
static int
serve_alone(void)
{
	(void)serve(0);
	return EXIT_SUCCESS;
}

static int
work(void)
{
	const char *failed = open_all();
	int status;

	if (failed)
		return complain(failed, strerror(errno));
	say_ready();
	status = options.command ? serve_command() : serve_alone();
	server_stop();
	if (options.read_only && log_writes()) {
		fprintf(stderr, "sim: %u requests were not read-only\n", log_writes());
		return EXIT_WROTE;
	}
	return status;
}

int
main(int argc, char **argv)
{
	int status = EXIT_TROUBLE;

	(void)argc;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	scene_open();
	if (options_read(argv + 1) && make_devices()) {
		status = work();
		close_all();
	}
	scene_close();
	record_close_key();
	return status;
}
