/* SPDX-License-Identifier: MIT */
#include "plan/model.h"

#include <stdlib.h>

struct modeller {
	struct session *session;
	struct arena *arena;
	const struct model_input *in;
	struct model *model;
	size_t cap, first_cap;
	int *first;
	bool *several;		/* per template: there are several facts of it */
};

static bool
is_among(const struct step *const *steps, size_t n, const struct step *step)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i] == step)
			return true;
	return false;
}

static struct fact *
subject_for(const struct modeller *m, const struct step *step, struct fact *subject)
{
	return subject && step->on != ON_COMPUTER && m->several[subject->of->index] ? subject : NULL;
}

static int
find(const struct modeller *m, const struct step *step, const struct fact *subject)
{
	for (size_t i = 0; i < m->model->n; i++)
		if (m->model->candidates[i].step == step && m->model->candidates[i].subject == subject)
			return (int)i;
	return -1;
}

static int candidate_for(struct modeller *m, const struct step *step, struct fact *subject);

static struct candidate *
at(struct modeller *m, int i)
{
	return &m->model->candidates[i];
}

static void
add_edge(struct modeller *m, int **edges, size_t *n, size_t *cap, int to)
{
	for (size_t i = 0; i < *n; i++)
		if ((*edges)[i] == to)
			return;
	*edges = arena_grow(m->arena, *edges, *n, cap, sizeof **edges);
	(*edges)[(*n)++] = to;
}

static void
must_come_before(struct modeller *m, int first, int second)
{
	struct candidate *c = at(m, second);

	if (first != second)
		add_edge(m, &c->before, &c->nbefore, &c->before_cap, first);
}

static void
block(struct modeller *m, int i, const char *fmt, const char *what)
{
	struct arena *a = m->arena;

	if (!at(m, i)->obstacle)
		at(m, i)->obstacle = arena_printf(a, fmt, what);
}

/*
 * An unmet requirement of a step must be mended first, and can it not be mended, the step cannot
 * be done.
 */
static void
link_need(struct modeller *m, int i, const struct requirement *r)
{
	struct candidate *c = at(m, i);
	int remedy;

	if (session_ask(m->session, &r->check, c->subject, NULL) != FALSE)
		return;
	if (!r->remedy) {
		block(m, i, "it needs '%s', which is not so", r->entry.title);
		return;
	}
	remedy = candidate_for(m, r->remedy, c->subject);
	if (remedy == i)
		return;
	if (at(m, remedy)->tried || at(m, remedy)->obstacle)
		block(m, i, "it needs '%s', and what would bring that about cannot be done", r->entry.title);
	else
		must_come_before(m, remedy, i);
}

/*
 * The backup that a data-losing step needs: one that is done, else the cheapest that can be done.
 */
static void
link_protection(struct modeller *m, int i)
{
	const struct rulebase *rb = session_rules(m->session);
	int best = -1;

	for (size_t k = 0; k < rb->nsteps; k++) {
		int p;

		if (!rb->steps[k]->protects_data || rb->steps[k] == at(m, i)->step)
			continue;
		p = candidate_for(m, rb->steps[k], at(m, i)->subject);
		if (at(m, p)->tried)
			return;
		if (!at(m, p)->obstacle && (best < 0 || at(m, p)->step->takes_ms < at(m, best)->step->takes_ms))
			best = p;
	}
	if (best >= 0)
		must_come_before(m, best, i);
	else
		block(m, i, "it loses %s, and no backup can be made before it", "data");
}

static void
link_steps(struct modeller *m, int i)
{
	const struct step *step = at(m, i)->step;

	for (size_t k = 0; k < step->nneeds; k++)
		link_need(m, i, step->needs[k]);
	for (size_t k = 0; k < step->nafter; k++) {
		int first = candidate_for(m, step->after[k], at(m, i)->subject);

		if (!at(m, first)->obstacle)
			must_come_before(m, first, i);
	}
	for (size_t k = 0; k < step->nthen; k++) {
		int next = candidate_for(m, step->then[k], at(m, i)->subject);
		struct candidate *c = at(m, i);

		if (next != i && !at(m, next)->obstacle)
			add_edge(m, &c->then, &c->nthen, &c->then_cap, next);
	}
	if (step->loses == LOSES_DATA)
		link_protection(m, i);
}

static bool
is_forbidden(const struct modeller *m, const struct step *step)
{
	const struct profile_of_cost *p = m->in->profile;

	return p->without >> step->who & 1 || step->loses > p->most;
}

/*
 * The candidate for a step, made with all it is linked to when it is new. In a ring of steps the
 * one that is being made counts as one that can be done.
 */
static int
candidate_for(struct modeller *m, const struct step *step, struct fact *subject)
{
	struct fact *whose = subject_for(m, step, subject);
	int i = find(m, step, whose);

	if (i >= 0)
		return i;
	i = (int)m->model->n;
	m->model->candidates = arena_grow(m->arena, m->model->candidates, m->model->n, &m->cap,
			sizeof *m->model->candidates);
	m->model->candidates[m->model->n++] = (struct candidate){
		.step = step, .subject = whose, .tried = is_among(m->in->tried, m->in->ntried, step),
		.skipped = is_among(m->in->skipped, m->in->nskipped, step),
	};
	if (at(m, i)->skipped) {
		block(m, i, "%s", "it was skipped, or nobody knows what came of it");
	} else if (is_forbidden(m, step)) {
		at(m, i)->forbidden = true;
		block(m, i, "the profile '%s' does not allow it", m->in->profile->entry.title);
	} else if (session_ask(m->session, &step->when, whose, NULL) == FALSE)
		block(m, i, "it is not for this %s", step->on == ON_COMPUTER ? "computer" : "device");
	else
		link_steps(m, i);
	return i;
}

static void
add_fix(struct modeller *m, int i, int cause, ppm works)
{
	struct candidate *c = at(m, i);
	double w = (double)works / PPM_ONE;

	for (size_t k = 0; k < c->nfixes; k++)
		if (c->fixes[k].cause == cause) {
			if (w > c->fixes[k].works)
				c->fixes[k].works = w;
			return;
		}
	c->fixes = arena_grow(m->arena, c->fixes, c->nfixes, &c->fixes_cap, sizeof *c->fixes);
	c->fixes[c->nfixes++] = (struct fix){ cause, w };
}

static void
add_cause(struct modeller *m, const struct cause *c, int number, const struct step *service)
{
	for (size_t k = 0; k < c->issue->nremedies; k++) {
		const struct remedy *r = &c->issue->remedies[k];

		if (r->works <= 0 || r->step == service)
			continue;
		if (session_ask(m->session, &r->when, c->subject, NULL) == FALSE)
			continue;
		add_fix(m, candidate_for(m, r->step, c->subject), number, r->works);
	}
}

/*
 * Unmet requirements come first, in the order of the files, except what would lose data or is a
 * last resort.
 */
static void
add_need(struct modeller *m, const struct need *n)
{
	const struct step *step = n->requirement->remedy;
	int i;

	if (n->state != FALSE || !step)
		return;
	i = candidate_for(m, step, n->subject);
	if (at(m, i)->obstacle || at(m, i)->tried || step->loses == LOSES_DATA || step->last_resort)
		return;
	if (!at(m, i)->mends)
		at(m, i)->mends = n->requirement;
	m->first = arena_grow(m->arena, m->first, m->model->problem.nfirst, &m->first_cap, sizeof *m->first);
	m->first[m->model->problem.nfirst++] = i;
}

static int64_t
worth(const struct profile_of_cost *p, int64_t takes_ms, enum actor who)
{
	return takes_ms / 1000 * p->rates[who] + takes_ms % 1000 * p->rates[who] / 1000;
}

static void
add_setups(struct modeller *m)
{
	const struct rulebase *rb = session_rules(m->session);
	int64_t *setups = arena_array(m->arena, rb->nsetups, sizeof *setups);

	for (size_t i = 0; i < rb->nsetups; i++)
		setups[i] = worth(m->in->profile, rb->setups[i]->takes_ms, rb->setups[i]->who);
	m->model->problem.setups = setups;
	m->model->problem.nsetups = rb->nsetups;
}

static void
to_numbers(struct modeller *m)
{
	const struct profile_of_cost *p = m->in->profile;
	const struct rulebase *rb = session_rules(m->session);
	struct model *md = m->model;

	add_setups(m);
	md->tasks = arena_array(m->arena, md->n, sizeof *md->tasks);
	for (size_t i = 0; i < md->n; i++) {
		const struct candidate *c = &md->candidates[i];

		md->tasks[i] = (struct task){
			.cost = worth(p, c->step->takes_ms, c->step->who) + p->losses_ms[c->step->loses],
			.setup = c->step->setup ? c->step->setup->order + 1 : 0, .harm = (int)c->step->loses, .last = c->step->last_resort,
			.wanted = c->nfixes && !c->obstacle && !c->tried && (int)i != md->service,
			.done = step_was_done(m->in->tried, m->in->ntried, c->step),
			.fixes = c->fixes, .nfixes = c->nfixes,
			.before = c->before, .nbefore = c->nbefore, .then = c->then, .nthen = c->nthen,
		};
	}
	md->problem.tasks = md->tasks;
	md->problem.n = md->n;
	md->problem.first = m->first;
	md->problem.service = (md->service >= 0 ? md->tasks[md->service].cost : 0) + p->escalation_ms;
	md->problem.early = rb->escalate_early && md->service >= 0;
}

static const struct step *
escalation(const struct rulebase *rb)
{
	for (size_t i = 0; i < rb->npacks; i++)
		if (rb->packs[i]->escalate)
			return rb->packs[i]->escalate;
	return NULL;
}

static void
add_causes(struct modeller *m, const struct belief *b, const struct step *service)
{
	struct problem *p = &m->model->problem;
	double *weights = arena_array(m->arena, b->ncauses, sizeof *weights);

	m->model->causes = arena_array(m->arena, b->ncauses, sizeof *m->model->causes);
	p->weights = weights;
	for (size_t i = 0; i < b->ncauses; i++) {
		const struct cause *c = &b->causes[i];

		if (c->p < session_rules(m->session)->leave_out / MODEL_RARER || i >= MODEL_CAUSES_MAX) {
			p->other = p->several ? 1 - (1 - p->other) * (1 - cause_there(c)) : p->other + c->weight;
			continue;
		}
		weights[p->ncauses] = p->several ? cause_there(c) : c->weight;
		m->model->causes[p->ncauses] = c;
		add_cause(m, c, (int)p->ncauses, service);
		p->ncauses++;
	}
}

struct model *
model_make(struct session *s, const struct model_input *in, struct arena *a)
{
	const struct rulebase *rb = session_rules(s);
	const struct step *service = escalation(rb);
	struct modeller m = { .session = s, .arena = a, .in = in, .model = arena_alloc(a, sizeof *m.model) };

	m.several = arena_array(a, rb->ntemplates, sizeof *m.several);
	for (size_t i = 0; i < rb->ntemplates; i++) {
		struct fact *f = session_first(s, rb->templates[i]);

		m.several[rb->templates[i]->index] = f && session_next(s, f);
	}
	m.model->problem.several = rb->several_faults;
	m.model->problem.other = rb->several_faults ? (double)rb->something_else / PPM_ONE : in->belief->other_weight;
	if (in->causes)
		add_causes(&m, in->belief, service);
	for (size_t i = 0; i < in->nneeds; i++)
		add_need(&m, &in->needs[i]);
	m.model->service = service ? candidate_for(&m, service, NULL) : -1;
	if (m.model->service >= 0 && (at(&m, m.model->service)->obstacle || at(&m, m.model->service)->tried))
		m.model->service = -1;
	to_numbers(&m);
	return m.model;
}
