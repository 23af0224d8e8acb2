// SPDX-License-Identifier: BSD-2-Clause
#include "context.h"
#include "cpu.h"

#define REG32(name, cp, opc1, crn, crm, opc2)                                                      \
	static uint64_t read_##name(void)                                                          \
	{                                                                                          \
		uint32_t value;                                                                    \
		__asm__ volatile("mrc p" #cp ", " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2       \
				 : "=r"(value));                                                   \
		return value;                                                                      \
	}                                                                                          \
	static void write_##name(uint64_t value)                                                   \
	{                                                                                          \
		__asm__ volatile("mcr p" #cp ", " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2       \
				 "\n\tisb"                                                         \
				 :                                                                 \
				 : "r"((uint32_t)value)                                            \
				 : "memory");                                                      \
	}
#define REG64(name, opc1, crm)                                                                     \
	static uint64_t read_##name(void)                                                          \
	{                                                                                          \
		return cp15_read64(opc1, crm);                                                     \
	}                                                                                          \
	static void write_##name(uint64_t value)                                                   \
	{                                                                                          \
		cp15_write64(opc1, crm, value);                                                    \
		isb();                                                                             \
	}

REG32(sctlr, 15, 0, 1, 0, 0)
REG32(cpacr, 15, 0, 1, 0, 2)
REG64(ttbr0, 0, 2)
REG64(ttbr1, 1, 2)
REG32(ttbcr, 15, 0, 2, 0, 2)
REG32(dacr, 15, 0, 3, 0, 0)
REG32(dfsr, 15, 0, 5, 0, 0)
REG32(ifsr, 15, 0, 5, 0, 1)
REG32(adfsr, 15, 0, 5, 1, 0)
REG32(aifsr, 15, 0, 5, 1, 1)
REG32(dfar, 15, 0, 6, 0, 0)
REG32(ifar, 15, 0, 6, 0, 2)
REG64(par, 0, 7)
REG32(mair0, 15, 0, 10, 2, 0)
REG32(mair1, 15, 0, 10, 2, 1)
REG32(amair0, 15, 0, 10, 3, 0)
REG32(amair1, 15, 0, 10, 3, 1)
REG32(vbar, 15, 0, 12, 0, 0)
REG32(contextidr, 15, 0, 13, 0, 1)
REG32(tpidrurw, 15, 0, 13, 0, 2)
REG32(tpidruro, 15, 0, 13, 0, 3)
REG32(tpidrprw, 15, 0, 13, 0, 4)
REG32(cntkctl, 15, 0, 14, 1, 0)
REG32(csselr, 15, 2, 0, 0, 0)
REG32(teecr, 14, 6, 0, 0, 0)
REG32(teehbr, 14, 6, 1, 0, 0)

static uint64_t read_fpexc(void)
{
	uint32_t value;

	__asm__ volatile(".fpu neon-vfpv4\n\tvmrs %0, fpexc" : "=r"(value));
	return value;
}

static void write_fpexc(uint64_t value)
{
	__asm__ volatile(".fpu neon-vfpv4\n\tvmsr fpexc, %0" : : "r"((uint32_t)value) : "memory");
}

#define SCTLR_PATTERN (SCTLR_Z | SCTLR_I | SCTLR_V | 1u << 25 | SCTLR_TRE | SCTLR_AFE)

/* clang-format off */
const struct sysreg context_sysregs[] = {
#define LINE(name, mask, keep, must) {#name, read_##name, write_##name, mask, keep, must}
	/* A vCPU with M and C clear: the hypervisor may watch SCTLR, but must store it. */
	LINE(sctlr, SCTLR_PATTERN, ~(uint64_t)SCTLR_PATTERN, SCTLR_I | SCTLR_V | 1u << 25),
	LINE(cpacr, 1u << 31, 0x00f00000, 0),
	LINE(ttbr0, 0x00ff0003ffffc000, 0, 0xffffc000),
	LINE(ttbr1, 0x00ff0003ffffc000, 0, 0xffffc000),
	LINE(ttbcr, 0x7, 0, 0x7),
	LINE(dacr, 0xffffffff, 0, 0xffffffff),
	LINE(dfsr, 0x3eff, 0, 0x1cff),
	LINE(ifsr, 0x160f, 0, 0x140f),
	LINE(adfsr, 0xffffffff, 0, 0),
	LINE(aifsr, 0xffffffff, 0, 0),
	LINE(dfar, 0xffffffff, 0, 0xffffffff),
	LINE(ifar, 0xffffffff, 0, 0xffffffff),
	LINE(par, 0x000000fffffff000, 0, 0xfffff000),
	LINE(mair0, 0xffffffff, 0, 0xff00ffff),
	LINE(mair1, 0xffffffff, 0, 0xffffffff),
	LINE(amair0, 0xffffffff, 0, 0),
	LINE(amair1, 0xffffffff, 0, 0),
	LINE(vbar, 0xffffffe0, 0, 0xffffffe0),
	LINE(contextidr, 0xffffffff, 0, 0xffffffff),
	LINE(tpidrurw, 0xffffffff, 0, 0xffffffff),
	LINE(tpidruro, 0xffffffff, 0, 0xffffffff),
	LINE(tpidrprw, 0xffffffff, 0, 0xffffffff),
	LINE(cntkctl, 0x3fb, 0, 0x303),
	LINE(csselr, 0x2, 0, 0),
	LINE(teecr, 0x1, 0, 0),
	LINE(teehbr, 0xfffffffc, 0, 0),
	/* Off or on: it moves in another way than the others (hyp/rare.c). */
	LINE(fpexc, 1u << 30, 0, 1u << 30),
#undef LINE
};
/* clang-format on */

const unsigned int context_num_sysregs = sizeof(context_sysregs) / sizeof(context_sysregs[0]);
