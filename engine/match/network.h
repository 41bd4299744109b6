/* SPDX-License-Identifier: MIT */
/*
 * The match network: what the rules ask of facts, compiled once for a rule base and only read from
 * then on, by any number of sessions and threads. It is data; matcher.c walks it.
 *
 * A rule's condition is a list of conjuncts. Those about one fact alone are the alias's tests: by
 * one of them, the narrowest, the alias is filed with its template, so that a fact comes only to
 * the aliases whose test it passes. Those about several facts say how to get from one fact to the
 * others: for every alias there is a route that begins with it, leg by leg, each with the indexes
 * that may answer it. For every quantifier there is a route from one of its facts to the
 * combinations that it can matter to.
 */
#ifndef MATCH_NETWORK_H
#define MATCH_NETWORK_H

#include "match/files.h"

/* ---- tests ---- */

enum test_kind {
	TEST_TREE,	/* any expression */
	TEST_CONSTANT,	/* a slot compared with a constant */
	TEST_SLOTS	/* a slot compared with a slot */
};

/* Small, because a wide rule base has many. */
struct test {
	uint8_t kind;		/* enum test_kind */
	uint8_t op;		/* OP_IS .. OP_GE */
	uint8_t type;		/* enum type: of what is compared */
	bool loose;		/* passed unless it is FALSE; others only when it is TRUE */
	int alias, slot;
	union {
		value constant;
		struct {
			int alias, slot;
		} other;
	} with;
	const struct expr *is;
};

/* A slot of an alias is equal to a constant (other is NULL) or to an expression. */
struct pin {
	int slot;
	const struct expr *other;
	value constant;
};

/* True when the expression reads the alias, quantifiers inside it included. */
bool expr_reads(const struct expr *e, int alias);

/* What an index on a slot of the alias can answer; `other` does not read the alias. */
bool expr_pins(const struct expr *e, int alias, struct pin *p);

/* The same for < <= > >=: slot `op` other. */
bool expr_bounds(const struct expr *e, int alias, struct pin *p, enum op *op);

/* ---- routes ---- */

/* A value that an indexed slot must have, known before the leg. */
struct key {
	int index, slot;
	int alias, from;		/* slot `from` of the alias; alias -1: `is`, or the constant when that is NULL */
	value constant;
	const struct expr *is;
};

/* Binding one more alias: facts by the thinnest of the keys, or all; then tests. */
struct leg {
	int alias;
	const struct template *of;
	uint64_t reads;
	bool older;		/* only facts older than where the route began, not of the same age */
	bool loose;		/* where a slot or a key is unknown, the fact is taken too */
	struct key *keys;
	struct test *tests;
	int nkeys, ntests;
};

struct route {
	struct test *tests;	/* to be passed before the first leg */
	struct leg *legs;
	int ntests, nlegs;
	uint64_t reads;		/* slots of the alias it begins with */
};

/* ---- rules ---- */

/* A value of an action that is not a constant. */
struct computed {
	int place;			/* in deed.values */
	const struct expr *is;
};

/* An action of a rule, so that a firing that adds a fact of constants need only hand them on. */
struct deed {
	enum action_kind kind;
	int alias;			/* set, remove */
	const struct template *of;	/* conclude, add */
	const value *values;		/* conclude, add: by slot; set: of its slots. UNKNOWN where they are computed */
	const int *slots;		/* set */
	const struct computed *computed;
	int nvalues, ncomputed;
};

/* 64 bytes: a cache line. */
struct plan {
	const struct rule *rule;
	const struct deed *deeds;
	struct route *routes;		/* by alias: from a fact of that alias */
	struct route *whole;		/* from nothing, quantifiers left out; NULL unless quantified */
	struct test *tests;		/* all conjuncts, where matches are kept */
	int ndeeds, ntests;
	int njoin;
	int kept;			/* its number among the rules whose matches are kept after firing; -1: they are not */
	uint32_t number;		/* of the rule in the rule base */
	bool states;			/* adds or sets something */
	bool quantified, concludes;
	bool lone;			/* all it asks are tests of one fact */
};

/* A quantifier of a rule, as its template sees it. */
struct quantifier {
	const struct plan *plan;
	const struct expr *is;
	int alias;
	uint64_t reads;
	int effect;		/* a fact more makes the rule's condition 1: never less true, -1: never more true, 0: either */
	bool alone;		/* its `where` reads this fact alone */
	struct test *tests;	/* conjuncts of `where` that read this fact alone */
	const uint32_t *gates;	/* of the route */
	int ntests, ngates;
	struct route route;	/* from a fact to the combinations of joined aliases it may matter to */
};

/* ---- facts to rules ---- */

/*
 * Gates of a route are what there must be, or it is futile: for each of its aliases a fact that passed its tests, for each
 * of its constant keys a fact with that value. A session has a bit for each of them (wm.marks), and gates are numbers of
 * bits. That of an alias is that of its watch (files.marks): of all facts there were, some came to it. Bit 0 is always set.
 */

/* The bits of some values of an index: a hash, open addressing. */
struct marked {
	value is;
	uint32_t mark;		/* 0: an empty place */
};

struct marks {
	struct marked *places;	/* NULL: there are none */
	size_t mask, n;
};

/* What the rules want to know of a template's facts. */
struct interest {
	struct files files;
	struct quantifier **quantifiers;
	size_t nquantifiers;
	int *index_of, *order_of;	/* by slot: numbers of index and sorted index, -1: none */
	int *indexes, *orders;		/* their slots; index slot -1: all slots together */
	int nindexes, norders;
	struct marks *marks;		/* by index */
	int whole;			/* number of the index over all slots (if there is one slot: of its index) or -1 */
	bool layered;			/* rules conclude facts of it */
};

struct network {
	struct plan *plans;
	struct interest *interests;	/* by template->index */
	const struct plan **idle;	/* rules without joined aliases */
	size_t nplans, nidle;
	int nkept;
	int most_aliases, most_legs, most_computed, most_values;
	uint32_t most_watches;
	uint32_t nmarks;		/* bits of a session: 0, watches of all templates, values that are constant keys */
	bool circular;			/* some conclusions may support each other */
	bool quantified;		/* rules with quantifiers conclude */
};

/* The network of a rule base; made when first asked for. */
const struct network *network_of(const struct rulebase *rb);

/* The bit of a value, 0: it has none. */
static inline uint32_t
mark_of(const struct marks *m, value is)
{
	size_t at = (size_t)mixed((uint64_t)is) & m->mask;

	if (!m->places)
		return 0;
	while (m->places[at].mark && m->places[at].is != is)
		at = (at + 1) & m->mask;
	return m->places[at].mark;
}

/* The bit of a slot in masks such as alias.reads: slots from 63 on share one. */
static inline uint64_t
slot_bit(int slot)
{
	return (uint64_t)1 << (slot < 63 ? slot : 63);
}

#endif
