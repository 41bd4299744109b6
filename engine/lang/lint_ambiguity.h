/* SPDX-License-Identifier: MIT */
/*
 * Is there a text that one repeat can match in two ways? Then texts of n such pieces match in 2^n ways, and where the rest does not match, PCRE2
 * tries them all.
 */
#ifndef LANG_LINT_AMBIGUITY_H
#define LANG_LINT_AMBIGUITY_H

#include "lang/lint_pattern.h"

/* `repeat`: of kind REPEAT, taken as endless. False also when there is too much to look at. */
bool is_ambiguous(const struct part *repeat);

#endif
