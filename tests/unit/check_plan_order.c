/* SPDX-License-Identifier: MIT */
/*
 * The order of steps as numbers: against all orders of small random problems, and the lines that no cost crosses.
 */
#include "plan/order.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;

static void
setup(void)
{
	arena = arena_new();
}

static void
teardown(void)
{
	arena_free(arena);
}

/* -- Random problems (fixed seeds) -- */

enum { STEPS_MAX = 40, CAUSES_MAX = 24, MODELS = 600, SETUPS = 2 };

/* What a family of problems has. */
struct family {
	const char *name;
	int steps, causes, most_fixes;
	bool noise, chains, dag, setups, early, several, losses, completed;
};

struct model {
	struct family family;
	struct task tasks[STEPS_MAX];
	struct fix fixes[STEPS_MAX][CAUSES_MAX];
	int before[STEPS_MAX][STEPS_MAX], then[STEPS_MAX][1];
	double weights[CAUSES_MAX];
	int64_t setups[SETUPS];
	struct problem p;
};

static uint64_t state;

/* xorshift64*, to 0 .. 1 */
static double
chance(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (double)(state * 2685821657736338717u >> 11) / 9007199254740992.0;
}

static int
below(int n)
{
	return (int)(chance() * n);
}

/* One to sixty seconds, short ones more often. */
static int64_t
random_cost(void)
{
	return (int64_t)(1000 * exp(chance() * log(60)));
}

/* Causes each one has: its own number first, so that each cause has a step. */
static void
random_fixes(struct model *m, int i)
{
	struct task *t = &m->tasks[i];
	int n = 1 + below(m->family.most_fixes);

	t->fixes = m->fixes[i];
	for (int k = 0; k < n; k++) {
		int c = k == 0 && i < m->family.causes ? i : below(m->family.causes);
		bool has = false;

		for (size_t f = 0; f < t->nfixes; f++)
			has |= m->fixes[i][f].cause == c;
		if (!has)
			m->fixes[i][t->nfixes++] = (struct fix){ c, m->family.noise ? 0.5 + 0.5 * chance() : 1 };
	}
}

static void
random_precedence(struct model *m)
{
	int n = m->family.steps, shuffled[STEPS_MAX];

	for (int i = 0; i < n; i++)
		shuffled[i] = i;
	for (int i = 0; i < n; i++) {
		int k = i + below(n - i), swap = shuffled[i];

		shuffled[i] = shuffled[k];
		shuffled[k] = swap;
	}
	for (int i = 1; i < n; i++)
		for (int k = 0; k < i; k++) {
			struct task *t = &m->tasks[shuffled[i]];

			if (m->family.chains ? k == i - 1 && i % 3 : chance() < 1.2 / n)
				m->before[shuffled[i]][t->nbefore++] = shuffled[k];
			t->before = m->before[shuffled[i]];
		}
}

static void
random_model(struct model *m, const struct family *f, uint64_t seed)
{
	*m = (struct model){ .family = *f, .p = {
		.n = (size_t)f->steps, .ncauses = (size_t)f->causes, .several = f->several, .early = f->early,
	} };
	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (int c = 0; c < f->causes; c++)
		m->weights[c] = f->several ? 0.03 + 0.37 * chance() : -log(1 - chance());
	for (int i = 0; i < f->steps; i++) {
		m->tasks[i] = (struct task){ .cost = random_cost(), .wanted = true };
		random_fixes(m, i);
	}
	if (f->chains || f->dag)
		random_precedence(m);
	for (int g = 0; g < SETUPS && f->setups; g++)
		m->setups[g] = 5000 + below(25000);
	for (int i = 0; i < f->steps && f->setups; i++)
		m->tasks[i].setup = chance() < 0.6 ? 1 + below(SETUPS) : 0;
	for (int i = 0; i < f->steps && f->losses; i++) {
		m->tasks[i].harm = chance() < 0.3 ? 1 + below(2) : 0;
		m->tasks[i].last = chance() < 0.15;
	}
	for (int i = 0; i < 3 && f->completed; i++) {
		m->tasks[f->steps - 1].wanted = false;
		m->then[i][0] = f->steps - 1;
		m->tasks[i].then = m->then[i];
		m->tasks[i].nthen = 1;
	}
	m->p.service = 60000 + below(180000);
	m->p.other = chance() < 0.5 ? 0 : 0.1 * chance();
	m->p.weights = m->weights;
	m->p.tasks = m->tasks;
	m->p.setups = m->setups;
	m->p.nsetups = f->setups ? SETUPS : 0;
}

static const struct family families[] = {
	{ .name = "independent", .steps = 7, .causes = 7, .most_fixes = 1 },
	{ .name = "overlapping", .steps = 7, .causes = 6, .most_fixes = 4 },
	{ .name = "overlapping, noisy", .steps = 7, .causes = 6, .most_fixes = 4, .noise = true },
	{ .name = "set-ups", .steps = 7, .causes = 6, .most_fixes = 3, .noise = true, .setups = true },
	{ .name = "chains", .steps = 7, .causes = 6, .most_fixes = 3, .noise = true, .chains = true },
	{ .name = "dag", .steps = 7, .causes = 6, .most_fixes = 3, .noise = true, .dag = true },
	{ .name = "early service", .steps = 7, .causes = 6, .most_fixes = 3, .noise = true, .early = true },
	{ .name = "several faults", .steps = 7, .causes = 5, .most_fixes = 3, .noise = true, .several = true },
	{ .name = "all together", .steps = 7, .causes = 6, .most_fixes = 3, .noise = true, .dag = true, .setups = true, .early = true },
	{ .name = "several, all together", .steps = 7, .causes = 5, .most_fixes = 3, .noise = true, .dag = true, .setups = true,
		.early = true, .several = true },
	{ .name = "losses", .steps = 7, .causes = 5, .most_fixes = 3, .noise = true, .losses = true },
	{ .name = "losses, sure", .steps = 7, .causes = 5, .most_fixes = 4, .losses = true, .dag = true },
	{ .name = "completed", .steps = 7, .causes = 5, .most_fixes = 3, .noise = true, .completed = true },
	{ .name = "completed, all together", .steps = 7, .causes = 5, .most_fixes = 3, .noise = true, .completed = true, .setups = true,
		.early = true, .losses = true },
};

enum { FAMILIES = sizeof families / sizeof *families };

/* -- The oracle: the least expected cost over all orders, straight from the definition -- */

static double
left_after(const struct model *m, unsigned set)
{
	double left = m->p.other, well = 1 - m->p.other;

	for (size_t c = 0; c < m->p.ncauses; c++) {
		double w = m->weights[c];

		for (size_t i = 0; i < m->p.n; i++)
			for (size_t k = 0; set >> i & 1 && k < m->tasks[i].nfixes; k++)
				if (m->fixes[i][k].cause == (int)c)
					w *= 1 - m->fixes[i][k].works;
		left += w;
		well *= 1 - w;
	}
	return m->p.several ? 1 - well : left;
}

static unsigned
with_completion(const struct model *m, int i)
{
	unsigned set = 1u << i;

	for (size_t k = 0; k < m->tasks[i].nthen; k++)
		set |= 1u << m->then[i][k];
	return set;
}

/* A task is as harmful and as late as the worst that it brings along. */
static void
class_of(const struct model *m, int i, int *harm, bool *last)
{
	const struct task *t = &m->tasks[i];

	*harm = t->harm > *harm ? t->harm : *harm;
	*last |= t->last;
	for (size_t k = 0; k < t->nbefore; k++)
		class_of(m, t->before[k], harm, last);
	for (size_t k = 0; k < t->nthen; k++)
		class_of(m, t->then[k], harm, last);
}

static bool
shares(const struct model *m, int a, int b)
{
	for (size_t i = 0; i < m->tasks[a].nfixes; i++)
		for (size_t k = 0; k < m->tasks[b].nfixes; k++)
			if (m->fixes[a][i].cause == m->fixes[b][k].cause)
				return true;
	return false;
}

static bool
may_come(const struct model *m, unsigned set, int i)
{
	int harm = 0, other_harm;
	bool last = false, other_last;

	for (size_t k = 0; k < m->tasks[i].nbefore; k++)
		if (!(set >> m->tasks[i].before[k] & 1))
			return false;
	class_of(m, i, &harm, &last);
	for (int j = 0; j < (int)m->p.n; j++) {
		if (j == i || set >> j & 1 || !m->tasks[j].wanted
				|| left_after(m, set) - left_after(m, set | with_completion(m, j)) <= 1e-12)
			continue;
		other_harm = 0;
		other_last = false;
		class_of(m, j, &other_harm, &other_last);
		if (other_last < last || (other_last <= last && other_harm < harm && shares(m, i, j)))
			return false;
	}
	return true;
}

/* What doing the task costs after those of the set. */
static double
price(const struct model *m, unsigned set, int i)
{
	double cost = (double)m->tasks[i].cost;
	int setup = m->tasks[i].setup;
	bool paid = false;

	for (size_t j = 0; j < m->p.n; j++)
		paid |= (set >> j & 1) && m->tasks[j].setup == setup;
	return setup && !paid ? cost + (double)m->setups[setup - 1] : cost;
}

static double
price_with_completion(const struct model *m, unsigned set, int i)
{
	double cost = price(m, set, i);

	for (size_t k = 0; k < m->tasks[i].nthen; k++)
		cost += price(m, set | 1u << i, m->then[i][k]);
	return cost;
}

static bool
may_stop(const struct model *m, unsigned set)
{
	return m->p.early || left_after(m, set) - left_after(m, (1u << m->p.n) - 1) <= 1e-12;
}

static double
least_from(const struct model *m, unsigned set, double *known)
{
	double least = may_stop(m, set) ? left_after(m, set) * (double)m->p.service : INFINITY;

	if (known[set] >= 0)
		return known[set];
	for (int i = 0; i < (int)m->p.n; i++)
		if (!(set >> i & 1) && m->tasks[i].wanted && may_come(m, set, i))
			least = fmin(least, left_after(m, set) * price_with_completion(m, set, i)
					+ least_from(m, set | with_completion(m, i), known));
	return known[set] = least;
}

static double
optimum(const struct model *m)
{
	double known[1 << 8];

	for (unsigned set = 0; set < 1u << m->p.n; set++)
		known[set] = -1;
	return least_from(m, 0, known) / left_after(m, 0);
}

/* What the order costs, from the tasks alone; each line that no cost crosses is looked at. */
static double
cost_of(const struct model *m, const struct order *o)
{
	unsigned set = 0;
	double cost = 0, u = 0;

	for (size_t i = 0; i < o->n; i++) {
		int task = o->steps[i].task;

		if (o->steps[i].completes < 0) {
			u = left_after(m, set);
			ck_assert_msg(!(set >> task & 1), "a step stands twice");
			ck_assert_msg(may_come(m, set, task), "a step stands before what must come first");
		}
		cost += u * price(m, set, task);
		ck_assert_double_eq_tol(o->steps[i].reached, u / left_after(m, 0), 1e-9);
		ck_assert_double_eq_tol(o->steps[i].settles,
				(left_after(m, set) - left_after(m, set | 1u << task)) / left_after(m, 0), 1e-9);
		set |= 1u << task;
	}
	ck_assert_msg(may_stop(m, set), "it ends although a step could help");
	cost += (double)m->p.service * left_after(m, set);
	ck_assert_double_eq_tol(o->left, left_after(m, set) / left_after(m, 0), 1e-9);
	return cost / left_after(m, 0);
}

START_TEST(no_order_costs_less_in_any_family)
{
	const struct family *f = &families[_i];

	for (uint64_t seed = 1; seed <= MODELS; seed++) {
		struct model m;
		struct order o;
		double best;

		random_model(&m, f, seed);
		best = optimum(&m);
		order_make(&m.p, arena, &o);
		ck_assert_int_eq(o.method, METHOD_EXACT);
		ck_assert_double_eq_tol(o.cost, best, 1e-9 * best);
		ck_assert_double_eq_tol(o.cost, cost_of(&m, &o), 1e-9 * best);
	}
}
END_TEST

START_TEST(an_order_that_is_searched_keeps_the_lines_and_its_bound)
{
	const struct family *f = &families[_i];
	double sum = 0;

	for (uint64_t seed = 1; seed <= MODELS; seed++) {
		struct model m;
		struct order o;
		double best;

		random_model(&m, f, seed);
		m.p.exact_max = -1;
		best = optimum(&m);
		order_make(&m.p, arena, &o);
		ck_assert_int_eq(o.method, METHOD_SEARCH);
		ck_assert_double_eq_tol(o.cost, cost_of(&m, &o), 1e-9 * best);
		ck_assert_double_ge_tol(o.cost, best, 1e-9 * best);
		ck_assert_double_le_tol(order_bound(&m.p, &o, arena), best, 1e-9 * best);
		sum += o.cost / best - 1;
	}
	ck_assert_msg(sum / MODELS <= 0.001, "%s: %g %% dearer on average", f->name, 100 * sum / MODELS);
}
END_TEST

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Too many steps to be solved exactly in a plan, few enough to be solved exactly here. */
START_TEST(large_problems_cost_hardly_more_than_the_best)
{
	enum { LARGE = 18, SEEDS = 40 };
	struct family f = families[_i];
	double regret[SEEDS], sum = 0;

	f.steps = LARGE;
	f.causes = LARGE - 4;
	for (int seed = 0; seed < SEEDS; seed++) {
		struct model m;
		struct order exact, searched;

		random_model(&m, &f, (uint64_t)seed + 1);
		m.p.exact_max = LARGE;
		order_make(&m.p, arena, &exact);
		m.p.exact_max = -1;
		order_make(&m.p, arena, &searched);
		ck_assert_int_eq(exact.method, METHOD_EXACT);
		ck_assert_double_ge_tol(searched.cost, exact.cost, 1e-9 * exact.cost);
		regret[seed] = searched.cost / exact.cost - 1;
		sum += regret[seed];
	}
	qsort(regret, SEEDS, sizeof *regret, by_size);
	if (getenv("DX_REGRET"))
		fprintf(stderr, "%-26s mean %.4f %%  p95 %.4f %%  most %.4f %%\n", f.name, 100 * sum / SEEDS,
				100 * regret[SEEDS * 95 / 100 - 1], 100 * regret[SEEDS - 1]);
	ck_assert_msg(sum / SEEDS <= 0.001, "%s: %g %% dearer on average", f.name, 100 * sum / SEEDS);
	ck_assert_msg(regret[SEEDS * 95 / 100 - 1] <= 0.01, "%s: one of twenty is 1 %% dearer", f.name);
}
END_TEST

/* -- What must hold of any exact order -- */

START_TEST(when_all_costs_are_multiplied_the_order_stays)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct model m;
		struct order before, after;

		random_model(&m, &families[_i], seed);
		order_make(&m.p, arena, &before);
		for (size_t i = 0; i < m.p.n; i++)
			m.tasks[i].cost *= 7;
		for (size_t i = 0; i < m.p.nsetups; i++)
			m.setups[i] *= 7;
		m.p.service *= 7;
		order_make(&m.p, arena, &after);
		ck_assert_uint_eq(before.n, after.n);
		for (size_t i = 0; i < before.n; i++)
			ck_assert_int_eq(before.steps[i].task, after.steps[i].task);
		ck_assert_double_eq_tol(after.cost, 7 * before.cost, 1e-9 * after.cost);
	}
}
END_TEST

/* Losses are left out: a new step that loses less may have to come first. */
START_TEST(one_more_step_makes_no_early_plan_dearer_and_a_copy_changes_nothing)
{
	struct family f = families[_i];

	f.early = true;
	f.losses = f.completed = false;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct model m;
		double before, more;

		random_model(&m, &f, seed);
		before = order_cost(&m.p);
		m.tasks[m.p.n] = (struct task){ .cost = random_cost(), .wanted = true };
		random_fixes(&m, (int)m.p.n++);
		more = order_cost(&m.p);
		ck_assert_double_le_tol(more, before, 1e-9 * before);
		if (f.noise)
			continue;	/* done twice an imperfect step works better */
		m.tasks[m.p.n] = m.tasks[m.p.n - 1];
		m.p.n++;
		ck_assert_double_eq_tol(order_cost(&m.p), more, 1e-9 * more);
	}
}
END_TEST

/* Two causes that each step settles equally often are as one of both weights. */
START_TEST(two_causes_that_no_step_tells_apart_are_as_one)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct model m;
		double one, half;

		random_model(&m, &families[_i], seed);
		if (m.p.several)
			return;
		one = order_cost(&m.p);
		half = m.weights[0] / 2;
		m.weights[0] = m.weights[m.p.ncauses] = half;
		for (size_t i = 0; i < m.p.n; i++)
			for (size_t k = m.tasks[i].nfixes; k-- > 0;)
				if (m.fixes[i][k].cause == 0)
					m.fixes[i][m.tasks[i].nfixes++] = (struct fix){ (int)m.p.ncauses, m.fixes[i][k].works };
		m.p.ncauses++;
		ck_assert_double_eq_tol(order_cost(&m.p), one, 1e-9 * one);
	}
}
END_TEST

START_TEST(the_second_best_step_costs_what_it_costs_to_do_it_there)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct model m;
		struct order o;
		double known[1 << 8], u;
		unsigned with;

		random_model(&m, &families[_i], seed);
		order_make(&m.p, arena, &o);
		if (!o.n || o.steps[0].rival < 0)
			continue;
		for (unsigned set = 0; set < 1u << m.p.n; set++)
			known[set] = -1;
		u = left_after(&m, 0);
		with = with_completion(&m, o.steps[0].rival);
		ck_assert(may_come(&m, 0, o.steps[0].rival));
		ck_assert_double_eq_tol(o.cost + o.steps[0].rival_costs,
				price_with_completion(&m, 0, o.steps[0].rival) + least_from(&m, with, known) / u, 1e-9 * o.cost);
	}
}
END_TEST

/* -- By hand -- */

enum { HAND_MAX = 8 };

static struct task hand[HAND_MAX];
static struct fix hand_fixes[HAND_MAX][2];
static struct problem hand_problem;
static const double even[] = { 1, 1 };

/* n steps that settle cause 0 half the times, each a minute. */
static void
by_hand(size_t n)
{
	memset(hand, 0, sizeof hand);
	for (size_t i = 0; i < n; i++) {
		hand_fixes[i][0] = (struct fix){ 0, 0.5 };
		hand[i] = (struct task){ .cost = 60000, .wanted = true, .fixes = hand_fixes[i], .nfixes = 1 };
	}
	hand_problem = (struct problem){ .tasks = hand, .n = n, .weights = even, .ncauses = 2, .other = 0.1 };
}

static int
place_of(const struct order *o, int task)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->steps[i].task == task)
			return (int)i;
	return -1;
}

START_TEST(equal_steps_stand_in_the_authors_order)
{
	struct order o;

	by_hand(5);
	order_make(&hand_problem, arena, &o);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(o.steps[i].task, i);
}
END_TEST

START_TEST(a_hair_more_efficiency_does_not_shuffle_near_ties)
{
	struct order o;

	by_hand(3);
	hand_fixes[2][0].works = 0.5 + 1e-13;
	hand_fixes[1][0].works = 0.5 + 2e-13;
	order_make(&hand_problem, arena, &o);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(o.steps[i].task, i);
}
END_TEST

START_TEST(a_worse_loss_never_comes_before_a_better_one_for_the_same_cause)
{
	struct order o;

	by_hand(3);
	hand[0].harm = 2;
	hand[0].cost = 1;
	hand[1].harm = 1;
	hand[1].cost = 10;
	hand[2].cost = 6000000;
	order_make(&hand_problem, arena, &o);
	ck_assert_int_eq(o.steps[0].task, 2);
	ck_assert_int_eq(o.steps[1].task, 1);
	ck_assert_int_eq(o.steps[2].task, 0);
}
END_TEST

START_TEST(a_loss_need_not_wait_for_steps_of_other_causes)
{
	struct order o;

	by_hand(2);
	hand[0].harm = 1;
	hand[0].cost = 1;
	hand_fixes[1][0].cause = 1;
	order_make(&hand_problem, arena, &o);
	ck_assert_int_eq(o.steps[0].task, 0);
}
END_TEST

START_TEST(a_last_resort_is_last_however_cheap)
{
	for (int i = 0; i < 3; i++) {
		struct order o;

		by_hand(3);
		hand[i].last = true;
		hand[i].cost = 1;
		order_make(&hand_problem, arena, &o);
		ck_assert_int_eq(o.steps[2].task, i);
	}
}
END_TEST

START_TEST(what_is_needed_comes_first_and_is_paid_once)
{
	static const int need[] = { 3 };
	struct order o;

	by_hand(4);
	for (int i = 0; i < 2; i++) {
		hand[i].before = need;
		hand[i].nbefore = 1;
	}
	hand[3].wanted = false;
	hand[3].nfixes = 0;
	order_make(&hand_problem, arena, &o);
	ck_assert_uint_eq(o.n, 4);
	ck_assert_int_eq(o.steps[0].task, 2);	/* alone it is cheaper than another with its preparation */
	ck_assert_int_lt(place_of(&o, 3), place_of(&o, 0));
	ck_assert_int_lt(place_of(&o, 3), place_of(&o, 1));
}
END_TEST

START_TEST(what_nobody_wants_or_needs_is_not_placed)
{
	struct order o;

	by_hand(3);
	hand[1].wanted = false;
	order_make(&hand_problem, arena, &o);
	ck_assert_uint_eq(o.n, 2);
	ck_assert_int_eq(place_of(&o, 1), -1);
}
END_TEST

START_TEST(what_completes_a_step_follows_it_each_time)
{
	static const int then[] = { 2 };
	struct order o;

	by_hand(3);
	for (int i = 0; i < 2; i++) {
		hand[i].then = then;
		hand[i].nthen = 1;
	}
	hand[2].wanted = false;
	hand[2].nfixes = 0;
	order_make(&hand_problem, arena, &o);
	ck_assert_uint_eq(o.n, 4);
	for (int i = 0; i < 4; i += 2) {
		ck_assert_int_eq(o.steps[i].task, i / 2);
		ck_assert_int_eq(o.steps[i + 1].task, 2);
		ck_assert_int_eq(o.steps[i + 1].completes, i);
		ck_assert_double_eq(o.steps[i + 1].reached, o.steps[i].reached);
	}
}
END_TEST

START_TEST(a_ring_of_needs_is_no_hang)
{
	static const int to[] = { 1, 2, 0 };
	struct order o;

	by_hand(3);
	for (int i = 0; i < 3; i++) {
		hand[i].before = hand[i].then = &to[i];
		hand[i].nbefore = hand[i].nthen = 1;
	}
	order_make(&hand_problem, arena, &o);
	ck_assert_uint_ge(o.n, 3);
}
END_TEST

START_TEST(a_problem_without_steps_costs_what_handing_over_costs)
{
	struct order o;

	by_hand(0);
	hand_problem.service = 1234;
	order_make(&hand_problem, arena, &o);
	ck_assert_uint_eq(o.n, 0);
	ck_assert_double_eq(o.cost, 1234);
	ck_assert_double_eq(order_bound(&hand_problem, &o, arena), 1234);
}
END_TEST

Suite *check_plan_order(void);

Suite *
check_plan_order(void)
{
	Suite *s = suite_create("plan/order");
	TCase *t = tcase_create("order");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, no_order_costs_less_in_any_family, 0, FAMILIES);
	tcase_add_loop_test(t, an_order_that_is_searched_keeps_the_lines_and_its_bound, 0, FAMILIES);
	tcase_add_loop_test(t, large_problems_cost_hardly_more_than_the_best, 0, FAMILIES);
	tcase_add_loop_test(t, when_all_costs_are_multiplied_the_order_stays, 0, FAMILIES);
	tcase_add_loop_test(t, one_more_step_makes_no_early_plan_dearer_and_a_copy_changes_nothing, 0, FAMILIES);
	tcase_add_loop_test(t, two_causes_that_no_step_tells_apart_are_as_one, 0, FAMILIES);
	tcase_add_loop_test(t, the_second_best_step_costs_what_it_costs_to_do_it_there, 0, FAMILIES);
	tcase_add_test(t, equal_steps_stand_in_the_authors_order);
	tcase_add_test(t, a_hair_more_efficiency_does_not_shuffle_near_ties);
	tcase_add_test(t, a_worse_loss_never_comes_before_a_better_one_for_the_same_cause);
	tcase_add_test(t, a_loss_need_not_wait_for_steps_of_other_causes);
	tcase_add_test(t, a_last_resort_is_last_however_cheap);
	tcase_add_test(t, what_is_needed_comes_first_and_is_paid_once);
	tcase_add_test(t, what_nobody_wants_or_needs_is_not_placed);
	tcase_add_test(t, what_completes_a_step_follows_it_each_time);
	tcase_add_test(t, a_ring_of_needs_is_no_hang);
	tcase_add_test(t, a_problem_without_steps_costs_what_handing_over_costs);
	suite_add_tcase(s, t);
	return s;
}
