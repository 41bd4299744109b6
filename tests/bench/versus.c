/* SPDX-License-Identifier: MIT */
/*
 * Times two commands against each other:
 *
 *	versus [-n] JSON NAME PEER VERSION RUNS UNIT,.. OURS... -- PEER'S...
 *
 * Both run RUNS times, turn by turn, so that a busy machine slows both; who goes first changes with every round. Each UNIT makes a row
 * of medians and an object in the file JSON. A command that prints a line "UNIT NUMBER" has measured itself; else "ms" is its wall
 * time, "cpu ms" its processor time and "KiB" its peak memory. With -n the peer is not there: the row has our figure alone, and
 * VERSION tells why. A command that fails has not done its work: that is an error, not a time.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { RUNS_MAX = 1000, UNITS_MAX = 8, OUTPUT_KEPT = 8192 };

struct contestant {
	char **argv;		/* NULL: there is none */
	double got[UNITS_MAX][RUNS_MAX];
};

static struct contestant ours, peer;
static const char *units[UNITS_MAX];
static size_t nunits;

static double
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
used_ms(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3
		+ (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

_Noreturn static void
trouble(const char *what, const char *why)
{
	fprintf(stderr, "versus: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* 0, 1 and 4 are answers of `diagnose`; the rest is a run that did not do what is measured. */
static int
worked(int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	return code == 0 || code == 1 || code == 4;
}

/* Starts the command; returns where its output can be read. */
static int
start(struct contestant *c, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int ends[2], failed;

	if (pipe2(ends, O_CLOEXEC) != 0)
		trouble("pipe", strerror(errno));
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
	failed = posix_spawnp(pid, c->argv[0], &files, NULL, c->argv, environ);
	if (failed)
		trouble(c->argv[0], strerror(failed));
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	return ends[0];
}

/* Reads to the end and keeps the beginning. */
static void
read_output(int from, char *kept)
{
	char buf[65536];
	size_t len = 0;
	ssize_t n;

	while ((n = read(from, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR)) {
		size_t more = n > 0 ? (size_t)n : 0;

		if (more > OUTPUT_KEPT - 1 - len)
			more = OUTPUT_KEPT - 1 - len;
		memcpy(kept + len, buf, more);
		len += more;
	}
	kept[len] = '\0';
	close(from);
}

/* The number in the line "UNIT NUMBER"; false when there is none. */
static int
measured(const char *output, const char *unit, double *v)
{
	size_t len = strlen(unit);

	for (const char *line = output; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, unit, len) == 0 && line[len] == ' ' && sscanf(line + len, "%lf", v) == 1)
			return 1;
	}
	return 0;
}

/* Returns how long it took. */
static double
run_once(struct contestant *c, size_t run)
{
	char output[OUTPUT_KEPT];
	struct rusage used;
	double began = clock_ms(), wall;
	pid_t pid;
	int status;

	if (!c->argv)
		return 0;
	read_output(start(c, &pid), output);
	while (wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR)
			trouble(c->argv[0], strerror(errno));
	wall = clock_ms() - began;
	if (!worked(status))
		trouble(c->argv[0], "failed; it is not measured");
	for (size_t i = 0; i < nunits; i++) {
		double *v = &c->got[i][run];

		if (measured(output, units[i], v))
			continue;
		if (strcmp(units[i], "ms") == 0)
			*v = wall;
		else if (strcmp(units[i], "cpu ms") == 0)
			*v = used_ms(&used);
		else if (strcmp(units[i], "KiB") == 0)
			*v = (double)used.ru_maxrss;
		else
			trouble(c->argv[0], "did not print what is measured");
	}
	return wall;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *t, size_t n)
{
	qsort(t, n, sizeof *t, by_size);
	return n % 2 ? t[n / 2] : (t[n / 2 - 1] + t[n / 2]) / 2;
}

/* Of rates the larger is better, of everything else the smaller. */
static double
advantage(const char *unit, double a, double b)
{
	return strstr(unit, "/s") ? a / b : b / a;
}

static void
report(const char *json, const char *name, const char *peer_name, const char *version, size_t unit, size_t n)
{
	double a = median(ours.got[unit], n), b = peer.argv ? median(peer.got[unit], n) : 0;
	FILE *out = fopen(json, "a");

	if (!out)
		trouble(json, strerror(errno));
	fprintf(out, "{\"name\": \"%s\", \"unit\": \"%s\", \"ours\": %.6g, ", name, units[unit], a);
	printf("%-30s %-10s %12.6g ", name, units[unit], a);
	if (peer.argv) {
		fprintf(out, "\"peer\": %.6g, \"peer_name\": \"%s\", \"peer_version\": \"%s\", \"ratio\": %.4g, \"better\": %.4g}\n", b, peer_name,
			version, a / b, advantage(units[unit], a, b));
		printf("%12.6g  %9.3g %9.3g   %s %s\n", b, a / b, advantage(units[unit], a, b), peer_name, version);
	} else {
		fprintf(out, "\"peer\": null, \"peer_name\": \"%s\", \"peer_version\": \"%s\", \"ratio\": null, \"better\": null}\n", peer_name, version);
		printf("%12s  %9s %9s   %s: %s\n", "-", "-", "-", peer_name, version);
	}
	fflush(stdout);
	if (fclose(out) != 0)
		trouble(json, strerror(errno));
}

static void
read_units(char *list)
{
	char *rest = list;

	while (nunits < UNITS_MAX && (units[nunits] = strtok_r(rest, ",", &rest)))
		nunits++;
}

int
main(int argc, char **argv)
{
	int alone = argc > 1 && strcmp(argv[1], "-n") == 0, second = 7;
	size_t first;
	long runs;

	argc -= alone;
	argv += alone;
	runs = argc > 7 ? strtol(argv[5], NULL, 10) : 0;
	while (second < argc && strcmp(argv[second], "--") != 0)
		second++;
	if (runs < 1 || runs > RUNS_MAX || second == 7 || (!alone && second + 1 >= argc))
		trouble("usage", "versus [-n] JSON NAME PEER VERSION RUNS UNIT,.. OURS... -- PEER'S...");
	read_units(argv[6]);
	ours.argv = argv + 7;
	peer.argv = !alone && second + 1 < argc ? argv + second + 1 : NULL;
	argv[second] = NULL;
	/* The first round warms the caches and is overwritten; where that makes no difference it counts. */
	first = run_once(&ours, 0) + run_once(&peer, 0) > 2000;
	for (size_t i = first; i < (size_t)runs; i++) {
		run_once(i % 2 ? &peer : &ours, i);
		run_once(i % 2 ? &ours : &peer, i);
	}
	for (size_t i = 0; i < nunits; i++)
		report(argv[1], argv[2], argv[3], argv[4], i, (size_t)runs);
	return EXIT_SUCCESS;
}
