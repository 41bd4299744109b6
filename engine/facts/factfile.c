/* SPDX-License-Identifier: MIT */
#include "facts/factfile.h"

#include "facts/factfile_digest.h"
#include "facts/inputs.h"
#include "lang/codes.h"
#include "lang/json.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA "diagnose-facts/1"

struct reader {
	struct factset *fs;
	struct diags *d;
	struct arena *scratch;
	bool lenient;		/* a program wrote it: names that nobody knows are skipped with a warning */
	bool messages;		/* messages go through the patterns */
};

/* Where a value comes from, unless it says something else. */
struct origin {
	const char *source;
	int64_t time;
};

/* -- Complaints -- */

static struct diag *
complain_about(struct reader *r, enum complaint kind, const struct node *n, const char *what, const char *name)
{
	enum severity severity = r->lenient ? SEV_WARNING : SEV_ERROR;

	return diag_add(r->d, severity, complaints[kind].code, n->at, what, CLIP(strlen(name)), name);
}

static void
wrong_kind(struct reader *r, const struct node *n, const char *what, const char *needed)
{
	complain(r->d, WRONG_KIND, n->at, "%s must be %s, not %s", what, needed, node_kind_name(n));
}

static const struct template *
find_template(struct reader *r, const struct node *at, const char *name)
{
	const struct rulebase *rb = r->fs->rb;
	const struct template *t = rulebase_template(rb, name);
	const char **names;

	if (t)
		return t;
	names = arena_array(r->scratch, rb->ntemplates, sizeof *names);
	for (size_t i = 0; i < rb->ntemplates; i++)
		names[i] = rb->templates[i]->entry.id;
	diag_suggest(r->d, complain_about(r, UNKNOWN_TEMPLATE, at, "no template '%.*s'", name), name, names, rb->ntemplates);
	return NULL;
}

static int
find_slot(struct reader *r, const struct template *t, const struct node *at, const char *name)
{
	int slot = template_slot(t, name);
	const char **names;

	if (slot >= 0)
		return slot;
	names = arena_array(r->scratch, (size_t)t->nslots, sizeof *names);
	for (int i = 0; i < t->nslots; i++)
		names[i] = t->slots[i].name;
	diag_suggest(r->d, complain_about(r, UNKNOWN_SLOT, at, "no such slot: '%.*s'", name), name, names, (size_t)t->nslots);
	return -1;
}

/* -- Values -- */

static bool
is_word(const struct node *n, const char *word)
{
	return n->kind == NODE_SCALAR && n->plain && strcmp(n->text, word) == 0;
}

static bool
is_nothing(const struct node *n)
{
	return is_word(n, "null") || is_word(n, "~") || is_word(n, "");
}

/* Nothing, and the bare word `unknown`, leave the slot unknown. */
static void
read_value(struct reader *r, const struct slot *slot, const struct node *n, value *out)
{
	size_t names = 0;
	const char *wrong;
	struct diag *g;

	*out = UNKNOWN;
	if (n->kind != NODE_SCALAR) {
		wrong_kind(r, n, slot->name, "one value");
		return;
	}
	if (is_nothing(n) || is_word(n, "unknown"))
		return;
	wrong = fact_value(r->fs, slot, n->text, n->len, out);
	if (!wrong)
		return;
	*out = UNKNOWN;
	while (slot->of && slot->of[names])
		names++;
	if (!slot->of) {
		complain(r->d, BAD_VALUE, n->at, "'%.*s' is %s", CLIP(n->len), n->text, wrong);
		return;
	}
	g = complain_about(r, UNKNOWN_SYMBOL, n, "'%.*s' is not one of the values it can have", n->text);
	diag_suggest(r->d, g, n->text, slot->of, names);
}

static void
read_time(struct reader *r, const struct node *n, int64_t *out)
{
	const char *wrong;

	if (n->kind != NODE_SCALAR) {
		wrong_kind(r, n, "a time", "text");
		return;
	}
	wrong = value_parse(TYPE_TIME, n->text, n->len, r->fs->syms, out);
	if (wrong)
		complain(r->d, BAD_VALUE, n->at, "'%.*s' is %s", CLIP(n->len), n->text, wrong);
}

static const char *
read_string(struct reader *r, const struct node *n, const char *what)
{
	struct buf valid = {0};
	const char *s;

	if (n->kind != NODE_SCALAR) {
		wrong_kind(r, n, what, "text");
		return NULL;
	}
	fact_text(&valid, n->text, n->len);
	s = arena_strndup(r->scratch, buf_text(&valid), valid.len);
	buf_free(&valid);
	return s;
}

/* -- Mappings with fixed keys -- */

/* What an entry of the long form can hold; NULL where it holds no such key. */
struct entry_keys {
	const struct node *fact, *slots, *key, *reason, *value;
	struct origin from;
};

static const char *const entry_names[] = { "fact", "slots", "key", "reason", "value", "source", "time" };

/* Takes the keys of a mapping apart; `allowed` has a letter for each one: Fact Slots Key Reason Value. */
static bool
read_entry(struct reader *r, const struct node *map, const char *allowed, struct origin from, struct entry_keys *out)
{
	const struct node **const places[] = { &out->fact, &out->slots, &out->key, &out->reason, &out->value };
	const char *names[7], *source;
	size_t n = 0;

	*out = (struct entry_keys){ .from = from };
	for (size_t i = 0; i < 7; i++)
		if (i >= 5 || strchr(allowed, "FSKRV"[i]))
			names[n++] = entry_names[i];
	for (const struct node *item = map->first; item; item = item->next) {
		const char *key = item->key->text;
		size_t i = 0;

		while (i < n && strcmp(names[i], key) != 0)
			i++;
		if (i == n) {
			diag_suggest(r->d, complain_about(r, UNKNOWN_KEY, item->key, "unknown key '%.*s'", key), key, names, n);
			continue;
		}
		if (strcmp(key, "time") == 0)
			read_time(r, item, &out->from.time);
		else if (strcmp(key, "source") != 0)
			for (i = 0; i < 5; i++)
				*places[i] = strcmp(entry_names[i], key) == 0 ? item : *places[i];
		else if ((source = read_string(r, item, "source")) != NULL)
			out->from.source = source;
	}
	return true;
}

static bool
needs(struct reader *r, const struct node *map, const struct node *what, const char *name)
{
	if (what)
		return true;
	complain(r->d, MISSING_KEY, map->at, "the key '%s' is missing", name);
	return false;
}

/* -- Facts -- */

/* The values of one fact and where each comes from, before it joins the set. */
struct draft {
	value *values;
	struct origin *from;
};

static void
read_slot(struct reader *r, const struct template *t, const struct node *item, struct origin from, struct draft *draft)
{
	int slot = find_slot(r, t, item->key, item->key->text);
	struct entry_keys e;

	if (slot < 0)
		return;
	draft->from[slot] = from;
	if (item->kind != NODE_MAP) {
		read_value(r, t->slots + slot, item, draft->values + slot);
		return;
	}
	read_entry(r, item, "V", from, &e);
	draft->from[slot] = e.from;
	if (needs(r, item, e.value, "value"))
		read_value(r, t->slots + slot, e.value, draft->values + slot);
}

static void
through_patterns(struct reader *r, const struct factrec *f)
{
	for (int i = 0; r->messages && i < f->of->nslots; i++) {
		const struct slot *slot = f->of->slots + i;
		uint32_t id = (uint32_t)f->values[i];

		if (slot->given_by && strcmp(slot->given_by, "message") == 0 && slot->type == TYPE_TEXT && f->values[i] != UNKNOWN)
			input_text(r->fs, "message", sym_text(r->fs->syms, id), sym_len(r->fs->syms, id), f->sources[i], f->times[i]);
	}
}

/*
 * Of facts in a list each has its key, or nobody could tell which one another report is about. The only fact of a template, given as a mapping, may be one
 * whose key nobody knows.
 */
static void
check_key(struct reader *r, const struct template *t, const struct node *slots)
{
	const struct node *key = t->key < 0 ? NULL : node_get(slots, t->slots[t->key].name);
	struct diag *g;

	if (t->key < 0 || (slots->key && strcmp(slots->key->text, t->entry.id) == 0) || (key && !is_nothing(key) && !is_word(key, "unknown")))
		return;
	g = complain_about(r, MISSING_IDENTITY, slots, "a fact of '%.*s' needs its key", t->entry.id);
	diag_hint(r->d, g, "say which one it is: %s", t->slots[t->key].name);
}

static void
read_fact(struct reader *r, const struct template *t, const struct node *slots, struct origin from)
{
	size_t n = (size_t)t->nslots;
	struct draft draft = {
		arena_array(r->scratch, n, sizeof *draft.values), arena_array(r->scratch, n, sizeof *draft.from),
	};
	struct factrec *f;

	if (slots->kind != NODE_MAP && !is_nothing(slots)) {
		wrong_kind(r, slots, "a fact", "a mapping of slots");
		return;
	}
	check_key(r, t, slots);
	for (size_t i = 0; i < n; i++)
		draft.values[i] = UNKNOWN;
	for (const struct node *item = slots->first; item; item = item->next)
		read_slot(r, t, item, from, &draft);
	f = factset_give(r->fs, t, draft.values, from.source, from.time);
	for (size_t i = 0; i < n; i++)
		if (draft.values[i] != UNKNOWN)
			factset_put(r->fs, f, (int)i, draft.values[i], draft.from[i].source, draft.from[i].time);
	through_patterns(r, f);
}

/* A list that gives the one fact of a single template more than once: which one would count, nobody could tell. */
static void
check_single(struct reader *r, const struct template *t, const struct node *list)
{
	const struct node *second = t->single && list->first ? list->first->next : NULL;
	struct diag *g;

	if (!second)
		return;
	g = complain_about(r, DUPLICATE_ID, second, "there is one '%.*s' only, and it is given twice", t->entry.id);
	diag_hint(r->d, g, "give all its slots in one mapping");
}

static void
read_short(struct reader *r, const struct node *facts, struct origin from)
{
	for (const struct node *item = facts->first; item; item = item->next) {
		const struct template *t = find_template(r, item->key, item->key->text);

		if (!t)
			continue;
		if (item->kind != NODE_LIST) {
			read_fact(r, t, item, from);
			continue;
		}
		check_single(r, t, item);
		for (const struct node *fact = item->first; fact; fact = fact->next)
			read_fact(r, t, fact, from);
		factset_survey(r->fs, t, from.source, from.time);
	}
}

static void
read_long_fact(struct reader *r, const struct node *n, struct origin from)
{
	const struct template *t;
	struct entry_keys e;

	read_entry(r, n, "FS", from, &e);
	if (!needs(r, n, e.fact, "fact") || !needs(r, n, e.slots, "slots"))
		return;
	if (e.fact->kind != NODE_SCALAR) {
		wrong_kind(r, e.fact, "fact", "the name of a template");
		return;
	}
	t = find_template(r, e.fact, e.fact->text);
	if (t)
		read_fact(r, t, e.slots, e.from);
}

/* -- What is unknown, and what was surveyed -- */

/* "device" or "device.battery". */
static const struct template *
read_name(struct reader *r, const struct node *n, int *slot)
{
	const struct template *t;
	const char *dot;

	*slot = -1;
	if (n->kind != NODE_SCALAR) {
		wrong_kind(r, n, "fact", "a name such as device.battery");
		return NULL;
	}
	dot = strchr(n->text, '.');
	t = find_template(r, n, dot ? arena_strndup(r->scratch, n->text, (size_t)(dot - n->text)) : n->text);
	if (!t || !dot)
		return t;
	*slot = find_slot(r, t, n, dot + 1);
	return *slot < 0 ? NULL : t;
}

static void
read_unknown(struct reader *r, const struct node *n, struct origin from)
{
	const struct template *t;
	const char *reason;
	value key = UNKNOWN;
	struct entry_keys e;
	int slot;

	read_entry(r, n, "FKR", from, &e);
	if (!needs(r, n, e.fact, "fact") || !needs(r, n, e.reason, "reason"))
		return;
	t = read_name(r, e.fact, &slot);
	reason = read_string(r, e.reason, "reason");
	if (!t || !reason)
		return;
	if (e.key && t->key < 0) {
		complain(r->d, AMBIGUOUS_FACT, e.key->at, "facts of '%s' have no key", t->entry.id);
		return;
	}
	if (e.key)
		read_value(r, t->slots + t->key, e.key, &key);
	factset_unknown(r->fs, t, slot, key, e.from.source, reason, e.from.time);
}

static void
read_survey(struct reader *r, const struct node *n, struct origin from)
{
	const struct template *t;
	struct entry_keys e;
	int slot;

	read_entry(r, n, "F", from, &e);
	if (!needs(r, n, e.fact, "fact"))
		return;
	t = read_name(r, e.fact, &slot);
	if (t && slot >= 0)
		complain(r->d, BAD_VALUE, e.fact->at, "a whole template is surveyed, not a slot");
	else if (t)
		factset_survey(r->fs, t, e.from.source, e.from.time);
}

/* A list of mappings; for surveyed templates a name alone is enough. */
static void
each_entry(struct reader *r, const struct node *list, bool names, struct origin from,
		void (*read)(struct reader *r, const struct node *n, struct origin from))
{
	const struct template *t;
	int slot;

	if (list->kind != NODE_LIST) {
		wrong_kind(r, list, list->key->text, "a list");
		return;
	}
	for (const struct node *n = list->first; n; n = n->next) {
		if (n->kind == NODE_MAP)
			read(r, n, from);
		else if (!names || n->kind != NODE_SCALAR)
			wrong_kind(r, n, "an entry", "a mapping");
		else if ((t = read_name(r, n, &slot)) != NULL)
			factset_survey(r->fs, t, from.source, from.time);
	}
}

/* -- The file -- */

static const char *const file_keys[] = { "schema", "written_by", "now", "redacted", "facts", "unknown", "surveyed", "digest" };

static void
check_keys(struct reader *r, const struct node *top)
{
	size_t n = sizeof file_keys / sizeof *file_keys;

	for (const struct node *item = top->first; item; item = item->next) {
		const char *key = item->key->text;
		struct diag *g;
		size_t i = 0;

		while (i < n && strcmp(file_keys[i], key) != 0)
			i++;
		if (i < n)
			continue;
		g = complain_about(r, UNKNOWN_KEY, item->key, "unknown key '%.*s'", key);
		if (rulebase_template(r->fs->rb, key))
			diag_hint(r->d, g, "facts stand below `facts:`");
		else
			diag_suggest(r->d, g, key, file_keys, n);
	}
}

static bool
check_schema(struct reader *r, const struct node *top)
{
	const struct node *schema = node_get(top, "schema");

	if (!schema || (schema->kind == NODE_SCALAR && strcmp(schema->text, SCHEMA) == 0))
		return true;
	complain(r->d, BAD_VALUE, schema->at, "not a fact file that this program reads (%s)", SCHEMA);
	return false;
}

/* Of JSON only: another form has no digest. */
static void
check_digest(struct reader *r, const struct node *top, const char *text, size_t len)
{
	const struct node *digest = node_get(top, "digest");
	char hex[DIGEST_HEX];

	if (!digest || (digest->kind == NODE_SCALAR && factfile_digest(text, len, hex) && strncmp(digest->text, "sha256:", 7) == 0
			&& strcmp(digest->text + 7, hex) == 0))
		return;
	diag_hint(r->d, diag_add(r->d, SEV_WARNING, complaints[BAD_VALUE].code, digest->at, "the facts do not fit their digest"),
		"the file was changed after it was written, or it is damaged; without the key 'digest' nothing is said");
}

static void
read_file(struct reader *r, const struct node *top)
{
	const struct node *facts = node_get(top, "facts"), *more;
	struct origin from;

	r->lenient = node_get(top, "written_by");
	check_keys(r, top);
	if (!check_schema(r, top))
		return;
	if ((more = node_get(top, "now")) != NULL)
		read_time(r, more, &r->fs->now);
	from = (struct origin){ "file", r->fs->now };
	if (!facts && !node_get(top, "unknown") && !node_get(top, "surveyed"))
		complain(r->d, MISSING_KEY, top->at, "the key 'facts' is missing");
	if (facts && facts->kind == NODE_LIST) {
		each_entry(r, facts, false, from, read_long_fact);
	} else if (facts && facts->kind == NODE_MAP) {
		r->messages = true;
		read_short(r, facts, from);
	} else if (facts && !is_nothing(facts)) {
		wrong_kind(r, facts, "facts", "a list or a mapping");
	}
	if ((more = node_get(top, "unknown")) != NULL)
		each_entry(r, more, false, from, read_unknown);
	if ((more = node_get(top, "surveyed")) != NULL)
		each_entry(r, more, true, from, read_survey);
}

/* JSON begins with a brace; so may YAML, but then it is nearly always meant as JSON. */
static bool
is_json(const char *text, size_t len)
{
	size_t i = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (i < len && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n'))
		i++;
	return i < len && (text[i] == '{' || text[i] == '[');
}

void
factfile_read(struct factset *fs, struct diags *d, const char *name, const char *text, size_t len)
{
	struct reader r = { .fs = fs, .d = d, .scratch = arena_new() };
	uint32_t file = diags_source(d, name, text, len);
	const struct node *top = is_json(text, len) ? json_parse(r.scratch, d, file, text, len)
		: yaml_parse(r.scratch, d, file, text, len);

	fs->origin = arena_strdup(fs->arena, name);
	fs->live = false;
	if (top && top->kind != NODE_MAP)
		wrong_kind(&r, top, "a fact file", "a mapping with the key `facts`");
	else if (top)
		read_file(&r, top);
	if (top && top->kind == NODE_MAP && is_json(text, len))
		check_digest(&r, top, text, len);
	arena_free(r.scratch);
}

/* Does it have a key that no facts have? */
static bool
is_document(const struct node *top)
{
	for (size_t i = 0; i < sizeof file_keys / sizeof *file_keys; i++)
		if (node_get(top, file_keys[i]))
			return true;
	return false;
}

void
factfile_read_record(struct factset *fs, struct diags *d, const char *name, const char *text, size_t len)
{
	struct reader r = { .fs = fs, .d = d, .scratch = arena_new(), .messages = true };
	const struct node *top = json_parse(r.scratch, d, diags_source(d, name, text, len), text, len);

	fs->origin = arena_strdup(fs->arena, name);
	fs->live = false;
	if (top && top->kind != NODE_MAP) {
		wrong_kind(&r, top, "a record", "an object");
	} else if (top && is_document(top)) {
		r.messages = false;
		read_file(&r, top);
	} else if (top) {
		read_short(&r, top, (struct origin){ "file", fs->now });
	}
	arena_free(r.scratch);
}

void
factfile_read_node(struct factset *fs, struct diags *d, const struct node *facts)
{
	struct reader r = { .fs = fs, .d = d, .scratch = arena_new(), .messages = true };

	if (facts->kind == NODE_MAP)
		read_short(&r, facts, (struct origin){ "file", fs->now });
	else if (!is_nothing(facts))
		wrong_kind(&r, facts, "facts", "a mapping from templates to facts");
	arena_free(r.scratch);
}
