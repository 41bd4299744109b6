/* SPDX-License-Identifier: MIT */
#include "facts/plist_keys.h"

#include <stdint.h>
#include <string.h>

enum { DEEPEST = 32 };

struct wanted {
	const char *const *names;
	size_t n;
	bool *found;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
mark(const struct wanted *w, const char *key, size_t len)
{
	for (size_t i = 0; i < w->n; i++)
		if (strlen(w->names[i]) == len && memcmp(w->names[i], key, len) == 0)
			w->found[i] = true;
}

/* -- XML -- */

enum tag_kind { TAG_OPEN, TAG_CLOSE, TAG_ALONE, TAG_NONE };

enum element { PLIST, DICT, ARRAY, KEY, STRING, DATA, DATE, INTEGER, REAL, YES, NO, ELEMENTS };

static const char *const element_names[ELEMENTS] = {
	"plist", "dict", "array", "key", "string", "data", "date", "integer", "real", "true", "false",
};

struct xml {
	const char *p, *end;
	const char *text;	/* between the last tag and this one */
	size_t text_len;
	enum element element;
};

/* Behind the next `word`; NULL when there is none. */
static const char *
behind(const struct xml *x, const char *from, const char *word)
{
	const char *at = memmem(from, (size_t)(x->end - from), word, strlen(word));

	return at ? at + strlen(word) : NULL;
}

/* Declarations and comments; a document type with declarations of its own is refused. */
static bool
skip_other(struct xml *x)
{
	const char *from = x->p, *next;

	if (x->end - from >= 4 && memcmp(from, "<!--", 4) == 0) {
		next = behind(x, from + 4, "-->");
	} else if (from[1] == '?') {
		next = behind(x, from, "?>");
	} else {
		next = behind(x, from, ">");
		if (next && memchr(from, '[', (size_t)(next - from)))
			next = NULL;
	}
	x->p = next ? next : x->end;
	return next;
}

static enum element
element_of(const char *s, size_t n)
{
	for (int i = 0; i < ELEMENTS; i++)
		if (strlen(element_names[i]) == n && memcmp(element_names[i], s, n) == 0)
			return (enum element)i;
	return ELEMENTS;
}

/* TAG_NONE: the end, or something that property lists do not have. */
static enum tag_kind
next_tag(struct xml *x)
{
	const char *close, *name, *end;
	enum tag_kind kind = TAG_OPEN;

	x->text = x->p;
	for (;;) {
		const char *open = x->p < x->end ? memchr(x->p, '<', (size_t)(x->end - x->p)) : NULL;

		if (!open || x->end - open < 3)
			return TAG_NONE;
		x->text_len = (size_t)(open - x->text);
		x->p = open;
		if (open[1] != '!' && open[1] != '?')
			break;
		if (!skip_other(x))
			return TAG_NONE;
		x->text = x->p;
	}
	close = memchr(x->p, '>', (size_t)(x->end - x->p));
	if (!close)
		return TAG_NONE;
	name = x->p + 1;
	if (*name == '/') {
		name++;
		kind = TAG_CLOSE;
	} else if (close[-1] == '/') {
		kind = TAG_ALONE;
	}
	for (end = name; end < close && !is_space(*end) && *end != '/'; end++)
		;
	x->element = element_of(name, (size_t)(end - name));
	x->p = close + 1;
	return x->element == ELEMENTS ? TAG_NONE : kind;
}

static bool
is_blank(const struct xml *x)
{
	for (size_t i = 0; i < x->text_len; i++)
		if (!is_space(x->text[i]))
			return false;
	return true;
}

/* Walks all elements: they must nest, and plist, dict must be the first two. Keys of that dict are noted with their values. */
static bool
read_xml(struct xml *x, const struct wanted *w)
{
	enum element open[DEEPEST];
	int depth = 0;
	const char *key = NULL;
	size_t key_len = 0;
	enum tag_kind kind;

	while ((kind = next_tag(x)) != TAG_NONE) {
		bool value = depth == 2 && x->element != KEY && key;

		if (kind == TAG_CLOSE) {
			if (depth == 0 || open[--depth] != x->element)
				return false;
			if (depth == 0)
				return true;	/* </plist> */
			if (depth == 2 && x->element == KEY) {
				key = x->text;
				key_len = x->text_len;
			} else if (depth == 2 && key) {
				if (x->element == DICT || x->element == ARRAY || !is_blank(x))
					mark(w, key, key_len);
				key = NULL;
			}
			continue;
		}
		if ((depth == 0 && x->element != PLIST) || (depth == 1 && x->element != DICT) || depth == DEEPEST)
			return false;
		if (kind == TAG_OPEN) {
			open[depth++] = x->element;
		} else if (value) {
			if (x->element == YES || x->element == NO)
				mark(w, key, key_len);
			key = NULL;
		}
	}
	return false;
}

/* -- Binary: a table of offsets at the end says where the objects are -- */

struct binary {
	const unsigned char *data;
	size_t len;			/* without the trailer */
	size_t offset_size, ref_size;
	uint64_t count, table;
};

static uint64_t
big_endian(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* Where an object begins; false outside of the file. */
static bool
object_at(const struct binary *b, uint64_t ref, size_t *at)
{
	uint64_t offset;

	if (ref >= b->count)
		return false;
	offset = big_endian(b->data + b->table + ref * b->offset_size, b->offset_size);
	*at = (size_t)offset;
	return offset >= 8 && offset < b->table;
}

/* The number of items of a sized object, and where they begin. */
static bool
size_of(const struct binary *b, size_t at, uint64_t *n, size_t *from)
{
	size_t bytes;

	*n = b->data[at] & 15;
	*from = at + 1;
	if (*n < 15)
		return true;
	if (at + 1 >= b->len || (b->data[at + 1] & 0xf0) != 0x10)
		return false;
	bytes = (size_t)1 << (b->data[at + 1] & 15);
	if (bytes > 8 || at + 2 + bytes > b->len)
		return false;
	*n = big_endian(b->data + at + 2, bytes);
	*from = at + 2 + bytes;
	return true;
}

/* Strings and data without content count as nothing. */
static bool
has_content(const struct binary *b, uint64_t ref)
{
	size_t at, from;
	uint64_t n;
	int kind;

	if (!object_at(b, ref, &at))
		return false;
	kind = b->data[at] >> 4;
	if (kind < 4 || kind > 6)
		return true;
	return size_of(b, at, &n, &from) && n > 0 && from + n <= b->len && n <= b->len;
}

static bool
read_top(const struct binary *b, uint64_t top, const struct wanted *w)
{
	size_t at, from, key_at, key_from;
	uint64_t n, key_len;

	if (!object_at(b, top, &at) || b->data[at] >> 4 != 13 || !size_of(b, at, &n, &from))
		return false;
	if (n > b->len || from + 2 * n * b->ref_size > b->table)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t key = big_endian(b->data + from + i * b->ref_size, b->ref_size);
		uint64_t item = big_endian(b->data + from + (n + i) * b->ref_size, b->ref_size);

		if (!object_at(b, key, &key_at) || !size_of(b, key_at, &key_len, &key_from))
			return false;
		if (b->data[key_at] >> 4 == 5 && key_len <= b->len && key_from + key_len <= b->len && has_content(b, item))
			mark(w, (const char *)b->data + key_from, (size_t)key_len);
	}
	return true;
}

static bool
read_binary(const unsigned char *data, size_t len, const struct wanted *w)
{
	struct binary b = { .data = data };
	const unsigned char *trailer;

	if (len < 8 + 32)
		return false;
	b.len = len - 32;
	trailer = data + b.len;
	b.offset_size = trailer[6];
	b.ref_size = trailer[7];
	b.count = big_endian(trailer + 8, 8);
	b.table = big_endian(trailer + 24, 8);
	if (b.offset_size < 1 || b.offset_size > 8 || b.ref_size < 1 || b.ref_size > 8 || b.count > b.len
	    || b.table < 8 || b.table > b.len || b.count * b.offset_size > b.len - b.table)
		return false;
	return read_top(&b, big_endian(trailer + 16, 8), w);
}

/* -- */

static bool
is_nothing(const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] && !is_space(data[i]))
			return false;
	return true;
}

enum plist_state
plist_keys(const char *data, size_t len, const char *const *names, size_t n, bool *found)
{
	struct wanted w = { names, n, found };
	struct xml x = { .p = data, .end = data + len };
	bool good;

	memset(found, 0, n * sizeof *found);
	if (is_nothing(data, len))
		return PLIST_EMPTY;
	if (len >= 8 && memcmp(data, "bplist0", 7) == 0)
		good = read_binary((const unsigned char *)data, len, &w);
	else
		good = read_xml(&x, &w);
	if (!good)
		memset(found, 0, n * sizeof *found);
	return good ? PLIST_GOOD : PLIST_BAD;
}
