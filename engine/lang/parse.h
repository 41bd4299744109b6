/* SPDX-License-Identifier: MIT */
/*
 * From the text of a condition to typed expressions. lang/cond.c puts texts, lists and mappings together and keeps the names; this
 * file reads one text. All complaints about it are made here.
 */
#ifndef LANG_PARSE_H
#define LANG_PARSE_H

#include "lang/cond.h"
#include "lang/own.h"

enum {
	MAX_ALIASES = 64,	/* of one condition, quantifiers included */
	MAX_QUANTIFIERS = 16,	/* within each other */
	QUANTIFIED = 1 << 16,	/* aliases of quantifiers count from here until the condition is complete */
};

/* A condition or value that is being built. */
struct builder {
	struct cond_context *c;
	struct alias joined[MAX_ALIASES], quantified[MAX_ALIASES];
	int njoined, nquantified;
	int visible[MAX_QUANTIFIERS];	/* the quantifiers we are inside of, innermost last */
	int nvisible;
	bool closed;			/* a template's name makes no new alias: values of actions */
	bool failed;			/* something was complained about, or cannot be known */
};

/* Reads the text of a scalar as a condition. NULL after a complaint (then b->failed is set). */
struct expr *parse_condition(struct builder *b, const struct node *scalar);

/* Reads the text of a scalar as a value for a slot. NULL after a complaint. */
struct expr *parse_value(struct builder *b, const struct node *scalar, const struct slot *slot);

/* Makes an expression; `args` is copied. */
struct expr *expr_new(struct builder *b, enum op op, enum type type, struct place at, const struct expr *const *args, uint32_t nargs);

/* Sets the `id` of a condition, after all its members were set. */
void expr_seal(struct builder *b, struct expr *e);

/* An alias by number, joined or quantified. */
struct alias *builder_alias(struct builder *b, int alias);

/*
 * The regular expression /.../flags that is all of a scalar's bytes [from, to): compiled, or found among those compiled before. NULL after a
 * complaint.
 */
const struct compiled *parse_regex(struct rulebase *rb, struct diags *d, const struct node *scalar, size_t from, size_t to);

#endif
