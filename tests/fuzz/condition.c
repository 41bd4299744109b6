/* SPDX-License-Identifier: MIT */
/* One condition, what stands behind `when:` (a text, or a list or mapping in brackets), in a rule and as the sign of an issue, over all types. */
#include "fuzz.h"

#include "lang/json.h"
#include "lang/lint.h"
#include "lang/load.h"

#include <stdlib.h>

static const char before[] =
	"templates:\n"
	"  a: {key: k, slots: {k: {type: text}, s: {type: symbol, of: [x, y, not-z]}, i: {type: integer}, n: {type: number},\n"
	"    q: {type: yes-no}, v: {type: version}, c: {type: code}, t: {type: time}, d: {type: duration}, b: {type: bytes}}}\n"
	"  b: {slots: {k: {type: text}, i: {type: integer}, t: {type: time}, d: {type: duration}}}\n"
	"  h: {single: true, slots: {s: {type: symbol}, v: {type: version}, q: {type: yes-no}}}\n"
	"  found: {slots: {i: {type: integer}}}\n"
	"steps: [{id: try, title: Try, do: [Try.], takes: 1min}]\n";

/* Brackets are left to YAML. */
static void
put_condition(struct buf *out, const char *s, size_t n)
{
	n = n < 4096 ? n : 4096;
	if (n && (*s == '{' || *s == '['))
		buf_add(out, s, n);
	else
		json_quote(out, s, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags *d = diags_new();
	struct buf text = {0}, when = {0};
	struct rulebase *rb;
	bool sound;
	uint64_t seed = seed_of(data, size);

	put_condition(&when, (const char *)data, size);
	buf_puts(&text, before);
	buf_printf(&text, "rules: [{id: r, when: %s, then: [conclude: {found: {i: 1}}]}]\n", buf_text(&when));
	buf_printf(&text, "issues: [{id: e, title: E, frequency: common, signs: [{when: %s}], remedies: [{step: try, works: usually}]}]\n",
			buf_text(&when));
	rb = rulebase_load_text("fuzz.yaml", buf_text(&text), text.len, d);
	sound = diags_errors(d) == 0;
	rulebase_lint(rb, d, NULL);
	if (sound) {
		struct factset *fs = factset_new(rb, FUZZ_NOW);
		value values[16];

		rb->limits = (struct limits){ 1000, 1000, 2000 };
		for (size_t i = 0; i < 6; i++) {
			random_values(rb->templates[i % 3], fs->syms, &seed, values);
			factset_give(fs, rb->templates[i % 3], values, "file", FUZZ_NOW);
		}
		diagnose_all(rb, fs, seed);
		factset_free(fs);
	}
	diags_sort(d);
	diags_print(d, nowhere());
	rulebase_free(rb);
	diags_free(d);
	buf_free(&text);
	buf_free(&when);
	return 0;
}
