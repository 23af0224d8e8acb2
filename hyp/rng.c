// SPDX-License-Identifier: BSD-2-Clause
#include "rng.h"

#include <string.h>

#define WORDS 16u
#define DOUBLE_ROUNDS 10u

static uint32_t rotate(uint32_t value, unsigned int left)
{
	return value << left | value >> (32 - left);
}

/* RFC 8439, 2.1 */
static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
	*a += *b;
	*d = rotate(*d ^ *a, 16);
	*c += *d;
	*b = rotate(*b ^ *c, 12);
	*a += *b;
	*d = rotate(*d ^ *a, 8);
	*c += *d;
	*b = rotate(*b ^ *c, 7);
}

/* RFC 8439, 2.3, with counter and nonce 0: no key is used twice. */
static void chacha20_block(uint32_t block[WORDS], const struct rng *rng)
{
	static const uint32_t constants[] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };
	uint32_t start[WORDS] = { 0 };

	memcpy(start, constants, sizeof(constants));
	memcpy(start + 4, rng->key, sizeof(rng->key));
	memcpy(block, start, sizeof(start));
	for (unsigned int round = 0; round < 2 * DOUBLE_ROUNDS; round++) {
		/* Columns, then diagonals: one step further in each row than in the one above. */
		unsigned int step = round & 1;

		for (unsigned int i = 0; i < 4; i++)
			quarter_round(&block[i], &block[4 + (i + step) % 4],
				      &block[8 + (i + 2 * step) % 4],
				      &block[12 + (i + 3 * step) % 4]);
	}
	for (unsigned int i = 0; i < WORDS; i++)
		block[i] += start[i];
}

void rng_init(struct rng *rng, const uint8_t *seed, uint32_t size)
{
	uint8_t key[RNG_SEED_SIZE] = { 0 };

	for (uint32_t i = 0; i < size; i++)
		key[i % RNG_SEED_SIZE] ^= seed[i];
	memcpy(rng->key, key, sizeof(key));
}

void rng_draw(struct rng *rng, void *out)
{
	uint32_t block[WORDS];

	chacha20_block(block, rng);
	memcpy(rng->key, block, RNG_SEED_SIZE);
	memcpy(out, block + WORDS / 2, RNG_SEED_SIZE);
}
