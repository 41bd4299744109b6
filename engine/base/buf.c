/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
reserve(struct buf *b, size_t more)
{
	size_t need;

	if (more > SIZE_MAX / 4 - b->len)
		machine_failed("out of memory");
	need = b->len + more + 1;
	if (need <= b->cap)
		return;
	b->cap = need < 64 ? 64 : need * 2;
	b->text = machine_realloc(b->text, b->cap);
}

void
buf_add(struct buf *b, const char *s, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->text + b->len, s, n);
	b->len += n;
	b->text[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		machine_failed("text cannot be formatted");
	reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->text + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

const char *
buf_text(const struct buf *b)
{
	return b->text ? b->text : "";
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->text)
		b->text[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->text);
	*b = (struct buf){0};
}
