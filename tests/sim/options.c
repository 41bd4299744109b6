/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "control.h"
#include "run.h"
#include "settings.h"

#include <stdlib.h>
#include <string.h>

struct options options = { .ready_fd = -1 };

int
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
	{ "log",       "FILE",     take_log,       "a line for each request; default: in the folder of --socket's default" },
	{ "read-only", NULL,       take_read_only, "exit 97 when a request changed anything" },
	{ "records",   "FOLDER",   take_records,   "also keeps the pair records as files" },
	{ "key",       "FILE",     take_key,       "RSA key; default: sim.key beside the program" },
	{ "ready-fd",  "N",        take_ready,     "writes \"ready SOCKET\" there when clients may come" },
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
	     "SIM_CONTROL, SIM_LOG and SIM set, and exits with its status.\n");
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
bool
options_read(char **argument)
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
