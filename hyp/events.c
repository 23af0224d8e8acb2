// SPDX-License-Identifier: BSD-2-Clause
/*
 * What other CPUs (or this one) want of a vCPU. Only its own CPU changes its state, so a wake-up
 * cannot be lost: the event is there before the kick, and the kick ends WFI and guest alike.
 */
#include "hyp/events.h"

#include "hyp/bells.h"
#include "hyp/client.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

/* Posts that a fold has left, before another one adds its own: there is room for those of one. */
static inline void tell(struct cpu *cpu)
{
	if (cpu->bells.n_posts != 0)
		bells_deliver(cpu);
}

static void stop(struct vcpu *v)
{
	sched_remove(v, VCPU_OFF);
	v->access.pending = false;
	v->deadline = TIMER_NEVER;
	v->job = JOB_NONE;
	vcpu_unload(v);
	tell(v->cpu);
	vm_vcpu_stopped(v);
}

static void begin_job(struct vcpu *v, enum vcpu_job job)
{
	v->job = (uint8_t)job;
	v->job_region = 0;
	v->job_offset = 0;
}

static void start(struct vcpu *v)
{
	struct vm_locked locked;
	enum vcpu_job job = JOB_NONE;
	bool wanted;

	vcpu_unload(v);
	locked = vm_lock(v->vm);
	/* Not, when the VM was stopped between CPU_ON and now. */
	wanted = v->power == POWER_ON_PENDING;
	if (wanted) {
		vcpu_reset(v);
		v->power = POWER_ON;
		if (v->start.load)
			job = v->vm->restarted ? JOB_CLEAN_AND_LOAD : JOB_LOAD;
	}
	vm_unlock(locked);
	if (!wanted)
		return;
	begin_job(v, job);
	sched_ready(v);
}

static void handle(struct vcpu *v)
{
	uint32_t events = __atomic_exchange_n(&v->events, 0, __ATOMIC_ACQUIRE);

	/* STOP first: a VM that starts again is stopped and then started. */
	if (events & EVENT_STOP)
		stop(v);
	if (events & EVENT_START)
		start(v);
	if (events & EVENT_ASK || (events & EVENT_KICK && virq_keeps(v))) {
		virq_fold(v);
		if (v == v->cpu->current)
			v->cpu->work |= WORK_SYNC;
	}
	if (events & EVENT_FORWARD)
		client_wake(v);
	if (events & EVENT_KICK)
		sched_kick(v);
	if (events & EVENT_WAKE && v->state == VCPU_BLOCKED)
		sched_ready(v);
	tell(v->cpu);
}

void events_take(struct cpu *cpu)
{
	cpu->work &= ~WORK_EVENTS;
	for (unsigned int word = 0; word < (cpu->n_vcpus + 31) / 32; word++) {
		/* ACQUIRE pairs with the RELEASE in vcpu_post(). */
		uint32_t slots = __atomic_exchange_n(&cpu->kicked[word], 0, __ATOMIC_ACQUIRE);

		for (; slots != 0; slots &= slots - 1)
			handle(cpu->vcpu[word * 32 + (unsigned int)__builtin_ctz(slots)]);
	}
}
