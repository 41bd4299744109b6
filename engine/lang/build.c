/* SPDX-License-Identifier: MIT */
#include "lang/build.h"

#include <string.h>

/* --- numbers for equal conditions --- */

static void
key_number(struct buf *key, uint32_t n)
{
	buf_add(key, (const char *)&n, sizeof n);
}

/* Aliases count by name and template, so that conditions of different entries compare. A name is interned: its address is the name. */
static void
key_alias(struct builder *b, struct buf *key, int alias)
{
	const struct alias *a = builder_alias(b, alias);

	key_number(key, (uint32_t)a->of->index);
	buf_add(key, (const char *)&a->name, sizeof a->name);
}

/* Appends all that makes a condition what it is. */
static void
key_expr(struct builder *b, struct buf *key, const struct expr *e)
{
	buf_putc(key, (char)e->op);
	buf_putc(key, (char)e->type);
	key_number(key, e->nargs);
	switch ((int)e->op) {
	case OP_SLOT:
		key_alias(b, key, e->alias);
		key_number(key, (uint32_t)e->slot);
		break;
	case OP_SOME: case OP_NONE: case OP_EVERY: case OP_COUNT:
		key_alias(b, key, e->alias);
		key_number(key, e->compare);
		buf_add(key, (const char *)&e->constant, sizeof e->constant);
		break;
	case OP_CONST:
		buf_add(key, (const char *)&e->constant, sizeof e->constant);
		break;
	case OP_MATCHES:
		buf_add(key, (const char *)&e->regex, sizeof e->regex);	/* equal ones are compiled once */
		break;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		key_expr(b, key, e->args[i]);
}

uint32_t
expr_number(struct builder *b, const struct expr *e)
{
	struct own *own = b->rb->own;

	buf_clear(&own->key);
	key_expr(b, &own->key, e);
	return 1 + sym_intern(own->shapes, own->key.text, own->key.len);
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

	*e = (struct expr){ .op = op, .type = type, .at = at, .nargs = nargs };
	if (nargs)
		memcpy(e->args, args, nargs * sizeof *args);
	return e;
}

static struct expr *
new_constant(struct builder *b, enum type type, value v)
{
	struct expr *e = expr_new(b, OP_CONST, type, (struct place){0}, NULL, 0);

	e->constant = v;
	return e;
}

/* There can be many conditions, and most are about the same slots and values: these are made once. Two values that share a key are rare. */
struct expr *
expr_constant(struct builder *b, enum type type, value v)
{
	struct map *constants = &b->rb->own->constants;
	uint64_t key = (uint64_t)v ^ (uint64_t)type << 56;
	struct expr *e = map_get(constants, key);

	if (e && e->type == type && e->constant == v)
		return e;
	e = new_constant(b, type, v);
	map_put(constants, key, e);
	return e;
}

static struct expr *
new_slot(struct builder *b, int alias, const struct slot *slot)
{
	struct expr *e = expr_new(b, OP_SLOT, slot->type, (struct place){0}, NULL, 0);

	e->alias = alias;
	e->slot = slot->index;
	return e;
}

/* Slots of quantified aliases are not shared: their alias is renumbered in the end. */
struct expr *
expr_slot(struct builder *b, int alias, const struct slot *slot)
{
	struct map *leaves = &b->rb->own->leaves;
	uint64_t key;
	struct expr *e;

	if (alias >= QUANTIFIED)
		return new_slot(b, alias, slot);
	key = map_key((uint32_t)builder_alias(b, alias)->of->index, (uint32_t)slot->index << 8 | (uint32_t)alias);
	e = map_get(leaves, key);
	if (!e) {
		e = new_slot(b, alias, slot);
		map_put(leaves, key, e);
	}
	return e;
}
