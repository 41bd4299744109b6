/* SPDX-License-Identifier: MIT */
/*
 * JSON (RFC 8259) as the same located nodes that YAML gives, so that fact files of both kinds are read and complained about in one way.
 * Libraries keep no places of values, and YAML readers do not take all of JSON (surrogate pairs, raw U+0085 in strings).
 * Refused with a diagnostic: what is no JSON, text that is no UTF-8, duplicate keys, nesting above 32, texts above 16 MiB.
 */
#ifndef LANG_JSON_H
#define LANG_JSON_H

#include "base/buf.h"
#include "lang/yaml.h"

enum { JSON_LARGEST = 16 << 20 };	/* bytes of a text */

/*
 * Parses `text` (of source `file` in `d`). The nodes are in `a`; strings are scalars with `plain` false, numbers, true, false and null
 * are plain scalars. NUL and lone surrogates in strings become U+FFFD. Returns NULL after an error; `d` may be NULL when nobody wants to know it.
 */
const struct node *json_parse(struct arena *a, struct diags *d, uint32_t file, const char *text, size_t len);

/* Appends `s` as a JSON string with its quotes, in ASCII where a terminal or a reader could be misled: controls and invisible characters are escaped. */
void json_quote(struct buf *out, const char *s, size_t n);

#endif
