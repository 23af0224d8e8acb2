// SPDX-License-Identifier: BSD-2-Clause
/*
 * GICD_ISENABLERn and GICD_ICENABLERn for one interrupt of the writer's own: a driver that masks
 * and unmasks its device. What the handlers in vgic_dist_irq.c and then vgic_refresh() do is done
 * in one step here.
 *
 * It is the same, because only the plain case is taken. The vCPU is VGIC_CLEAN, all fits, and
 * nobody waits (so nothing is withheld): then this interrupt would be the only one that is not as
 * it should be, and no list register depends on another. It is not hardware-mapped, nor its
 * physical interrupt in flight: what is active below for a timer is a matter of a fold. And
 *	- what leaves was filled as pending into this vCPU's own list registers, and is not active
 *	  there: pending, or taken and ended. A level that has ended shows in GICH_EISR, and its end
 *	  has to be told: that is left to the fold. Being disabled it is in nobody's queue then, so
 *	  neither its target nor GICD_CTLR matters.
 *	- what enters is pending, was disabled, and is not active nor in a list register: so it was
 *	  in nobody's queue. Its target is this vCPU, and GICD_CTLR forwards it. It goes where it
 *	  was last: while that list register names it, nothing else was put there, so it is free.
 *	  Not one whose driver may have to be told (VGIC_NOTICE_ENABLED).
 * Several at a time, and whatever is not so, take the long way: nothing has been changed by then.
 */
#include "vgic_core.h"

/* The interrupts of those that are switched whose place depends on it. */
static uint32_t concerned(const struct vgic_word *w, uint32_t changed)
{
	return changed & (vgic_pending(w) | w->resident);
}

/* Is it one, and are all others of this vCPU where they should be? */
static bool is_plain(const struct vgic_cpu *cpu, const struct vgic_word *w, uint32_t bits)
{
	return (bits & (bits - 1u)) == 0u && cpu->dirty == VGIC_CLEAN && cpu->fits &&
	       ((w->hw | w->flight) & bits) == 0u;
}

/* What a write to GICD_ICENABLERn changes. */
static uint32_t disabled(const struct vgic_word *w, uint32_t value)
{
	return value & w->enabled & w->valid & ~w->sgis;
}

/* The list register that it may leave. */
static unsigned int place(const struct vgic_cpu *cpu, const struct vgic_word *w,
			  const struct vgic_irq *irq, uint32_t bit)
{
	if (!is_plain(cpu, w, bit) || (w->resident & bit) == 0u || irq->owner != cpu->id ||
	    (cpu->lr[irq->slot] & GICH_LR_ACTIVE) != 0u)
		return VGIC_FOLD;
	return irq->slot;
}

unsigned int vgic_icenabler_reads(struct vgic_locked v, unsigned int vcpu, unsigned int n,
				  uint32_t value)
{
	const struct vgic_word *w = vgic_word(v.vgic, vcpu, n);
	uint32_t bits = concerned(w, disabled(w, value));

	if (v.vgic->askers != 0u)
		return VGIC_FOLD;
	if (bits == 0u)
		return VGIC_NO_LR;
	return place(&v.vgic->cpu[vcpu], w, vgic_irq(v.vgic, vcpu, 32u * n + vgic_lowest(bits)),
		     bits);
}

/* lr is what the hardware says of its list register m. */
static bool leave(struct vgic_cpu *cpu, struct vgic_word *w, unsigned int m, uint32_t lr)
{
	unsigned int intid = gich_lr_virtualid(cpu->lr[m]);
	uint32_t state = gich_lr_state(lr);

	if ((state & GICH_LR_ACTIVE) != 0u || (state == 0u && vgic_has_end(cpu->lr[m])))
		return false;
	if (state != 0u && cpu->lr_latch[m])
		w->latch |= vgic_bit(intid);
	w->resident &= ~vgic_bit(intid);
	cpu->lrs &= ~(1ull << m);
	vgic_dequeue(cpu, intid);
	return true;
}

unsigned int vgic_icenabler_write(struct vgic_locked v, unsigned int vcpu, unsigned int n,
				  uint32_t value, unsigned int m, struct gich *gich)
{
	struct vgic_word *w = vgic_word(v.vgic, vcpu, n);
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	uint32_t changed = disabled(w, value);

	if (m != VGIC_NO_LR) {
		if (!leave(cpu, w, m, gich->lr[m]))
			return VGIC_FOLD;
		vgic_irq(v.vgic, vcpu, gich_lr_virtualid(cpu->lr[m]))->owner = VGIC_NO_VCPU;
		if (gich_lr_state(gich->lr[m]) == 0u)
			m = VGIC_NO_LR;
		else
			gich->lr[m] = 0u;
	}
	w->enabled &= ~changed;
	return m;
}

/* Does it belong into the list register where it was last? */
static bool returns(const struct vgic_cpu *cpu, const struct vgic_word *w,
		    const struct vgic_irq *irq, unsigned int intid, uint32_t bit)
{
	return is_plain(cpu, w, bit) && ((w->resident | w->active | w->notify) & bit) == 0u &&
	       vgic_target(irq, cpu->id, intid) == cpu->id &&
	       gich_lr_virtualid(cpu->lr[irq->slot]) == intid;
}

static void enter(struct vgic_cpu *cpu, struct vgic_word *w, struct vgic_irq *irq,
		  unsigned int intid)
{
	uint32_t bit = vgic_bit(intid);
	uint32_t lr = vgic_input_lr(w, irq, intid);

	if ((w->group1 & bit) != 0u)
		lr |= GICH_LR_GRP1;
	irq->owner = cpu->id;
	vgic_enqueue(cpu, intid);
	vgic_occupy(cpu, w, irq, irq->slot, lr);
	cpu->lr_latch[irq->slot] = (w->latch & bit) != 0u;
	w->latch &= ~bit;
}

unsigned int vgic_isenabler_write(struct vgic_locked v, unsigned int vcpu, unsigned int n,
				  uint32_t value, struct gich *gich)
{
	struct vgic_word *w = vgic_word(v.vgic, vcpu, n);
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	uint32_t changed = value & ~w->enabled & w->valid;
	uint32_t bits = concerned(w, changed);
	unsigned int m = VGIC_NO_LR;

	if (v.vgic->askers != 0u)
		return VGIC_FOLD;
	if (bits != 0u) {
		unsigned int intid = 32u * n + vgic_lowest(bits);
		struct vgic_irq *irq = vgic_irq(v.vgic, vcpu, intid);

		if ((bits & ~vgic_forwarded(v.vgic, w)) != 0u || !returns(cpu, w, irq, intid, bits))
			return VGIC_FOLD;
		enter(cpu, w, irq, intid);
		m = irq->slot;
		gich->lr[m] = cpu->lr[m];
	}
	w->enabled |= changed;
	return m;
}
