/* SPDX-License-Identifier: MIT */
#include "lang/yaml.h"

#include "base/sym.h"
#include "base/text.h"
#include "lang/codes.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

enum {
	DEEPEST = 32,
	LARGEST_FILE = 16 << 20,
	LONGEST_SCALAR = 64 << 10,
	FEW_KEYS = 12,		/* maps with more keys get a table for the search for duplicates */
	BLOCK = 64,		/* nodes made at once */
};

/* A list or map whose end has not come yet. */
struct level {
	struct node *node;
	struct node *last;	/* its last value so far */
	struct node *key;	/* the key that waits for its value; NULL in lists and between entries */
	bool drop;		/* that key was refused: its value is read and forgotten */
	struct symtab *keys;	/* only for maps with many keys */
};

struct reader {
	struct arena *nodes, *texts;
	struct node *block;	/* nodes to come */
	int left;
	char *copy;		/* of the source, for the texts of scalars; may be NULL */
	struct diags *d;
	uint32_t file;
	const char *text;
	size_t len;
	yaml_parser_t yaml;
	struct level levels[DEEPEST];
	int depth;
	struct node *root;
	bool stop;
	size_t stopped;		/* the line, from 0, behind which reading may go on after a mistake .. */
	struct diag *culprit;	/* .. and what was said about that */
	/* What libyaml reads: the text from here on; what it counts begins there. */
	size_t base;
	uint32_t line;
	/* libyaml counts code points; this pair follows it through the bytes */
	size_t points, bytes;
	bool ascii;
};

/* --- before libyaml: what it would only complain about without a place, or see otherwise than the excerpts do --- */

static struct place
place_at(const struct reader *r, size_t byte, size_t end)
{
	const char *line = r->text;
	uint32_t number = 1, col;

	for (const char *nl; (nl = memchr(line, '\n', (size_t)(r->text + byte - line))); line = nl + 1)
		number++;
	col = 1 + (uint32_t)text_columns(line, (size_t)(r->text + byte - line));
	return (struct place){ r->file, number, col, number, col + (uint32_t)text_columns(r->text + byte, end - byte) };
}

/* The code points a rule file may hold: what YAML 1.1 allows, less the line separators that other programs do not see as such. */
static bool
is_allowed(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || cp == '\r' || (cp >= 0x20 && cp < 0x7f)
		|| (cp >= 0xa0 && cp < 0xd800 && cp != 0x2028 && cp != 0x2029)
		|| (cp >= 0xe000 && cp <= 0xfffd && cp != 0xfeff) || cp >= 0x10000;
}

static bool
refuse_bytes(struct reader *r, size_t at, size_t n, uint32_t cp)
{
	struct place p = place_at(r, at, at + (n ? n : 1));
	struct diag *g;

	if (n == 0)
		g = complain(r->d, BAD_BYTES, p, "byte 0x%02X is not UTF-8", (unsigned char)r->text[at]);
	else if (cp == '\r')
		g = complain(r->d, BAD_BYTES, p, "a carriage return without a new line");
	else if (cp == 0x85 || cp == 0x2028 || cp == 0x2029)
		g = complain(r->d, BAD_BYTES, p, "line separator U+%04X", (unsigned)cp);
	else if (cp == 0xfeff)
		g = complain(r->d, BAD_BYTES, p, "a byte order mark in the middle of the file");
	else
		g = complain(r->d, BAD_BYTES, p, "control character U+%04X", (unsigned)cp);
	diag_hint(r->d, g, n ? "lines end with a new line, and every other character must be printable" : "save the file as UTF-8");
	return false;
}

/* Bytes that need no second look: printable ASCII, tab and new line. */
static const bool plain[256] = {
	['\t'] = true, ['\n'] = true,
#define FOUR(c) [c] = true, [c + 1] = true, [c + 2] = true, [c + 3] = true
#define SIXTEEN(c) FOUR(c), FOUR(c + 4), FOUR(c + 8), FOUR(c + 12)
	SIXTEEN(0x20), SIXTEEN(0x30), SIXTEEN(0x40), SIXTEEN(0x50), SIXTEEN(0x60), FOUR(0x70), FOUR(0x74), FOUR(0x78), [0x7c] = true,
	[0x7d] = true, [0x7e] = true,
#undef SIXTEEN
#undef FOUR
};

static bool
check_bytes(struct reader *r)
{
	const char *s = r->text;
	size_t n = r->len, i = r->bytes;

	if (n >= 2 && (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0)) {
		complain(r->d, BAD_BYTES, (struct place){ .file = r->file }, "the file is UTF-16; save it as UTF-8");
		return false;
	}
	r->ascii = i == 0;
	for (;;) {
		size_t width = 1;
		uint32_t cp;

		while (i < n && plain[(unsigned char)s[i]])
			i++;
		if (i == n)
			return true;
		cp = (unsigned char)s[i];
		if (cp >= 0x80)
			width = text_decode(s + i, n - i, &cp);
		if (width == 0 || !is_allowed(cp) || (cp == '\r' && (i + 1 == n || s[i + 1] != '\n')))
			return refuse_bytes(r, i, width, cp);
		r->ascii &= cp == '\r';
		i += width;
	}
}

/* --- places --- */

static struct place
place_of(const struct reader *r, const yaml_event_t *e)
{
	const yaml_mark_t *a = &e->start_mark, *b = &e->end_mark;

	return (struct place){
		r->file, r->line + (uint32_t)a->line + 1, (uint32_t)a->column + 1, r->line + (uint32_t)b->line + 1, (uint32_t)b->column + 1
	};
}

/* The byte of a code point; asked in ascending order. */
static size_t
byte_of(struct reader *r, size_t point)
{
	if (r->ascii)
		return r->base + point;
	while (r->points < point && r->bytes < r->len) {
		unsigned char c = (unsigned char)r->text[r->bytes];

		r->bytes += c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		r->points++;
	}
	return r->bytes;
}

/* Where the content of a scalar begins: behind the quote, or on the line after | and >. */
static size_t
content_of(const struct reader *r, size_t at, yaml_scalar_style_t style)
{
	if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return at + 1;
	if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE) {
		while (at < r->len && r->text[at] != '\n')
			at++;
		while (at < r->len && (r->text[at] == '\n' || r->text[at] == ' ' || r->text[at] == '\r'))
			at++;
	}
	return at;
}

/* --- the tree --- */

/* What cannot be stepped over: reading ends here, or goes on with the next section. */
static void
stop_at(struct reader *r, const yaml_event_t *e, struct diag *g)
{
	r->stop = true;
	r->stopped = r->line + e->start_mark.line;
	r->culprit = g;
}

static struct node *
make(struct reader *r, enum node_kind kind, const yaml_event_t *e)
{
	struct node *n;

	if (r->left == 0) {
		r->block = arena_take(r->nodes, BLOCK * sizeof *n);
		r->left = BLOCK;
	}
	r->left--;
	n = r->block++;
	*n = (struct node){ .kind = kind, .at = place_of(r, e) };
	return n;
}

static bool
same_text(const struct node *a, const struct node *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static const struct node *
key_before(struct level *l, const struct node *key)
{
	uint32_t id;

	if (!l->keys && l->node->count > FEW_KEYS) {
		l->keys = sym_new(NULL);
		for (const struct node *v = l->node->first; v; v = v->next)
			sym_intern(l->keys, v->key->text, v->key->len);
	}
	if (l->keys && !sym_find(l->keys, key->text, key->len, &id)) {
		sym_intern(l->keys, key->text, key->len);
		return NULL;
	}
	for (const struct node *v = l->node->first; v; v = v->next)
		if (same_text(v->key, key))
			return v->key;
	return NULL;
}

static bool
key_is_good(struct reader *r, struct level *l, const struct node *key)
{
	const struct node *before;
	struct diag *g;

	if (key->plain && key->len == 2 && memcmp(key->text, "<<", 2) == 0) {
		g = complain(r->d, YAML_ALIAS, key->at, "merge keys are not allowed");
		diag_hint(r->d, g, "write the entries out");
		return false;
	}
	if (key->len == 0) {
		complain(r->d, BAD_KEY, key->at, "an empty key");
		return false;
	}
	before = key_before(l, key);
	if (before) {
		g = complain(r->d, DUPLICATE_KEY, key->at, "key '%.*s' occurs twice", CLIP(key->len), key->text);
		diag_hint(r->d, g, "the first one is in line %u", (unsigned)before->at.line);
	}
	return !before;
}

/* Puts a finished or just opened node where it belongs: as root, list item, key or value. */
static void
attach(struct reader *r, struct node *n)
{
	struct level *l;

	if (r->depth == 0) {
		r->root = n;
		return;
	}
	l = r->levels + r->depth - 1;
	if (l->node->kind == NODE_MAP && !l->key) {
		if (n->kind != NODE_SCALAR)
			complain(r->d, BAD_KEY, n->at, "%s as a key", node_kind_name(n));
		l->drop = n->kind != NODE_SCALAR || !key_is_good(r, l, n);
		l->key = n;
		return;
	}
	n->key = l->key;
	l->key = NULL;
	if (l->drop) {
		l->drop = false;
		return;
	}
	if (l->last)
		l->last->next = n;
	else
		l->node->first = n;
	l->last = n;
	l->node->count++;
}

static bool
cuts(const struct reader *r, size_t end)
{
	return end + 1 < r->len && r->text[end] == ' ' && r->text[end + 1] == '#';
}

/*
 * A scalar whose text stands in the source as it is, and that is nearly every one, lives in the copy of the source; what follows it there
 * is a quote, a blank, a colon, a comma or a bracket, never a byte of another scalar.
 */
static const char *
text_of(struct reader *r, struct node *n, const char *value)
{
	size_t end = (size_t)n->offset + n->len;
	bool same = end <= r->len && memcmp(r->text + n->offset, value, n->len) == 0;

	n->simple = same && n->at.line == n->at.end_line && n->at.end_col - n->at.col == n->len + (n->plain ? 0 : 2);
	if (!r->copy || !same)
		return arena_strndup(r->texts, value, n->len);
	r->copy[end] = '\0';
	return r->copy + n->offset;
}

static void
add_scalar(struct reader *r, const yaml_event_t *e)
{
	struct node *n = make(r, NODE_SCALAR, e);
	size_t len = e->data.scalar.length;
	yaml_scalar_style_t style = e->data.scalar.style;

	if (len > LONGEST_SCALAR) {
		stop_at(r, e, complain(r->d, TOO_LARGE, n->at, "a text of %zu bytes; at most %d are allowed", len, LONGEST_SCALAR));
		return;
	}
	n->len = (uint32_t)len;
	n->plain = style == YAML_PLAIN_SCALAR_STYLE;
	n->offset = (uint32_t)content_of(r, byte_of(r, e->start_mark.index), style);
	n->text = text_of(r, n, (const char *)e->data.scalar.value);
	n->cut = n->plain && cuts(r, byte_of(r, e->end_mark.index));
	attach(r, n);
}

static void
open_level(struct reader *r, enum node_kind kind, const yaml_event_t *e)
{
	struct node *n = make(r, kind, e);

	if (r->depth == DEEPEST) {
		stop_at(r, e, complain(r->d, TOO_DEEP, n->at, "nested deeper than %d levels", DEEPEST));
		return;
	}
	attach(r, n);
	r->levels[r->depth++] = (struct level){ .node = n };
}

static void
close_level(struct reader *r)
{
	sym_free(r->levels[--r->depth].keys);
}

static void
complain_tag(struct reader *r, const yaml_event_t *e, const char *tag)
{
	static const char standard[] = "tag:yaml.org,2002:";
	bool is_standard = strncmp(tag, standard, sizeof standard - 1) == 0;

	if (is_standard)
		tag += sizeof standard - 1;
	complain(r->d, YAML_TAG, place_of(r, e), "tag %s%.*s: tags are not allowed", is_standard ? "!!" : "", CLIP(strlen(tag)), tag);
}

static void
refuse_properties(struct reader *r, const yaml_event_t *e, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		complain(r->d, YAML_ALIAS, place_of(r, e), "anchor &%.*s: anchors and aliases are not allowed",
			CLIP(strlen((const char *)anchor)), (const char *)anchor);
	if (tag)
		complain_tag(r, e, (const char *)tag);
}

static void
take_document(struct reader *r, const yaml_event_t *e)
{
	if (r->root) {
		stop_at(r, e, complain(r->d, SECOND_DOCUMENT, place_of(r, e), "a second document begins here"));
		r->stopped = SIZE_MAX;
	}
	if (e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
		complain(r->d, YAML_TAG, place_of(r, e), "%%TAG is not allowed");
}

static void
refuse_alias(struct reader *r, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	struct diag *g = complain(r->d, YAML_ALIAS, place_of(r, e), "alias *%.*s: anchors and aliases are not allowed",
		CLIP(strlen(name)), name);

	diag_hint(r->d, g, "write the value out; a text that begins with * must be quoted");
	stop_at(r, e, g);
}

static void
take(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		take_document(r, e);
		return;
	case YAML_ALIAS_EVENT:
		refuse_alias(r, e);
		return;
	case YAML_SCALAR_EVENT:
		if (e->data.scalar.anchor || e->data.scalar.tag)
			refuse_properties(r, e, e->data.scalar.anchor, e->data.scalar.tag);
		add_scalar(r, e);
		return;
	case YAML_SEQUENCE_START_EVENT:
		refuse_properties(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		open_level(r, NODE_LIST, e);
		return;
	case YAML_MAPPING_START_EVENT:
		refuse_properties(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		open_level(r, NODE_MAP, e);
		return;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_level(r);
		return;
	case YAML_STREAM_END_EVENT:
		r->stop = true;
		return;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return;
	}
}

/* --- what libyaml says, and what an author can do about it --- */

static const struct {
	const char *problem, *hint;
} hints[] = {
	{ "mapping values are not allowed", "a text that holds ': ' must be quoted; or the line above is indented wrongly" },
	{ "did not find expected ',' or ']'", "inside [ ] a text that holds , [ ] { } must be quoted" },
	{ "did not find expected ',' or '}'", "inside { } a text that holds , [ ] { } must be quoted" },
	{ "did not find expected key", "the entries of a mapping begin in the same column" },
	{ "did not find expected '-' indicator", "the items of a list begin in the same column" },
	{ "block sequence entries are not allowed", "a list begins on a line of its own" },
	{ "could not find expected ':'", "a key is followed by ': '; a text that goes on over lines must be indented or quoted" },
	{ "found character that cannot start any token", "a text cannot begin with this character unless it is quoted; lines are indented with spaces, not tabs" },
	{ "found a tab character", "indent with spaces" },
	{ "did not find expected alphabetic or numeric character", "a text that begins with & * or ! must be quoted" },
	{ "found unexpected end of stream", "this quote is not closed" },
	{ "did not find expected node content", "a bracket is not closed, or a value is missing" },
	{ "found unknown escape character", "inside \"...\" a backslash is written \\\\; inside '...' it stands for itself" },
	{ "did not find expected hexdecimal number", "inside \"...\" a backslash is written \\\\; inside '...' it stands for itself" },
};

/* At the end of the file there is nothing to see: then what was begun and not ended is the place. */
static yaml_mark_t
problem_mark(const struct reader *r)
{
	const yaml_parser_t *y = &r->yaml;
	const char *end = memchr(r->text + r->base, '\n', r->len - r->base);
	size_t line = 0;

	for (; end && line < y->problem_mark.line; line++)
		end = memchr(end + 1, '\n', (size_t)(r->text + r->len - (end + 1)));
	return y->context && !end && y->problem_mark.column == 0 ? y->context_mark : y->problem_mark;
}

/* The line that a place is in. */
static const char *
line_at(const struct reader *r, size_t line, size_t *len)
{
	const char *s = r->text, *end = r->text + r->len, *nl;

	for (; line && (nl = memchr(s, '\n', (size_t)(end - s))); line--)
		s = nl + 1;
	nl = memchr(s, '\n', (size_t)(end - s));
	*len = (size_t)((nl ? nl : end) - s);
	return s;
}

/* `conclude: finding {kind: x}`, where the mapping belongs around the fact: to YAML the second colon is out of place. */
static bool
hint_fact(struct reader *r, struct diag *g, size_t line, size_t column)
{
	size_t len, from, key, name;
	const char *s = line_at(r, line, &len), *brace = memchr(s, '{', len);
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	if (!brace || (size_t)(brace - s) > column || len > 400)
		return false;
	from = strspn(s, " -");
	key = strspn(s + from, letters);
	if (!key || strncmp(s + from + key, ": ", 2) != 0)
		return false;
	name = strspn(s + from + key + 2, letters);
	if (!name || strncmp(s + from + key + 2 + name, " {", 2) != 0)
		return false;
	diag_hint(r->d, g, "write %.*s: {%.*s: {slot: value}}", (int)key, s + from, (int)name, s + from + key + 2);
	return true;
}

/* An open quote or bracket swallows what follows: reading goes on behind the line where it was opened. */
static bool
is_open_end(const yaml_parser_t *y)
{
	return y->context && (strstr(y->context, "quoted") || strstr(y->context, "flow"));
}

static void
report_problem(struct reader *r)
{
	const yaml_parser_t *y = &r->yaml;
	yaml_mark_t mark = problem_mark(r);
	struct place at = { r->file, r->line + (uint32_t)mark.line + 1, (uint32_t)mark.column + 1, 0, 0 };
	const char *problem = y->problem ? y->problem : "it is not YAML";
	struct diag *g;

	if (y->error == YAML_MEMORY_ERROR)
		machine_failed("out of memory");
	if (y->error == YAML_READER_ERROR)
		at = (struct place){ .file = r->file };
	r->stopped = r->line + (is_open_end(y) && y->context_mark.line < mark.line ? y->context_mark.line : mark.line);
	g = complain(r->d, BAD_YAML, at, "%s%s%s", problem, y->context ? " " : "", y->context ? y->context : "");
	r->culprit = g;
	if (at.line && hint_fact(r, g, at.line - 1, mark.column))
		return;
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (strstr(problem, hints[i].problem))
			diag_hint(r->d, g, "%s", hints[i].hint);
}

static bool
read_events(struct reader *r)
{
	yaml_event_t event;
	bool ended = false;

	while (!r->stop) {
		if (!yaml_parser_parse(&r->yaml, &event)) {
			report_problem(r);
			return false;
		}
		ended = event.type == YAML_STREAM_END_EVENT;
		take(r, &event);
		yaml_event_delete(&event);
	}
	return ended;
}

static const struct node *
nothing(struct reader *r)
{
	struct node *n = arena_alloc(r->nodes, sizeof *n);

	n->kind = NODE_MAP;
	n->at = (struct place){ r->file, 1, 1, 0, 0 };
	return n;
}

/* One run of libyaml, from `base` on. False after what cannot be stepped over. */
static bool
read_part(struct reader *r)
{
	bool whole;

	if (!yaml_parser_initialize(&r->yaml))
		machine_failed("out of memory");
	yaml_parser_set_encoding(&r->yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->yaml, (const unsigned char *)r->text + r->base, r->len - r->base);
	whole = read_events(r);
	yaml_parser_delete(&r->yaml);
	return whole;
}

static void
remove_last(struct node *parent)
{
	const struct node **end = &parent->first;

	while ((*end)->next)
		end = (const struct node **)&(*end)->next;
	*end = NULL;
	parent->count--;
}

static bool
has_scalar(const struct node *n)
{
	for (n = n->first; n; n = n->next)
		if (n->kind == NODE_SCALAR)
			return true;
	return false;
}

/*
 * The entry in which reading stopped is taken out, so that nobody misses what it would still have had: an item of the list or a value of the mapping that
 * a section is; and the section itself when it is an entry (`pack`) or stands in a list.
 */
static void
drop_unfinished(struct reader *r)
{
	struct node *root = r->depth ? r->levels[0].node : NULL, *section = r->depth > 1 ? r->levels[1].node : NULL;

	if (section && section == r->levels[0].last && (root->kind == NODE_LIST || (section->kind == NODE_MAP && (!section->first || has_scalar(section)))))
		remove_last(root);
	else if (r->depth > 2 && r->levels[2].node == r->levels[1].last)
		remove_last(section);
	while (r->depth)
		close_level(r);
}

static bool
begins_section(const char *line, size_t len)
{
	size_t word = 0;

	while (word < len && ((line[word] >= 'a' && line[word] <= 'z') || line[word] == '-'))
		word++;
	return word > 1 && word < len && line[word] == ':' && (word + 1 == len || line[word + 1] == ' ' || line[word + 1] == '\r' || line[word + 1] == '\n');
}

/* Behind the line where reading stopped, the next one that begins a section, or an item where the file is a list. Sets `base`; false: none. */
static bool
find_next(struct reader *r, bool list)
{
	const char *s = r->text, *end = r->text + r->len, *nl;

	for (uint32_t line = 0; (nl = memchr(s, '\n', (size_t)(end - s))); line++) {
		s = nl + 1;
		if (line < r->stopped || s >= end || (size_t)(s - r->text) <= r->base)
			continue;
		if (list ? s[0] == '-' && s + 1 < end && s[1] == ' ' : begins_section(s, (size_t)(end - s))) {
			r->base = r->bytes = (size_t)(s - r->text);
			r->line = line + 1;
			r->points = 0;
			return true;
		}
	}
	return false;
}

/* What was read after a mistake joins what was read before it. */
static void
join(struct node *all, const struct node *part)
{
	const struct node **end = &all->first;

	if (all->kind != part->kind || all->kind == NODE_SCALAR)
		return;
	while (*end)
		end = (const struct node **)&(*end)->next;
	*end = part->first;
	all->count += part->count;
}

/* What a mistake hides, behind its own hint. */
static void
tell_hidden(struct reader *r, bool resumed)
{
	const char *hint = r->culprit->hint, *space = hint ? "; " : "";

	if (resumed)
		diag_hint(r->d, r->culprit, "%s%swhat is skipped, as far as line %u, is not read until this is corrected", hint ? hint : "", space,
			(unsigned)r->line);
	else
		diag_hint(r->d, r->culprit, "%s%sthe rest of this file is not read until this is corrected", hint ? hint : "", space);
}

/* All parts of a text; `resume`: go on with the next section after a mistake that ends one. */
static bool
read_parts(struct reader *r, bool resume)
{
	enum { MOST_PARTS = 100 };
	struct node *all = NULL;
	bool whole = true, good, more = true;

	for (int i = 0; more; i++) {
		r->stop = false;
		r->root = NULL;
		good = read_part(r);
		whole &= good;
		drop_unfinished(r);
		if (all && r->root)
			join(all, r->root);
		else if (r->root)
			all = r->root;
		more = !good && resume && i < MOST_PARTS && r->stopped != SIZE_MAX && find_next(r, all && all->kind == NODE_LIST);
		if (!good)
			tell_hidden(r, more);
	}
	r->root = all;
	return whole;
}

static const struct node *
parse(struct arena *nodes, struct arena *texts, struct diags *d, uint32_t file, const char *text, size_t len, char *copy, bool *whole)
{
	struct reader r = { .nodes = nodes, .texts = texts, .d = d, .file = file, .text = text, .len = len, .copy = copy };
	bool resume = whole != NULL, good;

	if (whole)
		*whole = false;
	if (len > LARGEST_FILE) {
		complain(d, TOO_LARGE, (struct place){ .file = file }, "the file has %zu bytes; at most %d are allowed", len, LARGEST_FILE);
		return NULL;
	}
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.bytes = 3;
	if (!check_bytes(&r))
		return NULL;
	r.base = r.bytes;
	good = read_parts(&r, resume);
	if (whole)
		*whole = good;
	if (!good && (!resume || !r.root || r.root->kind == NODE_SCALAR))
		return NULL;
	if (!r.root || (r.root->kind == NODE_SCALAR && r.root->plain && r.root->len == 0))
		return nothing(&r);
	return r.root;
}

const struct node *
yaml_parse_apart(struct arena *nodes, struct arena *texts, struct diags *d, uint32_t file, const char *text, size_t len, char *copy, bool *whole)
{
	return parse(nodes, texts, d, file, text, len, copy, whole);
}

const struct node *
yaml_parse(struct arena *a, struct diags *d, uint32_t file, const char *text, size_t len)
{
	return parse(a, a, d, file, text, len, NULL, NULL);
}

/* --- looking at the tree --- */

const struct node *
node_get(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (const struct node *v = map->first; v; v = v->next)
		if (strcmp(v->key->text, key) == 0)
			return v;
	return NULL;
}

const char *
node_kind_name(const struct node *n)
{
	switch (n->kind) {
	case NODE_SCALAR:	return "text";
	case NODE_LIST:		return "a list";
	case NODE_MAP:		return "a mapping";
	}
	return "nothing";
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* A position that walks through the source and the scalar's text side by side. */
struct walk {
	const char *source;
	size_t len, at;		/* source */
	size_t done;		/* text */
	uint32_t line, col;
};

static void
step_source(struct walk *w)
{
	unsigned char c = (unsigned char)w->source[w->at++];

	if (c == '\n') {
		w->line++;
		w->col = 1;
	} else if ((c & 0xc0) != 0x80) {
		w->col++;
	}
}

/* Source characters of an escape in "...": \\n is 2, \\x41 4, \\u0041 6, \\U00000041 10. */
static size_t
escape_length(const struct walk *w)
{
	char c = w->at + 1 < w->len ? w->source[w->at + 1] : '\0';

	return c == 'x' ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2;
}

/* An escape stands for one character of the text; a backslash at the end of a line for none. */
static bool
step_escape(struct walk *w, const struct node *n)
{
	uint32_t cp;
	size_t width = text_decode(n->text + w->done, n->len - w->done, &cp), length = escape_length(w);

	if (w->at + 1 < w->len && (w->source[w->at + 1] == '\n' || w->source[w->at + 1] == '\r')) {
		step_source(w);
		while (w->at < w->len && is_space(w->source[w->at]))
			step_source(w);
		return true;
	}
	if (w->at + length > w->len || !width)
		return false;
	for (size_t i = 0; i < length; i++)
		step_source(w);
	w->done += width;
	return true;
}

/* One byte of the text: what differs may be folded lines, indentation and escapes. */
static bool
step_text(struct walk *w, const struct node *n)
{
	char c = n->text[w->done];
	char quote = !n->plain && n->offset ? w->source[n->offset - 1] : '\0';

	if (quote == '"' && w->at < w->len && w->source[w->at] == '\\')
		return step_escape(w, n);
	if (quote == '\'' && c == '\'' && w->at + 1 < w->len && memcmp(w->source + w->at, "''", 2) == 0)
		step_source(w);
	if (is_space(c) && w->at < w->len && w->source[w->at] != c && !is_space(w->source[w->at])) {
		w->done++;	/* a fold that was skipped already */
		return true;
	}
	while (!is_space(c) && w->at < w->len && is_space(w->source[w->at]))
		step_source(w);
	if (w->at >= w->len || (w->source[w->at] != c && !is_space(c)))
		return false;
	step_source(w);
	w->done++;
	return true;
}

static bool
walk_to(struct walk *w, const struct node *n, size_t text_at)
{
	while (w->done < text_at)
		if (!step_text(w, n))
			return false;
	if (text_at < n->len && !is_space(n->text[text_at]))
		while (w->at < w->len && is_space(w->source[w->at]))
			step_source(w);
	return true;
}

/* Where the content begins, as line and column. */
static void
start_walk(struct walk *w, const struct node *n)
{
	size_t line = w->at;
	bool block = !n->plain && w->at > 0 && is_space(w->source[w->at - 1]);

	while (line > 0 && w->source[line - 1] != '\n')
		line--;
	w->col = 1 + (uint32_t)text_columns(w->source + line, w->at - line);
	w->line = n->at.line;
	for (size_t i = w->at; block && i > 0 && is_space(w->source[i - 1]); i--)
		w->line += w->source[i - 1] == '\n';
}

static struct walk
begin_walk(const struct diags *d, const struct node *scalar)
{
	struct walk w = { .at = scalar->offset };

	w.source = diags_source_text(d, scalar->at.file, &w.len);
	if (w.source)
		start_walk(&w, scalar);
	return w;
}

struct place
node_place(const struct diags *d, const struct node *scalar, size_t from, size_t to)
{
	struct place p = scalar->at;
	struct walk w;

	if (scalar->kind != NODE_SCALAR)
		return p;
	if (scalar->simple) {
		p.col += scalar->plain ? 0 : 1;
		p.end_col = p.col + (uint32_t)to;
		p.col += (uint32_t)from;
		return p;
	}
	w = begin_walk(d, scalar);
	if (!w.source || !walk_to(&w, scalar, from))
		return p;
	p.line = w.line;
	p.col = w.col;
	if (!walk_to(&w, scalar, to > from ? to - 1 : from))
		return scalar->at;
	if (to > from && !step_text(&w, scalar))
		return scalar->at;
	p.end_line = w.line;
	p.end_col = w.col;
	return p;
}

size_t
node_spots(const struct diags *d, const struct node *scalar, struct spot *spots)
{
	struct walk w = begin_walk(d, scalar);

	for (size_t i = 0; w.source && i < scalar->len; i++) {
		struct walk after;

		if (!walk_to(&w, scalar, i))
			return i;
		after = w;
		if (w.done < scalar->len && !step_text(&after, scalar))
			return i;
		spots[i] = (struct spot){ w.line, w.col, after.line, after.col };
	}
	return w.source ? scalar->len : 0;
}
