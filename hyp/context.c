// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/context.h"

#include "hyp/arm.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

#define MODE_USR 0x10u
#define MODE_SYS 0x1fu

/* MRS and MSR (banked register), DDI 0406C B9.3.9. The list is everything but what Hyp mode shares
 * with User mode, which boot/vectors.S saves. */
#define FOR_EACH_BANKED(X)                                                                         \
	X(sp_usr, "SP_usr")                                                                        \
	X(sp_svc, "SP_svc")                                                                        \
	X(lr_svc, "LR_svc")                                                                        \
	X(spsr_svc, "SPSR_svc")                                                                    \
	X(sp_abt, "SP_abt")                                                                        \
	X(lr_abt, "LR_abt")                                                                        \
	X(spsr_abt, "SPSR_abt")                                                                    \
	X(sp_und, "SP_und")                                                                        \
	X(lr_und, "LR_und")                                                                        \
	X(spsr_und, "SPSR_und")                                                                    \
	X(sp_irq, "SP_irq")                                                                        \
	X(lr_irq, "LR_irq")                                                                        \
	X(spsr_irq, "SPSR_irq")                                                                    \
	X(r8_fiq, "R8_fiq")                                                                        \
	X(r9_fiq, "R9_fiq")                                                                        \
	X(r10_fiq, "R10_fiq")                                                                      \
	X(r11_fiq, "R11_fiq")                                                                      \
	X(r12_fiq, "R12_fiq")                                                                      \
	X(sp_fiq, "SP_fiq")                                                                        \
	X(lr_fiq, "LR_fiq")                                                                        \
	X(spsr_fiq, "SPSR_fiq")

#define FOR_EACH_SYSREG(X)                                                                         \
	X(ttbr0)                                                                                   \
	X(ttbr1)                                                                                   \
	X(par)                                                                                     \
	X(sctlr)                                                                                   \
	X(cpacr)                                                                                   \
	X(ttbcr)                                                                                   \
	X(dacr)                                                                                    \
	X(dfsr)                                                                                    \
	X(ifsr)                                                                                    \
	X(adfsr)                                                                                   \
	X(aifsr)                                                                                   \
	X(dfar)                                                                                    \
	X(ifar)                                                                                    \
	X(prrr)                                                                                    \
	X(nmrr)                                                                                    \
	X(amair0)                                                                                  \
	X(amair1)                                                                                  \
	X(vbar)                                                                                    \
	X(contextidr)                                                                              \
	X(tpidrurw)                                                                                \
	X(tpidruro)                                                                                \
	X(tpidrprw)                                                                                \
	X(csselr)                                                                                  \
	X(cntkctl)

/* ThumbEE, CP14; only where ID_PFR0.State3 says that it exists. */
#define ID_PFR0_THUMBEE(id) (((id) >> 12 & 0xf) == 1)
#define THUMBEE_MRC(crn, value) __asm__ volatile("mrc p14, 6, %0, " crn ", c0, 0" : "=r"(value))
#define THUMBEE_MCR(crn, value) __asm__ volatile("mcr p14, 6, %0, " crn ", c0, 0" : : "r"(value))

static inline uint32_t read_id_pfr0(void)
{
	uint32_t value;

	__asm__("mrc p15, 0, %0, c0, c1, 0" : "=r"(value));
	return value;
}

static void save_thumbee(struct vcpu *v)
{
	if (!ID_PFR0_THUMBEE(read_id_pfr0()))
		return;
	THUMBEE_MRC("c0", v->sys.teecr);
	THUMBEE_MRC("c1", v->sys.teehbr);
}

static void load_thumbee(const struct vcpu *v)
{
	if (!ID_PFR0_THUMBEE(read_id_pfr0()))
		return;
	THUMBEE_MCR("c0", v->sys.teecr);
	THUMBEE_MCR("c1", v->sys.teehbr);
}

void context_save(struct vcpu *v)
{
#define SAVE(field, name) __asm__ volatile("mrs %0, " name : "=r"(v->banked.field));
	FOR_EACH_BANKED(SAVE)
#undef SAVE
#define SAVE(reg) v->sys.reg = read_##reg();
	FOR_EACH_SYSREG(SAVE)
#undef SAVE
	save_thumbee(v);
}

void context_load(const struct vcpu *v)
{
	uint32_t hcptr = read_hcptr() & ~HCPTR_VFP_TRAP;

#define LOAD(field, name) __asm__ volatile("msr " name ", %0" : : "r"(v->banked.field));
	FOR_EACH_BANKED(LOAD)
#undef LOAD
#define LOAD(reg) write_##reg(v->sys.reg);
	FOR_EACH_SYSREG(LOAD)
#undef LOAD
	load_thumbee(v);
	write_vmpidr(0x80000000u | v->id);
	write_hcr(v->hcr);
	write_hcptr(v->cpu->fp_owner == v ? hcptr : hcptr | HCPTR_VFP_TRAP);
	/* No ISB: the ERET that follows synchronizes (B1.8.1, exception return). */
}

/* System mode has User mode's registers. */
static uint32_t bank_of(uint32_t mode)
{
	return mode == MODE_SYS ? MODE_USR : mode;
}

uint32_t banked_get(const struct vcpu *v, uint32_t mode, unsigned int n)
{
	uint32_t key = bank_of(mode) << 8 | n;
	uint32_t value = 0;

	switch (key) {
#define GET(mode, n, name)                                                                         \
	case (mode) << 8 | (n):                                                                    \
		__asm__ volatile("mrs %0, " name : "=r"(value));                                   \
		return value;
#define FOR_EACH_REG(X)                                                                            \
	X(0x10u, 13u, "SP_usr")                                                                    \
	X(0x13u, 13u, "SP_svc")                                                                    \
	X(0x13u, 14u, "LR_svc")                                                                    \
	X(0x17u, 13u, "SP_abt")                                                                    \
	X(0x17u, 14u, "LR_abt")                                                                    \
	X(0x1bu, 13u, "SP_und")                                                                    \
	X(0x1bu, 14u, "LR_und")                                                                    \
	X(0x12u, 13u, "SP_irq")                                                                    \
	X(0x12u, 14u, "LR_irq")                                                                    \
	X(0x11u, 8u, "R8_fiq")                                                                     \
	X(0x11u, 9u, "R9_fiq")                                                                     \
	X(0x11u, 10u, "R10_fiq")                                                                   \
	X(0x11u, 11u, "R11_fiq")                                                                   \
	X(0x11u, 12u, "R12_fiq")                                                                   \
	X(0x11u, 13u, "SP_fiq")                                                                    \
	X(0x11u, 14u, "LR_fiq")
		FOR_EACH_REG(GET)
	default: /* lr of User and System mode is Hyp's own lr */
		return v->lr;
	}
}

void banked_set(struct vcpu *v, uint32_t mode, unsigned int n, uint32_t value)
{
	uint32_t key = bank_of(mode) << 8 | n;

	switch (key) {
#define SET(mode, n, name)                                                                         \
	case (mode) << 8 | (n):                                                                    \
		__asm__ volatile("msr " name ", %0" : : "r"(value));                               \
		return;
		FOR_EACH_REG(SET)
	default:
		v->lr = value;
	}
}

void exception_bank_set(uint32_t mode, uint32_t spsr, uint32_t lr)
{
	if (mode == 0x1bu)
		__asm__ volatile("msr SPSR_und, %0\n\tmsr LR_und, %1" : : "r"(spsr), "r"(lr));
	else
		__asm__ volatile("msr SPSR_abt, %0\n\tmsr LR_abt, %1" : : "r"(spsr), "r"(lr));
}
