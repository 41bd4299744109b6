/* SPDX-License-Identifier: MIT */
#include "base/literal.h"

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

/* Going through a pattern at its top level: the run of characters so far, and the longest there was. */
struct reading {
	const char *at, *end;
	bool any_case;
	bool lost;		/* something is there that is not read: nothing is certain */
	struct buf run, best;
};

static void
end_run(struct reading *r)
{
	if (r->run.len > r->best.len) {
		buf_clear(&r->best);
		buf_add(&r->best, buf_text(&r->run), r->run.len);
	}
	buf_clear(&r->run);
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

static void
take(struct reading *r)
{
	char c = *r->at++;

	switch (c) {
	case '\\': take_escape(r); break;
	case '|': r->lost = true; break;
	case '(':
		end_run(r);
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
literal_of(struct buf *out, const char *pattern, size_t n, const char *flags)
{
	struct reading r = { .at = pattern, .end = pattern + n, .any_case = strchr(flags, 'i'), .lost = strchr(flags, 'x') };

	while (r.at < r.end && !r.lost)
		take(&r);
	end_run(&r);
	if (!r.lost)
		literal_fold(out, buf_text(&r.best), r.best.len);
	buf_free(&r.run);
	buf_free(&r.best);
}
