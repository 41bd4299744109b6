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
	{ "id",		true,	read_id,	0,				NULL },
	{ "title",	true,	read_text,	FIELD(step, entry.title),	NULL },
	{ "class",	false,	read_symbol,	FIELD(step, class),		NULL },
	{ "on",		true,	read_word,	FIELD(step, on),		places },
	{ "who",	false,	read_word,	FIELD(step, who),		actors },
	{ "do",		true,	read_do,	0,				NULL },
	{ "takes",	true,	read_duration,	FIELD(step, takes_ms),		NULL },
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

/* --- checks --- */

static const struct field check_fields[] = {
	{ "id",		true,	read_id,	0,				NULL },
	{ "title",	true,	read_text,	FIELD(check, entry.title),	NULL },
	{ "for",	false,	read_id,	0,				NULL },
	{ "when",	false,	read_condition,	FIELD(check, when),		NULL },
	{ "ask",	false,	read_text,	FIELD(check, ask),		NULL },
	{ "note",	false,	read_text,	FIELD(check, entry.note),	NULL },
	{ "source",	false,	read_texts,	FIELD(check, entry.sources),	NULL },
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

/* A walk from step to step; `next` counts the ways out of it that were taken. */
struct visit {
	struct step *step;
	size_t next;
};

struct ring_search {
	struct loader *l;
	unsigned char *colour;		/* by step.order */
	struct visit *stack;
	size_t n;
};

/* The k-th step that must come before `s`; `then` is turned round: s is before it. All ways out lead to steps, NULL: none at this k. */
static bool
way_out(const struct step *s, size_t k, const struct step **to)
{
	if (k < s->nafter) {
		*to = s->after[k];
		return true;
	}
	k -= s->nafter;
	if (k < s->nneeds) {
		*to = s->needs[k] ? s->needs[k]->remedy : NULL;
		return true;
	}
	return false;
}

static void
complain_ring(struct ring_search *r, const struct step *again)
{
	struct buf ring = {0};
	size_t i = r->n;

	while (i > 0 && r->stack[i - 1].step != again)
		i--;
	for (size_t k = i ? i - 1 : 0; k < r->n && k < i + 8; k++)
		buf_printf(&ring, "%s <- ", r->stack[k].step->entry.id);
	complain(r->l->d, CYCLE, again->entry.at, "step '%s' has to wait for itself: %s%s", again->entry.id, buf_text(&ring), again->entry.id);
	buf_free(&ring);
}
