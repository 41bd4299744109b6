/* SPDX-License-Identifier: MIT */
/*
 * libdx: a rule-based diagnosis engine. Read top to bottom, this is the life of a run:
 *
 *	struct dx_rules *rules = dx_load(&path, 1);
 *	if (dx_rules_errors(rules))
 *		dx_rules_print(rules, stderr);
 *	struct dx_session *s = dx_open(rules);
 *	dx_collect(s, NULL);
 *	enum dx_status status = dx_run(s);
 *	dx_report(s, DX_TEXT, NULL, stdout);
 *	dx_close(s);
 *	dx_unload(rules);
 *
 * Structs are opaque; there are no globals. A rule base never changes after dx_load: any number of sessions, in any number
 * of threads, may use it at once; one session belongs to one thread at a time. Pointers that functions return belong to the
 * object they were asked of. All text is UTF-8. When the machine has no memory left, the program ends with status 3 and a
 * message. Functions that return bool return false after a mistake in their input; what is wrong is then
 * told by dx_session_print.
 */
#ifndef DX_H
#define DX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dx_rules;
struct dx_session;

/* "1.0.0"; and what device support was built in: "libimobiledevice 1.3.0" or "none". */
const char *dx_version(void);
const char *dx_device_support(void);

/* -- Rules -- */

/*
 * Loads packs: `paths` are pack folders, folders of packs, or single files. Never returns NULL. All mistakes of all files are found in
 * one go; a rule base with errors can be asked for them, looked at by dx_lint and unloaded, nothing else.
 */
struct dx_rules *dx_load(const char *const *paths, size_t n);

/* The same without the files that hold nothing but test cases: for programs that diagnose and do not test. */
struct dx_rules *dx_load_rules(const char *const *paths, size_t n);
void dx_unload(struct dx_rules *rules);

/*
 * Looks deeper than loading does (rules that cannot fire, steps nobody uses, ..); adds to the diagnostics. With errors it looks only at what
 * they leave standing: conditions and regular expressions by themselves.
 */
void dx_lint(struct dx_rules *rules);

/* How many diagnostics there are: errors, and warnings. */
size_t dx_rules_errors(const struct dx_rules *rules);
size_t dx_rules_warnings(const struct dx_rules *rules);

/* Prints all diagnostics, sorted by place: file:line:col, excerpt with caret, hint. */
void dx_rules_print(struct dx_rules *rules, FILE *out);

/* The same for programs: `diagnose-check/1` (docs/schema/check-1.schema.json), SARIF 2.1.0, GitHub's workflow commands. */
enum dx_findings { DX_FINDINGS_TEXT, DX_FINDINGS_JSON, DX_FINDINGS_SARIF, DX_FINDINGS_GITHUB };
void dx_rules_write(struct dx_rules *rules, enum dx_findings format, FILE *out);

/* One line that says how much was loaded: "apple-trust 1.0.0: 58 issues, 51 steps, ..". */
void dx_rules_summary(const struct dx_rules *rules, FILE *out);

/* -- Facts -- */

/* A session on rules without errors. The rules must outlive it. */
struct dx_session *dx_open(const struct dx_rules *rules);
void dx_close(struct dx_session *s);

struct dx_collect {
	const char *root;	/* prefix of all host paths, for a captured tree; NULL: this machine */
	const char *device;	/* ask only this one (see dx_pick); NULL: all */
	const char *only;	/* names of collectors, separated by spaces; NULL: all */
	bool ask_trust;		/* may raise the trust dialog on the device */
	int deadline_ms;	/* 0: 14 seconds */
	/*
	 * Called when one of the questions has ended, and a few times a second meanwhile; may be NULL. `does` is what is still being done ("asking
	 * the device"), NULL: nothing; `done` of `total` questions have ended.
	 */
	void (*progress)(void *context, const char *does, int done, int total);
	void *context;
	bool (*stop)(void *context);	/* asked a few times a second: true ends it, and what is still open is unknown; may be NULL */
};

/* Asks this machine and the devices on it. NULL: all defaults. Never fails: what cannot be asked is unknown, with the reason. */
void dx_collect(struct dx_session *s, const struct dx_collect *options);

/* The collectors of this build, NULL-terminated. */
const char *const *dx_collectors(void);

/* Reads a fact file (`diagnose-facts/1`, JSON or YAML) that is in memory; `name` is for messages. */
bool dx_facts(struct dx_session *s, const char *name, const char *text, size_t len);

/* One record of a stream (JSON Lines): such a document in JSON, or what would stand below its `facts`. */
bool dx_record(struct dx_session *s, const char *name, const char *text, size_t len);

/* "device.trust_prompt=yes"; an error code in any spelling; a message as it stood on screen; a log file to search. */
bool dx_answer(struct dx_session *s, const char *spec);
bool dx_error(struct dx_session *s, const char *code);
bool dx_message(struct dx_session *s, const char *text);
bool dx_log(struct dx_session *s, const char *path);

/* This step was done and did not help. */
bool dx_tried(struct dx_session *s, const char *step);

/* What time and losses are worth: one of the packs' profiles. Without it their default. */
bool dx_profile(struct dx_session *s, const char *profile);

/*
 * This step cannot or shall not be done: the plan is made without it and what needs it, and that is no evidence for anything. A backup that
 * is left out is not taken for made.
 */
bool dx_leave_out(struct dx_session *s, const char *step);

/*
 * Diagnoses one of several devices: by its UDID, or by its label in a redacted report ("device-2"). Call it when all facts are there. Where none
 * is known nothing happens; false when others are known.
 */
bool dx_pick(struct dx_session *s, const char *device);

/* Writes the facts as a fact file; redacted: without private values. False: the output failed (errno tells). */
bool dx_write_facts(const struct dx_session *s, FILE *out, bool redact);

/* What is wrong with what was given, in the form of dx_rules_print; and how many errors that makes. */
size_t dx_session_errors(const struct dx_session *s);
void dx_session_print(struct dx_session *s, FILE *out);

/* The errors as one JSON object on one line (`diagnose-error/1`); `line` is where the record stood in its stream; each error has
 * the place in its own source. Of more than a hundred the rest is counted (`more`). Schema: docs/schema/error-1.schema.json. */
void dx_session_print_json(struct dx_session *s, size_t line, FILE *out);

/* -- Diagnosis -- */

enum dx_status {
	DX_OK = 0,		/* nothing is wrong */
	DX_PROBLEM = 1,		/* something is wrong and there is a plan */
	DX_BAD_RULES = 2,	/* a limit of the rule base was reached; dx_session_print tells */
	DX_INCOMPLETE = 4	/* facts that decide are unknown and no plan could be made */
};

/* Infers, weighs the issues, plans. Once per session, after all facts were given. */
enum dx_status dx_run(struct dx_session *s);

enum dx_format { DX_TEXT, DX_JSON, DX_HTML, DX_TICKET_GITHUB, DX_TICKET_JIRA, DX_TICKET_SERVICENOW, DX_TICKET_ZENDESK, DX_CLOUDEVENT };

/* "text", "json", "html", "ticket:github", "ticket:jira", "ticket:servicenow", "ticket:zendesk", "cloudevent"; NULL-terminated, in the order of the enumeration. */
const char *const *dx_formats(void);

struct dx_report {
	bool open;		/* private values are shown, not redacted */
	bool verbose;		/* all facts, rules, issues, steps left out */
	bool color, ascii;	/* text only */
	int width;		/* text only: columns, 0: 80 */
	const char *run_id;	/* NULL: random, the same for all reports of a session */
	int64_t started, finished;	/* seconds since 1970; 0: now */
	bool one_line;		/* JSON only: without indents, for streams */
	const char *const *fields;	/* tickets only: what the system wants besides, NAME=VALUE (docs/ticketing.md) */
	size_t nfields;
};

/*
 * Writes the plan document (JSON) or what is made from it: the report as text or as one HTML page that needs nothing beside it, the request that
 * opens a ticket (docs/ticketing.md), a CloudEvents envelope. Diagnoses first if nothing did yet; when that ends at a limit of the rules nothing is written. NULL: all defaults.
 */
void dx_report(struct dx_session *s, enum dx_format format, const struct dx_report *options, FILE *out);

/* Whether the fields are what a format wants; false after a complaint on `errors`. */
bool dx_fields_fit(enum dx_format format, const char *const *fields, size_t n, FILE *errors);

/*
 * Why a rule (did not) fire, why a fact is there or not, what an issue, requirement, step or check rests on: as JSON
 * (`diagnose-explain/1`) or the text rendered from it. `what` is an id, or a fact as reports and diagnose(1) write it. Infers first if
 * nothing did yet. False: nothing is called so. Of the options only open, color, ascii and width count.
 */
bool dx_explain(struct dx_session *s, const char *what, enum dx_format format, const struct dx_report *options, FILE *out);

/*
 * The checks alone, as JSON (`diagnose-checks/1`) or the text rendered from it: which are met, which are not, which cannot be told. With an
 * `earlier` session on the same rules (NULL: none) also what became of each: fixed only what was unmet and is met now. Diagnoses both first if
 * nothing did yet. The status is that of dx_run, but DX_PROBLEM when something is still or newly unmet, and DX_INCOMPLETE instead of DX_OK when
 * of something that was unmet nothing is known; after DX_BAD_RULES nothing is written. The options count as in dx_explain, and the run's id
 * and times.
 */
enum dx_status dx_verify(struct dx_session *s, struct dx_session *earlier, enum dx_format format, const struct dx_report *options, FILE *out);

/* A document that is in memory; `name` is for messages. */
struct dx_text {
	const char *name, *text;
	size_t len;
};

/*
 * What changed between two plan documents: as JSON (`diagnose-diff/1`, docs/schema/diff-1.schema.json) or the text rendered from it. DX_OK: it is fixed,
 * or nothing was wrong; DX_PROBLEM: something is; DX_INCOMPLETE: it cannot be told, for facts that decided before are missing now; DX_BAD_RULES:
 * one of the two is no plan document, which `errors` tells. Of the options only one_line, verbose, color, ascii and width count.
 */
enum dx_status dx_diff(const struct dx_text *before, const struct dx_text *after, enum dx_format format, const struct dx_report *options,
		FILE *out, FILE *errors);

struct dx_spent {
	double json;		/* reading facts, writing documents */
	double match, belief, plan;
	double report;		/* making documents */
};

/* Seconds that a session spent on each part so far. */
struct dx_spent dx_spent(const struct dx_session *s);

/* -- Inference alone, and the pack's own tests -- */

struct dx_infer {
	bool trace;		/* every firing with its facts, on `notes` */
	bool stats;		/* firings, activations, facts, times, memory, on `notes` */
	bool profile;		/* probes, passes and time of each rule and condition, on `notes`; costs time */
	bool one_line;		/* the document without indents, for streams */
	FILE *notes;		/* NULL: stderr */
};

/* Runs the rules over the facts without planning and writes the final facts as JSON. False: a limit was reached. */
bool dx_infer(struct dx_session *s, const struct dx_infer *options, FILE *out);

/* -- Learning from outcomes -- */

struct dx_learner;

/* A step that was tried on a ticket, and whether it ended the trouble. */
struct dx_try {
	const char *step;
	bool helped;
};

/*
 * Estimates from tickets how often the rules' issues occur and how often their remedies work. The rules count as so many imagined tickets, and
 * for each remedy as so many tries.
 */
struct dx_learner *dx_learn(const struct dx_rules *rules, double tickets, double tries);
void dx_learn_close(struct dx_learner *l);

/*
 * Adds a ticket: a session on the same rules with the facts as they were before the step that helped, which did not run yet, and what was
 * tried, in order. Steps that the rules do not know are left out. False: a limit was reached; dx_session_print tells.
 */
bool dx_learn_ticket(struct dx_learner *l, struct dx_session *s, const struct dx_try *tries, size_t n);

/* Writes the proposal: as JSON (`diagnose-learn/1`) or text. */
void dx_learn_report(struct dx_learner *l, enum dx_format format, FILE *out);

/* Writes it as a patch of the rule files; returns how many figures it changes. `by_hand`: how many others stand where a patch cannot change them. */
size_t dx_learn_patch(struct dx_learner *l, FILE *out, size_t *by_hand);

struct dx_test {
	const char *filter;	/* only cases whose name contains it; NULL: all */
	bool coverage;		/* afterwards: which issues, signs, steps and questions no case reaches */
};

struct dx_test_result {
	size_t passed, failed;
	size_t reached, all;	/* with `coverage`: of all issues, signs, steps and questions */
};

/* Runs the packs' cases, one line each on `out`, with what came instead. `options` may be NULL. */
struct dx_test_result dx_test(struct dx_rules *rules, const struct dx_test *options, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
