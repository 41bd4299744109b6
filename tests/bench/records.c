/* SPDX-License-Identifier: MIT */
/*
 * Many records through one rule base:
 *
 *	records PACK [RECORDS [texts]]
 *
 * The first line of RECORDS names a template and its slots, the others are records: how many firings each must give, then the values,
 * a tab between. The pack is loaded once; each record gets a session of its own, as it does in a batch. A record's time is that from a
 * new session to its end: the fact is asserted, rules fire, all is forgotten. Its values are known symbols before, as those of a fact
 * that CLIPS copies; with `texts` each session gets them as text, as the floor does.
 *
 * Prints what versus.c reads: the time to load, and what the rule base keeps resident for each of its rules; the time to load and to
 * answer the first record; records a second and microseconds a record, over at least half a second. A record with another number of
 * firings is an error.
 */
#include "dx.h"

#include "dx_private.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS_MAX = 128, LINE_MAX_ = 1 << 16 };

struct cell {
	const char *text;
	size_t len;
	value v;
};

struct record {
	int64_t expected;
	struct cell *cells;
};

static const struct template *of;
static const struct slot *columns[COLUMNS_MAX];
static size_t ncolumns, nrecords;
static struct record *records;
static struct factset *known;	/* the symbols of all records; no facts */
static bool texts;

_Noreturn static void
trouble(const char *what, const char *why)
{
	fprintf(stderr, "records: %s: %s\n", what, why);
	exit(2);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Bytes of this process in memory. */
static double
resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long pages = 0;

	malloc_trim(0);
	if (!f || fscanf(f, "%*d %ld", &pages) != 1)
		trouble("/proc/self/statm", "cannot be read");
	fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static bool
is_interned(enum type t)
{
	return t == TYPE_SYMBOL || t == TYPE_TEXT;
}

static void
read_header(const struct rulebase *rb, char *line)
{
	char *rest = line, *name = strtok_r(rest, "\t", &rest);

	for (size_t i = 0; i < rb->ntemplates; i++)
		if (strcmp(rb->templates[i]->entry.id, name) == 0)
			of = rb->templates[i];
	if (!of)
		trouble(name, "no such template");
	while (ncolumns < COLUMNS_MAX && (name = strtok_r(rest, "\t", &rest))) {
		for (int i = 0; i < of->nslots; i++)
			if (strcmp(of->slots[i].name, name) == 0)
				columns[ncolumns] = of->slots + i;
		if (!columns[ncolumns++])
			trouble(name, "no such slot");
	}
}

static struct cell
read_cell(enum type t, const char *text)
{
	struct cell c = { strdup(text), strlen(text), UNKNOWN };
	const char *wrong = texts && is_interned(t) ? NULL : value_parse(t, c.text, c.len, known->syms, &c.v);

	if (wrong)
		trouble(text, wrong);
	return c;
}

static struct record
read_record(char *line)
{
	char *rest = line, *text = strtok_r(rest, "\t", &rest);
	struct record r = { strtoll(text, NULL, 10), calloc(ncolumns, sizeof *r.cells) };

	for (size_t i = 0; i < ncolumns; i++) {
		text = strtok_r(rest, "\t", &rest);
		if (!text)
			trouble("a record", "is too short");
		r.cells[i] = read_cell(columns[i]->type, text);
	}
	return r;
}

static void
read_records(const struct rulebase *rb, const char *path)
{
	FILE *f = fopen(path, "r");
	static char line[LINE_MAX_];

	if (!f)
		trouble(path, strerror(errno));
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!of) {
			read_header(rb, line);
			continue;
		}
		records = realloc(records, (nrecords + 1) * sizeof *records);
		records[nrecords++] = read_record(line);
	}
	fclose(f);
	if (!nrecords)
		trouble(path, "has no records");
}

static void
run(const struct rulebase *rb, const struct record *r)
{
	struct session *s = session_new(rb, known);
	value values[COLUMNS_MAX];

	for (int i = 0; i < of->nslots; i++)
		values[i] = UNKNOWN;
	for (size_t i = 0; i < ncolumns; i++) {
		const struct cell *c = r->cells + i;

		values[columns[i] - of->slots] = c->v;
		if (texts && is_interned(columns[i]->type))
			values[columns[i] - of->slots] = sym_intern(session_syms(s), c->text, c->len);
	}
	session_assert(s, of, values, "record", 0);
	if (session_run(s) != RUN_QUIET)
		trouble("a record", "reached a limit");
	if (session_stats(s).firings != r->expected) {
		fprintf(stderr, "records: record %td: %lld firings, expected %lld\n", r - records + 1,
			(long long)session_stats(s).firings, (long long)r->expected);
		exit(2);
	}
	session_free(s);
}

/* Records a second, over and over. */
static void
run_all(const struct rulebase *rb)
{
	double began = seconds(), took;
	size_t passes = 0;

	do {
		for (size_t i = 0; i < nrecords; i++)
			run(rb, records + i);
		passes++;
		took = seconds() - began;
	} while (took < 0.5);
	printf("records/s %.6g\nus/record %.6g\n", (double)(nrecords * passes) / took, took * 1e6 / (double)(nrecords * passes));
}

int
main(int argc, char **argv)
{
	double before = resident(), began = seconds(), load;
	const char *pack = argc > 1 && argc < 5 ? argv[1] : NULL;
	struct dx_rules *rules = pack ? dx_load(&pack, 1) : NULL;

	if (!rules)
		trouble("usage", "records PACK [RECORDS [texts]]");
	if (dx_rules_errors(rules)) {
		dx_rules_print(rules, stderr);
		return 2;
	}
	load = seconds() - began;
	printf("load ms %.3f\n", load * 1e3);
	printf("B/rule %.1f\n", (resident() - before) / (double)rules->base->nrules);
	if (argc > 2) {
		texts = argc > 3;
		known = factset_new(rules->base, 0);
		read_records(rules->base, argv[2]);
		began = seconds();
		run(rules->base, records);
		printf("ready ms %.3f\n", (load + seconds() - began) * 1e3);
		run_all(rules->base);
		factset_free(known);
	}
	dx_unload(rules);
	return 0;
}
