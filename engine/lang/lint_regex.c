/* SPDX-License-Identifier: MIT */
/* Regular expressions of forms that hardly anybody means. */
#include "lang/lint_ambiguity.h"
#include "lang/lint_parts.h"
#include "lang/lint_pattern.h"

#include <string.h>

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
complain_slow(struct diags *d, const struct compiled *re, const struct part *p, const char *what, const char *hint)
{
	diag_hint(d, complain(d, SLOW_REGEX, place(re, p), "%s", what), "%s", hint);
}

/* (a?){30}: any of the rounds may be the empty ones. */
static bool
skips_rounds(const struct part *p)
{
	return p->max != ENDLESS && p->min > 0 && p->first->kind != ASSERTION && can_be_empty(p->first, false);
}

/* Repeats side by side that share a character: a text of it can be split among them in very many ways. */
static void
look_for_chain(struct diags *d, const struct compiled *re, const struct part *seq)
{
	enum { MOST_REPEATS = 3 };
	struct set common = { .rough = false }, both;
	struct part chain = {0};
	int n = 0;

	for (const struct part *p = seq->first; p; p = p->next) {
		const struct part *inner = p->kind == REPEAT ? p->first : p;
		bool endless = p->kind == REPEAT && p->max > MANY && !p->atomic && inner->kind == SET;

		if (inner->kind != SET) {
			n = can_be_empty(p, false) ? n : 0;
			continue;
		}
		both = common;
		for (int i = 0; i < 4; i++)
			both.bits[i] &= inner->set.bits[i];
		if (n && !set_is_empty(&both)) {
			common = both;
			n += endless;
		} else if (!can_be_empty(p, false) || endless) {
			common = inner->set;
			n = endless;
			chain.from = p->from;
		}
		chain.to = p->to;
		if (n > MOST_REPEATS) {
			complain_slow(d, re, &chain, "these repeats can take the same characters: on some texts the search takes very long",
				"make what separates them explicit; [^,]* instead of .* often does");
			return;
		}
	}
}

/* Is the text that a look-ahead names, character by character, what the parts behind it take (or, `meet`: can it be)? */
static bool
sees(const struct part *look, const struct part *behind, bool meet)
{
	const struct part *sequence = look->seen->first;
	size_t n = 0;

	if (!sequence || sequence->next)
		return meet;
	for (const struct part *p = sequence->first; p; p = p->next, behind = behind ? behind->next : NULL) {
		if (p->kind != SET || !behind || behind->kind != SET)
			return meet;
		if (meet ? !sets_meet(&p->set, &behind->set) : !set_is_within(&behind->set, &p->set))
			return false;
		n++;
	}
	return n > 0 || meet;
}

static void
look_for_looks(struct diags *d, const struct compiled *re, const struct part *seq)
{
	for (const struct part *p = seq->first; p; p = p->next) {
		const struct part *next = p->next;

		if (p->kind != ASSERTION || !next)
			continue;
		if ((p->assertion == LOOK_AHEAD_NOT && sees(p, next, false)) || (p->assertion == LOOK_AHEAD && !sees(p, next, true)))
			complain(d, HOPELESS_REGEX, place(re, p), "this forbids what follows it: it can never match");
		if ((p->assertion == WORD_EDGE && next->kind == ASSERTION && next->assertion == NO_WORD_EDGE)
		    || (p->assertion == NO_WORD_EDGE && next->kind == ASSERTION && next->assertion == WORD_EDGE))
			complain(d, HOPELESS_REGEX, place(re, next), "\\b and \\B in one place: it can never match");
	}
}

/* Ends of the text in the middle of a sequence. */
static void
look_at_sequence(struct diags *d, const struct compiled *re, const struct part *seq)
{
	const struct part *last = NULL, *end = NULL;
	bool taken = false;	/* something before takes a character */

	for (const struct part *p = seq->first; p; p = p->next) {
		bool takes = !can_be_empty(p, false);
		const struct part *set = p->kind == REPEAT && p->min > 0 ? p->first : p;
		struct set newline = { .rough = false };

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
	if (p->kind == REPEAT && p->max > MANY && !p->atomic && (skips_rounds(p) || is_ambiguous(p))) {
		complain_slow(d, re, p, "on some texts this repeat matches in very many ways: the search takes very long",
			"each piece of a text should fit one alternative and one round only; \\S+ or [^,]* often do");
		return;
	}
	if (p->kind == SEQUENCE) {
		look_at_sequence(d, re, p);
		look_for_looks(d, re, p);
		look_for_chain(d, re, p);
	}
	for (const struct part *q = p->first; q; q = q->next)
		look(d, re, q);
	if (p->kind == ASSERTION && p->seen)
		look(d, re, p->seen);
}

void
lint_regex(struct diags *d, const struct compiled *re)
{
	struct arena *a = arena_new();
	const struct part *p = pattern_read(a, re);

	if (p && can_be_empty(p, true))
		complain(d, HOPELESS_REGEX, re->at, "this matches every text");
	if (p)
		look(d, re, p);
	arena_free(a);
}
