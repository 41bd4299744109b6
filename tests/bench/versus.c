/* SPDX-License-Identifier: MIT */
/*
 * Times two commands against each other:
 *
 *	versus JSON NAME PEER RUNS OURS... -- PEER'S...
 *
 * Both run RUNS times, turn by turn, so that a busy machine slows both; who goes first changes with every round. Their output goes
 * nowhere. Prints a row of medians (wall time; processor time in brackets) and appends an object to the file JSON.
 * A command that fails has not done its work: that is an error, not a time.
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

enum { RUNS_MAX = 1000 };

struct contestant {
	char **argv;
	double wall[RUNS_MAX], processor[RUNS_MAX];	/* milliseconds */
};

static struct contestant ours, peer;

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

static void
run_once(struct contestant *c, size_t run)
{
	posix_spawn_file_actions_t files;
	struct rusage used;
	double start;
	pid_t pid;
	int status, failed;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	start = clock_ms();
	failed = posix_spawnp(&pid, c->argv[0], &files, NULL, c->argv, environ);
	if (failed)
		trouble(c->argv[0], strerror(failed));
	while (wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR)
			trouble(c->argv[0], strerror(errno));
	c->wall[run] = clock_ms() - start;
	c->processor[run] = used_ms(&used);
	posix_spawn_file_actions_destroy(&files);
	if (!worked(status))
		trouble(c->argv[0], "failed; it is not measured");
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

static void
report(const char *json, const char *name, const char *peer_name, size_t n)
{
	double a = median(ours.wall, n), b = median(peer.wall, n);
	FILE *out = fopen(json, "a");

	printf("%-28s %8.2f (%7.2f) %8.2f (%7.2f)   %5.2f\n", name, a, median(ours.processor, n),
		b, median(peer.processor, n), a / b);
	if (!out)
		trouble(json, strerror(errno));
	fprintf(out, "{\"name\": \"%s\", \"unit\": \"ms\", \"ours\": %.3f, \"peer\": %.3f, \"peer_name\": \"%s\", \"ratio\": %.3f}\n",
		name, a, b, peer_name, a / b);
	if (fclose(out) != 0)
		trouble(json, strerror(errno));
}

int
main(int argc, char **argv)
{
	long runs = argc > 4 ? strtol(argv[4], NULL, 10) : 0;
	int second = 5;

	while (second < argc && strcmp(argv[second], "--") != 0)
		second++;
	if (runs < 1 || runs > RUNS_MAX || second == 5 || second + 1 >= argc)
		trouble("usage", "versus JSON NAME PEER RUNS OURS... -- PEER'S...");
	argv[second] = NULL;
	ours.argv = argv + 5;
	peer.argv = argv + second + 1;
	run_once(&ours, 0);	/* warms the caches; the first measured round overwrites it */
	run_once(&peer, 0);
	for (size_t i = 0; i < (size_t)runs; i++) {
		run_once(i % 2 ? &peer : &ours, i);
		run_once(i % 2 ? &ours : &peer, i);
	}
	report(argv[1], argv[2], argv[3], (size_t)runs);
	return EXIT_SUCCESS;
}
