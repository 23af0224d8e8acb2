// SPDX-License-Identifier: BSD-2-Clause
/*
 * The exclusive monitor across a switch of vCPUs: a STREX that follows the LDREX of an earlier
 * turn on the CPU must fail, because neither the exception return of ARMv7 nor the switch clears
 * the local monitor by itself (DDI 0406C A3.4). Two vCPUs of this VM share one physical CPU (the
 * description says so, and bootargs has "one-cpu"): when the other one's counter has moved, a
 * switch has happened. It stores plainly, so only the hypervisor can have cleared the monitor.
 */
#include <string.h>

#include "common.h"

#define ROUNDS 200u
#define ROUND_MS 3u
#define ENOUGH 20u

static volatile uint32_t word __attribute__((aligned(64)));
static volatile uint32_t other_counter __attribute__((aligned(64)));
static volatile uint32_t stop __attribute__((aligned(64)));

static uint32_t ldrex(const volatile uint32_t *address)
{
	uint32_t value;

	__asm__ volatile("ldrex %0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

/* 0: stored, 1: the monitor was clear. */
static uint32_t strex(volatile uint32_t *address, uint32_t value)
{
	uint32_t failed;

	__asm__ volatile("strex %0, %2, [%1]"
			 : "=&r"(failed)
			 : "r"(address), "r"(value)
			 : "memory");
	return failed;
}

static void count(void *arg)
{
	(void)arg;
	while (!stop)
		other_counter++;
}

static bool start_other(void)
{
	if (needs_bellhop() || needs_vcpus(2))
		return false;
	if (!strstr(machine_bootargs(), "one-cpu")) {
		ktap_skip("needs both vCPUs on one CPU");
		return false;
	}
	stop = 0;
	ktap_check_eq(vcpu_start(1, count, 0), 0, "CPU_ON");
	return true;
}

static void end_other(void)
{
	stop = 1;
	ktap_check(vcpu_wait_off(1, 5000), "vCPU 1 never off");
}

static void wait_by_wfi(void)
{
	cntv_set(timer_now() + timer_us(300), CNT_CTL_ENABLE);
	while (!(cntv_ctl() & CNT_CTL_ISTATUS))
		wfi();
	cntv_set(TIMER_FAR, 0);
	drop_interrupt();
}

/* Long enough for the other vCPU to get a turn when its time slice comes. */
static void wait_by_spinning(void)
{
	const uint32_t before = other_counter;
	const uint64_t end = timer_now() + timer_ms(20 * ROUND_MS);

	while (other_counter == before && timer_now() < end)
		;
}

static void check_switches(void (*wait)(void))
{
	uint32_t switched = 0;
	uint32_t stale = 0;

	if (!start_other())
		return;
	gic_enable(CNTV_INTID);
	for (uint32_t i = 0; i < ROUNDS && switched < ROUNDS / 2; i++) {
		const uint32_t value = ldrex(&word);
		const uint32_t before = other_counter;

		wait();
		const bool failed = strex(&word, value) != 0;

		if (other_counter != before) {
			switched++;
			stale += !failed;
		}
	}
	cntv_set(TIMER_FAR, 0);
	gic_disable(CNTV_INTID);
	end_other();
	ktap_check(switched >= ENOUGH, "only %lu switches seen", (unsigned long)switched);
	ktap_check_eq(stale, 0, "stale STREX that succeeded");
	ktap_diag("%lu switches", (unsigned long)switched);
}

static void test_wfi(void)
{
	check_switches(wait_by_wfi);
}

static void test_time_slices(void)
{
	check_switches(wait_by_spinning);
}

/* Without anything between the two, the pair works: locks make progress. */
static void test_pair(void)
{
	uint32_t stored = 0;

	for (uint32_t i = 0; i < 1000; i++)
		stored += strex(&word, ldrex(&word) + 1) == 0;
	ktap_check(stored >= 990, "only %lu of 1000", (unsigned long)stored);
	ktap_check_eq(word, stored, "sum");
}

static volatile uint32_t lock;
static volatile uint32_t sum;

static void add_locked(void *arg)
{
	(void)arg;
	for (uint32_t i = 0; i < 20000; i++) {
		while (ldrex(&lock) || strex(&lock, 1))
			cpu_relax();
		dmb();
		sum++;
		dmb();
		lock = 0;
	}
}

static void test_spinlock(void)
{
	const unsigned int n = machine_vcpus();

	if (needs_vcpus(2))
		return;
	for (unsigned int cpu = 1; cpu < n; cpu++)
		vcpu_start(cpu, add_locked, 0);
	add_locked(0);
	for (unsigned int cpu = 1; cpu < n; cpu++)
		ktap_check(vcpu_wait_off(cpu, 60000), "vCPU %u never off", cpu);
	ktap_check_eq(sum, n * 20000, "sum");
}

static const struct ktap_test tests[] = {
	{ "pair", test_pair },
	{ "stale_after_wfi", test_wfi },
	{ "stale_after_time_slice", test_time_slices },
	{ "spinlock", test_spinlock },
};

int main(void)
{
	return ktap_run_all(tests);
}
