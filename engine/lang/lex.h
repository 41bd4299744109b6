/* SPDX-License-Identifier: MIT */
/*
 * The words and signs of a condition. A word is letters, digits and _, with single - . : between them (host.os_version, 10.0.22631,
 * not-paired, 2026-01-31T12:00:00Z); a minus between two values stands alone.
 */
#ifndef LANG_LEX_H
#define LANG_LEX_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOK_END, TOK_WORD, TOK_QUOTED, TOK_GROUP,	/* $name */
	TOK_LT, TOK_LE, TOK_GT, TOK_GE,
	TOK_PLUS, TOK_MINUS, TOK_TIMES, TOK_OVER,
	TOK_OPEN, TOK_CLOSE, TOK_OPEN_LIST, TOK_CLOSE_LIST, TOK_COMMA,
	TOK_OPEN_QUOTE,		/* a text whose second quote is missing */
	TOK_OTHER		/* anything else, with its neighbours */
};

/* Words that belong to the language and can be no values. */
enum keyword {
	KEY_NONE, KEY_AND, KEY_OR, KEY_NOT, KEY_IS, KEY_IN, KEY_MATCHES, KEY_CONTAINS, KEY_KNOWN, KEY_UNKNOWN
};

/* Bytes [from, to) of the condition's text; quotes are included. */
struct token {
	enum token_kind kind;
	enum keyword keyword;	/* of a word */
	size_t from, to;
};

/* A name: a letter or underscore, then letters, digits, underscores. */
bool is_name(const char *s);

/* A word that means something in a condition, so that nothing can be called so: the keywords, and `now`. */
bool is_reserved(const char *s, size_t n);

/* The token that begins at or after `at`. */
struct token lex_token(const char *s, size_t n, size_t at);

/*
 * A regular expression /.../flags that begins at or after `at`: `*from`, `*to` are the bytes between the slashes, `*end` is behind the
 * flags. A slash inside needs a backslash or stands in [ ]. False when there is none or its end is missing.
 */
bool lex_regex(const char *s, size_t n, size_t at, size_t *from, size_t *to, size_t *end);

#endif
