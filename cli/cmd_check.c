/* SPDX-License-Identifier: MIT */
/*
 * diagnose check [PACK...]: all mistakes of all files. The findings are the output, so they go to stdout.
 */
#include "cmd.h"

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

int
cmd_check(const struct command *self, int argc, char **argv)
{
	struct dx_rules *rules;
	struct settings s;
	size_t errors, warnings;
	bool sound;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	for (size_t i = 0; i < s.nwords; i++)
		s.rules[s.nrules++] = s.words[i];
	rules = load_any(&s, true);
	sound = dx_rules_errors(rules) == 0;
	dx_lint(rules);
	errors = dx_rules_errors(rules);
	warnings = dx_rules_warnings(rules);
	dx_rules_print(rules, stdout);
	if (errors == 0)
		dx_rules_summary(rules, stdout);
	printf("%zu error%s, %zu warning%s\n", errors, plural(errors), warnings, plural(warnings));
	if (!sound)
		puts("note: once the errors are corrected more is checked: what can be reached, what is used");
	dx_unload(rules);
	settings_free(&s);
	return finish(errors ? EXIT_USAGE : EXIT_OK);
}
