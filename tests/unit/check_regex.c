/* SPDX-License-Identifier: MIT */
#include "base/regexset.h"
#include "random_base.h"

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
		p += sizeof(struct beside);
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

/* May the one expression match the text, by a set of it alone? */
static bool
may_match(const char *pattern, const char *flags, const char *text, size_t n)
{
	struct arena *a = arena_new();
	struct regex_scratch *s = regex_scratch_new();
	struct regex *re = compiled(pattern, flags);
	const struct regex *one[] = { re };
	size_t count;

	ck_assert_ptr_nonnull(re);
	regexset_candidates(regexset_new(a, one, NULL, 1), s, text, n, &count);
	regex_free(re);
	regex_scratch_free(s);
	arena_free(a);
	return count == 1;
}

/* A text that may match, and one that has all the texts and may not. */
static const struct {
	const char *pattern, *flags, *may, *not;
} besides[] = {
	{ "foo.*bar", "", "xfoo bar", "bar foo" },
	{ "foo.*foo", "", "foofoo", "xfoox" },
	{ "abc.*bcd", "", "abc bcd", "abcd" },
	{ "(one|two).*(three|one)", "", "two one", "three two" },
	{ "foo.*(?:one|two).*bar", "", "foo two bar", "foo bar two" },
	{ "^foo", "", "foo", "a foo" },
	{ "^foo", "m", "a\nfoo", "a foo" },
	{ "\\Afoo", "m", "foo", "a\nfoo" },
	{ "foo$", "", "a foo\n", "foo bar" },
	{ "foo\\Z", "", "a foo\n", "foo bar" },
	{ "foo\\z", "", "a foo", "foo\n" },
	{ "foo[0-9]+", "", "foo1", "foo" },
	{ "foo[0-9]+", "", "foo foo1", "foo foo" },
	{ "foo\\d{2}", "", "foo1", "foox" },
	{ "foo\\d{0,2}bar", "", "foobar", "bar" },
	{ "\\d+foo", "", "1foo", "foo" },
	{ "[a-f]foo", "", "a foo afoo", "gfoo" },
	{ "[a-f]foo", "i", "AFOO", "gfoo" },
	{ "[^a-f]foo", "", "Afoo", "foo" },
	{ "[^0-9]foo", "", "afoo", "1foo" },
	{ "[^A-F]foo", "", "afoo", "foo" },
	{ "[^A-F]foo", "i", "gfoo", "afoo" },
	{ "foo[]x]", "", "foo]", "fooy" },
	{ "foo[\\]-]", "", "foo-", "foox" },
	{ "foo[[:digit:]]", "", "foox", "foo" },
	{ "foo\\D", "", "foo.", "foo1" },
	{ "foo\\Sbar", "", "foo.bar", "foo bar" },
	{ "foo\\s+bar", "", "foo\tbar", "fooxbar" },
	{ "foo.", "", "foox", "foo" },
	{ "\\bfoo", "", "a-foo", "afoo" },
	{ "foo\\b", "", "foo.", "foox" },
	{ "\\b(?:foo|bar)\\b", "", "a bar", "foox bart" },
	{ "\\b[0-9]foo", "", "1foo", "foo" },
	{ " foo.x*", "", " foo-", "foo" },
	{ "foo: (one|two)", "", "foo: two", "foo:two" },
	{ "=(one|two)x", "", "=onex", "onex=two" },
	{ "^foo|bar$", "", "bar", "foar" },
};

START_TEST(an_expression_is_left_out_when_its_needs_are_out_of_order_or_beside_what_it_does_not_allow)
{
	for (size_t i = 0; i < sizeof besides / sizeof *besides; i++) {
		const char *may = besides[i].may, *not = besides[i].not;

		ck_assert_msg(may_match(besides[i].pattern, besides[i].flags, may, strlen(may)), "/%s/%s may match '%s'", besides[i].pattern,
				besides[i].flags, may);
		ck_assert_msg(!may_match(besides[i].pattern, besides[i].flags, not, strlen(not)), "/%s/%s cannot match '%s'",
				besides[i].pattern, besides[i].flags, not);
	}
}
END_TEST

START_TEST(an_expression_is_found_behind_many_places_where_it_is_not)
{
	enum { MANY = 20000 };
	struct buf b = {0};

	for (int i = 0; i < MANY; i++)
		buf_puts(&b, "foo abc");
	ck_assert(!may_match("foo1.*bar2", "", b.text, b.len));
	buf_puts(&b, "foo1 bar2");
	ck_assert(may_match("foo1.*bar2", "", b.text, b.len));
	ck_assert(may_match("foo[0-9] bar", "", b.text, b.len));
	ck_assert(may_match("abcfoo[0-9] bar[0-9]$", "", b.text, b.len));
	ck_assert(!may_match("foo[0-9] bar[0-9]+xyz", "", b.text, b.len));
	buf_free(&b);
}
END_TEST

static uint64_t state;

static uint32_t
below(uint32_t n)
{
	return random_below(&state, n);
}

/* Pieces that patterns are made of, and for most of them a text that they match where they may. */
static const struct piece {
	const char *pattern, *text;
} pieces[] = {
	{ "abc", "abc" }, { "ABC", "ABC" }, { "abc", "ABC" }, { "k", "k" }, { "S", "S" }, { "ss", "ss" }, { "kss", "\xE2\x84\xAA\xC5\xBFs" },
	{ "\xE2\x84\xAA", "\xE2\x84\xAA" }, { "\xC5\xBF", "\xC5\xBF" }, { "\xC3\xA9", "\xC3\xA9" }, { "\xC3\x89", "\xC3\xA9" },
	{ "12", "12" }, { " ", " " }, { "x", "x" }, { "x_1", "x_1" }, { "xkS", "xkS" }, { "}", "}" }, { "]", "]" }, { "#", "#" }, { ":", ":" },
	{ "\n", "\n" }, { "a?", "" }, { "b*", "bb" }, { "c+", "cc" }, { "abc+", "abccc" }, { "x{2}", "xx" }, { "x{0,1}", "" }, { "x{1,}", "x" },
	{ "x{,2}", "x{,2}" }, { "x{}", "x{}" }, { "x{1,2,3}", "x{1,2,3}" }, { ".", "k" }, { ".", "\xE2\x84\xAA" }, { ".", "" }, { ".*", " xabc " },
	{ ".*", "" }, { ".+", "\xC3\xA9 1" }, { "[abc]", "b" }, { "[^k]", "\xE2\x84\xAA" }, { "[^k]", "K" }, { "[^S]+?", "\xC5\xBF" }, { "[]x]", "]" },
	{ "[^]x]", "y" }, { "[[:alpha:]]", "a" }, { "[\\]\\[]", "[" }, { "[a-c]", "c" }, { "[A-Z]", "\xE2\x84\xAA" }, { "[a-z]{2,3}", "abc" },
	{ "[0-9]{2}", "12" }, { "[^a-z]", "1" }, { "[\\d-]", "-" }, { "[\\W_]", "\xE2\x84\xAA" }, { "[\xC3\xA9]", "\xC3\xA9" }, { "[a-\xC3\xA9]", "z" },
	{ "[\xE2\x84\xAA]", "k" }, { "[0-9]?", "" }, { "[0-9]*", "12" }, { "\\.", "." }, { "\\d", "1" }, { "\\d+", "12" }, { "\\D", "\xE2\x84\xAA" },
	{ "\\w+", "abc" }, { "\\w", "_" }, { "\\W", "\xE2\x84\xAA" }, { "\\s", "\t" }, { "\\s*", "" }, { "\\S", "\xC5\xBF" }, { "\\R", "\r\n" },
	{ "\\b", "" }, { "\\b", " " }, { "\\B", "" }, { "^", "" }, { "^", "\n" }, { "$", "" }, { "$", "\n" }, { "\\A", "" }, { "\\z", "" }, { "\\Z", "\n" },
	{ "(abc)", "abc" }, { "(abc)?", "" }, { "(x|abc)", "x" }, { "(abc|ss1|ABC)", "ss1" }, { "(?:k12|abc)", "\xE2\x84\xAA" "12" },
	{ "(?:k12|abc)", "k12" }, { "(\xE2\x84\xAA" "12|abc)", "k12" }, { "(abc|x12)?", "" }, { "(abc|12 )+", "12 abc" }, { "(abc|x12){2}", "x12abc" }, { "(?:k|s)+", "sk" },
	{ "(?=abc)", "" }, { "(?!abc)", "" }, { "(?<=x)", "" }, { "(?<!x)", "" }, { "(?i:abc)", "aBc" }, { "\\K", "" }, { "\\x41", "A" }, { "\\pL", "k" },
	{ "(?i)", "" }, { "(?#x)", "" }, { "|", "" }, { "\\Q.*\\E", ".*" }, { "(?>abc|x)", "x" }, { "x++", "xx" },
	{ "(", "" }, { ")", "" }, { "[", "" }, { "\\", "" }, { "+", "" }, { "?", "" }, { "{", "" }, { "{2}", "" }, { "(*ACCEPT)", "" }, { "(?(1)a|b)", "b" },
	{ "\\p{Lu}", "A" }, { "[\\Q]\\E]", "]" }, { "(*CRLF)", "" }, { "\\1", "abc" },
};
enum { PIECES = sizeof pieces / sizeof *pieces, SETS = 400, MANY = 60, LONGEST = 8 };

/* An expression, and a text that it may match. */
struct sample {
	struct regex *re;
	struct buf pattern, text;
	const char *flags;
};

static void
make_sample(struct sample *s)
{
	static const char *const flags[] = { "", "", "i", "i", "x", "m", "is", "im" };

	*s = (struct sample){ .flags = flags[below(8)] };
	while (!s->re) {
		buf_clear(&s->pattern);
		buf_clear(&s->text);
		buf_puts(&s->text, below(2) ? "" : pieces[below(PIECES)].text);
		for (uint32_t n = 1 + below(LONGEST); n; n--) {
			const struct piece *p = &pieces[below(PIECES)];

			buf_puts(&s->pattern, p->pattern);
			buf_puts(&s->text, below(16) ? p->text : pieces[below(PIECES)].text);
		}
		buf_puts(&s->text, below(2) ? "" : pieces[below(PIECES)].text);
		s->re = compiled(buf_text(&s->pattern), s->flags);
	}
}

static void
free_sample(struct sample *s)
{
	regex_free(s->re);
	buf_free(&s->pattern);
	buf_free(&s->text);
}

/* What each expression says of a text, against what the set says; counts matches, and what need not be tried. */
static void
compare(const struct sample *samples, const struct regexset *set, const struct buf *text, struct regex_scratch *s, long *matched, long *spared)
{
	bool among[MANY] = {0};
	size_t count;
	const uint32_t *may = regexset_candidates(set, s, buf_text(text), text->len, &count);

	for (size_t i = 0; i < count; i++) {
		ck_assert(i == 0 || may[i] > may[i - 1]);
		among[may[i]] = true;
	}
	*spared += (long)(MANY - count);
	for (size_t i = 0; i < MANY; i++) {
		if (regex_match(samples[i].re, s, buf_text(text), text->len) != REGEX_YES)
			continue;
		++*matched;
		ck_assert_msg(among[i], "/%s/%s matches '%s'", buf_text(&samples[i].pattern), samples[i].flags, buf_text(text));
	}
}

START_TEST(no_expression_matches_that_is_not_among_the_candidates)
{
	struct regex_scratch *s = regex_scratch_new();
	long matched = 0, spared = 0;

	state = 7;
	for (int round = 0; round < SETS; round++) {
		struct arena *a = arena_new();
		struct sample samples[MANY];
		const struct regex *all[MANY];
		struct regexset *set;

		for (int i = 0; i < MANY; i++) {
			make_sample(&samples[i]);
			all[i] = samples[i].re;
		}
		set = regexset_new(a, all, NULL, MANY);
		for (int i = 0; i < MANY; i++)
			compare(samples, set, &samples[i].text, s, &matched, &spared);
		for (int i = 0; i < MANY; i++)
			free_sample(&samples[i]);
		arena_free(a);
	}
	ck_assert_int_gt(matched, 50000);
	ck_assert_int_gt(spared, 200000);
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
	ck_assert_uint_eq(*regexset_candidates(set, s, "alpha and delta", 15, &count), 0);
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
	tcase_add_test(t, an_expression_is_left_out_when_its_needs_are_out_of_order_or_beside_what_it_does_not_allow);
	tcase_add_test(t, an_expression_is_found_behind_many_places_where_it_is_not);
	tcase_add_test(t, no_expression_matches_that_is_not_among_the_candidates);
	tcase_add_test(t, a_set_of_none_and_an_empty_text_have_no_candidates);
	tcase_add_test(t, a_text_that_has_one_need_of_an_expression_but_not_the_other_leaves_it_out);
	tcase_add_test(t, an_expression_that_is_asked_for_often_answers_as_before);
	suite_add_tcase(s, t);
	return s;
}
