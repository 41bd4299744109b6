/* SPDX-License-Identifier: MIT */
/* Files to rule bases: folders, order, links, defaults; limits and unusual input. */
#include "lang/load.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct diags *diags;
static struct rulebase *rb;
static char folder[] = "/tmp/check-lang-XXXXXX";

static void
setup(void)
{
	diags = diags_new();
	rb = NULL;
	strcpy(folder, "/tmp/check-lang-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st, (void)kind, (void)walk;
	return remove(path);
}

static void
teardown(void)
{
	rulebase_free(rb);
	diags_free(diags);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
load_bytes(const char *text, size_t n)
{
	rulebase_free(rb);
	rb = rulebase_load_text("test", text, n, diags);
}

static void
load(const char *text)
{
	load_bytes(text, strlen(text));
}

static void
load_well(const char *text)
{
	load(text);
	if (diags_count(diags))
		diags_print(diags, stderr);
	ck_assert_uint_eq(diags_count(diags), 0);
}

static const char *
path_of(const char *name)
{
	static char path[300];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void
load_folder(void)
{
	const char *paths[] = { folder };

	rulebase_free(rb);
	rb = rulebase_load(paths, 1, diags);
}

/* The code of the n-th diagnostic; "" when there are fewer. */
static const char *
code(size_t n)
{
	return n < diags_count(diags) ? diags_at(diags, n)->code : "";
}

/* --- sources --- */

/* The text of the n-th source is what was read, though the file may have another one by now. */
static void
expect_source(uint32_t file, const char *text, bool rebuilt)
{
	struct buf found = {0};
	size_t n;

	ck_assert(diags_source_copy(diags, file, &found));
	ck_assert_str_eq(found.text, text);
	ck_assert_int_eq(diags_source_text(diags, file, &n) == NULL, rebuilt);
	buf_free(&found);
}

START_TEST(the_text_of_a_file_is_what_was_read_however_it_is_kept)
{
	static const char templates[] = "pack: {id: p, version: 1.0.0, title: \"a \\x41 'b'\"}\r\ntemplates: {d: {title: 'd''s', slots: {n: {type: integer}}}}\r\n",
		rules[] = "rules:\n  - id: r\n    title: >-\n      two\n      lines\n    when: [d.n > 1, 'd.n < 5']\n    then: {remove: d}",
		wrong[] = "rules:\n  - id: s\n    wehn: d.n > 1\n",
		cases[] = "cases:\n  - case: c\n    facts: {d: {n: 1}}\n    expect: {}\n";

	put("a.yaml", templates);
	put("b.yaml", rules);
	put("c.yaml", wrong);
	put("d.yaml", cases);
	load_folder();
	for (const char *name = "abcd"; *name; name++)
		put((char[]){ *name, '.', 'y', 'a', 'm', 'l', '\0' }, "changed\n");
	expect_source(0, templates, true);
	expect_source(1, rules, true);
	expect_source(2, wrong, false);
	expect_source(3, cases, false);
}
END_TEST

/* --- folders --- */

START_TEST(names_may_be_used_before_they_are_declared_in_a_later_file)
{
	put("a.yaml", "issues: [{id: i, title: I, frequency: rare, signs: [when: d.n < 5], remedies: [step: s]}]\nrules: [{id: r1, when: d.n < 3, then: [remove: d]}]\n");
	put("b.yml", "steps: [{id: s, title: S, on: both, do: ['{d.n}'], takes: 1s, needs: n, checks: k}, {id: t, title: T, on: both, do: [x], takes: 1s}]\nrules: [{id: r2, when: d.n < 3, then: [remove: d]}]\n");
	ck_assert_int_eq(mkdir(path_of("sub"), 0700), 0);
	put("sub/c.yaml", "pack: {id: p, version: 2.1, escalate: s, healthy: d.n > 5}\nrequirements: [{id: n, title: N, check: d.n < 5, remedy: t}]\n");
	put("z.yaml", "templates: {d: {slots: {n: {type: integer}}}}\nchecks: [{id: k, title: K, ask: Is it?}]\nrules: [{id: r3, when: d.n < 3, then: [remove: d]}]\n");
	load_folder();
	if (diags_count(diags))
		diags_print(diags, stderr);
	ck_assert_uint_eq(diags_count(diags), 0);
	ck_assert_ptr_eq(rb->issues[0]->remedies[0].step, rb->steps[0]);
	ck_assert_ptr_eq(rb->requirements[0]->remedy, rb->steps[1]);
	ck_assert_ptr_eq(rb->steps[0]->needs[0], rb->requirements[0]);
	ck_assert_ptr_eq(rb->steps[0]->checks[0], rb->checks[0]);
	ck_assert_ptr_eq(rb->packs[0]->escalate, rb->steps[0]);
	ck_assert_str_eq(rb->packs[0]->version, "2.1");
	ck_assert_ptr_nonnull(rb->packs[0]->healthy.expr);
	for (int i = 0; i < 3; i++) {	/* in the order of the files */
		ck_assert_int_eq(rb->rules[i]->order, i);
		ck_assert_int_eq(rb->rules[i]->entry.id[1], '1' + i);
	}
}
END_TEST

START_TEST(a_pack_given_twice_is_one_error_that_names_both_places)
{
	char first[300];
	const char *paths[2];

	put("a.yaml", "pack: {id: p, version: 1}\n");
	put("b.yaml", "templates: {d: {slots: {n: {type: integer}}}}\nchecks: [{id: k, title: K, ask: Is it?}]\n");
	snprintf(first, sizeof first, "%s", path_of(""));
	paths[0] = paths[1] = first;
	rb = rulebase_load(paths, 2, diags);
	ck_assert_uint_eq(diags_count(diags), 1);
	ck_assert_str_eq(code(0), "D100");
	ck_assert_ptr_nonnull(strstr(diags_at(diags, 0)->message, "a.yaml is loaded already, with"));
}
END_TEST

START_TEST(two_copies_of_a_pack_are_one_error_and_other_names_taken_twice_are_told)
{
	const char *names[] = { "p.yaml", "q.yaml", "r.yaml" };
	char paths[3][300];
	const char *all[3] = { paths[0], paths[1], paths[2] };

	put("p.yaml", "pack: {id: p, version: 1}\ntemplates: {d: {slots: {n: {type: integer}}}}\nchecks: [{id: k, title: K, ask: Is it?}]\n");
	put("q.yaml", "checks: [{id: k, title: K, ask: Is it?}]\ntemplates: {d: {slots: {n: {type: integer}}}}\npack: {id: p, version: 1}\n");
	put("r.yaml", "checks: [{id: k, title: K, ask: Is it?}]\npack: {id: r, version: 1}\n");
	for (int i = 0; i < 3; i++)
		snprintf(paths[i], sizeof paths[i], "%s", path_of(names[i]));
	rb = rulebase_load(all, 3, diags);
	diags_sort(diags);
	ck_assert_uint_eq(diags_count(diags), 2);
	ck_assert_str_eq(diags_at(diags, 0)->message, "the pack 'p' is loaded twice");
	ck_assert_str_eq(diags_at(diags, 1)->message, "the id 'k' is taken");
}
END_TEST

START_TEST(hidden_files_and_files_of_other_kinds_are_not_read)
{
	put("pack.yaml", "pack: {id: p, version: 1}\n");
	put(".x.yaml", "{\n");
	put("notes.txt", "{\n");
	put("old.yaml~", "{\n");
	load_folder();
	ck_assert_uint_eq(diags_count(diags), 0);
}
END_TEST

START_TEST(a_folder_that_links_to_itself_is_read_once)
{
	put("pack.yaml", "pack: {id: p, version: 1}\n");
	ck_assert_int_eq(symlink(folder, path_of("again")), 0);
	load_folder();
	ck_assert_uint_eq(diags_count(diags), 0);
}
END_TEST

START_TEST(a_pipe_in_the_folder_is_refused_and_does_not_block)
{
	put("pack.yaml", "pack: {id: p, version: 1}\n");
	ck_assert_int_eq(mkfifo(path_of("pipe.yaml"), 0600), 0);
	load_folder();
	ck_assert_str_eq(code(0), "D100");
	ck_assert_ptr_nonnull(strstr(diags_at(diags, 0)->message, "regular file"));
}
END_TEST

START_TEST(a_path_that_is_not_there_is_a_diagnostic)
{
	const char *paths[] = { path_of("nothing") };

	rb = rulebase_load(paths, 1, diags);
	ck_assert_ptr_nonnull(rb);
	ck_assert_uint_eq(diags_errors(diags), 1);
	ck_assert_str_eq(code(0), "D100");
}
END_TEST

START_TEST(an_id_is_unique_over_all_packs)
{
	const char *paths[2];
	char first[300];

	put("one.yaml", "pack: {id: one, version: 1}\nchecks: [{id: k, title: K, ask: Is it?}]\n");
	put("two.yaml", "pack: {id: two, version: 1}\nchecks: [{id: k, title: K, ask: Is it?}]\n");
	strcpy(first, path_of("one.yaml"));
	paths[0] = first;
	paths[1] = path_of("two.yaml");
	rb = rulebase_load(paths, 2, diags);
	ck_assert_uint_eq(diags_count(diags), 1);
	ck_assert_str_eq(code(0), "D121");
	ck_assert_uint_eq(rb->nchecks, 1);
}
END_TEST

START_TEST(a_file_that_does_not_parse_lets_the_others_be_checked_without_guesses_about_names)
{
	put("a.yaml", "pack: {id: p, version: 1}\nissues: [{id: i, titel: I, frequency: rare, signs: [when: d.n < 5], remedies: [step: s]}]\n");
	put("b.yaml", "templates: {d: {slots: [}}\nsteps: []\n");
	load_folder();
	ck_assert_uint_eq(diags_errors(diags), 2);
	diags_sort(diags);
	ck_assert_str_eq(code(0), "D111");
	ck_assert_str_eq(code(1), "D101");
	ck_assert_str_eq(code(2), "D129");
}
END_TEST

/* --- what is in an entry --- */

START_TEST(defaults_are_those_of_the_manual)
{
	const struct issue *i;

	load_well("templates: {d: {slots: {n: {type: integer, ask: How many?}}}}\n"
		"steps: [{id: s, title: S, on: device, do: [x], takes: 90s}]\n"
		"issues: [{id: i, title: I, frequency: common, signs: [when: d.n < 5], remedies: [step: s]}]\n");
	i = rb->issues[0];
	ck_assert_int_eq(i->frequency, 80000);
	ck_assert_int_eq(i->severity, ISSUE_MEDIUM);
	ck_assert_int_eq(i->reported, 600000);
	ck_assert_int_eq(i->signs[0].seen, 850000);
	ck_assert_int_eq(i->signs[0].otherwise, 50000);
	ck_assert_str_eq(i->signs[0].says, "d.n < 5");
	ck_assert_int_eq(rb->steps[0]->takes_ms, 90000);
	ck_assert_int_eq(rb->steps[0]->who, BY_OWNER);
	ck_assert_int_eq(rb->steps[0]->loses, LOSES_NOTHING);
	ck_assert_int_eq(rb->templates[0]->key, -1);
	ck_assert_int_eq(rb->templates[0]->slots[0].ask_ms, 30000);
	ck_assert_int_eq(rb->limits.firings, 100000);
	ck_assert_int_eq(rb->limits.time_ms, 10000);
	ck_assert_int_eq(rb->something_else, 25000);
	ck_assert_str_eq(rb->packs[0]->id, "unnamed");
}
END_TEST

START_TEST(words_and_numbers_mean_the_same)
{
	static const struct {
		const char *written;
		ppm seen;
	} all[] = {
		{ "always", 990000 }, { "usually", 850000 }, { "often", 600000 }, { "sometimes", 300000 }, { "rarely", 50000 }, { "never", 5000 },
		{ "0.7", 700000 }, { "70%", 700000 }, { "0.5 %", 5000 }, { ".25", 250000 }, { "0.000001", 1 }, { "99.9999%", 999999 },
	};
	char text[400];

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		snprintf(text, sizeof text, "templates: {d: {slots: {n: {type: integer}}}}\nissues: [{id: i, title: I, frequency: 12.5, "
			"signs: [{when: d.n < 5, seen: '%s'}], remedies: [step: s]}]\nsteps: [{id: s, title: S, on: device, do: [x], takes: 1s}]\n", all[i].written);
		load_well(text);
		ck_assert_int_eq(rb->issues[0]->signs[0].seen, all[i].seen);
		ck_assert_int_eq(rb->issues[0]->frequency, 12500);
	}
}
END_TEST

START_TEST(a_text_is_split_at_its_places)
{
	const struct say *say;

	load_well("templates: {d: {slots: {n: {type: integer}}}}\n"
		"steps: [{id: s, title: S, on: device, do: ['{d.n} of {{x}}: {d.n}!', {when: d.n < 5, say: A, else: B}], takes: 1s}]\n");
	say = &rb->steps[0]->instructions[0].say;
	ck_assert_uint_eq(say->n, 4);
	ck_assert_ptr_null(say->pieces[0].text);
	ck_assert_ptr_eq(say->pieces[0].of, rb->templates[0]);
	ck_assert_str_eq(say->pieces[1].text, " of {x}: ");
	ck_assert_str_eq(say->pieces[3].text, "!");
	ck_assert_str_eq(rb->steps[0]->instructions[1].otherwise.pieces[0].text, "B");
	ck_assert_ptr_null(rb->steps[0]->instructions[0].when.expr);
}
END_TEST

START_TEST(a_pattern_gives_constants_and_groups)
{
	const struct pattern *p;

	load_well("templates: {e: {slots: {c: {type: code}, k: {type: symbol}, t: {type: text}}}}\n"
		"patterns: [{id: p, in: [log, message], matches: '/(x) (?<c>0x\\d+) (?<t>.*)/', gives: {e: {c: $c, k: seen, t: $t}}}]\n");
	p = rb->patterns[0];
	ck_assert_str_eq(p->streams[1], "message");
	ck_assert_ptr_null(p->streams[2]);
	ck_assert_uint_eq(p->nsettings, 3);
	ck_assert_int_eq(p->settings[0].to->op, OP_CAPTURE);
	ck_assert_int_eq(p->settings[0].to->slot, 2);
	ck_assert_int_eq(p->settings[0].to->type, TYPE_CODE);
	ck_assert_int_eq(p->settings[1].to->op, OP_CONST);
	ck_assert_int_eq(p->settings[2].to->slot, 3);
}
END_TEST

START_TEST(stated_facts_leave_the_other_slots_unknown)
{
	load_well("templates: {e: {slots: {c: {type: code}, n: {type: integer}, t: {type: text}}}}\n"
		"facts: {e: [{c: -402653083, t: a b}, {n: 0x10}]}\n");
	ck_assert_uint_eq(rb->nfacts, 2);
	ck_assert_int_eq(rb->facts[0]->values[0], 0xE8000065);
	ck_assert_int_eq(rb->facts[0]->values[1], UNKNOWN);
	ck_assert_str_eq(sym_text(rb->syms, (uint32_t)rb->facts[0]->values[2]), "a b");
	ck_assert_int_eq(rb->facts[1]->values[1], 16);
}
END_TEST

START_TEST(cases_are_kept_as_nodes_from_a_section_and_from_a_list)
{
	put("p.yaml", "pack: {id: p, version: 1}\ncases: [{case: one, facts: {d: {n: 5}}, expect: {status: ok}}]\n");
	put("t.yaml", "- case: two\n  facts: {d: []}\n  expect: {status: problem}\n");
	load_folder();
	ck_assert_uint_eq(diags_count(diags), 0);
	ck_assert_uint_eq(rb->ncases, 2);
	ck_assert_str_eq(rb->cases[0]->name, "one");
	ck_assert_str_eq(node_get(node_get(rb->cases[0]->facts, "d"), "n")->text, "5");
	ck_assert_int_eq(node_get(rb->cases[1]->facts, "d")->kind, NODE_LIST);
	ck_assert_str_eq(node_get(rb->cases[1]->expect, "status")->text, "problem");
}
END_TEST

START_TEST(without_cases_the_lists_of_cases_are_not_even_parsed)
{
	const char *paths[] = { folder };

	put("p.yaml", "pack: {id: p, version: 1}\nchecks: [{id: k, title: K, ask: Is it?}]\n");
	put("t.yaml", "# cases\n---\n\n- case: one\n  facts: [broken\n");
	put("u.yaml", "# cases\ncases:\n  - case: one\n    facts: [broken\n");
	put("v.yaml", "cases:\n  - {case: one, facts: {}, expect: {}}\nchecks: [{id: l, title: L, ask: Is it?}]\n");
	rb = rulebase_load_rules(paths, 1, diags);
	ck_assert_uint_eq(diags_count(diags), 0);
	ck_assert_uint_eq(rb->nchecks, 2);
	load_folder();
	ck_assert_uint_eq(diags_errors(diags), 2);
}
END_TEST

START_TEST(names_are_found_and_others_are_not)
{
	load_well("templates: {d: {slots: {n: {type: integer}}}}\nchecks: [{id: k, title: K, ask: Is it?}]\n");
	ck_assert_ptr_eq(rulebase_template(rb, "d"), rb->templates[0]);
	ck_assert_ptr_eq(rulebase_check(rb, "k"), rb->checks[0]);
	ck_assert_ptr_null(rulebase_template(rb, "k"));
	ck_assert_ptr_null(rulebase_check(rb, "never seen"));
	ck_assert_ptr_null(rulebase_step(rb, "d"));
	ck_assert_int_eq(template_slot(rb->templates[0], "n"), 0);
	ck_assert_int_eq(template_slot(rb->templates[0], "m"), -1);
}
END_TEST

START_TEST(the_smallest_limits_of_all_packs_hold)
{
	const char *paths[2];
	char first[300];

	put("one.yaml", "pack: {id: one, version: 1, limits: {firings: 5, time: 1h}}\n");
	put("two.yaml", "pack: {id: two, version: 1, limits: {facts: 7}, strategy: breadth, something-else: rare}\n");
	strcpy(first, path_of("one.yaml"));
	paths[0] = first;
	paths[1] = path_of("two.yaml");
	rb = rulebase_load(paths, 2, diags);
	ck_assert_uint_eq(diags_count(diags), 0);
	ck_assert_int_eq(rb->limits.firings, 5);
	ck_assert_int_eq(rb->limits.facts, 7);
	ck_assert_int_eq(rb->limits.time_ms, 10000);
	ck_assert(rb->breadth);
}
END_TEST

/* --- limits and hostile input --- */

/* Repeats of a text between a beginning and an end. */
static void
load_many(const char *begin, const char *each, size_t n, const char *end)
{
	struct buf text = {0};

	buf_puts(&text, begin);
	for (size_t i = 0; i < n; i++)
		buf_puts(&text, each);
	buf_puts(&text, end);
	load_bytes(text.text, text.len);
	buf_free(&text);
}

START_TEST(an_alias_bomb_is_refused_at_each_first_alias)
{
	load("checks: &a [x, x]\nsteps: &b [*a, *a]\nissues: &c [*b, *b]\nrules: [*c, *c]\n");
	ck_assert_uint_eq(diags_errors(diags), 8);	/* three anchors, three aliases, and two checks that are text */
	for (size_t i = 0; i < diags_count(diags); i++)
		ck_assert_msg(strcmp(code(i), "D103") == 0 || strcmp(code(i), "D110") == 0, "%s", code(i));
}
END_TEST

START_TEST(nesting_is_refused_beyond_32_levels)
{
	load_many("cases: ", "[", 31, "");
	ck_assert_str_eq(code(0), "D101");
	load_many("cases: ", "[", 100000, "");
	ck_assert_str_eq(code(1), "D108");
	load_many("", "- ", 30000, "");
	ck_assert_str_eq(code(2), "D108");
}
END_TEST

START_TEST(a_text_is_refused_beyond_64_kib_and_a_file_beyond_16_mib)
{
	load_many("pack: {id: p, version: 1, title: '", "x", 65536, "'}");
	ck_assert_uint_eq(diags_count(diags), 0);
	load_many("pack: {id: p, version: 1, title: '", "x", 65537, "'}");
	ck_assert_str_eq(code(0), "D109");
	load_many("pack: {id: p, version: 1}", "\n", 16u << 20, "");
	ck_assert_str_eq(code(1), "D109");
}
END_TEST

START_TEST(deep_parentheses_and_long_sums_are_refused)
{
	load_many("templates: {d: {slots: {n: {type: integer}}}}\nrequirements: [{id: r, title: R, check: '", "(", 20000, "'}]");
	ck_assert_str_eq(code(0), "D108");
	load_many("templates: {d: {slots: {n: {type: integer}}}}\nrequirements: [{id: r, title: R, check: '", "not ", 15000, "d.n'}]");
	ck_assert_str_eq(code(1), "D108");
	load_many("templates: {d: {slots: {n: {type: integer}}}}\nrequirements: [{id: r, title: R, check: '", "d.n - ", 10000, "1 < 2'}]");
	ck_assert_str_eq(code(2), "D108");
	ck_assert_uint_eq(diags_count(diags), 3);
}
END_TEST

START_TEST(a_condition_may_have_thousands_of_alternatives)
{
	load_many("templates: {d: {slots: {n: {type: integer}}}}\nrequirements: [{id: r, title: R, check: '", "d.n is 1 or ", 5000, "d.n is 2'}]");
	ck_assert_uint_eq(diags_count(diags), 0);
	ck_assert_uint_eq(rb->requirements[0]->check.expr->nargs, 5001);
}
END_TEST

START_TEST(a_mapping_with_many_keys_is_searched_for_duplicates_in_no_time)
{
	struct buf text = {0};

	buf_puts(&text, "cases:\n - case: many\n   expect: {}\n   facts:\n");
	for (int i = 0; i < 200000; i++)
		buf_printf(&text, "    k%d: 1\n", i);
	buf_puts(&text, "    k77: 1\n");
	load_bytes(text.text, text.len);
	buf_free(&text);
	ck_assert_uint_eq(diags_count(diags), 1);
	ck_assert_str_eq(code(0), "D106");
}
END_TEST

START_TEST(a_hundred_thousand_mistakes_take_no_time)
{
	load_many("templates:\n  d: {slots: {n: {type: integer}}}\nrequirements:\n", "  - {id: r, title: R, check: d.m < e.n, remedy: nothing, whatever: else}\n", 100000, "");
	ck_assert_uint_ge(diags_errors(diags), 100000);
	ck_assert_uint_le(diags_count(diags), 10000);
}
END_TEST

START_TEST(many_unknown_names_beside_many_known_ones_take_no_time)
{
	struct buf text = {0};

	buf_puts(&text, "steps:\n");
	for (int i = 0; i < 20000; i++)
		buf_printf(&text, " - {id: step-number-%d, title: S, on: device, takes: 1s, do: [x], after: stepp-number-%d}\n", i, i);
	load_bytes(text.text, text.len);
	buf_free(&text);
	ck_assert_uint_eq(diags_errors(diags), 20000);
	ck_assert_ptr_nonnull(diags_at(diags, 0)->hint);
}
END_TEST

START_TEST(a_chain_of_steps_as_long_as_the_pack_is_walked_without_recursion)
{
	struct buf text = {0};

	buf_puts(&text, "steps:\n");
	for (int i = 0; i < 50000; i++)
		buf_printf(&text, " - {id: s%d, title: S, on: device, takes: 1s, do: [x], after: s%d}\n", i, (i + 1) % 50000);
	load_bytes(text.text, text.len);
	buf_free(&text);
	ck_assert_uint_eq(diags_errors(diags), 1);
	ck_assert_str_eq(code(0), "D150");
}
END_TEST

START_TEST(escaped_names_of_sections_do_not_slip_past_the_order_of_reading)
{
	load("\"templ\\x61tes\": {d: {slots: {n: {type: integer}}}}\n");
	ck_assert_str_eq(code(0), "D113");
	load("\"c\\x61ses\": [{\"c\\x61se\": a, facts: {}, expect: {}}]\n");
	ck_assert_str_eq(code(1), "D113");
	ck_assert_uint_eq(rb->ncases, 0);
}
END_TEST

START_TEST(carriage_returns_and_a_byte_order_mark_change_nothing)
{
	load_well("\xef\xbb\xbftemplates:\r\n  d:\r\n    slots: {n: {type: integer}}\r\nrequirements:\r\n  - id: r\r\n    title: R\r\n    check: d.n < 5 and\r\n      d.n > 3\r\n");
	ck_assert_int_eq(rb->requirements[0]->check.expr->op, OP_AND);
	ck_assert_str_eq(rb->requirements[0]->check.text, "d.n < 5 and d.n > 3");
}
END_TEST

START_TEST(texts_keep_every_character_of_utf_8)
{
	load_well("checks: [{id: k, title: \"Gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80 \\\"x\\\"\", ask: 'it''s'}]\n");
	ck_assert_str_eq(rb->checks[0]->entry.title, "Gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80 \"x\"");
	ck_assert_str_eq(rb->checks[0]->ask, "it's");
}
END_TEST

/* The first byte of a sequence holds the bits of a carriage return; nothing may take it for one. */
START_TEST(a_broken_character_before_a_new_line_is_refused)
{
	load("a: \xcd\nb: c\n");
	ck_assert_uint_eq(diags_count(diags), 1);
	ck_assert_str_eq(code(0), "D102");
}
END_TEST

START_TEST(a_nul_in_an_escape_is_refused_where_it_would_cut_a_text)
{
	load("checks: [{id: k, title: \"a\\0b\", ask: x}]\n");
	ck_assert_str_eq(code(0), "D130");
}
END_TEST

START_TEST(nothing_at_all_is_an_empty_rule_base)
{
	load_well("");
	load_well("# only a comment\n");
	load_well("---\n");
	load_well("rules:\n");
	ck_assert_uint_eq(rb->nrules, 0);
}
END_TEST

Suite *check_lang_load(void);

Suite *
check_lang_load(void)
{
	Suite *s = suite_create("lang load");
	TCase *t = tcase_create("load");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 20);
	tcase_add_test(t, the_text_of_a_file_is_what_was_read_however_it_is_kept);
	tcase_add_test(t, names_may_be_used_before_they_are_declared_in_a_later_file);
	tcase_add_test(t, a_pack_given_twice_is_one_error_that_names_both_places);
	tcase_add_test(t, two_copies_of_a_pack_are_one_error_and_other_names_taken_twice_are_told);
	tcase_add_test(t, hidden_files_and_files_of_other_kinds_are_not_read);
	tcase_add_test(t, a_folder_that_links_to_itself_is_read_once);
	tcase_add_test(t, a_pipe_in_the_folder_is_refused_and_does_not_block);
	tcase_add_test(t, a_path_that_is_not_there_is_a_diagnostic);
	tcase_add_test(t, an_id_is_unique_over_all_packs);
	tcase_add_test(t, a_file_that_does_not_parse_lets_the_others_be_checked_without_guesses_about_names);
	tcase_add_test(t, defaults_are_those_of_the_manual);
	tcase_add_test(t, words_and_numbers_mean_the_same);
	tcase_add_test(t, a_text_is_split_at_its_places);
	tcase_add_test(t, a_pattern_gives_constants_and_groups);
	tcase_add_test(t, stated_facts_leave_the_other_slots_unknown);
	tcase_add_test(t, cases_are_kept_as_nodes_from_a_section_and_from_a_list);
	tcase_add_test(t, without_cases_the_lists_of_cases_are_not_even_parsed);
	tcase_add_test(t, names_are_found_and_others_are_not);
	tcase_add_test(t, the_smallest_limits_of_all_packs_hold);
	tcase_add_test(t, an_alias_bomb_is_refused_at_each_first_alias);
	tcase_add_test(t, nesting_is_refused_beyond_32_levels);
	tcase_add_test(t, a_text_is_refused_beyond_64_kib_and_a_file_beyond_16_mib);
	tcase_add_test(t, deep_parentheses_and_long_sums_are_refused);
	tcase_add_test(t, a_condition_may_have_thousands_of_alternatives);
	tcase_add_test(t, a_mapping_with_many_keys_is_searched_for_duplicates_in_no_time);
	tcase_add_test(t, a_hundred_thousand_mistakes_take_no_time);
	tcase_add_test(t, many_unknown_names_beside_many_known_ones_take_no_time);
	tcase_add_test(t, a_chain_of_steps_as_long_as_the_pack_is_walked_without_recursion);
	tcase_add_test(t, escaped_names_of_sections_do_not_slip_past_the_order_of_reading);
	tcase_add_test(t, carriage_returns_and_a_byte_order_mark_change_nothing);
	tcase_add_test(t, texts_keep_every_character_of_utf_8);
	tcase_add_test(t, a_broken_character_before_a_new_line_is_refused);
	tcase_add_test(t, a_nul_in_an_escape_is_refused_where_it_would_cut_a_text);
	tcase_add_test(t, nothing_at_all_is_an_empty_rule_base);
	suite_add_tcase(s, t);
	return s;
}
