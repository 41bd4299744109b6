/* SPDX-License-Identifier: MIT */
/* A JSON text: our reader takes what jansson takes, besides the limits that it has of its own. The same bytes as YAML, with all places. */
#include "fuzz.h"

#include "lang/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void
check_node(const struct diags *d, const struct node *n, uint32_t file)
{
	size_t len;

	diags_source_text(d, file, &len);
	holds(n->at.file == file && ((n->at.line && n->at.col) || (n->kind == NODE_MAP && !n->first)), "a node has a place");
	if (n->kind == NODE_SCALAR) {
		struct spot *spots = machine_alloc((n->len + 1) * sizeof *spots);

		holds(node_spots(d, n, spots) <= n->len, "a text has no more places than bytes");
		node_place(d, n, 0, n->len);
		node_place(d, n, n->len / 2, n->len / 2 + 1);
		free(spots);
	}
	for (const struct node *c = n->first; c; c = c->next)
		check_node(d, c, file);
}

/* Our reader has bounds, keeps no control characters out of keys, and makes U+FFFD of what is no text; numbers of any size are fine. A byte 0
 * is an end of the text to jansson in some places. */
static bool
jansson_takes(const char *s, size_t n, json_error_t *error)
{
	json_t *other = json_loadb(s, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, error);

	json_decref(other);
	return other;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	struct diags *d = diags_new();
	struct arena *a = arena_new();
	uint32_t file = diags_source(d, "fuzz.json", s, size), other;
	const struct node *n = json_parse(a, d, file, s, size);
	size_t errors = diags_errors(d);
	json_error_t error;

	holds(!n == (errors > 0), "a JSON text is read, or something is wrong with it");
	if (n)
		check_node(d, n, file);
	else if (strncmp(diags_at(d, 0)->code, "D", 1) == 0 && !strstr(diags_at(d, 0)->message, "nested"))
		holds(memchr(s, 0, size) || !jansson_takes(s, size, &error), "what jansson reads we read");
	if (n && !jansson_takes(s, size, &error)) {
		enum json_error_code code = json_error_code(&error);

		if (code != json_error_numeric_overflow && !strstr(error.text, "surrogate") && !strstr(error.text, "invalid Unicode")
		    && !(size >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)) {
			fprintf(stderr, "jansson: %s\n", error.text);
			holds(false, "what we read jansson reads");
		}
	}
	other = diags_source(d, "fuzz.yaml", s, size);
	n = yaml_parse(a, d, other, s, size);
	holds(n || diags_errors(d) > errors, "a YAML text is read, or something is wrong with it");
	if (n)
		check_node(d, n, other);
	diags_sort(d);
	diags_print(d, nowhere());
	arena_free(a);
	diags_free(d);
	return 0;
}
