/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the Power State Coordination Interface 1.1 (DEN0022D, section 5) and of the general
 * service of the SMC Calling Convention 1.1 (DEN0028): what Bellhop offers to guests, asks of the
 * firmware, and guests call.
 */
#ifndef BELLHOP_PSCI_H
#define BELLHOP_PSCI_H

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

#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED (-3)
#define PSCI_ALREADY_ON (-4)
#define PSCI_ON_PENDING (-5)
#define PSCI_INVALID_ADDRESS (-9)

#define PSCI_AFFINITY_ON 0 /* what AFFINITY_INFO answers */
#define PSCI_AFFINITY_OFF 1
#define PSCI_AFFINITY_ON_PENDING 2
#define PSCI_TOS_NOT_PRESENT 2 /* MIGRATE_INFO_TYPE: nothing to migrate */

#define PSCI_1_1 0x00010001
#define SMCCC_1_1 0x00010001

#endif
