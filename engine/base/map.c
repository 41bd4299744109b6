/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "base/arena.h"

#include <stdlib.h>

enum { FIRST_SIZE = 64 };

/* Every bit of the key reaches the low bits: the mixing function of splitmix64 (Steele, Lea, Flood: Fast splittable random number generators, 2014). */
static size_t
home(const struct map *m, uint64_t key)
{
	key = (key ^ key >> 30) * 0xBF58476D1CE4E5B9u;
	key = (key ^ key >> 27) * 0x94D049BB133111EBu;
	return (size_t)(key ^ key >> 31) & m->mask;
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

	if (!m->slots || m->n * 4 > m->mask * 3)
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
