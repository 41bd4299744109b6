/* SPDX-License-Identifier: MIT */
/*
 * diagnose test [PACK...]: the cases that live beside the rules.
 */
#include "cmd.h"

int
cmd_test(const struct command *self, int argc, char **argv)
{
	struct dx_test_result result;
	struct dx_rules *rules;
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	for (size_t i = 0; i < s.nwords; i++)
		s.rules[s.nrules++] = s.words[i];
	status = EXIT_USAGE;
	rules = load_rules(&s, true);
	if (rules) {
		result = dx_test(rules, s.filter, stdout);
		dx_rules_print(rules, stderr);
		printf("%zu passed, %zu failed\n", result.passed, result.failed);
		status = finish(dx_rules_errors(rules) ? EXIT_USAGE : result.failed ? EXIT_PROBLEM : EXIT_OK);
		if (result.passed + result.failed == 0) {
			fprintf(stderr, "diagnose: no case was run%s\n", s.filter ? ": none has that name" : "");
			status = EXIT_USAGE;
		}
	}
	dx_unload(rules);
	settings_free(&s);
	return status;
}
