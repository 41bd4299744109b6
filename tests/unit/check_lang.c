/* SPDX-License-Identifier: MIT */
/* Conditions: how they are read, typed, placed and numbered. Complaints are in tests/lint, as golden files. */
#include "lang/load.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char vocabulary[] =
	"templates:\n"
	"  d:\n"
	"    key: id\n"
	"    slots:\n"
	"      id: {type: text}\n"
	"      n: {type: integer}\n"
	"      x: {type: number}\n"
	"      s: {type: symbol, of: [red, green, blue]}\n"
	"      t: {type: text}\n"
	"      v: {type: version}\n"
	"      c: {type: code}\n"
	"      b: {type: yes-no}\n"
	"      z: {type: bytes}\n"
	"      w: {type: duration}\n"
	"      at: {type: time}\n"
	"  h: {single: true, slots: {s: {type: symbol, of: [red, black]}, n: {type: integer}}}\n";

static struct diags *diags;
static struct rulebase *rb;

static void
setup(void)
{
	diags = diags_new();
	rb = NULL;
}

static void
teardown(void)
{
	rulebase_free(rb);
	diags_free(diags);
}

/* Loads the vocabulary and `text` behind it. */
static void
load(const char *text)
{
	struct buf all = {0};

	rulebase_free(rb);
	buf_printf(&all, "%s%s", vocabulary, text);
	rb = rulebase_load_text("test", buf_text(&all), all.len, diags);
	buf_free(&all);
}

/* The condition of a requirement whose check is `check`, as YAML. */
static const struct condition *
condition(const char *check)
{
	struct buf text = {0};

	buf_printf(&text, "requirements:\n  - id: r\n    title: R\n    check: %s\n", check);
	load(buf_text(&text));
	buf_free(&text);
	if (diags_errors(diags))
		diags_print(diags, stderr);
	ck_assert_uint_eq(diags_errors(diags), 0);
	ck_assert_uint_eq(rb->nrequirements, 1);
	return &rb->requirements[0]->check;
}

static const char *const op_names[OP__COUNT] = {
	[OP_NOW] = "now", [OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_NEG] = "neg", [OP_LENGTH] = "length",
	[OP_LOWER] = "lower", [OP_MIN] = "min", [OP_MAX] = "max", [OP_ABS] = "abs", [OP_FLOOR] = "floor", [OP_DECIMAL] = "decimal", [OP_TO_NUMBER] = "number", [OP_AND] = "and", [OP_OR] = "or",
	[OP_NOT] = "not", [OP_IS] = "is", [OP_IS_NOT] = "is-not", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=", [OP_IN] = "in",
	[OP_MATCHES] = "matches", [OP_CONTAINS] = "contains", [OP_KNOWN] = "known", [OP_TRUTH] = "truth", [OP_SOME] = "some",
	[OP_NONE] = "none", [OP_EVERY] = "every", [OP_COUNT] = "count",
};

static void
write(struct buf *out, const struct scope *s, const struct expr *e)
{
	if (e->op == OP_CONST) {
		value_print(out, e->type, e->constant, rb->syms);
		return;
	}
	if (e->op == OP_SLOT) {
		buf_printf(out, "%d.%s", e->alias, s->aliases[e->alias].of->slots[e->slot].name);
		return;
	}
	buf_printf(out, "(%s", op_names[e->op]);
	if (e->op >= OP_SOME)
		buf_printf(out, " %d:%s", e->alias, s->aliases[e->alias].name);
	for (uint32_t i = 0; i < e->nargs; i++) {
		buf_putc(out, ' ');
		write(out, s, e->args[i]);
	}
	if (e->op == OP_COUNT)
		buf_printf(out, " %s %d", op_names[e->compare], (int)e->constant);
	buf_putc(out, ')');
}

/* The tree of a condition, with aliases by number. */
static void
assert_tree(const struct condition *c, const char *wanted)
{
	struct buf out = {0};

	ck_assert_ptr_nonnull(c->expr);
	write(&out, &c->scope, c->expr);
	ck_assert_str_eq(buf_text(&out), wanted);
	buf_free(&out);
}

static void
assert_reads(const char *check, const char *wanted)
{
	assert_tree(condition(check), wanted);
}

/* The only diagnostic there is. */
static const struct diag *
only_diag(const char *check)
{
	struct buf text = {0};

	buf_printf(&text, "requirements:\n  - id: r\n    title: R\n    check: %s\n", check);
	load(buf_text(&text));
	buf_free(&text);
	ck_assert_uint_eq(diags_count(diags), 1);
	return diags_at(diags, 0);
}

/* --- grammar --- */

START_TEST(and_binds_tighter_than_or_and_not_tighter_than_and)
{
	assert_reads("d.b or d.n < 1 and not d.n < 2 or d.b",
		"(or (truth 0.b) (and (< 0.n 1) (not (< 0.n 2))) (truth 0.b))");
	assert_reads("not d.b and d.b", "(and (not (truth 0.b)) (truth 0.b))");
	assert_reads("not (d.b and d.b)", "(not (and (truth 0.b) (truth 0.b)))");
}
END_TEST

START_TEST(products_bind_tighter_than_sums_and_both_lean_left)
{
	assert_reads("d.n - 1 - 2 * d.n > 0 - d.n", "(> (- (- 0.n 1) (* 2 0.n)) (- 0 0.n))");
	assert_reads("(d.n + 1) * 2 is -d.n", "(is (* (+ 0.n 1) 2) (neg 0.n))");
	assert_reads("d.n is -3", "(is 0.n -3)");
}
END_TEST

START_TEST(a_hyphen_within_a_word_belongs_to_it)
{
	assert_reads("h.n - d.n < 1", "(< (- 0.n 1.n) 1)");
	load("  k: {slots: {s: {type: symbol}}}\nrequirements: [{id: r, title: R, check: k.s is not-paired-5}]\n");
	assert_tree(&rb->requirements[0]->check, "(is 0.s not-paired-5)");
}
END_TEST

START_TEST(is_not_and_not_in_and_is_unknown_are_operators)
{
	assert_reads("d.s is not red and d.s not in [green, blue]", "(and (is-not 0.s red) (not (in 0.s green blue)))");
	assert_reads("d.s is unknown or d.s is known", "(or (not (known 0.s)) (known 0.s))");
	assert_reads("d.s is not known", "(not (known 0.s))");
	assert_reads("d.s is not unknown", "(known 0.s)");
}
END_TEST

START_TEST(functions_take_slots_and_constants)
{
	assert_reads("length(d.t) > 3 and lower(d.t) is \"a\"", "(and (> (length 0.t) 3) (is (lower 0.t) a))");
	assert_reads("min(d.n, 5) < max(3, d.n)", "(< (min 0.n 5) (max 3 0.n))");
	assert_reads("abs(d.n - 4) is 2", "(is (abs (- 0.n 4)) 2)");
	assert_reads("decimal(d.c) < 0", "(< (decimal 0.c) 0)");
	assert_reads("floor(d.n / 10) is 2", "(is (floor (/ (number 0.n) (number 10))) 2)");
}
END_TEST

START_TEST(a_regular_expression_may_hold_slashes_in_brackets_and_behind_backslashes)
{
	const struct condition *c = condition("'d.t matches /a[/]b\\/c (\\d+)/i and d.b'");
	struct regex_scratch *scratch = regex_scratch_new();

	assert_tree(c, "(and (matches 0.t) (truth 0.b))");
	ck_assert_int_eq(regex_match(c->expr->args[0]->regex, scratch, "A/b/C 12", 8), REGEX_YES);
	ck_assert_int_eq(regex_match(c->expr->args[0]->regex, scratch, "a/b-c 12", 8), REGEX_NO);
	regex_scratch_free(scratch);
}
END_TEST

START_TEST(quoted_text_may_hold_quotes_and_words_of_the_language)
{
	assert_reads("'d.t is \"is \\\"not\\\" \\\\ known\"'", "(is 0.t is \"not\" \\ known)");
	assert_reads("d.t contains \"and\"", "(contains 0.t and)");
}
END_TEST

START_TEST(a_list_is_and_and_mappings_nest)
{
	assert_reads("[d.b, {any: [d.n < 1, {not: d.b}]}, {all: [d.n > 0]}]",
		"(and (truth 0.b) (or (< 0.n 1) (not (truth 0.b))) (> 0.n 0))");
	assert_reads("[d.b]", "(truth 0.b)");
}
END_TEST

/* --- types --- */

START_TEST(constants_take_the_type_of_the_other_side)
{
	const struct condition *c = condition("[d.v >= 17, 17.10 < d.v, d.c is e8000065, d.z < 20 GB, d.w > 5min, d.at < 2026-01-31T12:00:00Z, d.b is no]");
	static const enum type types[] = { TYPE_VERSION, TYPE_VERSION, TYPE_CODE, TYPE_BYTES, TYPE_DURATION, TYPE_TIME, TYPE_YES_NO };

	for (uint32_t i = 0; i < c->expr->nargs; i++)
		for (int k = 0; k < 2; k++)
			ck_assert_int_eq(c->expr->args[i]->args[k]->type, types[i]);
	ck_assert_int_eq(c->expr->args[2]->args[1]->constant, 0xE8000065);
	ck_assert_int_eq(c->expr->args[3]->args[1]->constant, 20000000000);
	ck_assert_int_eq(c->expr->args[4]->args[1]->constant, 300000);
}
END_TEST

START_TEST(an_integer_beside_a_number_becomes_one)
{
	assert_reads("d.n < d.x", "(< (number 0.n) 0.x)");
	assert_reads("d.x + 1 is d.n", "(is (+ 0.x 1) (number 0.n))");
}
END_TEST

START_TEST(integers_meet_decimal_constants_as_numbers)
{
	assert_reads("d.n < 2.5", "(< (number 0.n) 2.5)");
	assert_reads("d.x < 2", "(< 0.x 2)");
	assert_reads("d.x * d.n > 1", "(> (* 0.x (number 0.n)) 1)");
	assert_reads("d.n / 2 > 1", "(> (/ (number 0.n) (number 2)) 1)");
}
END_TEST

START_TEST(times_durations_and_bytes_are_added_and_scaled)
{
	assert_reads("now - d.at > 30d", "(> (- (now) 0.at) 30d)");
	assert_reads("d.at + 5min < now", "(< (+ 0.at 5min) (now))");
	assert_reads("2 * d.z < 1 GB", "(< (* 0.z 2) 1 GB)");
	assert_reads("d.w / 2 < 1h", "(< (/ 0.w 2) 1h)");
	assert_reads("d.z / 20 GB < 0.1", "(< (/ (number 0.z) (number 20 GB)) 0.1)");
}
END_TEST

START_TEST(a_symbol_that_is_not_listed_is_corrected)
{
	const struct diag *g = only_diag("d.s is gren");

	ck_assert_str_eq(g->code, "D124");
	ck_assert_str_eq(g->hint, "did you mean 'green'?");
	ck_assert_uint_eq(g->at.col, 19);
	ck_assert_uint_eq(g->at.end_col, 23);
}
END_TEST

START_TEST(an_unknown_name_is_complained_about_once_in_a_condition)
{
	const struct diag *g = only_diag("q.a is q.b and q.c < 5 and not q.d");

	ck_assert_str_eq(g->code, "D122");
}
END_TEST

START_TEST(a_slot_of_a_type_that_does_not_exist_makes_no_further_complaints)
{
	load("  q: {slots: {a: {type: txt}}}\nrequirements:\n  - {id: r, title: R, check: q.a is 5 and q.a matches /x/}\n");
	ck_assert_uint_eq(diags_count(diags), 1);
	ck_assert_str_eq(diags_at(diags, 0)->code, "D126");
}
END_TEST

/* --- names --- */

START_TEST(joined_aliases_come_before_those_of_quantifiers)
{
	const struct condition *c = condition("[{none: {of: d as o, where: [o.n is d.n, h.s is red, {some: {of: h, where: h.n is o.n}}]}}, d.b]");

	ck_assert_int_eq(c->scope.njoin, 2);
	ck_assert_int_eq(c->scope.n, 4);
	ck_assert_str_eq(c->scope.aliases[0].name, "d");
	ck_assert_str_eq(c->scope.aliases[1].name, "h");
	ck_assert_str_eq(c->scope.aliases[2].name, "o");
	ck_assert_str_eq(c->scope.aliases[3].name, "h");
	assert_tree(c, "(and (none 2:o (and (is 2.n 0.n) (is 1.s red) (some 3:h (is 3.n 2.n)))) (truth 0.b))");
}
END_TEST

START_TEST(reads_tell_the_slots_of_each_alias)
{
	const struct condition *c = condition("[d.n < 1, d.s is red, {every: {of: d as o, where: o.b and d.b}}]");

	ck_assert_uint_eq(c->scope.aliases[0].reads, 1u << 1 | 1u << 3 | 1u << 7);
	ck_assert_uint_eq(c->scope.aliases[1].reads, 1u << 7);
}
END_TEST

START_TEST(the_template_of_for_is_alias_0_of_every_condition)
{
	load("steps: [{id: s, title: S, on: both, do: [x], takes: 1s}]\n"
		"issues:\n"
		"  - id: i\n"
		"    title: I\n"
		"    for: d\n"
		"    frequency: rare\n"
		"    signs: [{when: h.n < 3 and d.n < 3}, {when: h.s is red}]\n"
		"    remedies: [{step: s, when: d.b}]\n");
	ck_assert_uint_eq(diags_errors(diags), 0);
	assert_tree(&rb->issues[0]->signs[0].when, "(and (< 1.n 3) (< 0.n 3))");
	assert_tree(&rb->issues[0]->signs[1].when, "(is 1.s red)");
	ck_assert_int_eq(rb->issues[0]->signs[1].when.scope.njoin, 2);
	assert_tree(&rb->issues[0]->remedies[0].when, "(truth 0.b)");
}
END_TEST

START_TEST(short_forms_of_quantifiers_have_no_condition)
{
	assert_reads("{none: d}", "(none 0:d)");
	assert_reads("{some: d as x}", "(some 0:x)");
	assert_reads("{count: d, is: 2}", "(count 0:d is 2)");
	assert_reads("{count: {of: d, where: d.b}, is: '>= 2'}", "(count 0:d (truth 0.b) >= 2)");
	assert_reads("{count: {of: d, where: d.b}, is: is not 2}", "(count 0:d (truth 0.b) is-not 2)");
}
END_TEST

START_TEST(aliases_of_a_rule_keep_the_order_of_for)
{
	load("rules:\n"
		"  - id: r\n"
		"    for: {b: d, a: d}\n"
		"    when: [h.n is a.n, a.id is not b.id]\n"
		"    then: [{set: {a: {n: b.n + h.n}}}, {remove: b}]\n");
	ck_assert_uint_eq(diags_errors(diags), 0);
	assert_tree(&rb->rules[0]->when, "(and (is 2.n 1.n) (is-not 1.id 0.id))");
	ck_assert_int_eq(rb->rules[0]->actions[0].alias, 1);
	ck_assert_int_eq(rb->rules[0]->actions[1].alias, 0);
	ck_assert_int_eq(rb->rules[0]->actions[0].settings[0].slot, 1);
}
END_TEST

START_TEST(a_conclusion_reads_what_it_rests_on_and_a_change_does_not)
{
	load("rules:\n"
		"  - {id: a, when: d.b, then: [{conclude: {d: {id: d.t}}}]}\n"
		"  - {id: b, when: d.b, then: [{set: {d: {n: d.n + 1}}}]}\n");
	ck_assert_uint_eq(diags_errors(diags), 0);
	ck_assert_uint_eq(rb->rules[0]->when.scope.aliases[0].reads, 1u << 7 | 1u << 4);
	ck_assert_uint_eq(rb->rules[1]->when.scope.aliases[0].reads, 1u << 7);
}
END_TEST

/* --- numbers of equal conditions --- */

static uint32_t
id_of(size_t requirement)
{
	return rb->requirements[requirement]->check.id;
}

START_TEST(equal_conditions_have_one_number_and_others_another)
{
	load("requirements:\n"
		"  - {id: a, title: T, check: d.n < 5 and d.s is red}\n"
		"  - {id: b, title: T, for: d, check: [d.n < 5, d.s is red]}\n"
		"  - {id: c, title: T, check: d.n <= 5 and d.s is red}\n"
		"  - {id: d, title: T, check: h.n < 5 and d.s is red}\n"
		"  - {id: e, title: T, check: {none: {of: d, where: d.b}}}\n"
		"  - {id: f, title: T, check: [{none: {of: d, where: d.b}}]}\n"
		"  - {id: g, title: T, check: {none: {of: d as x, where: d.b}}}\n"
		"  - {id: h, title: T, check: d.t matches /x/}\n"
		"  - {id: i, title: T, check: d.t matches /x/}\n"
		"  - {id: j, title: T, check: d.t matches /x/i}\n"
		"  - {id: k, title: T, check: 'd.s in [red, blue]'}\n"
		"  - {id: l, title: T, check: 'd.s in [red, blue, green]'}\n"
		"  - {id: m, title: T, check: d.x < 5}\n"
		"  - {id: n, title: T, check: {none: {of: d as y, where: y.n < 1}}}\n"
		"  - {id: o, title: T, check: {none: {of: h as y, where: y.n < 1}}}\n");
	ck_assert_uint_eq(diags_errors(diags), 0);
	ck_assert_uint_ne(id_of(0), 0);
	ck_assert_uint_eq(id_of(0), id_of(1));
	ck_assert_uint_eq(id_of(4), id_of(5));
	ck_assert_uint_eq(id_of(7), id_of(8));
	for (size_t i = 1; i < rb->nrequirements; i++)
		for (size_t k = 0; k < i; k++)
			if (!(i == 1 && k == 0) && !(i == 5 && k == 4) && !(i == 8 && k == 7))
				ck_assert_uint_ne(id_of(i), id_of(k));
}
END_TEST

/* --- words for reports --- */

START_TEST(a_condition_is_worded_on_one_line)
{
	ck_assert_str_eq(condition("[d.n < 5 or d.b, {any: [d.b, {not: d.b}]}]")->text, "(d.n < 5 or d.b) and (d.b or not (d.b))");
	ck_assert_str_eq(condition("{none: {of: d as x, where: [x.b, x.n < 3]}}")->text, "none d as x where x.b and x.n < 3");
	ck_assert_str_eq(condition("{count: {of: d, where: d.b}, is: '>= 2'}")->text, "count of d where d.b is >= 2");
	ck_assert_str_eq(condition("d.n < 5\n      and d.b")->text, "d.n < 5 and d.b");
	ck_assert_str_eq(condition(">\n      d.n < 5\n\n      and d.b\n")->text, "d.n < 5 and d.b");
}
END_TEST

Suite *check_lang(void);

Suite *
check_lang(void)
{
	Suite *s = suite_create("lang");
	TCase *t = tcase_create("conditions");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, and_binds_tighter_than_or_and_not_tighter_than_and);
	tcase_add_test(t, products_bind_tighter_than_sums_and_both_lean_left);
	tcase_add_test(t, a_hyphen_within_a_word_belongs_to_it);
	tcase_add_test(t, is_not_and_not_in_and_is_unknown_are_operators);
	tcase_add_test(t, functions_take_slots_and_constants);
	tcase_add_test(t, a_regular_expression_may_hold_slashes_in_brackets_and_behind_backslashes);
	tcase_add_test(t, quoted_text_may_hold_quotes_and_words_of_the_language);
	tcase_add_test(t, a_list_is_and_and_mappings_nest);
	tcase_add_test(t, constants_take_the_type_of_the_other_side);
	tcase_add_test(t, an_integer_beside_a_number_becomes_one);
	tcase_add_test(t, integers_meet_decimal_constants_as_numbers);
	tcase_add_test(t, times_durations_and_bytes_are_added_and_scaled);
	tcase_add_test(t, a_symbol_that_is_not_listed_is_corrected);
	tcase_add_test(t, an_unknown_name_is_complained_about_once_in_a_condition);
	tcase_add_test(t, a_slot_of_a_type_that_does_not_exist_makes_no_further_complaints);
	tcase_add_test(t, joined_aliases_come_before_those_of_quantifiers);
	tcase_add_test(t, reads_tell_the_slots_of_each_alias);
	tcase_add_test(t, the_template_of_for_is_alias_0_of_every_condition);
	tcase_add_test(t, short_forms_of_quantifiers_have_no_condition);
	tcase_add_test(t, aliases_of_a_rule_keep_the_order_of_for);
	tcase_add_test(t, a_conclusion_reads_what_it_rests_on_and_a_change_does_not);
	tcase_add_test(t, equal_conditions_have_one_number_and_others_another);
	tcase_add_test(t, a_condition_is_worded_on_one_line);
	suite_add_tcase(s, t);
	return s;
}
