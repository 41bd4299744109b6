/* SPDX-License-Identifier: MIT */
/*
 * What must not matter: the order of rules in the file, the order of facts, how things are called, into how many packs and
 * files rules are divided, and whether all facts are there before the first run. Random rule bases are changed in these ways, and the same facts must follow.
 *
 * The order of firing is part of the contract, and `add`, `set`, `remove`, and conclusions about one fact that differ, depend on it; so
 * does a rule whose conclusion undoes its own reason. Rules of these kinds are left out here; check_match_random has them.
 */
#include "random_base.h"

#include "lang/load.h"
#include "match/session.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *check_match_order(void);

enum { CASES = 3000, FILES = 3 };

/* ---- rules whose conclusions do not depend on the order of firing ---- */

static struct rulebase *
load_text(const struct buf *yaml)
{
	struct diags *d = diags_new();
	struct rulebase *rb = rulebase_load_text("random.yaml", buf_text(yaml), yaml->len, d);

	if (diags_errors(d))
		diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	diags_free(d);
	return rb;
}

static bool
only_concludes_facts_of_its_own(const struct rule *r)
{
	for (size_t i = 0; i < r->nactions; i++)
		if (r->actions[i].kind != ACT_CONCLUDE || r->actions[i].of->key >= 0 || r->actions[i].of->single)
			return false;
	return true;
}

/* Which templates' facts a rule's conclusions rest on (reads), or rest on in a way that more facts can undo (counts). */
struct needs {
	bool reads[RANDOM_TEMPLATES][RANDOM_TEMPLATES], counts[RANDOM_TEMPLATES][RANDOM_TEMPLATES];
};

static void
add_needs(struct needs *n, const struct rule *r)
{
	const struct scope *scope = &r->when.scope;

	for (size_t i = 0; i < r->nactions; i++)
		for (int a = 0; a < scope->n; a++) {
			n->reads[r->actions[i].of->index][scope->aliases[a].of->index] = true;
			if (a >= scope->njoin)
				n->counts[r->actions[i].of->index][scope->aliases[a].of->index] = true;
		}
}

static void
close_needs(struct needs *n)
{
	for (int k = 0; k < RANDOM_TEMPLATES; k++)
		for (int i = 0; i < RANDOM_TEMPLATES; i++)
			for (int j = 0; j < RANDOM_TEMPLATES; j++)
				n->reads[i][j] |= n->reads[i][k] && n->reads[k][j];
}

/* Does a template that is counted over rest on what is concluded from the count? */
static bool
is_layered(const struct needs *n)
{
	struct needs all = *n;

	close_needs(&all);
	for (int i = 0; i < RANDOM_TEMPLATES; i++)
		for (int j = 0; j < RANDOM_TEMPLATES; j++)
			if (n->counts[i][j] && (i == j || all.reads[j][i]))
				return false;
	return true;
}

/* Leaves out the rules that depend on order; how many stay. */
static int
keep_orderly(struct random_case *c)
{
	struct needs needs = {0};
	struct buf yaml = {0};
	struct rulebase *rb;
	int kept = 0;

	random_case_yaml(c, &yaml);
	rb = load_text(&yaml);
	for (int i = 0; i < c->nrules; i++) {
		struct needs with = needs;

		c->rule_out[i] = true;
		if (!only_concludes_facts_of_its_own(rb->rules[i]))
			continue;
		add_needs(&with, rb->rules[i]);
		if (!is_layered(&with))
			continue;
		c->rule_out[i] = false;
		needs = with;
		kept++;
	}
	rulebase_free(rb);
	buf_free(&yaml);
	return kept;
}

/* ---- facts, and what follows ---- */

/* The assertions of a case in an order; of facts that are one by their key only the first. */
struct facts {
	const struct random_op *ops[RANDOM_OPS];
	int n;
};

static bool
is_same_fact(const struct template *t, const struct random_op *a, const struct random_op *b)
{
	return a->template == b->template && (t->single || (t->key >= 0 && a->values[t->key] == b->values[t->key]));
}

static bool
is_concluded(const struct rulebase *rb, int template)
{
	for (size_t i = 0; i < rb->nrules; i++)
		for (size_t k = 0; k < rb->rules[i]->nactions; k++)
			if (rb->rules[i]->actions[k].of->index == template)
				return true;
	return false;
}

/* `apart`: none of templates that rules conclude. A fact that is stated after an equal one was concluded is a second one. */
static void
take_facts(const struct random_case *c, const struct rulebase *rb, bool apart, struct facts *f)
{
	f->n = 0;
	for (int i = 0; i < c->nops; i++) {
		int k = 0;

		if (c->ops[i].kind != DO_ASSERT || (apart && is_concluded(rb, c->ops[i].template)))
			continue;
		while (k < f->n && !is_same_fact(rb->templates[c->ops[i].template], &c->ops[i], f->ops[k]))
			k++;
		if (k == f->n)
			f->ops[f->n++] = &c->ops[i];
	}
}

static void
reverse_facts(struct facts *f)
{
	for (int i = 0; i < f->n / 2; i++) {
		const struct random_op *op = f->ops[i];

		f->ops[i] = f->ops[f->n - 1 - i];
		f->ops[f->n - 1 - i] = op;
	}
}

static void
assert_fact(struct session *s, const struct template *t, const struct random_op *op)
{
	value v[RANDOM_SLOTS];

	for (int k = 0; k < t->nslots; k++) {
		const char *text = op->values[k] < 0 ? NULL : random_literal((int)t->slots[k].type, op->values[k]);

		v[k] = UNKNOWN;
		if (text)
			ck_assert_ptr_null(value_parse(t->slots[k].type, text, strlen(text), session_syms(s), &v[k]));
	}
	session_assert(s, t, v, "test", 0);
}

/* A line for each fact, sorted: its template's number, whether it is stated, its values. */
static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
put_sorted(struct buf *out, char **lines, size_t n)
{
	qsort(lines, n, sizeof *lines, by_text);
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, lines[i]);
		free(lines[i]);
	}
}

static void
put_facts(struct buf *out, const struct rulebase *rb, struct session *s, int64_t *concluded)
{
	char *lines[2000];
	size_t n = 0;

	for (size_t t = 0; t < rb->ntemplates; t++)
		for (struct fact *f = session_first(s, rb->templates[t]); f; f = session_next(s, f)) {
			struct buf line = {0};

			buf_printf(&line, "%d%s", (int)t, f->stated ? "" : " concluded");
			for (int i = 0; i < f->of->nslots; i++) {
				buf_putc(&line, ' ');
				value_print(&line, f->of->slots[i].type, f->slots[i], session_syms(s));
			}
			buf_putc(&line, '\n');
			*concluded += f->why != NULL;
			ck_assert_uint_lt(n, sizeof lines / sizeof *lines);
			lines[n++] = line.text;
		}
	put_sorted(out, lines, n);
}

/* What follows from the facts; false when a limit ended it. */
static bool
conclude(const struct random_case *c, const struct rulebase *rb, const struct facts *f, bool step_by_step, struct buf *out,
		int64_t *concluded)
{
	struct session *s = session_new(rb, NULL);
	bool quiet = true;

	for (int i = 0; i < c->nops; i++)
		if (c->ops[i].kind == DO_SURVEY)
			session_survey(s, rb->templates[c->ops[i].template], true);
	for (int i = 0; i < f->n; i++) {
		if (step_by_step)
			quiet &= session_run(s) == RUN_QUIET;
		assert_fact(s, rb->templates[f->ops[i]->template], f->ops[i]);
	}
	quiet &= session_run(s) == RUN_QUIET;
	put_facts(out, rb, s, concluded);
	session_free(s);
	return quiet;
}

/* ---- the changes ---- */

/* "t1" and the like become other names with another order, "rule-1" and "q1" too. */
static void
rename_all(const struct buf *from, struct buf *to)
{
	static const struct {
		char first;
		const char *name;
	} names[] = { { 't', "kind_" }, { 's', "field_" }, { 'q', "one_" } };
	const char *text = buf_text(from);

	for (size_t i = 0; i < from->len; i++) {
		bool begins = i == 0 || !strchr("abcdefghijklmnopqrstuvwxyz0123456789_", text[i - 1]);
		size_t k = 0;

		while (k < 3 && !(begins && text[i] == names[k].first && text[i + 1] >= '0' && text[i + 1] <= '9'))
			k++;
		if (k < 3)
			buf_printf(to, "%s%c", names[k].name, 'z' - (text[++i] - '0'));
		else if (begins && strncmp(text + i, "rule-", 5) == 0)
			buf_puts(to, "other-rule-"), i += 4;
		else
			buf_putc(to, text[i]);
	}
}

static void
put_rules(struct buf *out, const struct random_case *c, bool backwards, int only)
{
	bool any = false;

	for (int i = 0; i < c->nrules; i++) {
		int k = backwards ? c->nrules - 1 - i : i;

		if (c->rule_out[k] || (only >= 0 && k % FILES != only))
			continue;
		buf_printf(out, "%s%s", any ? "" : "rules:\n", buf_text(&c->rules[k]));
		any = true;
	}
}

static void
write_file(const char *folder, const char *name, const struct buf *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fwrite(buf_text(text), 1, text->len, f);
	fclose(f);
}

/* The rules in packs of their own, loaded before the one with the templates. */
static struct rulebase *
load_split(const struct random_case *c)
{
	char folder[] = "/tmp/check_match_order.XXXXXX", paths[FILES + 1][200];
	const char *names[FILES + 1];
	struct diags *d = diags_new();
	struct rulebase *rb;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (int i = 0; i <= FILES; i++) {
		struct buf text = {0};
		char name[20];

		snprintf(name, sizeof name, "%d.yaml", i);
		if (i < FILES)
			buf_printf(&text, "pack: {id: part-%d, version: 1.0.0}\n", i);
		else
			buf_puts(&text, buf_text(&c->head));
		if (i < FILES)
			put_rules(&text, c, false, i);
		write_file(folder, name, &text);
		snprintf(paths[i], sizeof paths[i], "%s/%s", folder, name);
		names[i] = paths[i];
		buf_free(&text);
	}
	rb = rulebase_load(names, FILES + 1, d);
	if (diags_errors(d))
		diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	for (int i = 0; i <= FILES; i++)
		unlink(paths[i]);
	rmdir(folder);
	diags_free(d);
	return rb;
}

enum change { AS_IT_IS, RULES_BACKWARDS, FACTS_BACKWARDS, RENAMED, SPLIT, STEP_BY_STEP };

static const char *const change_names[] = { "as it is", "rules backwards", "facts backwards", "renamed", "in several packs", "run after every fact" };

static struct rulebase *
load_changed(const struct random_case *c, enum change how)
{
	struct buf yaml = {0}, renamed = {0};
	struct rulebase *rb;

	if (how == SPLIT)
		return load_split(c);
	buf_puts(&yaml, buf_text(&c->head));
	put_rules(&yaml, c, how == RULES_BACKWARDS, -1);
	if (how == RENAMED)
		rename_all(&yaml, &renamed);
	rb = load_text(how == RENAMED ? &renamed : &yaml);
	buf_free(&yaml);
	buf_free(&renamed);
	return rb;
}

/* What follows from a case after a change; `apart` as above. False when a limit ended it. */
static bool
result_of(const struct random_case *c, enum change how, bool apart, struct buf *out, int64_t *concluded)
{
	struct rulebase *rb = load_changed(c, how);
	struct facts facts;
	bool quiet;

	take_facts(c, rb, apart, &facts);
	if (how == FACTS_BACKWARDS)
		reverse_facts(&facts);
	quiet = conclude(c, rb, &facts, how == STEP_BY_STEP, out, concluded);
	rulebase_free(rb);
	return quiet;
}

static void
compare(const struct random_case *c, enum change how, const struct buf *expected)
{
	int64_t ignored = 0;
	struct buf got = {0};

	if (result_of(c, how, how == STEP_BY_STEP, &got, &ignored) && strcmp(buf_text(&got), buf_text(expected)) != 0) {
		struct buf yaml = {0};

		random_case_yaml(c, &yaml);
		fprintf(stderr, "%s--- as it is\n%s--- %s\n%s", buf_text(&yaml), buf_text(expected), change_names[how], buf_text(&got));
		ck_abort_msg("seed %llu, %s: other conclusions", (unsigned long long)c->seed, change_names[how]);
	}
	buf_free(&got);
}

static void
try_change(enum change how)
{
	int64_t concluded = 0;
	int cases = 0;

	for (uint64_t seed = 1; seed <= CASES; seed++) {
		struct random_case *c = random_case_new(seed);
		struct buf expected = {0}, renamed = {0};

		if (keep_orderly(c) > 0 && result_of(c, AS_IT_IS, how == STEP_BY_STEP, &expected, &concluded)) {
			if (how == RENAMED)	/* quoted, a name is a text like others */
				rename_all(&expected, &renamed);
			compare(c, how, how == RENAMED ? &renamed : &expected);
			cases++;
		}
		buf_free(&renamed);
		buf_free(&expected);
		random_case_free(c);
	}
	ck_assert_int_gt(cases, CASES / 4);
	ck_assert_int_gt(concluded, CASES / 10);	/* where nothing follows nothing is proved */
}

START_TEST(the_order_of_rules_in_a_file_does_not_change_conclusions)
{
	try_change(RULES_BACKWARDS);
}
END_TEST

START_TEST(the_order_of_facts_does_not_change_conclusions)
{
	try_change(FACTS_BACKWARDS);
}
END_TEST

START_TEST(names_of_templates_slots_rules_and_aliases_do_not_change_conclusions)
{
	try_change(RENAMED);
}
END_TEST

START_TEST(dividing_rules_into_packs_and_files_does_not_change_conclusions)
{
	try_change(SPLIT);
}
END_TEST

START_TEST(running_after_every_fact_does_not_change_conclusions)
{
	try_change(STEP_BY_STEP);
}
END_TEST

Suite *
check_match_order(void)
{
	Suite *s = suite_create("match: what does not matter");
	TCase *t = tcase_create("order");

	tcase_set_timeout(t, 300);
	tcase_add_test(t, the_order_of_rules_in_a_file_does_not_change_conclusions);
	tcase_add_test(t, the_order_of_facts_does_not_change_conclusions);
	tcase_add_test(t, names_of_templates_slots_rules_and_aliases_do_not_change_conclusions);
	tcase_add_test(t, dividing_rules_into_packs_and_files_does_not_change_conclusions);
	tcase_add_test(t, running_after_every_fact_does_not_change_conclusions);
	suite_add_tcase(s, t);
	return s;
}
