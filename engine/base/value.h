/* SPDX-License-Identifier: MIT */
/*
 * Values of slots. A value is 64 bits whose meaning the slot's type gives (every slot is typed at load, so
 * nothing needs a tag at run time). Equality of two values of one type is equality of the 64 bits:
 *
 *   symbol, text, version   id in the symbol table (a version is interned in its canonical form)
 *   integer, bytes          the number
 *   number                  a double, bit by bit; never NaN, infinity or minus zero
 *   yes-no                  0 or 1
 *   code                    the 32-bit code, unsigned
 *   time                    seconds since 1970, UTC
 *   duration                milliseconds
 */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/buf.h"
#include "base/sym.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t value;

/* Nobody filled the slot. (The bits of minus zero: no number has them.) */
#define UNKNOWN INT64_MIN
/* There is no such fact and somebody looked: comparisons with it are false. Only a result of evaluation. */
#define ABSENT (INT64_MIN + 1)

enum type {
	TYPE_SYMBOL, TYPE_TEXT, TYPE_INTEGER, TYPE_NUMBER, TYPE_YES_NO,
	TYPE_VERSION, TYPE_CODE, TYPE_TIME, TYPE_DURATION, TYPE_BYTES,
	TYPE_COUNT
};

/* Kleene's three values, ordered: or is the maximum, and the minimum. */
enum truth { FALSE = 0, MAYBE = 1, TRUE = 2 };

/* "symbol" .. "bytes"; the inverse returns false for an unknown name. */
const char *type_name(enum type t);
bool type_of_name(const char *name, enum type *t);

/* True when <, <= etc. make sense (all but symbol, text, yes-no, code). */
bool type_is_ordered(enum type t);

/*
 * Reads the written form of a type (docs/rules.md, "Types"); text and symbols are interned in `syms`.
 * Returns NULL when it worked, else what is wrong, in static text ("not a version").
 */
const char *value_parse(enum type t, const char *s, size_t n, struct symtab *syms, value *out);

/* The same for a code that stands somewhere in a sentence: the first thing that looks like one. */
bool value_find_code(const char *s, size_t n, value *out);

/* The same, for text with several codes: how many bytes there are up to the end of the first code; 0: there is none. */
size_t value_next_code(const char *s, size_t n, value *out);

/* The canonical written form; value_parse reads it back to the same value. UNKNOWN prints "unknown". Not cleaned. */
void value_print(struct buf *out, enum type t, value v, const struct symtab *syms);

/* -1, 0, 1 for two known values of an ordered type. */
int value_compare(enum type t, value a, value b, const struct symtab *syms);

/* Version texts, part by part, missing parts are 0. */
int version_compare(const char *a, const char *b);

double value_double(value v);
value value_of_double(double d);	/* UNKNOWN for NaN and infinities; -0 and subnormal numbers become 0 */

#endif
