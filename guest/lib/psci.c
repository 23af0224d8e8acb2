// SPDX-License-Identifier: BSD-2-Clause
#include "cpu.h"
#include "gic.h"
#include "smccc.h"
#include "timer.h"

struct start_call {
	void (*fn)(void *arg);
	void *arg;
	volatile bool pending; /* CPU_ON succeeded, secondary_main() not reached yet */
};

static struct start_call start_calls[GUEST_MAX_VCPUS];

int32_t smccc_hvc(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3)
{
	struct smccc_regs regs = { { fn, a1, a2, a3 } };

	smccc_hvc_regs(&regs);
	return (int32_t)regs.r[0];
}

int32_t smccc_smc(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3)
{
	struct smccc_regs regs = { { fn, a1, a2, a3 } };

	smccc_smc_regs(&regs);
	return (int32_t)regs.r[0];
}

void psci_system_off(void)
{
	for (;;)
		smccc_hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
}

/* The secondary reads start_calls with its cache on, hence the DSB is all that is needed. */
void vcpu_prepare(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	start_calls[cpu] = (struct start_call){ .fn = fn, .arg = arg };
	dsb();
}

int vcpu_start(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	vcpu_prepare(cpu, fn, arg);
	start_calls[cpu].pending = true;
	dsb();
	const int result = smccc_hvc(PSCI_CPU_ON, cpu, (uintptr_t)secondary_start, cpu);

	if (result != PSCI_SUCCESS)
		start_calls[cpu].pending = false;
	return result;
}

void secondary_main(unsigned int cpu)
{
	start_calls[cpu].pending = false;
	gic_cpu_init();
	start_calls[cpu].fn(start_calls[cpu].arg);
	irq_disable();
	for (;;)
		smccc_hvc(PSCI_CPU_OFF, 0, 0, 0);
}

/*
 * `pending` is looked at because an emulator's own PSCI reports OFF for a while after CPU_ON has
 * returned success.
 */
bool vcpu_wait_off(unsigned int cpu, unsigned int ms)
{
	const uint64_t end = timer_now() + timer_ms(ms);

	while (start_calls[cpu].pending ||
	       smccc_hvc(PSCI_AFFINITY_INFO, cpu, 0, 0) != PSCI_AFFINITY_OFF) {
		if (timer_now() > end)
			return false;
		cpu_relax();
	}
	return true;
}
