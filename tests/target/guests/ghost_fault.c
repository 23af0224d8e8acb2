// SPDX-License-Identifier: BSD-2-Clause
/*
 * Asks the hypervisor's ghost image to make the mistake that its boot argument names, then does
 * what any guest does, until the ghost notices. It ends only when the ghost does not.
 */
#include <string.h>

#include "common.h"
#include "tests/target/ghost/fault.h"

#define SPI 96u

static const struct {
	const char *name;
	enum ghost_fault fault;
} faults[] = {
	{ "active_appears", GHOST_ACTIVE_APPEARS },
	{ "pending_appears", GHOST_PENDING_APPEARS },
	{ "sgi_source_appears", GHOST_SGI_SOURCE_APPEARS },
	{ "always_maintenance", GHOST_ALWAYS_MAINTENANCE },
	{ "lr_priority", GHOST_LR_PRIORITY },
	{ "lr_lost", GHOST_LR_LOST },
	{ "lr_of_another", GHOST_LR_OF_ANOTHER },
	{ "lr_twice", GHOST_LR_TWICE },
	{ "never_wakes", GHOST_NEVER_WAKES },
};

static enum ghost_fault wanted(void)
{
	for (unsigned int i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (strstr(machine_bootargs(), faults[i].name))
			return faults[i].fault;
	return GHOST_NO_FAULT;
}

/* A WFI that has to end: something is pending that PMR lets pass. But what is active is higher, so
 * that the CPU interface signals nothing and the WFI traps (2.3.3). */
static void wait_below_active(void)
{
	gic_set_priority(SPI, 0x40);
	gic_pend(SPI);
	(void)gicc_read(GICC_IAR);
	gic_pend(SPI + 1);
	wfi();
	gicc_write(GICC_EOIR, SPI);
	gicc_write(GICC_EOIR, gicc_read(GICC_IAR));
}

/* Folds, fills, and list registers that are pending. */
static void ordinary_work(void)
{
	gic_enable(SPI);
	gic_enable(SPI + 1);
	for (uint32_t i = 0; i < 100; i++) {
		gic_pend(SPI);
		(void)gic_is_active(SPI);
		gicc_write(GICC_EOIR, gicc_read(GICC_IAR));
		(void)gic_is_active(SPI);
		gic_send_sgi(1, 1);
		gic_disable(SPI); /* a fill, with the SGI pending */
		gic_enable(SPI);
		gicc_write(GICC_EOIR, gicc_read(GICC_IAR));
		wait_below_active();
	}
}

static void test_silent_before(void)
{
	ordinary_work();
}

static void test_shouts(void)
{
	const enum ghost_fault fault = wanted();

	ktap_check(fault != GHOST_NO_FAULT, "no fault is named \"%s\"", machine_bootargs());
	ktap_check_eq(smccc_hvc(GHOST_FAULT_CALL, fault, 0, 0), 0, "the call");
	ordinary_work();
	ktap_check(false, "the ghost has noticed nothing");
}

static const struct ktap_test tests[] = {
	{ "silent_before", test_silent_before },
	{ "shouts", test_shouts },
};

int main(void)
{
	return ktap_run_all(tests);
}
