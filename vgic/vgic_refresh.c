// SPDX-License-Identifier: BSD-2-Clause
/*
 * The short way back into the guest: one interrupt changed since the last fill, and there is room.
 *
 * Most exits that matter to the list registers are of this kind (an SGI, a timer, a device line).
 * Then its LR alone is folded, if it has one, and it is put in again; the other LRs are not looked
 * at. That is the same as a fold and a fill, because as long as everything fits no LR depends on
 * another: there is nothing to choose and no maintenance condition to set.
 *
 * Shorter still: it was filled as pending, and all that happened to it is that it occurred again.
 * If the guest has emptied its LR meanwhile, the LR is written as it was; if it is still pending
 * there, the two occurrences are one. A hardware-mapped interrupt that came again says by that
 * that its LR is empty (see vgic_hw_raise()): it is not even read.
 */
#include "vgic_core.h"

static bool is_one(const struct vgic *vgic, const struct vgic_cpu *cpu)
{
	return cpu->loaded && cpu->fits && cpu->dirty < VGIC_MAX_INTIDS && vgic->askers == 0u;
}

/* In an LR of this vCPU: it can have moved to another one since it was noted. */
static bool is_here(const struct vgic_cpu *cpu, const struct vgic_word *w,
		    const struct vgic_irq *irq, uint32_t bit)
{
	return (w->resident & bit) != 0u && irq->owner == cpu->id;
}

uint64_t vgic_refresh_reads(struct vgic_locked v, unsigned int vcpu)
{
	const struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	const struct vgic_irq *irq;

	if (!is_one(v.vgic, cpu))
		return 0u;
	if (cpu->again)
		return cpu->again_empty ? 0u : 1ull << cpu->again_lr;
	irq = vgic_irq(v.vgic, vcpu, cpu->dirty);
	return is_here(cpu, vgic_word(v.vgic, vcpu, cpu->dirty / 32u), irq, vgic_bit(cpu->dirty)) ?
		       1ull << irq->slot :
		       0u;
}

/*
 * Filled as pending, and what occurred again would be filled just so: an edge or hardware-mapped
 * interrupt, or an SGI from the same source and no other. A timer that was pended by ISPENDR and
 * now comes by itself would not: LR.HW is missing, which deactivates the physical interrupt.
 */
static bool is_same(const struct vgic_cpu *cpu, const struct vgic_word *w, uint32_t lr,
		    unsigned int intid)
{
	if (gich_lr_state(lr) != GICH_LR_PENDING ||
	    (lr & (GICH_LR_EOI | GICH_LR_HW)) == GICH_LR_EOI)
		return false;
	if ((w->flight_next & vgic_bit(intid)) != 0u && (lr & GICH_LR_HW) == 0u)
		return false;
	return intid >= GIC_N_SGIS || cpu->sgi_pending[intid] == 1u << gich_lr_cpuid(lr);
}

/* The occurrence in software is now the one in the LR. */
static void take_again(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int intid)
{
	struct vgic_word *w = vgic_word(vgic, cpu->id, intid / 32u);
	uint32_t bit = vgic_bit(intid);

	w->latch &= ~bit;
	w->flight |= w->flight_next & bit;
	w->flight_next &= ~bit;
	if (intid < GIC_N_SGIS)
		cpu->sgi_pending[intid] = 0u;
	cpu->lr_latch[cpu->again_lr] = true;
}

/*
 * A hardware-mapped one whose LR is empty, and not known to be, is left to vgic_fold(), which says
 * that it went inactive.
 */
static bool fill_again(struct vgic *vgic, struct vgic_cpu *cpu, struct gich *gich)
{
	unsigned int n = cpu->again_lr;
	uint32_t lr = cpu->lr[n];
	uint32_t state = cpu->again_empty ? 0u : gich_lr_state(gich->lr[n]);

	if (!is_same(cpu, vgic_word(vgic, cpu->id, cpu->dirty / 32u), lr, cpu->dirty) ||
	    (state & GICH_LR_ACTIVE) != 0u ||
	    (state == 0u && (lr & GICH_LR_HW) != 0u && !cpu->again_empty))
		return false;
	take_again(vgic, cpu, cpu->dirty);
	gich->lr[n] = lr;
	gich->lr_dirty = state == 0u ? 1ull << n : 0u;
	cpu->dirty = VGIC_CLEAN;
	return true;
}

/*
 * Bring its state back into software. A hardware-mapped one is left to vgic_fold(), which tells;
 * and one whose line may fall when it has ended, because here it is put in again at once.
 */
static bool fold_it(struct vgic *vgic, struct vgic_cpu *cpu, const struct vgic_word *w,
		    unsigned int n, struct gich *gich, struct vgic_effects *effects)
{
	uint32_t self = 1u << cpu->id;
	uint32_t kick = effects->kick & self;

	if (((w->hw | w->notify) & vgic_bit(cpu->dirty)) != 0u)
		return false;
	cpu->vmcr = gich->vmcr;
	(void)vgic_fold_one(vgic, cpu, n, gich->lr[n], effects);
	effects->kick = (effects->kick & ~self) | kick;
	return true;
}

/* Put it in, if it is to be in and there is room. */
static bool put_it(struct vgic *vgic, struct vgic_cpu *cpu, const struct vgic_word *w,
		   unsigned int intid, struct gich *gich)
{
	gich->lr_dirty = 0u;
	if ((vgic_candidates(vgic, cpu, w, intid / 32u) & vgic_bit(intid)) != 0u) {
		if (vgic_lowest64(~cpu->lrs) >= vgic->n_lrs)
			return false;
		vgic_put(vgic, cpu, intid, gich);
	}
	if (cpu->lrs_stale != 0u)
		vgic_clear_stale(cpu, gich);
	return true;
}

static bool fold_and_put(struct vgic *vgic, struct vgic_cpu *cpu, struct gich *gich,
			 struct vgic_effects *effects)
{
	unsigned int intid = cpu->dirty;
	struct vgic_word *w = vgic_word(vgic, cpu->id, intid / 32u);
	const struct vgic_irq *irq = vgic_irq(vgic, cpu->id, intid);

	if (is_here(cpu, w, irq, vgic_bit(intid)) &&
	    !fold_it(vgic, cpu, w, irq->slot, gich, effects))
		return false;
	if (!put_it(vgic, cpu, w, intid, gich))
		return false;
	cpu->dirty = VGIC_CLEAN;
	return true;
}

bool vgic_refresh(struct vgic_locked v, unsigned int vcpu, struct gich *gich,
		  struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];

	if (!is_one(v.vgic, cpu))
		return false;
	if (cpu->again && fill_again(v.vgic, cpu, gich))
		return true;
	return fold_and_put(v.vgic, cpu, gich, effects);
}
