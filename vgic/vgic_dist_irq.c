// SPDX-License-Identifier: BSD-2-Clause
/*
 * Distributor registers with one or two bits per interrupt (IHI 0048B, 4.3.4 to 4.3.10, 4.3.13).
 *
 * A write that changes nothing returns at once, and so does every read that the software state can
 * answer. Bits of interrupts that do not exist are masked by word.valid.
 */
#include "vgic_dist.h"

/* The bits that are to be written here: SGIs have registers of their own (GICD_SPENDSGIR). */
static uint32_t no_sgis(const struct vgic_word *w, uint32_t value)
{
	return value & w->valid & ~w->sgis;
}

/* Only what is pending, or was when it was put into a list register, cares about these changes. */
static uint32_t concerned(const struct vgic_word *w)
{
	return vgic_pending(w) | w->resident;
}

VGIC_READ(vgic_read_group)
{
	*value = vgic_word(vgic, vcpu, n)->group1;
	return VGIC_OK;
}

VGIC_WRITE(vgic_write_group)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t changed = (value ^ w->group1) & w->valid;

	w->group1 ^= changed;
	vgic_requeue_bits(vgic, vcpu, n, changed & concerned(w), effects);
	return VGIC_OK;
}

VGIC_READ(vgic_read_enable)
{
	*value = vgic_word(vgic, vcpu, n)->enabled;
	return VGIC_OK;
}

/*
 * A guest that masks a level interrupt, ends it, and serves the device later has it pending again
 * while it is masked. Its driver is asked whether that is still so (effects.notice). Not of what is
 * active or in a list register: there its end will be told.
 */
VGIC_WRITE(vgic_write_isenabler)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t changed = value & ~w->enabled & w->valid;
	uint32_t stale = changed & w->notify & w->level & w->line & ~w->active & ~w->resident;

	w->enabled |= changed;
	for (; stale != 0u; stale &= stale - 1u)
		vgic_notice(w, 32u * n + vgic_lowest(stale), VGIC_NOTICE_ENABLED, effects);
	vgic_requeue_bits(vgic, vcpu, n, changed & concerned(w), effects);
	return VGIC_OK;
}

/* SGIs cannot be disabled: RAO/WI, as the specification allows (4.3.5). */
VGIC_WRITE(vgic_write_icenabler)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t changed = no_sgis(vgic_word(vgic, vcpu, n), value) & w->enabled;

	w->enabled &= ~changed;
	vgic_requeue_bits(vgic, vcpu, n, changed & concerned(w), effects);
	return VGIC_OK;
}

/* The guest can only have acknowledged what was pending in the LR because of its latch. */
static uint32_t undecided_pending(struct vgic *vgic, unsigned int vcpu, unsigned int n)
{
	const struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t bits = w->resident & ~vgic_pending(w);
	uint32_t undecided = 0u;

	for (; bits != 0u; bits &= bits - 1u) {
		unsigned int intid = 32u * n + vgic_lowest(bits);
		const struct vgic_irq *irq = vgic_irq(vgic, vcpu, intid);

		if (vgic->cpu[irq->owner].lr_latch[irq->slot])
			undecided |= vgic_bit(intid);
	}
	return undecided;
}

VGIC_READ(vgic_read_pending)
{
	*value = vgic_pending(vgic_word(vgic, vcpu, n));
	return vgic_settled(vgic, vcpu, n, undecided_pending(vgic, vcpu, n), effects);
}

VGIC_WRITE(vgic_write_ispendr)
{
	vgic_latch(vgic, vcpu, n, no_sgis(vgic_word(vgic, vcpu, n), value), effects);
	return VGIC_OK;
}

/* Of a level-sensitive interrupt only the latch goes; it stays pending while its line is high. */
VGIC_WRITE(vgic_write_icpendr)
{
	vgic_unlatch(vgic, vcpu, n, no_sgis(vgic_word(vgic, vcpu, n), value), effects);
	return VGIC_OK;
}

VGIC_READ(vgic_read_active)
{
	*value = vgic_word(vgic, vcpu, n)->active;
	return vgic_settled(vgic, vcpu, n, ~0u, effects);
}

/*
 * Active without having been acknowledged: no priority is held, and no vCPU is the natural owner.
 */
static void activate(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
		     struct vgic_effects *effects)
{
	struct vgic_irq *irq = vgic_irq(vgic, vcpu, intid);
	unsigned int owner = irq->owner;

	vgic_word(vgic, vcpu, intid / 32u)->active |= vgic_bit(intid);
	if (owner == VGIC_NO_VCPU)
		owner = vgic_target(irq, vcpu, intid);
	if (owner == VGIC_NO_VCPU)
		owner = vcpu;
	if (intid < GIC_N_SGIS)
		vgic->cpu[vcpu].sgi_active[intid] = 0u;
	irq->owner = (uint8_t)owner;
	vgic_enqueue(&vgic->cpu[owner], intid);
	vgic_touch(vgic, owner, effects);
}

VGIC_WRITE(vgic_write_isactiver)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t bits = value & w->valid;
	enum vgic_status status = vgic_settled(vgic, vcpu, n, bits, effects);

	if (status != VGIC_OK)
		return status;
	for (bits &= ~w->active; bits != 0u; bits &= bits - 1u)
		activate(vgic, vcpu, 32u * n + vgic_lowest(bits), effects);
	return VGIC_OK;
}

VGIC_WRITE(vgic_write_icactiver)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);
	enum vgic_status status = vgic_settled(vgic, vcpu, n, value & w->valid, effects);

	if (status == VGIC_OK)
		vgic_deactivate(vgic, vcpu, n, value & w->active, effects);
	return status;
}

/* 16 interrupts: bit F to bit 2F+1. */
static uint32_t spread(uint32_t half)
{
	uint32_t out = 0u;
	unsigned int f;

	for (f = 0u; f < 16u; f++)
		out |= ((half >> f) & 1u) << (2u * f + 1u);
	return out;
}

static uint32_t gather(uint32_t config)
{
	uint32_t half = 0u;
	unsigned int f;

	for (f = 0u; f < 16u; f++)
		half |= ((config >> (2u * f + 1u)) & 1u) << f;
	return half;
}

VGIC_READ(vgic_read_config)
{
	*value = spread(vgic_word(vgic, vcpu, n / 2u)->edge >> (16u * (n & 1u)));
	return VGIC_OK;
}

/* Stored, and read back; what an input does that somebody drives follows from its wiring. */
VGIC_WRITE(vgic_write_config)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n / 2u);
	unsigned int shift = 16u * (n & 1u);
	uint32_t changed = (gather(value) << shift) ^ w->edge;

	if (n == 0u)
		return VGIC_OK;
	changed &= w->valid & (0xffffu << shift);
	w->edge ^= changed;
	changed &= ~w->driven;
	w->level ^= changed;
	vgic_requeue_bits(vgic, vcpu, n / 2u, changed & concerned(w), effects);
	return VGIC_OK;
}
