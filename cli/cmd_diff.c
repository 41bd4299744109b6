/* SPDX-License-Identifier: MIT */
/*
 * diagnose diff BEFORE AFTER: what changed between two plan documents.
 */
#include "cmd.h"

#include "base/system.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
compare(const struct settings *s, const struct dx_text *texts)
{
	struct dx_report o = {
		.verbose = s->verbose, .color = s->color, .ascii = !system_prints_utf8(), .width = terminal_width(STDOUT_FILENO),
	};

	return finish((int)dx_diff(&texts[0], &texts[1], s->json ? DX_JSON : DX_TEXT, &o, stdout, stderr));
}

static int
read_and_compare(const struct settings *s)
{
	struct dx_text texts[2];
	char *read[2] = {0};
	int status = EXIT_USAGE;

	if (s->nwords != 2 || (strcmp(s->words[0], "-") == 0 && strcmp(s->words[1], "-") == 0)) {
		fprintf(stderr, "diagnose: 'diff' takes two plan documents, of which one may be - for stdin: diagnose diff BEFORE.json AFTER.json\n");
		return EXIT_USAGE;
	}
	for (int i = 0; i < 2; i++) {
		texts[i].name = strcmp(s->words[i], "-") == 0 ? "stdin" : s->words[i];
		texts[i].text = read[i] = read_input(s->words[i], &texts[i].len);
	}
	if (read[0] && read[1])
		status = compare(s, texts);
	free(read[0]);
	free(read[1]);
	return status;
}

int
cmd_diff(const struct command *self, int argc, char **argv)
{
	struct settings s;
	int status;

	if (!settings_read(&s, self, argc, argv, &status))
		return status;
	status = read_and_compare(&s);
	settings_free(&s);
	return status;
}
