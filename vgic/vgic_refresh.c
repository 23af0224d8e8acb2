// SPDX-License-Identifier: BSD-2-Clause
/*
 * The short way back into the guest: one interrupt changed since the last fill, and there is room.
 *
 * Most exits that matter to the list registers are of this kind (an SGI, a device line). Then its
 * LR alone is folded, if it has one, and it is put in again; the other LRs are not looked at. That
 * is the same as a fold and a fill, because as long as everything fits no LR depends on another:
 * there is nothing to choose and no maintenance condition to set.
 *
 * Shorter still: it was filled as pending, and all that happened to it is that it occurred again
 * (VGIC_AGAIN). If the guest has emptied its LR meanwhile, the LR is written as it was; if it is
 * still pending there, the two occurrences are one.
 *
 * What is or was active in its LR is left to vgic_fold(): how it was acknowledged depends on
 * GICH_VMCR, which is not read here. So is a hardware-mapped interrupt, of which vgic_fold() has to
 * tell, and a level in an LR that has become empty, because GICH_EISR shows it.
 */
#include "vgic_core.h"

/* A hardware-mapped one that the guest pended itself (ISPENDR) can be pending there still. */
unsigned int vgic_again(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
			unsigned int source, uint32_t *lr)
{
	const struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	const struct vgic_word *w;
	const struct vgic_irq *irq;
	uint32_t kind;

	if (intid >= v.vgic->n_intids || cpu->dirty != VGIC_CLEAN || !cpu->fits)
		return VGIC_NO_LR;
	w = vgic_word(v.vgic, vcpu, intid / 32u);
	irq = vgic_irq(v.vgic, vcpu, intid);
	if ((w->resident & vgic_bit(intid)) == 0u || irq->owner != vcpu)
		return VGIC_NO_LR;
	*lr = cpu->lr[irq->slot];
	kind = *lr & (GICH_LR_PENDING | GICH_LR_ACTIVE | GICH_LR_HW);
	if ((w->hw & vgic_bit(intid)) != 0u)
		return kind == (GICH_LR_PENDING | GICH_LR_HW) ? irq->slot : VGIC_NO_LR;
	if (kind != GICH_LR_PENDING || (*lr & GICH_LR_EOI) != 0u ||
	    (intid < GIC_N_SGIS && gich_lr_cpuid(*lr) != source))
		return VGIC_NO_LR;
	return irq->slot;
}

static bool is_again(const struct vgic_cpu *cpu)
{
	return cpu->dirty - VGIC_AGAIN < VGIC_MAX_LRS;
}

static bool is_one(const struct vgic *vgic, const struct vgic_cpu *cpu)
{
	return cpu->dirty < VGIC_MAX_INTIDS && cpu->fits && vgic->askers == 0u;
}

unsigned int vgic_refresh_reads(struct vgic_locked v, unsigned int vcpu)
{
	const struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];

	if (is_again(cpu))
		return cpu->dirty - VGIC_AGAIN;
	return is_one(v.vgic, cpu) ? cpu->dirty_lr : VGIC_NO_LR;
}

/* The occurrence in software is now the one in LR n. */
static unsigned int fill_again(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int n,
			       struct gich *gich)
{
	uint32_t lr = cpu->lr[n];
	unsigned int intid = gich_lr_virtualid(lr);
	uint32_t state = gich_lr_state(gich->lr[n]);

	if ((state & GICH_LR_ACTIVE) != 0u)
		return VGIC_FOLD;
	vgic_word(vgic, cpu->id, intid / 32u)->latch &= ~vgic_bit(intid);
	if (intid < GIC_N_SGIS)
		cpu->sgi_pending[intid] = 0u;
	cpu->lr_latch[n] = true;
	cpu->dirty = VGIC_CLEAN;
	gich->lr[n] = lr;
	return state == 0u ? n : VGIC_NO_LR;
}

/* Its own LR, if it had one, is empty then, or the one that it has again. */
static unsigned int put_it(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int intid,
			   unsigned int n, struct gich *gich)
{
	const struct vgic_word *w = vgic_word(vgic, cpu->id, intid / 32u);

	if ((vgic_candidates(vgic, cpu, w, intid / 32u) & vgic_bit(intid)) != 0u) {
		n = vgic_put(vgic, cpu, intid);
		if (n == VGIC_FOLD)
			return n;
		gich->lr[n] = cpu->lr[n];
	} else if (n != VGIC_NO_LR) {
		if (gich_lr_state(gich->lr[n]) == 0u)
			n = VGIC_NO_LR;
		else
			gich->lr[n] = 0u;
	}
	cpu->dirty = VGIC_CLEAN;
	return n;
}

unsigned int vgic_refresh(struct vgic_locked v, unsigned int vcpu, unsigned int n,
			  struct gich *gich, struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	unsigned int intid;

	if (is_again(cpu))
		return fill_again(v.vgic, cpu, n, gich);
	if (!is_one(v.vgic, cpu))
		return VGIC_FOLD;
	intid = cpu->dirty;
	if (n != VGIC_NO_LR && !vgic_fold_pending(v.vgic, cpu, n, gich->lr[n], effects))
		return VGIC_FOLD;
	return put_it(v.vgic, cpu, intid, n, gich);
}
