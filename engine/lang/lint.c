/* SPDX-License-Identifier: MIT */
#include "lang/lint.h"

#include "lang/lint_parts.h"

#include <string.h>

/* --- all conditions --- */

void
lint_each_condition(const struct rulebase *rb, void (*see)(void *context, const struct condition *c), void *context)
{
	for (size_t i = 0; i < rb->npacks; i++)
		see(context, &rb->packs[i]->healthy);
	for (size_t i = 0; i < rb->nrequirements; i++)
		see(context, &rb->requirements[i]->check);
	for (size_t i = 0; i < rb->nissues; i++) {
		const struct issue *issue = rb->issues[i];

		for (size_t k = 0; k < issue->nsigns; k++)
			see(context, &issue->signs[k].when);
		see(context, &issue->ruled_out_by);
		see(context, &issue->requires);
		for (size_t k = 0; k < issue->nremedies; k++)
			see(context, &issue->remedies[k].when);
	}
	for (size_t i = 0; i < rb->nsteps; i++) {
		see(context, &rb->steps[i]->when);
		for (size_t k = 0; k < rb->steps[i]->ninstructions; k++)
			see(context, &rb->steps[i]->instructions[k].when);
	}
	for (size_t i = 0; i < rb->nchecks; i++)
		see(context, &rb->checks[i]->when);
}

struct linting {
	const struct rulebase *rb;
	struct diags *d;
};

static void
look_at_condition(void *context, const struct condition *c)
{
	const struct linting *l = context;

	lint_condition(l->rb, l->d, c);
}

/* --- vocabulary --- */

/* Facts of a fact file need no collector. */
static bool
is_collector(const char *const *collectors, const char *name)
{
	if (strcmp(name, "file") == 0)
		return true;
	for (; *collectors; collectors++)
		if (strcmp(*collectors, name) == 0)
			return true;
	return false;
}

static void
look_at_slot(struct diags *d, const struct slot *s, const char *const *collectors)
{
	struct diag *g;
	size_t n = 0;

	while (collectors[n])
		n++;
	for (const char *const *from = s->from; from && *from; from++) {
		if (is_collector(collectors, *from))
			continue;
		g = complain(d, UNKNOWN_COLLECTOR, s->at, "slot '%s' comes from '%s', which is no collector", s->name, *from);
		diag_suggest(d, g, *from, collectors, n);
	}
}

/* A `from` of a template was spread over its slots: one complaint for it. */
static void
look_at_templates(const struct rulebase *rb, struct diags *d, const char *const *collectors)
{
	for (size_t i = 0; i < rb->ntemplates; i++) {
		const struct template *t = rb->templates[i];

		for (int k = 0; k < t->nslots; k++)
			if (k == 0 || t->slots[k].from != t->slots[k - 1].from)
				look_at_slot(d, t->slots + k, collectors);
	}
}

/* --- rules --- */

static bool
acts_on(const struct rule *r, int alias)
{
	for (size_t i = 0; i < r->nactions; i++)
		if (r->actions[i].alias == alias)
			return true;
	return false;
}

/* An alias that nothing speaks of multiplies the matches for nothing. */
static void
look_at_rule(struct diags *d, const struct rule *r)
{
	struct diag *g;

	for (int i = 0; i < r->when.scope.njoin; i++) {
		const struct alias *a = r->when.scope.aliases + i;

		if (a->reads || acts_on(r, i))
			continue;
		g = complain(d, UNUSED_ENTRY, r->entry.at, "rule '%s' does not use its alias '%s'", r->entry.id, a->name);
		diag_hint(d, g, "it makes one match for every fact of '%s'", a->of->entry.id);
	}
}

/* --- issues --- */

static void
look_at_issue(struct diags *d, const struct issue *issue)
{
	struct diag *g;

	for (size_t i = 0; i < issue->nsigns; i++) {
		const struct sign *s = issue->signs + i;

		if (s->seen != s->otherwise)
			continue;
		g = complain(d, WEAK_SIGN, s->when.at, "this sign of '%s' is as frequent without the issue as with it", issue->entry.id);
		diag_hint(d, g, "it says nothing; `seen` and `otherwise` must differ");
	}
}

/* --- steps --- */

/* Marks a step and all that it brings with it. `seen` is by place in rb->steps. */
static void
reach(const struct step *s, bool *seen, const struct step **stack)
{
	size_t n = 0;

	if (!s || seen[s->order])
		return;
	seen[s->order] = true;
	stack[n++] = s;
	while (n) {
		const struct step *at = stack[--n];

		for (size_t i = 0; i < at->nafter + at->nthen + at->nneeds; i++) {
			const struct step *next = i < at->nafter ? at->after[i] : i < at->nafter + at->nthen ? at->then[i - at->nafter]
				: at->needs[i - at->nafter - at->nthen]->remedy;

			if (next && !seen[next->order]) {
				seen[next->order] = true;
				stack[n++] = next;
			}
		}
	}
}

static void
look_for_unused_steps(const struct rulebase *rb, struct diags *d, struct arena *a)
{
	bool *seen = arena_array(a, rb->nsteps + 1, sizeof *seen);
	const struct step **stack = arena_array(a, rb->nsteps + 1, sizeof *stack);

	for (size_t i = 0; i < rb->nissues; i++)
		for (size_t k = 0; k < rb->issues[i]->nremedies; k++)
			reach(rb->issues[i]->remedies[k].step, seen, stack);
	for (size_t i = 0; i < rb->nrequirements; i++)
		reach(rb->requirements[i]->remedy, seen, stack);
	for (size_t i = 0; i < rb->npacks; i++)
		reach(rb->packs[i]->escalate, seen, stack);
	for (size_t i = 0; i < rb->nsteps; i++)
		if (rb->steps[i]->protects_data)
			reach(rb->steps[i], seen, stack);
	for (size_t i = 0; i < rb->nsteps; i++)
		if (!seen[i])
			diag_hint(d, complain(d, UNUSED_STEP, rb->steps[i]->entry.at, "nothing leads to step '%s'", rb->steps[i]->entry.id),
				"make it a remedy of an issue or a requirement, or a step before or after one that is");
}

/* Steps before this one: `after`, and steps that have it in `then` are not looked for; a backup is named by who needs it. */
static bool
has_backup(const struct step *s, bool *seen, const struct step **stack, size_t nsteps)
{
	size_t n = 0;

	memset(seen, 0, nsteps * sizeof *seen);
	stack[n++] = s;
	while (n) {
		const struct step *at = stack[--n];

		if (at->protects_data)
			return true;
		for (size_t i = 0; i < at->nafter; i++)
			if (!seen[at->after[i]->order]) {
				seen[at->after[i]->order] = true;
				stack[n++] = at->after[i];
			}
	}
	return false;
}

static void
look_for_backups(const struct rulebase *rb, struct diags *d, struct arena *a)
{
	bool *seen = arena_array(a, rb->nsteps + 1, sizeof *seen);
	const struct step **stack = arena_array(a, rb->nsteps + 1, sizeof *stack);

	for (size_t i = 0; i < rb->nsteps; i++) {
		const struct step *s = rb->steps[i];

		if (s->loses == LOSES_DATA && !has_backup(s, seen, stack, rb->nsteps))
			diag_hint(d, complain(d, LOSS_WITHOUT_BACKUP, s->entry.at, "step '%s' loses data and no backup comes before it", s->entry.id),
				"put a step with `protects: data` into its `after`");
	}
}

/* What can be said only when every entry is as its author wrote it. */
static void
look_at_whole(const struct rulebase *rb, struct diags *d)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < rb->nrules; i++) {
		look_at_rule(d, rb->rules[i]);
		lint_join(d, rb->rules[i], a);
	}
	for (size_t i = 0; i < rb->nissues; i++)
		look_at_issue(d, rb->issues[i]);
	lint_reach(rb, d);
	look_for_unused_steps(rb, d, a);
	look_for_backups(rb, d, a);
	arena_free(a);
}

void
rulebase_lint(const struct rulebase *rb, struct diags *d, const char *const *collectors)
{
	struct linting l = { rb, d };
	bool sound = diags_errors(d) == 0;

	if (collectors)
		look_at_templates(rb, d, collectors);
	for (size_t i = 0; i < rb->nrules; i++)
		lint_condition(rb, d, &rb->rules[i]->when);
	for (size_t i = 0; i < rb->own->nregexes; i++)
		lint_regex(d, rb->own->regexes + i);
	lint_each_condition(rb, look_at_condition, &l);
	if (sound)
		look_at_whole(rb, d);
}
