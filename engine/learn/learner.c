/* SPDX-License-Identifier: MIT */
#include "learn/learner.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "learn/edits.h"
#include "learn/em.h"
#include "plan/belief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The part of an estimate's probability that lies below its interval, and above. */
static const double outside = 0.05;

/* Hardly anything was seen: no figure is proposed. */
static const double least_seen = 3;

struct learner {
	const struct rulebase *rb;
	const struct diags *sources;
	struct arena *arena;
	struct em em;
	struct em_ticket *tickets;
	size_t cap;
	size_t *first_rate;	/* by issue: rates are numbered through all remedies of all issues */
	double *share, *rate;
	double total;		/* of all frequencies and something else, per ticket */
	struct em_result result;
	bool estimated;
	size_t solved;
};

/* -- The problem -- */

/* Causes are the issues in their order, and something else behind them. */
static void
take_rules(struct learner *l)
{
	const struct rulebase *rb = l->rb;

	l->em.ncauses = rb->nissues + 1;
	l->first_rate = arena_array(l->arena, rb->nissues + 1, sizeof *l->first_rate);
	l->share = arena_array(l->arena, l->em.ncauses, sizeof *l->share);
	l->total = (double)rb->something_else / PPM_ONE;
	for (size_t i = 0; i < rb->nissues; i++) {
		l->first_rate[i] = l->em.nrates;
		l->em.nrates += rb->issues[i]->nremedies;
		l->total += (double)rb->issues[i]->frequency / PPM_ONE;
	}
	l->rate = arena_array(l->arena, l->em.nrates, sizeof *l->rate);
	for (size_t i = 0; i < rb->nissues; i++) {
		l->share[i] = (double)rb->issues[i]->frequency / PPM_ONE / l->total;
		for (size_t k = 0; k < rb->issues[i]->nremedies; k++)
			l->rate[l->first_rate[i] + k] = (double)rb->issues[i]->remedies[k].works / PPM_ONE;
	}
	l->share[rb->nissues] = (double)rb->something_else / PPM_ONE / l->total;
	l->em.share = l->share;
	l->em.rate = l->rate;
}

struct learner *
learner_new(const struct rulebase *rb, const struct diags *sources, double tickets, double tries)
{
	struct learner *l = machine_alloc(sizeof *l);

	*l = (struct learner){ .rb = rb, .sources = sources, .arena = arena_new(), .em = { .tickets = tickets, .tries = tries } };
	take_rules(l);
	return l;
}

void
learner_free(struct learner *l)
{
	if (l->estimated)
		em_free(&l->result);
	arena_free(l->arena);
	free(l);
}

/* -- Tickets -- */

/* The remedy of an issue that a step is, on this ticket: -1 when it is none. */
static int
rate_of(struct learner *l, struct session *s, size_t issue, struct fact *subject, const struct step *step)
{
	const struct issue *i = l->rb->issues[issue];

	for (size_t k = 0; k < i->nremedies; k++)
		if (i->remedies[k].step == step && session_ask(s, &i->remedies[k].when, subject, NULL) != FALSE)
			return (int)(l->first_rate[issue] + k);
	return -1;
}

/* The subject for which an issue is most probable stands for all. */
static const struct cause *
strongest(const struct belief *b, const struct issue *issue, double *weight)
{
	const struct cause *best = NULL;

	*weight = 0;
	for (size_t i = 0; i < b->ncauses; i++) {
		if (b->causes[i].issue != issue)
			continue;
		*weight += b->causes[i].weight;
		if (!best || b->causes[i].weight > best->weight)
			best = &b->causes[i];
	}
	return best;
}

static bool
is_impossible(const struct belief *b, const struct issue *issue)
{
	for (size_t i = 0; i < b->nout; i++)
		if (b->out[i].issue == issue && b->out[i].by_requires)
			return true;
	return false;
}

static void
take_tries(struct learner *l, struct session *s, const struct belief *b, const struct tried_step *tried, size_t n, struct em_ticket *t)
{
	struct em_try *tries = arena_array(l->arena, n, sizeof *tries);
	double weight;

	for (size_t k = 0; k < n; k++) {
		int *rate = arena_array(l->arena, l->em.ncauses, sizeof *rate);

		for (size_t i = 0; i < l->rb->nissues; i++) {
			const struct cause *c = strongest(b, l->rb->issues[i], &weight);

			rate[i] = c ? rate_of(l, s, i, c->subject, tried[k].step) : -1;
		}
		rate[l->rb->nissues] = -1;
		tries[k] = (struct em_try){ rate, tried[k].helped };
		l->solved += tried[k].helped;
	}
	t->tries = tries;
	t->ntries = n;
}

void
learner_add(struct learner *l, struct session *s, const struct tried_step *tried, size_t n)
{
	struct arena *scratch = arena_new();
	const struct belief *b = belief_compute(s, scratch, NULL, 0);
	double *likelihood = arena_array(l->arena, l->em.ncauses, sizeof *likelihood), weight;
	bool *possible = arena_array(l->arena, l->em.ncauses, sizeof *possible);
	struct em_ticket *t;

	for (size_t i = 0; i < l->rb->nissues; i++) {
		possible[i] = strongest(b, l->rb->issues[i], &weight) || !is_impossible(b, l->rb->issues[i]);
		likelihood[i] = weight / l->share[i];
	}
	possible[l->rb->nissues] = true;
	likelihood[l->rb->nissues] = l->share[l->rb->nissues] > 0 ? b->other_weight / l->share[l->rb->nissues] : 0;
	l->tickets = arena_grow(l->arena, l->tickets, l->em.ntickets, &l->cap, sizeof *l->tickets);
	t = &l->tickets[l->em.ntickets++];
	*t = (struct em_ticket){ .likelihood = likelihood, .possible = possible };
	take_tries(l, s, b, tried, n, t);
	l->em.of = l->tickets;
	if (l->estimated)
		em_free(&l->result);
	l->estimated = false;
	arena_free(scratch);
}

/* -- Figures -- */

/* An estimate, with the interval in which it lies with 90 %, and whether the rules' own figure is outside. */
struct figure {
	double was, is, low, high, seen, hits;
	bool differs;
};

static struct figure
figure(double was, double is, double hits, double seen, double prior)
{
	double a = prior * was + hits, b = prior * (1 - was) + seen - hits;
	struct figure f = { .was = was, .is = is, .hits = hits, .seen = seen };

	f.low = em_beta_quantile(fmax(a, 1e-6), fmax(b, 1e-6), outside);
	f.high = em_beta_quantile(fmax(a, 1e-6), fmax(b, 1e-6), 1 - outside);
	f.differs = seen >= least_seen && (was < f.low || was > f.high);
	return f;
}

static const struct em_result *
estimate(struct learner *l)
{
	if (!l->estimated)
		l->result = em_estimate(&l->em);
	l->estimated = true;
	return &l->result;
}

static struct figure
figure_of_issue(struct learner *l, size_t i)
{
	const struct em_result *r = estimate(l);

	return figure(l->share[i], r->share[i], r->count[i], r->open[i], l->em.tickets);
}

static struct figure
figure_of_rate(struct learner *l, size_t k)
{
	const struct em_result *r = estimate(l);

	return figure(l->rate[k], r->rate[k], r->helped[k], r->tried[k], l->em.tries);
}

/* -- The document -- */

/* Counts are expectations, told in hundredths; shares in parts per million. */
static json_t *
hundredths(double x)
{
	return json_integer((json_int_t)(x * 100 + 0.5));
}

static json_t *
millionths(double x)
{
	return json_integer((json_int_t)(x * PPM_ONE + 0.5));
}

static json_t *
clean(const char *text)
{
	struct buf b = {0};
	json_t *s;

	text_clean(&b, text, strlen(text), 0);
	s = json_string(buf_text(&b));
	buf_free(&b);
	return s;
}

static json_t *
place_of(struct learner *l, struct place at, struct place or)
{
	if (!at.line)
		at = or;
	return json_pack("{s:o, s:I}", "file", clean(diags_source_name(l->sources, at.file)), "line", (json_int_t)at.line);
}

static json_t *
figure_as_json(const struct figure *f, double scale)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:b}", "rules_ppm", millionths(f->was * scale), "estimate_ppm", millionths(f->is * scale),
			"low_ppm", millionths(f->low * scale), "high_ppm", millionths(f->high * scale), "differs", f->differs);
}

/* Of issues that could have been. `frequency` is per ticket, as in the rules: shares of their total. */
static json_t *
frequencies(struct learner *l)
{
	json_t *list = json_array();

	for (size_t i = 0; l->em.ntickets && i < l->rb->nissues; i++) {
		const struct issue *issue = l->rb->issues[i];
		struct figure f = figure_of_issue(l, i);

		if (f.seen > 0)
			json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "issue", issue->entry.id,
					"tickets_x100", hundredths(f.hits), "possible_x100", hundredths(f.seen),
					"frequency", figure_as_json(&f, l->total), "rule", place_of(l, issue->frequency_at, issue->entry.at)));
	}
	return list;
}

static json_t *
rates(struct learner *l)
{
	json_t *list = json_array();

	for (size_t i = 0; l->em.ntickets && i < l->rb->nissues; i++)
		for (size_t k = 0; k < l->rb->issues[i]->nremedies; k++) {
			const struct remedy *r = &l->rb->issues[i]->remedies[k];
			struct figure f = figure_of_rate(l, l->first_rate[i] + k);

			if (f.seen >= 0.005)
				json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "issue", l->rb->issues[i]->entry.id,
						"step", r->step->entry.id, "tried_x100", hundredths(f.seen), "helped_x100", hundredths(f.hits),
						"works", figure_as_json(&f, 1), "rule", place_of(l, r->works_at, r->at)));
		}
	return list;
}

json_t *
learner_document(struct learner *l)
{
	const struct em_result *r = estimate(l);

	return json_pack("{s:s, s:I, s:I, s:o, s:{s:o, s:o}, s:i, s:o, s:o, s:o}", "schema", "diagnose-learn/1",
			"tickets", (json_int_t)l->em.ntickets, "solved", (json_int_t)l->solved, "unexplained", json_integer((json_int_t)r->unexplained),
			"prior", "tickets_x100", hundredths(l->em.tickets), "tries_x100", hundredths(l->em.tries), "rounds", r->rounds,
			"something_else_x100", hundredths(l->em.ntickets ? r->count[l->rb->nissues] : 0),
			"frequencies", frequencies(l), "rates", rates(l));
}

/* -- The text -- */

static double
number(const json_t *o, const char *key)
{
	return (double)json_integer_value(json_object_get(o, key));
}

static const char *
string(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* A row: what is proposed and where. `unit`: by what parts per million are divided. */
static void
put_row(FILE *out, const json_t *row, const char *name, const char *second, const char *hits, const char *seen, const char *key, double unit, int digits)
{
	const json_t *f = json_object_get(row, key), *rule = json_object_get(row, "rule");
	char range[48];

	snprintf(range, sizeof range, "%.*f .. %.*f", digits, number(f, "low_ppm") / unit, digits, number(f, "high_ppm") / unit);
	fprintf(out, "%c %s%s%s\n", json_is_true(json_object_get(f, "differs")) ? '*' : ' ', name, second ? ": " : "", second ? second : "");
	fprintf(out, "      %7.1f of %7.1f   %8.*f -> %8.*f   %-18s", number(row, hits) / 100, number(row, seen) / 100, digits,
			number(f, "rules_ppm") / unit, digits, number(f, "estimate_ppm") / unit, range);
	fprintf(out, " %s:%d\n", string(rule, "file"), (int)number(rule, "line"));
}

void
learner_text(const json_t *document, FILE *out)
{
	const json_t *prior = json_object_get(document, "prior");
	json_t *row;
	size_t i;

	fprintf(out, "%.0f tickets, %.0f solved, %.0f of them by a step that the rules have for no cause that was left\n", number(document, "tickets"),
			number(document, "solved"), number(document, "unexplained"));
	fprintf(out, "%.1f tickets were probably about something else than the rules know\n", number(document, "something_else_x100") / 100);
	fprintf(out, "The rules count as %g tickets, and for each remedy as %g tries.\n", number(prior, "tickets_x100") / 100,
			number(prior, "tries_x100") / 100);
	fprintf(out, "\nHow often: tickets that had it, of those that could; per 1000 in the rules -> proposed; 90 %% between\n");
	json_array_foreach(json_object_get(document, "frequencies"), i, row)
		if (number(row, "tickets_x100") >= 50 || json_is_true(json_object_get(json_object_get(row, "frequency"), "differs")))
			put_row(out, row, string(row, "issue"), NULL, "tickets_x100", "possible_x100", "frequency", 1000, 1);
	fprintf(out, "\nWhat works: tries that helped, of those on tickets with this cause; in the rules -> proposed; 90 %% between\n");
	json_array_foreach(json_object_get(document, "rates"), i, row)
		if (number(row, "tried_x100") >= 50)
			put_row(out, row, string(row, "issue"), string(row, "step"), "helped_x100", "tried_x100", "works", 1000000, 2);
	fprintf(out, "\n* the figure of the rules is outside: --patch writes these as a patch\n"
			"Nobody knows the causes for sure. Counts are expectations: each try counts for a cause by how probable it was on that\n"
			"ticket, so that steps that come late are not blamed for tickets that are hard. The intervals take the causes as known\n"
			"and the signs' figures as right, and so are rather too narrow.\n");
}

/* -- The patch -- */

static const char *
short_number(struct arena *a, double x, int digits)
{
	char *text = arena_printf(a, "%.*f", digits, x), *end = text + strlen(text);

	while (strchr(text, '.') && (end[-1] == '0' || end[-1] == '.')) {
		bool point = *--end == '.';

		*end = '\0';
		if (point)
			break;
	}
	return text;
}

static void
edit_rates(struct learner *l, size_t i, struct edits *e, size_t *by_hand)
{
	for (size_t k = 0; k < l->rb->issues[i]->nremedies; k++) {
		const struct remedy *r = &l->rb->issues[i]->remedies[k];
		struct figure f = figure_of_rate(l, l->first_rate[i] + k);
		const char *to = short_number(e->arena, fmin(fmax(f.is, 0.005), 0.99), 2);

		if (f.differs && !(r->works_at.line ? edits_add(e, r->works_at, to)
				: edits_add_entry(e, r->at, arena_printf(e->arena, "works: %s", to))))
			++*by_hand;
	}
}

size_t
learner_patch(struct learner *l, FILE *out, size_t *by_hand)
{
	struct edits e = { .arena = l->arena, .sources = l->sources };

	*by_hand = 0;
	for (size_t i = 0; l->em.ntickets && i < l->rb->nissues; i++) {
		struct figure f = figure_of_issue(l, i);
		double per_1000 = fmax(f.is * l->total * 1000, 0.001);

		if (f.differs && !edits_add(&e, l->rb->issues[i]->frequency_at, short_number(l->arena, per_1000, per_1000 < 1 ? 3 : per_1000 < 10 ? 1 : 0)))
			++*by_hand;
		edit_rates(l, i, &e, by_hand);
	}
	edits_write(&e, out);
	return e.n;
}
