// SPDX-License-Identifier: BSD-2-Clause
/* Pending, active, enabled, and the two ways to be pending: the latch and the line (4.3.7,
 * 4-10). */
#include "conformance.h"

static void is(uint32_t intid, bool pending, bool active, const char *when)
{
	ktap_check(gic_is_pending(intid) == pending, "%s: pending is %d", when, !pending);
	ktap_check(gic_is_active(intid) == active, "%s: active is %d", when, !active);
}

/* SGI and edge; what comes again while active is a second interrupt. */
void t18_again_while_active(void)
{
	static const uint32_t filter_self = GICD_SGIR_FILTER_SELF
					    << GICD_SGIR_TARGETLISTFILTER_SHIFT;
	const uint32_t self = cpu_index() << GICC_IAR_CPUID_SHIFT;

	gicd_write(GICD_SGIR, filter_self | 5);
	takes(self | 5, "SGI");
	gicd_write(GICD_SGIR, filter_self | 5);
	is(5, true, true, "SGI again");
	eoi(self | 5);
	takes_and_ends(self | 5, "SGI a second time");
	arm_edge(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "edge");
	gic_pend(SPI);
	is(SPI, true, true, "edge again");
	eoi(SPI);
	takes_and_ends(SPI, "edge a second time");
	nothing("at the end");
}

void t21_taken_again_and_again(void)
{
	arm(SPI, 0x80);
	arm_edge(SPI + 1, 0x80);
	for (uint32_t i = 0; i < 100; i++) {
		gic_pend(SPI + (i & 1));
		is(SPI + (i & 1), true, false, "pended");
		takes(SPI + (i & 1), "taken");
		is(SPI + (i & 1), false, true, "taken");
		eoi(SPI + (i & 1));
		is(SPI + (i & 1), false, false, "ended");
	}
	nothing("at the end");
}

void t27_soft_level_latch_cleared_by_ack(void)
{
	if (qemu_differs("KVM and QEMU keep a level latch pending until ICPENDR"))
		return;
	arm(SPI, 0x80);
	gicc_write(GICC_CTLR, 1 | EOIMODE);
	gic_pend(SPI);
	takes(SPI, "pended");
	is(SPI, false, true, "acknowledged");
	eoi(SPI);
	is(SPI, false, true, "priority dropped");
	gicc_write(GICC_DIR, SPI);
	is(SPI, false, false, "deactivated");
	nothing("at the end");
}

void t28_soft_level_pended_while_active(void)
{
	if (qemu_differs("QEMU loses it"))
		return;
	arm(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "first");
	gic_pend(SPI);
	is(SPI, true, true, "pended while active");
	eoi(SPI);
	ktap_check_eq(gicc_read(GICC_HPPIR), SPI, "HPPIR after the EOI");
	takes_and_ends(SPI, "second");
	nothing("a third time");
}

void t29_unpend_before_ack(void)
{
	for (uint32_t edge = 0; edge < 2; edge++) {
		gic_set_edge(SPI, edge);
		arm(SPI, 0x80);
		gic_pend(SPI);
		ktap_check_eq(gicc_read(GICC_HPPIR), SPI, "HPPIR");
		gic_unpend(SPI);
		is(SPI, false, false, "unpended");
		nothing("unpended");
		gic_disable(SPI);
	}
}

void t30_unpend_with_line_high(void)
{
	arm(PL011_INTID, 0x80);
	line(true);
	gic_unpend(PL011_INTID);
	is(PL011_INTID, true, false, "line high, unpended");
	takes(PL011_INTID, "line high, unpended");
	gic_unpend(PL011_INTID);
	is(PL011_INTID, true, true, "the same while active");
	line(false);
	is(PL011_INTID, false, true, "line low");
	eoi(PL011_INTID);
	nothing("line low");
}

void t31_line_drops_before_ack(void)
{
	arm(PL011_INTID, 0x80);
	for (uint32_t i = 0; i < 16; i++) {
		line(true);
		is(PL011_INTID, true, false, "line high");
		line(false);
		nothing("line low");
		is(PL011_INTID, false, false, "line low");
	}
}

void t32_line_high_at_eoi(void)
{
	arm(PL011_INTID, 0x80);
	line(true);
	for (uint32_t i = 0; i < 16; i++) {
		takes(PL011_INTID, "line high");
		ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR before the EOI");
		eoi(PL011_INTID);
	}
	takes(PL011_INTID, "once more");
	line(false);
	eoi(PL011_INTID);
	nothing("line low");
}

void t33_line_blinks_while_active(void)
{
	arm(PL011_INTID, 0x80);
	line(true);
	takes(PL011_INTID, "line high");
	for (uint32_t i = 0; i < 3; i++) {
		line(false);
		line(true);
	}
	line(false);
	is(PL011_INTID, false, true, "after blinking");
	eoi(PL011_INTID);
	nothing("after blinking");
}

void t34_line_rises_while_disabled(void)
{
	line(true);
	is(PL011_INTID, true, false, "disabled");
	nothing("disabled");
	arm(PL011_INTID, 0x80);
	takes(PL011_INTID, "enabled");
	line(false);
	eoi(PL011_INTID);
	line(true);
	line(false);
	gic_enable(PL011_INTID);
	nothing("rose and fell");
}

void t35_pending_while_distributor_off(void)
{
	arm(PL011_INTID, 0x80);
	arm(SPI, 0x80);
	arm_edge(SPI + 1, 0x80);
	gicd_write(GICD_CTLR, 0);
	line(true);
	gicd_write(GICD_ISPENDR(SPI_WORD), 3);
	nothing("GICD_CTLR 0");
	gicd_write(GICD_CTLR, 1);
	takes(PL011_INTID, "line");
	line(false);
	eoi(PL011_INTID);
	takes_and_ends(SPI, "latch");
	takes_and_ends(SPI + 1, "edge");
	gic_pend(SPI);
	gicc_write(GICC_CTLR, 0);
	timer_delay_us(100);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR with GICC_CTLR 0");
	gicc_write(GICC_CTLR, 1);
	takes_and_ends(SPI, "GICC_CTLR 1");
	nothing("at the end");
}

void t37_edge_thrice_is_once(void)
{
	arm_edge(SPI, 0x80);
	for (uint32_t i = 0; i < 3; i++)
		gic_pend(SPI);
	takes_and_ends(SPI, "once");
	nothing("twice");
}

void t38_edge_while_active(void)
{
	arm_edge(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "first");
	gic_pend(SPI);
	gic_pend(SPI);
	nothing("active and pending");
	eoi(SPI);
	takes_and_ends(SPI, "second");
	nothing("a third time");
}

static volatile uint32_t active_in_handler;

static void look_at_active(uint32_t iar)
{
	active_in_handler = gic_is_active(iar & 0x3ff);
}

void t39_active_reads_in_handler(void)
{
	gic_handle(SPI, look_at_active);
	arm(SPI, 0x80);
	active_in_handler = 2;
	irq_enable();
	gic_pend(SPI);
	timer_delay_us(500);
	irq_disable();
	ktap_check_eq(active_in_handler, 1, "ISACTIVER in the handler");
	is(SPI, false, false, "after it");
	gic_handle(SPI, NULL);
}

/* The priority stays until the EOI, which then must not end anything else. */
void t40_icactiver_of_own(void)
{
	if (!nest(2))
		return;
	gicd_write(GICD_ICACTIVER(SPI_WORD), SPI_BIT(SPI + 1));
	is(SPI + 1, false, false, "ICACTIVER");
	eoi(SPI + 1);
	is(SPI, false, true, "the outer one");
	ktap_check_eq(gicc_read(GICC_RPR), NEST_PRIORITY(0), "RPR");
	gic_pend(SPI + 1);
	takes_and_ends(SPI + 1, "again");
	unnest(1);
	is(SPI, false, false, "at the end");
	nothing("at the end");
}

void t42_isactiver_holds_it(void)
{
	arm(SPI, 0x80);
	gicd_write(GICD_ISACTIVER(SPI_WORD), SPI_BIT(SPI));
	gic_pend(SPI);
	is(SPI, true, true, "ISACTIVER");
	nothing("ISACTIVER");
	gicd_write(GICD_ICACTIVER(SPI_WORD), SPI_BIT(SPI));
	takes_and_ends(SPI, "ICACTIVER");
	nothing("at the end");
}

/* The same where it is in no list register any more. */
static void evicted_one_disabled_while_active(void)
{
	arm(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "pended");
	crowd();
	gic_disable(SPI);
	eoi(SPI);
	ktap_check_eq(gicd_read(GICD_ISACTIVER(SPI_WORD)), 0, "active ones");
	takes_set(CROWD, "those that waited");
}

void t43_disabled_while_active(void)
{
	evicted_one_disabled_while_active();
	arm(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "pended");
	gic_disable(SPI);
	is(SPI, false, true, "disabled");
	eoi(SPI);
	is(SPI, false, false, "ended");
	gic_enable(SPI);
	gic_pend(SPI);
	takes_and_ends(SPI, "the next");
	arm(CNTV_INTID, 0x80);
	cntv_set(0, CNT_CTL_ENABLE);
	takes(CNTV_INTID, "timer");
	gic_disable(CNTV_INTID);
	eoi(CNTV_INTID);
	nothing("timer disabled");
	gic_enable(CNTV_INTID);
	takes(CNTV_INTID, "timer enabled");
	cntv_set(TIMER_FAR, 0);
	eoi(CNTV_INTID);
	nothing("at the end");
}

void t44_disabled_while_pending(void)
{
	arm(SPI, 0x80);
	gic_pend(SPI);
	gic_disable(SPI);
	nothing("disabled");
	is(SPI, true, false, "disabled");
	gic_enable(SPI);
	takes_and_ends(SPI, "enabled");
	nothing("at the end");
}

void t46_disabled_while_pending_and_active(void)
{
	arm_edge(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "first");
	gic_pend(SPI);
	gic_disable(SPI);
	is(SPI, true, true, "disabled");
	eoi(SPI);
	nothing("ended");
	is(SPI, true, false, "ended");
	gic_enable(SPI);
	takes_and_ends(SPI, "enabled");
	nothing("at the end");
}

/* What a driver's threaded handler does: mask, EOI, serve the device, unmask. */
void t47_line_served_while_masked(void)
{
	arm(PL011_INTID, 0x80);
	for (uint32_t i = 0; i < 16; i++) {
		line(true);
		takes(PL011_INTID, "line high");
		gic_disable(PL011_INTID);
		eoi(PL011_INTID);
		line(false);
		gic_enable(PL011_INTID);
		nothing("served");
	}
}

void t49_soft_pended_timer(void)
{
	if (qemu_differs("ISPENDR0 does nothing for a PPI"))
		return;
	arm(CNTV_INTID, 0x80);
	gic_pend(CNTV_INTID);
	gic_unpend(CNTV_INTID);
	nothing("pended and unpended");
	for (uint32_t i = 0; i < 4; i++) {
		gic_pend(CNTV_INTID);
		takes_and_ends(CNTV_INTID, "pended");
		nothing("pended, ended");
		cntv_set(0, CNT_CTL_ENABLE);
		takes(CNTV_INTID, "due");
		cntv_set(TIMER_FAR, 0);
		eoi(CNTV_INTID);
		nothing("off");
	}
}

void t51_retriggered_in_handler(void)
{
	for (uint32_t i = 0; i < NESTED; i++)
		arm_edge(SPI + i, 0x80);
	gicd_write(GICD_ISPENDR(SPI_WORD), 0xffff);
	for (uint32_t i = 0; i < NESTED; i++) {
		const uint32_t iar = take();

		if (!ktap_check(iar / 32 == SPI_WORD, "IAR is 0x%lx", (unsigned long)iar))
			return;
		gic_pend(iar);
		gic_set_priority(iar, 0xc0); /* after the others */
		eoi(iar);
	}
	takes_set(0xffff, "a second time");
	nothing("at the end");
}

/* Without an exit between the EOI and the second acknowledge. */
void t52_pending_and_active_comes_once(void)
{
	arm_edge(SPI, 0x80);
	gic_pend(SPI);
	takes(SPI, "first");
	gic_pend(SPI);
	gicc_write(GICC_EOIR, SPI);
	ktap_check_eq(gicc_read(GICC_IAR), SPI, "IAR at once");
	gicc_write(GICC_EOIR, SPI);
	nothing("a third time");
}
