/* SPDX-License-Identifier: MIT */
/* One answer of a person: "device.trust_prompt=yes", "device[device-2].battery=40". */
#include "facts/inputs.h"

#include "base/text.h"
#include "facts/pick.h"
#include "lang/codes.h"

#include <stdlib.h>
#include <string.h>

/* The spec and its parts; a name's place in the spec is where it starts. */
struct answer {
	struct factset *fs;
	struct diags *d;
	uint32_t file;
	const char *spec;
	const char *template, *key, *slot, *value;	/* key: NULL when none is given */
	size_t template_at, key_at, slot_at, value_at;
};

static struct place
at(const struct answer *a, size_t from, size_t n)
{
	return (struct place){
		a->file, 1, (uint32_t)text_columns(a->spec, from) + 1,
		1, (uint32_t)text_columns(a->spec, from + n) + 1,
	};
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static size_t
name_len(const char *s)
{
	size_t n = 0;

	while (is_name(s[n]))
		n++;
	return n;
}

/* Cuts the spec into its parts, in the arena. */
static bool
split(struct answer *a)
{
	struct arena *arena = a->fs->arena;
	const char *p = a->spec, *close;
	size_t n = name_len(p);

	a->template = arena_strndup(arena, p, n);
	p += n;
	if (n && *p == '[' && (close = strstr(p, "].")) != NULL) {
		a->key_at = (size_t)(p + 1 - a->spec);
		a->key = arena_strndup(arena, p + 1, (size_t)(close - p - 1));
		p = close + 1;
	}
	if (!n || *p != '.')
		return false;
	a->slot_at = (size_t)(++p - a->spec);
	n = name_len(p);
	a->slot = arena_strndup(arena, p, n);
	p += n;
	if (!n || *p != '=')
		return false;
	a->value = p + 1;
	a->value_at = (size_t)(p + 1 - a->spec);
	return true;
}

static const struct template *
find_template(const struct answer *a)
{
	const struct rulebase *rb = a->fs->rb;
	const struct template *t = rulebase_template(rb, a->template);
	const char **names;
	struct diag *g;

	if (t)
		return t;
	names = machine_alloc((rb->ntemplates + 1) * sizeof *names);
	for (size_t i = 0; i < rb->ntemplates; i++)
		names[i] = rb->templates[i]->entry.id;
	g = complain(a->d, UNKNOWN_TEMPLATE, at(a, 0, strlen(a->template)), "no template '%.*s'",
			CLIP(strlen(a->template)), a->template);
	diag_suggest(a->d, g, a->template, names, rb->ntemplates);
	free(names);
	return NULL;
}

static const struct slot *
find_slot(const struct answer *a, const struct template *t)
{
	int slot = template_slot(t, a->slot);
	const char **names;
	struct diag *g;

	if (slot >= 0)
		return t->slots + slot;
	names = machine_alloc(((size_t)t->nslots + 1) * sizeof *names);
	for (int i = 0; i < t->nslots; i++)
		names[i] = t->slots[i].name;
	g = complain(a->d, UNKNOWN_SLOT, at(a, a->slot_at, strlen(a->slot)), "'%s' has no slot '%.*s'", t->entry.id,
			CLIP(strlen(a->slot)), a->slot);
	diag_suggest(a->d, g, a->slot, names, (size_t)t->nslots);
	free(names);
	return NULL;
}

static bool
read_value(const struct answer *a, const struct slot *slot, value *out)
{
	size_t n = strlen(a->value), names = 0;
	const char *wrong;
	struct diag *g;

	if (strcmp(a->value, "unknown") == 0) {	/* no symbol is called so */
		*out = UNKNOWN;
		return true;
	}
	wrong = fact_value(a->fs, slot, a->value, n, out);
	if (!wrong)
		return true;
	g = complain(a->d, slot->of ? UNKNOWN_SYMBOL : BAD_VALUE, at(a, a->value_at, n), "'%.*s' is %s", CLIP(n), a->value, wrong);
	while (slot->of && slot->of[names])
		names++;
	if (names)
		diag_suggest(a->d, g, a->value, slot->of, names);
	return false;
}

/* The names by which a person can tell the facts of a template apart. */
static void
hint_keys(const struct answer *a, struct diag *g, const struct template *t, struct redactor *r)
{
	struct buf list = {0};

	pick_list(&list, a->fs, t, r);
	if (list.len)
		diag_hint(a->d, g, "there are: %s (written %s[..].%s=..)", buf_text(&list), t->entry.id, a->slot);
	buf_free(&list);
}

/* The fact with the key that was given, or the only one. NULL with *many 0: there is none yet. */
static struct factrec *
choose(const struct answer *a, const struct template *t, struct redactor *r, size_t *many)
{
	struct factrec *found = NULL;

	*many = 0;
	for (size_t i = 0; i < a->fs->nfacts; i++) {
		struct factrec *f = a->fs->facts[i];

		if (f->of != t || (a->key && (factrec_key(f) == UNKNOWN || !pick_names(a->key, a->fs, f, r))))
			continue;
		found = f;
		++*many;
	}
	return found;
}

static struct factrec *
keyed_fact(const struct answer *a, const struct template *t)
{
	struct redactor *r = redactor_new(a->fs, true);
	size_t many;
	struct factrec *f = choose(a, t, r, &many);
	struct diag *g = NULL;

	if (a->key && !f)
		g = complain(a->d, AMBIGUOUS_FACT, at(a, a->key_at, strlen(a->key)), "no %s '%.*s'", t->entry.id,
				CLIP(strlen(a->key)), a->key);
	else if (many > 1)
		g = complain(a->d, AMBIGUOUS_FACT, at(a, 0, strlen(a->template)), "there are %zu facts of '%s': which one?",
				many, t->entry.id);
	if (g) {
		hint_keys(a, g, t, r);
		f = NULL;
	} else if (!f) {
		f = factset_add(a->fs, t);
	}
	redactor_free(r);
	return f;
}

/* Answers about one thing without a key (an error with its code and its source) go to one fact. */
static struct factrec *
loose_fact(const struct answer *a, const struct template *t, int slot)
{
	for (size_t i = a->fs->nfacts; i-- > 0;) {
		struct factrec *f = a->fs->facts[i];
		bool answered = false;

		for (int k = 0; f->of == t && k < t->nslots; k++)
			answered |= f->sources[k] && strcmp(f->sources[k], "answer") == 0;
		if (answered && f->values[slot] == UNKNOWN)
			return f;
	}
	return factset_add(a->fs, t);
}

static void
fill(const struct answer *a, struct factrec *f, const struct slot *slot, value v)
{
	const struct template *t = f->of;

	if (v == UNKNOWN) {
		factset_put(a->fs, f, slot->index, UNKNOWN, "answer", a->fs->now);
		factset_unknown(a->fs, t, slot->index, factrec_key(f), "answer", "the answer was \"unknown\"", a->fs->now);
		return;
	}
	factset_put(a->fs, f, slot->index, v, "answer", a->fs->now);
	if (slot->given_by && strcmp(slot->given_by, "message") == 0)
		input_complaint(a->fs, a->value, strlen(a->value), "answer");
}

static bool
take(struct answer *a)
{
	const struct template *t = find_template(a);
	const struct slot *slot = t ? find_slot(a, t) : NULL;
	struct factrec *f;
	value v;

	if (!slot || !read_value(a, slot, &v))
		return false;
	if (slot->index == t->key && !*a->value) {
		complain(a->d, BAD_VALUE, at(a, a->value_at, 0), "'%s' tells which %s is meant and cannot be empty", slot->name, t->entry.id);
		return false;
	}
	if (a->key && t->key < 0) {
		complain(a->d, AMBIGUOUS_FACT, at(a, a->key_at, strlen(a->key)), "facts of '%s' have no key", t->entry.id);
		return false;
	}
	if (t->single)
		f = factset_add(a->fs, t);
	else if (t->key < 0)
		f = loose_fact(a, t, slot->index);
	else if (slot->index == t->key && !a->key && v != UNKNOWN)
		f = factset_keyed(a->fs, t, v, "answer", a->fs->now);
	else
		f = keyed_fact(a, t);
	if (f)
		fill(a, f, slot, v);
	return f;
}

bool
input_answer(struct factset *fs, struct diags *d, const char *spec)
{
	struct answer a = { .fs = fs, .d = d, .spec = spec };
	struct diag *g;

	a.file = diags_source(d, "--answer", spec, strlen(spec));
	if (split(&a))
		return take(&a);
	g = complain(d, BAD_ANSWER, at(&a, 0, strlen(spec)), "an answer is written template.slot=value");
	diag_hint(d, g, "such as device.battery=40, or device[device-2].battery=40 when there are several");
	return false;
}
