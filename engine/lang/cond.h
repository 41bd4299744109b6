/* SPDX-License-Identifier: MIT */
/*
 * Conditions and expressions: text to typed trees. What the loader needs of them, and what `--answer`, `explain` and tests may use.
 */
#ifndef LANG_COND_H
#define LANG_COND_H

#include "lang/rulebase.h"

/* What a condition is compiled against and into. */
struct cond_context {
	struct rulebase *rb;		/* vocabulary, arena, symbols */
	struct diags *diags;
	bool rule;			/* of a rule, of which there can be many: it gets no id */
	bool lenient;			/* cond_value: the condition before it failed, and may have bound any template under its own name */
};

/* Compiles a condition node (scalar, list or mapping). `scope` holds the aliases given by `for` (may be empty) and grows. False after an error. */
bool cond_compile(struct cond_context *c, const struct node *n, struct scope *scope, struct condition *out);

/* Compiles a value for a slot (`add: t {slot: VALUE}`); barewords are read by the slot's type. NULL after an error. */
const struct expr *cond_value(struct cond_context *c, const struct node *n, struct scope *scope, const struct slot *slot);

/* Reads `text` as a constant of a slot's type, `of` checked; on failure the diagnostic (with suggestion) is at `at`. */
bool cond_constant(struct symtab *syms, struct diags *d, const struct slot *slot,
		const char *text, size_t n, struct place at, value *out);

#endif
