// SPDX-License-Identifier: BSD-2-Clause
/*
 * A level ends, and rises again, without a fold: what a device does whose handler serves it.
 *
 * It was filled as pending with LR.EOI, the guest has taken and ended it, and GICH_EISR shows that.
 * Nothing else is known to have changed (vgic_is_settled()), and as long as everything fits no list
 * register depends on another. So a fold and a fill would look at the line, and either fill the
 * same again or leave the list register empty. In the second case the interrupt keeps its place all
 * the same, as an edge does that was taken and ended: it stays resident, with a list register that
 * is empty and was *filled as nothing* (no state in cpu->lr[]). That it has ended was told, and the
 * fold that comes at last finds nothing in it, so it is not told twice. When the line rises again,
 * and nothing else has happened meanwhile, the list register is filled with what it held before.
 *
 * One that is resident in this way while its line is high or its latch is set is dirty: it has to
 * be filled. A level that was active when it was filled takes the long way; so do SGIs with LR.EOI,
 * and PPIs, which nobody drives but timers.
 */
#include "vgic_core.h"

#define FILLED (GICH_LR_HW | GICH_LR_EOI | GICH_LR_PENDING | GICH_LR_ACTIVE)

static struct vgic_word *spi_word(struct vgic *vgic, unsigned int intid)
{
	return &vgic->word[VGIC_MAX_VCPUS - 1u + intid / 32u];
}

unsigned int vgic_end_level(struct vgic_locked v, unsigned int vcpu, unsigned int n, uint32_t *lr)
{
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	uint32_t filled = cpu->lr[n];
	unsigned int intid = gich_lr_virtualid(filled);
	uint32_t bit = vgic_bit(intid);
	struct vgic_word *w = spi_word(v.vgic, intid);

	if ((filled & FILLED) != (GICH_LR_EOI | GICH_LR_PENDING) || n >= 32u ||
	    ((uint32_t)cpu->lrs >> n & 1u) == 0u || intid < VGIC_PRIVATE_INTIDS ||
	    (w->level & bit) == 0u || v.vgic->askers != 0u || !vgic_nothing_else(v.vgic, vcpu))
		return 0u;
	cpu->lr_latch[n] = false;
	if ((w->notify & bit) == 0u && (w->line & bit) != 0u) {
		*lr = filled;
		return VGIC_ENDED;
	}
	w->line &= ~bit;
	cpu->lr[n] = filled & ~GICH_LR_PENDING;
	*lr = 0u;
	return (w->notify & bit) != 0u ? intid : VGIC_ENDED;
}

unsigned int vgic_again_level(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
			      uint32_t *lr)
{
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	const struct vgic_irq *irq;
	struct vgic_word *w;
	unsigned int n;

	if (intid < VGIC_PRIVATE_INTIDS || intid >= v.vgic->n_intids || cpu->dirty != VGIC_CLEAN ||
	    !cpu->fits)
		return VGIC_NO_LR;
	w = spi_word(v.vgic, intid);
	irq = vgic_irq(v.vgic, 0u, intid);
	n = irq->slot;
	if ((w->resident & w->level & ~w->line & vgic_bit(intid)) == 0u || irq->owner != vcpu ||
	    gich_lr_state(cpu->lr[n]) != 0u)
		return VGIC_NO_LR;
	w->line |= vgic_bit(intid);
	cpu->lr[n] |= GICH_LR_PENDING;
	*lr = cpu->lr[n];
	return n;
}
