// SPDX-License-Identifier: BSD-2-Clause
/*
 * The other vCPUs, on CPUs of their own, send SGIs to vCPU 0 as quickly as they can: each is a
 * physical interrupt there while it runs. Its timer has to come all the same, and after it as well.
 */
#include "common.h"

#include <stddef.h>

#define SGI 3u
#define STORM_TICKS 500u
#define PATIENCE_MS 5000u

static volatile bool over;

static void send(void *arg)
{
	(void)arg;
	while (!over)
		gic_send_sgi(SGI, 1);
}

/* Takes what comes until it is the timer's. */
static bool take_tick(void)
{
	const uint64_t until = timer_now() + timer_ms(PATIENCE_MS);
	uint32_t iar;

	cntv_set(0, CNT_CTL_ENABLE);
	do {
		cpu_relax();
		iar = gicc_read(GICC_IAR);
		if (iar == CNTV_INTID)
			cntv_set(0, CNT_CTL_ENABLE | CNT_CTL_IMASK);
		if (iar != GIC_SPURIOUS)
			gicc_write(GICC_EOIR, iar);
	} while (iar != CNTV_INTID && timer_now() < until);
	return iar == CNTV_INTID;
}

static uint32_t ticks(uint32_t n)
{
	uint32_t taken = 0;

	while (taken < n && take_tick())
		taken++;
	return taken;
}

static void ticks_come_in_a_storm(void)
{
	const unsigned int n = machine_vcpus();

	gic_enable(CNTV_INTID);
	gic_set_priority(CNTV_INTID, 0x40);
	for (unsigned int cpu = 1; cpu < n; cpu++)
		ktap_check_eq(vcpu_start(cpu, send, NULL), 0, "CPU_ON");
	ktap_check_eq(ticks(STORM_TICKS), STORM_TICKS, "ticks in the storm");
	over = true;
	for (unsigned int cpu = 1; cpu < n; cpu++)
		ktap_check(vcpu_wait_off(cpu, 20000), "vCPU %u is never off", cpu);
	ktap_check_eq(ticks(10), 10, "ticks behind it");
}

static const struct ktap_test tests[] = {
	{ "ticks_come_in_a_storm", ticks_come_in_a_storm },
};

int main(void)
{
	return ktap_run_all(tests);
}
