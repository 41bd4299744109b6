/* SPDX-License-Identifier: MIT */
/*
 * libyaml events become a tree of located nodes. Refused with a diagnostic: what libyaml cannot parse, aliases and anchors, tags, merge
 * keys, a second document, duplicate keys, keys that are no scalars, nesting above 32, files above 16 MiB, scalars above 64 KiB.
 * Also used for fact files in YAML.
 */
#ifndef LANG_YAML_H
#define LANG_YAML_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	struct place at;
	enum node_kind kind;
	const char *text;	/* scalar: NUL-terminated, may hold any UTF-8 */
	const struct node *key;	/* in a map: the key of this value */
	const struct node *first;	/* list and map: the first value; then along `next` */
	const struct node *next;
	uint32_t len;		/* scalar: bytes of text */
	uint32_t count;		/* list and map: values */
	uint32_t offset;	/* scalar: byte offset of its first content byte in the source, for places inside it */
	bool plain;		/* scalar without quotes, not a block scalar */
	bool simple;		/* scalar: ASCII on one line, stands in the source as it is: places inside it are quick */
	bool cut;		/* plain, and a # after one blank follows: perhaps the author did not mean a comment */
};

/*
 * Parses `text` (of source `file` in `d`). The nodes are in `a`. Returns NULL when there is no tree to go on with; after a mistake that can
 * be stepped over (a duplicate key, a tag, an anchor) the tree comes without it, so look at diags_errors(d) as well. An empty document is a
 * NODE_MAP without entries.
 */
const struct node *yaml_parse(struct arena *a, struct diags *d, uint32_t file, const char *text, size_t len);

/*
 * The same for many files: the nodes are in `nodes`, the texts of the scalars in `texts` or in `copy`: the bytes of `text` once more, which this
 * function changes. So the nodes of a file can be dropped while texts are still in use.
 *
 * After a mistake that cannot be stepped over, reading goes on with the next line that begins a section in the first column (or, in a file that is
 * a list, an item): `*whole` is false, and the entry with the mistake is not in the tree.
 */
const struct node *yaml_parse_apart(struct arena *nodes, struct arena *texts, struct diags *d, uint32_t file,
		const char *text, size_t len, char *copy, bool *whole);

/* The value of a key of a map, NULL when there is none (or when `map` is no map). */
const struct node *node_get(const struct node *map, const char *key);

/*
 * The place of bytes [from, to) of a scalar's text, also inside texts of several lines and with escapes; where it cannot be
 * found, the place of the scalar.
 */
struct place node_place(const struct diags *d, const struct node *scalar, size_t from, size_t to);

/*
 * The same for every byte of a scalar at once, for texts of which many places are wanted: `spots` has room for scalar->len. Returns for how many
 * bytes, from the first, the place is known.
 */
struct spot {
	uint32_t line, col, end_line, end_col;
};
size_t node_spots(const struct diags *d, const struct node *scalar, struct spot *spots);

/* What a scalar is, for messages: "a list", "a mapping", "text". */
const char *node_kind_name(const struct node *n);

#endif
