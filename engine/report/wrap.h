/* SPDX-License-Identifier: MIT */
/*
 * Text on a page of so many columns: words, indents, emphasis; ASCII where the terminal knows no
 * UTF-8. Texts that come in are clean.
 */
#ifndef REPORT_WRAP_H
#define REPORT_WRAP_H

#include <stdbool.h>
#include <stdio.h>

enum look { PLAIN, BOLD, GOOD, BAD, DOUBTFUL, FAINT };

struct page {
	FILE *out;
	int width;		/* columns */
	bool color, utf8;
	int at;			/* columns used on this line */
	enum look look;		/* in which the terminal is, until the line ends */
	bool begun;		/* a line was ended */
};

/* One piece of text where the line stands, not wrapped. */
void page_put(struct page *p, enum look look, const char *text);
void page_printf(struct page *p, enum look look, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Blanks up to a column; at least one when the line is that far already. */
void page_to(struct page *p, int column);

/*
 * Words from where the line stands, not beyond column `right` (0: the page's width); further
 * lines start at column `indent`. **Words** between double asterisks are bold. The last line is
 * not ended.
 */
void page_words(struct page *p, enum look look, int indent, int right, const char *text);

void page_end(struct page *p);
void page_gap(struct page *p);	/* an empty line, not at the top of the page */

/* Columns that a text takes on this page, without asterisks. */
int page_measure(const struct page *p, const char *text);

#endif
