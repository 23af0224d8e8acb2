// SPDX-License-Identifier: BSD-2-Clause
/*
 * The distributor's register map (IHI 0048B, table 4-1) and the way from an access to its handler.
 *
 * A handler sees whole 32-bit registers. Reads of any width work everywhere, since reading changes
 * nothing; writes narrower than a word only where the specification has them (section 4.1.4).
 */
#include <stddef.h>

#include "vgic_dist.h"

#define IIDR_PRODUCT 0x42u /* 'B' */
#define IIDR_VALUE ((IIDR_PRODUCT << 24) | 0x43bu)

static VGIC_READ(read_ctlr)
{
	*value = vgic->ctlr;
	return VGIC_OK;
}

/* The list registers hold what was forwarded; every vCPU that has any looks again. */
static VGIC_WRITE(write_ctlr)
{
	uint32_t ctlr = value & (GICD_CTLR_ENABLEGRP0 | GICD_CTLR_ENABLEGRP1);
	unsigned int i;

	if (ctlr == vgic->ctlr)
		return VGIC_OK;
	vgic->ctlr = ctlr;
	for (i = 0u; i < vgic->n_vcpus; i++) {
		if (vgic->cpu[i].queue_words != 0u)
			vgic_touch(vgic, i, effects);
	}
	return VGIC_OK;
}

static VGIC_READ(read_typer)
{
	*value = vgic->typer;
	return VGIC_OK;
}

static VGIC_READ(read_iidr)
{
	*value = IIDR_VALUE;
	return VGIC_OK;
}

/* 0xfd0..0xffc: what software probes for, the values of Arm's own GICv2 (ICPIDR2: ArchRev 2). */
static VGIC_READ(read_id)
{
	static const uint8_t id[] = { 0x04u, 0x00u, 0x00u, 0x00u, 0x90u, 0xb4u,
				      0x2bu, 0x00u, 0x0du, 0xf0u, 0x05u, 0xb1u };

	*value = id[n];
	return VGIC_OK;
}

static VGIC_READ(read_zero)
{
	*value = 0u;
	return VGIC_OK;
}

static VGIC_WRITE(ignore_write)
{
	return VGIC_OK;
}

/* How a write that is narrower than the register becomes one of the whole register. */
enum narrow { ABORTS, REST_IS_ZERO, REST_STAYS };

struct vgic_register {
	uint16_t offset;
	uint16_t length;
	uint8_t narrow_writes;
	bool steady; /* reads as one word of struct vgic, or as a constant */
	vgic_read_handler read;
	vgic_write_handler write;
};

/*
 * In order and without gaps. What is reserved, implementation defined (0xd00) or for the Security
 * Extensions (GICD_NSACR) is RAZ/WI. GICD_SGIR is write-only; reading it gives zero. Interrupts
 * that do not exist are RAZ/WI too, which the handlers see to.
 */
static const struct vgic_register registers[] = {
	{ 0x000u, 0x004u, ABORTS, true, read_ctlr, write_ctlr },
	{ 0x004u, 0x004u, ABORTS, true, read_typer, ignore_write },
	{ 0x008u, 0x004u, ABORTS, true, read_iidr, ignore_write },
	{ 0x00cu, 0x074u, REST_IS_ZERO, true, read_zero, ignore_write },
	{ 0x080u, 0x080u, ABORTS, true, vgic_read_group, vgic_write_group },
	{ 0x100u, 0x080u, ABORTS, true, vgic_read_enable, vgic_write_isenabler },
	{ 0x180u, 0x080u, ABORTS, true, vgic_read_enable, vgic_write_icenabler },
	{ 0x200u, 0x080u, ABORTS, false, vgic_read_pending, vgic_write_ispendr },
	{ 0x280u, 0x080u, ABORTS, false, vgic_read_pending, vgic_write_icpendr },
	{ 0x300u, 0x080u, ABORTS, false, vgic_read_active, vgic_write_isactiver },
	{ 0x380u, 0x080u, ABORTS, false, vgic_read_active, vgic_write_icactiver },
	{ 0x400u, 0x400u, REST_STAYS, false, vgic_read_priority, vgic_write_priority },
	{ 0x800u, 0x400u, REST_STAYS, false, vgic_read_targets, vgic_write_targets },
	{ 0xc00u, 0x100u, ABORTS, true, vgic_read_config, vgic_write_config },
	{ 0xd00u, 0x200u, REST_IS_ZERO, true, read_zero, ignore_write },
	{ 0xf00u, 0x004u, ABORTS, true, read_zero, vgic_write_sgir },
	{ 0xf04u, 0x00cu, REST_IS_ZERO, true, read_zero, ignore_write },
	{ 0xf10u, 0x010u, REST_IS_ZERO, false, vgic_read_sgi_pending, vgic_write_cpendsgir },
	{ 0xf20u, 0x010u, REST_IS_ZERO, false, vgic_read_sgi_pending, vgic_write_spendsgir },
	{ 0xf30u, 0x0a0u, REST_IS_ZERO, true, read_zero, ignore_write },
	{ 0xfd0u, 0x030u, ABORTS, true, read_id, ignore_write },
};

/* The entry that offset 128 * i is in: from there it is the next but a few. */
static const uint8_t first_register[GICD_FRAME_SIZE / 0x80u] = {
	0u,  4u,  5u,  6u,  7u,	 8u,  9u,  10u, 11u, 11u, 11u, 11u, 11u, 11u, 11u, 11u,
	12u, 12u, 12u, 12u, 12u, 12u, 12u, 12u, 13u, 13u, 14u, 14u, 14u, 14u, 15u, 19u,
};

static const struct vgic_register *find_register(uint32_t offset)
{
	const struct vgic_register *reg = &registers[first_register[offset / 0x80u]];

	while (offset - reg->offset >= reg->length)
		reg++;
	return reg;
}

static bool is_access(uint32_t offset, unsigned int width)
{
	return offset < GICD_FRAME_SIZE && (offset & (width - 1u)) == 0u &&
	       (width == 4u || width == 2u || width == 1u);
}

/* An access that is not to be taken again ends the wait for another vCPU, if there was one. */
static enum vgic_status finish(struct vgic *vgic, unsigned int vcpu, enum vgic_status status,
			       struct vgic_effects *effects)
{
	if (vgic->askers != 0u && (status == VGIC_OK || status == VGIC_ABORT))
		vgic_ask_done(vgic, vcpu, effects);
	return status;
}

/* A word, and nobody waits for anybody: the way of nearly every access. */
static bool is_plain(const struct vgic *vgic, uint32_t offset, unsigned int width)
{
	return width == 4u && (offset & ~(GICD_FRAME_SIZE - 4u)) == 0u && vgic->askers == 0u;
}

static enum vgic_status read_any(struct vgic *vgic, unsigned int vcpu, uint32_t offset,
				 unsigned int width, uint32_t *value, struct vgic_effects *effects)
{
	const struct vgic_register *reg;
	enum vgic_status status;

	*value = 0u;
	if (!is_access(offset, width))
		return finish(vgic, vcpu, VGIC_ABORT, effects);
	reg = find_register(offset);
	status = reg->read(vgic, vcpu, (offset - reg->offset) / 4u, value, effects);
	if (width != 4u)
		*value = (*value >> (8u * (offset & 3u))) & ((1u << (8u * width)) - 1u);
	return finish(vgic, vcpu, status, effects);
}

enum vgic_status vgic_dist_read(struct vgic_locked v, unsigned int vcpu, uint32_t offset,
				unsigned int width, uint32_t *value, struct vgic_effects *effects)
{
	const struct vgic_register *reg;

	if (!is_plain(v.vgic, offset, width))
		return read_any(v.vgic, vcpu, offset, width, value, effects);
	reg = find_register(offset);
	return reg->read(v.vgic, vcpu, (offset - reg->offset) / 4u, value, effects);
}

bool vgic_dist_peek(struct vgic *vgic, unsigned int vcpu, uint32_t offset, uint32_t *value)
{
	const struct vgic_register *reg;

	if (!is_plain(vgic, offset, 4u))
		return false;
	reg = find_register(offset);
	if (!reg->steady)
		return false;
	return reg->read(vgic, vcpu, (offset - reg->offset) / 4u, value, NULL) == VGIC_OK;
}

/* Reading a register that has such bytes changes nothing and needs no other vCPU. */
static bool widen(struct vgic *vgic, unsigned int vcpu, const struct vgic_register *reg,
		  uint32_t offset, unsigned int width, uint32_t *value)
{
	unsigned int shift = 8u * (offset & 3u);
	uint32_t rest = 0u;
	uint32_t mask;

	if (width == 4u)
		return true;
	if (reg->narrow_writes == ABORTS)
		return false;
	if (reg->narrow_writes == REST_STAYS)
		(void)reg->read(vgic, vcpu, (offset - reg->offset) / 4u, &rest, NULL);
	mask = ((1u << (8u * width)) - 1u) << shift;
	*value = ((*value << shift) & mask) | (rest & ~mask);
	return true;
}

static enum vgic_status write_any(struct vgic *vgic, unsigned int vcpu, uint32_t offset,
				  unsigned int width, uint32_t value, struct vgic_effects *effects)
{
	const struct vgic_register *reg;
	enum vgic_status status;

	if (!is_access(offset, width))
		return finish(vgic, vcpu, VGIC_ABORT, effects);
	reg = find_register(offset);
	if (!widen(vgic, vcpu, reg, offset, width, &value))
		return finish(vgic, vcpu, VGIC_ABORT, effects);
	status = reg->write(vgic, vcpu, (offset - reg->offset) / 4u, value, effects);
	return finish(vgic, vcpu, status, effects);
}

enum vgic_status vgic_dist_write_word(struct vgic_locked v, unsigned int vcpu, uint32_t offset,
				      uint32_t value, struct vgic_effects *effects)
{
	const struct vgic_register *reg;

	if (!is_plain(v.vgic, offset, 4u))
		return write_any(v.vgic, vcpu, offset, 4u, value, effects);
	reg = find_register(offset);
	return reg->write(v.vgic, vcpu, (offset - reg->offset) / 4u, value, effects);
}

enum vgic_status vgic_dist_write(struct vgic_locked v, unsigned int vcpu, uint32_t offset,
				 unsigned int width, uint32_t value, struct vgic_effects *effects)
{
	if (width == 4u)
		return vgic_dist_write_word(v, vcpu, offset, value, effects);
	return write_any(v.vgic, vcpu, offset, width, value, effects);
}

/* Active here, and ended by this write; section 4.4.15. */
static enum vgic_status deactivate(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
				   struct vgic_effects *effects)
{
	unsigned int n = intid / 32u;
	uint32_t bit = vgic_bit(intid);
	enum vgic_status status = vgic_settled(vgic, vcpu, n, bit, effects);

	if (status == VGIC_OK)
		vgic_deactivate(vgic, vcpu, n, bit & vgic_word(vgic, vcpu, n)->active, effects);
	return status;
}

/*
 * EOImode can have been changed by the guest since the last fold, and what is deactivated is nearly
 * always in a list register: the fold comes first in any case. With EOImode 0 the write is
 * UNPREDICTABLE; here it is ignored, like one for an SGI from another source.
 */
enum vgic_status vgic_dir_write(struct vgic_locked v, unsigned int vcpu, uint32_t value,
				struct vgic_effects *effects)
{
	const struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	unsigned int intid = value & GICC_IAR_INTID_MASK;
	unsigned int source = (value >> GICC_IAR_CPUID_SHIFT) & GICC_IAR_CPUID_MASK;
	enum vgic_status status = VGIC_OK;

	if (cpu->loaded)
		return VGIC_FOLD_FIRST;
	if (intid < v.vgic->n_intids && (cpu->vmcr & GICH_VMCR_VEM) != 0u &&
	    (intid >= GIC_N_SGIS || source == cpu->sgi_active[intid]))
		status = deactivate(v.vgic, vcpu, intid, effects);
	return finish(v.vgic, vcpu, status, effects);
}
