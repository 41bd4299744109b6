/* SPDX-License-Identifier: MIT */
#include "plan/need.h"

static size_t
instances(struct session *s, const struct requirement *r)
{
	size_t n = 0;

	for (struct fact *f = r->per ? session_first(s, r->per) : NULL; f; f = session_next(s, f))
		n++;
	return n ? n : 1;
}

struct need *
needs_ask(struct session *s, struct arena *a, size_t *n)
{
	const struct rulebase *rb = session_rules(s);
	struct need *needs;
	size_t room = 0;

	for (size_t i = 0; i < rb->nrequirements; i++)
		room += instances(s, rb->requirements[i]);
	needs = arena_array(a, room, sizeof *needs);
	*n = 0;
	for (size_t i = 0; i < rb->nrequirements; i++) {
		const struct requirement *r = rb->requirements[i];
		struct fact *f = r->per ? session_first(s, r->per) : NULL;

		do {
			enum truth t = r->per && !f ? MAYBE : session_ask(s, &r->check, f, NULL);

			needs[(*n)++] = (struct need){ r, f, t };
			f = f ? session_next(s, f) : NULL;
		} while (f);
	}
	return needs;
}
