// SPDX-License-Identifier: BSD-2-Clause
#include "tests/check/seen.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS (1u << 16)

__extension__ typedef unsigned __int128 uint128;

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint128 product = (uint128)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0x9fb21c651e98df25u);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load_word(const char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

struct hash {
	uint64_t a, b; /* two, because a multiplication takes a while */
};

static struct hash hash_words(struct hash h, const char *at, size_t n)
{
	for (; n >= 4; n -= 4, at += 32) {
		h.a = mix(h.a ^ load_word(at), load_word(at + 8));
		h.b = mix(h.b ^ load_word(at + 16), load_word(at + 24));
	}
	for (; n; n--, at += 8)
		h.a = mix(h.a, load_word(at));
	return h;
}

uint64_t hash_of_parts(const struct part *part, unsigned int n, const void *state)
{
	struct hash h = { 1, 2 };
	uint64_t hash;

	for (unsigned int i = 0; i < n; i++)
		h = hash_words(h, (const char *)state + part[i].at * 8ul, part[i].n);
	hash = mix(h.a, h.b);
	return hash ? hash : 1;
}

void seen_init(struct seen *seen)
{
	seen->slot = need(calloc(FIRST_SLOTS, sizeof(*seen->slot)));
	seen->mask = FIRST_SLOTS - 1;
	seen->n = 0;
}

void seen_free(struct seen *seen)
{
	free(seen->slot);
}

size_t seen_bytes(const struct seen *seen)
{
	return (seen->mask + 1) * sizeof(*seen->slot);
}

static bool insert(uint64_t *slot, size_t mask, uint64_t hash)
{
	size_t i = hash & mask;

	while (slot[i]) {
		if (slot[i] == hash)
			return false;
		i = (i + 1) & mask;
	}
	slot[i] = hash;
	return true;
}

static void grow(struct seen *seen)
{
	size_t slots = seen->mask + 1;
	uint64_t *larger;

	if (seen->n < slots / 4 * 3)
		return;
	larger = need(calloc(slots * 2, sizeof(*larger)));
	for (size_t i = 0; i < slots; i++)
		if (seen->slot[i])
			insert(larger, slots * 2 - 1, seen->slot[i]);
	free(seen->slot);
	seen->slot = larger;
	seen->mask = slots * 2 - 1;
}

bool seen_add(struct seen *seen, uint64_t hash)
{
	if (!insert(seen->slot, seen->mask, hash))
		return false;
	seen->n++;
	grow(seen);
	return true;
}
