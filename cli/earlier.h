/* SPDX-License-Identifier: MIT */
/*
 * The facts of an earlier run, from whatever was kept of it.
 */
#ifndef CLI_EARLIER_H
#define CLI_EARLIER_H

#include <jansson.h>
#include <stddef.h>

/*
 * A fact file made of a plan document (`diagnose-plan/1`) or of the first facts of a journal (`diagnose-journal/1`); NULL when the text is
 * neither, so it may be a fact file itself. The caller frees.
 */
char *earlier_facts(const char *text, size_t len);

#endif
