/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which states a search has seen, by a 64-bit hash of each: of n states one is overlooked with a
 * probability of about n^2 / 2^65.
 */
#ifndef BELLHOP_CHECK_SEEN_H
#define BELLHOP_CHECK_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/check/frontier.h"

struct seen {
	uint64_t *slot; /* open addressing, 0 is free; at most three quarters full */
	size_t mask;
	size_t n;
};

void seen_init(struct seen *seen);
void seen_free(struct seen *seen);
/* False: it was there before. */
bool seen_add(struct seen *seen, uint64_t hash);
size_t seen_bytes(const struct seen *seen);

/* Of these parts of *state; never 0. */
uint64_t hash_of_parts(const struct part *part, unsigned int n, const void *state);

#endif
