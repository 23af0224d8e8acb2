// SPDX-License-Identifier: BSD-2-Clause
/*
 * Registers that few guests use are behind a trap until a vCPU uses them: VFP and NEON (HCPTR), and
 * ThumbEE (HSTR.TTEE). EL2 itself never uses them, but to move them here. v->hcptr and v->hstr say
 * what is open for a vCPU while it is loaded.
 *
 * VFP and NEON are large, so they stay in the hardware after a switch and move when another vCPU
 * uses them. ThumbEE's two are switched, from the vCPU's first use on, like other registers.
 */
#include "hyp/arm.h"
#include "hyp/context.h"
#include "hyp/cpu.h"
#include "hyp/vcpu.h"

#define FPEXC_EN (1u << 30)

static bool has_32_registers; /* MVFR0.A_SIMD registers: 2 means d16-d31 exist */

#define VFP_ASM(...) __asm__ volatile(".fpu neon\n\t" __VA_ARGS__)

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

	v->hcptr = HCPTR_GUEST & ~HCPTR_VFP_TRAP;
	write_hcptr(v->hcptr);
	isb(); /* the trap is gone before the next VFP instruction, here at EL2 too */
	if (cpu->fp_owner == v)
		return;
	if (cpu->fp_owner != NULL) {
		cpu->fp_owner->hcptr = HCPTR_GUEST;
		save(&cpu->fp_owner->vfp);
	}
	load(&v->vfp);
	cpu->fp_owner = v;
}

/* CP14, DDI 0406C A2.10. */
#define THUMBEE_MRC(crn, value) __asm__ volatile("mrc p14, 6, %0, " crn ", c0, 0" : "=r"(value))
#define THUMBEE_MCR(crn, value) __asm__ volatile("mcr p14, 6, %0, " crn ", c0, 0" : : "r"(value))

void thumbee_save(struct vcpu *v)
{
	THUMBEE_MRC("c0", v->sys.teecr);
	THUMBEE_MRC("c1", v->sys.teehbr);
}

void thumbee_load(const struct vcpu *v)
{
	isb(); /* the trap is gone, here at EL2 too */
	THUMBEE_MCR("c0", v->sys.teecr);
	THUMBEE_MCR("c1", v->sys.teehbr);
}

void thumbee_trapped(struct vcpu *v)
{
	v->hstr = HSTR_GUEST & ~HSTR_TTEE;
	write_hstr(v->hstr);
	thumbee_load(v);
}

void rare_reset(struct vcpu *v)
{
	v->hcptr = HCPTR_GUEST;
	v->hstr = HSTR_GUEST;
	if (v->cpu->fp_owner == v)
		v->cpu->fp_owner = NULL;
}

void rare_init(void)
{
	uint32_t mvfr0;

	write_hcptr(HCPTR_GUEST & ~HCPTR_VFP_TRAP);
	isb();
	VFP_ASM("vmrs %0, mvfr0" : "=r"(mvfr0));
	has_32_registers = (mvfr0 & 0xf) == 2;
	write_hcptr(HCPTR_GUEST);
	write_hstr(HSTR_GUEST);
}
