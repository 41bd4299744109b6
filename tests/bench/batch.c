/* SPDX-License-Identifier: MIT */
/*
 * Many fact files through a diagnosis pack, as a service would do it on one core:
 *
 *	batch PACK RECORDS
 *
 * The records are the facts of the pack's own test cases, written as fact files, one after the other and again from the first. A
 * record's way is that of `diagnose --facts --json`: read the file, fire the rules, weigh the issues, plan, write the plan document.
 * Prints records a second, and how the time is divided.
 */
#include "dx.h"

#include "dx_private.h"
#include "facts/factfile.h"
#include "plan/belief.h"
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum part { READ, MATCH, BELIEF, PLAN, WRITE, PARTS };

static const char *const part_names[PARTS] = { "reading", "matching", "belief", "planning", "writing" };

struct text {
	char *s;
	size_t len;
};

static double took[PARTS];

_Noreturn static void
trouble(const char *what, const char *why)
{
	fprintf(stderr, "batch: %s: %s\n", what, why);
	exit(2);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What a test case gives, as a fact file. */
static struct text
fact_file(const struct dx_rules *rules, const struct testcase *c)
{
	struct factset *fs = factset_new(rules->base, 1767000000);
	struct text t = {0};
	FILE *out = open_memstream(&t.s, &t.len);

	if (c->facts)
		factfile_read_node(fs, rules->diags, c->facts);
	if (!out || !factfile_write(fs, out, false) || fclose(out) != 0)
		trouble(c->name, "cannot be written");
	factset_free(fs);
	return t;
}

/* Adds the time since `*since` to a part. */
static void
clock_in(enum part p, double *since)
{
	double now = seconds();

	took[p] += now - *since;
	*since = now;
}

/* dx_run and dx_report in their parts. */
static void
diagnose(const struct dx_rules *rules, struct text facts, FILE *out)
{
	double since = seconds();
	struct dx_session *s = dx_open(rules);

	if (!dx_facts(s, "record", facts.s, facts.len))
		trouble("a record", "cannot be read");
	clock_in(READ, &since);
	if (!dx_infer_facts(s))
		trouble("a record", "reached a limit");
	clock_in(MATCH, &since);
	s->belief = belief_compute(s->session, s->arena, NULL, 0);
	clock_in(BELIEF, &since);
	s->plan = plan_make(s->session, s->belief, s->arena, &(struct plan_options){0});
	clock_in(PLAN, &since);
	dx_report(s, DX_JSON, NULL, out);
	dx_close(s);
	clock_in(WRITE, &since);
}

int
main(int argc, char **argv)
{
	const char *pack = argc == 3 ? argv[1] : NULL;
	size_t records = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, ncases;
	FILE *out = fopen("/dev/null", "w");
	struct dx_rules *rules;
	struct text *cases;
	double began, all;

	if (!records || !out)
		trouble("usage", "batch PACK RECORDS");
	rules = dx_load(&pack, 1);
	ncases = rules->base->ncases;
	if (dx_rules_errors(rules) || !ncases)
		trouble(pack, "has errors, or no cases");
	cases = calloc(ncases, sizeof *cases);
	for (size_t i = 0; i < ncases; i++)
		cases[i] = fact_file(rules, rules->base->cases[i]);
	began = seconds();
	for (size_t i = 0; i < records; i++)
		diagnose(rules, cases[i % ncases], out);
	all = seconds() - began;
	printf("records/s %.6g\n", (double)records / all);
	for (int p = 0; p < PARTS; p++)
		printf("%% %s %.1f\n", part_names[p], took[p] / all * 100);
	for (size_t i = 0; i < ncases; i++)
		free(cases[i].s);
	free(cases);
	dx_unload(rules);
	fclose(out);
	return 0;
}
