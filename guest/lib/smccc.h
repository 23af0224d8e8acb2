/* SPDX-License-Identifier: BSD-2-Clause */
/* SMC Calling Convention (DEN0028) and Power State Coordination Interface (DEN0022) calls. */
#ifndef BELLHOP_GUEST_SMCCC_H
#define BELLHOP_GUEST_SMCCC_H

#include <stdint.h>

#include "bellhop/psci.h"

/* r0-r7 of a call: in, and out after it. */
struct smccc_regs {
	uint32_t r[8];
};

/* HVC #0 / SMC #0 with regs->r in r0-r7; the registers after the call are stored back. */
void smccc_hvc_regs(struct smccc_regs *regs);
void smccc_smc_regs(struct smccc_regs *regs);

/* The usual call: function id and three arguments, result r0. */
int32_t smccc_hvc(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3);
int32_t smccc_smc(uint32_t fn, uint32_t a1, uint32_t a2, uint32_t a3);

/* HVC SYSTEM_OFF: never returns. */
void psci_system_off(void) __attribute__((noreturn));
#endif
