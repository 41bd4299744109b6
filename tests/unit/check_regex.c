/* SPDX-License-Identifier: MIT */
/* Regular expressions in numbers: words in a text, what patterns need, machine code. */
#include "base/need.h"
#include "base/regex.h"
#include "base/words.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 40 };

static uint64_t state;

static uint32_t
below(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % n;
}

/* A text of few different characters, so that much of it comes again. */
static void
put_text(struct buf *to, size_t n)
{
	static const char *const parts[] = { "a", "b", "A", "B", "k", "s", "1", " ", "\xc3\xa9", "\xe2\x84\xaa" /* Kelvin */, "\xc5\xbf" /* long s */ };

	buf_clear(to);
	while (n--)
		buf_puts(to, parts[below(sizeof parts / sizeof *parts)]);
}

/* ---- words ---- */

static size_t
find(const struct words *w, const char *text, size_t len, uint32_t *found)
{
	uint64_t seen[2] = {0};
	size_t n = words_find(w, text, len, seen, found);

	for (size_t i = 0; i < n; i++)
		ck_assert(words_seen(seen, found[i]));
	words_forget(seen, found, n);
	ck_assert(!seen[0] && !seen[1]);
	return n;
}

START_TEST(words_are_found_wherever_they_stand_and_once_each)
{
	struct arena *a = arena_new();
	static const struct word in[] = { { "fan", 3, 0 }, { "nozzle", 6, 1 }, { "code=12", 7, 2 }, { "valve", 5, 1 }, { "panfan", 6, 70 }, { "noz1", 4, 3 } };
	const struct words *w = words_make(in, sizeof in / sizeof *in, a);
	uint32_t found[8];

	ck_assert_uint_eq(find(w, "Fan", 3, found), 1);
	ck_assert_uint_eq(found[0], 0);
	ck_assert_uint_eq(find(w, "a NOZZLE, a valve, code=129", 27, found), 2);
	ck_assert_uint_eq(found[0] + found[1], 3);
	ck_assert_uint_eq(find(w, "panfan", 6, found), 2);
	ck_assert_uint_eq(find(w, "fa", 2, found), 0);
	ck_assert_uint_eq(find(w, "", 0, found), 0);
	ck_assert_uint_eq(find(w, &"noz1"[1], 3, found), 0);	/* what stands before the text is no part of it */
	ck_assert_uint_eq(find(w, "nozzl valv code=1", 17, found), 0);
	ck_assert_uint_eq(find(words_make(NULL, 0, a), "nozzle", 6, found), 0);
	arena_free(a);
}
END_TEST

static void
lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s |= 0x20;
}

START_TEST(of_any_words_just_those_are_found_that_a_search_one_by_one_finds)
{
	for (int round = 0; round < 2000; round++) {
		struct arena *a = arena_new();
		struct word in[30];
		const struct words *w;
		struct buf text = {0};
		uint64_t seen[1] = {0};
		uint32_t found[30];
		size_t n = below(30), hits;

		state = (uint64_t)round;
		for (size_t i = 0; i < n; i++) {
			char *s;

			put_text(&text, WORD_SHORTEST + below(5));
			s = arena_strdup(a, buf_text(&text));
			lower(s);
			in[i] = (struct word){ s, strlen(s), (uint32_t)i };
		}
		w = words_make(in, n, a);
		put_text(&text, below(TEXT));
		hits = words_find(w, buf_text(&text), text.len, seen, found);
		words_forget(seen, found, hits);
		ck_assert_uint_eq(seen[0], 0);
		for (size_t i = 0; i < n; i++) {
			size_t times = 0;

			for (size_t k = 0; k < hits; k++)
				times += found[k] == i;
			/* strcasestr looks at ASCII alone in the C locale */
			ck_assert_msg(times == (strcasestr(buf_text(&text), in[i].text) != NULL), "'%s' in '%s'", in[i].text, buf_text(&text));
		}
		buf_free(&text);
		arena_free(a);
	}
}
END_TEST

/* ---- needs ---- */

static const struct {
	const char *pattern, *flags, *needs;
} needs[] = {
	{ "could not connect", "", "could not connect" },
	{ "Could NOT", "i", "could not" },
	{ "could not connect .* \\(0xe80000\\d\\d\\)", "i", "could not connect \n\n (0xe80000" },
	{ "stored|invalid", "", "stored\ninvalid" },
	{ "(?:shunt|rotor)[0-9]* .*temp=[6-8]", "", "shunt\nrotor\n\ntemp=" },
	{ "(?<what>shunt|rotor)x", "", "shunt\nrotor" },
	{ "^fan: [a-z]+/clock seq=2$", "", "/clock seq=2\n\nfan: " },
	{ "abcd?", "", "abc" },
	{ "abc+d", "", "abc" },
	{ "abcd{2,3}e", "", "abcd" },
	{ "abcd{0,3}xyz1", "", "xyz1\n\nabc" },
	{ "(abc)?xyz", "", "xyz" },
	{ "(abc)+", "", "abc" },
	{ "(abc){0}xyz", "", "xyz" },
	{ "(?!abc)xyz", "", "xyz" },
	{ "(?<=abc)xyz", "", "xyz" },
	{ "[]abc]xyz", "", "xyz" },
	{ "[^\\]abc]xyz", "", "xyz" },
	{ "disk error", "i", " error" },
	{ "caf\xc3\xa9s open", "", "s open\n\ncaf" },
	/* nothing is certain */
	{ "ab", "", "" },
	{ "abc|", "", "" },
	{ "abc|d", "", "" },
	{ "abc|de*", "", "" },
	{ "(abc|xyz|)", "", "" },
	{ "abc", "x", "" },
	{ "abc(?i)def", "", "" },
	{ "(?#abc)def", "", "" },
	{ "abc(*ACCEPT)def", "", "" },
	{ "\\Qabc\\E", "", "" },
	{ "\\x41bcd", "", "" },
	{ "(abc)\\1", "", "" },
	{ "[[:alpha:]]abc", "", "" },
	{ "", "", "" },
};

START_TEST(what_a_pattern_needs_is_read_from_it_or_not_at_all)
{
	struct buf to = {0};

	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		buf_clear(&to);
		needs_of(needs[i].pattern, strlen(needs[i].pattern), needs[i].flags, &to);
		ck_assert_msg(strcmp(buf_text(&to), needs[i].needs) == 0, "/%s/%s: %s", needs[i].pattern, needs[i].flags, buf_text(&to));
	}
	buf_free(&to);
}
END_TEST

/* A pattern of pieces that PCRE2 may refuse. */
static void
put_pattern(struct buf *to)
{
	static const char *const pieces[] = {
		"a", "b", "k", "s", "A", "ab", "ba1", "aBk", "1", " ", ".", "\\.", "\\d", "\\s", "\\b", "^", "$", "*", "+", "?", "{2}", "{0,1}", "{0}",
		"{1,}", "|", "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<n>", "(?>", "[ab]", "[^ab]", "[]a]", "[a-k]", "\\1", "(?i)", "\xc3\xa9", "\xe2\x84\xaa",
		"\\x61", "\\Qa", "\\E", "*?", "++", "(*ACCEPT)", "(?#a)", "\\K",
	};
	size_t n = 1 + below(8);

	buf_clear(to);
	while (n--)
		buf_puts(to, pieces[below(sizeof pieces / sizeof *pieces)]);
	for (const char *s = buf_text(to); *s; s++)
		if (*s == '(' && !strchr(s, ')'))
			buf_putc(to, ')');
}

/* Is there one word of each need? */
static bool
has_needs(const char *text, const char *all)
{
	bool has = false;

	for (const char *end; *all; all = *end ? end + 1 : end) {
		char word[64];

		end = strchrnul(all, '\n');
		snprintf(word, sizeof word, "%.*s", (int)(end - all), all);
		has |= *word && strcasestr(text, word);
		if (end == all || !*end || (end[0] == '\n' && end[1] == '\n')) {
			if (end != all && !has)
				return false;
			has = false;
		}
	}
	return true;
}

START_TEST(no_text_matches_that_has_not_what_the_pattern_needs)
{
	struct regex_scratch *s = regex_scratch_new();
	struct buf pattern = {0}, text = {0}, why = {0};
	int needed = 0, matched = 0;

	state = 1;
	for (int round = 0; round < 40000; round++) {
		const char *flags = below(2) ? "" : "i";
		struct regex *re;
		size_t at;

		put_pattern(&pattern);
		buf_clear(&why);
		re = regex_new(buf_text(&pattern), pattern.len, flags, &why, &at);
		for (int i = 0; re && i < 20; i++) {
			put_text(&text, below(TEXT));
			needed += *regex_needs(re) != '\0';
			if (regex_match(re, s, buf_text(&text), text.len) != REGEX_YES)
				continue;
			matched += *regex_needs(re) != '\0';
			ck_assert_msg(has_needs(buf_text(&text), regex_needs(re)), "/%s/%s matches '%s', needs '%s'", buf_text(&pattern), flags,
					buf_text(&text), regex_needs(re));
		}
		regex_free(re);
	}
	ck_assert_int_gt(needed, 10000);
	ck_assert_int_gt(matched, 100);
	buf_free(&pattern);
	buf_free(&text);
	buf_free(&why);
	regex_scratch_free(s);
}
END_TEST

/* ---- machine code ---- */

START_TEST(what_a_pattern_gives_does_not_depend_on_how_often_it_was_asked)
{
	static const struct {
		const char *pattern, *text;
		enum regex_result is;
	} cases[] = {
		{ "code (?<code>[0-9]+)", "a code 42.", REGEX_YES },
		{ "code (?<code>[0-9]+)", "a code x.", REGEX_NO },
		{ "caf\xc3\xa9 (?<code>.)", "caf\xc3\xa9 42", REGEX_YES },
		{ "b", "b\xff", REGEX_NO },
		{ "^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", REGEX_LIMIT },
		{ "^(?:a?){17}a{17}$", "aaaaaaaaaaaaaaaaa", REGEX_YES },
	};
	struct buf why = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct regex_scratch *s = regex_scratch_new();
		size_t at, from, to, n = strlen(cases[i].text);
		struct regex *re = regex_new(cases[i].pattern, strlen(cases[i].pattern), "", &why, &at);

		for (int k = 0; k < 200; k++) {
			ck_assert_msg(regex_match(re, s, cases[i].text, n) == cases[i].is, "/%s/, time %d", cases[i].pattern, k);
			if (regex_group(re, "code") < 0 || cases[i].is != REGEX_YES)
				continue;
			ck_assert(regex_captured(s, regex_group(re, "code"), &from, &to));
			ck_assert(cases[i].text[from] == '4');
		}
		regex_free(re);
		regex_scratch_free(s);
	}
	buf_free(&why);
}
END_TEST

Suite *check_regex(void);

Suite *
check_regex(void)
{
	Suite *s = suite_create("regex");
	TCase *t = tcase_create("regex");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, words_are_found_wherever_they_stand_and_once_each);
	tcase_add_test(t, of_any_words_just_those_are_found_that_a_search_one_by_one_finds);
	tcase_add_test(t, what_a_pattern_needs_is_read_from_it_or_not_at_all);
	tcase_add_test(t, no_text_matches_that_has_not_what_the_pattern_needs);
	tcase_add_test(t, what_a_pattern_gives_does_not_depend_on_how_often_it_was_asked);
	suite_add_tcase(s, t);
	return s;
}
