/* SPDX-License-Identifier: MIT */
/*
 * Interned strings: equal text has the same id, so equality is one compare of integers. A table may
 * stand on another one, which it reads and never changes: the rule base's table is shared by all
 * sessions, each session has its own on top of it. Ids of the lower table are valid in the upper.
 */
#ifndef BASE_SYM_H
#define BASE_SYM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symtab;

/* `below` may be NULL; it must not grow while `sym_new`'s result lives. */
struct symtab *sym_new(const struct symtab *below);
void sym_free(struct symtab *t);

/* The id of `n` bytes of text, added when it is new. Text may hold any byte, NUL too. */
uint32_t sym_intern(struct symtab *t, const char *s, size_t n);
uint32_t sym_of(struct symtab *t, const char *s);

/* The id when the text is known already; the table does not change. */
bool sym_find(const struct symtab *t, const char *s, size_t n, uint32_t *id);

/* The text of an id, NUL-terminated, valid as long as the table. */
const char *sym_text(const struct symtab *t, uint32_t id);
size_t sym_len(const struct symtab *t, uint32_t id);

/* How many ids there are, those of the table below included: ids are 0 .. count-1. */
uint32_t sym_count(const struct symtab *t);

#endif
