// SPDX-License-Identifier: BSD-2-Clause
/*
 * The policy for trapped CP15 and CP14 accesses. A line of the table is one
 * register (or, through its mask, a row of them); what no line names is
 * UNDEFINED for the guest, so that nothing of the real CPU shows by omission.
 */
#include "cp15.h"

#include "hsr.h"

#include <stddef.h>

#define CPSR_M 0x1FU
#define CPSR_FLAGS 0xF0000000U
#define MODE_USR 0x10U
#define REG_PC 15U

/* CBAR of a guest: the base that QEMU's virt gives its Cortex-A15, GICD included. */
#define PERIPHBASE 0x08000000U
#define PMCR_ID 0xFFFF0000U /* IMP and IDCODE; N = 0 is a PMU without event counters */
#define L2CTLR_MAX_CPUS 4U

/* An access as one number, so that a line of the table can mask it. */
#define KEY(form, coproc, crn, opc1, crm, opc2)                                                    \
	(((uint32_t)(form) << 20) | ((uint32_t)(coproc) << 16) | ((uint32_t)(crn) << 12) |         \
	 ((uint32_t)(opc1) << 8) | ((uint32_t)(crm) << 4) | (uint32_t)(opc2))
#define KEY_ALL 0x00FFFFFFU
#define KEY_ANY_CRM (KEY_ALL & ~0xF0U)
#define KEY_ANY_OPC2 (KEY_ALL & ~0x0FU)

#define P15(crn, opc1, crm, opc2) KEY(CP_MCR, 15, crn, opc1, crm, opc2), KEY_ALL
#define P14(crn, opc1, crm, opc2) KEY(CP_MCR, 14, crn, opc1, crm, opc2), KEY_ALL
#define P14_ROW(crn, opc2) KEY(CP_MCR, 14, crn, 0, 0, opc2), KEY_ANY_CRM
#define P15_64(opc1, crm) KEY(CP_MCRR, 15, 0, opc1, crm, 0), KEY_ALL
#define P14_64(opc1, crm) KEY(CP_MCRR, 14, 0, opc1, crm, 0), KEY_ALL

/* Which accesses a line answers; the others are UNDEFINED. */
#define R 1U
#define W 2U
#define RW (R | W)
#define USER 4U /* from User mode too */

enum cp_value {
	VALUE_L2CTLR = 1,
	VALUE_PMCR,
	VALUE_CBAR,
};

struct cp_rule {
	uint32_t key, mask;
	uint8_t allowed; /* R, W, USER */
	uint8_t action;	 /* enum cp_action */
	uint8_t detail;	 /* enum cp_id of CP_DO, enum cp_value of CP_VALUE */
};

static const struct cp_rule rules[] = {
	/* CNTHCTL: the physical timer is the vCPU's own, kept by EL2; some RTOSes use no other.
	 * CNTKCTL has already decided about User mode. */
	{ P15(14, 0, 2, 0), RW | USER, CP_DO, CP_ID_CNTP_TVAL },
	{ P15(14, 0, 2, 1), RW | USER, CP_DO, CP_ID_CNTP_CTL },
	{ P15_64(2, 14), RW | USER, CP_DO, CP_ID_CNTP_CVAL },
	{ P15_64(0, 14), R | USER, CP_DO, CP_ID_CNTPCT },

	/* HCR.TVM: the guest may write its own stage 1 registers; EL2 only wants to see the
	 * moment when the caches go on. Reads are not trapped. */
	{ P15(1, 0, 0, 0), W, CP_DO, CP_ID_SCTLR },
	{ P15(2, 0, 0, 0), W, CP_DO, CP_ID_TTBR0 },
	{ P15(2, 0, 0, 1), W, CP_DO, CP_ID_TTBR1 },
	{ P15(2, 0, 0, 2), W, CP_DO, CP_ID_TTBCR },
	{ P15(3, 0, 0, 0), W, CP_DO, CP_ID_DACR },
	{ P15(5, 0, 0, 0), W, CP_DO, CP_ID_DFSR },
	{ P15(5, 0, 0, 1), W, CP_DO, CP_ID_IFSR },
	{ P15(5, 0, 1, 0), W, CP_DO, CP_ID_ADFSR },
	{ P15(5, 0, 1, 1), W, CP_DO, CP_ID_AIFSR },
	{ P15(6, 0, 0, 0), W, CP_DO, CP_ID_DFAR },
	{ P15(6, 0, 0, 2), W, CP_DO, CP_ID_IFAR },
	{ P15(10, 0, 2, 0), W, CP_DO, CP_ID_MAIR0 },
	{ P15(10, 0, 2, 1), W, CP_DO, CP_ID_MAIR1 },
	{ P15(10, 0, 3, 0), W, CP_DO, CP_ID_AMAIR0 },
	{ P15(10, 0, 3, 1), W, CP_DO, CP_ID_AMAIR1 },
	{ P15(13, 0, 0, 1), W, CP_DO, CP_ID_CONTEXTIDR },
	{ P15_64(0, 2), W, CP_DO, CP_ID_TTBR0 },
	{ P15_64(1, 2), W, CP_DO, CP_ID_TTBR1 },

	/* HCR.TSW: a set and a way say nothing about whose line it is. */
	{ P15(7, 0, 6, 2), W, CP_DO, CP_ID_DCISW },
	{ P15(7, 0, 10, 2), W, CP_DO, CP_ID_DCCSW },
	{ P15(7, 0, 14, 2), W, CP_DO, CP_ID_DCCISW },

	/* HCR.TAC: guests set SMP (bit 6) and look whether it stuck, so they see the real
	 * value; a write could switch coherency off for everybody on this CPU. */
	{ P15(1, 0, 0, 1), R, CP_DO, CP_ID_ACTLR },
	{ P15(1, 0, 0, 1), W, CP_RAZ_WI, 0 },

	/* HCR.TIDCP: software counts its CPUs by L2CTLR. The L2 cache is not the guest's to
	 * set up (L2CTLR, L2ECTLR), and it has no errors to report. */
	{ P15(9, 1, 0, 2), RW, CP_VALUE, VALUE_L2CTLR },
	{ P15(9, 1, 0, 3), RW, CP_RAZ_WI, 0 },

	/* HSTR.T15: a kernel finds the GIC by CBAR; and firmware and kernels set errata bits
	 * before they have vectors, where an exception would be fatal: the diagnostic
	 * register (A12, A17), ACTLR2 (A15), L2ACTLR and L2PFR (A15). EL2 has set what the
	 * CPU needs. */
	{ P15(15, 4, 0, 0), R, CP_VALUE, VALUE_CBAR },
	{ P15(15, 0, 0, 1), RW, CP_RAZ_WI, 0 },
	{ P15(15, 0, 0, 4), RW, CP_RAZ_WI, 0 },
	{ P15(15, 1, 0, 0), RW, CP_RAZ_WI, 0 },
	{ P15(15, 1, 0, 3), RW, CP_RAZ_WI, 0 },

	/* HDCR.TPM: a PMU with the cycle counter alone. The counter always runs, so enabling
	 * and selecting have nothing to do; without overflow interrupts their masks stay 0. */
	{ P15(9, 0, 12, 0), RW, CP_VALUE, VALUE_PMCR },
	{ P15(9, 0, 13, 0), RW, CP_DO, CP_ID_PMCCNTR },
	{ P15(9, 0, 14, 0), R | USER, CP_RAZ_WI, 0 }, /* PMUSERENR */
	{ P15(9, 0, 14, 0), W, CP_RAZ_WI, 0 },
	{ KEY(CP_MCR, 15, 9, 0, 12, 0), KEY_ANY_OPC2, RW, CP_RAZ_WI, 0 }, /* PMCNTENSET ... */
	{ KEY(CP_MCR, 15, 9, 0, 13, 0), KEY_ANY_OPC2, RW, CP_RAZ_WI, 0 }, /* PMXEVTYPER ... */
	{ KEY(CP_MCR, 15, 9, 0, 14, 0), KEY_ANY_OPC2, RW, CP_RAZ_WI, 0 }, /* PMINTENSET ... */

	/* HDCR.TDRA, TDOSA, TDA: no debug unit. DBGDIDR = 0 has debug architecture version 0,
	 * at which kernels leave it alone; they reset the other registers all the same. */
	{ P14(0, 0, 0, 0), R | USER, CP_RAZ_WI, 0 },  /* DBGDIDR */
	{ P14(0, 0, 1, 0), R | USER, CP_RAZ_WI, 0 },  /* DBGDSCRint */
	{ P14(0, 0, 5, 0), RW | USER, CP_RAZ_WI, 0 }, /* DBGDTRRXint, DBGDTRTXint */
	{ P14(1, 0, 0, 0), R | USER, CP_RAZ_WI, 0 },  /* DBGDRAR: no memory-mapped registers */
	{ P14(2, 0, 0, 0), R | USER, CP_RAZ_WI, 0 },  /* DBGDSAR */
	{ P14_64(0, 1), R | USER, CP_RAZ_WI, 0 },     /* DBGDRAR */
	{ P14_64(0, 2), R | USER, CP_RAZ_WI, 0 },     /* DBGDSAR */
	{ P14(0, 0, 6, 0), RW, CP_RAZ_WI, 0 },	      /* DBGWFAR */
	{ P14(0, 0, 7, 0), RW, CP_RAZ_WI, 0 },	      /* DBGVCR */
	{ P14(0, 0, 0, 2), RW, CP_RAZ_WI, 0 },	      /* DBGDTRRXext */
	{ P14(0, 0, 2, 2), RW, CP_RAZ_WI, 0 },	      /* DBGDSCRext */
	{ P14(0, 0, 3, 2), RW, CP_RAZ_WI, 0 },	      /* DBGDTRTXext */
	{ P14(0, 0, 6, 2), RW, CP_RAZ_WI, 0 },	      /* DBGECCR */
	{ P14_ROW(0, 4), RW, CP_RAZ_WI, 0 },	      /* DBGBVRn */
	{ P14_ROW(0, 5), RW, CP_RAZ_WI, 0 },	      /* DBGBCRn */
	{ P14_ROW(0, 6), RW, CP_RAZ_WI, 0 },	      /* DBGWVRn */
	{ P14_ROW(0, 7), RW, CP_RAZ_WI, 0 },	      /* DBGWCRn */
	{ P14_ROW(1, 1), RW, CP_RAZ_WI, 0 },	      /* DBGBXVRn */
	{ P14(1, 0, 0, 4), W, CP_RAZ_WI, 0 },	      /* DBGOSLAR */
	{ P14(1, 0, 1, 4), R, CP_RAZ_WI, 0 },	      /* DBGOSLSR: no OS Lock */
	{ P14(1, 0, 2, 4), RW, CP_RAZ_WI, 0 },	      /* DBGOSSRR */
	{ P14(1, 0, 3, 4), RW, CP_RAZ_WI, 0 },	      /* DBGOSDLR */
	{ P14(1, 0, 4, 4), RW, CP_RAZ_WI, 0 },	      /* DBGPRCR */
	{ P14(1, 0, 5, 4), R, CP_RAZ_WI, 0 },	      /* DBGPRSR */
	{ P14(7, 0, 0, 7), R, CP_RAZ_WI, 0 },	      /* DBGDEVID2 */
	{ P14(7, 0, 1, 7), R, CP_RAZ_WI, 0 },	      /* DBGDEVID1 */
	{ P14(7, 0, 2, 7), R, CP_RAZ_WI, 0 },	      /* DBGDEVID */
	{ P14(7, 0, 8, 6), RW, CP_RAZ_WI, 0 },	      /* DBGCLAIMSET */
	{ P14(7, 0, 9, 6), RW, CP_RAZ_WI, 0 },	      /* DBGCLAIMCLR */
	{ P14(7, 0, 14, 6), R, CP_RAZ_WI, 0 },	      /* DBGAUTHSTATUS: nothing permitted */

	/* HSTR.TTEE: the first use of ThumbEE (A2.10). User mode may have to be let in: TEECR.XED
	 * says so. */
	{ P14(0, 6, 0, 0), RW, CP_DO, CP_ID_THUMBEE },	      /* TEECR */
	{ P14(1, 6, 0, 0), RW | USER, CP_DO, CP_ID_THUMBEE }, /* TEEHBR */
	/* HSTR.TJDBX: Jazelle is the trivial implementation. */
	{ P14(0, 7, 0, 0), RW | USER, CP_RAZ_WI, 0 }, /* JIDR */
	{ P14(1, 7, 0, 0), RW, CP_RAZ_WI, 0 },	      /* JOSCR */
	{ P14(2, 7, 0, 0), RW | USER, CP_RAZ_WI, 0 }, /* JMCR */

	/* LDC and STC move DBGDTRTXint and DBGDTRRXint, a debugger's channel. Nobody is at
	 * its other end, and RAZ would mean a store to guest memory by EL2. */
	{ KEY(CP_LDC, 14, 0, 0, 0, 0), KEY_ALL, RW, CP_UNDEF, 0 },
};

static struct cp_access access_32(uint32_t hsr, uint8_t coproc)
{
	struct cp_access access = {
		.form = CP_MCR,
		.coproc = coproc,
		.crn = (uint8_t)hsr_cp_crn(hsr),
		.opc1 = (uint8_t)hsr_cp_opc1(hsr),
		.crm = (uint8_t)hsr_cp_crm(hsr),
		.opc2 = (uint8_t)hsr_cp_opc2(hsr),
		.rt = (uint8_t)hsr_cp_rt(hsr),
	};

	return access;
}

static struct cp_access access_64(uint32_t hsr, uint8_t coproc)
{
	struct cp_access access = {
		.form = CP_MCRR,
		.coproc = coproc,
		.opc1 = (uint8_t)hsr_cp64_opc1(hsr),
		.crm = (uint8_t)hsr_cp_crm(hsr),
		.rt = (uint8_t)hsr_cp_rt(hsr),
		.rt2 = (uint8_t)hsr_cp64_rt2(hsr),
	};

	return access;
}

struct cp_access cp_access_from_hsr(uint32_t hsr, uint32_t cpsr)
{
	struct cp_access access = { .coproc = 0 };

	switch (hsr_ec(hsr)) {
	case HSR_EC_CP15_32:
		access = access_32(hsr, 15);
		break;
	case HSR_EC_CP14_32:
		access = access_32(hsr, 14);
		break;
	case HSR_EC_CP15_64:
		access = access_64(hsr, 15);
		break;
	case HSR_EC_CP14_64:
		access = access_64(hsr, 14);
		break;
	case HSR_EC_CP14_LS:
		access.form = CP_LDC;
		access.coproc = 14;
		break;
	default:
		break;
	}
	access.read = hsr_cp_read(hsr);
	access.user = (cpsr & CPSR_M) == MODE_USR;
	return access;
}

/*
 * Transfers that the manual makes UNPREDICTABLE (A8.8, MCR, MCRR, MRC,
 * MRRC). An MRC may name the PC only for DBGDSCRint, whose flags it is meant for.
 */
static bool is_unpredictable(const struct cp_access *a)
{
	if (a->form == CP_MCRR)
		return a->rt == REG_PC || a->rt2 == REG_PC || (a->read && a->rt == a->rt2);
	return a->form == CP_MCR && a->rt == REG_PC && !(a->read && a->coproc == 14U);
}

static bool rule_matches(const struct cp_rule *rule, const struct cp_access *a)
{
	uint32_t key = KEY(a->form, a->coproc, a->crn, a->opc1, a->crm, a->opc2);
	uint32_t direction = a->read ? R : W;

	return (key & rule->mask) == rule->key && (rule->allowed & direction) != 0U;
}

static uint32_t value_of(uint32_t which, const struct cp_machine *machine)
{
	uint32_t cpus = machine->nr_vcpus > L2CTLR_MAX_CPUS ? L2CTLR_MAX_CPUS : machine->nr_vcpus;

	switch (which) {
	case VALUE_L2CTLR: /* bits 25:24: the number of CPUs less one */
		return (cpus == 0U ? 0U : cpus - 1U) << 24;
	case VALUE_PMCR:
		return machine->pmcr & PMCR_ID;
	default:
		return PERIPHBASE;
	}
}

static struct cp_verdict apply_rule(const struct cp_rule *rule, const struct cp_access *access,
				    const struct cp_machine *machine)
{
	struct cp_verdict verdict = { .action = CP_UNDEF, .id = CP_ID_NONE, .listed = true };

	/* From User mode the hardware takes these to PL1 first; not every core does. */
	if (is_unpredictable(access) || (access->user && (rule->allowed & USER) == 0U))
		return verdict;
	verdict.action = (enum cp_action)rule->action;
	if (verdict.action == CP_DO)
		verdict.id = (enum cp_id)rule->detail;
	if (verdict.action == CP_VALUE)
		verdict.value = value_of(rule->detail, machine);
	return verdict;
}

struct cp_verdict cp15_decide(const struct cp_access *access, const struct cp_machine *machine)
{
	struct cp_verdict unlisted = { .action = CP_UNDEF, .id = CP_ID_NONE, .listed = false };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rule_matches(&rules[i], access))
			return apply_rule(&rules[i], access, machine);
	}
	return unlisted;
}

uint32_t cp_read_to_flags(uint32_t cpsr, uint32_t value)
{
	return (cpsr & ~CPSR_FLAGS) | (value & CPSR_FLAGS);
}
