// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/bells.h"

#include "drivers/gic.h"
#include "hyp/client.h"
#include "hyp/irq.h"
#include "hyp/panic.h"
#include "hyp/sched.h"
#include "hyp/virq.h"
#include "hyp/virq_internal.h"

#define POSTS_A_LOOK 8u

struct spinlock bells_control;

void bells_create(struct vm *vm, unsigned int n_machines)
{
	struct bells_config config = {
		.vm = vm->index,
		.n_vms = (uint8_t)n_machines,
		.n_intids = vm->vgic.n_intids,
		.serves = vm->config->serves,
		.peers = vm->config->doorbell_peers,
	};

	if (!bells_init(&vm->bells, &config))
		panic("doorbells of %s: limits exceeded", vm->config->name);
	bells_set_off(&vm->bells, true);
	if (vm->config->console)
		bells_fix_line(&vm->bells, GUEST_UART_INTID);
	for (unsigned int i = 0; i < vm->config->n_msi_spis; i++)
		bells_frame_line(&vm->bells, GUEST_V2M_INTID + i);
}

_Static_assert(CONFIG_MAX_VMS <= BELL_MAX_VMS, "a bit for each VM");

static enum vgic_wiring wiring_of(unsigned int wiring)
{
	if (wiring == BELL_WIRING_NONE)
		return VGIC_UNDRIVEN;
	return wiring == BELL_WIRING_EDGE ? VGIC_EDGE : VGIC_LEVEL;
}

/* A driver that leaves lowers its line while it still is one. */
static void change_input(struct vm_locked locked, struct bell_change change,
			 struct vgic_effects *effects)
{
	struct vgic_locked vgic = vm_vgic(locked);
	bool leaves = change.wiring == BELL_WIRING_NONE;

	if (change.wiring != BELL_WIRING_KEEP && !leaves)
		vgic_set_wiring(vgic, 0, change.intid, wiring_of(change.wiring), 0);
	if (change.line == BELL_LINE_PULSE)
		vgic_pulse(vgic, 0, change.intid, effects);
	else if (change.line != BELL_LINE_KEEP)
		vgic_set_line(vgic, 0, change.intid, change.line == BELL_LINE_HIGH, effects);
	if (leaves)
		vgic_set_wiring(vgic, 0, change.intid, VGIC_UNDRIVEN, 0);
	if (change.notify != BELL_NOTIFY_KEEP)
		vgic_set_notify(vgic, change.intid, change.notify == BELL_NOTIFY_ON);
}

static inline void wake(struct vm *vm, struct bell_effects *bells)
{
	uint32_t vcpus = bells->wake;

	bells->wake = 0;
	for (; vcpus != 0; vcpus &= vcpus - 1) {
		struct vcpu *v = vm->vcpu[__builtin_ctz(vcpus)];

		if (v->cpu != this_cpu())
			vcpu_post(v, EVENT_WAKE);
		else if (v->state == VCPU_BLOCKED)
			sched_ready(v);
	}
}

/* The vCPU of this VM whose list registers can be written at once, because it runs on this CPU. */
static struct vcpu *running(const struct cpu *cpu, const struct vm *vm)
{
	struct vcpu *v = cpu->current;

	return v != NULL && v->vm == vm && v->state == VCPU_READY ? v : NULL;
}

/* The vCPU in whose queue this SPI is, if it rests on this CPU. One that is current, and waits in
 * its place, has to be woken as well. */
static struct vcpu *resting_owner(const struct vm *vm, uint32_t intid)
{
	struct cpu *cpu = this_cpu();
	unsigned int id = vgic_spi_owner(&vm->vgic, intid);
	struct vcpu *v;

	if (id >= vm->n_vcpus)
		return NULL;
	v = vm->vcpu[id];
	return v->cpu == cpu && v != cpu->current ? v : NULL;
}

static inline void drop_and_apply(struct vm_locked locked, const struct vgic_effects *effects)
{
	vm_unlock(locked);
	if ((effects->kick | effects->ask | effects->n_deactivate) != 0)
		virq_apply(locked.vm, effects);
}

/* One edge, and nothing else: the commonest of all, where it was in a list register just so. */
static inline bool pulse_again(struct vm_locked locked, struct vcpu *runs, uint32_t intid)
{
	struct vcpu *v;

	if (runs != NULL)
		return virq_again(locked, runs, intid, 0);
	v = resting_owner(locked.vm, intid);
	return v != NULL && virq_again_resting(locked, v, intid, 0);
}

static inline bool raise_again(struct vm_locked locked, struct vcpu *runs, uint32_t intid)
{
	struct vcpu *v = runs != NULL ? runs : resting_owner(locked.vm, intid);

	return v != NULL && virq_again_level(locked, v, intid);
}

/* After an input has changed. v runs; NULL: nobody of this VM does here. */
static void end_change(struct vm_locked locked, struct vcpu *v, uint32_t intid,
		       struct vgic_effects *effects)
{
	if (v == NULL)
		v = resting_owner(locked.vm, intid);
	if (v != NULL)
		virq_end_input(locked, v, effects);
	else
		drop_and_apply(locked, effects);
}

static void change_and_unlock(struct vm_locked locked, struct vcpu *v, struct bell_change change)
{
	struct vgic_effects effects;

	vgic_effects_clear(&effects);
	change_input(locked, change, &effects);
	end_change(locked, v, change.intid, &effects);
}

static void __attribute__((noinline))
pulse_otherwise(struct vm_locked locked, struct vcpu *v, uint32_t intid)
{
	struct vgic_effects effects;

	vgic_effects_clear(&effects);
	vgic_pulse(vm_vgic(locked), 0, intid, &effects);
	end_change(locked, v, intid, &effects);
}

/* One edge of an input, and drop the lock. */
static inline void pulse(struct vm_locked locked, const struct cpu *cpu, uint32_t intid)
{
	struct vcpu *v = running(cpu, locked.vm);

	if (!pulse_again(locked, v, intid))
		pulse_otherwise(locked, v, intid);
}

/* Its level rises, and nothing else; drop the lock. */
static inline void raise(struct vm_locked locked, const struct cpu *cpu, uint32_t intid)
{
	struct bell_change change = { .intid = (uint16_t)intid, .line = BELL_LINE_HIGH };
	struct vcpu *v = running(cpu, locked.vm);

	if (!raise_again(locked, v, intid))
		change_and_unlock(locked, v, change);
}

void bells_apply(struct vm_locked locked, struct bell_effects *bells)
{
	struct bell_change change = bells->change;
	struct cpu *cpu = this_cpu();

	bells->change = (struct bell_change){ 0 };
	if (change.line == BELL_LINE_PULSE && (change.wiring | change.notify) == 0)
		pulse(locked, cpu, change.intid);
	else
		change_and_unlock(locked, running(cpu, locked.vm), change);
	if (bells->wake != 0)
		wake(locked.vm, bells);
}

void bells_wake(struct vm_locked locked, struct bell_effects *bells)
{
	vm_unlock(locked);
	wake(locked.vm, bells);
}

static void deliver(struct cpu *cpu, const struct bell_ref *post)
{
	struct vm_locked locked;
	unsigned int intid;

	if (post->kind == REF_VECTOR) {
		client_deliver_vector(vms[post->vm], *post);
		return;
	}
	locked = vm_lock(vms[post->vm]);
	intid = bell_deliver(&locked.vm->bells, post, &cpu->bells);
	if (intid == 0)
		bells_end(locked, &cpu->bells);
	else if ((intid & BELL_RISES) != 0)
		raise(locked, cpu, intid & ~BELL_RISES);
	else
		pulse(locked, cpu, intid);
}

/* A delivery takes one post and adds one at most, which adds none: see bell_effects. All may come
 * of one exit, so that interrupts are looked at in between. */
void bells_deliver(struct cpu *cpu)
{
	struct bell_ref post;

	for (unsigned int n = 1; bell_next_post(&cpu->bells, &post); n++) {
		deliver(cpu, &post);
		if (n % POSTS_A_LOOK == 0)
			irq_poll(cpu);
	}
}

void bells_ring(struct cpu *cpu, struct vm_locked locked, uint32_t id)
{
	unsigned int intid = bell_ring_by_id(&locked.vm->bells, id, &cpu->bells);

	if (intid != 0) {
		pulse(locked, cpu, intid);
		return;
	}
	bells_end(locked, &cpu->bells);
	if (cpu->bells.n_posts != 0)
		bells_deliver(cpu);
}

static void change_now(struct vm_locked locked, struct bell_effects *bells,
		       struct vgic_effects *effects)
{
	change_input(locked, bells->change, effects);
	bells->change = (struct bell_change){ 0 };
}

void bells_notice(struct vm_locked locked, struct vgic_effects *effects)
{
	struct cpu *cpu = this_cpu();

	for (unsigned int i = 0; i < effects->n_notices; i++) {
		unsigned int intid = effects->notice[i] & ~VGIC_NOTICE_ENABLED;

		bell_eoi(&locked.vm->bells, intid, (effects->notice[i] & VGIC_NOTICE_ENABLED) != 0,
			 &cpu->bells);
		change_now(locked, &cpu->bells, effects);
	}
	effects->n_notices = 0;
	if (cpu->bells.n_posts != 0)
		cpu->work |= WORK_BELLS;
}

/* No vCPU runs, so what the vGIC wants done has nobody to be done to. */
void bells_reset(struct vm_locked locked)
{
	struct cpu *cpu = this_cpu();
	struct vgic_effects effects;

	vgic_effects_clear(&effects);
	for (unsigned int i = 0; i < BELLHOP_MAX_IRQFDS; i++) {
		bells_reset_irqfd(&locked.vm->bells, i, &cpu->bells);
		if (cpu->bells.change.line != BELL_LINE_KEEP)
			change_now(locked, &cpu->bells, &effects);
	}
	if (cpu->bells.n_posts != 0)
		cpu->work |= WORK_BELLS;
}
