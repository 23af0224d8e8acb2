// SPDX-License-Identifier: BSD-2-Clause
/*
 * vCPUs beside one another: what is banked, what survives a switch, timers. Where vCPUs share a CPU
 * every step on another one is a switch; where they do not, the same has to come out.
 */
#include "conformance.h"
#include "smccc.h"

/* Each takes an SPI of its own that it pends itself, and its timer, again and again. */
static uint32_t take_own(uint32_t n)
{
	const uint32_t own = SPI + cpu_index();
	uint32_t missed = 0;

	arm(CNTV_INTID, 0x60);
	for (uint32_t i = 0; i < n; i++) {
		gic_pend(own);
		missed += take() != own;
		cntv_set(0, CNT_CTL_ENABLE);
		missed += take() != CNTV_INTID; /* within it: the priority is better */
		cntv_set(TIMER_FAR, 0);
		gicc_write(GICC_EOIR, CNTV_INTID);
		gicc_write(GICC_EOIR, own);
		dsb();
		missed += gic_is_active(own) || gic_is_active(CNTV_INTID);
	}
	gic_disable(CNTV_INTID);
	return missed;
}

void t22_switches_lose_nothing(void)
{
	const unsigned int n = machine_vcpus();
	const uint32_t times = rounds(100);

	for (unsigned int cpu = 0; cpu < n; cpu++) {
		gic_set_target(SPI + cpu, (uint8_t)(1u << cpu));
		arm(SPI + cpu, 0x80);
	}
	for (unsigned int cpu = 1; cpu < n; cpu++)
		start_on_vcpu(cpu, take_own, times);
	ktap_check_eq(take_own(times), 0, "missed by vCPU 0");
	for (unsigned int cpu = 1; cpu < n; cpu++)
		ktap_check_eq(wait_for_vcpu(cpu), 0, "missed by another");
	nothing("at the end");
}

static uint32_t set_interface(uint32_t i)
{
	gicc_write(GICC_CTLR, i & 1 ? 1 | EOIMODE : 1 | GICC_CTLR_CBPR);
	gicc_write(GICC_PMR, 0x80 + 0x10 * i);
	gicc_write(GICC_BPR, 3 + i);
	return 0;
}

/* One word of what set_interface() wrote. */
static uint32_t get_interface(uint32_t arg)
{
	(void)arg;
	return gicc_read(GICC_CTLR) << 16 | gicc_read(GICC_PMR) << 8 | gicc_read(GICC_BPR);
}

static uint32_t interface_of(uint32_t i)
{
	return (i & 1 ? 1 | EOIMODE : 1u | GICC_CTLR_CBPR) << 16 | (0x80 + 0x10 * i) << 8 | (3 + i);
}

void t23_interfaces_are_banked(void)
{
	if (needs_vcpus(2) || qemu_differs("GICC_CTLR has fewer bits there"))
		return;
	on_vcpu(1, set_interface, 3);
	set_interface(2);
	for (uint32_t i = 0; i < 5; i++) {
		ktap_check_eq(get_interface(0), interface_of(2), "vCPU 0: CTLR, PMR, BPR");
		ktap_check_eq(on_vcpu(1, get_interface, 0), interface_of(3),
			      "vCPU 1: CTLR, PMR, BPR");
	}
	turn_off(1);
	ktap_check_eq(on_vcpu(1, get_interface, 0) >> 16, 1, "vCPU 1: CTLR after CPU_ON");
}

static uint32_t nothing_much(uint32_t arg)
{
	return arg;
}

/* With an interrupt active, so that GICH_APR is part of it. */
void t83_interface_kept_across_switch(void)
{
	if (!nest(6))
		return;
	for (uint32_t i = 0; i < 4; i++) {
		gicc_write(GICC_PMR, 0xf8 - 8 * i);
		gicc_write(GICC_BPR, 2 + i);
		if (machine_vcpus() > 1)
			on_vcpu(1, nothing_much, 0);
		timer_delay_us(1000);
		ktap_check_eq(gicc_read(GICC_PMR), 0xf8 - 8 * i, "PMR");
		ktap_check_eq(gicc_read(GICC_BPR), 2 + i, "BPR");
		ktap_check_eq(gicc_read(GICC_RPR), NEST_PRIORITY(5), "RPR");
	}
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_BPR, 0);
	for (uint32_t i = 6; i-- > 0;) {
		ktap_check_eq(gicc_read(GICC_RPR), NEST_PRIORITY(i), "RPR going out");
		eoi(SPI + i);
	}
	nothing("at the end");
}

static volatile uint32_t awake;

/* WFI with interrupts masked, for `n` SGIs; each is counted when it was taken. */
static uint32_t sleep_and_take(uint32_t n)
{
	awake = 0;
	while (awake < n) {
		wfi();
		const uint32_t iar = gicc_read(GICC_IAR);

		if (iar == GIC_SPURIOUS)
			continue;
		gicc_write(GICC_EOIR, iar);
		dsb();
		awake++;
	}
	return n;
}

/* Sent at any distance from the sleeper's way into WFI. */
void t26_wakes_from_wfi(void)
{
	const uint32_t n = rounds(300);

	if (needs_vcpus(2))
		return;
	start_on_vcpu(1, sleep_and_take, n);
	for (uint32_t i = 0; i < n; i++) {
		const uint64_t until = timer_now() + timer_ms(20000);

		for (volatile uint32_t wait = i % 64; wait != 0; wait--)
			;
		gic_send_sgi(1, 2);
		while (awake != i + 1 && timer_now() < until)
			cpu_relax();
		if (ktap_check(awake == i + 1, "SGI %lu wakes nobody", (unsigned long)i))
			continue;
		awake = n;
		gic_send_sgi(1, 2);
		break;
	}
	wait_for_vcpu(1);
}

static uint32_t set_private(uint32_t arg)
{
	(void)arg;
	gic_set_priority(3, 0x40);
	gic_set_priority(CNTP_INTID, 0x50);
	gic_enable(CNTV_INTID);
	gic_disable(CNTP_INTID);
	return 0;
}

static uint32_t private_priorities(uint32_t arg)
{
	(void)arg;
	return mmio_read8(GICD_BASE + GICD_IPRIORITYR(0) + 3) << 8 |
	       mmio_read8(GICD_BASE + GICD_IPRIORITYR(0) + CNTP_INTID);
}

static uint32_t private_enables(uint32_t arg)
{
	(void)arg;
	return gicd_read(GICD_ISENABLER(0)) & (1u << CNTV_INTID | 1u << CNTP_INTID);
}

void t63_private_registers_are_banked(void)
{
	if (needs_vcpus(2))
		return;
	gic_set_priority(3, 0xa0);
	gic_set_priority(CNTP_INTID, 0xb0);
	gic_disable(CNTV_INTID);
	gic_enable(CNTP_INTID);
	on_vcpu(1, set_private, 0);
	ktap_check_eq(private_priorities(0), 0xa0b0, "priorities of vCPU 0");
	ktap_check_eq(on_vcpu(1, private_priorities, 0), 0x4050, "priorities of vCPU 1");
	ktap_check_eq(private_enables(0), 1u << CNTP_INTID, "enable bits of vCPU 0");
	ktap_check_eq(on_vcpu(1, private_enables, 0), 1u << CNTV_INTID, "enable bits of vCPU 1");
	gic_disable(CNTP_INTID);
}

/* One tick, taken when it is due and then moved to `next`; SPIs wait below it now and then. */
static bool take_tick(uint64_t due, uint64_t next, bool spis)
{
	while (timer_now() < due)
		cpu_relax();
	if (!takes(CNTV_INTID, "due"))
		return false;
	cntv_set(next, CNT_CTL_ENABLE);
	if (spis)
		gicd_write(GICD_ISPENDR(SPI_WORD), 0x3f);
	eoi(CNTV_INTID);
	if (spis)
		takes_set(0x3f, "SPIs");
	return true;
}

/* No tick is lost and none comes twice; none comes when the timer is masked. */
void t87_timer_ticks(void)
{
	const uint32_t n = rounds(1000);
	uint64_t due = timer_now() + timer_us(20);

	arm(CNTV_INTID, 0x40);
	for (uint32_t i = 0; i < 6; i++)
		arm(SPI + i, 0x80);
	cntv_set(due, CNT_CTL_ENABLE);
	for (uint32_t i = 1; i <= n; i++) {
		const bool spis = i % 8 == 0;
		const uint64_t next = spis || i == n ? TIMER_FAR :
				      i & 1	     ? due + timer_us(20) :
						       timer_now() + timer_us(20);

		if (!take_tick(due, next, spis))
			break;
		due = spis ? timer_now() + timer_us(20) : next;
		if (spis && i < n)
			cntv_set(due, CNT_CTL_ENABLE);
	}
	cntv_set(TIMER_FAR, 0);
	cntv_set(0, CNT_CTL_ENABLE | CNT_CTL_IMASK);
	nothing("masked");
}

/* Moved or masked while its interrupt waits: any write to the distributor finds that out. */
void t31_timer_moved_before_ack(void)
{
	arm(CNTV_INTID, 0x40);
	for (uint32_t i = 0; i < 16; i++) {
		const uint64_t until = timer_now() + timer_ms(2000);

		cntv_set(0, CNT_CTL_ENABLE);
		while (gicc_read(GICC_HPPIR) != CNTV_INTID && timer_now() < until)
			cpu_relax();
		ktap_check_eq(gicc_read(GICC_HPPIR), CNTV_INTID, "due");
		if ((i & 1) != 0)
			cntv_set(TIMER_FAR, CNT_CTL_ENABLE);
		else
			cntv_set(0, CNT_CTL_ENABLE | CNT_CTL_IMASK);
		gic_enable(CNTV_INTID);
		nothing("moved");
	}
	cntv_set(TIMER_FAR, 0);
}

static uint32_t whole_timer_cycle(uint32_t arg)
{
	uint32_t iar;

	(void)arg;
	arm(CNTV_INTID, 0x80);
	cntv_set(0, CNT_CTL_ENABLE);
	iar = take();
	cntv_set(TIMER_FAR, 0);
	eoi(iar);
	gic_disable(CNTV_INTID);
	return iar;
}

void t88_timer_active_across_switch(void)
{
	arm(CNTV_INTID, 0x80);
	for (uint32_t i = 0; i < 5; i++) {
		cntv_set(0, CNT_CTL_ENABLE);
		takes(CNTV_INTID, "due");
		if (machine_vcpus() > 1)
			ktap_check_eq(on_vcpu(1, whole_timer_cycle, 0), CNTV_INTID,
				      "IAR on vCPU 1");
		ktap_check(gic_is_active(CNTV_INTID), "not active any more");
		ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR while active");
		eoi(CNTV_INTID);
		takes(CNTV_INTID, "line still high");
		cntv_set(TIMER_FAR, 0);
		eoi(CNTV_INTID);
		nothing("off");
	}
}

static uint32_t leave_timer_active(uint32_t arg)
{
	(void)arg;
	arm(CNTV_INTID, 0x80);
	cntv_set(0, CNT_CTL_ENABLE);
	return take();
}

static uint32_t private_state(uint32_t arg)
{
	(void)arg;
	return gicd_read(GICD_ISPENDR(0)) | gicd_read(GICD_ISACTIVER(0));
}

/* Neither active nor pending after CPU_ON, and it works: below nothing was left active. */
void t89_timer_active_at_cpu_off(void)
{
	if (needs_vcpus(2) || qemu_differs("its GIC knows nothing of CPU_ON"))
		return;
	for (uint32_t i = 0; i < 3; i++) {
		ktap_check_eq(on_vcpu(1, leave_timer_active, 0), CNTV_INTID, "IAR on vCPU 1");
		turn_off(1);
		ktap_check_eq(on_vcpu(1, private_state, 0), 0, "ISPENDR0 | ISACTIVER0");
		ktap_check_eq(on_vcpu(1, whole_timer_cycle, 0), CNTV_INTID, "IAR after CPU_ON");
	}
}
