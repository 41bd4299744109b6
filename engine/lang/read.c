/* SPDX-License-Identifier: MIT */
#include "lang/read.h"

#include "base/text.h"
#include "lang/lex.h"
#include "lang/parse.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DAYS = 366, MOST_LISTED = 1000 };

/* --- kinds of nodes --- */

/* "- Tap this: then that" is a mapping to YAML; an author hardly means one. */
static bool
looks_like_text(const struct node *n)
{
	return n->kind == NODE_MAP && n->count == 1 && strchr(n->first->key->text, ' ');
}

bool
want_scalar(struct loader *l, const struct node *n)
{
	struct diag *g;

	if (n->kind == NODE_SCALAR)
		return true;
	if (looks_like_text(n)) {
		g = complain(l->d, SWALLOWED_COLON, n->first->key->at, "the colon makes a mapping of this text");
		diag_hint(l->d, g, "put the whole text in quotes");
		return false;
	}
	g = complain(l->d, WRONG_KIND, n->at, "text is needed here, not %s", node_kind_name(n));
	if (n->kind == NODE_MAP)
		diag_hint(l->d, g, "a text that begins with { must be quoted");
	return false;
}

bool
want_map(struct loader *l, const struct node *n, const char *what)
{
	/* How things look that are mappings, for hints. */
	static const struct {
		const char *what, *form;
	} forms[] = {
		{ "a sign", "- {when: condition, seen: usually, otherwise: rarely}" },
		{ "a remedy", "- {step: id, works: usually}" },
		{ "an action", "- conclude: {template: {slot: value}}" },
		{ "a fact", "{slot: value}" },
		{ "'facts'", "facts: {template: [{slot: value}]}" },
		{ "a slot", "name: {type: text}" },
		{ "'slots'", "slots: {name: {type: text}}" },
		{ "'templates'", "templates: {name: {slots: {name: {type: text}}}}" },
		{ "a template", "name: {slots: {name: {type: text}}}" },
		{ "'pack'", "pack: {id: name, version: 1.0.0}" },
		{ "'limits'", "limits: {firings: 100000}" },
		{ "a rule", "- {id: name, when: condition, then: [{conclude: {template: {slot: value}}}]}" },
		{ "a pattern", "- {id: name, in: message, matches: /.../, gives: {template: {slot: value}}}" },
		{ "a requirement", "- {id: name, title: text, check: condition}" },
		{ "an issue", "- {id: name, title: text, frequency: common, signs: [{when: condition}], remedies: [{step: id}]}" },
		{ "a step", "- {id: name, title: text, on: device, do: [text], takes: 1min}" },
		{ "a check", "- {id: name, title: text, when: condition}" },
		{ "a case", "- {case: name, facts: {}, expect: {}}" },
	};
	struct diag *g;

	if (n->kind == NODE_MAP)
		return true;
	g = complain(l->d, WRONG_KIND, n->at, "%s is a mapping with keys, not %s", what, node_kind_name(n));
	for (size_t i = 0; i < COUNT(forms); i++)
		if (strcmp(forms[i].what, what) == 0)
			diag_hint(l->d, g, "write %s", forms[i].form);
	return false;
}

bool
want_items(struct loader *l, const struct node *n, const struct node **first, size_t *count)
{
	*first = n->kind == NODE_LIST ? n->first : n;
	*count = n->kind == NODE_LIST ? n->count : 1;
	if (*first)
		return true;
	complain(l->d, EMPTY_VALUE, n->at, "an empty list");
	return false;
}

const struct node *
next_item(const struct node *list, const struct node *item)
{
	return list->kind == NODE_LIST ? item->next : NULL;
}

void
warn_cut(struct loader *l, const struct node *n)
{
	struct diag *g;

	if (n->kind != NODE_SCALAR) {
		for (const struct node *v = n->first; v; v = v->next)
			warn_cut(l, v);
		return;
	}
	if (!n->cut)
		return;
	g = complain(l->d, SWALLOWED_COMMENT, n->at, "what follows the # is a comment, not part of this text");
	diag_hint(l->d, g, "put the text in quotes; if a comment is meant, leave two blanks before the #");
}

/* --- tables of fields --- */

static const struct field *
find_field(const struct field *fields, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (fields[i].key[0] == key[0] && strcmp(fields[i].key, key) == 0)
			return fields + i;
	return NULL;
}

/* Words of other languages for keys that exist: the first in the table that the entry knows and does not have already. */
static const char *
meant_key(const struct node *map, const char *key, const struct field *fields, size_t n)
{
	static const struct {
		const char *word, *key;
	} words[] = {
		{ "if", "when" }, { "if", "check" }, { "condition", "when" }, { "condition", "check" }, { "conditions", "when" }, { "where", "when" },
		{ "action", "then" }, { "actions", "then" }, { "do", "then" }, { "priority", "salience" }, { "name", "id" }, { "name", "title" },
		{ "description", "note" }, { "comment", "note" }, { "regex", "matches" }, { "pattern", "matches" }, { "instructions", "do" },
		{ "duration", "takes" }, { "time", "takes" }, { "probability", "works" }, { "values", "of" }, { "enum", "of" }, { "question", "ask" },
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].word, key) == 0 && find_field(fields, n, words[i].key) && !node_get(map, words[i].key))
			return words[i].key;
	return NULL;
}

/* Returns the field that was probably meant, so that it is not called missing as well; NULL when none comes near. */
static const struct field *
complain_key(struct loader *l, const struct node *map, const struct node *v, const char *what, const struct field *fields, size_t n)
{
	const char **names = own_names(l->rb, n), *nearest = meant_key(map, v->key->text, fields, n);
	struct diag *g = complain(l->d, UNKNOWN_KEY, v->key->at, "%s has no key '%.*s'", what, CLIP(v->key->len), v->key->text);

	if (nearest) {
		diag_hint(l->d, g, "did you mean '%s'?", nearest);
		free(names);
		return find_field(fields, n, nearest);
	}
	for (size_t i = 0; names && i < n; i++)
		names[i] = fields[i].key;
	if (names && v->key->len < LONGEST_QUOTE)
		nearest = text_nearest(v->key->text, names, n);
	own_suggest(l->d, g, v->key->text, v->key->len, names, n);
	return nearest ? find_field(fields, n, nearest) : NULL;
}

void
read_fields(struct loader *l, const struct node *map, const char *what, const struct field *fields, size_t n, void *entry)
{
	uint64_t seen = 0;
	struct place at = map->key ? map->key->at : map->at;

	for (const struct node *v = map->first; v; v = v->next) {
		const struct field *f = find_field(fields, n, v->key->text);

		if (!f) {
			f = complain_key(l, map, v, what, fields, n);
			seen |= f ? (uint64_t)1 << (f - fields) : 0;
			continue;
		}
		seen |= (uint64_t)1 << (f - fields);
		if (v->kind == NODE_SCALAR && v->plain && v->len == 0)
			complain(l->d, EMPTY_VALUE, v->key->at, "key '%s' has no value", f->key);
		else
			f->read(l, v, entry, f);
	}
	if (!map->key && map->first)
		at = map->first->key->at;
	for (size_t i = 0; i < n; i++)
		if (fields[i].required && !(seen >> i & 1))
			complain(l->d, MISSING_KEY, at, "%s needs the key '%s'", what, fields[i].key);
}

/* The member that a field fills. */
static void *
member(void *entry, const struct field *f)
{
	return (char *)entry + f->offset;
}

void
read_id(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	(void)l, (void)n, (void)entry, (void)f;
}

/* --- texts --- */

/* {word.word} in a text that nobody fills in. */
static void
warn_placeholder(struct loader *l, const struct node *n)
{
	const char *open, *p;
	struct diag *g;

	for (p = n->text; (open = strchr(p, '{')); p = open + 1) {
		size_t name = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_0123456789");
		const char *dot = open + 1 + name;
		size_t slot = *dot == '.' ? strcspn(dot, "} ") : 0;

		if (slot < 2 || dot[slot] != '}' || !own_find(l->rb, NAME_TEMPLATE, open + 1, name))
			continue;
		g = complain(l->d, DEAD_PLACEHOLDER, node_place(l->d, n, (size_t)(open - n->text), (size_t)(dot + slot + 1 - n->text)),
			"this text is printed as it is");
		diag_hint(l->d, g, "{template.slot} is replaced in `do`, `say` and `else` of steps only");
	}
}

static const char *
text_value(struct loader *l, const struct node *n)
{
	if (!want_scalar(l, n))
		return NULL;
	warn_cut(l, n);
	if (n->len == 0)
		complain(l->d, EMPTY_VALUE, n->at, "an empty text");
	else if (memchr(n->text, '\0', n->len))
		complain(l->d, BAD_VALUE, n->at, "a text with a NUL character");
	else if (memchr(n->text, '{', n->len))
		warn_placeholder(l, n);
	return n->text;
}

void
read_text(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	*(const char **)member(entry, f) = text_value(l, n);
}

void
read_texts(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const struct node *item;
	const char **texts;
	size_t count, i = 0;

	if (!want_items(l, n, &item, &count))
		return;
	texts = arena_array(l->a, count + 1, sizeof *texts);
	for (; item; item = next_item(n, item))
		if ((texts[i] = text_value(l, item)))
			i++;
	*(const char ***)member(entry, f) = texts;
}

static const char *
symbol_value(struct loader *l, const struct node *n)
{
	const char *why;
	struct diag *g;
	value v;

	if (!want_scalar(l, n))
		return NULL;
	why = value_parse(TYPE_SYMBOL, n->text, n->len, l->rb->syms, &v);
	if (why) {
		complain(l->d, BAD_NAME, n->at, "'%.*s': %s", CLIP(n->len), n->text, why);
		return NULL;
	}
	if (is_reserved(n->text, n->len)) {
		g = complain(l->d, BAD_NAME, n->at, "no symbol can be called '%s'", n->text);
		diag_hint(l->d, g, "%s", strstr(n->text, "known") ? "'is known' and 'is unknown' ask whether a slot is filled"
			: "it is a word of conditions; choose another one");
		return NULL;
	}
	return sym_text(l->rb->syms, (uint32_t)v);
}

void
read_symbol(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	*(const char **)member(entry, f) = symbol_value(l, n);
}

void
read_symbols(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const struct node *item;
	const char **names;
	size_t count, i = 0;

	if (!want_items(l, n, &item, &count))
		return;
	if (count > MOST_LISTED) {
		complain(l->d, TOO_LARGE, n->at, "'%s' lists more than %d symbols", f->key, MOST_LISTED);
		return;
	}
	names = arena_array(l->a, count + 1, sizeof *names);
	for (; item; item = next_item(n, item)) {
		if (!(names[i] = symbol_value(l, item)))
			continue;
		for (size_t k = 0; k < i; k++)
			if (names[k] == names[i]) {
				complain(l->d, DUPLICATE_ID, item->at, "'%s' stands here twice", names[i]);
				break;
			}
		i++;
	}
	names[i] = NULL;
	*(const char *const **)member(entry, f) = names;
}

/* --- words and numbers --- */

void
read_flag(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	value v;

	if (!want_scalar(l, n))
		return;
	if (value_parse(TYPE_YES_NO, n->text, n->len, l->rb->syms, &v))
		complain(l->d, BAD_VALUE, n->at, "'%s' is yes or no, not '%.*s'", f->key, CLIP(n->len), n->text);
	else
		*(bool *)member(entry, f) = v != 0;
}

const struct word sure_words[] = {
	{ "verified", SURE_VERIFIED }, { "documented", SURE_DOCUMENTED }, { "reported", SURE_REPORTED }, { "assumed", SURE_ASSUMED }, { NULL, 0 }
};

void
read_word(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const struct word *words = f->how;
	const char *names[16];
	struct diag *g;
	size_t i;

	if (!want_scalar(l, n))
		return;
	for (i = 0; words[i].name; i++) {
		names[i] = words[i].name;
		if (strcmp(n->text, words[i].name) == 0) {
			*(int *)member(entry, f) = words[i].value;
			return;
		}
	}
	g = complain(l->d, UNKNOWN_WORD, n->at, "'%.*s' is no value of '%s'", CLIP(n->len), n->text, f->key);
	diag_suggest(l->d, g, n->text, names, i);
}

static bool
number_in(struct loader *l, const struct node *n, const struct field *f, int64_t *out)
{
	const struct range *r = f->how;
	const char *why;

	if (!want_scalar(l, n))
		return false;
	why = value_parse(TYPE_INTEGER, n->text, n->len, l->rb->syms, out);
	if (why) {
		complain(l->d, BAD_VALUE, n->at, "'%.*s': %s", CLIP(n->len), n->text, why);
		return false;
	}
	if (*out >= r->least && *out <= r->most)
		return true;
	complain(l->d, OUT_OF_RANGE, n->at, "'%s' lies between %lld and %lld", f->key, (long long)r->least, (long long)r->most);
	return false;
}

void
read_integer(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	int64_t v;

	if (number_in(l, n, f, &v))
		*(int64_t *)member(entry, f) = v;
}

void
read_int(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	int64_t v;

	if (number_in(l, n, f, &v))
		*(int *)member(entry, f) = (int)v;
}

void
read_duration(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const char *why;
	value v;

	if (!want_scalar(l, n))
		return;
	why = value_parse(TYPE_DURATION, n->text, n->len, l->rb->syms, &v);
	if (why)
		complain(l->d, BAD_VALUE, n->at, "'%.*s': %s", CLIP(n->len), n->text, why);
	else if (v <= 0 || v > (value)MOST_DAYS * 24 * 3600 * 1000)
		complain(l->d, OUT_OF_RANGE, n->at, "'%s' is longer than nothing and at most %d days", f->key, MOST_DAYS);
	else
		*(int64_t *)member(entry, f) = v;
}

/* Words for probabilities, parts per million, and for frequencies, millionths per ticket. docs/rules.md prints this table. */
static const struct word probabilities[] = {
	{ "always", 990000 }, { "usually", 850000 }, { "often", 600000 }, { "sometimes", 300000 }, { "rarely", 50000 }, { "never", 5000 },
	{ NULL, 0 }
};
static const struct word frequencies[] = {
	{ "very-common", 200000 }, { "common", 80000 }, { "occasional", 25000 }, { "rare", 6000 }, { "very-rare", 1000 }, { NULL, 0 }
};

/* Decimal digits with at most one point, times `scale` (a power of ten); exact, no doubles. False when it is no such number. */
static bool
decimal(const char *s, size_t n, int64_t scale, int64_t *out)
{
	int64_t v = 0;
	bool point = false, digit = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s[i] < '0' || s[i] > '9')
			return false;
		digit = true;
		if (!point) {
			v = v * 10 + (s[i] - '0') * scale;
		} else {
			scale /= 10;
			v += (s[i] - '0') * scale;
		}
		if (v > (int64_t)1 << 40)
			return false;
	}
	*out = v;
	return digit;
}

static bool
word_or_number(const struct node *n, const struct word *words, int64_t one, bool percent, int64_t *out)
{
	size_t len = n->len;

	for (; words->name; words++)
		if (strcmp(words->name, n->text) == 0) {
			*out = words->value;
			return true;
		}
	if (percent && len > 1 && n->text[len - 1] == '%') {
		len--;
		one /= 100;
		while (len && n->text[len - 1] == ' ')
			len--;
	}
	return decimal(n->text, len, one, out);
}

static bool
ppm_value(struct loader *l, const struct node *n, ppm most, ppm *out)
{
	struct diag *g;
	int64_t v;

	if (!want_scalar(l, n))
		return false;
	if (!word_or_number(n, probabilities, PPM_ONE, true, &v)) {
		const char *names[COUNT(probabilities)];

		for (size_t i = 0; i + 1 < COUNT(probabilities); i++)
			names[i] = probabilities[i].name;
		g = complain(l->d, BAD_PROBABILITY, n->at, "'%.*s' is no probability", CLIP(n->len), n->text);
		diag_suggest(l->d, g, n->text, names, COUNT(probabilities) - 1);
		if (!g->hint || g->hint[0] == 'a')
			diag_hint(l->d, g, "write always, usually, often, sometimes, rarely, never, or a number such as 0.7 or 70%%");
		return false;
	}
	if (v > 0 && v <= most) {
		*out = (ppm)v;
		return true;
	}
	g = complain(l->d, BAD_PROBABILITY, n->at, "the probability '%.*s' is out of range", CLIP(n->len), n->text);
	diag_hint(l->d, g, most < PPM_ONE ? "it lies above 0 and below 1; what is certain belongs in `ruled-out-by` or `requires`"
		: "it lies above 0 and is at most 1");
	return false;
}

bool
probability_of(struct loader *l, const struct node *n, ppm *out)
{
	return ppm_value(l, n, PPM_ONE, out);
}

void
read_likelihood(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	ppm_value(l, n, PPM_ONE - 1, member(entry, f));
}

void
read_probability(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	ppm_value(l, n, PPM_ONE, member(entry, f));
}

void
read_share(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	if (n->kind == NODE_SCALAR && strcmp(n->text, "0") == 0)
		*(ppm *)member(entry, f) = 0;
	else
		ppm_value(l, n, PPM_ONE, member(entry, f));
}

void
read_thousandths(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	enum { MOST = 1000000 };
	int64_t v;

	if (!want_scalar(l, n))
		return;
	if (!decimal(n->text, n->len, 1000, &v))
		complain(l->d, BAD_VALUE, n->at, "'%.*s' is no number such as 1 or 1.5", CLIP(n->len), n->text);
	else if (v > MOST)
		complain(l->d, OUT_OF_RANGE, n->at, "'%s' is at most %d", f->key, MOST / 1000);
	else
		*(int64_t *)member(entry, f) = v;
}

void
read_frequency_or_none(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	if (n->kind == NODE_SCALAR && strcmp(n->text, "0") == 0)
		*(int32_t *)member(entry, f) = 0;
	else
		read_frequency(l, n, entry, f);
}

void
read_frequency(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const char *names[COUNT(frequencies)];
	struct diag *g;
	int64_t v;

	if (!want_scalar(l, n))
		return;
	if (word_or_number(n, frequencies, 1000, false, &v) && v > 0 && v <= PPM_ONE) {
		*(int32_t *)member(entry, f) = (int32_t)v;
		return;
	}
	for (size_t i = 0; i + 1 < COUNT(frequencies); i++)
		names[i] = frequencies[i].name;
	g = complain(l->d, BAD_PROBABILITY, n->at, "'%.*s' is no frequency", CLIP(n->len), n->text);
	diag_suggest(l->d, g, n->text, names, COUNT(frequencies) - 1);
	if (!g->hint || g->hint[0] == 'a')
		diag_hint(l->d, g, "write very-common, common, occasional, rare, very-rare, or a number per 1000 tickets");
}

/* --- names --- */

void
check_name(struct loader *l, const struct node *n, const char *what)
{
	struct diag *g;

	if (!is_name(n->text)) {
		complain(l->d, BAD_NAME, n->at, "%s is letters, digits and _, not '%.*s'", what, CLIP(n->len), n->text);
	} else if (is_reserved(n->text, n->len)) {
		g = complain(l->d, BAD_NAME, n->at, "%s cannot be '%s'", what, n->text);
		diag_hint(l->d, g, "it is a word of conditions; choose another one");
	}
}

const struct template *
find_template(struct loader *l, const struct node *n)
{
	const struct template *t;
	struct diag *g;

	if (!want_scalar(l, n))
		return NULL;
	t = own_find(l->rb, NAME_TEMPLATE, n->text, n->len);
	if (t || own_spares_template(l->rb))
		return t;
	g = complain(l->d, UNKNOWN_TEMPLATE, n->at, "no template '%.*s'", CLIP(n->len), n->text);
	own_suggest_template(l->rb, l->d, g, n->text, n->len);
	return NULL;
}

const struct slot *
find_slot(struct loader *l, const struct template *t, const struct node *n)
{
	const struct slot *slot = own_slot(l->rb, t, n->text, n->len);
	struct diag *g;

	if (slot)
		return slot;
	g = complain(l->d, UNKNOWN_SLOT, n->at, "template '%s' has no slot '%.*s'", t->entry.id, CLIP(n->len), n->text);
	own_suggest_slot(l->rb, l->d, g, t, n->text, n->len);
	return NULL;
}

/* --- ids, which may be declared in a later file --- */

static const struct {
	enum name_kind kind;
	const char *what;
	size_t list, count;
} linked[] = {
	{ NAME_STEP, "step", FIELD(rulebase, steps), FIELD(rulebase, nsteps) },
	{ NAME_REQUIREMENT, "requirement", FIELD(rulebase, requirements), FIELD(rulebase, nrequirements) },
	{ NAME_CHECK, "check", FIELD(rulebase, checks), FIELD(rulebase, nchecks) },
	{ NAME_SETUP, "set-up", FIELD(rulebase, setups), FIELD(rulebase, nsetups) },
};

static void
complain_id(struct loader *l, const struct reference *r)
{
	const struct entry *const *entries = NULL;
	const char **names, *what = "entry";
	struct diag *g;
	size_t count = 0, n = 0;

	for (size_t i = 0; i < COUNT(linked); i++)
		if (linked[i].kind == r->kind) {
			what = linked[i].what;
			memcpy(&entries, (const char *)l->rb + linked[i].list, sizeof entries);
			memcpy(&count, (const char *)l->rb + linked[i].count, sizeof count);
		}
	names = own_names(l->rb, count);
	for (size_t i = 0; names && i < count; i++)
		if (entries[i]->id[0] != '?')	/* an entry without an id */
			names[n++] = entries[i]->id;
	g = complain(l->d, UNKNOWN_ID, r->at, "no %s '%.*s'", what, CLIP(strlen(r->id)), r->id);
	own_suggest(l->d, g, r->id, strlen(r->id), names, n);
}

static bool
refer(struct loader *l, enum name_kind kind, const struct node *n, const void **where)
{
	if (!want_scalar(l, n))
		return false;
	l->references = arena_grow(l->temp, l->references, l->nreferences, &l->references_cap, sizeof *l->references);
	l->references[l->nreferences++] = (struct reference){ kind, n->text, n->at, where };
	return true;
}

void
resolve_references(struct loader *l)
{
	for (size_t i = 0; i < l->nreferences; i++) {
		const struct reference *r = l->references + i;

		*r->where = own_find(l->rb, r->kind, r->id, strlen(r->id));
		if (!*r->where && !own_spares_id(l->rb))
			complain_id(l, r);
	}
}

void
read_link(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const struct link *link = f->how;

	refer(l, link->kind, n, member(entry, f));
}

static bool
is_repeated(const struct node *list, const struct node *item)
{
	for (const struct node *n = list->first; n && n != item; n = n->next)
		if (n->kind == NODE_SCALAR && n->len == item->len && memcmp(n->text, item->text, n->len) == 0)
			return true;
	return false;
}

void
read_links(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	const struct link *link = f->how;
	const struct node *item;
	const void **entries;
	size_t count, i = 0;

	if (!want_items(l, n, &item, &count))
		return;
	if (count > MOST_LISTED) {
		complain(l->d, TOO_LARGE, n->at, "'%s' lists more than %d entries", f->key, MOST_LISTED);
		return;
	}
	entries = arena_array(l->a, count, sizeof *entries);
	for (; item; item = next_item(n, item)) {
		if (!refer(l, link->kind, item, entries + i))
			continue;
		i++;
		if (n != item && is_repeated(n, item))
			complain(l->d, DUPLICATE_ID, item->at, "'%.*s' stands here twice", CLIP(item->len), item->text);
	}
	*(const void ***)member(entry, f) = entries;
	*(size_t *)((char *)entry + link->count) = i;
}

/* --- conditions and values --- */

bool
compile(struct loader *l, const struct node *n, struct condition *out)
{
	struct cond_context c = { .rb = l->rb, .diags = l->d };
	struct alias *per = NULL;
	struct scope scope = {0};

	if (l->per) {
		per = arena_alloc(l->a, sizeof *per);
		*per = (struct alias){ .name = own_name(l->rb, l->per->entry.id, strlen(l->per->entry.id)), .of = l->per };
		scope = (struct scope){ per, 1, 1 };
	}
	warn_cut(l, n);
	return cond_compile(&c, n, &scope, out);
}

void
read_condition(struct loader *l, const struct node *n, void *entry, const struct field *f)
{
	compile(l, n, member(entry, f));
}

static struct expr *
new_constant(struct loader *l, enum op op, const struct slot *slot, struct place at)
{
	struct expr *e = arena_alloc(l->a, sizeof *e);

	*e = (struct expr){ .op = op, .type = slot->type, .at = at };
	return e;
}

/* $name: what the pattern's group took. */
static const struct expr *
captured(struct loader *l, const struct node *n, const struct slot *slot)
{
	const char *names[32];
	struct expr *e = new_constant(l, OP_CAPTURE, slot, n->at);
	struct diag *g;

	if (!l->regex)
		return NULL;
	e->slot = regex_group(l->regex->regex, n->text + 1);
	if (e->slot > 0)
		return e;
	g = complain(l->d, UNKNOWN_GROUP, n->at, "the regular expression has no group '%.*s'", CLIP(n->len - 1), n->text + 1);
	diag_suggest(l->d, g, n->text + 1, names, regex_group_names(l->regex->regex, names, COUNT(names)));
	return NULL;
}

static const struct expr *
constant(struct loader *l, const struct node *n, const struct slot *slot)
{
	struct expr *e;
	value v;

	if (!want_scalar(l, n) || slot->type == TYPE_COUNT)
		return NULL;
	if (!cond_constant(l->rb->syms, l->d, slot, n->text, n->len, n->at, &v))
		return NULL;
	e = new_constant(l, OP_CONST, slot, n->at);
	e->constant = v;
	return e;
}

static const struct expr *
setting_value(struct loader *l, const struct node *n, const struct slot *slot, struct scope *scope)
{
	struct cond_context c = { .rb = l->rb, .diags = l->d, .rule = true, .lenient = l->lenient };

	if (n->kind == NODE_SCALAR)
		warn_cut(l, n);
	if (scope)
		return cond_value(&c, n, scope, slot);
	if (l->groups && n->kind == NODE_SCALAR && n->text[0] == '$')
		return captured(l, n, slot);
	return constant(l, n, slot);
}

bool
read_settings(struct loader *l, const struct template *t, const struct node *n, struct scope *scope,
		struct setting **settings, size_t *nsettings)
{
	bool good = true;

	*nsettings = 0;
	if (!want_map(l, n, "a fact"))
		return false;
	*settings = arena_array(l->a, n->count, sizeof **settings);
	for (const struct node *v = n->first; v; v = v->next) {
		const struct slot *slot = find_slot(l, t, v->key);
		const struct expr *e = slot ? setting_value(l, v, slot, scope) : NULL;

		good = good && e;
		if (e)
			(*settings)[(*nsettings)++] = (struct setting){ slot->index, e };
	}
	return good;
}

/* --- texts with places for values --- */

struct pieces {
	struct piece *list;
	size_t n, cap;
	struct buf text;
};

static void
add_piece(struct loader *l, struct pieces *p, struct piece piece)
{
	p->list = arena_grow(l->a, p->list, p->n, &p->cap, sizeof *p->list);
	p->list[p->n++] = piece;
}

static void
end_text(struct loader *l, struct pieces *p)
{
	if (p->text.len)
		add_piece(l, p, (struct piece){ .text = arena_strndup(l->a, p->text.text, p->text.len) });
	buf_clear(&p->text);
}

/* The bytes [from, to) between { and }. */
static void
add_slot(struct loader *l, struct pieces *p, const struct node *n, size_t from, size_t to)
{
	const char *dot = memchr(n->text + from, '.', to - from);
	size_t at = dot ? (size_t)(dot - n->text) : to;
	const struct template *t = own_find(l->rb, NAME_TEMPLATE, n->text + from, at - from);
	const struct slot *slot = t && dot ? own_slot(l->rb, t, dot + 1, to - at - 1) : NULL;
	struct place place = node_place(l->d, n, from, to);
	struct diag *g;

	if (slot) {
		end_text(l, p);
		add_piece(l, p, (struct piece){ .of = t, .slot = slot->index });
		return;
	}
	if (!t && own_spares_template(l->rb))
		return;
	g = complain(l->d, BAD_PLACEHOLDER, place, "{%.*s} names no slot", CLIP(to - from), n->text + from);
	if (t && dot) {
		own_suggest_slot(l->rb, l->d, g, t, dot + 1, to - at - 1);
	} else {
		diag_hint(l->d, g, "write {template.slot}; a brace as such is written {{ or }}");
	}
}

static size_t
read_piece(struct loader *l, struct pieces *p, const struct node *n, size_t i)
{
	const char *end = strchr(n->text + i, '}');
	char c = n->text[i];

	if ((c == '{' || c == '}') && n->text[i + 1] == c) {
		buf_putc(&p->text, c);
		return i + 2;
	}
	if (c == '{' && end) {
		add_slot(l, p, n, i + 1, (size_t)(end - n->text));
		return (size_t)(end - n->text) + 1;
	}
	if (c == '{' || c == '}') {
		struct diag *g = complain(l->d, BAD_PLACEHOLDER, node_place(l->d, n, i, i + 1), "a single %c", c);

		diag_hint(l->d, g, "write {template.slot}; a brace as such is written {{ or }}");
		return i + 1;
	}
	buf_putc(&p->text, c);
	return i + 1;
}

void
read_say(struct loader *l, const struct node *n, struct say *out)
{
	struct pieces p = {0};

	*out = (struct say){0};
	if (!want_scalar(l, n))
		return;
	warn_cut(l, n);
	if (n->len == 0)
		complain(l->d, EMPTY_VALUE, n->at, "an empty text");
	if (memchr(n->text, '\0', n->len))
		complain(l->d, BAD_VALUE, n->at, "a text with a NUL character");
	for (size_t i = 0; n->text[i];)
		i = read_piece(l, &p, n, i);
	end_text(l, &p);
	buf_free(&p.text);
	*out = (struct say){ p.list, p.n };
}
