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
#include <sys/wait.h>
#include <unistd.h>

static struct options {
	const char *socket, *control, *log, *key, *records;
	const char *devices[DEVICES];   /* settings, one text for each device */
	size_t count;
	int ready_fd;                   /* -1: none */
	int deadline;                   /* seconds for the command; 0: none */
	bool read_only;
	char **command;                 /* NULL: serve until a signal comes */
} options = { .ready_fd = -1 };

/* A folder made for this run, when no socket was named; "" otherwise. */
static char folder[64];

static int
complain(const char *what, const char *why)
{
	fprintf(stderr, "sim: %s: %s\n", what, why);
	return EXIT_TROUBLE;
}

static bool
take_device(const char *text)
{
	if (options.count == DEVICES) {
		(void)complain(text, "too many devices");
		return false;
	}
	options.devices[options.count++] = text;
	return true;
}

/* A mode by itself, or settings. */
static bool
take_mux(const char *text)
{
	char mistake[MISTAKE], mode[64];

	if (!strchr(text, '=')) {
		snprintf(mode, sizeof mode, "mode=%s", text);
		text = mode;
	}
	if (settings_mux(text, mistake))
		return true;
	(void)complain(text, mistake);
	return false;
}

static bool
take_number(const char *text, int *number)
{
	char *end;
	long n = strtol(text, &end, 10);

	*number = (int)n;
	if (end != text && !*end && n >= 0 && n < 100000)
		return true;
	(void)complain(text, "not a number");
	return false;
}

static bool
take_socket(const char *text)
{
	options.socket = text;
	return true;
}

static bool
take_control(const char *text)
{
	options.control = text;
	return true;
}

static bool
take_log(const char *text)
{
	options.log = text;
	return true;
}

static bool
take_key(const char *text)
{
	options.key = text;
	return true;
}

static bool
take_records(const char *text)
{
	options.records = text;
	return true;
}

static bool
take_ready(const char *text)
{
	return take_number(text, &options.ready_fd);
}

static bool
take_deadline(const char *text)
{
	return take_number(text, &options.deadline);
}

static bool
take_read_only(const char *none)
{
	(void)none;
	options.read_only = true;
	return true;
}

static bool help(const char *none);

static bool
tell(const char *line)
{
	const char *path = options.control ? options.control : getenv("SIM_CONTROL");

	if (!path)
		exit(complain("--tell", "neither --control nor SIM_CONTROL says where"));
	exit(control_tell(path, line) ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool
list_values(const char *none)
{
	(void)none;
	values_help(stdout);
	exit(EXIT_SUCCESS);
}

static const struct option {
	const char *name, *argument;
	bool (*take)(const char *text);
	const char *help;
} table[] = {
	{ "device",    "SETTINGS", take_device,    "adds a device: key=value,key=value; may be repeated" },
	{ "mux",       "SETTINGS", take_mux,       "a mode of usbmuxd, or key=value,key=value" },
	{ "socket",    "PATH",     take_socket,    "usbmuxd's socket; default: one in a new folder" },
	{ "control",   "PATH",     take_control,   "socket for changes; default: SOCKET.control" },
	{ "log",       "FILE",     take_log,       "one line for each request: r or w, then what it was" },
	{ "read-only", NULL,       take_read_only, "exit 97 when a request changed anything" },
	{ "records",   "FOLDER",   take_records,   "also keeps the pair records as files" },
	{ "key",       "FILE",     take_key,       "RSA key; default: sim.key beside the program" },
	{ "ready-fd",  "N",        take_ready,     "writes \"ready\" there when clients may come" },
	{ "deadline",  "SECONDS",  take_deadline,  "kills the command after that time, exit 124" },
	{ "tell",      "LINE",     tell,           "sends a line to a running simulator's control socket" },
	{ "values",    NULL,       list_values,    "lists all values of lockdown and their defaults" },
	{ "help",      NULL,       help,           "this" },
};

enum { OPTIONS = sizeof table / sizeof *table };

static bool
help(const char *none)
{
	(void)none;
	puts("usage: sim [OPTION...] [-- COMMAND ARGUMENT...]\n"
	     "A usbmuxd with simulated devices.  With a command: runs it with USBMUXD_SOCKET_ADDRESS,\n"
	     "SIM_CONTROL and SIM set, and exits with its status.\n");
	for (const struct option *o = table; o < table + OPTIONS; o++)
		printf("  --%-9s %-9s %s\n", o->name, o->argument ? o->argument : "", o->help);
	settings_help(stdout);
	exit(EXIT_SUCCESS);
}

static const struct option *
find_option(const char *name, size_t length)
{
	for (const struct option *o = table; o < table + OPTIONS; o++)
		if (strlen(o->name) == length && strncmp(o->name, name, length) == 0)
			return o;
	return NULL;
}

/* --name, --name value or --name=value, up to "--". */
static bool
read_options(char **argument)
{
	for (; *argument && strcmp(*argument, "--") != 0; argument++) {
		const char *name = *argument + 2, *equals = strchr(*argument, '=');
		const struct option *o = NULL;
		const char *text = equals ? equals + 1 : NULL;

		if (strncmp(*argument, "--", 2) == 0)
			o = find_option(name, equals ? (size_t)(equals - name) : strlen(name));
		if (!o || (equals && !o->argument)) {
			(void)complain(*argument, "unknown option; try --help");
			return false;
		}
		if (o->argument && !equals && !(text = *++argument)) {
			(void)complain(o->name, "needs an argument");
			return false;
		}
		if (!o->take(text))
			return false;
	}
	options.command = *argument && argument[1] ? argument + 1 : NULL;
	return true;
}

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
	static char socket_path[128], control_path[4096];

	if (!options.socket) {
		const char *tmp = getenv("TMPDIR");

		snprintf(folder, sizeof folder, "%.40s/sim.XXXXXX", tmp && *tmp ? tmp : "/tmp");
		if (!mkdtemp(folder)) {
			folder[0] = '\0';
			return false;
		}
		snprintf(socket_path, sizeof socket_path, "%s/usbmuxd", folder);
		options.socket = socket_path;
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
	if (!log_open(options.log))
		return options.log;
	if (!choose_paths())
		return "temporary folder";
	if (options.records)
		scene_mirror(options.records);
	return open_sockets();
}

/* Removes what this run has put into the file system, and nothing that was there before. */
static void
close_all(void)
{
	if (socket_made && (scene.endpoint == DIRECTORY ? rmdir(options.socket) : unlink(options.socket)))
		perror(options.socket);
	if (waited[CONTROL].fd >= 0)
		(void)unlink(options.control);
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
		if (write(options.ready_fd, "ready\n", 6) < 0)
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

/* True when it is time to end; *status is the command's, if that is the reason. */
static bool
handle_signals(pid_t command, int *status)
{
	struct signalfd_siginfo info;
	bool end = false;
	int how;

	while (read(waited[SIGNALS].fd, &info, sizeof info) == sizeof info)
		end = end || info.ssi_signo != SIGCHLD;
	if (command > 0 && waitpid(command, &how, WNOHANG) == command) {
		*status = run_status(how);
		return true;
	}
	if (end && command > 0)
		*status = EXIT_TROUBLE;
	return end;
}

/* Serves until a signal or the command's end; the status to exit with. */
static int
serve(pid_t command)
{
	const int patience = options.deadline && command > 0 ? options.deadline * 1000 : -1;
	struct timespec start, now;
	int status = EXIT_SUCCESS, left = patience;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		if (poll(waited, WAITED, left) < 0 && errno != EINTR)
			return complain("poll", strerror(errno));
		if (waited[SIGNALS].revents && handle_signals(command, &status))
			return status;
		for (size_t i = MUX; i < WAITED; i++)
			if (waited[i].revents & POLLIN)
				accept_client(i);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (patience >= 0)
			left = patience - (int)((now.tv_sec - start.tv_sec) * 1000);
		if (patience >= 0 && left <= 0)
			return EXIT_DEADLINE;
	}
}

/* Whatever is left of the command and its children ends with it. */
static int
serve_command(void)
{
	const bool powerless = scene.endpoint == FORBIDDEN_SOCKET;
	pid_t pid = run_start(options.command, options.socket, options.control, powerless);
	int status;

	if (pid < 0)
		return complain("fork", strerror(errno));
	status = serve(pid);
	(void)kill(-pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return status;
}

static int
work(void)
{
	const char *failed = open_all();
	int status;

	if (failed)
		return complain(failed, strerror(errno));
	say_ready();
	status = options.command ? serve_command() : serve(0);
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
	if (read_options(argv + 1) && make_devices()) {
		status = work();
		close_all();
	}
	scene_close();
	record_close_key();
	return status;
}
