/* SPDX-License-Identifier: MIT */
/*
 * Making expressions, for the readers of conditions (parse.c, cond.c).
 */
#ifndef LANG_BUILD_H
#define LANG_BUILD_H

#include "lang/own.h"

enum {
	MAX_ALIASES = 64,	/* of one condition, quantifiers included */
	MAX_QUANTIFIERS = 16,	/* within each other */
	QUANTIFIED = 1 << 16,	/* aliases of quantifiers count from here until the condition is complete */
};

/* A condition or value that is being built. */
struct builder {
	struct rulebase *rb;
	struct diags *diags;
	bool lenient;			/* struct cond_context */
	struct alias joined[MAX_ALIASES], quantified[MAX_ALIASES];
	int njoined, nquantified;
	int visible[MAX_QUANTIFIERS];	/* the quantifiers we are inside of, innermost last */
	int nvisible;
	bool closed;			/* a template's name makes no new alias: values of actions */
	bool failed;			/* something was complained about, or cannot be known */
};

/* An alias by number, joined or quantified. */
struct alias *builder_alias(struct builder *b, int alias);

static inline bool
is_condition(const struct expr *e)
{
	return e->op >= OP_AND;
}

/* Makes an expression; `args` is copied. Members beyond these are set by the caller. */
struct expr *expr_new(struct builder *b, enum op op, enum type type, struct place at, const struct expr *const *args, uint32_t nargs);

/* The `id` of a condition, while its quantified aliases still have their first numbers. */
uint32_t expr_number(struct builder *b, const struct expr *e);

/* A constant; a slot of an alias. They are shared and so have no place. */
struct expr *expr_constant(struct builder *b, enum type type, value v);
struct expr *expr_slot(struct builder *b, int alias, const struct slot *slot);

#endif
