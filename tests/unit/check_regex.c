/* SPDX-License-Identifier: MIT */
#include "base/regexset.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct regex *
compiled(const char *pattern, const char *flags)
{
	struct buf why = {0};
	size_t at;
	struct regex *re = regex_new(pattern, strlen(pattern), flags, &why, &at);

	buf_free(&why);
	return re;
}

/* ---- what a pattern needs ---- */

/* Needs with "; " between them, the texts of one with "|". */
static const struct {
	const char *pattern, *flags, *needs;
} needs[] = {
	{ "code 42", "", "code 42" },
	{ "Code", "", "code" },
	{ "^usbmuxd.*started$", "", "usbmuxd; started" },
	{ "ab+cde", "", "cde" },
	{ "abc+d", "", "abc" },
	{ "abcd?e", "", "abc" },
	{ "abcd*", "", "abc" },
	{ "abc{0,2}d", "", "" },
	{ "abc{2}d", "", "abc" },
	{ "a{,3}bc", "", "" },
	{ "ab{1,}?cde", "", "cde" },
	{ "\\[error\\] \\d+", "", "[error] " },
	{ "a\\.b\\?c", "", "a.b?c" },
	{ "a\\.?bc", "", "" },
	{ "device [0-9]+ gone", "", "device ;  gone" },
	{ "[]x]abc", "", "abc" },
	{ "[^]x]abc", "", "abc" },
	{ "[\\]x]abc", "", "abc" },
	{ "[[:alpha:]x]abc", "", "abc" },
	{ "[[:x]abc", "", "abc" },
	{ "(one|two)three", "", "one|two; three" },
	{ "(?:long one)?three", "", "three" },
	{ "(?<name>abcdef)gh", "", "" },
	{ "(?!abcdef)gh", "", "" },
	{ "(a[)]b\\)c)de", "", "" },
	{ "caf\xC3\xA9 noir", "", "caf\xC3\xA9 noir" },
	{ "caf\xC3\xA9? noir", "", "caf;  noir" },
	{ "caf\xC3\xA9 noir", "i", "caf;  noir" },
	{ "kiss", "i", "kiss" },
	{ "one|two", "", "one|two" },
	{ "abc(?i)def", "", "" },		/* options, comments, conditions, verbs, quotes: not read */
	{ "abc(?#x)def", "", "" },
	{ "abc(x(*ACCEPT)y)def", "", "" },
	{ "(*UTF)abc", "", "" },
	{ "(?(?=a)b)cde", "", "" },
	{ "\\Qa|b\\Ecde", "", "" },
	{ "[\\Q]\\E]abc", "", "" },
	{ "\\x41bcd", "", "" },
	{ "\\p{L}abc", "", "" },
	{ "a b c", "x", "" },
	{ "(?:one|two) three|four", "", " three|four" },
	{ "one|t.o", "", "" },
	{ "abc(one|tw)?def", "", "abc; def" },
	{ "(one|two){0,1}def", "", "def" },
	{ "(one|two)+def", "", "one|two; def" },
	{ "(one|tw)def", "", "def" },
	{ "((one)|two)def", "", "def" },
};

static void
put_needs(struct buf *out, const struct buf *found)
{
	for (const char *p = buf_text(found), *end = p + found->len; p < end; p++) {
		buf_puts(out, out->len ? "; " : "");
		for (const char *first = p; *p; p += strlen(p) + 1)
			buf_printf(out, "%s%s", p == first ? "" : "|", p);
	}
}

START_TEST(what_a_pattern_needs_is_in_all_it_matches)
{
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		struct buf found = {0}, shown = {0};

		literal_needs(&found, needs[i].pattern, strlen(needs[i].pattern), needs[i].flags);
		put_needs(&shown, &found);
		ck_assert_msg(strcmp(buf_text(&shown), needs[i].needs) == 0, "/%s/%s needs '%s', not '%s'", needs[i].pattern,
				needs[i].flags, buf_text(&shown), needs[i].needs);
		buf_free(&found);
		buf_free(&shown);
	}
}
END_TEST

/* ---- sets ---- */

static uint64_t state;

static uint32_t
below(uint32_t n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) >> 32) % n;
}

/* Pieces that patterns are made of, and texts of the plain ones among them. */
static const char *const pieces[] = {
	"abc", "ABC", "k", "S", "ss", "\xE2\x84\xAA", "\xC5\xBF", "\xC3\xA9", "\xC3\x89", "12", " ", "x", "x", "}", "]", "#", ":", "Q", "E",
	"a?", "b*", "c+", "x{2}", "x{0,1}", "x{1,}", "x{,2}", ".", ".*", "[abc]", "[^k]", "[]x]", "[[:alpha:]]", "[\\]\\[]", "\\.", "\\d",
	"\\w+", "\\s*", "\\bx", "\\Q.*\\E", "(abc)", "(abc)?", "(x|abc)", "(abc|ss1|ABC)", "(?:k12|abc)", "(abc|x12)?", "(abc|12 )+", "(?:k|s)+", "(?=abc)", "(?!abc)", "(?<=x)", "(?i)", "(?i:abc)",
	"(?#x)", "|", "(", ")", "[", "\\", "^", "$", "+", "?", "(*ACCEPT)", "(?(1)a|b)", "\\K", "\\x41", "\\pL", "\\p{Lu}", "{", "[\\Q]\\E]",
};
enum { PIECES = sizeof pieces / sizeof *pieces, PLAIN = 19 };

static void
put_random(struct buf *out, uint32_t kinds)
{
	for (uint32_t n = 1 + below(7); n; n--)
		buf_puts(out, pieces[below(kinds)]);
}

START_TEST(no_expression_matches_that_is_not_among_the_candidates)
{
	enum { SETS = 300, MANY = 60, TEXTS = 60 };
	static const char *const flags[] = { "", "i", "x", "m", "is" };
	struct regex_scratch *s = regex_scratch_new();
	long matched = 0, spared = 0;

	state = 7;
	for (int round = 0; round < SETS; round++) {
		struct arena *a = arena_new();
		const struct regex *all[MANY];
		char *patterns[MANY];
		struct regexset *set;
		struct buf b = {0};
		size_t n = 0;

		while (n < MANY) {
			const char *f = flags[below(5)];

			buf_clear(&b);
			put_random(&b, PIECES);
			all[n] = compiled(buf_text(&b), f);
			if (all[n])
				patterns[n++] = strdup(buf_text(&b));
		}
		set = regexset_new(a, all, NULL, n);
		for (int t = 0; t < TEXTS; t++) {
			bool among[MANY] = {0};
			const uint32_t *may;
			size_t count;

			buf_clear(&b);
			put_random(&b, PLAIN);
			may = regexset_candidates(set, s, buf_text(&b), b.len, &count);
			for (size_t i = 0; i < count; i++) {
				ck_assert(i == 0 || may[i] > may[i - 1]);
				among[may[i]] = true;
			}
			spared += (long)(n - count);
			for (size_t i = 0; i < n; i++)
				if (regex_match(all[i], s, buf_text(&b), b.len) == REGEX_YES) {
					matched++;
					ck_assert_msg(among[i], "/%s/ matches '%s'", patterns[i], buf_text(&b));
				}
		}
		for (size_t i = 0; i < n; i++) {
			regex_free((struct regex *)all[i]);
			free(patterns[i]);
		}
		buf_free(&b);
		arena_free(a);
	}
	ck_assert_int_gt(matched, 10000);
	ck_assert_int_gt(spared, 50000);
	regex_scratch_free(s);
}
END_TEST

START_TEST(a_set_of_none_and_an_empty_text_have_no_candidates)
{
	struct arena *a = arena_new();
	struct regex_scratch *s = regex_scratch_new();
	struct regex *re = compiled("abc", "");
	const struct regex *one[] = { re };
	size_t count = 9;

	regexset_candidates(regexset_new(a, NULL, NULL, 0), s, "abc", 3, &count);
	ck_assert_uint_eq(count, 0);
	regexset_candidates(regexset_new(a, one, NULL, 1), s, "", 0, &count);
	ck_assert_uint_eq(count, 0);
	regexset_candidates(regexset_new(a, one, NULL, 1), s, "xabc", 4, &count);
	ck_assert_uint_eq(count, 1);
	regex_free(re);
	regex_scratch_free(s);
	arena_free(a);
}
END_TEST

START_TEST(a_text_that_has_one_need_of_an_expression_but_not_the_other_leaves_it_out)
{
	struct arena *a = arena_new();
	struct regex_scratch *s = regex_scratch_new();
	const struct regex *all[] = { compiled("alpha.*(beta|delta)", "i"), compiled("gamma", ""), compiled("[0-9]", "") };
	const struct regexset *set = regexset_new(a, all, NULL, 3);
	size_t count;

	ck_assert_uint_eq(*regexset_candidates(set, s, "an alpha", 8, &count), 2);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(*regexset_candidates(set, s, "a delta", 7, &count), 2);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(*regexset_candidates(set, s, "delta and alpha", 15, &count), 0);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(*regexset_candidates(set, s, "gamma", 5, &count), 1);
	ck_assert_uint_eq(count, 2);
	for (int i = 0; i < 3; i++)
		regex_free((struct regex *)all[i]);
	regex_scratch_free(s);
	arena_free(a);
}
END_TEST

/* ---- what is asked for often ---- */

START_TEST(an_expression_that_is_asked_for_often_answers_as_before)
{
	struct regex_scratch *s = regex_scratch_new();
	struct regex *re = compiled("code (?<code>[0-9]+)", "i"), *greedy = compiled("^(a+)+$", "");
	struct regex *near = compiled("^(?:a?){17}a{17}$", "");	/* within the limits as PCRE2 counts, beyond them as its machine code does */
	char text[64];
	size_t from, to;

	memset(text, 'a', sizeof text);
	text[63] = 'b';
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(regex_match(re, s, "the CODE 42.", 12), REGEX_YES);
		ck_assert(regex_captured(s, regex_group(re, "code"), &from, &to));
		ck_assert_uint_eq(from, 9);
		ck_assert_uint_eq(to, 11);
		ck_assert_int_eq(regex_match(re, s, "the mode 42", 11), REGEX_NO);
		ck_assert_int_eq(regex_match(re, s, "code \xff 42", 9), REGEX_NO);
		ck_assert_int_eq(regex_match(greedy, s, "aaa", 3), REGEX_YES);
		ck_assert_int_eq(regex_match(re, s, "\xc3\xa9 code 4", 9), REGEX_YES);
		if (i % 20 == 0)
			ck_assert_int_eq(regex_match(near, s, "aaaaaaaaaaaaaaaaa", 17), REGEX_YES);
		if (i % 100 == 0)
			ck_assert_int_eq(regex_match(greedy, s, text, sizeof text), REGEX_LIMIT);
	}
	regex_free(re);
	regex_free(greedy);
	regex_free(near);
	regex_scratch_free(s);
}
END_TEST

Suite *check_regex(void);

Suite *
check_regex(void)
{
	Suite *s = suite_create("regex");
	TCase *t = tcase_create("regex");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, what_a_pattern_needs_is_in_all_it_matches);
	tcase_add_test(t, no_expression_matches_that_is_not_among_the_candidates);
	tcase_add_test(t, a_set_of_none_and_an_empty_text_have_no_candidates);
	tcase_add_test(t, a_text_that_has_one_need_of_an_expression_but_not_the_other_leaves_it_out);
	tcase_add_test(t, an_expression_that_is_asked_for_often_answers_as_before);
	suite_add_tcase(s, t);
	return s;
}
