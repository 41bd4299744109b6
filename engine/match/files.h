/* SPDX-License-Identifier: MIT */
/*
 * Which aliases of rules a fact can be bound to, as far as tests of one slot with constants tell: equal to, one of, below, above, matched
 * by a regular expression.
 *
 * Every alias is filed under each slot it reads. For a value of the slot its column gives runs of aliases whose test the value
 * passes, without looking at any other alias: a hash finds who asks for the value, a binary search who compares with it, one pass over a
 * text whose expression may match it.
 *
 * For a new fact an alias is either filed ALONE, when one of its tests is so narrow that it is best to look at the alias when that test
 * is passed, and only then; or all its tests are COUNTED: each run that it is in takes one from its number of tests, and those that
 * come to zero have passed them all. (Counting: Yan, Garcia-Molina 1994, "Index structures for selective dissemination of
 * information under the boolean model".) So rules that ask much of one fact cost a subtraction for each test that is passed. For a fact
 * that changed, all aliases in the runs of the changed slots are looked at, those filed LATER too, which a new fact need not come to.
 */
#ifndef MATCH_FILES_H
#define MATCH_FILES_H

#include "base/regexset.h"
#include "lang/rulebase.h"

struct plan;
struct test;

/* An alias of a rule, as its template sees it: all that it takes to tell whether a fact becomes a seed. 64 bytes: a cache line. */
struct watch {
	const struct plan *plan;
	const struct scope *scope;
	const uint32_t *gates;		/* of the route from the alias (network.h) */
	const struct test *tests;	/* all that read its fact alone, those that can be counted first */
	uint64_t reads;
	int alias;
	int ngates, ntests;
	uint16_t counted;		/* so many tests are; 0: it is not filed so */
	uint16_t passed;		/* so many has a new fact passed that comes to it */
	int salience, order;		/* of the rule */
};

/* Numbers of watches. */
struct run {
	const uint32_t *at;
	size_t n;
};

/* Watches that ask for one value. */
struct group {
	value is;
	uint32_t from, n;	/* n 0: an empty place of the table */
};

/* Where bounds are, by rising bound; those up to and on the cut are `upto` watches. */
struct cut {
	int64_t at;
	uint32_t upto;
};

struct bounds {
	const struct cut *cuts;
	size_t ncuts;
	struct run by;
};

/* Watches filed in one way under one slot. */
struct file {
	struct group *groups;		/* open addressing; NULL: there are none */
	size_t mask;
	const uint32_t *equal;		/* what groups point into */
	struct bounds above, below;	/* slot > cut, slot < cut */
	const struct regexset *texts;	/* never COUNTED: some of those that it tells do not match */
	struct run others;		/* no test of the slot: passed even when it is unknown */
};

enum filed { ALONE, COUNTED, LATER, FILED_WAYS };

struct column {
	enum type type;
	unsigned ways;			/* bit by bit: there is something in the file */
	const value *scale;		/* of a version slot: the versions that are bounds, rising */
	size_t nscale;
	struct file by[FILED_WAYS];
};

/* A template's. The column behind those of the slots has aliases without tests (ALONE), and those that read a slot from 63 on (LATER). */
struct files {
	struct watch *watches;		/* of seeds with one stamp the one that fires earlier stands earlier */
	uint32_t nwatches, ncounts;
	uint8_t *counts;		/* how many tests are counted, by watch, up to the last that is counted */
	uint64_t *sure;			/* by watch, a bit: a new fact that comes to it is a seed, if there are partners */
	uint32_t marks;			/* the number of the first watch among those of all templates, from 1 */
	uint32_t *partners;		/* by watch: of the alias that would be bound next the number of its watch (0: there is none) */
	struct column *columns;
	int *asked;			/* columns a new fact must come to */
	int nasked;
};

static inline bool
files_has(const struct column *c, enum filed way)
{
	return c->ways >> way & 1;
}

/*
 * The runs of watches in a file whose test a value passes (a regular expression: may pass); returns how many runs. They are good until
 * the scratch is used again.
 */
enum { FILE_RUNS = 5 };
int files_passed(const struct column *c, enum filed way, value is, const struct symtab *syms, struct regex_scratch *scratch,
		struct run runs[FILE_RUNS]);

/* ---- making them ---- */

enum filing_kind { EQUALS, ABOVE, BELOW, SEARCHED, OTHERWISE };

/* A watch under one test of a slot, or (OTHERWISE) under the slot alone. */
struct filing {
	value is;
	uint32_t watch;
	int slot;
	enum filing_kind kind;
	bool on;		/* passed on the bound, too */
	uint16_t values;	/* the test has so many values, each with a filing */
	enum filed way;
	const struct regex *regex;	/* SEARCHED */
	const struct symtab *syms;
};

/* Room for a template's watches, `nwatches` of them, not yet filled. */
void files_open(struct files *f, const struct template *of, uint32_t nwatches, struct arena *a);

/*
 * Files them: each watch has at most one test filed under each slot; the tests of watches are still to be so ordered. Watches get
 * other numbers. The filings are scratch.
 */
void files_make(struct files *f, const struct template *of, struct filing *filings, size_t n, const struct symtab *syms, struct arena *a);

/*
 * The finaliser of splitmix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
 * generators"): hashes of values.
 */
static inline uint64_t
mixed(uint64_t h)
{
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

#endif
