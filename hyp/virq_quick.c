// SPDX-License-Identifier: BSD-2-Clause
/*
 * Writes to the distributor that a guest makes for each interrupt: an SGI, masking and unmasking.
 * Each is tried the short way first, which looks at one list register at most.
 */
#include "hyp/virq_internal.h"

enum vgic_status virq_sgir_write(struct vcpu *v, uint32_t value)
{
	struct vm_locked locked = vm_lock(v->vm);
	struct vgic_effects effects;
	unsigned int target = vgic_sgir_target(&v->vm->vgic, v->id, value);
	uint32_t intid = value & GICD_SGIR_SGIINTID_MASK;
	enum vgic_status status;

	if (target == v->id) {
		if (virq_again(locked, v, intid, v->id))
			return VGIC_OK;
	} else if (target != VGIC_NO_VCPU && v->vm->vcpu[target]->cpu == v->cpu &&
		   virq_again_resting(locked, v->vm->vcpu[target], intid, v->id)) {
		return VGIC_OK;
	}
	vgic_effects_clear(&effects);
	status = vgic_sgir_write(vm_vgic(locked), v->id, value, &effects);
	return virq_end_access(locked, v, status, &effects);
}

/* Words of GICD_ISENABLER and, behind them, of GICD_ICENABLER. */
#define ENABLERS 32u

static inline unsigned int write_enabler(struct vm_locked locked, struct vcpu *v, unsigned int n,
					 uint32_t value)
{
	struct vgic_locked vgic = vm_vgic(locked);
	struct gich *gich = &v->gich;
	unsigned int m;

	if (n < ENABLERS)
		return vgic_isenabler_write(vgic, v->id, n, value, gich);
	m = vgic_icenabler_reads(vgic, v->id, n - ENABLERS, value);
	if (m == VGIC_FOLD)
		return m;
	if (m != VGIC_NO_LR)
		gich_read_lr(gich, m);
	return vgic_icenabler_write(vgic, v->id, n - ENABLERS, value, m, gich);
}

enum vgic_status virq_enabler_write(struct vcpu *v, unsigned int n, uint32_t value)
{
	unsigned int m = VGIC_FOLD;

	if (!virq_timer_dropped(v)) {
		struct vm_locked locked = vm_lock(v->vm);

		m = write_enabler(locked, v, n, value);
		vm_unlock(locked);
	}
	if (m == VGIC_FOLD)
		return virq_dist_write(v, GICD_ISENABLER(n), 4, value);
	if (m != VGIC_NO_LR)
		gich_write_lr(&v->gich, m, v->gich.lr[m]);
	return VGIC_OK;
}
