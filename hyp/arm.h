/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instructions of ARMv7-A that C has no words for: barriers, CP15, cache and TLB maintenance.
 * Names are those of the Arm ARM (DDI 0406C, B3.17 and B4).
 */
#ifndef BELLHOP_HYP_ARM_H
#define BELLHOP_HYP_ARM_H

#include <stdint.h>

#define CP15_READ(name, opc1, crn, crm, opc2)                                                      \
	static inline uint32_t read_##name(void)                                                   \
	{                                                                                          \
		uint32_t value;                                                                    \
		__asm__ volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2              \
				 : "=r"(value));                                                   \
		return value;                                                                      \
	}
#define CP15_WRITE(name, opc1, crn, crm, opc2)                                                     \
	static inline void write_##name(uint32_t value)                                            \
	{                                                                                          \
		__asm__ volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2              \
				 :                                                                 \
				 : "r"(value)                                                      \
				 : "memory");                                                      \
	}
#define CP15(name, opc1, crn, crm, opc2)                                                           \
	CP15_READ(name, opc1, crn, crm, opc2)                                                      \
	CP15_WRITE(name, opc1, crn, crm, opc2)
#define CP15_64(name, opc1, crm)                                                                   \
	static inline uint64_t read_##name(void)                                                   \
	{                                                                                          \
		uint32_t low, high;                                                                \
		__asm__ volatile("mrrc p15, " #opc1 ", %0, %1, " #crm : "=r"(low), "=r"(high));    \
		return (uint64_t)high << 32 | low;                                                 \
	}                                                                                          \
	static inline void write_##name(uint64_t value)                                            \
	{                                                                                          \
		__asm__ volatile("mcrr p15, " #opc1 ", %0, %1, " #crm                              \
				 :                                                                 \
				 : "r"((uint32_t)value), "r"((uint32_t)(value >> 32))              \
				 : "memory");                                                      \
	}

/* Identification */
CP15_READ(midr, 0, c0, c0, 0)
CP15_READ(ctr, 0, c0, c0, 1)
CP15_READ(mpidr, 0, c0, c0, 5)
CP15_READ(id_pfr1, 0, c0, c1, 1)
CP15(vpidr, 4, c0, c0, 0)
CP15(vmpidr, 4, c0, c0, 5)

/* Hyp control */
CP15(actlr, 0, c1, c0, 1)
CP15(hcr, 4, c1, c1, 0)
CP15(hdcr, 4, c1, c1, 1)
CP15(hcptr, 4, c1, c1, 2)
CP15(hstr, 4, c1, c1, 3)
CP15_READ(hsr, 4, c5, c2, 0)
CP15_READ(hdfar, 4, c6, c0, 0)
CP15_READ(hifar, 4, c6, c0, 2)
CP15_READ(hpfar, 4, c6, c0, 4)
CP15(hvbar, 4, c12, c0, 0)
CP15(htpidr, 4, c13, c0, 2)
CP15(vtcr, 4, c2, c1, 2)
CP15_64(vttbr, 6, c2)
CP15_64(httbr, 4, c2)

/* State of PL1 and PL0 */
CP15(sctlr, 0, c1, c0, 0)
CP15(cpacr, 0, c1, c0, 2)
CP15_64(ttbr0, 0, c2)
CP15_64(ttbr1, 1, c2)
CP15(ttbcr, 0, c2, c0, 2)
CP15(dacr, 0, c3, c0, 0)
CP15(dfsr, 0, c5, c0, 0)
CP15(ifsr, 0, c5, c0, 1)
CP15(adfsr, 0, c5, c1, 0)
CP15(aifsr, 0, c5, c1, 1)
CP15(dfar, 0, c6, c0, 0)
CP15(ifar, 0, c6, c0, 2)
CP15_64(par, 0, c7)
CP15(prrr, 0, c10, c2, 0)
CP15(nmrr, 0, c10, c2, 1)
CP15(amair0, 0, c10, c3, 0)
CP15(amair1, 0, c10, c3, 1)
CP15(vbar, 0, c12, c0, 0)
CP15(contextidr, 0, c13, c0, 1)
CP15(tpidrurw, 0, c13, c0, 2)
CP15(tpidruro, 0, c13, c0, 3)
CP15(tpidrprw, 0, c13, c0, 4)
CP15(csselr, 2, c0, c0, 0)
CP15(pmcr, 0, c9, c12, 0)

/* Generic timer */
CP15(cntfrq, 0, c14, c0, 0)
CP15(cntkctl, 0, c14, c1, 0)
CP15(cntp_ctl, 0, c14, c2, 1)
CP15(cntv_ctl, 0, c14, c3, 1)
CP15(cnthctl, 4, c14, c1, 0)
CP15(cnthp_ctl, 4, c14, c2, 1)
CP15_64(cntpct, 0, c14)
CP15_64(cntp_cval, 2, c14)
CP15_64(cntv_cval, 3, c14)
CP15_64(cntvoff, 4, c14)
CP15_64(cnthp_cval, 6, c14)

/* Maintenance. A DSB after it completes it; an ISB then makes this CPU's own stream see it. */
CP15_WRITE(dcimvac, 0, c7, c6, 1)
CP15_WRITE(dccimvac, 0, c7, c14, 1)
CP15_WRITE(icialluis, 0, c7, c1, 0)
CP15_WRITE(bpiallis, 0, c7, c1, 6)
CP15_WRITE(ats12nsopr, 0, c7, c8, 4)
CP15_WRITE(ats12nsour, 0, c7, c8, 6)
CP15_WRITE(ats1cpr, 0, c7, c8, 0)
CP15_WRITE(tlbiall, 0, c8, c7, 0) /* of the VMID in VTTBR when executed in Hyp mode */
CP15_WRITE(tlbiallnsnh, 4, c8, c7, 4)
CP15_WRITE(tlbimvah, 4, c8, c7, 1)
CP15_WRITE(tlbimvahis, 4, c8, c3, 1)

static inline void dcimvac(uint32_t address)
{
	write_dcimvac(address);
}

static inline void dsb(void)
{
	__asm__ volatile("dsb" ::: "memory");
}

static inline void dsb_ish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

static inline void dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

static inline void dmb_ish(void)
{
	__asm__ volatile("dmb ish" ::: "memory");
}

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

static inline void wfi(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

/* A hint: another one should run now (DDI 0406C A8.8.426). */
static inline void yield(void)
{
	__asm__ volatile("yield" ::: "memory");
}

static inline void clrex(void)
{
	__asm__ volatile("clrex" ::: "memory");
}

/* Bytes of the smallest data cache line of this machine, CTR.DminLine (B4.1.42). */
static inline uint32_t dcache_line_size(void)
{
	return 4u << ((read_ctr() >> 16) & 0xf);
}

#endif
