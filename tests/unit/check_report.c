/* SPDX-License-Identifier: MIT */
/*
 * The plan document and the text rendered from it.
 */
#include "diagnosis.h"

#include <check.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static const char pack[] =
	"pack: {id: test, version: 1.2.3, title: test, escalate: call, healthy: mux.works, something-else: 20}\n"
	"templates:\n"
	"  mux: {single: true, title: the computer, headline: 'PC {mux.version} · {mux.system}', kind: system, slots: {works: {type: yes-no}, version: {type: version},\n"
	"    system: {type: symbol, of: [linux, windows]}, note: {type: text}, led: {type: yes-no, ask: Is the light on?, costs: 5s}}}\n"
	"  device:\n"
	"    title: the device\n    key: udid\n    headline: '{device.model} · OS {device.version} · always'\n    kind: model\n"
	"    slots: {udid: {type: text, private: udid}, name: {type: text, private: name}, model: {type: symbol}, version: {type: version},\n"
	"      battery: {type: integer, unit: '%', title: battery}, trust: {type: symbol, of: [yes-it-is, stale, denied]}}\n"
	"  finding: {surveyed: true, title: What the device says, tells: 'kind {finding.kind} · of {finding.of}', slots: {kind: {type: symbol}, of: {type: text}}}\n"
	"rules:\n"
	"  - {id: stale-record, when: device.trust is stale, then: [{conclude: {finding: {kind: stale}}}]}\n"
	"  - {id: never, when: mux.works and not mux.works, then: [{conclude: {finding: {kind: never}}}]}\n"
	"requirements:\n"
	"  - {id: charged, title: Battery at 20 %, for: device, check: device.battery >= 20, remedy: charge, shows: device.battery}\n"
	"issues:\n"
	"  - id: stale-trust\n    title: The trust no longer fits\n    for: device\n    frequency: common\n    severity: high\n"
	"    explains: One side forgot the other.\n"
	"    signs:\n"
	"      - {when: finding.kind is stale, seen: always, otherwise: rarely, says: the device says the record is stale}\n"
	"      - {when: mux.led, seen: often, otherwise: sometimes, says: the light is on}\n"
	"    remedies: [{step: reset, works: usually}, {step: erase, works: always}]\n"
	"  - id: dead\n    title: The device is dead\n    frequency: rare\n"
	"    signs: [{when: mux.led, seen: never, otherwise: usually, says: the light is on}]\n"
	"    remedies: [{step: erase, works: sometimes}]\n"
	"steps:\n"
	"  - id: reset\n    title: Reset the **trust**\n    on: device\n    takes: 3min\n    loses: settings\n    warns: 'Deletes settings.'\n    undo: Set them again.\n"
	"    do:\n"
	"      - {when: device.version >= 15, say: 'Tap **Transfer** on {device.model}.', else: Tap **Reset**.}\n"
	"      - {when: device.version < 3, say: Only for very old ones.}\n"
	"    then: [connect]\n"
	"    checks: [trusted]\n"
	"  - {id: connect, title: Connect, on: device, do: [connect it], takes: 1min}\n"
	"  - {id: erase, title: Erase it, on: device, do: [erase], takes: 90min, loses: data, warns: Erases everything., last-resort: yes}\n"
	"  - {id: save, title: Save it, on: device, do: [save], takes: 30min, protects: data}\n"
	"  - {id: charge, title: Charge, on: device, do: [charge], takes: 5min}\n"
	"  - {id: call, title: Call somebody, on: computer, do: [call], takes: 10min}\n"
	"checks:\n"
	"  - {id: trusted, title: It is trusted, when: mux.works, ask: Does it work?}\n";

#define UDID "00008030-001A35E11A12402E"
#define STALE "facts: {mux: {works: no, version: '11.5', system: linux}, device: [{udid: " UDID ", name: Zebulon, model: phone, version: '17.1', battery: 80, trust: stale}]}"
#define TWO "facts: {mux: {works: no}, device: [{udid: " UDID ", model: phone, trust: stale, battery: 50}, {udid: aaaabbbbccccddddeeeeffff0000111122223333, model: pad, battery: 7, trust: stale}]}"
#define WELL "facts: {mux: {works: yes}, device: [{udid: " UDID ", battery: 80, trust: yes-it-is}]}"

static struct diagnosis d;
static char *text;

static void
setup(void)
{
	text = NULL;
}

static void
teardown(void)
{
	free(text);
	diagnosis_free(&d);
}

static const json_t *
run(const char *facts)
{
	diagnose(&d, pack, facts, "");
	return document_of(&d);
}

static const char *
shown(const char *facts, struct text_options o)
{
	run(facts);
	return text = text_of(&d, o);
}

static const char *
string_at(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static const json_t *
item(const json_t *document, const char *key, size_t i)
{
	return json_array_get(json_object_get(document, key), i);
}

static void
status_is(const char *facts, const char *status, int exit_code)
{
	const json_t *document = run(facts);

	ck_assert_str_eq(string_at(document, "status"), status);
	ck_assert_int_eq(report_exit(document), exit_code);
	ck_assert_int_eq(json_integer_value(json_object_get(document, "exit_code")), exit_code);
}

START_TEST(a_problem_exits_with_1)
{
	status_is(STALE, "problem", 1);
}
END_TEST

START_TEST(a_machine_without_fault_exits_with_0)
{
	status_is(WELL, "ok", 0);
	ck_assert_uint_eq(json_array_size(json_object_get(d.document, "steps")), 0);
	ck_assert(json_is_null(json_object_get(d.document, "fingerprint")));
}
END_TEST

START_TEST(too_little_to_go_by_exits_with_4)
{
	status_is("facts: {}", "incomplete", 4);
	ck_assert(json_is_false(json_object_get(d.document, "complete")));
}
END_TEST

START_TEST(keys_stand_in_a_fixed_order)
{
	static const char *const keys[] = { "schema", "run_id", "started", "finished", "engine", "packs", "status", "exit_code" };
	const json_t *document = run(STALE);
	const char *key;
	json_t *v;
	size_t n = 0;

	json_object_foreach((json_t *)document, key, v) {
		if (n < sizeof keys / sizeof *keys)
			ck_assert_str_eq(key, keys[n]);
		n++;
	}
	ck_assert_uint_gt(n, 25);
}
END_TEST

static void
no_reals(const json_t *v)
{
	const char *key;
	json_t *inner;
	size_t i;

	ck_assert(!json_is_real(v));
	json_array_foreach(v, i, inner)
		no_reals(inner);
	json_object_foreach((json_t *)v, key, inner)
		no_reals(inner);
}

START_TEST(no_number_is_a_fraction)
{
	no_reals(run(STALE));
}
END_TEST

START_TEST(probabilities_in_the_document_sum_to_a_million)
{
	const json_t *document = run(TWO);
	json_int_t sum = json_integer_value(json_object_get(document, "something_else_ppm"));
	json_t *c;
	size_t i;

	json_array_foreach(json_object_get(document, "causes"), i, c)
		sum += json_integer_value(json_object_get(c, "p_ppm"));
	ck_assert_int_eq(sum, 1000000);
}
END_TEST

START_TEST(evidence_names_the_fact_and_the_place_of_the_rule)
{
	const json_t *evidence = json_array_get(json_object_get(item(run(STALE), "causes", 0), "evidence"), 0);
	const json_t *rule = json_object_get(evidence, "rule");

	ck_assert_str_eq(string_at(evidence, "says"), "the device says the record is stale");
	ck_assert(json_is_true(json_object_get(evidence, "seen")));
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(evidence, "facts"), 0)), "finding[1].kind");
	ck_assert_str_eq(string_at(rule, "pack"), "test");
	ck_assert_str_eq(string_at(rule, "file"), "pack.yaml");
	ck_assert_int_gt(json_integer_value(json_object_get(rule, "line")), 10);
}
END_TEST

START_TEST(a_conclusion_names_its_rule_and_its_reasons)
{
	const json_t *finding = item(run(STALE), "findings", 0);

	ck_assert_uint_eq(json_array_size(json_object_get(d.document, "findings")), 1);
	ck_assert_str_eq(string_at(finding, "by"), "stale-record");
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(finding, "because"), 0)), "device[device-1]");
}
END_TEST

START_TEST(rules_are_counted_by_what_became_of_them)
{
	const json_t *rules = json_object_get(run(STALE), "rules");

	ck_assert_int_eq(json_integer_value(json_object_get(rules, "matched")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(rules, "not_matched")), 1);
}
END_TEST

START_TEST(instructions_fit_the_version)
{
	const json_t *steps = json_object_get(run(STALE), "steps");
	const json_t *reset = json_array_get(steps, 0), *list = json_object_get(reset, "instructions");

	ck_assert_str_eq(string_at(reset, "id"), "reset");
	ck_assert_uint_eq(json_array_size(list), 1);
	ck_assert_str_eq(json_string_value(json_array_get(list, 0)), "Tap **Transfer** on phone.");
}
END_TEST

START_TEST(where_the_version_is_unknown_both_ways_are_told)
{
	const json_t *list = json_object_get(item(run(TWO), "steps", 1), "instructions");

	ck_assert_str_eq(json_string_value(json_array_get(list, 0)), "Tap **Transfer** on phone. If that does not fit: Tap **Reset**.");
}
END_TEST

START_TEST(numbers_of_required_steps_come_earlier)
{
	const json_t *steps = json_object_get(run(TWO), "steps");
	size_t i, k, links = 0;
	json_t *s, *r;

	json_array_foreach(steps, i, s) {
		ck_assert_int_eq(json_integer_value(json_object_get(s, "n")), (json_int_t)i + 1);
		json_array_foreach(json_object_get(s, "requires"), k, r) {
			ck_assert_int_le(json_integer_value(r), (json_int_t)i);
			links++;
		}
	}
	ck_assert_uint_ge(links, 2);
}
END_TEST

START_TEST(private_values_are_nowhere)
{
	const char *const faces[] = { json_dumps(run(STALE), 0), text_of(&d, (struct text_options){ .utf8 = true, .verbose = true }) };

	for (int i = 0; i < 2; i++) {
		ck_assert_ptr_null(strstr(faces[i], "001A35E11A12402E"));
		ck_assert_ptr_null(strstr(faces[i], "Zebulon"));
		ck_assert_ptr_nonnull(strstr(faces[i], "device-1"));
		free((char *)faces[i]);
	}
}
END_TEST

static const char nasty[] = "facts: {mux: {works: no, note: \"\\e[31mred\\x07 \\u202Eevil\\u200B\\u0085 \\x7F\"}, "
	"device: [{udid: \"\\e]0;title\\x07\", name: \"a\\nb\", model: phone, trust: stale, battery: 3}]}";

START_TEST(no_control_character_leaves_in_any_format)
{
	const char *const faces[] = { json_dumps(run(nasty), 0), text_of(&d, (struct text_options){ .utf8 = true, .verbose = true }) };
	static const char *const bad[] = { "\033", "\007", "\u202e", "\u200b", "\302\205", "\177" };

	for (int i = 0; i < 2; i++) {
		for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
			ck_assert_ptr_null(strstr(faces[i], bad[k]));
		for (const char *c = faces[i]; *c; c++)
			ck_assert(*c == '\n' || (unsigned char)*c >= 0x20);
		free((char *)faces[i]);
	}
}
END_TEST

static char *
fingerprint(const char *facts)
{
	char *f = strdup(string_at(run(facts), "fingerprint"));

	diagnosis_free(&d);
	return f;
}

START_TEST(equal_problems_of_different_devices_have_one_fingerprint)
{
	char *one = fingerprint(STALE);
	char *other = fingerprint("facts: {mux: {works: no, version: '12', system: linux}, device: [{udid: aaaabbbbccccddddeeeeffff0000111122223333, model: phone, battery: 33, trust: stale}]}");
	char *windows = fingerprint("facts: {mux: {works: no, system: windows}, device: [{udid: x, model: phone, trust: stale}]}");
	char *pad = fingerprint("facts: {mux: {works: no, system: linux}, device: [{udid: x, model: pad, trust: stale}]}");

	run("facts: {}");
	ck_assert_str_eq(one, other);
	ck_assert_str_ne(one, windows);
	ck_assert_str_ne(one, pad);
	/* sha256sum of {"issue":"stale-trust","kinds":{"device":"phone","mux":"linux"},"tried":[]} */
	ck_assert_str_eq(one, "v1:7d294cf8a31dba7e77e004c9f3bf0e6c94bd4ae19416b7a21fd7db3e853efde7");
	free(one);
	free(other);
	free(windows);
	free(pad);
}
END_TEST

START_TEST(a_fingerprint_does_not_depend_on_the_order_of_what_was_tried)
{
	char *one;

	diagnose(&d, pack, STALE, "reset save");
	one = strdup(string_at(document_of(&d), "fingerprint"));
	diagnosis_free(&d);
	diagnose(&d, pack, STALE, "save reset");
	ck_assert_str_eq(string_at(document_of(&d), "fingerprint"), one);
	diagnosis_free(&d);
	run(STALE);
	ck_assert_str_ne(string_at(d.document, "fingerprint"), one);
	free(one);
}
END_TEST

START_TEST(private_values_inside_reasons_and_sources_are_hidden)
{
	const json_t *unknown;

	diagnose(&d, pack, "facts: {mux: {works: no}, device: [{udid: " UDID ", name: Zebulon, model: phone}]}\n"
		"unknown: [{fact: device.trust, key: " UDID ", reason: 'Zebulon (" UDID ") is silent', source: log /home/zebulon/log}]", "");
	unknown = item(document_of(&d), "unknowns", 0);
	ck_assert_str_eq(string_at(unknown, "fact"), "device[device-1].trust");
	ck_assert_str_eq(string_at(unknown, "reason"), "<name> (device-1) is silent");
	ck_assert_ptr_null(strstr(string_at(unknown, "source"), "zebulon"));
}
END_TEST

START_TEST(what_another_collector_found_is_not_told_as_unknown)
{
	run("facts: {mux: {works: no, version: '1.0'}}\nunknown: [{fact: mux.version, reason: no file}, {fact: mux.system, reason: no file}]");
	ck_assert_uint_eq(json_array_size(json_object_get(d.document, "unknowns")), 1);
	ck_assert_str_eq(string_at(item(d.document, "unknowns", 0), "fact"), "mux.system");
}
END_TEST

START_TEST(the_text_has_its_parts_in_order)
{
	static const char *const parts[] = {
		"phone · OS 17.1 · always", "PC 11.5 · linux", "Requirements", "ok", "Battery at 20 %", "80 %",
		"What is wrong", "The trust no longer fits", "One side forgot the other.", "the device says the record is stale",
		"Plan: ", "Reset the trust", "3 min", "settles", "! Deletes settings.", "1. Tap Transfer on phone.",
		"to undo: Set them again.", "Connect", "It completes step 1.", "Save it", "Last resort: Erase it", "! Erases everything.",
		"If nothing helped: Call somebody",
	};
	const char *at = shown(STALE, (struct text_options){ .utf8 = true });

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		at = strstr(at, parts[i]);
		ck_assert_msg(at != NULL, "'%s' is missing or stands too early in:\n%s", parts[i], text);
	}
}
END_TEST

START_TEST(several_devices_are_told_apart)
{
	shown(TWO, (struct text_options){ .utf8 = true });
	ck_assert_ptr_nonnull(strstr(text, "device-1  phone · always"));
	ck_assert_ptr_nonnull(strstr(text, "device-2  pad · always"));
	ck_assert_ptr_nonnull(strstr(text, "NOT MET  Battery at 20 % (device-2)"));
	ck_assert_ptr_nonnull(strstr(text, "-> step 1"));
	ck_assert_ptr_nonnull(strstr(text, "The trust no longer fits (device-1)"));
	ck_assert_ptr_nonnull(strstr(text, "Reset the trust (device-2)"));
}
END_TEST

START_TEST(lines_keep_within_the_width)
{
	static const int widths[] = { 40, 60, 80, 120 };

	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		char *rest, *line;

		shown(TWO, (struct text_options){ .width = widths[i] });
		rest = text;
		while ((line = strsep(&rest, "\n"))) {
			ck_assert_msg(strlen(line) <= (size_t)widths[i] || !strchr(line + strspn(line, " "), ' '),
					"%d columns: %s", widths[i], line);
			ck_assert_msg(!*line || line[strlen(line) - 1] != ' ', "blank at the end: '%s'", line);
		}
		if (i + 1 < sizeof widths / sizeof *widths)
			teardown();
	}
}
END_TEST

START_TEST(a_terminal_without_utf8_gets_ascii)
{
	for (const char *c = shown(STALE, (struct text_options){ 0 }); *c; c++)
		ck_assert_int_gt(*c, 0);
	ck_assert_ptr_nonnull(strstr(text, "phone - OS 17.1 - always"));
}
END_TEST

START_TEST(colour_is_only_there_when_asked_for)
{
	char *plain;

	ck_assert_ptr_nonnull(strstr(shown(STALE, (struct text_options){ .color = true }), "\033["));
	plain = text_of(&d, (struct text_options){ 0 });
	ck_assert_ptr_null(strstr(plain, "\033"));
	free(plain);
}
END_TEST

static void
has_no(const char *expression, const char *searched)
{
	regmatch_t at;
	regex_t re;

	ck_assert_int_eq(regcomp(&re, expression, 0), 0);
	if (regexec(&re, searched, 1, &at, 0) == 0)
		ck_abort_msg("%s in: %.*s", expression, (int)(at.rm_eo - at.rm_so), searched + at.rm_so);
	regfree(&re);
}

START_TEST(a_run_of_one_look_is_one_pair_of_escapes)
{
	static const int widths[] = { 40, 80 };
	char *coloured;

	run(TWO);
	for (int i = 0; i < 2; i++) {
		coloured = text_of(&d, (struct text_options){ .color = true, .verbose = true, .width = widths[i] });
		has_no("\\(\033\\[[0-9;]*m\\)[^\033\n]*\033\\[0m \\{0,1\\}\\1", coloured);	/* the same once more */
		has_no("\033\\[[1-9][0-9;]*m[^\033\n]*[\n]", coloured);		/* open at the end of a line */
		has_no("\033\\[[1-9][0-9;]*m\033", coloured);			/* around nothing */
		ck_assert_ptr_nonnull(strstr(coloured, "\n\033[1mWhat is wrong\033[0m\n"));
		free(coloured);
	}
}
END_TEST

START_TEST(what_a_conclusion_tells_stands_under_the_title_of_its_template)
{
	shown(STALE, (struct text_options){ 0 });
	ck_assert_msg(strstr(text, "\nWhat the device says\n  kind stale\n") != NULL, "%s", text);
	free(text);
	diagnosis_free(&d);
	shown(WELL, (struct text_options){ 0 });
	ck_assert_msg(strstr(text, "What the device says") == NULL, "%s", text);
}
END_TEST

START_TEST(a_report_without_headlines_begins_with_its_first_words)
{
	shown("facts: {}", (struct text_options){ 0 });
	ck_assert_msg(*text > ' ', "%s", text);
}
END_TEST

START_TEST(on_a_narrow_page_values_stand_below_their_requirements)
{
	shown(TWO, (struct text_options){ .width = 40 });
	ck_assert_msg(strstr(text, "\n  NOT MET  Battery at 20 % (device-2)\n           7 %    -> step 1\n") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "\n  ok       Battery at 20 % (device-1)\n           50 %\n") != NULL, "%s", text);
}
END_TEST

START_TEST(a_step_names_each_issue_once_and_of_whom)
{
	static const char shared[] =
		"pack: {id: test, version: 1.0.0, title: test}\n"
		"templates:\n"
		"  device: {title: the device, key: id, slots: {id: {type: text}, bad: {type: yes-no}}}\n"
		"issues:\n"
		"  - {id: stuck, title: It is stuck, for: device, frequency: common, signs: [{when: device.bad, seen: always, otherwise: rarely, says: it is bad}],\n"
		"     remedies: [{step: restart, works: usually}, {step: pull, works: usually}]}\n"
		"steps:\n"
		"  - {id: restart, title: Restart the computer, on: computer, do: [restart], takes: 1min}\n"
		"  - {id: pull, title: Pull the plug, on: device, do: [pull], takes: 9min}\n";

	diagnose(&d, shared, "facts: {device: [{id: a, bad: yes}, {id: b, bad: yes}]}", "");
	document_of(&d);
	text = text_of(&d, (struct text_options){ 0 });
	ck_assert_msg(strstr(text, "for: It is stuck (a, b)\n") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "for: It is stuck\n") != NULL, "%s", text);
}
END_TEST

START_TEST(what_was_left_out_is_told_on_request)
{
	char *all;

	diagnose(&d, pack, STALE, "reset");
	text = text_of(&d, (struct text_options){ 0 });
	ck_assert_ptr_null(strstr(text, "Not in the plan"));
	ck_assert_ptr_nonnull(strstr(text, "Done without success: Reset the trust."));
	all = text_of(&d, (struct text_options){ .verbose = true });
	ck_assert_ptr_nonnull(strstr(all, "Not in the plan"));
	free(all);
}
END_TEST

START_TEST(a_healthy_report_is_short)
{
	shown(WELL, (struct text_options){ 0 });
	ck_assert_ptr_nonnull(strstr(text, "Nothing is wrong."));
	ck_assert_ptr_null(strstr(text, "Plan"));
	ck_assert_ptr_null(strstr(text, "What is wrong"));
}
END_TEST

START_TEST(an_unknown_fact_is_told_with_its_reason)
{
	diagnose(&d, pack, "facts: {mux: {works: no}}\nunknown: [{fact: device, reason: nobody answered, source: collector mux}]", "");
	text = text_of(&d, (struct text_options){ 0 });
	ck_assert_ptr_nonnull(strstr(text, "Could not be found out\n  the device: nobody answered\n"));
	free(text);
	text = text_of(&d, (struct text_options){ .verbose = true });
	ck_assert_ptr_nonnull(strstr(text, "\n  device: nobody answered (collector mux)\n"));
	ck_assert_str_eq(string_at(item(d.document, "unknowns", 0), "reason"), "nobody answered");
	ck_assert(json_is_false(json_object_get(d.document, "complete")));
}
END_TEST

START_TEST(an_unmet_requirement_alone_is_the_title)
{
	run("facts: {mux: {works: yes}, device: [{udid: x, battery: 7, trust: yes-it-is}]}");
	ck_assert_str_eq(string_at(d.document, "title"), "A requirement is not met: Battery at 20 %");
	ck_assert(json_is_null(json_object_get(d.document, "issue")));
	ck_assert_int_eq(json_integer_value(json_object_get(item(d.document, "requirements", 0), "step")), 1);
}
END_TEST

Suite *check_report(void);

Suite *
check_report(void)
{
	const TTest *const tests[] = {
		a_problem_exits_with_1,
		a_machine_without_fault_exits_with_0,
		too_little_to_go_by_exits_with_4,
		keys_stand_in_a_fixed_order,
		no_number_is_a_fraction,
		probabilities_in_the_document_sum_to_a_million,
		evidence_names_the_fact_and_the_place_of_the_rule,
		a_conclusion_names_its_rule_and_its_reasons,
		rules_are_counted_by_what_became_of_them,
		instructions_fit_the_version,
		where_the_version_is_unknown_both_ways_are_told,
		numbers_of_required_steps_come_earlier,
		private_values_are_nowhere,
		no_control_character_leaves_in_any_format,
		equal_problems_of_different_devices_have_one_fingerprint,
		a_fingerprint_does_not_depend_on_the_order_of_what_was_tried,
		private_values_inside_reasons_and_sources_are_hidden,
		what_another_collector_found_is_not_told_as_unknown,
		the_text_has_its_parts_in_order,
		several_devices_are_told_apart,
		lines_keep_within_the_width,
		a_terminal_without_utf8_gets_ascii,
		colour_is_only_there_when_asked_for,
		a_run_of_one_look_is_one_pair_of_escapes,
		what_a_conclusion_tells_stands_under_the_title_of_its_template, a_report_without_headlines_begins_with_its_first_words,
		on_a_narrow_page_values_stand_below_their_requirements,
		a_step_names_each_issue_once_and_of_whom,
		what_was_left_out_is_told_on_request,
		a_healthy_report_is_short,
		an_unknown_fact_is_told_with_its_reason,
		an_unmet_requirement_alone_is_the_title,
	};
	Suite *s = suite_create("report");
	TCase *t = tcase_create("report");

	tcase_add_checked_fixture(t, setup, teardown);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	return s;
}
