/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between doorbell/ (values) and the machine: calls, lines of the vGIC, posts to other VMs.
 *
 * What a call wants done is gathered in cpu->bells. Its changes and wake-ups are done with the lock
 * that it was made under (bells_end()), its posts without one (bells_deliver()): at the end of the
 * call, or, when they come of a fold, on the way back to the guest (WORK_BELLS). So they are all
 * delivered before the guest whose EOI caused them runs on.
 *
 * Memory order, for guests: each takes the VM's lock, whose DMBs order what a guest wrote before
 * SIGNAL before the count that another one can see, and the count that READ saw before what that
 * guest reads next. An HVC by itself is no barrier on ARMv7.
 */
#ifndef BELLHOP_HYP_BELLS_H
#define BELLHOP_HYP_BELLS_H

#include "hyp/cpu.h"
#include "hyp/vm.h"

/* Outermost: for calls that concern several VMs, which then take their locks one at a time.
 * Nothing that interrupts need takes it. */
extern struct spinlock bells_control;

/* At boot. */
void bells_create(struct vm *vm, unsigned int n_machines);

/* Do what cpu->bells holds for this VM, and drop the lock: a change, or wake-ups alone. Posts are
 * left. */
void bells_apply(struct vm_locked locked, struct bell_effects *bells);
void bells_wake(struct vm_locked locked, struct bell_effects *bells);

static inline void bells_end(struct vm_locked locked, struct bell_effects *effects)
{
	if (effects->change.intid != 0)
		bells_apply(locked, effects);
	else if (effects->wake != 0)
		bells_wake(locked, effects);
	else
		vm_unlock(locked);
}

/* No lock is held. */
void bells_deliver(struct cpu *cpu);
/* Ring a bell of the locked VM, for what is not a call; drops the lock, and delivers. */
void bells_ring(struct cpu *cpu, struct vm_locked locked, uint32_t id);

/* What the vGIC told of the ends of interrupts, before the next fill. */
void bells_notice(struct vm_locked locked, struct vgic_effects *effects);

/* The VM is reset, or goes off, or starts. Posts are delivered by WORK_BELLS. */
void bells_reset(struct vm_locked locked);

/* A call of the vendor-specific range: r0-r7 of v. */
void bell_call(struct vcpu *v);

/* The calls WAIT and TAKE. Returns what goes into r0. */
int32_t bell_call_wait(struct vcpu *v);
/* v was blocked by that (v->waits), has been woken, and is about to run on. */
void bell_resume_wait(struct vcpu *v);

#endif
