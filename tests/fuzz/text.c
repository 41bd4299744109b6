/* SPDX-License-Identifier: MIT */
/* Text from outside made fit to be shown, searched for private values, written as JSON; and as a value of each type. */
#include "fuzz.h"

#include "base/text.h"
#include "facts/redact.h"
#include "facts/scan.h"
#include "lang/json.h"

#include <stdlib.h>
#include <string.h>

static void
check_clean(const char *s, size_t n)
{
	struct buf once = {0}, twice = {0}, part = {0};
	uint32_t cp;

	text_clean(&once, s, n, 0);
	for (size_t i = 0, len; i < once.len; i += len) {
		len = text_decode(once.text + i, once.len - i, &cp);
		holds(len > 0, "clean text is UTF-8");
		holds(cp >= 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0), "clean text has no controls");
	}
	text_clean(&twice, buf_text(&once), once.len, 0);
	holds(once.len == twice.len && memcmp(buf_text(&once), buf_text(&twice), once.len) == 0, "clean text stays as it is");
	text_clean(&part, s, n, 7);
	holds(text_width(buf_text(&once)) <= 2 * text_columns(buf_text(&once), once.len), "no character is wider than two cells");
	buf_free(&once);
	buf_free(&twice);
	buf_free(&part);
}

static void
check_json(const char *s, size_t n)
{
	struct arena *a = arena_new();
	struct buf quoted = {0}, valid = {0};
	const struct node *node;

	fact_text(&valid, s, n);
	json_quote(&quoted, buf_text(&valid), valid.len);
	node = json_parse(a, NULL, 0, quoted.text, quoted.len);
	holds(node && node->len == valid.len && memcmp(node->text, buf_text(&valid), valid.len) == 0, "a quoted text reads back");
	buf_free(&quoted);
	buf_free(&valid);
	arena_free(a);
}

static void
check_value(enum type t, const char *s, size_t n, struct symtab *syms)
{
	struct buf printed = {0};
	value v, again;

	if (value_parse(t, s, n, syms, &v))
		return;
	holds(v != UNKNOWN || t == TYPE_NUMBER, "a value that was read is known");
	value_print(&printed, t, v, syms);
	if (v != UNKNOWN) {
		const char *wrong = value_parse(t, buf_text(&printed), printed.len, syms, &again);

		if (wrong || v != again)
			fprintf(stderr, "%s: '%s' (%s)\n", type_name(t), buf_text(&printed), wrong ? wrong : "another value");
		holds(!wrong && v == again, "a value that is printed reads back");
		if (type_is_ordered(t))
			holds(value_compare(t, v, again, syms) == 0, "equal values compare as equal");
	}
	buf_free(&printed);
}

static void
check_private(const char *s, size_t n)
{
	struct factset *fs = factset_new(shipped_rules(), FUZZ_NOW);
	struct redactor *r = redactor_new(fs, true);
	struct scan sc = { .s = s, .n = n };
	struct buf once = {0}, twice = {0};
	struct scan_hit hit;

	for (size_t i = 0; i < n; i++)
		if (scan_at(&sc, i, &hit)) {
			holds(hit.from >= i && hit.to > hit.from && hit.to <= n, "a private part lies in the text");
			holds(!scan_is_inert(s, n), "in an inert text nothing looks private");
			i = hit.to - 1;
		}
	redact_text(r, &once, s, n);
	redact_text(r, &twice, buf_text(&once), once.len);
	if (once.len != twice.len || memcmp(buf_text(&once), buf_text(&twice), once.len) != 0)
		fprintf(stderr, "once:  %s\ntwice: %s\n", buf_text(&once), buf_text(&twice));
	holds(once.len == twice.len && memcmp(buf_text(&once), buf_text(&twice), once.len) == 0, "redacted text stays as it is");
	buf_free(&once);
	buf_free(&twice);
	redactor_free(r);
	factset_free(fs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data, *middle = memchr(s, '\n', size);
	struct symtab *syms = sym_new(NULL);

	check_clean(s, size);
	check_json(s, size);
	check_private(s, size);
	for (int t = 0; t < TYPE_COUNT; t++)
		check_value((enum type)t, s, size, syms);
	if (middle) {
		struct arena *a = arena_new();
		const char *x = arena_strndup(a, s, (size_t)(middle - s)), *y = arena_strndup(a, middle + 1, size - (size_t)(middle - s) - 1);
		value v, w;

		holds(text_distance(x, y, 3) == text_distance(y, x, 3), "the distance is the same both ways");
		if (!value_parse(TYPE_VERSION, x, strlen(x), syms, &v) && !value_parse(TYPE_VERSION, y, strlen(y), syms, &w))
			holds(value_compare(TYPE_VERSION, v, w, syms) == -value_compare(TYPE_VERSION, w, v, syms)
					&& (value_compare(TYPE_VERSION, v, w, syms) == 0) == (v == w), "versions are in order");
		arena_free(a);
	}
	sym_free(syms);
	return 0;
}
