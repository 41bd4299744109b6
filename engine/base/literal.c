/* SPDX-License-Identifier: MIT */
#include "base/literal.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Two characters that are a letter of ASCII when case is ignored; nothing else beyond ASCII is folded to ASCII. */
static const struct alike {
	char bytes[4], letter;
} alike[] = { { "\xE2\x84\xAA", 'k' }, { "\xC5\xBF", 's' } };
enum { ALIKE = sizeof alike / sizeof *alike };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Text beyond ASCII, in its place; returns how long it is then. */
static size_t
fold_alike(char *text, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		for (size_t k = 0; k < ALIKE && (c & 0x80); k++) {
			size_t len = strlen(alike[k].bytes);

			if (n - i < len || memcmp(text + i, alike[k].bytes, len) != 0)
				continue;
			c = alike[k].letter;
			i += len - 1;
		}
		text[to++] = c;
	}
	return to;
}

void
literal_fold(struct buf *out, const char *text, size_t n)
{
	size_t from = out->len;
	char all = 0;

	buf_add(out, text, n);
	for (char *p = out->text + from; p < out->text + out->len; p++) {
		all |= *p;
		*p = lower(*p);
	}
	if (!(all & 0x80))
		return;
	out->len = from + fold_alike(out->text + from, n);
	out->text[out->len] = '\0';
}

/* ---- what may stand beside ---- */

static const struct bytes all_bytes = { {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
} };

static void
bytes_add(struct bytes *set, int byte)
{
	set->bits[byte >> 3] |= (unsigned char)(1 << (byte & 7));
}

static void
bytes_unite(struct bytes *set, const struct bytes *with)
{
	for (size_t i = 0; i < sizeof set->bits; i++)
		set->bits[i] |= with->bits[i];
}

static void
bytes_intersect(struct bytes *set, const struct bytes *with)
{
	for (size_t i = 0; i < sizeof set->bits; i++)
		set->bits[i] &= with->bits[i];
}

/* Of characters beyond ASCII, as they are folded. */
static void
add_beyond(struct bytes *set)
{
	for (int byte = 0x80; byte < LITERAL_EDGE; byte++)
		bytes_add(set, byte);
	for (size_t k = 0; k < ALIKE; k++)
		bytes_add(set, alike[k].letter);
}

/* Any character, but not the end of the text. */
static struct bytes
any_character(void)
{
	struct bytes set = all_bytes;

	set.bits[LITERAL_EDGE >> 3] ^= 1 << (LITERAL_EDGE & 7);
	return set;
}

/* An end of the text or, with `lines`, of one: of any kind of newline that PCRE2 can be made for. */
static struct bytes
edge(bool lines)
{
	struct bytes set = {0};

	bytes_add(&set, LITERAL_EDGE);
	for (int c = '\n'; c <= '\r' && lines; c++)
		bytes_add(&set, c);
	if (lines)
		add_beyond(&set);
	return set;
}

static bool
is_word(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Which characters of ASCII a class has, and whether it has all the others. */
struct class {
	bool has[0x80], others;
	bool unsure;		/* something is in it that is not read */
};

/* \d and its kin, as they are without PCRE2_UCP. */
static bool
is_of_kind(char kind, int c)
{
	switch (lower(kind)) {
	case 'd': return c >= '0' && c <= '9';
	case 'w': return is_word(c);
	default: return c == ' ' || (c >= '\t' && c <= '\r');
	}
}

static bool
is_kind(char c)
{
	return c && strchr("dDwWsS", c);
}

static void
class_add_kind(struct class *to, char kind)
{
	bool not = kind == 'D' || kind == 'W' || kind == 'S';

	for (int c = 0; c < 0x80; c++)
		to->has[c] |= is_of_kind(kind, c) != not;
	to->others |= not;
}

/* What a character of the class is folded to. */
static struct bytes
bytes_of_class(struct class *of, bool inverse, bool any_case)
{
	struct bytes set = {0};

	if (of->unsure)
		return any_character();
	for (int c = 'a'; c <= 'z' && any_case; c++)
		of->has[c] = of->has[c ^ 0x20] = of->has[c] || of->has[c ^ 0x20];
	for (int c = 0; c < 0x80; c++)
		if (of->has[c] != inverse)
			bytes_add(&set, lower((char)c));
	if (of->others || inverse)
		add_beyond(&set);
	return set;
}

/* ---- reading a pattern ---- */

#define NONE SIZE_MAX

/* Going through a pattern at its top level: the run of characters so far, and the needs of this branch and of those before it. */
struct reading {
	const char *at, *end;
	bool any_case, lines;
	bool lost;		/* something is there that is not read: nothing is certain */
	int branches;		/* that ended so far */
	struct buf run, needs;
	struct buf before;	/* texts of the branches' needs */
	struct beside beside;	/* of any of these */
	size_t open;		/* the need that ends right here, by its place in `needs`, or NONE */
	struct bytes last;	/* what the byte before here can be */
	bool word_edge;		/* an edge of a word is asked for here */
};

/* Something ended here: nothing is known of what it was. */
static void
forget(struct reading *r)
{
	r->open = NONE;
	r->last = all_bytes;
	r->word_edge = false;
}

/* The need that ends here is followed by one of these. */
static void
follow(struct reading *r, const struct bytes *first)
{
	if (r->open != NONE)
		memcpy(r->needs.text + r->open + offsetof(struct beside, after), first, sizeof *first);
	r->open = NONE;
}

/* A character was read that begins with one of these bytes and ends with one of those. */
static void
pass(struct reading *r, const struct bytes *first, const struct bytes *last)
{
	follow(r, first);
	r->last = *last;
	r->word_edge = false;
}

static const char *
texts_of(const char *need)
{
	return need + sizeof(struct beside);
}

/* The first bytes of a need's texts, or their last ones. */
static struct bytes
ends_of(const char *need, bool last)
{
	struct bytes set = {0};

	for (const char *p = texts_of(need); *p; p += strlen(p) + 1)
		bytes_add(&set, (unsigned char)(last ? p[strlen(p) - 1] : *p));
	return set;
}

/* Bytes of characters that stand in no word, when these are all bytes of characters that do; else all. */
static struct bytes
outside_word(const struct reading *r, const struct bytes *inside)
{
	struct class word = {0};
	struct bytes set, within;

	class_add_kind(&word, 'w');
	within = bytes_of_class(&word, false, false);
	for (size_t k = 0; k < ALIKE && r->any_case; k++)	/* what is alike is in no word */
		if (bytes_have(inside, alike[k].letter))
			return all_bytes;
	set = *inside;
	bytes_unite(&set, &within);
	if (memcmp(&set, &within, sizeof set) != 0)
		return all_bytes;
	set = bytes_of_class(&word, true, false);
	bytes_add(&set, LITERAL_EDGE);
	return set;
}

/* Opens a need; its texts are to follow. */
static size_t
begin_need(struct reading *r)
{
	static const struct beside unknown;
	size_t at = r->needs.len;

	buf_add(&r->needs, (const char *)&unknown, sizeof unknown);
	return at;
}

/* The texts of the need at `at` are written. It is what was read. */
static void
end_need(struct reading *r, size_t at)
{
	struct beside b = { r->last, all_bytes };
	struct bytes first, last, outside;

	buf_putc(&r->needs, '\0');
	first = ends_of(r->needs.text + at, false);
	last = ends_of(r->needs.text + at, true);
	if (r->word_edge) {
		outside = outside_word(r, &first);
		bytes_intersect(&b.before, &outside);
	}
	memcpy(r->needs.text + at, &b, sizeof b);
	pass(r, &first, &last);
	r->open = at;
}

/* Appends a text folded, and its end; false when it gets shorter: what is alike in it is a letter then, but in no word. */
static bool
put_folded(struct buf *to, const char *text, size_t n)
{
	size_t start = to->len;

	literal_fold(to, text, n);
	buf_putc(to, '\0');
	return to->len - start > n;
}

/* A run that is too short to be searched for still tells what stands beside others. */
static void
pass_text(struct reading *r, const char *text, size_t n)
{
	struct bytes first = {0}, last = {0};

	bytes_add(&first, (unsigned char)text[0]);
	bytes_add(&last, (unsigned char)text[n - 1]);
	pass(r, &first, &last);
}

static void
end_run(struct reading *r)
{
	size_t n = r->run.len, at = begin_need(r), from = r->needs.len;
	bool whole = n > 0 && put_folded(&r->needs, r->run.text, n);

	buf_clear(&r->run);
	if (whole && n >= LITERAL_LEAST && strlen(r->needs.text + from) == n) {
		end_need(r, at);
		return;
	}
	if (whole)
		pass_text(r, r->needs.text + from, n);
	else if (n > 0)
		forget(r);
	r->needs.len = at;
}

/* The need of which the shortest text is the longest; NULL: there is none. */
static const char *
best_need(const struct buf *needs)
{
	const char *best = NULL, *p = buf_text(needs), *end = p + needs->len;
	size_t longest = 0;

	while (p < end) {
		const char *need = p;
		size_t shortest = SIZE_MAX;

		for (p = texts_of(p); *p; p += strlen(p) + 1)
			shortest = strlen(p) < shortest ? strlen(p) : shortest;
		p++;
		if (shortest > longest) {
			longest = shortest;
			best = need;
		}
	}
	return best;
}

/* One alternative of the whole pattern ended: it needs one of its texts, and the pattern one of all these. */
static void
end_branch(struct reading *r)
{
	struct beside beside;
	const char *best;

	end_run(r);
	best = best_need(&r->needs);
	r->lost |= !best;
	if (best) {
		memcpy(&beside, best, sizeof beside);
		bytes_unite(&r->beside.before, &beside.before);
		bytes_unite(&r->beside.after, &beside.after);
		for (best = texts_of(best); *best; best += strlen(best) + 1)
			buf_add(&r->before, best, strlen(best) + 1);
	}
	r->branches++;
	buf_clear(&r->needs);
	forget(r);
}

/* The last character of the run may be missing in a match. */
static void
drop_last(struct reading *r)
{
	size_t n = r->run.len;

	while (n && (r->run.text[n - 1] & 0xC0) == 0x80)
		n--;
	r->run.len = n ? n - 1 : 0;
	end_run(r);
	forget(r);
}

/* Behind the byte, or lost when it does not come. */
static void
skip_to(struct reading *r, char c)
{
	const char *p = r->at < r->end ? memchr(r->at, c, (size_t)(r->end - r->at)) : NULL;

	r->lost |= !p;
	r->at = p ? p + 1 : r->end;
}

/* A character behind a backslash inside a class or group; quoting stretches are not read. */
static void
skip_escaped(struct reading *r)
{
	r->lost |= r->at >= r->end || *r->at == 'Q' || *r->at == 'E';
	r->at += r->at < r->end;
}

/* Behind "[:name:]" in a class when it stands there; `at` is behind its first bracket. */
static void
skip_posix(struct reading *r)
{
	const char *p = r->at + 1;

	if (r->at >= r->end || !strchr(":.=", *r->at))
		return;
	while (p < r->end && ((*p >= 'a' && *p <= 'z') || *p == '^'))
		p++;
	if (r->end - p >= 2 && p[0] == *r->at && p[1] == ']')
		r->at = p + 2;
}

/* A character of a class that is written as it is; a range when the next ones say so. */
static void
add_to_class(struct class *to, struct reading *r, char c)
{
	bool range = r->end - r->at >= 2 && r->at[0] == '-' && r->at[1] != ']';
	char last = range ? r->at[1] : c;

	to->unsure |= (c & 0x80) || (range && (!is_word(c) || !is_word((unsigned char)last)));
	for (int i = c; i <= last && !to->unsure; i++)
		to->has[i] = true;
	if (range && !to->unsure)
		r->at += 2;
}

/* The same behind a backslash. */
static void
add_escaped(struct class *to, struct reading *r)
{
	char c = r->at < r->end ? *r->at : 'E';

	skip_escaped(r);
	if (is_kind(c))
		class_add_kind(to, c);
	else if (is_word((unsigned char)c))
		to->unsure = true;
	else
		add_to_class(to, r, c);
}

/* A class; `at` is behind its bracket. A bracket that comes first is one of its characters. Returns what may come of it. */
static struct bytes
read_class(struct reading *r)
{
	struct class class = {0};
	bool inverse = r->at < r->end && *r->at == '^';

	r->at += inverse;
	if (r->at < r->end && *r->at == ']')
		add_to_class(&class, r, *r->at++);
	while (r->at < r->end) {
		char c = *r->at++;

		if (c == ']')
			return bytes_of_class(&class, inverse, r->any_case);
		if (c == '[') {
			class.unsure = true;
			skip_posix(r);
		} else if (c == '\\') {
			add_escaped(&class, r);
		} else {
			add_to_class(&class, r, c);
		}
	}
	r->lost = true;
	return all_bytes;
}

/* At the start of a group, behind its parenthesis: lost when it changes or ends the rest of the pattern, or is a comment. */
static void
look_at_group(struct reading *r)
{
	static const char plain[] = ":=!<>P|'&R";	/* what follows (? */

	if (r->at >= r->end)
		return;
	if (*r->at == '*')
		r->lost = true;
	else if (*r->at == '?')
		r->lost |= r->end - r->at < 2 || !strchr(plain, r->at[1]);
}

/* A group with all that is in it; `at` is behind its parenthesis. */
static void
skip_group(struct reading *r)
{
	look_at_group(r);
	for (int depth = 1; depth > 0;) {
		if (r->at >= r->end) {
			r->lost = true;
			return;
		}
		switch (*r->at++) {
		case '\\': skip_escaped(r); break;
		case '[': read_class(r); break;
		case ')': depth--; break;
		case '(':
			depth++;
			look_at_group(r);
			break;
		}
	}
}

/* Is what ends at `p` there at least once? */
static bool
is_required(const struct reading *r, const char *p)
{
	if (p < r->end && *p == '{')
		return r->end - p > 1 && p[1] >= '1' && p[1] <= '9';
	return p >= r->end || !strchr("?*", *p) || !*p;
}

/* A character was read that is one of a set. */
static void
take_one(struct reading *r, const struct bytes *set)
{
	if (is_required(r, r->at))
		pass(r, set, set);
	else
		forget(r);
}

/* A quantifier in braces, or what looks like one; `at` is behind the first. */
static void
take_counts(struct reading *r)
{
	const char *from = r->at;
	int commas = 0;

	skip_to(r, '}');
	for (const char *p = from; !r->lost && p < r->at - 1; p++) {
		commas += *p == ',';
		r->lost |= !((*p >= '0' && *p <= '9') || *p == ',');
	}
	if (!r->lost && *from >= '1' && *from <= '9' && commas < 2) {
		end_run(r);
		r->open = NONE;
	} else {
		drop_last(r);
	}
}

static void
put(struct reading *r, char c)
{
	if (r->any_case && (c & 0x80)) {	/* in another case it may be any other */
		end_run(r);
		forget(r);
	} else {
		buf_putc(&r->run, c);
	}
}

static void
take_anchor(struct reading *r, bool at_end, bool lines)
{
	struct bytes set = edge(lines);

	end_run(r);
	if (at_end)
		follow(r, &set);
	else
		pass(r, &all_bytes, &set);
}

static void
take_word_edge(struct reading *r)
{
	struct bytes last, outside;

	end_run(r);
	if (r->open != NONE) {
		last = ends_of(r->needs.text + r->open, true);
		outside = outside_word(r, &last);
		follow(r, &outside);
	}
	r->word_edge = true;
}

static void
take_kind(struct reading *r, char kind)
{
	struct class class = {0};
	struct bytes set;

	end_run(r);
	class_add_kind(&class, kind);
	set = bytes_of_class(&class, false, false);
	take_one(r, &set);
}

static void
take_escape(struct reading *r)
{
	char c = r->at < r->end ? *r->at++ : 'E';

	if (!is_word((unsigned char)c) || c == '_') {
		put(r, c);
		return;
	}
	switch (c) {
	case 'd': case 'D': case 'w': case 'W': case 's': case 'S': take_kind(r, c); break;
	case 'A': take_anchor(r, false, false); break;
	case 'z': take_anchor(r, true, false); break;
	case 'Z': take_anchor(r, true, true); break;
	case 'b': take_word_edge(r); break;
	default:
		r->lost |= !strchr("BhHvVRnrtK", c);
		end_run(r);
		forget(r);
		break;
	}
}

static bool
is_plain(const struct reading *r, char c)
{
	return c && !strchr("\\|()[]{}?*+.^$", c) && !(r->any_case && (c & 0x80));
}

/* Adds a text to a need; false when it is too short. */
static bool
add_alternative(struct reading *r, const char *from, const char *to)
{
	return put_folded(&r->needs, from, (size_t)(to - from)) && to - from >= LITERAL_LEAST;
}

/* A group of plain alternatives, `at` behind its parenthesis: a need. False when it is another kind of group; nothing is read then. */
static bool
take_alternatives(struct reading *r)
{
	const char *p = r->at + (r->end - r->at > 2 && r->at[0] == '?' && r->at[1] == ':' ? 2 : 0), *from;
	size_t start = begin_need(r);
	bool whole = true;

	for (from = p; p < r->end && (is_plain(r, *p) || *p == '|'); p++)
		if (*p == '|') {
			whole &= add_alternative(r, from, p);
			from = p + 1;
		}
	whole &= add_alternative(r, from, p) && p < r->end && *p == ')' && is_required(r, p + 1);
	if (!whole) {
		r->needs.len = start;
		return false;
	}
	r->at = p + 1;
	end_need(r, start);
	return true;
}

static void
take_group(struct reading *r)
{
	end_run(r);
	if (take_alternatives(r))
		return;
	skip_group(r);
	forget(r);
}

static void
take_class(struct reading *r)
{
	struct bytes set;

	end_run(r);
	set = read_class(r);
	take_one(r, &set);
}

static void
take(struct reading *r)
{
	const struct bytes any = any_character();
	char c = *r->at++;

	switch (c) {
	case '\\': take_escape(r); break;
	case '|': end_branch(r); break;
	case '(': take_group(r); break;
	case '[': take_class(r); break;
	case '?': case '*': drop_last(r); break;
	case '{': take_counts(r); break;
	case '^': take_anchor(r, false, r->lines); break;
	case '$': take_anchor(r, true, true); break;
	case '.':
		end_run(r);
		take_one(r, &any);
		break;
	case '+':	/* the last character once more; what follows it is not what follows the first */
		end_run(r);
		r->open = NONE;
		break;
	default: put(r, c); break;
	}
}

void
literal_needs(struct buf *out, const char *pattern, size_t n, const char *flags)
{
	struct reading r = { .at = pattern, .end = pattern + n };

	r.any_case = strchr(flags, 'i');
	r.lines = strchr(flags, 'm');
	r.lost = strchr(flags, 'x');
	forget(&r);
	while (r.at < r.end && !r.lost)
		take(&r);
	end_run(&r);
	if (r.branches && !r.lost) {
		end_branch(&r);
		buf_add(&r.needs, (const char *)&r.beside, sizeof r.beside);
		buf_add(&r.needs, buf_text(&r.before), r.before.len);
		buf_putc(&r.needs, '\0');
	}
	if (!r.lost)
		buf_add(out, buf_text(&r.needs), r.needs.len);
	buf_free(&r.run);
	buf_free(&r.needs);
	buf_free(&r.before);
}
