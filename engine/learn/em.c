/* SPDX-License-Identifier: MIT */
#include "learn/em.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 1000 };

/* What ends by itself, or by a step that is not for its cause; and when a round changed nothing. */
static const double by_chance = 0.002, still = 1e-7;

static double *
numbers(size_t n)
{
	double *a = machine_alloc((n + 1) * sizeof *a);

	memset(a, 0, (n + 1) * sizeof *a);
	return a;
}

/* How probable it is that the tries went as they did, when this is the cause. */
static double
of_tries(const struct em_ticket *t, size_t cause, const double *rate)
{
	double p = 1;

	for (size_t i = 0; i < t->ntries; i++) {
		int k = t->tries[i].rate[cause];
		double r = k < 0 ? by_chance : rate[k];

		p *= t->tries[i].helped ? r : 1 - r;
	}
	return p;
}

/* How probable each cause is on a ticket, into `q`. False: none is. */
static bool
judge(const struct em *e, const struct em_ticket *t, const struct em_result *r, double *q)
{
	double sum = 0;

	for (size_t i = 0; i < e->ncauses; i++)
		sum += q[i] = r->share[i] * t->likelihood[i] * of_tries(t, i, r->rate);
	for (size_t i = 0; sum > 0 && i < e->ncauses; i++)
		q[i] /= sum;
	return sum > 0;
}

/* The solving step is for no cause that is left: no rate can tell why it helped. */
static bool
is_unexplained(const struct em *e, const struct em_ticket *t)
{
	for (size_t k = 0; k < t->ntries; k++)
		for (size_t i = 0; t->tries[k].helped && i <= e->ncauses; i++) {
			if (i == e->ncauses)
				return true;
			if (t->likelihood[i] > 0 && t->tries[k].rate[i] >= 0)
				break;
		}
	return false;
}

static void
count_ticket(const struct em *e, const struct em_ticket *t, struct em_result *r, const double *q, double *weight)
{
	double among = 0;

	for (size_t i = 0; i < e->ncauses; i++)
		among += t->possible[i] ? r->share[i] : 0;
	for (size_t i = 0; i < e->ncauses; i++) {
		r->count[i] += q[i];
		r->open[i] += t->possible[i];
		weight[i] += t->possible[i] && among > 0 ? 1 / among : 0;
		for (size_t k = 0; k < t->ntries; k++) {
			int rate = t->tries[k].rate[i];

			if (rate >= 0) {
				r->tried[rate] += q[i];
				r->helped[rate] += t->tries[k].helped ? q[i] : 0;
			}
		}
	}
}

/* New figures from the counts; the largest change. */
static double
maximise(const struct em *e, struct em_result *r, const double *weight)
{
	double sum = 0, changed = 0;

	for (size_t i = 0; i < e->ncauses; i++) {
		double new = (e->tickets * e->share[i] + r->count[i]) / (e->tickets + weight[i] + 1e-12);

		changed = fmax(changed, fabs(new - r->share[i]));
		r->share[i] = new;
		sum += new;
	}
	for (size_t i = 0; sum > 0 && i < e->ncauses; i++)
		r->share[i] /= sum;
	for (size_t k = 0; k < e->nrates; k++) {
		double tried = e->tries + r->tried[k];
		double new = tried > 0 ? (e->tries * e->rate[k] + r->helped[k]) / tried : e->rate[k];

		changed = fmax(changed, fabs(new - r->rate[k]));
		r->rate[k] = new;
	}
	return changed;
}

static double
one_round(const struct em *e, struct em_result *r, double *q, double *weight)
{
	memset(r->count, 0, e->ncauses * sizeof *r->count);
	memset(r->open, 0, e->ncauses * sizeof *r->open);
	memset(r->tried, 0, e->nrates * sizeof *r->tried);
	memset(r->helped, 0, e->nrates * sizeof *r->helped);
	memset(weight, 0, e->ncauses * sizeof *weight);
	for (size_t t = 0; t < e->ntickets; t++)
		if (judge(e, &e->of[t], r, q))
			count_ticket(e, &e->of[t], r, q, weight);
	return maximise(e, r, weight);
}

struct em_result
em_estimate(const struct em *e)
{
	double *q = numbers(e->ncauses), *weight = numbers(e->ncauses);
	struct em_result r = {
		.share = numbers(e->ncauses), .count = numbers(e->ncauses), .open = numbers(e->ncauses),
		.rate = numbers(e->nrates), .tried = numbers(e->nrates), .helped = numbers(e->nrates),
	};

	memcpy(r.share, e->share, e->ncauses * sizeof *r.share);
	if (e->nrates)
		memcpy(r.rate, e->rate, e->nrates * sizeof *r.rate);
	while (r.rounds++ < ROUNDS_MAX && one_round(e, &r, q, weight) > still)
		;
	for (size_t t = 0; t < e->ntickets; t++)
		r.unexplained += is_unexplained(e, &e->of[t]);
	free(q);
	free(weight);
	return r;
}

void
em_free(struct em_result *r)
{
	free(r->share);
	free(r->count);
	free(r->open);
	free(r->rate);
	free(r->tried);
	free(r->helped);
}

/* -- Beta -- */

/* The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), evaluated from the front by the method of Lentz. */
static double
fraction(double a, double b, double x)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1), f;

	d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
	f = d;
	for (int m = 1; m < 500; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), step = 1;

		for (int k = 0; k < 2; k++) {
			double term = k == 0 ? even : odd;

			d = 1 + term * d;
			c = 1 + term / c;
			d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
			c = fabs(c) < 1e-300 ? 1e-300 : c;
			step = c * d;
			f *= step;
		}
		if (fabs(step - 1) < 1e-12)
			break;
	}
	return f;
}

static double
log_gamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

static double
beta_below(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x >= 1;
	front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b;
}

double
em_beta_quantile(double a, double b, double p)
{
	double low = 0, high = 1;

	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		*(beta_below(a, b, middle) < p ? &low : &high) = middle;
	}
	return (low + high) / 2;
}
