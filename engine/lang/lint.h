/* SPDX-License-Identifier: MIT */
/*
 * What a rule base that loads can still get wrong: the list at the end of docs/rules.md. Adds diagnostics; changes nothing.
 * With errors, only what they cannot have caused is looked at: regular expressions, and conditions that compiled, by themselves.
 */
#ifndef LANG_LINT_H
#define LANG_LINT_H

#include "lang/rulebase.h"

/* `collectors`: the names that `from:` may use (NULL-terminated), NULL to accept any. */
void rulebase_lint(const struct rulebase *rb, struct diags *d, const char *const *collectors);

#endif
