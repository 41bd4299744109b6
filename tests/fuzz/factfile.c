/* SPDX-License-Identifier: MIT */
/* A fact file, JSON or YAML, for the shipped rules; or a record of a stream. What was read is written, read again and written: both are the same. */
#include "fuzz.h"

#include "facts/factfile.h"

#include <stdlib.h>
#include <string.h>

static void
write_set(const struct factset *fs, bool redact, char **text, size_t *len)
{
	FILE *out = open_memstream(text, len);

	factfile_write(fs, out, redact);
	fclose(out);
}

static void
check_again(const struct rulebase *rb, const struct factset *fs, bool redact)
{
	struct factset *again = factset_new(rb, FUZZ_NOW);
	struct diags *d = diags_new();
	char *first, *second;
	size_t n, m;

	write_set(fs, redact, &first, &n);
	factfile_read(again, d, "again.json", first, n);
	if (diags_errors(d))
		diags_print(d, stderr);
	holds(diags_errors(d) == 0, "a written fact file can be read");
	write_set(again, redact, &second, &m);
	if (n != m || memcmp(first, second, n) != 0)
		fprintf(stderr, "--- first\n%s--- second\n%s", first, second);
	holds(n == m && memcmp(first, second, n) == 0, "a fact file that was read is written as it was");
	free(first);
	free(second);
	diags_free(d);
	factset_free(again);
}

static void
read_as_record(const struct rulebase *rb, const uint8_t *data, size_t size)
{
	struct factset *fs = factset_new(rb, FUZZ_NOW);
	struct diags *d = diags_new();

	factfile_read_record(fs, d, "record 1", (const char *)data, size);
	diags_free(d);
	factset_free(fs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rulebase *rb = shipped_rules();
	struct factset *fs = factset_new(rb, FUZZ_NOW);
	struct diags *d = diags_new();

	factfile_read(fs, d, "facts.yaml", (const char *)data, size);
	diags_sort(d);
	diags_print(d, nowhere());
	check_again(rb, fs, false);
	check_again(rb, fs, true);
	read_as_record(rb, data, size);
	if (diags_errors(d) == 0)
		diagnose_some(rb, fs, seed_of(data, size) >> 8);
	diags_free(d);
	factset_free(fs);
	return 0;
}
