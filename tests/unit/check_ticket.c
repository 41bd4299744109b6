/* SPDX-License-Identifier: MIT */
/*
 * The text of tickets: cut between steps and never within, in every dialect; and Markdown in which no text means anything.
 */
#include "report/ticket.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A document with so many steps of three instructions. */
static json_t *
long_document(int steps)
{
	json_t *doc = json_pack("{s:s, s:s, s:[], s:n, s:{s:i, s:i}, s:[], s:[], s:[]}", "status", "problem", "title", "Something is wrong", "subjects", "issue",
			"plan", "expected_time_s", 600, "p_solved_ppm", 900000, "causes", "requirements", "questions");
	json_t *list = json_array();

	for (int i = 1; i <= steps; i++) {
		json_t *step = json_pack("{s:i, s:s, s:s, s:{s:i}, s:{s:n}, s:[s, s, s], s:[]}", "n", i, "id", "x", "title", "Do something", "cost", "seconds", 60,
				"risk", "warning", "instructions", "first", "second with **bold** words", "last-of-step", "verify");

		json_array_append_new(list, step);
	}
	json_object_set_new(doc, "steps", list);
	return doc;
}

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

static char *
text_of(const json_t *body)
{
	return json_is_string(body) ? strdup(json_string_value(body)) : json_dumps(body, JSON_COMPACT);
}

START_TEST(a_text_is_cut_between_two_steps_and_says_how_many_are_missing)
{
	json_t *doc = long_document(500);
	static const size_t sizes[] = { 500, 1000, 4000, 4001, 4002, 32767, 60000 };

	for (int dialect = MARKDOWN; dialect <= ADF; dialect++)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			json_t *body = ticket_body(doc, (enum dialect)dialect, sizes[i]);
			char *text = text_of(body), note[80];
			int kept = count(text, "Do something");

			ck_assert_uint_le(strlen(text), dialect == ADF && sizes[i] < 1000 ? 1000 : sizes[i]);
			ck_assert_int_eq(kept, count(text, "last-of-step"));
			ck_assert_int_eq(kept, count(text, "second with"));
			snprintf(note, sizeof note, "Cut here: %d more steps", 500 - kept);
			if (kept < 500)
				ck_assert_msg(strstr(text, note) != NULL, "%s", note);
			ck_assert(strstr(text, "Written by") != NULL);
			ck_assert_int_ge(kept, sizes[i] >= 4000 ? 5 : 0);
			free(text);
			json_decref(body);
		}
	json_decref(doc);
}
END_TEST

START_TEST(a_text_that_fits_is_whole)
{
	json_t *doc = long_document(3);

	for (int dialect = MARKDOWN; dialect <= ADF; dialect++) {
		json_t *body = ticket_body(doc, (enum dialect)dialect, 60000);
		char *text = text_of(body);

		ck_assert_int_eq(count(text, "last-of-step"), 3);
		ck_assert_ptr_null(strstr(text, "Cut here"));
		free(text);
		json_decref(body);
	}
	json_decref(doc);
}
END_TEST

static const struct sample {
	const char *text, *markdown;
} samples[] = {
	{ "plain words, 100 %; a-b", "plain words, 100 %; a-b" },
	{ "Tap **Trust** now", "Tap **Trust** now" },
	{ "** and a * b **", "\\*\\* and a \\* b \\*\\*" },
	{ "`x` _y_ ~z~ [a](b) ![c](d) | $e$", "\\`x\\` \\_y\\_ \\~z\\~ \\[a\\](b) \\!\\[c\\](d) \\| \\$e\\$" },
	{ "<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;" },
	{ "@everyone mail@example.org", "@<!-- -->everyone mail@<!-- -->example.org" },
	{ "see #12, GH-3, gh-4 and #x", "see #<!-- -->12, GH<!-- -->-3, gh<!-- -->-4 and \\#x" },
	{ "https://example.org www.example.org", "https:<!-- -->//example.org www<!-- -->.example.org" },
	{ "- a", "\\- a" }, { "1. a", "1\\. a" }, { "12) a", "12\\) a" }, { "+ a", "\\+ a" }, { "=== a", "\\=== a" },
	{ "a\nb\x1b[2J\xe2\x80\xae", "a\\\\u{a}b\\\\u{1b}\\[2J\\\\u{202e}" },
	{ "\xff\xfe", "\\\\x{ff}\\\\x{fe}" },
	{ "", "" },
};

START_TEST(in_markdown_a_text_means_nothing)
{
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		struct buf out = {0};

		ticket_markdown(&out, samples[i].text);
		ck_assert_str_eq(buf_text(&out), samples[i].markdown);
		buf_free(&out);
	}
}
END_TEST

START_TEST(a_line_is_cut_between_characters)
{
	struct buf out = {0};

	ticket_line(&out, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", 3);
	ck_assert_str_eq(buf_text(&out), "\xc3\xa4\xc3\xb6\xe2\x80\xa6");
	buf_clear(&out);
	ticket_line(&out, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", 4);
	ck_assert_str_eq(buf_text(&out), "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f");
	buf_clear(&out);
	ticket_line(&out, NULL, 4);
	ck_assert_str_eq(buf_text(&out), "");
	buf_free(&out);
}
END_TEST

Suite *check_ticket(void);

Suite *
check_ticket(void)
{
	Suite *s = suite_create("ticket");
	TCase *c = tcase_create("ticket");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, a_text_is_cut_between_two_steps_and_says_how_many_are_missing);
	tcase_add_test(c, a_text_that_fits_is_whole);
	tcase_add_test(c, in_markdown_a_text_means_nothing);
	tcase_add_test(c, a_line_is_cut_between_characters);
	suite_add_tcase(s, c);
	return s;
}
