/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random numbers for guests, from those that the machine's firmware gives (/chosen/rng-seed):
 * blocks of ChaCha20 (RFC 8439, 2.3), where each draw replaces the key, so that what was drawn
 * before cannot be found from it. No branch and no index depends on the key. Values only: who
 * shares one locks it.
 */
#ifndef BELLHOP_HYP_RNG_H
#define BELLHOP_HYP_RNG_H

#include <stdint.h>

#define RNG_SEED_SIZE 32u /* bytes */

struct rng {
	uint32_t key[RNG_SEED_SIZE / 4];
};

/* From size >= RNG_SEED_SIZE random bytes; what is more is mixed in. */
void rng_init(struct rng *rng, const uint8_t *seed, uint32_t size);

/* The next RNG_SEED_SIZE bytes. */
void rng_draw(struct rng *rng, void *out);

#endif
