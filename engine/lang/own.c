/* SPDX-License-Identifier: MIT */
/* Also the look-ups of rulebase.h. */
#include "lang/own.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COMPARED = 200000, LONGEST_NAME = 80 };

struct rulebase *
own_new(void)
{
	struct arena *arena = arena_new();
	struct rulebase *rb = arena_alloc(arena, sizeof *rb);

	rb->arena = arena;
	rb->syms = sym_new(NULL);
	rb->own = arena_alloc(arena, sizeof *rb->own);
	rb->network = arena_alloc(arena, sizeof *rb->network);
	rb->own->shapes = sym_new(NULL);
	rb->own->regex_texts = sym_new(NULL);
	return rb;
}

void
own_free(struct rulebase *rb)
{
	struct own *own = rb->own;

	for (size_t i = 0; i < own->nregexes; i++)
		regex_free(own->regexes[i].regex);
	map_free(&own->names);
	buf_free(&own->key);
	sym_free(own->shapes);
	map_free(&own->leaves);
	map_free(&own->constants);
	sym_free(own->regex_texts);
	sym_free(rb->syms);
	arena_free(rb->arena);
}

void *
own_find(const struct rulebase *rb, uint32_t kind, const char *name, size_t n)
{
	uint32_t id;

	return sym_find(rb->syms, name, n, &id) ? map_get(&rb->own->names, map_key(kind, id)) : NULL;
}

void *
own_enter(struct rulebase *rb, uint32_t kind, const char *name, void *entry)
{
	uint64_t key = map_key(kind, sym_of(rb->syms, name));

	return map_put(&rb->own->names, key, entry) ? NULL : map_get(&rb->own->names, key);
}

const struct slot *
own_slot(const struct rulebase *rb, const struct template *t, const char *name, size_t n)
{
	return own_find(rb, NAME_SLOT + (uint32_t)t->index, name, n);
}

const char *
own_name(struct rulebase *rb, const char *s, size_t n)
{
	return sym_text(rb->syms, sym_intern(rb->syms, s, n));
}

bool
own_spares_template(struct rulebase *rb)
{
	rb->own->spared |= rb->own->templates_missing;
	return rb->own->templates_missing;
}

bool
own_spares_id(struct rulebase *rb)
{
	rb->own->spared |= rb->own->ids_missing;
	return rb->own->ids_missing;
}

const char **
own_names(struct rulebase *rb, size_t n)
{
	rb->own->compared += n;
	return rb->own->compared > MOST_COMPARED ? NULL : machine_alloc(n * sizeof (char *));
}

void
own_suggest(struct diags *d, struct diag *g, const char *wrong, size_t len, const char **names, size_t n)
{
	char word[LONGEST_NAME + 1];

	if (names && len <= LONGEST_NAME) {
		memcpy(word, wrong, len);
		word[len] = '\0';
		diag_suggest(d, g, word, names, n);
	}
	free(names);
}

void
own_suggest_slot(struct rulebase *rb, struct diags *d, struct diag *g, const struct template *t, const char *wrong, size_t len)
{
	const char **names = own_names(rb, (size_t)t->nslots);

	for (int i = 0; names && i < t->nslots; i++)
		names[i] = t->slots[i].name;
	own_suggest(d, g, wrong, len, names, (size_t)t->nslots);
}

void
own_suggest_template(struct rulebase *rb, struct diags *d, struct diag *g, const char *wrong, size_t len)
{
	const char **names = own_names(rb, rb->ntemplates);

	for (size_t i = 0; names && i < rb->ntemplates; i++)
		names[i] = rb->templates[i]->entry.id;
	own_suggest(d, g, wrong, len, names, rb->ntemplates);
}

static const void *
look_up(const struct rulebase *rb, enum name_kind kind, const char *name)
{
	return own_find(rb, kind, name, strlen(name));
}

const struct template *
rulebase_template(const struct rulebase *rb, const char *name)
{
	return look_up(rb, NAME_TEMPLATE, name);
}

int
template_slot(const struct template *t, const char *name)
{
	for (int i = 0; i < t->nslots; i++)
		if (strcmp(t->slots[i].name, name) == 0)
			return i;
	return -1;
}

const struct issue *
rulebase_issue(const struct rulebase *rb, const char *id)
{
	return look_up(rb, NAME_ISSUE, id);
}

const struct step *
rulebase_step(const struct rulebase *rb, const char *id)
{
	return look_up(rb, NAME_STEP, id);
}

const struct requirement *
rulebase_requirement(const struct rulebase *rb, const char *id)
{
	return look_up(rb, NAME_REQUIREMENT, id);
}

const struct check *
rulebase_check(const struct rulebase *rb, const char *id)
{
	return look_up(rb, NAME_CHECK, id);
}

const struct profile_of_cost *
rulebase_profile(const struct rulebase *rb, const char *id)
{
	return look_up(rb, NAME_PROFILE, id);
}

const struct rule *
rulebase_rule(const struct rulebase *rb, const char *id)
{
	return look_up(rb, NAME_RULE, id);
}
