/* SPDX-License-Identifier: MIT */
/*
 * Growing text. `text` is always NUL-terminated once something was added; `len` does not count the
 * NUL. A zeroed struct is an empty buffer; buf_free releases it (and makes it empty again).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

struct buf {
	char *text;
	size_t len, cap;
};

void buf_add(struct buf *b, const char *s, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The text so far, "" for an empty buffer; valid until the next change. */
const char *buf_text(const struct buf *b);

void buf_clear(struct buf *b);
void buf_free(struct buf *b);

#endif
