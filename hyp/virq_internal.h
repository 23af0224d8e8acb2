/* SPDX-License-Identifier: BSD-2-Clause */
/* What files of hyp/ share that write list registers. v is current, but where it says that it may
 * rest (hyp/virq_switch.c); it lives on this CPU. */
#ifndef BELLHOP_HYP_VIRQ_INTERNAL_H
#define BELLHOP_HYP_VIRQ_INTERNAL_H

#include "drivers/gic.h"
#include "hyp/cpu.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

/* Fold under the lock, for an access that was told VGIC_FOLD_FIRST. */
void virq_fold_first(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects);

/*
 * The end of an access that changed what should be in the list registers, or concerns others: bring
 * them up to date, drop the lock, do the effects. Returns status.
 */
enum vgic_status virq_finish_access(struct vm_locked locked, struct vcpu *v,
				    enum vgic_status status, struct vgic_effects *effects);

/* v rests: this is in its list register n when it is back. */
static inline void virq_save_lr(struct vcpu *v, unsigned int n, uint32_t lr)
{
	v->gich.lr[n] = lr;
	v->lrs_live |= 1ull << n;
}

/* The same where v is current or rests; the lock was dropped. It is something to wake for. */
static inline void virq_occurs(struct vcpu *v, unsigned int n, uint32_t lr)
{
	if (v == v->cpu->current)
		gich_write_lr(&v->gich, n, lr);
	else
		virq_save_lr(v, n, lr);
	if (v->state == VCPU_BLOCKED)
		sched_ready(v);
}

/*
 * An edge or an SGI of this source vCPU came for v: if it was filled just so before and has been
 * taken since, its list register is written again, and if it is still pending there the two are
 * one. Nothing else has to be known: vgic_again() says that v is filled with all that it should
 * have, and on this CPU nobody else writes its list registers. The lock is dropped then. False: not
 * so, and nothing has happened. Here v is current and runs on.
 */
static inline bool virq_again(struct vm_locked locked, struct vcpu *v, uint32_t intid,
			      unsigned int source)
{
	uint32_t lr;
	unsigned int n = vgic_again(vm_vgic(locked), v->id, intid, source, &lr);

	if (n == VGIC_NO_LR)
		return false;
	gich_read_lr(&v->gich, n);
	if ((v->gich.lr[n] & GICH_LR_ACTIVE) != 0)
		return false;
	vm_unlock(locked);
	if (gich_lr_state(v->gich.lr[n]) == 0)
		gich_write_lr(&v->gich, n, lr);
	return true;
}

/* The same where v rests. What is pending in its list register was filled with this same value. */
static inline bool virq_again_resting(struct vm_locked locked, struct vcpu *v, uint32_t intid,
				      unsigned int source)
{
	uint32_t lr;
	unsigned int n = vgic_again(vm_vgic(locked), v->id, intid, source, &lr);

	if (n == VGIC_NO_LR ||
	    ((v->lrs_live >> n & 1) != 0 && (v->gich.lr[n] & GICH_LR_ACTIVE) != 0))
		return false;
	virq_save_lr(v, n, lr);
	vm_unlock(locked);
	if (v->state == VCPU_BLOCKED)
		sched_ready(v);
	return true;
}

/* The line of a level rises whose end was told, and nothing else happened (vgic_again_level()): the
 * same for v that runs or rests. */
bool virq_again_level(struct vm_locked locked, struct vcpu *v, uint32_t intid);

/* A timer that was masked or moved before the guest took its interrupt: a fold withdraws that. */
static inline bool virq_timer_dropped(const struct vcpu *v)
{
	if (vgic_cpu_is_loaded(v->gic))
		for (uint32_t left = v->active_ppis; left != 0; left &= left - 1)
			if (!timer_line(gich_lowest(left)))
				return true;
	return false;
}

/* The common case: the list registers are as they should be, and nobody has to be told. */
static inline enum vgic_status virq_end_access(struct vm_locked locked, struct vcpu *v,
					       enum vgic_status status,
					       struct vgic_effects *effects)
{
	if (vgic_cpu_needs_fill(v->gic) ||
	    (effects->kick | effects->ask | effects->n_deactivate | effects->n_notices) != 0)
		return virq_finish_access(locked, v, status, effects);
	vm_unlock(locked);
	return status;
}

#endif
