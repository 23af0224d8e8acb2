// SPDX-License-Identifier: BSD-2-Clause
/*
 * A VM that starts again by each of PSCI's two ways, and counts in memory that no image is loaded
 * to: what is said comes from the last start.
 */
#include "common.h"

#define COUNT ((volatile uint32_t *)0x41000000u)
#define MAGIC 0x5e770000u

static uint32_t starts(void)
{
	return (*COUNT & 0xffff0000u) == MAGIC ? (*COUNT & 0xffffu) : 0;
}

/* What was stored has to be in memory when the caches are off. */
static void restart(uint32_t function)
{
	*COUNT = MAGIC | (starts() + 1);
	cp15_write(0, 7, 14, 1, (uint32_t)COUNT); /* DCCIMVAC */
	dsb();
	smccc_hvc(function, 0, 0, 0);
}

static void test_started_three_times(void)
{
	ktap_check_eq(starts(), 2, "starts before this one");
}

static const struct ktap_test tests[] = {
	{ "started_three_times", test_started_three_times },
};

int main(void)
{
	if (!machine_is_native() && starts() == 0)
		restart(PSCI_SYSTEM_RESET2);
	if (!machine_is_native() && starts() == 1)
		restart(PSCI_SYSTEM_RESET);
	return ktap_run_all(tests);
}
