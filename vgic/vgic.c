// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rules of the virtual distributor. The other files of this room do not decide anything about
 * where an interrupt is; they ask the functions here.
 *
 * State. An interrupt has a pending latch, an active bit and, where its input is level-sensitive, a
 * line. It is pending when latch | (level & line). The latch is set by an edge, by ISPENDR, by an
 * SGI or by a physical interrupt; an acknowledge clears it (IHI 0048B, section 3.2.4). The line is
 * never touched by the guest.
 *
 *	inactive --pending--> pending --ack--> active (--pending--> active and pending)
 *	active --EOI (mode 0), DIR (mode 1), ICACTIVER--> inactive, or pending again
 *
 * Queues. An interrupt is in the queue of at most one vCPU, irq.owner:
 *	active		of the vCPU that acknowledged it, until it is inactive
 *	pending, enabled	of its target: the lowest vCPU in ITARGETSR; itself for SGI and PPI
 *	otherwise	of none.
 * vgic_requeue() restores this after every change.
 *
 * Residents. vgic_fill() puts interrupts of a queue into list registers. From then on the guest
 * changes their state without us, until vgic_fold(). The latch goes into the LR with the pending
 * state: the latch in software is clear then, and a latch that is set later is a new occurrence, so
 * that nothing is lost or doubled when the two meet in the fold. active and owner of a resident
 * interrupt are as old as the fill. What needs no knowledge of them (a new occurrence, enable,
 * priority, group, target, clearing a latch) is done at once and the owner is told to fold and fill
 * ("dirty" and a kick): this is the short but finite time that the architecture allows. What does
 * need it (reading pending or active, writing active) waits for the fold: vgic_ask.c.
 *
 * Notices. Who drives a level may have to know when it is over (vgic_set_notify). A fold, ICACTIVER
 * or DIR that takes an active bit away says so, once for each time; a fold sees it from what the
 * guest can have done since the fill: what was active, or was acknowledged since, and is not now.
 *
 * Locking. One lock per VM protects all of struct vgic. The caller holds it (struct vgic_locked);
 * effects are done after it was dropped. There is no other lock below it.
 *
 * Ownership of the hardware. Only the CPU that runs a vCPU folds and fills it, so only that vCPU's
 * own fold turns resident interrupts back into software ones.
 */
#include "vgic_core.h"

static bool is_resident(const struct vgic_word *w, uint32_t bit)
{
	return (w->resident & bit) != 0u;
}

/* What was put into the list register of a resident interrupt. */
static uint32_t filled_lr(const struct vgic *vgic, const struct vgic_irq *irq)
{
	return vgic->cpu[irq->owner].lr[irq->slot];
}

void vgic_touch(struct vgic *vgic, unsigned int vcpu, struct vgic_effects *effects)
{
	vgic->cpu[vcpu].dirty = VGIC_ALL_DIRTY;
	effects->kick |= 1u << vcpu;
}

/* The same where only this interrupt's list register n, if it has one, is concerned. */
static inline void touch_irq(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
			     unsigned int n, struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &vgic->cpu[vcpu];

	cpu->dirty_lr = n;
	if (cpu->dirty != intid)
		cpu->dirty = cpu->dirty == VGIC_CLEAN ? intid : VGIC_ALL_DIRTY;
	effects->kick |= 1u << vcpu;
}

/*
 * Filled as pending, and what occurred again would be filled just so: an edge or an SGI from the
 * same source and no other. Not a level, which is looked at after its EOI, nor a hardware-mapped
 * one, where an empty LR means more (vgic_fold()).
 */
static bool is_same(const struct vgic_cpu *cpu, uint32_t lr, unsigned int intid)
{
	if ((lr & (GICH_LR_PENDING | GICH_LR_ACTIVE | GICH_LR_EOI)) != GICH_LR_PENDING)
		return false;
	return intid >= GIC_N_SGIS || cpu->sgi_pending[intid] == 1u << gich_lr_cpuid(lr);
}

void vgic_occurred(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
		   struct vgic_effects *effects)
{
	const struct vgic_word *w = vgic_word(vgic, vcpu, intid / 32u);
	const struct vgic_irq *irq = vgic_irq(vgic, vcpu, intid);
	struct vgic_cpu *cpu;

	if (!is_resident(w, vgic_bit(intid))) {
		vgic_requeue(vgic, vcpu, intid, effects);
		return;
	}
	cpu = &vgic->cpu[irq->owner];
	if ((cpu->dirty == VGIC_CLEAN || cpu->dirty == VGIC_AGAIN + irq->slot) && cpu->fits &&
	    (w->hw & vgic_bit(intid)) == 0u && is_same(cpu, cpu->lr[irq->slot], intid)) {
		cpu->dirty = VGIC_AGAIN + irq->slot;
		effects->kick |= 1u << irq->owner;
	} else {
		touch_irq(vgic, irq->owner, intid, irq->slot, effects);
	}
}

/* The queue that a non-resident interrupt belongs to. */
static unsigned int home(const struct vgic_word *w, const struct vgic_irq *irq, unsigned int vcpu,
			 unsigned int intid)
{
	uint32_t bit = vgic_bit(intid);

	if ((w->active & bit) != 0u)
		return irq->owner;
	if ((vgic_pending(w) & w->enabled & bit) != 0u)
		return vgic_target(irq, vcpu, intid);
	return VGIC_NO_VCPU;
}

/*
 * A physical interrupt is kept active only for an occurrence that is pending or active here. When
 * the list is full the interrupt stays in flight; VGIC_MAX_DEACTIVATE is as large as one fold and
 * one access can need.
 */
static void end_flight(struct vgic_word *w, const struct vgic_irq *irq, uint32_t bit,
		       struct vgic_effects *effects)
{
	if (((w->active | w->latch) & bit) != 0u || effects->n_deactivate >= VGIC_MAX_DEACTIVATE)
		return;
	w->flight &= ~bit;
	effects->deactivate[effects->n_deactivate++] = irq->physical_intid;
}

static inline void requeue(struct vgic *vgic, unsigned int vcpu, struct vgic_word *w,
			   unsigned int intid, struct vgic_effects *effects)
{
	struct vgic_irq *irq = vgic_irq(vgic, vcpu, intid);
	uint32_t bit = vgic_bit(intid);
	unsigned int to;

	if (is_resident(w, bit)) {
		touch_irq(vgic, irq->owner, intid, irq->slot, effects);
		return;
	}
	if ((w->flight & bit) != 0u)
		end_flight(w, irq, bit, effects);
	to = home(w, irq, vcpu, intid);
	if (to != irq->owner) {
		if (irq->owner != VGIC_NO_VCPU)
			vgic_dequeue(&vgic->cpu[irq->owner], intid);
		irq->owner = (uint8_t)to;
		if (to != VGIC_NO_VCPU)
			vgic_enqueue(&vgic->cpu[to], intid);
	}
	if (to != VGIC_NO_VCPU)
		touch_irq(vgic, to, intid, VGIC_NO_LR, effects);
}

void vgic_requeue(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
		  struct vgic_effects *effects)
{
	requeue(vgic, vcpu, vgic_word(vgic, vcpu, intid / 32u), intid, effects);
}

void vgic_requeue_bits(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		       struct vgic_effects *effects)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);

	for (; bits != 0u; bits &= bits - 1u)
		requeue(vgic, vcpu, w, 32u * n + vgic_lowest(bits), effects);
}

/*
 * A new occurrence of a resident interrupt is the old one, if that is still pending in the LR, or a
 * second one: only a fold can tell. A level interrupt that was filled as active needs none, because
 * its LR has EOI set: the fold after the guest's EOI will see the latch.
 */
static bool can_wait_for_eoi(const struct vgic *vgic, const struct vgic_word *w,
			     const struct vgic_irq *irq, uint32_t bit)
{
	return (w->resident & w->level & bit) != 0u &&
	       gich_lr_state(filled_lr(vgic, irq)) == GICH_LR_ACTIVE;
}

void vgic_latch(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		struct vgic_effects *effects)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);

	bits &= ~w->latch;
	w->latch |= bits;
	for (; bits != 0u; bits &= bits - 1u) {
		unsigned int intid = 32u * n + vgic_lowest(bits);

		if (!can_wait_for_eoi(vgic, w, vgic_irq(vgic, vcpu, intid), vgic_bit(intid)))
			vgic_occurred(vgic, vcpu, intid, effects);
	}
}

static void unlatch_resident(struct vgic *vgic, const struct vgic_irq *irq, unsigned int intid,
			     struct vgic_effects *effects)
{
	bool *lr_latch = &vgic->cpu[irq->owner].lr_latch[irq->slot];

	if (!*lr_latch)
		return;
	*lr_latch = false;
	touch_irq(vgic, irq->owner, intid, irq->slot, effects);
}

void vgic_unlatch(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		  struct vgic_effects *effects)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t residents = bits & w->resident;

	bits &= w->latch;
	w->latch &= ~bits;
	vgic_requeue_bits(vgic, vcpu, n, bits & ~w->resident, effects);
	for (; residents != 0u; residents &= residents - 1u) {
		unsigned int intid = 32u * n + vgic_lowest(residents);

		unlatch_resident(vgic, vgic_irq(vgic, vcpu, intid), intid, effects);
	}
}

/*
 * The priority that a vCPU holds for it is not dropped by this: with EOImode 0 its EOI is still
 * owed, and will be counted in EOIcount.
 */
static void owe(struct vgic *vgic, const struct vgic_irq *irq, struct vgic_effects *effects)
{
	struct vgic_cpu *cpu = &vgic->cpu[irq->owner];

	if ((cpu->vmcr & GICH_VMCR_VEM) != 0u)
		return;
	cpu->owed |= 1u << (irq->active_priority >> GICH_PRIORITY_LOST_BITS);
	vgic_touch(vgic, cpu->id, effects);
}

void vgic_deactivate(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		     struct vgic_effects *effects)
{
	struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t held = bits & w->held;

	for (; held != 0u; held &= held - 1u)
		owe(vgic, vgic_irq(vgic, vcpu, 32u * n + vgic_lowest(held)), effects);
	for (uint32_t told = bits & w->notify; told != 0u; told &= told - 1u)
		vgic_notice(w, 32u * n + vgic_lowest(told), 0u, effects);
	w->active &= ~bits;
	w->held &= ~bits;
	vgic_requeue_bits(vgic, vcpu, n, bits, effects);
}

/* An input that somebody drives: a PPI or an implemented SPI. */
static bool is_input(const struct vgic *vgic, unsigned int vcpu, unsigned int intid)
{
	return vcpu < vgic->n_vcpus && intid >= GIC_FIRST_PPI && intid < vgic->n_intids;
}

void vgic_set_wiring(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		     enum vgic_wiring wiring, unsigned int physical_intid)
{
	uint32_t bit = vgic_bit(intid);
	bool driven = wiring != VGIC_UNDRIVEN;
	struct vgic_word *w;

	if (!is_input(v.vgic, vcpu, intid))
		return;
	w = vgic_word(v.vgic, vcpu, intid / 32u);
	w->driven = driven ? w->driven | bit : w->driven & ~bit;
	w->hw = wiring == VGIC_HW ? w->hw | bit : w->hw & ~bit;
	if (driven)
		w->edge = wiring == VGIC_EDGE ? w->edge | bit : w->edge & ~bit;
	if (wiring == VGIC_LEVEL || (!driven && (w->edge & bit) == 0u))
		w->level |= bit;
	else
		w->level &= ~bit;
	vgic_irq(v.vgic, vcpu, intid)->physical_intid = (uint16_t)physical_intid;
}

static bool has_to_fold(uint32_t lr, bool level)
{
	return level ? !vgic_has_end(lr) : (lr & GICH_LR_PENDING) != 0u;
}

/*
 * A line that falls takes a pending interrupt out of its LR. One that rises while resident needs
 * nothing: pending it is there already, or it is looked at after its EOI, which the LR signals. Not
 * so in an LR that was filled before this input was a level, or as nothing (vgic_level.c).
 */
void vgic_set_line(struct vgic_locked v, unsigned int vcpu, unsigned int intid, bool level,
		   struct vgic_effects *effects)
{
	struct vgic *vgic = v.vgic;
	uint32_t bit = vgic_bit(intid);
	struct vgic_word *w;

	if (!is_input(vgic, vcpu, intid))
		return;
	w = vgic_word(vgic, vcpu, intid / 32u);
	if (((w->line & bit) != 0u) == level)
		return;
	w->line ^= bit;
	if ((w->level & bit) == 0u)
		return;
	if (!is_resident(w, bit))
		vgic_requeue(vgic, vcpu, intid, effects);
	else if (has_to_fold(filled_lr(vgic, vgic_irq(vgic, vcpu, intid)), level))
		vgic_requeue(vgic, vcpu, intid, effects);
}

void vgic_pulse(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		struct vgic_effects *effects)
{
	uint32_t bit = vgic_bit(intid);

	if (!is_input(v.vgic, vcpu, intid) ||
	    (vgic_word(v.vgic, vcpu, intid / 32u)->level & bit) != 0u)
		return;
	vgic_latch(v.vgic, vcpu, intid / 32u, bit, effects);
}

/*
 * While resident with LR.HW the physical interrupt can only come again because the guest's EOI
 * deactivated it; the fold that has not happened yet will end the old flight, so the new one is
 * kept apart.
 */
void vgic_hw_raise(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		   struct vgic_effects *effects)
{
	uint32_t bit = vgic_bit(intid);
	struct vgic_word *w;

	if (!is_input(v.vgic, vcpu, intid))
		return;
	w = vgic_word(v.vgic, vcpu, intid / 32u);
	if ((w->hw & bit) == 0u)
		return;
	if (is_resident(w, bit))
		w->flight_next |= bit;
	else
		w->flight |= bit;
	vgic_latch(v.vgic, vcpu, intid / 32u, bit, effects);
}

bool vgic_hw_in_flight(struct vgic_locked v, unsigned int vcpu, unsigned int intid)
{
	const struct vgic_word *w;

	if (!is_input(v.vgic, vcpu, intid))
		return false;
	w = vgic_word(v.vgic, vcpu, intid / 32u);
	return ((w->flight | w->flight_next) & vgic_bit(intid)) != 0u;
}

bool vgic_hw_withdraw(struct vgic_locked v, unsigned int vcpu, unsigned int intid,
		      struct vgic_effects *effects)
{
	uint32_t bit = vgic_bit(intid);
	struct vgic_word *w;

	if (!is_input(v.vgic, vcpu, intid))
		return false;
	w = vgic_word(v.vgic, vcpu, intid / 32u);
	if ((w->flight & w->latch & ~w->active & ~w->resident & bit) == 0u)
		return false;
	w->flight &= ~bit;
	w->latch &= ~bit;
	vgic_requeue(v.vgic, vcpu, intid, effects);
	return true;
}

/* Interrupts of word n that this vCPU's interface would be shown, were it not for its PMR. */
static uint32_t signalled(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t vmcr)
{
	const struct vgic_word *w = vgic_word(vgic, vcpu, n);
	uint32_t groups = (vmcr & GICH_VMCR_VMGRP0EN) != 0u ? ~w->group1 : 0u;

	if ((vmcr & GICH_VMCR_VMGRP1EN) != 0u)
		groups |= w->group1;
	return vgic->cpu[vcpu].queue[n] & vgic_pending(w) & w->enabled & ~w->active & groups &
	       vgic_forwarded(vgic, w);
}

/* The running priority does not matter: WFI wakes for what PMR lets through (section 2.3.3). */
bool vgic_deliverable(struct vgic_locked v, unsigned int vcpu, uint32_t vmcr)
{
	uint32_t words = v.vgic->cpu[vcpu].queue_words;
	uint32_t pmr = gich_vmcr_pmr(vmcr);

	for (; words != 0u; words &= words - 1u) {
		unsigned int n = vgic_lowest(words);
		uint32_t bits = signalled(v.vgic, vcpu, n, vmcr);

		for (; bits != 0u; bits &= bits - 1u) {
			if (vgic_irq(v.vgic, vcpu, 32u * n + vgic_lowest(bits))->priority < pmr)
				return true;
		}
	}
	return false;
}
