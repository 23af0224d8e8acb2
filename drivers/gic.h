/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical GICv2, used with EOImode 1: EL2 drops the priority of every interrupt it takes, and
 * deactivates those that it handles itself. One that goes to a guest stays active until the
 * guest's EOI, through LR.HW. IHI 0048B.
 */
#ifndef BELLHOP_DRIVERS_GIC_H
#define BELLHOP_DRIVERS_GIC_H

#include <stdbool.h>
#include <stdint.h>

#include "bellhop/gicv2.h"
#include "drivers/mmio.h"
#include "hyp/machine.h"
#include "vgic/vgic.h"

#define GIC_PMR_ALL 0xf0u /* lets 0x80 pass also where only 4 bits exist */
#define GIC_SGI_KICK 0u	  /* "look at your vCPUs' events"; SGIs 0-7 are the non-secure world's */

/* Where the blocks are mapped, for the functions below that every interrupt needs. Written by
 * gic_init(). */
extern struct gic_blocks {
	uintptr_t gicc, gich;
	bool needs_poke;
} gic_blocks;

/* Map all four blocks, reset the distributor's SPIs. On the first CPU, before any other call. */
void gic_init(const struct machine_gic *machine);

/* This CPU's interface: groups, priorities, PPIs and SGIs off, EOImode 1. On each CPU. */
void gic_cpu_init(void);

/* This CPU's bit in GICD_ITARGETSR and GICD_SGIR; on the CPU itself. */
uint32_t gic_cpu_mask(void);

/* Acknowledge: the value of GICC_IAR, its INTID in bits 9:0. */
static inline uint32_t gic_acknowledge(void)
{
	return mmio_read32(gic_blocks.gicc + GICC_IAR);
}

/* Priority drop for an acknowledged interrupt. */
static inline void gic_drop(uint32_t iar)
{
	mmio_write32(gic_blocks.gicc + GICC_EOIR, iar);
}

/* Deactivation, of one that EL2 keeps for itself. */
static inline void gic_deactivate(uint32_t iar)
{
	mmio_write32(gic_blocks.gicc + GICC_DIR, iar);
}

/* A PPI or SPI of the calling CPU; an SPI is routed to it. */
void gic_enable(uint32_t intid, bool level);

/* Active state of this CPU's PPIs, bit per INTID 0-31. */
void gic_set_active(uint32_t intids);
void gic_clear_active(uint32_t intids);

/* Send GIC_SGI_KICK to the CPUs of a mask of gic_cpu_mask() values. Stores made before it are
 * visible to them when they take it. */
void gic_kick(uint32_t cpu_mask);

/* Make the CPU interface look at its inputs again; see gic_needs_poke(). */
static inline void gic_poke(void)
{
	mmio_write32(gic_blocks.gicc + GICC_PMR, GIC_PMR_ALL);
}

/* True on QEMU, where the EOI of a hardware-mapped interrupt does not re-evaluate a line that is
 * still high: without a poke it would never come again. */
static inline bool gic_needs_poke(void)
{
	return gic_blocks.needs_poke;
}

/* Physical address of GICV, for stage 2. */
uint64_t gic_gicv_physical(void);

/* List registers of this CPU. */
unsigned int gich_list_registers(void);
void gich_init(void);
/* The first list register of a mask that is not empty. By hand, because the compiler would call a
 * library function for 64 bits. */
static inline unsigned int gich_lowest(uint64_t lrs)
{
	uint32_t low = (uint32_t)lrs;

	return (unsigned int)(low != 0 ? __builtin_ctz(low) :
					 32 + __builtin_ctz((uint32_t)(lrs >> 32)));
}

/* What vgic_fold() needs: VMCR, the LRs in `in_use`, and HCR where it can hold an EOIcount. */
void gich_read(struct gich *gich, uint64_t in_use);
/* One list register, for vgic_refresh(). HCR may hold an EOIcount and is not touched. */
static inline void gich_read_lr(struct gich *gich, unsigned int n)
{
	gich->lr[n] = mmio_read32(gic_blocks.gich + GICH_LR(n));
}

static inline void gich_write_lr(struct gich *gich, unsigned int n, uint32_t lr)
{
	gich->lr[n] = lr;
	mmio_write32(gic_blocks.gich + GICH_LR(n), lr);
}

/* What vgic_fill() decided: the dirty LRs, and HCR. */
void gich_write_lrs(struct gich *gich);
static inline void gich_write_hcr(const struct gich *gich)
{
	mmio_write32(gic_blocks.gich + GICH_HCR, gich->hcr);
}

/* Change of owner: VMCR and APR belong to the vCPU too. */
static inline uint32_t gich_save_vmcr(void)
{
	return mmio_read32(gic_blocks.gich + GICH_VMCR);
}

static inline uint32_t gich_save_apr(void)
{
	return mmio_read32(gic_blocks.gich + GICH_APR);
}

static inline void gich_load_vmcr(const struct gich *gich)
{
	mmio_write32(gic_blocks.gich + GICH_VMCR, gich->vmcr);
}

static inline void gich_load_apr(const struct gich *gich)
{
	mmio_write32(gic_blocks.gich + GICH_APR, gich->apr);
}

/* The list registers in lrs. */
void gich_write_live(const struct gich *gich, uint64_t lrs);
/* HCR = 0: no virtual interrupt and no maintenance interrupt until the next gich_write_hcr(). */
static inline void gich_disable(struct gich *gich)
{
	gich->hcr = 0;
	mmio_write32(gic_blocks.gich + GICH_HCR, 0);
}

/* No list register holds anything that the next owner could see. Returns those that did, or 0 where
 * gich is to forget it as well. */
uint64_t gich_clear(struct gich *gich, bool forget);

/* The only one of these list registers whose end GICH_EISR shows (IHI 0048B, 5.3.7); VGIC_NO_LR:
 * none or several. */
static inline unsigned int gich_ended(uint64_t lrs)
{
	uint32_t ended = (uint32_t)lrs & mmio_read32(gic_blocks.gich + GICH_EISR(0));

	if (ended == 0 || (ended & (ended - 1)) != 0 || lrs >> 32 != 0)
		return VGIC_NO_LR;
	return (unsigned int)__builtin_ctz(ended);
}

/* All of these list registers are empty, and GICH_EISR shows none of them (IHI 0048B, 5.3.8). */
static inline bool gich_are_empty(uint64_t lrs)
{
	uint32_t low = (uint32_t)lrs;
	uint32_t high = (uint32_t)(lrs >> 32);

	if (low != 0 && (low & ~mmio_read32(gic_blocks.gich + GICH_ELRSR(0))) != 0)
		return false;
	return high == 0 || (high & ~mmio_read32(gic_blocks.gich + GICH_ELRSR(1))) == 0;
}

#endif
