/* SPDX-License-Identifier: MIT */
/*
 * Plans of the built program against the least expected cost there is.
 *
 *	oracle PROGRAM FOLDER FAMILY FIRST COUNT ACTIONS MEAN P95
 *	oracle -w FOLDER FAMILY SEED ACTIONS
 *
 * The second form writes the pack and the facts of one model and judges nothing.
 *
 * Random models of a family (seeds FIRST, FIRST + 1, ..; see `families`) become rule packs and a fact file in
 * FOLDER; PROGRAM plans them (--json), and its order is priced by the definition of the expected cost and
 * compared with the least cost over all orders. "ok" when no order breaks a rule of the model, the cost it
 * states is its cost, and the regret (cost / least cost - 1, in percent) is at most MEAN on average and P95 for
 * 19 of 20. Nothing here is of the engine: the oracle shares no line with what it judges.
 *
 * In models with questions, and where plans are made anew, the program is asked again after each step that did
 * not help and each answer, and the whole policy is priced; it is compared with the least cost over all policies.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CAUSES = 40, ACTIONS = 40, GROUPS = 2, QUESTIONS = 4, ORACLE_MAX = 20 };

struct family {
	const char *name;
	int causes, actions, overlap;	/* overlap: causes that an action settles, at most one more than this; 1: exactly one */
	bool noise, chains, dag, early, several;
	int groups, questions;
	bool again;			/* planned anew after each step that did not help */
};

static const struct family families[] = {
	{ .name = "independent", .causes = 8, .actions = 8, .overlap = 1 },
	{ .name = "overlapping", .causes = 8, .actions = 10, .overlap = 3 },
	{ "noisy", 8, 10, 3, .noise = true },
	{ "set-ups", 8, 10, 2, .noise = true, .groups = 2 },
	{ "chains", 8, 10, 2, .noise = true, .chains = true },
	{ "dag", 8, 10, 2, .noise = true, .dag = true },
	{ "early", 8, 10, 2, .noise = true, .early = true },
	{ "several", 6, 9, 2, .noise = true, .several = true },
	{ "together", 8, 10, 2, .noise = true, .dag = true, .groups = 2, .early = true },
	{ "several-together", 6, 9, 2, .noise = true, .dag = true, .groups = 2, .early = true, .several = true },
	{ "again", 8, 8, 2, .noise = true, .dag = true, .groups = 2, .again = true },
	{ "several-again", 6, 8, 2, .noise = true, .groups = 2, .early = true, .several = true, .again = true },
	{ "questions", 7, 6, 2, .noise = true, .early = true, .questions = 3 },
	{ "questions-many", 9, 9, 2, .noise = true, .early = true, .questions = 4 },	/* more than there is room for */
	{ "questions-last", 6, 5, 2, .noise = true, .questions = 3 },
};

/* Costs are tenths of minutes, priors thousandths, `works` hundredths: what can be written in a pack. */
struct model {
	struct family f;
	int seed;
	double prior[CAUSES], works[ACTIONS][CAUSES], cost[ACTIONS], setup[GROUPS], service;
	uint64_t needs[ACTIONS];
	int group[ACTIONS];		/* -1: none */
	double asking[QUESTIONS], yes[QUESTIONS][CAUSES];
};

static const char *program;

/* -- Models -- */

static uint64_t state;

static double
chance(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;	/* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

static int
below(int n)
{
	return (int)(chance() * n);
}

static double
rounded(double x, double to)
{
	return round(x * to) / to;
}

static void
make_action(struct model *m, int i)
{
	int causes = m->f.causes, n = m->f.overlap == 1 ? 1 : 1 + below(m->f.overlap + 1);

	for (int k = 0; k < n; k++) {
		int c = k == 0 && (i < causes || m->f.overlap == 1) ? i % causes : below(causes);

		m->works[i][c] = m->f.noise ? rounded(0.5 + 0.5 * chance(), 100) : 1;
	}
	m->cost[i] = rounded(exp(chance() * log(60)), 10);
	m->group[i] = m->f.groups && chance() < 0.6 ? below(m->f.groups) : -1;
}

static void
make_needs(struct model *m)
{
	int n = m->f.actions, order[ACTIONS];

	for (int i = 0; i < n; i++)
		order[i] = i;
	for (int i = 0; i < n; i++) {
		int k = i + below(n - i), swap = order[i];

		order[i] = order[k];
		order[k] = swap;
	}
	for (int i = 1; i < n; i++)
		for (int k = 0; k < i; k++)
			if (m->f.chains ? k == i - 1 && i % 3 : m->f.dag && chance() < 1.2 / n)
				m->needs[order[i]] |= (uint64_t)1 << order[k];
}

static void
make_model(struct model *m, const struct family *f, int actions, int seed)
{
	*m = (struct model){ .f = *f, .seed = seed };
	if (actions) {
		m->f.causes = f->overlap == 1 ? actions : actions * f->causes / f->actions;
		m->f.actions = actions;
	}
	state = (uint64_t)seed * 1000003 + (uint64_t)(f - families);
	for (int c = 0; c < m->f.causes; c++)
		m->prior[c] = f->several ? rounded(0.03 + 0.37 * chance(), 1000)
			: fmax(0.001, fmin(1, rounded(-log(1 - chance()) / m->f.causes, 1000)));
	for (int i = 0; i < m->f.actions; i++)
		make_action(m, i);
	for (int c = m->f.actions; c < m->f.causes; c++)	/* a cause has a remedy */
		m->works[c % m->f.actions][c] = m->f.noise ? rounded(0.5 + 0.5 * chance(), 100) : 1;
	make_needs(m);
	for (int g = 0; g < GROUPS; g++)
		m->setup[g] = rounded(5 + 25 * chance(), 10);
	for (int q = 0; q < f->questions; q++) {
		m->asking[q] = rounded(0.5 + 4 * chance(), 10);
		for (int c = 0; c < m->f.causes; c++)
			m->yes[q][c] = rounded(chance() < 0.45 ? 0.85 + 0.13 * chance() : 0.02 + 0.2 * chance(), 1000);
	}
	m->service = rounded(60 + 180 * chance(), 10);
}

/* -- As a pack -- */

/* Tenths of minutes as a duration. */
static void
put_time(FILE *out, const char *key, double minutes)
{
	fprintf(out, ", %s: %lds", key, lround(minutes * 60));
}

static void
put_issues(FILE *out, const struct model *m)
{
	fputs("issues:\n", out);
	for (int c = 0; c < m->f.causes; c++) {
		fprintf(out, "  - id: c%d\n    title: Cause %d\n    frequency: %g\n", c, c, m->prior[c] * 1000);
		fputs("    signs:\n      - {when: host.odd}\n", out);	/* an issue has signs; this one nobody knows */
		for (int q = 0; q < m->f.questions; q++)
			fprintf(out, "      - {when: said.q%d, seen: %g, otherwise: 0.5}\n", q, m->yes[q][c]);
		fputs("    remedies:\n", out);
		for (int i = 0; i < m->f.actions; i++)
			if (m->works[i][c] > 0)
				fprintf(out, "      - {step: a%d, works: %g}\n", i, m->works[i][c]);
	}
}

static void
put_steps(FILE *out, const struct model *m)
{
	fputs("steps:\n", out);
	for (int i = 0; i < m->f.actions; i++) {
		const char *between = "";

		fprintf(out, "  - {id: a%d, title: Step %d, on: computer, do: [Do it.]", i, i);
		put_time(out, "takes", m->cost[i]);
		if (m->group[i] >= 0)
			fprintf(out, ", setup: g%d", m->group[i]);
		if (m->needs[i])
			fputs(", after: [", out);
		for (int k = 0; k < m->f.actions; k++)
			if (m->needs[i] >> k & 1) {
				fprintf(out, "%sa%d", between, k);
				between = ", ";
			}
		fputs(m->needs[i] ? "]}\n" : "}\n", out);
	}
	fputs("  - {id: hand-over, title: Hand it over, on: computer, do: [Do it.]", out);
	put_time(out, "takes", m->service);
	fputs("}\n", out);
	if (m->f.groups)
		fputs("setups:\n", out);
	for (int g = 0; g < m->f.groups; g++) {
		fprintf(out, "  - {id: g%d, title: Set-up %d", g, g);
		put_time(out, "takes", m->setup[g]);
		fputs("}\n", out);
	}
}

static void
write_pack(const struct model *m, const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out) {
		perror(path);
		exit(2);
	}
	fprintf(out, "pack: {id: model, version: 1.0.0, healthy: host.well, escalate: hand-over, escalate-when: %s, "
			"faults: %s, leave-out: 0, something-else: 0}\n", m->f.early ? "it-is-cheaper" : "nothing-helps",
			m->f.several ? "several" : "one");
	fputs("templates:\n  host: {single: true, slots: {well: {type: yes-no}, odd: {type: yes-no}}}\n", out);
	if (m->f.questions)
		fputs("  said:\n    single: true\n    slots:\n", out);
	for (int q = 0; q < m->f.questions; q++) {
		fprintf(out, "      q%d: {type: yes-no, ask: Question %d?", q, q);
		put_time(out, "costs", m->asking[q]);
		fputs("}\n", out);
	}
	put_issues(out, m);
	put_steps(out, m);
	fclose(out);
}

/* -- The program -- */

/* What it says, given steps that did not help (bits) and answers (0: not asked, 1: yes, 2: no). */
static json_t *
plan_of(const char *pack, const char *facts, uint64_t tried, const int *answers, int nquestions)
{
	static char words[ACTIONS + QUESTIONS][24];
	const char *argv[2 * (ACTIONS + QUESTIONS) + 8] = { program, "--json", "--rules", pack, "--facts", facts };
	int n = 6, word = 0, from[2], status;
	posix_spawn_file_actions_t files;
	extern char **environ;
	json_t *plan;
	FILE *out;
	pid_t pid;

	for (int i = 0; i < ACTIONS; i++)
		if (tried >> i & 1) {
			snprintf(words[word], sizeof *words, "a%d", i);
			argv[n++] = "--tried";
			argv[n++] = words[word++];
		}
	for (int q = 0; q < nquestions; q++)
		if (answers[q]) {
			snprintf(words[word], sizeof *words, "said.q%d=%s", q, answers[q] == 1 ? "yes" : "no");
			argv[n++] = "--answer";
			argv[n++] = words[word++];
		}
	if (pipe(from) < 0)
		exit(2);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, from[1], 1);
	posix_spawn_file_actions_addclose(&files, from[0]);
	if ((errno = posix_spawn(&pid, program, &files, NULL, (char **)argv, environ))) {
		perror(program);
		exit(2);
	}
	posix_spawn_file_actions_destroy(&files);
	close(from[1]);
	out = fdopen(from[0], "r");
	plan = json_loadf(out, 0, NULL);
	fclose(out);
	waitpid(pid, &status, 0);
	return plan;
}

/* -- Costs by the definition -- */

static double
left_of(const struct model *m, uint64_t done, int cause)
{
	double left = m->prior[cause];

	for (int i = 0; i < m->f.actions; i++)
		if (done >> i & 1)
			left *= 1 - m->works[i][cause];
	return left;
}

/* U, not normalised. */
static double
broken(const struct model *m, uint64_t done)
{
	double sum = 0, well = 1;

	for (int c = 0; c < m->f.causes; c++) {
		sum += left_of(m, done, c);
		well *= 1 - left_of(m, done, c);
	}
	return m->f.several ? 1 - well : sum;
}

static double
cost_after(const struct model *m, uint64_t done, int i)
{
	if (m->group[i] < 0)
		return m->cost[i];
	for (int k = 0; k < m->f.actions; k++)
		if ((done >> k & 1) && m->group[k] == m->group[i])
			return m->cost[i];
	return m->cost[i] + m->setup[m->group[i]];
}

/* The least cost over all orders, by sets. U is computed by doubling, cause by cause. */
static double
least_cost(const struct model *m)
{
	size_t sets = (size_t)1 << m->f.actions;
	double *u = calloc(sets, sizeof *u), *part = malloc(sets * sizeof *part), *least = malloc(sets * sizeof *least), best;

	for (size_t s = 0; s < sets && m->f.several; s++)
		u[s] = 1;
	for (int c = 0; c < m->f.causes; c++) {
		part[0] = m->prior[c];
		for (int i = 0; i < m->f.actions; i++)
			for (size_t s = 0; s < (size_t)1 << i; s++)
				part[s | (size_t)1 << i] = part[s] * (1 - m->works[i][c]);
		for (size_t s = 0; s < sets; s++)
			u[s] = m->f.several ? u[s] * (1 - part[s]) : u[s] + part[s];
	}
	for (size_t s = 0; s < sets && m->f.several; s++)
		u[s] = 1 - u[s];
	for (size_t s = sets; s-- > 0;) {
		least[s] = m->f.early || u[s] - u[sets - 1] <= 1e-12 ? u[s] * m->service : INFINITY;
		for (int i = 0; i < m->f.actions; i++)
			if (!(s >> i & 1) && !(m->needs[i] & ~s))
				least[s] = fmin(least[s], u[s] * cost_after(m, s, i) + least[s | (size_t)1 << i]);
	}
	best = least[0] / u[0];
	free(u);
	free(part);
	free(least);
	return best;
}

static bool
wrong(const struct model *m, const char *what)
{
	printf("  seed %d: %s\n", m->seed, what);
	return false;
}

/* The price of the plan's steps; false when they break a rule of the model. */
static bool
price(const struct model *m, const json_t *plan, double *cost)
{
	const json_t *steps = json_object_get(plan, "steps"), *step;
	uint64_t done = 0, all = ((uint64_t)1 << m->f.actions) - 1;
	double sum = 0, stated;
	size_t k;

	json_array_foreach(steps, k, step) {
		const char *id = json_string_value(json_object_get(step, "id"));
		int i = atoi(id + 1);

		if (strcmp(id, "hand-over") == 0)
			break;
		if (done >> i & 1)
			return wrong(m, "a step stands twice");
		if (m->needs[i] & ~done)
			return wrong(m, "a step stands before what it needs");
		sum += broken(m, done) * cost_after(m, done, i);
		done |= (uint64_t)1 << i;
	}
	if (!steps || k + 1 != json_array_size(steps))
		return wrong(m, "handing over is not the last step");
	if (!m->f.early && broken(m, done) - broken(m, all) > 1e-12)
		return wrong(m, "it ends although a step could help");
	*cost = (sum + broken(m, done) * m->service) / broken(m, 0);
	stated = (double)json_integer_value(json_object_get(json_object_get(plan, "plan"), "expected_cost_s"));
	if (fabs(stated - *cost * 60) > 1)
		return wrong(m, "the expected cost it states is not that of its steps");
	if ((double)json_integer_value(json_object_get(json_object_get(plan, "plan"), "lower_bound_s")) > *cost * 60 + 1)
		return wrong(m, "the bound is above the cost");
	return true;
}

/* -- Policies -- */

struct policies {
	const struct model *m;
	const char *pack, *facts;
	double least[1 << 9][81];		/* by set of actions and answers in base 3; below 0: not known */
	double priced[1 << 9][81];
	bool bad;
};

static int
code_of(const int *answers, int n)
{
	int code = 0;

	while (n--)
		code = code * 3 + answers[n];
	return code;
}

/* Weight of what has these answers and is not settled. */
static double
weight(const struct model *m, uint64_t done, const int *answers)
{
	double sum = 0;

	if (m->f.several)
		return broken(m, done);
	for (int c = 0; c < m->f.causes; c++) {
		double w = left_of(m, done, c);

		for (int q = 0; q < m->f.questions; q++)
			w *= answers[q] == 1 ? m->yes[q][c] : answers[q] == 2 ? 1 - m->yes[q][c] : 1;
		sum += w;
	}
	return sum;
}

static double
least_policy(struct policies *p, uint64_t done, int *answers)
{
	const struct model *m = p->m;
	double *known = &p->least[done][code_of(answers, m->f.questions)], w = weight(m, done, answers), least;
	uint64_t all = ((uint64_t)1 << m->f.actions) - 1;

	if (*known >= 0)
		return *known;
	least = m->f.early || w - weight(m, all, answers) <= 1e-12 * w ? w * m->service : INFINITY;
	for (int i = 0; i < m->f.actions; i++)
		if (!(done >> i & 1) && !(m->needs[i] & ~done))
			least = fmin(least, w * cost_after(m, done, i) + least_policy(p, done | (uint64_t)1 << i, answers));
	for (int q = 0; q < m->f.questions; q++) {
		double cost = w * m->asking[q];

		if (answers[q])
			continue;
		for (answers[q] = 1; answers[q] <= 2; answers[q]++)
			cost += least_policy(p, done, answers);
		answers[q] = 0;
		least = fmin(least, cost);
	}
	return *known = least;
}

/* Does as the program says: the first question when it is to be asked first, else the first step. */
static double
priced_policy(struct policies *p, uint64_t done, int *answers)
{
	const struct model *m = p->m;
	double *known = &p->priced[done][code_of(answers, m->f.questions)], w = weight(m, done, answers), cost = w * m->service;
	json_t *plan, *question;
	const char *id;
	int i;

	if (*known >= 0)
		return *known;
	plan = plan_of(p->pack, p->facts, done, answers, m->f.questions);
	question = json_array_get(json_object_get(plan, "questions"), 0);
	id = json_string_value(json_object_get(json_array_get(json_object_get(plan, "steps"), 0), "id"));
	if (question && json_is_true(json_object_get(question, "ask_first"))) {
		const char *fact = json_string_value(json_object_get(question, "fact"));
		int q = fact && strncmp(fact, "said.q", 6) == 0 ? atoi(fact + 6) : -1;

		if (q < 0 || answers[q]) {
			p->bad = !wrong(m, "it asks what is not asked or answered");
		} else {
			cost = w * m->asking[q];
			for (answers[q] = 1; answers[q] <= 2; answers[q]++)
				cost += priced_policy(p, done, answers);
			answers[q] = 0;
		}
	} else if (!id) {
		p->bad = !wrong(m, "there is no step");
	} else if (strcmp(id, "hand-over") != 0) {
		i = atoi(id + 1);
		if (done >> i & 1 || m->needs[i] & ~done)
			p->bad = !wrong(m, "the first step is done or needs others");
		else
			cost = w * cost_after(m, done, i) + priced_policy(p, done | (uint64_t)1 << i, answers);
	}
	json_decref(plan);
	return *known = cost;
}

static bool
compare_policies(const struct model *m, const char *pack, const char *facts, double *cost, double *least)
{
	struct policies *p = malloc(sizeof *p);
	int answers[QUESTIONS] = {0};
	bool good;

	*p = (struct policies){ .m = m, .pack = pack, .facts = facts };
	for (int s = 0; s < 1 << 9; s++)
		for (int k = 0; k < 81; k++)
			p->least[s][k] = p->priced[s][k] = -1;
	*least = least_policy(p, 0, answers);
	*cost = priced_policy(p, 0, answers);
	good = !p->bad;
	free(p);
	return good;
}

/* -- Families -- */

static const struct family *
find_family(const char *name)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (strcmp(families[i].name, name) == 0)
			return &families[i];
	fprintf(stderr, "oracle: no family '%s'\n", name);
	exit(2);
}

static void
write_facts(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out || fputs("facts:\n  host: {well: no}\n", out) < 0 || fclose(out)) {
		perror(path);
		exit(2);
	}
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool
judge(const struct model *m, const char *pack, const char *facts, double *regret)
{
	double cost, least;
	bool good;

	write_pack(m, pack);
	if (m->f.questions || m->f.again) {
		good = compare_policies(m, pack, facts, &cost, &least);
	} else {
		json_t *plan = plan_of(pack, facts, 0, NULL, 0);

		good = price(m, plan, &cost);
		json_decref(plan);
		least = least_cost(m);
	}
	*regret = good ? 100 * (cost / least - 1) : 0;
	if (good && *regret < -1e-7)
		good = wrong(m, "it costs less than the least cost");
	*regret = fabs(*regret) < 1e-7 ? 0 : *regret;
	return good;
}

int
main(int argc, char **argv)
{
	bool only_write = argc == 6 && strcmp(argv[1], "-w") == 0;
	const struct family *f;
	struct model m;
	char pack[4096], facts[4096];
	double *regrets, sum = 0, p95, most;
	int first, count, actions, bad = 0, worst = 0;

	if (argc != 9 && !only_write) {
		fputs("usage: oracle PROGRAM FOLDER FAMILY FIRST COUNT ACTIONS MEAN P95\n       oracle -w FOLDER FAMILY SEED ACTIONS\n", stderr);
		return 2;
	}
	program = argv[1];
	f = find_family(argv[3]);
	first = atoi(argv[4]);
	snprintf(pack, sizeof pack, "%s/pack.yaml", argv[2]);
	snprintf(facts, sizeof facts, "%s/facts.yaml", argv[2]);
	write_facts(facts);
	count = only_write ? 1 : atoi(argv[5]);
	actions = atoi(argv[only_write ? 5 : 6]);
	if (actions > (only_write ? ACTIONS : ORACLE_MAX) || count < 1)
		return 2;
	if (only_write) {
		make_model(&m, f, actions, first);
		write_pack(&m, pack);
		return 0;
	}
	regrets = calloc((size_t)count, sizeof *regrets);
	for (int k = 0; k < count; k++) {
		make_model(&m, f, actions, first + k);
		bad += !judge(&m, pack, facts, &regrets[k]);
		sum += regrets[k];
		worst = regrets[k] > regrets[worst] ? k : worst;
	}
	most = regrets[worst];
	qsort(regrets, (size_t)count, sizeof *regrets, by_size);
	p95 = regrets[(count * 19 + 19) / 20 - 1];
	if (bad || sum / count > atof(argv[7]) || p95 > atof(argv[8]))
		bad++;
	printf("%s %s of %d steps: %d models, regret %.4f %% on average, %.4f %% for 19 of 20, %.4f %% at most (seed %d)\n",
			bad ? "FAILED" : "ok", f->name, actions ? actions : f->actions, count, sum / count, p95, most, first + worst);
	free(regrets);
	return bad != 0;
}
