/* SPDX-License-Identifier: MIT */
#include "facts/factfile_digest.h"

#include "base/canonical.h"

bool
factfile_digest(const char *text, size_t len, char hex[DIGEST_HEX])
{
	json_t *all = json_loadb(text, len, JSON_ALLOW_NUL, NULL);
	bool fine = json_is_object(all);

	if (fine) {
		json_object_del(all, "digest");
		canonical_digest(all, hex);
	}
	json_decref(all);
	return fine;
}
