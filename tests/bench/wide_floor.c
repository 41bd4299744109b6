/* SPDX-License-Identifier: MIT */
/*
 * What plain C can do with the wide rule base of gen_wide.py, when it need do nothing else:
 *
 *	wide_floor FLOOR.txt
 *
 * One bit a rule. For each value of an attribute, and for each interval between thresholds, there is a map of the rules that it does
 * not rule out; the AND over all attributes leaves the rules that hold. Rules stand behind those whose tags they need, so one pass
 * fires them all. Texts of a record are looked up when it comes, as an engine must. Prints records a second.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TESTS_MAX = 3, BLOCK = 8, TABLE = 1 << 16 };	/* maps are read a cache line at a time */

struct test {
	int attribute;
	char sign[3];
	uint32_t word;		/* "is" */
	double number;		/* all others */
};

struct rule {
	int needs, makes, ntests;	/* tags; needs is -1 for none */
	struct test tests[TESTS_MAX];
};

struct cell {
	char *text;
	double number;
};

/* What rules ask of an attribute: maps by word, or 2n + 1 maps below, at and above each threshold. */
struct attribute {
	bool is_number;
	uint64_t **by_word;	/* NULL where no rule names the word */
	uint64_t *other;	/* words that no rule names, and the whole of an attribute that none tests */
	double *thresholds;
	int n;
	uint64_t *between;
};

static int nattributes, nrules, nrecords, ntags, nwords, nblocks;
static struct attribute *attributes;
static struct rule *rules;
static struct cell *cells;
static int *expected;
static uint32_t *tags, now_record;	/* a tag is there when it has the record's number */

_Noreturn static void
trouble(const char *what)
{
	fprintf(stderr, "wide_floor: %s\n", what);
	exit(2);
}

static void *
zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		trouble(strerror(errno));
	return p;
}

/* --- words --- */

static struct {
	char *text;
	uint32_t word;
} table[TABLE];

/* Numbers of words from 1; 0 for one that no rule names. */
static uint32_t
word_of(const char *s, bool add)
{
	uint32_t h = 2166136261u;

	for (const char *c = s; *c; c++)
		h = (h ^ (unsigned char)*c) * 16777619u;
	for (h %= TABLE; table[h].text; h = (h + 1) % TABLE)
		if (strcmp(table[h].text, s) == 0)
			return table[h].word;
	if (!add)
		return 0;
	table[h].text = strdup(s);
	return table[h].word = (uint32_t)++nwords;
}

/* --- reading --- */

static void
read_rule(FILE *f, struct rule *r)
{
	char text[64];

	if (fscanf(f, "%d %d %d", &r->needs, &r->makes, &r->ntests) != 3 || r->ntests > TESTS_MAX)
		trouble("a rule cannot be read");
	for (struct test *t = r->tests; t < r->tests + r->ntests; t++) {
		if (fscanf(f, "%d %2s %63s", &t->attribute, t->sign, text) != 3)
			trouble("a test cannot be read");
		if (strcmp(t->sign, "is") == 0)
			t->word = word_of(text, true);
		else
			t->number = strtod(text, NULL);
	}
}

static void
read_record(FILE *f, int i)
{
	static char text[4096];

	if (fscanf(f, "%d", expected + i) != 1)
		trouble("a record cannot be read");
	for (int a = 0; a < nattributes; a++) {
		struct cell *c = cells + (size_t)i * (size_t)nattributes + a;

		if (fscanf(f, " %4095[^\t\n]", text) != 1)
			trouble("a record is too short");
		c->text = strdup(text);
		c->number = strtod(text, NULL);
	}
}

static void
read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	int number;

	if (!f || fscanf(f, "%d %d %d %d", &nattributes, &nrules, &nrecords, &ntags) != 4)
		trouble("cannot be read");
	attributes = zeroed((size_t)nattributes, sizeof *attributes);
	rules = zeroed((size_t)nrules, sizeof *rules);
	cells = zeroed((size_t)nrecords * (size_t)nattributes, sizeof *cells);
	expected = zeroed((size_t)nrecords, sizeof *expected);
	tags = zeroed((size_t)ntags, sizeof *tags);
	for (int a = 0; a < nattributes && fscanf(f, "%d", &number) == 1; a++)
		attributes[a].is_number = number;
	for (int i = 0; i < nrules; i++)
		read_rule(f, rules + i);
	for (int i = 0; i < nrecords; i++)
		read_record(f, i);
	fclose(f);
}

/* --- maps --- */

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static size_t
map_words(void)
{
	return (size_t)nblocks * BLOCK;
}

static uint64_t *
full_maps(size_t n)
{
	size_t size = n * map_words() * sizeof(uint64_t);
	uint64_t *m = aligned_alloc(64, size);

	if (!m)
		trouble(strerror(errno));
	memset(m, 0xff, size);
	return m;
}

static void
clear(uint64_t *map, int rule)
{
	map[rule / 64] &= ~(1ull << rule % 64);
}

/* Whether a value at place `q` of an attribute's thresholds (odd: exactly one of them) passes the test. */
static bool
passes(const struct attribute *a, int q, const struct test *t)
{
	double at = q / 2 < a->n ? a->thresholds[q / 2] : t->number + 1;
	int side = q % 2 == 0 ? (q / 2 < a->n && at <= t->number ? -1 : 1) : by_size(&at, &t->number);

	return t->sign[0] == '<' ? side < 0 || (side == 0 && t->sign[1]) : side > 0 || (side == 0 && t->sign[1]);
}

static void
collect_threshold(struct attribute *a, double number)
{
	a->thresholds = realloc(a->thresholds, (size_t)(a->n + 1) * sizeof *a->thresholds);
	a->thresholds[a->n++] = number;
}

static void
sort_thresholds(struct attribute *a)
{
	int n = 0;

	qsort(a->thresholds, (size_t)a->n, sizeof *a->thresholds, by_size);
	for (int i = 0; i < a->n; i++)
		if (!n || a->thresholds[n - 1] < a->thresholds[i])
			a->thresholds[n++] = a->thresholds[i];
	a->n = n;
	a->between = full_maps(2 * (size_t)n + 1);
}

static void
rule_out(int rule, const struct test *t)
{
	struct attribute *a = attributes + t->attribute;

	for (int q = 0; a->is_number && q <= 2 * a->n; q++)
		if (!passes(a, q, t))
			clear(a->between + (size_t)q * map_words(), rule);
	if (a->is_number)
		return;
	clear(a->other, rule);
	for (int w = 1; w <= nwords; w++)
		if (a->by_word[w] && (uint32_t)w != t->word)
			clear(a->by_word[w], rule);
}

static void
build(void)
{
	nblocks = (nrules + 64 * BLOCK - 1) / (64 * BLOCK);
	for (struct attribute *a = attributes; a < attributes + nattributes; a++) {
		a->by_word = zeroed((size_t)nwords + 1, sizeof *a->by_word);
		a->other = full_maps(1);
	}
	for (struct rule *r = rules; r < rules + nrules; r++)
		for (struct test *t = r->tests; t < r->tests + r->ntests; t++) {
			struct attribute *a = attributes + t->attribute;

			if (a->is_number)
				collect_threshold(a, t->number);
			else if (!a->by_word[t->word])
				a->by_word[t->word] = full_maps(1);
		}
	for (struct attribute *a = attributes; a < attributes + nattributes; a++)
		if (a->is_number)
			sort_thresholds(a);
	for (int i = 0; i < nrules; i++)
		for (struct test *t = rules[i].tests; t < rules[i].tests + rules[i].ntests; t++)
			rule_out(i, t);
}

/* --- a record --- */

static const uint64_t *
map_of(const struct attribute *a, const struct cell *c)
{
	int lo = 0, hi = a->n;
	const uint64_t *m;

	if (!a->is_number) {
		m = a->by_word[word_of(c->text, false)];
		return m ? m : a->other;
	}
	while (lo < hi) {
		int middle = (lo + hi) / 2;

		if (a->thresholds[middle] < c->number)
			lo = middle + 1;
		else
			hi = middle;
	}
	return a->between + (size_t)(2 * lo + (lo < a->n && !(c->number < a->thresholds[lo]))) * map_words();
}

static int
fire(size_t word, uint64_t left)
{
	int fired = 0;

	for (; left; left &= left - 1) {
		size_t i = word * 64 + (size_t)__builtin_ctzll(left);

		if (i >= (size_t)nrules)
			break;
		if (rules[i].needs >= 0 && tags[rules[i].needs] != now_record)
			continue;
		tags[rules[i].makes] = now_record;
		fired++;
	}
	return fired;
}

static int
run(const struct cell *record)
{
	const uint64_t *maps[128];
	int fired = 0;

	now_record++;
	for (int a = 0; a < nattributes; a++)
		maps[a] = map_of(attributes + a, record + a);
	for (size_t w = 0; w < map_words(); w += BLOCK) {
		uint64_t left[BLOCK];

		memcpy(left, maps[0] + w, sizeof left);
		for (int a = 1; a < nattributes; a++)
			for (size_t i = 0; i < BLOCK; i++)
				left[i] &= maps[a][w + i];
		for (size_t i = 0; i < BLOCK; i++)
			fired += fire(w + i, left[i]);
	}
	return fired;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	double began, took;
	int passes_made = 0;

	if (argc != 2)
		trouble("usage: wide_floor FLOOR.txt");
	read_all(argv[1]);
	if (nattributes > 128)
		trouble("too many attributes");
	build();
	began = seconds();
	do {
		for (int i = 0; i < nrecords; i++)
			if (run(cells + (size_t)i * (size_t)nattributes) != expected[i])
				trouble("a record has another number of firings");
		passes_made++;
		took = seconds() - began;
	} while (took < 0.5);
	printf("records/s %.6g\nus/record %.6g\n", nrecords * passes_made / took, took * 1e6 / nrecords / passes_made);
	return 0;
}
