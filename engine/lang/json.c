/* SPDX-License-Identifier: MIT */
#include "lang/json.h"

#include "base/sym.h"
#include "base/text.h"
#include "lang/codes.h"

#include <string.h>

enum { DEEPEST = 32, LINEAR_KEYS = 16 };

struct reader {
	struct arena *arena;
	struct diags *diags;
	uint32_t file;
	const char *start, *p, *end;
	uint32_t line;
	const char *col_at;	/* `col` is the column of this byte; columns count code points */
	uint32_t col;
	int depth;
	struct buf string;	/* the string being read */
};

/* The column of the current byte; moves forward only, so that a long line costs its length once. */
static uint32_t
column(struct reader *r)
{
	r->col += (uint32_t)text_columns(r->col_at, (size_t)(r->p - r->col_at));
	r->col_at = r->p;
	return r->col;
}

static void
start_place(struct reader *r, struct place *at)
{
	*at = (struct place){ r->file, r->line, column(r), 0, 0 };
}

static void
end_place(struct reader *r, struct place *at)
{
	at->end_line = r->line;
	at->end_col = column(r);
}

static bool
fail_as(struct reader *r, enum complaint kind, const char *what)
{
	struct place at;

	if (!r->diags)
		return false;
	start_place(r, &at);
	at.end_line = at.line;
	at.end_col = at.col + 1;
	complain(r->diags, kind, at, "%s", what);
	return false;
}

static bool
fail(struct reader *r, const char *what)
{
	return fail_as(r, BAD_YAML, what);
}

static void
skip_space(struct reader *r)
{
	for (; r->p < r->end && memchr(" \t\r\n", *r->p, 4); r->p++)
		if (*r->p == '\n') {
			r->line++;
			r->col = 1;
			r->col_at = r->p + 1;
		}
}

static bool
at_char(struct reader *r, char c)
{
	skip_space(r);
	return r->p < r->end && *r->p == c;
}

static struct node *
add_node(struct reader *r, enum node_kind kind)
{
	struct node *n = arena_alloc(r->arena, sizeof *n);

	n->kind = kind;
	start_place(r, &n->at);
	return n;
}

static bool
hex4(struct reader *r, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++, r->p++) {
		static const char digits[] = "0123456789abcdef";
		const char *at = r->p < r->end && *r->p ? strchr(digits, *r->p | 0x20) : NULL;

		if (!at || (*r->p >= 'P' && *r->p <= 'Y'))
			return fail(r, "\\u needs four hexadecimal digits");
		*out = *out << 4 | (uint32_t)(at - digits);
	}
	return true;
}

static void
add_utf8(struct buf *out, uint32_t cp)
{
	if (cp == 0 || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	if (cp < 0x80) {
		buf_putc(out, (char)cp);
		return;
	}
	if (cp < 0x800) {
		buf_putc(out, (char)(0xc0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			buf_putc(out, (char)(0xe0 | cp >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | cp >> 18));
			buf_putc(out, (char)(0x80 | (cp >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (cp & 0x3f)));
}

/* After "\u": one code point, of two escapes when they are a surrogate pair. */
static bool
unicode_escape(struct reader *r)
{
	uint32_t cp, low;

	if (!hex4(r, &cp))
		return false;
	if (cp >= 0xd800 && cp < 0xdc00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u') {
		const char *again = r->p;

		r->p += 2;
		if (!hex4(r, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000)
			cp = 0x10000 + (cp - 0xd800) * 0x400 + (low - 0xdc00);
		else
			r->p = again;
	}
	add_utf8(&r->string, cp);
	return true;
}

static bool
escape(struct reader *r)
{
	static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *at;

	r->p++;
	if (r->p < r->end && *r->p == 'u') {
		r->p++;
		return unicode_escape(r);
	}
	at = r->p < r->end && *r->p ? strchr(names, *r->p) : NULL;
	if (!at)
		return fail(r, "unknown escape in a string");
	buf_putc(&r->string, means[at - names]);
	r->p++;
	return true;
}

/* At the opening quote; leaves the text in r->string. */
static bool
read_string(struct reader *r)
{
	buf_clear(&r->string);
	for (r->p++; r->p < r->end && *r->p != '"';) {
		uint32_t cp;
		size_t len = text_decode(r->p, (size_t)(r->end - r->p), &cp);

		if (*r->p == '\\') {
			if (!escape(r))
				return false;
			continue;
		}
		if (!len)
			return fail_as(r, BAD_BYTES, "a byte that is no UTF-8");
		if (cp < 0x20)
			return fail(r, "a control character in a string (write it as an escape)");
		buf_add(&r->string, r->p, len);
		r->p += len;
	}
	if (r->p == r->end)
		return fail(r, "a string that does not end");
	r->p++;
	return true;
}

static struct node *
string_node(struct reader *r)
{
	struct node *n = add_node(r, NODE_SCALAR);

	n->offset = (uint32_t)(r->p + 1 - r->start);
	if (!read_string(r))
		return NULL;
	end_place(r, &n->at);
	n->len = (uint32_t)r->string.len;
	n->text = arena_strndup(r->arena, buf_text(&r->string), n->len);
	return n;
}

static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? */
static bool
is_number(const char *s)
{
	s += *s == '-';
	if (!digits(s) || (*s == '0' && digits(s) > 1))
		return false;
	s += digits(s);
	if (*s == '.') {
		if (!digits(++s))
			return false;
		s += digits(s);
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		if (!digits(s))
			return false;
		s += digits(s);
	}
	return !*s;
}

static struct node *
word_node(struct reader *r)
{
	struct node *n = add_node(r, NODE_SCALAR);
	const char *from = r->p;

	while (r->p < r->end && *r->p && !memchr(" \t\r\n,:[]{}\"", *r->p, 11))
		r->p++;
	n->plain = true;
	n->offset = (uint32_t)(from - r->start);
	n->len = (uint32_t)(r->p - from);
	n->text = arena_strndup(r->arena, from, n->len);
	if (strcmp(n->text, "true") == 0 || strcmp(n->text, "false") == 0 || strcmp(n->text, "null") == 0
	    || is_number(n->text)) {
		end_place(r, &n->at);
		return n;
	}
	r->p = from;
	fail(r, from == r->end ? "the text ends too early" : "expected a value");
	return NULL;
}

static struct node *value_node(struct reader *r);

static struct node *
list_node(struct reader *r)
{
	struct node *list = add_node(r, NODE_LIST), *item;
	const struct node **tail = &list->first;

	r->p++;
	if (!at_char(r, ']'))
		for (;;) {
			item = value_node(r);
			if (!item)
				return NULL;
			*tail = item;
			tail = &item->next;
			list->count++;
			if (!at_char(r, ','))
				break;
			r->p++;
		}
	if (!at_char(r, ']')) {
		fail(r, "expected ',' or ']'");
		return NULL;
	}
	r->p++;
	end_place(r, &list->at);
	return list;
}

/* Keys seen so far: small maps are compared one by one, large ones through a symbol table. */
static bool
is_duplicate(const struct node *map, struct symtab **seen, const struct node *key)
{
	uint32_t before, id;

	if (map->count < LINEAR_KEYS) {
		for (const struct node *n = map->first; n; n = n->next)
			if (n->key->len == key->len && memcmp(n->key->text, key->text, key->len) == 0)
				return true;
		return false;
	}
	if (!*seen) {
		*seen = sym_new(NULL);
		for (const struct node *n = map->first; n; n = n->next)
			sym_intern(*seen, n->key->text, n->key->len);
	}
	before = sym_count(*seen);
	id = sym_intern(*seen, key->text, key->len);
	return id < before;
}

static bool
duplicate_key(struct reader *r, const struct node *key)
{
	if (r->diags)
		complain(r->diags, DUPLICATE_KEY, key->at, "the key '%.*s' is there twice", CLIP(key->len), key->text);
	return false;
}

static bool
map_entries(struct reader *r, struct node *map, struct symtab **seen)
{
	const struct node **tail = &map->first;
	struct node *key, *item;

	for (;;) {
		if (!at_char(r, '"'))
			return fail(r, "expected a key in double quotes");
		key = string_node(r);
		if (!key)
			return false;
		if (is_duplicate(map, seen, key))
			return duplicate_key(r, key);
		if (!at_char(r, ':'))
			return fail(r, "expected ':'");
		r->p++;
		item = value_node(r);
		if (!item)
			return false;
		item->key = key;
		*tail = item;
		tail = &item->next;
		map->count++;
		if (!at_char(r, ','))
			return true;
		r->p++;
	}
}

static struct node *
map_node(struct reader *r)
{
	struct node *map = add_node(r, NODE_MAP);
	struct symtab *seen = NULL;
	bool good;

	r->p++;
	good = at_char(r, '}') || map_entries(r, map, &seen);
	sym_free(seen);
	if (!good)
		return NULL;
	if (!at_char(r, '}')) {
		fail(r, "expected ',' or '}'");
		return NULL;
	}
	r->p++;
	end_place(r, &map->at);
	return map;
}

static struct node *
value_node(struct reader *r)
{
	struct node *n;

	skip_space(r);
	if (r->p == r->end)
		return word_node(r);
	if (*r->p == '"')
		return string_node(r);
	if (*r->p != '{' && *r->p != '[')
		return word_node(r);
	if (++r->depth > DEEPEST) {
		fail_as(r, TOO_DEEP, "nested too deep (32 levels are allowed)");
		return NULL;
	}
	n = *r->p == '{' ? map_node(r) : list_node(r);
	r->depth--;
	return n;
}

const struct node *
json_parse(struct arena *a, struct diags *d, uint32_t file, const char *text, size_t len)
{
	struct reader r = {
		.arena = a, .diags = d, .file = file, .start = text, .p = text, .end = text + len,
		.line = 1, .col_at = text, .col = 1,
	};
	struct node *n = NULL;

	if (len > JSON_LARGEST) {
		fail_as(&r, TOO_LARGE, "larger than 16 MiB");
		return NULL;
	}
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)	/* some editors begin with a byte order mark */
		r.p = r.col_at = text + 3;
	n = value_node(&r);
	skip_space(&r);
	if (n && r.p < r.end) {
		fail(&r, "something follows the end of the document");
		n = NULL;
	}
	buf_free(&r.string);
	return n;
}

void
json_quote(struct buf *out, const char *s, size_t n)
{
	struct buf shown = {0};
	uint32_t cp;

	buf_putc(out, '"');
	for (size_t i = 0, len; i < n; i += len ? len : 1) {
		len = text_decode(s + i, n - i, &cp);
		if (!len)
			cp = 0xfffd;
		buf_clear(&shown);
		if (len && cp >= 0x20)
			text_clean(&shown, s + i, len, 0);
		if (cp == '"' || cp == '\\')
			buf_printf(out, "\\%c", (int)cp);
		else if (cp == '\n' || cp == '\t')
			buf_puts(out, cp == '\n' ? "\\n" : "\\t");
		else if (shown.len == len && len)	/* it may be shown as it is */
			buf_add(out, s + i, len);
		else if (cp < 0x10000)
			buf_printf(out, "\\u%04x", (unsigned)cp);
		else
			buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (cp >> 10)), (unsigned)(0xdc00 + (cp & 0x3ff)));
	}
	buf_putc(out, '"');
	buf_free(&shown);
}
