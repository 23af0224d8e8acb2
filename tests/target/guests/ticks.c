// SPDX-License-Identifier: BSD-2-Clause
/* The client of guest/demos/level.c, the example of docs/device-models.md. */
#include "common.h"

#define TICKS 0x0a000000u
#define INTID 48u
#define WANTED 50u

static volatile uint32_t handled, taken, empty;

static void on_ticks(uint32_t iar)
{
	const uint32_t ticks = mmio_read32(TICKS);

	(void)iar;
	handled++;
	if (ticks == 0)
		empty++;
	mmio_write32(TICKS, ticks);
	taken += ticks;
}

/* Each run of the handler finds a tick, and each tick is found. */
static void test_level(void)
{
	const uint64_t end = timer_now() + timer_ms(20000);

	gic_handle(INTID, on_ticks);
	gic_enable(INTID);
	irq_enable();
	while (taken < WANTED && timer_now() < end)
		cpu_relax();
	irq_disable();
	ktap_check(taken >= WANTED, "only %lu ticks", (unsigned long)taken);
	ktap_check_eq(empty, 0, "handlers without a tick");
	ktap_diag("%lu ticks, %lu interrupts", (unsigned long)taken, (unsigned long)handled);
}

/* What is not taken away keeps the line high: the handler runs again as soon as it has ended. */
static volatile uint32_t lazy;

static void on_ticks_lazily(uint32_t iar)
{
	(void)iar;
	if (++lazy == 10)
		mmio_write32(TICKS, mmio_read32(TICKS));
}

static void test_it_stays_high(void)
{
	gic_handle(INTID, on_ticks_lazily);
	irq_enable();
	ktap_check(wait_for(&lazy, 10, 20000), "only %lu interrupts", (unsigned long)lazy);
	irq_disable();
	gic_disable(INTID);
}

/* ... also where nobody takes it for a while: it is pending when it is enabled again. */
static void test_it_waits(void)
{
	gic_handle(INTID, on_ticks);
	taken = 0;
	timer_delay_us(50000);
	ktap_check(gic_is_pending(INTID), "not pending");
	gic_enable(INTID);
	irq_enable();
	timer_delay_us(5000);
	irq_disable();
	ktap_check(taken >= 4, "only %lu ticks", (unsigned long)taken);
}

static const struct ktap_test tests[] = {
	{ "level", test_level },
	{ "it_stays_high", test_it_stays_high },
	{ "it_waits", test_it_waits },
};

int main(void)
{
	return ktap_run_all(tests);
}
