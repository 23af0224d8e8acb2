// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/virq.h"

#include "drivers/gic.h"
#include "hyp/cpu.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

/* The timers' INTIDs are the same below and above: a guest's FDT says so, and the machine's was
 * checked at boot. */
static const uint8_t timer_intids[] = { GUEST_VTIMER_INTID, GUEST_PTIMER_INTID };

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

		if (effects->kick & 1u << id)
			events |= EVENT_KICK;
		if (effects->ask & 1u << id)
			events |= EVENT_ASK;
		if (v == cpu->current && v->state == VCPU_READY)
			cpu->work |= WORK_SYNC;
		else
			vcpu_post(v, events);
	}
	/* The guest is going to try again until the other CPU has folded. */
	if (effects->ask != 0)
		yield();
}

/* GICD_ISACTIVER0 bits of timer interrupts that are pending or active for v. */
static uint32_t in_flight(struct vm_locked locked, const struct vcpu *v)
{
	uint32_t bits = 0;

	for (unsigned int i = 0; i < sizeof(timer_intids); i++)
		if (vgic_hw_in_flight(vm_vgic(locked), v->id, timer_intids[i]))
			bits |= 1u << timer_intids[i];
	return bits;
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
		cpu->active_ppis = in_flight(locked, v) | to_deactivate(effects);
		if (gic_needs_poke())
			cpu->deferred |= DEFERRED_POKE;
	}
	cpu->lrs_loaded = false;
	withdraw_timers(locked, v, effects);
}

/* Lock the VM of v, with nothing to be done yet. */
static struct vm_locked begin(struct vcpu *v, struct vgic_effects *effects)
{
	vgic_effects_clear(effects);
	return vm_lock(v->vm);
}

static void do_deferred(struct vm *vm, const struct vgic_effects *effects)
{
	struct cpu *cpu = this_cpu();

	if (cpu->deferred & DEFERRED_WRITE)
		gich_write(&cpu->gich);
	else if (cpu->deferred & DEFERRED_WRITE_LRS)
		gich_write_lrs(&cpu->gich);
	if (cpu->deferred & DEFERRED_POKE)
		gic_poke();
	cpu->deferred = 0;
	virq_apply(vm, effects);
}

/* Drop the lock, then do what was left for then: device accesses are slow. */
static inline void end(struct vm_locked locked, const struct vgic_effects *effects)
{
	vm_unlock(locked);
	if ((this_cpu()->deferred | effects->kick | effects->ask | effects->n_deactivate) != 0)
		do_deferred(locked.vm, effects);
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
	end(locked, &effects);
}

void virq_sync(struct vcpu *v)
{
	struct vgic_effects effects;
	struct vm_locked locked;

	read_lrs(v);
	locked = begin(v, &effects);
	fold_locked(locked, v, &effects);
	fill_locked(locked, v, &effects);
	end(locked, &effects);
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
	end(locked, &effects);
	return deliverable;
}

void virq_rest(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (cpu->gich.hcr == 0)
		return;
	virq_fold(v);
	gich_disable(&cpu->gich);
	cpu->work |= WORK_SYNC;
}

void virq_put(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	virq_fold(v);
	gich_save(&v->vmcr, &v->apr);
	gich_clear(&cpu->gich);
	if (cpu->active_ppis != 0)
		gic_clear_active(cpu->active_ppis);
	cpu->active_ppis = 0;
}

void virq_load(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;
	struct vm_locked locked = vm_lock(v->vm);

	cpu->active_ppis = in_flight(locked, v);
	vm_unlock(locked);
	if (cpu->active_ppis != 0)
		gic_set_active(cpu->active_ppis);
	gich_load(v->vmcr, v->apr);
	cpu->gich.vmcr = v->vmcr;
	cpu->work |= WORK_SYNC;
}

/*
 * v is about to run on: bring its list registers up to date, the short way where one interrupt
 * changed and there is room. That may have to read one of them, under the lock, because which one
 * it is depends on what the lock protects.
 */
static void update_locked(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	struct cpu *cpu = v->cpu;

	if (cpu->lrs_loaded) {
		gich_read_lrs(&cpu->gich, vgic_refresh_reads(vm_vgic(locked), v->id));
		if (vgic_refresh(vm_vgic(locked), v->id, &cpu->gich, effects)) {
			cpu->deferred |= DEFERRED_WRITE_LRS;
			cpu->work &= ~WORK_SYNC;
			effects->kick &= ~(1u << v->id);
			return;
		}
		read_lrs(v);
		fold_locked(locked, v, effects);
	}
	fill_locked(locked, v, effects);
}

/* The guest that was interrupted goes on. A timer that fires again was ended by the guest, which
 * its list register says and the vGIC knows by itself. */
static void hw_raise_running(struct vcpu *v, uint32_t intid)
{
	struct vgic_effects effects;
	struct vm_locked locked = begin(v, &effects);

	v->cpu->active_ppis |= 1u << intid;
	vgic_hw_raise(vm_vgic(locked), v->id, intid, &effects);
	update_locked(locked, v, &effects);
	end(locked, &effects);
}

static void hw_raise_waiting(struct vcpu *v, uint32_t intid)
{
	struct vgic_effects effects;
	struct cpu *cpu = v->cpu;
	struct vm_locked locked = begin(v, &effects);

	if (v == cpu->current) {
		cpu->active_ppis |= 1u << intid;
		cpu->work |= WORK_SYNC;
	}
	if (!vgic_hw_in_flight(vm_vgic(locked), v->id, intid))
		vgic_hw_raise(vm_vgic(locked), v->id, intid, &effects);
	end(locked, &effects);
}

void virq_hw_raise(struct vcpu *v, uint32_t intid)
{
	if (v->cpu->lrs_loaded && v == v->cpu->current)
		hw_raise_running(v, intid);
	else
		hw_raise_waiting(v, intid);
}

/* Rare, so the device is read under the lock. */
static void fold_first(struct vm_locked locked, struct vcpu *v, struct vgic_effects *effects)
{
	read_lrs(v);
	fold_locked(locked, v, effects);
}

/* An access that had to know what was in the list registers, or changed what should be there. */
static enum vgic_status finish_access(struct vcpu *v, struct vm_locked locked,
				      enum vgic_status status, struct vgic_effects *effects)
{
	if (!v->cpu->lrs_loaded || vgic_needs_fill(&v->vm->vgic, v->id))
		update_locked(locked, v, effects);
	end(locked, effects);
	return status;
}

/* Timers that are pending and disabled are in no list register; their lines may have changed. */
static bool shows_pending_ppis(uint32_t offset)
{
	return offset - GICD_ISPENDR(0) < 4 || offset - GICD_ICPENDR(0) < 4;
}

enum vgic_status virq_dist_read(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t *value)
{
	struct vgic_effects effects;
	struct vm_locked locked = begin(v, &effects);
	enum vgic_status status;

	if (v->cpu->active_ppis != 0 && shows_pending_ppis(offset))
		fold_first(locked, v, &effects);
	status = vgic_dist_read(vm_vgic(locked), v->id, offset, width, value, &effects);
	if (status == VGIC_FOLD_FIRST) {
		fold_first(locked, v, &effects);
		status = vgic_dist_read(vm_vgic(locked), v->id, offset, width, value, &effects);
	}
	if (!v->cpu->lrs_loaded)
		fill_locked(locked, v, &effects);
	end(locked, &effects);
	return status;
}

enum vgic_status virq_dist_write(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t value)
{
	struct vgic_effects effects;
	struct vm_locked locked = begin(v, &effects);
	enum vgic_status status =
		vgic_dist_write(vm_vgic(locked), v->id, offset, width, value, &effects);

	if (status == VGIC_FOLD_FIRST) {
		fold_first(locked, v, &effects);
		status = vgic_dist_write(vm_vgic(locked), v->id, offset, width, value, &effects);
	}
	return finish_access(v, locked, status, &effects);
}

enum vgic_status virq_dir_write(struct vcpu *v, uint32_t value)
{
	struct vgic_effects effects;
	struct vm_locked locked = begin(v, &effects);
	enum vgic_status status = vgic_dir_write(vm_vgic(locked), v->id, value, &effects);

	if (status == VGIC_FOLD_FIRST) {
		fold_first(locked, v, &effects);
		status = vgic_dir_write(vm_vgic(locked), v->id, value, &effects);
	}
	return finish_access(v, locked, status, &effects);
}
