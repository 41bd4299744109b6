/* SPDX-License-Identifier: MIT */
#include "random_base.h"

#include "base/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shape {
	char name[16];
	int nslots, key;
	bool single, surveyed;
	enum type types[RANDOM_SLOTS];
};

/* An alias that is in sight, and whether the condition being made is about it. */
struct sight {
	char name[16];
	int shape;
};

struct gen {
	uint64_t state;
	struct shape shapes[RANDOM_TEMPLATES];
	struct sight sights[16];
	int nsights, quantifiers;
};

static const char *const literals[TYPE_COUNT][RANDOM_LITERALS + 1] = {
	[TYPE_SYMBOL] = { "red", "green", "blue" },
	[TYPE_TEXT] = { "a", "ab", "Red", "x 0xE8000065 y", "" },
	[TYPE_INTEGER] = { "0", "1", "2", "3", "-1", "9223372036854775807" },
	[TYPE_NUMBER] = { "0.5", "1.5", "2", "-1.25", "1e300" },
	[TYPE_YES_NO] = { "yes", "no" },
	[TYPE_VERSION] = { "1.0", "1.2", "1.10", "2" },
	[TYPE_CODE] = { "0xE8000065", "0xE8000063" },
	[TYPE_TIME] = { "2026-01-31T12:00:00Z", "2026-01-31T12:00:30Z", "2026-02-01T00:00:00Z" },
	[TYPE_DURATION] = { "500ms", "30s", "5min", "12h" },
	[TYPE_BYTES] = { "512", "4 KiB", "20 GB" },
};

const char *
random_literal(int type, int i)
{
	return i < RANDOM_LITERALS ? literals[type][i] : NULL;
}

/* splitmix64 */
uint32_t
random_below(uint64_t *state, uint32_t n)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) >> 32) % n;
}

static uint32_t
below(struct gen *g, uint32_t n)
{
	return random_below(&g->state, n);
}

static bool
percent(struct gen *g, uint32_t p)
{
	return below(g, 100) < p;
}

static int
literal_number(struct gen *g, enum type t)
{
	uint32_t n = 0;

	while (n < RANDOM_LITERALS && literals[t][n])
		n++;
	return (int)below(g, n);
}

/* A literal as it is written in a condition. */
static void
put_literal(struct gen *g, struct buf *out, enum type t)
{
	const char *s = literals[t][literal_number(g, t)];

	buf_printf(out, t == TYPE_TEXT ? "\"%s\"" : "%s", s);
}

/* ---- values ---- */

static struct shape *
shape_of(struct gen *g, int sight)
{
	return &g->shapes[g->sights[sight].shape];
}

/* A slot of type `t` of one of the first `n` aliases in sight; false when there is none. */
static bool
put_slot(struct gen *g, struct buf *out, enum type t, int n)
{
	uint32_t start;

	if (n == 0)
		return false;
	start = below(g, (uint32_t)n);
	for (int i = 0; i < n; i++) {
		int sight = (int)((start + (uint32_t)i) % (uint32_t)n);
		const struct shape *s = shape_of(g, sight);
		uint32_t first = below(g, (uint32_t)s->nslots);

		for (int k = 0; k < s->nslots; k++) {
			int slot = (int)((first + (uint32_t)k) % (uint32_t)s->nslots);

			if (s->types[slot] != t)
				continue;
			buf_printf(out, "%s.s%d", g->sights[sight].name, slot);
			return true;
		}
	}
	return false;
}

/* What may be done to a value of a type: "%s" is the value. */
static const struct change {
	enum type from, to;
	const char *form;
} changes[] = {
	{ TYPE_INTEGER, TYPE_INTEGER, "%s + 1" }, { TYPE_INTEGER, TYPE_INTEGER, "%s - 1" },
	{ TYPE_INTEGER, TYPE_INTEGER, "%s * 2" }, { TYPE_INTEGER, TYPE_NUMBER, "%s / 2" },
	{ TYPE_INTEGER, TYPE_INTEGER, "-%s" }, { TYPE_INTEGER, TYPE_INTEGER, "abs(%s)" },
	{ TYPE_CODE, TYPE_INTEGER, "decimal(%s)" },
	{ TYPE_INTEGER, TYPE_INTEGER, "floor(%s / 2)" }, { TYPE_NUMBER, TYPE_INTEGER, "floor(%s)" },
	{ TYPE_INTEGER, TYPE_INTEGER, "min(%s, 2)" },
	{ TYPE_INTEGER, TYPE_INTEGER, "max(%s, 1)" }, { TYPE_INTEGER, TYPE_NUMBER, "%s * 0.5" },
	{ TYPE_INTEGER, TYPE_NUMBER, "1 / %s" }, { TYPE_NUMBER, TYPE_NUMBER, "%s + 1" },
	{ TYPE_NUMBER, TYPE_NUMBER, "%s * %s" }, { TYPE_NUMBER, TYPE_NUMBER, "1 / %s" },
	{ TYPE_NUMBER, TYPE_NUMBER, "-%s" }, { TYPE_NUMBER, TYPE_NUMBER, "max(%s, 1.5)" },
	{ TYPE_TEXT, TYPE_INTEGER, "length(%s)" }, { TYPE_TEXT, TYPE_TEXT, "lower(%s)" },
	{ TYPE_VERSION, TYPE_VERSION, "max(%s, 1.2)" }, { TYPE_TIME, TYPE_TIME, "%s + 30s" },
	{ TYPE_TIME, TYPE_TIME, "%s - 500ms" }, { TYPE_TIME, TYPE_DURATION, "now - %s" },
	{ TYPE_DURATION, TYPE_DURATION, "%s * 2" }, { TYPE_DURATION, TYPE_DURATION, "%s / 3" },
	{ TYPE_DURATION, TYPE_DURATION, "%s * 0.5" }, { TYPE_DURATION, TYPE_NUMBER, "%s / 30s" },
	{ TYPE_DURATION, TYPE_TIME, "now + %s" }, { TYPE_BYTES, TYPE_BYTES, "%s + %s" },
	{ TYPE_BYTES, TYPE_BYTES, "%s / 2" }, { TYPE_BYTES, TYPE_NUMBER, "%s / 4 KiB" },
	{ TYPE_BYTES, TYPE_BYTES, "%s * 1000000000" },
};
enum { CHANGES = sizeof changes / sizeof *changes };

/* Applies a change that fits, or none. `to` TYPE_COUNT: any. Returns the type there is then. */
static enum type
put_changed(struct gen *g, struct buf *out, const char *x, enum type t, enum type to)
{
	uint32_t start = below(g, CHANGES);

	for (uint32_t i = 0; i < CHANGES; i++) {
		const struct change *c = &changes[(start + i) % CHANGES];
		bool outer;

		if (c->from != t || (to != TYPE_COUNT && c->to != to))
			continue;
		outer = percent(g, 50);
		if (outer)
			buf_putc(out, '(');
		for (const char *p = c->form; *p; p++)
			if (*p == '%') {
				buf_puts(out, x);
				p++;
			} else {
				buf_putc(out, *p);
			}
		if (outer)
			buf_putc(out, ')');
		return c->to;
	}
	buf_puts(out, x);
	return t;
}

/* ---- conditions ---- */

static void put_condition(struct gen *g, struct buf *out, int focus, int depth);

static const char *const orders[] = { "is", "is not", "<", "<=", ">", ">=" };
static const char *const regexes[] = { "/a/", "/^re/i", "/b$/", "/E80000[0-9]5/", "/^$/" };

/* One comparison about a slot of the alias `focus`. */
static void
put_comparison(struct gen *g, struct buf *out, int focus)
{
	const struct shape *s = shape_of(g, focus);
	int slot = (int)below(g, (uint32_t)s->nslots);
	enum type t = s->types[slot];
	char x[32];

	snprintf(x, sizeof x, "%s.s%d", g->sights[focus].name, slot);
	if (percent(g, 12)) {
		buf_printf(out, "%s is %s", x, percent(g, 50) ? "known" : "unknown");
		return;
	}
	if (t == TYPE_YES_NO && percent(g, 60)) {
		buf_printf(out, "%s%s", percent(g, 40) ? "not " : "", x);
		return;
	}
	if ((t == TYPE_TEXT || t == TYPE_SYMBOL || t == TYPE_VERSION) && percent(g, 35)) {
		if (percent(g, 60))
			buf_printf(out, "%s matches %s", x, regexes[below(g, sizeof regexes / sizeof *regexes)]);
		else
			buf_printf(out, "%s contains \"%s\"", x, percent(g, 50) ? "a" : "re");
		return;
	}
	if (percent(g, 15)) {
		buf_printf(out, "%s %sin [", x, percent(g, 40) ? "not " : "");
		put_literal(g, out, t);
		buf_puts(out, ", ");
		put_literal(g, out, t);
		buf_putc(out, ']');
		return;
	}
	if (percent(g, 30))
		t = put_changed(g, out, x, t, TYPE_COUNT);
	else
		buf_puts(out, x);
	buf_printf(out, " %s ", orders[type_is_ordered(t) && percent(g, 60) ? below(g, 6) : below(g, 2)]);
	if (!percent(g, 50) || !put_slot(g, out, t, g->nsights))
		put_literal(g, out, t);
}

static void
put_text(struct gen *g, struct buf *out, int focus, int depth)
{
	uint32_t form = depth > 0 ? below(g, 10) : 9;

	switch (form) {
	case 0:
		buf_puts(out, "not (");
		put_text(g, out, focus, depth - 1);
		buf_putc(out, ')');
		return;
	case 1: case 2:
		buf_putc(out, '(');
		put_text(g, out, focus, depth - 1);
		buf_puts(out, form == 1 ? " or " : " and ");
		put_text(g, out, percent(g, 50) ? focus : (int)below(g, (uint32_t)g->nsights), depth - 1);
		buf_putc(out, ')');
		return;
	}
	put_comparison(g, out, focus);
}

static void
put_list(struct gen *g, struct buf *out, int focus, int depth, uint32_t most)
{
	uint32_t n = 1 + below(g, most);

	buf_putc(out, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_puts(out, ", ");
		put_condition(g, out, focus, depth);
	}
	buf_putc(out, ']');
}

static void
put_quantifier(struct gen *g, struct buf *out, int depth)
{
	static const char *const names[] = { "some", "none", "every", "count" };
	static const char *const bounds[] = { "1", "is not 1", "< 2", "<= 1", "> 1", ">= 2", "0" };
	uint32_t kind = below(g, 4);
	int shape = (int)below(g, RANDOM_TEMPLATES);
	struct sight *mine = &g->sights[g->nsights];
	bool where = kind == 2 || percent(g, 85);

	snprintf(mine->name, sizeof mine->name, "q%d", g->quantifiers++);
	mine->shape = shape;
	buf_printf(out, "{%s: {of: %s as %s", names[kind], g->shapes[shape].name, mine->name);
	if (where) {
		int focus = g->nsights++;

		buf_puts(out, ", where: ");
		put_list(g, out, focus, depth - 1, 2);
		g->nsights--;
	}
	buf_putc(out, '}');
	if (kind == 3)
		buf_printf(out, ", is: \"%s\"", bounds[below(g, sizeof bounds / sizeof *bounds)]);
	buf_putc(out, '}');
}

/* One item of a list of conditions, mostly about `focus` (-1: nothing is in sight). */
static void
put_condition(struct gen *g, struct buf *out, int focus, int depth)
{
	uint32_t form = depth > 0 ? below(g, 12) : 11;

	if (focus < 0 || (form < 3 && g->quantifiers < 6)) {
		put_quantifier(g, out, depth);
		return;
	}
	if (form == 3) {
		buf_puts(out, percent(g, 50) ? "{any: " : "{all: ");
		put_list(g, out, focus, depth - 1, 3);
		buf_putc(out, '}');
		return;
	}
	if (form == 4) {
		buf_puts(out, "{not: ");
		put_condition(g, out, focus, depth - 1);
		buf_putc(out, '}');
		return;
	}
	buf_putc(out, '\'');
	put_text(g, out, focus, depth);
	buf_putc(out, '\'');
}

/* An equality between an alias and one before it, when they have a type in common. */
static bool
put_join(struct gen *g, struct buf *out, int alias)
{
	const struct shape *s = shape_of(g, alias);
	int slot = (int)below(g, (uint32_t)s->nslots);
	struct buf other = {0};
	bool there = alias > 0 && put_slot(g, &other, s->types[slot], alias);

	if (there)
		buf_printf(out, "'%s.s%d is %s'", g->sights[alias].name, slot, buf_text(&other));
	buf_free(&other);
	return there;
}

/* The conditions of a rule or check whose aliases are in sight. */
static void
put_when(struct gen *g, struct buf *out)
{
	int joined = g->nsights, n = 0;

	g->quantifiers = 0;
	buf_putc(out, '[');
	for (int a = 0; a < joined; a++) {
		struct buf join = {0};

		if (percent(g, 75) && put_join(g, &join, a))
			buf_printf(out, "%s%s", n++ ? ", " : "", buf_text(&join));
		buf_free(&join);
		if (percent(g, joined > 2 ? 40 : 70)) {
			buf_puts(out, n++ ? ", " : "");
			put_condition(g, out, a, 2);
		}
	}
	if (n == 0 || percent(g, 25)) {
		buf_puts(out, n ? ", " : "");
		put_condition(g, out, joined ? (int)below(g, (uint32_t)joined) : -1, 2);
	}
	buf_putc(out, ']');
}

/* ---- actions ---- */

/* A value for a slot of type `t`, quoted for YAML; but what is quoted is never more than a text where a text is wanted. */
static void
put_value(struct gen *g, struct buf *out, enum type t)
{
	struct buf x = {0}, all = {0};
	struct buf *to = out;
	bool computed = false;

	out = &all;
	if (t == TYPE_YES_NO && g->nsights && percent(g, 20)) {
		put_comparison(g, out, (int)below(g, (uint32_t)g->nsights));
	} else if (percent(g, 55) && put_slot(g, &x, t, g->nsights)) {
		computed = true;
		if (percent(g, 20))
			put_changed(g, out, buf_text(&x), t, t);
		else
			buf_puts(out, buf_text(&x));
	} else {
		put_literal(g, out, t);
	}
	buf_printf(to, computed && t == TYPE_TEXT ? "%s" : "'%s'", buf_text(&all));
	buf_free(&x);
	buf_free(&all);
}

static void
put_settings(struct gen *g, struct buf *out, const struct shape *s, bool whole)
{
	int n = 0, last = s->nslots - 1 - (s->key == s->nslots - 1);

	buf_putc(out, '{');
	for (int i = 0; i < s->nslots; i++) {
		bool key = i == s->key, chosen = percent(g, whole ? 65 : 45);

		if (key ? !whole : !chosen && !(n == 0 && i == last))
			continue;
		buf_printf(out, "%ss%d: ", n++ ? ", " : "", i);
		put_value(g, out, s->types[i]);
	}
	buf_putc(out, '}');
}

static void
put_action(struct gen *g, struct buf *out)
{
	uint32_t kind = below(g, g->nsights ? 100 : 65);
	int sight;

	if (kind < 65) {
		const struct shape *s = &g->shapes[below(g, RANDOM_TEMPLATES)];

		buf_printf(out, "{%s: {%s: ", kind < 50 ? "conclude" : "add", s->name);
		put_settings(g, out, s, true);
		buf_puts(out, "}}");
		return;
	}
	sight = (int)below(g, (uint32_t)g->nsights);
	if (kind < 90 || shape_of(g, sight)->single) {
		buf_printf(out, "{set: {%s: ", g->sights[sight].name);
		put_settings(g, out, shape_of(g, sight), false);
		buf_puts(out, "}}");
		return;
	}
	buf_printf(out, "{remove: %s}", g->sights[sight].name);
}

static int
random_joins(struct gen *g)
{
	static const int share[] = { 10, 35, 30, 16, 9 };
	int left = (int)below(g, 100), n = 0;

	while (left >= share[n])
		left -= share[n++];
	return n;
}

/* Brings n aliases in sight and writes the key that declares them. */
static void
put_aliases(struct gen *g, struct buf *out, int n)
{
	g->nsights = n;
	if (n)
		buf_puts(out, "    for: {");
	for (int i = 0; i < n; i++) {
		g->sights[i].shape = (int)below(g, RANDOM_TEMPLATES);
		snprintf(g->sights[i].name, sizeof g->sights[i].name, "%c", 'a' + i);
		buf_printf(out, "%s%s: %s", i ? ", " : "", g->sights[i].name, g->shapes[g->sights[i].shape].name);
	}
	if (n)
		buf_puts(out, "}\n");
}

static void
put_rule(struct gen *g, struct buf *out, int number)
{
	int actions = 1 + (int)below(g, 2);

	buf_printf(out, "  - id: rule-%d\n", number);
	if (percent(g, 40))
		buf_printf(out, "    salience: %d\n", (int)below(g, 4) - 1);
	put_aliases(g, out, random_joins(g));
	buf_puts(out, "    when: ");
	put_when(g, out);
	buf_puts(out, "\n    then:\n");
	for (int i = 0; i < actions; i++) {
		buf_puts(out, "      - ");
		put_action(g, out);
		buf_putc(out, '\n');
	}
}

/* A condition outside rules: it speaks of templates by their names; `for` binds the first. */
static void
put_check(struct gen *g, struct buf *out, int number)
{
	int n = 1 + (int)below(g, 2), first = (int)below(g, RANDOM_TEMPLATES);

	g->nsights = n;
	for (int i = 0; i < n; i++) {
		g->sights[i].shape = (first + i) % RANDOM_TEMPLATES;
		memcpy(g->sights[i].name, g->shapes[g->sights[i].shape].name, sizeof g->shapes[0].name);
	}
	buf_printf(out, "  - id: check-%d\n    title: check %d\n", number, number);
	if (percent(g, 40))
		buf_printf(out, "    for: %s\n", g->sights[0].name);
	buf_puts(out, "    when: ");
	put_when(g, out);
	buf_putc(out, '\n');
}

/* ---- vocabulary and changes ---- */

static void
make_shapes(struct gen *g)
{
	for (int i = 0; i < RANDOM_TEMPLATES; i++) {
		struct shape *s = &g->shapes[i];

		snprintf(s->name, sizeof s->name, "t%d", i);
		s->nslots = 2 + (int)below(g, RANDOM_SLOTS - 1);
		for (int k = 0; k < s->nslots; k++)
			s->types[k] = percent(g, 45) ? (percent(g, 60) ? TYPE_INTEGER : TYPE_SYMBOL) : (enum type)below(g, TYPE_COUNT);
		s->single = percent(g, 15);
		s->key = !s->single && percent(g, 45) ? (int)below(g, (uint32_t)s->nslots) : -1;
		if (s->key >= 0 && (s->types[s->key] == TYPE_NUMBER || s->types[s->key] == TYPE_YES_NO))	/* the loader refuses it */
			s->key = -1;
		s->surveyed = !s->single && percent(g, 40);
	}
}

static void
put_head(struct gen *g, struct buf *out)
{
	buf_printf(out, "pack:\n  id: random\n  version: 1.0.0\n  title: random\n  strategy: %s\n"
			"  limits: {firings: %u, facts: %u, time: 60s}\ntemplates:\n",
			percent(g, 70) ? "depth" : "breadth", 8 + below(g, 30), 14 + below(g, 16));
	for (int i = 0; i < RANDOM_TEMPLATES; i++) {
		const struct shape *s = &g->shapes[i];

		buf_printf(out, "  %s:\n", s->name);
		if (s->single)
			buf_puts(out, "    single: true\n");
		if (s->surveyed)
			buf_puts(out, "    surveyed: true\n");
		if (s->key >= 0)
			buf_printf(out, "    key: s%d\n", s->key);
		buf_puts(out, "    slots:\n");
		for (int k = 0; k < s->nslots; k++)
			buf_printf(out, "      s%d: {type: %s}\n", k, type_name(s->types[k]));
	}
}

static void
put_facts(struct gen *g, struct buf *out)
{
	const struct shape *s = &g->shapes[below(g, RANDOM_TEMPLATES)];

	if (!percent(g, 25) || s->single)
		return;
	buf_printf(out, "facts:\n  %s:\n    - {", s->name);
	for (int i = 0; i < s->nslots; i++) {
		if (i != s->key && percent(g, 40))
			continue;
		buf_printf(out, "s%d: ", i);
		put_literal(g, out, s->types[i]);
		buf_puts(out, ", ");
	}
	buf_puts(out, "}\n");
}

static void
random_values(struct gen *g, struct random_op *op)
{
	const struct shape *s = &g->shapes[op->template];

	for (int i = 0; i < s->nslots; i++)
		op->values[i] = percent(g, i == s->key ? 3 : 22) ? -1 : literal_number(g, s->types[i]);
}

static void
add_op(struct gen *g, struct random_case *c, enum random_kind kind)
{
	struct random_op *op = &c->ops[c->nops++];

	*op = (struct random_op){ .kind = kind, .template = (int)below(g, RANDOM_TEMPLATES), .pick = below(g, 1000) };
	op->slot = (int)below(g, RANDOM_SLOTS);
	if (kind == DO_ASSERT || kind == DO_SET)
		random_values(g, op);
}

static enum random_kind
random_change(struct gen *g)
{
	uint32_t r = below(g, 100);

	return r < 35 ? DO_ASSERT : r < 62 ? DO_SET : r < 85 ? DO_RETRACT : r < 95 ? DO_SURVEY : DO_UNSURVEY;
}

static void
make_ops(struct gen *g, struct random_case *c)
{
	uint32_t first = 3 + below(g, 8), rounds = 2 + below(g, 5);

	while (first--)
		add_op(g, c, percent(g, 85) ? DO_ASSERT : DO_SURVEY);
	add_op(g, c, DO_RUN);
	while (rounds--) {
		for (uint32_t n = 1 + below(g, 4); n; n--)
			add_op(g, c, random_change(g));
		if (percent(g, 30))
			add_op(g, c, DO_ASK);
		add_op(g, c, DO_RUN);
		add_op(g, c, DO_ASK);
	}
}

struct random_case *
random_case_new(uint64_t seed)
{
	struct random_case *c = calloc(1, sizeof *c);
	struct gen g = { .state = seed * 1000003 };

	c->seed = seed;
	make_shapes(&g);
	put_head(&g, &c->head);
	put_facts(&g, &c->head);
	c->nrules = 1 + (int)below(&g, 5);
	for (int i = 0; i < c->nrules; i++)
		put_rule(&g, &c->rules[i], i);
	c->nchecks = 1 + (int)below(&g, 3);
	for (int i = 0; i < c->nchecks; i++)
		put_check(&g, &c->checks[i], i);
	make_ops(&g, c);
	return c;
}

void
random_case_free(struct random_case *c)
{
	buf_free(&c->head);
	for (int i = 0; i < RANDOM_RULES; i++)
		buf_free(&c->rules[i]);
	for (int i = 0; i < RANDOM_CHECKS; i++)
		buf_free(&c->checks[i]);
	free(c);
}

static void
put_section(struct buf *out, const char *name, const struct buf *texts, const bool *left_out, int n)
{
	bool any = false;

	for (int i = 0; i < n; i++) {
		if (left_out[i])
			continue;
		buf_printf(out, "%s%s", any ? "" : name, buf_text(&texts[i]));
		any = true;
	}
}

void
random_case_yaml(const struct random_case *c, struct buf *out)
{
	buf_puts(out, buf_text(&c->head));
	put_section(out, "rules:\n", c->rules, c->rule_out, c->nrules);
	put_section(out, "checks:\n", c->checks, c->check_out, c->nchecks);
}

void
random_case_ops(const struct random_case *c, struct buf *out)
{
	static const char *const names[] = { "assert", "set", "retract", "survey", "unsurvey", "run", "ask" };

	for (int i = 0; i < c->nops; i++) {
		const struct random_op *op = &c->ops[i];

		if (op->out)
			continue;
		buf_printf(out, "%3d %s", i, names[op->kind]);
		if (op->kind == DO_RUN || op->kind == DO_ASK)
			;
		else if (op->kind == DO_SET || op->kind == DO_RETRACT)
			buf_printf(out, " fact %u of those there are, slot %d", op->pick, op->slot);
		else
			buf_printf(out, " t%d", op->template);
		for (int k = 0; op->kind == DO_ASSERT && k < RANDOM_SLOTS; k++)
			buf_printf(out, " %d", op->values[k]);
		buf_putc(out, '\n');
	}
}
