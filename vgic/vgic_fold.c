// SPDX-License-Identifier: BSD-2-Clause
/*
 * From the hardware to software: what the guest did to its list registers since the last fill.
 *
 * Of a list register only the two state bits are believed, and of those only what the guest can
 * have caused: pending can go, active can come and go. Which interrupt it is, we know ourselves.
 *
 * EOIcount says how many EOIs found no list register (IHI 0048B, section 5.3.1), not whose. They
 * are for interrupts that were outside the list registers at the last fill: those that the guest
 * acknowledged since were in one, whatever happened to it later. Of the outside ones the guest
 * drops the highest priority first, because a nested interrupt always has a higher one. So the
 * replay takes held interrupts outside, in the order of the group priority that they hold; and
 * among them the EOIs that are owed for what the guest deactivated by ICACTIVER in the meantime.
 */
#include "vgic_core.h"

/* The held interrupt outside that the guest ends first, and its priority; or VGIC_MAX_INTIDS. */
static unsigned int first_held(struct vgic *vgic, unsigned int vcpu, unsigned int *priority)
{
	const struct vgic_cpu *cpu = &vgic->cpu[vcpu];
	unsigned int best = VGIC_MAX_INTIDS;
	uint32_t words;

	*priority = 0x100u;
	for (words = cpu->queue_words; words != 0u; words &= words - 1u) {
		unsigned int n = vgic_lowest(words);
		const struct vgic_word *w = vgic_word(vgic, vcpu, n);
		uint32_t bits = cpu->queue[n] & w->held & ~w->resident;

		for (; bits != 0u; bits &= bits - 1u) {
			unsigned int intid = 32u * n + vgic_lowest(bits);
			const struct vgic_irq *irq = vgic_irq(vgic, vcpu, intid);

			if (irq->active_priority < *priority) {
				*priority = irq->active_priority;
				best = intid;
			}
		}
	}
	return best;
}

/* Was the EOI for what ICACTIVER had deactivated before? Then it drops a priority, no more. */
static bool pay_owed(struct vgic_cpu *cpu, unsigned int first_priority)
{
	unsigned int level;

	if (cpu->owed == 0u)
		return false;
	level = vgic_lowest(cpu->owed);
	if (level << GICH_PRIORITY_LOST_BITS >= first_priority)
		return false;
	cpu->owed &= cpu->owed - 1u;
	return true;
}

/* Returns true when one of them was hardware-mapped. */
static bool replay_eois(struct vgic *vgic, unsigned int vcpu, unsigned int count,
			struct vgic_effects *effects)
{
	bool hw = false;

	for (; count != 0u; count--) {
		unsigned int priority;
		unsigned int intid = first_held(vgic, vcpu, &priority);
		struct vgic_word *w;

		if (pay_owed(&vgic->cpu[vcpu], priority))
			continue;
		if (intid == VGIC_MAX_INTIDS)
			break;
		w = vgic_word(vgic, vcpu, intid / 32u);
		hw = hw || (w->flight & vgic_bit(intid)) != 0u;
		w->held &= ~vgic_bit(intid);
		w->active &= ~vgic_bit(intid);
		vgic_notice(w, intid, 0u, effects);
		vgic_requeue(vgic, vcpu, intid, effects);
	}
	return hw;
}

/* The pending state that the guest has not acknowledged goes back where it came from. */
static void fold_pending(struct vgic_cpu *cpu, struct vgic_word *w, unsigned int n,
			 unsigned int intid)
{
	if (!cpu->lr_latch[n])
		return;
	w->latch |= vgic_bit(intid);
	if (intid < GIC_N_SGIS)
		cpu->sgi_pending[intid] |= (uint8_t)(1u << gich_lr_cpuid(cpu->lr[n]));
}

/*
 * Acknowledged since the fill: with EOImode 0 its priority is held until the EOI. It was signalled,
 * so that GICH_APR had neither this priority nor a higher one: for such a one no EOI is owed any
 * more. It was counted, or the guest has forgotten its priorities by a write to GICV_APR.
 */
static void fold_acknowledged(struct vgic_cpu *cpu, struct vgic_word *w, struct vgic_irq *irq,
			      uint32_t lr)
{
	unsigned int intid = gich_lr_virtualid(lr);
	uint32_t bit = vgic_bit(intid);

	w->held = (cpu->vmcr & GICH_VMCR_VEM) != 0u ? w->held & ~bit : w->held | bit;
	irq->active_priority =
		vgic_group_priority(cpu->vmcr, (lr & GICH_LR_GRP1) != 0u, gich_lr_priority(lr));
	cpu->owed &= ~1u << (irq->active_priority >> GICH_PRIORITY_LOST_BITS);
	if (intid < GIC_N_SGIS)
		cpu->sgi_active[intid] = (uint8_t)gich_lr_cpuid(lr);
}

/* LR.HW deactivates the physical interrupt by itself. Returns true where it did. */
static bool fold_flight(struct vgic_word *w, uint32_t lr, uint32_t state, uint32_t bit)
{
	bool ended = (lr & GICH_LR_HW) != 0u && state == 0u;

	if (ended)
		w->flight &= ~bit;
	w->flight |= w->flight_next & bit;
	w->flight_next &= ~bit;
	return ended;
}

/* vgic_requeue() for what is in this vCPU's own queue and mostly stays there, or leaves it. */
static void fold_queue(struct vgic *vgic, struct vgic_cpu *cpu, struct vgic_word *w,
		       struct vgic_irq *irq, unsigned int intid, struct vgic_effects *effects)
{
	uint32_t bit = vgic_bit(intid);
	bool pending = (vgic_pending(w) & w->enabled & bit) != 0u;

	if ((w->active & bit) != 0u || (pending && vgic_target(irq, cpu->id, intid) == cpu->id))
		return;
	if (pending || (w->flight & bit) != 0u) {
		vgic_requeue(vgic, cpu->id, intid, effects);
		return;
	}
	vgic_dequeue(cpu, intid);
	irq->owner = VGIC_NO_VCPU;
}

/* One list register. lr is what was filled, state what the guest made of it. */
static bool fold_lr(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int n, uint32_t state,
		    struct vgic_effects *effects)
{
	uint32_t lr = cpu->lr[n];
	unsigned int intid = gich_lr_virtualid(lr);
	uint32_t bit = vgic_bit(intid);
	struct vgic_word *w = vgic_word(vgic, cpu->id, intid / 32u);
	struct vgic_irq *irq = vgic_irq(vgic, cpu->id, intid);
	bool acknowledged = (lr & ~state & GICH_LR_PENDING) != 0u;
	bool hw = false;

	state &= gich_lr_state(lr) | (acknowledged ? GICH_LR_ACTIVE : 0u);
	w->resident &= ~bit;
	if ((state & GICH_LR_PENDING) != 0u)
		fold_pending(cpu, w, n, intid);
	if ((state & GICH_LR_ACTIVE) == 0u) {
		/* One that was filled as an edge ended before it got this driver. */
		if ((acknowledged || (w->active & bit) != 0u) && (lr & GICH_LR_EOI) != 0u)
			vgic_notice(w, intid, 0u, effects);
		w->active &= ~bit;
		w->held &= ~bit;
	} else {
		w->active |= bit;
		if (acknowledged)
			fold_acknowledged(cpu, w, irq, lr);
	}
	if ((w->hw & bit) != 0u)
		hw = fold_flight(w, lr, state, bit);
	fold_queue(vgic, cpu, w, irq, intid, effects);
	return hw;
}

/* What is not empty in the hardware is left to the next fill. */
static bool fold_one(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int n, uint32_t lr,
		     struct vgic_effects *effects)
{
	cpu->lrs &= ~(1ull << n);
	if (gich_lr_state(lr) != 0u || gich_lr_eoi_signalled(lr))
		cpu->lrs_stale |= 1ull << n;
	return fold_lr(vgic, cpu, n, gich_lr_state(lr), effects);
}

bool vgic_fold_pending(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int n, uint32_t lr,
		       struct vgic_effects *effects)
{
	uint32_t filled = cpu->lr[n];
	unsigned int intid = gich_lr_virtualid(filled);
	struct vgic_word *w = vgic_word(vgic, cpu->id, intid / 32u);
	uint32_t self = 1u << cpu->id;
	uint32_t kick = effects->kick & self;

	if ((w->hw & vgic_bit(intid)) != 0u || ((filled | lr) & GICH_LR_ACTIVE) != 0u ||
	    (gich_lr_state(lr) == 0u && vgic_has_end(filled)))
		return false;
	cpu->lrs &= ~(1ull << n);
	w->resident &= ~vgic_bit(intid);
	if ((lr & GICH_LR_PENDING) != 0u)
		fold_pending(cpu, w, n, intid);
	fold_queue(vgic, cpu, w, vgic_irq(vgic, cpu->id, intid), intid, effects);
	effects->kick = (effects->kick & ~self) | kick;
	return true;
}

/* Each LR in use, by what lr[] says of its state. */
static bool fold_lrs(struct vgic *vgic, struct vgic_cpu *cpu, const uint32_t *lr,
		     struct vgic_effects *effects)
{
	bool hw = false;

	while (cpu->lrs != 0u) {
		unsigned int n = vgic_lowest64(cpu->lrs);

		if (vgic_fold_pending(vgic, cpu, n, lr[n], effects)) {
			if (gich_lr_state(lr[n]) != 0u)
				cpu->lrs_stale |= 1ull << n;
		} else if (fold_one(vgic, cpu, n, lr[n], effects)) {
			hw = true;
		}
	}
	return hw;
}

bool vgic_fold(struct vgic_locked v, unsigned int vcpu, const struct gich *gich,
	       struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &v.vgic->cpu[vcpu];
	uint32_t self = 1u << vcpu;
	uint32_t kick = effects->kick;
	bool hw = false;

	if (!cpu->loaded)
		return false;
	cpu->loaded = false;
	cpu->dirty = VGIC_ALL_DIRTY;
	cpu->vmcr = gich->vmcr;
	if (gich_hcr_eoicount(gich->hcr) != 0u)
		hw = replay_eois(v.vgic, vcpu, gich_hcr_eoicount(gich->hcr), effects);
	if (cpu->lrs != 0u && fold_lrs(v.vgic, cpu, gich->lr, effects))
		hw = true;
	if (v.vgic->askers != 0u) {
		vgic_ask_serve(v.vgic, vcpu);
		if (cpu->ask_bits != 0u && ++cpu->ask_folds > VGIC_ASK_MAX_FOLDS)
			vgic_ask_done(v.vgic, vcpu, effects);
	}
	/* It is here, not loaded, and will fill before it enters: it needs no kick */
	effects->kick = (effects->kick & ~self) | (kick & self);
	return hw;
}

bool vgic_is_settled(const struct vgic *vgic, unsigned int vcpu)
{
	return vgic_nothing_else(vgic, vcpu);
}

bool vgic_waits_for_fold(const struct vgic *vgic, unsigned int vcpu)
{
	const struct vgic_cpu *cpu = &vgic->cpu[vcpu];

	if (!cpu->loaded)
		return false;
	return cpu->dirty == VGIC_ALL_DIRTY ||
	       (cpu->dirty < VGIC_MAX_INTIDS && cpu->dirty_lr != VGIC_NO_LR);
}

void vgic_unload(struct vgic *vgic, unsigned int vcpu, struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &vgic->cpu[vcpu];

	cpu->loaded = false;
	cpu->dirty = VGIC_ALL_DIRTY;
	fold_lrs(vgic, cpu, cpu->lr, effects);
}
