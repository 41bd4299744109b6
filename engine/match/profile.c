/* SPDX-License-Identifier: MIT */
#include "match/profile.h"

#include "base/system.h"

/* Rows, and a hash table from expressions to them: open addressing, number + 1, 0 is empty. */
struct profile {
	struct profiled *rows;
	size_t n;
	uint32_t *table;
	size_t mask;
};

static size_t
rows_of(const struct expr *e)
{
	size_t n = 1;

	for (uint32_t i = 0; e->op == OP_AND && i < e->nargs; i++)
		n += rows_of(e->args[i]);
	return n;
}

static size_t
place_of(const struct profile *p, const struct expr *e)
{
	uint64_t h = (uint64_t)(uintptr_t)e * 0x9e3779b97f4a7c15u;	/* 2^64 / golden ratio: Knuth, TAOCP 6.4 */
	size_t at = (size_t)(h >> 32) & p->mask;

	while (p->table[at] && p->rows[p->table[at] - 1].is != e)
		at = (at + 1) & p->mask;
	return at;
}

static void
add_row(struct profile *p, const struct rule *r, const struct expr *e, int number)
{
	p->rows[p->n++] = (struct profiled){ r, e, number, 0, 0, 0 };
	p->table[place_of(p, e)] = (uint32_t)p->n;
}

/* Adds the conjuncts, numbered from *number on. */
static void
add_conjuncts(struct profile *p, const struct rule *r, const struct expr *e, int *number)
{
	if (e->op != OP_AND) {
		add_row(p, r, e, ++*number);
		return;
	}
	for (uint32_t i = 0; i < e->nargs; i++)
		add_conjuncts(p, r, e->args[i], number);
}

struct profile *
profile_new(const struct rulebase *rb, struct arena *a)
{
	struct profile *p = arena_alloc(a, sizeof *p);
	size_t most = 0;

	for (size_t i = 0; i < rb->nrules; i++)
		most += rb->rules[i]->when.expr ? rows_of(rb->rules[i]->when.expr) : 0;
	for (p->mask = 15; p->mask < 2 * most; p->mask = 2 * p->mask + 1)
		;
	p->rows = arena_array(a, most, sizeof *p->rows);
	p->table = arena_array(a, p->mask + 1, sizeof *p->table);
	for (size_t i = 0; i < rb->nrules; i++) {
		const struct expr *e = rb->rules[i]->when.expr;
		int number = 0;

		if (e && e->op == OP_AND)
			add_row(p, rb->rules[i], e, 0);
		if (e)
			add_conjuncts(p, rb->rules[i], e, &number);
	}
	return p;
}

void
profile_count(struct profile *p, const struct expr *e, bool passed, int64_t ns)
{
	uint32_t number = p->table[place_of(p, e)];
	struct profiled *row = number ? &p->rows[number - 1] : NULL;

	if (!row)
		return;
	row->probes++;
	row->passes += passed;
	row->ns += ns;
}

const struct profiled *
profile_rows(const struct profile *p, size_t *n)
{
	*n = p->n;
	return p->rows;
}

int64_t
profile_clock(void)
{
	return system_ns();
}
