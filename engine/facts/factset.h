/* SPDX-License-Identifier: MIT */
/*
 * Facts before inference: what collectors, files, answers, messages and logs said, typed against the vocabulary. A fact set is what
 * `collect` writes and `--facts` reads; a session is opened on one. It has its own symbol table on top of the rule base's.
 *
 * Facts stay in the order in which they came: it is the order of files and of assertion, and part of what makes two runs equal.
 * Texts in a set are valid UTF-8 without NUL; fact_value sees to it.
 */
#ifndef FACTS_FACTSET_H
#define FACTS_FACTSET_H

#include "lang/rulebase.h"

struct factrec {
	const struct template *of;
	value *values;			/* of->nslots; UNKNOWN where nobody said */
	const char **sources;		/* per slot: "collector usb", "answer", "message", "log usbmuxd", "file", "option --error"; NULL where unknown */
	int64_t *times;			/* per slot: seconds since 1970 */
};

/* Why a slot (of the fact with that key, or of all facts of the template) is unknown. */
struct unknown {
	const struct template *of;
	int slot;			/* -1: the whole template could not be surveyed */
	value key;			/* UNKNOWN: any fact of it */
	const char *source, *reason;
	int64_t time;
};

struct survey {
	const struct template *of;
	const char *source;
	int64_t time;
};

struct factindex;

struct factset {
	struct arena *arena;
	const struct rulebase *rb;
	struct symtab *syms;
	struct factrec **facts;
	struct unknown *unknowns;
	struct survey *surveys;
	size_t nfacts, nunknowns, nsurveys;
	size_t facts_cap, unknowns_cap, surveys_cap;
	int64_t now;			/* the time of the run: `now` in conditions; written to and read from files */
	const char *origin;		/* "live" or the name of the file; not written */
	const char *root;		/* of the captured tree that facts were collected from; NULL: none; not written */
	bool live;			/* the facts are of this machine (no file, no captured tree): its host and user name are private */
	struct factindex *index;	/* finds facts and unknowns by key and content */
};

struct factset *factset_new(const struct rulebase *rb, int64_t now);
void factset_free(struct factset *fs);

/* An empty fact of a template (single templates: the one fact there is). With a key, facts are merged by factset_put. */
struct factrec *factset_add(struct factset *fs, const struct template *t);

/*
 * Fills a slot; a later value replaces an earlier one, UNKNOWN empties it. `source` is copied. A reason why just this slot was
 * unknown is forgotten.
 */
void factset_put(struct factset *fs, struct factrec *f, int slot, value v, const char *source, int64_t time);

/* The fact of a keyed template with that key, made when new; factset_find gives NULL instead. */
struct factrec *factset_keyed(struct factset *fs, const struct template *t, value key, const char *source, int64_t time);
struct factrec *factset_find(const struct factset *fs, const struct template *t, value key);

/* Drops all facts of a keyed template but the one with that key, and what is said about the others. */
void factset_keep(struct factset *fs, const struct template *t, value key);

/* The one fact of a single template; NULL while nobody said anything about it. */
struct factrec *factset_single(const struct factset *fs, const struct template *t);

/*
 * A whole fact at once: of a single or keyed template it fills the known slots of the fact that is there; otherwise it becomes a
 * new fact unless one with the same values exists.
 */
struct factrec *factset_give(struct factset *fs, const struct template *t, const value *values, const char *source, int64_t time);

void factset_survey(struct factset *fs, const struct template *t, const char *source, int64_t time);
/* Says why; nothing happens when the slot's value is known. */
void factset_unknown(struct factset *fs, const struct template *t, int slot, value key, const char *source,
		const char *reason, int64_t time);

/*
 * The reason why a slot is unknown, NULL when nobody gave one. The reason for the fact with this key goes before one for
 * the slot, and that before one for the template.
 */
const struct unknown *factset_why(const struct factset *fs, const struct template *t, int slot, value key);
const struct survey *factset_surveyed(const struct factset *fs, const struct template *t);

/* The key of a fact, UNKNOWN when its template has none. */
value factrec_key(const struct factrec *f);

/*
 * Reads the written form of a slot's value; symbols are checked against `of`. Returns NULL when it worked, else what is wrong, in static text.
 * Bytes that are no UTF-8, and NUL, become U+FFFD.
 */
const char *fact_value(struct factset *fs, const struct slot *slot, const char *s, size_t n, value *out);

/* Appends `s` as valid UTF-8 without NUL: what is neither becomes U+FFFD. */
void fact_text(struct buf *out, const char *s, size_t n);

#endif
