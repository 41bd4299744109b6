/* SPDX-License-Identifier: MIT */
#include "report/doc.h"

static const char *const kinds[] = { [KIND_ACTION] = "action", [KIND_PROTECT] = "protect", [KIND_SERVICE] = "service" };
static const char *const actors[] = { [BY_OWNER] = "owner", [BY_AGENT] = "agent", [BY_ADMINISTRATOR] = "administrator" };
static const char *const places[] = { [ON_DEVICE] = "device", [ON_COMPUTER] = "computer", [ON_BOTH] = "both" };
static const char *const losses[] = { [LOSES_NOTHING] = "nothing", [LOSES_SETTINGS] = "settings", [LOSES_DATA] = "data" };
static const char *const out_reasons[] = {
	[OUT_NOT_APPLICABLE] = "not_applicable", [OUT_TRIED] = "done", [OUT_TOO_RARE] = "too_rare",
	[OUT_ABSORBED] = "absorbed", [OUT_UNKNOWN_FACT] = "unknown_fact", [OUT_FORBIDDEN] = "forbidden", [OUT_SKIPPED] = "skipped",
	[OUT_DEAR] = "too_dear", [OUT_DOMINATED] = "dominated",
};

/* The number of the step that mends a requirement, 0: none. */
static size_t
step_for(const struct plan *p, const struct need *n)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].step == n->requirement->remedy
				&& (!p->steps[i].subject || p->steps[i].subject == n->subject))
			return i + 1;
	return 0;
}

/* The first question that would tell whether a requirement is met. */
struct asking {
	const char *ask;
};

static void
see_question(void *context, const struct template *of, const struct fact *f, int slot, value v)
{
	struct asking *a = context;

	(void)f;
	if (!a->ask && (v == UNKNOWN || v == ABSENT))
		a->ask = of->slots[slot].ask;
}

static const char *
question_of(struct doc *d, const struct need *n)
{
	struct asking a = {0};

	if (n->state == MAYBE && n->requirement->check.expr)
		session_reads(d->session, &n->requirement->check, n->subject, see_question, &a);
	return a.ask;
}

/* The value that a requirement shows, with its unit. */
static json_t *
shown(struct doc *d, const struct need *n)
{
	const struct requirement *r = n->requirement;
	const struct slot *slot = r->shows_of ? &r->shows_of->slots[r->shows_slot] : NULL;
	value v = slot ? session_value(d->session, r->shows_of, r->shows_slot, n->subject) : UNKNOWN;

	if (v == UNKNOWN || v == ABSENT)
		return json_null();
	name_value(&d->names, &d->text, slot, v);
	if (slot->unit) {
		buf_putc(&d->text, ' ');
		name_own(&d->text, slot->unit);
	}
	return doc_taken(d);
}

json_t *
doc_requirements(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->plan->nneeds; i++) {
		const struct need *n = &d->plan->needs[i];
		size_t step = n->state == FALSE ? step_for(d->plan, n) : 0;
		json_t *facts = json_array();

		doc_reads(d, facts, &n->requirement->check, n->subject, NULL);
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o}",
				"id", n->requirement->entry.id, "title", doc_own(d, n->requirement->entry.title),
				"subject", doc_subject(d, n->subject), "state", doc_truth(n->state),
				"value", shown(d, n), "ask", doc_own(d, question_of(d, n)),
				"step", step ? json_integer((json_int_t)step) : json_null(), "facts", facts));
	}
	return list;
}

static json_t *
evidence_of(struct doc *d, const struct cause *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->nevidence; i++) {
		const struct evidence *e = &c->evidence[i];
		json_t *facts = json_array();

		doc_reads(d, facts, &e->sign->when, c->subject, e->witness);
		json_array_append_new(list, json_pack("{s:o, s:b, s:i, s:o, s:o}", "says", doc_own(d, e->sign->says),
				"seen", e->truth == TRUE, "effect_millibits", (int)e->millibits, "facts", facts,
				"rule", doc_place(d, &c->issue->entry, e->sign->when.at)));
	}
	return list;
}

json_t *
doc_causes(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; d->status != STATUS_OK && i < d->belief->ncauses; i++) {
		const struct cause *c = &d->belief->causes[i];

		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:i, s:o, s:i, s:s, s:b, s:o, s:o, s:o}",
				"id", c->issue->entry.id, "title", doc_own(d, c->issue->entry.title),
				"subject", doc_subject(d, c->subject), "p_ppm", (int)c->p,
				"p_of_subject_ppm", c->subject ? json_integer(c->alone) : json_null(),
				"prior_ppm", (int)c->prior,
				"severity", doc_severity_name(c->issue->severity), "reported", cause_reported(c),
				"explains", doc_own(d, c->issue->explains), "evidence", evidence_of(d, c),
				"rule", doc_place(d, &c->issue->entry, c->issue->entry.at)));
	}
	return list;
}

json_t *
doc_ruled_out(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->belief->nout; i++) {
		const struct ruled_out *r = &d->belief->out[i];
		const struct condition *c = r->by_requires ? &r->issue->requires : &r->issue->ruled_out_by;
		json_t *facts = json_array();

		doc_reads(d, facts, c, r->subject, NULL);
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:s, s:o, s:o}", "id", r->issue->entry.id,
				"title", doc_own(d, r->issue->entry.title), "subject", doc_subject(d, r->subject),
				"by", r->by_requires ? "requires" : "ruled-out-by", "condition", doc_own(d, c->text),
				"facts", facts));
	}
	return list;
}

static json_t *
seconds_down(int64_t ms)
{
	return json_integer(ms / 1000);
}

/* A single answer with which the plan would begin with another step. */
static json_t *
turning_of(struct doc *d, const struct plan_turning *t)
{
	const struct slot *slot = &t->answer->of->slots[t->answer->slot];
	json_t *answer;

	name_value(&d->names, &d->text, slot, t->answer->answer);
	answer = doc_taken(d);
	return json_pack("{s:o, s:o, s:o, s:o}", "fact", doc_fact(d, t->answer->subject, t->answer->slot),
			"ask", doc_own(d, slot->ask), "answer", answer,
			"step", t->step ? json_string(t->step->entry.id) : json_null());
}

json_t *
doc_plan(struct doc *d)
{
	const struct plan *p = d->plan;

	json_t *starts = json_array(), *turnings = json_array();

	if (d->status != STATUS_PROBLEM) {
		json_decref(starts);
		json_decref(turnings);
		return json_null();
	}
	for (size_t i = 0; i < p->nstarts; i++)
		json_array_append_new(starts, p->starts[i] ? json_string(p->starts[i]->entry.id) : json_null());
	for (size_t i = 0; i < p->nturnings; i++)
		json_array_append_new(turnings, turning_of(d, &p->turnings[i]));
	return json_pack("{s:s, s:o, s:o, s:o, s:i, s:b, s:o, s:b, s:o, s:o}", "method", p->method,
			"expected_cost_s", doc_seconds(p->expected_cost_ms),
			"lower_bound_s", seconds_down(p->lower_bound_ms),
			"expected_time_s", doc_seconds(p->expected_time_ms), "p_solved_ppm", (int)p->solved,
			"stable", p->nstarts == 0, "could_start_with", starts, "stops_early", (int)p->stops_early,
			"profile", p->profile ? json_string(p->profile->entry.id) : json_null(),
			"first_step_changes", turnings);
}

/* An instruction for this system and version; where these are unknown both ways are told. */
static void
add_instruction(struct doc *d, json_t *list, const struct instruction *in, const struct planned *p)
{
	enum truth t = session_ask(d->session, &in->when, p->subject, NULL);

	if (t != FALSE)
		name_say(&d->names, &d->text, &in->say, p->subject);
	if (t == MAYBE && in->otherwise.n)
		buf_puts(&d->text, " If that does not fit: ");
	if (t != TRUE && in->otherwise.n) {
		struct buf other = {0};

		name_say(&d->names, &other, &in->otherwise, p->subject);
		buf_puts(&d->text, buf_text(&other));
		buf_free(&other);
	}
	if (d->text.len)
		json_array_append_new(list, doc_taken(d));
}

static json_t *
instructions_of(struct doc *d, const struct planned *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->step->ninstructions; i++)
		add_instruction(d, list, &p->step->instructions[i], p);
	return list;
}

static json_t *
fixes_of(struct doc *d, const struct planned *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->nfixes; i++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:i}", "id", p->fixes[i]->issue->entry.id,
				"subject", doc_subject(d, p->fixes[i]->subject), "works_ppm", (int)p->works[i]));
	return list;
}

static json_t *
requires_of(const struct planned *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->nrequires; i++)
		json_array_append_new(list, json_integer((json_int_t)p->requires[i] + 1));
	return list;
}

static json_t *
needs_of(struct doc *d, const struct planned *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->step->nneeds; i++) {
		const struct requirement *r = p->step->needs[i];
		enum truth t = session_ask(d->session, &r->check, p->subject, NULL);

		json_array_append_new(list, json_pack("{s:s, s:o, s:s}", "id", r->entry.id,
				"title", doc_own(d, r->entry.title), "state", doc_truth(t)));
	}
	return list;
}

static json_t *
verify_of(struct doc *d, const struct step *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->nchecks; i++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:b}", "id", s->checks[i]->entry.id,
				"title", doc_own(d, s->checks[i]->entry.title), "ask", doc_own(d, s->checks[i]->ask),
				"by_facts", s->checks[i]->when.expr != NULL));
	return list;
}

static json_t *
risk_of(struct doc *d, const struct step *s)
{
	return json_pack("{s:s, s:o, s:o, s:b}", "data_loss", losses[s->loses], "warning", doc_own(d, s->warns),
			"undo", doc_own(d, s->undo), "needs_backup", s->loses == LOSES_DATA);
}

/* What the step is ranked by, and what it is ranked before. */
static json_t *
beats_of(struct doc *d, const struct planned *p)
{
	const struct planned *other = p->beats < 0 ? NULL : &d->plan->steps[p->beats];

	if (!other)
		return json_null();
	return json_pack("{s:i, s:s, s:o}", "step", p->beats + 1, "id", other->step->entry.id, "by_s", doc_seconds(p->beats_by_ms));
}

/* The part of what is left that it settles for a minute of its cost. */
static json_t *
ratio_of(const struct planned *p)
{
	int64_t ms = p->cost_ms > 0 ? p->cost_ms : 1;

	if (p->reached <= 0)
		return json_integer(0);
	return json_integer((json_int_t)((double)p->settles / p->reached * 60000 / (double)ms * PPM_ONE + 0.5));
}

static json_t *
setup_of(struct doc *d, const struct planned *p)
{
	if (!p->setup)
		return json_null();
	return json_pack("{s:s, s:o, s:o}", "id", p->setup->entry.id, "title", doc_own(d, p->setup->entry.title),
			"seconds", doc_seconds(p->setup->takes_ms));
}

static json_t *
step_of(struct doc *d, const struct planned *p, size_t number)
{
	const struct step *s = p->step;
	json_t *step = json_pack("{s:I, s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:o}", "n", (json_int_t)number,
			"id", s->entry.id, "title", doc_own(d, s->entry.title), "subject", doc_subject(d, p->subject),
			"kind", kinds[p->kind], "actor", actors[s->who], "place", places[s->on],
			"class", doc_own(d, s->class), "instructions", instructions_of(d, p));
	json_t *rest = json_pack("{s:o, s:{s:o, s:o, s:o}, s:i, s:i, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}",
			"verify", verify_of(d, s), "cost", "seconds", doc_seconds(s->takes_ms),
			"weighed_seconds", doc_seconds(p->cost_ms), "setup", setup_of(d, p),
			"p_settles_ppm", (int)p->settles, "p_reached_ppm", (int)p->reached,
			"ratio_ppm_per_min", ratio_of(p), "beats", beats_of(d, p),
			"fixes", fixes_of(d, p), "risk", risk_of(d, s), "last_resort", (int)p->last_resort,
			"requires", requires_of(p),
			"completes", p->completes < 0 ? json_null() : json_integer(p->completes + 1),
			"requirements", needs_of(d, p), "why", doc_own(d, p->why),
			"rule", doc_place(d, &s->entry, s->entry.at));

	json_object_update_new(step, rest);
	return step;
}

json_t *
doc_steps(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->plan->nsteps; i++)
		json_array_append_new(list, step_of(d, &d->plan->steps[i], i + 1));
	return list;
}

json_t *
doc_not_in_plan(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->plan->nout; i++) {
		const struct left_out *o = &d->plan->out[i];

		json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:o}", "id", o->step->entry.id,
				"title", doc_own(d, o->step->entry.title), "reason", out_reasons[o->reason],
				"detail", doc_own(d, o->detail)));
	}
	return list;
}

static json_t *
answers_to(const struct slot *slot)
{
	json_t *list = json_array();

	if (slot->type == TYPE_YES_NO) {
		json_array_append_new(list, json_string("yes"));
		json_array_append_new(list, json_string("no"));
	}
	for (const char *const *of = slot->of; of && *of; of++)
		json_array_append_new(list, json_string(*of));
	return list;
}

json_t *
doc_questions(struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->plan->nquestions; i++) {
		const struct question *q = &d->plan->questions[i];
		const struct slot *slot = &q->of->slots[q->slot];
		json_t *answer;

		name_answer(&d->names, &d->text, q->subject, q->slot);
		answer = doc_taken(d);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
				"fact", doc_fact(d, q->subject, q->slot),
				"subject", q->of->single ? json_null() : doc_subject(d, q->subject),
				"ask", doc_own(d, slot->ask), "answers", answers_to(slot), "answer_as", answer,
				"takes_s", doc_seconds(slot->ask_ms), "saves_s", doc_seconds(q->saves_ms),
				"ask_first", (int)q->first));
	}
	return list;
}
