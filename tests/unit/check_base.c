/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/diag.h"
#include "base/fold.h"
#include "base/regex.h"
#include "base/text.h"
#include "base/value.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct symtab *syms;

static void
setup(void)
{
	syms = sym_new(NULL);
}

static void
teardown(void)
{
	sym_free(syms);
}

static value
parsed(enum type t, const char *s)
{
	value v = UNKNOWN;
	const char *why = value_parse(t, s, strlen(s), syms, &v);

	ck_assert_msg(!why, "%s: %s", s, why);
	return v;
}

static bool
refused(enum type t, const char *s)
{
	value v;

	return value_parse(t, s, strlen(s), syms, &v) != NULL;
}

static const char *
printed(enum type t, value v)
{
	static char text[200];
	struct buf b = {0};

	value_print(&b, t, v, syms);
	snprintf(text, sizeof text, "%s", buf_text(&b));
	buf_free(&b);
	return text;
}

static const char *
cleaned(const char *s, size_t n)
{
	static char text[200];
	struct buf b = {0};

	text_clean(&b, s, n, 0);
	snprintf(text, sizeof text, "%s", buf_text(&b));
	buf_free(&b);
	return text;
}

START_TEST(all_spellings_of_a_code_are_one_code)
{
	static const char *const spellings[] = {
		"0xE8000065", "0xe8000065", "e8000065", "E8000065", "-402653083", "3892314213", "(0xE8000065)",
		"iTunes could not connect (0xE8000065). Try again.", "error -402653083 occurred",
	};

	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		ck_assert_str_eq(printed(TYPE_CODE, parsed(TYPE_CODE, spellings[i])), "0xE8000065");
	ck_assert(refused(TYPE_CODE, "no number here"));
	ck_assert(refused(TYPE_CODE, "0x1E8000065"));
	ck_assert(refused(TYPE_CODE, ""));
	ck_assert_int_eq(parsed(TYPE_CODE, "9"), 9);
}
END_TEST

START_TEST(versions_compare_part_by_part)
{
	static const struct { const char *a, *b; int order; } pairs[] = {
		{ "9", "10", -1 }, { "17.5.1", "17.5", 1 }, { "17.0", "17", 0 }, { "10.0.22631", "10.0.9200", 1 },
		{ "1.02", "1.2", 0 }, { "0.9", "1", -1 }, { "12.10", "12.9.9", 1 }, { "0", "0.0.1", -1 },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		value a = parsed(TYPE_VERSION, pairs[i].a), b = parsed(TYPE_VERSION, pairs[i].b);

		ck_assert_msg(value_compare(TYPE_VERSION, a, b, syms) == pairs[i].order, "%s %s", pairs[i].a, pairs[i].b);
		ck_assert_int_eq(value_compare(TYPE_VERSION, b, a, syms), -pairs[i].order);
		ck_assert_int_eq(a == b, pairs[i].order == 0);
	}
	ck_assert(refused(TYPE_VERSION, "17.x"));
	ck_assert(refused(TYPE_VERSION, ".5"));
	ck_assert(refused(TYPE_VERSION, "17."));
}
END_TEST

START_TEST(every_printed_value_reads_back_to_itself)
{
	static const struct { enum type t; const char *written, *canonical; } rows[] = {
		{ TYPE_INTEGER, "0x1281", "4737" }, { TYPE_INTEGER, "-12", "-12" }, { TYPE_NUMBER, "0.1", "0.1" },
		{ TYPE_NUMBER, "1e3", "1000" }, { TYPE_YES_NO, "true", "yes" }, { TYPE_VERSION, "017.5.0", "17.5" },
		{ TYPE_TIME, "2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z" }, { TYPE_DURATION, "90s", "90s" },
		{ TYPE_DURATION, "5min", "5min" }, { TYPE_DURATION, "48h", "2d" }, { TYPE_DURATION, "1.5h", "90min" },
		{ TYPE_BYTES, "20 GB", "20 GB" }, { TYPE_BYTES, "4 KiB", "4096" }, { TYPE_SYMBOL, "not-paired", "not-paired" },
		{ TYPE_DURATION, "0s", "0s" }, { TYPE_BYTES, "0", "0" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		value v = parsed(rows[i].t, rows[i].written);

		ck_assert_str_eq(printed(rows[i].t, v), rows[i].canonical);
		ck_assert_int_eq(parsed(rows[i].t, rows[i].canonical), v);
	}
}
END_TEST

START_TEST(what_is_no_value_of_the_type_is_refused)
{
	static const struct { enum type t; const char *written; } rows[] = {
		{ TYPE_INTEGER, "" }, { TYPE_INTEGER, "12a" }, { TYPE_INTEGER, "9223372036854775808" },
		{ TYPE_INTEGER, "-9223372036854775808" }, { TYPE_NUMBER, "nan" }, { TYPE_NUMBER, "1e999" }, { TYPE_NUMBER, "0x10" },
		{ TYPE_YES_NO, "maybe" }, { TYPE_TIME, "yesterday" }, { TYPE_TIME, "2026-13-01T00:00:00Z" },
		{ TYPE_DURATION, "5 parsecs" }, { TYPE_DURATION, "999999999999d" }, { TYPE_BYTES, "many" }, { TYPE_SYMBOL, "two words" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_msg(refused(rows[i].t, rows[i].written), "%s", rows[i].written);
}
END_TEST

START_TEST(unknown_is_no_number)
{
	ck_assert(value_of_double(-0.0) != UNKNOWN);
	ck_assert_int_eq(value_of_double(-0.0), value_of_double(0.0));
	ck_assert_int_eq(value_of_double(1.0 / 0.0), UNKNOWN);
	ck_assert_str_eq(printed(TYPE_NUMBER, UNKNOWN), "unknown");
}
END_TEST

START_TEST(equal_text_has_one_id_across_stacked_tables)
{
	uint32_t low = sym_of(syms, "below"), id;
	struct symtab *top = sym_new(syms);

	ck_assert_uint_eq(sym_of(top, "below"), low);
	id = sym_of(top, "above");
	ck_assert_uint_ne(id, low);
	ck_assert_str_eq(sym_text(top, id), "above");
	ck_assert(!sym_find(syms, "above", 5, &id));
	for (int i = 0; i < 5000; i++) {
		char name[20];

		snprintf(name, sizeof name, "s%d", i);
		id = sym_of(top, name);
		ck_assert_str_eq(sym_text(top, id), name);
		ck_assert_uint_eq(sym_of(top, name), id);
	}
	sym_free(top);
}
END_TEST

START_TEST(nothing_unprintable_passes_the_cleaner)
{
	ck_assert_str_eq(cleaned("a\x1b[2J\nb", 7), "a\\u{1b}[2J\\u{a}b");
	ck_assert_str_eq(cleaned("\xe2\x80\xae" "gpj.exe", 10), "\\u{202e}gpj.exe");
	ck_assert_str_eq(cleaned("\xff\xc3", 2), "\\x{ff}\\x{c3}");
	ck_assert_str_eq(cleaned("\xed\xa0\x80", 3), "\\x{ed}\\x{a0}\\x{80}");
	ck_assert_str_eq(cleaned("caf\xc3\xa9 \xe6\x97\xa5", 9), "caf\xc3\xa9 \xe6\x97\xa5");
	ck_assert_str_eq(cleaned("\0x", 2), "\\u{0}x");
	ck_assert_str_eq(cleaned("\xc2\x85\xe2\x80\x8b", 5), "\\u{85}\\u{200b}");
}
END_TEST

START_TEST(a_cut_is_marked_and_never_splits_a_character)
{
	struct buf b = {0};

	text_clean(&b, "ab\xc3\xa9" "cd", 6, 3);
	ck_assert_str_eq(buf_text(&b), "ab…");
	buf_free(&b);
}
END_TEST

START_TEST(spellings_of_one_name_fold_to_one_text)
{
	static const struct { const char *a, *b, *folded; } cases[] = {
		{ "Anna's iPhone", "ANNA\u2019S_IPHONE", "annas-iphone" },
		{ "Anna%27s%20iPhone", "Anna\\u2019s+iPhone", "annas-iphone" },
		{ "J\u00dcRGEN", "ju\u0308rgen", "jurgen" },
		{ "j%C3%BCrgen", "ju%cc%88rgen", "jurgen" },
		{ "Stra\u00dfe", "STRASSE", "strasse" },
		{ "\u0141\u00f3d\u017a", "\u0142o\u0301dz\u0301", "lodz" },
		{ "Nguy\u1ec5n", "NGUYE\u0302\u0303N", "nguyen" },
		{ "\u0391\u03bb\u03ad\u03be\u03b7\u03c2", "\u0391\u039b\u0395\u0301\u039e\u0397\u03a3", "\u03b1\u03bb\u03b5\u03be\u03b7\u03c3" },
		{ "\u042e\u043b\u0438\u0439 \u0401", "\u044e\u043b\u0438\u0438\u0306-\u0435\u0308", "\u044e\u043b\u0438\u0438-\u0435" },
		{ "\u3058\u308d\u3046", "\u3057\u3099\u308d\u3046", "\u3057\u308d\u3046" },
		{ "\uae40\uad6c", "\u1100\u1175\u11b7\u1100\u116e", "\u1100\u1175\u11b7\u1100\u116e" },
		{ "\uff21\uff4e\uff4e", "An\u200bn", "ann" },
		{ "\\ud83d\\ude00", "\U0001f600", "\U0001f600" },
		{ "Anna&apos;s iPhone", "Anna&#x2019;s\\x20iPhone", "annas-iphone" }, { "Tom &amp; J\\u{fc}rgen", "tom & j&#252;rgen", "tom-&-jurgen" },
		{ "Anna's\r\n\tiPhone", "A\001n\177na's  iPhone", "annas-iphone" }, { "j\\xc3\\xbcrgen", "J\\xC3\\x9CRGEN", "jurgen" },
		{ "&#;&#x;&#1114112;&am", "&#;&#X;&#1114112;&AM", "&#;&#x;&#1114112;&am" }, { "\\u{}\\x4", "\\U{}\\X4", "\\u{}\\x4" },
		{ "100%", "100%", "100%" }, { "%e4%\xff", "%E4%\xff", "%e4%\xff" }, { "\\ud83dx", "\\uD83Dx", "\\ud83dx" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf a = {0}, b = {0};

		fold_text(&a, cases[i].a, strlen(cases[i].a));
		fold_text(&b, cases[i].b, strlen(cases[i].b));
		ck_assert_str_eq(buf_text(&a), cases[i].folded);
		ck_assert_str_eq(buf_text(&b), cases[i].folded);
		buf_free(&a);
		buf_free(&b);
	}
}
END_TEST

START_TEST(a_misspelt_name_finds_its_neighbour)
{
	static const char *const names[] = { "conclude", "salience", "when", "then" };

	ck_assert_str_eq(text_nearest("conclud", names, 4), "conclude");
	ck_assert_str_eq(text_nearest("hwen", names, 4), "when");
	ck_assert_ptr_null(text_nearest("completely-else", names, 4));
	ck_assert_uint_eq(text_distance("ca", "ac", 5), 1);
	ck_assert_uint_eq(text_distance("kitten", "sitting", 5), 3);
}
END_TEST

START_TEST(a_diagnostic_shows_place_excerpt_and_hint)
{
	static const char *const names[] = { "conclude" };
	const char *text = "rules:\n\t- conclud: x\n";
	struct diags *d = diags_new();
	uint32_t file = diags_source(d, "a.yaml", text, strlen(text));
	struct diag *g = diag_add(d, SEV_ERROR, "D101", (struct place){ file, 2, 4, 2, 11 }, "unknown key '%s'", "conclud");
	char *out;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	diag_suggest(d, g, "conclud", names, 1);
	diags_print(d, f);
	fclose(f);
	ck_assert_str_eq(out, "a.yaml:2:4: error[D101]: unknown key 'conclud'\n"
		"     - conclud: x\n       ^~~~~~~\n    hint: did you mean 'conclude'?\n");
	ck_assert_uint_eq(diags_errors(d), 1);
	free(out);
	diags_free(d);
}
END_TEST

/* What is printed about a warning in the second line of a source that was lent, with `same` for it; `early`: the warning comes before. */
static char *
excerpt_of_lent(const char *text, const char *same, bool early)
{
	struct diags *d = diags_new();
	char *lent = strdup(text), *out;
	uint32_t file = diags_source_lent(d, "a.yaml", lent, strlen(text));
	size_t size;
	struct buf whole = {0};
	FILE *f = open_memstream(&out, &size);

	if (early)
		diag_add(d, SEV_WARNING, "D101", (struct place){ file, 2, 1, 2, 4 }, "odd");
	diags_source_keep(d, file, same);
	memset(lent, 'x', strlen(text));
	free(lent);
	if (!early)
		diag_add(d, SEV_WARNING, "D101", (struct place){ file, 2, 1, 2, 4 }, "odd");
	diags_print(d, f);
	fclose(f);
	ck_assert(diags_source_copy(d, file, &whole));
	ck_assert_str_eq(whole.text, text);
	ck_assert(!diags_source_copy(d, file + 1, &whole));
	ck_assert_int_eq(diags_source_text(d, file, &size) == NULL, same && !early);
	buf_free(&whole);
	diags_free(d);
	return out;
}

START_TEST(a_source_looks_the_same_when_a_text_with_nuls_stands_for_it)
{
	static const char text[] = "a: b\r\n'key': {c: [d, e]}\nlast", same[] = "a\0 b\0\n'key\0: {c\0 [d\0 e\0}\nlast";
	static const char shown[] = "a.yaml:2:1: warning[D101]: odd\n    'key': {c: [d, e]}\n    ^~~\n";

	for (int i = 0; i < 4; i++) {
		char *out = excerpt_of_lent(text, i & 1 ? same : NULL, i & 2);

		ck_assert_str_eq(out, shown);
		free(out);
	}
}
END_TEST

START_TEST(one_bad_file_does_not_hide_the_mistakes_of_others)
{
	struct diags *d = diags_new();
	uint32_t bad = diags_source(d, "bad.yaml", "x", 1), other = diags_source(d, "other.yaml", "y", 1);
	char *out;
	size_t size, lines = 0;
	FILE *f = open_memstream(&out, &size);

	for (int i = 0; i < 300000; i++)
		diag_add(d, SEV_ERROR, "D1", (struct place){ .file = bad }, "bad");
	for (int i = 0; i < 101; i++)
		diag_add(d, SEV_WARNING, "D2", (struct place){ .file = bad }, "odd");
	diag_add(d, SEV_ERROR, "D1", (struct place){ .file = other }, "the one");
	diag_add(d, SEV_ERROR, "D1", (struct place){ .file = UINT32_MAX }, "of no file");
	diags_sort(d);
	diags_print(d, f);
	fclose(f);
	for (const char *s = out; (s = strchr(s, '\n')); s++)
		lines++;
	ck_assert_uint_eq(lines, 100 + 100 + 2 + 2);
	ck_assert_ptr_nonnull(strstr(out, "other.yaml: error[D1]: the one\nerror[D1]: of no file\n"
		"and 299900 more errors in bad.yaml\nand 1 more warnings in bad.yaml\n"));
	ck_assert_uint_eq(diags_errors(d), 300002);
	ck_assert_uint_eq(diags_warnings(d), 101);
	free(out);
	diags_free(d);
}
END_TEST

START_TEST(a_name_that_comes_near_none_of_many_finds_those_that_share_a_word)
{
	static const char *const names[] = {
		"restart-device", "restart-computer", "change-cable", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
		"k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v",
	};
	struct diags *d = diags_new();
	struct diag *g = diag_add(d, SEV_ERROR, "D1", (struct place){0}, "x");

	diag_suggest(d, g, "restart", names, 25);
	ck_assert_str_eq(g->hint, "near it: restart-device, restart-computer");
	diag_suggest(d, g, "use-other-cable", names, 25);
	ck_assert_str_eq(g->hint, "near it: change-cable");
	g->hint = NULL;
	diag_suggest(d, g, "nothing-at-all", names, 25);
	ck_assert_ptr_null(g->hint);
	diags_free(d);
}
END_TEST

START_TEST(a_place_outside_the_text_is_no_crash)
{
	struct diags *d = diags_new();
	uint32_t file = diags_source(d, "a", "x", 1);
	FILE *f = fopen("/dev/null", "w");

	diag_add(d, SEV_ERROR, "D1", (struct place){ file, 9, 9, 1, 1 }, "x");
	diag_add(d, SEV_ERROR, "D1", (struct place){ file, 1, 900, 7, 1 }, "x");
	diag_add(d, SEV_ERROR, "D1", (struct place){ 77, 1, 1, 1, 1 }, "x");
	diags_sort(d);
	diags_print(d, f);
	ck_assert_uint_eq(diags_count(d), 3);
	fclose(f);
	diags_free(d);
}
END_TEST

START_TEST(a_greedy_expression_reaches_the_limit_instead_of_hanging)
{
	struct regex_scratch *s = regex_scratch_new();
	struct buf why = {0};
	size_t at;
	struct regex *re = regex_new("^(a+)+$", 7, "", &why, &at);
	char text[64];

	memset(text, 'a', sizeof text);
	text[63] = 'b';
	ck_assert_int_eq(regex_match(re, s, text, sizeof text), REGEX_LIMIT);
	ck_assert_int_eq(regex_match(re, s, "aaa", 3), REGEX_YES);
	ck_assert_int_eq(regex_match(re, s, "b\xff", 2), REGEX_NO);
	regex_free(re);
	ck_assert_ptr_null(regex_new("(", 1, "", &why, &at));
	ck_assert_uint_gt(why.len, 0);
	buf_free(&why);
	regex_scratch_free(s);
}
END_TEST

START_TEST(named_groups_are_found_and_captured)
{
	struct regex_scratch *s = regex_scratch_new();
	struct buf why = {0};
	size_t at, from, to;
	const char *p = "code (?<code>[0-9]+)(?<rest>x)?", *names[4];
	struct regex *re = regex_new(p, strlen(p), "i", &why, &at);

	ck_assert_int_eq(regex_match(re, s, "CODE 42", 7), REGEX_YES);
	ck_assert(regex_captured(s, regex_group(re, "code"), &from, &to));
	ck_assert_uint_eq(from, 5);
	ck_assert_uint_eq(to, 7);
	ck_assert(!regex_captured(s, regex_group(re, "rest"), &from, &to));
	ck_assert_int_eq(regex_group(re, "none"), -1);
	ck_assert_uint_eq(regex_group_names(re, names, 4), 2);
	regex_free(re);
	regex_scratch_free(s);
}
END_TEST

START_TEST(an_arena_keeps_what_it_gave)
{
	struct arena *a = arena_new();
	char *texts[500];

	for (int i = 0; i < 500; i++)
		texts[i] = arena_printf(a, "text number %d", i);
	for (int i = 0; i < 500; i++)
		ck_assert_int_eq(atoi(texts[i] + 12), i);
	ck_assert_int_eq(((char *)arena_alloc(a, 3000000))[2999999], 0);
	for (size_t i = 0; i < 200; i++) {
		const char *lines = arena_lines(a, i, 24);

		ck_assert_uint_eq((uintptr_t)lines % ARENA_LINE, 0);
		ck_assert(i == 0 || lines[24 * i - 1] == 0);
		arena_strdup(a, "between");
	}
	arena_free(a);
}
END_TEST

Suite *check_base(void);

Suite *
check_base(void)
{
	Suite *s = suite_create("base");
	TCase *t = tcase_create("base");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, all_spellings_of_a_code_are_one_code);
	tcase_add_test(t, versions_compare_part_by_part);
	tcase_add_test(t, every_printed_value_reads_back_to_itself);
	tcase_add_test(t, what_is_no_value_of_the_type_is_refused);
	tcase_add_test(t, unknown_is_no_number);
	tcase_add_test(t, equal_text_has_one_id_across_stacked_tables);
	tcase_add_test(t, nothing_unprintable_passes_the_cleaner);
	tcase_add_test(t, a_cut_is_marked_and_never_splits_a_character);
	tcase_add_test(t, spellings_of_one_name_fold_to_one_text);
	tcase_add_test(t, a_misspelt_name_finds_its_neighbour);
	tcase_add_test(t, a_diagnostic_shows_place_excerpt_and_hint);
	tcase_add_test(t, a_source_looks_the_same_when_a_text_with_nuls_stands_for_it);
	tcase_add_test(t, one_bad_file_does_not_hide_the_mistakes_of_others);
	tcase_add_test(t, a_name_that_comes_near_none_of_many_finds_those_that_share_a_word);
	tcase_add_test(t, a_place_outside_the_text_is_no_crash);
	tcase_add_test(t, a_greedy_expression_reaches_the_limit_instead_of_hanging);
	tcase_add_test(t, named_groups_are_found_and_captured);
	tcase_add_test(t, an_arena_keeps_what_it_gave);
	suite_add_tcase(s, t);
	return s;
}
