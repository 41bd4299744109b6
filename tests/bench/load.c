/* SPDX-License-Identifier: MIT */
/*
 * Loads packs as a program does that diagnoses, and nothing else: what `diagnose` needs before it looks at a fact.
 *
 *	load PACK...
 */
#include "dx.h"

#include <stdlib.h>

int
main(int argc, char **argv)
{
	struct dx_rules *rules = dx_load_rules((const char *const *)argv + 1, (size_t)argc - 1);
	int status = dx_rules_errors(rules) ? EXIT_FAILURE : EXIT_SUCCESS;

	dx_rules_print(rules, stderr);
	dx_unload(rules);
	return status;
}
