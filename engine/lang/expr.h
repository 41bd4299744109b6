/* SPDX-License-Identifier: MIT */
/*
 * Conditions and value expressions as typed trees. They are built by lang/cond.c, type-checked against the vocabulary, and
 * read-only from then on; match/eval.c evaluates them.
 */
#ifndef LANG_EXPR_H
#define LANG_EXPR_H

#include "base/diag.h"
#include "base/regex.h"
#include "base/value.h"

struct template;

enum op {
	/* values */
	OP_CONST, OP_SLOT, OP_NOW, OP_CAPTURE,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_NEG,
	OP_LENGTH, OP_LOWER, OP_MIN, OP_MAX, OP_ABS, OP_FLOOR, OP_DECIMAL,
	OP_TO_NUMBER,		/* an integer where a number is needed; made by the type check */
	/* conditions (type TYPE_YES_NO, three-valued) */
	OP_AND, OP_OR, OP_NOT,	/* AND, OR: any number of arguments */
	OP_IS, OP_IS_NOT, OP_LT, OP_LE, OP_GT, OP_GE,
	OP_IN,			/* args[0] in constants args[1..] */
	OP_MATCHES, OP_CONTAINS,
	OP_KNOWN,		/* OP_NOT above it for `is unknown` */
	OP_TRUTH,		/* a yes-no value as a condition */
	OP_SOME, OP_NONE, OP_EVERY, OP_COUNT,
	OP__COUNT
};

/* True for the operators that range over the facts of a template. */
static inline bool
op_quantifies(enum op op)
{
	return op == OP_SOME || op == OP_NONE || op == OP_EVERY || op == OP_COUNT;
}

/*
 * Types after the type check: both sides of a comparison are of one type; IN compares with constants of the type of args[0]; MATCHES and
 * CONTAINS look at text, symbols or versions (all interned text). Arithmetic:
 *
 *   + -   of two integers, numbers, durations, bytes; time + duration, time - duration are times, time - time is a duration
 *   *     of two integers or numbers; duration or bytes (first) times integer or number
 *   /     of two numbers (integers, durations and bytes become numbers before); duration or bytes by integer or number
 *
 * An integer beside a number is under a TO_NUMBER; so are durations and bytes that are divided by each other.
 */
/*
 * args/nargs by op: unary and binary as usual; SOME, NONE, EVERY: args[0] is the `where` condition or nargs is 0;
 * COUNT: the same, compared by `compare` (OP_IS, OP_IS_NOT, OP_LT ..) with the integer `bound`.
 *
 * Rule bases have many of them: their parts are ordered and narrow to take 48 bytes.
 */
struct expr {
	enum op op : 8;
	enum type type : 8;			/* of the result; TYPE_YES_NO for conditions */
	enum op compare : 8;			/* COUNT */
	uint32_t nargs;
	struct place at;			/* of a condition */
	int alias;				/* SLOT, quantifiers */
	union {
		value constant;			/* CONST, COUNT's bound */
		const struct regex *regex;	/* MATCHES */
		int slot;			/* SLOT; CAPTURE: the number of the group */
	};
	const char *text;			/* the condition as written, for reports; only on the roots and on list items */
	const struct expr *args[];
};

/*
 * The names that a condition uses. Aliases outside quantifiers come first: 0 .. njoin-1 in the order of `for` and then of
 * appearance; a fact environment is an array indexed by alias.
 */
struct alias {
	const char *name;
	const struct template *of;
	uint64_t reads;		/* bit i: slot i of the fact is read (slots from 63 on share bit 63) */
};

struct scope {
	struct alias *aliases;
	int n, njoin;
};

/* A condition with its names; expr is NULL when the entry has none (always true). */
struct condition {
	struct scope scope;
	const struct expr *expr;
	const char *text;	/* as written, on one line; NULL in a rule where it is a list, whose items have theirs */
	struct place at;
	uint32_t id;		/* outside rules: equal conditions have equal ids; aliases count by name and template. Else 0 */
};

#endif
