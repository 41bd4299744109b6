/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include "plan/model.h"
#include "plan/order.h"
#include "plan/several.h"

#include <string.h>

/*
 * Steps that settle less than the packs' `leave-out` are left out, and less than half of one device's part
 * where there are so many that this is even less; but the first ones stay when few others do, and a last
 * resort that settles at least a tenth of it.
 */
enum { FEW = 3, SAMPLES = 24 };

/* What makes facts a reason for a plan: a cause this probable whose odds they doubled at least. */
enum { POINTED_PPM = 50000, POINTED_MILLIBITS = 1000 };

struct planner {
	struct session *session;
	const struct belief *belief;
	struct arena *arena;
	struct plan *plan;
	struct model *model;
	struct task *tasks;		/* the model's, without what was left out */
	struct problem problem;
	struct order order;
	struct figures figures;
	bool *hopeless, *dropped;	/* would settle too little anywhere; and where it stood */
	size_t out_cap;
};

static int64_t
rounded(double x)
{
	return (int64_t)(x + 0.5);
}

static ppm
to_ppm(double x)
{
	return (ppm)(x * PPM_ONE + 0.5);
}

/* -- What is wrong -- */

static int64_t
net_effect(const struct cause *c)
{
	int64_t sum = 0;

	for (size_t i = 0; i < c->nevidence; i++)
		sum += c->evidence[i].millibits;
	return sum;
}

/* Some sign of it is there (not only others missing), and all in all the signs speak for it. */
static bool
speaks(const struct cause *c, int64_t least)
{
	bool seen = false;

	for (size_t i = 0; i < c->nevidence; i++)
		seen |= c->evidence[i].truth == TRUE && c->evidence[i].millibits > 0;
	return seen && net_effect(c) >= least;
}

bool
cause_reported(const struct cause *c)
{
	return c->alone >= c->issue->reported && speaks(c, 1);
}

static bool
any_reported(const struct belief *b)
{
	for (size_t i = 0; i < b->ncauses; i++)
		if (cause_reported(&b->causes[i]))
			return true;
	return false;
}

static bool
any_pointed(const struct belief *b)
{
	for (size_t i = 0; i < b->ncauses; i++)
		if (b->causes[i].alone >= POINTED_PPM && speaks(&b->causes[i], POINTED_MILLIBITS))
			return true;
	return false;
}

/* All packs that say when nothing is wrong must say so; when none does, nobody can tell. */
static enum truth
packs_healthy(struct session *s)
{
	const struct rulebase *rb = session_rules(s);
	enum truth all = TRUE;
	bool said = false;

	for (size_t i = 0; i < rb->npacks; i++) {
		const struct condition *c = &rb->packs[i]->healthy;
		enum truth t = c->expr ? session_ask(s, c, NULL, NULL) : TRUE;

		said |= c->expr != NULL;
		all = t < all ? t : all;
	}
	return said ? all : MAYBE;
}

static bool
any_unmet(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nneeds; i++)
		if (plan->needs[i].state == FALSE)
			return true;
	return false;
}

/* -- Order -- */

/* What a placed step settles together with the steps that complete it. */
static double
with_completion(const struct order *o, size_t i)
{
	double sum = o->steps[i].settles;

	for (size_t k = i + 1; k < o->n && o->steps[k].completes >= (int)i; k++)
		sum += o->steps[k].settles;
	return sum;
}

/* A step that was chosen for what it settles, not one that another brought along. */
static bool
is_aim(const struct planner *p, size_t i)
{
	return p->order.steps[i].completes < 0 && p->tasks[p->order.steps[i].task].wanted;
}

static double
rare_for(const struct planner *p)
{
	double rare = (double)session_rules(p->session)->leave_out / PPM_ONE;
	double half = p->belief->npatients ? 0.5 / (double)p->belief->npatients : 1;

	return half < rare ? half : rare;
}

/* Takes out what hardly helps. True: something was taken out. */
static bool
drop_rare(struct planner *p)
{
	double rare = rare_for(p), hardly = (double)session_rules(p->session)->leave_out / PPM_ONE / 10;
	size_t kept = 0;
	bool any = false;

	for (size_t i = 0; i < p->order.n; i++)
		kept += is_aim(p, i) && with_completion(&p->order, i) >= rare;
	for (size_t i = 0; i < p->order.n; i++) {
		struct task *t = &p->tasks[p->order.steps[i].task];
		double settles = with_completion(&p->order, i);

		if (!is_aim(p, i) || settles >= rare || (t->last && settles >= hardly))
			continue;
		if (settles > 0 && kept < FEW) {
			kept++;
			continue;
		}
		t->wanted = false;
		p->dropped[p->order.steps[i].task] = true;
		any = true;
	}
	return any;
}

/* Notes what is not even put in order. */
static void
drop_hopeless(struct planner *p)
{
	bool *hopeful = arena_array(p->arena, p->model->n + 1, sizeof *hopeful);

	order_hopeful(&p->problem, hopeful);
	for (size_t i = 0; i < p->model->n; i++) {
		p->hopeless[i] = p->tasks[i].wanted && !hopeful[i];
		p->tasks[i].wanted = hopeful[i];
	}
}

static void
put_in_order(struct planner *p)
{
	p->problem = p->model->problem;
	p->tasks = arena_array(p->arena, p->model->n, sizeof *p->tasks);
	p->dropped = arena_array(p->arena, p->model->n, sizeof *p->dropped);
	p->hopeless = arena_array(p->arena, p->model->n, sizeof *p->hopeless);
	if (p->model->n)
		memcpy(p->tasks, p->model->tasks, p->model->n * sizeof *p->tasks);
	p->problem.tasks = p->tasks;
	p->problem.rare = rare_for(p);
	drop_hopeless(p);
	p->problem.samples = SAMPLES;
	order_make(&p->problem, p->arena, &p->order);
	if (drop_rare(p))
		order_make(&p->problem, p->arena, &p->order);
}

/* -- Steps -- */

/* The last step before index `end` that is this candidate, -1: none. */
static int
placed_before(const struct order *o, int task, size_t end)
{
	for (size_t i = end; i-- > 0;)
		if (o->steps[i].task == task)
			return (int)i;
	return -1;
}

/* The first step from index `from` on that is this candidate, -1: none. */
static int
placed_after(const struct order *o, int task, size_t from)
{
	for (size_t i = from; i < o->n; i++)
		if (o->steps[i].task == task)
			return (int)i;
	return -1;
}

static void
link_requires(struct planner *p, size_t i)
{
	struct planned *step = &p->plan->steps[i];
	const struct task *t = &p->tasks[p->order.steps[i].task];

	step->requires = arena_array(p->arena, t->nbefore + 1, sizeof *step->requires);
	for (size_t k = 0; k < t->nbefore; k++) {
		int first = placed_before(&p->order, t->before[k], i);

		if (first >= 0)
			step->requires[step->nrequires++] = (size_t)first;
	}
	if (step->completes >= 0)
		step->requires[step->nrequires++] = (size_t)step->completes;
}

static void
link_fixes(struct planner *p, size_t i)
{
	struct planned *step = &p->plan->steps[i];
	const struct task *t = &p->tasks[p->order.steps[i].task];

	if (t->done || placed_before(&p->order, p->order.steps[i].task, i) >= 0)
		return;
	step->fixes = arena_array(p->arena, t->nfixes, sizeof *step->fixes);
	step->works = arena_array(p->arena, t->nfixes, sizeof *step->works);
	for (size_t k = 0; k < t->nfixes; k++) {
		step->works[step->nfixes] = to_ppm(t->fixes[k].works);
		step->fixes[step->nfixes++] = p->model->causes[t->fixes[k].cause];
	}
}

static void
fill_step(struct planner *p, size_t i)
{
	const struct placed *at = &p->order.steps[i];
	const struct candidate *c = &p->model->candidates[at->task];
	struct planned *step = &p->plan->steps[i];

	*step = (struct planned){
		.step = c->step, .subject = c->subject,
		.kind = c->step->protects_data ? KIND_PROTECT : KIND_ACTION,
		.settles = to_ppm(at->settles), .reached = to_ppm(p->figures.reached[i]),
		.cost_ms = at->cost,
		.last_resort = c->step->last_resort, .completes = at->completes,
		.setup = at->cost > p->tasks[at->task].cost ? c->step->setup : NULL,
		.beats = at->rival < 0 ? -1 : placed_after(&p->order, at->rival, i), .beats_by_ms = rounded(at->rival_costs),
	};
	link_requires(p, i);
	link_fixes(p, i);
}

static void
add_service(struct planner *p)
{
	const struct candidate *c;

	if (p->model->service < 0)
		return;
	c = &p->model->candidates[p->model->service];
	p->plan->steps[p->plan->nsteps++] = (struct planned){
		.step = c->step, .subject = c->subject, .kind = KIND_SERVICE, .reached = to_ppm(p->order.left),
		.cost_ms = p->model->problem.service, .completes = -1, .beats = -1,
		.why = p->order.stops ? "Going on would cost more than it is expected to save: somebody else takes over from here."
			: "Nothing before it helped: somebody else takes over from here.",
	};
}

/* The first later step that requires step i, -1: none. */
static int
needed_by(const struct plan *plan, size_t i)
{
	for (size_t k = i + 1; k < plan->nsteps; k++)
		for (size_t r = 0; r < plan->steps[k].nrequires; r++)
			if (plan->steps[k].requires[r] == i && plan->steps[k].completes != (int)i)
				return (int)k;
	return -1;
}

static bool
shares_cause(const struct planned *x, const struct planned *y)
{
	for (size_t a = 0; a < x->nfixes; a++)
		for (size_t b = 0; b < y->nfixes; b++)
			if (x->fixes[a] == y->fixes[b])
				return true;
	return false;
}

/* A less harmful step before it can settle one of its causes. */
static bool
gives_way(const struct plan *plan, size_t i)
{
	const struct planned *step = &plan->steps[i];

	for (size_t k = 0; k < i; k++)
		if (plan->steps[k].step->loses < step->step->loses && shares_cause(&plan->steps[k], step))
			return true;
	return false;
}

static const char *
why(const struct planner *p, size_t i)
{
	static const char *const losses[] = { "nothing", "settings", "data" };
	const struct planned *step = &p->plan->steps[i];
	const struct candidate *c = &p->model->candidates[p->order.steps[i].task];
	int next = needed_by(p->plan, i);
	const struct placed *at = &p->order.steps[i];
	int part = at->reached > 0 ? (int)(at->settles * 100 / at->reached) : 0;

	if (step->completes >= 0)
		return arena_printf(p->arena, "It completes step %d.", step->completes + 1);
	if (c->mends)
		return arena_printf(p->arena, "A requirement is not met: %s. That comes first.", c->mends->entry.title);
	if (step->kind == KIND_PROTECT && next >= 0)
		return arena_printf(p->arena, "It keeps the data safe before step %d.", next + 1);
	if (next >= 0 && !p->tasks[p->order.steps[i].task].wanted)
		return arena_printf(p->arena, "Step %d needs it first.", next + 1);
	if (step->last_resort)
		return "It is the last resort: everything else that could help comes before it.";
	if (gives_way(p->plan, i))
		return arena_printf(p->arena, "It loses %s, so what loses less and could settle the same comes before it. "
				"It settles %d %% of what is left then.", losses[step->step->loses], part);
	return arena_printf(p->arena, "Any other step here would cost more in the end: it settles %d %% of what is left then.", part);
}

static void
add_steps(struct planner *p)
{
	struct plan *plan = p->plan;
	double time = 0, left = p->order.left;

	p->figures = several_figures(p->belief, p->model, &p->problem, &p->order, p->arena);
	plan->steps = arena_array(p->arena, p->order.n + 1, sizeof *plan->steps);
	for (plan->nsteps = 0; plan->nsteps < p->order.n; plan->nsteps++)
		fill_step(p, plan->nsteps);
	for (size_t i = 0; i < p->order.n; i++) {
		plan->steps[i].why = why(p, i);
		time += (double)(plan->steps[i].step->takes_ms + (plan->steps[i].setup ? plan->steps[i].setup->takes_ms : 0))
				* p->figures.reached[i];
	}
	add_service(p);
	plan->expected_cost_ms = rounded(p->figures.cost);
	plan->lower_bound_ms = (int64_t)p->figures.bound;
	plan->expected_time_ms = rounded(time);
	plan->solved = PPM_ONE - to_ppm(left);
	plan->stops_early = p->order.stops;
	plan->starts = arena_array(p->arena, p->order.nstarts + 1, sizeof *plan->starts);
	for (size_t i = 0; i < p->order.nstarts; i++)
		plan->starts[plan->nstarts++] = p->order.starts[i] < 0 ? NULL : p->model->candidates[p->order.starts[i]].step;
	plan->method = p->order.method == METHOD_EXACT ? "exact" : "local-search";
}

/* -- What is not in the plan -- */

static bool
mentioned(const struct plan *plan, const struct step *step)
{
	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].step == step)
			return true;
	for (size_t i = 0; i < plan->nout; i++)
		if (plan->out[i].step == step)
			return true;
	return false;
}

static void
leave_out(struct planner *p, size_t i, enum out_reason reason, const char *detail)
{
	struct plan *plan = p->plan;

	plan->out = arena_grow(p->arena, plan->out, plan->nout, &p->out_cap, sizeof *plan->out);
	plan->out[plan->nout++] = (struct left_out){ p->model->candidates[i].step, reason, detail };
}

/* How often the task settles the cause. */
static double
works_against(const struct task *t, int cause)
{
	for (size_t k = 0; k < t->nfixes; k++)
		if (t->fixes[k].cause == cause)
			return t->fixes[k].works;
	return 0;
}

/* The placed step that settles all that the task could, no worse, and costs no more; -1: none. */
static int
dominator(const struct planner *p, const struct task *t)
{
	for (size_t i = 0; i < p->order.n; i++) {
		const struct task *by = &p->tasks[p->order.steps[i].task];
		size_t k = 0;

		while (k < t->nfixes && works_against(by, t->fixes[k].cause) >= t->fixes[k].works)
			k++;
		if (k == t->nfixes && by->cost <= t->cost)
			return (int)i;
	}
	return -1;
}

static void
leave_out_useless(struct planner *p, size_t i)
{
	int by = dominator(p, &p->tasks[i]);

	if (by >= 0)
		leave_out(p, i, OUT_DOMINATED, arena_printf(p->arena, "step %d settles all it could settle, no worse, and costs no more", by + 1));
	else
		leave_out(p, i, OUT_ABSORBED, "what it could settle is settled by the steps of the plan");
}

static void
add_out(struct planner *p)
{
	for (size_t i = 0; i < p->model->n; i++) {
		const struct candidate *c = &p->model->candidates[i];

		if (mentioned(p->plan, c->step) || (!c->nfixes && !c->mends && !c->tried))
			continue;
		if (c->tried)
			leave_out(p, i, OUT_TRIED, "it was done and did not help");
		else if (c->skipped)
			leave_out(p, i, OUT_SKIPPED, c->obstacle);
		else if (c->forbidden)
			leave_out(p, i, OUT_FORBIDDEN, c->obstacle);
		else if (c->obstacle)
			leave_out(p, i, OUT_NOT_APPLICABLE, c->obstacle);
		else if (p->hopeless[i])
			leave_out(p, i, OUT_TOO_RARE, arena_printf(p->arena, "it would help in less than one case of %d",
					(int)(1 / rare_for(p) + 0.5)));
		else if (p->dropped[i])
			leave_out_useless(p, i);
		else if (p->tasks[i].wanted && p->order.stops)
			leave_out(p, i, OUT_DEAR, "handing over costs less than trying it");
		else if (p->tasks[i].wanted)
			leave_out_useless(p, i);
	}
}

/* -- Questions -- */

static void
add_questions(struct planner *p)
{
	struct problem problem = p->model->problem;
	struct questions q;

	problem.rare = rare_for(p);
	problem.several = false;
	q = questions_find(p->session, p->belief, &problem, p->arena);
	p->plan->questions = q.list;
	p->plan->nquestions = q.n;
	p->plan->turnings = arena_array(p->arena, q.nturnings + 1, sizeof *p->plan->turnings);
	for (size_t i = 0; i < q.nturnings; i++)
		p->plan->turnings[p->plan->nturnings++] = (struct plan_turning){ &q.turnings[i],
			q.turnings[i].task < 0 ? NULL : p->model->candidates[q.turnings[i].task].step };
}

static const struct profile_of_cost *
plan_profile(struct session *s, const struct plan_options *o)
{
	const struct rulebase *rb = session_rules(s);

	if (o->profile)
		return o->profile;
	for (size_t i = 0; i < rb->nprofiles; i++)
		if (rb->profiles[i]->is_default)
			return rb->profiles[i];
	return &plain_profile;
}

struct plan *
plan_make(struct session *s, const struct belief *b, struct arena *a, const struct plan_options *o)
{
	struct plan *plan = arena_alloc(a, sizeof *plan);
	struct planner p = { .session = s, .belief = b, .arena = a, .plan = plan };
	enum truth well = packs_healthy(s);
	const struct profile_of_cost *profile = plan_profile(s, o);
	bool reported = any_reported(b), unmet;

	plan->profile = profile == &plain_profile ? NULL : profile;
	plan->needs = needs_ask(s, a, &plan->nneeds);
	unmet = any_unmet(plan);
	plan->healthy = well == TRUE && !unmet && !reported;
	plan->blames = well == FALSE || reported || (well == MAYBE && any_pointed(b));
	plan->complete = plan->healthy || plan->blames || unmet;
	if (plan->healthy)
		return plan;
	p.model = model_make(s, &(struct model_input){
		.belief = b, .causes = plan->blames || !plan->complete, .tried = o->tried, .ntried = o->ntried,
		.skipped = o->skipped, .nskipped = o->nskipped, .profile = profile,
		.needs = plan->needs, .nneeds = plan->nneeds,
	}, a);
	put_in_order(&p);
	if (plan->complete) {
		add_steps(&p);
		add_out(&p);
	}
	if (plan->blames || !plan->complete)
		add_questions(&p);
	return plan;
}
