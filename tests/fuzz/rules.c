/* SPDX-License-Identifier: MIT */
/*
 * A rule file: load, lint, print what is wrong; when nothing is, diagnose without facts and with random ones. Its text can be had again,
 * however it is kept.
 */
#include "fuzz.h"

#include "facts/collect.h"
#include "lang/lint.h"
#include "lang/load.h"

#include <stdlib.h>
#include <string.h>

static void
add_random_facts(struct factset *fs, uint64_t *seed)
{
	for (size_t i = 0; i < fs->rb->ntemplates && i < 30; i++) {
		const struct template *t = fs->rb->templates[i];
		value *values = machine_alloc(((size_t)t->nslots + 1) * sizeof *values);

		for (uint64_t n = next_random(seed) % 4; n > 0; n--) {
			random_values(t, fs->syms, seed, values);
			factset_give(fs, t, values, "file", FUZZ_NOW);
		}
		if (next_random(seed) % 2)
			factset_survey(fs, t, "file", FUZZ_NOW);
		free(values);
	}
}

static void
look_at_source(const struct diags *d, const uint8_t *data, size_t size)
{
	struct buf text = {0};

	holds(diags_source_copy(d, 0, &text), "the source is known");
	holds(text.len == size && (!size || memcmp(text.text, data, size) == 0), "the source is what was given");
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags *d = diags_new();
	struct rulebase *rb = rulebase_load_text("fuzz.yaml", (const char *)data, size, d);
	uint64_t seed = seed_of(data, size);
	bool sound;

	look_at_source(d, data, size);
	sound = diags_errors(d) == 0;
	rulebase_lint(rb, d, collect_names());
	if (sound) {
		struct factset *fs = factset_new(rb, FUZZ_NOW);

		rb->limits = (struct limits){ 2000, 2000, 2000 };
		diagnose_all(rb, fs, 0);
		add_random_facts(fs, &seed);
		diagnose_all(rb, fs, seed);
		factset_free(fs);
	}
	diags_sort(d);
	diags_print(d, nowhere());
	rulebase_free(rb);
	diags_free(d);
	return 0;
}
