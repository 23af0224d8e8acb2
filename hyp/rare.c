// SPDX-License-Identifier: BSD-2-Clause
/*
 * Registers that few guests use are behind a trap until a vCPU uses them: VFP and NEON (HCPTR), and
 * ThumbEE (HSTR.TTEE). EL2 itself never uses them, but to move them here. v->hcptr and v->hstr say
 * what is open for a vCPU while it is loaded.
 *
 * VFP and NEON are large, so they stay in the hardware after a switch and move when another vCPU
 * uses them. ThumbEE's two are switched, from the vCPU's first use on, like other registers; of
 * others they are 0, because TEECR.XED comes before the trap, and ThumbEE code uses TEEHBR without
 * one (A2.10).
 *
 * FPEXC.EN has to be 1 while the trap is closed: the architecture looks at it first, so an
 * instruction of one vCPU would be UNDEFINED because another one has VFP off (DDI 0406C,
 * CheckAdvSIMDOrVFPEnabled(); QEMU looks at HCPTR first). With EN clear the registers are still in
 * the hardware when their vCPU is switched out, but FPEXC is in the struct and the trap closed.
 */
#include "hyp/arm.h"
#include "hyp/context.h"
#include "hyp/cpu.h"
#include "hyp/vcpu.h"

static bool has_32_registers; /* MVFR0.A_SIMD registers: 2 means d16-d31 exist */

/* FPEXC.EN is 1: see above. */
static void save(struct vfp_regs *vfp)
{
	uint64_t *d = vfp->d;

	VFP_ASM("vmrs %0, fpscr" : "=r"(vfp->fpscr));
	VFP_ASM("vstmia %0!, {d0-d15}" : "+r"(d) : : "memory");
	if (has_32_registers)
		VFP_ASM("vstmia %0!, {d16-d31}" : "+r"(d) : : "memory");
}

static void load(const struct vfp_regs *vfp)
{
	const uint64_t *d = vfp->d;

	VFP_ASM("vldmia %0!, {d0-d15}" : "+r"(d) : : "memory");
	if (has_32_registers)
		VFP_ASM("vldmia %0!, {d16-d31}" : "+r"(d) : : "memory");
	VFP_ASM("vmsr fpscr, %0" : : "r"(vfp->fpscr));
}

void vfp_close(struct vcpu *v)
{
	if ((v->hcptr & HCPTR_VFP_TRAP) != 0)
		return;
	v->hcptr = HCPTR_GUEST;
	VFP_ASM("vmrs %0, fpexc" : "=r"(v->vfp.fpexc));
	VFP_ASM("vmsr fpexc, %0" : : "r"(FPEXC_EN));
}

void vfp_trapped(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	v->hcptr = HCPTR_GUEST & ~HCPTR_VFP_TRAP;
	write_hcptr(v->hcptr);
	isb(); /* the trap is gone before the next VFP instruction, here at EL2 too */
	if (cpu->fp_owner != v) {
		if (cpu->fp_owner != NULL) {
			vfp_close(cpu->fp_owner);
			save(&cpu->fp_owner->vfp);
		}
		load(&v->vfp);
		cpu->fp_owner = v;
	}
	VFP_ASM("vmsr fpexc, %0" : : "r"(v->vfp.fpexc));
}

/* CP14, DDI 0406C A2.10. */
#define THUMBEE_MRC(crn, value) __asm__ volatile("mrc p14, 6, %0, " crn ", c0, 0" : "=r"(value))
#define THUMBEE_MCR(crn, value) __asm__ volatile("mcr p14, 6, %0, " crn ", c0, 0" : : "r"(value))

void thumbee_save(struct vcpu *v)
{
	THUMBEE_MRC("c0", v->sys.teecr);
	THUMBEE_MRC("c1", v->sys.teehbr);
	THUMBEE_MCR("c0", 0);
	THUMBEE_MCR("c1", 0);
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
	VFP_ASM("vmsr fpexc, %0" : : "r"(FPEXC_EN));
	write_hcptr(HCPTR_GUEST);
	write_hstr(HSTR_GUEST);
}
