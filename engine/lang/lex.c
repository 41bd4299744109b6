/* SPDX-License-Identifier: MIT */
#include "lang/lex.h"

#include <string.h>

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_joint(char c)
{
	return c == '-' || c == '.' || c == ':';
}

/* `at` is a letter, or a minus before a digit. */
static size_t
word_end(const char *s, size_t n, size_t at)
{
	for (at++; at < n; at++)
		if (!is_letter(s[at]) && !(is_joint(s[at]) && at + 1 < n && is_letter(s[at + 1])))
			break;
	return at;
}

static enum keyword
keyword(const char *s, size_t n)
{
	static const struct {
		size_t length;
		const char *word;
		enum keyword keyword;
	} words[] = {
		{ 2, "is", KEY_IS }, { 2, "or", KEY_OR }, { 2, "in", KEY_IN }, { 3, "and", KEY_AND }, { 3, "not", KEY_NOT },
		{ 7, "matches", KEY_MATCHES }, { 8, "contains", KEY_CONTAINS }, { 5, "known", KEY_KNOWN }, { 7, "unknown", KEY_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].length == n && words[i].word[0] == s[0] && memcmp(words[i].word, s, n) == 0)
			return words[i].keyword;
	return KEY_NONE;
}

bool
is_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	if (!*s || !strchr(letters, *s))
		return false;
	for (; *s; s++)
		if (!strchr(letters, *s) && !(*s >= '0' && *s <= '9'))
			return false;
	return true;
}

bool
is_reserved(const char *s, size_t n)
{
	return keyword(s, n) != KEY_NONE || (n == 3 && memcmp(s, "now", 3) == 0);
}

static struct token
word(const char *s, size_t n, size_t from)
{
	size_t to = word_end(s, n, from);

	return (struct token){ TOK_WORD, keyword(s + from, to - from), from, to };
}

static struct token
quoted(const char *s, size_t n, size_t from)
{
	for (size_t at = from + 1; at < n; at++) {
		if (s[at] == '\\')
			at++;
		else if (s[at] == '"')
			return (struct token){ TOK_QUOTED, KEY_NONE, from, at + 1 };
	}
	return (struct token){ TOK_OPEN_QUOTE, KEY_NONE, from, n };
}

static enum token_kind
sign(char c)
{
	static const struct {
		char c;
		enum token_kind kind;
	} signs[] = {
		{ '<', TOK_LT }, { '>', TOK_GT }, { '+', TOK_PLUS }, { '-', TOK_MINUS }, { '*', TOK_TIMES }, { '/', TOK_OVER },
		{ '(', TOK_OPEN }, { ')', TOK_CLOSE }, { '[', TOK_OPEN_LIST }, { ']', TOK_CLOSE_LIST }, { ',', TOK_COMMA },
	};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (signs[i].c == c)
			return signs[i].kind;
	return TOK_OTHER;
}

/* Signs that this language does not have are taken together ("==", "&&"), so that a message can name them. */
static struct token
other(const char *s, size_t n, size_t from)
{
	static const char known[] = "=!&|%^~?;{}@`'\\#$:.";
	size_t to = from + 1;

	while (to < n && s[to] && s[to] == s[from] && strchr(known, s[to]))
		to++;
	if (to < n && to == from + 1 && s[from] == '=' && s[to] && strchr("<>~", s[to]))
		to++;
	while (to < n && s[from] == '!' && s[to] == '=')
		to++;
	return (struct token){ TOK_OTHER, KEY_NONE, from, to };
}

struct token
lex_token(const char *s, size_t n, size_t at)
{
	struct token t;

	while (at < n && is_space(s[at]))
		at++;
	if (at >= n)
		return (struct token){ TOK_END, KEY_NONE, n, n };
	if (is_letter(s[at]) || (s[at] == '-' && at + 1 < n && s[at + 1] >= '0' && s[at + 1] <= '9'))
		return word(s, n, at);
	if (s[at] == '"')
		return quoted(s, n, at);
	if (s[at] == '$' && at + 1 < n && is_letter(s[at + 1]))
		return (struct token){ TOK_GROUP, KEY_NONE, at, word_end(s, n, at + 1) };
	t = (struct token){ sign(s[at]), KEY_NONE, at, at + 1 };
	if (t.kind == TOK_LT && at + 1 < n && s[at + 1] == '>')
		return (struct token){ TOK_OTHER, KEY_NONE, at, at + 2 };
	if (t.kind == TOK_OTHER)
		return other(s, n, at);
	if ((t.kind == TOK_LT || t.kind == TOK_GT) && at + 1 < n && s[at + 1] == '=') {
		t.kind = t.kind == TOK_LT ? TOK_LE : TOK_GE;
		t.to++;
	}
	return t;
}

bool
lex_regex(const char *s, size_t n, size_t at, size_t *from, size_t *to, size_t *end)
{
	bool in_class = false;

	while (at < n && is_space(s[at]))
		at++;
	if (at >= n || s[at] != '/')
		return false;
	*from = ++at;
	for (; at < n && (s[at] != '/' || in_class); at++) {
		if (s[at] == '\\')
			at++;
		else if (s[at] == '[')
			in_class = true;
		else if (s[at] == ']')
			in_class = false;
	}
	if (at >= n)
		return false;
	*to = at++;
	while (at < n && is_letter(s[at]))
		at++;
	*end = at;
	return true;
}
