/* SPDX-License-Identifier: BSD-2-Clause */
/* SMC Calling Convention (DEN0028) and Power State Coordination Interface (DEN0022) calls. */
#ifndef BELLHOP_GUEST_SMCCC_H
#define BELLHOP_GUEST_SMCCC_H

#include <stdint.h>

#define PSCI_VERSION 0x84000000u
#define PSCI_CPU_SUSPEND 0x84000001u
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_CPU_ON 0x84000003u
#define PSCI_AFFINITY_INFO 0x84000004u
#define PSCI_MIGRATE_INFO_TYPE 0x84000006u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define PSCI_FEATURES 0x8400000au
#define PSCI_SYSTEM_RESET2 0x84000012u
#define SMCCC_VERSION 0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u

enum psci_error {
	PSCI_SUCCESS = 0,
	PSCI_NOT_SUPPORTED = -1,
	PSCI_INVALID_PARAMETERS = -2,
	PSCI_DENIED = -3,
	PSCI_ALREADY_ON = -4,
	PSCI_ON_PENDING = -5,
	PSCI_INVALID_ADDRESS = -9,
};

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
