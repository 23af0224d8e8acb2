/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files hyp/virq*.c share. v is current. */
#ifndef BELLHOP_HYP_VIRQ_INTERNAL_H
#define BELLHOP_HYP_VIRQ_INTERNAL_H

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

#endif
