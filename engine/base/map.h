/* SPDX-License-Identifier: MIT */
/*
 * From 64-bit keys to pointers. For tables that grow while a rule base is read: names (as symbol ids) to what they
 * name. A zeroed struct is an empty map; map_free releases it.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t key;
	void *value;	/* NULL: empty */
};

struct map {
	struct map_slot *slots;
	size_t n, mask;
};

/* A key made of two ids. */
static inline uint64_t
map_key(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

void *map_get(const struct map *m, uint64_t key);

/* Adds; `v` is not NULL. False when the key is there already: then nothing changes. */
bool map_put(struct map *m, uint64_t key, void *v);

void map_free(struct map *m);

#endif
