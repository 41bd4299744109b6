/* SPDX-License-Identifier: MIT */
#include "base/need.h"

#include "base/words.h"

#include <stdbool.h>
#include <string.h>

enum { WORDS_MOST = 8, LONGEST = 24, DEEPEST = 16 };

/* One of these words; none: nothing is known to be needed. */
struct need {
	int n;
	struct {
		char text[LONGEST];
		size_t len;
	} words[WORDS_MOST];
};

struct reading {
	const char *s, *end;
	bool caseless;
	int depth;
	struct need needs[NEEDS_MOST];	/* of the whole, the rarest first */
	int nneeds;
	bool lost;		/* something that is not plainly understood: there is no answer */
};

static void read_choice(struct reading *r, struct need *out);

/* ---- which need is best ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How rare texts with one of the words are likely to be: letters tell more than digits, and those more than the rest. 0: of no use. */
static int
rarity(const struct need *need)
{
	int least = 0;

	for (int i = 0; i < need->n; i++) {
		int sum = 0;

		if (need->words[i].len < WORD_SHORTEST)
			return 0;
		for (size_t k = 0; k < need->words[i].len; k++)
			sum += is_letter(need->words[i].text[k]) ? 3 : is_digit(need->words[i].text[k]) ? 2 : 1;
		if (i == 0 || sum < least)
			least = sum;
	}
	return least;
}

/* Outside groups all needs are listed, the rarest as far as there is room. */
static void
list(struct reading *r, const struct need *need)
{
	int at = r->nneeds;

	while (at > 0 && rarity(need) > rarity(&r->needs[at - 1]))
		at--;
	if (at == NEEDS_MOST)
		return;
	r->nneeds += r->nneeds < NEEDS_MOST;
	memmove(r->needs + at + 1, r->needs + at, (size_t)(r->nneeds - 1 - at) * sizeof *need);
	r->needs[at] = *need;
}

static void
take_better(struct reading *r, struct need *best, const struct need *other)
{
	if (r->depth == 0 && rarity(other))
		list(r, other);
	if (rarity(other) > rarity(best))
		*best = *other;
}

/* Either of two is needed. */
static void
join(struct need *to, const struct need *other)
{
	if (!to->n || !other->n || to->n + other->n > WORDS_MOST) {
		to->n = 0;
		return;
	}
	memcpy(to->words + to->n, other->words, (size_t)other->n * sizeof *other->words);
	to->n += other->n;
}

/* ---- reading ---- */

static bool
more(const struct reading *r)
{
	return r->s < r->end && !r->lost;
}

static bool
is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool
take(struct reading *r, char c)
{
	if (r->s == r->end || *r->s != c)
		return false;
	r->s++;
	return true;
}

/* Behind [. One class inside another, as in [[:alpha:]], is not read. */
static void
skip_class(struct reading *r)
{
	take(r, '^');
	for (bool first = true; more(r); first = false) {
		char c = *r->s++;

		if (c == ']' && !first)
			return;
		if (c == '[' || (c == '\\' && (r->s == r->end || !is_one_of(*r->s++, "dDwWsShHvVnrtfeb\\]^-./"))))
			r->lost = true;
	}
	r->lost = true;
}

/* Behind a backslash: the character that it stands for; 0: one of several, or none. */
static char
read_escape(struct reading *r)
{
	char c = r->s < r->end ? *r->s++ : '\0';

	if (c > ' ' && c < 0x7f && !is_letter(c) && !is_digit(c))
		return c;
	if (!is_one_of(c, "dDwWsSbBAzZhHvVRnrtfe"))
		r->lost = true;
	return '\0';
}

/* Behind (: what stands before the group's own text. True: it is a look around, which matches nothing. */
static bool
read_group_head(struct reading *r)
{
	if (r->s < r->end && *r->s == '*')
		r->lost = true;
	if (!take(r, '?') || take(r, ':') || take(r, '>'))
		return false;
	if (take(r, '=') || take(r, '!'))
		return true;
	take(r, 'P');
	if (!take(r, '<')) {
		r->lost = true;
		return false;
	}
	if (take(r, '=') || take(r, '!'))
		return true;
	while (more(r) && *r->s != '>')
		r->s++;
	r->lost |= !take(r, '>');
	return false;
}

/* Behind (. What the group needs; nothing of a look around. */
static void
read_group(struct reading *r, struct need *out)
{
	bool around = read_group_head(r);

	if (++r->depth > DEEPEST)
		r->lost = true;
	read_choice(r, out);
	r->depth--;
	r->lost |= !take(r, ')');
	if (around)
		out->n = 0;
}

/* Behind {: the least number; -1 when this is not plainly a repeat. */
static int
read_least(struct reading *r)
{
	int least = -1;

	while (more(r) && is_digit(*r->s) && least < 1000)
		least = (least < 0 ? 0 : least * 10) + (*r->s++ - '0');
	if (take(r, ','))
		while (more(r) && is_digit(*r->s))
			r->s++;
	return take(r, '}') ? least : -1;
}

/* What may follow an atom: can it be left out, is it repeated? */
static void
read_repeats(struct reading *r, bool *optional, bool *repeated)
{
	*optional = *repeated = false;
	while (more(r) && is_one_of(*r->s, "*+?{")) {
		char c = *r->s++;
		int least = c == '{' ? read_least(r) : c == '+';

		r->lost |= least < 0;
		*optional |= least == 0;
		*repeated = true;
		if (!take(r, '?'))	/* lazy, possessive */
			take(r, '+');
	}
}

/* An atom: a character of its own (returned), or 0; a group's need is written to `out`. */
static char
read_atom(struct reading *r, struct need *out)
{
	char c = *r->s++;

	out->n = 0;
	switch (c) {
	case '\\':
		c = read_escape(r);
		break;
	case '[':
		skip_class(r);
		return '\0';
	case '(':
		read_group(r, out);
		return '\0';
	case '.': case '^': case '$':
		return '\0';
	}
	if (c < ' ' || c == 0x7f) {	/* outside ASCII, too: one character may be several bytes, and repeats mean them all */
		while (r->s < r->end && ((unsigned char)*r->s & 0xc0) == 0x80)
			r->s++;
		return '\0';
	}
	if (r->caseless && is_one_of(c, "kKsS"))	/* U+212A and U+017F are the same without case */
		return '\0';
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static void
add_char(struct need *run, char c)
{
	if (run->words[0].len < LONGEST)
		run->words[0].text[run->words[0].len++] = c;
}

static void
end_run(struct reading *r, struct need *run, struct need *best)
{
	take_better(r, best, run);
	run->words[0].len = 0;
}

/* Up to | or ) or the end: the best of what its parts need. */
static void
read_sequence(struct reading *r, struct need *best)
{
	struct need run = { .n = 1 }, group;

	best->n = 0;
	while (more(r) && *r->s != '|' && *r->s != ')') {
		char c = read_atom(r, &group);
		bool optional, repeated;

		read_repeats(r, &optional, &repeated);
		if (c && !optional)
			add_char(&run, c);
		if (!c || repeated)
			end_run(r, &run, best);
		if (!optional)
			take_better(r, best, &group);
	}
	end_run(r, &run, best);
}

static void
read_choice(struct reading *r, struct need *out)
{
	struct need other;

	read_sequence(r, out);
	while (more(r) && take(r, '|')) {
		read_sequence(r, &other);
		join(out, &other);
		if (r->depth == 0) {
			r->nneeds = rarity(out) > 0;
			r->needs[0] = *out;
		}
	}
}

void
needs_of(const char *pattern, size_t n, const char *flags, struct buf *to)
{
	struct reading r = { .s = pattern, .end = pattern + n, .caseless = strchr(flags, 'i') != NULL };
	struct need whole;

	if (strchr(flags, 'x'))
		return;
	read_choice(&r, &whole);
	if (r.lost || r.s < r.end)
		return;
	for (int i = 0; i < r.nneeds; i++)
		for (int k = 0; k < r.needs[i].n; k++) {
			if (i || k)
				buf_puts(to, k ? "\n" : "\n\n");
			buf_add(to, r.needs[i].words[k].text, r.needs[i].words[k].len);
		}
}
