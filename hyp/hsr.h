/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Hyp Syndrome Register as a value: exception classes and ISS fields,
 * spelt as DDI 0406C B3.13.6 spells them. Pure functions of one HSR word; no
 * locking. A field has a meaning only for the exception classes named beside
 * it: for any other class the accessor returns bits of another field.
 */
#ifndef BELLHOP_HYP_HSR_H
#define BELLHOP_HYP_HSR_H

#include <stdbool.h>
#include <stdint.h>

/* HSR.EC */
enum hsr_ec {
	HSR_EC_UNKNOWN = 0x00,
	HSR_EC_WFX = 0x01,     /* WFI or WFE */
	HSR_EC_CP15_32 = 0x03, /* MCR or MRC, CP15 */
	HSR_EC_CP15_64 = 0x04, /* MCRR or MRRC, CP15 */
	HSR_EC_CP14_32 = 0x05, /* MCR or MRC, CP14 */
	HSR_EC_CP14_LS = 0x06, /* LDC or STC, CP14 */
	HSR_EC_CP_0_13 = 0x07, /* HCPTR-trapped access to CP0-CP13 */
	HSR_EC_CP10_ID = 0x08, /* HCR.TID0: MRC or VMRS, CP10 */
	HSR_EC_BXJ = 0x0A,
	HSR_EC_CP14_64 = 0x0C, /* MRRC, CP14 */
	HSR_EC_SVC = 0x11,     /* SVC routed by HCR.TGE, or taken in Hyp */
	HSR_EC_HVC = 0x12,
	HSR_EC_SMC = 0x13,
	HSR_EC_IABT = 0x20,	/* prefetch abort routed to Hyp mode */
	HSR_EC_IABT_HYP = 0x21, /* prefetch abort taken in Hyp mode */
	HSR_EC_DABT = 0x24,	/* data abort routed to Hyp mode */
	HSR_EC_DABT_HYP = 0x25, /* data abort taken in Hyp mode */
};

/* DFSC and IFSC: the status codes of the long-descriptor format; LL is the level. */
#define HSR_FSC_TRANSLATION 0x04U /* 0001LL */
#define HSR_FSC_ACCESS_FLAG 0x08U /* 0010LL */
#define HSR_FSC_PERMISSION 0x0CU  /* 0011LL */
#define HSR_FSC_SYNC_EXTERNAL 0x10U
#define HSR_FSC_ASYNC_EXTERNAL 0x11U
#define HSR_FSC_WALK_EXTERNAL 0x14U /* 0101LL */
#define HSR_FSC_SYNC_PARITY 0x18U
#define HSR_FSC_ASYNC_PARITY 0x19U
#define HSR_FSC_WALK_PARITY 0x1CU /* 0111LL */
#define HSR_FSC_ALIGNMENT 0x21U
#define HSR_FSC_DEBUG 0x22U
#define HSR_FSC_LEVEL_MASK 0x03U

static inline uint32_t hsr_bits(uint32_t hsr, unsigned int low, unsigned int count)
{
	return (hsr >> low) & ((1U << count) - 1U);
}

/* Exception class, 0..63. */
static inline uint32_t hsr_ec(uint32_t hsr)
{
	return hsr_bits(hsr, 26, 6);
}

/*
 * IL: 1 if the trapped instruction is 32 bits long. Where ISV is 0 some cores
 * and QEMU 7.2 leave 0 here for 4-byte instructions, because B3.13.6 makes it
 * UNKNOWN there: take the length from CPSR.T and the opcode instead.
 */
static inline bool hsr_il(uint32_t hsr)
{
	return hsr_bits(hsr, 25, 1) != 0U;
}

/* Bytes of the trapped instruction, by IL. */
static inline uint32_t hsr_length(uint32_t hsr)
{
	return 2U + (hsr >> 24 & 2U);
}

/* The 25 bits of the instruction-specific syndrome. */
static inline uint32_t hsr_iss(uint32_t hsr)
{
	return hsr_bits(hsr, 0, 25);
}

/* CV: COND is valid. EC 0x01, 0x03-0x08, 0x0A, 0x0C. */
static inline bool hsr_cv(uint32_t hsr)
{
	return hsr_bits(hsr, 24, 1) != 0U;
}

/* COND: the condition field of the instruction; the same classes as CV. */
static inline uint32_t hsr_cond(uint32_t hsr)
{
	return hsr_bits(hsr, 20, 4);
}

/* TI: true for WFE, false for WFI. EC 0x01. */
static inline bool hsr_wfe(uint32_t hsr)
{
	return (hsr & 1U) != 0U;
}

/* Direction: true for a read (MRC, MRRC, STC). EC 0x03-0x06, 0x08, 0x0C. */
static inline bool hsr_cp_read(uint32_t hsr)
{
	return (hsr & 1U) != 0U;
}

/* Rt. EC 0x03, 0x04, 0x05, 0x08, 0x0C. */
static inline uint32_t hsr_cp_rt(uint32_t hsr)
{
	return hsr_bits(hsr, 5, 4);
}

/* CRm. EC 0x03, 0x04, 0x05, 0x08, 0x0C. */
static inline uint32_t hsr_cp_crm(uint32_t hsr)
{
	return hsr_bits(hsr, 1, 4);
}

/* CRn. EC 0x03, 0x05, 0x08. */
static inline uint32_t hsr_cp_crn(uint32_t hsr)
{
	return hsr_bits(hsr, 10, 4);
}

/* Opc1, three bits. EC 0x03, 0x05, 0x08. */
static inline uint32_t hsr_cp_opc1(uint32_t hsr)
{
	return hsr_bits(hsr, 14, 3);
}

/* Opc2. EC 0x03, 0x05, 0x08. */
static inline uint32_t hsr_cp_opc2(uint32_t hsr)
{
	return hsr_bits(hsr, 17, 3);
}

/* Opc1, four bits, of MCRR and MRRC. EC 0x04, 0x0C. */
static inline uint32_t hsr_cp64_opc1(uint32_t hsr)
{
	return hsr_bits(hsr, 16, 4);
}

/* Rt2. EC 0x04, 0x0C. */
static inline uint32_t hsr_cp64_rt2(uint32_t hsr)
{
	return hsr_bits(hsr, 10, 4);
}

/* coproc: the coprocessor number, 0xA for the VFP. EC 0x07. */
static inline uint32_t hsr_coproc(uint32_t hsr)
{
	return hsr_bits(hsr, 0, 4);
}

/* imm16 of SVC and HVC. EC 0x11, 0x12. */
static inline uint32_t hsr_imm16(uint32_t hsr)
{
	return hsr_bits(hsr, 0, 16);
}

/* ISV: SAS, SSE and SRT are valid. EC 0x24, 0x25. */
static inline bool hsr_isv(uint32_t hsr)
{
	return hsr_bits(hsr, 24, 1) != 0U;
}

/* Access size in bytes, 1, 2 or 4; 0 for the reserved SAS value. EC 0x24 with ISV. */
static inline uint32_t hsr_access_size(uint32_t hsr)
{
	return (1U << hsr_bits(hsr, 22, 2)) & 7U;
}

/* SSE: the loaded value is sign-extended. EC 0x24 with ISV. */
static inline bool hsr_sse(uint32_t hsr)
{
	return hsr_bits(hsr, 21, 1) != 0U;
}

/* SRT: the transfer register. EC 0x24 with ISV. */
static inline uint32_t hsr_srt(uint32_t hsr)
{
	return hsr_bits(hsr, 16, 4);
}

/* EA: the external abort type. EC 0x20, 0x21, 0x24, 0x25. */
static inline bool hsr_ea(uint32_t hsr)
{
	return hsr_bits(hsr, 9, 1) != 0U;
}

/* CM: the abort comes from a cache maintenance instruction. EC 0x24, 0x25. */
static inline bool hsr_cm(uint32_t hsr)
{
	return hsr_bits(hsr, 8, 1) != 0U;
}

/* S1PTW: the abort is on a stage 2 access for a stage 1 walk. EC 0x20, 0x24. */
static inline bool hsr_s1ptw(uint32_t hsr)
{
	return hsr_bits(hsr, 7, 1) != 0U;
}

/* WnR: true for a write (and for cache maintenance). EC 0x24, 0x25. */
static inline bool hsr_wnr(uint32_t hsr)
{
	return hsr_bits(hsr, 6, 1) != 0U;
}

/* DFSC or IFSC. EC 0x20, 0x21, 0x24, 0x25. */
static inline uint32_t hsr_fsc(uint32_t hsr)
{
	return hsr_bits(hsr, 0, 6);
}

/* DFSC or IFSC without the level bits: compare with HSR_FSC_TRANSLATION and so on. */
static inline uint32_t hsr_fsc_type(uint32_t hsr)
{
	return hsr_fsc(hsr) & ~HSR_FSC_LEVEL_MASK;
}

/*
 * The faulting IPA in bytes, from HPFAR (bits 39:12) and HDFAR or HIFAR (bits
 * 11:0). The low bits are not of the IPA when hsr_s1ptw() is true:
 * HDFAR then holds the address that was being translated.
 */
static inline uint64_t hsr_ipa(uint32_t hpfar, uint32_t far)
{
	return ((uint64_t)(hpfar & 0xFFFFFFF0U) << 8) | (far & 0xFFFU);
}

#endif
