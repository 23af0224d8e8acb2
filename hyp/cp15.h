/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest's trapped access to CP15 or CP14 gets: a policy as a table. Pure
 * functions over values, no locking; the table's comments say why each line is
 * as it is.
 *
 * How a trap handler uses it (HSR EC 0x03, 0x04, 0x05, 0x06, 0x0C):
 *
 *	if (!trap_cond_passed(hsr, cpsr))		(hyp/insn.h)
 *		skip the instruction;
 *	access = cp_access_from_hsr(hsr, cpsr);
 *	verdict = cp15_decide(&access, &machine);
 *	CP_UNDEF:  count it if !verdict.listed; inject INJECT_UNDEF, PC unchanged
 *	CP_RAZ_WI: a read gives 0 in Rt (and Rt2), a write nothing; skip
 *	CP_VALUE:  a read gives verdict.value in Rt, a write nothing; skip
 *	CP_DO:     do what verdict.id says with the real or the vCPU's register; skip
 *
 * "Skip" advances the PC by 4 (these instructions have 4 bytes in Thumb too) and
 * ITSTATE by cpsr_advance_it(). A read into r15 does not branch: it sets the
 * flags, see cp_read_to_flags().
 */
#ifndef BELLHOP_HYP_CP15_H
#define BELLHOP_HYP_CP15_H

#include <stdbool.h>
#include <stdint.h>

enum cp_form {
	CP_MCR,	 /* MCR and MRC */
	CP_MCRR, /* MCRR and MRRC */
	CP_LDC,	 /* LDC and STC */
};

struct cp_access {
	enum cp_form form;
	uint8_t coproc; /* 14 or 15 */
	uint8_t crn;	/* 0 in CP_MCRR and CP_LDC */
	uint8_t opc1;	/* 0 in CP_LDC */
	uint8_t crm;	/* 0 in CP_LDC */
	uint8_t opc2;	/* 0 in CP_MCRR and CP_LDC */
	uint8_t rt;	/* 0 in CP_LDC */
	uint8_t rt2;	/* CP_MCRR only */
	bool read;	/* MRC, MRRC, STC */
	bool user;	/* from User mode */
};

/* What the hypervisor has to do itself; the names are those of DDI 0406C. */
enum cp_id {
	CP_ID_NONE,
	CP_ID_ACTLR, /* read: the real register. Never a write */

	/*
	 * HCR.TVM, writes only: write the real register, 64 bits from Rt and Rt2 for
	 * CP_MCRR. After SCTLR look whether M and C are both set: if so clean and
	 * invalidate the guest's RAM once and clear HCR.TVM.
	 */
	CP_ID_SCTLR,
	CP_ID_TTBR0,
	CP_ID_TTBR1,
	CP_ID_TTBCR,
	CP_ID_DACR,
	CP_ID_DFSR,
	CP_ID_IFSR,
	CP_ID_ADFSR,
	CP_ID_AIFSR,
	CP_ID_DFAR,
	CP_ID_IFAR,
	CP_ID_MAIR0, /* PRRR */
	CP_ID_MAIR1, /* NMRR */
	CP_ID_AMAIR0,
	CP_ID_AMAIR1,
	CP_ID_CONTEXTIDR,

	/*
	 * HCR.TSW, writes only: maintenance by set and way. It reaches one CPU's
	 * caches and other VMs' lines, so clean and invalidate the guest's RAM by
	 * address instead and keep HCR.TVM set until its caches are on again.
	 */
	CP_ID_DCISW,
	CP_ID_DCCSW,
	CP_ID_DCCISW,

	/* CNTHCTL.PL1PCEN and PL1PCTEN: the vCPU's own physical timer and counter. */
	CP_ID_CNTP_TVAL,
	CP_ID_CNTP_CTL,
	CP_ID_CNTP_CVAL, /* CP_MCRR */
	CP_ID_CNTPCT,	 /* CP_MCRR, read */

	CP_ID_THUMBEE, /* open it for the vCPU, and let it try again: not skipped */

	CP_ID_PMCCNTR, /* a read returns the low 32 bits of a running counter; a write is ignored */
};

enum cp_action {
	CP_UNDEF,
	CP_RAZ_WI,
	CP_VALUE,
	CP_DO,
};

/* What the policy has to know of the VM and of the CPU it runs on. */
struct cp_machine {
	uint32_t nr_vcpus; /* of the VM; L2CTLR has room for 1..4 and says 4 beyond */
	uint32_t pmcr;	   /* the real PMCR, of which IMP and IDCODE are shown */
};

struct cp_verdict {
	enum cp_action action;
	enum cp_id id;	/* of CP_DO, else CP_ID_NONE */
	uint32_t value; /* of CP_VALUE */
	bool listed;	/* false: the policy has no line for this register */
};

/*
 * The access behind a syndrome of EC 0x03, 0x04, 0x05, 0x06 or 0x0C; the mode
 * comes from CPSR. Another EC gives coproc 0, which nothing lists.
 */
struct cp_access cp_access_from_hsr(uint32_t hsr, uint32_t cpsr);

/*
 * The verdict on an access. Encodings that DDI 0406C calls UNPREDICTABLE
 * (transfers with the PC, MRRC with Rt = Rt2) are CP_UNDEF and listed.
 */
struct cp_verdict cp15_decide(const struct cp_access *access, const struct cp_machine *machine);

/* CPSR after an MRC with Rt = 15: N, Z, C and V from bits 31:28 (A8.8, MRC). */
uint32_t cp_read_to_flags(uint32_t cpsr, uint32_t value);

#endif
