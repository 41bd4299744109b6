/* SPDX-License-Identifier: MIT */
#include "base/regex.h"

#include "base/arena.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Enough for any honest pattern on a line of text; a pattern that needs more is reported as "limit". */
enum { MATCH_LIMIT = 200000, DEPTH_LIMIT = 5000, HEAP_LIMIT_KIB = 8192, MAX_GROUPS = 32 };

struct regex {
	pcre2_code *code;
	uint32_t shortest;	/* no match has fewer characters */
};

struct regex_scratch {
	pcre2_match_context *context;
	pcre2_match_data *data;
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
	re = machine_alloc(sizeof *re);
	re->code = code;
	re->shortest = 0;
	pcre2_pattern_info(code, PCRE2_INFO_MINLENGTH, &re->shortest);
	return re;
}

void
regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_code_free(re->code);
	free(re);
}

struct regex_scratch *
regex_scratch_new(void)
{
	struct regex_scratch *s = machine_alloc(sizeof *s);

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
	free(s);
}

enum regex_result
regex_match(const struct regex *re, struct regex_scratch *s, const char *text, size_t n)
{
	int rc = n < re->shortest ? PCRE2_ERROR_NOMATCH : pcre2_match(re->code, (PCRE2_SPTR)text, n, 0, 0, s->data, s->context);

	if (rc >= 0)
		return REGEX_YES;
	return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT
		? REGEX_LIMIT : REGEX_NO;
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
