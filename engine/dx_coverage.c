/* SPDX-License-Identifier: MIT */
#include "dx_private.h"

#include <stdio.h>
#include <string.h>

/* Below this an issue is as good as ruled out (see `absent` in dx_cases.c), and what speaks for it proves nothing there. */
static const ppm in_play = PPM_ONE / 100;

/* One thing that cases can reach: an entry, a sign of an issue, or a slot that people are asked about. */
struct aim {
	const struct issue *issue;	/* the issue itself when sign is NULL, and what it must not explain */
	const struct sign *sign;
	const struct step *step;
	const struct template *of;
	const struct slot *slot;
	bool reached;
};

enum { ISSUES, LOOKALIKES, SIGNS, STEPS, QUESTIONS, NKINDS };

static const struct {
	const char *name, *missed;
} kinds[] = {
	[ISSUES] = { "issues", "never the most probable issue" },
	[LOOKALIKES] = { "look-alikes", "no case says what it must not explain" },
	[SIGNS] = { "signs", "never seen where its issue counts" },
	[STEPS] = { "steps", "in no plan" },
	[QUESTIONS] = { "questions", "neither asked nor answered" },
};

struct coverage {
	const struct rulebase *base;
	struct aim *aims[NKINDS];
	size_t n[NKINDS], cap[NKINDS];
};

static void
add_aim(struct coverage *c, struct arena *a, int kind, struct aim aim)
{
	c->aims[kind] = arena_grow(a, c->aims[kind], c->n[kind], &c->cap[kind], sizeof aim);
	c->aims[kind][c->n[kind]++] = aim;
}

struct coverage *
coverage_new(const struct rulebase *rb, struct arena *a)
{
	struct coverage *c = arena_alloc(a, sizeof *c);

	*c = (struct coverage){ .base = rb };
	for (size_t i = 0; i < rb->nissues; i++) {
		const struct issue *issue = rb->issues[i];

		add_aim(c, a, ISSUES, (struct aim){ .issue = issue });
		add_aim(c, a, LOOKALIKES, (struct aim){ .issue = issue });
		for (size_t k = 0; k < issue->nsigns; k++)
			if (!sign_repeats(issue, k))
				add_aim(c, a, SIGNS, (struct aim){ .issue = issue, .sign = &issue->signs[k] });
	}
	for (size_t i = 0; i < rb->nsteps; i++)
		add_aim(c, a, STEPS, (struct aim){ .step = rb->steps[i] });
	for (size_t i = 0; i < rb->ntemplates; i++)
		for (int k = 0; k < rb->templates[i]->nslots; k++)
			if (rb->templates[i]->slots[k].ask)
				add_aim(c, a, QUESTIONS, (struct aim){ .of = rb->templates[i], .slot = &rb->templates[i]->slots[k] });
	return c;
}

/* What speaks against its issue makes it improbable: then it is enough that it is possible. */
static bool
sign_is_seen(const struct belief *b, const struct sign *sign)
{
	ppm least = sign->seen < sign->otherwise ? 0 : in_play;

	for (size_t i = 0; i < b->ncauses; i++)
		for (size_t k = 0; b->causes[i].p >= least && k < b->causes[i].nevidence; k++)
			if (b->causes[i].evidence[k].sign == sign && b->causes[i].evidence[k].truth == TRUE)
				return true;
	return false;
}

/* The case says that the issue is not the cause: an item of `not` or `absent` below `issues`. */
static bool
is_excluded(const struct testcase *test, const struct issue *issue)
{
	const struct node *issues = test->expect ? node_get(test->expect, "issues") : NULL;
	const char *const keys[] = { "not", "absent" };

	for (size_t i = 0; issues && i < sizeof keys / sizeof *keys; i++) {
		const struct node *list = node_get(issues, keys[i]);

		if (list && list->kind == NODE_SCALAR && strcmp(list->text, issue->entry.id) == 0)
			return true;
		for (const struct node *n = list ? list->first : NULL; n; n = n->next)
			if (n->kind == NODE_SCALAR && strcmp(n->text, issue->entry.id) == 0)
				return true;
	}
	return false;
}

static bool
step_is_planned(const struct plan *p, const struct step *step)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].step == step)
			return true;
	return false;
}

/* A question is of use when the plan asks it, and when its answer is known. */
static bool
is_asked(const struct dx_session *s, const struct template *of, const struct slot *slot)
{
	for (size_t i = 0; i < s->plan->nquestions; i++)
		if (s->plan->questions[i].of == of && s->plan->questions[i].slot == slot->index)
			return true;
	for (struct fact *f = session_first(s->session, of); f; f = session_next(s->session, f))
		if (f->slots[slot->index] != UNKNOWN)
			return true;
	return false;
}

void
coverage_note(struct coverage *c, const struct testcase *test, const struct dx_session *s)
{
	const struct belief *b = s->belief;

	for (size_t i = 0; i < c->n[ISSUES]; i++)
		c->aims[ISSUES][i].reached |= b->ncauses && b->causes[0].issue == c->aims[ISSUES][i].issue;
	for (size_t i = 0; i < c->n[LOOKALIKES]; i++)
		c->aims[LOOKALIKES][i].reached |= is_excluded(test, c->aims[LOOKALIKES][i].issue);
	for (size_t i = 0; i < c->n[SIGNS]; i++)
		c->aims[SIGNS][i].reached |= sign_is_seen(b, c->aims[SIGNS][i].sign);
	for (size_t i = 0; i < c->n[STEPS]; i++)
		c->aims[STEPS][i].reached |= step_is_planned(s->plan, c->aims[STEPS][i].step);
	for (size_t i = 0; i < c->n[QUESTIONS]; i++)
		c->aims[QUESTIONS][i].reached |= is_asked(s, c->aims[QUESTIONS][i].of, c->aims[QUESTIONS][i].slot);
}

static void
print_aim(const struct aim *aim, const char *missed, const struct diags *d, FILE *out)
{
	struct place at = aim->sign ? aim->sign->when.at : aim->issue ? aim->issue->entry.at
		: aim->step ? aim->step->entry.at : aim->slot->at;

	fprintf(out, "  %s: ", missed);
	if (aim->issue)
		fprintf(out, "%s%s%s", aim->issue->entry.id, aim->sign ? ": " : "", aim->sign ? aim->sign->says : "");
	else if (aim->step)
		fprintf(out, "%s", aim->step->entry.id);
	else
		fprintf(out, "%s.%s", aim->of->entry.id, aim->slot->name);
	fprintf(out, " (%s:%u)\n", diags_source_name(d, at.file), (unsigned)at.line);
}

void
coverage_print(const struct coverage *c, const struct diags *d, FILE *out, size_t *reached, size_t *all)
{
	*reached = *all = 0;
	for (int kind = 0; kind < NKINDS; kind++) {
		size_t there = 0;

		for (size_t i = 0; i < c->n[kind]; i++)
			there += c->aims[kind][i].reached;
		fprintf(out, "%s: cases reach %zu of %zu\n", kinds[kind].name, there, c->n[kind]);
		for (size_t i = 0; i < c->n[kind]; i++)
			if (!c->aims[kind][i].reached)
				print_aim(&c->aims[kind][i], kinds[kind].missed, d, out);
		*reached += there;
		*all += c->n[kind];
	}
}
