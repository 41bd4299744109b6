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

/* All elements must nest; plist must be the first, and its value ends with it. */
bool
plist_walk(const char *data, size_t len, void (*see)(void *context, const struct plist_value *v), void *context)
{
	struct xml x = { .p = data, .end = data + len };
	struct { enum element element; const char *key; size_t key_len; } open[DEEPEST] = { { 0 } };
	int depth = 0;		/* of open elements: plist is the first */
	enum tag_kind kind;

	while ((kind = next_tag(&x)) != TAG_NONE) {
		bool container = x.element == DICT || x.element == ARRAY;
		struct plist_value v = { .kind = PLIST_TEXT, .dictionary = x.element == DICT, .text = x.text, .len = x.text_len };

		if (kind == TAG_CLOSE) {
			if (depth == 0 || open[--depth].element != x.element)
				return false;
			if (depth == 0)
				return true;	/* </plist> */
			if (x.element == KEY) {
				open[depth - 1].key = x.text;
				open[depth - 1].key_len = x.text_len;
				continue;
			}
			v.kind = container ? PLIST_END : PLIST_TEXT;
		} else {
			if ((depth == 0) != (x.element == PLIST) || depth == DEEPEST
			    || (depth && open[depth - 1].element != PLIST && open[depth - 1].element != DICT && open[depth - 1].element != ARRAY))
				return false;
			if (kind == TAG_OPEN) {
				open[depth].element = x.element;
				open[depth++].key = NULL;
				if (!container)
					continue;
				v.kind = PLIST_BEGIN;
			} else if (container) {
				v.kind = PLIST_BEGIN;
			} else {
				v.text = element_names[x.element];
				v.len = x.element == YES || x.element == NO ? strlen(v.text) : 0;
			}
		}
		v.depth = depth - (kind == TAG_OPEN ? 2 : 1);
		if (v.depth < 0)
			continue;	/* <plist/> */
		v.key = open[v.depth].key;
		v.key_len = open[v.depth].key_len;
		see(context, &v);
		if (kind == TAG_ALONE && container) {
			v.kind = PLIST_END;
			see(context, &v);
		}
		if (v.kind != PLIST_BEGIN)
			open[v.depth].key = NULL;
	}
	return false;
}

struct keys_seen {
	const struct wanted *w;
	bool dictionary;
};

static void
see_key(void *context, const struct plist_value *v)
{
	struct keys_seen *k = context;
	bool blank = v->kind == PLIST_TEXT;

	k->dictionary |= v->depth == 0 && v->kind == PLIST_BEGIN && v->dictionary;
	for (size_t i = 0; blank && i < v->len; i++)
		blank = is_space(v->text[i]);
	if (v->depth == 1 && v->kind != PLIST_BEGIN && v->key && !blank)
		mark(k->w, v->key, v->key_len);
}

static bool
read_xml(const char *data, size_t len, const struct wanted *w)
{
	struct keys_seen k = { .w = w };

	return plist_walk(data, len, see_key, &k) && k.dictionary;
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

/* Calls `see` for each key of the dictionary at the top; false when it is none. */
static bool
each_pair(const struct binary *b, uint64_t top, void (*see)(void *context, const struct binary *b, const char *key, size_t len, uint64_t item),
		void *context)
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
		if (b->data[key_at] >> 4 == 5 && key_len <= b->len && key_from + key_len <= b->len)
			see(context, b, (const char *)b->data + key_from, (size_t)key_len, item);
	}
	return true;
}

static void
see_pair(void *context, const struct binary *b, const char *key, size_t len, uint64_t item)
{
	if (has_content(b, item))
		mark(context, key, len);
}

/* Where everything stands; false when the trailer makes no sense. */
static bool
open_binary(const unsigned char *data, size_t len, struct binary *b, uint64_t *top)
{
	const unsigned char *trailer;

	*b = (struct binary){ .data = data };
	if (len < 8 + 32)
		return false;
	b->len = len - 32;
	trailer = data + b->len;
	b->offset_size = trailer[6];
	b->ref_size = trailer[7];
	b->count = big_endian(trailer + 8, 8);
	*top = big_endian(trailer + 16, 8);
	b->table = big_endian(trailer + 24, 8);
	return b->offset_size >= 1 && b->offset_size <= 8 && b->ref_size >= 1 && b->ref_size <= 8 && b->count <= b->len
		&& b->table >= 8 && b->table <= b->len && b->count * b->offset_size <= b->len - b->table;
}

static bool
read_binary(const unsigned char *data, size_t len, struct wanted *w)
{
	struct binary b;
	uint64_t top;

	return open_binary(data, len, &b, &top) && each_pair(&b, top, see_pair, w);
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
	bool good;

	memset(found, 0, n * sizeof *found);
	if (is_nothing(data, len))
		return PLIST_EMPTY;
	if (len >= 8 && memcmp(data, "bplist0", 7) == 0)
		good = read_binary((const unsigned char *)data, len, &w);
	else
		good = read_xml(data, len, &w);
	if (!good)
		memset(found, 0, n * sizeof *found);
	return good ? PLIST_GOOD : PLIST_BAD;
}

/* -- What it says -- */

struct text_wanted {
	const char *name;
	char *out;
	size_t size;
	bool found;
};

static bool
is_wanted(const struct text_wanted *w, const char *key, size_t len)
{
	return !w->found && key && strlen(w->name) == len && memcmp(w->name, key, len) == 0;
}

static void
keep_text(struct text_wanted *w, const char *text, size_t len)
{
	len = len < w->size - 1 ? len : w->size - 1;
	memcpy(w->out, text, len);
	w->out[len] = '\0';
	w->found = true;
}

static void
see_text(void *context, const struct plist_value *v)
{
	if (v->depth == 1 && v->kind == PLIST_TEXT && is_wanted(context, v->key, v->key_len))
		keep_text(context, v->text, v->len);
}

static void
see_text_pair(void *context, const struct binary *b, const char *key, size_t len, uint64_t item)
{
	size_t at, from;
	uint64_t n;

	if (is_wanted(context, key, len) && object_at(b, item, &at) && b->data[at] >> 4 == 5 && size_of(b, at, &n, &from)
	    && n <= b->len && from + n <= b->len)
		keep_text(context, (const char *)b->data + from, (size_t)n);
}

bool
plist_string(const char *data, size_t len, const char *name, char *out, size_t size)
{
	struct text_wanted w = { .name = name, .out = out, .size = size };
	struct binary b;
	uint64_t top;
	bool whole;

	out[0] = '\0';
	if (len >= 8 && memcmp(data, "bplist0", 7) == 0)
		whole = open_binary((const unsigned char *)data, len, &b, &top) && each_pair(&b, top, see_text_pair, &w);
	else
		whole = plist_walk(data, len, see_text, &w);
	return whole && w.found;
}
