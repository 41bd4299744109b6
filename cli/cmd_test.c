/* SPDX-License-Identifier: MIT */
/*
 * diagnose test [PACK...]: the cases that live beside the rules.
 */
#include "cmd.h"

#include <stdlib.h>

/* The percentage of --min-coverage; 0 without it, -1 after a complaint. */
static long
least_coverage(const struct settings *s)
{
	char *end = NULL;
	long n;

	if (!s->min_coverage)
		return 0;
	n = strtol(s->min_coverage, &end, 10);
	if (*s->min_coverage && !*end && n >= 0 && n <= 100)
		return n;
	fprintf(stderr, "diagnose: --min-coverage takes a number from 0 to 100, percent\n");
	return -1;
}

/* Says how much was reached; false when it is less than asked for. Rounded down: 100 % is all. */
static bool
is_covered(struct dx_test_result r, long least)
{
	size_t permille = r.all ? r.reached * 1000 / r.all : 1000;

	printf("coverage: %zu of %zu, %zu.%zu %%\n", r.reached, r.all, permille / 10, permille % 10);
	if (r.reached * 100 >= (size_t)least * r.all)
		return true;
	printf("less than %ld %%\n", least);
	return false;
}

int
cmd_test(const struct command *self, int argc, char **argv)
{
	struct dx_test_result result;
	struct dx_rules *rules;
	struct settings s;
	bool covered = true;
	long least;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	for (size_t i = 0; i < s.nwords; i++)
		s.rules[s.nrules++] = s.words[i];
	status = EXIT_USAGE;
	least = least_coverage(&s);
	rules = least < 0 ? NULL : load_rules(&s, true);
	if (rules) {
		struct dx_test options = { .filter = s.filter, .coverage = s.coverage || s.min_coverage };

		result = dx_test(rules, &options, stdout);
		dx_rules_print(rules, stderr);
		if (options.coverage)
			covered = is_covered(result, least);
		printf("%zu passed, %zu failed\n", result.passed, result.failed);
		status = finish(dx_rules_errors(rules) ? EXIT_USAGE : result.failed || !covered ? EXIT_PROBLEM : EXIT_OK);
		if (result.passed + result.failed == 0) {
			fprintf(stderr, "diagnose: no case was run%s\n", s.filter ? ": none has that name" : "");
			status = EXIT_USAGE;
		}
	}
	dx_unload(rules);
	settings_free(&s);
	return status;
}
