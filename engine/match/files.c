/* SPDX-License-Identifier: MIT */
#include "match/files.h"

#include <stdlib.h>
#include <string.h>

/* ---- looking ---- */

/* Numbers in the order of the values: bits of doubles are, but for negative ones, which fall as numbers rise. */
static int64_t
rank_of(enum type t, value v)
{
	return t == TYPE_NUMBER && v < 0 ? v ^ INT64_MAX : v;
}

/* A version's place on the scale: odd on one that is there, even between. */
static int64_t
place_on_scale(const struct column *c, value v, const struct symtab *syms)
{
	size_t lo = 0, hi = c->nscale;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = value_compare(TYPE_VERSION, c->scale[mid], v, syms);

		if (order == 0)
			return 2 * (int64_t)mid + 1;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 2 * (int64_t)lo;
}

static int64_t
place_of(const struct column *c, value v, const struct symtab *syms)
{
	return c->type == TYPE_VERSION ? place_on_scale(c, v, syms) : rank_of(c->type, v);
}

/* How many watches have bounds below the place or, with `on`, on it. */
static uint32_t
bounds_below(const struct bounds *b, int64_t place, bool on)
{
	const struct cut *at = b->cuts;

	for (size_t n = b->ncuts; n > 0; n /= 2) {
		const struct cut *mid = at + n / 2;
		bool less = on ? mid->at <= place : mid->at < place;

		if (!less)
			continue;
		at = mid + 1;
		n--;
	}
	return at == b->cuts ? 0 : at[-1].upto;
}

static struct run
run_of_group(const struct file *f, value is)
{
	size_t at = (size_t)mixed((uint64_t)is) & f->mask;

	while (f->groups[at].n && f->groups[at].is != is)
		at = (at + 1) & f->mask;
	return (struct run){ f->equal + f->groups[at].from, f->groups[at].n };
}

static struct run
run_of_texts(const struct file *f, value is, const struct symtab *syms, struct regex_scratch *scratch)
{
	struct run r;

	r.at = regexset_candidates(f->texts, scratch, sym_text(syms, (uint32_t)is), sym_len(syms, (uint32_t)is), &r.n);
	return r;
}

int
files_passed(const struct column *c, enum filed way, value is, const struct symtab *syms, struct regex_scratch *scratch,
		struct run runs[FILE_RUNS])
{
	const struct file *f = &c->by[way];
	int n = 0;
	int64_t place;
	uint32_t from;

	if (!files_has(c, way))
		return 0;
	if (f->others.n)
		runs[n++] = f->others;
	if (is == UNKNOWN)
		return n;
	if (f->groups)
		runs[n++] = run_of_group(f, is);
	if (f->texts)
		runs[n++] = run_of_texts(f, is, syms, scratch);
	if (!f->above.ncuts && !f->below.ncuts)
		return n;
	place = place_of(c, is, syms);
	if (f->above.ncuts)
		runs[n++] = (struct run){ f->above.by.at, bounds_below(&f->above, place, false) };
	if (!f->below.ncuts)
		return n;
	from = bounds_below(&f->below, place, true);
	runs[n++] = (struct run){ f->below.by.at + from, f->below.by.n - from };
	return n;
}

/* ---- sorting filings ---- */

static int
sign_of(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int
in_order(const void *x, const void *y)
{
	const struct filing *a = x, *b = y;
	int c = sign_of(a->slot, b->slot);

	if (!c)
		c = sign_of(a->kind, b->kind);
	if (!c)
		c = sign_of(a->is, b->is);
	return c ? c : sign_of(a->watch, b->watch);
}

static int
by_version(const void *x, const void *y)
{
	const struct filing *const *a = x, *const *b = y;

	return value_compare(TYPE_VERSION, (*a)->is, (*b)->is, (*a)->syms);
}

static bool
is_bound(const struct filing *f)
{
	return f->kind == ABOVE || f->kind == BELOW;
}

/* The scale of a version slot, from the n filings of the template. */
static void
make_scale(struct column *c, int slot, const struct filing *f, size_t n, const struct symtab *syms, struct arena *a)
{
	const struct filing **bounds = machine_alloc(n * sizeof *bounds);
	size_t nbounds = 0;
	value *scale;

	for (size_t i = 0; i < n; i++)
		if (f[i].slot == slot && is_bound(&f[i]))
			bounds[nbounds++] = &f[i];
	if (nbounds)
		qsort(bounds, nbounds, sizeof *bounds, by_version);
	c->scale = scale = arena_array(a, nbounds, sizeof *scale);
	for (size_t i = 0; i < nbounds; i++)
		if (i == 0 || value_compare(TYPE_VERSION, bounds[i - 1]->is, bounds[i]->is, syms) != 0)
			scale[c->nscale++] = bounds[i]->is;
	free(bounds);
}

/* Bounds become places, none of which is passed on the bound itself: `>= 3` is `> 2`. */
static void
place_bound(struct filing *f, const struct column *c, const struct symtab *syms)
{
	f->is = place_of(c, f->is, syms);
	if (f->on)
		f->is += f->kind == ABOVE ? -1 : 1;
}

/* ---- how a watch is filed ---- */

/* Looking at a watch costs so many times what counting does. */
enum { LOOK = 64, COUNTED_MOST = 255 };

/* How likely a fact passes the tests of a watch, by guess. */
struct likelihood {
	double sum, least;
	int slot;		/* of the least */
	int nslots, last;	/* so many; the one that was added last */
	bool searched;		/* a regular expression is among them */
};

static bool
same_slot(const struct filing *a, const struct filing *b)
{
	return a->slot == b->slot && (a->kind == OTHERWISE) == (b->kind == OTHERWISE);
}

/*
 * Adds a slot's n filings. A slot that is asked for v values has another one in one case of v + 1; a bound is passed in half the cases; a
 * regular expression may match one text of thirty.
 */
static void
add_likelihoods(struct likelihood *by, const struct filing *f, size_t n)
{
	size_t values = 1;

	for (size_t i = 0; i < n; i++)
		values += f[i].kind == EQUALS && (i == 0 || f[i - 1].kind != EQUALS || f[i].is != f[i - 1].is);
	for (size_t i = 0; i < n; i++) {
		struct likelihood *l = &by[f[i].watch];
		double likely = f[i].kind == EQUALS ? (double)f[i].values / (double)values : f[i].kind == SEARCHED ? 0.03 : 0.5;

		if (l->nslots && l->last == f[i].slot)	/* another value of the same test */
			continue;
		l->sum += likely;
		l->searched |= f[i].kind == SEARCHED;
		l->last = f[i].slot;
		if (l->nslots++ == 0 || likely < l->least) {
			l->least = likely;
			l->slot = f[i].slot;
		}
	}
}

static bool
is_counted(const struct likelihood *l)
{
	return !l->searched && l->nslots > 1 && l->nslots <= COUNTED_MOST && LOOK * l->least > l->sum;
}

static void
choose_ways(struct files *files, struct filing *f, size_t n)
{
	struct likelihood *by = calloc(files->nwatches ? files->nwatches : 1, sizeof *by);
	size_t last = 0;

	if (!by)
		machine_failed("out of memory");
	for (size_t i = 1; i <= n; i++) {
		if (i < n && same_slot(&f[last], &f[i]))
			continue;
		if (f[last].kind != OTHERWISE)
			add_likelihoods(by, f + last, i - last);
		last = i;
	}
	for (size_t i = 0; i < n; i++) {
		const struct likelihood *l = &by[f[i].watch];

		if (f[i].kind != OTHERWISE)
			f[i].way = is_counted(l) ? COUNTED : f[i].slot == l->slot ? ALONE : LATER;
	}
	for (uint32_t i = 0; i < files->nwatches; i++) {
		struct watch *w = &files->watches[i];

		w->counted = (uint16_t)(is_counted(&by[i]) ? by[i].nslots : 0);
		w->passed = by[i].nslots == 1 && !by[i].searched ? 1 : w->counted;
	}
	free(by);
}

static int
by_turn(const void *x, const void *y)
{
	const struct watch *const *a = x, *const *b = y;
	int c = sign_of((*b)->salience, (*a)->salience);

	if (!c)
		c = sign_of((*a)->order, (*b)->order);
	return c ? c : sign_of((*a)->alias, (*b)->alias);
}

/* Watches are numbered in the order in which their rules fire, so that what a fact is a seed of is sorted by numbers. */
static void
number(struct files *files, struct filing *f, size_t n, struct arena *a)
{
	struct watch *old = files->watches;
	const struct watch **in_turn = machine_alloc(files->nwatches * sizeof *in_turn);
	uint32_t *to = machine_alloc(files->nwatches * sizeof *to);

	for (uint32_t i = 0; i < files->nwatches; i++)
		in_turn[i] = &old[i];
	if (files->nwatches)
		qsort(in_turn, files->nwatches, sizeof *in_turn, by_turn);
	files->watches = arena_lines(a, files->nwatches, sizeof *files->watches);
	for (uint32_t i = 0; i < files->nwatches; i++) {
		files->watches[i] = *in_turn[i];
		to[in_turn[i] - old] = i;
		if (in_turn[i]->counted)
			files->ncounts = i + 1;
	}
	files->counts = arena_array(a, files->ncounts, sizeof *files->counts);
	for (uint32_t i = 0; i < files->ncounts; i++)
		files->counts[i] = (uint8_t)files->watches[i].counted;
	for (size_t i = 0; i < n; i++)
		f[i].watch = to[f[i].watch];
	free(in_turn);
	free(to);
	free(old);
}

/* ---- files ---- */

static struct run
run_of(const struct filing *f, size_t n, struct arena *a)
{
	uint32_t *at = arena_take(a, n * sizeof *at);

	for (size_t i = 0; i < n; i++)
		at[i] = f[i].watch;
	return (struct run){ at, n };
}

static bool
ends_value(const struct filing *f, size_t n, size_t i)
{
	return i + 1 == n || f[i].is != f[i + 1].is;
}

static size_t
count_values(const struct filing *f, size_t n)
{
	size_t values = 0;

	for (size_t i = 0; i < n; i++)
		values += ends_value(f, n, i);
	return values;
}

static void
put_group(struct file *f, struct group g)
{
	size_t at = (size_t)mixed((uint64_t)g.is) & f->mask;

	while (f->groups[at].n)
		at = (at + 1) & f->mask;
	f->groups[at] = g;
}

static void
make_groups(struct file *to, const struct filing *f, size_t n, struct arena *a)
{
	size_t values = count_values(f, n), from = 0;

	for (to->mask = 1; to->mask < 2 * values; to->mask = to->mask * 2 + 1)
		;
	to->groups = arena_array(a, to->mask + 1, sizeof *to->groups);
	to->equal = run_of(f, n, a).at;
	for (size_t i = 0; i < n; i++)
		if (ends_value(f, n, i)) {
			put_group(to, (struct group){ f[i].is, (uint32_t)from, (uint32_t)(i + 1 - from) });
			from = i + 1;
		}
}

static struct bounds
bounds_of(const struct filing *f, size_t n, struct arena *a)
{
	struct cut *cuts = arena_array(a, count_values(f, n), sizeof *cuts);
	struct bounds b = { cuts, 0, run_of(f, n, a) };

	for (size_t i = 0; i < n; i++)
		if (ends_value(f, n, i))
			cuts[b.ncuts++] = (struct cut){ f[i].is, (uint32_t)(i + 1) };
	return b;
}

static struct regexset *
texts_of(const struct filing *f, size_t n, struct arena *a)
{
	const struct regex **all = machine_alloc(n * sizeof *all);
	struct regexset *set;

	for (size_t i = 0; i < n; i++)
		all[i] = f[i].regex;
	set = regexset_new(a, all, run_of(f, n, a).at, n);
	free(all);
	return set;
}

/* n filings of one slot, kind and way. */
static void
make_part(struct file *to, const struct filing *f, size_t n, struct arena *a)
{
	switch (f->kind) {
	case EQUALS: make_groups(to, f, n, a); break;
	case ABOVE: to->above = bounds_of(f, n, a); break;
	case BELOW: to->below = bounds_of(f, n, a); break;
	case SEARCHED: to->texts = texts_of(f, n, a); break;
	case OTHERWISE: to->others = run_of(f, n, a); break;
	}
}

/* n filings of one slot and kind, way by way. `part` has room for them. */
static void
make_parts(struct files *files, const struct filing *f, size_t n, struct filing *part, struct arena *a)
{
	for (enum filed way = 0; way < FILED_WAYS; way++) {
		size_t chosen = 0;

		for (size_t i = 0; i < n; i++)
			if (f[i].way == way)
				part[chosen++] = f[i];
		if (!chosen)
			continue;
		make_part(&files->columns[f->slot].by[way], part, chosen, a);
		files->columns[f->slot].ways |= 1u << way;
	}
}

void
files_open(struct files *f, const struct template *of, uint32_t nwatches, struct arena *a)
{
	size_t n = (size_t)of->nslots + 1;

	*f = (struct files){ .nwatches = nwatches };
	f->watches = machine_alloc(nwatches * sizeof *f->watches);
	f->columns = arena_array(a, n, sizeof *f->columns);
	f->asked = arena_array(a, n, sizeof *f->asked);
	for (int s = 0; s < of->nslots; s++)
		f->columns[s].type = of->slots[s].type;
}

void
files_make(struct files *f, const struct template *of, struct filing *filings, size_t n, const struct symtab *syms, struct arena *a)
{
	struct filing *part = machine_alloc(n * sizeof *part);
	size_t last = 0;

	for (int s = 0; s < of->nslots; s++)
		if (f->columns[s].type == TYPE_VERSION)
			make_scale(&f->columns[s], s, filings, n, syms, a);
	for (size_t i = 0; i < n; i++)
		if (is_bound(&filings[i]))
			place_bound(&filings[i], &f->columns[filings[i].slot], syms);
	if (n)
		qsort(filings, n, sizeof *filings, in_order);
	choose_ways(f, filings, n);
	number(f, filings, n, a);
	for (size_t i = 1; i <= n; i++)
		if (i == n || filings[last].slot != filings[i].slot || filings[last].kind != filings[i].kind) {
			make_parts(f, filings + last, i - last, part, a);
			last = i;
		}
	for (int s = 0; s <= of->nslots; s++)
		if (f->columns[s].ways & (1u << ALONE | 1u << COUNTED))
			f->asked[f->nasked++] = s;
	free(part);
}
