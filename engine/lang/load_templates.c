/* SPDX-License-Identifier: MIT */
/* The sections templates and facts. */
#include "lang/lex.h"
#include "lang/read.h"

#include <string.h>

static void read_type(struct loader *l, const struct node *n, void *entry, const struct field *f);
static void read_of(struct loader *l, const struct node *n, void *entry, const struct field *f);

/* What redaction knows how to hide (facts/redact.h). */
static const char *const privates[] = { "udid", "serial", "imei", "phone", "mac", "name", "user", "path", "host", NULL };
static const char *const givers[] = { "error", "message", NULL };

enum { DEFAULT_ASK_MS = 30000 };

/* One of a few names, kept as text. */
static void
read_choice(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const char *const *names = f->how;
	struct diag *g;
	size_t i;

	if (!want_scalar(l, n))
		return;
	for (i = 0; names[i]; i++)
		if (strcmp(names[i], n->text) == 0) {
			*(const char **)((char *)entry + f->offset) = names[i];
			return;
		}
	g = complain(l->d, UNKNOWN_WORD, n->at, "'%.*s' is no value of '%s'", CLIP(n->len), n->text, f->key);
	diag_suggest(l->d, g, n->text, names, i);
}

static const struct field slot_fields[] = {
	{ "type",	true,	read_type,	FIELD(slot, type),	NULL },
	{ "of",		false,	read_of,	FIELD(slot, of),	NULL },
	{ "unit",	false,	read_text,	FIELD(slot, unit),	NULL },
	{ "title",	false,	read_text,	FIELD(slot, title),	NULL },
	{ "private",	false,	read_choice,	FIELD(slot, hidden),	privates },
	{ "ask",	false,	read_text,	FIELD(slot, ask),	NULL },
	{ "costs",	false,	read_duration,	FIELD(slot, ask_ms),	NULL },
	{ "from",	false,	read_symbols,	FIELD(slot, from),	NULL },
	{ "given-by",	false,	read_choice,	FIELD(slot, given_by),	givers },
	{ "note",	false,	read_id,	0,			NULL },
};

static void
read_type(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const char *names[TYPE_COUNT];
	struct slot *slot = entry;
	struct diag *g;

	(void)f;
	if (!want_scalar(l, n) || type_of_name(n->text, &slot->type))
		return;
	for (int i = 0; i < TYPE_COUNT; i++)
		names[i] = type_name((enum type)i);
	g = complain(l->d, UNKNOWN_WORD, n->at, "no type '%.*s'", CLIP(n->len), n->text);
	diag_suggest(l->d, g, n->text, names, TYPE_COUNT);
}

static void
read_of(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	size_t errors = diags_errors(l->d);

	if (n->kind == NODE_LIST)
		read_symbols(l, n, entry, f);
	if (diags_errors(l->d) != errors)	/* what else it should list is not known: any symbol passes */
		((struct slot *)entry)->of = NULL;
	if (n->kind != NODE_LIST)
		complain(l->d, WRONG_KIND, n->at, "'of' is a list of symbols");
}

static void
check_slot(struct loader *l, struct slot *slot)
{
	struct diag *g;

	if (slot->of && slot->type != TYPE_SYMBOL && slot->type != TYPE_COUNT) {
		g = complain(l->d, BAD_TEMPLATE, slot->at, "slot '%s' has 'of' and is of type %s", slot->name, type_name(slot->type));
		diag_hint(l->d, g, "only symbols are listed");
	}
	if (slot->given_by && slot->type != (slot->given_by[0] == 'e' ? TYPE_CODE : TYPE_TEXT) && slot->type != TYPE_COUNT)
		complain(l->d, BAD_TEMPLATE, slot->at, "slot '%s' is given by --%s and must be of type %s", slot->name,
			slot->given_by, slot->given_by[0] == 'e' ? "code" : "text");
	if (!slot->ask_ms)
		slot->ask_ms = DEFAULT_ASK_MS;
}

/* A type that cannot be read leaves TYPE_COUNT, so that conditions on the slot say nothing more. */
static void
read_slot(struct loader *l, struct template *t, const struct node *n)
{
	struct slot *slot = t->slots + t->nslots;

	*slot = (struct slot){ .name = own_name(l->rb, n->key->text, n->key->len), .type = TYPE_COUNT, .at = n->key->at, .index = t->nslots };
	t->nslots++;
	if (!is_name(slot->name))	/* words of conditions may be slots: they follow a dot */
		complain(l->d, BAD_NAME, n->key->at, "a slot's name is letters, digits and _, not '%.*s'", CLIP(n->key->len), n->key->text);
	own_enter(l->rb, NAME_SLOT + (uint32_t)t->index, slot->name, slot);
	if (!want_map(l, n, "a slot"))
		return;
	read_fields(l, n, "a slot", slot_fields, COUNT(slot_fields), slot);
	check_slot(l, slot);
}

static void
read_slots(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	struct template *t = entry;

	(void)f;
	if (!want_map(l, n, "'slots'"))
		return;
	if (!n->first)
		complain(l->d, EMPTY_VALUE, n->at, "a template without slots");
	t->slots = arena_array(l->a, n->count, sizeof *t->slots);
	for (const struct node *v = n->first; v; v = v->next)
		read_slot(l, t, v);
}

/* The template's own keys; `from`, `key`, `kind`, `headline` and `tells` are about its slots and are looked at when all are read. */
static const struct field template_fields[] = {
	{ "title",	false,	read_text,	FIELD(template, entry.title),		NULL },
	{ "single",	false,	read_flag,	FIELD(template, single),		NULL },
	{ "surveyed",	false,	read_flag,	FIELD(template, surveyed),		NULL },
	{ "key",	false,	read_id,	0,					NULL },
	{ "from",	false,	read_id,	0,					NULL },
	{ "headline",	false,	read_id,	0,					NULL },
	{ "tells",	false,	read_id,	0,					NULL },
	{ "kind",	false,	read_id,	0,					NULL },
	{ "slots",	true,	read_slots,	0,					NULL },
	{ "note",	false,	read_text,	FIELD(template, entry.note),		NULL },
	{ "source",	false,	read_texts,	FIELD(template, entry.sources),		NULL },
	{ "sure",	false,	read_word,	FIELD(template, entry.sure),		sure_words },
};

static void
read_key(struct loader *l, struct template *t, const struct node *n)
{
	const struct slot *slot = want_scalar(l, n) ? find_slot(l, t, n) : NULL;

	if (!slot)
		return;
	t->key = slot->index;
	if (t->single)
		complain(l->d, BAD_TEMPLATE, n->key->at, "template '%s' is single and has a key", t->entry.id);
	if (slot->type == TYPE_YES_NO || slot->type == TYPE_NUMBER)
		complain(l->d, BAD_TEMPLATE, n->at, "a %s slot cannot be a key", type_name(slot->type));
}

static void
spread_from(struct loader *l, struct template *t, const struct node *n)
{
	static const struct field from = { .key = "from", .offset = FIELD(slot, from) };
	struct slot all = {0};

	read_symbols(l, n, &all, &from);
	for (int i = 0; i < t->nslots; i++)
		if (!t->slots[i].from)
			t->slots[i].from = all.from;
}

static void
declare_template(struct loader *l, const struct node *n)
{
	struct template *t = arena_alloc(l->a, sizeof *t);
	const struct node *key = node_get(n, "key"), *from = node_get(n, "from");
	struct template *before;

	t->entry = (struct entry){ .id = own_name(l->rb, n->key->text, n->key->len), .at = n->key->at, .pack = l->pack };
	t->index = (int)l->rb->ntemplates;
	t->key = -1;
	before = own_enter(l->rb, NAME_TEMPLATE, t->entry.id, t);
	if (before) {
		note_taken(l, "template", &t->entry, &before->entry);
		return;
	}
	l->rb->templates = arena_grow(l->a, l->rb->templates, l->rb->ntemplates, &l->caps[NAME_TEMPLATE], sizeof t);
	l->rb->templates[l->rb->ntemplates++] = t;
	check_name(l, n->key, "a template's name");
	if (!want_map(l, n, "a template"))
		return;
	read_fields(l, n, "a template", template_fields, COUNT(template_fields), t);
	if (key)
		read_key(l, t, key);
	if (from)
		spread_from(l, t, from);
}

void
declare_templates(struct loader *l, const struct node *n)
{
	if (!want_map(l, n, "'templates'"))
		return;
	if (!l->ahead) {
		complain(l->d, UNKNOWN_SECTION, n->key->at, "the name of this section must be written without escapes");
		return;
	}
	for (const struct node *v = n->first; v; v = v->next)
		declare_template(l, v);
}

/* What speaks of other templates waits until all are known. */
void
read_templates(struct loader *l, const struct node *n)
{
	for (const struct node *v = n->kind == NODE_MAP ? n->first : NULL; v; v = v->next) {
		struct template *t = own_find(l->rb, NAME_TEMPLATE, v->key->text, v->key->len);
		const struct node *headline = node_get(v, "headline"), *tells = node_get(v, "tells"), *kind = node_get(v, "kind");

		if (t && headline)
			read_say(l, headline, &t->headline);
		if (t && tells)
			read_say(l, tells, &t->tells);
		if (t && kind && want_scalar(l, kind))
			t->kind = find_slot(l, t, kind);
	}
}

/* --- facts --- */

static void
read_fact(struct loader *l, const struct template *t, const struct node *n)
{
	struct stated_fact *fact = arena_alloc(l->a, sizeof *fact);
	struct setting *settings;
	value *values = arena_array(l->a, (size_t)t->nslots, sizeof *values);
	size_t nsettings;

	for (int i = 0; i < t->nslots; i++)
		values[i] = UNKNOWN;
	if (!read_settings(l, t, n, NULL, &settings, &nsettings))
		return;
	for (size_t i = 0; i < nsettings; i++)
		values[settings[i].slot] = settings[i].to->constant;
	if (t->key >= 0 && values[t->key] == UNKNOWN)
		complain(l->d, MISSING_IDENTITY, n->at, "a fact of '%s' needs its key '%s'", t->entry.id, t->slots[t->key].name);
	*fact = (struct stated_fact){ t, values, n->at };
	l->rb->facts = arena_grow(l->a, l->rb->facts, l->rb->nfacts, &l->facts_cap, sizeof fact);
	l->rb->facts[l->rb->nfacts++] = fact;
}

void
read_facts(struct loader *l, const struct node *n)
{
	if (!want_map(l, n, "'facts'"))
		return;
	for (const struct node *v = n->first; v; v = v->next) {
		const struct template *t = find_template(l, v->key);
		const struct node *item = v->kind == NODE_LIST ? v->first : v;

		for (; t && item; item = next_item(v, item))
			read_fact(l, t, item);
	}
}
