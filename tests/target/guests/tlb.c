// SPDX-License-Identifier: BSD-2-Clause
/*
 * vCPUs of one VM with equal ASID and different translation tables. They share the VMID, so when
 * they follow each other on one CPU, the hypervisor has to keep the entries of one from serving
 * the other; on real CPUs of their own nothing could leak either (DDI 0406C B3.10).
 *
 * QEMU flushes its TLB at every write of DACR or TTBCR, which a switch of vCPUs makes: there the
 * test notices a missing TLBIALL only when those two writes are missing as well.
 */
#include <string.h>

#include "common.h"
#include "mmu.h"

#define WINDOW 0x70000000u
#define PAGE_BASE (RAM_BASE + 0x800000u)
#define SECTION_NG (1u << 17)
#define RUN_MS 1500u
#define TURNS 10u

static uint32_t tables[GUEST_MAX_VCPUS][4096] __attribute__((aligned(16384), section(".noinit")));

struct result {
	volatile uint32_t checks;
	volatile uint32_t leaks;
	volatile uint32_t seen;
} __attribute__((aligned(64)));

static struct result results[GUEST_MAX_VCPUS];
static bool global_pages;

static uint32_t mark(unsigned int cpu)
{
	return 0xbe110000u + cpu;
}

static void use_table(const uint32_t *table)
{
	cp15_write(0, 2, 0, 0, (uint32_t)table | TTBR_WALK_WB);
	isb();
	cp15_write(0, 8, 7, 0, 0);
	dsb();
	isb();
}

/* This vCPU's window shows a section of its own. All other mappings are those of mmu_table. */
static void build_table(unsigned int cpu)
{
	memcpy(tables[cpu], mmu_table, sizeof(mmu_table));
	tables[cpu][WINDOW >> 20] = (PAGE_BASE + cpu * MMU_SECTION_SIZE) | (uint32_t)MMU_NORMAL |
				    (global_pages ? 0 : SECTION_NG);
	*(volatile uint32_t *)(PAGE_BASE + cpu * MMU_SECTION_SIZE) = mark(cpu);
	dsb();
}

/* Looks through the window again and again; by turns it spins, yields and sleeps. */
static void look(unsigned int cpu)
{
	struct result *r = &results[cpu];
	const uint64_t end = timer_now() + timer_ms(RUN_MS);

	while (timer_now() < end) {
		const uint32_t value = *(volatile uint32_t *)WINDOW;

		r->checks++;
		if (value != mark(cpu)) {
			r->leaks++;
			r->seen = value;
		}
		if (r->checks % 1000 == 0) {
			cntv_set(timer_now() + timer_us(100), CNT_CTL_ENABLE);
			wfi();
		} else {
			cpu_relax();
		}
	}
}

static void run(void *arg)
{
	const unsigned int cpu = cpu_index();

	(void)arg;
	gic_enable(CNTV_INTID);
	use_table(tables[cpu]);
	look(cpu);
	use_table(mmu_table);
	cntv_set(TIMER_FAR, 0);
	gic_disable(CNTV_INTID);
}

static void check(bool global)
{
	const unsigned int n = machine_vcpus();

	if (needs_vcpus(2))
		return;
	global_pages = global;
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		memset(&results[cpu], 0, sizeof(results[cpu]));
		build_table(cpu);
	}
	for (unsigned int cpu = 1; cpu < n; cpu++)
		vcpu_start(cpu, run, 0);
	run(0);
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		ktap_check(cpu == 0 || vcpu_wait_off(cpu, 10000), "vCPU %u never off", cpu);
		ktap_check(results[cpu].checks >= TURNS, "vCPU %u: %lu looks", cpu,
			   (unsigned long)results[cpu].checks);
		ktap_check(results[cpu].leaks == 0, "vCPU %u: %lu of %lu looks saw 0x%lx", cpu,
			   (unsigned long)results[cpu].leaks, (unsigned long)results[cpu].checks,
			   (unsigned long)results[cpu].seen);
	}
}

static void test_same_asid(void)
{
	check(false);
}

static void test_global(void)
{
	check(true);
}

static const struct ktap_test tests[] = {
	{ "same_asid", test_same_asid },
	{ "global_entries", test_global },
};

int main(void)
{
	return ktap_run_all(tests);
}
