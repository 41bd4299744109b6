/* SPDX-License-Identifier: MIT */
/*
 * The parts of the text report, for the files that make them. Everything is read from the
 * document alone; strings in it are clean.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/buf.h"
#include "report/report.h"
#include "report/wrap.h"

struct text {
	const json_t *doc;
	struct page page;
	bool verbose;
	json_t *by_id;		/* facts and findings by their id, borrowed values */
};

/* Columns where things begin. */
enum { INDENT = 2, BODY = 8, LIST = 11 };

/* What is shown without --verbose. */
enum {
	CAUSES_MAX = 5, LEADERS_MAX = 20, EVIDENCE_MAX = 4, CHECKS_MAX = 2, FIXES_MAX = 2, NAMES_MAX = 3, GROUPS_MAX = 6,
	DETAILED_MAX = 10,	/* later steps are told in full on request */
	CAUSE_PPM = 50000, HARDLY_PPM = 10000,
	TELLING = 500,		/* millibits: what is missing is told when it changed the odds by more than four tenths */
};

/* A page narrower than this has figures on lines of their own. */
enum { NARROW = 60 };

/* Members of an object of the document; what is not there is NULL, 0 or false. */
const char *text_str(const json_t *o, const char *key);
int64_t text_num(const json_t *o, const char *key);
bool text_yes(const json_t *o, const char *key);
bool text_is(const json_t *o, const char *key, const char *wanted);
json_t *text_list(const json_t *o, const char *key);
size_t text_count(const json_t *o, const char *key);

void text_percent(struct page *p, enum look look, int width, int64_t share);

/* "30 s", "5 min", "2 h" */
void text_duration(char *out, size_t n, int64_t seconds);

void text_heading(struct text *t, const char *title);

/* Fills `by_id` of a text whose document is set, and releases it. */
void text_open(struct text *t);
void text_close(struct text *t);

/* Two entries are of the same issue or step, about the same subject. */
bool text_same_thing(const json_t *a, const json_t *b);

/* How probable a cause is; of several devices each has its own hundred percent. */
int64_t text_share(const json_t *cause);

/* "device, 02:14:07 UTC": who told a piece of evidence and when; "rule x" for what was concluded from several. */
void text_source(const struct text *t, const json_t *evidence, struct buf *out);

/* The earlier step that is done in the same way, be it with another device; 0: none. */
int text_same_before(const struct text *t, const json_t *step);

/* The subject of an entry, NULL when it is clear. */
const char *text_subject(const struct text *t, const json_t *o);

/* "Title (device-2)": the text under a key and for whom, where that is not clear. */
void text_title(struct text *t, enum look look, int indent, int right, const json_t *o, const char *key);

/* The parts, in their order. */
void text_head(struct text *t);
void text_requirements(struct text *t);
void text_told(struct text *t);
void text_causes(struct text *t);
void text_steps(struct text *t);
void text_questions(struct text *t);
void text_unknowns(struct text *t);
void text_details(struct text *t);	/* with --verbose */

#endif
