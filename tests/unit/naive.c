/* SPDX-License-Identifier: MIT */
#include "naive.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SLOTS = 16, MOST_ALIASES = 16 };

/* The newest statement about a slot. */
struct said {
	bool said;
	value v;
	uint64_t since;
};

struct nfact {
	const struct template *of;
	uint32_t id;
	bool stated;
	struct said said[MOST_SLOTS];
	value now[MOST_SLOTS];
	uint64_t changed[MOST_SLOTS], born;
};

/* A match that was found; its number names it. */
struct nmatch {
	uint64_t number;
	const struct rule *r;
	uint32_t ids[MOST_ALIASES];
	uint64_t stamps[MOST_ALIASES];
	bool fired;
};

/* What a firing concluded about a fact. */
struct conclusion {
	uint64_t match;
	uint32_t fact;
	value v[MOST_SLOTS];
	uint64_t since;
	bool sure;
};

struct naive {
	const struct rulebase *rb;
	struct symtab *syms;
	struct regex_scratch *scratch;
	int64_t now;
	uint64_t clock, last_match;
	uint32_t last_id;
	bool *surveyed;
	struct nfact *facts;
	size_t nfacts;
	struct nmatch *matches;
	size_t nmatches;
	struct conclusion *conclusions;
	size_t nconclusions;
	int64_t unsupported;	/* matches that had to go because nothing but themselves supported them */
	bool judging;		/* conditions are evaluated with facts and slots that are not sure in doubt */
};

static void *
longer(void *items, size_t n, size_t size)
{
	void *p = realloc(items, (n + 1) * size);

	if (!p)
		abort();
	return p;
}

static struct nfact *
fact_of(const struct naive *n, uint32_t id)
{
	for (size_t i = 0; i < n->nfacts; i++)
		if (n->facts[i].id == id)
			return &n->facts[i];
	return NULL;
}

static struct nmatch *
match_of(const struct naive *n, uint64_t number)
{
	for (size_t i = 0; i < n->nmatches; i++)
		if (n->matches[i].number == number)
			return &n->matches[i];
	return NULL;
}

static bool
is_surveyed(const struct naive *n, const struct template *t)
{
	return t->single || t->surveyed || n->surveyed[t->index];
}

static int
key_of(const struct template *t)
{
	return t->single ? -1 : t->key;
}

/* ---- what is sure while conclusions are judged ---- */

static bool
exists_surely(const struct naive *n, const struct nfact *f)
{
	if (f->stated)
		return true;
	for (size_t i = 0; i < n->nconclusions; i++)
		if (n->conclusions[i].fact == f->id && n->conclusions[i].sure)
			return true;
	return false;
}

/*
 * The value that the newest sure word gives, and whether every newer word that is not sure says the
 * same.
 */
static bool
slot_is_sure(const struct naive *n, const struct nfact *f, int slot)
{
	value sure = UNKNOWN;
	uint64_t since = 0;

	if (slot == key_of(f->of))
		return true;
	if (f->said[slot].said) {
		sure = f->said[slot].v;
		since = f->said[slot].since;
	}
	for (size_t i = 0; i < n->nconclusions; i++) {
		const struct conclusion *c = &n->conclusions[i];

		if (c->fact == f->id && c->sure && c->v[slot] != UNKNOWN && c->since > since) {
			sure = c->v[slot];
			since = c->since;
		}
	}
	for (size_t i = 0; i < n->nconclusions; i++) {
		const struct conclusion *c = &n->conclusions[i];

		if (c->fact == f->id && c->v[slot] != UNKNOWN && c->since > since && c->v[slot] != sure)
			return false;
	}
	return true;
}

/* ---- values ---- */

struct val {
	enum { IS, IS_UNKNOWN, IS_UNSURE, IS_ABSENT } kind;	/* the larger one wins when two are put together */
	value v;
};

/* What an alias stands for: a fact, or one of the rows of a template without facts. */
struct row {
	const struct nfact *fact;
	bool absent;
};

struct frame {
	struct naive *n;
	const struct scope *scope;
	struct row rows[MOST_ALIASES];
};

static enum truth truth(struct frame *w, const struct expr *e);

static struct val
ok(value v)
{
	return (struct val){ v <= INT64_MIN + 2 ? IS_UNKNOWN : IS, v };
}

static struct val
wide(__int128 v)
{
	if (v > INT64_MAX || v <= (__int128)INT64_MIN + 2)
		return (struct val){ IS_UNKNOWN, 0 };
	return ok((int64_t)v);
}

static struct val
real(double d)
{
	if (!isfinite(d))
		return (struct val){ IS_UNKNOWN, 0 };
	if (!isnormal(d))
		d = 0;
	return ok(value_of_double(d));
}

static struct val
whole(double d)
{
	return fabs(d) < 1e30 ? wide((__int128)floor(d)) : (struct val){ IS_UNKNOWN, 0 };
}

static struct val val(struct frame *w, const struct expr *e);

static struct val
slot_val(struct frame *w, const struct expr *e)
{
	const struct row *r = &w->rows[e->alias];

	if (!r->fact)
		return (struct val){ r->absent ? IS_ABSENT : IS_UNKNOWN, 0 };
	if (w->n->judging && !slot_is_sure(w->n, r->fact, e->slot))
		return (struct val){ IS_UNSURE, 0 };
	return ok(r->fact->now[e->slot]);
}

static double
as_double(enum type t, value v)
{
	return t == TYPE_NUMBER ? value_double(v) : (double)v;
}

static double
calculate(enum op op, double a, double b)
{
	if (op == OP_ADD)
		return a + b;
	if (op == OP_SUB)
		return a - b;
	if (op == OP_MUL)
		return a * b;
	return b == 0 ? NAN : a / b;
}

static struct val
calculated(const struct expr *e, value a, value b)
{
	enum type l = e->args[0]->type, r = e->args[1]->type;
	double d;

	if (e->type == TYPE_NUMBER)
		return real(calculate(e->op, as_double(l, a), as_double(r, b)));
	if (r == TYPE_NUMBER) {
		d = trunc(calculate(e->op, as_double(l, a), value_double(b)));
		return fabs(d) < 9e18 ? ok((int64_t)d) : (struct val){ IS_UNKNOWN, 0 };
	}
	if (e->type == TYPE_TIME)
		b /= 1000;
	if (e->op == OP_DIV)
		return b == 0 ? (struct val){ IS_UNKNOWN, 0 } : wide((__int128)a / b);
	if (e->op == OP_MUL)
		return wide((__int128)a * b);
	if (e->op == OP_ADD)
		return wide((__int128)a + b);
	if (l == TYPE_TIME && r == TYPE_TIME) {
		struct val v = wide((__int128)a - b);

		return v.kind == IS ? wide((__int128)v.v * 1000) : v;
	}
	return wide((__int128)a - b);
}

static struct val
of_one(struct frame *w, const struct expr *e)
{
	struct val a = val(w, e->args[0]);
	bool number = e->args[0]->type == TYPE_NUMBER;
	const char *s;
	char *low;

	if (a.kind != IS)
		return a;
	if (e->op == OP_NEG)
		return number ? real(-value_double(a.v)) : wide(-(__int128)a.v);
	if (e->op == OP_ABS)
		return number ? real(fabs(value_double(a.v))) : wide(a.v < 0 ? -(__int128)a.v : a.v);
	if (e->op == OP_FLOOR)
		return number ? whole(value_double(a.v)) : a;
	if (e->op == OP_DECIMAL)
		return ok(a.v >= 0x80000000 ? a.v - 0x100000000 : a.v);
	if (e->op == OP_TO_NUMBER)
		return number ? a : real((double)a.v);
	s = sym_text(w->n->syms, (uint32_t)a.v);
	if (e->op == OP_LENGTH)
		return ok((value)text_columns(s, strlen(s)));
	low = strdup(s);
	for (char *p = low; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
	a.v = sym_of(w->n->syms, low);
	free(low);
	return a;
}

static struct val
val(struct frame *w, const struct expr *e)
{
	struct val a, b;
	int c;

	if (e->op == OP_CONST)
		return ok(e->constant);
	if (e->op == OP_SLOT)
		return slot_val(w, e);
	if (e->op == OP_NOW)
		return ok(w->n->now);
	if (e->op >= OP_AND) {
		enum truth t = truth(w, e);

		return (struct val){ t != MAYBE ? IS : w->n->judging ? IS_UNSURE : IS_UNKNOWN, t == TRUE };
	}
	if (e->nargs == 1)
		return of_one(w, e);
	a = val(w, e->args[0]);
	b = val(w, e->args[1]);
	if (a.kind != IS || b.kind != IS)
		return a.kind > b.kind ? a : b;
	if (e->op != OP_MIN && e->op != OP_MAX)
		return calculated(e, a.v, b.v);
	c = value_compare(e->type, a.v, b.v, w->n->syms);
	return (e->op == OP_MIN) == (c < 0) ? a : b;
}

/* ---- conditions ---- */

static enum truth
yes(bool b)
{
	return b ? TRUE : FALSE;
}

static bool
holds(enum op op, int c)
{
	return op == OP_IS ? c == 0 : op == OP_IS_NOT ? c != 0
		: op == OP_LT ? c < 0 : op == OP_LE ? c <= 0 : op == OP_GT ? c > 0 : c >= 0;
}

static enum truth
compared(struct frame *w, const struct expr *e)
{
	struct val a = val(w, e->args[0]), b = val(w, e->args[1]);
	enum type t = e->args[0]->type;

	if (a.kind == IS_ABSENT || b.kind == IS_ABSENT)
		return yes(e->op == OP_IS_NOT);
	if (a.kind != IS || b.kind != IS)
		return MAYBE;
	return yes(holds(e->op, type_is_ordered(t) ? value_compare(t, a.v, b.v, w->n->syms) : a.v != b.v));
}

static enum truth
textual(struct frame *w, const struct expr *e)
{
	struct val a = val(w, e->args[0]), b = e->op == OP_CONTAINS ? val(w, e->args[1]) : a;
	enum regex_result r;
	const char *s;

	if (a.kind == IS_ABSENT || b.kind == IS_ABSENT)
		return FALSE;
	if (a.kind != IS || b.kind != IS)
		return MAYBE;
	s = sym_text(w->n->syms, (uint32_t)a.v);
	if (e->op == OP_CONTAINS)
		return yes(strstr(s, sym_text(w->n->syms, (uint32_t)b.v)) != NULL);
	r = regex_match(e->regex, w->n->scratch, s, strlen(s));
	return r == REGEX_LIMIT ? MAYBE : yes(r == REGEX_YES);
}

static enum truth
in_list(struct frame *w, const struct expr *e)
{
	struct val a = val(w, e->args[0]);
	bool found = false;

	if (a.kind != IS)
		return a.kind == IS_ABSENT ? FALSE : MAYBE;
	for (uint32_t i = 1; i < e->nargs; i++)
		found |= e->args[i]->constant == a.v;
	return yes(found);
}

/* Tries every number of facts that there may be. */
static enum truth
counted(const struct expr *e, int64_t least, int64_t most)
{
	bool can = false, must = true;

	for (int64_t k = least; k <= most; k++) {
		bool h = holds(e->compare, k < e->constant ? -1 : k > e->constant);

		can |= h;
		must &= h;
	}
	return must ? TRUE : can ? MAYBE : FALSE;
}

static enum truth
quantified(struct frame *w, const struct expr *e)
{
	const struct template *t = w->scope->aliases[e->alias].of;
	bool all_seen = is_surveyed(w->n, t);
	enum truth some = all_seen ? FALSE : MAYBE, every = all_seen ? TRUE : MAYBE;
	int64_t least = 0, most = 0;

	for (size_t i = 0; i < w->n->nfacts; i++) {
		const struct nfact *f = &w->n->facts[i];
		enum truth h, there = w->n->judging && !exists_surely(w->n, f) ? MAYBE : TRUE;

		if (f->of != t)
			continue;
		w->rows[e->alias] = (struct row){ f, false };
		h = e->nargs ? truth(w, e->args[0]) : TRUE;
		least += h == TRUE && there == TRUE;
		most += h != FALSE;
		if ((h < there ? h : there) > some)
			some = h < there ? h : there;
		if (h != TRUE && (h > TRUE - there ? h : TRUE - there) < every)
			every = h > (enum truth)(TRUE - there) ? h : (enum truth)(TRUE - there);
	}
	if (e->op == OP_COUNT)
		return counted(e, least, all_seen ? most : least + most + e->constant + 2);
	return e->op == OP_EVERY ? every : e->op == OP_SOME ? some : (enum truth)(TRUE - some);
}

static enum truth
truth(struct frame *w, const struct expr *e)
{
	enum truth t = e->op == OP_AND ? TRUE : FALSE;
	struct val a;

	switch ((int)e->op) {
	case OP_AND: case OP_OR:
		for (uint32_t i = 0; i < e->nargs; i++) {
			enum truth x = truth(w, e->args[i]);

			if (e->op == OP_AND ? x < t : x > t)
				t = x;
		}
		return t;
	case OP_NOT:
		return (enum truth)(TRUE - truth(w, e->args[0]));
	case OP_IS: case OP_IS_NOT: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
		return compared(w, e);
	case OP_IN:
		return in_list(w, e);
	case OP_MATCHES: case OP_CONTAINS:
		return textual(w, e);
	case OP_KNOWN:
		a = val(w, e->args[0]);
		return a.kind == IS_UNSURE ? MAYBE : yes(a.kind == IS);
	case OP_SOME: case OP_NONE: case OP_EVERY: case OP_COUNT:
		return quantified(w, e);
	}
	a = val(w, e->op == OP_TRUTH ? e->args[0] : e);
	return a.kind == IS_ABSENT ? FALSE : a.kind != IS ? MAYBE : yes(a.v != 0);
}

/* ---- facts ---- */

static struct nfact *
new_fact(struct naive *n, const struct template *t, uint64_t stamp)
{
	struct nfact *f;

	n->facts = longer(n->facts, n->nfacts, sizeof *n->facts);
	f = &n->facts[n->nfacts++];
	*f = (struct nfact){ .of = t, .id = ++n->last_id, .born = stamp };
	for (int i = 0; i < t->nslots; i++) {
		f->now[i] = UNKNOWN;
		f->changed[i] = stamp;
	}
	return f;
}

static void
drop_conclusions(struct naive *n, uint64_t match, uint32_t fact)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->nconclusions; i++)
		if (n->conclusions[i].match != match && n->conclusions[i].fact != fact)
			n->conclusions[kept++] = n->conclusions[i];
	n->nconclusions = kept;
}

static void
drop_fact(struct naive *n, uint32_t id)
{
	size_t kept = 0;

	drop_conclusions(n, 0, id);
	for (size_t i = 0; i < n->nfacts; i++)
		if (n->facts[i].id != id)
			n->facts[kept++] = n->facts[i];
	n->nfacts = kept;
}

/* The newest word about a slot. */
static value
word(const struct naive *n, const struct nfact *f, int slot)
{
	value v = f->said[slot].said ? f->said[slot].v : UNKNOWN;
	uint64_t since = f->said[slot].said ? f->said[slot].since : 0;

	for (size_t i = 0; i < n->nconclusions && slot != key_of(f->of); i++) {
		const struct conclusion *c = &n->conclusions[i];

		if (c->fact == f->id && c->v[slot] != UNKNOWN && c->since > since) {
			v = c->v[slot];
			since = c->since;
		}
	}
	return v;
}

/*
 * Facts without support go, slots get what the newest word gives them. True when something visible
 * changed.
 */
static bool
refresh(struct naive *n, uint64_t stamp)
{
	bool changed = false;

	for (size_t i = 0; i < n->nfacts; ) {
		struct nfact *f = &n->facts[i];
		bool concluded = false;

		for (size_t k = 0; k < n->nconclusions; k++)
			concluded |= n->conclusions[k].fact == f->id;
		if (!f->stated && !concluded) {
			drop_fact(n, f->id);
			changed = true;
			continue;
		}
		for (int s = 0; s < f->of->nslots; s++)
			if (f->now[s] != word(n, f, s)) {
				f->now[s] = word(n, f, s);
				f->changed[s] = stamp;
				changed = true;
			}
		i++;
	}
	return changed;
}

static struct nfact *
meant(const struct naive *n, const struct template *t, const value *v, bool equal)
{
	for (size_t i = 0; i < n->nfacts; i++) {
		struct nfact *f = &n->facts[i];

		if (f->of != t)
			continue;
		if (t->single)
			return f;
		if (t->key >= 0 && v[t->key] != UNKNOWN) {
			if (f->now[t->key] == v[t->key])
				return f;
		} else if (equal && memcmp(f->now, v, (size_t)t->nslots * sizeof *v) == 0) {
			return f;
		}
	}
	return NULL;
}

static void
say(struct naive *n, struct nfact *f, int slot, value v, uint64_t stamp)
{
	if (slot == key_of(f->of)) {
		if (v == UNKNOWN)
			return;
		for (size_t i = 0; i < n->nfacts; i++)
			if (n->facts[i].of == f->of && n->facts[i].id != f->id && n->facts[i].now[slot] == v)
				return;
	}
	f->said[slot] = (struct said){ true, v, stamp };
}

static uint32_t
state(struct naive *n, const struct template *t, const value *v, bool equal)
{
	struct nfact *f = meant(n, t, v, equal);
	uint64_t stamp = ++n->clock;

	if (!f)
		f = new_fact(n, t, stamp);
	f->stated = true;
	for (int i = 0; i < t->nslots; i++)
		if (v[i] != UNKNOWN)
			say(n, f, i, v[i], stamp);
	refresh(n, stamp);
	return f->id;
}

static void
conclude(struct naive *n, uint64_t match, const struct template *t, const value *v)
{
	struct nfact *f = meant(n, t, v, true);
	uint64_t stamp = ++n->clock;
	struct conclusion *c;

	if (!f) {
		f = new_fact(n, t, stamp);
		if (key_of(t) >= 0)
			f->said[t->key] = (struct said){ true, v[t->key], stamp };
	}
	n->conclusions = longer(n->conclusions, n->nconclusions, sizeof *n->conclusions);
	c = &n->conclusions[n->nconclusions++];
	*c = (struct conclusion){ .match = match, .fact = f->id, .since = stamp };
	memcpy(c->v, v, (size_t)t->nslots * sizeof *v);
	refresh(n, stamp);
}

static void
forget_words(struct nfact *f)
{
	for (int i = 0; i < f->of->nslots; i++)
		if (i != key_of(f->of))
			f->said[i].said = false;
}

static void
take_away(struct naive *n, uint32_t id)
{
	struct nfact *f = fact_of(n, id);

	if (!f->of->single) {
		drop_fact(n, id);
		return;
	}
	drop_conclusions(n, 0, id);
	forget_words(f);
	refresh(n, ++n->clock);
}

/* ---- matches ---- */

static uint64_t
newest_read(const struct nfact *f, uint64_t reads)
{
	uint64_t newest = f->born;

	for (int i = 0; i < f->of->nslots; i++)
		if ((reads >> (i < 63 ? i : 63) & 1) && f->changed[i] > newest)
			newest = f->changed[i];
	return newest;
}

struct finding {
	struct naive *n;
	const struct rule *r;
	struct frame frame;
	bool *still;		/* of the matches that were there: found again */
	size_t before;
	size_t hint;		/* where the next match that is found again probably stands */
};

static void
found(struct finding *g)
{
	struct naive *n = g->n;
	struct nmatch m = { .r = g->r };

	for (int i = 0; i < g->r->when.scope.njoin; i++) {
		m.ids[i] = g->frame.rows[i].fact->id;
		m.stamps[i] = newest_read(g->frame.rows[i].fact, g->r->when.scope.aliases[i].reads);
	}
	for (size_t k = 0; k < g->before; k++) {
		size_t i = (g->hint + k) % g->before;

		if (n->matches[i].r == g->r && memcmp(n->matches[i].ids, m.ids, sizeof m.ids) == 0
		    && memcmp(n->matches[i].stamps, m.stamps, sizeof m.stamps) == 0) {
			g->still[i] = true;
			g->hint = i + 1;
			return;
		}
	}
	m.number = ++n->last_match;
	n->matches = longer(n->matches, n->nmatches, sizeof *n->matches);
	n->matches[n->nmatches++] = m;
}

static void
try_all(struct finding *g, int alias)
{
	const struct condition *c = &g->r->when;

	if (alias == c->scope.njoin) {
		if (!c->expr || truth(&g->frame, c->expr) == TRUE)
			found(g);
		return;
	}
	for (size_t i = 0; i < g->n->nfacts; i++) {
		if (g->n->facts[i].of != c->scope.aliases[alias].of)
			continue;
		g->frame.rows[alias] = (struct row){ &g->n->facts[i], false };
		try_all(g, alias + 1);
	}
}

static void
drop_match(struct naive *n, uint64_t number)
{
	size_t kept = 0;

	drop_conclusions(n, number, 0);
	for (size_t i = 0; i < n->nmatches; i++)
		if (n->matches[i].number != number)
			n->matches[kept++] = n->matches[i];
	n->nmatches = kept;
}

static void
examine(struct naive *n)
{
	struct finding g = { .n = n, .before = n->nmatches };
	size_t kept = 0;

	g.still = calloc(n->nmatches + 1, sizeof *g.still);
	for (size_t i = 0; i < n->rb->nrules; i++) {
		g.r = n->rb->rules[i];
		g.frame = (struct frame){ .n = n, .scope = &g.r->when.scope };
		try_all(&g, 0);
	}
	for (size_t i = 0; i < n->nmatches; i++) {
		if (i < g.before && !g.still[i])
			drop_conclusions(n, n->matches[i].number, 0);
		else
			n->matches[kept++] = n->matches[i];
	}
	n->nmatches = kept;
	free(g.still);
}

/* ---- support ---- */

static bool
is_supported(struct naive *n, const struct nmatch *m)
{
	const struct scope *scope = &m->r->when.scope;
	struct frame w = { .n = n, .scope = scope };
	enum truth t = TRUE;

	for (int i = 0; i < scope->njoin; i++) {
		const struct nfact *f = fact_of(n, m->ids[i]);

		if (!exists_surely(n, f))
			return false;
		for (int s = 0; s < f->of->nslots; s++)
			if ((scope->aliases[i].reads >> (s < 63 ? s : 63) & 1) && !slot_is_sure(n, f, s))
				return false;
		w.rows[i] = (struct row){ f, false };
	}
	if (scope->n == scope->njoin)	/* it holds, and all that it reads is sure */
		return true;
	n->judging = true;
	t = truth(&w, m->r->when.expr);
	n->judging = false;
	return t == TRUE;
}

/* Starts from what is stated and adds what follows. True when matches had to go. */
static bool
judge(struct naive *n)
{
	bool more = true, any = false;

	for (size_t i = 0; i < n->nconclusions; i++)
		n->conclusions[i].sure = false;
	while (more) {
		more = false;
		for (size_t i = 0; i < n->nconclusions; i++) {
			struct conclusion *c = &n->conclusions[i];

			if (!c->sure && is_supported(n, match_of(n, c->match)))
				c->sure = more = true;
		}
	}
	for (size_t i = 0; i < n->nconclusions; )
		if (!n->conclusions[i].sure) {
			drop_match(n, n->conclusions[i].match);
			n->unsupported++;
			any = true;
		} else {
			i++;
		}
	return any;
}

static void
settle(struct naive *n)
{
	for (;;) {
		examine(n);
		if (refresh(n, ++n->clock))
			continue;
		if (!judge(n))
			return;
		refresh(n, ++n->clock);
	}
}

/* ---- firing ---- */

/* The newest stamp, and the first alias that has it. */
static uint64_t
newest(const struct nmatch *m, int *alias)
{
	uint64_t best = 0;

	*alias = 0;
	for (int i = 0; i < m->r->when.scope.njoin; i++)
		if (m->stamps[i] > best) {
			best = m->stamps[i];
			*alias = i;
		}
	return best;
}

/* Below 0: `a` fires before `b`; 0: either may. */
static int
rank(const struct nmatch *a, const struct nmatch *b, bool breadth)
{
	int x, y;
	uint64_t s = newest(a, &x), t = newest(b, &y);

	if (a->r->salience != b->r->salience)
		return a->r->salience > b->r->salience ? -1 : 1;
	if (s != t)
		return (s > t) != breadth ? -1 : 1;
	return a->r->order != b->r->order ? a->r->order - b->r->order : x - y;
}

static struct nmatch *
next_match(const struct naive *n)
{
	struct nmatch *best = NULL;

	for (size_t i = 0; i < n->nmatches; i++)
		if (!n->matches[i].fired && (!best || rank(&n->matches[i], best, n->rb->breadth) < 0))
			best = &n->matches[i];
	return best;
}

/* Of the matches that may fire now, the one that the engine chose. */
static struct nmatch *
chosen(const struct naive *n, const struct nmatch *best, const struct rule *r, const uint32_t *ids)
{
	for (size_t i = 0; i < n->nmatches; i++) {
		struct nmatch *m = &n->matches[i];

		if (!m->fired && m->r == r && memcmp(m->ids, ids, (size_t)r->when.scope.njoin * sizeof *ids) == 0)
			return rank(m, best, n->rb->breadth) == 0 ? m : NULL;
	}
	return NULL;
}

static void
act(struct naive *n, const struct nmatch *m, const struct action *a, const value *computed)
{
	value v[MOST_SLOTS];
	struct nfact *f = NULL;
	uint64_t stamp;

	if (a->kind == ACT_SET || a->kind == ACT_REMOVE) {
		f = fact_of(n, m->ids[a->alias]);
		if (!f)
			return;
	} else {
		for (int i = 0; i < a->of->nslots; i++)
			v[i] = UNKNOWN;
		for (size_t k = 0; k < a->nsettings; k++)
			v[a->settings[k].slot] = computed[k];
	}
	switch (a->kind) {
	case ACT_CONCLUDE: conclude(n, m->number, a->of, v); break;
	case ACT_ADD: state(n, a->of, v, true); break;
	case ACT_REMOVE: take_away(n, f->id); break;
	case ACT_SET:
		stamp = ++n->clock;
		for (size_t k = 0; k < a->nsettings; k++)
			say(n, f, a->settings[k].slot, computed[k], stamp);
		refresh(n, stamp);
		break;
	}
}

static void
fire(struct naive *n, const struct nmatch *m)
{
	struct frame w = { .n = n, .scope = &m->r->when.scope };
	value computed[64];
	size_t k = 0;

	for (int i = 0; i < m->r->when.scope.njoin; i++)
		w.rows[i] = (struct row){ fact_of(n, m->ids[i]), false };
	for (size_t i = 0; i < m->r->nactions; i++)
		for (size_t j = 0; j < m->r->actions[i].nsettings; j++, k++) {
			struct val x = val(&w, m->r->actions[i].settings[j].to);

			computed[k] = x.kind == IS ? x.v : UNKNOWN;
		}
	k = 0;
	for (size_t i = 0; i < m->r->nactions; i++) {
		act(n, m, &m->r->actions[i], computed + k);
		k += m->r->actions[i].nsettings;
	}
}

enum run_end
naive_run(struct naive *n, const struct naive_guide *guide)
{
	for (int64_t firings = 0;; firings++) {
		struct nmatch *next, *best, copy;
		const struct rule *r;
		const uint32_t *ids;
		bool more;

		settle(n);
		if ((int64_t)n->nfacts > n->rb->limits.facts)
			return RUN_FACTS;
		best = next_match(n);
		if (best && firings == n->rb->limits.firings)
			return RUN_FIRINGS;
		more = guide->next(guide->context, &r, &ids);
		next = best && more ? chosen(n, best, r, ids) : NULL;
		if (!best && !more)
			return RUN_QUIET;
		if (!next) {
			guide->wrong(guide->context, best ? best->r : NULL, best ? best->ids : NULL);
			return RUN_QUIET;
		}
		next->fired = true;
		copy = *next;
		fire(n, &copy);
	}
}

/* ---- the rest of the interface ---- */

struct naive *
naive_new(const struct rulebase *rb, struct symtab *syms, int64_t now)
{
	struct naive *n = calloc(1, sizeof *n);
	value none[MOST_SLOTS];

	n->rb = rb;
	n->syms = syms;
	n->now = now;
	n->scratch = regex_scratch_new();
	n->surveyed = calloc(rb->ntemplates + 1, sizeof *n->surveyed);
	for (int i = 0; i < MOST_SLOTS; i++)
		none[i] = UNKNOWN;
	for (size_t i = 0; i < rb->ntemplates; i++)
		if (rb->templates[i]->single)
			state(n, rb->templates[i], none, false);
	for (size_t i = 0; i < rb->nfacts; i++)
		state(n, rb->facts[i]->of, rb->facts[i]->values, false);
	return n;
}

void
naive_free(struct naive *n)
{
	regex_scratch_free(n->scratch);
	free(n->surveyed);
	free(n->facts);
	free(n->matches);
	free(n->conclusions);
	free(n);
}

uint32_t
naive_assert(struct naive *n, const struct template *of, const value *values)
{
	return state(n, of, values, false);
}

void
naive_set(struct naive *n, uint32_t id, int slot, value v)
{
	uint64_t stamp = ++n->clock;

	say(n, fact_of(n, id), slot, v, stamp);
	refresh(n, stamp);
}

void
naive_retract(struct naive *n, uint32_t id)
{
	struct nfact *f = fact_of(n, id);
	uint64_t stamp = ++n->clock;

	f->stated = f->of->single;
	forget_words(f);
	refresh(n, stamp);
}

void
naive_survey(struct naive *n, const struct template *of, bool surveyed)
{
	n->surveyed[of->index] = surveyed;
}

int64_t
naive_unsupported(const struct naive *n)
{
	return n->unsupported;
}

struct asking {
	struct frame frame;
	const struct condition *c;
	const struct nfact *bound;
	enum truth best;
};

static void
ask_all(struct asking *a, int alias)
{
	const struct naive *n = a->frame.n;
	const struct template *of;
	bool any = false;

	if (alias == a->c->scope.njoin) {
		enum truth t = truth(&a->frame, a->c->expr);

		if (t > a->best)
			a->best = t;
		return;
	}
	of = a->c->scope.aliases[alias].of;
	for (size_t i = 0; i < n->nfacts; i++) {
		if (n->facts[i].of != of || (alias == 0 && a->bound && a->bound != &n->facts[i]))
			continue;
		any = true;
		a->frame.rows[alias] = (struct row){ &n->facts[i], false };
		ask_all(a, alias + 1);
	}
	if (any)
		return;
	a->frame.rows[alias] = (struct row){ NULL, is_surveyed(n, of) };
	ask_all(a, alias + 1);
}

enum truth
naive_ask(struct naive *n, const struct condition *c, uint32_t bound)
{
	struct asking a = { .frame = { .n = n, .scope = &c->scope }, .c = c, .best = FALSE };

	if (!c->expr)
		return TRUE;
	a.bound = bound ? fact_of(n, bound) : NULL;
	ask_all(&a, 0);
	return a.best;
}

bool
naive_fact(const struct naive *n, size_t i, uint32_t *id, const struct template **of, const value **values,
		bool *stated)
{
	if (i >= n->nfacts)
		return false;
	*id = n->facts[i].id;
	*of = n->facts[i].of;
	*values = n->facts[i].now;
	*stated = n->facts[i].stated;
	return true;
}

bool
naive_why(const struct naive *n, uint32_t id, size_t i, const struct rule **r, const uint32_t **ids)
{
	for (size_t k = 0; k < n->nconclusions; k++)
		if (n->conclusions[k].fact == id && i-- == 0) {
			const struct nmatch *m = match_of(n, n->conclusions[k].match);

			*r = m->r;
			*ids = m->ids;
			return true;
		}
	return false;
}
