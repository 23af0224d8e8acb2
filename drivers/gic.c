// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/gic.h"

#include "bellhop/gicv2.h"
#include "drivers/mmio.h"
#include "hyp/arm.h"
#include "hyp/mm.h"

#define BYTES_EACH(byte) (0x01010101u * (byte))
#define PRIORITY_ALL 0x80u /* one priority for all: EL2 does not nest */

/* GICC_IIDR of QEMU's GICv2. Cortex-A15's own GIC answers the same; there the poke costs one
 * write and changes nothing. */
#define IIDR_QEMU 0x0002043bu

struct gic_blocks gic_blocks;

static struct {
	uintptr_t gicd;
	uint64_t gicv_physical;
	uint32_t ctlr;
	bool security_extensions;
	unsigned int n_lrs;
} gic;

static void set_up_spis(void)
{
	uint32_t lines = mmio_read32(gic.gicd + GICD_TYPER) & GICD_TYPER_ITLINESNUMBER_MASK;

	for (uint32_t n = 1; n <= lines; n++) {
		mmio_write32(gic.gicd + GICD_ICENABLER(n), UINT32_MAX);
		mmio_write32(gic.gicd + GICD_ICPENDR(n), UINT32_MAX);
		mmio_write32(gic.gicd + GICD_ICACTIVER(n), UINT32_MAX);
		/* Group 0 where we see both groups. With Security Extensions the register is
		 * RAZ/WI to us, and firmware has given us what is in Group 1. */
		if (!gic.security_extensions)
			mmio_write32(gic.gicd + GICD_IGROUPR(n), 0);
	}
	for (uint32_t n = 8; n < 8 * (lines + 1); n++)
		mmio_write32(gic.gicd + GICD_IPRIORITYR(n), BYTES_EACH(PRIORITY_ALL));
}

/*
 * GICC_CTLR is always written whole: its fields stand at other places in the two views, and the
 * bypass bits read back differently. Bypass off, because a CPU interface that is disabled would
 * otherwise hand the legacy nIRQ/nFIQ inputs through (IHI 0048B 2.3.1).
 */
static uint32_t ctlr_value(void)
{
	if (gic.security_extensions)
		return GICC_CTLR_NS_ENABLEGRP1 | GICC_CTLR_NS_EOIMODE | GICC_CTLR_FIQBYPDISGRP0 |
		       GICC_CTLR_IRQBYPDISGRP0;
	return GICC_CTLR_ENABLEGRP0 | GICC_CTLR_EOIMODE | GICC_CTLR_FIQBYPDISGRP0 |
	       GICC_CTLR_IRQBYPDISGRP0 | GICC_CTLR_FIQBYPDISGRP1 | GICC_CTLR_IRQBYPDISGRP1;
}

void gic_init(const struct machine_gic *machine)
{
	gic.gicd = (uintptr_t)mm_map_device(machine->gicd.base, 0x1000);
	gic_blocks.gicc = (uintptr_t)mm_map_device(machine->gicc.base, 0x2000);
	gic_blocks.gich = (uintptr_t)mm_map_device(machine->gich.base, 0x200);
	gic.gicv_physical = machine->gicv.base;

	gic.security_extensions = (mmio_read32(gic.gicd + GICD_TYPER) & GICD_TYPER_SECURITYEXTN) !=
				  0;
	gic_blocks.needs_poke = mmio_read32(gic_blocks.gicc + GICC_IIDR) == IIDR_QEMU;
	gic.ctlr = ctlr_value();
	gic.n_lrs = (mmio_read32(gic_blocks.gich + GICH_VTR) & GICH_VTR_LISTREGS_MASK) + 1;
	set_up_spis();
	mmio_write32(gic.gicd + GICD_CTLR, GICD_CTLR_ENABLEGRP0);
}

void gic_cpu_init(void)
{
	mmio_write32(gic.gicd + GICD_ICENABLER(0), UINT32_MAX);
	mmio_write32(gic.gicd + GICD_ICPENDR(0), 0xffff0000u);
	/* What an earlier life left active would never come again. */
	mmio_write32(gic.gicd + GICD_ICACTIVER(0), UINT32_MAX);
	if (!gic.security_extensions)
		mmio_write32(gic.gicd + GICD_IGROUPR(0), 0);
	for (uint32_t n = 0; n < 8; n++)
		mmio_write32(gic.gicd + GICD_IPRIORITYR(n), BYTES_EACH(PRIORITY_ALL));
	mmio_write32(gic.gicd + GICD_ISENABLER(0), 1u << GIC_SGI_KICK);

	mmio_write32(gic_blocks.gicc + GICC_PMR, GIC_PMR_ALL);
	mmio_write32(gic_blocks.gicc + GICC_BPR, 7); /* no preemption */
	mmio_write32(gic_blocks.gicc + GICC_CTLR, gic.ctlr);
}

uint32_t gic_cpu_mask(void)
{
	uint32_t mask = mmio_read32(gic.gicd + GICD_ITARGETSR(0)) & 0xff;

	/* Zero on a machine with one CPU (IHI 0048B 4.3.12); SGIs and SPIs go there anyway. */
	return mask == 0 ? 1 : mask;
}

void gic_enable(uint32_t intid, bool level)
{
	uint32_t shift = intid % 16 * 2;
	uintptr_t icfgr = gic.gicd + GICD_ICFGR(intid / 16);
	uint32_t config = mmio_read32(icfgr) & ~(3u << shift);

	if (intid >= GIC_FIRST_SPI) {
		mmio_write32(icfgr, config | (level ? 0 : GICD_ICFGR_EDGE << shift));
		mmio_write8(gic.gicd + GICD_ITARGETSR(0) + intid, (uint8_t)gic_cpu_mask());
	}
	mmio_write32(gic.gicd + GICD_ISENABLER(intid / 32), 1u << intid % 32);
}

void gic_set_active(uint32_t intids)
{
	mmio_write32(gic.gicd + GICD_ISACTIVER(0), intids);
	dsb(); /* before CNTV_CTL and CNTP_CTL are: an inactive level would interrupt once more */
}

void gic_clear_active(uint32_t intids)
{
	mmio_write32(gic.gicd + GICD_ICACTIVER(0), intids);
}

void gic_kick(uint32_t cpu_mask)
{
	dsb_ishst(); /* what the kick is about is visible first: pairs with the taker's IAR read */
	mmio_write32(gic.gicd + GICD_SGIR,
		     cpu_mask << GICD_SGIR_CPUTARGETLIST_SHIFT | GIC_SGI_KICK);
}

uint64_t gic_gicv_physical(void)
{
	return gic.gicv_physical;
}

unsigned int gich_list_registers(void)
{
	return gic.n_lrs;
}

void gich_init(void)
{
	mmio_write32(gic_blocks.gich + GICH_HCR, 0);
	mmio_write32(gic_blocks.gich + GICH_APR, 0);
	for (unsigned int i = 0; i < gic.n_lrs; i++)
		mmio_write32(gic_blocks.gich + GICH_LR(i), 0);
}

static void read_lrs(struct gich *gich, uint64_t lrs)
{
	for (uint64_t left = lrs; left != 0; left &= left - 1) {
		unsigned int i = gich_lowest(left);

		gich->lr[i] = mmio_read32(gic_blocks.gich + GICH_LR(i));
	}
}

void gich_read(struct gich *gich, uint64_t in_use)
{
	/* EOIcount counts nothing otherwise */
	if (gich->hcr & GICH_HCR_LRENPIE)
		gich->hcr = mmio_read32(gic_blocks.gich + GICH_HCR);
	gich->vmcr = mmio_read32(gic_blocks.gich + GICH_VMCR);
	read_lrs(gich, in_use);
}

void gich_write_live(const struct gich *gich, uint64_t lrs)
{
	for (; lrs != 0; lrs &= lrs - 1) {
		unsigned int i = gich_lowest(lrs);

		mmio_write32(gic_blocks.gich + GICH_LR(i), gich->lr[i]);
	}
}

void gich_write_lrs(struct gich *gich)
{
	gich_write_live(gich, gich->lr_dirty);
	gich->lr_dirty = 0;
}

uint64_t gich_clear(struct gich *gich, bool forget)
{
	uint64_t live = 0;

	for (unsigned int i = 0; i < gic.n_lrs; i++) {
		uint32_t lr = gich->lr[i];

		if ((lr & (GICH_LR_PENDING | GICH_LR_ACTIVE | GICH_LR_EOI)) == 0)
			continue;
		mmio_write32(gic_blocks.gich + GICH_LR(i), 0);
		if (forget)
			gich->lr[i] = 0;
		else if (gich_lr_state(lr) != 0)
			live |= 1ull << i;
	}
	return live;
}
