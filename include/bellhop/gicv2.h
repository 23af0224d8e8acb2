/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the Arm Generic Interrupt Controller, architecture version 2.0 (IHI 0048B).
 *
 * Offsets are bytes from the base of their frame; a macro with an argument takes a register
 * number, never an INTID. Fields are a SHIFT and a MASK (unshifted) or a single-bit constant.
 * Used by EL2, by the host tests and by guests alike: plain C, nothing is accessed here.
 */
#ifndef BELLHOP_GICV2_H
#define BELLHOP_GICV2_H

#include <stdbool.h>
#include <stdint.h>

/* Interrupt IDs, section 2.2.1 and 3.2.5 */
#define GIC_N_SGIS 16u
#define GIC_FIRST_PPI 16u
#define GIC_FIRST_SPI 32u
#define GIC_MAX_INTIDS 1020u
#define GIC_SPURIOUS_GROUP1 1022u /* pending, but in Group 1 and read through the Group 0 alias */
#define GIC_SPURIOUS 1023u

/* Distributor, table 4-1 */
#define GICD_CTLR 0x000u
#define GICD_TYPER 0x004u
#define GICD_IIDR 0x008u
#define GICD_IGROUPR(n) (0x080u + 4u * (n))
#define GICD_ISENABLER(n) (0x100u + 4u * (n))
#define GICD_ICENABLER(n) (0x180u + 4u * (n))
#define GICD_ISPENDR(n) (0x200u + 4u * (n))
#define GICD_ICPENDR(n) (0x280u + 4u * (n))
#define GICD_ISACTIVER(n) (0x300u + 4u * (n))
#define GICD_ICACTIVER(n) (0x380u + 4u * (n))
#define GICD_IPRIORITYR(n) (0x400u + 4u * (n))
#define GICD_ITARGETSR(n) (0x800u + 4u * (n))
#define GICD_ICFGR(n) (0xc00u + 4u * (n))
#define GICD_NSACR(n) (0xe00u + 4u * (n))
#define GICD_SGIR 0xf00u
#define GICD_CPENDSGIR(n) (0xf10u + 4u * (n))
#define GICD_SPENDSGIR(n) (0xf20u + 4u * (n))
#define GICD_ICPIDR2 0xfe8u
#define GICD_FRAME_SIZE 0x1000u

#define GICD_CTLR_ENABLEGRP0 (1u << 0)
#define GICD_CTLR_ENABLEGRP1 (1u << 1)

#define GICD_TYPER_ITLINESNUMBER_MASK 0x1fu
#define GICD_TYPER_CPUNUMBER_SHIFT 5
#define GICD_TYPER_CPUNUMBER_MASK 0x7u
#define GICD_TYPER_SECURITYEXTN (1u << 10)
#define GICD_TYPER_LSPI_SHIFT 11
#define GICD_TYPER_LSPI_MASK 0x1fu

/* Two bits per interrupt: bit [2F+1] says edge-triggered, bit [2F] is reserved */
#define GICD_ICFGR_EDGE 2u

#define GICD_SGIR_TARGETLISTFILTER_SHIFT 24
#define GICD_SGIR_TARGETLISTFILTER_MASK 0x3u
#define GICD_SGIR_FILTER_LIST 0u
#define GICD_SGIR_FILTER_OTHERS 1u
#define GICD_SGIR_FILTER_SELF 2u
#define GICD_SGIR_CPUTARGETLIST_SHIFT 16
#define GICD_SGIR_CPUTARGETLIST_MASK 0xffu
#define GICD_SGIR_NSATT (1u << 15)
#define GICD_SGIR_SGIINTID_MASK 0xfu

#define GICD_ICPIDR2_ARCHREV_SHIFT 4
#define GICD_ICPIDR2_ARCHREV_GICV2 2u

/* CPU interface, table 4-2; the virtual CPU interface (table 5-4) has the same layout */
#define GICC_CTLR 0x000u
#define GICC_PMR 0x004u
#define GICC_BPR 0x008u
#define GICC_IAR 0x00cu
#define GICC_EOIR 0x010u
#define GICC_RPR 0x014u
#define GICC_HPPIR 0x018u
#define GICC_ABPR 0x01cu
#define GICC_AIAR 0x020u
#define GICC_AEOIR 0x024u
#define GICC_AHPPIR 0x028u
#define GICC_APR(n) (0x0d0u + 4u * (n))
#define GICC_NSAPR(n) (0x0e0u + 4u * (n))
#define GICC_IIDR 0x0fcu
#define GICC_DIR 0x1000u

/* GICC_CTLR of an implementation without Security Extensions, or a Secure copy (section 4.4.1) */
#define GICC_CTLR_ENABLEGRP0 (1u << 0)
#define GICC_CTLR_ENABLEGRP1 (1u << 1)
#define GICC_CTLR_ACKCTL (1u << 2)
#define GICC_CTLR_FIQEN (1u << 3)
#define GICC_CTLR_CBPR (1u << 4)
#define GICC_CTLR_FIQBYPDISGRP0 (1u << 5)
#define GICC_CTLR_IRQBYPDISGRP0 (1u << 6)
#define GICC_CTLR_FIQBYPDISGRP1 (1u << 7)
#define GICC_CTLR_IRQBYPDISGRP1 (1u << 8)
#define GICC_CTLR_EOIMODE (1u << 9)
/* The Non-secure copy where the Security Extensions exist has its own numbering */
#define GICC_CTLR_NS_ENABLEGRP1 (1u << 0)
#define GICC_CTLR_NS_EOIMODE (1u << 9)

/* IAR, EOIR, HPPIR, DIR and their aliases */
#define GICC_IAR_INTID_MASK 0x3ffu
#define GICC_IAR_CPUID_SHIFT 10
#define GICC_IAR_CPUID_MASK 0x7u

/* The virtual CPU interface, section 5.5: what a guest finds at its GICC */
#define GICV_CTLR GICC_CTLR
#define GICV_PMR GICC_PMR
#define GICV_BPR GICC_BPR
#define GICV_IAR GICC_IAR
#define GICV_EOIR GICC_EOIR
#define GICV_RPR GICC_RPR
#define GICV_HPPIR GICC_HPPIR
#define GICV_ABPR GICC_ABPR
#define GICV_AIAR GICC_AIAR
#define GICV_AEOIR GICC_AEOIR
#define GICV_AHPPIR GICC_AHPPIR
#define GICV_APR(n) GICC_APR(n)
#define GICV_IIDR GICC_IIDR
#define GICV_DIR GICC_DIR

/* Virtual interface control, table 5-1 */
#define GICH_HCR 0x000u
#define GICH_VTR 0x004u
#define GICH_VMCR 0x008u
#define GICH_MISR 0x010u
#define GICH_EISR(n) (0x020u + 4u * (n))
#define GICH_ELRSR(n) (0x030u + 4u * (n))
#define GICH_APR 0x0f0u
#define GICH_LR(n) (0x100u + 4u * (n))

#define GICH_HCR_EN (1u << 0)
#define GICH_HCR_UIE (1u << 1)
#define GICH_HCR_LRENPIE (1u << 2)
#define GICH_HCR_NPIE (1u << 3)
#define GICH_HCR_VGRP0EIE (1u << 4)
#define GICH_HCR_VGRP0DIE (1u << 5)
#define GICH_HCR_VGRP1EIE (1u << 6)
#define GICH_HCR_VGRP1DIE (1u << 7)
#define GICH_HCR_EOICOUNT_SHIFT 27
#define GICH_HCR_EOICOUNT_MASK 0x1fu

#define GICH_VTR_LISTREGS_MASK 0x3fu /* number of list registers, minus one */
#define GICH_VTR_PREBITS_SHIFT 26
#define GICH_VTR_PREBITS_MASK 0x7u
#define GICH_VTR_PRIBITS_SHIFT 29
#define GICH_VTR_PRIBITS_MASK 0x7u

#define GICH_VMCR_VMGRP0EN (1u << 0)
#define GICH_VMCR_VMGRP1EN (1u << 1)
#define GICH_VMCR_VMACKCTL (1u << 2)
#define GICH_VMCR_VMFIQEN (1u << 3)
#define GICH_VMCR_VMCBPR (1u << 4)
#define GICH_VMCR_VEM (1u << 9)
#define GICH_VMCR_VMABP_SHIFT 18
#define GICH_VMCR_VMABP_MASK 0x7u
#define GICH_VMCR_VMBP_SHIFT 21
#define GICH_VMCR_VMBP_MASK 0x7u
#define GICH_VMCR_VMPRIMASK_SHIFT 27
#define GICH_VMCR_VMPRIMASK_MASK 0x1fu

#define GICH_MISR_EOI (1u << 0)
#define GICH_MISR_U (1u << 1)
#define GICH_MISR_LRENP (1u << 2)
#define GICH_MISR_NP (1u << 3)
#define GICH_MISR_VGRP0E (1u << 4)
#define GICH_MISR_VGRP0D (1u << 5)
#define GICH_MISR_VGRP1E (1u << 6)
#define GICH_MISR_VGRP1D (1u << 7)

/* GICH_LR, section 5.3.10. PhysicalID overlays CPUID and EOI: HW says which is there. */
#define GICH_LR_VIRTUALID_SHIFT 0
#define GICH_LR_VIRTUALID_MASK 0x3ffu
#define GICH_LR_PHYSICALID_SHIFT 10
#define GICH_LR_PHYSICALID_MASK 0x3ffu
#define GICH_LR_CPUID_SHIFT 10
#define GICH_LR_CPUID_MASK 0x7u
#define GICH_LR_PRIORITY_SHIFT 23
#define GICH_LR_PRIORITY_MASK 0x1fu
#define GICH_LR_STATE_SHIFT 28
#define GICH_LR_STATE_MASK 0x3u
#define GICH_LR_EOI (1u << 19)
#define GICH_LR_PENDING (1u << 28)
#define GICH_LR_ACTIVE (1u << 29)
#define GICH_LR_GRP1 (1u << 30)
#define GICH_LR_HW (1u << 31)

/* GICH_LR.Priority and GICH_VMCR.VMPriMask are bits [7:3] of the 8-bit priority */
#define GICH_PRIORITY_LOST_BITS 3

static inline uint32_t gic_field_get(uint32_t reg, unsigned int shift, uint32_t mask)
{
	return (reg >> shift) & mask;
}

static inline uint32_t gic_field_set(uint32_t reg, unsigned int shift, uint32_t mask,
				     uint32_t value)
{
	return (reg & ~(mask << shift)) | ((value & mask) << shift);
}

static inline uint32_t gich_lr_virtualid(uint32_t lr)
{
	return gic_field_get(lr, GICH_LR_VIRTUALID_SHIFT, GICH_LR_VIRTUALID_MASK);
}

static inline uint32_t gich_lr_set_virtualid(uint32_t lr, uint32_t intid)
{
	return gic_field_set(lr, GICH_LR_VIRTUALID_SHIFT, GICH_LR_VIRTUALID_MASK, intid);
}

/* Only where GICH_LR_HW is set. */
static inline uint32_t gich_lr_physicalid(uint32_t lr)
{
	return gic_field_get(lr, GICH_LR_PHYSICALID_SHIFT, GICH_LR_PHYSICALID_MASK);
}

static inline uint32_t gich_lr_set_physicalid(uint32_t lr, uint32_t intid)
{
	return gic_field_set(lr, GICH_LR_PHYSICALID_SHIFT, GICH_LR_PHYSICALID_MASK, intid);
}

/* Only of an SGI, where GICH_LR_HW is clear. */
static inline uint32_t gich_lr_cpuid(uint32_t lr)
{
	return gic_field_get(lr, GICH_LR_CPUID_SHIFT, GICH_LR_CPUID_MASK);
}

static inline uint32_t gich_lr_set_cpuid(uint32_t lr, uint32_t cpu)
{
	return gic_field_set(lr, GICH_LR_CPUID_SHIFT, GICH_LR_CPUID_MASK, cpu);
}

/* The priority as GICD_IPRIORITYR has it: 8 bits, of which the LR keeps [7:3]. */
static inline uint32_t gich_lr_priority(uint32_t lr)
{
	return gic_field_get(lr, GICH_LR_PRIORITY_SHIFT, GICH_LR_PRIORITY_MASK)
	       << GICH_PRIORITY_LOST_BITS;
}

static inline uint32_t gich_lr_set_priority(uint32_t lr, uint32_t priority)
{
	return gic_field_set(lr, GICH_LR_PRIORITY_SHIFT, GICH_LR_PRIORITY_MASK,
			     priority >> GICH_PRIORITY_LOST_BITS);
}

/* GICH_LR_PENDING and GICH_LR_ACTIVE in place; 0 means invalid. */
static inline uint32_t gich_lr_state(uint32_t lr)
{
	return lr & (GICH_LR_PENDING | GICH_LR_ACTIVE);
}

static inline uint32_t gich_lr_set_state(uint32_t lr, uint32_t state)
{
	return (lr & ~(GICH_LR_PENDING | GICH_LR_ACTIVE)) |
	       (state & (GICH_LR_PENDING | GICH_LR_ACTIVE));
}

/* An LR that its guest emptied and that asks for an EOI maintenance interrupt (GICH_EISR bit). */
static inline bool gich_lr_eoi_signalled(uint32_t lr)
{
	return gich_lr_state(lr) == 0u && (lr & (GICH_LR_HW | GICH_LR_EOI)) == GICH_LR_EOI;
}

static inline uint32_t gich_hcr_eoicount(uint32_t hcr)
{
	return gic_field_get(hcr, GICH_HCR_EOICOUNT_SHIFT, GICH_HCR_EOICOUNT_MASK);
}

/* The priority mask as GICV_PMR shows it. */
static inline uint32_t gich_vmcr_pmr(uint32_t vmcr)
{
	return gic_field_get(vmcr, GICH_VMCR_VMPRIMASK_SHIFT, GICH_VMCR_VMPRIMASK_MASK)
	       << GICH_PRIORITY_LOST_BITS;
}

static inline uint32_t gich_vmcr_set_pmr(uint32_t vmcr, uint32_t pmr)
{
	return gic_field_set(vmcr, GICH_VMCR_VMPRIMASK_SHIFT, GICH_VMCR_VMPRIMASK_MASK,
			     pmr >> GICH_PRIORITY_LOST_BITS);
}

static inline unsigned int gich_vtr_n_lrs(uint32_t vtr)
{
	return (vtr & GICH_VTR_LISTREGS_MASK) + 1u;
}

#endif
