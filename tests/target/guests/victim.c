// SPDX-License-Identifier: BSD-2-Clause
/*
 * A well-behaved VM beside a hostile one. It watches that its memory, its timer ticks and its
 * interrupts are its own: nothing changes, nothing comes that was not asked for, no tick is lost.
 */
#include <string.h>

#include "common.h"

#define TICK_US 1000u
#define RUN_MS 4000u
#define LONGEST_S 3600u /* for a neighbour that says when it is over ("beside" in bootargs) */
#define OVER (*(const volatile uint32_t *)SHARED_BASE)
#define MIN_TICKS 100u /* far below RUN_MS: a loaded build machine gives an emulator little time */
#define CANARY (RAM_BASE + 0x400000u)
#define WORDS (0x100000u / 4)
#define PARTS 128u
#define SPI 100u

static volatile uint32_t ticks;
static volatile uint64_t longest_gap;
static uint64_t last;

static void on_tick(uint32_t iar)
{
	const uint64_t now = timer_now();

	(void)iar;
	if (last && now - last > longest_gap)
		longest_gap = now - last;
	last = now;
	ticks++;
	cntv_set(cntv_cval() + timer_us(TICK_US), CNT_CTL_ENABLE);
}

static uint32_t canary(uint32_t i)
{
	return i * 2654435761u ^ 0xbe11b0b0u;
}

/* One part of them at a time: between two ticks there has to be time for the neighbour, too. */
static uint32_t damaged_words(uint32_t part)
{
	const volatile uint32_t *words = (const volatile uint32_t *)CANARY;
	uint32_t bad = 0;

	for (uint32_t i = part % PARTS * (WORDS / PARTS), n = WORDS / PARTS; n != 0; i++, n--)
		bad += words[i] != canary(i);
	return bad;
}

static bool is_over(uint64_t start)
{
	const uint64_t now = timer_now();
	const bool beside = strstr(machine_bootargs(), "beside") != NULL;

	return now >= start + timer_ms(RUN_MS) &&
	       (!beside || OVER != 0 || now >= start + timer_ms(1000) * LONGEST_S);
}

static void test_watch(void)
{
	volatile uint32_t *words = (volatile uint32_t *)CANARY;
	const uint64_t start = timer_now() + timer_us(TICK_US);
	uint32_t damaged = 0;
	uint32_t looks = 0;

	for (uint32_t i = 0; i < WORDS; i++)
		words[i] = canary(i);
	gic_handle(CNTV_INTID, on_tick);
	gic_enable(CNTV_INTID);
	cntv_set(start, CNT_CTL_ENABLE);
	irq_enable();
	while (!is_over(start)) {
		damaged += damaged_words(looks++);
		wfi();
	}
	irq_disable();
	for (uint32_t part = 0; part < PARTS; part++)
		damaged += damaged_words(part);
	const uint64_t cval = cntv_cval();

	cntv_set(TIMER_FAR, 0);
	drop_interrupt(); /* the tick that came meanwhile, if any */
	ktap_check_eq(damaged, 0, "damaged words");
	ktap_check(looks >= PARTS, "only %lu looks at the memory", (unsigned long)looks);
	ktap_check(cval == start + timer_us(TICK_US) * ticks, "ticks do not match the deadlines");
	ktap_check(ticks >= MIN_TICKS, "only %lu ticks", (unsigned long)ticks);
	ktap_diag("%lu ticks, longest gap %lu us, %lu looks", (unsigned long)ticks,
		  (unsigned long)(longest_gap / timer_us(1)), (unsigned long)looks);
}

/* Nobody else's interrupt arrived, and the distributor is as this VM left it. */
static void test_interrupts(void)
{
	ktap_check_eq(gic_unhandled(), 0, "interrupts nobody asked for");
	ktap_check_eq(gicd_read(GICD_CTLR) & 1, 1, "GICD_CTLR");
	ktap_check_eq(gicd_read(GICD_ISENABLER(1)), 0, "ISENABLER1");
	ktap_check_eq(gicd_read(GICD_ISPENDR(1)) & ~(1u << (PL011_INTID & 31)), 0, "ISPENDR1");
	gic_enable(SPI);
	gic_pend(SPI);
	ktap_check_eq(gicc_read(GICC_IAR), SPI, "own SPI");
	gicc_write(GICC_EOIR, SPI);
	gic_disable(SPI);
}

static const struct ktap_test tests[] = {
	{ "watch", test_watch },
	{ "interrupts", test_interrupts },
};

int main(void)
{
	return ktap_run_all(tests);
}
