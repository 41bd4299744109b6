/* SPDX-License-Identifier: MIT */
/*
 * The parts of the HTML report, for the files that make them. Everything is read from the document alone.
 *
 * Nothing but html_put writes to the page: its `markup` is always ours, written in these files; what is put into it is escaped. So no text, wherever
 * it came from, can become markup. There is no script, no style attribute and no address outside the page: its Content-Security-Policy allows
 * nothing but its one style sheet, by digest.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/buf.h"
#include "report/text.h"

struct html {
	struct text t;		/* the document, as the text report reads it; its page is not used */
	struct buf out;
};

/*
 * Appends markup. In it stand for an argument:
 *	%s	a text (const char *; NULL is empty), escaped
 *	%w	the same, and what is between double asterisks in it is <strong>
 *	%d	an integer (int)
 *	%p	parts per million as a percentage (int64_t)
 *	%t	seconds as a duration (int64_t)
 *	%%	a percent sign
 */
void html_put(struct html *h, const char *markup, ...);

/* "Title (device-2)": the text under a key and for whom, where that is not clear. */
void html_title(struct html *h, const json_t *o, const char *key);

/* A bar of which `before` is filled pale and `share` after it, in parts per million; `about` names it, NULL: the text beside says it all. */
void html_bar(struct html *h, int64_t before, int64_t share);

/* Of causes that are less probable only the names are told. */
bool html_is_minor(const struct html *h, const json_t *cause);

/* What cause a fix of a step is for, when it is not a minor one; NULL. */
const json_t *html_cause_of(const struct html *h, const json_t *fix);

/* What is between "plan:" and the steps: "3 steps, about 7 min on average, works with 94 %"; empty without a plan. */
void html_plan_line(struct html *h);

/* The style sheet. */
extern const char html_style[];

/* The parts, in their order; each is a section, or nothing where there is nothing to tell. */
void html_head(struct html *h);
void html_requirements(struct html *h);
void html_causes(struct html *h);
void html_timeline(struct html *h);
void html_steps(struct html *h);
void html_questions(struct html *h);
void html_graph(struct html *h);
void html_tables(struct html *h);
void html_foot(struct html *h);

#endif
