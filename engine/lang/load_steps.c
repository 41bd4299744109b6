/* SPDX-License-Identifier: MIT */
/* The sections steps and checks. */
#include "lang/read.h"

#include <string.h>

/* --- instructions --- */

static void
read_say_field(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	read_say(l, n, (struct say *)((char *)entry + f->offset));
}

static const struct field instruction_fields[] = {
	{ "when",	false,	read_condition,	FIELD(instruction, when),	NULL },
	{ "say",	true,	read_say_field,	FIELD(instruction, say),	NULL },
	{ "else",	false,	read_say_field,	FIELD(instruction, otherwise),	NULL },
};

static void
read_instruction(struct loader *l, const struct node *n, struct instruction *i)
{
	const struct node *otherwise = node_get(n, "else");

	if (n->kind == NODE_SCALAR) {
		read_say(l, n, &i->say);
		return;
	}
	if (n->kind == NODE_LIST || (n->count == 1 && !node_get(n, "say") && strchr(n->first->key->text, ' '))) {
		want_scalar(l, n);
		return;
	}
	read_fields(l, n, "an instruction", instruction_fields, COUNT(instruction_fields), i);
	if (otherwise && !node_get(n, "when"))
		complain(l->d, MISSING_KEY, otherwise->key->at, "'else' without 'when'");
}

static void
read_do(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	struct step *s = entry;
	const struct node *item;
	size_t count;

	(void)f;
	if (n->kind != NODE_LIST) {
		complain(l->d, WRONG_KIND, n->at, "'do' is a list of instructions");
		return;
	}
	if (!want_items(l, n, &item, &count))
		return;
	s->instructions = arena_array(l->a, count, sizeof *s->instructions);
	for (; item; item = item->next)
		read_instruction(l, item, s->instructions + s->ninstructions++);
}

/* --- steps --- */

static const struct word places[] = {
	{ "device", ON_DEVICE }, { "computer", ON_COMPUTER }, { "both", ON_BOTH }, { NULL, 0 }
};
static const struct word actors[] = {
	{ "owner", BY_OWNER }, { "agent", BY_AGENT }, { "administrator", BY_ADMINISTRATOR }, { NULL, 0 }
};
static const struct word losses[] = {
	{ "nothing", LOSES_NOTHING }, { "settings", LOSES_SETTINGS }, { "data", LOSES_DATA }, { NULL, 0 }
};

static const struct link to_needs = { NAME_REQUIREMENT, FIELD(step, nneeds) };
static const struct link to_after = { NAME_STEP, FIELD(step, nafter) };
static const struct link to_then = { NAME_STEP, FIELD(step, nthen) };
static const struct link to_checks = { NAME_CHECK, FIELD(step, nchecks) };
static const struct link to_setup = { NAME_SETUP, 0 };

static void
read_protects(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	struct step *s = entry;

	(void)f;
	if (!want_scalar(l, n))
		return;
	if (strcmp(n->text, "data") == 0)
		s->protects_data = true;
	else
		diag_hint(l->d, complain(l->d, UNKNOWN_WORD, n->at, "'%.*s' is no value of 'protects'", CLIP(n->len), n->text), "allowed: data");
}

static const struct field step_fields[] = {
	{ "id",		false,	read_id,	0,				NULL },
	{ "title",	true,	read_text,	FIELD(step, entry.title),	NULL },
	{ "class",	false,	read_symbol,	FIELD(step, class),		NULL },
	{ "on",		true,	read_word,	FIELD(step, on),		places },
	{ "who",	false,	read_word,	FIELD(step, who),		actors },
	{ "do",		true,	read_do,	0,				NULL },
	{ "takes",	true,	read_duration,	FIELD(step, takes_ms),		NULL },
	{ "setup",	false,	read_link,	FIELD(step, setup),		&to_setup },
	{ "loses",	false,	read_word,	FIELD(step, loses),		losses },
	{ "warns",	false,	read_text,	FIELD(step, warns),		NULL },
	{ "needs",	false,	read_links,	FIELD(step, needs),		&to_needs },
	{ "after",	false,	read_links,	FIELD(step, after),		&to_after },
	{ "then",	false,	read_links,	FIELD(step, then),		&to_then },
	{ "checks",	false,	read_links,	FIELD(step, checks),		&to_checks },
	{ "undo",	false,	read_text,	FIELD(step, undo),		NULL },
	{ "when",	false,	read_condition,	FIELD(step, when),		NULL },
	{ "protects",	false,	read_protects,	0,				NULL },
	{ "last-resort", false,	read_flag,	FIELD(step, last_resort),	NULL },
	{ "note",	false,	read_text,	FIELD(step, entry.note),	NULL },
	{ "source",	false,	read_texts,	FIELD(step, entry.sources),	NULL },
	{ "sure",	false,	read_word,	FIELD(step, entry.sure),	sure_words },
};

static void
begin_step(struct loader *l, void *entry, const struct node *n)
{
	struct step *s = entry;

	(void)n;
	s->order = (int)(l->rb->nsteps - 1);
}

static void
end_step(struct loader *l, void *entry, const struct node *n)
{
	struct step *s = entry;
	const struct node *loses = node_get(n, "loses");
	struct diag *g;

	if (s->loses == LOSES_NOTHING || node_get(n, "warns"))
		return;
	g = complain(l->d, LOSS_WITHOUT_WARNING, loses->at, "step '%s' loses %s and does not warn", s->entry.id,
		s->loses == LOSES_DATA ? "data" : "settings");
	diag_hint(l->d, g, "say in 'warns' what is lost");
}

const struct entry_kind step_kind = {
	.section = "steps", .what = "a step", .names = NAME_STEP, .size = sizeof (struct step),
	.fields = step_fields, .nfields = COUNT(step_fields),
	.list = FIELD(rulebase, steps), .count = FIELD(rulebase, nsteps), .begin = begin_step, .end = end_step,
};

/* --- setups --- */

static const struct field setup_fields[] = {
	{ "id",		false,	read_id,	0,				NULL },
	{ "title",	true,	read_text,	FIELD(setup, entry.title),	NULL },
	{ "takes",	true,	read_duration,	FIELD(setup, takes_ms),		NULL },
	{ "who",	false,	read_word,	FIELD(setup, who),		actors },
	{ "note",	false,	read_text,	FIELD(setup, entry.note),	NULL },
	{ "source",	false,	read_texts,	FIELD(setup, entry.sources),	NULL },
	{ "sure",	false,	read_word,	FIELD(setup, entry.sure),	sure_words },
};

static void
begin_setup(struct loader *l, void *entry, const struct node *n)
{
	struct setup *s = entry;

	(void)n;
	s->order = (int)(l->rb->nsetups - 1);
}

const struct entry_kind setup_kind = {
	.section = "setups", .what = "a set-up", .names = NAME_SETUP, .size = sizeof (struct setup),
	.fields = setup_fields, .nfields = COUNT(setup_fields),
	.list = FIELD(rulebase, setups), .count = FIELD(rulebase, nsetups), .begin = begin_setup,
};

/* --- profiles --- */

static void
read_without(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	struct profile_of_cost *p = entry;
	const struct node *item;
	size_t count;

	if (!want_items(l, n, &item, &count))
		return;
	for (; item; item = next_item(n, item)) {
		int actor = -1;

		read_word(l, item, &actor, &(struct field){ .key = f->key, .how = actors });
		p->without |= actor >= 0 ? 1 << actor : 0;
	}
}

/* A duration, or 0: worth nothing. */
static void
read_worth(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	if (n->kind == NODE_SCALAR && strcmp(n->text, "0") == 0)
		*(int64_t *)((char *)entry + f->offset) = 0;
	else
		read_duration(l, n, entry, f);
}

static const struct field profile_fields[] = {
	{ "id",		false,	read_id,	0,					NULL },
	{ "title",	true,	read_text,	FIELD(profile_of_cost, entry.title),	NULL },
	{ "default",	false,	read_flag,	FIELD(profile_of_cost, is_default),	NULL },
	{ "owner",	false,	read_thousandths, FIELD(profile_of_cost, rates[BY_OWNER]), NULL },
	{ "agent",	false,	read_thousandths, FIELD(profile_of_cost, rates[BY_AGENT]), NULL },
	{ "administrator", false, read_thousandths, FIELD(profile_of_cost, rates[BY_ADMINISTRATOR]), NULL },
	{ "settings",	false,	read_worth,	FIELD(profile_of_cost, losses_ms[LOSES_SETTINGS]), NULL },
	{ "data",	false,	read_worth,	FIELD(profile_of_cost, losses_ms[LOSES_DATA]), NULL },
	{ "escalation",	false,	read_worth,	FIELD(profile_of_cost, escalation_ms),	NULL },
	{ "without",	false,	read_without,	0,					NULL },
	{ "loses-at-most", false, read_word,	FIELD(profile_of_cost, most),		losses },
	{ "note",	false,	read_text,	FIELD(profile_of_cost, entry.note),	NULL },
	{ "source",	false,	read_texts,	FIELD(profile_of_cost, entry.sources),	NULL },
	{ "sure",	false,	read_word,	FIELD(profile_of_cost, entry.sure),	sure_words },
};

/* What holds without any profile, too. */
const struct profile_of_cost plain_profile = {
	.rates = { [BY_OWNER] = 1000, [BY_AGENT] = 1000, [BY_ADMINISTRATOR] = 1500 },
	.losses_ms = { [LOSES_SETTINGS] = 5 * 60000, [LOSES_DATA] = 60 * 60000 },
	.most = LOSES_DATA,
};

static void
begin_profile(struct loader *l, void *entry, const struct node *n)
{
	struct profile_of_cost *p = entry;
	struct entry e = p->entry;

	(void)l;
	(void)n;
	*p = plain_profile;
	p->entry = e;
}

static void
end_profile(struct loader *l, void *entry, const struct node *n)
{
	const struct profile_of_cost *p = entry;
	const struct node *is_default = node_get(n, "default");

	for (size_t i = 0; p->is_default && is_default && i < l->rb->nprofiles; i++) {
		const struct profile_of_cost *o = l->rb->profiles[i];

		if (o == p)
			return;
		if (o->is_default && o->entry.pack == p->entry.pack) {
			diag_hint(l->d, complain(l->d, DUPLICATE_KEY, is_default->key->at, "two profiles are the default"),
				"the other one is '%s'", o->entry.id);
			return;
		}
	}
}

const struct entry_kind profile_kind = {
	.section = "profiles", .what = "a profile", .names = NAME_PROFILE, .size = sizeof (struct profile_of_cost),
	.fields = profile_fields, .nfields = COUNT(profile_fields),
	.list = FIELD(rulebase, profiles), .count = FIELD(rulebase, nprofiles), .begin = begin_profile, .end = end_profile,
};

/* --- checks --- */

static const struct field check_fields[] = {
	{ "id",		false,	read_id,	0,				NULL },
	{ "title",	true,	read_text,	FIELD(check, entry.title),	NULL },
	{ "for",	false,	read_id,	0,				NULL },
	{ "when",	false,	read_condition,	FIELD(check, when),		NULL },
	{ "ask",	false,	read_text,	FIELD(check, ask),		NULL },
	{ "note",	false,	read_text,	FIELD(check, entry.note),	NULL },
	{ "source",	false,	read_texts,	FIELD(check, entry.sources),	NULL },
	{ "sure",	false,	read_word,	FIELD(check, entry.sure),	sure_words },
};

static void
end_check(struct loader *l, void *entry, const struct node *n)
{
	const struct check *c = entry;
	struct diag *g;

	if (node_get(n, "when") || node_get(n, "ask"))
		return;
	g = complain(l->d, MISSING_KEY, c->entry.at, "check '%s' needs the key 'when' or 'ask'", c->entry.id);
	diag_hint(l->d, g, "without one of them nobody can tell whether it holds");
}

const struct entry_kind check_kind = {
	.section = "checks", .what = "a check", .names = NAME_CHECK, .size = sizeof (struct check),
	.fields = check_fields, .nfields = COUNT(check_fields), .per = FIELD(check, per),
	.list = FIELD(rulebase, checks), .count = FIELD(rulebase, nchecks), .end = end_check,
};

/* --- the order of steps: `after`, `then` and the remedies of `needs` may not form a ring --- */

enum colour { WHITE, GREY, BLACK };

/* From each step to those that come before it: before[first[s] .. first[s + 1] - 1], by struct step.order. */
struct order {
	struct loader *l;
	size_t *first;
	const struct step **before;
	/* the walk */
	unsigned char *colour;
	const struct step **stack;
	size_t *next, n;
};

/* Calls for every pair of a step and one that comes before it. Links that could not be resolved are NULL. */
static void
each_pair(const struct rulebase *rb, struct order *o, void (*see)(struct order *o, const struct step *s, const struct step *before))
{
	for (size_t i = 0; i < rb->nsteps; i++) {
		const struct step *s = rb->steps[i];

		for (size_t k = 0; k < s->nafter; k++)
			if (s->after[k])
				see(o, s, s->after[k]);
		for (size_t k = 0; k < s->nthen; k++)
			if (s->then[k])
				see(o, s->then[k], s);
		for (size_t k = 0; k < s->nneeds; k++)
			if (s->needs[k] && s->needs[k]->remedy)
				see(o, s, s->needs[k]->remedy);
	}
}

static void
count_pair(struct order *o, const struct step *s, const struct step *before)
{
	(void)before;
	o->first[s->order + 1]++;
}

static void
add_pair(struct order *o, const struct step *s, const struct step *before)
{
	o->before[o->next[s->order]++] = before;
}

static void
complain_ring(const struct order *o, const struct step *again)
{
	struct buf ring = {0};
	size_t from = o->n;

	while (from > 1 && o->stack[from - 1] != again)
		from--;
	for (size_t i = from - 1; i < o->n && i < from + 8; i++)
		buf_printf(&ring, "%s comes after ", o->stack[i]->entry.id);
	diag_hint(o->l->d, complain(o->l->d, CYCLE, again->entry.at, "step '%s' has to wait for itself", again->entry.id),
		"%s%s", buf_text(&ring), from == o->n ? "itself" : again->entry.id);
	buf_free(&ring);
}

/* A walk without recursion: a ring can be as long as the pack is large. */
static void
walk_from(struct order *o, const struct step *s)
{
	o->n = 0;
	o->stack[o->n++] = s;
	o->colour[s->order] = GREY;
	while (o->n) {
		const struct step *at = o->stack[o->n - 1], *before;

		if (o->next[at->order] == o->first[at->order + 1]) {
			o->colour[at->order] = BLACK;
			o->n--;
			continue;
		}
		before = o->before[o->next[at->order]++];
		if (o->colour[before->order] == GREY)
			complain_ring(o, before);
		if (o->colour[before->order] != WHITE)
			continue;
		o->colour[before->order] = GREY;
		o->stack[o->n++] = before;
	}
}

void
check_order_of_steps(struct loader *l)
{
	const struct rulebase *rb = l->rb;
	size_t n = rb->nsteps;
	struct arena *a = arena_new();
	struct order o = { .l = l };

	o.first = arena_array(a, n + 2, sizeof *o.first);
	o.next = arena_array(a, n + 1, sizeof *o.next);
	each_pair(rb, &o, count_pair);
	for (size_t i = 0; i < n; i++)
		o.first[i + 1] += o.first[i];
	memcpy(o.next, o.first, n * sizeof *o.next);
	o.before = arena_array(a, o.first[n] + 1, sizeof *o.before);
	each_pair(rb, &o, add_pair);
	memcpy(o.next, o.first, n * sizeof *o.next);
	o.colour = arena_array(a, n + 1, 1);
	o.stack = arena_array(a, n + 1, sizeof *o.stack);
	for (size_t i = 0; i < n; i++)
		if (o.colour[i] == WHITE)
			walk_from(&o, rb->steps[i]);
	arena_free(a);
}
