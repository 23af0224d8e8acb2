// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a guest's accesses to the distributor and to GICC_DIR do. Most leave the list registers as
 * they are; what has to know what is in them, or changes what should be, goes through virq.c.
 */
#include "drivers/gic.h"
#include "hyp/cpu.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/virq_internal.h"
#include "hyp/vm.h"

/* Timers that are pending and disabled are in no list register; their lines may have changed. */
static bool shows_pending_ppis(uint32_t offset)
{
	return offset - GICD_ISPENDR(0) < 4 || offset - GICD_ICPENDR(0) < 4;
}

enum vgic_status virq_dist_read(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t *value)
{
	struct vm_locked locked = vm_lock(v->vm);
	struct vgic_effects effects;
	enum vgic_status status;

	vgic_effects_clear(&effects);
	if (v->active_ppis != 0 && shows_pending_ppis(offset))
		virq_fold_first(locked, v, &effects);
	status = vgic_dist_read(vm_vgic(locked), v->id, offset, width, value, &effects);
	if (status == VGIC_FOLD_FIRST) {
		virq_fold_first(locked, v, &effects);
		status = vgic_dist_read(vm_vgic(locked), v->id, offset, width, value, &effects);
	}
	return virq_end_access(locked, v, status, &effects);
}

/* Any width, and what may have to wait for a fold. */
static enum vgic_status __attribute__((noinline))
write_any(struct vm_locked locked, struct vcpu *v, uint32_t offset, uint32_t width, uint32_t value)
{
	struct vgic_effects effects;
	enum vgic_status status;

	vgic_effects_clear(&effects);
	status = vgic_dist_write(vm_vgic(locked), v->id, offset, width, value, &effects);
	if (status == VGIC_FOLD_FIRST) {
		virq_fold_first(locked, v, &effects);
		status = vgic_dist_write(vm_vgic(locked), v->id, offset, width, value, &effects);
	}
	return virq_finish_access(locked, v, status, &effects);
}

enum vgic_status virq_dist_write(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t value)
{
	struct vm_locked locked = vm_lock(v->vm);
	struct vgic_effects effects;
	enum vgic_status status;

	if (width != 4)
		return write_any(locked, v, offset, width, value);
	vgic_effects_clear(&effects);
	if (virq_timer_dropped(v))
		virq_fold_first(locked, v, &effects);
	status = vgic_dist_write_word(vm_vgic(locked), v->id, offset, value, &effects);
	if (status == VGIC_FOLD_FIRST)
		return write_any(locked, v, offset, 4, value);
	return virq_end_access(locked, v, status, &effects);
}

enum vgic_status virq_dir_write(struct vcpu *v, uint32_t value)
{
	struct vm_locked locked = vm_lock(v->vm);
	struct vgic_effects effects;
	enum vgic_status status;

	vgic_effects_clear(&effects);
	status = vgic_dir_write(vm_vgic(locked), v->id, value, &effects);
	if (status == VGIC_FOLD_FIRST) {
		virq_fold_first(locked, v, &effects);
		status = vgic_dir_write(vm_vgic(locked), v->id, value, &effects);
	}
	return virq_end_access(locked, v, status, &effects);
}
