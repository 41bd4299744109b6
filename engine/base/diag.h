/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics: what is wrong with something an author wrote, as data first. A diagnostic has a stable
 * code, a place with its end, a message and a hint. Reading goes on after one, so that all mistakes
 * of all files are reported in one run. The source texts are kept here, for the excerpts.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct diags;

/*
 * A range in a source text. Lines and columns count from 1; columns count code points. The end is
 * exclusive and may be 0/0 when only the start is known. `file` is the number that diags_source gave;
 * line 0 means the file as a whole.
 */
struct place {
	uint32_t file;
	uint32_t line, col;
	uint32_t end_line, end_col;
};

enum severity { SEV_ERROR, SEV_WARNING, SEV_NOTE };

struct diag {
	const char *code;		/* "D104", stable; the list is in docs/rules.md */
	enum severity severity;
	struct place at;
	const char *message;		/* what is wrong, one line, no full stop */
	const char *hint;		/* what to do or what is allowed; NULL when there is nothing to say */
};

struct diags *diags_new(void);
void diags_free(struct diags *d);

/* Registers a source text; both are copied. Returns the number for struct place. */
uint32_t diags_source(struct diags *d, const char *name, const char *text, size_t len);

/*
 * The same, but the text is only lent, until diags_source_keep. There it is copied; or, when it has no complaints yet, `same` may stand
 * for it from then on: the text once more, with NULs written over some of its bytes (lang/yaml.h), which lives as long as excerpts are
 * asked for.
 */
uint32_t diags_source_lent(struct diags *d, const char *name, const char *text, size_t len);
void diags_source_keep(struct diags *d, uint32_t file, const char *same);

const char *diags_source_name(const struct diags *d, uint32_t file);

/* The text; NULL where another one stands for it. */
const char *diags_source_text(const struct diags *d, uint32_t file, size_t *len);

/* Appends the text, wherever it is. False when there is no such source. */
bool diags_source_copy(const struct diags *d, uint32_t file, struct buf *out);

/* Adds a diagnostic; the result can be given a hint. After a thousand errors, or warnings, of one source more are only counted. */
struct diag *diag_add(struct diags *d, enum severity severity, const char *code, struct place at,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void diag_hint(struct diags *d, struct diag *g, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Hint "did you mean 'x'?" with the nearest of `names` (n of them), or else "allowed: a, b, c" when the list is
 * short, or "near it: a, b" with those that share a word.
 */
void diag_suggest(struct diags *d, struct diag *g, const char *wrong, const char *const *names, size_t n);

/* How many were kept, and the i-th of them. */
size_t diags_count(const struct diags *d);
const struct diag *diags_at(const struct diags *d, size_t i);
/* All that were added, also those that were only counted. */
size_t diags_errors(const struct diags *d);
size_t diags_warnings(const struct diags *d);

/* Sorts by file, line, column, severity, code; call once before printing. */
void diags_sort(struct diags *d);

/*
 * One diagnostic as `file:line:col: error[D104]: message`, then the source line and carets, then the
 * hint. External text is cleaned (text.h).
 */
void diag_print(const struct diags *d, const struct diag *g, FILE *out);

/* All of them, of each source no more than a hundred errors and as many warnings; then how many more there are, and where. */
void diags_print(const struct diags *d, FILE *out);

#endif
