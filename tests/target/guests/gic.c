// SPDX-License-Identifier: BSD-2-Clause
/*
 * GICv2 (IHI 0048B) on one vCPU: states, priorities, nesting beyond the list registers, levels,
 * EOImode. Interrupts stay masked at the CPU and are acknowledged by hand unless a test says
 * otherwise. A hypervisor may show a pending interrupt a moment late (by a maintenance interrupt),
 * so ack() waits for one and ack_none() gives it time to come.
 */
#include "common.h"
#include "pl011.h"

#define SPI 96u /* the first of NUM_SPIS that no device uses */
#define NUM_SPIS 24u
#define NESTED 16u
#define SETTLE_US 300
#define PATIENCE_MS 100

static uint32_t ack(void)
{
	const uint64_t end = timer_now() + timer_ms(PATIENCE_MS);
	uint32_t iar;

	do {
		iar = gicc_read(GICC_IAR);
	} while (iar == GIC_SPURIOUS && timer_now() < end);
	return iar;
}

static void ack_none(const char *when)
{
	timer_delay_us(SETTLE_US);
	const uint32_t hppir = gicc_read(GICC_HPPIR);
	const uint32_t iar = gicc_read(GICC_IAR);

	ktap_check(hppir == GIC_SPURIOUS, "%s: HPPIR shows %lu", when, (unsigned long)hppir);
	ktap_check(iar == GIC_SPURIOUS, "%s: IAR gave %lu", when, (unsigned long)iar);
	if (iar != GIC_SPURIOUS)
		gicc_write(GICC_EOIR, iar);
}

static void eoi(uint32_t iar)
{
	gicc_write(GICC_EOIR, iar);
	dsb();
}

/* All test SPIs to a known state: disabled, idle, level, priority 0xa0, to vCPU 0. */
static void reset(void)
{
	gicc_write(GICC_CTLR, 1);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_BPR, 0);
	gicd_write(GICD_CTLR, 1);
	for (uint32_t id = SPI; id < SPI + NUM_SPIS; id++) {
		gic_disable(id);
		gic_unpend(id);
		gicd_write(GICD_ICACTIVER(id / 32), 1u << (id & 31));
		gic_set_priority(id, GIC_DEFAULT_PRIORITY);
		gic_set_target(id, 1);
		gic_set_edge(id, false);
	}
	dsb();
}

static void arm(uint32_t id, uint8_t priority)
{
	gic_set_priority(id, priority);
	gic_enable(id);
}

static void test_identity(void)
{
	const uint32_t typer = gicd_read(GICD_TYPER);

	ktap_check_eq((typer >> 5 & 7) + 1, machine_vcpus(), "TYPER.CPUNumber + 1");
	ktap_check((typer & 0x1f) >= 2, "TYPER.ITLinesNumber %lu", (unsigned long)(typer & 0x1f));
	ktap_check_eq(gicc_read(GICC_IIDR) >> 16 & 0xf, 2, "GICC_IIDR architecture version");
	ktap_check_eq(gicd_read(0xfe8) >> 4 & 0xf, 2, "ICPIDR2.ArchRev");
	if (machine_vcpus() > 1)
		ktap_check_eq(gicd_read(GICD_ITARGETSR(0)), 0x01010101, "ITARGETSR0");
}

static void test_states(void)
{
	reset();
	arm(SPI, 0x80);
	ack_none("idle");
	gic_pend(SPI);
	ktap_check(gic_is_pending(SPI), "not pending");
	const uint32_t iar = ack();

	ktap_check_eq(iar, SPI, "IAR");
	ktap_check(gic_is_active(SPI) && !gic_is_pending(SPI), "not active and not pending");
	ack_none("active");
	eoi(iar);
	ktap_check(!gic_is_active(SPI), "still active after EOI");
	ack_none("after EOI");
}

static void test_disabled(void)
{
	reset();
	gic_pend(SPI);
	ack_none("disabled");
	ktap_check(gic_is_pending(SPI), "lost the pending state");
	gic_enable(SPI);
	ktap_check_eq(ack(), SPI, "IAR after enabling");
	eoi(SPI);
	gic_pend(SPI);
	gic_disable(SPI);
	ack_none("disabled while pending");
	gic_unpend(SPI);
	gic_enable(SPI);
	ack_none("ICPENDR");
}

static void test_distributor_off(void)
{
	reset();
	arm(SPI, 0x80);
	gicd_write(GICD_CTLR, 0);
	gic_pend(SPI);
	ack_none("GICD_CTLR 0");
	gicd_write(GICD_CTLR, 1);
	ktap_check_eq(ack(), SPI, "IAR after GICD_CTLR 1");
	eoi(SPI);
	gic_pend(SPI);
	gicc_write(GICC_CTLR, 0);
	timer_delay_us(SETTLE_US);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR with GICC_CTLR 0");
	gicc_write(GICC_CTLR, 1);
	ktap_check_eq(ack(), SPI, "IAR after GICC_CTLR 1");
	eoi(SPI);
}

static void test_priority_order(void)
{
	static const uint8_t priority[] = { 0x60, 0x20, 0x80, 0x40, 0x10, 0x70 };
	static const uint32_t order[] = { 4, 1, 3, 0, 5, 2 };

	reset();
	for (uint32_t i = 0; i < sizeof(priority); i++) {
		arm(SPI + i, priority[i]);
		ktap_check_eq(mmio_read8(GICD_BASE + GICD_IPRIORITYR(0) + SPI + i), priority[i],
			      "IPRIORITYR");
	}
	for (uint32_t i = 0; i < sizeof(priority); i++)
		gic_pend(SPI + i);
	for (uint32_t i = 0; i < sizeof(priority); i++) {
		const uint32_t iar = ack();

		ktap_check_eq(iar, SPI + order[i], "IAR");
		ktap_check_eq(gicc_read(GICC_RPR), priority[order[i]], "RPR");
		eoi(iar);
	}
	ktap_check_eq(gicc_read(GICC_RPR), 0xff, "RPR when idle");
}

static void test_pmr(void)
{
	reset();
	arm(SPI, 0x80);
	gicc_write(GICC_PMR, 0x80);
	gic_pend(SPI);
	ack_none("priority equal to PMR");
	gicc_write(GICC_PMR, 0x88);
	ktap_check_eq(ack(), SPI, "IAR with PMR above");
	eoi(SPI);
}

static void test_preemption(void)
{
	reset();
	arm(SPI, 0x80);
	arm(SPI + 1, 0x40);
	arm(SPI + 2, 0xc0);
	arm(SPI + 3, 0x80);
	gic_pend(SPI);
	ktap_check_eq(ack(), SPI, "first");
	gic_pend(SPI + 2);
	gic_pend(SPI + 3);
	timer_delay_us(SETTLE_US);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "no preemption by equal or lower");
	gic_pend(SPI + 1);
	ktap_check_eq(ack(), SPI + 1, "preemption by higher");
	ktap_check_eq(gicc_read(GICC_RPR), 0x40, "RPR nested");
	eoi(SPI + 1);
	ktap_check_eq(gicc_read(GICC_RPR), 0x80, "RPR after the inner EOI");
	eoi(SPI);
	ktap_check_eq(ack(), SPI + 3, "then equal");
	eoi(SPI + 3);
	ktap_check_eq(ack(), SPI + 2, "then lower");
	eoi(SPI + 2);
}

/* More active interrupts than list registers: some must live outside them. */
static void test_nesting(void)
{
	reset();
	for (uint32_t i = 0; i < NESTED; i++)
		arm(SPI + i, (uint8_t)(0xf0 - 8 * i));
	for (uint32_t i = 0; i < NESTED; i++) {
		gic_pend(SPI + i);
		if (!ktap_check(ack() == SPI + i, "level %lu not acknowledged", (unsigned long)i))
			break;
		ktap_check_eq(gicc_read(GICC_RPR), 0xf0 - 8 * i, "RPR going in");
	}
	for (uint32_t i = 0; i < NESTED; i++)
		ktap_check(gic_is_active(SPI + i), "level %lu not active", (unsigned long)i);
	for (uint32_t i = NESTED; i-- > 0;) {
		ktap_check_eq(gicc_read(GICC_RPR), 0xf0 - 8 * i, "RPR going out");
		eoi(SPI + i);
		timer_delay_us(i % 3 * 20);
		ktap_check(!gic_is_active(SPI + i), "level %lu still active", (unsigned long)i);
	}
	ktap_check_eq(gicc_read(GICC_RPR), 0xff, "RPR when idle");
	ack_none("after nesting");
}

/* The same without looking between: the priority drops reach interrupts outside list registers. */
static void test_nesting_fast_eoi(void)
{
	for (uint32_t round = 0; round < 20; round++) {
		reset();
		for (uint32_t i = 0; i < NESTED; i++)
			arm(SPI + i, (uint8_t)(0xf0 - 8 * i));
		for (uint32_t i = 0; i < NESTED; i++) {
			gic_pend(SPI + i);
			ktap_check_eq(ack(), SPI + i, "IAR");
		}
		for (uint32_t i = NESTED; i-- > 0;)
			gicc_write(GICC_EOIR, SPI + i);
		dsb();
		for (uint32_t i = 0; i < NESTED; i++)
			ktap_check(!gic_is_active(SPI + i), "round %lu: %lu still active",
				   (unsigned long)round, (unsigned long)i);
		ack_none("after the round");
	}
}

static void test_many_pending(void)
{
	uint8_t seen[NUM_SPIS] = { 0 };
	uint8_t last = 0;

	reset();
	for (uint32_t i = 0; i < NUM_SPIS; i++)
		arm(SPI + i, (uint8_t)(0x20 + 8 * (i * 7 % 16)));
	for (uint32_t i = 0; i < NUM_SPIS; i++)
		gic_pend(SPI + i);
	for (uint32_t i = 0; i < NUM_SPIS; i++) {
		const uint32_t iar = ack();

		if (!ktap_check(iar >= SPI && iar < SPI + NUM_SPIS, "IAR %lu", (unsigned long)iar))
			return;
		const uint8_t priority = (uint8_t)(0x20 + 8 * ((iar - SPI) * 7 % 16));

		ktap_check(priority >= last, "%lu came too late", (unsigned long)iar);
		last = priority;
		seen[iar - SPI]++;
		eoi(iar);
	}
	for (uint32_t i = 0; i < NUM_SPIS; i++)
		ktap_check_eq(seen[i], 1, "times seen");
	ack_none("after all");
}

/* Edge: pending again while active; after EOI it comes once more (4.3.7, figure 3-1). */
static void test_edge_while_active(void)
{
	reset();
	gic_set_edge(SPI, true);
	arm(SPI, 0x80);
	gic_pend(SPI);
	ktap_check_eq(ack(), SPI, "first");
	gic_pend(SPI);
	gic_pend(SPI);
	ktap_check(gic_is_active(SPI) && gic_is_pending(SPI), "not active and pending");
	ack_none("active and pending");
	eoi(SPI);
	ktap_check_eq(ack(), SPI, "second");
	eoi(SPI);
	ack_none("a third time");
}

/* Level-sensitive with the line low: ISPENDR is a latch, which the acknowledge clears. */
static void test_level_latch(void)
{
	reset();
	arm(SPI, 0x80);
	gic_pend(SPI);
	ktap_check_eq(ack(), SPI, "first");
	ktap_check(!gic_is_pending(SPI), "latch not cleared by the acknowledge");
	gic_pend(SPI);
	ktap_check(gic_is_pending(SPI), "second ISPENDR lost while active");
	eoi(SPI);
	ktap_check_eq(ack(), SPI, "second");
	eoi(SPI);
	ack_none("a third time");
}

static void test_active_bits(void)
{
	reset();
	arm(SPI, 0x80);
	gicd_write(GICD_ISACTIVER(SPI / 32), 1u << (SPI & 31));
	gic_pend(SPI);
	ktap_check(gic_is_active(SPI), "ISACTIVER had no effect");
	ack_none("made active by ISACTIVER");
	gicd_write(GICD_ICACTIVER(SPI / 32), 1u << (SPI & 31));
	ktap_check_eq(ack(), SPI, "IAR after ICACTIVER");
	gicd_write(GICD_ICACTIVER(SPI / 32), 1u << (SPI & 31));
	ktap_check(!gic_is_active(SPI), "ICACTIVER had no effect on an acknowledged one");
	eoi(SPI);
	ack_none("at the end");
}

/* EOImode 1: EOIR drops the priority, DIR deactivates, in any order (3.2.1). */
static void test_eoimode(void)
{
	reset();
	gicc_write(GICC_CTLR, 1 | 1u << 9);
	for (uint32_t i = 0; i < 8; i++) {
		arm(SPI + i, 0x80);
		gic_pend(SPI + i);
	}
	for (uint32_t i = 0; i < 8; i++) {
		const uint32_t iar = ack();

		ktap_check(iar >= SPI && iar < SPI + 8, "IAR %lu", (unsigned long)iar);
		eoi(iar);
		ktap_check_eq(gicc_read(GICC_RPR), 0xff, "RPR after the drop");
		ktap_check(gic_is_active(iar), "%lu not active after the drop", (unsigned long)iar);
	}
	gic_pend(SPI);
	ack_none("dropped but active");
	for (uint32_t i = 0; i < 8; i++) {
		const uint32_t id = SPI + i * 3 % 8;

		gicc_write(GICC_DIR, id);
		dsb();
		ktap_check(!gic_is_active(id), "%lu active after DIR", (unsigned long)id);
	}
	ktap_check_eq(ack(), SPI, "pended while active");
	eoi(SPI);
	gicc_write(GICC_DIR, SPI);
	ack_none("at the end");
	gicc_write(GICC_CTLR, 1);
}

/* The PL011's transmit interrupt as a real line: what ktap_diag() sent leaves TXRIS set. */
static void test_uart_level(void)
{
	reset();
	arm(PL011_INTID, 0x80);
	mmio_write32(PL011_BASE + UARTICR, 0x7ff);
	ack_none("UART masked");
	mmio_write32(PL011_BASE + UARTIMSC, UART_INT_TX);
	ktap_diag("this line raises the transmit interrupt");
	ktap_check_eq(ack(), PL011_INTID, "IAR");
	ktap_check(gic_is_pending(PL011_INTID), "a high line reads as pending while active");
	eoi(PL011_INTID);
	ktap_check_eq(ack(), PL011_INTID, "line still high after EOI: IAR");
	mmio_write32(PL011_BASE + UARTICR, UART_INT_TX);
	ktap_check(!gic_is_pending(PL011_INTID), "line low, still pending");
	eoi(PL011_INTID);
	ack_none("line low");
	mmio_write32(PL011_BASE + UARTIMSC, 0);
	gic_disable(PL011_INTID);
}

static volatile uint32_t depth;
static volatile uint32_t deepest;
static volatile uint32_t taken;

/* Raises the next, more urgent one and lets it in. */
static void nested_handler(uint32_t iar)
{
	const uint32_t next = (iar & 0x3ff) + 1;

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

static void test_nested_handlers(void)
{
	reset();
	depth = deepest = taken = 0;
	for (uint32_t i = 0; i < NESTED; i++) {
		gic_handle(SPI + i, nested_handler);
		arm(SPI + i, (uint8_t)(0xf0 - 8 * i));
	}
	irq_enable();
	gic_pend(SPI);
	timer_delay_us(10000);
	irq_disable();
	ktap_check_eq(taken, NESTED, "interrupts taken");
	ktap_check_eq(deepest, NESTED, "depth");
	ktap_check_eq(depth, 0, "depth at the end");
	ktap_check_eq(gicc_read(GICC_RPR), 0xff, "RPR at the end");
}

/* The set-up of an RTOS that calls everything Group 1 and turns every bit on, bypass bits too. */
static void test_group1(void)
{
	if (needs_bellhop())
		return;
	reset();
	gicd_write(GICD_IGROUPR(0), UINT32_MAX);
	gicd_write(GICD_IGROUPR(SPI / 32), UINT32_MAX);
	gicd_write(GICD_CTLR, 3);
	gicc_write(GICC_CTLR, 0x1e7);
	gicc_write(GICC_BPR, 7);
	arm(SPI, 0x80);
	gic_pend(SPI);
	ktap_check_eq(ack(), SPI, "IAR");
	eoi(SPI);
	ack_none("after EOI");
	gicd_write(GICD_IGROUPR(0), 0);
	gicd_write(GICD_IGROUPR(SPI / 32), 0);
	reset();
}

static const struct ktap_test tests[] = {
	{ "identity", test_identity },
	{ "states", test_states },
	{ "disabled", test_disabled },
	{ "distributor_off", test_distributor_off },
	{ "priority_order", test_priority_order },
	{ "pmr", test_pmr },
	{ "preemption", test_preemption },
	{ "nesting", test_nesting },
	{ "nesting_fast_eoi", test_nesting_fast_eoi },
	{ "many_pending", test_many_pending },
	{ "edge_while_active", test_edge_while_active },
	{ "level_latch", test_level_latch },
	{ "active_bits", test_active_bits },
	{ "eoimode", test_eoimode },
	{ "uart_level", test_uart_level },
	{ "nested_handlers", test_nested_handlers },
	{ "group1", test_group1 },
};

int main(void)
{
	return ktap_run_all(tests);
}
