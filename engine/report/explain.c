/* SPDX-License-Identifier: MIT */
#include "report/explain.h"

#include "match/explain.h"
#include "report/doc.h"

#include <stdlib.h>
#include <string.h>

/* Facts and rules that one document explains. */
enum { FACTS_MAX = 200, RULES_MAX = 40, FIRINGS_MAX = 5 };

struct work {
	struct doc d;
	struct arena *a;
	json_t *facts, *rules, *entries;
	const struct plan *plan;	/* may be NULL */
	const struct fact **queue;	/* facts to explain, each once */
	size_t n, cap;
	bool more;			/* some were left out */
};

/* ---- what is asked for ---- */

/* "usb_device[1-2].mode", "finding:low", "#12": a template and perhaps a key or value, and a slot. */
struct target {
	const struct template *of;
	const char *key;	/* NULL: all facts of the template */
	int slot;		/* -1: all slots */
};

static bool
read_target(struct work *w, const char *what, struct target *t)
{
	size_t n = strcspn(what, ".:[");
	const char *name = arena_strndup(w->a, what, n), *rest = what + n, *end;

	*t = (struct target){ .of = rulebase_template(w->d.rb, name), .slot = -1 };
	if (!t->of)
		return false;
	if (*rest == ':') {
		t->key = rest + 1;
		return true;
	}
	if (*rest == '[') {
		end = strrchr(rest, ']');
		if (!end)
			return false;
		t->key = arena_strndup(w->a, rest + 1, (size_t)(end - rest - 1));
		rest = end + 1;
	}
	if (*rest == '\0')
		return true;
	t->slot = *rest == '.' ? template_slot(t->of, rest + 1) : -1;
	return t->slot >= 0;
}

/* The value as the document shows it, or as it is. */
static bool
is_value(struct work *w, const struct slot *slot, value v, const char *text)
{
	struct buf shown = {0}, plain = {0};
	bool same;

	if (v == UNKNOWN)
		return false;
	name_value(&w->d.names, &shown, slot, v);
	value_print(&plain, slot->type, v, session_syms(w->d.session));
	same = strcmp(buf_text(&shown), text) == 0 || strcmp(buf_text(&plain), text) == 0;
	buf_free(&shown);
	buf_free(&plain);
	return same;
}

/* By key; facts without one by their number in the document or by any value. */
static bool
is_meant(struct work *w, const struct fact *f, int number, const char *key)
{
	char *end;

	if (!key)
		return true;
	if (f->of->key >= 0)
		return is_value(w, &f->of->slots[f->of->key], f->slots[f->of->key], key);
	if (strtol(key, &end, 10) == number && *key && !*end)
		return true;
	for (int i = 0; i < f->of->nslots; i++)
		if (is_value(w, &f->of->slots[i], f->slots[i], key))
			return true;
	return false;
}

/* ---- facts, one after the other ---- */

static bool
is_derived(const struct fact *f)
{
	return f->why || f->by;
}

static void
enqueue(struct work *w, const struct fact *f)
{
	size_t i = 0;

	while (i < w->n && w->queue[i] != f)
		i++;
	if (i < w->n)
		return;
	if (w->n == FACTS_MAX) {
		w->more = true;
		return;
	}
	w->queue = arena_grow(w->a, w->queue, w->n, &w->cap, sizeof *w->queue);
	w->queue[w->n++] = f;
}

static const struct rule *
rule_behind(const struct fact *f, int slot)
{
	if (f->sources && f->sources[slot])
		return NULL;
	return f->why ? f->why->rule : f->by;
}

static json_t *
text_of(struct work *w, const struct expr *e)
{
	name_condition(&w->d.names, &w->d.text, e);
	return doc_taken(&w->d);
}

/* Why nobody knows: the reason that was given, and the question that would help. */
static void
add_reason(struct work *w, json_t *to, const struct fact *f, int slot)
{
	const struct factset *fs = session_factset(w->d.session);
	value key = f->of->key >= 0 ? f->slots[f->of->key] : UNKNOWN;
	const struct unknown *u = fs ? factset_why(fs, f->of, slot, key) : NULL;

	json_object_set_new(to, "reason", u ? doc_outside(&w->d, u->reason) : json_null());
	if (f->of->slots[slot].ask) {
		json_object_set_new(to, "ask", doc_own(&w->d, f->of->slots[slot].ask));
		name_answer(&w->d.names, &w->d.text, f, slot);
		json_object_set_new(to, "answer", doc_taken(&w->d));
	}
}

/* A slot with what it holds and who says so. */
static json_t *
slot_of(struct work *w, const struct fact *f, int slot, value v)
{
	const struct slot *s = &f->of->slots[slot];
	const struct rule *by = v == UNKNOWN ? NULL : rule_behind(f, slot);
	const char *source = f->sources && v != UNKNOWN ? f->sources[slot] : NULL;
	json_t *o = json_pack("{s:o, s:o}", "fact", doc_fact(&w->d, f, slot),
			"value", v == UNKNOWN ? json_null() : doc_value(&w->d, s, v));

	if (v == UNKNOWN) {
		add_reason(w, o, f, slot);
		return o;
	}
	if (s->unit)
		json_object_set_new(o, "unit", doc_own(&w->d, s->unit));
	if (source) {
		json_object_set_new(o, "source", doc_outside(&w->d, source));
		json_object_set_new(o, "time", doc_time(&w->d, f->times[slot]));
	}
	if (by)
		json_object_set_new(o, "by", json_string(by->entry.id));
	return o;
}

/* ---- verdicts ---- */

static const char *
truth_name(const struct verdict *v)
{
	static const char *const names[] = { [FALSE] = "false", [MAYBE] = "unknown", [TRUE] = "true" };

	return v->missing ? "missing" : names[v->truth];
}

static json_t *verdicts_of(struct work *w, const struct verdict *all, int n);

static void
add_quantifier(struct work *w, json_t *o, const struct verdict *v)
{
	json_object_set_new(o, "facts", json_pack("{s:I, s:I, s:I, s:I, s:b}", "all", (json_int_t)v->facts,
			"satisfy", (json_int_t)v->yes, "unknown", (json_int_t)v->maybe, "fail", (json_int_t)v->no,
			"surveyed", v->surveyed));
	if (v->fact) {
		json_object_set_new(o, "fact", doc_fact(&w->d, v->fact, -1));
		if (is_derived(v->fact))
			enqueue(w, v->fact);
	}
}

static json_t *
verdict_of(struct work *w, const struct verdict *v)
{
	json_t *o = json_pack("{s:o, s:s}", "text", text_of(w, v->is), "is", truth_name(v)), *reads = json_array();

	if (op_quantifies(v->is->op) && !v->missing)
		add_quantifier(w, o, v);
	for (int i = 0; i < v->nreadings; i++) {
		const struct reading *r = &v->readings[i];

		json_array_append_new(reads, slot_of(w, r->fact, r->slot, r->is));
		if (is_derived(r->fact))
			enqueue(w, r->fact);
	}
	json_object_set_new(o, "reads", reads);
	if (v->nparts)
		json_object_set_new(o, "parts", verdicts_of(w, v->parts, v->nparts));
	return o;
}

static json_t *
verdicts_of(struct work *w, const struct verdict *all, int n)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(list, verdict_of(w, &all[i]));
	return list;
}

/* ---- one fact ---- */

/* A firing, with the facts it rests on: those that rules made are explained in their turn. */
static json_t *
firing_of(struct work *w, const struct rule *r, const struct fact *const *facts, int n)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++) {
		json_array_append_new(list, doc_fact(&w->d, facts[i], -1));
		if (is_derived(facts[i]))
			enqueue(w, facts[i]);
	}
	return json_pack("{s:s, s:o, s:o}", "rule", r->entry.id, "place", doc_place(&w->d, &r->entry, r->entry.at), "facts", list);
}

/* The firing that added or last set a fact was in the past: what is gone since is not listed. */
static json_t *
past_firing(struct work *w, const struct fact *f)
{
	const struct fact *facts[REASONS_MOST];
	json_t *o = firing_of(w, f->by, facts, doc_past_reasons(f, facts));

	json_object_set_new(o, "conditions", json_array());
	return o;
}

static json_t *
living_firing(struct work *w, const struct justification *j)
{
	const struct fact *facts[REASONS_MOST];
	struct verdict *verdicts;
	json_t *o = firing_of(w, j->rule, facts, session_reasons(w->d.session, j, true, facts, NULL));
	int n = session_explain_for(w->d.session, &j->rule->when, j->facts, w->a, &verdicts);

	json_object_set_new(o, "conditions", n ? verdicts_of(w, verdicts, n) : json_array());
	return o;
}

static json_t *
firings_behind(struct work *w, const struct fact *f)
{
	json_t *list = json_array();

	for (const struct justification *j = f->why; j; j = j->next) {
		if (json_array_size(list) == FIRINGS_MAX) {
			w->more = true;
			break;
		}
		json_array_append_new(list, living_firing(w, j));
	}
	return list;
}

static void
explain_fact(struct work *w, const struct fact *f, int slot)
{
	json_t *slots = json_array(), *o = json_pack("{s:o, s:s, s:i, s:b}", "id", doc_fact(&w->d, f, -1),
			"template", f->of->entry.id, "number", (int)f->id, "stated", f->stated);

	for (int i = 0; i < f->of->nslots; i++)
		if (i == slot || (slot < 0 && f->slots[i] != UNKNOWN))
			json_array_append_new(slots, slot_of(w, f, i, f->slots[i]));
	json_object_set_new(o, "slots", slots);
	if (f->by && (f->stated || !f->why))
		json_object_set_new(o, "set_by", past_firing(w, f));
	json_object_set_new(o, "because", firings_behind(w, f));
	json_array_append_new(w->facts, o);
}

/* ---- one rule ---- */

static bool
concludes(const struct rule *r, const struct template *of)
{
	for (size_t i = 0; i < r->nactions; i++)
		if (r->actions[i].of == of)
			return true;
	return false;
}

static json_t *
rules_for(struct work *w, const struct template *of)
{
	json_t *list = json_array();

	for (size_t i = 0; i < w->d.rb->nrules; i++)
		if (concludes(w->d.rb->rules[i], of))
			json_array_append_new(list, json_string(w->d.rb->rules[i]->entry.id));
	return list;
}

static json_t *
aliases_of(struct work *w, const struct explanation *x)
{
	json_t *list = json_array();

	for (int i = 0; i < x->of->scope.njoin; i++) {
		const struct alias *a = &x->of->scope.aliases[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:b, s:o, s:o}", "alias", a->name,
				"template", a->of->entry.id, "facts", (json_int_t)x->aliases[i].facts,
				"passed", (json_int_t)x->aliases[i].passed, "surveyed", x->aliases[i].surveyed,
				"nearest", x->nearest[i] ? doc_fact(&w->d, x->nearest[i], -1) : json_null(),
				"concluded_by", rules_for(w, a->of)));
	}
	return list;
}

/* The conditions in their order: how the combinations fared, and what they are for the nearest. */
static json_t *
conditions_of(struct work *w, const struct explanation *x)
{
	json_t *list = json_array();

	for (int i = 0; i < x->nconjuncts; i++) {
		json_t *o = verdict_of(w, &x->verdicts[i]);

		json_object_set_new(o, "tried", json_integer(x->conjuncts[i].tried));
		json_object_set_new(o, "passed", json_integer(x->conjuncts[i].passed));
		json_object_set_new(o, "unknown", json_integer(x->conjuncts[i].unknown));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
conclusions_of(struct work *w, const struct rule *r)
{
	json_t *list = json_array();

	for (size_t t = 0; t < w->d.rb->ntemplates; t++) {
		const struct template *of = w->d.rb->templates[t];

		for (struct fact *f = concludes(r, of) ? session_first(w->d.session, of) : NULL; f;
				f = session_next(w->d.session, f)) {
			const struct justification *j = f->why;

			while (j && j->rule != r)
				j = j->next;
			if (j || f->by == r)
				json_array_append_new(list, doc_fact(&w->d, f, -1));
		}
	}
	return list;
}

/* Where an entry comes from and how sure it is. */
static void
add_origin(struct work *w, json_t *o, const struct entry *e)
{
	static const char *const names[] = {
		[SURE_VERIFIED] = "verified", [SURE_DOCUMENTED] = "documented", [SURE_REPORTED] = "reported", [SURE_ASSUMED] = "assumed",
	};
	json_t *list = json_array();

	for (size_t i = 0; e->sources && e->sources[i]; i++)
		json_array_append_new(list, doc_own(&w->d, e->sources[i]));
	json_object_set_new(o, "sources", list);
	json_object_set_new(o, "sure", names[e->sure] ? json_string(names[e->sure]) : json_null());
}

static void
explain_rule(struct work *w, const struct rule *r)
{
	struct explanation *x = session_explain(w->d.session, &r->when, w->a);
	json_t *o = json_pack("{s:s, s:o, s:o, s:i, s:I, s:o}", "id", r->entry.id, "place", doc_place(&w->d, &r->entry, r->entry.at),
			"note", doc_own(&w->d, r->entry.note), "salience", r->salience,
			"firings", (json_int_t)session_firings(w->d.session, r), "conclusions", conclusions_of(w, r));

	add_origin(w, o, &r->entry);
	json_array_append_new(w->rules, o);
	if (!x)
		return;
	json_object_set_new(o, "matches", json_integer(x->matches));
	json_object_set_new(o, "complete", json_boolean(!x->cut));
	json_object_set_new(o, "failed", x->failed < 0 ? json_null() : json_integer(x->failed + 1));
	json_object_set_new(o, "without", x->without < 0 ? json_null() : json_string(x->of->scope.aliases[x->without].name));
	json_object_set_new(o, "aliases", aliases_of(w, x));
	json_object_set_new(o, "conditions", conditions_of(w, x));
}

/* Could the rule make a fact of the template with this value (NULL: any)? */
static bool
could_make(struct work *w, const struct rule *r, const struct target *t)
{
	for (size_t i = 0; i < r->nactions; i++) {
		const struct action *a = &r->actions[i];

		if (a->of != t->of)
			continue;
		if (!t->key)
			return true;
		for (size_t k = 0; k < a->nsettings; k++)
			if (a->settings[k].to->op != OP_CONST
					|| is_value(w, &t->of->slots[a->settings[k].slot], a->settings[k].to->constant, t->key))
				return true;
	}
	return false;
}

/* ---- issues, requirements, steps, checks ---- */

static void
add_condition(struct work *w, json_t *list, const char *role, const char *says, const struct condition *c, struct fact *subject)
{
	static const char *const names[] = { [FALSE] = "false", [MAYBE] = "unknown", [TRUE] = "true" };
	struct fact **witness;
	struct verdict *verdicts;
	enum truth t;
	int n;

	if (!c->expr)
		return;
	witness = arena_array(w->a, (size_t)c->scope.njoin, sizeof *witness);
	t = session_ask(w->d.session, c, subject, witness);
	n = session_explain_for(w->d.session, c, witness, w->a, &verdicts);
	json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:o}", "role", role, "says", doc_own(&w->d, says),
			"is", names[t], "conditions", verdicts_of(w, verdicts, n)));
}

/* The list of conditions of a new entry. */
static json_t *
open_entry(struct work *w, const char *section, const struct entry *e, const struct fact *subject)
{
	json_t *list = json_array(), *o = json_pack("{s:s, s:s, s:o, s:o, s:o, s:[]}", "kind", section, "id", e->id,
			"title", doc_own(&w->d, e->title), "place", doc_place(&w->d, e, e->at),
			"subject", doc_subject(&w->d, subject), "plan");

	add_origin(w, o, e);
	json_object_set_new(o, "conditions", list);
	json_array_append_new(w->entries, o);
	return list;
}

static void
explain_issue(struct work *w, const void *entry, struct fact *subject)
{
	const struct issue *i = entry;
	json_t *list = open_entry(w, "issue", &i->entry, subject);

	for (size_t k = 0; k < i->nsigns; k++)
		add_condition(w, list, "sign", i->signs[k].says, &i->signs[k].when, subject);
	add_condition(w, list, "ruled-out-by", i->ruled_out_by.text, &i->ruled_out_by, subject);
	add_condition(w, list, "requires", i->requires.text, &i->requires, subject);
}

static void
explain_requirement(struct work *w, const void *entry, struct fact *subject)
{
	const struct requirement *r = entry;

	add_condition(w, open_entry(w, "requirement", &r->entry, subject), "check", r->check.text, &r->check, subject);
}

static void
explain_check(struct work *w, const void *entry, struct fact *subject)
{
	const struct check *c = entry;

	add_condition(w, open_entry(w, "check", &c->entry, subject), "when", c->when.text, &c->when, subject);
}

/* One more sentence about the place of a step in the plan. */
__attribute__((format(printf, 3, 4)))
static void
say(struct work *w, json_t *list, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	json_array_append_new(list, doc_own(&w->d, arena_vprintf(w->a, fmt, ap)));
	va_end(ap);
}

/* "80 s", "12 min": in whole minutes from two minutes on. */
static const char *
time_of(struct work *w, int64_t ms)
{
	int64_t s = (ms + 999) / 1000;

	return s < 120 ? arena_printf(w->a, "%d s", (int)s) : arena_printf(w->a, "%d min", (int)((s + 30) / 60));
}

static const char *
percent(struct work *w, ppm p)
{
	if (p && p < 10000)
		return arena_printf(w->a, "0.%d %%", (int)(p / 1000));
	return arena_printf(w->a, "%d %%", (int)((p + 5000) / 10000));
}

/* What the step does where it stands, and what it stands before. */
static void
say_place(struct work *w, json_t *list, size_t i)
{
	const struct plan *plan = w->plan;
	const struct planned *p = &plan->steps[i];
	double left = p->reached > 0 ? (double)p->settles / p->reached : 0;

	say(w, list, "It is step %d of %d. %s", (int)i + 1, (int)plan->nsteps, p->why);
	say(w, list, "It has to be done with %s, and solves the problem with %s.", percent(w, p->reached), percent(w, p->settles));
	for (size_t k = 0; k < p->nfixes; k++)
		say(w, list, "It settles '%s' (%s probable now) with %s.", p->fixes[k]->issue->entry.title,
				percent(w, p->fixes[k]->p), percent(w, p->works[k]));
	if (p->setup)
		say(w, list, "It is the first that needs the set-up '%s' (%s).", p->setup->entry.title, time_of(w, p->setup->takes_ms));
	say(w, list, "It counts as %s.", time_of(w, p->cost_ms));
	if (p->settles > 0 && p->cost_ms > 0)
		say(w, list, "For each minute it settles %s of what is left then.", percent(w, (ppm)(left * 60000 / (double)p->cost_ms * PPM_ONE)));
	if (p->beats >= 0)
		say(w, list, "Second best in its place were step %d, '%s': going on would cost %s more with it.", p->beats + 1,
				plan->steps[p->beats].step->entry.title, time_of(w, p->beats_by_ms));
}

/* What would make it the first step, or another than it. */
static void
say_changes(struct work *w, json_t *list, const struct step *s)
{
	const struct plan *plan = w->plan;
	bool first = plan->nsteps && plan->steps[0].step == s;

	for (size_t i = 0; i < plan->nstarts; i++)
		if (plan->starts[i] == s)
			say(w, list, "With frequencies and success rates a fifth off, it could come first.");
	if (first)
		say(w, list, plan->nstarts ? "With frequencies and success rates a fifth off, another step could come first."
				: "It stays the first with all frequencies and success rates up to a fifth off.");
	for (size_t i = 0; i < plan->nturnings; i++) {
		const struct turning *t = plan->turnings[i].answer;
		const struct slot *slot = &t->of->slots[t->slot];
		struct buf answer = {0};

		if (first || plan->turnings[i].step == s) {
			name_value(&w->d.names, &answer, slot, t->answer);
			say(w, list, "%s would come first if the answer to '%s' were %s.", plan->turnings[i].step == s ? "It"
					: plan->turnings[i].step ? arena_printf(w->a, "'%s'", plan->turnings[i].step->entry.title) : "Handing over",
					slot->ask, buf_text(&answer));
		}
		buf_free(&answer);
	}
}

static void
say_plan(struct work *w, json_t *list, const struct step *s)
{
	const struct plan *plan = w->plan;
	bool said = false;

	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].step == s) {
			say_place(w, list, i);
			said = true;
		}
	for (size_t i = 0; i < plan->nout; i++)
		if (plan->out[i].step == s) {
			say(w, list, "It is not in the plan: %s.", plan->out[i].detail);
			said = true;
		}
	if (!said)
		say(w, list, plan->healthy ? "There is no plan: nothing is wrong."
				: !plan->complete ? "There is no plan: too little is known."
				: "It is not in the plan: it is no remedy of anything that may be wrong.");
	say_changes(w, list, s);
}

static void
explain_step(struct work *w, const void *entry, struct fact *subject)
{
	const struct step *s = entry;
	json_t *list = open_entry(w, "step", &s->entry, subject);

	if (w->plan)
		say_plan(w, json_object_get(json_array_get(w->entries, json_array_size(w->entries) - 1), "plan"), s);
	add_condition(w, list, "when", s->when.text, &s->when, subject);
	for (size_t i = 0; i < s->nneeds; i++)
		add_condition(w, list, "needs", s->needs[i]->entry.title, &s->needs[i]->check, NULL);
}

/* Once for every fact that the entry stands for. */
static void
each_subject(struct work *w, const void *entry, const struct template *per,
		void (*tell)(struct work *w, const void *entry, struct fact *subject))
{
	struct fact *f = entry && per ? session_first(w->d.session, per) : NULL;

	if (!entry)
		return;
	do {
		tell(w, entry, f);
		f = f ? session_next(w->d.session, f) : NULL;
	} while (f);
}

static void
explain_entries(struct work *w, const char *id)
{
	const struct issue *issue = rulebase_issue(w->d.rb, id);
	const struct requirement *requirement = rulebase_requirement(w->d.rb, id);
	const struct check *check = rulebase_check(w->d.rb, id);

	each_subject(w, issue, issue ? issue->per : NULL, explain_issue);
	each_subject(w, requirement, requirement ? requirement->per : NULL, explain_requirement);
	each_subject(w, check, check ? check->per : NULL, explain_check);
	each_subject(w, rulebase_step(w->d.rb, id), NULL, explain_step);
}

/* ---- all of it ---- */

/* The facts that are meant; without one, the rules that could make it. */
static void
explain_target(struct work *w, const struct target *t)
{
	size_t rules = 0;
	int number = 0;

	for (struct fact *f = session_first(w->d.session, t->of); f; f = session_next(w->d.session, f))
		if (is_meant(w, f, ++number, t->key))
			enqueue(w, f);
	if (w->n)
		return;
	json_object_set_new(w->d.document, "absent", json_pack("{s:s, s:o, s:b}", "template", t->of->entry.id,
			"value", doc_outside(&w->d, t->key), "surveyed", session_surveyed(w->d.session, t->of)));
	for (size_t i = 0; i < w->d.rb->nrules; i++)
		if (could_make(w, w->d.rb->rules[i], t) && rules++ < RULES_MAX)
			explain_rule(w, w->d.rb->rules[i]);
	w->more |= rules > RULES_MAX;
}

/* Facts that others rest on come behind them. */
static void
explain_queue(struct work *w, size_t asked_for, int slot)
{
	for (size_t i = 0; i < w->n; i++)
		explain_fact(w, w->queue[i], i < asked_for ? slot : -1);
}

static void
open_document(struct work *w, const struct explain_input *in)
{
	w->d.document = json_pack("{s:s, s:o, s:b}", "schema", "diagnose-explain/1", "what", doc_outside(&w->d, in->what),
			"redacted", in->redact);
	w->rules = json_array();
	w->facts = json_array();
	w->entries = json_array();
}

static void
close_document(struct work *w)
{
	json_object_set_new(w->d.document, "rules", w->rules);
	json_object_set_new(w->d.document, "entries", w->entries);
	json_object_set_new(w->d.document, "facts", w->facts);
	json_object_set_new(w->d.document, "more", json_boolean(w->more));
}

/* Everything that is called so. False: nothing. */
static bool
explain_what(struct work *w, const char *what)
{
	const struct rule *rule = rulebase_rule(w->d.rb, what);
	struct target target = { .slot = -1 };
	size_t asked_for;

	if (read_target(w, what, &target))
		explain_target(w, &target);
	else
		target = (struct target){ .slot = -1 };
	asked_for = w->n;
	if (rule)
		explain_rule(w, rule);
	explain_entries(w, what);
	explain_queue(w, asked_for, target.slot);
	return target.of || rule || json_array_size(w->entries);
}

json_t *
explain_document(const struct explain_input *in)
{
	struct report_input names = { .session = in->session, .sources = in->sources, .redact = in->redact };
	struct work w = { .d = { .in = &names, .session = in->session, .rb = session_rules(in->session) }, .a = arena_new(),
		.plan = in->plan };
	bool found;

	names_open(&w.d.names, &names);
	open_document(&w, in);
	found = explain_what(&w, in->what);
	close_document(&w);
	names_close(&w.d.names);
	buf_free(&w.d.text);
	arena_free(w.a);
	if (found)
		return w.d.document;
	json_decref(w.d.document);
	return NULL;
}

const char **
explain_names(const struct rulebase *rb, struct arena *a, size_t *n)
{
	const char **names = arena_array(a, rb->nrules + rb->ntemplates + rb->nissues + rb->nrequirements + rb->nsteps
			+ rb->nchecks, sizeof *names);

	*n = 0;
	for (size_t i = 0; i < rb->nrules; i++)
		names[(*n)++] = rb->rules[i]->entry.id;
	for (size_t i = 0; i < rb->ntemplates; i++)
		names[(*n)++] = rb->templates[i]->entry.id;
	for (size_t i = 0; i < rb->nissues; i++)
		names[(*n)++] = rb->issues[i]->entry.id;
	for (size_t i = 0; i < rb->nrequirements; i++)
		names[(*n)++] = rb->requirements[i]->entry.id;
	for (size_t i = 0; i < rb->nsteps; i++)
		names[(*n)++] = rb->steps[i]->entry.id;
	for (size_t i = 0; i < rb->nchecks; i++)
		names[(*n)++] = rb->checks[i]->entry.id;
	return names;
}
