/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files hyp/virq*.c share. v is current. */
#ifndef BELLHOP_HYP_VIRQ_INTERNAL_H
#define BELLHOP_HYP_VIRQ_INTERNAL_H

#include "drivers/gic.h"
#include "hyp/cpu.h"
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

/* A timer that was masked or moved before the guest took its interrupt: a fold withdraws that. */
static inline bool virq_timer_dropped(const struct cpu *cpu)
{
	if (cpu->lrs_loaded)
		for (uint32_t left = cpu->active_ppis; left != 0; left &= left - 1)
			if (!timer_line(gich_lowest(left)))
				return true;
	return false;
}

/* The common case: the list registers are as they should be, and nobody has to be told. */
static inline enum vgic_status virq_end_access(struct vm_locked locked, struct vcpu *v,
					       enum vgic_status status,
					       struct vgic_effects *effects)
{
	if (vgic_needs_fill(&v->vm->vgic, v->id) ||
	    (effects->kick | effects->ask | effects->n_deactivate | effects->n_notices) != 0)
		return virq_finish_access(locked, v, status, effects);
	vm_unlock(locked);
	return status;
}

#endif
