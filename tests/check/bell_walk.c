// SPDX-License-Identifier: BSD-2-Clause
/*
 * bell_walk [STEPS [SEED]]: is it right to search normal forms only? A walk at random through the
 * world of bell_state.h, where places, handles, ids and counts become whatever they become. In each
 * state that it comes to all that can happen is done to the state as it is, and to its normal form:
 * the outcomes have to have the same normal forms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check/bell_state.h"
#include "tests/check/seen.h"

#define WALK 5000u /* steps from the first state on */

static const struct part whole = { 0, sizeof(struct bs_state) / 8 };

struct outcomes {
	uint64_t hash[BS_ACTIONS];
	unsigned int n;
};

static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed % n);
}

static uint64_t hash_of_normal(const struct bs_state *state)
{
	struct bs_state normal;

	bs_normalise(state, &normal);
	return hash_of_parts(&whole, 1, &normal);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* As a set: two actions may change their parts. *next is one of them, if there are any. */
static struct outcomes outcomes_of(const struct bs_state *state, struct bs_state *next)
{
	struct outcomes all = { .n = 0 };
	unsigned int n = 0;

	for (unsigned int action = 0; action < BS_ACTIONS; action++) {
		struct bs_state after = *state;

		if (!bs_act(&after, action))
			continue;
		all.hash[n++] = hash_of_normal(&after);
		if (next != NULL && below(n) == 0)
			*next = after;
	}
	qsort(all.hash, n, sizeof(all.hash[0]), by_value);
	for (unsigned int i = 0; i < n; i++)
		if (i == 0 || all.hash[i] != all.hash[i - 1])
			all.hash[all.n++] = all.hash[i];
	return all;
}

static bool is_same(const struct outcomes *a, const struct outcomes *b)
{
	return a->n == b->n && memcmp(a->hash, b->hash, a->n * sizeof(a->hash[0])) == 0;
}

int main(int argc, char **argv)
{
	unsigned long steps = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000;
	struct bs_state state, normal, next;
	unsigned long differ = 0;

	if (argc > 2)
		seed = strtoul(argv[2], NULL, 0) | 1;
	for (unsigned long i = 0; i < steps; i++) {
		struct outcomes here, there;

		if (i % WALK == 0)
			bs_start(&state);
		bs_normalise(&state, &normal);
		differ += memcmp(&state, &normal, sizeof(state)) != 0;
		there = outcomes_of(&normal, NULL);
		here = outcomes_of(&state, &next);
		if (bs_violation != NULL || !is_same(&here, &there)) {
			fprintf(stderr, "step %lu: %s\n", i,
				bs_violation != NULL ? bs_violation :
						       "a normal form has another future");
			return 1;
		}
		state = next;
	}
	printf("%lu states, %lu of them not normal: each has the future of its normal form\n",
	       steps, differ);
	return differ < steps / 2;
}
