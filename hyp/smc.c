// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/smc.h"

#include "hyp/psci.h"

extern int32_t smc_call(uint32_t function, uint32_t a1, uint32_t a2, uint32_t a3);

/* A machine whose conduit is HVC has another hypervisor below; HVC from EL2 would come to us. */
static bool callable(const struct machine_psci *psci)
{
	return psci->method == MACHINE_PSCI_SMC;
}

int32_t psci_cpu_on(const struct machine_psci *psci, uint32_t mpidr, uint32_t entry,
		    uint32_t context)
{
	if (!callable(psci) || psci->cpu_on == 0)
		return PSCI_NOT_SUPPORTED;
	return smc_call(psci->cpu_on, mpidr, entry, context);
}

void psci_system_off(const struct machine_psci *psci)
{
	if (callable(psci) && psci->v0_2)
		smc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
}
