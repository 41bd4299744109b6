/* SPDX-License-Identifier: MIT */
/*
 * The order of steps as numbers: against all orders of small random problems, and the lines that no cost crosses.
 */
#include "plan/order.h"

#include <check.h>
#include <math.h>
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

enum { STEPS = 6, CAUSES = 5, MODELS = 400 };

struct model {
	struct task tasks[STEPS];
	struct fix fixes[STEPS][CAUSES];
	int before[STEPS][STEPS];
	double weights[CAUSES];
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

static void
random_task(struct model *m, int i, double noise)
{
	struct task *t = &m->tasks[i];

	t->cost = 1000 + (int64_t)(chance() * chance() * 60000);
	t->wanted = true;
	t->fixes = m->fixes[i];
	t->before = m->before[i];
	for (int c = 0; c < CAUSES; c++)
		if (chance() < 0.4)
			m->fixes[i][t->nfixes++] = (struct fix){ c, 1 - noise * chance() };
	if (!t->nfixes)
		m->fixes[i][t->nfixes++] = (struct fix){ i % CAUSES, 0.9 };
}

static void
random_model(struct model *m, uint64_t seed, double noise)
{
	*m = (struct model){ .p = { .n = STEPS, .ncauses = CAUSES, .service = 30000 } };
	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (int c = 0; c < CAUSES; c++)
		m->weights[c] = 0.02 + chance();
	for (int i = 0; i < STEPS; i++)
		random_task(m, i, noise);
	m->p.other = 0.1 * chance();
	m->p.weights = m->weights;
	m->p.tasks = m->tasks;
}

/* Makes step i wait for some earlier steps. */
static void
random_precedence(struct model *m)
{
	for (int i = 1; i < STEPS; i++)
		for (int k = 0; k < i; k++)
			if (chance() < 0.25)
				m->before[i][m->tasks[i].nbefore++] = k;
}

/* -- The oracle: the least expected cost over all orders, by sets -- */

static double
left_after(const struct model *m, unsigned set)
{
	double left = m->p.other;

	for (int c = 0; c < CAUSES; c++) {
		double w = m->weights[c];

		for (int i = 0; i < STEPS; i++)
			for (size_t k = 0; set >> i & 1 && k < m->tasks[i].nfixes; k++)
				if (m->fixes[i][k].cause == c)
					w *= 1 - m->fixes[i][k].works;
		left += w;
	}
	return left;
}

static double
optimum(const struct model *m)
{
	enum { ALL = 1 << STEPS };
	double best[ALL];

	best[ALL - 1] = (double)m->p.service * left_after(m, ALL - 1);
	for (unsigned set = ALL - 1; set-- > 0;) {
		best[set] = INFINITY;
		for (int i = 0; i < STEPS; i++) {
			bool ready = !(set >> i & 1);

			for (size_t k = 0; k < m->tasks[i].nbefore; k++)
				ready &= set >> m->before[i][k] & 1;
			if (ready)
				best[set] = fmin(best[set], (double)m->tasks[i].cost * left_after(m, set)
						+ best[set | 1u << i]);
		}
	}
	return best[0] / left_after(m, 0);
}

/* What the order costs, computed from the steps alone. */
static double
cost_of(const struct model *m, const struct order *o)
{
	unsigned set = 0;
	double cost = 0;

	for (size_t i = 0; i < o->n; i++) {
		ck_assert_msg(!(set >> o->steps[i].task & 1), "a step stands twice");
		for (size_t k = 0; k < m->tasks[o->steps[i].task].nbefore; k++)
			ck_assert_msg(set >> m->before[o->steps[i].task][k] & 1, "a step stands before what it needs");
		cost += (double)m->tasks[o->steps[i].task].cost * left_after(m, set);
		set |= 1u << o->steps[i].task;
	}
	cost += (double)m->p.service * left_after(m, set);
	return cost / left_after(m, 0);
}

struct regret {
	double sum, worst;
};

/* Plans many random problems, checks each against the oracle and adds up how much worse it is. */
static struct regret
regret_of(double noise, bool precedence)
{
	struct regret r = {0};

	for (uint64_t seed = 1; seed <= MODELS; seed++) {
		struct model m;
		struct order o;
		double best, mine;

		random_model(&m, seed, noise);
		if (precedence)
			random_precedence(&m);
		order_make(&m.p, arena, &o);
		ck_assert_uint_eq(o.n, STEPS);
		best = optimum(&m);
		mine = cost_of(&m, &o);
		ck_assert_double_eq_tol(o.cost, mine, 1e-6 * mine);
		ck_assert_double_ge_tol(mine, best, 1e-6 * best);
		ck_assert_double_le_tol(order_bound(&m.p, &o, arena), best, 1e-6 * best);
		r.sum += mine / best - 1;
		r.worst = fmax(r.worst, mine / best - 1);
	}
	r.sum /= MODELS;
	return r;
}

START_TEST(orders_of_imperfect_steps_cost_little_more_than_the_best_of_all_orders)
{
	struct regret r = regret_of(0.6, false);

	ck_assert_msg(r.sum < 0.001 && r.worst < 0.03, "regret: mean %g, worst %g", r.sum, r.worst);
}
END_TEST

START_TEST(orders_of_sure_steps_cost_little_more_than_the_best_of_all_orders)
{
	struct regret r = regret_of(0, false);

	ck_assert_msg(r.sum < 0.003 && r.worst < 0.1, "regret: mean %g, worst %g", r.sum, r.worst);
}
END_TEST

START_TEST(orders_of_steps_that_need_each_other_cost_little_more_than_the_best)
{
	struct regret r = regret_of(0.6, true);

	ck_assert_msg(r.sum < 0.005 && r.worst < 0.15, "regret: mean %g, worst %g", r.sum, r.worst);
}
END_TEST

START_TEST(when_each_step_has_a_cause_of_its_own_the_order_is_the_best)
{
	for (uint64_t seed = 1; seed <= MODELS; seed++) {
		struct model m;
		struct order o;

		random_model(&m, seed, 0.5);
		for (int i = 0; i < STEPS; i++) {
			m.tasks[i].nfixes = i < CAUSES;
			m.fixes[i][0] = (struct fix){ i % CAUSES, 0.3 + 0.7 * chance() };
		}
		order_make(&m.p, arena, &o);
		/* near-ties keep the author's order: that may cost a thousandth, no more */
		ck_assert_double_eq_tol(o.cost, optimum(&m), 0.001 * o.cost);
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
	hand_fixes[2][0].works = 0.5 + 1e-9;
	hand[1].cost = 60000 - 1;
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

START_TEST(what_settles_and_what_is_left_are_the_whole)
{
	struct order o;
	double sum;

	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct model m;

		random_model(&m, seed, 0.7);
		order_make(&m.p, arena, &o);
		sum = o.left;
		for (size_t i = 0; i < o.n; i++) {
			ck_assert_double_le(o.steps[i].settles, o.steps[i].reached + 1e-12);
			sum += o.steps[i].settles;
		}
		ck_assert_double_eq_tol(sum, 1, 1e-9);
	}
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

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, orders_of_imperfect_steps_cost_little_more_than_the_best_of_all_orders);
	tcase_add_test(t, orders_of_sure_steps_cost_little_more_than_the_best_of_all_orders);
	tcase_add_test(t, orders_of_steps_that_need_each_other_cost_little_more_than_the_best);
	tcase_add_test(t, when_each_step_has_a_cause_of_its_own_the_order_is_the_best);
	tcase_add_test(t, equal_steps_stand_in_the_authors_order);
	tcase_add_test(t, a_hair_more_efficiency_does_not_shuffle_near_ties);
	tcase_add_test(t, a_worse_loss_never_comes_before_a_better_one_for_the_same_cause);
	tcase_add_test(t, a_loss_need_not_wait_for_steps_of_other_causes);
	tcase_add_test(t, a_last_resort_is_last_however_cheap);
	tcase_add_test(t, what_is_needed_comes_first_and_is_paid_once);
	tcase_add_test(t, what_nobody_wants_or_needs_is_not_placed);
	tcase_add_test(t, what_completes_a_step_follows_it_each_time);
	tcase_add_test(t, a_ring_of_needs_is_no_hang);
	tcase_add_test(t, what_settles_and_what_is_left_are_the_whole);
	tcase_add_test(t, a_problem_without_steps_costs_what_handing_over_costs);
	suite_add_tcase(s, t);
	return s;
}
