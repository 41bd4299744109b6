/* SPDX-License-Identifier: MIT */
/*
 * Options: a table. Long ones only (and -o, -h), `--opt=value` or `--opt value`, `--` ends them.
 */
#include "cmd.h"

#include "base/arena.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an option does with its value. */
enum effect { SETS_FLAG, SETS_TEXT, ADDS_INPUT, ADDS_RULES, SETS_REDACT, SETS_COLOR, SETS_FORMAT, SETS_REPORT, ADDS_FIELD, SHOWS_HELP };

struct option {
	const char *name, *value, *help;
	unsigned commands;
	enum effect effect;
	size_t offset;		/* of the flag or text in struct settings */
	enum input_kind kind;
};

#define FLAG(field) SETS_FLAG, offsetof(struct settings, field), 0
#define TEXT(field) SETS_TEXT, offsetof(struct settings, field), 0
#define INPUT(kind) ADDS_INPUT, 0, kind
#define GATHER (IN_RUN | IN_COLLECT | IN_GUIDE | IN_VERIFY)
#define ASK (GATHER | IN_EXPLAIN)

static const struct option options[] = {
	{ "rules", "DIR", "rules to use: a pack, a folder of packs, or the word shipped; may be repeated",
		ASK | IN_CHECK | IN_TEST | IN_BATCH | IN_LEARN | IN_REDACT, ADDS_RULES, 0, 0 },
	{ "facts", "FILE", "read facts from a file (- is stdin) instead of collecting; may be repeated",
		ASK, INPUT(INPUT_FACTS) },
	{ "answer", "FACT=VALUE", "something a person knows: device.trust_prompt=never; may be repeated",
		ASK, INPUT(INPUT_ANSWER) },
	{ "error", "CODE", "an error code that was shown: 0xE8000065; may be repeated", ASK, INPUT(INPUT_ERROR) },
	{ "message", "TEXT", "a message that was shown; may be repeated", ASK, INPUT(INPUT_MESSAGE) },
	{ "log", "FILE", "search a log file; may be repeated", ASK, INPUT(INPUT_LOG) },
	{ "tried", "STEP", "this step was done and did not help; may be repeated", IN_RUN | IN_EXPLAIN | IN_GUIDE, INPUT(INPUT_TRIED) },
	{ "profile", "NAME", "what time and losses are worth: a profile of the rules", IN_RUN | IN_EXPLAIN | IN_GUIDE, INPUT(INPUT_PROFILE) },
	{ "device", "DEVICE", "one of several: its UDID, or device-2 as a report calls it", ASK, TEXT(device) },
	{ "root", "DIR", "diagnose a captured file tree instead of this machine", ASK, TEXT(root) },
	{ "collectors", "NAMES", "run only these collectors, separated by spaces", ASK, TEXT(only) },
	{ "no-collect", NULL, "ask nothing of this machine and its devices", ASK, FLAG(no_collect) },
	{ "ask-trust", NULL, "may show the question 'Trust This Computer?' on the device", GATHER, FLAG(ask_trust) },
	{ "json", NULL, "write the document, for programs", IN_RUN | IN_EXPLAIN | IN_VERIFY | IN_LEARN | IN_DIFF, FLAG(json) },
	{ "html", "FILE", "also write the report as a page for a browser or a printer", IN_RUN, TEXT(html) },
	{ "save", "FILE", "also write the facts to a file, as 'collect' does", IN_RUN, TEXT(save) },
	{ "output", "FILE", "write to a file, not to stdout (also -o FILE)", IN_RUN | IN_COLLECT | IN_REDACT, TEXT(output) },
	{ "redact", "on|off", "hide private values (default: on)", (ASK & ~IN_GUIDE) | IN_BATCH, SETS_REDACT, 0, 0 },
	{ "color", "WHEN", "auto (default), always or never; NO_COLOR is honoured",
		IN_RUN | IN_EXPLAIN | IN_GUIDE | IN_VERIFY | IN_DIFF, SETS_COLOR, 0, 0 },
	{ "verbose", NULL, "show all facts, issues and steps that were left out", IN_RUN | IN_DIFF, FLAG(verbose) },
	{ "format", "NAME", "text (default), json, html, ticket:github, ticket:jira, ticket:servicenow, ..", IN_RUN, SETS_REPORT, 0, 0 },
	{ "field", "NAME=VALUE", "what a ticket system wants besides: project=SUP; may be repeated", IN_RUN, ADDS_FIELD, 0, 0 },
	{ "format", "NAME", "text (default), or for programs json, sarif or github", IN_CHECK, SETS_FORMAT, 0, 0 },
	{ "journal", "FILE", "keep what is said in a new file, from which the dialogue can go on", IN_GUIDE, TEXT(journal) },
	{ "resume", "FILE", "go on with the dialogue of this journal", IN_GUIDE, TEXT(resume) },
	{ "against", "FILE", "compare with an earlier run: a plan document, journal or fact file", IN_VERIFY, TEXT(against) },
	{ "filter", "TEXT", "only cases whose name contains this", IN_TEST, TEXT(filter) },
	{ "coverage", NULL, "afterwards: the issues, signs, steps and questions that no case reaches", IN_TEST, FLAG(coverage) },
	{ "min-coverage", "PERCENT", "the same, and exit status 1 when cases reach less", IN_TEST, TEXT(min_coverage) },
	{ "trace", NULL, "print every firing with its facts to stderr", IN_INFER, FLAG(trace) },
	{ "stats", NULL, "print counts, time and memory to stderr", IN_INFER | IN_BATCH, FLAG(stats) },
	{ "profile", NULL, "print what each rule and condition costs to stderr", IN_INFER, FLAG(profile) },
	{ "jobs", "N", "threads (default: one for each processor)", IN_BATCH, TEXT(jobs) },
	{ "infer", NULL, "write the final facts of each record, not a plan", IN_BATCH, FLAG(infer) },
	{ "patch", NULL, "write a patch of the rule files, for review, instead of a table", IN_LEARN, FLAG(patch) },
	{ "prior-tickets", "N", "how many tickets the rules' frequencies count as (default: 50)", IN_LEARN, TEXT(prior_tickets) },
	{ "prior-tries", "N", "how many tries the rules' success rates count as (default: 10)", IN_LEARN, TEXT(prior_tries) },
	{ "help", NULL, "show this", IN_ALL, SHOWS_HELP, 0, 0 },
};
enum { NOPTIONS = sizeof options / sizeof *options };

void
print_help(const struct command *c, FILE *out)
{
	char left[64];

	fprintf(out, "Options of '%s'\n", c->name);
	for (const struct option *o = options; o < options + NOPTIONS; o++) {
		if (!(o->commands & c->bit))
			continue;
		snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		fprintf(out, "  %-21s %s\n", left, o->help);
	}
}

static void
print_command_help(const struct command *c)
{
	printf("Usage: diagnose %s %s%s[OPTION...]\n%s\n\n", c->name, c->arguments, *c->arguments ? " " : "", c->summary);
	print_help(c, stdout);
}

static void
say(const char *what, const char *external, const char *rest)
{
	struct buf clean = {0};

	text_clean(&clean, external, strlen(external), 200);
	fprintf(stderr, "diagnose: %s'%s'%s", what, buf_text(&clean), rest);
	buf_free(&clean);
}

static int
unknown_option(const char *name, const struct command *c)
{
	const char *names[NOPTIONS], *nearest;
	size_t n = 0;

	for (size_t i = 0; i < NOPTIONS; i++) {
		if (strcmp(options[i].name, name) == 0) {
			say("", c->name, "");
			fprintf(stderr, " has no option --%s; see 'diagnose %s --help'\n", options[i].name, c->name);
			return EXIT_USAGE;
		}
		if (options[i].commands & c->bit)
			names[n++] = options[i].name;
	}
	nearest = text_nearest(name, names, n);
	say("no option is called ", name, "");
	fprintf(stderr, nearest ? "; did you mean '--%s'?\n" : "; see 'diagnose --help'\n", nearest);
	return EXIT_USAGE;
}

/* The option of a command by name (of `n` bytes), NULL when there is none. */
static const struct option *
find_option(const char *name, size_t n, const struct command *c)
{
	for (const struct option *o = options; o < options + NOPTIONS; o++)
		if ((o->commands & c->bit) && strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

/* The place of a value in a list that ends with NULL. False, with a message, when it is not there. */
static bool
set_word(const char *option, const char *value, const char *const *words, int *which)
{
	for (*which = 0; words[*which]; (*which)++)
		if (strcmp(words[*which], value) == 0)
			return true;
	say("", value, "");
	fprintf(stderr, " is no value for --%s; allowed: %s", option, words[0]);
	for (size_t i = 1; words[i]; i++)
		fprintf(stderr, ", %s", words[i]);
	fputc('\n', stderr);
	return false;
}

static bool
color_wanted(int when)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != 0)
		return when == 1;
	return isatty(STDOUT_FILENO) && !(none && *none) && !(term && strcmp(term, "dumb") == 0);
}

/* Does what the option says. False after a wrong value. */
static bool
apply(struct settings *s, const struct option *o, const char *value)
{
	static const char *const redact[] = { "on", "off", NULL }, *const color[] = { "auto", "always", "never", NULL };
	static const char *const formats[] = { "text", "json", "sarif", "github", NULL };	/* as enum dx_findings */
	char *base = (char *)s;
	int which;

	switch (o->effect) {
	case SETS_FLAG:
		*(bool *)(void *)(base + o->offset) = true;
		return true;
	case SETS_TEXT:
		*(const char **)(void *)(base + o->offset) = value;
		return true;
	case ADDS_INPUT:
		s->inputs[s->ninputs++] = (struct input){ o->kind, value };
		return true;
	case ADDS_RULES:
		s->rules[s->nrules++] = value;
		return true;
	case SETS_REDACT:
		if (!set_word(o->name, value, redact, &which))
			return false;
		s->open = which == 1;
		return true;
	case SETS_COLOR:
		if (!set_word(o->name, value, color, &which))
			return false;
		s->color = color_wanted(which);
		return true;
	case SETS_FORMAT:
		if (!set_word(o->name, value, formats, &which))
			return false;
		s->format = (enum dx_findings)which;
		return true;
	case SETS_REPORT:
		if (!set_word(o->name, value, dx_formats(), &which))
			return false;
		s->report = (enum dx_format)which;
		return true;
	case ADDS_FIELD:
		s->fields[s->nfields++] = value;
		return true;
	case SHOWS_HELP:
		s->help = true;
		return true;
	}
	return false;
}

/* Reads the option at argv[*i] and its value, moves *i past both. */
static int
read_option(struct settings *s, const struct command *c, int argc, char **argv, int *i)
{
	const char *arg = argv[(*i)++], *name = strcmp(arg, "-o") == 0 ? "--output" : strcmp(arg, "-h") == 0 ? "--help" : arg;
	const char *equals = strchr(name, '='), *value = equals ? equals + 1 : NULL;
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	const struct option *o = n > 2 && name[1] == '-' ? find_option(name + 2, n - 2, c) : NULL;
	char *wrong;
	int status;

	if (!o) {
		wrong = machine_alloc(n + 1);
		memcpy(wrong, name, n);
		wrong[n] = '\0';
		status = unknown_option(wrong + strspn(wrong, "-"), c);
		free(wrong);
		return status;
	}
	if (!o->value && value) {
		fprintf(stderr, "diagnose: --%s takes no value\n", o->name);
		return EXIT_USAGE;
	}
	if (o->value && !value) {
		if (*i >= argc) {
			fprintf(stderr, "diagnose: --%s needs a value: --%s %s\n", o->name, o->name, o->value);
			return EXIT_USAGE;
		}
		value = argv[(*i)++];
	}
	return apply(s, o, value) ? EXIT_OK : EXIT_USAGE;
}

/* Stdin gives one thing only. */
static bool
reads_stdin_once(const struct settings *s)
{
	int n = 0;

	for (size_t i = 0; i < s->ninputs; i++)
		n += (s->inputs[i].kind == INPUT_FACTS || s->inputs[i].kind == INPUT_LOG) && strcmp(s->inputs[i].text, "-") == 0;
	if (n > 1)
		fprintf(stderr, "diagnose: stdin can be read only once: '-' is given %d times to --facts and --log\n", n);
	return n <= 1;
}

/* What no single option can see. */
static int
check_together(struct settings *s, const struct command *c)
{
	if (s->nwords && !*c->arguments && !s->help) {
		say("unexpected argument ", s->words[0], "\n");
		return EXIT_USAGE;
	}
	if (s->device && !*s->device) {
		fprintf(stderr, "diagnose: --device is empty; give the UDID of a device, or its name in a report, such as device-2\n");
		return EXIT_USAGE;
	}
	if (!reads_stdin_once(s))
		return EXIT_USAGE;
	if (s->save && strcmp(s->save, "-") == 0) {
		fprintf(stderr, "diagnose: --save needs a file, since stdout carries the report; "
			"'diagnose collect' writes facts there\n");
		return EXIT_USAGE;
	}
	if (s->json && s->report != DX_TEXT && s->report != DX_JSON) {
		fprintf(stderr, "diagnose: --json and --format=%s are two formats; choose one\n", dx_formats()[s->report]);
		return EXIT_USAGE;
	}
	s->report = s->json ? DX_JSON : s->report;
	if (!dx_fields_fit(s->report, s->fields, s->nfields, stderr))
		return EXIT_USAGE;
	if (s->html && strcmp(s->html, "-") == 0) {
		fprintf(stderr, "diagnose: --html needs a file, since stdout carries the report\n");
		return EXIT_USAGE;
	}
	if (s->output && strcmp(s->output, "-") == 0)	/* where it goes anyway */
		s->output = NULL;
	return EXIT_OK;
}

bool
settings_read(struct settings *s, const struct command *c, int argc, char **argv, int *status)
{
	size_t most = (size_t)argc + 1;
	bool ended = false;

	*s = (struct settings){
		.rules = machine_alloc(most * sizeof *s->rules),
		.inputs = machine_alloc(most * sizeof *s->inputs),
		.words = machine_alloc(most * sizeof *s->words),
		.fields = machine_alloc(most * sizeof *s->fields),
		.color = color_wanted(0),
	};
	*status = EXIT_OK;
	for (int i = 0; i < argc && *status == EXIT_OK;) {
		if (ended || argv[i][0] != '-' || argv[i][1] == '\0')
			s->words[s->nwords++] = argv[i++];
		else if (strcmp(argv[i], "--") == 0)
			ended = true, i++;
		else
			*status = read_option(s, c, argc, argv, &i);
	}
	if (*status == EXIT_OK)
		*status = check_together(s, c);
	if (*status == EXIT_OK && !s->help)
		return true;
	if (*status == EXIT_OK) {
		print_command_help(c);
		*status = finish(EXIT_OK);
	}
	settings_free(s);
	return false;
}

void
settings_free(struct settings *s)
{
	free(s->rules);
	free(s->inputs);
	free(s->words);
	free(s->fields);
}
