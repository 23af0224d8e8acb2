// SPDX-License-Identifier: BSD-2-Clause
/*
 * The calls of bell_calls.h at random.
 *
 *	unit_bell_random [SEED [ROUNDS]]
 */
#include "bell_calls.h"

#include <stdlib.h>

#define ROUND 100000u /* calls until everything is closed */
#define LOOK 16u      /* each so manyth call is looked at as a whole */

static uint32_t seed = 1;
static uint32_t rounds = 4;

static uint32_t any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static uint32_t below(uint32_t n)
{
	return any() % n;
}

static void random_calls(void **state)
{
	static struct bell_calls calls = { .choose = below, .any = any };
	unsigned int kinds = 0;

	(void)state;
	bc_start(&calls);
	for (uint32_t round = 0; round < rounds; round++) {
		for (uint32_t i = 0; i < ROUND; i++) {
			bc_call(&calls, i % LOOK == 0);
			if (below(4) == 0)
				bc_something_else(&calls);
		}
		bc_close_everything(&calls);
	}
	for (unsigned int i = 0; i < BELLHOP_N_CALLS; i++)
		kinds += calls.n_succeeded[i] > 100;
	assert_int_equal(kinds, BELL_CALLS_KINDS);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(random_calls) };

	if (argc > 1)
		seed = (uint32_t)strtoul(argv[1], NULL, 0) | 1u;
	if (argc > 2)
		rounds = (uint32_t)strtoul(argv[2], NULL, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
