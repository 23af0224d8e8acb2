// SPDX-License-Identifier: BSD-2-Clause
/*
 * VFP and NEON, lazily: HCPTR traps the first use by a vCPU that does not own the registers. EL2
 * itself never uses them, but to move them here.
 */
#include "hyp/arm.h"
#include "hyp/context.h"
#include "hyp/vcpu.h"

#define FPEXC_EN (1u << 30)

static bool has_32_registers; /* MVFR0.A_SIMD registers: 2 means d16-d31 exist */

#define VFP_ASM(...) __asm__ volatile(".fpu neon\n\t" __VA_ARGS__)

void vfp_init(void)
{
	uint32_t mvfr0;
	uint32_t hcptr = read_hcptr();

	write_hcptr(hcptr & ~HCPTR_VFP_TRAP);
	isb();
	VFP_ASM("vmrs %0, mvfr0" : "=r"(mvfr0));
	has_32_registers = (mvfr0 & 0xf) == 2;
	write_hcptr(hcptr);
}

static void save(struct vfp_regs *vfp)
{
	uint64_t *d = vfp->d;

	VFP_ASM("vmrs %0, fpexc" : "=r"(vfp->fpexc));
	VFP_ASM("vmsr fpexc, %0" : : "r"(FPEXC_EN));
	VFP_ASM("vmrs %0, fpscr" : "=r"(vfp->fpscr));
	VFP_ASM("vstmia %0!, {d0-d15}" : "+r"(d) : : "memory");
	if (has_32_registers)
		VFP_ASM("vstmia %0!, {d16-d31}" : "+r"(d) : : "memory");
}

static void load(const struct vfp_regs *vfp)
{
	const uint64_t *d = vfp->d;

	VFP_ASM("vmsr fpexc, %0" : : "r"(FPEXC_EN));
	VFP_ASM("vldmia %0!, {d0-d15}" : "+r"(d) : : "memory");
	if (has_32_registers)
		VFP_ASM("vldmia %0!, {d16-d31}" : "+r"(d) : : "memory");
	VFP_ASM("vmsr fpscr, %0" : : "r"(vfp->fpscr));
	VFP_ASM("vmsr fpexc, %0" : : "r"(vfp->fpexc));
}

void vfp_trapped(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	write_hcptr(read_hcptr() & ~HCPTR_VFP_TRAP);
	isb(); /* the trap is gone before the next VFP instruction, here at EL2 too */
	if (cpu->fp_owner == v)
		return;
	if (cpu->fp_owner != NULL)
		save(&cpu->fp_owner->vfp);
	load(&v->vfp);
	cpu->fp_owner = v;
}

void vfp_drop(struct vcpu *v)
{
	if (v->cpu->fp_owner == v)
		v->cpu->fp_owner = NULL;
}
