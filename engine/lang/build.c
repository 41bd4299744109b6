/* SPDX-License-Identifier: MIT */
#include "lang/build.h"

#include <string.h>

/* --- numbers for equal things --- */

/* Tags of pairs besides the operators, which are their own tags. */
enum { TAG_ALIAS = OP__COUNT, TAG_CONSTANT, TAG_LIST, TAG_COUNT, TAG_LEAF, ID_BITS = 28 };

/*
 * The number of a pair of numbers: the same pair, the same number. Larger things are made of pairs of pairs, so equality is exact: no
 * hash stands for a thing. 2^28 different expressions do not fit into the memory of rule bases that can be loaded.
 */
static uint32_t
pair(struct own *own, unsigned tag, uint32_t a, uint32_t b)
{
	uint64_t key = (uint64_t)tag << (2 * ID_BITS) | (uint64_t)a << ID_BITS | b;
	uintptr_t id = (uintptr_t)map_get(&own->shapes, key);

	if (!id) {
		id = own->shapes.n + 1;
		map_put(&own->shapes, key, (void *)id);
	}
	return (uint32_t)id;
}

static uint32_t
number_of_constant(struct own *own, enum type type, value v)
{
	uint64_t bits = (uint64_t)v, mask = ((uint64_t)1 << ID_BITS) - 1;
	uint32_t low = pair(own, TAG_CONSTANT, (uint32_t)(bits & mask), (uint32_t)(bits >> ID_BITS & mask));

	return pair(own, OP_CONST, low, (uint32_t)(bits >> (2 * ID_BITS)) << 4 | (uint32_t)type);
}

/* Aliases count by name and template, so that conditions of different entries compare. */
static uint32_t
number_of_alias(struct builder *b, int alias)
{
	const struct alias *a = builder_alias(b, alias);
	uint32_t name = 0;

	sym_find(b->rb->syms, a->name, strlen(a->name), &name);
	return pair(b->rb->own, TAG_ALIAS, name, (uint32_t)a->of->index);
}

static uint32_t
number_of_args(struct own *own, const struct expr *e)
{
	uint32_t id = e->nargs ? e->args[0]->id : 0;

	for (uint32_t i = 1; i < e->nargs; i++)
		id = pair(own, TAG_LIST, id, e->args[i]->id);
	return id;
}

void
expr_seal(struct builder *b, struct expr *e)
{
	struct own *own = b->rb->own;
	uint32_t args, more = e->nargs;

	if (!b->numbered)
		return;
	args = number_of_args(own, e);
	switch ((int)e->op) {
	case OP_SOME: case OP_NONE: case OP_EVERY:
		more = number_of_alias(b, e->alias);
		break;
	case OP_COUNT:
		more = pair(own, TAG_COUNT, number_of_alias(b, e->alias), (uint32_t)e->compare);
		more = pair(own, TAG_COUNT, more, number_of_constant(own, TYPE_INTEGER, e->constant));
		break;
	case OP_MATCHES:
		more = (uint32_t)e->slot;
		break;
	}
	e->id = pair(own, e->op, args, more);
}

/* --- making --- */

struct alias *
builder_alias(struct builder *b, int alias)
{
	return alias >= QUANTIFIED ? b->quantified + (alias - QUANTIFIED) : b->joined + alias;
}

struct expr *
expr_new(struct builder *b, enum op op, enum type type, struct place at, const struct expr *const *args, uint32_t nargs)
{
	struct expr *e = arena_take(b->rb->arena, sizeof *e + nargs * sizeof *args);
	const struct expr **copy = (const struct expr **)(e + 1);

	*e = (struct expr){ .op = op, .type = type, .at = at, .nargs = nargs };
	if (nargs) {
		memcpy(copy, args, nargs * sizeof *copy);
		e->args = copy;
	}
	return e;
}

struct expr *
expr_constant(struct builder *b, enum type type, value v, struct place at)
{
	struct expr *e = expr_new(b, OP_CONST, type, at, NULL, 0);

	e->constant = v;
	if (b->numbered)
		e->id = number_of_constant(b->rb->own, type, v);
	return e;
}

static struct expr *
new_slot(struct builder *b, int alias, const struct slot *slot, struct place at)
{
	struct expr *e = expr_new(b, OP_SLOT, slot->type, at, NULL, 0);

	e->alias = alias;
	e->slot = slot->index;
	if (b->numbered)
		e->id = pair(b->rb->own, OP_SLOT, number_of_alias(b, alias), (uint32_t)slot->index);
	return e;
}

/* In rules, of which there can be many, slots of joined facts are shared. Those of quantifiers are not: their alias is renumbered in the end. */
struct expr *
expr_slot(struct builder *b, int alias, const struct slot *slot, struct place at)
{
	struct map *leaves = &b->rb->own->leaves;
	uint64_t key;
	struct expr *e;

	if (b->numbered || alias >= QUANTIFIED)
		return new_slot(b, alias, slot, at);
	key = map_key((uint32_t)builder_alias(b, alias)->of->index, (uint32_t)slot->index << 8 | (uint32_t)alias);
	e = map_get(leaves, key);
	if (!e) {
		e = new_slot(b, alias, slot, at);
		map_put(leaves, key, e);
	}
	return e;
}
