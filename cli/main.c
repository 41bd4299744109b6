/* SPDX-License-Identifier: MIT */
/*
 * `diagnose`: a table of commands. Without a verb it runs the diagnosis.
 */
#include "cmd.h"

#include "base/system.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const struct command commands[] = {
	{ "run", "", "collect facts, print the ranked plan (the default)", IN_RUN, cmd_run },
	{ "collect", "", "collect facts into a file for somebody else", IN_COLLECT, cmd_collect },
	{ "guide", "", "the same as a dialogue: ask, do a step, look again", IN_GUIDE, cmd_guide },
	{ "verify", "", "only the checks: what is well now, and what is not", IN_VERIFY, cmd_verify },
	{ "check", "[PACK...]", "find mistakes in rule files", IN_CHECK, cmd_check },
	{ "test", "[PACK...]", "run the packs' own test cases", IN_TEST, cmd_test },
	{ "infer", "PACK FACTS", "run any pack over any facts, print what was derived", IN_INFER, cmd_infer },
	{ "explain", "[PACK FACTS] WHAT", "why, or why not: a fact, rule, issue, step ..", IN_EXPLAIN, cmd_explain },
	{ "redact", "FILE", "hide the private values of a fact file that is there", IN_REDACT, cmd_redact },
	{ "diff", "BEFORE AFTER", "what changed between two plan documents", IN_DIFF, cmd_diff },
	{ "batch", "[PACK [FILE]]", "records in, plans out, one a line", IN_BATCH, cmd_batch },
	{ "learn", "JOURNAL...", "what outcomes say about the rules' figures", IN_LEARN, cmd_learn },
	{ 0 },
};

static const struct command *
find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static int
unknown_command(const char *name)
{
	enum { MOST = 16 };
	const char *names[MOST], *nearest;
	struct buf clean = {0};
	size_t n = 0;

	for (const struct command *c = commands; c->name && n < MOST; c++)
		names[n++] = c->name;
	text_clean(&clean, name, strlen(name), 100);
	nearest = text_nearest(name, names, n);
	fprintf(stderr, "diagnose: no command is called '%s'", buf_text(&clean));
	fprintf(stderr, nearest ? "; did you mean '%s'?\n" : "; see 'diagnose --help'\n", nearest);
	buf_free(&clean);
	return EXIT_USAGE;
}

static int
print_version(void)
{
	char path[SHIPPED_MAX];

	printf("diagnose %s\ndevice support: %s\nshipped rules: %s\n", dx_version(), dx_device_support(),
		shipped_rules(path, sizeof path));
	return finish(EXIT_OK);
}

static int
print_overview(void)
{
	printf("Finds out why an iPhone or iPad and this computer do not talk, and what to do first.\n\n"
		"Usage: diagnose [COMMAND] [OPTION...]\n\nCommands\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-8s %-17s %s\n", c->name, c->arguments, c->summary);
	printf("\n");
	print_help(commands, stdout);
	printf("\n'diagnose COMMAND --help' lists the options of another command; the manual is diagnose(1).\n"
		"Exit status: 0 nothing wrong, 1 something wrong and there is a plan, 2 wrong usage or bad rules,\n"
		"3 the machine failed, 4 incomplete: facts that decide are unknown.\n");
	return finish(EXIT_OK);
}

int
main(int argc, char **argv)
{
	const struct command *c = commands;
	const char *first;

	system_arguments(&argc, &argv);
	first = argc > 1 ? argv[1] : "";
	if (strcmp(first, "--version") == 0)
		return print_version();
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0)
		return print_overview();
	if (*first && *first != '-') {
		c = find_command(first);
		if (!c)
			return unknown_command(first);
		argc--, argv++;
	}
	system_prepare();
	return c->run(c, argc - 1, argv + 1);
}
