/* SPDX-License-Identifier: MIT */
#include "plan/question.h"

#include "plan/policy.h"

#include <stdlib.h>

/* A sign or an excluding condition of a cause whose result waits for the slot. */
struct reader {
	size_t cause;
	const struct condition *when;
	const struct sign *sign;	/* NULL: an excluding condition */
	enum truth excludes;		/* the truth that rules the cause out */
};

enum { ANSWERS_MAX = 12 };

/* A slot that a person could be asked about. */
struct asked {
	struct fact *fact;
	int slot;
	int64_t mass;			/* ppm of the causes that read it */
	struct reader *readers;
	size_t nreaders, cap;
	size_t nanswers;
	value answers[ANSWERS_MAX];
	double rates[ANSWERS_MAX];
	enum truth *truths;		/* of each reader, answer by answer */
	double cost;			/* of asking */
	double costs[ANSWERS_MAX], parts[ANSWERS_MAX];	/* expected cost after each answer, and how probable that is, up to a factor */
	double after;			/* expected cost once it is answered, the asking not counted */
};

struct finder {
	struct session *session;
	const struct belief *belief;
	struct arena *arena;
	const struct problem *problem;
	double other;
	double *weights;		/* room for those of all causes */
	struct asked *asked;
	size_t nasked, cap;
	bool share;			/* a condition reads several of the slots */
	double cost_now;
	int first;			/* the task that the plan begins with now */
	struct questions found;
	struct reader now;		/* whose reads are being listed */
};

static size_t
answers(struct session *s, const struct slot *slot, value *out)
{
	size_t n = 0;

	if (slot->type == TYPE_YES_NO) {
		out[0] = 1;
		out[1] = 0;
		return 2;
	}
	for (; slot->type == TYPE_SYMBOL && slot->of && slot->of[n]; n++) {
		if (n == ANSWERS_MAX)
			return 0;
		out[n] = sym_of(session_syms(s), slot->of[n]);
	}
	return n;
}

static struct asked *
asked_for(struct finder *f, struct fact *fact, int slot)
{
	for (size_t i = 0; i < f->nasked; i++)
		if (f->asked[i].fact == fact && f->asked[i].slot == slot)
			return &f->asked[i];
	f->asked = arena_grow(f->arena, f->asked, f->nasked, &f->cap, sizeof *f->asked);
	f->asked[f->nasked] = (struct asked){ .fact = fact, .slot = slot };
	return &f->asked[f->nasked++];
}

/* session_reads shows facts as read-only; the session itself has them to change. */
static struct fact *
own(struct session *s, const struct fact *fact)
{
	struct fact *f = session_first(s, fact->of);

	while (f && f != fact)
		f = session_next(s, f);
	return f;
}

static void
see(void *context, const struct template *of, const struct fact *fact, int slot, value v)
{
	struct finder *f = context;
	const struct reader *last;
	struct asked *a;

	if (!fact || v != UNKNOWN || !of->slots[slot].ask)
		return;
	a = asked_for(f, own(f->session, fact), slot);
	last = a->nreaders ? &a->readers[a->nreaders - 1] : NULL;
	if (last && last->cause == f->now.cause && last->when == f->now.when)
		return;
	if (!last || last->cause != f->now.cause)
		a->mass += f->belief->causes[f->now.cause].p;
	a->readers = arena_grow(f->arena, a->readers, a->nreaders, &a->cap, sizeof *a->readers);
	a->readers[a->nreaders++] = f->now;
}

static void
list_reads(struct finder *f, struct reader r)
{
	struct fact *subject = f->belief->causes[r.cause].subject;

	if (!r.when->expr || session_ask(f->session, r.when, subject, NULL) != MAYBE)
		return;
	f->now = r;
	session_reads(f->session, r.when, subject, see, f);
}

static void
list_asked(struct finder *f)
{
	for (size_t c = 0; c < f->belief->ncauses && c < QUESTION_CAUSES; c++) {
		const struct issue *i = f->belief->causes[c].issue;

		for (size_t k = 0; k < i->nsigns; k++)
			if (!sign_repeats(i, k))
				list_reads(f, (struct reader){ c, &i->signs[k].when, &i->signs[k], MAYBE });
		list_reads(f, (struct reader){ c, &i->ruled_out_by, NULL, TRUE });
		list_reads(f, (struct reader){ c, &i->requires, NULL, FALSE });
	}
}

/*
 * What the signs that read the slot say about an answer in general, without their issues: each
 * spreads `otherwise` over the answers that make it true.
 */
static void
find_rates(struct asked *a)
{
	for (size_t v = 0; v < a->nanswers; v++)
		a->rates[v] = 1e-6;
	for (size_t r = 0; r < a->nreaders; r++) {
		const struct sign *sign = a->readers[r].sign;
		const enum truth *t = &a->truths[r * a->nanswers];
		size_t yes = 0, no = 0;

		for (size_t v = 0; v < a->nanswers; v++) {
			yes += t[v] == TRUE;
			no += t[v] == FALSE;
		}
		if (!sign || !yes || !no)
			continue;
		for (size_t v = 0; v < a->nanswers; v++) {
			double otherwise = (double)sign->otherwise / PPM_ONE;

			if (t[v] == TRUE)
				a->rates[v] += otherwise / (double)yes;
			else if (t[v] == FALSE)
				a->rates[v] += (1 - otherwise) / (double)no;
		}
	}
}

static enum truth
ask_reader(const struct finder *f, const struct reader *r)
{
	return session_ask(f->session, r->when, f->belief->causes[r->cause].subject, NULL);
}

/* What the conditions would say, answer by answer. */
static void
suppose(struct finder *f, struct asked *a)
{
	value *slot = &a->fact->slots[a->slot], before = *slot;

	a->truths = arena_array(f->arena, a->nreaders * a->nanswers + 1, sizeof *a->truths);
	for (size_t v = 0; v < a->nanswers; v++) {
		*slot = a->answers[v];
		for (size_t r = 0; r < a->nreaders; r++)
			a->truths[r * a->nanswers + v] = ask_reader(f, &a->readers[r]);
	}
	*slot = before;
}

/* -- Weights after answers -- */

/* The first of the answered slots, other than `but`, that the reader reads; SIZE_MAX: none. */
static size_t
also_read(const struct finder *f, const size_t *answers, size_t but, const struct reader *r)
{
	for (size_t q = 0; q < f->nasked; q++)
		for (size_t k = 0; q != but && answers[q] && k < f->asked[q].nreaders; k++)
			if (f->asked[q].readers[k].cause == r->cause && f->asked[q].readers[k].when == r->when)
				return q;
	return SIZE_MAX;
}

/* What a condition that reads several slots says when all of them are answered. */
static enum truth
ask_jointly(const struct finder *f, const size_t *answers, const struct reader *r)
{
	value before[QUESTION_CANDIDATES];
	enum truth t;

	for (size_t q = 0; q < f->nasked; q++) {
		value *slot = &f->asked[q].fact->slots[f->asked[q].slot];

		before[q] = *slot;
		if (answers[q])
			*slot = f->asked[q].answers[answers[q] - 1];
	}
	t = ask_reader(f, r);
	for (size_t q = f->nasked; q-- > 0;)
		f->asked[q].fact->slots[f->asked[q].slot] = before[q];
	return t;
}

/*
 * The weights of the problem's causes and of what is left to something else once questions have been answered
 * (0: not asked, else the number of the answer). A policy_input.weigh.
 */
static void
weigh(void *context, const size_t *answers, double *weights, double *other)
{
	const struct finder *f = context;
	const struct belief *b = f->belief;
	double *all = f->weights;

	for (size_t c = 0; c < b->ncauses; c++)
		all[c] = b->causes[c].weight;
	for (size_t q = 0; q < f->nasked; q++)
		for (size_t r = 0; answers[q] && r < f->asked[q].nreaders; r++) {
			const struct reader *rd = &f->asked[q].readers[r];
			enum truth t = f->asked[q].truths[r * f->asked[q].nanswers + answers[q] - 1];
			size_t also = f->share ? also_read(f, answers, q, rd) : SIZE_MAX;

			if (also < q)
				continue;	/* counted there */
			if (also != SIZE_MAX)
				t = ask_jointly(f, answers, rd);
			if (rd->sign)
				all[rd->cause] *= sign_odds(rd->sign, t);
			else if (t == rd->excludes)
				all[rd->cause] = 0;
		}
	*other = f->other;
	for (size_t c = 0; c < b->ncauses; c++)
		if (c < f->problem->ncauses)
			weights[c] = all[c];
		else
			*other += all[c];
}

/* The best plan known after these answers, and the weight of all they leave. */
static double
plan_after(struct finder *f, const size_t *answers, double *weight, int *first)
{
	struct arena *a = arena_new();
	struct problem p = *f->problem;
	double *weights = arena_array(a, p.ncauses + 1, sizeof *weights);
	struct order o;

	weigh(f, answers, weights, &p.other);
	*weight = p.other;
	for (size_t c = 0; c < p.ncauses; c++)
		*weight += weights[c];
	p.weights = weights;
	p.quick = true;
	order_make(&p, a, &o);
	if (first)
		*first = o.n ? o.steps[0].task : -1;
	arena_free(a);
	return *weight > 0 ? o.cost : 0;
}

/* -- One question, or one and another -- */

static void
note_turning(struct finder *f, const struct asked *a, size_t answer, int task)
{
	if (f->found.nturnings < TURNINGS_MAX)
		f->found.turnings[f->found.nturnings++] = (struct turning){ a->fact->of, a->fact, a->slot, a->answers[answer], task };
}

/* Expected cost of the plan after the answer to question q. */
static double
after_one(struct finder *f, size_t q)
{
	struct asked *a = &f->asked[q];
	size_t answers[QUESTION_CANDIDATES] = { 0 };
	double sum = 0, total = 0;

	for (size_t v = 0; v < a->nanswers; v++) {
		double weight, cost;
		int first;

		answers[q] = v + 1;
		cost = plan_after(f, answers, &weight, &first);
		a->costs[v] = cost;
		a->parts[v] = a->rates[v] * weight;
		sum += a->parts[v] * cost;
		total += a->parts[v];
		if (weight > 0 && first != f->first)
			note_turning(f, a, v, first);
	}
	return total > 0 ? sum / total : 0;
}

/* The same for two questions of which each may be asked after an answer to the other, if that pays. */
static void
look_at_pair(struct finder *f, size_t q, size_t r)
{
	struct asked *a = &f->asked[q], *b = &f->asked[r];
	size_t answers[QUESTION_CANDIDATES] = { 0 };
	double cost[ANSWERS_MAX][ANSWERS_MAX], part[ANSWERS_MAX][ANSWERS_MAX];

	for (size_t v = 0; v < a->nanswers; v++)
		for (size_t w = 0; w < b->nanswers; w++) {
			answers[q] = v + 1;
			answers[r] = w + 1;
			cost[v][w] = plan_after(f, answers, &part[v][w], NULL);
			part[v][w] *= a->rates[v] * b->rates[w];
		}
	for (int turn = 0; turn < 2; turn++) {
		struct asked *one = turn ? b : a, *two = turn ? a : b;
		double sum = 0, total = 0;

		for (size_t v = 0; v < one->nanswers; v++) {
			double then = 0, then_total = 0, more;

			for (size_t w = 0; w < two->nanswers; w++) {
				double p = turn ? part[w][v] : part[v][w];

				then += p * (turn ? cost[w][v] : cost[v][w]);
				then_total += p;
			}
			more = then_total > 0 ? two->cost + then / then_total : one->costs[v];
			sum += one->parts[v] * (more < one->costs[v] ? more : one->costs[v]);
			total += one->parts[v];
		}
		if (total > 0 && sum / total < one->after)
			one->after = sum / total;
	}
}

static double
gain(const struct finder *f, const struct asked *a)
{
	return f->cost_now - a->after - a->cost;
}

static int
by_mass(const void *x, const void *y)
{
	const struct asked *a = x, *b = y;

	if (a->mass != b->mass)
		return a->mass > b->mass ? -1 : 1;
	if (a->fact->id != b->fact->id)
		return a->fact->id < b->fact->id ? -1 : 1;
	return (a->slot > b->slot) - (a->slot < b->slot);
}

/* Best gain first; equal ones stay as they are. */
static void
sort_by_gain(struct finder *f)
{
	for (size_t i = 1; i < f->nasked; i++)
		for (size_t k = i; k > 0 && gain(f, &f->asked[k]) > gain(f, &f->asked[k - 1]); k--) {
			struct asked swap = f->asked[k];

			f->asked[k] = f->asked[k - 1];
			f->asked[k - 1] = swap;
		}
}

static void
look_ahead(struct finder *f)
{
	size_t none[QUESTION_CANDIDATES] = { 0 };
	double weight;

	f->cost_now = plan_after(f, none, &weight, &f->first);
	for (size_t q = 0; q < f->nasked; q++)
		f->asked[q].after = after_one(f, q);
	sort_by_gain(f);
}

static void
look_ahead_twice(struct finder *f)
{
	enum { PAIRED = 4 };

	for (size_t q = 0; q < f->nasked && q < PAIRED; q++)
		for (size_t r = 0; r < q; r++)
			look_at_pair(f, q, r);
	sort_by_gain(f);
}

/* -- The best policy -- */

/* True when there was room for it; then `after` and the cost now are those of the best policy. */
static bool
solve_policy(struct finder *f, double *act)
{
	struct asking askings[QUESTION_CANDIDATES];
	struct policy_input in = {
		.problem = f->problem, .askings = askings, .n = f->nasked, .weigh = weigh, .context = f,
		/* where no single one pays, more hardly will */
		.room = gain(f, &f->asked[0]) > 0 ? POLICY_STATES_MAX : POLICY_STATES_FEW,
	};
	struct policy best;

	for (size_t q = 0; q < f->nasked; q++)
		askings[q] = (struct asking){ f->asked[q].cost, f->asked[q].nanswers, f->asked[q].rates };
	in.n = policy_fits(&in);
	if (!in.n || !policy_solve(&in, &best))
		return false;
	f->cost_now = best.never;
	*act = best.act;
	for (size_t q = 0; q < f->nasked; q++)
		f->asked[q].after = q < in.n ? best.ask[q] - f->asked[q].cost : f->cost_now;
	sort_by_gain(f);
	return true;
}

static void
prepare(struct finder *f)
{
	size_t n = 0;

	if (f->nasked)
		qsort(f->asked, f->nasked, sizeof *f->asked, by_mass);
	for (size_t i = 0; i < f->nasked && n < QUESTION_CANDIDATES; i++) {
		struct asked *a = &f->asked[n];

		*a = f->asked[i];
		a->nanswers = answers(f->session, &a->fact->of->slots[a->slot], a->answers);
		a->cost = (double)a->fact->of->slots[a->slot].ask_ms;
		n += a->nanswers > 1;
	}
	f->nasked = n;
	for (size_t q = 0; q < n; q++) {
		const size_t all[QUESTION_CANDIDATES] = { 1, 1, 1, 1, 1, 1, 1, 1 };

		suppose(f, &f->asked[q]);
		find_rates(&f->asked[q]);
		for (size_t r = 0; r < f->asked[q].nreaders; r++)
			f->share |= also_read(f, all, q, &f->asked[q].readers[r]) != SIZE_MAX;
	}
}

/* An asked question that spares less than this part of the cost is not worth the trouble. */
static const double hardly = 1e-9;

struct questions
questions_find(struct session *s, const struct belief *b, const struct problem *problem, struct arena *a)
{
	struct finder f = { .session = s, .belief = b, .arena = arena_new(), .problem = problem, .other = b->other_weight };
	struct questions *q = &f.found;
	double act;

	q->list = arena_array(a, QUESTIONS_MAX, sizeof *q->list);
	q->turnings = arena_array(a, TURNINGS_MAX, sizeof *q->turnings);
	f.weights = arena_array(f.arena, b->ncauses + 1, sizeof *f.weights);
	list_asked(&f);
	prepare(&f);
	if (f.nasked) {
		look_ahead(&f);
		act = f.cost_now;
		q->exact = solve_policy(&f, &act);
		if (!q->exact) {
			look_ahead_twice(&f);
			act = f.cost_now;
		}
		for (size_t i = 0; i < f.nasked && q->n < QUESTIONS_MAX && gain(&f, &f.asked[i]) > hardly * f.cost_now; i++) {
			struct asked *x = &f.asked[i];

			q->list[q->n++] = (struct question){
				x->fact->of, x->fact, x->slot, (int64_t)(f.cost_now - x->after),
				i == 0 && x->after + x->cost < act * (1 - hardly),
			};
		}
	}
	arena_free(f.arena);
	return *q;
}
