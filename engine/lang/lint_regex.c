/* SPDX-License-Identifier: MIT */
/*
 * Looks at the text of regular expressions, which PCRE2 has accepted, for forms that hardly anybody means. The reading is rough where it
 * does not matter (properties, back references and recursion count as "any text"); what cannot be read gives no warning.
 */
#include "lang/lint_parts.h"

#include <stdlib.h>
#include <string.h>

/* Longer patterns are not looked at: the work grows with the square. */
enum { DEEPEST = 64, ENDLESS = INT32_MAX, MANY = 10, LONGEST = 2000 };

struct set {
	uint64_t bits[4];	/* bytes; everything outside ASCII is either in it or not */
};

enum kind { SET, SEQUENCE, CHOICE, REPEAT, ASSERTION, ANYTHING };
enum assertion { NONE, LINE_START, LINE_END, WORD_EDGE, LOOK };

struct part {
	enum kind kind;
	struct set set;
	enum assertion assertion;
	int min, max;			/* of a repeat */
	bool atomic;			/* never gives back what it took */
	size_t from, to;
	struct part *first, *next, *up;
};

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

static void
set_add(struct set *s, unsigned char c)
{
	s->bits[c >> 6] |= (uint64_t)1 << (c & 63);
}

static void
set_join(struct set *s, const struct set *other)
{
	for (int i = 0; i < 4; i++)
		s->bits[i] |= other->bits[i];
}

static void
set_turn(struct set *s)
{
	for (int i = 0; i < 4; i++)
		s->bits[i] = ~s->bits[i];
}

static bool
sets_meet(const struct set *a, const struct set *b)
{
	for (int i = 0; i < 4; i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

static bool
set_is_empty(const struct set *s)
{
	return !(s->bits[0] | s->bits[1] | s->bits[2] | s->bits[3]);
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
	*s = (struct set){{0}};
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

static bool
is_word_set(const struct set *s)
{
	struct set outside;

	set_of_letter('W', &outside);
	return !sets_meet(s, &outside);
}

/* --- reading --- */

static struct part *
new_part(struct reading *r, enum kind kind, size_t from)
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
	struct set s = {{0}};

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
	struct set s = {{0}};
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
	case 'B': case 'K': return assertion_part(r, from, NONE);
	}
	if ((letter >= '1' && letter <= '9') || strchr("kgpPXCQEoc", letter)) {
		r->lost = true;
		return new_part(r, ANYTHING, from);
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
read_group_head(struct reading *r, bool *look, bool *atomic)
{
	static const char *const looks[] = { "?=", "?!", "?<=", "?<!" };
	static const char *const names[] = { "?<", "?P<", "?'" };

	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
		if (starts(r, looks[i])) {
			r->at += strlen(looks[i]);
			*look = true;
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
	bool look = false, atomic = false, contents = read_group_head(r, &look, &atomic);
	struct part *p;

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
	if (look)
		return assertion_part(r, from, LOOK);
	p->atomic = atomic;
	p->from = from;
	p->to = r->at;
	return p;
}

static struct part *
read_atom(struct reading *r)
{
	size_t from = r->at;
	struct set s = {{0}};
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

/* --- what parts can do --- */

/* Can match no text at all. `freely`: wherever it stands, so without an assertion. */
static bool
can_be_empty(const struct part *p, bool freely)
{
	switch (p->kind) {
	case SET:
		return false;
	case ASSERTION:
		return !freely;
	case ANYTHING:
		return true;
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

static void
add_first(const struct part *p, struct set *out)
{
	if (p->kind == SET)
		set_join(out, &p->set);
	else if (p->kind == ANYTHING)
		set_range(out, 0, 0xff);
	for (const struct part *q = p->first; q; q = q->next) {
		add_first(q, out);
		if (p->kind == SEQUENCE && !can_be_empty(q, false))
			break;
	}
}

/* What can follow `p` within `whole`, which is repeated: behind its end it begins again. */
static void
add_following(const struct part *p, const struct part *whole, struct set *out)
{
	for (; p != whole; p = p->up) {
		if (p->up->kind == REPEAT && p->up->max > 1 && p->up != whole->up)
			add_first(p, out);
		if (p->up->kind != SEQUENCE)
			continue;
		for (const struct part *q = p->next; q; q = q->next) {
			add_first(q, out);
			if (!can_be_empty(q, false))
				return;
		}
	}
	add_first(whole, out);
}

/* A repeat within `p` whose characters could as well be taken by the next round of `whole`. */
static const struct part *
find_ambiguous(const struct part *p, const struct part *whole)
{
	const struct part *found;

	if (p->atomic)
		return NULL;
	if (p->kind == REPEAT && p->max > MANY) {
		struct set mine = {{0}}, after = {{0}};

		add_first(p->first, &mine);
		add_following(p, whole, &after);
		if (sets_meet(&mine, &after))
			return p;
	}
	for (const struct part *q = p->first; q; q = q->next)
		if ((found = find_ambiguous(q, whole)))
			return found;
	return NULL;
}

/* Two alternatives of one character each that share one: (\w|\d)+ */
static bool
has_twin_choices(const struct part *p)
{
	for (const struct part *a = p->kind == CHOICE ? p->first : NULL; a; a = a->next)
		for (const struct part *b = a->next; b; b = b->next)
			if (a->first && !a->first->next && a->first->kind == SET && b->first && !b->first->next
			    && b->first->kind == SET && sets_meet(&a->first->set, &b->first->set))
				return true;
	return false;
}

/* --- complaints --- */

static struct place
place(const struct compiled *re, const struct part *p)
{
	struct place at = re->at;

	if (at.line == at.end_line && at.end_col - at.col == re->len) {
		at.end_col = at.col + (uint32_t)(p->to < re->len ? p->to : re->len);
		at.col += (uint32_t)p->from;
	}
	return at;
}

static void
complain_slow(struct diags *d, const struct compiled *re, const struct part *p)
{
	struct diag *g = complain(d, SLOW_REGEX, place(re, p), "a repeat within this repeat can take the same characters: "
		"on some texts the search takes very long");

	diag_hint(d, g, "repeat only one of them, or make what separates the rounds explicit; \\S+ or [^,]* often do");
}

/* Ends of the text in the middle of a sequence. */
static void
look_at_sequence(struct diags *d, const struct compiled *re, const struct part *seq)
{
	const struct part *last = NULL, *end = NULL;
	bool taken = false;	/* something before takes a character */

	for (const struct part *p = seq->first; p; p = p->next) {
		bool takes = p->kind != ANYTHING && !can_be_empty(p, false);
		const struct part *set = p->kind == REPEAT && p->min > 0 ? p->first : p;
		struct set newline = {{0}};

		set_add(&newline, '\n');
		if (p->kind == ASSERTION && p->assertion == LINE_START && taken)
			complain(d, HOPELESS_REGEX, place(re, p), "this start of the text comes after other characters: it can never match");
		if (end && takes && !(p->kind == SET && sets_meet(&p->set, &newline)))
			complain(d, HOPELESS_REGEX, place(re, p), "this comes after the end of the text: it can never match");
		if (set->kind == SET && set_is_empty(&set->set) && takes)
			complain(d, HOPELESS_REGEX, place(re, p), "no character is in this set: it can never match");
		if (p->kind == ASSERTION && p->assertion == WORD_EDGE && last && last->kind == SET && p->next && p->next->kind == SET
		    && is_word_set(&last->set) && is_word_set(&p->next->set))
			complain(d, HOPELESS_REGEX, place(re, p), "no edge of a word can be between two of its letters");
		end = end && !takes ? end : p->kind == ASSERTION && p->assertion == LINE_END ? p : NULL;
		taken |= takes;
		last = p;
	}
}

static void
look(struct diags *d, const struct compiled *re, const struct part *p)
{
	if (p->kind == REPEAT && p->max > MANY && !p->atomic
	    && (find_ambiguous(p->first, p->first) || has_twin_choices(p->first))) {
		complain_slow(d, re, p);
		return;
	}
	if (p->kind == SEQUENCE)
		look_at_sequence(d, re, p);
	for (const struct part *q = p->first; q; q = q->next)
		look(d, re, q);
}

void
lint_regex(struct diags *d, const struct compiled *re)
{
	struct reading r = {
		.a = arena_new(), .s = re->text, .n = re->len, .caseless = strchr(re->flags, 'i') != NULL, .lines = strchr(re->flags, 'm') != NULL,
		.dotall = strchr(re->flags, 's') != NULL, .extended = strchr(re->flags, 'x') != NULL,
	};
	struct part *p = re->len > LONGEST ? NULL : read_choice(&r);

	if (p && !r.lost && r.at == r.n) {
		if (can_be_empty(p, true))
			complain(d, HOPELESS_REGEX, re->at, "this matches every text");
		look(d, re, p);
	}
	arena_free(r.a);
}
