/* SPDX-License-Identifier: MIT */
#include "base/regex.h"

#include "base/arena.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Enough for any honest pattern on a line of text; a pattern that needs more is reported as "limit". */
enum { MATCH_LIMIT = 200000, DEPTH_LIMIT = 5000, HEAP_LIMIT_KIB = 8192, MAX_GROUPS = 32 };

/* Machine code takes as long to make as about so many matches take without it. */
enum { OFTEN = 32 };

static const char letters[] = "imsx";

/* `asked` and `fast` are all that changes after regex_new. */
struct regex {
	pcre2_code *code;
	uint32_t shortest;	/* no match has fewer characters */
	atomic_uint asked;	/* up to OFTEN */
	_Atomic(pcre2_code *) fast;	/* a copy as machine code; NULL: not often enough, or it cannot be had */
	char flags[sizeof letters];
	size_t n;
	char pattern[];
};

struct regex_scratch {
	pcre2_match_context *context;
	pcre2_match_data *data;
	void *room;
	size_t size;
	struct buf text;
};

static uint32_t
options(const char *flags)
{
	uint32_t o = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;

	for (; *flags; flags++)
		o |= *flags == 'i' ? PCRE2_CASELESS : *flags == 'm' ? PCRE2_MULTILINE
			: *flags == 's' ? PCRE2_DOTALL : *flags == 'x' ? PCRE2_EXTENDED : 0;
	return o;
}

struct regex *
regex_new(const char *pattern, size_t n, const char *flags, struct buf *why, size_t *offset)
{
	PCRE2_UCHAR text[256];
	PCRE2_SIZE at = 0;
	struct regex *re;
	int error;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, n, options(flags), &error, &at, NULL);

	if (!code) {
		pcre2_get_error_message(error, text, sizeof text);
		buf_puts(why, (const char *)text);
		*offset = at;
		return NULL;
	}
	re = machine_alloc(sizeof *re + n + 1);
	*re = (struct regex){ .code = code, .n = n };
	memcpy(re->pattern, pattern, n);
	re->pattern[n] = '\0';
	for (size_t i = 0, to = 0; letters[i]; i++)
		if (strchr(flags, letters[i]))
			re->flags[to++] = letters[i];
	pcre2_pattern_info(code, PCRE2_INFO_MINLENGTH, &re->shortest);
	return re;
}

void
regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_code_free(re->code);
	pcre2_code_free(atomic_load(&re->fast));
	free(re);
}

struct regex_scratch *
regex_scratch_new(void)
{
	struct regex_scratch *s = machine_alloc(sizeof *s);

	*s = (struct regex_scratch){0};
	s->context = pcre2_match_context_create(NULL);
	s->data = pcre2_match_data_create(MAX_GROUPS, NULL);
	if (!s->context || !s->data)
		machine_failed("out of memory");
	pcre2_set_match_limit(s->context, MATCH_LIMIT);
	pcre2_set_depth_limit(s->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
	return s;
}

void
regex_scratch_free(struct regex_scratch *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->context);
	free(s->room);
	buf_free(&s->text);
	free(s);
}

void *
regex_scratch_room(struct regex_scratch *s, size_t size)
{
	if (size > s->size || !s->room) {
		free(s->room);
		s->room = machine_alloc(size);
		s->size = size;
	}
	return s->room;
}

struct buf *
regex_scratch_text(struct regex_scratch *s)
{
	buf_clear(&s->text);
	return &s->text;
}

const char *
regex_pattern(const struct regex *re, size_t *n)
{
	*n = re->n;
	return re->pattern;
}

void
regex_needs(const struct regex *re, struct buf *out)
{
	literal_needs(out, re->pattern, re->n, re->flags);
}

static pcre2_code *
machine_code(const struct regex *re)
{
	pcre2_code *copy = pcre2_code_copy(re->code);

	if (copy && pcre2_jit_compile(copy, PCRE2_JIT_COMPLETE) != 0) {
		pcre2_code_free(copy);
		copy = NULL;
	}
	return copy;
}

/* The machine code, when it is worth it. One of the threads that ask makes it; the others go on without meanwhile. */
static const pcre2_code *
fast_code(struct regex *re)
{
	if (atomic_load_explicit(&re->asked, memory_order_relaxed) < OFTEN
			&& atomic_fetch_add_explicit(&re->asked, 1, memory_order_relaxed) == OFTEN - 1)
		atomic_store(&re->fast, machine_code(re));
	return atomic_load_explicit(&re->fast, memory_order_acquire);
}

/* To tell this is faster than to have PCRE2 look whether the text is UTF-8. */
static bool
is_ascii(const char *text, size_t n)
{
	uint64_t all = 0, some;
	size_t i = 0;

	for (; i + sizeof some <= n; i += sizeof some) {
		memcpy(&some, text + i, sizeof some);
		all |= some;
	}
	for (; i < n; i++)
		all |= (unsigned char)text[i];
	return !(all & 0x8080808080808080u);
}

static int
match(const pcre2_code *code, struct regex_scratch *s, const char *text, size_t n)
{
	return pcre2_match(code, (PCRE2_SPTR)text, n, 0, is_ascii(text, n) ? PCRE2_NO_UTF_CHECK : 0, s->data, s->context);
}

/* Machine code, without what pcre2_match does before it. */
static int
match_fast(const pcre2_code *code, struct regex_scratch *s, const char *text, size_t n)
{
	return is_ascii(text, n) ? pcre2_jit_match(code, (PCRE2_SPTR)text, n, 0, 0, s->data, s->context) : match(code, s, text, n);
}

static bool
is_limit(int rc)
{
	return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT || rc == PCRE2_ERROR_JIT_STACKLIMIT;
}

/* Without machine code where there is some: the two count differently, so neither alone says that a text is beyond the limits. */
static int
match_again(struct regex *re, const pcre2_code *fast, struct regex_scratch *s, const char *text, size_t n)
{
	pcre2_code *code;
	int rc;

	if (fast)
		return match(re->code, s, text, n);
	code = machine_code(re);
	rc = code ? match_fast(code, s, text, n) : PCRE2_ERROR_MATCHLIMIT;
	pcre2_code_free(code);
	return rc;
}

enum regex_result
regex_match(const struct regex *re, struct regex_scratch *s, const char *text, size_t n)
{
	const pcre2_code *fast;
	int rc;

	if (n < re->shortest)
		return REGEX_NO;
	fast = fast_code((struct regex *)re);
	rc = fast ? match_fast(fast, s, text, n) : match(re->code, s, text, n);
	if (is_limit(rc))
		rc = match_again((struct regex *)re, fast, s, text, n);
	return rc >= 0 ? REGEX_YES : is_limit(rc) ? REGEX_LIMIT : REGEX_NO;
}

int
regex_group(const struct regex *re, const char *name)
{
	int g = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);

	return g < 0 ? -1 : g;
}

size_t
regex_group_names(const struct regex *re, const char **names, size_t max)
{
	uint32_t count = 0, entry = 0;
	PCRE2_SPTR table;

	pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE, &entry);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < count && i < max; i++)
		names[i] = (const char *)table + (size_t)i * entry + 2;	/* two bytes of number, then the name */
	return count < max ? count : max;
}

bool
regex_captured(const struct regex_scratch *s, int g, size_t *start, size_t *end)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->data);

	if (g < 0 || (uint32_t)g >= pcre2_get_ovector_count(s->data) || at[2 * g] == PCRE2_UNSET)
		return false;
	*start = at[2 * g];
	*end = at[2 * g + 1];
	return *start <= *end;
}
