/* SPDX-License-Identifier: MIT */
#include "base/literal.h"

#include <stdint.h>
#include <string.h>

void
literal_fold(struct buf *out, const char *text, size_t n)
{
	static const struct { char bytes[4], letter; } alike[] = { { "\xE2\x84\xAA", 'k' }, { "\xC5\xBF", 's' } };

	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		for (size_t k = 0; k < 2 && (c & 0x80); k++) {
			size_t len = strlen(alike[k].bytes);

			if (n - i < len || memcmp(text + i, alike[k].bytes, len) != 0)
				continue;
			c = alike[k].letter;
			i += len - 1;
		}
		buf_putc(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
}

/* Going through a pattern at its top level: the run of characters so far, and the needs of this branch and of those before it. */
struct reading {
	const char *at, *end;
	bool any_case;
	bool lost;		/* something is there that is not read: nothing is certain */
	int branches;		/* that ended so far */
	struct buf run, needs, before;
};

/* Appends a text to the need that is being written. */
static void
put_text(struct buf *needs, const struct buf *text)
{
	literal_fold(needs, buf_text(text), text->len);
	buf_putc(needs, '\0');
}

static void
end_run(struct reading *r)
{
	if (r->run.len >= LITERAL_LEAST && !memchr(r->run.text, '\0', r->run.len)) {
		put_text(&r->needs, &r->run);
		buf_putc(&r->needs, '\0');
	}
	buf_clear(&r->run);
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

		for (; *p; p += strlen(p) + 1)
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
	const char *best;

	end_run(r);
	best = best_need(&r->needs);
	r->lost |= !best;
	for (; best && *best; best += strlen(best) + 1)
		buf_add(&r->before, best, strlen(best) + 1);
	r->branches++;
	buf_clear(&r->needs);
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

/* A class; `at` is behind its bracket. A bracket that comes first is one of its characters. */
static void
skip_class(struct reading *r)
{
	if (r->at < r->end && *r->at == '^')
		r->at++;
	if (r->at < r->end && *r->at == ']')
		r->at++;
	while (r->at < r->end) {
		char c = *r->at++;

		if (c == ']')
			return;
		if (c == '[')
			skip_posix(r);
		if (c == '\\')
			skip_escaped(r);
	}
	r->lost = true;
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
		case '[': skip_class(r); break;
		case ')': depth--; break;
		case '(':
			depth++;
			look_at_group(r);
			break;
		}
	}
}

/* A quantifier in braces; `at` is behind the first. */
static void
take_counts(struct reading *r)
{
	const char *from = r->at;

	skip_to(r, '}');
	for (const char *p = from; !r->lost && p < r->at - 1; p++)
		r->lost |= !((*p >= '0' && *p <= '9') || *p == ',');
	if (!r->lost && *from != '0' && *from != ',')
		end_run(r);
	else
		drop_last(r);
}

static void
put(struct reading *r, char c)
{
	if (r->any_case && (c & 0x80))	/* in another case it may be any other */
		end_run(r);
	else
		buf_putc(&r->run, c);
}

static void
take_escape(struct reading *r)
{
	char c = r->at < r->end ? *r->at++ : 'E';
	bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	if (!word) {
		put(r, c);
		return;
	}
	r->lost |= !strchr("dDwWsSbBAzZhHvVRnrtK", c);
	end_run(r);
}

static bool
is_plain(const struct reading *r, char c)
{
	return c && !strchr("\\|()[]{}?*+.^$", c) && !(r->any_case && (c & 0x80));
}

/* Is what ends at `p` there at least once? */
static bool
is_required(const struct reading *r, const char *p)
{
	return p >= r->end || !strchr("?*{", *p) || !*p;
}

/* A group of plain alternatives, `at` behind its parenthesis: a need. False when it is another kind of group; nothing is read then. */
static bool
take_alternatives(struct reading *r)
{
	const char *p = r->at + (r->end - r->at > 2 && r->at[0] == '?' && r->at[1] == ':' ? 2 : 0), *from;
	size_t start = r->needs.len;
	bool whole = true;

	for (from = p; p < r->end && (is_plain(r, *p) || *p == '|'); p++)
		if (*p == '|') {
			whole &= p - from >= LITERAL_LEAST;
			literal_fold(&r->needs, from, (size_t)(p - from));
			buf_putc(&r->needs, '\0');
			from = p + 1;
		}
	whole &= p < r->end && *p == ')' && p - from >= LITERAL_LEAST && is_required(r, p + 1);
	literal_fold(&r->needs, from, (size_t)(p - from));
	buf_add(&r->needs, "\0", 2);
	if (!whole)
		r->needs.len = start;
	else
		r->at = p + 1;
	return whole;
}

static void
take(struct reading *r)
{
	char c = *r->at++;

	switch (c) {
	case '\\': take_escape(r); break;
	case '|': end_branch(r); break;
	case '(':
		end_run(r);
		if (!take_alternatives(r))
			skip_group(r);
		break;
	case '[':
		end_run(r);
		skip_class(r);
		break;
	case '?': case '*': drop_last(r); break;
	case '{': take_counts(r); break;
	case '.': case '^': case '$': case '+': end_run(r); break;
	default: put(r, c); break;
	}
}

void
literal_needs(struct buf *out, const char *pattern, size_t n, const char *flags)
{
	struct reading r = { .at = pattern, .end = pattern + n, .any_case = strchr(flags, 'i'), .lost = strchr(flags, 'x') };

	while (r.at < r.end && !r.lost)
		take(&r);
	end_run(&r);
	if (r.branches && !r.lost) {
		end_branch(&r);
		buf_add(&r.needs, buf_text(&r.before), r.before.len);
		buf_putc(&r.needs, '\0');
	}
	if (!r.lost)
		buf_add(out, buf_text(&r.needs), r.needs.len);
	buf_free(&r.run);
	buf_free(&r.needs);
	buf_free(&r.before);
}
