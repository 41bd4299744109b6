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

/*
 * Stands for the thing that a requirement is about where there is none: nothing is known of it. What
 * a person said, for instance of the cable, counts all the same.
 */
static struct fact *
nobody(struct arena *a, const struct template *of)
{
	struct fact *f = arena_alloc(a, sizeof *f);

	f->of = of;
	f->slots = arena_array(a, (size_t)of->nslots, sizeof *f->slots);
	for (int i = 0; i < of->nslots; i++)
		f->slots[i] = UNKNOWN;
	return f;
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
			enum truth t = session_ask(s, &r->check, r->per && !f ? nobody(a, r->per) : f, NULL);

			needs[(*n)++] = (struct need){ r, f, t };
			f = f ? session_next(s, f) : NULL;
		} while (f);
	}
	return needs;
}
