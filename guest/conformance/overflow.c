// SPDX-License-Identifier: BSD-2-Clause
/* More interrupts than list registers: who is inside, who waits, and that none is lost. */
#include "conformance.h"
#include "smccc.h"

static uint8_t shuffled_priority(uint32_t i)
{
	return (uint8_t)(0x20 + 8 * (i * 7 % NESTED));
}

void t01_many_pending_by_priority(void)
{
	uint32_t seen = 0;
	uint8_t last = 0;

	for (uint32_t i = 0; i < N_SPIS; i++)
		arm(SPI + i, shuffled_priority(i));
	gicd_write(GICD_ISPENDR(SPI_WORD), UINT32_MAX);
	for (uint32_t i = 0; i < N_SPIS; i++) {
		const uint32_t iar = take();

		if (!ktap_check(iar >= SPI && iar < SPI + N_SPIS, "IAR 0x%lx", (unsigned long)iar))
			return;
		ktap_check(shuffled_priority(iar - SPI) >= last, "%lu is too late",
			   (unsigned long)iar);
		ktap_check_eq(gicc_read(GICC_RPR), shuffled_priority(iar - SPI), "RPR");
		last = shuffled_priority(iar - SPI);
		ktap_check(!(seen & SPI_BIT(iar)), "%lu twice", (unsigned long)iar);
		seen |= SPI_BIT(iar);
		eoi(iar);
	}
	ktap_check_eq(seen, UINT32_MAX, "seen");
	nothing("after all");
}

/* How far a loop that causes no exit comes in a millisecond; the best of some, because whatever
 * else the machine does takes time as well. */
static uint32_t progress(void)
{
	uint32_t best = 0;

	for (uint32_t i = 0; i < 8; i++) {
		const uint64_t until = timer_now() + timer_ms(1);
		uint32_t n = 0;

		while (timer_now() < until)
			n++;
		if (n > best)
			best = n;
	}
	return best;
}

static void all_active_and_one_pending(uint32_t n)
{
	const uint32_t least = SPI + N_SPIS - 1;
	const uint32_t before = progress();

	arm(least, NEST_PRIORITY(0));
	for (uint32_t i = 0; i < n; i++)
		arm(SPI + i, (uint8_t)NEST_PRIORITY(i + 1));
	for (uint32_t i = 0; i < n; i++) {
		gic_pend(SPI + i);
		takes(SPI + i, "nesting");
	}
	gic_pend(least);
	/* A storm of maintenance interrupts would leave hardly anything of it. */
	ktap_check(progress() > before / 16, "%lu active: the guest hardly runs", (unsigned long)n);
	ktap_check_eq(gicc_read(GICC_IAR), GIC_SPURIOUS, "IAR while higher ones are active");
	unnest(n);
	takes_and_ends(least, "when the others have ended");
	nothing("at the end");
}

void t02_all_active_and_one_pending(void)
{
	all_active_and_one_pending(GIC400_LRS - 1);
	all_active_and_one_pending(GIC400_LRS);
	all_active_and_one_pending(GIC400_LRS + 1);
	all_active_and_one_pending(NESTED);
}

/* At once: the write that pends it is all that may lie between. */
void t03_higher_evicts_active(void)
{
	for (uint32_t i = 0; i <= NESTED; i++)
		arm(SPI + i, (uint8_t)NEST_PRIORITY(i));
	for (uint32_t i = 0; i <= NESTED; i++) {
		gic_pend(SPI + i);
		ktap_check_eq(gicc_read(GICC_HPPIR), SPI + i, "HPPIR");
		ktap_check_eq(gicc_read(GICC_IAR), SPI + i, "IAR");
	}
	for (uint32_t i = 0; i <= NESTED; i++)
		ktap_check(gic_is_active(SPI + i), "%lu is not active", (unsigned long)i);
	unnest(NESTED + 1);
	ktap_check_eq(gicc_read(GICC_RPR), IDLE_PRIORITY, "RPR at the end");
}

static void end_one_by_one(uint32_t n)
{
	for (uint32_t i = n; i-- > 0;) {
		ktap_check_eq(gicc_read(GICC_RPR), NEST_PRIORITY(i), "RPR going out");
		eoi(SPI + i);
		ktap_check_eq(gicd_read(GICD_ISACTIVER(SPI_WORD)), (1u << i) - 1, "active ones");
	}
}

void t04_evicted_is_ended_once(void)
{
	if (!nest(GIC400_LRS + 1))
		return;
	end_one_by_one(GIC400_LRS + 1);
	gic_pend(SPI);
	takes_and_ends(SPI, "the evicted one again");
	if (!nest(3))
		return;
	crowd();
	end_one_by_one(3);
	takes_set(CROWD, "those that waited");
	nothing("at the end");
}

static void evicted_without_exit(uint32_t n, bool crowded)
{
	if (!nest(n))
		return;
	if (crowded)
		crowd();
	unnest(n);
	ktap_check_eq(gicd_read(GICD_ISACTIVER(SPI_WORD)), 0, "active ones");
	ktap_check_eq(gicc_read(GICC_RPR), IDLE_PRIORITY, "RPR");
	if (crowded)
		takes_set(CROWD, "those that waited");
	nothing("after unnesting");
}

void t05_evicted_are_ended_without_exit(void)
{
	for (uint32_t i = 0; i < 10; i++) {
		evicted_without_exit(GIC400_LRS + 3, false);
		evicted_without_exit(3, true);
		evicted_without_exit(NESTED, i & 1);
	}
}

/* Nested above the timer; its EOI may find it in a list register again. */
static void evicted_by_active(void)
{
	for (uint32_t i = 0; i < NESTED; i++)
		arm(SPI + i, (uint8_t)NEST_PRIORITY(i + 1));
	for (uint32_t i = 0; i < NESTED; i++) {
		gic_pend(SPI + i);
		takes(SPI + i, "above the timer");
	}
	ktap_check(gic_is_active(CNTV_INTID), "the timer is not active");
	unnest(NESTED);
	eoi(CNTV_INTID);
}

static void evicted_by_pending(void)
{
	crowd();
	eoi(CNTV_INTID);
}

/* The timer's physical interrupt is deactivated though its list register is not there any more. */
void t06_evicted_timer_comes_again(void)
{
	static void (*const evict[])(void) = { evicted_by_active, evicted_by_pending };

	for (uint32_t i = 0; i < 4; i++) {
		arm(CNTV_INTID, i & 1 ? 0x40 : 0xf0);
		cntv_set(0, CNT_CTL_ENABLE);
		takes(CNTV_INTID, "timer");
		evict[i & 1]();
		takes(CNTV_INTID, "its line is still high");
		cntv_set(TIMER_FAR, 0);
		eoi(CNTV_INTID);
		if (i & 1)
			takes_set(CROWD, "those below");
	}
	nothing("timer off");
}

void t08_every_priority_nested(void)
{
	evicted_without_exit(ALL_PRIORITIES, false);
	evicted_without_exit(ALL_PRIORITIES, false);
}

void t09_new_one_beside_pending_and_active(void)
{
	if (!nest(2))
		return;
	for (uint32_t i = 8; i < 12; i++) {
		arm(SPI + i, 0x40);
		gic_pend(SPI + i);
	}
	arm(SPI + 12, 0x20);
	arm(SPI + 13, 0x80);
	gic_pend(SPI + 13);
	gic_pend(SPI + 12);
	takes_and_ends(SPI + 12, "the highest");
	takes_set(0xf00, "equals");
	takes_and_ends(SPI + 13, "the lowest pending");
	ktap_check_eq(gicc_read(GICC_RPR), NEST_PRIORITY(1), "RPR");
	unnest(2);
	nothing("at the end");
}

/* Twelve wait, four higher ones come and go between any two of them. */
void t10_spilled_comes_once(void)
{
	for (uint32_t i = 0; i < 12; i++)
		arm(SPI + i, 0xa0);
	for (uint32_t i = 12; i < 16; i++)
		arm(SPI + i, (uint8_t)(0x80 - 8 * i));
	gicd_write(GICD_ISPENDR(SPI_WORD), 0xfff);
	for (uint32_t left = 0xfff; left != 0;) {
		gicd_write(GICD_ISPENDR(SPI_WORD), 0xf000);
		for (uint32_t i = 16; i-- > 12;)
			takes_and_ends(SPI + i, "a higher one");
		const uint32_t iar = take();

		if (!ktap_check(iar / 32 == SPI_WORD && (left & SPI_BIT(iar)), "IAR is 0x%lx",
				(unsigned long)iar))
			return;
		left &= ~SPI_BIT(iar);
		eoi(iar);
	}
	nothing("at the end");
}

void t11_waiting_outside_comes_without_exit(void)
{
	for (uint32_t i = 0; i < N_SPIS; i++)
		arm(SPI + i, 0x80);
	for (uint32_t turn = 0; turn < 8; turn++) {
		gicd_write(GICD_ISPENDR(SPI_WORD), UINT32_MAX);
		takes_set(UINT32_MAX, "those that wait");
	}
	nothing("at the end");
}

void t15_enabled_again_comes_once(void)
{
	arm(SPI, 0x80);
	gic_pend(SPI);
	for (uint32_t i = 0; i < 8; i++)
		gic_enable(SPI);
	gic_disable(SPI);
	gic_enable(SPI);
	gic_enable(SPI);
	takes_and_ends(SPI, "once");
	nothing("twice");
}

void t16_unrelated_exits_add_nothing(void)
{
	arm(PL011_INTID, 0x80);
	line(true);
	for (uint32_t i = 0; i < 1000; i++)
		smccc_hvc(PSCI_VERSION, 0, 0, 0);
	ktap_check(gic_is_pending(PL011_INTID), "not pending any more");
	takes(PL011_INTID, "after 1000 exits");
	line(false);
	eoi(PL011_INTID);
	nothing("line low");
}

void t25_several_by_one_write(void)
{
	for (uint32_t i = 0; i < 6; i++)
		arm(SPI + 5 * i, (uint8_t)(0x80 - 8 * i));
	gicd_write(GICD_ISPENDR(SPI_WORD), 1u << 0 | 1u << 5 | 1u << 10);
	gicd_write(GICD_ISPENDR(SPI_WORD), 1u << 15 | 1u << 20 | 1u << 25);
	for (uint32_t i = 6; i-- > 0;)
		takes_and_ends(SPI + 5 * i, "in order");
	nothing("at the end");
}
