/* SPDX-License-Identifier: MIT */
/*
 * The profile of a run: which rule and which condition is dear.
 */
#include "dx.h"

#include "dx_private.h"
#include "match/profile.h"
#include "report/names.h"

#include <stdlib.h>

enum { RULES_MAX = 50 };

/* A rule with its rows of the profile. */
struct cost {
	const struct rule *rule;
	const struct profiled *rows;
	size_t n;
	int64_t probes, passes, ns, firings;
};

static int
by_cost(const void *pa, const void *pb)
{
	const struct cost *a = pa, *b = pb;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return a->rule->order - b->rule->order;
}

/* The rules that were looked at or fired; returns how many. */
static size_t
sum_up(struct session *s, const struct profiled *rows, size_t n, struct cost *costs)
{
	size_t used = 0;

	for (size_t from = 0, to; from < n; from = to) {
		struct cost c = { .rule = rows[from].rule, .rows = rows + from, .firings = session_firings(s, rows[from].rule) };

		for (to = from; to < n && rows[to].rule == c.rule; to++) {
			c.probes += rows[to].probes;
			c.passes += rows[to].passes;
			c.ns += rows[to].ns;
		}
		c.n = to - from;
		if (c.probes || c.firings)
			costs[used++] = c;
	}
	qsort(costs, used, sizeof *costs, by_cost);
	return used;
}

static void
print_row(FILE *out, const char *indent, const char *name, int64_t probes, int64_t passes, int64_t ns)
{
	fprintf(out, "%10.3f %10lld %10lld %8lld  %s%s\n", (double)ns / 1e6, (long long)probes, (long long)passes,
		(long long)(probes ? ns / probes : 0), indent, name);
}

static void
print_cost(FILE *out, const struct names *names, const struct cost *c)
{
	struct buf text = {0};

	buf_printf(&text, "%s (%lld firing%s)", c->rule->entry.id, (long long)c->firings, c->firings == 1 ? "" : "s");
	print_row(out, "", buf_text(&text), c->probes, c->passes, c->ns);
	for (size_t i = 0; i < c->n; i++) {
		buf_clear(&text);
		if (c->rows[i].number == 0)
			buf_puts(&text, "all conditions together, for truth maintenance");
		else
			name_condition(names, &text, c->rows[i].is);
		if (c->rows[i].probes || c->rows[i].number)
			print_row(out, "  ", buf_text(&text), c->rows[i].probes, c->rows[i].passes, c->rows[i].ns);
	}
	buf_free(&text);
}

void
dx_print_profile(const struct dx_session *s, const struct profile *profile, FILE *out)
{
	struct report_input in = { .session = s->session, .sources = s->sources };
	size_t n, used;
	const struct profiled *rows = profile_rows(profile, &n);
	struct cost *costs = arena_array(s->arena, n, sizeof *costs);
	struct names names;

	names_open(&names, &in);
	used = sum_up(s->session, rows, n, costs);
	fprintf(out, "        ms     probes     passes ns/probe  rule, conditions (0 probes: an index answers)\n");
	for (size_t i = 0; i < used && i < RULES_MAX; i++)
		print_cost(out, &names, &costs[i]);
	if (used > RULES_MAX)
		fprintf(out, "and %zu rules that cost less\n", used - RULES_MAX);
	names_close(&names);
}
