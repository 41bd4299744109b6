/* SPDX-License-Identifier: MIT */
/*
 * The library as another program uses it: through dx.h alone.
 */
#include "dx.h"

#include <check.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *check_dx(void);

static const char small[] = "tests/docs/small", small_facts[] =
	"now: 2026-01-05T09:30:00Z\n"
	"facts:\n"
	"  mux: {state: refused}\n"
	"  usb_device: [{path: \"1-2\", mode: normal}]\n"
	"  device: []\n";

static struct dx_rules *
load(const char *path)
{
	return dx_load(&path, 1);
}

/* A pack of one file with this text. */
static struct dx_rules *
load_text(const char *text)
{
	char path[] = "/tmp/check_dx.XXXXXX";
	int fd = mkstemp(path);
	struct dx_rules *rules;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	rules = load(path);
	unlink(path);
	return rules;
}

/* What `print` writes; the caller frees. */
static char *
printed_rules(struct dx_rules *rules)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	dx_rules_print(rules, f);
	fclose(f);
	return text;
}

static char *
printed_session(struct dx_session *s)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	dx_session_print(s, f);
	fclose(f);
	return text;
}

/* The report of a session that ran, without what differs from run to run. */
static char *
report(struct dx_session *s, enum dx_format format)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	struct dx_report o = { .run_id = "00000000-0000-4000-8000-000000000000", .started = 1, .finished = 1 };

	dx_report(s, format, &o, f);
	fclose(f);
	return text;
}

static struct dx_session *
open_with_facts(const struct dx_rules *rules)
{
	struct dx_session *s = dx_open(rules);

	ck_assert(dx_facts(s, "facts.yaml", small_facts, strlen(small_facts)));
	return s;
}

START_TEST(mistakes_in_rules_are_counted_and_printed_with_their_place)
{
	struct dx_rules *rules = load_text("pack: {id: p, version: 1.0.0}\ntemplates:\n  t: {slots: {s: {tpye: text}}}\n");
	char *text;

	ck_assert_int_gt((int)dx_rules_errors(rules), 0);
	text = printed_rules(rules);
	ck_assert_ptr_nonnull(strstr(text, ":3:"));
	ck_assert_ptr_nonnull(strstr(text, "did you mean 'type'?"));
	free(text);
	dx_unload(rules);
}
END_TEST

START_TEST(a_path_that_is_not_there_is_a_mistake_like_others)
{
	struct dx_rules *rules = load("/nowhere/at/all");

	ck_assert_int_eq((int)dx_rules_errors(rules), 1);
	dx_unload(rules);
}
END_TEST

START_TEST(a_limit_that_is_reached_points_at_the_rule_or_at_the_limits)
{
	struct dx_rules *rules = load_text("pack: {id: p, version: 1.0.0, limits: {firings: 20}}\n"
			"templates: {n: {slots: {i: {type: integer}}}}\n"
			"rules:\n  - {id: count, when: n.i >= 1, then: [add: {n: {i: n.i + 1}}]}\n");
	struct dx_session *s = dx_open(rules);
	char *text;

	ck_assert(dx_facts(s, "facts.yaml", "facts: {n: [{i: 1}]}", 20));
	ck_assert_int_eq(dx_run(s), DX_BAD_RULES);
	text = printed_session(s);
	ck_assert_msg(strstr(text, ":4:10: error[D305]: the limit of 20 firings was reached (rule count fired 20 times)\n"
		"      - {id: count, "), "%s", text);
	free(text);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

START_TEST(an_empty_fact_file_is_told_with_its_line)
{
	struct dx_rules *rules = load("tests/docs/small");
	struct dx_session *s = dx_open(rules);
	char *text;

	ck_assert(!dx_facts(s, "stdin", "", 0));
	text = printed_session(s);
	ck_assert_msg(strncmp(text, "stdin:1:1: error[D112]", 22) == 0, "%s", text);
	free(text);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

START_TEST(warnings_keep_nobody_from_running)
{
	struct dx_rules *rules = load_text("pack: {id: p, version: 1.0.0}\n"
			"templates:\n  t: {single: true, slots: {s: {type: text, ask: What?}}}\n"
			"steps:\n  - {id: s, title: S, on: computer, do: [nothing], takes: 1min}\n");
	struct dx_session *s;

	dx_lint(rules);
	ck_assert_int_eq((int)dx_rules_errors(rules), 0);
	ck_assert_int_gt((int)dx_rules_warnings(rules), 0);
	s = dx_open(rules);
	ck_assert_int_eq(dx_run(s), DX_INCOMPLETE);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

START_TEST(a_session_counts_and_tells_what_is_wrong_with_what_it_was_given)
{
	struct dx_rules *rules = load(small);
	struct dx_session *s = dx_open(rules);
	char *text;

	ck_assert_int_eq((int)dx_session_errors(s), 0);
	ck_assert(!dx_answer(s, "seen.charging_cabel=yes"));
	ck_assert(!dx_tried(s, "restart-demon"));
	ck_assert(!dx_facts(s, "broken.json", "{\"facts\": ", 10));
	ck_assert_int_eq((int)dx_session_errors(s), 3);
	text = printed_session(s);
	ck_assert_ptr_nonnull(strstr(text, "did you mean 'charging_cable'?"));
	ck_assert_ptr_nonnull(strstr(text, "did you mean 'restart-daemon'?"));
	ck_assert_ptr_nonnull(strstr(text, "broken.json:1:"));
	free(text);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

START_TEST(a_step_that_was_tried_is_evidence_and_not_proposed_again)
{
	struct dx_rules *rules = load(small);
	struct dx_session *s = open_with_facts(rules);
	char *text;

	ck_assert(dx_tried(s, "restart-daemon"));
	ck_assert_int_eq(dx_run(s), DX_PROBLEM);
	text = report(s, DX_TEXT);
	ck_assert_ptr_null(strstr(text, "1  Restart the multiplexer"));
	ck_assert_ptr_nonnull(strstr(text, "Use another cable"));
	free(text);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

START_TEST(a_step_that_is_left_out_is_no_evidence_and_stands_as_skipped)
{
	struct dx_rules *rules = load(small);
	struct dx_session *plain = open_with_facts(rules), *s = open_with_facts(rules);
	json_t *before, *after, *o;
	char *text;
	size_t i, skipped = 0;

	ck_assert_int_eq(dx_run(plain), DX_PROBLEM);
	ck_assert(dx_leave_out(s, "restart-daemon"));
	ck_assert_int_eq(dx_run(s), DX_PROBLEM);
	before = json_loads(text = report(plain, DX_JSON), 0, NULL);
	free(text);
	after = json_loads(text = report(s, DX_JSON), 0, NULL);
	free(text);
	ck_assert(json_equal(json_object_get(before, "causes"), json_object_get(after, "causes")));
	json_array_foreach(json_object_get(after, "not_in_plan"), i, o)
		skipped += strcmp(json_string_value(json_object_get(o, "id")), "restart-daemon") == 0
			&& strcmp(json_string_value(json_object_get(o, "reason")), "skipped") == 0;
	ck_assert_uint_eq(skipped, 1);
	json_decref(before);
	json_decref(after);
	dx_close(plain);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

START_TEST(written_facts_give_the_same_plan)
{
	struct dx_rules *rules = load(small);
	struct dx_session *first = open_with_facts(rules), *second = dx_open(rules);
	char *file = NULL, *plan, *again;
	size_t n;
	FILE *f = open_memstream(&file, &n);

	ck_assert(dx_answer(first, "seen.charging_cable=yes"));
	ck_assert(dx_write_facts(first, f, true));
	fclose(f);
	ck_assert(dx_facts(second, "written.json", file, n));
	ck_assert_int_eq(dx_run(first), DX_PROBLEM);
	ck_assert_int_eq(dx_run(second), DX_PROBLEM);
	plan = report(first, DX_JSON);
	again = report(second, DX_JSON);
	ck_assert_str_eq(plan, again);
	free(plan);
	free(again);
	free(file);
	dx_close(first);
	dx_close(second);
	dx_unload(rules);
}
END_TEST

/* -- Threads -- */

enum { THREADS = 4, ROUNDS = 20 };

struct worker {
	pthread_t thread;
	const struct dx_rules *rules;
	const char *answer;	/* NULL: none */
	const char *expected;
	int different;
};

static char *
diagnosis(const struct dx_rules *rules, const char *answer)
{
	struct dx_session *s = open_with_facts(rules);
	char *text;

	if (answer)
		dx_answer(s, answer);
	dx_run(s);
	text = report(s, DX_JSON);
	dx_close(s);
	return text;
}

static void *
work(void *context)
{
	struct worker *w = context;

	for (int i = 0; i < ROUNDS; i++) {
		char *text = diagnosis(w->rules, w->answer);

		w->different += strcmp(text, w->expected) != 0;
		free(text);
	}
	return NULL;
}

START_TEST(threads_share_rules_and_do_not_disturb_each_other)
{
	static const char *const answers[THREADS] = { NULL, "seen.charging_cable=yes", "seen.charging_cable=no", NULL };
	struct dx_rules *rules = load(small);
	struct worker workers[THREADS];
	char *expected[THREADS];

	for (int i = 0; i < THREADS; i++)
		expected[i] = diagnosis(rules, answers[i]);
	ck_assert_str_ne(expected[0], expected[1]);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .rules = rules, .answer = answers[i], .expected = expected[i] };
		ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	for (int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(workers[i].different, 0);
		free(expected[i]);
	}
	dx_unload(rules);
}
END_TEST

/* -- Collecting -- */

static void
count_calls(void *context, const char *does, int done, int total)
{
	int *calls = context;

	(void)does;
	ck_assert_int_le(done, total);
	++*calls;
}

START_TEST(only_the_named_collectors_run_and_progress_is_told)
{
	struct dx_rules *rules = load("rules/apple-trust");
	struct dx_session *s = dx_open(rules);
	const char *const *names = dx_collectors();
	int calls = 0;
	char root[] = "/tmp/check_dx.XXXXXX", *file = NULL;
	size_t n;
	FILE *f;

	while (*names && strcmp(*names, "os-release") != 0)
		names++;
	ck_assert_ptr_nonnull(*names);
	ck_assert_ptr_nonnull(mkdtemp(root));
	dx_collect(s, &(struct dx_collect){ .root = root, .only = "os-release", .progress = count_calls, .context = &calls });
	ck_assert_int_gt(calls, 0);
	f = open_memstream(&file, &n);
	ck_assert(dx_write_facts(s, f, true));
	fclose(f);
	ck_assert_ptr_nonnull(strstr(file, "collector os-release"));
	ck_assert_ptr_null(strstr(file, "collector usb"));
	free(file);
	rmdir(root);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

/* What is wrong first, and with how many devices, when one of two is picked. */
static void
pick_one(const char *device, const char *status, const char *never)
{
	static const char two[] = "facts:\n  device:\n"
		"    - {udid: 00008030-001A35E11A12402E, trust: trusted, record: present, serial_readable: yes, ios_version: '17.5', battery: 80}\n"
		"    - {udid: 00008110-000000000000402E, trust: denied, record: absent, ios_version: '16.3.7'}\n";
	struct dx_rules *rules = load("rules/apple-trust");
	struct dx_session *s = dx_open(rules);
	char *json = NULL;
	size_t n;
	FILE *f = open_memstream(&json, &n);

	ck_assert(dx_facts(s, "two", two, strlen(two)));
	ck_assert(dx_pick(s, device));
	dx_run(s);
	dx_report(s, DX_JSON, NULL, f);
	fclose(f);
	ck_assert_msg(strstr(json, status) != NULL, "%s: no %s", device, status);
	ck_assert_msg(strstr(json, never) == NULL, "%s: %s", device, never);
	free(json);
	dx_close(s);
	dx_unload(rules);
}

START_TEST(one_of_two_devices_is_diagnosed_alone)
{
	pick_one("00008030-001a35e11a12402e", "17.5", "16.3.7");
	pick_one("00008110000000000000402E", "trust-denied", "17.5");
	pick_one("device-2", "trust-denied", "17.5");
}
END_TEST

START_TEST(a_device_that_nobody_knows_is_a_mistake_only_when_others_are_known)
{
	struct dx_rules *rules = load("rules/apple-trust");
	struct dx_session *s = dx_open(rules);
	char *text;

	ck_assert(dx_pick(s, "device-7"));
	ck_assert(dx_facts(s, "f", "facts: {device: [{udid: 00008030-001A35E11A12402E}]}", 52));
	ck_assert(!dx_pick(s, "device-7"));
	text = printed_session(s);
	ck_assert_ptr_nonnull(strstr(text, "no device 'device-7'"));
	ck_assert_ptr_nonnull(strstr(text, "there are: device-1"));
	ck_assert_ptr_null(strstr(text, "001A35E1"));
	free(text);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

START_TEST(for_a_run_the_cases_of_a_pack_are_left_alone)
{
	const char *path = "rules/apple-trust";
	struct dx_rules *with = dx_load(&path, 1), *without = dx_load_rules(&path, 1);
	char *text[2] = {0};
	size_t n;

	for (int i = 0; i < 2; i++) {
		FILE *f = open_memstream(text + i, &n);

		dx_rules_summary(i ? without : with, f);
		fclose(f);
	}
	ck_assert_uint_eq(dx_rules_errors(without), 0);
	ck_assert_ptr_nonnull(strstr(text[0], " cases"));
	ck_assert_ptr_null(strstr(text[1], " cases"));
	ck_assert_ptr_nonnull(strstr(text[1], " issues"));
	for (int i = 0; i < 2; i++)
		free(text[i]);
	dx_unload(with);
	dx_unload(without);
}
END_TEST

/* -- Inference alone -- */

START_TEST(a_limit_of_the_rules_ends_the_run_with_a_message)
{
	struct dx_rules *rules = load_text("pack: {id: p, version: 1.0.0, limits: {firings: 50}}\n"
			"templates:\n  n: {slots: {i: {type: integer}}}\n"
			"rules:\n  - {id: count-up, when: n.i >= 0, then: [add: {n: {i: n.i + 1}}]}\n");
	struct dx_session *s = dx_open(rules);
	char *text, *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	ck_assert_int_eq((int)dx_rules_errors(rules), 0);
	ck_assert(dx_facts(s, "f", "facts: {n: [{i: 1}]}", 20));
	ck_assert(!dx_infer(s, &(struct dx_infer){ .notes = f }, f));
	fclose(f);
	ck_assert_int_eq((int)dx_session_errors(s), 1);
	text = printed_session(s);
	ck_assert_ptr_nonnull(strstr(text, "50 firings"));
	ck_assert_ptr_nonnull(strstr(text, "count-up"));
	free(text);
	free(out);
	dx_close(s);
	dx_unload(rules);
}
END_TEST

Suite *
check_dx(void)
{
	Suite *s = suite_create("dx");
	TCase *t = tcase_create("dx");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, mistakes_in_rules_are_counted_and_printed_with_their_place);
	tcase_add_test(t, a_path_that_is_not_there_is_a_mistake_like_others);
	tcase_add_test(t, a_limit_that_is_reached_points_at_the_rule_or_at_the_limits);
	tcase_add_test(t, an_empty_fact_file_is_told_with_its_line);
	tcase_add_test(t, warnings_keep_nobody_from_running);
	tcase_add_test(t, a_session_counts_and_tells_what_is_wrong_with_what_it_was_given);
	tcase_add_test(t, a_step_that_was_tried_is_evidence_and_not_proposed_again);
	tcase_add_test(t, a_step_that_is_left_out_is_no_evidence_and_stands_as_skipped);
	tcase_add_test(t, written_facts_give_the_same_plan);
	tcase_add_test(t, threads_share_rules_and_do_not_disturb_each_other);
	tcase_add_test(t, only_the_named_collectors_run_and_progress_is_told);
	tcase_add_test(t, one_of_two_devices_is_diagnosed_alone);
	tcase_add_test(t, a_device_that_nobody_knows_is_a_mistake_only_when_others_are_known);
	tcase_add_test(t, for_a_run_the_cases_of_a_pack_are_left_alone);
	tcase_add_test(t, a_limit_of_the_rules_ends_the_run_with_a_message);
	suite_add_tcase(s, t);
	return s;
}
