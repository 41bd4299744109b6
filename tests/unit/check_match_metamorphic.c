/* SPDX-License-Identifier: MIT */
/*
 * What must not change conclusions: the order of rules in the file, the order of facts, the names of
 * things, whether rules stand in one pack or in two, and facts that came and went. The rule bases are
 * random, of a kind whose conclusions are determined (random_case_layered). DX_RANDOM and DX_SEED as in
 * check_match_random.c.
 */
#include "random_base.h"

#include "lang/load.h"
#include "match/session.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CASES = 5000, NOW = 1769860800, MOST_LINES = 4000 };

/* What is done otherwise than the first time. */
struct variant {
	bool rules_turned, facts_turned, renamed, split, noise;
};

/* ---- the text of a variant ---- */

/* Copies the text with other names for templates (t0..), slots (s0..), and ids (rule-0, check-0). */
static void
put_renamed(struct buf *out, const char *s)
{
	bool inside = false;	/* a word */

	for (; *s; s++) {
		bool digit = s[1] >= '0' && s[1] <= '9';

		if (!inside && (*s == 't' || *s == 's') && digit) {
			buf_printf(out, "%s%c", *s == 't' ? "zz" : "with", (char)('9' - (s[1] - '0')));
			s++;
		} else if (!inside && strncmp(s, "rule-", 5) == 0) {
			buf_puts(out, "name-of-");
			s += 4;
		} else {
			buf_putc(out, *s);
		}
		inside = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9');
	}
}

static void
put_rules(const struct random_case *c, bool turned, int from, int to, struct buf *out)
{
	if (from < to)
		buf_puts(out, "rules:\n");
	for (int i = from; i < to; i++)
		buf_puts(out, buf_text(&c->rules[turned ? c->nrules - 1 - i : i]));
}

static void
put_checks(const struct random_case *c, struct buf *out)
{
	buf_puts(out, "checks:\n");
	for (int i = 0; i < c->nchecks; i++)
		buf_puts(out, buf_text(&c->checks[i]));
}

static void
write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(buf_text(text), 1, text->len, f), text->len);
	fclose(f);
}

/* The later half of the rules in a pack of its own, which is given first. */
static struct rulebase *
load_split(const struct random_case *c, struct diags *d)
{
	char first[] = "/tmp/check_split_a.XXXXXX", second[] = "/tmp/check_split_b.XXXXXX";
	const char *paths[] = { first, second };
	struct buf text = {0};
	struct rulebase *rb;

	close(mkstemp(first));
	close(mkstemp(second));
	buf_puts(&text, "pack: {id: other, version: 1.0.0, title: other, limits: {firings: 200000}}\n");
	put_rules(c, false, c->nrules / 2, c->nrules, &text);
	write_file(first, &text);
	buf_clear(&text);
	buf_puts(&text, buf_text(&c->head));
	put_rules(c, false, 0, c->nrules / 2, &text);
	put_checks(c, &text);
	write_file(second, &text);
	rb = rulebase_load(paths, 2, d);
	unlink(first);
	unlink(second);
	buf_free(&text);
	return rb;
}

static struct rulebase *
load(const struct random_case *c, const struct variant *v)
{
	struct diags *d = diags_new();
	struct buf text = {0}, other = {0};
	struct rulebase *rb;

	buf_puts(&text, buf_text(&c->head));
	put_rules(c, v->rules_turned, 0, c->nrules, &text);
	put_checks(c, &text);
	if (v->renamed)
		put_renamed(&other, buf_text(&text));
	rb = v->split ? load_split(c, d) : rulebase_load_text("random.yaml", buf_text(v->renamed ? &other : &text),
			v->renamed ? other.len : text.len, d);
	if (diags_errors(d))
		diag_print(d, diags_at(d, 0), stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
	buf_free(&text);
	buf_free(&other);
	diags_free(d);
	return rb;
}

/* ---- the facts ---- */

static struct fact *
assert_op(struct session *s, const struct random_op *op)
{
	const struct template *t = session_rules(s)->templates[op->template];
	value v[RANDOM_SLOTS];

	for (int i = 0; i < t->nslots; i++) {
		const char *text = op->values[i] < 0 ? NULL : random_literal((int)t->slots[i].type, op->values[i]);

		v[i] = UNKNOWN;
		if (text)
			ck_assert_ptr_null(value_parse(t->slots[i].type, text, strlen(text), session_syms(s), &v[i]));
	}
	return session_assert(s, t, v, "test", NOW);
}

static void
do_op(struct session *s, const struct random_op *op)
{
	if (op->kind == DO_ASSERT)
		assert_op(s, op);
	else if (op->kind == DO_SURVEY)
		session_survey(s, session_rules(s)->templates[op->template], true);
}

/* Facts that come, are concluded from, and go. */
static void
make_noise(struct session *s, const struct random_case *c, int from)
{
	struct fact *added[RANDOM_OPS];
	int n = 0;

	for (int i = from; i < c->nops; i++)
		if (c->ops[i].kind == DO_ASSERT)
			added[n++] = assert_op(s, &c->ops[i]);
	ck_assert_int_eq(session_run(s), RUN_QUIET);
	while (n--) {
		session_retract(s, added[n]);
		if (n % 2)
			ck_assert_int_eq(session_run(s), RUN_QUIET);
	}
}

/* ---- what is concluded ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All facts, each a line without its id, in alphabetical order; and the answers. Templates and slots go by number. */
static void
put_conclusions(struct session *s, struct buf *out, int64_t *concluded)
{
	const struct rulebase *rb = session_rules(s);
	struct buf text = {0};
	char *lines[MOST_LINES];
	size_t n = 0;

	for (size_t t = 0; t < rb->ntemplates; t++)
		for (struct fact *f = session_first(s, rb->templates[t]); f; f = session_next(s, f)) {
			buf_clear(&text);
			buf_printf(&text, "%zu %s", t, f->stated ? "stated" : "concluded");
			for (int i = 0; i < f->of->nslots; i++) {
				buf_putc(&text, ' ');
				value_print(&text, f->of->slots[i].type, f->slots[i], session_syms(s));
			}
			*concluded += f->why != NULL;
			ck_assert_uint_lt(n, MOST_LINES);
			lines[n++] = strdup(buf_text(&text));
		}
	qsort(lines, n, sizeof *lines, by_text);
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s\n", lines[i]);
		free(lines[i]);
	}
	for (size_t i = 0; i < rb->nchecks; i++)
		if (!rb->checks[i]->per)
			buf_printf(out, "check %zu is %d\n", i, (int)session_ask(s, &rb->checks[i]->when, NULL, NULL));
	buf_free(&text);
}

static void
conclude(const struct random_case *c, const struct variant *v, struct buf *out, int64_t *concluded)
{
	struct rulebase *rb = load(c, v);
	struct factset *fs = factset_new(rb, NOW);
	struct session *s = session_new(rb, fs);
	int n = 0;

	while (c->ops[n].kind != DO_RUN)
		n++;
	for (int i = 0; i < n; i++)
		do_op(s, &c->ops[v->facts_turned ? n - 1 - i : i]);
	ck_assert_int_eq(session_run(s), RUN_QUIET);
	if (v->noise) {
		make_noise(s, c, n);
		ck_assert_int_eq(session_run(s), RUN_QUIET);
	}
	put_conclusions(s, out, concluded);
	session_free(s);
	factset_free(fs);
	rulebase_free(rb);
}

/* ---- the tests ---- */

static uint64_t
number_from(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s ? strtoull(s, NULL, 10) : otherwise;
}

static void
must_not_matter(struct variant v, uint64_t share)
{
	uint64_t first = number_from("DX_SEED", 1), n = (getenv("SAN") ? CASES / 5 : CASES) / share;
	int64_t concluded = 0, again = 0;

	for (uint64_t seed = first; seed < first + n; seed++) {
		struct random_case *c = random_case_layered(seed);
		struct buf one = {0}, other = {0};

		conclude(c, &(struct variant){0}, &one, &concluded);
		conclude(c, &v, &other, &again);
		if (strcmp(buf_text(&one), buf_text(&other)) != 0) {
			struct buf text = {0};

			random_case_yaml(c, &text);
			random_case_ops(c, &text);
			ck_abort_msg("seed %llu\n%s--- as it is\n%s--- otherwise\n%s", (unsigned long long)seed, buf_text(&text),
					buf_text(&one), buf_text(&other));
		}
		buf_free(&one);
		buf_free(&other);
		random_case_free(c);
	}
	ck_assert_int_gt(concluded, (int64_t)n / 2);	/* rules of which nothing follows prove nothing */
}

START_TEST(the_order_of_rules_does_not_change_conclusions)
{
	must_not_matter((struct variant){ .rules_turned = true }, 1);
}
END_TEST

START_TEST(the_order_of_facts_does_not_change_conclusions)
{
	must_not_matter((struct variant){ .facts_turned = true }, 1);
}
END_TEST

START_TEST(other_names_do_not_change_conclusions)
{
	must_not_matter((struct variant){ .renamed = true }, 1);
}
END_TEST

START_TEST(rules_in_a_pack_of_their_own_give_the_same_conclusions)
{
	must_not_matter((struct variant){ .split = true }, 5);
}
END_TEST

START_TEST(facts_that_came_and_went_leave_no_conclusions_and_take_none)
{
	must_not_matter((struct variant){ .noise = true }, 1);
}
END_TEST

Suite *check_match_metamorphic(void);

Suite *
check_match_metamorphic(void)
{
	Suite *s = suite_create("match: what must not matter");
	TCase *t = tcase_create("metamorphic");

	tcase_set_timeout(t, 0);
	tcase_add_test(t, the_order_of_rules_does_not_change_conclusions);
	tcase_add_test(t, the_order_of_facts_does_not_change_conclusions);
	tcase_add_test(t, other_names_do_not_change_conclusions);
	tcase_add_test(t, rules_in_a_pack_of_their_own_give_the_same_conclusions);
	tcase_add_test(t, facts_that_came_and_went_leave_no_conclusions_and_take_none);
	suite_add_tcase(s, t);
	return s;
}
