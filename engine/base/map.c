/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "base/arena.h"

#include <stdlib.h>

enum { FIRST_SIZE = 64 };

/* Multiplication by 2^64 / golden ratio spreads neighbouring ids; Knuth, TAOCP 3, 6.4. */
static size_t
home(const struct map *m, uint64_t key)
{
	return (size_t)((key * 0x9E3779B97F4A7C15u) >> 32) & m->mask;
}

static struct map_slot *
find(const struct map *m, uint64_t key)
{
	size_t i = home(m, key);

	while (m->slots[i].value && m->slots[i].key != key)
		i = (i + 1) & m->mask;
	return m->slots + i;
}

void *
map_get(const struct map *m, uint64_t key)
{
	return m->slots ? find(m, key)->value : NULL;
}

static void
grow(struct map *m)
{
	struct map old = *m;

	m->mask = old.slots ? old.mask * 2 + 1 : FIRST_SIZE - 1;
	m->slots = calloc(m->mask + 1, sizeof *m->slots);
	if (!m->slots)
		machine_failed("out of memory");
	for (size_t i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].value)
			*find(m, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

bool
map_put(struct map *m, uint64_t key, void *v)
{
	struct map_slot *slot;

	if (!m->slots || m->n * 2 > m->mask)
		grow(m);
	slot = find(m, key);
	if (slot->value)
		return false;
	*slot = (struct map_slot){ key, v };
	m->n++;
	return true;
}

void
map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map){0};
}
