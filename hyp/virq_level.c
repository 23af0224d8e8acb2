// SPDX-License-Identifier: BSD-2-Clause
/*
 * Levels of device models, the short way (vgic/vgic_level.c): a maintenance interrupt that is the
 * end of one of them, and the rise of one whose end was told.
 */
#include "hyp/bells.h"
#include "hyp/virq_internal.h"

/* A device that still wants service has its line high again, at once. */
static uint32_t tell(struct vm_locked locked, struct vcpu *v, unsigned int intid)
{
	uint32_t lr = 0;

	if (bell_level_ended(&v->vm->bells, intid, &v->cpu->bells))
		(void)vgic_again_level(vm_vgic(locked), v->id, intid, &lr);
	return lr;
}

/* EISR is that of now: v is current, and nobody has written its list registers since its guest
 * did. */
bool virq_end_level(struct vcpu *v)
{
	unsigned int n = gich_ended(vgic_cpu_lrs_in_use(v->gic));
	struct vm_locked locked;
	unsigned int intid;
	uint32_t lr;

	if (n == VGIC_NO_LR)
		return false;
	locked = vm_lock(v->vm);
	intid = vgic_end_level(vm_vgic(locked), v->id, n, &lr);
	if (intid > VGIC_ENDED)
		lr = tell(locked, v, intid);
	vm_unlock(locked);
	if (intid == 0)
		return false;
	gich_write_lr(&v->gich, n, lr);
	return true;
}

bool virq_again_level(struct vm_locked locked, struct vcpu *v, uint32_t intid)
{
	uint32_t lr;
	unsigned int n = vgic_again_level(vm_vgic(locked), v->id, intid, &lr);

	if (n == VGIC_NO_LR)
		return false;
	vm_unlock(locked);
	virq_occurs(v, n, lr);
	return true;
}
