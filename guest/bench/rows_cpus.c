// SPDX-License-Identifier: BSD-2-Clause
/* Two vCPUs of one VM on one CPU. */
#include "bench.h"
#include "gic.h"
#include "smccc.h"

#define ON_REPETITIONS 10
#define SLEEP_US 1000

static volatile bool stop;
static volatile bool listening;

/* Longer than it takes to start and stop the other vCPU. */
static void sleep_us(uint32_t us)
{
	cntv_set(timer_now() + timer_us(us), CNT_CTL_ENABLE);
	wfi();
	irq_enable();
	isb();
	irq_disable();
}

/* From the call to the first instruction of the vCPU, which begins when this one goes to sleep. */
static void row_cpu_on(void)
{
	for (unsigned int i = 0; i < ON_REPETITIONS; i++) {
		region_begin();
		const uint64_t start = cntpct();

		if (hvc(PSCI_CPU_ON, 1, (uintptr_t)bench_secondary, 0) != PSCI_SUCCESS)
			return;
		sleep_us(SLEEP_US);
		region_end();
		dcache_flush(&bench_secondary_count, sizeof(bench_secondary_count));
		if (hvc(PSCI_AFFINITY_INFO, 1, 0, 0) != PSCI_AFFINITY_OFF)
			return;
		row_add("psci_cpu_on", bench_secondary_count - start, 1);
	}
}

static void answer(void *arg)
{
	(void)arg;
	irq_take();
	irq_enable();
	listening = true;
	while (!stop) {
		irq_disable();
		wfi();
		irq_enable();
		isb();
	}
}

static inline void ping_pong(void)
{
	const uint32_t seen = irq_counts[0].sgi[SGI_PONG];

	irq_disable();
	trap_write(GICD_BASE + GICD_SGIR, 2u << 16 | SGI_PING);
	while (irq_counts[0].sgi[SGI_PONG] == seen) {
		wfi();
		irq_enable();
		isb();
		irq_disable();
	}
	irq_enable();
}

static void row_ping_pong(void)
{
	vcpu_start(1, answer, 0);
	while (!listening)
		cpu_relax();
	MEASURE("sgi_ping_pong", ITERATIONS / 5, 1, ping_pong());
	stop = true;
	ping_pong();
	irq_disable();
}

void rows_cpus(void)
{
	row_cpu_on();
	row_ping_pong();
}
