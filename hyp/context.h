/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of a guest that are in the hardware while its vCPU is loaded. */
#ifndef BELLHOP_HYP_CONTEXT_H
#define BELLHOP_HYP_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

#define HCR_TVM (1u << 26) /* set until the guest's caches are on, see hyp/sysreg.c */

/* Banked registers, CP15 and traps; not VFP. Of the loaded vCPU. */
void context_save(struct vcpu *v);
void context_load(const struct vcpu *v);

/*
 * What is behind a trap until it is used (hyp/rare.c).
 * HCPTR: RES1 bits; TCP0-9, 12, 13; TTA; VFP until somebody uses it (DDI 0406C B4.1.67).
 * HSTR: T15, implementation-defined CP15 registers; TTEE until somebody uses it (B4.1.80).
 */
#define HCPTR_VFP_TRAP ((1u << 10) | (1u << 11))
#define HCPTR_GUEST (0x001033ffu | HCPTR_VFP_TRAP)
#define HSTR_TTEE (1u << 16)
#define HSTR_GUEST ((1u << 15) | HSTR_TTEE)

/* v, which is loaded, uses them. */
void vfp_trapped(struct vcpu *v);
void thumbee_trapped(struct vcpu *v);
/* The parts of a switch; where the trap is open for v, which is loaded. A VFP that is switched on
 * stays open: it does not hide the trap of others. */
#define FPEXC_EN (1u << 30)
#define VFP_ASM(...) __asm__ volatile(".fpu neon\n\t" __VA_ARGS__)
static inline bool vfp_is_on(void)
{
	uint32_t fpexc;

	VFP_ASM("vmrs %0, fpexc" : "=r"(fpexc));
	return (fpexc & FPEXC_EN) != 0;
}
void vfp_close(struct vcpu *v);
void thumbee_save(struct vcpu *v);
void thumbee_load(const struct vcpu *v);
/* v, which is not loaded, starts anew: what the hardware holds for it is forgotten. */
void rare_reset(struct vcpu *v);
/* Once per CPU: how many VFP registers there are; everything is behind traps afterwards. */
void rare_init(void);

/* r8-r14 of `mode` of the loaded vCPU, where they are not in struct vcpu. */
uint32_t banked_get(const struct vcpu *v, uint32_t mode, unsigned int n);
void banked_set(struct vcpu *v, uint32_t mode, unsigned int n, uint32_t value);

/* SPSR and LR of the exception mode that a guest is made to enter: 0x1b Undefined, 0x17 Abort. */
void exception_bank_set(uint32_t mode, uint32_t spsr, uint32_t lr);

#endif
