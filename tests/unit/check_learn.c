/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "learn/edits.h"
#include "learn/em.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *check_learn(void);

START_TEST(quantiles_of_beta_are_those_of_tables)
{
	/* closed forms: Beta(1, 1) is uniform, of Beta(a, 1) it is p^(1/a), Beta(2, 2) has 3x^2 - 2x^3 */
	ck_assert_double_eq_tol(em_beta_quantile(1, 1, 0.3), 0.3, 1e-9);
	ck_assert_double_eq_tol(em_beta_quantile(4, 1, 0.05), pow(0.05, 0.25), 1e-9);
	ck_assert_double_eq_tol(em_beta_quantile(1, 5, 0.95), 1 - pow(0.05, 0.2), 1e-9);
	ck_assert_double_eq_tol(em_beta_quantile(2, 2, 0.5), 0.5, 1e-9);
	ck_assert_double_eq_tol(em_beta_quantile(2, 2, 0.15625), 0.25, 1e-9);
	for (double a = 0.5; a < 2000; a *= 3)
		for (double b = 0.5; b < 2000; b *= 3)
			ck_assert_double_eq_tol(em_beta_quantile(a, b, 0.05), 1 - em_beta_quantile(b, a, 0.95), 1e-7);
}
END_TEST

/* Two causes that the facts tell apart for sure, one step that is for both. */
START_TEST(where_causes_are_known_estimates_are_the_plain_counts)
{
	static const double first[] = { 1, 0 }, second[] = { 0, 1 }, share[] = { 0.5, 0.5 }, rate[] = { 0.5, 0.5 };
	static const bool possible[] = { true, true };
	static const int rates[] = { 0, 1 };
	struct em_try helped = { rates, true }, failed = { rates, false };
	struct em_ticket of[10];
	struct em e = { .ncauses = 2, .nrates = 2, .ntickets = 10, .of = of, .share = share, .rate = rate };
	struct em_result r;

	for (int i = 0; i < 10; i++)	/* of seven the first cause, of which the step helped five; of three the other, of which it helped one */
		of[i] = (struct em_ticket){ i < 7 ? first : second, possible, i < 5 || i == 9 ? &helped : &failed, 1 };
	r = em_estimate(&e);
	ck_assert_double_eq_tol(r.share[0], 0.7, 1e-6);
	ck_assert_double_eq_tol(r.rate[0], 5.0 / 7, 1e-6);
	ck_assert_double_eq_tol(r.rate[1], 1.0 / 3, 1e-6);
	ck_assert_double_eq_tol(r.tried[0] + r.tried[1], 10, 1e-9);
	em_free(&r);
	e.tickets = 10, e.tries = 7;	/* half from the rules */
	r = em_estimate(&e);
	ck_assert_double_eq_tol(r.share[0], 0.6, 1e-6);
	ck_assert_double_eq_tol(r.rate[0], 8.5 / 14, 1e-6);
	em_free(&r);
}
END_TEST

START_TEST(a_ticket_that_nothing_explains_is_told_and_moves_no_rate)
{
	static const double likely[] = { 1, 1 }, share[] = { 0.5, 0.5 }, rate[] = { 0.5 };
	static const bool possible[] = { true, true };
	static const int none[] = { -1, -1 };
	struct em_try helped = { none, true };
	struct em_ticket of = { likely, possible, &helped, 1 };
	struct em e = { .ncauses = 2, .nrates = 1, .ntickets = 1, .of = &of, .share = share, .rate = rate, .tickets = 1, .tries = 1 };
	struct em_result r = em_estimate(&e);

	ck_assert_double_eq(r.unexplained, 1);
	ck_assert_double_eq(r.rate[0], 0.5);
	ck_assert_double_eq(r.tried[0], 0);
	em_free(&r);
}
END_TEST

START_TEST(without_tickets_the_rules_stay_as_they_are)
{
	static const double share[] = { 0.25, 0.75 }, rate[] = { 0.125 };
	struct em e = { .ncauses = 2, .nrates = 1, .share = share, .rate = rate, .tickets = 5, .tries = 5 };
	struct em_result r = em_estimate(&e);

	ck_assert_double_eq_tol(r.share[0], 0.25, 1e-9);
	ck_assert_double_eq_tol(r.rate[0], 0.125, 1e-9);
	em_free(&r);
}
END_TEST

/* The patch of some edits in a text. */
static char *
patch_of(const char *text, void (*edit)(struct edits *e, uint32_t file))
{
	struct diags *sources = diags_new();
	struct arena *arena = arena_new();
	struct edits e = { .arena = arena, .sources = sources };
	uint32_t file = diags_source(sources, "x.yaml", text, strlen(text));
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	edit(&e, file);
	edits_write(&e, f);
	fclose(f);
	arena_free(arena);
	diags_free(sources);
	return out;
}

static void
two_on_a_line(struct edits *e, uint32_t file)
{
	ck_assert(edits_add(e, (struct place){ file, 2, 8, 2, 9 }, "22"));
	ck_assert(edits_add(e, (struct place){ file, 2, 5, 2, 6 }, "11"));
	ck_assert(!edits_add(e, (struct place){ file, 0, 0, 0, 0 }, "x"));
	ck_assert(!edits_add(e, (struct place){ file, 1, 1, 2, 1 }, "x"));
}

START_TEST(edits_on_one_line_are_one_change_and_columns_count_characters)
{
	char *patch = patch_of("a\n\u00e4 [ 1, 2]\nc\n", two_on_a_line);

	ck_assert_str_eq(patch, "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,3 +1,3 @@\n a\n-\u00e4 [ 1, 2]\n+\u00e4 [ 11, 22]\n c\n");
	free(patch);
}
END_TEST

static void
entries(struct edits *e, uint32_t file)
{
	ck_assert(edits_add_entry(e, (struct place){ file, 1, 3, 0, 0 }, "works: 1"));
	ck_assert(edits_add_entry(e, (struct place){ file, 2, 4, 0, 0 }, "works: 2"));
	ck_assert(!edits_add_entry(e, (struct place){ file, 3, 3, 0, 0 }, "works: 3"));
	ck_assert(!edits_add_entry(e, (struct place){ file, 4, 3, 0, 0 }, "works: 4"));
}

START_TEST(an_entry_goes_to_the_end_of_its_own_mapping_and_nowhere_else)
{
	char *patch = patch_of("- {step: a}\n- [{step: b, when: \"x } \\\" y\", note: it's}, {step: c}]\n- step: d\n- {step: e,\n   note: f}\n", entries);

	ck_assert_ptr_nonnull(strstr(patch, "+- {step: a, works: 1}\n"));
	ck_assert_ptr_nonnull(strstr(patch, "+- [{step: b, when: \"x } \\\" y\", note: it's, works: 2}, {step: c}]\n"));
	ck_assert_ptr_null(strstr(patch, "works: 3"));
	ck_assert_ptr_null(strstr(patch, "works: 4"));
	free(patch);
}
END_TEST

/* The patch of the last two of `n` lines that are lent as lang/yaml.h does, with so many `edits` in the first of them; what it took of the arena. */
static char *
patch_of_lent(size_t n, int edits, size_t *used)
{
	struct diags *sources = diags_new();
	struct arena *arena = arena_new();
	struct edits e = { .arena = arena, .sources = sources };
	struct buf text = {0}, same = {0};
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);
	uint32_t file;

	for (size_t i = 0; i < n; i++)
		buf_puts(&text, "- {is: 1}\n");
	buf_add(&same, text.text, text.len);
	for (char *p = same.text; (p = strchr(p, '}')); )
		*p++ = '\0';
	file = diags_source_lent(sources, "x.yaml", text.text, text.len);
	diags_source_keep(sources, file, same.text);
	buf_free(&text);
	for (int i = 0; i < edits; i++)
		ck_assert(edits_add_entry(&e, (struct place){ file, (uint32_t)n - 1, 3, 0, 0 }, "works: 1"));
	ck_assert(edits_add(&e, (struct place){ file, (uint32_t)n, 8, (uint32_t)n, 9 }, "2"));
	edits_write(&e, f);
	fclose(f);
	*used = arena_used(arena);
	arena_free(arena);
	diags_free(sources);
	buf_free(&same);
	return out;
}

START_TEST(a_source_whose_text_is_not_held_is_patched_and_read_once)
{
	size_t used, more;
	char *patch = patch_of_lent(3, 1, &used);

	ck_assert_str_eq(patch, "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,3 +1,3 @@\n - {is: 1}\n-- {is: 1}\n-- {is: 1}\n"
			"+- {is: 1, works: 1}\n+- {is: 2}\n");
	free(patch);
	free(patch_of_lent(10000, 1, &used));
	free(patch_of_lent(10000, 100, &more));
	ck_assert_uint_lt(more, used + 100000);
}
END_TEST

static void
outside(struct edits *e, uint32_t file)
{
	ck_assert(!edits_add(e, (struct place){ file, 3, 1, 3, 2 }, "x"));
	ck_assert(!edits_add(e, (struct place){ file + 1, 1, 1, 1, 2 }, "x"));
	ck_assert(!edits_add(e, (struct place){ UINT32_MAX, 1, 1, 1, 2 }, "x"));
	ck_assert(!edits_add_entry(e, (struct place){ file + 1, 1, 1, 0, 0 }, "x"));
}

START_TEST(a_place_in_no_line_of_a_source_is_not_patched)
{
	char *patch = patch_of("a\nb\n", outside);

	ck_assert_str_eq(patch, "");
	free(patch);
}
END_TEST

Suite *
check_learn(void)
{
	Suite *s = suite_create("learn");
	TCase *t = tcase_create("learn");

	tcase_add_test(t, quantiles_of_beta_are_those_of_tables);
	tcase_add_test(t, where_causes_are_known_estimates_are_the_plain_counts);
	tcase_add_test(t, a_ticket_that_nothing_explains_is_told_and_moves_no_rate);
	tcase_add_test(t, without_tickets_the_rules_stay_as_they_are);
	tcase_add_test(t, edits_on_one_line_are_one_change_and_columns_count_characters);
	tcase_add_test(t, an_entry_goes_to_the_end_of_its_own_mapping_and_nowhere_else);
	tcase_add_test(t, a_source_whose_text_is_not_held_is_patched_and_read_once);
	tcase_add_test(t, a_place_in_no_line_of_a_source_is_not_patched);
	suite_add_tcase(s, t);
	return s;
}
