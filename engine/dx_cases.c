/* SPDX-License-Identifier: MIT */
/*
 * The packs' own cases: facts in, expectations on issues, plan, requirements and status out. One table of expectations; an unknown
 * one is a mistake of the author, not a pass.
 */
#include "dx.h"

#include "dx_private.h"
#include "facts/factfile.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One case that is being judged. */
struct trial {
	const struct testcase *test;
	struct dx_session *session;
	enum dx_status status;
	struct buf complaints;		/* empty: passed */
	struct diags *diags;		/* of the pack: mistakes in the case itself */
};

static void complain(struct trial *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
complain(struct trial *t, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(t->session->arena, fmt, ap);
	va_end(ap);
	buf_printf(&t->complaints, "      %s\n", text);
}

static void
mistake(struct trial *t, const struct node *at, const char *what)
{
	diag_add(t->diags, SEV_ERROR, "D306", at->at, "%s", what);
	complain(t, "the case cannot be judged: %s", what);
}

static const char *
first_issue(const struct trial *t)
{
	const struct belief *b = t->session->belief;

	return b->ncauses ? b->causes[0].issue->entry.id : "none";
}

static bool
want_first(struct trial *t, const struct node *n)
{
	if (!rulebase_issue(t->session->base, n->text))
		return false;
	if (strcmp(first_issue(t), n->text) != 0)
		complain(t, "first issue is %s, not %s", first_issue(t), n->text);
	return true;
}

static bool
want_not_first(struct trial *t, const struct node *n)
{
	if (!rulebase_issue(t->session->base, n->text))
		return false;
	if (strcmp(first_issue(t), n->text) == 0)
		complain(t, "first issue is %s", n->text);
	return true;
}

/* "60%" or "0.6" in ppm; -1 when it is neither. */
static ppm
share_of(const char *text)
{
	char *end;
	double d = strtod(text, &end);

	if (end == text || (*end && strcmp(end, "%") != 0))
		return -1;
	d = *end ? d / 100 : d;
	return d >= 0 && d <= 1 ? (ppm)(d * PPM_ONE + 0.5) : -1;
}

static ppm
first_share(const struct trial *t)
{
	return t->session->belief->ncauses ? t->session->belief->causes[0].p : 0;
}

static bool
want_above(struct trial *t, const struct node *n)
{
	ppm least = share_of(n->text);

	if (least >= 0 && first_share(t) < least)
		complain(t, "%s has %.1f %%, not above %s", first_issue(t), first_share(t) / 1e4, n->text);
	return least >= 0;
}

static bool
want_below(struct trial *t, const struct node *n)
{
	ppm most = share_of(n->text);

	if (most >= 0 && first_share(t) > most)
		complain(t, "%s has %.1f %%, not below %s", first_issue(t), first_share(t) / 1e4, n->text);
	return most >= 0;
}

/* An issue is absent when it is ruled out or below one percent. */
static bool
want_absent(struct trial *t, const struct node *n)
{
	const struct belief *b = t->session->belief;

	if (!rulebase_issue(t->session->base, n->text))
		return false;
	for (size_t i = 0; i < b->ncauses; i++)
		if (strcmp(b->causes[i].issue->entry.id, n->text) == 0 && b->causes[i].p >= PPM_ONE / 100)
			complain(t, "%s is not absent: %.1f %%", n->text, b->causes[i].p / 1e4);
	return true;
}

/* Place of a step in the plan, from 0; -1 when it is not in it. */
static long
step_at(const struct trial *t, const char *id)
{
	const struct plan *p = t->session->plan;

	for (size_t i = 0; i < p->nsteps; i++)
		if (strcmp(p->steps[i].step->entry.id, id) == 0)
			return (long)i;
	return -1;
}

static const char *
step_name(const struct trial *t, size_t i)
{
	return i < t->session->plan->nsteps ? t->session->plan->steps[i].step->entry.id : "the end";
}

static bool
known_steps(const struct trial *t, const struct node *list)
{
	for (const struct node *n = list->first; n; n = n->next)
		if (n->kind != NODE_SCALAR || !rulebase_step(t->session->base, n->text))
			return false;
	return list->kind == NODE_LIST && list->count > 0;
}

static bool
want_start(struct trial *t, const struct node *list)
{
	size_t i = 0;

	if (!known_steps(t, list))
		return false;
	for (const struct node *n = list->first; n; n = n->next, i++)
		if (strcmp(step_name(t, i), n->text) != 0)
			complain(t, "step %zu is %s, not %s", i + 1, step_name(t, i), n->text);
	return true;
}

static bool
want_within(struct trial *t, const struct node *list, long limit)
{
	if (!known_steps(t, list))
		return false;
	for (const struct node *n = list->first; n; n = n->next) {
		long at = step_at(t, n->text);

		if (at < 0 || at >= limit)
			complain(t, "%s is not within the first %ld steps", n->text, limit);
	}
	return true;
}

static bool
want_never(struct trial *t, const struct node *list)
{
	if (!known_steps(t, list))
		return false;
	for (const struct node *n = list->first; n; n = n->next)
		if (step_at(t, n->text) >= 0)
			complain(t, "%s is step %ld, never expected", n->text, step_at(t, n->text) + 1);
	return true;
}

/* Steps that must appear in this order; one that is missing counts as late. */
static bool
want_before(struct trial *t, const struct node *list)
{
	if (!known_steps(t, list))
		return false;
	for (const struct node *n = list->first; n->next; n = n->next) {
		long a = step_at(t, n->text), b = step_at(t, n->next->text);

		if (a < 0 || (b >= 0 && b < a))
			complain(t, "%s does not come before %s", n->text, n->next->text);
	}
	return true;
}

static const struct {
	const char *key;
	bool (*check)(struct trial *t, const struct node *n);
	bool list;		/* each item of a list is judged alone */
} issue_wants[] = {
	{ "first", want_first, false }, { "above", want_above, false }, { "below", want_below, false },
	{ "not", want_not_first, true }, { "absent", want_absent, true },
}, plan_wants[] = {
	{ "starts-with", want_start, false }, { "never", want_never, false }, { "before", want_before, false },
};

static bool
want_issue_key(struct trial *t, const struct node *n)
{
	for (size_t i = 0; i < sizeof issue_wants / sizeof *issue_wants; i++) {
		if (strcmp(issue_wants[i].key, n->key->text) != 0)
			continue;
		if (!issue_wants[i].list || n->kind == NODE_SCALAR)
			return n->kind == NODE_SCALAR && issue_wants[i].check(t, n);
		for (const struct node *item = n->first; item; item = item->next)
			if (item->kind != NODE_SCALAR || !issue_wants[i].check(t, item))
				return false;
		return true;
	}
	return false;
}

static bool
want_plan_key(struct trial *t, const struct node *n)
{
	const char *key = n->key->text;
	char *end;
	long limit;

	if (strncmp(key, "within-", 7) == 0) {
		limit = strtol(key + 7, &end, 10);
		return *end == '\0' && limit > 0 && want_within(t, n, limit);
	}
	for (size_t i = 0; i < sizeof plan_wants / sizeof *plan_wants; i++)
		if (strcmp(plan_wants[i].key, key) == 0)
			return plan_wants[i].check(t, n);
	return false;
}

static const char *const states[] = { [FALSE] = "unmet", [MAYBE] = "unknown", [TRUE] = "met" };

static bool
want_requirement_key(struct trial *t, const struct node *n)
{
	const struct plan *p = t->session->plan;

	if (n->kind != NODE_SCALAR || !rulebase_requirement(t->session->base, n->key->text))
		return false;
	if (strcmp(n->text, "met") && strcmp(n->text, "unmet") && strcmp(n->text, "unknown"))
		return false;
	for (size_t i = 0; i < p->nneeds; i++)
		if (strcmp(p->needs[i].requirement->entry.id, n->key->text) == 0
		    && strcmp(states[p->needs[i].state], n->text) != 0)
			complain(t, "%s is %s, not %s", n->key->text, states[p->needs[i].state], n->text);
	return true;
}

static bool
want_each(struct trial *t, const struct node *map, bool (*want)(struct trial *t, const struct node *n))
{
	if (map->kind != NODE_MAP || map->count == 0)
		return false;
	for (const struct node *n = map->first; n; n = n->next)
		if (!want(t, n))
			mistake(t, n->key, "unknown expectation or wrong value here");
	return true;
}

static bool
want_status(struct trial *t, const struct node *n)
{
	static const struct {
		const char *name;
		enum dx_status status;
	} names[] = { { "ok", DX_OK }, { "problem", DX_PROBLEM }, { "incomplete", DX_INCOMPLETE } };
	const char *is = "?", *wants = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].status == t->status)
			is = names[i].name;
		if (n->kind == NODE_SCALAR && strcmp(names[i].name, n->text) == 0)
			wants = names[i].name;
	}
	if (wants && strcmp(is, wants) != 0)
		complain(t, "status is %s, not %s", is, wants);
	return wants != NULL;
}

static void
judge(struct trial *t)
{
	for (const struct node *n = t->test->expect->first; n; n = n->next) {
		const char *key = n->key->text;
		bool fine = strcmp(key, "issues") == 0 ? want_each(t, n, want_issue_key)
			: strcmp(key, "plan") == 0 ? want_each(t, n, want_plan_key)
			: strcmp(key, "requirements") == 0 ? want_each(t, n, want_requirement_key)
			: strcmp(key, "status") == 0 && want_status(t, n);

		if (!fine)
			mistake(t, n->key, "unknown expectation or wrong value here "
				"(issues, plan, requirements, status)");
	}
}

static void
run_trial(struct trial *t)
{
	size_t before = diags_errors(t->diags);

	if (t->test->facts)
		factfile_read_node(t->session->facts, t->diags, t->test->facts);
	if (diags_errors(t->diags) != before) {
		complain(t, "the facts are wrong");
		return;
	}
	t->status = dx_run(t->session);
	if (t->status == DX_BAD_RULES)
		complain(t, "a limit of the rule base was reached");
	else if (t->test->expect && t->test->expect->kind == NODE_MAP && t->test->expect->count)
		judge(t);
	else
		complain(t, "the case expects nothing");
}

/* One case, noted in `coverage` (may be NULL); true when it passed. */
static bool
try_case(struct dx_rules *rules, const struct testcase *test, struct coverage *coverage, FILE *out)
{
	struct trial t = { .test = test, .session = dx_open(rules), .diags = rules->diags };
	bool passed;

	run_trial(&t);
	if (coverage && t.session->plan)
		coverage_note(coverage, test, t.session);
	passed = t.complaints.len == 0;
	fprintf(out, "%s %s\n", passed ? "ok    " : "FAILED", test->name);
	if (!passed)
		fprintf(out, "%s      at %s:%u\n", buf_text(&t.complaints),
			diags_source_name(rules->diags, test->at.file), (unsigned)test->at.line);
	buf_free(&t.complaints);
	dx_close(t.session);
	return passed;
}

struct dx_test_result
dx_test(struct dx_rules *rules, const struct dx_test *options, FILE *out)
{
	static const struct dx_test all;
	const struct dx_test *o = options ? options : &all;
	struct arena *a = arena_new();
	struct coverage *coverage = o->coverage ? coverage_new(rules->base, a) : NULL;
	struct dx_test_result result = {0};

	for (size_t i = 0; i < rules->base->ncases; i++) {
		const struct testcase *test = rules->base->cases[i];

		if (o->filter && !strstr(test->name, o->filter))
			continue;
		if (try_case(rules, test, coverage, out))
			result.passed++;
		else
			result.failed++;
	}
	if (coverage)
		coverage_print(coverage, rules->diags, out, &result.reached, &result.all);
	arena_free(a);
	return result;
}
