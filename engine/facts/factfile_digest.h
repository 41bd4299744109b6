/* SPDX-License-Identifier: MIT */
/*
 * The digest of a fact file: what a writer puts into it and a reader holds against it.
 */
#ifndef FACTS_FACTFILE_DIGEST_H
#define FACTS_FACTFILE_DIGEST_H

#include "base/digest.h"

#include <stdbool.h>
#include <stddef.h>

/* SHA-256 of a JSON object without its member `digest`, in canonical form. False: it has none, for it is no such text. */
bool factfile_digest(const char *text, size_t len, char hex[DIGEST_HEX]);

#endif
