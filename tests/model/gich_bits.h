/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields of GICH and GICV as the model reads them in IHI 0048B, 4.4 and 5.3. Deliberately not those
 * of include/bellhop/gicv2.h: two hands typed them.
 */
#ifndef BELLHOP_MODEL_GICH_BITS_H
#define BELLHOP_MODEL_GICH_BITS_H

#include <stdint.h>

/* 5.3.8 GICH_LRn */
enum lr_state { LR_INVALID, LR_PENDING, LR_ACTIVE, LR_PENDING_ACTIVE };

static inline unsigned int lr_virtual_id(uint32_t lr)
{
	return lr & 0x3ff;
}
static inline unsigned int lr_physical_id(uint32_t lr)
{
	return (lr >> 10) & 0x3ff;
}
static inline unsigned int lr_cpuid(uint32_t lr)
{
	return (lr >> 10) & 7;
}
static inline unsigned int lr_eoi(uint32_t lr)
{
	return (lr >> 19) & 1;
}
static inline unsigned int lr_priority(uint32_t lr)
{
	return (lr >> 23) & 0x1f;
}
static inline enum lr_state lr_get_state(uint32_t lr)
{
	return (enum lr_state)((lr >> 28) & 3);
}
static inline uint32_t lr_with_state(uint32_t lr, enum lr_state state)
{
	return (lr & ~(3u << 28)) | (uint32_t)state << 28;
}
static inline unsigned int lr_group1(uint32_t lr)
{
	return (lr >> 30) & 1;
}
static inline unsigned int lr_hw(uint32_t lr)
{
	return lr >> 31;
}

/* 5.3.2 GICH_HCR */
#define HCR_EN (1u << 0)
#define HCR_UIE (1u << 1)
#define HCR_LRENPIE (1u << 2)
#define HCR_NPIE (1u << 3)
#define HCR_VGRP0EIE (1u << 4)
#define HCR_VGRP0DIE (1u << 5)
#define HCR_VGRP1EIE (1u << 6)
#define HCR_VGRP1DIE (1u << 7)
#define HCR_EOICOUNT_SHIFT 27

/* 5.3.5 GICH_MISR */
#define MISR_EOI (1u << 0)
#define MISR_U (1u << 1)
#define MISR_LRENP (1u << 2)
#define MISR_NP (1u << 3)
#define MISR_VGRP0E (1u << 4)
#define MISR_VGRP0D (1u << 5)
#define MISR_VGRP1E (1u << 6)
#define MISR_VGRP1D (1u << 7)

/* 5.3.4 GICH_VMCR */
#define VMCR_GRP0 (1u << 0)
#define VMCR_GRP1 (1u << 1)
#define VMCR_ACKCTL (1u << 2)
#define VMCR_FIQEN (1u << 3)
#define VMCR_CBPR (1u << 4)
#define VMCR_EOIMODE (1u << 9)
#define VMCR_CTLR_MASK 0x21fu /* the bits that GICV_CTLR shows in the same places */
#define VMCR_ABP_SHIFT 18
#define VMCR_BP_SHIFT 21
#define VMCR_PMR_SHIFT 27

/* 4.4 and 5.5: offsets in the CPU interface */
enum gicv_offset {
	GICV_AT_CTLR = 0x00,
	GICV_AT_PMR = 0x04,
	GICV_AT_BPR = 0x08,
	GICV_AT_IAR = 0x0c,
	GICV_AT_EOIR = 0x10,
	GICV_AT_RPR = 0x14,
	GICV_AT_HPPIR = 0x18,
	GICV_AT_ABPR = 0x1c,
	GICV_AT_AIAR = 0x20,
	GICV_AT_AEOIR = 0x24,
	GICV_AT_AHPPIR = 0x28,
	GICV_AT_APR = 0xd0,
	GICV_AT_IIDR = 0xfc,
	GICV_AT_DIR = 0x1000,
};

#define INTID_GROUP1_PENDING 1022u
#define INTID_SPURIOUS 1023u
#define INTID_FIRST_SPECIAL 1020u

#endif
