// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/context.h"

#include "hyp/arm.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

#define MODE_USR 0x10u
#define MODE_SYS 0x1fu

/*
 * Seven registers at a time, so that memory is accessed by LDM and STM: a switch is long enough.
 * The order is that of the structs in hyp/vcpu.h; both are everything but what Hyp mode shares with
 * User mode, which boot/vectors.S saves, and what is 64 bits wide.
 */
#define SEVEN(op, pointer, how, a, b, c, d, e, f, g)                                               \
	__asm__ volatile(how(op, a, b, c, d, e, f, g)                                              \
			 : "+r"(pointer)                                                           \
			 :                                                                         \
			 : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "memory")
#define MRS(r, reg) "mrs " r ", " reg "\n\t"
#define MSR(r, reg) "msr " reg ", " r "\n\t"
#define MRC(r, reg) "mrc p15, " reg(r) "\n\t"
#define MCR(r, reg) "mcr p15, " reg(r) "\n\t"
#define STORE(op, a, b, c, d, e, f, g)                                                             \
	op("r2", a) op("r3", b) op("r4", c) op("r5", d) op("r6", e) op("r7", f)                    \
		op("r8", g) "stmia %0!, {r2-r8}"
#define LOAD(op, a, b, c, d, e, f, g)                                                              \
	"ldmia %0!, {r2-r8}\n\t" op("r2", a) op("r3", b) op("r4", c) op("r5", d) op("r6", e)       \
		op("r7", f) op("r8", g)

/* MRS and MSR (banked register), DDI 0406C B9.3.9. */
#define BANKED(op, p, how)                                                                         \
	SEVEN(op, p, how, "SP_usr", "SP_svc", "LR_svc", "SPSR_svc", "SP_abt", "LR_abt",            \
	      "SPSR_abt");                                                                         \
	SEVEN(op, p, how, "SP_und", "LR_und", "SPSR_und", "SP_irq", "LR_irq", "SPSR_irq",          \
	      "R8_fiq");                                                                           \
	SEVEN(op, p, how, "R9_fiq", "R10_fiq", "R11_fiq", "R12_fiq", "SP_fiq", "LR_fiq", "SPSR_fiq")

/* opc1, Rt, CRn, CRm, opc2; B3.17. */
#define SCTLR(r) "0, " r ", c1, c0, 0"
#define CPACR(r) "0, " r ", c1, c0, 2"
#define TTBCR(r) "0, " r ", c2, c0, 2"
#define DACR(r) "0, " r ", c3, c0, 0"
#define DFSR(r) "0, " r ", c5, c0, 0"
#define IFSR(r) "0, " r ", c5, c0, 1"
#define ADFSR(r) "0, " r ", c5, c1, 0"
#define AIFSR(r) "0, " r ", c5, c1, 1"
#define DFAR(r) "0, " r ", c6, c0, 0"
#define IFAR(r) "0, " r ", c6, c0, 2"
#define PRRR(r) "0, " r ", c10, c2, 0"
#define NMRR(r) "0, " r ", c10, c2, 1"
#define AMAIR0(r) "0, " r ", c10, c3, 0"
#define AMAIR1(r) "0, " r ", c10, c3, 1"
#define VBAR(r) "0, " r ", c12, c0, 0"
#define CONTEXTIDR(r) "0, " r ", c13, c0, 1"
#define TPIDRURW(r) "0, " r ", c13, c0, 2"
#define TPIDRURO(r) "0, " r ", c13, c0, 3"
#define TPIDRPRW(r) "0, " r ", c13, c0, 4"
#define CSSELR(r) "2, " r ", c0, c0, 0"
#define CNTKCTL(r) "0, " r ", c14, c1, 0"

#define SYSREGS(op, p, how)                                                                        \
	SEVEN(op, p, how, SCTLR, CPACR, TTBCR, DACR, DFSR, IFSR, ADFSR);                           \
	SEVEN(op, p, how, AIFSR, DFAR, IFAR, PRRR, NMRR, AMAIR0, AMAIR1);                          \
	SEVEN(op, p, how, VBAR, CONTEXTIDR, TPIDRURW, TPIDRURO, TPIDRPRW, CSSELR, CNTKCTL)

_Static_assert(offsetof(struct sysregs, teecr) - offsetof(struct sysregs, sctlr) == 21 * 4,
	       "SYSREGS: one word for each, from sctlr to cntkctl");
_Static_assert(sizeof(struct banked_regs) == 21 * 4, "BANKED: one word for each");

void context_save(struct vcpu *v)
{
	uint32_t *banked = &v->banked.sp_usr;
	uint32_t *sys = &v->sys.sctlr;

	BANKED(MRS, banked, STORE);
	v->sys.ttbr0 = read_ttbr0();
	v->sys.ttbr1 = read_ttbr1();
	v->sys.par = read_par();
	SYSREGS(MRC, sys, STORE);
	if ((v->hstr & HSTR_TTEE) == 0)
		thumbee_save(v);
	if ((v->hcptr & HCPTR_VFP_TRAP) == 0 && !vfp_is_on())
		vfp_close(v);
}

void context_load(const struct vcpu *v)
{
	const uint32_t *banked = &v->banked.sp_usr;
	const uint32_t *sys = &v->sys.sctlr;
	uint32_t hstr = v->hstr;

	BANKED(MSR, banked, LOAD);
	write_ttbr0(v->sys.ttbr0);
	write_ttbr1(v->sys.ttbr1);
	write_par(v->sys.par);
	SYSREGS(MCR, sys, LOAD);
	write_vmpidr(0x80000000u | v->id);
	write_hcr(v->hcr);
	write_hcptr(v->hcptr);
	write_hstr(hstr);
	if ((hstr & HSTR_TTEE) == 0)
		thumbee_load(v);
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
