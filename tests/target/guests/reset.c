// SPDX-License-Identifier: BSD-2-Clause
/*
 * A VM that starts again by each of PSCI's two ways, and counts in memory that no image is loaded
 * to: what is said comes from the last start. Each start gets other random numbers.
 */
#include "common.h"
#include "fdt.h"

#define MAGIC 0x5e770000u
#define STARTS 3u

static struct kept {
	uint32_t count;
	uint32_t seed[STARTS];		    /* first word of /chosen/rng-seed; 0: there is none */
} *const kept = (struct kept *)0x41000000u; /* one cache line */

static uint32_t starts(void)
{
	return (kept->count & 0xffff0000u) == MAGIC ? (kept->count & 0xffffu) : 0;
}

static uint32_t seed(void)
{
	uint32_t word = 0;

	fdt_read_cell((const void *)machine_fdt(), "/chosen", "rng-seed", &word);
	return word;
}

/* What was stored has to be in memory when the caches are off. */
static void restart(uint32_t function)
{
	kept->seed[starts()] = seed();
	kept->count = MAGIC | (starts() + 1);
	cp15_write(0, 7, 14, 1, (uint32_t)kept); /* DCCIMVAC */
	dsb();
	smccc_hvc(function, 0, 0, 0);
}

static void test_started_three_times(void)
{
	ktap_check_eq(starts(), STARTS - 1, "starts before this one");
}

static void test_random_numbers_are_new(void)
{
	if (needs_bellhop())
		return;
	ktap_check(seed() != 0, "the machine has random numbers");
	ktap_check(kept->seed[0] != kept->seed[1] && kept->seed[1] != seed() &&
			   seed() != kept->seed[0],
		   "each start has others");
}

static const struct ktap_test tests[] = {
	{ "started_three_times", test_started_three_times },
	{ "random_numbers_are_new", test_random_numbers_are_new },
};

int main(void)
{
	if (!machine_is_native() && starts() == 0)
		restart(PSCI_SYSTEM_RESET2);
	if (!machine_is_native() && starts() == 1)
		restart(PSCI_SYSTEM_RESET);
	return ktap_run_all(tests);
}
