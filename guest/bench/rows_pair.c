// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two VMs on two CPUs. Where instructions are counted there is one clock for both, which advances
 * by what either executes; so nobody spins here: each sleeps until the other one has rung, and the
 * row is what both CPUs do from one ring to its answer.
 */
#include "bench.h"
#include "doorbell.h"
#include "gic.h"
#include "smccc.h"

#define RINGS (ITERATIONS / 5)
#define BENCH 0u /* numbers in pair.dts */
#define ECHO 1u
#define RING_SPI FIRST_SPI
#define NAP_US 1000

struct page {
	volatile uint32_t ready;
	volatile uint32_t over;
};

static struct page *const page = (struct page *)SHARED_BASE;

static bool bind(uint32_t vm, uint32_t *bell)
{
	gic_enable(RING_SPI);
	return doorbell_create(0, 0, bell) == BELLHOP_OK &&
	       doorbell_irq_bind(vm, RING_SPI, *bell, 0, 0) == BELLHOP_OK;
}

/* IRQs are masked: one that is pending ends the sleep and is taken here. */
static inline void sleep_until_rung(uint32_t seen)
{
	while (irq_counts[0].spi == seen) {
		wfi();
		irq_enable();
		isb();
		irq_disable();
	}
}

void rows_pair_echo(void)
{
	uint32_t bell;

	page->ready = bind(BENCH, &bell);
	for (uint32_t seen = 0; page->over == 0; seen++) {
		sleep_until_rung(seen);
		doorbell_signal(bell, 1);
	}
	for (;;)
		psci_system_off();
}

static inline void ring(uint32_t bell)
{
	const uint32_t seen = irq_counts[0].spi;

	doorbell_signal(bell, 1);
	sleep_until_rung(seen);
}

static void nap(void)
{
	cntv_set(timer_now() + timer_us(NAP_US), CNT_CTL_ENABLE);
	wfi();
	irq_enable();
	isb();
	irq_disable();
}

void rows_pair(void)
{
	uint32_t bell;

	if (!bind(ECHO, &bell))
		return;
	while (page->ready == 0)
		nap();
	MEASURE("irqfd_two_cpus", RINGS, 1, ring(bell));
	page->over = 1;
	ring(bell);
	nap();
}
