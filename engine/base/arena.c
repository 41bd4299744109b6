/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pages grow with the arena, so that a large rule base needs few of them. */
enum { FIRST_PAGE = 4096, LARGEST_PAGE = 1 << 20, ALIGN = 16 };

struct page {
	struct page *next;
	size_t size, used;
	_Alignas(ALIGN) unsigned char bytes[];
};

struct arena {
	struct page *page;	/* the one that is being filled; full ones follow */
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

	a->page = NULL;
	a->used = 0;
	return a;
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct page *p = a->page, *next; p; p = next) {
		next = p->next;
		free(p);
	}
	free(a);
}

static struct page *
add_page(struct arena *a, size_t need)
{
	size_t size = a->page ? a->page->size * 2 : FIRST_PAGE;
	struct page *p;

	if (size > LARGEST_PAGE)
		size = LARGEST_PAGE;
	if (size < need)
		size = need;
	p = machine_alloc(sizeof *p + size);
	p->next = a->page;
	p->size = size;
	p->used = 0;
	return a->page = p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct page *p = a->page;
	void *at;

	if (size > SIZE_MAX / 2)
		machine_failed("out of memory");
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!p || p->size - p->used < size)
		p = add_page(a, size);
	at = p->bytes + p->used;
	p->used += size;
	a->used += size;
	return memset(at, 0, size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		machine_failed("out of memory");
	return arena_alloc(a, n * size);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	if (n)
		memcpy(copy, s, n);
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
