/* SPDX-License-Identifier: MIT */
/*
 * What a person gives: each line is an answer (a), an error code (e), a message (m), a line of a log file (l), a device to pick (d) or a thing to
 * explain (x), by its first letter; the log lines together are one file.
 */
#include "fuzz.h"

#include "facts/inputs.h"
#include "facts/pick.h"

#include <stdlib.h>
#include <string.h>

static void
pick(struct factset *fs, const char *device)
{
	struct buf labels = {0};

	pick_fact(fs, rulebase_template(fs->rb, "device"), device, &labels);
	buf_free(&labels);
}

static void
explain_now(const struct factset *fs, const char *what)
{
	struct session *s = session_new(fs->rb, fs);

	session_run(s);
	explain_to_nowhere(s, what);
	session_free(s);
}

static void
give(struct factset *fs, struct diags *d, char kind, const char *text)
{
	if (kind == 'a')
		input_answer(fs, d, text);
	else if (kind == 'e')
		input_error(fs, d, text);
	else if (kind == 'm')
		input_message(fs, d, text);
	else if (kind == 'd')
		pick(fs, text);
	else if (kind == 'x')
		explain_now(fs, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rulebase *rb = shipped_rules();
	struct factset *fs = factset_new(rb, FUZZ_NOW);
	struct diags *d = diags_new();
	struct buf log = {0}, line = {0};
	const char *end = (const char *)data + size;

	for (const char *p = (const char *)data, *nl; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		buf_clear(&line);
		buf_add(&line, p, (size_t)(nl - p));
		if (*p == 'l')
			buf_printf(&log, "%s\n", line.text + 1);
		else if (line.len)
			give(fs, d, *p, line.text + 1);
	}
	input_text(fs, "log", buf_text(&log), log.len, "option --log", FUZZ_NOW);
	diags_sort(d);
	diags_print(d, nowhere());
	diagnose_some(rb, fs, seed_of(data, size) >> 8);
	buf_free(&log);
	buf_free(&line);
	diags_free(d);
	factset_free(fs);
	return 0;
}
