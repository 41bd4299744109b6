/* SPDX-License-Identifier: MIT */
/*
 * Writes the facts of the classic programs, the same bytes for the same numbers on every machine:
 *
 *	gen_facts manners|waltz|waltzdb SIZE FACTS.json FACTS.clp
 *
 * both as a file for `diagnose infer` and as the argument of CLIPS's load-facts, in the same order.
 *
 * manners	SIZE guests, half of them women, in random order. A guest has more than half of all hobbies (3, from 65 guests on 5), so
 *		that any two share one and the first branch leads to the end: the number of firings depends on SIZE alone.
 * waltz	A strip of SIZE + 1 equal squares of four blocks each. Nothing is random.
 * waltzdb	The same, and the table of what the edges of a junction may be.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *json, *clp;
static const char *open_template;	/* whose facts are being written */
static uint64_t state;

_Noreturn static void
trouble(const char *what, const char *why)
{
	fprintf(stderr, "gen_facts: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* splitmix64 (Steele, Lea, Flood 2014): a number below `n`. */
static unsigned
pick(unsigned n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (unsigned)((z ^ z >> 31) % n);
}

/* One fact: its slots and their values with a space between, "name 1 sex m". Facts of a template must come one after the other. */
static void
fact(const char *of, const char *fmt, ...)
{
	char slots[256], *rest = slots;
	const char *slot, *v, *between = "";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(slots, sizeof slots, fmt, ap);
	va_end(ap);
	if (!open_template || strcmp(open_template, of) != 0)
		fprintf(json, "%s\"%s\": [\n    {", open_template ? "],\n  " : "", of);
	else
		fprintf(json, ",\n    {");
	fprintf(clp, "(%s", of);
	while ((slot = strtok_r(rest, " ", &rest)) && (v = strtok_r(rest, " ", &rest))) {
		const char *quote = v[strspn(v, "0123456789")] ? "\"" : "";

		fprintf(json, "%s\"%s\": %s%s%s", between, slot, quote, v, quote);
		fprintf(clp, " (%s %s)", slot, v);
		between = ", ";
	}
	fprintf(json, "}");
	fprintf(clp, ")\n");
	open_template = of;
}

static void
shuffle(unsigned *a, unsigned n)
{
	for (unsigned i = n; i > 1; i--) {
		unsigned j = pick(i), swap = a[j];

		a[j] = a[i - 1];
		a[i - 1] = swap;
	}
}

static void
guest(unsigned name, bool woman, unsigned hobbies)
{
	unsigned order[5] = { 1, 2, 3, 4, 5 }, least = hobbies / 2 + 1, has = least + pick(hobbies - least + 1);

	shuffle(order, hobbies);
	for (unsigned i = 0; i < has; i++)
		fact("guest", "name %u sex %s hobby %u", name, woman ? "f" : "m", order[i]);
}

static void
manners(unsigned size)
{
	unsigned *order = calloc(size, sizeof *order);

	if (!order)
		trouble("manners", strerror(errno));
	for (unsigned i = 0; i < size; i++)
		order[i] = i;
	shuffle(order, size);
	for (unsigned i = 0; i < size; i++)
		guest(i + 1, order[i] % 2, size <= 64 ? 3 : 5);
	free(order);
	fact("table", "seats %u", size);
	fact("counter", "next 1");
	fact("phase", "now begin");
}

struct point {
	unsigned x, y;
};

struct stroke {
	struct point from, to;
};

static void
stroke(struct point at, const struct stroke *s)
{
	fact("line", "p1 %u p2 %u", (at.x + s->from.x) * 10000 + at.y + s->from.y, (at.x + s->to.x) * 10000 + at.y + s->to.y);
}

static void
strokes(struct point at, const struct stroke *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		stroke(at, s + i);
}

#define STROKES(at, list) strokes(at, list, sizeof list / sizeof *list)

/* A block, five units wide and deep; its middle points are where it touches its neighbours. */
static const struct stroke block[] = {
	{ { 0, 0 }, { 2, 0 } }, { { 2, 0 }, { 3, 0 } }, { { 3, 0 }, { 4, 0 } }, { { 0, 0 }, { 0, 2 } }, { { 0, 2 }, { 0, 3 } },
	{ { 0, 3 }, { 0, 4 } }, { { 0, 4 }, { 4, 4 } }, { { 4, 4 }, { 4, 0 } }, { { 4, 0 }, { 5, 1 } }, { { 5, 1 }, { 5, 2 } },
	{ { 5, 2 }, { 5, 3 } }, { { 5, 3 }, { 5, 5 } }, { { 5, 5 }, { 4, 4 } }, { { 5, 5 }, { 3, 5 } }, { { 3, 5 }, { 2, 5 } },
	{ { 2, 5 }, { 1, 5 } }, { { 1, 5 }, { 0, 4 } },
};

/* Four blocks make a square. */
static const struct point blocks[] = { { 0, 0 }, { 6, 0 }, { 0, 6 }, { 6, 6 } };

/* Between the blocks of a square, and from the square before. */
static const struct stroke inside[] = {
	{ { 5, 3 }, { 6, 3 } }, { { 3, 5 }, { 3, 6 } }, { { 8, 5 }, { 8, 6 } }, { { 5, 8 }, { 6, 8 } },
};
static const struct stroke between[] = {
	{ { 11, 3 }, { 12, 3 } }, { { 9, 5 }, { 9, 6 } }, { { 14, 5 }, { 14, 6 } }, { { 11, 8 }, { 12, 8 } },
};

static void
drawing(unsigned size)
{
	for (unsigned i = 0; i <= size; i++) {
		struct point at = { 12 * i, 0 };

		STROKES(at, inside);
		for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++)
			STROKES(((struct point){ at.x + blocks[k].x, blocks[k].y }), block);
		if (i)
			STROKES(((struct point){ at.x - 12, 0 }), between);
	}
}

static void
waltz(unsigned size)
{
	fact("stage", "now duplicate");
	drawing(size);
}

/* What the edges of a junction may be: + convex, - concave, b boundary. */
static const struct row {
	const char *shape, *labels;
} rows[] = {
	{ "l", "bb" }, { "l", "+b" }, { "l", "b+" }, { "l", "-b" }, { "l", "b-" },
	{ "fork", "+++" }, { "fork", "---" }, { "fork", "b-b" }, { "fork", "-bb" }, { "fork", "bb-" },
	{ "tee", "b+b" }, { "tee", "b-b" }, { "tee", "bbb" }, { "arrow", "b+b" }, { "arrow", "-+-" }, { "arrow", "+-+" },
};

static const char *
label(char c)
{
	return c == '+' ? "plus" : c == '-' ? "minus" : "boundary";
}

static void
waltzdb(unsigned size)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *l = rows[i].labels;
		bool three = l[2];

		fact("row", "id %zu shape %s n1 %s n2 %s%s%s", i + 1, rows[i].shape, label(l[0]), label(l[1]), three ? " n3 " : "",
			three ? label(l[2]) : "");
	}
	drawing(size);
	fact("stage", "now duplicate");
}

static const struct program {
	const char *name;
	void (*write)(unsigned size);
} programs[] = {
	{ "manners", manners }, { "waltz", waltz }, { "waltzdb", waltzdb },
};

static FILE *
create(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		trouble(path, strerror(errno));
	return f;
}

static void
done(FILE *f, const char *path)
{
	int failed = ferror(f);

	if (fclose(f) != 0 || failed)
		trouble(path, "cannot be written");
}

int
main(int argc, char **argv)
{
	const struct program *p = programs, *end = programs + sizeof programs / sizeof *programs;
	unsigned size = argc == 5 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

	while (argc == 5 && p < end && strcmp(p->name, argv[1]) != 0)
		p++;
	if (!size || p == end)
		trouble("usage", "gen_facts manners|waltz|waltzdb SIZE FACTS.json FACTS.clp");
	state = size;
	json = create(argv[3]);
	clp = create(argv[4]);
	fprintf(json, "{\"schema\": \"diagnose-facts/1\", \"facts\": {\n  ");
	p->write(size);
	fprintf(json, "]\n}}\n");
	done(json, argv[3]);
	done(clp, argv[4]);
	return EXIT_SUCCESS;
}
