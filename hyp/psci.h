/* SPDX-License-Identifier: BSD-2-Clause */
/* Power State Coordination Interface 1.1 (DEN0022D) and SMC Calling Convention 1.1 (DEN0028). */
#ifndef BELLHOP_HYP_PSCI_H
#define BELLHOP_HYP_PSCI_H

#include <stdbool.h>
#include <stdint.h>

#include "bellhop/psci.h"

struct vcpu;

/*
 * Serve a call of a guest: function id in r0, arguments in r1-r3, result in r0 (SMCCC 1.1: r4-r14
 * and, but for r0, r1-r3 stay). Unknown ids get NOT_SUPPORTED.
 */
void psci_call(struct vcpu *v);

#endif
