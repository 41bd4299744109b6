/* SPDX-License-Identifier: MIT */
/* The sections rules and patterns. */
#include "lang/lex.h"
#include "lang/parse.h"
#include "lang/read.h"

#include <string.h>

/* --- actions --- */

/* Where `when` is missing or wrong, names of templates are possible, too. */
static void
complain_alias(struct loader *l, const struct node *n, const struct rule *r)
{
	const struct scope *scope = &r->when.scope;
	size_t templates = r->when.expr ? 0 : l->rb->ntemplates, count = (size_t)scope->njoin, possible = 0;
	const char **names = own_names(l->rb, count + templates + 1);
	struct diag *g = complain(l->d, UNBOUND_ALIAS, n->at, "'%.*s' is no alias of this rule", CLIP(n->len), n->text);

	for (size_t i = 0; names && i < count + templates; i++) {
		const char *name = i < count ? scope->aliases[i].name : l->rb->templates[i - count]->entry.id;

		if (is_name(name))
			names[possible++] = name;
	}
	own_suggest(l->d, g, n->text, n->len, names, possible);
}

/*
 * The template behind an alias, and the alias's number; -1 when the rule does not bind it. Where `when` is missing or wrong it may have bound a template
 * under its own name: then the slots of that one are looked at all the same. NULL when nothing more can be said.
 */
static const struct template *
find_alias(struct loader *l, const struct node *n, const struct rule *r, int *alias)
{
	const struct scope *scope = &r->when.scope;
	const struct template *t;

	*alias = -1;
	if (!want_scalar(l, n))
		return NULL;
	for (int i = 0; i < scope->njoin; i++)
		if (strcmp(scope->aliases[i].name, n->text) == 0) {
			*alias = i;
			return scope->aliases[i].of;
		}
	t = r->when.expr ? NULL : own_find(l->rb, NAME_TEMPLATE, n->text, n->len);
	if (!t && !own_spares_template(l->rb))
		complain_alias(l, n, r);
	return t;
}

static bool
sets(const struct action *a, int slot)
{
	for (size_t i = 0; i < a->nsettings; i++)
		if (a->settings[i].slot == slot)
			return true;
	return false;
}

/* `set` and `add` do not wake their own rule again when they read what they change; a conclusion rests on what it reads. */
static void
read_action_settings(struct loader *l, const struct template *t, const struct node *n, struct rule *r, struct action *a)
{
	struct scope *scope = &r->when.scope;
	uint64_t reads[MAX_ALIASES];

	for (int i = 0; i < scope->njoin; i++)
		reads[i] = scope->aliases[i].reads;
	l->lenient = !r->when.expr;
	read_settings(l, t, n, scope, &a->settings, &a->nsettings);
	for (int i = 0; i < scope->njoin && a->kind != ACT_CONCLUDE; i++)
		scope->aliases[i].reads = reads[i];
}

/* What stands behind the action's word: {name: {slots}}, or the name alone. */
static void
make_fact(struct loader *l, const struct node *n, struct rule *r, struct action *a)
{
	const struct node *name = n->kind == NODE_MAP && n->first ? n->first->key : n;
	struct diag *g;

	if (name == n && n->kind == NODE_SCALAR && strchr(n->text, '{')) {
		g = complain(l->d, WRONG_KIND, n->at, "'%s' takes one fact, not text", n->key->text);
		diag_hint(l->d, g, "write %s: {%.*s: {slot: value}}", n->key->text, (int)strcspn(n->text, " {"), n->text);
		return;
	}
	a->of = find_template(l, name);
	if (!a->of)
		return;
	if (name != n)
		read_action_settings(l, a->of, n->first, r, a);
	if (a->of->key >= 0 && !sets(a, a->of->key))
		complain(l->d, MISSING_IDENTITY, name->at, "a fact of '%s' needs its key '%s'", a->of->entry.id, a->of->slots[a->of->key].name);
}

static void
set_fact(struct loader *l, const struct node *n, struct rule *r, struct action *a)
{
	const struct template *t;
	struct diag *g;

	if (n->kind != NODE_MAP || !n->first) {
		g = complain(l->d, WRONG_KIND, n->at, "'set' needs an alias with slots");
		diag_hint(l->d, g, "write set: {alias: {slot: value}}");
		return;
	}
	t = find_alias(l, n->first->key, r, &a->alias);
	if (!t)
		return;
	read_action_settings(l, t, n->first, r, a);
	if (t->key >= 0 && sets(a, t->key))
		complain(l->d, MISSING_IDENTITY, n->first->key->at, "slot '%s' is the key of '%s' and cannot be set", t->slots[t->key].name, t->entry.id);
}

static void
remove_fact(struct loader *l, const struct node *n, struct rule *r, struct action *a)
{
	const struct template *t = find_alias(l, n, r, &a->alias);

	if (t && t->single)
		complain(l->d, BAD_TYPES, n->at, "'%s' is single: there is always one", n->text);
}

static const struct {
	const char *word;
	enum action_kind kind;
	void (*read)(struct loader *l, const struct node *n, struct rule *r, struct action *a);
} actions[] = {
	{ "conclude", ACT_CONCLUDE, make_fact }, { "add", ACT_ADD, make_fact }, { "set", ACT_SET, set_fact }, { "remove", ACT_REMOVE, remove_fact },
};

static void
add_action(struct loader *l, const struct node *n, struct rule *r, size_t kind)
{
	struct action *a = r->actions + r->nactions++;

	*a = (struct action){ .kind = actions[kind].kind, .alias = -1, .at = n->key ? n->key->at : n->at };
	actions[kind].read(l, n, r, a);
}

/* How many facts the mapping behind an action's word names; one is meant. */
static bool
names_one(struct loader *l, const struct node *n)
{
	struct diag *g;

	if (n->kind != NODE_MAP || n->count < 2)
		return true;
	g = complain(l->d, WRONG_KIND, n->first->next->key->at, "'%s' takes one fact", n->key->text);
	diag_hint(l->d, g, "write {template: {slot: value}}; begin a line of its own for each fact");
	return false;
}

/* One key of the mapping that an action is. */
static void
read_action_key(struct loader *l, const struct node *n, struct rule *r)
{
	const char *names[COUNT(actions)];
	size_t i;

	for (i = 0; i < COUNT(actions); i++)
		names[i] = actions[i].word;
	for (i = 0; i < COUNT(actions) && strcmp(actions[i].word, n->key->text) != 0; i++)
		;
	if (i == COUNT(actions)) {
		struct diag *g = complain(l->d, UNKNOWN_KEY, n->key->at, "no action '%.*s'", CLIP(n->key->len), n->key->text);

		diag_suggest(l->d, g, n->key->text, names, COUNT(actions));
	} else if (actions[i].kind == ACT_REMOVE && n->kind == NODE_LIST) {
		for (const struct node *item = n->first; item; item = item->next)
			add_action(l, item, r, i);
	} else if (names_one(l, n)) {
		add_action(l, n, r, i);
	}
}

static void
read_action(struct loader *l, const struct node *n, struct rule *r)
{
	struct diag *g;

	if (!want_map(l, n, "an action"))
		return;
	if (n->count != 1) {
		g = complain(l->d, WRONG_KIND, n->at, "an action is one of conclude, add, set, remove");
		diag_hint(l->d, g, "each action begins with - on a line of its own");
	}
	for (n = n->first; n; n = n->next)
		read_action_key(l, n, r);
}

static size_t
count_actions(const struct node *list)
{
	const struct node *remove;
	size_t n = 0;

	for (const struct node *item = list->kind == NODE_LIST ? list->first : list; item; item = next_item(list, item)) {
		remove = node_get(item, "remove");
		n += item->count + (remove && remove->kind == NODE_LIST ? remove->count : 0);
	}
	return n;
}

/* Read after `when`, whose aliases it uses. */
static void
read_actions(struct loader *l, const struct node *n, struct rule *r)
{
	const struct node *item;
	size_t count;

	if (!want_items(l, n, &item, &count))
		return;
	r->actions = arena_array(l->a, count_actions(n), sizeof *r->actions);
	for (; item; item = next_item(n, item))
		read_action(l, item, r);
}

/* --- rules --- */

static const struct range any_int = { INT32_MIN, INT32_MAX };

static void
add_alias(struct loader *l, struct scope *scope, const struct node *v)
{
	const char *name = own_name(l->rb, v->key->text, v->key->len);
	const struct template *t = find_template(l, v);

	check_name(l, v->key, "an alias");
	scope->aliases[scope->n++] = (struct alias){ .name = name, .of = t };	/* without a template: complained about once */
}

/* `for: {alias: template}` */
static void
read_aliases(struct loader *l, const struct node *n, struct scope *scope)
{
	struct diag *g;

	if (n->kind != NODE_MAP) {
		g = complain(l->d, WRONG_KIND, n->at, "'for' of a rule gives aliases");
		diag_hint(l->d, g, "write for: {alias: template}");
		return;
	}
	scope->aliases = arena_array(l->a, n->count, sizeof *scope->aliases);
	for (const struct node *v = n->first; v; v = v->next)
		add_alias(l, scope, v);
	scope->njoin = scope->n;
}

/* While names are read; when bodies are, all rules are counted already. */
static void
begin_rule(struct loader *l, void *entry, const struct node *n)
{
	(void)n;
	((struct rule *)entry)->order = (int)(l->rb->nrules - 1);
}

static void
end_rule(struct loader *l, void *entry, const struct node *n)
{
	struct cond_context c = { .rb = l->rb, .diags = l->d, .rule = true };
	const struct node *aliases = node_get(n, "for"), *when = node_get(n, "when"), *then = node_get(n, "then");
	struct rule *r = entry;
	struct scope scope = {0};

	if (aliases)
		read_aliases(l, aliases, &scope);
	if (scope.njoin <= MAX_ALIASES)
		r->when.scope = scope;
	if (when) {
		warn_cut(l, when);
		cond_compile(&c, when, &scope, &r->when);
	}
	if (then)
		read_actions(l, then, r);
}

static const struct field rule_fields[] = {
	{ "id",		false,	read_id,	0,				NULL },
	{ "when",	true,	read_id,	0,				NULL },
	{ "then",	true,	read_id,	0,				NULL },
	{ "for",	false,	read_id,	0,				NULL },
	{ "salience",	false,	read_int,	FIELD(rule, salience),		&any_int },
	{ "title",	false,	read_text,	FIELD(rule, entry.title),	NULL },
	{ "note",	false,	read_text,	FIELD(rule, entry.note),	NULL },
	{ "source",	false,	read_texts,	FIELD(rule, entry.sources),	NULL },
	{ "sure",	false,	read_word,	FIELD(rule, entry.sure),	sure_words },
};

const struct entry_kind rule_kind = {
	.section = "rules", .what = "a rule", .names = NAME_RULE, .size = sizeof (struct rule),
	.fields = rule_fields, .nfields = COUNT(rule_fields),
	.list = FIELD(rulebase, rules), .count = FIELD(rulebase, nrules), .begin = begin_rule, .end = end_rule,
};

/* --- patterns --- */

static const struct field pattern_fields[] = {
	{ "id",		false,	read_id,	0,				NULL },
	{ "in",		true,	read_symbols,	FIELD(pattern, streams),	NULL },
	{ "matches",	true,	read_id,	0,				NULL },
	{ "gives",	true,	read_id,	0,				NULL },
	{ "title",	false,	read_text,	FIELD(pattern, entry.title),	NULL },
	{ "note",	false,	read_text,	FIELD(pattern, entry.note),	NULL },
	{ "source",	false,	read_texts,	FIELD(pattern, entry.sources),	NULL },
	{ "sure",	false,	read_word,	FIELD(pattern, entry.sure),	sure_words },
};

static void
read_gives(struct loader *l, const struct node *n, struct pattern *p)
{
	struct action a = {0};
	struct diag *g;

	if (n->kind != NODE_MAP || n->count != 1) {
		g = complain(l->d, WRONG_KIND, n->at, "'gives' is one fact");
		diag_hint(l->d, g, "write gives: {template: {slot: value}}");
		return;
	}
	p->of = find_template(l, n->first->key);
	if (!p->of || !read_settings(l, p->of, n->first, NULL, &a.settings, &a.nsettings))
		return;
	p->settings = a.settings;
	p->nsettings = a.nsettings;
	if (p->of->key >= 0 && !sets(&a, p->of->key))
		complain(l->d, MISSING_IDENTITY, n->first->key->at, "a fact of '%s' needs its key '%s'", p->of->entry.id,
			p->of->slots[p->of->key].name);
}

static void
end_pattern(struct loader *l, void *entry, const struct node *n)
{
	const struct node *matches = node_get(n, "matches"), *gives = node_get(n, "gives");
	struct pattern *p = entry;

	l->regex = NULL;
	l->groups = true;
	if (matches && want_scalar(l, matches)) {
		warn_cut(l, matches);
		l->regex = parse_regex(l->rb, l->d, matches, 0, matches->len);
	}
	if (l->regex)
		p->regex = l->regex->regex;
	if (gives)
		read_gives(l, gives, p);
	l->groups = false;
}

const struct entry_kind pattern_kind = {
	.section = "patterns", .what = "a pattern", .names = NAME_PATTERN, .size = sizeof (struct pattern),
	.fields = pattern_fields, .nfields = COUNT(pattern_fields),
	.list = FIELD(rulebase, patterns), .count = FIELD(rulebase, npatterns), .end = end_pattern,
};
