// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/virq.h"

#include "drivers/gic.h"
#include "hyp/bells.h"
#include "hyp/cpu.h"
#include "hyp/irq.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq_internal.h"
#include "hyp/vm.h"

/* The timers' INTIDs are the same below and above (a guest's FDT says so, and the machine's was
 * checked at boot), so bits of PPIs are those of GICD_ISACTIVER0 too. */

static void deactivate(struct vcpu *current, const struct vgic_effects *effects)
{
	for (unsigned int i = 0; i < effects->n_deactivate; i++) {
		uint32_t intid = effects->deactivate[i];

		/* One that belongs to a vCPU which is not current is not active below now. */
		if (current != NULL && (current->active_ppis & 1u << intid % 32) != 0) {
			current->active_ppis &= ~(1u << intid % 32);
			gic_deactivate(intid);
		}
	}
}

/* v lives on this CPU. One that rests and has something that is another's now, or is asked for, is
 * folded by its next event: not here, because a fold may kick others. */
static void kick_local(struct vcpu *v, bool asked)
{
	sched_kick(v);
	if (asked || virq_keeps(v))
		vcpu_post(v, EVENT_ASK);
}

void virq_apply(struct vm *vm, const struct vgic_effects *effects)
{
	struct cpu *cpu = this_cpu();

	if (effects->n_deactivate != 0)
		deactivate(cpu->current, effects);
	for (uint32_t left = effects->kick | effects->ask; left != 0; left &= left - 1) {
		unsigned int id = (unsigned int)__builtin_ctz(left);
		struct vcpu *v = vm->vcpu[id];
		uint32_t events = 0;

		if (v->cpu == cpu) {
			kick_local(v, (effects->ask & 1u << id) != 0);
			continue;
		}
		if (effects->kick & 1u << id)
			events |= EVENT_KICK;
		if (effects->ask & 1u << id)
			events |= EVENT_ASK;
		vcpu_post(v, events);
	}
	/* The guest is going to try again until the other CPU has folded. */
	if (effects->ask != 0)
		yield();
}

/*
 * The list registers of the current vCPU as they are. Nothing after a fold: the guest has not run
 * since, so GICH could say nothing new. Before the lock where possible: a device access is slow,
 * and which list registers are in use only this CPU changes.
 */
static void read_lrs(struct vcpu *v)
{
	if (vgic_cpu_is_loaded(v->gic))
		gich_read(&v->gich, vgic_cpu_lrs_in_use(v->gic));
}

/* A guest that moved or masked its timer before it took the interrupt must not get it: the input is
 * a level. What it does without an exit in between nobody sees. */
static void withdraw_timers(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	for (uint32_t left = v->active_ppis; left != 0; left &= left - 1) {
		uint32_t intid = (uint32_t)__builtin_ctz(left);

		if (timer_line(intid) || !vgic_hw_withdraw(vm_vgic(locked), v->id, intid, effects))
			continue;
		v->active_ppis &= ~(1u << intid);
		gic_clear_active(1u << intid);
	}
}

/* GICD_ISACTIVER0 bits of those that end() is going to deactivate. */
static uint32_t to_deactivate(const struct vgic_effects *effects)
{
	uint32_t bits = 0;

	for (unsigned int i = 0; i < effects->n_deactivate; i++)
		bits |= 1u << effects->deactivate[i] % 32;
	return bits;
}

/* ... and their state back into struct vgic. One that was ended outside the list registers is not
 * in flight any more, but active below until its deactivation is done. */
static void __attribute__((noinline))
fold_locked(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	if (vgic_fold(vm_vgic(locked), v->id, &v->gich, effects)) {
		v->active_ppis = vgic_ppis_in_flight(&v->vm->vgic, v->id) | to_deactivate(effects);
		if (gic_needs_poke())
			v->cpu->deferred |= DEFERRED_POKE;
	}
	if (effects->n_notices != 0)
		bells_notice(locked, effects);
	withdraw_timers(locked, v, effects);
}

static void empty_lrs(struct vcpu *v, uint64_t lrs)
{
	for (; lrs != 0; lrs &= lrs - 1)
		v->gich.lr[gich_lowest(lrs)] = 0;
}

/*
 * The same of a vCPU that rests: what is not live had ended when it was switched out. When it comes
 * back its list registers are empty, as those of the hardware are then. No timer of it is active
 * below now, so there is nothing to deactivate.
 */
static void fold_resting(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	uint64_t in_use = vgic_cpu_lrs_in_use(v->gic);

	if (!vgic_cpu_is_loaded(v->gic))
		return;
	empty_lrs(v, in_use & ~v->lrs_live);
	(void)vgic_fold(vm_vgic(locked), v->id, &v->gich, effects);
	empty_lrs(v, in_use);
	v->lrs_live = 0;
	v->active_ppis = vgic_ppis_in_flight(&v->vm->vgic, v->id);
	effects->n_deactivate = 0;
	if (effects->n_notices != 0)
		bells_notice(locked, effects);
}

/* Lock the VM of v, with nothing to be done yet. */
static struct vm_locked begin(struct vcpu *v, struct vgic_effects *effects)
{
	vgic_effects_clear(effects);
	return vm_lock(v->vm);
}

/* EOIcount starts at 0 again by a write of HCR. */
static void write_gich(struct cpu *cpu, struct gich *gich)
{
	gich_write_lrs(gich);
	if (gich->hcr == cpu->hcr && (cpu->hcr & GICH_HCR_LRENPIE) == 0)
		return;
	cpu->hcr = gich->hcr;
	gich_write_hcr(gich);
}

static void do_deferred(struct cpu *cpu, struct vm *vm, const struct vgic_effects *effects)
{
	if (cpu->deferred & DEFERRED_WRITE)
		write_gich(cpu, &cpu->current->gich);
	if (cpu->deferred & DEFERRED_POKE)
		gic_poke();
	cpu->deferred = 0;
	virq_apply(vm, effects);
}

/* Drop the lock, then do what was left for then: device accesses are slow. */
static inline void end(struct cpu *cpu, struct vm_locked locked, const struct vgic_effects *effects)
{
	vm_unlock(locked);
	if ((cpu->deferred | effects->kick | effects->ask | effects->n_deactivate) != 0)
		do_deferred(cpu, locked.vm, effects);
}

/* After a fold: choose what goes into the list registers of v, which is about to run (on). */
static void fill_locked(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	struct cpu *cpu = v->cpu;

	vgic_fill(vm_vgic(locked), v->id, &v->gich);
	cpu->deferred |= DEFERRED_WRITE;
	cpu->work &= ~WORK_SYNC;
	effects->kick &= ~(1u << v->id);
}

void virq_fold(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked;

	if (v == v->cpu->current) {
		read_lrs(v);
		locked = begin(v, &effects);
		fold_locked(locked, v, &effects);
	} else {
		locked = begin(v, &effects);
		fold_resting(locked, v, &effects);
	}
	end(v->cpu, locked, &effects);
}

bool virq_deliverable(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked;
	bool deliverable;

	read_lrs(v);
	locked = begin(v, &effects);
	fold_locked(locked, v, &effects);
	v->cpu->work |= WORK_SYNC;
	deliverable = vgic_deliverable(vm_vgic(locked), v->id, v->gich.vmcr);
	effects.kick &= ~(1u << v->id);
	end(v->cpu, locked, &effects);
	return deliverable;
}

/*
 * v is about to run on: bring its list registers up to date, the short way where one interrupt
 * changed and there is room. That may have to read one of them, under the lock, because which one
 * it is depends on what the lock protects. Returns the one to be written after it, or VGIC_NO_LR.
 * While posts wait there may be no room for those of a fold: it comes behind their delivery.
 */
static unsigned int update_locked(struct vm_locked locked, struct vcpu *v,
				  struct vgic_effects *effects)
{
	unsigned int n;

	if (vgic_cpu_is_loaded(v->gic)) {
		n = vgic_refresh_reads(vm_vgic(locked), v->id);
		if (n != VGIC_NO_LR)
			gich_read_lr(&v->gich, n);
		n = vgic_refresh(vm_vgic(locked), v->id, n, &v->gich, effects);
		if (n != VGIC_FOLD) {
			v->cpu->work &= ~WORK_SYNC;
			effects->kick &= ~(1u << v->id);
			return n;
		}
		if (v->cpu->bells.n_posts != 0) {
			v->cpu->work |= WORK_SYNC;
			return VGIC_NO_LR;
		}
		read_lrs(v);
		fold_locked(locked, v, effects);
	}
	fill_locked(locked, v, effects);
	return VGIC_NO_LR;
}

/* end(), with what update_locked() returned. */
static inline void end_update(struct vcpu *v, struct vm_locked locked, unsigned int n,
			      const struct vgic_effects *effects)
{
	struct cpu *cpu = v->cpu;

	vm_unlock(locked);
	if (n != VGIC_NO_LR)
		gich_write_lr(&v->gich, n, v->gich.lr[n]);
	if ((cpu->deferred | effects->kick | effects->ask | effects->n_deactivate) != 0)
		do_deferred(cpu, locked.vm, effects);
}

void virq_sync(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked = begin(v, &effects);

	end_update(v, locked, update_locked(locked, v, &effects), &effects);
}

/* Not the short way: v waits, or this interrupt was not in its list registers. */
static void hw_raise(struct vm_locked locked, struct vcpu *v, uint32_t intid)
{
	struct cpu *cpu = v->cpu;
	struct vgic_effects effects;
	unsigned int n = VGIC_NO_LR;

	vgic_effects_clear(&effects);
	if (v != cpu->current)
		fold_resting(locked, v, &effects);
	v->active_ppis |= 1u << intid;
	if (vgic_cpu_is_loaded(v->gic)) {
		vgic_hw_raise(vm_vgic(locked), v->id, intid, &effects);
		n = update_locked(locked, v, &effects);
	} else if (!vgic_hw_in_flight(vm_vgic(locked), v->id, intid)) {
		vgic_hw_raise(vm_vgic(locked), v->id, intid, &effects);
		if (v == cpu->current)
			cpu->work |= WORK_SYNC;
	}
	end_update(v, locked, n, &effects);
	if (v->state == VCPU_BLOCKED)
		sched_ready(v);
}

/* A timer that fires again was ended by the guest, which its list register says and the vGIC knows
 * by itself. Of one that is not current active_ppis is what is in flight; it fires once. */
void virq_hw_raise(struct vcpu *v, uint32_t intid)
{
	struct vm_locked locked;
	uint32_t lr;
	unsigned int n;

	if (v != v->cpu->current && (v->active_ppis & 1u << intid) != 0)
		return;
	locked = vm_lock(v->vm);
	n = vgic_again(vm_vgic(locked), v->id, intid, 0, &lr);
	if (n == VGIC_NO_LR) {
		hw_raise(locked, v, intid);
		return;
	}
	vm_unlock(locked);
	v->active_ppis |= 1u << intid;
	virq_occurs(v, n, lr);
}

/* The same of one that rests, where there is a short way; else it stays marked. */
static void update_resting(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	unsigned int n = vgic_refresh_reads(vm_vgic(locked), v->id);

	if (n != VGIC_NO_LR && (v->lrs_live >> n & 1) == 0)
		v->gich.lr[n] = 0;
	n = vgic_refresh(vm_vgic(locked), v->id, n, &v->gich, effects);
	if (n < VGIC_MAX_LRS)
		virq_save_lr(v, n, v->gich.lr[n]);
}

/* Rare, so the device is read under the lock. */
void virq_fold_first(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	read_lrs(v);
	fold_locked(locked, v, effects);
}

/* An access that had to know what was in the list registers, or changed what should be there. With
 * hundreds that are pending both the access and the fill are long: interrupts come in between. */
enum vgic_status virq_finish_access(struct vm_locked locked, struct vcpu *v,
				    enum vgic_status status, struct vgic_effects *effects)
{
	unsigned int n = VGIC_NO_LR;
	bool later = false;

	if (effects->n_notices != 0)
		bells_notice(locked, effects);
	if (vgic_cpu_needs_fill(v->gic)) {
		later = vgic_is_crowded(&v->vm->vgic, v->id);
		if (!later)
			n = update_locked(locked, v, effects);
	}
	end_update(v, locked, n, effects);
	if (later) {
		v->cpu->work |= WORK_SYNC;
		irq_poll(v->cpu);
	}
	return status;
}

void virq_end_input(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	if (v == v->cpu->current) {
		(void)virq_finish_access(locked, v, VGIC_OK, effects);
		return;
	}
	if (vgic_cpu_needs_fill(v->gic))
		update_resting(locked, v, effects);
	end(v->cpu, locked, effects);
}
