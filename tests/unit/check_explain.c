/* SPDX-License-Identifier: MIT */
/*
 * Why, and why not: dx_explain over small packs, and against the engine's own answers over random ones.
 */
#include "dx.h"
#include "random_base.h"

#include "lang/load.h"
#include "match/explain.h"
#include "match/session.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *check_explain(void);

static const char pack[] =
	"pack: {id: p, version: 1.0.0}\n"
	"templates:\n"
	"  device:\n"
	"    key: udid\n"
	"    slots:\n"
	"      udid: {type: text, private: udid}\n"
	"      battery: {type: integer, unit: \"%\"}\n"
	"      trust: {type: symbol, of: [trusted, denied], ask: Does it trust?}\n"
	"  port: {slots: {number: {type: integer}, udid: {type: text, private: udid}, speed: {type: integer}}}\n"
	"  service: {key: name, slots: {name: {type: symbol}, state: {type: symbol, of: [running, stopped]}}}\n"
	"  alarm: {slots: {kind: {type: symbol}}}\n"
	"  finding: {surveyed: true, slots: {kind: {type: symbol}}}\n"
	"rules:\n"
	"  - id: low\n"
	"    source: [a book, a page]\n"
	"    sure: reported\n"
	"    when: [device.battery < 20]\n"
	"    then: [conclude: {finding: {kind: low}}]\n"
	"  - id: low-and-slow\n"
	"    when: [finding.kind is low, port.udid is device.udid, port.speed < 100]\n"
	"    then: [conclude: {finding: {kind: slow}}]\n"
	"  - id: denied\n"
	"    when: [device.trust is denied, none: {of: service, where: [service.name is mux, service.state is running]}]\n"
	"    then: [conclude: {finding: {kind: denied}}]\n"
	"  - id: alarmed\n"
	"    when: [device.battery > 90 and alarm.kind is fire]\n"
	"    then: [conclude: {alarm: {kind: smoke}}]\n";

/* The explanation of `what`; the facts are in the short form. */
static json_t *
explained(const char *facts, const char *what)
{
	char path[] = "/tmp/check_explain.XXXXXX", *text = NULL;
	const char *name = path;
	int fd = mkstemp(path);
	struct dx_rules *rules;
	struct dx_session *s;
	json_t *document;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, pack, strlen(pack)), (ssize_t)strlen(pack));
	close(fd);
	rules = dx_load(&name, 1);
	unlink(path);
	dx_rules_print(rules, stderr);
	ck_assert_uint_eq(dx_rules_errors(rules), 0);
	s = dx_open(rules);
	ck_assert(dx_facts(s, "facts", facts, strlen(facts)));
	ck_assert(dx_explain(s, what, DX_JSON, NULL, f));
	fclose(f);
	document = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(document);
	free(text);
	dx_close(s);
	dx_unload(rules);
	return document;
}

/* The value at a path: "rules/0/conditions/1/is". */
static json_t *
at(json_t *o, const char *path)
{
	char *copy = strdup(path), *save, *part = strtok_r(copy, "/", &save);

	for (; part; part = strtok_r(NULL, "/", &save))
		o = json_is_array(o) ? json_array_get(o, strtoul(part, NULL, 10)) : json_object_get(o, part);
	free(copy);
	return o;
}

static const char *
text_at(json_t *o, const char *path)
{
	const char *text = json_string_value(at(o, path));

	return text ? text : "(none)";
}

static int
number_at(json_t *o, const char *path)
{
	ck_assert_msg(json_is_integer(at(o, path)), "no number at %s", path);
	return (int)json_integer_value(at(o, path));
}

START_TEST(combinations_are_counted_condition_by_condition_and_the_first_that_stops_them_is_named)
{
	json_t *d = explained("facts:\n"
			"  device: [{udid: aa, battery: 5}, {udid: bb, battery: 10}, {udid: cc, battery: 50}]\n"
			"  port: [{number: 1, udid: aa, speed: 480}, {number: 2, udid: bb, speed: 5000}]\n", "low-and-slow");

	ck_assert_int_eq(number_at(d, "rules/0/firings"), 0);
	ck_assert_int_eq(number_at(d, "rules/0/conditions/0/tried"), 1);
	ck_assert_int_eq(number_at(d, "rules/0/conditions/0/passed"), 1);
	ck_assert_int_eq(number_at(d, "rules/0/conditions/1/tried"), 6);
	ck_assert_int_eq(number_at(d, "rules/0/conditions/1/passed"), 2);
	ck_assert_int_eq(number_at(d, "rules/0/conditions/2/tried"), 2);
	ck_assert_int_eq(number_at(d, "rules/0/conditions/2/passed"), 0);
	ck_assert_int_eq(number_at(d, "rules/0/failed"), 3);
	json_decref(d);
}
END_TEST

START_TEST(an_entry_says_where_it_comes_from_and_how_sure_that_is)
{
	json_t *d = explained("facts: {}", "low");

	ck_assert_str_eq(text_at(d, "rules/0/sources/1"), "a page");
	ck_assert_str_eq(text_at(d, "rules/0/sure"), "reported");
	json_decref(d);
	d = explained("facts: {}", "denied");
	ck_assert_uint_eq(json_array_size(at(d, "rules/0/sources")), 0);
	ck_assert(json_is_null(at(d, "rules/0/sure")));
	json_decref(d);
}
END_TEST

START_TEST(the_nearest_facts_are_those_that_pass_most_conditions_with_their_values)
{
	json_t *d = explained("facts:\n"
			"  device: [{udid: aa, battery: 5}, {udid: bb, battery: 10}]\n"
			"  port: [{number: 1, udid: zz, speed: 480}, {number: 2, udid: bb, speed: 480}]\n", "low-and-slow");

	ck_assert_str_eq(text_at(d, "rules/0/aliases/1/nearest"), "port[2]");
	ck_assert_str_eq(text_at(d, "rules/0/aliases/2/template"), "device");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/1/is"), "true");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/2/is"), "false");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/2/text"), "port.speed < 100");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/2/reads/0/fact"), "port[2].speed");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/2/reads/0/value"), "480");
	json_decref(d);
}
END_TEST

START_TEST(a_template_without_a_fact_is_named_with_the_rules_that_conclude_it)
{
	json_t *d = explained("facts: {device: [{udid: aa, battery: 95}]}", "alarmed");

	ck_assert_str_eq(text_at(d, "rules/0/without"), "alarm");
	ck_assert(json_is_null(at(d, "rules/0/failed")));
	ck_assert_str_eq(text_at(d, "rules/0/aliases/1/concluded_by/0"), "alarmed");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/0/is"), "true");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/0/text"), "device.battery > 90");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/1/is"), "missing");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/1/text"), "alarm.kind is fire");
	json_decref(d);
}
END_TEST

START_TEST(an_unknown_slot_comes_with_the_reason_and_the_question)
{
	json_t *d = explained("facts: {device: [{udid: aa}]}\n"
			"unknown: [{fact: device.trust, reason: it did not answer}]\n", "denied");

	ck_assert_str_eq(text_at(d, "rules/0/conditions/0/is"), "unknown");
	ck_assert_int_eq(number_at(d, "rules/0/conditions/0/unknown"), 1);
	ck_assert_str_eq(text_at(d, "rules/0/conditions/0/reads/0/reason"), "it did not answer");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/0/reads/0/answer"), "device.trust");
	json_decref(d);
}
END_TEST

START_TEST(a_none_that_fails_shows_the_fact_that_breaks_it_and_one_that_holds_none)
{
	json_t *d = explained("facts: {device: [{udid: aa, trust: denied}], service: [{name: tls, state: running}, {name: mux, state: running}]}",
			"denied");

	ck_assert_str_eq(text_at(d, "rules/0/conditions/1/is"), "false");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/1/fact"), "service[mux]");
	ck_assert_int_eq(number_at(d, "rules/0/conditions/1/facts/all"), 2);
	ck_assert_int_eq(number_at(d, "rules/0/conditions/1/facts/satisfy"), 1);
	json_decref(d);
	d = explained("facts: {device: [{udid: aa, trust: denied}], service: [{name: tls, state: running}]}", "denied");
	ck_assert_int_eq(number_at(d, "rules/0/firings"), 1);
	ck_assert_str_eq(text_at(d, "rules/0/conditions/1/is"), "true");
	ck_assert_ptr_null(at(d, "rules/0/conditions/1/fact"));
	json_decref(d);
	d = explained("facts: {device: [{udid: aa, trust: denied}]}", "denied");
	ck_assert_str_eq(text_at(d, "rules/0/conditions/1/is"), "unknown");
	ck_assert(json_is_false(at(d, "rules/0/conditions/1/facts/surveyed")));
	json_decref(d);
}
END_TEST

START_TEST(the_chain_behind_a_conclusion_ends_at_facts_from_outside_with_their_sources)
{
	json_t *d = explained("now: 2026-01-05T09:30:00Z\nfacts:\n  device: [{udid: aa, battery: 5}]\n  port: [{number: 1, udid: aa, speed: 12}]\n",
			"finding:slow");

	ck_assert_uint_eq(json_array_size(at(d, "facts")), 2);
	ck_assert_str_eq(text_at(d, "facts/0/id"), "finding[2]");
	ck_assert_str_eq(text_at(d, "facts/0/because/0/rule"), "low-and-slow");
	ck_assert_str_eq(text_at(d, "facts/0/because/0/conditions/0/reads/0/fact"), "finding[1].kind");
	ck_assert_str_eq(text_at(d, "facts/0/because/0/conditions/0/reads/0/by"), "low");
	ck_assert_str_eq(text_at(d, "facts/1/id"), "finding[1]");
	ck_assert_str_eq(text_at(d, "facts/1/because/0/conditions/0/reads/0/value"), "5");
	ck_assert_str_eq(text_at(d, "facts/1/because/0/conditions/0/reads/0/source"), "file");
	ck_assert_str_eq(text_at(d, "facts/1/because/0/conditions/0/reads/0/time"), "2026-01-05T09:30:00Z");
	json_decref(d);
}
END_TEST

START_TEST(a_fact_that_is_not_there_is_explained_by_the_rules_that_could_conclude_it)
{
	json_t *d = explained("facts: {device: [{udid: aa, battery: 50}]}", "finding:low");

	ck_assert_str_eq(text_at(d, "absent/template"), "finding");
	ck_assert_uint_eq(json_array_size(at(d, "rules")), 1);
	ck_assert_str_eq(text_at(d, "rules/0/id"), "low");
	ck_assert_int_eq(number_at(d, "rules/0/failed"), 1);
	json_decref(d);
}
END_TEST

START_TEST(private_values_are_redacted_in_an_explanation_and_name_facts_all_the_same)
{
	const char *facts = "facts: {device: [{udid: 00008030-001A2B3C4D5E6F70, battery: 5}]}";
	static const char *const names[] = { "device[device-1]", "device:00008030-001A2B3C4D5E6F70", "device[device-1].battery", "device", "low" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		json_t *d = explained(facts, names[i]);
		char *text = json_dumps(d, 0);

		ck_assert_ptr_nonnull(strstr(text, "device[device-1].battery"));
		ck_assert_ptr_null(strstr(text, "001A2B3C4D5E6F70"));
		free(text);
		json_decref(d);
	}
}
END_TEST

/* ---- against the engine ---- */

static void
do_ops(const struct random_case *c, const struct rulebase *rb, struct session *s)
{
	for (int i = 0; i < c->nops; i++) {
		const struct random_op *op = &c->ops[i];
		const struct template *t = rb->templates[op->template];
		value v[RANDOM_SLOTS];

		for (int k = 0; op->kind == DO_ASSERT && k < t->nslots; k++) {
			const char *text = op->values[k] < 0 ? NULL : random_literal((int)t->slots[k].type, op->values[k]);

			v[k] = UNKNOWN;
			if (text)
				ck_assert_ptr_null(value_parse(t->slots[k].type, text, strlen(text), session_syms(s), &v[k]));
		}
		if (op->kind == DO_ASSERT)
			session_assert(s, t, v, "test", 0);
		else if (op->kind == DO_SURVEY || op->kind == DO_UNSURVEY)
			session_survey(s, t, op->kind == DO_SURVEY);
	}
}

/* What is true of every explanation. */
static void
judge(struct session *s, const struct rule *r, struct arena *a, int *seen)
{
	struct explanation *x = session_explain(s, &r->when, a);
	bool all = true, facts = true;

	ck_assert(!x->cut);
	for (int i = 0; i < x->of->scope.njoin; i++)
		facts &= x->aliases[i].facts > 0;
	for (int i = 0; i < x->nconjuncts; i++) {
		all &= x->verdicts[i].truth == TRUE;
		ck_assert_int_le((int)(x->conjuncts[i].passed + x->conjuncts[i].unknown), (int)x->conjuncts[i].tried);
	}
	ck_assert_int_eq(x->matches > 0, facts && all);
	if (facts)	/* without a fact an alias means something else outside rules */
		ck_assert_int_eq(x->matches > 0, session_ask(s, &r->when, NULL, NULL) == TRUE);
	ck_assert_int_eq(x->matches == 0, (x->failed >= 0) + (x->without >= 0));
	seen[x->matches > 0]++;
}

START_TEST(an_explanation_says_that_a_rule_matches_exactly_when_the_engine_does)
{
	int seen[2] = {0};

	for (uint64_t seed = 1; seed <= 600; seed++) {
		struct random_case *c = random_case_new(seed);
		struct diags *d = diags_new();
		struct buf yaml = {0};
		struct arena *a = arena_new();
		struct rulebase *rb;
		struct session *s;

		random_case_yaml(c, &yaml);
		rb = rulebase_load_text("random.yaml", buf_text(&yaml), yaml.len, d);
		ck_assert_uint_eq(diags_errors(d), 0);
		s = session_new(rb, NULL);
		do_ops(c, rb, s);
		session_run(s);
		for (size_t i = 0; i < rb->nrules; i++)
			judge(s, rb->rules[i], a, seen);
		session_free(s);
		rulebase_free(rb);
		arena_free(a);
		diags_free(d);
		buf_free(&yaml);
		random_case_free(c);
	}
	ck_assert_int_gt(seen[0], 300);
	ck_assert_int_gt(seen[1], 300);
}
END_TEST

Suite *
check_explain(void)
{
	Suite *s = suite_create("explain");
	TCase *t = tcase_create("explain");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, combinations_are_counted_condition_by_condition_and_the_first_that_stops_them_is_named);
	tcase_add_test(t, an_entry_says_where_it_comes_from_and_how_sure_that_is);
	tcase_add_test(t, the_nearest_facts_are_those_that_pass_most_conditions_with_their_values);
	tcase_add_test(t, a_template_without_a_fact_is_named_with_the_rules_that_conclude_it);
	tcase_add_test(t, an_unknown_slot_comes_with_the_reason_and_the_question);
	tcase_add_test(t, a_none_that_fails_shows_the_fact_that_breaks_it_and_one_that_holds_none);
	tcase_add_test(t, the_chain_behind_a_conclusion_ends_at_facts_from_outside_with_their_sources);
	tcase_add_test(t, a_fact_that_is_not_there_is_explained_by_the_rules_that_could_conclude_it);
	tcase_add_test(t, private_values_are_redacted_in_an_explanation_and_name_facts_all_the_same);
	tcase_add_test(t, an_explanation_says_that_a_rule_matches_exactly_when_the_engine_does);
	suite_add_tcase(s, t);
	return s;
}
