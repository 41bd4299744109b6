/* SPDX-License-Identifier: MIT */
/* What a collector's child writes on its pipe, by the shipped vocabulary. */
#include "fuzz.h"

#include "facts/record.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rulebase *rb = shipped_rules();
	struct factset *fs = factset_new(rb, FUZZ_NOW);
	const struct record_time times[] = { { 0, FUZZ_NOW }, { size / 2, FUZZ_NOW + 1 } };
	struct records rs = {
		.source = "collector usb", .text = (const char *)data, .len = size, .times = times, .ntimes = 2,
	};

	records_apply(fs, &rs);
	diagnose_some(rb, fs, seed_of(data, size) >> 8);
	factset_free(fs);
	return 0;
}
