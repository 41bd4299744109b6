/* SPDX-License-Identifier: MIT */
/*
 * Memory that is freed all at once. There are three lifetimes: the rule base (load to unload),
 * the session (one diagnosis) and scratch (one report); each is one arena. A pointer may point to
 * something that lives longer, never shorter. Nothing here returns NULL: when the machine has no
 * memory left, `machine_failed` ends the program from one place (exit status 3).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Forgets everything in it and keeps the memory for what comes next. */
void arena_clear(struct arena *a);

/* `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);

/* The same without the zeros, for what is filled at once. */
void *arena_take(struct arena *a, size_t size);

/* Room for `n` zeroed elements of `size` bytes; an overflow of n * size counts as no memory. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* The same, beginning at a cache line: what has the size of one lies in one. */
enum { ARENA_LINE = 64 };
void *arena_lines(struct arena *a, size_t n, size_t size);

/* A NUL-terminated copy of `n` bytes. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);

/* Formatted text in the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);

/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

/*
 * The array `*items` (element size `size`, `n` used, `*cap` allocated) gets room for one more
 * element; the old array stays in the arena until it is freed. Returns the (new) array.
 */
void *arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size);

/* The machine failed (memory, I/O): say `what` on stderr and exit with status 3. */
_Noreturn void machine_failed(const char *what);

/* malloc and realloc that never return NULL, for the few growing things outside arenas. */
void *machine_alloc(size_t size);
void *machine_realloc(void *p, size_t size);

#endif
