/* SPDX-License-Identifier: MIT */
#include "lang/parse.h"

#include "base/text.h"
#include "lang/codes.h"
#include "lang/lex.h"

#include <stdlib.h>
#include <string.h>

/* More would make the evaluator's stack deep for nothing. */
enum { DEEPEST = 100, MOST_OPERATORS = 200 };

/*
 * What an operator works on. A literal has no type until the other side gives it one: then `expr` is NULL and `text` is set. When both are
 * NULL, something was complained about already and nothing more is said.
 */
struct operand {
	struct expr *expr;
	const char *text;
	size_t len;
	bool quoted;
	const struct slot *slot;	/* when expr is a slot: the one it is */
	size_t from, to;		/* its bytes in the condition */
};

struct parser {
	struct builder *b;
	struct diags *d;
	const struct node *node;
	const char *s;
	size_t n;
	struct token token;
	struct spot *spots;		/* places of the first bytes, for texts of several lines or with escapes */
	size_t nspots;
	int depth, operators;
	int parens;			/* open ones: only inside them does ) end what is skipped */
	size_t lost;			/* the last place where the grammar was lost, + 1: said once */
	bool broken;			/* nothing after this can be read: stop */
};

struct operator {
	enum token_kind kind;
	enum keyword keyword;
	int level;			/* binds tighter than lower levels */
	enum op op;
	struct operand (*build)(struct parser *p, const struct operator *o, struct operand left);
};

enum { LEVEL_ANY = 1, LEVEL_NOT = 3, LEVEL_COMPARE = 4, LEVEL_SUM = 5, LEVEL_PRODUCT = 6, LEVEL_SIGN = 7 };

static struct operand expression(struct parser *p, int level);
static const struct operator *find_operator(enum token_kind kind, enum keyword keyword);
static const struct operator *operator_here(struct parser *p, int level);

/* --- tokens and complaints --- */

static struct place
place(const struct parser *p, size_t from, size_t to)
{
	struct place at = p->node->at;

	if (p->node->simple)
		return node_place(p->d, p->node, from, to);
	if (!p->nspots || from > p->nspots || to > p->nspots || (from == p->nspots && from < p->n))
		return at;
	at.line = from < p->n ? p->spots[from].line : p->spots[p->n - 1].end_line;
	at.col = from < p->n ? p->spots[from].col : p->spots[p->n - 1].end_col;
	at.end_line = to > from ? p->spots[to - 1].end_line : at.line;
	at.end_col = to > from ? p->spots[to - 1].end_col : at.col;
	return at;
}

static void
advance(struct parser *p)
{
	p->token = lex_token(p->s, p->n, p->token.to);
}

static size_t
length(struct token t)
{
	return t.to - t.from;
}

static bool
accept_key(struct parser *p, enum keyword key)
{
	if (p->token.keyword != key)
		return false;
	advance(p);
	return true;
}

static bool
accept(struct parser *p, enum token_kind kind)
{
	if (p->token.kind != kind)
		return false;
	advance(p);
	return true;
}

static const struct operand nothing;

static bool
is_nothing(const struct operand *o)
{
	return !o->expr && !o->text;
}

#define COMPLAIN(p, kind, from, to, ...) \
	((p)->b->failed = true, complain((p)->d, (kind), place((p), (from), (to)), __VA_ARGS__))

/*
 * Signs and words of other languages, and what stands for them here. What has a meaning is complained about and then read as that, so that
 * the rest of the text is read as well.
 */
static const struct foreign {
	const char *sign, *hint;
	enum keyword means;
	bool negated;			/* `is not` */
} foreign[] = {
	{ "=", "equality is written 'is'", KEY_IS, false }, { "==", "equality is written 'is'", KEY_IS, false },
	{ "===", "equality is written 'is'", KEY_IS, false }, { "equals", "equality is written 'is'", KEY_IS, false },
	{ "!=", "inequality is written 'is not'", KEY_IS, true }, { "!==", "inequality is written 'is not'", KEY_IS, true },
	{ "<>", "inequality is written 'is not'", KEY_IS, true },
	{ "&&", "write 'and'", KEY_AND, false }, { "&", "write 'and'", KEY_AND, false },
	{ "||", "write 'or'", KEY_OR, false }, { "|", "write 'or'", KEY_OR, false },
	{ "=~", "regular expressions are tested with 'matches /.../'", KEY_MATCHES, false },
	{ "~", "regular expressions are tested with 'matches /.../'", KEY_MATCHES, false },
	{ "!", "negation is written 'not'", KEY_NONE, false },
	{ "=<", "write '<='", KEY_NONE, false }, { "=>", "write '>='", KEY_NONE, false },
	{ "%", "the unit of a slot is not written with the number", KEY_NONE, false },
	{ "'", "a text is written in double quotes", KEY_NONE, false },
	{ "{", "in a condition a slot is written without braces", KEY_NONE, false },
};

static const struct foreign *
find_foreign(const struct parser *p)
{
	size_t n = length(p->token);

	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (strlen(foreign[i].sign) == n && memcmp(p->s + p->token.from, foreign[i].sign, n) == 0)
			return foreign + i;
	return NULL;
}

/* A text in single quotes, or a regular expression, may hold anything: it is stepped over as a whole. */
static void
skip_one(struct parser *p)
{
	size_t from, to, end;
	const char *quote = p->s[p->token.from] == '\'' ? memchr(p->s + p->token.to, '\'', p->n - p->token.to) : NULL;

	if (quote)
		p->token.to = (size_t)(quote - p->s) + 1;
	else if (p->token.kind == TOK_OVER && lex_regex(p->s, p->n, p->token.from, &from, &to, &end))
		p->token.to = end;
	advance(p);
}

/* To where the grammar is found again: the next and, or, the ) that closes what is open here, or the end. */
static void
skip(struct parser *p)
{
	int inner = 0;

	while (p->token.kind != TOK_END && p->token.kind != TOK_OPEN_QUOTE) {
		if (inner == 0 && (p->token.keyword == KEY_AND || p->token.keyword == KEY_OR || (p->token.kind == TOK_CLOSE && p->parens)))
			return;
		inner += p->token.kind == TOK_OPEN;
		inner -= p->token.kind == TOK_CLOSE && inner;
		skip_one(p);
	}
	if (p->token.kind == TOK_OPEN_QUOTE)
		p->token = (struct token){ TOK_END, KEY_NONE, p->n, p->n };
}

/*
 * Behind a quote or slash that is never closed, anything may be part of the text. Reading goes on where a conjunction with a slot follows: that is
 * hardly meant as text.
 */
static void
skip_unclosed(struct parser *p)
{
	for (size_t at = p->token.from; at < p->n; at++) {
		struct token join = lex_token(p->s, p->n, at), next;
		const char *dot;

		if ((p->s[at] != ' ' && p->s[at] != '\n') || (join.keyword != KEY_AND && join.keyword != KEY_OR))
			continue;
		next = lex_token(p->s, p->n, join.to);
		if (next.keyword == KEY_NOT)
			next = lex_token(p->s, p->n, next.to);
		dot = next.kind == TOK_WORD ? memchr(p->s + next.from, '.', length(next)) : NULL;
		if (dot && own_find(p->b->rb, NAME_TEMPLATE, p->s + next.from, (size_t)(dot - p->s) - next.from)) {
			p->token = join;
			return;
		}
	}
	p->token = (struct token){ TOK_END, KEY_NONE, p->n, p->n };
}

/* What is said about the word or sign at hand, which does not belong here. */
static void
complain_unexpected(struct parser *p, const char *wanted)
{
	struct token t = p->token;
	const struct foreign *f;
	struct diag *g;

	if (t.kind == TOK_END) {
		COMPLAIN(p, BAD_CONDITION, p->n, p->n, "%s is missing at the end", wanted);
		return;
	}
	if (t.kind == TOK_OPEN_QUOTE) {
		COMPLAIN(p, BAD_CONDITION, t.from, t.from + 1, "the second quote of this text is missing");
		return;
	}
	g = COMPLAIN(p, BAD_CONDITION, t.from, t.to, "%s is needed here, not '%.*s'", wanted, CLIP(length(t)), p->s + t.from);
	f = find_foreign(p);
	if (f && (!f->means || strncmp(wanted, "a comma", 7) != 0))
		diag_hint(p->d, g, "%s", f->hint);
}

/* The word or sign at hand does not belong here. Says so once for each place, and goes to where the grammar is found again. */
static struct operand
unexpected(struct parser *p, const char *wanted)
{
	if (!p->broken && p->lost != p->token.from + 1)
		complain_unexpected(p, wanted);
	if (p->token.kind == TOK_OPEN_QUOTE)
		skip_unclosed(p);
	else
		skip(p);
	p->lost = p->token.from + 1;
	return nothing;
}

static struct operand
too_deep(struct parser *p)
{
	if (!p->broken)
		COMPLAIN(p, TOO_DEEP, p->token.from, p->token.to, "nested deeper than %d levels", DEEPEST);
	p->broken = true;
	return nothing;
}

/* --- making expressions --- */

/* The arguments of an expression that is being read; `expr_new` copies them. */
struct list {
	const struct expr **at, *few[16];
	size_t n, cap;
};

static void
begin(struct list *l)
{
	l->at = l->few;
	l->n = 0;
	l->cap = sizeof l->few / sizeof *l->few;
}

static void
add(struct parser *p, struct list *l, const struct expr *e)
{
	l->at = arena_grow(p->b->rb->arena, l->at, l->n, &l->cap, sizeof *l->at);
	l->at[l->n++] = e;
}

static struct operand
typed(struct expr *e, size_t from, size_t to)
{
	return (struct operand){ .expr = e, .from = from, .to = to };
}

static struct operand
made(struct parser *p, enum op op, enum type type, const struct expr *const *args, size_t nargs, size_t from, size_t to)
{
	return typed(expr_new(p->b, op, type, place(p, from, to), args, (uint32_t)nargs), from, to);
}

static struct operand
binary(struct parser *p, enum op op, enum type type, const struct operand *l, const struct operand *r)
{
	const struct expr *args[2] = { l->expr, r->expr };

	return made(p, op, type, args, 2, l->from, r->to);
}

static struct operand
unary(struct parser *p, enum op op, enum type type, const struct operand *o, size_t from, size_t to)
{
	const struct expr *args[1] = { o->expr };

	return made(p, op, type, args, 1, from, to);
}

static void
to_number(struct parser *p, struct operand *o)
{
	if (o->expr->type != TYPE_NUMBER)
		*o = unary(p, OP_TO_NUMBER, TYPE_NUMBER, o, o->from, o->to);
}

/* --- what things are called in messages --- */

static const char *
an(enum type t)
{
	return t == TYPE_INTEGER ? "an integer" : t == TYPE_YES_NO ? "yes or no" : t == TYPE_BYTES ? "a number of bytes" : NULL;
}

/* "device.battery is an integer", for messages and hints. */
static const char *
described(struct parser *p, const struct operand *o)
{
	enum type t = o->expr->type;
	const char *text = an(t);

	if (!text)
		text = arena_printf(p->b->rb->arena, "a %s", type_name(t));
	if (is_condition(o->expr))
		text = "a condition";
	return arena_printf(p->b->rb->arena, "'%.*s' is %s", CLIP(o->to - o->from), p->s + o->from, text);
}

/* --- literals --- */

static bool
is_listed(const char *const *of, const char *name)
{
	for (; *of; of++)
		if (*of == name || strcmp(*of, name) == 0)
			return true;
	return false;
}

static size_t
count_names(const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

static bool
is_nearly(const char *text, size_t n, const char *word)
{
	char copy[16];

	if (n == 0 || n >= sizeof copy)
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	return text_nearest(copy, &word, 1);
}

bool
parse_constant(struct symtab *syms, struct diags *d, const struct slot *slot, const char *text, size_t n, struct place at, value *out)
{
	const char *why = value_parse(slot->type, text, n, syms, out);
	struct diag *g;

	if (why) {
		g = complain(d, BAD_VALUE, at, "'%.*s': %s", CLIP(n), text, why);
		if (is_nearly(text, n, "unknown") || is_nearly(text, n, "known"))
			diag_hint(d, g, "did you mean '%s'?", n > 5 ? "unknown" : "known");
		else if (slot->name)
			diag_hint(d, g, "slot '%s' is of type %s", slot->name, type_name(slot->type));
		return false;
	}
	if (slot->type != TYPE_SYMBOL || !slot->of || is_listed(slot->of, sym_text(syms, (uint32_t)*out)))
		return true;
	g = complain(d, UNKNOWN_SYMBOL, at, "slot '%s' has no symbol '%.*s'", slot->name, CLIP(n), text);
	diag_suggest(d, g, sym_text(syms, (uint32_t)*out), slot->of, count_names(slot->of));
	return false;
}

/* A slot that stands for "any value of this type"; it has no name. */
static struct slot
any_of(enum type t)
{
	return (struct slot){ .type = t };
}

static bool
reads_as(const struct parser *p, enum type t, const struct operand *o)
{
	value v;

	return !o->quoted && value_parse(t, o->text, o->len, p->b->rb->syms, &v) == NULL;
}

static struct operand
constant(struct parser *p, enum type t, value v, const struct operand *o)
{
	return typed(expr_constant(p->b, t, v), o->from, o->to);
}

static bool
is_amount(enum type t)
{
	return t == TYPE_INTEGER || t == TYPE_NUMBER || t == TYPE_YES_NO || t == TYPE_DURATION || t == TYPE_BYTES;
}

/* Gives a literal its type; `like` is what it stands beside (a slot may limit its symbols). */
static bool
resolve(struct parser *p, struct operand *o, enum type t, const struct operand *like)
{
	struct slot any = any_of(t);
	const struct slot *slot = like && like->slot && like->slot->type == t ? like->slot : &any;
	struct diag *g;
	value v;

	if (t == TYPE_TEXT && !o->quoted) {
		g = COMPLAIN(p, BAD_VALUE, o->from, o->to, "'%.*s' is no text: a text is written in quotes", CLIP(o->len), o->text);
		if (like && like->expr)
			diag_hint(p->d, g, "%s", described(p, like));
		*o = nothing;
		return false;
	}
	if (o->quoted && is_amount(t) && value_parse(t, o->text, o->len, p->b->rb->syms, &v) == NULL) {
		g = COMPLAIN(p, BAD_TYPES, o->from, o->to, "a text in quotes, where a value of type %s is needed", type_name(t));
		diag_hint(p->d, g, "write %.*s without quotes", CLIP(o->len), o->text);
		*o = nothing;
		return false;
	}
	if (!parse_constant(p->b->rb->syms, p->d, slot, o->text, o->len, place(p, o->from, o->to), &v)) {
		p->b->failed = true;
		*o = nothing;
		return false;
	}
	*o = constant(p, t, v, o);
	return true;
}

/* A slot that has the name of a literal: "did you mean device.battery?" */
static void
hint_slot(struct parser *p, struct diag *g, const struct operand *o)
{
	const struct rulebase *rb = p->b->rb;

	for (size_t i = 0; i < rb->ntemplates && i < MOST_OPERATORS; i++)
		if (own_slot(rb, rb->templates[i], o->text, o->len)) {
			diag_hint(p->d, g, "did you mean %s.%.*s?", rb->templates[i]->entry.id, CLIP(o->len), o->text);
			return;
		}
}

static void
complain_untyped(struct parser *p, const struct operand *o)
{
	struct diag *g = COMPLAIN(p, BAD_CONDITION, o->from, o->to, "'%.*s' is no slot", CLIP(o->len), o->text);

	diag_hint(p->d, g, "a slot is written template.slot");
	hint_slot(p, g, o);
}

/* --- types of two sides --- */

static bool
is_literal(const struct operand *o)
{
	return o->text != NULL;
}

static bool
is_beyond_integers(const struct parser *p, const struct operand *o)
{
	value v;

	return !o->quoted && value_parse(TYPE_NUMBER, o->text, o->len, p->b->rb->syms, &v) == NULL
			&& (value_double(v) >= 0x1p63 || value_double(v) < -0x1p63);
}

static bool
fit_literal(struct parser *p, struct operand *literal, struct operand *other)
{
	enum type t = other->expr->type;

	if (is_condition(other->expr)) {
		COMPLAIN(p, BAD_TYPES, other->from, other->to, "%s and cannot be compared", described(p, other));
		return false;
	}
	if (t == TYPE_INTEGER && !reads_as(p, t, literal) && is_beyond_integers(p, literal)) {
		COMPLAIN(p, BAD_VALUE, literal->from, literal->to, "no integer is so large");
		return false;
	}
	if (t == TYPE_INTEGER && !reads_as(p, t, literal) && reads_as(p, TYPE_NUMBER, literal)) {
		to_number(p, other);
		t = TYPE_NUMBER;
	}
	return resolve(p, literal, t, other);
}

/* Makes both sides values of one type. False when they do not fit or one is missing. */
static bool
unify(struct parser *p, struct operand *l, struct operand *r)
{
	enum type a, b;

	if (is_nothing(l) || is_nothing(r))
		return false;
	if (is_literal(l) && is_literal(r)) {
		complain_untyped(p, l);
		return false;
	}
	if (is_literal(l) || is_literal(r))
		return is_literal(l) ? fit_literal(p, l, r) : fit_literal(p, r, l);
	a = l->expr->type;
	b = r->expr->type;
	if ((a == TYPE_INTEGER && b == TYPE_NUMBER) || (a == TYPE_NUMBER && b == TYPE_INTEGER)) {
		to_number(p, l);
		to_number(p, r);
		return true;
	}
	if (a == b && !is_condition(l->expr) && !is_condition(r->expr))
		return true;
	COMPLAIN(p, BAD_TYPES, l->from, r->to, "%s, but %s", described(p, l), described(p, r));
	return false;
}

/* --- operators --- */

static struct operand
comparison(struct parser *p, const struct operator *o, struct operand l)
{
	struct operand r = expression(p, LEVEL_SUM);
	struct diag *g;

	if (!unify(p, &l, &r))
		return nothing;
	if (o->op != OP_IS && o->op != OP_IS_NOT && !type_is_ordered(l.expr->type)) {
		g = COMPLAIN(p, BAD_TYPES, l.from, r.to, "a %s has no order", type_name(l.expr->type));
		diag_hint(p->d, g, "compare it with 'is', 'is not' or 'in'");
		return nothing;
	}
	return binary(p, o->op, TYPE_YES_NO, &l, &r);
}

/* `x is known`, `x is unknown`, also with `not`. */
static struct operand
knowledge(struct parser *p, const struct operand *l, bool known, size_t end)
{
	struct operand k;

	if (is_nothing(l))
		return nothing;
	if (is_literal(l)) {
		complain_untyped(p, l);
		return nothing;
	}
	if (is_condition(l->expr)) {
		COMPLAIN(p, BAD_TYPES, l->from, l->to, "%s; only values are known or unknown", described(p, l));
		return nothing;
	}
	k = unary(p, OP_KNOWN, TYPE_YES_NO, l, l->from, end);
	return known ? k : unary(p, OP_NOT, TYPE_YES_NO, &k, l->from, end);
}

/* `not`; in capitals only where a value could not stand. */
static bool
accept_not(struct parser *p)
{
	struct token t = p->token, next;

	if (accept_key(p, KEY_NOT))
		return true;
	if (t.kind != TOK_WORD || length(t) != 3 || memcmp(p->s + t.from, "NOT", 3) != 0)
		return false;
	next = lex_token(p->s, p->n, t.to);
	if (next.kind != TOK_OPEN && next.kind != TOK_QUOTED && (next.kind != TOK_WORD || find_operator(next.kind, next.keyword)))
		return false;
	diag_hint(p->d, COMPLAIN(p, BAD_CONDITION, t.from, t.to, "operators are written in small letters"), "write 'not'");
	advance(p);
	return true;
}

static struct operand
is(struct parser *p, const struct operator *o, struct operand l)
{
	static const struct operator differs = { .op = OP_IS_NOT };
	bool not = accept_not(p) || o->op == OP_IS_NOT;
	bool known = p->token.keyword == KEY_KNOWN;
	size_t end = p->token.to;

	if (known || p->token.keyword == KEY_UNKNOWN) {
		advance(p);
		return knowledge(p, &l, known != not, end);
	}
	return comparison(p, not ? &differs : o, l);
}

/* The text of a quoted token, escapes taken out. */
static struct operand
quoted_literal(struct parser *p)
{
	struct token t = p->token;
	char *text = arena_alloc(p->b->rb->arena, length(t));
	size_t n = 0;

	for (size_t i = t.from + 1; i + 1 < t.to; i++) {
		if (p->s[i] == '\\' && (p->s[i + 1] == '"' || p->s[i + 1] == '\\'))
			i++;
		text[n++] = p->s[i];
	}
	advance(p);
	return (struct operand){ .text = text, .len = n, .quoted = true, .from = t.from, .to = t.to };
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* An operator in capitals. */
static bool
is_shouted(const struct parser *p, struct token t)
{
	char word[4] = "";
	size_t n = length(t);

	for (size_t i = 0; i < n && n < sizeof word; i++)
		word[i] = p->s[t.from + i] | 0x20;
	return lex_token(word, strlen(word), 0).keyword != KEY_NONE;
}

/* A word that is a value; a number takes its unit with it (20 GB). */
static struct operand
word_literal(struct parser *p)
{
	struct token t = p->token;
	bool number = is_digit(p->s[t.from]) || (p->s[t.from] == '-' && length(t) > 1);

	advance(p);
	if (number && p->token.kind == TOK_WORD && !p->token.keyword && !memchr(p->s + p->token.from, '.', length(p->token))
	    && !is_shouted(p, p->token)) {
		t.to = p->token.to;
		advance(p);
	}
	return (struct operand){ .text = p->s + t.from, .len = t.to - t.from, .from = t.from, .to = t.to };
}

/* Past a comma. A missing one is complained about, and the next value is read all the same. */
static bool
another_choice(struct parser *p)
{
	if (accept(p, TOK_COMMA))
		return true;
	if ((p->token.kind != TOK_WORD && p->token.kind != TOK_QUOTED) || p->token.keyword)
		return false;
	complain_unexpected(p, "a comma or ]");
	return true;
}

static bool
read_choices(struct parser *p, struct operand *left, struct list *args)
{
	bool good = true;

	add(p, args, left->expr);
	do {
		struct operand o;

		if ((p->token.kind != TOK_WORD && p->token.kind != TOK_QUOTED) || p->token.keyword == KEY_AND || p->token.keyword == KEY_OR) {
			unexpected(p, "a value");
			return false;
		}
		o = p->token.kind == TOK_QUOTED ? quoted_literal(p) : word_literal(p);
		if (!left->expr || !resolve(p, &o, left->expr->type, left)) {
			good = false;
			continue;
		}
		add(p, args, o.expr);
	} while (another_choice(p));
	return good;
}

static struct operand
in(struct parser *p, const struct operator *o, struct operand l)
{
	struct list args;
	size_t end;
	bool good;

	if (is_literal(&l)) {
		complain_untyped(p, &l);
		l = nothing;
	} else if (l.expr && is_condition(l.expr)) {
		COMPLAIN(p, BAD_TYPES, l.from, l.to, "%s and cannot be compared", described(p, &l));
		l = nothing;
	}
	if (!accept(p, TOK_OPEN_LIST))
		return unexpected(p, "a list [ ]");
	begin(&args);
	good = read_choices(p, &l, &args);
	end = p->token.to;
	if (!accept(p, TOK_CLOSE_LIST))
		return unexpected(p, "a comma or ]");
	if (!good)
		return nothing;
	return made(p, o->op, TYPE_YES_NO, args.at, args.n, l.from, end);
}

static struct operand
not_in(struct parser *p, const struct operator *o, struct operand l)
{
	struct operand r;

	if (!accept_key(p, KEY_IN)) {
		unexpected(p, "'in' or an operator");
		return nothing;
	}
	r = in(p, o, l);
	return is_nothing(&r) ? nothing : unary(p, OP_NOT, TYPE_YES_NO, &r, r.from, r.to);
}

/* Text, symbols and versions are all interned text, so that a regular expression can look at each. */
static bool
is_textual(const struct expr *e)
{
	return !is_condition(e) && (e->type == TYPE_TEXT || e->type == TYPE_SYMBOL || e->type == TYPE_VERSION);
}

static bool
want_text(struct parser *p, const struct operand *o, const char *what)
{
	if (is_nothing(o))
		return false;
	if (is_literal(o)) {
		complain_untyped(p, o);
		return false;
	}
	if (is_textual(o->expr))
		return true;
	COMPLAIN(p, BAD_TYPES, o->from, o->to, "%s, but '%s' looks at text", described(p, o), what);
	return false;
}

static struct operand
matches(struct parser *p, const struct operator *o, struct operand l)
{
	const struct compiled *re = NULL;
	struct operand m;
	struct diag *g;
	size_t from, to, end;

	if (!lex_regex(p->s, p->n, p->token.from, &from, &to, &end)) {
		if (p->token.kind != TOK_OVER) {
			unexpected(p, "a regular expression /.../");
			return nothing;
		}
		g = COMPLAIN(p, BAD_CONDITION, p->token.from, p->token.to, "the second slash of this regular expression is missing");
		diag_hint(p->d, g, "a slash inside it is written \\/; a text with ' #' in it must be quoted in YAML");
		skip_unclosed(p);
		return nothing;
	}
	re = parse_regex(p->b->rb, p->d, p->node, p->token.from, end);
	p->b->failed |= !re;
	p->token.to = end;
	advance(p);
	if (!want_text(p, &l, "matches") || !re)
		return nothing;
	m = unary(p, o->op, TYPE_YES_NO, &l, l.from, end);
	m.expr->regex = re->regex;
	return m;
}

static struct operand
contains(struct parser *p, const struct operator *o, struct operand l)
{
	struct operand r = expression(p, LEVEL_SUM);

	if (is_nothing(&r) || !want_text(p, &l, "contains"))
		return nothing;
	if (is_literal(&r) ? !resolve(p, &r, TYPE_TEXT, NULL) : !want_text(p, &r, "contains"))
		return nothing;
	return binary(p, o->op, TYPE_YES_NO, &l, &r);
}

/* --- arithmetic --- */

/* Which types go together; an integer beside a number becomes one first. `number`: both sides become numbers. */
static const struct {
	enum op op;
	enum type l, r, result;
	bool number;
} sums[] = {
	{ OP_ADD, TYPE_INTEGER, TYPE_INTEGER, TYPE_INTEGER, false }, { OP_ADD, TYPE_NUMBER, TYPE_NUMBER, TYPE_NUMBER, false },
	{ OP_ADD, TYPE_DURATION, TYPE_DURATION, TYPE_DURATION, false }, { OP_ADD, TYPE_BYTES, TYPE_BYTES, TYPE_BYTES, false },
	{ OP_ADD, TYPE_TIME, TYPE_DURATION, TYPE_TIME, false },
	{ OP_SUB, TYPE_INTEGER, TYPE_INTEGER, TYPE_INTEGER, false }, { OP_SUB, TYPE_NUMBER, TYPE_NUMBER, TYPE_NUMBER, false },
	{ OP_SUB, TYPE_DURATION, TYPE_DURATION, TYPE_DURATION, false }, { OP_SUB, TYPE_BYTES, TYPE_BYTES, TYPE_BYTES, false },
	{ OP_SUB, TYPE_TIME, TYPE_TIME, TYPE_DURATION, false }, { OP_SUB, TYPE_TIME, TYPE_DURATION, TYPE_TIME, false },
	{ OP_MUL, TYPE_INTEGER, TYPE_INTEGER, TYPE_INTEGER, false }, { OP_MUL, TYPE_NUMBER, TYPE_NUMBER, TYPE_NUMBER, false },
	{ OP_MUL, TYPE_DURATION, TYPE_INTEGER, TYPE_DURATION, false }, { OP_MUL, TYPE_DURATION, TYPE_NUMBER, TYPE_DURATION, false },
	{ OP_MUL, TYPE_BYTES, TYPE_INTEGER, TYPE_BYTES, false }, { OP_MUL, TYPE_BYTES, TYPE_NUMBER, TYPE_BYTES, false },
	{ OP_DIV, TYPE_INTEGER, TYPE_INTEGER, TYPE_NUMBER, true }, { OP_DIV, TYPE_NUMBER, TYPE_NUMBER, TYPE_NUMBER, false },
	{ OP_DIV, TYPE_DURATION, TYPE_INTEGER, TYPE_DURATION, false }, { OP_DIV, TYPE_DURATION, TYPE_NUMBER, TYPE_DURATION, false },
	{ OP_DIV, TYPE_BYTES, TYPE_INTEGER, TYPE_BYTES, false }, { OP_DIV, TYPE_BYTES, TYPE_NUMBER, TYPE_BYTES, false },
	{ OP_DIV, TYPE_DURATION, TYPE_DURATION, TYPE_NUMBER, true }, { OP_DIV, TYPE_BYTES, TYPE_BYTES, TYPE_NUMBER, true },
};

/* The type of a literal in a sum: the first that the table has beside the other side and that it can be read as. */
static bool
literal_in_sum(struct parser *p, enum op op, struct operand *literal, const struct operand *other, bool left)
{
	for (size_t i = 0; other->expr && i < sizeof sums / sizeof *sums; i++) {
		enum type mine = left ? sums[i].l : sums[i].r, its = left ? sums[i].r : sums[i].l;

		if (sums[i].op == op && its == other->expr->type && reads_as(p, mine, literal))
			return resolve(p, literal, mine, NULL);
	}
	for (int i = 0; i < 2; i++)
		if (reads_as(p, i ? TYPE_NUMBER : TYPE_INTEGER, literal))
			return resolve(p, literal, i ? TYPE_NUMBER : TYPE_INTEGER, NULL);
	if (reads_as(p, TYPE_DURATION, literal))
		return resolve(p, literal, TYPE_DURATION, NULL);
	if (reads_as(p, TYPE_BYTES, literal))
		return resolve(p, literal, TYPE_BYTES, NULL);
	complain_untyped(p, literal);
	return false;
}

static bool
type_sum(struct parser *p, enum op op, struct operand *l, struct operand *r)
{
	struct operand swap;
	enum type a, b;

	if (is_nothing(l) || is_nothing(r) || (is_literal(l) && !literal_in_sum(p, op, l, r, true))
	    || (is_literal(r) && !literal_in_sum(p, op, r, l, false)))
		return false;
	a = l->expr->type;
	b = r->expr->type;
	if (op == OP_MUL && (b == TYPE_DURATION || b == TYPE_BYTES) && b != a) {	/* 2 * x is x * 2 */
		swap = *l;
		*l = *r;
		*r = swap;
	} else if ((a == TYPE_NUMBER && b == TYPE_INTEGER) || (a == TYPE_INTEGER && b == TYPE_NUMBER)) {
		to_number(p, l);
		to_number(p, r);
	}
	return true;
}

/* The constant 0, perhaps as a number. */
static bool
is_zero(const struct expr *e)
{
	if (e->op == OP_TO_NUMBER)
		e = e->args[0];
	return e->op == OP_CONST && (e->type == TYPE_NUMBER ? value_double(e->constant) == 0 : e->constant == 0);
}

static struct operand
arithmetic(struct parser *p, const struct operator *o, struct operand l)
{
	struct operand r = expression(p, o->level + 1), sum;
	size_t from = l.from, to = r.to;

	if (++p->operators > MOST_OPERATORS)
		return too_deep(p);
	if (!type_sum(p, o->op, &l, &r))
		return nothing;
	if (o->op == OP_DIV && is_zero(r.expr)) {
		COMPLAIN(p, BAD_VALUE, r.from, r.to, "a division by zero is never known");
		return nothing;
	}
	for (size_t i = 0; i < sizeof sums / sizeof *sums && !is_condition(l.expr) && !is_condition(r.expr); i++) {
		if (sums[i].op != o->op || sums[i].l != l.expr->type || sums[i].r != r.expr->type)
			continue;
		if (sums[i].number) {
			to_number(p, &l);
			to_number(p, &r);
		}
		sum = binary(p, o->op, sums[i].result, &l, &r);
		sum.from = from;
		sum.to = to;
		return sum;
	}
	COMPLAIN(p, BAD_TYPES, from, to, "'%s' does not work here: %s, and %s",
		o->op == OP_ADD ? "+" : o->op == OP_SUB ? "-" : o->op == OP_MUL ? "*" : "/", described(p, &l), described(p, &r));
	return nothing;
}

/* --- and, or, not --- */

/* A value as a condition: only yes-no can stand alone. */
static struct operand
as_condition(struct parser *p, struct operand o)
{
	if (is_nothing(&o) || (o.expr && is_condition(o.expr)))
		return o;
	if (is_literal(&o)) {
		complain_untyped(p, &o);
		return nothing;
	}
	if (o.expr->type == TYPE_YES_NO)
		return unary(p, OP_TRUTH, TYPE_YES_NO, &o, o.from, o.to);
	COMPLAIN(p, BAD_CONDITION, o.from, o.to, "%s; compare it with something", described(p, &o));
	return nothing;
}

static struct operand
logic(struct parser *p, const struct operator *o, struct operand l)
{
	size_t from = l.from, to = l.to;
	struct list args;
	bool good = true;

	begin(&args);

	for (struct operand next = l;; next = expression(p, o->level + 1)) {
		next = as_condition(p, next);
		good = good && next.expr;
		to = next.expr ? next.to : to;
		add(p, &args, next.expr);
		if (args.n > 1 && (!operator_here(p, o->level) || !accept_key(p, o->keyword)))
			break;
	}
	if (!good)
		return nothing;
	return made(p, o->op, TYPE_YES_NO, args.at, args.n, from, to);
}

static struct operand
negation(struct parser *p, size_t from)
{
	struct operand o = as_condition(p, expression(p, LEVEL_NOT));

	return is_nothing(&o) ? nothing : unary(p, OP_NOT, TYPE_YES_NO, &o, from, o.to);
}

static const struct operator operators[] = {
	{ TOK_WORD,	KEY_OR,		1,		OP_OR,		logic },
	{ TOK_WORD,	KEY_AND,	2,		OP_AND,		logic },
	{ TOK_WORD,	KEY_IS,		LEVEL_COMPARE,	OP_IS,		is },
	{ TOK_WORD,	KEY_IN,		LEVEL_COMPARE,	OP_IN,		in },
	{ TOK_WORD,	KEY_NOT,	LEVEL_COMPARE,	OP_IN,		not_in },
	{ TOK_WORD,	KEY_MATCHES,	LEVEL_COMPARE,	OP_MATCHES,	matches },
	{ TOK_WORD,	KEY_CONTAINS,	LEVEL_COMPARE,	OP_CONTAINS,	contains },
	{ TOK_LT,	KEY_NONE,	LEVEL_COMPARE,	OP_LT,		comparison },
	{ TOK_LE,	KEY_NONE,	LEVEL_COMPARE,	OP_LE,		comparison },
	{ TOK_GT,	KEY_NONE,	LEVEL_COMPARE,	OP_GT,		comparison },
	{ TOK_GE,	KEY_NONE,	LEVEL_COMPARE,	OP_GE,		comparison },
	{ TOK_PLUS,	KEY_NONE,	LEVEL_SUM,	OP_ADD,		arithmetic },
	{ TOK_MINUS,	KEY_NONE,	LEVEL_SUM,	OP_SUB,		arithmetic },
	{ TOK_TIMES,	KEY_NONE,	LEVEL_PRODUCT,	OP_MUL,		arithmetic },
	{ TOK_OVER,	KEY_NONE,	LEVEL_PRODUCT,	OP_DIV,		arithmetic },
};
static const struct operator is_not = { TOK_WORD, KEY_IS, LEVEL_COMPARE, OP_IS_NOT, is };

static const struct operator *
find_operator(enum token_kind kind, enum keyword keyword)
{
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (operators[i].kind == kind && operators[i].keyword == keyword)
			return operators + i;
	return NULL;
}

/* A word that is an operator but for its case (AND) or some letters (mathces), as the operator; NULL when none comes near. */
static const char *
operator_meant(const struct parser *p)
{
	static const char *const words[] = { "and", "or", "is", "in", "matches", "contains" };
	enum { LONGEST = 12 };
	char word[LONGEST + 1] = "";
	size_t n = length(p->token);
	const char *nearest;

	if (p->token.kind != TOK_WORD || n > LONGEST)
		return NULL;
	for (size_t i = 0; i < n; i++)
		word[i] = p->s[p->token.from + i] | 0x20;
	nearest = text_nearest(word, words, sizeof words / sizeof *words);
	return nearest && (strlen(nearest) > 3 || strcmp(nearest, word) == 0) ? nearest : NULL;
}

/* The operator that the author meant with the word or sign at hand, which is none; said so, when it binds at least as tight as `level`. */
static const struct operator *
foreign_operator(struct parser *p, int level)
{
	const struct foreign *f = find_foreign(p);
	const char *word = f ? NULL : operator_meant(p);
	enum keyword key = f ? f->means : word ? lex_token(word, strlen(word), 0).keyword : KEY_NONE;
	const struct operator *o = key ? find_operator(TOK_WORD, key) : NULL;
	struct diag *g;

	if (!o || o->level < level)
		return NULL;
	g = COMPLAIN(p, BAD_CONDITION, p->token.from, p->token.to, "an operator is needed here, not '%.*s'", CLIP(length(p->token)),
		p->s + p->token.from);
	if (f)
		diag_hint(p->d, g, "%s", f->hint);
	else
		diag_hint(p->d, g, "did you mean '%s'?", word);
	p->token.kind = TOK_WORD;
	p->token.keyword = key;
	return f && f->negated ? &is_not : o;
}

/* The operator at hand, when it binds at least as tight as `level`. */
static const struct operator *
operator_here(struct parser *p, int level)
{
	const struct operator *o = find_operator(p->token.kind, p->token.keyword);

	if (!o && (p->token.kind == TOK_OTHER || p->token.kind == TOK_WORD))
		return foreign_operator(p, level);
	return o && o->level >= level ? o : NULL;
}

/* --- operands --- */

static struct expr *
text_function(struct parser *p, enum op op, struct operand *args, size_t from, size_t to)
{
	if (is_literal(args) ? !resolve(p, args, TYPE_TEXT, NULL) : !want_text(p, args, op == OP_LOWER ? "lower" : "length"))
		return NULL;
	return unary(p, op, op == OP_LOWER ? TYPE_TEXT : TYPE_INTEGER, args, from, to).expr;
}

static struct expr *
extreme_function(struct parser *p, enum op op, struct operand *args, size_t from, size_t to)
{
	static const enum type types[] = { TYPE_INTEGER, TYPE_NUMBER, TYPE_DURATION, TYPE_BYTES };
	struct operand o;

	for (size_t i = 0; is_literal(args) && is_literal(args + 1) && i < sizeof types / sizeof *types; i++)
		if (reads_as(p, types[i], args) && reads_as(p, types[i], args + 1)
				&& !(resolve(p, args, types[i], NULL) && resolve(p, args + 1, types[i], NULL)))
			return NULL;
	if (!unify(p, args, args + 1))
		return NULL;
	if (!type_is_ordered(args->expr->type)) {
		COMPLAIN(p, BAD_TYPES, from, to, "a %s has no order", type_name(args->expr->type));
		return NULL;
	}
	o = binary(p, op, args->expr->type, args, args + 1);
	return o.expr;
}

static bool
has_sign(struct parser *p, const struct operand *o)
{
	enum type t = o->expr->type;

	if (!is_condition(o->expr) && (t == TYPE_INTEGER || t == TYPE_NUMBER || t == TYPE_DURATION || t == TYPE_BYTES))
		return true;
	COMPLAIN(p, BAD_TYPES, o->from, o->to, "%s, not a number", described(p, o));
	return false;
}

static struct expr *
sign_function(struct parser *p, enum op op, struct operand *args, size_t from, size_t to)
{
	struct operand none = nothing;

	if (is_nothing(args) || (is_literal(args) && !literal_in_sum(p, op, args, &none, true)) || !has_sign(p, args))
		return NULL;
	return unary(p, op, args->expr->type, args, from, to).expr;
}

static struct expr *
floor_function(struct parser *p, enum op op, struct operand *args, size_t from, size_t to)
{
	struct operand none = nothing;

	if (is_nothing(args) || (is_literal(args) && !literal_in_sum(p, op, args, &none, true)) || !has_sign(p, args))
		return NULL;
	if (args->expr->type != TYPE_INTEGER && args->expr->type != TYPE_NUMBER) {
		COMPLAIN(p, BAD_TYPES, args->from, args->to, "%s, not a number", described(p, args));
		return NULL;
	}
	return unary(p, op, TYPE_INTEGER, args, from, to).expr;
}

static struct expr *
decimal_function(struct parser *p, enum op op, struct operand *args, size_t from, size_t to)
{
	if (is_nothing(args) || (is_literal(args) && !resolve(p, args, TYPE_CODE, NULL)))
		return NULL;
	if (args->expr->type != TYPE_CODE) {
		COMPLAIN(p, BAD_TYPES, args->from, args->to, "%s, not a code", described(p, args));
		return NULL;
	}
	return unary(p, op, TYPE_INTEGER, args, from, to).expr;
}

static const struct function {
	const char *name;
	enum op op;
	size_t nargs;
	struct expr *(*build)(struct parser *p, enum op op, struct operand *args, size_t from, size_t to);
} functions[] = {
	{ "length", OP_LENGTH, 1, text_function }, { "lower", OP_LOWER, 1, text_function },
	{ "min", OP_MIN, 2, extreme_function }, { "max", OP_MAX, 2, extreme_function }, { "abs", OP_ABS, 1, sign_function },
	{ "floor", OP_FLOOR, 1, floor_function }, { "decimal", OP_DECIMAL, 1, decimal_function },
};
enum { FUNCTIONS = sizeof functions / sizeof *functions, MOST_ARGS = 4 };

static const struct function *
find_function(struct parser *p, struct token name)
{
	const char *names[FUNCTIONS];
	struct diag *g;

	for (size_t i = 0; i < FUNCTIONS; i++) {
		names[i] = functions[i].name;
		if (strlen(names[i]) == length(name) && memcmp(names[i], p->s + name.from, length(name)) == 0)
			return functions + i;
	}
	g = COMPLAIN(p, UNKNOWN_FUNCTION, name.from, name.to, "no function '%.*s'", CLIP(length(name)), p->s + name.from);
	diag_suggest(p->d, g, arena_strndup(p->b->rb->arena, p->s + name.from, (size_t)CLIP(length(name))), names, FUNCTIONS);
	return NULL;
}

static struct operand
call(struct parser *p, struct token name)
{
	const struct function *f = find_function(p, name);
	struct operand args[MOST_ARGS];
	struct expr *e = NULL;
	size_t n = 0, end;

	p->parens++;
	do {
		struct operand o = expression(p, LEVEL_SUM);

		if (n < MOST_ARGS)
			args[n] = o;
		n++;
	} while (accept(p, TOK_COMMA));
	end = p->token.to;
	if (p->token.kind != TOK_CLOSE) {
		unexpected(p, "a comma or )");
		f = NULL;
	}
	p->parens--;
	if (p->token.kind != TOK_CLOSE)
		return nothing;
	advance(p);
	if (f && n != f->nargs)
		COMPLAIN(p, BAD_CONDITION, name.from, end, "'%s' takes %zu value%s, not %zu", f->name, f->nargs, f->nargs == 1 ? "" : "s", n);
	else if (f)
		e = f->build(p, f->op, args, name.from, end);
	return e ? typed(e, name.from, end) : nothing;
}

/* --- names --- */

static int
find_alias(const struct builder *b, const char *name)
{
	for (int i = b->nvisible - 1; i >= 0; i--)
		if (b->quantified[b->visible[i]].name == name)
			return QUANTIFIED + b->visible[i];
	for (int i = 0; i < b->njoined; i++)
		if (b->joined[i].name == name)
			return i;
	return -1;
}

static void
complain_alias(struct parser *p, const char *name, size_t from)
{
	const struct builder *b = p->b;
	struct rulebase *rb = b->rb;
	size_t n = 0;
	const char **names;
	struct diag *g;

	p->b->failed = true;
	if (own_spares_template(rb))
		return;
	names = own_names(rb, rb->ntemplates + MAX_ALIASES + MAX_QUANTIFIERS);
	for (int i = 0; names && i < b->nvisible; i++)
		names[n++] = b->quantified[b->visible[i]].name;
	for (int i = 0; names && i < b->njoined; i++)
		names[n++] = b->joined[i].name;
	for (size_t i = 0; names && i < rb->ntemplates && !b->closed; i++)
		if (find_alias(b, rb->templates[i]->entry.id) < 0)
			names[n++] = rb->templates[i]->entry.id;
	g = COMPLAIN(p, UNKNOWN_TEMPLATE, from, from + strlen(name), "no template or alias '%.*s'", CLIP(strlen(name)), name);
	own_suggest(p->d, g, name, strlen(name), names, n);
}

/* The number of an alias; a template's name makes a new one. -1 after a complaint. */
static int
alias_of(struct parser *p, const char *name, size_t from)
{
	struct builder *b = p->b;
	const struct template *t;
	struct diag *g;
	int i = find_alias(b, name);

	if (i >= 0)
		return i;
	if (b->njoined == MAX_ALIASES) {
		COMPLAIN(p, TOO_LARGE, from, from + strlen(name), "a condition may speak of %d facts at most", MAX_ALIASES);
		return -1;
	}
	t = own_find(b->rb, NAME_TEMPLATE, name, strlen(name));
	if (b->closed && t && !b->lenient) {
		g = COMPLAIN(p, UNBOUND_ALIAS, from, from + strlen(name), "'%s' is no alias of this rule", name);
		diag_hint(p->d, g, "only facts that `when` or `for` names can be used in `then`");
		return -1;
	}
	if (!t)
		complain_alias(p, name, from);
	if (!t && b->closed)
		return -1;
	b->joined[b->njoined] = (struct alias){ .name = name, .of = t };	/* without a template: complained about once */
	return b->njoined++;
}

static void
complain_slot(struct parser *p, const struct template *t, const char *name, size_t n, size_t from)
{
	struct diag *g = COMPLAIN(p, UNKNOWN_SLOT, from, from + n, "template '%s' has no slot '%.*s'", t->entry.id, CLIP(n), name);

	own_suggest_slot(p->b->rb, p->d, g, t, name, n);
}

/* alias.slot */
static struct operand
reference(struct parser *p, struct token t, size_t dot)
{
	struct rulebase *rb = p->b->rb;
	int alias = alias_of(p, own_name(rb, p->s + t.from, dot - t.from), t.from);
	struct alias *a = alias < 0 ? NULL : builder_alias(p->b, alias);
	const struct slot *slot;
	struct operand o;

	if (!a || !a->of) {
		p->b->failed = true;
		return nothing;
	}
	slot = own_slot(rb, a->of, p->s + dot + 1, t.to - dot - 1);
	if (!slot) {
		complain_slot(p, a->of, p->s + dot + 1, t.to - dot - 1, dot + 1);
		return nothing;
	}
	if (slot->type == TYPE_COUNT) {		/* its declaration was complained about */
		p->b->failed = true;
		return nothing;
	}
	a->reads |= (uint64_t)1 << (slot->index < 63 ? slot->index : 63);
	o = typed(expr_slot(p->b, alias, slot), t.from, t.to);
	o.slot = slot;
	return o;
}

/* A letter before the dot makes a word a reference: 10.0 is none. */
static bool
is_reference(const char *s, size_t n, size_t *dot)
{
	const char *p = memchr(s, '.', n);
	char c = n ? s[0] : '0';

	*dot = p ? (size_t)(p - s) : 0;
	return p && (((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_');
}

static bool
is_now(const struct parser *p, struct token t)
{
	return length(t) == 3 && memcmp(p->s + t.from, "now", 3) == 0;
}

static struct operand
word(struct parser *p)
{
	struct token t = p->token;
	struct operand o;
	size_t dot;

	if (t.keyword)
		return unexpected(p, "a value");
	if (is_reference(p->s + t.from, length(t), &dot)) {
		advance(p);
		return reference(p, t, t.from + dot);
	}
	if (is_now(p, t)) {
		advance(p);
		return made(p, OP_NOW, TYPE_TIME, NULL, 0, t.from, t.to);
	}
	o = word_literal(p);
	if (p->token.kind == TOK_OPEN && !is_digit(p->s[t.from])) {
		advance(p);
		return call(p, t);
	}
	return o;
}

/* Something stands where an operator should. Reads on behind the next and, or; false when none follows. */
static bool
go_on(struct parser *p, struct operand *o, const char *wanted)
{
	unexpected(p, wanted);
	*o = nothing;
	if (!accept_key(p, KEY_AND) && !accept_key(p, KEY_OR))
		return false;
	expression(p, LEVEL_ANY);
	return true;
}

static struct operand
parenthesis(struct parser *p, size_t from)
{
	struct operand o;

	p->parens++;
	o = expression(p, LEVEL_ANY);
	while (!p->broken && p->token.kind != TOK_CLOSE)
		if (!go_on(p, &o, "an operator or )"))
			break;
	p->parens--;
	o.from = from;
	o.to = p->token.to;
	accept(p, TOK_CLOSE);
	return o;
}

static struct operand
minus(struct parser *p, size_t from)
{
	struct operand o = expression(p, LEVEL_SIGN), none = nothing;

	if (is_nothing(&o) || (is_literal(&o) && !literal_in_sum(p, OP_NEG, &o, &none, true)) || !has_sign(p, &o))
		return nothing;
	return unary(p, OP_NEG, o.expr->type, &o, from, o.to);
}

static struct operand
group(struct parser *p)
{
	struct token t = p->token;
	struct diag *g = COMPLAIN(p, UNKNOWN_GROUP, t.from, t.to, "'%.*s' has no meaning here", CLIP(length(t)), p->s + t.from);

	diag_hint(p->d, g, "named groups are used in `gives` of a pattern, as the whole value");
	advance(p);
	return nothing;
}

static bool
accept_exclamation(struct parser *p)
{
	if (p->token.kind != TOK_OTHER || length(p->token) != 1 || p->s[p->token.from] != '!')
		return false;
	complain_unexpected(p, "a value");
	advance(p);
	return true;
}

static struct operand
operand(struct parser *p)
{
	size_t from = p->token.from;

	if (accept_not(p) || accept_exclamation(p))
		return negation(p, from);
	switch ((int)p->token.kind) {
	case TOK_WORD:
		return word(p);
	case TOK_QUOTED:
		return quoted_literal(p);
	case TOK_GROUP:
		return group(p);
	case TOK_OPEN:
		advance(p);
		return parenthesis(p, from);
	case TOK_MINUS:
		advance(p);
		return minus(p, from);
	}
	return unexpected(p, "a value");
}

/* Precedence climbing: an operand, then operators that bind at least as tight as `level`. */
static struct operand
expression(struct parser *p, int level)
{
	const struct operator *o;
	struct operand left;

	if (p->depth == DEEPEST)
		return too_deep(p);
	p->depth++;
	left = operand(p);
	while (!p->broken && (o = operator_here(p, level))) {
		advance(p);
		left = o->build(p, o, left);
	}
	p->depth--;
	return p->broken ? nothing : left;
}

/* --- the whole text --- */

static struct parser
start(struct builder *b, const struct node *n)
{
	struct parser p = { .b = b, .d = b->diags, .node = n, .s = n->text, .n = n->len };

	if (n->len && !n->simple) {
		p.spots = machine_alloc(n->len * sizeof *p.spots);
		p.nspots = node_spots(p.d, n, p.spots);
	}
	advance(&p);
	return p;
}

/* A minus that the author meant as an operator, and that belongs to the number. */
static void
complain_minus(struct parser *p)
{
	struct token t = p->token;
	struct diag *g = COMPLAIN(p, BAD_CONDITION, t.from, t.to, "an operator is missing before '%.*s'", CLIP(length(t)), p->s + t.from);

	diag_hint(p->d, g, "a minus between two values needs a space on both sides");
	p->lost = t.from + 1;
}

/* All of the text, when one operand was read of it: what cannot follow it is complained about, and what stands behind that is read, too. */
static bool
is_whole(struct parser *p)
{
	struct operand none;

	if (!p->broken && p->token.kind == TOK_END)
		return true;
	while (!p->broken && p->token.kind != TOK_END) {
		if (p->token.kind == TOK_WORD && p->s[p->token.from] == '-')
			complain_minus(p);
		if (!go_on(p, &none, "an operator"))
			break;
	}
	return false;
}

static struct expr *
read_condition(struct parser *p)
{
	struct operand o;

	if (p->token.kind == TOK_END) {
		p->b->failed = true;
		complain(p->d, EMPTY_VALUE, p->node->at, "an empty condition");
		return NULL;
	}
	o = expression(p, LEVEL_ANY);
	return is_whole(p) ? as_condition(p, o).expr : NULL;
}

struct expr *
parse_condition(struct builder *b, const struct node *scalar)
{
	struct parser p = start(b, scalar);
	struct expr *e = read_condition(&p);

	free(p.spots);
	return e;
}

static struct expr *
read_value(struct parser *p, const struct slot *slot)
{
	struct operand o = { .text = p->s, .len = p->n, .quoted = true, .to = p->n };
	struct operand like = { .slot = slot };

	if (slot->type != TYPE_TEXT || p->node->plain) {
		o = expression(p, LEVEL_ANY);
		if (!is_whole(p))
			return NULL;
	}
	if (is_nothing(&o) || (is_literal(&o) && !resolve(p, &o, slot->type, &like)))
		return NULL;
	if (slot->type == TYPE_NUMBER && o.expr->type == TYPE_INTEGER)
		to_number(p, &o);
	if (o.expr->type == slot->type)
		return o.expr;
	COMPLAIN(p, BAD_TYPES, o.from, o.to, "%s, but slot '%s' is of type %s", described(p, &o), slot->name, type_name(slot->type));
	return NULL;
}

struct expr *
parse_value(struct builder *b, const struct node *scalar, const struct slot *slot)
{
	struct parser p = start(b, scalar);
	struct expr *e = read_value(&p, slot);

	free(p.spots);
	return e;
}

/* --- regular expressions --- */

static const struct compiled *
keep_regex(struct rulebase *rb, const struct buf *key, struct regex *re, const char *flags, struct place at)
{
	struct own *own = rb->own;
	struct compiled *c;
	size_t n;
	const char *text = regex_pattern(re, &n);

	sym_intern(own->regex_texts, key->text, key->len);
	own->regexes = arena_grow(rb->arena, own->regexes, own->nregexes, &own->regexes_cap, sizeof *own->regexes);
	c = own->regexes + own->nregexes;
	*c = (struct compiled){ re, text, n, flags, at };
	own->nregexes++;
	return c;
}

static const struct compiled *
compile_regex(struct rulebase *rb, struct diags *d, const struct node *scalar, size_t from, size_t to, const char *flags)
{
	struct own *own = rb->own;
	struct buf why = {0};
	struct regex *re;
	uint32_t id;
	size_t offset = 0;

	buf_clear(&own->key);
	buf_puts(&own->key, flags);
	buf_putc(&own->key, '/');
	buf_add(&own->key, scalar->text + from, to - from);
	if (sym_find(own->regex_texts, own->key.text, own->key.len, &id))
		return own->regexes + id;
	re = regex_new(scalar->text + from, to - from, flags, &why, &offset);
	if (!re) {
		offset = offset < to - from ? offset : to - from;
		complain(d, BAD_REGEX, node_place(d, scalar, from + offset, to), "this regular expression does not compile: %s", buf_text(&why));
		buf_free(&why);
		return NULL;
	}
	return keep_regex(rb, &own->key, re, flags, node_place(d, scalar, from, to));
}

const struct compiled *
parse_regex(struct rulebase *rb, struct diags *d, const struct node *scalar, size_t from, size_t to)
{
	size_t open, close, end;
	const char *flags;
	struct diag *g;

	if (!lex_regex(scalar->text, to, from, &open, &close, &end) || end != to) {
		g = complain(d, BAD_REGEX, node_place(d, scalar, from, to), "this is no regular expression");
		diag_hint(d, g, "it is written /.../ and may be followed by the flags i, m, s, x");
		return NULL;
	}
	flags = own_name(rb, scalar->text + close + 1, to - close - 1);
	if (flags[strspn(flags, "imsx")]) {
		g = complain(d, BAD_REGEX, node_place(d, scalar, close + 1, to), "unknown flag '%.*s'", CLIP(strlen(flags)), flags);
		diag_hint(d, g, "allowed: i, m, s, x");
		return NULL;
	}
	return compile_regex(rb, d, scalar, open, close, flags);
}
