/* SPDX-License-Identifier: MIT */
#include "plan/belief.h"

#include <stdlib.h>

/*
 * Only + - * / on doubles, one operation after the other in a stated order, and the build forbids
 * contraction: the same facts give the same integers on every machine.
 */

/*
 * What no single finding can do, whatever its author wrote: make an issue impossible, or certain.
 */
enum { ODDS_FLOOR = 1, ODDS_CEILING = PPM_ONE - 1 };

static const double weight_max = 1e200, weight_min = 1e-200;

static double
probability(ppm p)
{
	if (p < ODDS_FLOOR)
		p = ODDS_FLOOR;
	if (p > ODDS_CEILING)
		p = ODDS_CEILING;
	return (double)p / PPM_ONE;
}

double
sign_odds(const struct sign *sign, enum truth t)
{
	switch (t) {
	case TRUE:
		return probability(sign->seen) / probability(sign->otherwise);
	case FALSE:
		return probability(PPM_ONE - sign->seen) / probability(PPM_ONE - sign->otherwise);
	case MAYBE:
		break;
	}
	return 1;
}

bool
sign_repeats(const struct issue *i, size_t sign)
{
	uint32_t id = i->signs[sign].when.id;

	if (!id)
		return false;
	for (size_t k = 0; k < sign; k++)
		if (i->signs[k].when.id == id)
			return true;
	return false;
}

/* 1000 x log2(ratio), by repeated squaring: libm's log2 may differ from machine to machine. */
static int32_t
millibits(double ratio)
{
	int64_t whole = 0, fraction = 0;

	for (; ratio >= 2; whole++)
		ratio /= 2;
	for (; ratio < 1; whole--)
		ratio *= 2;
	for (int digit = 0; digit < 20; digit++) {
		ratio *= ratio;
		fraction *= 2;
		if (ratio >= 2) {
			ratio /= 2;
			fraction++;
		}
	}
	return (int32_t)(whole * 1000 + (fraction * 1000 + (1 << 19)) / (1 << 20));
}

/* Strongest effect first; equal ones as the author wrote them. */
static int
by_effect(const void *x, const void *y)
{
	const struct evidence *a = x, *b = y;
	int32_t ea = abs(a->millibits), eb = abs(b->millibits);

	if (ea != eb)
		return ea > eb ? -1 : 1;
	return (a->sign > b->sign) - (a->sign < b->sign);
}

static double
bounded(double weight)
{
	if (weight > weight_max)
		return weight_max;
	return weight < weight_min ? weight_min : weight;
}

static void
weigh_signs(struct session *s, struct arena *a, struct cause *c)
{
	const struct issue *i = c->issue;

	c->evidence = arena_array(a, i->nsigns, sizeof *c->evidence);
	for (size_t k = 0; k < i->nsigns; k++) {
		const struct sign *sign = &i->signs[k];
		struct evidence *e = &c->evidence[c->nevidence];
		struct fact **witness;
		double odds;

		if (sign_repeats(i, k))
			continue;
		witness = arena_array(a, (size_t)sign->when.scope.njoin, sizeof *witness);
		e->truth = session_ask(s, &sign->when, c->subject, witness);
		if (e->truth == MAYBE)
			continue;
		odds = sign_odds(sign, e->truth);
		c->weight = bounded(c->weight * odds);
		e->sign = sign;
		e->witness = witness;
		e->millibits = millibits(odds);
		c->nevidence++;
	}
	qsort(c->evidence, c->nevidence, sizeof *c->evidence, by_effect);
}

static bool
completes(const struct step *by, const struct step *step)
{
	for (size_t i = 0; i < by->nthen; i++)
		if (by->then[i] == step || completes(by->then[i], step))
			return true;
	return false;
}

bool
step_was_done(const struct step *const *tried, size_t ntried, const struct step *step)
{
	for (size_t t = 0; t < ntried; t++)
		if (tried[t] == step || completes(tried[t], step))
			return true;
	return false;
}

/*
 * A step that was done and did not help leaves of its issues what it fails to settle. A step counts once for an
 * issue, with the best of what is said of it there: as it does in a plan.
 */
static void
weigh_tried(struct session *s, struct cause *c, const struct step *const *tried, size_t ntried)
{
	const struct issue *is = c->issue;

	for (size_t k = 0; k < is->nremedies; k++) {
		const struct remedy *r = &is->remedies[k];
		ppm works = 0;
		bool before = false;

		for (size_t i = 0; i < k; i++)
			before |= is->remedies[i].step == r->step;
		if (before || !step_was_done(tried, ntried, r->step))
			continue;
		for (size_t i = k; i < is->nremedies; i++)
			if (is->remedies[i].step == r->step && is->remedies[i].works > works
					&& session_ask(s, &is->remedies[i].when, c->subject, NULL) != FALSE)
				works = is->remedies[i].works;
		c->weight *= (double)(PPM_ONE - works) / PPM_ONE;
		c->fails *= (double)(PPM_ONE - works) / PPM_ONE;
	}
}

double
cause_there(const struct cause *c)
{
	return c->odds / (1 + c->odds) * c->fails;
}

struct share {
	size_t index;
	double rest;
};

static int
by_rest(const void *x, const void *y)
{
	const struct share *a = x, *b = y;

	if (a->rest != b->rest)
		return a->rest > b->rest ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/*
 * Integers in proportion to n weights that sum to PPM_ONE exactly: the largest remainders are
 * rounded up.
 */
static void
apportion(struct arena *a, const double *weights, size_t n, ppm *out)
{
	struct share *shares = arena_array(a, n, sizeof *shares);
	double total = 0;
	ppm left = PPM_ONE;

	for (size_t i = 0; i < n; i++)
		total += weights[i];
	for (size_t i = 0; i < n; i++) {
		double part = total > 0 ? weights[i] / total : 0;

		part *= PPM_ONE;
		out[i] = (ppm)part;
		left -= out[i];
		shares[i] = (struct share){ i, part - (double)out[i] };
	}
	if (total <= 0) {
		out[n - 1] = PPM_ONE;
		return;
	}
	qsort(shares, n, sizeof *shares, by_rest);
	for (size_t i = 0; left > 0; i = (i + 1) % n, left--)
		out[shares[i].index]++;
}

static int
by_probability(const void *x, const void *y)
{
	const struct cause *a = x, *b = y;
	uint32_t sa = a->subject ? a->subject->id : 0, sb = b->subject ? b->subject->id : 0;

	if (a->p != b->p)
		return a->p > b->p ? -1 : 1;
	if (a->issue->order != b->issue->order)
		return a->issue->order < b->issue->order ? -1 : 1;
	return (sa > sb) - (sa < sb);
}

struct builder {
	struct session *session;
	struct arena *arena;
	struct belief *belief;
	size_t causes_cap, out_cap;
	const struct step *const *tried;
	size_t ntried;
};

static void
rule_out(struct builder *b, const struct issue *i, struct fact *subject, bool by_requires)
{
	struct belief *bf = b->belief;

	bf->out = arena_grow(b->arena, bf->out, bf->nout, &b->out_cap, sizeof *bf->out);
	bf->out[bf->nout++] = (struct ruled_out){ i, subject, by_requires };
}

static void
add_instance(struct builder *b, const struct issue *i, struct fact *subject)
{
	struct belief *bf = b->belief;
	struct cause *c;

	if (i->ruled_out_by.expr && session_ask(b->session, &i->ruled_out_by, subject, NULL) == TRUE) {
		rule_out(b, i, subject, false);
		return;
	}
	if (session_ask(b->session, &i->requires, subject, NULL) == FALSE) {
		rule_out(b, i, subject, true);
		return;
	}
	bf->causes = arena_grow(b->arena, bf->causes, bf->ncauses, &b->causes_cap, sizeof *bf->causes);
	c = &bf->causes[bf->ncauses++];
	*c = (struct cause){ .issue = i, .subject = subject };
	c->weight = (double)i->frequency / PPM_ONE;
	c->fails = 1;
	weigh_signs(b->session, b->arena, c);
	c->odds = c->weight / (1 - probability(i->frequency));
	weigh_tried(b->session, c, b->tried, b->ntried);
}

/* -- Several devices -- */

/*
 * The issues' instances come in the same order of subjects, so that the next one is nearly always
 * the one after the last.
 */
static int
find_patient(struct belief *bf, const struct fact *subject, size_t expected)
{
	for (size_t i = 0; i < bf->npatients; i++) {
		size_t k = (expected + i) % bf->npatients;

		if (bf->patients[k].subject == subject)
			return (int)k;
	}
	bf->patients[bf->npatients++] = (struct patient){ subject, 1, 0, 0 };
	return (int)bf->npatients - 1;
}

static void
find_patients(struct belief *bf, struct arena *a)
{
	int last = -1;

	bf->patients = arena_array(a, bf->ncauses, sizeof *bf->patients);
	for (size_t i = 0; i < bf->ncauses; i++) {
		struct cause *c = &bf->causes[i];

		c->patient = c->subject ? find_patient(bf, c->subject, (size_t)last + 1) : -1;
		last = c->patient >= 0 ? c->patient : last;
	}
}

static struct patient *
patient_of(const struct belief *bf, size_t cause)
{
	int i = cause < bf->ncauses ? bf->causes[cause].patient : -1;

	return i < 0 ? NULL : &bf->patients[i];
}

/*
 * Weights are odds against the cause's absence, and so their sum is the odds that the patient has
 * a fault of its own.
 */
static void
examine(struct belief *bf, const double *weights)
{
	double shared = weights[bf->ncauses], most = 0;

	for (size_t i = 0; i < bf->npatients; i++)
		bf->patients[i].own = 0;
	for (size_t i = 0; i < bf->ncauses; i++) {
		struct patient *p = patient_of(bf, i);

		*(p ? &p->own : &shared) += weights[i];
	}
	for (size_t i = 0; i < bf->npatients; i++) {
		struct patient *p = &bf->patients[i];

		p->total = p->own + shared;
		p->ailing = p->own / (1 + p->own);
		most = p->ailing > most ? p->ailing : most;
	}
	for (size_t i = 0; i < bf->npatients; i++)
		bf->patients[i].ailing = most > 0 ? bf->patients[i].ailing / most : 1;
}

/*
 * The mixture: each patient counts as it ails. Of its own causes it brings what they are for it
 * alone, of those that all share every patient brings a part. One patient changes nothing.
 */
static void
mix(struct belief *bf, double *weights)
{
	double shared = 0;

	if (bf->npatients < 2)
		return;
	examine(bf, weights);
	for (size_t i = 0; i < bf->npatients; i++)
		if (bf->patients[i].total > 0)
			shared += bf->patients[i].ailing / bf->patients[i].total;
	for (size_t i = 0; i <= bf->ncauses; i++) {
		const struct patient *p = patient_of(bf, i);

		weights[i] *= !p ? shared : p->total > 0 ? p->ailing / p->total : 0;
	}
}

/* What is the matter with each patient, whatever the others have. */
static void
judge_alone(struct belief *bf, const double *weights)
{
	for (size_t i = 0; i < bf->ncauses; i++) {
		struct cause *c = &bf->causes[i];
		const struct patient *p = bf->npatients < 2 ? NULL : patient_of(bf, i);

		c->alone = !p ? c->p : p->total > 0 ? (ppm)(weights[i] / p->total * PPM_ONE + 0.5) : 0;
	}
}

/*
 * Probabilities before and after the signs, of the causes and of "something else". What belief and
 * planning weigh from here on is the mixture.
 */
static void
normalise(struct belief *bf, struct arena *a, int32_t something_else)
{
	size_t n = bf->ncauses + 1;
	double *weights = arena_array(a, n, sizeof *weights), *single = arena_array(a, n, sizeof *single);
	ppm *parts = arena_array(a, n, sizeof *parts);

	find_patients(bf, a);
	for (size_t i = 0; i + 1 < n; i++)
		weights[i] = (double)bf->causes[i].issue->frequency / PPM_ONE;
	weights[n - 1] = (double)something_else / PPM_ONE;
	mix(bf, weights);
	apportion(a, weights, n, parts);
	for (size_t i = 0; i + 1 < n; i++)
		bf->causes[i].prior = parts[i];
	for (size_t i = 0; i + 1 < n; i++)
		weights[i] = single[i] = bf->causes[i].weight;
	weights[n - 1] = (double)something_else / PPM_ONE;
	mix(bf, weights);
	apportion(a, weights, n, parts);
	for (size_t i = 0; i + 1 < n; i++) {
		bf->causes[i].p = parts[i];
		bf->causes[i].weight = weights[i];
	}
	bf->other_weight = weights[n - 1];
	bf->other = parts[n - 1];
	judge_alone(bf, single);
}

static bool
is_shown(const struct cause *c)
{
	for (size_t i = 0; i < c->nevidence; i++)
		if (c->evidence[i].truth == TRUE)
			return true;
	return false;
}

/*
 * Once for each fact of its template. While nobody knows whether there is one, an issue stands without a subject when
 * something speaks for it: an error code alone tells of a device, too.
 */
static void
add_issue(struct builder *b, const struct issue *i)
{
	struct belief *bf = b->belief;
	struct fact *f = i->per ? session_first(b->session, i->per) : NULL;
	size_t before = bf->ncauses;

	if (!f && !(i->per && session_surveyed(b->session, i->per)))
		add_instance(b, i, NULL);
	if (i->per && !f && bf->ncauses > before && !is_shown(bf->causes + before))
		bf->ncauses = before;
	for (; f; f = session_next(b->session, f))
		add_instance(b, i, f);
}

struct belief *
belief_compute(struct session *s, struct arena *a, const struct step *const *tried, size_t ntried)
{
	const struct rulebase *rb = session_rules(s);
	struct belief *bf = arena_alloc(a, sizeof *bf);
	struct builder b = { .session = s, .arena = a, .belief = bf, .tried = tried, .ntried = ntried };

	for (size_t k = 0; k < rb->nissues; k++)
		add_issue(&b, rb->issues[k]);
	normalise(bf, a, rb->something_else);
	if (bf->ncauses)
		qsort(bf->causes, bf->ncauses, sizeof *bf->causes, by_probability);
	return bf;
}
