/* SPDX-License-Identifier: MIT */
/*
 * The rule base: what the packs say, compiled. Made by load.h, read-only afterwards and shared by threads. Everything lives in its arena;
 * all texts are NUL-terminated UTF-8 as the author wrote them (not cleaned).
 */
#ifndef LANG_RULEBASE_H
#define LANG_RULEBASE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/sym.h"
#include "base/value.h"
#include "lang/expr.h"
#include "lang/yaml.h"

#include <stdbool.h>

/* Probabilities and weights are integers in parts per million. */
typedef int32_t ppm;
enum { PPM_ONE = 1000000 };

/* How sure it is that an entry is right (`sure:`). */
enum sureness { SURE_UNSAID, SURE_VERIFIED, SURE_DOCUMENTED, SURE_REPORTED, SURE_ASSUMED };

/* What every entry of a pack has. */
struct entry {
	const char *id;
	const char *title;		/* NULL when the section has none */
	const char *note;
	const char **sources;		/* `source:`, NULL-terminated, may be NULL */
	int sure;			/* enum sureness */
	struct place at;		/* the id's place */
	const struct pack *pack;
};

struct limits {
	int64_t firings, facts, time_ms;
};

struct pack {
	const char *id, *version, *title;
	const char *path;		/* as given to the loader */
	struct place at;
	bool breadth;
	struct limits limits;
	struct place limits_at;		/* line 0: the pack has none of its own */
	struct condition healthy;
	const struct step *escalate;	/* may be NULL */
	bool escalate_early;		/* as soon as going on costs more than it saves */
	bool several_faults;
	ppm leave_out;			/* steps that solve less than this are not listed */
	int32_t something_else;		/* weight, millionths of "per ticket" */
};

struct slot {
	const char *name, *title, *unit;
	enum type type;
	const char *const *of;		/* allowed symbols, NULL-terminated; NULL: any */
	const char *hidden;		/* kind of private value ("udid"), NULL: public */
	const char *ask;
	int64_t ask_ms;			/* how long the answer takes */
	const char *const *from;	/* collectors, NULL-terminated, may be NULL */
	const char *given_by;		/* "error", "message" or NULL */
	struct place at;
	int index;
};

/* A text with {alias.slot} places: pieces in order; a piece has either text or a slot. */
struct piece {
	const char *text;		/* NULL: the slot's value */
	const struct template *of;
	int slot;
};

struct say {
	struct piece *pieces;
	size_t n;
};

struct template {
	struct entry entry;		/* id is the name */
	struct slot *slots;
	int nslots;
	int key;			/* slot index, -1: none */
	bool single, surveyed;
	int index;			/* in rulebase.templates */
	struct say headline;		/* one line about a fact of it for the head of a report; n is 0 when there is none */
	struct say tells;		/* what a report tells of a conclusion of it, in the same way; n is 0: nothing */
	const struct slot *kind;	/* the slot that tells kinds of it apart (an iPhone, an iPad); NULL: none */
};

/* A fact that a pack states (`facts:`). */
struct stated_fact {
	const struct template *of;
	const value *values;		/* nslots of them */
	struct place at;
};

enum action_kind { ACT_CONCLUDE, ACT_ADD, ACT_SET, ACT_REMOVE };

struct setting {
	int slot;
	const struct expr *to;
};

struct action {
	enum action_kind kind;
	int alias;			/* set, remove */
	const struct template *of;	/* conclude, add */
	struct setting *settings;
	size_t nsettings;
	struct place at;
};

struct rule {
	struct entry entry;
	struct action *actions;		/* what a firing needs stands together */
	size_t nactions;
	int salience;
	int order;			/* place in the files */
	struct condition when;
};

struct pattern {
	struct entry entry;
	const char *const *streams;	/* "message", "log", "usbmuxd" ..; NULL-terminated */
	const struct regex *regex;
	const struct template *of;
	struct setting *settings;	/* constants and OP_CAPTURE */
	size_t nsettings;
};

struct requirement {
	struct entry entry;
	const struct template *per;	/* `for`, NULL: one instance; alias 0 of the condition */
	struct condition check;
	const struct step *remedy;	/* may be NULL */
	const struct template *shows_of;	/* `shows`; NULL: nothing */
	int shows_slot;
};

struct sign {
	struct condition when;
	ppm seen, otherwise;
	const char *says;		/* never NULL: the condition's text when the author gave none */
};

struct remedy {
	const struct step *step;
	ppm works;
	struct condition when;
	struct place at, works_at;	/* of all of it; of its figure: line 0 when the author gave none */
};

enum issue_severity { ISSUE_INFO, ISSUE_LOW, ISSUE_MEDIUM, ISSUE_HIGH, ISSUE_CRITICAL };

struct issue {
	struct entry entry;
	const struct template *per;	/* `for`; alias 0 of all its conditions */
	int32_t frequency;		/* millionths: "80 per 1000" is 80000 */
	struct place frequency_at;
	struct sign *signs;
	size_t nsigns;
	struct condition ruled_out_by, requires;
	struct remedy *remedies;
	size_t nremedies;
	enum issue_severity severity;
	const char *explains;		/* may be NULL */
	ppm reported;
	int order;
};

struct instruction {
	struct condition when;		/* expr NULL: always */
	struct say say, otherwise;	/* otherwise.n is 0 when there is none */
};

enum place_of_work { ON_DEVICE, ON_COMPUTER, ON_BOTH };
enum actor { BY_OWNER, BY_AGENT, BY_ADMINISTRATOR };
enum loss { LOSES_NOTHING, LOSES_SETTINGS, LOSES_DATA };

/* Preparation that several steps share; it is done, and paid, once. */
struct setup {
	struct entry entry;
	int64_t takes_ms;
	enum actor who;
	int order;
};

enum { ACTORS = BY_ADMINISTRATOR + 1, LOSSES = LOSES_DATA + 1 };

/* What a minute of whom is worth, in thousandths, and what a loss is worth. */
struct profile_of_cost {
	struct entry entry;
	bool is_default;
	int64_t rates[ACTORS];
	int64_t losses_ms[LOSSES];
	int64_t escalation_ms;		/* what handing over costs, beside its step */
	int without;			/* bits of actors who are not there */
	enum loss most;			/* steps that lose more are not done */
};

/* What holds when no pack has profiles. */
extern const struct profile_of_cost plain_profile;

struct step {
	struct entry entry;
	const char *class;		/* may be NULL */
	const struct setup *setup;	/* may be NULL */
	enum place_of_work on;
	enum actor who;
	struct instruction *instructions;
	size_t ninstructions;
	int64_t takes_ms;
	enum loss loses;
	const char *warns, *undo;	/* may be NULL */
	const struct requirement **needs;
	const struct step **after, **then;
	const struct check **checks;
	size_t nneeds, nafter, nthen, nchecks;
	struct condition when;
	bool protects_data, last_resort;
	int order;
};

struct check {
	struct entry entry;
	const struct template *per;
	struct condition when;
	const char *ask;		/* may be NULL */
};

/* A test case, kept as nodes: `diagnose test` reads facts and expectations from them. */
struct testcase {
	const char *name;
	struct place at;
	const struct node *facts, *expect;
	const struct pack *pack;
};

/* Arrays of pointers, in file order. */
struct rulebase {
	struct arena *arena;
	struct symtab *syms;
	const struct pack **packs;
	const struct template **templates;
	const struct stated_fact **facts;
	const struct pattern **patterns;
	const struct rule **rules;
	const struct requirement **requirements;
	const struct issue **issues;
	const struct step **steps;
	const struct check **checks;
	const struct setup **setups;
	const struct profile_of_cost **profiles;
	const struct testcase **cases;
	size_t npacks, ntemplates, nfacts, npatterns, nrules, nrequirements, nissues, nsteps, nchecks, nsetups, nprofiles, ncases;
	struct limits limits;		/* the smallest of the packs' */
	bool breadth;
	int32_t something_else;
	bool escalate_early, several_faults;	/* one of the packs says so */
	ppm leave_out;			/* the smallest of the packs' */
	struct own *own;		/* of lang/ */
	struct network **network;	/* of match/: made by the first session */
};

/* Look-ups by name; NULL or -1 when there is none. */
const struct template *rulebase_template(const struct rulebase *rb, const char *name);
int template_slot(const struct template *t, const char *name);
const struct issue *rulebase_issue(const struct rulebase *rb, const char *id);
const struct step *rulebase_step(const struct rulebase *rb, const char *id);
const struct requirement *rulebase_requirement(const struct rulebase *rb, const char *id);
const struct check *rulebase_check(const struct rulebase *rb, const char *id);
const struct profile_of_cost *rulebase_profile(const struct rulebase *rb, const char *id);
const struct rule *rulebase_rule(const struct rulebase *rb, const char *id);

#endif
