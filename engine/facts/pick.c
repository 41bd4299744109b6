/* SPDX-License-Identifier: MIT */
#include "facts/pick.h"

#include "facts/scan.h"

#include <string.h>

enum { MOST_LISTED = 12 };

bool
pick_means(const char *wanted, const char *key)
{
	for (;; wanted++, key++) {
		wanted += *wanted == '-';
		key += *key == '-';
		if (scan_lower(*wanted) != scan_lower(*key))
			return false;
		if (!*wanted)
			return true;
	}
}

bool
pick_is_label(const char *wanted)
{
	enum private_kind kind;
	size_t n = strlen(wanted);
	int number;

	return n > 0 && scan_label(wanted, n, 0, &kind, &number) == n;
}

bool
pick_names(const char *wanted, const struct factset *fs, const struct factrec *f, struct redactor *r)
{
	const struct slot *slot = f->of->slots + f->of->key;
	struct buf label = {0}, key = {0};
	bool same;

	redact_value_raw(r, &label, slot, factrec_key(f), fs->syms);
	value_print(&key, slot->type, factrec_key(f), fs->syms);
	same = strcmp(buf_text(&label), wanted) == 0 || pick_means(wanted, buf_text(&key));
	buf_free(&label);
	buf_free(&key);
	return same;
}

static bool
has_key(const struct factrec *f, const struct template *t)
{
	return f->of == t && factrec_key(f) != UNKNOWN;
}

void
pick_list(struct buf *out, const struct factset *fs, const struct template *t, struct redactor *r)
{
	for (size_t i = 0, n = 0; i < fs->nfacts && n < MOST_LISTED; i++) {
		if (!has_key(fs->facts[i], t))
			continue;
		buf_puts(out, n++ ? ", " : "");
		redact_value(r, out, t->slots + t->key, factrec_key(fs->facts[i]), fs->syms);
	}
}

bool
pick_fact(struct factset *fs, const struct template *t, const char *wanted, struct buf *labels)
{
	struct redactor *r = redactor_new(fs, true);
	const struct factrec *found = NULL;

	for (size_t i = 0; i < fs->nfacts && !found; i++)
		if (has_key(fs->facts[i], t) && pick_names(wanted, fs, fs->facts[i], r))
			found = fs->facts[i];
	if (!found)
		pick_list(labels, fs, t, r);
	redactor_free(r);
	if (found)
		factset_keep(fs, t, factrec_key(found));
	return found || labels->len == 0;
}
