/* SPDX-License-Identifier: MIT */
/* The sections requirements and issues. */
#include "lang/read.h"

#include <string.h>

static const struct link to_step = { NAME_STEP, 0 };

/* --- requirements --- */

/* A slot as template.slot. */
static void
read_shows(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	struct requirement *r = entry;
	const char *dot = want_scalar(l, n) ? strchr(n->text, '.') : NULL;
	const struct slot *slot = NULL;
	const struct template *t;
	struct node name = *n, slot_name = *n;

	(void)f;
	if (!dot) {
		if (n->kind == NODE_SCALAR)
			complain(l->d, BAD_VALUE, n->at, "'shows' names a slot: template.slot");
		return;
	}
	name.len = (uint32_t)(dot - n->text);
	name.text = own_name(l->rb, n->text, name.len);
	name.at = node_place(l->d, n, 0, name.len);
	slot_name.text = dot + 1;
	slot_name.len = n->len - name.len - 1;
	slot_name.at = node_place(l->d, n, name.len + 1, n->len);
	t = find_template(l, &name);
	slot = t ? find_slot(l, t, &slot_name) : NULL;
	if (slot) {
		r->shows_of = t;
		r->shows_slot = slot->index;
	}
}

static const struct field requirement_fields[] = {
	{ "id",		false,	read_id,	0,					NULL },
	{ "title",	true,	read_text,	FIELD(requirement, entry.title),	NULL },
	{ "for",	false,	read_id,	0,					NULL },
	{ "check",	true,	read_condition,	FIELD(requirement, check),		NULL },
	{ "remedy",	false,	read_link,	FIELD(requirement, remedy),		&to_step },
	{ "shows",	false,	read_shows,	0,					NULL },
	{ "note",	false,	read_text,	FIELD(requirement, entry.note),		NULL },
	{ "source",	false,	read_texts,	FIELD(requirement, entry.sources),	NULL },
	{ "sure",	false,	read_word,	FIELD(requirement, entry.sure),	sure_words },
};

const struct entry_kind requirement_kind = {
	.section = "requirements", .what = "a requirement", .names = NAME_REQUIREMENT, .size = sizeof (struct requirement),
	.fields = requirement_fields, .nfields = COUNT(requirement_fields), .per = FIELD(requirement, per),
	.list = FIELD(rulebase, requirements), .count = FIELD(rulebase, nrequirements),
};

/* --- issues --- */

enum { SEEN_BY_DEFAULT = 850000, OTHERWISE_BY_DEFAULT = 50000, REPORTED_BY_DEFAULT = 600000, WORKS_BY_DEFAULT = 600000 };

static const struct field sign_fields[] = {
	{ "when",	true,	read_condition,		FIELD(sign, when),	NULL },
	{ "seen",	false,	read_likelihood,	FIELD(sign, seen),	NULL },
	{ "otherwise",	false,	read_likelihood,	FIELD(sign, otherwise),	NULL },
	{ "says",	false,	read_text,		FIELD(sign, says),	NULL },
	{ "note",	false,	read_id,		0,			NULL },
	{ "source",	false,	read_id,		0,			NULL },
};

static void
read_sign(struct loader *l, const struct node *n, struct issue *i)
{
	struct sign *s = i->signs + i->nsigns;

	if (!want_map(l, n, "a sign"))
		return;
	i->nsigns++;
	*s = (struct sign){ .seen = SEEN_BY_DEFAULT, .otherwise = OTHERWISE_BY_DEFAULT };
	read_fields(l, n, "a sign", sign_fields, COUNT(sign_fields), s);
	if (!s->says)
		s->says = s->when.text ? s->when.text : "";
}

static void
read_signs(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	struct issue *i = entry;

	(void)f;
	if (n->kind != NODE_LIST) {
		complain(l->d, WRONG_KIND, n->at, "'signs' is a list");
		return;
	}
	if (!n->first)
		complain(l->d, NO_SIGN, n->key->at, "issue '%s' has no sign", i->entry.id);
	i->signs = arena_array(l->a, n->count, sizeof *i->signs);
	for (const struct node *v = n->first; v; v = v->next)
		read_sign(l, v, i);
}

static void
read_works(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	((struct remedy *)entry)->works_at = n->at;
	read_probability(l, n, entry, f);
}

static const struct field remedy_fields[] = {
	{ "step",	true,	read_link,		FIELD(remedy, step),	&to_step },
	{ "works",	false,	read_works,		FIELD(remedy, works),	NULL },
	{ "when",	false,	read_condition,		FIELD(remedy, when),	NULL },
	{ "note",	false,	read_id,		0,			NULL },
	{ "source",	false,	read_id,		0,			NULL },
};

static void
read_remedy(struct loader *l, const struct node *n, struct issue *i)
{
	struct remedy *r = i->remedies + i->nremedies;

	if (!want_map(l, n, "a remedy"))
		return;
	i->nremedies++;
	*r = (struct remedy){ .works = WORKS_BY_DEFAULT, .at = n->at };
	read_fields(l, n, "a remedy", remedy_fields, COUNT(remedy_fields), r);
}

static void
read_remedies(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	struct issue *i = entry;

	(void)f;
	if (n->kind != NODE_LIST) {
		complain(l->d, WRONG_KIND, n->at, "'remedies' is a list");
		return;
	}
	if (!n->first)
		complain(l->d, NO_REMEDY, n->key->at, "issue '%s' has no remedy", i->entry.id);
	i->remedies = arena_array(l->a, n->count, sizeof *i->remedies);
	for (const struct node *v = n->first; v; v = v->next)
		read_remedy(l, v, i);
}

static const struct word severities[] = {
	{ "info", ISSUE_INFO }, { "low", ISSUE_LOW }, { "medium", ISSUE_MEDIUM }, { "high", ISSUE_HIGH }, { "critical", ISSUE_CRITICAL }, { NULL, 0 }
};

static void
read_how_often(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	((struct issue *)entry)->frequency_at = n->at;
	read_frequency(l, n, entry, f);
}

static const struct field issue_fields[] = {
	{ "id",		false,	read_id,		0,				NULL },
	{ "title",	true,	read_text,		FIELD(issue, entry.title),	NULL },
	{ "for",	false,	read_id,		0,				NULL },
	{ "frequency",	true,	read_how_often,		FIELD(issue, frequency),	NULL },
	{ "signs",	true,	read_signs,		0,				NULL },
	{ "ruled-out-by", false, read_condition,	FIELD(issue, ruled_out_by),	NULL },
	{ "requires",	false,	read_condition,		FIELD(issue, requires),		NULL },
	{ "remedies",	true,	read_remedies,		0,				NULL },
	{ "severity",	false,	read_word,		FIELD(issue, severity),		severities },
	{ "explains",	false,	read_text,		FIELD(issue, explains),		NULL },
	{ "reported",	false,	read_probability,	FIELD(issue, reported),		NULL },
	{ "note",	false,	read_text,		FIELD(issue, entry.note),	NULL },
	{ "source",	false,	read_texts,		FIELD(issue, entry.sources),	NULL },
	{ "sure",	false,	read_word,		FIELD(issue, entry.sure),	sure_words },
};

static void
begin_issue(struct loader *l, void *entry, const struct node *n)
{
	struct issue *i = entry;

	(void)n;
	i->order = (int)(l->rb->nissues - 1);
	i->severity = ISSUE_MEDIUM;
	i->reported = REPORTED_BY_DEFAULT;
}

const struct entry_kind issue_kind = {
	.section = "issues", .what = "an issue", .names = NAME_ISSUE, .size = sizeof (struct issue),
	.fields = issue_fields, .nfields = COUNT(issue_fields), .per = FIELD(issue, per),
	.list = FIELD(rulebase, issues), .count = FIELD(rulebase, nissues), .begin = begin_issue,
};

/* One step twice among the remedies of an issue, both without a condition. */
void
check_remedies(struct loader *l)
{
	const struct rulebase *rb = l->rb;
	struct arena *a = arena_new();
	size_t *last = arena_array(a, rb->nsteps + 1, sizeof *last);	/* by step: the last issue that has it, + 1 */

	for (size_t i = 0; i < rb->nissues; i++)
		for (size_t k = 0; k < rb->issues[i]->nremedies; k++) {
			const struct remedy *r = rb->issues[i]->remedies + k;

			if (!r->step || r->when.expr)
				continue;
			if (last[r->step->order] == i + 1)
				complain(l->d, DUPLICATE_ID, r->at, "step '%s' is a remedy of '%s' twice", r->step->entry.id, rb->issues[i]->entry.id);
			last[r->step->order] = i + 1;
		}
	arena_free(a);
}
