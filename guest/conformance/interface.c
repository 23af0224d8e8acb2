// SPDX-License-Identifier: BSD-2-Clause
/* The CPU interface (chapter 4.4): acknowledge and its filters, preemption, EOImode. */
#include "conformance.h"

/* The interface's request to the CPU: ISR.I, which does not mind CPSR.I (DDI 0406C B4.1.91). */
static bool irq_is_signalled(void)
{
	timer_delay_us(100);
	return (cp15_read(0, 12, 1, 0) & CPSR_I) != 0;
}

void t78_spurious(void)
{
	nothing("idle");
	eoi(GIC_SPURIOUS);
	arm(SPI, 0x80);
	gic_pend(SPI);
	gic_unpend(SPI);
	nothing("withdrawn");
	gic_pend(SPI);
	takes(SPI, "pended");
	eoi(GIC_SPURIOUS);
	eoi(GIC_SPURIOUS_GROUP1);
	ktap_check(gic_is_active(SPI), "EOIR 1023 ended it");
	ktap_check_eq(gicc_read(GICC_RPR), 0x80, "RPR after EOIR 1023");
	eoi(SPI);
	ktap_check_eq(gicc_read(GICC_RPR), IDLE_PRIORITY, "RPR at the end");
}

void t79_group1_and_ackctl(void)
{
	if (qemu_differs("its CPU interface has one group here"))
		return;
	gicd_write(GICD_IGROUPR(SPI_WORD), SPI_BIT(SPI));
	arm(SPI, 0x80);
	gicd_write(GICD_CTLR, GICD_CTLR_ENABLEGRP0);
	gicc_write(GICC_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1);
	gic_pend(SPI);
	nothing("GICD_CTLR without Group 1");
	gicd_write(GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	ktap_check_eq(gicc_read(GICC_HPPIR), GIC_SPURIOUS_GROUP1, "HPPIR without AckCtl");
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS_GROUP1, "IAR without AckCtl");
	ktap_check(gic_is_pending(SPI) && !gic_is_active(SPI), "IAR 1022 changed its state");
	gicc_write(GICC_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
	takes(SPI, "with AckCtl");
	eoi(SPI);
	gic_pend(SPI);
	ktap_check(irq_is_signalled(), "with both groups: no IRQ");
	gicc_write(GICC_CTLR, GICC_CTLR_ENABLEGRP0);
	ktap_check(!irq_is_signalled(), "GICC_CTLR without Group 1: IRQ");
	ktap_check(gic_is_pending(SPI), "GICC_CTLR without Group 1: not pending");
	gicd_write(GICD_IGROUPR(SPI_WORD), 0);
	takes_and_ends(SPI, "in Group 0 again");
	nothing("at the end");
}

void t80_group0_enabled_late(void)
{
	if (qemu_differs("its CPU interface has one group here"))
		return;
	gicd_write(GICD_IGROUPR(SPI_WORD), 0xff);
	gicd_write(GICD_CTLR, GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	gicc_write(GICC_CTLR, GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
	for (uint32_t i = 0; i < 8; i++)
		arm(SPI + i, 0x40);
	gic_set_priority(0, 0x80);
	gicd_write(GICD_ISPENDR(SPI_WORD), 0xff);
	gicd_write(GICD_SGIR, GICD_SGIR_FILTER_SELF << GICD_SGIR_TARGETLISTFILTER_SHIFT);
	takes_set(0xff, "Group 1");
	ktap_check(!irq_is_signalled(), "IRQ with Group 0 disabled");
	gicc_write(GICC_CTLR, GICC_CTLR_ENABLEGRP0 | GICC_CTLR_ENABLEGRP1 | GICC_CTLR_ACKCTL);
	takes_and_ends(0, "Group 0 enabled");
	gicd_write(GICD_IGROUPR(SPI_WORD), 0);
	nothing("at the end");
}

void t69_priority_changed_while_pending(void)
{
	static const uint8_t priority[] = { 0x60, 0x50, 0x40, 0x30, 0x20, 0x70 };

	for (uint32_t i = 0; i < sizeof(priority); i++)
		arm(SPI + i, 0x80);
	gicd_write(GICD_ISPENDR(SPI_WORD), 0x3f);
	for (uint32_t i = 0; i < sizeof(priority); i++)
		gic_set_priority(SPI + i, priority[i]);
	static const uint32_t order[] = { 4, 3, 2, 1, 0, 5 };

	for (uint32_t i = 0; i < sizeof(priority); i++) {
		takes(SPI + order[i], "by the new priority");
		ktap_check_eq(gicc_read(GICC_RPR), priority[order[i]], "RPR");
		eoi(SPI + order[i]);
	}
	nothing("at the end");
}

/* Without an exit between the write of PMR and the acknowledge. */
void t81_priority_mask(void)
{
	arm(SPI, 0x80);
	gicc_write(GICC_PMR, 0x80);
	gic_pend(SPI);
	timer_delay_us(200);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR with PMR equal");
	gicc_write(GICC_PMR, 0x88);
	ktap_check_eq(gicc_read(GICC_HPPIR), SPI, "HPPIR with PMR above");
	gicc_write(GICC_PMR, 0x00);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR with PMR 0");
	gicc_write(GICC_PMR, 0x88);
	ktap_check_eq(gicc_read(GICC_IAR), SPI, "IAR with PMR above");
	gicc_write(GICC_EOIR, SPI);
	gicc_write(GICC_PMR, 0xff);
	nothing("at the end");
}

/* GICC_BPR 4: bits [7:5] are the group priority (table 3-2). */
void t82_binary_point(void)
{
	gicc_write(GICC_BPR, 4);
	for (uint32_t i = 0; i < 6; i++) {
		arm(SPI + i, (uint8_t)(0xd8 - 0x20 * i));
		arm(SPI + 8 + i, (uint8_t)(0xc0 - 0x20 * i));
	}
	for (uint32_t i = 0; i < 6; i++) {
		gic_pend(SPI + i);
		takes(SPI + i, "a better group priority");
		ktap_check_eq(gicc_read(GICC_RPR), 0xc0 - 0x20 * i, "RPR");
		gic_pend(SPI + 8 + i);
		timer_delay_us(50);
		ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR for the same one");
	}
	for (uint32_t i = 6; i-- > 0;) {
		eoi(SPI + i);
		takes_and_ends(SPI + 8 + i, "when its equal has ended");
	}
	ktap_check_eq(gicc_read(GICC_RPR), IDLE_PRIORITY, "RPR at the end");
	nothing("at the end");
}

/* The order of the EOIRs is that of the priorities; DIR has none (4.4.5, 4.4.15). */
static void eoimode_nested(uint32_t n, uint32_t step)
{
	if (!nest(n))
		return;
	unnest(n);
	ktap_check_eq(gicc_read(GICC_RPR), IDLE_PRIORITY, "RPR after the drops");
	ktap_check_eq(gicd_read(GICD_ISACTIVER(SPI_WORD)), (1u << n) - 1, "active ones");
	gic_pend(SPI);
	nothing("dropped but active");
	for (uint32_t i = 0, left = (1u << n) - 1; i < n; i++) {
		const uint32_t id = SPI + i * step % n;

		gicc_write(GICC_DIR, id);
		dsb();
		left &= ~SPI_BIT(id);
		ktap_check_eq(gicd_read(GICD_ISACTIVER(SPI_WORD)), left, "active after DIR");
	}
	takes(SPI, "pended while active");
	eoi(SPI);
	gicc_write(GICC_DIR, SPI);
	nothing("at the end");
}

void t84_eoimode_any_order(void)
{
	if (machine_is_native())
		gic_set_edge(SPI, true); /* QEMU loses a latch of a level set while active */
	gicc_write(GICC_CTLR, 1 | EOIMODE);
	eoimode_nested(GIC400_LRS, 1);
	eoimode_nested(GIC400_LRS + 3, GIC400_LRS + 2); /* backwards */
	eoimode_nested(NESTED, 5);
}

void t86_dir_ignored(void)
{
	arm(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "EOImode 0");
	gicc_write(GICC_DIR, SPI);
	dsb();
	ktap_check(gic_is_active(SPI), "DIR with EOImode 0 ended it");
	eoi(SPI);
	gicc_write(GICC_CTLR, 1 | EOIMODE);
	gic_pend(SPI);
	gicc_write(GICC_DIR, SPI + 1);
	gicc_write(GICC_DIR, SPI);
	gicc_write(GICC_DIR, GIC_SPURIOUS);
	gicc_write(GICC_DIR, 0xffffffff);
	takes(SPI, "DIR of what is pending or idle");
	eoi(SPI);
	gicc_write(GICC_DIR, SPI);
	gicd_write(GICD_SGIR, GICD_SGIR_FILTER_SELF << GICD_SGIR_TARGETLISTFILTER_SHIFT | 5);
	takes(5, "SGI");
	eoi(5);
	if (!machine_is_native()) { /* QEMU does not look at the CPUID */
		gicc_write(GICC_DIR, 3u << GICC_IAR_CPUID_SHIFT | 5);
		dsb();
		ktap_check(gic_is_active(5), "DIR with another CPUID ended the SGI");
	}
	gicc_write(GICC_DIR, 5);
	dsb();
	ktap_check(!gic_is_active(5), "the SGI is active after DIR");
	nothing("at the end");
}

/* An RTOS that calls everything Group 1 and turns every bit on. */
void t91_bypass_bits_ignored(void)
{
	if (qemu_differs("its CPU interface has one group here"))
		return;
	gicd_write(GICD_IGROUPR(0), UINT32_MAX);
	gicd_write(GICD_IGROUPR(SPI_WORD), UINT32_MAX);
	gicd_write(GICD_CTLR, 3);
	gicc_write(GICC_CTLR, 0x1e7);
	ktap_check_eq(gicc_read(GICC_CTLR), 7, "GICC_CTLR");
	gicc_write(GICC_BPR, 7);
	arm(SPI, 0x80);
	gic_pend(SPI);
	takes_and_ends(SPI, "Group 1");
	nothing("at the end");
}

static volatile uint32_t depth;
static volatile uint32_t deepest;
static volatile uint32_t taken;

/* Raises the next, more urgent one and lets it in. */
static void raise_next(uint32_t iar)
{
	const uint32_t next = (iar & GICC_IAR_INTID_MASK) + 1;

	taken++;
	if (++depth > deepest)
		deepest = depth;
	if (next < SPI + NESTED)
		gic_pend(next);
	irq_enable();
	timer_delay_us(50);
	irq_disable();
	depth--;
}

void nested_handlers(void)
{
	depth = deepest = taken = 0;
	for (uint32_t i = 0; i < NESTED; i++) {
		gic_handle(SPI + i, raise_next);
		arm(SPI + i, (uint8_t)NEST_PRIORITY(i));
	}
	irq_enable();
	gic_pend(SPI);
	timer_delay_us(10000);
	irq_disable();
	ktap_check_eq(taken, NESTED, "interrupts taken");
	ktap_check_eq(deepest, NESTED, "depth");
	ktap_check_eq(depth, 0, "depth at the end");
	ktap_check_eq(gicc_read(GICC_RPR), IDLE_PRIORITY, "RPR at the end");
	for (uint32_t i = 0; i < NESTED; i++)
		gic_handle(SPI + i, NULL);
}
