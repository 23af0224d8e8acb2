// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/virq.h"

#include "drivers/gic.h"
#include "hyp/bells.h"
#include "hyp/cpu.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq_internal.h"
#include "hyp/vm.h"

/* The timers' INTIDs are the same below and above (a guest's FDT says so, and the machine's was
 * checked at boot), so bits of PPIs are those of GICD_ISACTIVER0 too. */

static void deactivate(const struct vgic_effects *effects)
{
	struct cpu *cpu = this_cpu();

	for (unsigned int i = 0; i < effects->n_deactivate; i++) {
		uint32_t intid = effects->deactivate[i];

		/* One that belongs to a vCPU which is not loaded is not active below now. */
		if (cpu->active_ppis & 1u << intid % 32) {
			cpu->active_ppis &= ~(1u << intid % 32);
			gic_deactivate(intid);
		}
	}
}

void virq_apply(struct vm *vm, const struct vgic_effects *effects)
{
	struct cpu *cpu = this_cpu();

	deactivate(effects);
	for (uint32_t left = effects->kick | effects->ask; left != 0; left &= left - 1) {
		unsigned int id = (unsigned int)__builtin_ctz(left);
		struct vcpu *v = vm->vcpu[id];
		uint32_t events = 0;

		if (v->cpu == cpu) {
			sched_kick(v);
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
 * The list registers of the loaded vCPU as they are. Nothing when that was done already: the guest
 * has not run since, so GICH could say nothing new. Before the lock where possible: a device access
 * is slow, and which list registers are in use only this CPU changes.
 */
static void read_lrs(struct vcpu *v)
{
	if (v->cpu->lrs_loaded)
		gich_read(&v->cpu->gich, vgic_lrs_in_use(&v->vm->vgic, v->id));
}

/* A guest that moved or masked its timer before it took the interrupt must not get it: the input is
 * a level. What it does without an exit in between nobody sees. */
static void withdraw_timers(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	struct cpu *cpu = v->cpu;

	for (uint32_t left = cpu->active_ppis; left != 0; left &= left - 1) {
		uint32_t intid = (uint32_t)__builtin_ctz(left);

		if (timer_line(intid) || !vgic_hw_withdraw(vm_vgic(locked), v->id, intid, effects))
			continue;
		cpu->active_ppis &= ~(1u << intid);
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
static void fold_locked(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	struct cpu *cpu = v->cpu;

	if (cpu->lrs_loaded && vgic_fold(vm_vgic(locked), v->id, &cpu->gich, effects)) {
		cpu->active_ppis = vgic_ppis_in_flight(&v->vm->vgic, v->id) |
				   to_deactivate(effects);
		if (gic_needs_poke())
			cpu->deferred |= DEFERRED_POKE;
	}
	if (effects->n_notices != 0)
		bells_notice(locked, effects);
	cpu->lrs_loaded = false;
	withdraw_timers(locked, v, effects);
}

/* Lock the VM of v, with nothing to be done yet. */
static struct vm_locked begin(struct vcpu *v, struct vgic_effects *effects)
{
	vgic_effects_clear(effects);
	return vm_lock(v->vm);
}

/* EOIcount starts at 0 again by a write of HCR. */
static void write_gich(struct cpu *cpu)
{
	gich_write_lrs(&cpu->gich);
	if (cpu->gich.hcr == cpu->hcr && (cpu->hcr & GICH_HCR_LRENPIE) == 0)
		return;
	cpu->hcr = cpu->gich.hcr;
	gich_write_hcr(&cpu->gich);
}

static void do_deferred(struct cpu *cpu, struct vm *vm, const struct vgic_effects *effects)
{
	if (cpu->deferred & DEFERRED_WRITE)
		write_gich(cpu);
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

	vgic_fill(vm_vgic(locked), v->id, &cpu->gich);
	cpu->lrs_loaded = true;
	cpu->deferred |= DEFERRED_WRITE;
	cpu->work &= ~WORK_SYNC;
	effects->kick &= ~(1u << v->id);
}

void virq_fold(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked;

	read_lrs(v);
	locked = begin(v, &effects);
	fold_locked(locked, v, &effects);
	end(v->cpu, locked, &effects);
}

bool virq_deliverable(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked;
	bool current = v == v->cpu->current;
	bool deliverable;

	if (current)
		read_lrs(v);
	locked = begin(v, &effects);
	if (current) {
		fold_locked(locked, v, &effects);
		v->vmcr = v->cpu->gich.vmcr;
		v->cpu->work |= WORK_SYNC;
	}
	deliverable = vgic_deliverable(vm_vgic(locked), v->id, v->vmcr);
	effects.kick &= ~(1u << v->id);
	end(v->cpu, locked, &effects);
	return deliverable;
}

void virq_settle(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked = begin(v, &effects);

	/* Somebody may have changed that since it was looked at. */
	if (vgic_is_settled(&v->vm->vgic, v->id) && !vgic_is_asked(&v->vm->vgic))
		(void)vgic_rest(vm_vgic(locked), v->id, &effects);
	end(v->cpu, locked, &effects);
}

/* Empty list registers, not even waiting for the maintenance interrupt of a level's EOI. */
static bool all_ended(struct cpu *cpu, uint64_t in_use)
{
	for (; in_use != 0; in_use &= in_use - 1) {
		unsigned int n = gich_lowest(in_use);

		gich_read_lr(&cpu->gich, n);
		if (gich_lr_state(cpu->gich.lr[n]) != 0 || gich_lr_eoi_signalled(cpu->gich.lr[n]))
			return false;
	}
	return true;
}

bool virq_is_quiet(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;
	const struct vgic *vgic = &v->vm->vgic;

	if (!cpu->lrs_loaded || !vgic_is_settled(vgic, v->id) ||
	    !all_ended(cpu, vgic_lrs_in_use(vgic, v->id)))
		return false;
	/* What was active below the guest has ended. */
	if (cpu->active_ppis != 0 && gic_needs_poke())
		gic_poke();
	cpu->active_ppis = 0;
	return true;
}

void virq_rest(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (cpu->hcr == 0)
		return;
	virq_fold(v);
	gich_disable(&cpu->gich);
	cpu->hcr = 0;
	cpu->work |= WORK_SYNC;
}

void virq_put(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (!cpu->lrs_loaded || vgic_lrs_in_use(&v->vm->vgic, v->id) != 0 ||
	    vgic_needs_fill(&v->vm->vgic, v->id))
		virq_fold(v);
	cpu->lrs_loaded = false;
	v->vmcr = gich_save_vmcr();
	v->apr = gich_save_apr();
	gich_clear(&cpu->gich);
	if (cpu->hcr & ~GICH_HCR_EN) {
		gich_disable(&cpu->gich);
		cpu->hcr = 0;
	}
	if (cpu->active_ppis != 0)
		gic_clear_active(cpu->active_ppis);
	cpu->active_ppis = 0;
}

void virq_load(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	cpu->active_ppis = vgic_ppis_in_flight(&v->vm->vgic, v->id);
	if (cpu->active_ppis != 0)
		gic_set_active(cpu->active_ppis);
	gich_load(v->vmcr, v->apr);
	cpu->gich.vmcr = v->vmcr;
	cpu->lrs_loaded = vgic_is_loaded(&v->vm->vgic, v->id);
	if (cpu->lrs_loaded && cpu->hcr != GICH_HCR_EN) {
		cpu->gich.hcr = GICH_HCR_EN;
		cpu->hcr = GICH_HCR_EN;
		gich_write_hcr(&cpu->gich);
	}
	if (vgic_needs_fill(&v->vm->vgic, v->id))
		cpu->work |= WORK_SYNC;
}

/*
 * v is about to run on: bring its list registers up to date, the short way where one interrupt
 * changed and there is room. That may have to read one of them, under the lock, because which one
 * it is depends on what the lock protects. Returns the one to be written after it, or VGIC_NO_LR.
 */
static unsigned int update_locked(struct vm_locked locked, struct vcpu *v,
				  struct vgic_effects *effects)
{
	struct cpu *cpu = v->cpu;
	unsigned int n;

	if (cpu->lrs_loaded) {
		n = vgic_refresh_reads(vm_vgic(locked), v->id);
		if (n != VGIC_NO_LR)
			gich_read_lr(&cpu->gich, n);
		n = vgic_refresh(vm_vgic(locked), v->id, n, &cpu->gich, effects);
		if (n != VGIC_FOLD) {
			cpu->work &= ~WORK_SYNC;
			effects->kick &= ~(1u << v->id);
			return n;
		}
		read_lrs(v);
		fold_locked(locked, v, effects);
	}
	fill_locked(locked, v, effects);
	return VGIC_NO_LR;
}

/* end(), with what update_locked() returned. */
static inline void end_update(struct cpu *cpu, struct vm_locked locked, unsigned int n,
			      const struct vgic_effects *effects)
{
	vm_unlock(locked);
	if (n != VGIC_NO_LR)
		gich_write_lr(&cpu->gich, n, cpu->gich.lr[n]);
	if ((cpu->deferred | effects->kick | effects->ask | effects->n_deactivate) != 0)
		do_deferred(cpu, locked.vm, effects);
}

void virq_sync(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked = begin(v, &effects);
	unsigned int n = update_locked(locked, v, &effects);

	end_update(v->cpu, locked, n, &effects);
}

/* Not the short way: v waits, or this interrupt was not in its list registers. */
static void hw_raise(struct vm_locked locked, struct vcpu *v, uint32_t intid)
{
	struct cpu *cpu = v->cpu;
	struct vgic_effects effects;
	unsigned int n = VGIC_NO_LR;

	vgic_effects_clear(&effects);
	if (v == cpu->current)
		cpu->active_ppis |= 1u << intid;
	if (v == cpu->current && cpu->lrs_loaded) {
		vgic_hw_raise(vm_vgic(locked), v->id, intid, &effects);
		n = update_locked(locked, v, &effects);
	} else if (!vgic_hw_in_flight(vm_vgic(locked), v->id, intid)) {
		vgic_hw_raise(vm_vgic(locked), v->id, intid, &effects);
		if (v == cpu->current)
			cpu->work |= WORK_SYNC;
	}
	end_update(cpu, locked, n, &effects);
}

/* The guest that was interrupted goes on. A timer that fires again was ended by the guest, which
 * its list register says and the vGIC knows by itself. */
void virq_hw_raise(struct vcpu *v, uint32_t intid)
{
	struct cpu *cpu = v->cpu;
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t lr;
	unsigned int n = vgic_again(vm_vgic(locked), v->id, intid, 0, &lr);

	if (n == VGIC_NO_LR) {
		hw_raise(locked, v, intid);
		return;
	}
	vm_unlock(locked);
	cpu->active_ppis |= 1u << intid;
	gich_write_lr(&cpu->gich, n, lr);
}

/* Rare, so the device is read under the lock. */
void virq_fold_first(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	read_lrs(v);
	fold_locked(locked, v, effects);
}

/* An access that had to know what was in the list registers, or changed what should be there. */
enum vgic_status virq_finish_access(struct vm_locked locked, struct vcpu *v,
				    enum vgic_status status, struct vgic_effects *effects)
{
	unsigned int n = VGIC_NO_LR;

	if (effects->n_notices != 0)
		bells_notice(locked, effects);
	if (vgic_needs_fill(&v->vm->vgic, v->id))
		n = update_locked(locked, v, effects);
	end_update(v->cpu, locked, n, effects);
	return status;
}

void virq_end_input(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	(void)virq_finish_access(locked, v, VGIC_OK, effects);
}
