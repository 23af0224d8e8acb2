/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls to the firmware below: PSCI, DEN0022. */
#ifndef BELLHOP_HYP_SMC_H
#define BELLHOP_HYP_SMC_H

#include <stdint.h>

#include "hyp/machine.h"

/* Start the CPU with these affinity fields at a physical address, r0 = context there. The result
 * is PSCI's: 0, or a negative error. */
int32_t psci_cpu_on(const struct machine_psci *psci, uint32_t mpidr, uint32_t entry,
		    uint32_t context);

/* Returns only where firmware has no such call. */
void psci_system_off(const struct machine_psci *psci);

#endif
