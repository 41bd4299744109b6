/* SPDX-License-Identifier: MIT */
/*
 * diagnose check [PACK...]: all mistakes of all files. The findings are the output, so they go to stdout, as text or in a format for
 * programs.
 */
#include "cmd.h"

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
print_findings(struct dx_rules *rules, bool sound)
{
	size_t errors = dx_rules_errors(rules), warnings = dx_rules_warnings(rules);

	dx_rules_print(rules, stdout);
	if (errors == 0)
		dx_rules_summary(rules, stdout);
	printf("%zu error%s, %zu warning%s\n", errors, plural(errors), warnings, plural(warnings));
	if (!sound)
		puts("note: once the errors are corrected more is checked: what can be reached, what is used");
}

int
cmd_check(const struct command *self, int argc, char **argv)
{
	struct dx_rules *rules;
	struct settings s;
	bool sound, failed;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	for (size_t i = 0; i < s.nwords; i++)
		s.rules[s.nrules++] = s.words[i];
	rules = load_any(&s, true);
	sound = dx_rules_errors(rules) == 0;
	dx_lint(rules);
	failed = dx_rules_errors(rules) > 0;
	if (s.format == DX_FINDINGS_TEXT)
		print_findings(rules, sound);
	else
		dx_rules_write(rules, s.format, stdout);
	dx_unload(rules);
	settings_free(&s);
	return finish(failed ? EXIT_USAGE : EXIT_OK);
}
