/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of vgic/ share. Every function needs the VM's lock; intid is below n_intids
 * (the distributor checks a guest's numbers before it calls).
 */
#ifndef BELLHOP_VGIC_CORE_H
#define BELLHOP_VGIC_CORE_H

#include "vgic_state.h"

static inline uint32_t vgic_bit(unsigned int intid)
{
	return 1u << (intid % 32u);
}

/* Word n as this vCPU sees it: INTIDs 32n..32n+31. */
static inline struct vgic_word *vgic_word(struct vgic *vgic, unsigned int vcpu, unsigned int n)
{
	return &vgic->word[n == 0u ? vcpu : VGIC_MAX_VCPUS - 1u + n];
}

static inline struct vgic_irq *vgic_irq(struct vgic *vgic, unsigned int vcpu, unsigned int intid)
{
	unsigned int spi_base = (VGIC_MAX_VCPUS - 1u) * VGIC_PRIVATE_INTIDS;

	return &vgic->irq[intid < VGIC_PRIVATE_INTIDS ? vcpu * VGIC_PRIVATE_INTIDS + intid :
							spi_base + intid];
}

/* Pending as GICD_ISPENDR shows it, but for what is in a list register. */
static inline uint32_t vgic_pending(const struct vgic_word *w)
{
	return w->latch | (w->level & w->line);
}

/*
 * The part of a priority that preemption looks at (table 3-2): what GICH_APR has a bit for. group1
 * is the interrupt's own.
 */
static inline uint8_t vgic_group_priority(uint32_t vmcr, bool group1, unsigned int priority)
{
	unsigned int low_bits =
		group1 && (vmcr & GICH_VMCR_VMCBPR) == 0u ?
			gic_field_get(vmcr, GICH_VMCR_VMABP_SHIFT, GICH_VMCR_VMABP_MASK) :
			gic_field_get(vmcr, GICH_VMCR_VMBP_SHIFT, GICH_VMCR_VMBP_MASK) + 1u;

	return (uint8_t)(priority >> low_bits << low_bits);
}

/* The interrupts of a word whose group GICD_CTLR forwards to the CPU interfaces. */
static inline uint32_t vgic_forwarded(const struct vgic *vgic, const struct vgic_word *w)
{
	uint32_t mask = (vgic->ctlr & GICD_CTLR_ENABLEGRP0) != 0u ? ~w->group1 : 0u;

	return (vgic->ctlr & GICD_CTLR_ENABLEGRP1) != 0u ? mask | w->group1 : mask;
}

/* What of word n this vCPU's interface has to know about. */
static inline uint32_t vgic_candidates(const struct vgic *vgic, const struct vgic_cpu *cpu,
				       const struct vgic_word *w, unsigned int n)
{
	return cpu->queue[n] &
	       (w->active | (vgic_pending(w) & w->enabled & vgic_forwarded(vgic, w)));
}

/* vgic_is_settled() */
static inline bool vgic_nothing_else(const struct vgic *vgic, unsigned int vcpu)
{
	const struct vgic_word *w = &vgic->word[vcpu];

	return vgic_cpu_is_clean(vgic_cpu(vgic, vcpu)) &&
	       (w->flight_next | (w->flight & ~w->resident)) == 0u;
}

/* Index of the lowest bit set; bits is not 0. */
static inline unsigned int vgic_lowest(uint32_t bits)
{
	return (unsigned int)__builtin_ctz(bits);
}

/* The same of 64 bits; 64 when none is set. */
static inline unsigned int vgic_lowest64(uint64_t bits)
{
	uint32_t low = (uint32_t)bits;
	uint32_t high = (uint32_t)(bits >> 32);

	if (low != 0u)
		return vgic_lowest(low);
	return high != 0u ? 32u + vgic_lowest(high) : 64u;
}

/* The vCPU that a pending interrupt is for, or VGIC_NO_VCPU. */
static inline unsigned int vgic_target(const struct vgic_irq *irq, unsigned int vcpu,
				       unsigned int intid)
{
	if (intid < VGIC_PRIVATE_INTIDS)
		return vcpu;
	return irq->targets != 0u ? vgic_lowest(irq->targets) : VGIC_NO_VCPU;
}

static inline void vgic_enqueue(struct vgic_cpu *cpu, unsigned int intid)
{
	cpu->queue[intid / 32u] |= vgic_bit(intid);
	cpu->queue_words |= 1u << (intid / 32u);
}

static inline void vgic_dequeue(struct vgic_cpu *cpu, unsigned int intid)
{
	cpu->queue[intid / 32u] &= ~vgic_bit(intid);
	if (cpu->queue[intid / 32u] == 0u)
		cpu->queue_words &= ~(1u << (intid / 32u));
}

/* What goes into the list register of one that is pending, and neither an SGI nor in flight. */
static inline uint32_t vgic_input_lr(const struct vgic_word *w, const struct vgic_irq *irq,
				     unsigned int intid)
{
	uint32_t lr = gich_lr_set_priority(intid, irq->priority) | GICH_LR_PENDING;

	return (w->level & vgic_bit(intid)) != 0u ? lr | GICH_LR_EOI : lr;
}

/* Is the end of what was filled so shown in GICH_EISR? Not of what was filled as nothing, by
 * vgic_end_level(). */
static inline bool vgic_has_end(uint32_t filled)
{
	return (filled & GICH_LR_EOI) != 0u && gich_lr_state(filled) != 0u;
}

/* List register n, which is free, is this interrupt's from now on. */
static inline void vgic_occupy(struct vgic_cpu *cpu, struct vgic_word *w, struct vgic_irq *irq,
			       unsigned int n, uint32_t lr)
{
	w->resident |= vgic_bit(gich_lr_virtualid(lr));
	irq->slot = (uint8_t)n;
	cpu->lr[n] = lr;
	cpu->lrs |= 1ull << n;
}

/* It was deactivated or, with VGIC_NOTICE_ENABLED, enabled while its line is high. */
static inline void vgic_notice(const struct vgic_word *w, unsigned int intid, unsigned int enabled,
			       struct vgic_effects *effects)
{
	if ((w->notify & vgic_bit(intid)) == 0u || effects->n_notices >= VGIC_MAX_NOTICES)
		return;
	effects->notice[effects->n_notices++] = (uint16_t)(intid | enabled);
}

/* vgic.c */

/* The list registers of this vCPU no longer show what they should: it has to fold and fill. */
void vgic_touch(struct vgic *vgic, unsigned int vcpu, struct vgic_effects *effects);

/* Its latch was set, and nothing else about it changed. */
void vgic_occurred(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
		   struct vgic_effects *effects);

/* Something about this interrupt changed: put it into the queue where it belongs now. */
void vgic_requeue(struct vgic *vgic, unsigned int vcpu, unsigned int intid,
		  struct vgic_effects *effects);

/* The same for several interrupts of word n. */
void vgic_requeue_bits(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		       struct vgic_effects *effects);

/* Set the pending latch of interrupts of word n, which are neither SGIs nor unimplemented. */
void vgic_latch(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		struct vgic_effects *effects);

/* Clear it, also where it went into a list register. */
void vgic_unlatch(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		  struct vgic_effects *effects);

/* Active interrupts of word n, settled, become inactive by a register and not by their EOI. */
void vgic_deactivate(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
		     struct vgic_effects *effects);

/* vgic_lr.c */

/* Put an interrupt of this vCPU's queue into a list register, which is returned; VGIC_FOLD: all are
 * in use. */
unsigned int vgic_put(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int intid);

/* Empty the list registers that are not in use any more. */
void vgic_clear_stale(struct vgic_cpu *cpu, struct gich *gich);

/* vgic_fold.c */

/* Fold list register n alone, which was filled as pending and of which the hardware says lr. False:
 * it takes vgic_fold(), because it is or was active, is hardware-mapped, or has ended and shows in
 * GICH_EISR. */
bool vgic_fold_pending(struct vgic *vgic, struct vgic_cpu *cpu, unsigned int n, uint32_t lr,
		       struct vgic_effects *effects);

/* Forget that anything is in the hardware: what was filled is back in software as it was. */
void vgic_unload(struct vgic *vgic, unsigned int vcpu, struct vgic_effects *effects);

/* vgic_ask.c */

#define VGIC_ASK_MAX_FILLS 256u /* an asker that runs is back long before */
#define VGIC_ASK_MAX_FOLDS 32u

/*
 * May this vCPU look at the active state of these interrupts of word n, and at the pending state of
 * those that are resident? VGIC_OK, VGIC_FOLD_FIRST or (after having asked) VGIC_RETRY.
 */
enum vgic_status vgic_settled(struct vgic *vgic, unsigned int vcpu, unsigned int n, uint32_t bits,
			      struct vgic_effects *effects);

/* This vCPU has folded: what others asked for is as they may see it. */
void vgic_ask_serve(struct vgic *vgic, unsigned int owner);

/* The access that had to wait is over, or is given up. */
void vgic_ask_done(struct vgic *vgic, unsigned int vcpu, struct vgic_effects *effects);

/* This vCPU has filled too often without the interrupts that were asked for: it takes them back. */
void vgic_ask_expire(struct vgic *vgic, unsigned int owner);

/* vgic_sgi.c */

/* Make SGI intid pending on vcpu from each source vCPU in the mask. */
void vgic_send_sgi(struct vgic *vgic, unsigned int vcpu, unsigned int intid, uint32_t sources,
		   struct vgic_effects *effects);

#endif
