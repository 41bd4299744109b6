/* SPDX-License-Identifier: MIT */
/*
 * Writes a pack of many rules, the same bytes for the same numbers on every machine:
 *
 *	gen_rules DIR RULES SEED
 *
 * DIR gets pack.yaml, vocabulary.yaml and rules-NN.yaml with 1000 rules each. The shape is that of a real knowledge base, wide and
 * shallow: 40 templates with 12 slots of all types, conditions over three to five slots of one or two facts, comparisons, lists of symbols,
 * regular expressions, `none` and `any`, a conclusion with two or three slots.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEMPLATES = 40, SYMBOLS = 6, PER_FILE = 1000, KINDS = 400 };

/* What a slot holds, in the order in which every template declares them. */
enum holds { KEY, STATE, MODE, KIND, COUNT, LEVEL, VERSION, CODE, ACTIVE, TEXT, AGE, SIZE, SLOTS };

static const char *const slot_names[SLOTS] = {
	"id", "state", "mode", "kind", "amount", "level", "release", "error", "active", "label", "age", "size",
};

static const char *const symbols[3][SYMBOLS] = {
	{ "running", "stopped", "disabled", "absent", "starting", "failed" },
	{ "normal", "restore", "recovery", "passive", "guarded", "unset" },
	{ "usb", "network", "serial", "virtual", "local", "other" },
};

static const char *const words[] = { "timeout", "refused", "pairing", "driver", "socket", "record", "session", "certificate" };
enum { NWORDS = sizeof words / sizeof *words };

static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014): a number below `n`. */
static unsigned
pick(unsigned n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (unsigned)((z ^ z >> 31) % n);
}

_Noreturn static void
trouble(const char *what, const char *why)
{
	fprintf(stderr, "gen_rules: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static FILE *
create(const char *dir, const char *fmt, unsigned number)
{
	char path[4096], name[64];
	FILE *f;

	snprintf(name, sizeof name, fmt, number);
	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
		trouble(dir, "name too long");
	f = fopen(path, "w");
	if (!f)
		trouble(path, strerror(errno));
	return f;
}

static void
done(FILE *f, const char *dir)
{
	int failed = ferror(f);

	if (fclose(f) != 0 || failed)
		trouble(dir, "cannot be written");
}

static void
write_symbols(FILE *f, const char *name, const char *const *of)
{
	fprintf(f, "      %s: {type: symbol, of: [", name);
	for (int i = 0; i < SYMBOLS; i++)
		fprintf(f, "%s%s", i ? ", " : "", of[i]);
	fprintf(f, "], from: usb}\n");
}

static void
write_vocabulary(FILE *f)
{
	static const char *const types[SLOTS] = {
		[COUNT] = "integer", [LEVEL] = "number", [VERSION] = "version", [CODE] = "code", [ACTIVE] = "yes-no",
		[TEXT] = "text", [AGE] = "duration", [SIZE] = "bytes",
	};

	fprintf(f, "templates:\n  finding:\n    title: what follows\n    surveyed: true\n    slots:\n"
		"      kind: {type: symbol}\n      about: {type: text}\n      weight: {type: integer}\n");
	for (int t = 0; t < TEMPLATES; t++) {
		fprintf(f, "\n  part%d:\n    title: part %d\n    key: id\n    slots:\n      id: {type: text, from: usb}\n", t, t);
		for (int s = STATE; s <= KIND; s++)
			write_symbols(f, slot_names[s], symbols[s - STATE]);
		for (int s = COUNT; s < SLOTS; s++)
			fprintf(f, "      %s: {type: %s, from: usb}\n", slot_names[s], types[s]);
	}
}

static const char *
order(void)
{
	static const char *const signs[] = { "<", "<=", ">", ">=" };

	return signs[pick(4)];
}

/* One comparison on a slot of part `t`. */
static void
write_test(FILE *f, unsigned t, enum holds s)
{
	fprintf(f, "part%u.%s ", t, slot_names[s]);
	switch (s) {
	case STATE: case MODE: case KIND: {
		const char *const *of = symbols[s - STATE];

		if (pick(4) == 0)
			fprintf(f, "in [%s, %s]", of[pick(3)], of[3 + pick(3)]);
		else
			fprintf(f, "%s %s", pick(5) ? "is" : "is not", of[pick(SYMBOLS)]);
		break;
	}
	case COUNT:	fprintf(f, "%s %u", order(), pick(1000)); break;
	case LEVEL:	fprintf(f, "%s %u.%02u", order(), pick(10), 1 + pick(99)); break;
	case VERSION:	fprintf(f, "%s %u.%u.%u", order(), 8 + pick(12), pick(10), pick(6)); break;
	case CODE:	fprintf(f, "is 0xE80000%02X", pick(256)); break;
	case ACTIVE:	fprintf(f, "is %s", pick(2) ? "yes" : "no"); break;
	case TEXT:	fprintf(f, "matches /%s.*\\b%u\\b/i", words[pick(NWORDS)], pick(200)); break;
	case AGE:	fprintf(f, "%s %ud", order(), 1 + pick(90)); break;
	case SIZE:	fprintf(f, "%s %u GB", order(), 1 + pick(512)); break;
	case KEY: case SLOTS: break;
	}
}

/* A slot that the rule has not tested yet; rarely a text, so that one rule in ten has a regular expression. */
static enum holds
pick_slot(unsigned *used)
{
	enum holds s;

	do
		s = (enum holds)(STATE + pick(SLOTS - STATE));
	while (*used >> s & 1 || (s == TEXT && pick(4)));
	*used |= 1u << s;
	return s;
}

static void
write_rule(FILE *f, unsigned number)
{
	unsigned t = pick(TEMPLATES), other = (t + 1 + pick(TEMPLATES - 1)) % TEMPLATES, tests = 3 + pick(3);
	unsigned used = 0;

	fprintf(f, "  - id: rule-%u\n", number);
	if (pick(3) == 0)
		fprintf(f, "    note: Seen with the %s of part %u after the %s was lost.\n", words[pick(NWORDS)], t, words[pick(NWORDS)]);
	if (pick(8) == 0)
		fprintf(f, "    salience: %u\n", 1 + pick(20));
	fprintf(f, "    when:\n");
	for (unsigned i = 0; i < tests; i++) {
		fprintf(f, "      - ");
		write_test(f, i + 1 == tests && pick(4) == 0 ? other : t, pick_slot(&used));
		if (pick(10) == 0) {
			fprintf(f, " or ");
			write_test(f, t, pick_slot(&used));
		}
		fprintf(f, "\n");
	}
	if (pick(6) == 0)
		fprintf(f, "      - none: {of: part%u, where: part%u.state is %s}\n", other, other, symbols[0][pick(SYMBOLS)]);
	fprintf(f, "    then:\n      - conclude: {finding: {kind: kind-%u, about: part%u.id%s}}\n", pick(KINDS), t,
		pick(2) ? ", weight: 5" : "");
}

int
main(int argc, char **argv)
{
	unsigned rules;
	FILE *f;

	if (argc != 4)
		trouble("usage", "gen_rules DIR RULES SEED");
	rules = (unsigned)strtoul(argv[2], NULL, 10);
	state = strtoull(argv[3], NULL, 10);
	f = create(argv[1], "pack.yaml", 0);
	fprintf(f, "pack: {id: generated, version: 1.0.0, title: %u generated rules}\n", rules);
	done(f, argv[1]);
	f = create(argv[1], "vocabulary.yaml", 0);
	write_vocabulary(f);
	done(f, argv[1]);
	for (unsigned first = 0; first < rules; first += PER_FILE) {
		f = create(argv[1], "rules-%02u.yaml", first / PER_FILE);
		fprintf(f, "rules:\n");
		for (unsigned i = first; i < rules && i < first + PER_FILE; i++)
			write_rule(f, i);
		done(f, argv[1]);
	}
	return EXIT_SUCCESS;
}
