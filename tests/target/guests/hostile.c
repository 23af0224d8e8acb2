// SPDX-License-Identifier: BSD-2-Clause
/*
 * Does what a broken or malicious guest may do: storms of undefined instructions, jumps to nowhere,
 * random hypervisor calls, random accesses to the distributor and the UART, timer and SGI storms.
 * Each test passes when it lives to its end; the result that counts is the victim VM's.
 * The second vCPU, if there is one, sits in a loop of aborts that it can never leave.
 */
#include "hostile.h"
#include "common.h"
#include "mmu.h"
#include "pl011.h"
#include "snippets.h"

#define PHASE_MS 200u

static uint32_t seed = 0xbadc0de;

static uint32_t rnd(void)
{
	return random32(&seed);
}

static uint64_t phase_end(void)
{
	return timer_now() + timer_ms(PHASE_MS);
}

static void call_snippet(void *arg)
{
	uint32_t regs[6] = { NOWHERE, rnd(), rnd(), rnd(), rnd(), rnd() };

	snippet_run(arg, regs);
}

static void test_undefined_storm(void)
{
	static const void *const snippets[] = { abort_a_undef, abort_t_undef, abort_a_undef_cp15,
						abort_t_undef_cp15 };
	const uint64_t end = phase_end();
	struct fault fault;
	uint32_t n = 0;

	while (timer_now() < end)
		n += fault_try(call_snippet, (void *)(uintptr_t)snippets[rnd() & 3], &fault);
	ktap_check(n > 0, "none taken");
}

static void test_jump_storm(void)
{
	const uint64_t end = phase_end();
	struct fault fault;
	uint32_t n = 0;

	while (timer_now() < end) {
		n += fault_call(NOWHERE + (rnd() & 0xffffe), &fault);
		n += fault_try(call_snippet, (void *)(uintptr_t)abort_a_stm, &fault);
	}
	ktap_check(n > 0, "none taken");
}

static void call_storm(void (*call)(struct smccc_regs *))
{
	const uint64_t end = phase_end();
	uint32_t n = 0;

	while (timer_now() < end) {
		struct smccc_regs regs;

		for (uint32_t i = 1; i < 8; i++)
			regs.r[i] = rnd();
		regs.r[0] = hostile_function(&seed);
		call(&regs);
		n++;
	}
	ktap_check(n > 10, "%lu calls", (unsigned long)n);
}

static void test_hvc_storm(void)
{
	call_storm(smccc_hvc_regs);
}

static void test_smc_storm(void)
{
	call_storm(smccc_smc_regs);
}

static void test_wfx_storm(void)
{
	const uint64_t end = phase_end();

	gic_enable(CNTV_INTID);
	while (timer_now() < end) {
		cntv_set(timer_now() + (rnd() & 0x3ff), CNT_CTL_ENABLE);
		wfi();
		__asm__ volatile("sev\n\twfe\n\tsev\n\twfe\n\tyield" ::: "memory");
	}
	cntv_set(TIMER_FAR, 0);
	gic_disable(CNTV_INTID);
}

/* Timers that are due all the time, with the interrupt enabled, taken, masked and unmasked. */
static void test_timer_storm(void)
{
	const uint64_t end = phase_end();

	gic_enable(CNTV_INTID);
	gic_enable(CNTP_INTID);
	cntv_set(0, CNT_CTL_ENABLE);
	cntp_set(0, CNT_CTL_ENABLE);
	irq_enable();
	while (timer_now() < end)
		cpu_relax();
	irq_disable();
	cntv_set(TIMER_FAR, 0);
	cntp_set(TIMER_FAR, 0);
	gic_disable(CNTV_INTID);
	gic_disable(CNTP_INTID);
}

struct access {
	uint32_t address, size, value;
	bool write;
};

static void one_access(const struct access *a)
{
	struct fault fault;
	uint32_t value;

	if (a->write)
		fault_write(a->address, a->size, a->value, &fault);
	else
		fault_read(a->address, a->size, &value, &fault);
}

static void access_storm(uint32_t base, uint32_t size, uint32_t protect)
{
	const uint64_t end = phase_end();

	while (timer_now() < end) {
		struct access a = { .size = 1u << rnd() % 3, .value = rnd(), .write = rnd() & 1 };

		a.address = base + (rnd() % size & ~(a.size - 1));
		if (rnd() & 1)
			a.value &= rnd() & rnd();
		/* The UART's data register: its output would only hide the results. */
		if (!(a.write && (a.address & ~3u) == protect))
			one_access(&a);
	}
}

static void test_distributor_storm(void)
{
	access_storm(GICD_BASE, 0x1000, 0);
	gic_init();
}

static void test_cpu_interface_storm(void)
{
	access_storm(GICC_BASE, 0x2000, 0);
	gic_init();
}

static void test_uart_storm(void)
{
	access_storm(PL011_BASE, 0x1000, PL011_BASE + UARTDR);
	pl011_init();
}

static void test_sgi_storm(void)
{
	const uint64_t end = phase_end();

	irq_enable();
	while (timer_now() < end)
		gic_send_sgi(rnd() & 15, (uint8_t)rnd());
	irq_disable();
}

static void lost(void *arg)
{
	(void)arg;
	cp15_write(0, 12, 0, 0, NOWHERE);
	isb();
	__asm__ volatile("udf #0");
}

static const struct ktap_test tests[] = {
	{ "undefined_storm", test_undefined_storm },
	{ "jump_storm", test_jump_storm },
	{ "hvc_storm", test_hvc_storm },
	{ "smc_storm", test_smc_storm },
	{ "wfx_storm", test_wfx_storm },
	{ "timer_storm", test_timer_storm },
	{ "distributor_storm", test_distributor_storm },
	{ "cpu_interface_storm", test_cpu_interface_storm },
	{ "uart_storm", test_uart_storm },
	{ "sgi_storm", test_sgi_storm },
	{ "random", test_random },
};

int main(void)
{
	mmu_map(NOWHERE, NOWHERE, MMU_SECTION_SIZE, MMU_DEVICE_EXEC);
	if (machine_vcpus() > 1)
		vcpu_start(1, lost, 0);
	const int code = ktap_run_all(tests);

	mmio_write32(SHARED_BASE, 1); /* the victim need not watch any longer */
	return code;
}
