/* SPDX-License-Identifier: MIT */
/*
 * Many regular expressions on one message with PCRE2's just-in-time compiler, one by one:
 *
 *	regex_floor PATTERNS MESSAGES
 *
 * Both files have one in each line. Prints what records.c prints: the time to compile and answer the first message, microseconds a
 * message, and the number of matches in all messages.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE_BYTES = 1 << 16 };

struct lines {
	char **text;
	size_t n;
};

_Noreturn static void
trouble(const char *what, const char *why)
{
	fprintf(stderr, "regex_floor: %s: %s\n", what, why);
	exit(2);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct lines
read_lines(const char *path)
{
	static char line[LINE_BYTES];
	struct lines l = {0};
	FILE *f = fopen(path, "r");

	if (!f)
		trouble(path, "cannot be read");
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		l.text = realloc(l.text, (l.n + 1) * sizeof *l.text);
		l.text[l.n++] = strdup(line);
	}
	fclose(f);
	if (!l.n)
		trouble(path, "is empty");
	return l;
}

/* Compiled as the engine compiles them: UTF-8. */
static pcre2_code *
compile(const char *pattern)
{
	PCRE2_SIZE at;
	int error;
	pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &at, NULL);

	if (!re || pcre2_jit_compile(re, PCRE2_JIT_COMPLETE) != 0)
		trouble(pattern, "does not compile");
	return re;
}

static size_t
matches(pcre2_code **res, size_t n, const char *message, pcre2_match_data *md)
{
	size_t hits = 0, len = strlen(message);

	for (size_t i = 0; i < n; i++)
		hits += pcre2_jit_match(res[i], (PCRE2_SPTR)message, len, 0, 0, md, NULL) >= 0;
	return hits;
}

int
main(int argc, char **argv)
{
	struct lines patterns, messages;
	pcre2_match_data *md = pcre2_match_data_create(1, NULL);
	pcre2_code **res;
	size_t hits = 0, passes = 0;
	double began, took;

	if (argc != 3)
		trouble("usage", "regex_floor PATTERNS MESSAGES");
	patterns = read_lines(argv[1]);
	messages = read_lines(argv[2]);
	res = calloc(patterns.n, sizeof(pcre2_code *));
	began = seconds();
	for (size_t i = 0; i < patterns.n; i++)
		res[i] = compile(patterns.text[i]);
	matches(res, patterns.n, messages.text[0], md);
	printf("ready ms %.3f\n", (seconds() - began) * 1e3);
	began = seconds();
	do {
		hits = 0;
		for (size_t i = 0; i < messages.n; i++)
			hits += matches(res, patterns.n, messages.text[i], md);
		passes++;
		took = seconds() - began;
	} while (took < 0.5);
	printf("us/record %.6g\nhits %zu\n", took * 1e6 / (double)(messages.n * passes), hits);
	return 0;
}
