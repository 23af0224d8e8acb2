// SPDX-License-Identifier: BSD-2-Clause
/* SPIs between vCPUs: targets, and changes to what is in another vCPU's list registers. */
#include "conformance.h"
#include "smccc.h"

static uint32_t pend(uint32_t intid)
{
	gic_pend(intid);
	return 0;
}

/* On vCPU 0 and vCPU 1: does the interrupt come there, a moment later, or not? */
static void only_on(unsigned int cpu, uint32_t intid, const char *when)
{
	const uint32_t other = cpu ? remote_nothing(0) : on_vcpu(1, remote_nothing, 0);
	const uint32_t iar = cpu ? on_vcpu(1, remote_take, 0) : take();

	ktap_check(other == GIC_SPURIOUS, "%s: 0x%lx on the wrong vCPU", when,
		   (unsigned long)other);
	ktap_check(iar == intid, "%s: IAR is 0x%lx", when, (unsigned long)iar);
	if (cpu)
		on_vcpu(1, remote_eoi, iar);
	else
		eoi(iar);
}

/* Takes one on vCPU 1, which stays active there. */
static bool active_on_vcpu_1(uint32_t intid)
{
	gic_set_target(intid, 2);
	arm(intid, 0x80);
	gic_pend(intid);
	const uint32_t iar = on_vcpu(1, remote_take, 0);

	return ktap_check(iar == intid, "IAR on vCPU 1 is 0x%lx", (unsigned long)iar);
}

void t19_pended_by_two_vcpus_comes_once(void)
{
	if (needs_vcpus(2))
		return;
	for (uint32_t i = 0; i < 20; i++) {
		gic_set_target(SPI, 2);
		arm_edge(SPI, 0x80);
		on_vcpu(1, pend, SPI);
		gic_pend(SPI);
		only_on(1, SPI, "pended twice");
		ktap_check_eq(on_vcpu(1, remote_nothing, 0), GIC_SPURIOUS, "IAR a second time");
	}
}

void t36_pending_without_target(void)
{
	if (qemu_differs("ISPENDR is for the targets of that moment"))
		return;
	arm(SPI, 0x80);
	arm(PL011_INTID, 0x80);
	gic_set_target(SPI, 0);
	gic_set_target(PL011_INTID, 0);
	line(true);
	gic_pend(SPI);
	nothing("no target");
	ktap_check(gic_is_pending(SPI), "latch: not pending");
	ktap_check(gic_is_pending(PL011_INTID), "line: not pending");
	gic_set_target(PL011_INTID, 1);
	takes(PL011_INTID, "line: with a target");
	line(false);
	eoi(PL011_INTID);
	gic_set_target(SPI, 1);
	takes_and_ends(SPI, "latch: with a target");
	nothing("at the end");
}

void t41_icactiver_of_another_vcpus(void)
{
	if (needs_vcpus(2) || qemu_differs("an active SPI is active per CPU"))
		return;
	for (uint32_t i = 0; i < 10; i++) {
		if (!active_on_vcpu_1(SPI))
			return;
		ktap_check(gic_is_active(SPI), "not active");
		gicd_write(GICD_ICACTIVER(SPI_WORD), SPI_BIT(SPI));
		ktap_check(!gic_is_active(SPI), "ICACTIVER: still active");
		on_vcpu(1, remote_eoi, SPI);
		ktap_check(!gic_is_active(SPI), "after the EOI: active again");
		gic_pend(SPI);
		only_on(1, SPI, "the next");
	}
}

void t45_disabled_while_pending_elsewhere(void)
{
	if (needs_vcpus(2))
		return;
	for (uint32_t i = 0; i < 10; i++) {
		gic_set_target(SPI, 2);
		arm(SPI, 0x80);
		on_vcpu(1, pend, SPI);
		gic_disable(SPI);
		ktap_check_eq(on_vcpu(1, remote_nothing, 0), GIC_SPURIOUS, "IAR when disabled");
		ktap_check(gic_is_pending(SPI), "not pending any more");
		gic_enable(SPI);
		only_on(1, SPI, "enabled");
	}
}

void t48_pended_for_another_vcpu(void)
{
	if (needs_vcpus(2))
		return;
	arm(SPI, 0x80);
	on_vcpu(1, pend, SPI);
	only_on(0, SPI, "pended by vCPU 1");
	gic_set_target(SPI, 2);
	gic_pend(SPI);
	only_on(1, SPI, "pended by vCPU 0");
	nothing("at the end");
}

void t66_zero_among_targets(void)
{
	if (qemu_differs("ISPENDR is for the targets of that moment"))
		return;
	for (uint32_t i = 0; i < 4; i++)
		arm(SPI + i, 0x80);
	gicd_write(GICD_ITARGETSR(SPI / 4), 0x01000100);
	ktap_check_eq(gicd_read(GICD_ITARGETSR(SPI / 4)), 0x01000100, "ITARGETSR");
	gicd_write(GICD_ISPENDR(SPI_WORD), 0xf);
	takes_set(0xa, "with a target");
	nothing("without one");
	ktap_check_eq(gicd_read(GICD_ISPENDR(SPI_WORD)), 0x5, "ISPENDR");
	gicd_write(GICD_ITARGETSR(SPI / 4), 0x01010101);
	takes_set(0x5, "with a target now");
	nothing("at the end");
}

static volatile uint32_t polls_wanted;

/* Counts how often the SPI comes here until told to stop. */
static uint32_t count_taken(uint32_t intid)
{
	uint32_t n = 0;

	while (polls_wanted) {
		const uint32_t iar = gicc_read(GICC_IAR);

		if (iar != GIC_SPURIOUS)
			gicc_write(GICC_EOIR, iar);
		n += iar == intid;
		cpu_relax();
	}
	return n;
}

static uint32_t take_and_drop(uint32_t arg)
{
	const uint32_t iar = take();

	(void)arg;
	gicc_write(GICC_EOIR, iar);
	return iar;
}

/* While both look for it: it comes once, on one of them. */
static void race_for_it(void)
{
	uint32_t here = 0;

	polls_wanted = 1;
	start_on_vcpu(1, count_taken, SPI);
	gic_set_target(SPI, 2);
	gic_pend(SPI);
	gic_set_target(SPI, 1);
	for (uint32_t i = 0; i < 50; i++) {
		const uint32_t iar = gicc_read(GICC_IAR);

		if (iar != GIC_SPURIOUS)
			eoi(iar);
		here += iar == SPI;
		timer_delay_us(4);
	}
	polls_wanted = 0;
	const uint32_t there = wait_for_vcpu(1);

	if (here + there == 0)
		here += take_and_drop(0) == SPI;
	ktap_check(here + there == 1, "taken %lu times by vCPU 0, %lu times by vCPU 1",
		   (unsigned long)here, (unsigned long)there);
}

void t67_retargeted_while_pending(void)
{
	if (needs_vcpus(2) || qemu_differs("ISPENDR is for the targets of that moment"))
		return;
	arm_edge(SPI, 0x80);
	for (unsigned int i = 0; i < 10; i++) {
		const unsigned int to = i & 1;

		gic_set_target(SPI, (uint8_t)(1u << !to));
		gic_pend(SPI);
		on_vcpu(1, pend, SPI);
		gic_set_target(SPI, (uint8_t)(1u << to));
		only_on(to, SPI, "retargeted");
		nothing("a second time");
	}
	for (uint32_t i = 0; i < 10; i++)
		race_for_it();
}

void t68_retargeted_while_active(void)
{
	if (needs_vcpus(2) || qemu_differs("an active SPI is active per CPU"))
		return;
	if (!active_on_vcpu_1(SPI))
		return;
	gic_set_target(SPI, 1);
	gic_pend(SPI);
	nothing("active on vCPU 1");
	ktap_check_eq(on_vcpu(1, remote_nothing, 0), GIC_SPURIOUS, "IAR on vCPU 1");
	on_vcpu(1, remote_eoi, SPI);
	only_on(0, SPI, "the next");
}

static uint32_t eoimode1(uint32_t arg)
{
	gicc_write(GICC_CTLR, arg ? 1 | EOIMODE : 1);
	return 0;
}

void t85_dir_by_another_vcpu(void)
{
	if (needs_vcpus(2) || qemu_differs("an active SPI is active per CPU"))
		return;
	eoimode1(1);
	on_vcpu(1, eoimode1, 1);
	for (uint32_t i = 0; i < 10; i++) {
		gic_set_target(SPI, 2);
		arm(SPI, 0x80);
		gic_pend(SPI);
		ktap_check_eq(on_vcpu(1, take_and_drop, 0), SPI, "IAR on vCPU 1");
		ktap_check(gic_is_active(SPI), "not active after the drop");
		gicc_write(GICC_DIR, SPI);
		dsb();
		ktap_check(!gic_is_active(SPI), "active after DIR");
	}
}

static uint32_t remote_active(uint32_t intid)
{
	return gic_is_active(intid);
}

void t92_spi_for_vcpu_that_is_off(void)
{
	if (needs_vcpus(2))
		return;
	gic_set_target(SPI, 2);
	arm(SPI, 0x80);
	gic_pend(SPI);
	nothing("for a vCPU that is off");
	ktap_check(gic_is_pending(SPI), "not pending");
	ktap_check_eq(on_vcpu(1, remote_take, 0), SPI, "IAR after CPU_ON");
	ktap_check_eq(on_vcpu(1, remote_active, SPI), 1, "ISACTIVER");
	on_vcpu(1, remote_eoi, SPI);
	turn_off(1);
	gic_pend(SPI);
	gic_set_target(SPI, 1);
	if (!machine_is_native())
		takes_and_ends(SPI, "given to vCPU 0");
}
