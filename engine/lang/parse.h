/* SPDX-License-Identifier: MIT */
/*
 * From the text of a condition to typed expressions. lang/cond.c puts texts, lists and mappings together and keeps the names; this
 * file reads one text. All complaints about it are made here.
 */
#ifndef LANG_PARSE_H
#define LANG_PARSE_H

#include "lang/build.h"

/* Reads the text of a scalar as a condition. NULL after a complaint (then b->failed is set). */
struct expr *parse_condition(struct builder *b, const struct node *scalar);

/* Reads the text of a scalar as a value for a slot. NULL after a complaint. */
struct expr *parse_value(struct builder *b, const struct node *scalar, const struct slot *slot);

/* Reads a constant of a slot's type; `of` is checked. False after a complaint. */
bool parse_constant(struct symtab *syms, struct diags *d, const struct slot *slot, const char *text, size_t n, struct place at, value *out);

/*
 * The regular expression /.../flags that is all of a scalar's bytes [from, to): compiled, or found among those compiled before. NULL after a
 * complaint.
 */
const struct compiled *parse_regex(struct rulebase *rb, struct diags *d, const struct node *scalar, size_t from, size_t to);

#endif
