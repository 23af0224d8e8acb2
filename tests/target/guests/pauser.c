// SPDX-License-Identifier: BSD-2-Clause
/*
 * Pauses whoever else is on its CPUs, by its priority: each vCPU takes its CPU for a while and
 * sleeps for a while, both at random and without regard to the others, so that VMs on different
 * CPUs stand still each alone and together. Itself it must get what it waits for: each sleep ends
 * by the timer, and not early. Words of bootargs:
 *
 *	pause-us=N	longest pause
 *	sleep-us=N	longest time between two of them
 *
 * It runs until who is watched says that it is over, in a word of shared memory.
 */
#include <stdlib.h>
#include <string.h>

#include "common.h"

#define OVER (*(const volatile uint32_t *)SHARED_BASE)
#define LONGEST_S 7200u
#define MIN_PAUSES 10u

static struct {
	uint32_t pauses, early, foreign;
	uint32_t seed;
} vcpu[GUEST_MAX_VCPUS];

static uint32_t option_us(const char *name, uint32_t otherwise)
{
	const char *found = strstr(machine_bootargs(), name);

	return found ? (uint32_t)strtoul(found + strlen(name), NULL, 0) : otherwise;
}

/* With IRQs masked: the interrupt that ends it is taken by hand. */
static uint32_t sleep_until(uint64_t deadline)
{
	uint32_t iar;

	cntv_set(deadline, CNT_CTL_ENABLE);
	do {
		wfi();
		iar = gicc_read(GICC_IAR);
	} while (iar == GIC_SPURIOUS);
	cntv_set(TIMER_FAR, CNT_CTL_ENABLE);
	gicc_write(GICC_EOIR, iar);
	dsb();
	return iar;
}

static void pause_others(void *arg)
{
	const uint32_t longest_pause = option_us("pause-us=", 20000);
	const uint32_t longest_sleep = option_us("sleep-us=", 60000);
	const unsigned int self = cpu_index();
	const uint64_t end = timer_now() + timer_ms(1000) * LONGEST_S;

	(void)arg;
	vcpu[self].seed = (uint32_t)timer_now() * 2 + 1 + self * 0x9e3779b8u;
	gic_enable(CNTV_INTID);
	while (OVER == 0 && timer_now() < end) {
		const uint64_t deadline =
			timer_now() + timer_us(random32(&vcpu[self].seed) % longest_sleep);

		vcpu[self].foreign += sleep_until(deadline) != CNTV_INTID;
		vcpu[self].early += timer_now() < deadline;
		timer_delay_us(random32(&vcpu[self].seed) % longest_pause);
		vcpu[self].pauses++;
	}
}

static void test_pause(void)
{
	const unsigned int n = machine_vcpus();

	for (unsigned int i = 1; i < n; i++)
		ktap_check_eq(vcpu_start(i, pause_others, NULL), 0, "CPU_ON");
	pause_others(NULL);
	for (unsigned int i = 1; i < n; i++)
		ktap_check(vcpu_wait_off(i, 20000), "vCPU %u is never off", i);
	for (unsigned int i = 0; i < n; i++) {
		ktap_check(vcpu[i].pauses >= MIN_PAUSES, "only %lu pauses",
			   (unsigned long)vcpu[i].pauses);
		ktap_check_eq(vcpu[i].early, 0, "early ends of a sleep");
		ktap_check_eq(vcpu[i].foreign, 0, "interrupts nobody asked for");
		ktap_diag("vCPU %u: %lu pauses", i, (unsigned long)vcpu[i].pauses);
	}
}

static const struct ktap_test tests[] = {
	{ "pause", test_pause },
};

int main(void)
{
	return ktap_run_all(tests);
}
