/* SPDX-License-Identifier: MIT */
#include "lang/cond.h"

#include "lang/codes.h"
#include "lang/lex.h"
#include "lang/parse.h"

#include <string.h>

/* Lists up to this length need no memory of their own while they are read. */
enum { FEW = 16 };

static const struct expr *compile_node(struct builder *b, const struct node *n);

static void
fail(struct builder *b)
{
	b->failed = true;
}

#define COMPLAIN(b, kind, at, ...) (fail(b), complain((b)->diags, (kind), (at), __VA_ARGS__))

/* --- how a condition reads on one line, for reports --- */

static void
add_line(struct buf *out, const char *s, size_t n)
{
	bool space = false;

	if (!memchr(s, '\n', n)) {
		buf_add(out, s, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		bool is_space = s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r';

		if (space && !is_space && out->len)
			buf_putc(out, ' ');
		if (!is_space)
			buf_putc(out, s[i]);
		space = is_space;
	}
}

static void describe(struct buf *out, const struct node *n, bool inside);

static void
describe_items(struct buf *out, const struct node *list, const char *between, bool inside)
{
	bool several = inside && list->count > 1;

	if (several)
		buf_putc(out, '(');
	for (const struct node *n = list->first; n; n = n->next) {
		if (n != list->first)
			buf_puts(out, between);
		describe(out, n, list->count > 1);
	}
	if (several)
		buf_putc(out, ')');
}

static void
describe_quantifier(struct buf *out, const struct node *n)
{
	const struct node *of = n->kind == NODE_SCALAR ? n : node_get(n, "of"), *where = node_get(n, "where");

	buf_puts(out, n->key->text);
	if (strcmp(n->key->text, "count") == 0)
		buf_puts(out, " of");
	buf_putc(out, ' ');
	if (of && of->kind == NODE_SCALAR)
		add_line(out, of->text, of->len);
	if (where) {
		buf_puts(out, " where ");
		describe(out, where, true);
	}
}

static void
describe_mapping(struct buf *out, const struct node *map, bool inside)
{
	const struct node *n = map->first;
	const char *key = n ? n->key->text : "";
	const struct node *bound = node_get(map, "is");

	if (n && (strcmp(key, "all") == 0 || strcmp(key, "any") == 0) && n->kind == NODE_LIST) {
		describe_items(out, n, strcmp(key, "all") == 0 ? " and " : " or ", inside);
	} else if (n && strcmp(key, "not") == 0) {
		buf_puts(out, "not (");
		describe(out, n, false);
		buf_putc(out, ')');
	} else if (n) {
		describe_quantifier(out, n);
	}
	if (bound && bound->kind == NODE_SCALAR && bound != n)
		buf_printf(out, " is %s", bound->text);
}

/* `inside`: within something else, so that `or` needs parentheses. */
static void
describe(struct buf *out, const struct node *n, bool inside)
{
	if (n->kind == NODE_LIST) {
		describe_items(out, n, " and ", false);
	} else if (n->kind == NODE_MAP) {
		describe_mapping(out, n, inside);
	} else if (inside && strstr(n->text, " or ")) {
		buf_putc(out, '(');
		add_line(out, n->text, n->len);
		buf_putc(out, ')');
	} else {
		add_line(out, n->text, n->len);
	}
}

static const char *
text_of(struct builder *b, const struct node *n)
{
	struct buf out = {0};
	const char *text;

	if (n->kind == NODE_SCALAR && n->at.line == n->at.end_line)
		return n->text;
	describe(&out, n, false);
	text = arena_strndup(b->rb->arena, buf_text(&out), out.len);
	buf_free(&out);
	return text;
}

/* --- lists --- */

static const struct expr *
compile_items(struct builder *b, const struct node *list, enum op op)
{
	const struct expr *few[FEW], **args = list->count <= FEW ? few : arena_array(b->rb->arena, list->count, sizeof *args);
	uint32_t n = 0;
	bool good = true;

	if (!list->first)
		COMPLAIN(b, EMPTY_VALUE, list->at, "an empty list of conditions");
	for (const struct node *item = list->first; item; item = item->next) {
		args[n] = compile_node(b, item);
		good = args[n++] && good;
	}
	if (!good || n == 0)
		return NULL;
	return n == 1 ? args[0] : expr_new(b, op, TYPE_YES_NO, list->at, args, n);
}

static const struct expr *
compile_list_or_one(struct builder *b, const struct node *n, enum op op)
{
	return n->kind == NODE_LIST ? compile_items(b, n, op) : compile_node(b, n);
}

static const struct expr *
all(struct builder *b, const struct node *map, const struct node *n, enum op op)
{
	(void)map;
	return compile_list_or_one(b, n, op);
}

static const struct expr *
not(struct builder *b, const struct node *map, const struct node *n, enum op op)
{
	const struct expr *e = compile_node(b, n);

	return e ? expr_new(b, op, TYPE_YES_NO, map->at, &e, 1) : NULL;
}

/* --- quantifiers --- */

/* "T" or "T as x": the bytes of both names. */
static bool
split_of(const struct node *of, size_t *template_end, size_t *alias_from)
{
	size_t n = strcspn(of->text, " "), i = n;

	*template_end = n;
	*alias_from = 0;
	i += strspn(of->text + i, " ");
	if (of->text[i] == '\0')
		return n > 0;
	if (strncmp(of->text + i, "as ", 3) != 0)
		return false;
	i += 3;
	i += strspn(of->text + i, " ");
	*alias_from = i;
	return n > 0 && of->text[i] && !strchr(of->text + i, ' ');
}

static void
complain_template(struct builder *b, const struct node *of, size_t n)
{
	struct diag *g;

	fail(b);
	if (own_spares_template(b->rb))
		return;
	g = COMPLAIN(b, UNKNOWN_TEMPLATE, node_place(b->diags, of, 0, n), "no template '%.*s'", CLIP(n), of->text);
	own_suggest_template(b->rb, b->diags, g, of->text, n);
}

/* The alias of a quantifier; -1 after a complaint about the form. An unknown template gives an alias without one, so that nothing follows. */
static int
quantified_alias(struct builder *b, const struct node *of)
{
	struct rulebase *rb = b->rb;
	size_t end, as;
	struct alias a = {0};
	struct diag *g;

	if (of->kind != NODE_SCALAR || !split_of(of, &end, &as)) {
		g = COMPLAIN(b, BAD_CONDITION, of->at, "this is no template");
		diag_hint(b->diags, g, "write `of: template` or `of: template as alias`");
		return -1;
	}
	if (b->nquantified + b->njoined >= MAX_ALIASES || b->nquantified == MAX_ALIASES || b->nvisible == MAX_QUANTIFIERS) {
		COMPLAIN(b, TOO_LARGE, of->at, "too many quantifiers in one condition");
		return -1;
	}
	if (as && (!is_name(of->text + as) || is_reserved(of->text + as, of->len - as))) {
		g = COMPLAIN(b, BAD_NAME, node_place(b->diags, of, as, of->len), "an alias cannot be '%.*s'", CLIP(of->len - as), of->text + as);
		diag_hint(b->diags, g, "it is letters, digits and _, and no word of conditions");
	}
	a.of = own_find(rb, NAME_TEMPLATE, of->text, end);
	a.name = as ? own_name(rb, of->text + as, of->len - as) : own_name(rb, of->text, end);
	if (!a.of)
		complain_template(b, of, end);
	b->quantified[b->nquantified] = a;
	return b->nquantified++;
}

/* `none: T`, or `none: {of: T, where: ..}`. NULL where a key is missing. */
static const struct node *
quantifier_of(struct builder *b, const struct node *n, const struct node **where)
{
	static const char *const keys[] = { "of", "where" };
	const struct node *of = n->kind == NODE_MAP ? node_get(n, "of") : n;
	struct diag *g;

	*where = NULL;
	for (const struct node *v = n->kind == NODE_MAP ? n->first : NULL; v; v = v->next) {
		if (strcmp(v->key->text, "where") == 0)
			*where = v;
		else if (v != of) {
			g = COMPLAIN(b, UNKNOWN_KEY, v->key->at, "'%s' has no key '%.*s'", n->key->text, CLIP(v->key->len), v->key->text);
			diag_suggest(b->diags, g, v->key->text, keys, 2);
		}
	}
	if (!of && n->count == (*where != NULL)) {
		g = COMPLAIN(b, MISSING_KEY, n->at, "'%s' needs the key 'of'", n->key->text);
		diag_hint(b->diags, g, "of: the template whose facts are looked at");
	}
	return of;
}

static struct expr *
compile_quantifier(struct builder *b, const struct node *map, const struct node *n, enum op op)
{
	const struct node *where, *of = quantifier_of(b, n, &where);
	const struct expr *condition = NULL;
	struct expr *e;
	int alias = of ? quantified_alias(b, of) : -1;

	if (op == OP_EVERY && of && !where) {
		COMPLAIN(b, MISSING_KEY, n->at, "'every' needs a condition in 'where'");
		return NULL;
	}
	if (alias >= 0)
		b->visible[b->nvisible++] = alias;
	if (where && alias >= 0)
		condition = compile_list_or_one(b, where, OP_AND);
	if (alias >= 0)
		b->nvisible--;
	if (alias < 0 || !b->quantified[alias].of || (where && !condition))
		return NULL;
	e = expr_new(b, op, TYPE_YES_NO, map->at, &condition, where ? 1 : 0);
	e->alias = QUANTIFIED + alias;
	return e;
}

static const struct expr *
quantifier(struct builder *b, const struct node *map, const struct node *n, enum op op)
{
	return compile_quantifier(b, map, n, op);
}

/* ">= 2", "2", "is not 2": how a count is compared. */
static bool
read_bound(const struct node *n, enum op *op, value *bound)
{
	static const struct {
		const char *sign;
		enum op op;
	} signs[] = {
		{ "<=", OP_LE }, { ">=", OP_GE }, { "<", OP_LT }, { ">", OP_GT }, { "is not ", OP_IS_NOT }, { "is ", OP_IS }, { "not ", OP_IS_NOT },
	};
	const char *s = n->text;

	*op = OP_IS;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (strncmp(s, signs[i].sign, strlen(signs[i].sign)) == 0) {
			*op = signs[i].op;
			s += strlen(signs[i].sign);
			break;
		}
	return value_parse(TYPE_INTEGER, s, n->len - (size_t)(s - n->text), NULL, bound) == NULL && *bound >= 0 && *bound <= INT32_MAX;
}

static const struct expr *
count(struct builder *b, const struct node *map, const struct node *n, enum op op)
{
	struct expr *e = compile_quantifier(b, map, n, op);
	const struct node *is = node_get(map, "is");
	struct diag *g;
	enum op compare;
	value bound;

	if (!is) {
		g = COMPLAIN(b, MISSING_KEY, map->at, "'count' needs the key 'is'");
		diag_hint(b->diags, g, "is: \">= 2\"");
		return NULL;
	}
	if (is->kind != NODE_SCALAR || !read_bound(is, &compare, &bound)) {
		g = COMPLAIN(b, BAD_VALUE, is->at, "a count is compared with a number of facts");
		diag_hint(b->diags, g, "is: \">= 2\", \"< 3\" or 2");
		return NULL;
	}
	if (!e)
		return NULL;
	e->compare = compare;
	e->constant = bound;
	return e;
}

/* --- mappings --- */

static const struct form {
	const char *key;
	enum op op;
	const struct expr *(*compile)(struct builder *b, const struct node *map, const struct node *n, enum op op);
} forms[] = {
	{ "all", OP_AND, all }, { "any", OP_OR, all }, { "not", OP_NOT, not },
	{ "none", OP_NONE, quantifier }, { "some", OP_SOME, quantifier }, { "every", OP_EVERY, quantifier }, { "count", OP_COUNT, count },
};
enum { FORMS = sizeof forms / sizeof *forms };

static const struct form *
find_form(struct builder *b, const struct node *map, const struct node *n)
{
	const char *names[FORMS];
	struct diag *g;

	for (size_t i = 0; i < FORMS; i++) {
		names[i] = forms[i].key;
		if (strcmp(n->key->text, forms[i].key) == 0)
			return forms + i;
	}
	if (strcmp(n->key->text, "is") == 0 && node_get(map, "count"))
		return NULL;
	if (strchr(n->key->text, ' ')) {
		g = COMPLAIN(b, SWALLOWED_COLON, n->key->at, "the colon makes a mapping of this condition");
		diag_hint(b->diags, g, "put the whole condition in quotes");
		return NULL;
	}
	g = COMPLAIN(b, UNKNOWN_KEY, n->key->at, "a condition has no form '%.*s'", CLIP(n->key->len), n->key->text);
	diag_suggest(b->diags, g, n->key->text, names, FORMS);
	return NULL;
}

/* A mapping has one form; others beside it are read for the sake of their mistakes. */
static const struct expr *
compile_map(struct builder *b, const struct node *map)
{
	const struct form *form = NULL;
	const struct expr *e = NULL;

	if (!map->first)
		COMPLAIN(b, EMPTY_VALUE, map->at, "an empty condition");
	for (const struct node *n = map->first; n; n = n->next) {
		const struct form *f = find_form(b, map, n);

		if (!f)
			continue;
		if (form) {
			struct diag *g = COMPLAIN(b, BAD_CONDITION, n->key->at, "'%s' beside '%s' in one mapping", f->key, form->key);

			diag_hint(b->diags, g, "make a list of them: each begins with -");
		}
		form = form ? form : f;
		e = f->compile(b, map, n, f->op);
	}
	return e;
}

static const struct expr *
compile_node(struct builder *b, const struct node *n)
{
	struct expr *e;

	switch (n->kind) {
	case NODE_LIST:
		return compile_items(b, n, OP_AND);
	case NODE_MAP:
		e = (struct expr *)compile_map(b, n);
		break;
	case NODE_SCALAR:
	default:
		e = parse_condition(b, n);
	}
	if (e && !e->text)
		e->text = text_of(b, n);
	return e;
}

/* --- the whole condition --- */

static bool
start(struct builder *b, struct cond_context *c, const struct scope *scope)
{
	b->rb = c->rb;
	b->diags = c->diags;
	b->lenient = c->lenient;
	b->njoined = b->nquantified = b->nvisible = 0;
	b->closed = b->failed = false;
	if (scope->njoin > MAX_ALIASES)
		return false;
	for (int i = 0; i < scope->njoin; i++)
		b->joined[b->njoined++] = scope->aliases[i];
	return true;
}

/* Aliases of quantifiers get their final numbers, behind the joined ones. */
static void
renumber(const struct expr *e, int njoined)
{
	if (e->alias >= QUANTIFIED)
		((struct expr *)e)->alias += njoined - QUANTIFIED;
	for (uint32_t i = 0; i < e->nargs; i++)
		renumber(e->args[i], njoined);
}

static void
finish_scope(struct builder *b, struct scope *scope)
{
	int n = b->njoined + b->nquantified;
	struct alias *all = arena_array(b->rb->arena, (size_t)n, sizeof *all);

	memcpy(all, b->joined, (size_t)b->njoined * sizeof *all);
	memcpy(all + b->njoined, b->quantified, (size_t)b->nquantified * sizeof *all);
	*scope = (struct scope){ all, n, b->njoined };
}

bool
cond_compile(struct cond_context *c, const struct node *n, struct scope *scope, struct condition *out)
{
	struct builder b;
	const struct expr *e;

	*out = (struct condition){ .at = n->at };
	if (!start(&b, c, scope)) {
		complain(c->diags, TOO_LARGE, n->at, "a condition may speak of %d facts at most", MAX_ALIASES);
		return false;
	}
	e = compile_node(&b, n);
	finish_scope(&b, scope);
	out->scope = *scope;
	if (b.failed || !e)
		return false;
	if (!c->rule)
		out->id = expr_number(&b, e);
	if (b.nquantified)
		renumber(e, b.njoined);
	out->expr = e;
	out->text = e->text || c->rule ? e->text : text_of(&b, n);
	return true;
}

const struct expr *
cond_value(struct cond_context *c, const struct node *n, struct scope *scope, const struct slot *slot)
{
	struct builder b;
	const struct expr *e;

	if (n->kind != NODE_SCALAR) {
		complain(c->diags, WRONG_KIND, n->at, "%s as the value of slot '%s'", node_kind_name(n), slot->name);
		return NULL;
	}
	if (slot->type == TYPE_COUNT || !start(&b, c, scope))
		return NULL;
	b.closed = true;
	e = parse_value(&b, n, slot);
	for (int i = 0; i < scope->njoin; i++)
		scope->aliases[i].reads |= b.joined[i].reads;
	return b.failed ? NULL : e;
}

bool
cond_constant(struct symtab *syms, struct diags *d, const struct slot *slot, const char *text, size_t n, struct place at, value *out)
{
	return parse_constant(syms, d, slot, text, n, at, out);
}
