/* SPDX-License-Identifier: MIT */
#include "lang/lint_pattern.h"

#include <stdlib.h>
#include <string.h>

/* Longer patterns are not looked at: the work grows with the square. */
enum { DEEPEST = 64, LONGEST = 2000 };

struct reading {
	struct arena *a;
	const char *s;
	size_t n, at;
	bool caseless, lines, extended, dotall;
	int depth;
	bool lost;			/* something that this reader does not know */
};

static struct part *read_choice(struct reading *r);

/* --- sets --- */

void
set_add(struct set *s, unsigned char c)
{
	s->bits[c >> 6] |= (uint64_t)1 << (c & 63);
}

static void
set_join(struct set *s, const struct set *other)
{
	for (int i = 0; i < 4; i++)
		s->bits[i] |= other->bits[i];
	s->rough |= other->rough;
}

static void
set_turn(struct set *s)
{
	for (int i = 0; i < 4; i++)
		s->bits[i] = s->rough ? UINT64_MAX : ~s->bits[i];
}

bool
sets_meet(const struct set *a, const struct set *b)
{
	for (int i = 0; i < 4; i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

bool
set_is_empty(const struct set *s)
{
	return !(s->bits[0] | s->bits[1] | s->bits[2] | s->bits[3]);
}

bool
set_is_within(const struct set *inner, const struct set *outer)
{
	if (outer->rough || inner->bits[2] || inner->bits[3])
		return false;
	return !(inner->bits[0] & ~outer->bits[0]) && !(inner->bits[1] & ~outer->bits[1]);
}

static void
set_range(struct set *s, int from, int to)
{
	for (int c = from; c <= to; c++)
		set_add(s, (unsigned char)c);
}

/* \d, \w, \s and their like; false when the letter stands for none. */
static bool
set_of_letter(char letter, struct set *s)
{
	*s = (struct set){ .rough = false };
	switch (letter | 0x20) {
	case 'd':
		set_range(s, '0', '9');
		break;
	case 'w':
		set_range(s, '0', '9');
		set_range(s, 'a', 'z');
		set_range(s, 'A', 'Z');
		set_add(s, '_');
		break;
	case 's': case 'h': case 'v':
		set_range(s, '\t', '\r');
		set_add(s, ' ');
		s->rough = (letter | 0x20) != 's';
		break;
	case 'r': case 'n':
		if (letter == 'n' || letter == 'r')
			return false;	/* \n, \r are characters */
		set_range(s, '\n', '\r');
		break;
	default:
		return false;
	}
	if (letter < 'a' && letter != 'R')
		set_turn(s);
	return true;
}

bool
is_word_set(const struct set *s)
{
	struct set outside;

	set_of_letter('W', &outside);
	return !sets_meet(s, &outside);
}

/* --- reading --- */

static struct part *
new_part(struct reading *r, enum part_kind kind, size_t from)
{
	struct part *p = arena_alloc(r->a, sizeof *p);

	p->kind = kind;
	p->from = from;
	p->to = r->at;
	return p;
}

static bool
more(const struct reading *r)
{
	return r->at < r->n && !r->lost;
}

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* \xHH or \x{HHH}, behind the x; 0x80 stands for everything outside ASCII. */
static int
read_hex(struct reading *r)
{
	bool braces = r->at < r->n && r->s[r->at] == '{';
	int v = 0, digits = 0;

	r->at += braces;
	while (r->at < r->n && hex(r->s[r->at]) >= 0 && (braces || digits < 2)) {
		v = v < 0x1000 ? v * 16 + hex(r->s[r->at]) : v;
		r->at++;
		digits++;
	}
	if (braces && r->at < r->n)
		r->at++;
	return v < 0x80 ? v : 0x80;
}

/* The character that an escape stands for; `at` is behind the letter. */
static int
escaped(struct reading *r, char letter)
{
	switch (letter) {
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'f': return '\f';
	case 'e': return 27;
	case 'a': return 7;
	case 'x': return read_hex(r);
	}
	if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9'))
		r->lost = true;
	return (unsigned char)letter;
}

static void
add_char(const struct reading *r, struct set *s, int c)
{
	if (c >= 0x80)
		set_range(s, 0x80, 0xff);
	else
		set_add(s, (unsigned char)c);
	if (r->caseless && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c < 0x80)
		set_add(s, (unsigned char)(c ^ 0x20));
}

static struct part *
set_part(struct reading *r, size_t from, const struct set *s)
{
	struct part *p = new_part(r, SET, from);

	p->set = *s;
	return p;
}

static struct part *
char_part(struct reading *r, size_t from, int c)
{
	struct set s = { .rough = false };

	add_char(r, &s, c);
	return set_part(r, from, &s);
}

static struct part *
assertion_part(struct reading *r, size_t from, enum assertion kind)
{
	struct part *p = new_part(r, ASSERTION, from);

	p->assertion = kind;
	return p;
}

/* One end of a range in [ ], or a whole set such as \d; false then. */
static bool
read_class_char(struct reading *r, struct set *s, int *c)
{
	struct set inner;
	const char *end;

	if (r->s[r->at] == '[' && r->at + 1 < r->n && strchr(":.=", r->s[r->at + 1])) {
		end = memmem(r->s + r->at, r->n - r->at, ":]", 2);
		r->at = end ? (size_t)(end - r->s) + 2 : r->n;
		set_range(s, 0, 0xff);	/* a named set: more than it holds */
		s->rough = true;
		return false;
	}
	*c = (unsigned char)r->s[r->at++];
	if (*c != '\\' || r->at >= r->n)
		return true;
	*c = r->s[r->at++];
	if (*c == 'b') {
		*c = 8;
		return true;
	}
	if (set_of_letter((char)*c, &inner)) {
		set_join(s, &inner);
		return false;
	}
	if (*c == 'p' || *c == 'P') {
		r->lost = true;
		return false;
	}
	*c = escaped(r, (char)*c);
	return true;
}

static struct part *
read_class(struct reading *r)
{
	size_t from = r->at++;
	bool turned = more(r) && r->s[r->at] == '^';
	struct set s = { .rough = false };
	bool some = false;	/* single characters outside ASCII */
	int low, high;

	r->at += turned;
	for (bool start = true; more(r) && (start || r->s[r->at] != ']'); start = false) {
		if (!read_class_char(r, &s, &low))
			continue;
		high = low;
		if (r->at + 1 < r->n && r->s[r->at] == '-' && r->s[r->at + 1] != ']') {
			r->at++;
			if (!read_class_char(r, &s, &high))
				high = low;
		}
		for (int c = low; c <= high && c < 0x80; c++)
			add_char(r, &s, c);
		some |= high >= 0x80;
	}
	r->at++;
	if (turned)
		set_turn(&s);	/* [^ä] still holds most of what is outside ASCII */
	else if (some)
		set_range(&s, 0x80, 0xff);
	return set_part(r, from, &s);
}

static struct part *
read_escape(struct reading *r)
{
	size_t from = r->at++;
	char letter = r->at < r->n ? r->s[r->at++] : '\\';
	struct set s;

	if (set_of_letter(letter, &s))
		return set_part(r, from, &s);
	switch (letter) {
	case 'A': case 'G': return assertion_part(r, from, LINE_START);
	case 'z': case 'Z': return assertion_part(r, from, LINE_END);
	case 'b': return assertion_part(r, from, WORD_EDGE);
	case 'B': return assertion_part(r, from, NO_WORD_EDGE);
	case 'K': return assertion_part(r, from, NONE);
	}
	if ((letter >= '1' && letter <= '9') || strchr("kgpPXCQEoc", letter)) {
		r->lost = true;
		return new_part(r, ASSERTION, from);
	}
	return char_part(r, from, escaped(r, letter));
}

static bool
starts(const struct reading *r, const char *text)
{
	size_t n = strlen(text);

	return r->n - r->at >= n && memcmp(r->s + r->at, text, n) == 0;
}

/* (?i), (?i:...), (?-s) and the like: only i, m, s, x matter here. */
static bool
read_flags(struct reading *r)
{
	bool on = true;

	for (; more(r) && !strchr(":)", r->s[r->at]); r->at++) {
		switch (r->s[r->at]) {
		case '-': on = false; break;
		case 'i': r->caseless = on; break;
		case 'm': r->lines = on; break;
		case 's': r->dotall = on; break;
		case 'x': r->extended = on; break;
		default: r->lost = true; return false;
		}
	}
	return more(r) && r->s[r->at] == ':';
}

static void
skip_name(struct reading *r)
{
	while (more(r) && !strchr(">'", r->s[r->at]))
		r->at++;
	r->at++;
}

/* What stands between ( and its contents. `look`, `atomic`: it is such a group. False: there are no contents. */
static bool
read_group_head(struct reading *r, enum assertion *look, bool *atomic)
{
	static const char *const looks[] = { "?=", "?!", "?<=", "?<!" };
	static const enum assertion kinds[] = { LOOK_AHEAD, LOOK_AHEAD_NOT, LOOK_BEHIND, LOOK_BEHIND };
	static const char *const names[] = { "?<", "?P<", "?'" };

	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
		if (starts(r, looks[i])) {
			r->at += strlen(looks[i]);
			*look = kinds[i];
			return true;
		}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (starts(r, names[i])) {
			r->at += strlen(names[i]);
			skip_name(r);
			return true;
		}
	if (starts(r, "?>")) {
		r->at += 2;
		*atomic = true;
		return true;
	}
	if (starts(r, "?#") || starts(r, "*")) {
		r->lost = starts(r, "*");
		while (more(r) && r->s[r->at] != ')')
			r->at++;
		return false;
	}
	if (!starts(r, "?"))
		return true;
	r->at++;
	if (!read_flags(r))
		return false;
	r->at++;
	return true;
}

static struct part *
read_group(struct reading *r)
{
	struct reading before = *r;
	size_t from = r->at++;
	enum assertion look = NONE;
	bool atomic = false, contents = read_group_head(r, &look, &atomic);
	struct part *p, *seen;

	if (!contents) {	/* flags for what follows, or a comment */
		r->at++;
		return assertion_part(r, from, NONE);
	}
	p = read_choice(r);
	if (!more(r) || r->s[r->at] != ')')
		r->lost = true;
	r->at++;
	r->caseless = before.caseless;
	r->lines = before.lines;
	r->extended = before.extended;
	r->dotall = before.dotall;
	if (look != NONE) {
		seen = p;
		p = assertion_part(r, from, look);
		p->seen = seen;
		return p;
	}
	p->atomic = atomic;
	p->from = from;
	p->to = r->at;
	return p;
}

static struct part *
read_atom(struct reading *r)
{
	size_t from = r->at;
	struct set s = { .rough = false };
	unsigned char c;

	switch (r->s[r->at]) {
	case '[': return read_class(r);
	case '(': return read_group(r);
	case '\\': return read_escape(r);
	case '^': r->at++; return assertion_part(r, from, r->lines ? NONE : LINE_START);
	case '$': r->at++; return assertion_part(r, from, r->lines ? NONE : LINE_END);
	case '.':
		r->at++;
		set_range(&s, 0, 0xff);
		if (!r->dotall)
			s.bits[0] &= ~((uint64_t)1 << '\n');
		return set_part(r, from, &s);
	}
	c = (unsigned char)r->s[r->at++];
	while (c >= 0x80 && r->at < r->n && ((unsigned char)r->s[r->at] & 0xc0) == 0x80)
		r->at++;
	return char_part(r, from, c);
}

/* {n}, {n,}, {n,m}; false when the brace is just a brace. */
static bool
read_bounds(struct reading *r, int *min, int *max)
{
	size_t at = r->at + 1;
	char *end;

	if (at >= r->n || r->s[at] < '0' || r->s[at] > '9')
		return false;
	*min = *max = (int)strtol(r->s + at, &end, 10);
	if (*end == ',') {
		*max = ENDLESS;
		if (end[1] >= '0' && end[1] <= '9')
			*max = (int)strtol(end + 1, &end, 10);
		else
			end++;
	}
	if (*end != '}')
		return false;
	r->at = (size_t)(end - r->s) + 1;
	return true;
}

static struct part *
read_repeat(struct reading *r, struct part *inner)
{
	char c = more(r) ? r->s[r->at] : '\0';
	int min = c == '+', max = c == '?' ? 1 : ENDLESS;
	struct part *p;

	if (c == '{' ? !read_bounds(r, &min, &max) : !c || !strchr("*+?", c))
		return inner;
	if (c != '{')
		r->at++;
	p = new_part(r, REPEAT, inner->from);
	p->min = min;
	p->max = max;
	p->first = inner;
	inner->up = p;
	if (more(r) && (r->s[r->at] == '?' || r->s[r->at] == '+'))
		p->atomic = r->s[r->at++] == '+';
	p->to = r->at;
	return p;
}

static void
skip_space(struct reading *r)
{
	while (r->extended && more(r) && strchr(" \t\n\r#", r->s[r->at])) {
		if (r->s[r->at] == '#')
			while (more(r) && r->s[r->at] != '\n')
				r->at++;
		else
			r->at++;
	}
}

static struct part *
read_sequence(struct reading *r)
{
	struct part *seq = new_part(r, SEQUENCE, r->at), **end = &seq->first;

	for (skip_space(r); more(r) && !strchr("|)", r->s[r->at]); skip_space(r)) {
		struct part *p = read_atom(r);

		skip_space(r);
		p = read_repeat(r, p);
		p->up = seq;
		*end = p;
		end = &p->next;
	}
	seq->to = r->at;
	return seq;
}

static struct part *
read_choice(struct reading *r)
{
	struct part *choice = new_part(r, CHOICE, r->at), **end = &choice->first;

	if (++r->depth > DEEPEST)
		r->lost = true;
	do {
		struct part *p;

		if (choice->first)
			r->at++;
		p = read_sequence(r);
		p->up = choice;
		*end = p;
		end = &p->next;
	} while (more(r) && r->s[r->at] == '|');
	r->depth--;
	choice->to = r->at;
	return choice;
}

struct part *
pattern_read(struct arena *a, const struct compiled *re)
{
	struct reading r = {
		.a = a, .s = re->text, .n = re->len, .caseless = strchr(re->flags, 'i') != NULL, .lines = strchr(re->flags, 'm') != NULL,
		.dotall = strchr(re->flags, 's') != NULL, .extended = strchr(re->flags, 'x') != NULL,
	};
	struct part *p = re->len > LONGEST ? NULL : read_choice(&r);

	return p && !r.lost && r.at == r.n ? p : NULL;
}

/* --- what parts can do --- */

bool
can_be_empty(const struct part *p, bool freely)
{
	switch (p->kind) {
	case SET:
		return false;
	case ASSERTION:
		return !freely;
	case REPEAT:
		return p->min == 0 || can_be_empty(p->first, freely);
	case SEQUENCE:
		for (const struct part *q = p->first; q; q = q->next)
			if (!can_be_empty(q, freely))
				return false;
		return true;
	case CHOICE:
		for (const struct part *q = p->first; q; q = q->next)
			if (can_be_empty(q, freely))
				return true;
	}
	return false;
}
