/* SPDX-License-Identifier: MIT */
/*
 * Fingerprints over all cases of the shipped pack: one for each problem, the same on another machine. A problem is what is most probably wrong (or, when
 * no cause is to blame, which requirements are unmet), on what kind of device, on what kind of computer.
 */
#include "dx_private.h"
#include "dx.h"
#include "facts/factfile.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static struct dx_rules *rules;

struct seen {
	const char *test;
	char *fingerprint, *problem;
};

static void
setup(void)
{
	static const char *const pack = "rules/apple-trust";

	rules = dx_load(&pack, 1);
	ck_assert_uint_eq(dx_rules_errors(rules), 0);
}

static void
teardown(void)
{
	dx_unload(rules);
}

/* The document of a session, which is closed. */
static json_t *
document(struct dx_session *s)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	json_t *doc;

	dx_report(s, DX_JSON, NULL, out);
	fclose(out);
	doc = json_loadb(text, n, 0, NULL);
	ck_assert_ptr_nonnull(doc);
	free(text);
	dx_close(s);
	return doc;
}

static struct dx_session *
session_of(const struct testcase *test)
{
	struct dx_session *s = dx_open(rules);

	factfile_read_node(s->facts, rules->diags, test->facts);
	return s;
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "-";
}

/* The value of a fact, of a certain subject where there is one. */
static const char *
fact(const json_t *doc, const char *template, const char *subject, const char *slot)
{
	char id[200];
	json_t *f;
	size_t i;

	if (subject)
		snprintf(id, sizeof id, "%s[%s].%s", template, subject, slot);
	else
		snprintf(id, sizeof id, "%s.%s", template, slot);
	json_array_foreach(json_object_get(doc, "facts"), i, f)
		if (strcmp(text(f, "id"), id) == 0)
			return text(f, "value");
	return subject && strcmp(subject, "1") ? fact(doc, template, "1", slot) : "-";	/* one without key has a number */
}

/* What the problem is, found in the document without a look at its fingerprint. */
static char *
problem(const json_t *doc)
{
	const json_t *issue = json_object_get(doc, "issue"), *o;
	const char *subject = json_string_value(json_object_get(issue, "subject"));
	char all[2000];
	size_t i, devices = 0;

	json_array_foreach(json_object_get(doc, "subjects"), i, o)
		if (strcmp(text(o, "template"), "device") == 0 && ++devices == 1 && !subject)
			subject = text(o, "id");
	if (devices > 1 && !json_string_value(json_object_get(issue, "subject")))
		subject = NULL;
	snprintf(all, sizeof all, "%s %s %s", text(issue, "id"), fact(doc, "host", NULL, "os"),
		subject && strncmp(subject, "device", 6) == 0 ? fact(doc, "device", subject, "family") : "-");
	json_array_foreach(json_object_get(doc, "requirements"), i, o)
		if (!json_is_object(issue) && strcmp(text(o, "state"), "unmet") == 0)
			snprintf(all + strlen(all), sizeof all - strlen(all), " %s", text(o, "id"));
	return strdup(all);
}

static bool
differ(const struct seen *a, const struct seen *b)
{
	return (strcmp(a->fingerprint, b->fingerprint) == 0) != (strcmp(a->problem, b->problem) == 0);
}

START_TEST(each_problem_of_the_cases_has_its_own_fingerprint)
{
	struct seen *all = calloc(rules->base->ncases, sizeof *all);
	size_t n = 0, wrong = 0;

	for (size_t i = 0; i < rules->base->ncases; i++) {
		json_t *doc = document(session_of(rules->base->cases[i]));

		if (json_is_string(json_object_get(doc, "fingerprint")))
			all[n++] = (struct seen){ rules->base->cases[i]->name, strdup(text(doc, "fingerprint")), problem(doc) };
		json_decref(doc);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (differ(&all[i], &all[k]) && wrong++ < 10)
				fprintf(stderr, "%s | %s: %s\n%s | %s: %s\n\n", all[i].test, all[i].problem, all[i].fingerprint,
					all[k].test, all[k].problem, all[k].fingerprint);
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_gt(n, 90);
	for (size_t i = 0; i < n; i++)
		free(all[i].fingerprint), free(all[i].problem);
	free(all);
}
END_TEST

/* A string that stands for one from another machine; times go a year on. */
static json_t *
elsewhere(const char *name, const json_t *v)
{
	static const char *const private[] = { "udid", "user", "serial" };
	const char *s = json_string_value(v);

	for (size_t i = 0; s && i < sizeof private / sizeof *private; i++)
		if (strcmp(name, private[i]) == 0)
			return json_sprintf("%s-of-another", s);
	if (s && strlen(s) == 20 && s[4] == '-' && s[19] == 'Z')
		return json_sprintf("%04d%s", atoi(s) + 1, s + 4);
	return NULL;
}

static void
move_elsewhere(json_t *v)
{
	const char *name;
	json_t *inner, *other;
	void *tmp;
	size_t i;

	json_array_foreach(v, i, inner)
		move_elsewhere(inner);
	json_object_foreach_safe(v, tmp, name, inner) {
		other = strcmp(name, "boot_time") ? elsewhere(name, inner) : NULL;
		if (other)
			json_object_set_new(v, name, other);
		else
			move_elsewhere(inner);
	}
}

/* The facts as of another machine with the same trouble, in a session of its own. */
static struct dx_session *
another_machine(struct dx_session *s)
{
	char *written;
	size_t n;
	FILE *out = open_memstream(&written, &n);
	struct dx_session *other = dx_open(rules);
	json_t *facts;

	ck_assert(dx_write_facts(s, out, false));
	fclose(out);
	facts = json_loadb(written, n, 0, NULL);
	ck_assert_ptr_nonnull(facts);
	move_elsewhere(facts);
	json_object_del(facts, "digest");
	free(written);
	written = json_dumps(facts, 0);
	if (!dx_facts(other, "another", written, strlen(written)))
		dx_session_print(other, stderr);
	ck_assert_uint_eq(dx_session_errors(other), 0);
	json_decref(facts);
	free(written);
	dx_close(s);
	return other;
}

START_TEST(another_machine_and_another_year_make_no_other_fingerprint)
{
	for (size_t i = 0; i < rules->base->ncases; i++) {
		const struct testcase *test = rules->base->cases[i];
		json_t *here = document(session_of(test)), *there = document(another_machine(session_of(test)));

		ck_assert_msg(json_equal(json_object_get(here, "fingerprint"), json_object_get(there, "fingerprint")), "%s: %s and %s", test->name,
			text(here, "fingerprint"), text(there, "fingerprint"));
		json_decref(here);
		json_decref(there);
	}
}
END_TEST

Suite *check_fingerprint(void);

Suite *
check_fingerprint(void)
{
	Suite *s = suite_create("fingerprint");
	TCase *c = tcase_create("cases");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, each_problem_of_the_cases_has_its_own_fingerprint);
	tcase_add_test(c, another_machine_and_another_year_make_no_other_fingerprint);
	suite_add_tcase(s, c);
	return s;
}
