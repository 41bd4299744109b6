/* SPDX-License-Identifier: MIT */
/*
 * The commands and what they share. A command is one file and one row of the table in main.c; an option is one row of the
 * table in options.c.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "dx.h"

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses, as in docs/diagnose.1. */
enum { EXIT_OK = 0, EXIT_PROBLEM = 1, EXIT_USAGE = 2, EXIT_MACHINE = 3, EXIT_INCOMPLETE = 4 };

/* Which commands take an option: bits of a set. */
enum { IN_RUN = 1, IN_COLLECT = 2, IN_CHECK = 4, IN_TEST = 8, IN_INFER = 16, IN_EXPLAIN = 32, IN_BATCH = 64,
	IN_GUIDE = 128, IN_VERIFY = 256, IN_LEARN = 512, IN_DIFF = 1024, IN_REDACT = 2048, IN_ALL = 4095 };

struct command {
	const char *name, *arguments, *summary;
	unsigned bit;
	int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command commands[];	/* ended by a row without name */

/* Something given on the command line, in its order. */
enum input_kind { INPUT_FACTS, INPUT_ANSWER, INPUT_ERROR, INPUT_MESSAGE, INPUT_LOG, INPUT_TRIED, INPUT_PROFILE };

struct input {
	enum input_kind kind;
	const char *text;
};

struct settings {
	const char **rules;		/* --rules, in order */
	size_t nrules;
	struct input *inputs;
	size_t ninputs;
	const char **words;		/* what is no option */
	size_t nwords;
	const char *device, *root, *output, *save, *html, *filter, *only, *jobs, *min_coverage;
	const char *journal, *resume, *against, *prior_tickets, *prior_tries;
	enum dx_findings format;
	enum dx_format report;		/* of the diagnosis */
	const char **fields;		/* --field, in order */
	size_t nfields;
	bool no_collect, ask_trust, json, verbose, open, trace, stats, profile, infer, coverage, patch;
	bool color, help;
	bool quiet;			/* no line of progress, which replaces itself */
	bool (*stop)(void *context);	/* see dx_collect */
};

/*
 * Reads the options of a command. False after a mistake, which is printed to stderr, or after --help; `*status` is then the
 * exit status.
 */
bool settings_read(struct settings *s, const struct command *c, int argc, char **argv, int *status);
void settings_free(struct settings *s);

/* Usage of one command, with its options. */
void print_help(const struct command *c, FILE *out);

/* Where the shipped rules are; `path` has room for it. */
enum { SHIPPED_MAX = 4096 + 64 };
const char *shipped_rules(char *path, size_t size);

/*
 * The rules of the settings, where `shipped` stands for those that come with the program, or these alone, with their errors; or NULL after errors, which are printed. With or without the files that
 * hold nothing but test cases.
 */
struct dx_rules *load_any(const struct settings *s, bool cases);
struct dx_rules *load_rules(const struct settings *s, bool cases);

/* Loads the rules, opens a session and lets `action` work with it; the exit status. */
int run_session(const struct settings *s, int (*action)(struct dx_session *session, const struct settings *s));

/* Reads the settings, loads the rules, opens a session and lets `action` work with it; the exit status. */
int with_session(const struct command *self, int argc, char **argv,
		int (*action)(struct dx_session *session, const struct settings *s));

/* Collects (unless the settings say no) and reads all inputs in their order. False after mistakes, which are printed. */
bool gather(struct dx_session *session, const struct settings *s);

/*
 * Lets `fill` write a file, which appears whole or not at all, readable by its owner alone. EXIT_OK, or EXIT_MACHINE with a message that it cannot
 * write `what` ("the facts"). A file of another kind, such as a pipe, is written to.
 */
struct filling {
	const char *what;
	bool (*fill)(void *context, FILE *out);
	void *context;
};
int write_file(const struct filling *f, const char *path);

/* The facts to such a file. */
int write_facts_file(const struct dx_session *session, const char *path, bool redact);

/* The facts to where the settings say; the exit status. */
int write_facts(const struct dx_session *session, const struct settings *s);

/* A whole file, or stdin for "-"; NULL with a message on stderr. At most 64 MiB. The caller frees. */
char *read_input(const char *path, size_t *len);

/* The columns of the terminal that a descriptor leads to, within reason. */
int terminal_width(int fd);

/*
 * Flushes stdout; `status`, or EXIT_MACHINE with a message when the output could not be written, as to a full disk. A pipe without reader
 * does not come that far: SIGPIPE ends the program without a word, as it ends others before `| head`.
 */
int finish(int status);
int output_failed(void);	/* the message alone, for errno, and EXIT_MACHINE */

/* Closes a file. False, with the errno of what failed first, unless it was `fine` so far and everything in it could be written. */
bool close_written(FILE *out, bool fine);

/* "diagnose: cannot WHAT PATH: WHY" on stderr; the path is cleaned. */
void cannot(const char *what, const char *path, const char *why);

int cmd_run(const struct command *self, int argc, char **argv);
int cmd_collect(const struct command *self, int argc, char **argv);
int cmd_check(const struct command *self, int argc, char **argv);
int cmd_test(const struct command *self, int argc, char **argv);
int cmd_infer(const struct command *self, int argc, char **argv);
int cmd_batch(const struct command *self, int argc, char **argv);
int cmd_redact(const struct command *self, int argc, char **argv);
int cmd_diff(const struct command *self, int argc, char **argv);
int cmd_explain(const struct command *self, int argc, char **argv);
int cmd_guide(const struct command *self, int argc, char **argv);
int cmd_verify(const struct command *self, int argc, char **argv);
int cmd_learn(const struct command *self, int argc, char **argv);

#endif
