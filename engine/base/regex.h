/* SPDX-License-Identifier: MIT */
/*
 * PCRE2 behind compile and match, under limits: no pattern can make a run slow or deep without bound.
 * A compiled pattern is read-only and may be shared by threads; what a match needs is in a struct regex_scratch
 * that each thread or session has. What is asked for often is compiled to machine code.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/literal.h"

#include <stdbool.h>
#include <stddef.h>

struct regex;
struct regex_scratch;

enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT };

/*
 * Compiles `pattern` with `flags` (letters of "imsx"). On failure returns NULL, writes the reason to `why` and the
 * offset in bytes to `*offset`. Text is matched as UTF-8 when it is valid, else byte by byte is refused (no match).
 */
struct regex *regex_new(const char *pattern, size_t n, const char *flags, struct buf *why, size_t *offset);
void regex_free(struct regex *re);

struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

/* The pattern as it was given. */
const char *regex_pattern(const struct regex *re, size_t *n);

/* Appends what every match needs (literal.h). */
void regex_needs(const struct regex *re, struct buf *out);

/* Room of at least `size` bytes, and an empty text, until the next call (regexset.c). */
void *regex_scratch_room(struct regex_scratch *s, size_t size);
struct buf *regex_scratch_text(struct regex_scratch *s);

enum regex_result regex_match(const struct regex *re, struct regex_scratch *s, const char *text, size_t n);

/* Number of a named group, -1 when the pattern has none of that name; and its names in order of number. */
int regex_group(const struct regex *re, const char *name);
size_t regex_group_names(const struct regex *re, const char **names, size_t max);

/* After REGEX_YES: the text of group `g`; false when it took no part in the match. */
bool regex_captured(const struct regex_scratch *s, int g, size_t *start, size_t *end);

#endif
