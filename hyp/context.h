/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of a guest that are in the hardware while its vCPU is loaded. */
#ifndef BELLHOP_HYP_CONTEXT_H
#define BELLHOP_HYP_CONTEXT_H

#include <stdint.h>

struct vcpu;

#define HCR_TVM (1u << 26) /* set until the guest's caches are on, see hyp/sysreg.c */
#define HCPTR_VFP_TRAP ((1u << 10) | (1u << 11))

/* Banked registers, CP15 and traps; not VFP. Of the loaded vCPU. */
void context_save(struct vcpu *v);
void context_load(const struct vcpu *v);

/* VFP and NEON move only when a vCPU other than the last one uses them. */
void vfp_trapped(struct vcpu *v);
/* Forget what the hardware holds for v. */
void vfp_drop(struct vcpu *v);
/* Once per CPU: how many registers there are. */
void vfp_init(void);

/* r8-r14 of `mode` of the loaded vCPU, where they are not in struct vcpu. */
uint32_t banked_get(const struct vcpu *v, uint32_t mode, unsigned int n);
void banked_set(struct vcpu *v, uint32_t mode, unsigned int n, uint32_t value);

/* SPSR and LR of the exception mode that a guest is made to enter: 0x1b Undefined, 0x17 Abort. */
void exception_bank_set(uint32_t mode, uint32_t spsr, uint32_t lr);

#endif
