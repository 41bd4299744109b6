/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include "base/system.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pages grow with the arena, so that a large rule base needs few of them. */
enum { FIRST_PAGE = 4096, LARGEST_PAGE = 1 << 20, ALIGN = 8, READY = 1 << 16 };

struct page {
	struct page *next;
	size_t size, used;
	size_t ready;		/* bytes that the system was asked to back with memory */
	_Alignas(ALIGN) unsigned char bytes[];
};

struct arena {
	struct page *page;	/* the one that is being filled; full ones follow */
	struct page *spare;	/* empty ones, after arena_clear */
	size_t used;
};

void
machine_failed(const char *what)
{
	fprintf(stderr, "diagnose: the machine failed: %s\n", what);
	exit(3);
}

void *
machine_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		machine_failed("out of memory");
	return p;
}

void *
machine_realloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		machine_failed("out of memory");
	return p;
}

struct arena *
arena_new(void)
{
	struct arena *a = machine_alloc(sizeof *a);

	*a = (struct arena){0};
	return a;
}

static void
free_pages(struct page *p)
{
	for (struct page *next; p; p = next) {
		next = p->next;
		free(p);
	}
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	free_pages(a->page);
	free_pages(a->spare);
	free(a);
}

void
arena_clear(struct arena *a)
{
	for (struct page *p = a->page, *next; p; p = next) {
		next = p->next;
		p->used = 0;
		p->next = a->spare;
		a->spare = p;
	}
	a->page = NULL;
	a->used = 0;
}

/* The first spare page that is large enough. */
static struct page *
take_spare(struct arena *a, size_t need)
{
	for (struct page **at = &a->spare; *at; at = &(*at)->next)
		if ((*at)->size >= need) {
			struct page *p = *at;

			*at = p->next;
			return p;
		}
	return NULL;
}

static struct page *
add_page(struct arena *a, size_t need)
{
	size_t size = a->page ? a->page->size * 4 : FIRST_PAGE;
	struct page *p = take_spare(a, need);

	if (p) {
		p->next = a->page;
		return a->page = p;
	}
	if (size > LARGEST_PAGE)
		size = LARGEST_PAGE;
	if (size < need)
		size = need;
	p = machine_alloc(sizeof *p + size);
	p->next = a->page;
	p->size = size;
	p->used = 0;
	p->ready = 0;
	return a->page = p;
}

/*
 * Memory that was never touched costs a trap for each 4 KiB; on virtual machines that is most of the time it takes to load a large
 * rule base. So the system is asked for the next stretch at once.
 */
static void
make_ready(struct page *p, size_t upto)
{
	size_t before = p->ready;

	while (p->ready < upto)
		p->ready += READY;
	if (p->ready > p->size)
		p->ready = p->size;
	if (p->size == LARGEST_PAGE)
		system_make_ready(p->bytes + before, p->ready - before);
}

/* Where the next bytes begin in a page. `align` is a power of two. */
static size_t
aligned(const struct page *p, size_t align)
{
	uintptr_t bytes = (uintptr_t)p->bytes;

	return ((bytes + p->used + align - 1) & ~(align - 1)) - bytes;
}

/* Another page, and where the bytes begin there. */
static size_t
turn_page(struct arena *a, size_t size, size_t align)
{
	if (size > SIZE_MAX / 2)
		machine_failed("out of memory");
	return aligned(add_page(a, size + align), align);
}

static void *
take(struct arena *a, size_t size, size_t align)
{
	struct page *p = a->page;
	size_t start = p ? aligned(p, align) : 0;

	if (!p || start > p->ready || p->ready - start < size) {	/* mostly it is ready */
		if (!p || start > p->size || p->size - start < size) {
			start = turn_page(a, size, align);
			p = a->page;
		}
		make_ready(p, start + size);
	}
	a->used += start + size - p->used;
	p->used = start + size;
	return p->bytes + start;
}

void *
arena_take(struct arena *a, size_t size)
{
	return take(a, size, ALIGN);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size, ALIGN), 0, size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		machine_failed("out of memory");
	return arena_alloc(a, n * size);
}

void *
arena_lines(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size)
		machine_failed("out of memory");
	return memset(take(a, n * size, ARENA_LINE), 0, n * size);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy;

	if (n > SIZE_MAX / 2)
		machine_failed("out of memory");
	copy = take(a, n + 1, 1);
	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		machine_failed("text cannot be formatted");
	s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

void *
arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size)
{
	void *bigger;

	if (n < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 8;
	bigger = arena_array(a, *cap, size);
	if (n)
		memcpy(bigger, items, n * size);
	return bigger;
}
