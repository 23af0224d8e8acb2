// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/sched.h"

#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/bells.h"
#include "hyp/client.h"
#include "hyp/events.h"
#include "hyp/irq.h"
#include "hyp/timer.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

#define DEFAULT_SLICE_US 5000u

extern void __attribute__((noreturn)) guest_enter(struct vcpu *v);

static void ring_append(struct cpu *cpu, struct vcpu *v)
{
	struct vcpu *head = cpu->ready[v->priority];

	if (head == NULL) {
		v->next = v;
		v->previous = v;
		cpu->ready[v->priority] = v;
		cpu->ready_priorities |= 1u << v->priority;
		return;
	}
	v->next = head;
	v->previous = head->previous;
	head->previous->next = v;
	head->previous = v;
}

static void ring_remove(struct cpu *cpu, struct vcpu *v)
{
	if (v->next == v) {
		cpu->ready[v->priority] = NULL;
		cpu->ready_priorities &= ~(1u << v->priority);
		return;
	}
	v->next->previous = v->previous;
	v->previous->next = v->next;
	if (cpu->ready[v->priority] == v)
		cpu->ready[v->priority] = v->next;
}

static void __attribute__((noinline)) share(struct cpu *cpu, const struct vcpu *v)
{
	if (cpu->running == v && cpu->slice_end != TIMER_NEVER)
		return;
	cpu->slice_end = timer_now() + v->slice_ticks;
	timer_due(cpu, cpu->slice_end);
}

/* A slice ends only what has an equal to make room for. */
static inline void start_slice(struct cpu *cpu, const struct vcpu *v)
{
	if (v->next == v)
		cpu->slice_end = TIMER_NEVER;
	else
		share(cpu, v);
	cpu->running = v;
}

/* Who runs goes on when the new one is no better; from now on it may have an equal. */
void sched_ready(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (v->state == VCPU_READY)
		return;
	v->state = VCPU_READY;
	ring_append(cpu, v);
	if (cpu->running == NULL || v->priority > cpu->running->priority) {
		cpu->work |= WORK_SCHEDULE;
	} else if (v->priority == cpu->running->priority && cpu->work == 0) {
		start_slice(cpu, cpu->running);
	}
}

void sched_remove(struct vcpu *v, enum vcpu_state state)
{
	if (v->state == VCPU_READY)
		ring_remove(v->cpu, v);
	v->state = (uint8_t)state;
	v->cpu->work |= WORK_SCHEDULE;
}

void sched_yield(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (cpu->ready[v->priority] == v) {
		cpu->ready[v->priority] = v->next;
		cpu->work |= WORK_SCHEDULE;
	}
}

void sched_kick(struct vcpu *v)
{
	if (v->state == VCPU_BLOCKED)
		sched_ready(v);
	if (v == v->cpu->current)
		v->cpu->work |= WORK_SYNC;
}

static struct vcpu *best(const struct cpu *cpu)
{
	if (cpu->ready_priorities == 0)
		return NULL;
	return cpu->ready[31 - __builtin_clz(cpu->ready_priorities)];
}

/* Is there an end? Half of it says so: no counter comes so far. */
static inline bool is_sliced(const struct cpu *cpu)
{
	return (uint32_t)(cpu->slice_end >> 32) != UINT32_MAX;
}

static void end_slice(struct cpu *cpu)
{
	struct vcpu *v = best(cpu);

	if (v == NULL || cpu->slice_end > timer_now())
		return;
	cpu->slice_end = TIMER_NEVER;
	sched_yield(v);
}

/*
 * Nothing to run: sleep until a physical interrupt. The last vCPU stays loaded, with its timers
 * live, because it is the likeliest to run next. Its list registers are folded and off: a
 * maintenance interrupt would wake this CPU for ever.
 */
static void idle(struct cpu *cpu)
{
	cpu->running = NULL;
	cpu->slice_end = TIMER_NEVER;
	if (cpu->current != NULL)
		virq_rest(cpu->current);
	if ((cpu->work & (WORK_EVENTS | WORK_BELLS)) == 0 && cpu->ready_priorities == 0) {
		dsb(); /* everything before it is out before this CPU stops */
		wfi(); /* wakes for an interrupt that is masked here, too */
	}
	irq_poll(cpu);
}

static bool is_alone(const struct cpu *cpu, const struct vcpu *v)
{
	return v->next == v && cpu->ready_priorities == 1u << v->priority;
}

/*
 * v sleeps in its own place, loaded and ready to run on, as long as nobody else could run. True:
 * it was interrupted.
 */
static bool doze(struct cpu *cpu, const struct vcpu *v)
{
	do {
		dsb(); /* everything before it is out before this CPU stops */
		wfi(); /* wakes for an interrupt that is masked here, too */
		if (irq_poll(cpu))
			return true;
	} while (cpu->work == 0 && is_alone(cpu, v));
	return false;
}

/* What comes for v after virq_is_quiet() has looked comes with an event. */
void sched_wait(struct vcpu *v)
{
	struct cpu *cpu = v->cpu;

	if (cpu->work == 0 && virq_is_quiet(v)) {
		if (!is_alone(cpu, v)) {
			sched_remove(v, VCPU_BLOCKED);
			vcpu_put_quiet(v);
			return;
		}
		if (doze(cpu, v))
			return;
	}
	if (!virq_deliverable(v))
		sched_remove(v, VCPU_BLOCKED);
}

/* What v, which is current, has waited for may be there. */
static inline void resume(struct vcpu *v)
{
	if (v->access.pending)
		client_resume(v);
	if (v->waits)
		bell_resume_wait(v);
}

static void do_bells(struct cpu *cpu)
{
	cpu->work &= ~WORK_BELLS;
	bells_deliver(cpu);
}

static void do_bells_and_events(struct cpu *cpu)
{
	if (cpu->work & WORK_BELLS)
		do_bells(cpu);
	if (cpu->work & WORK_EVENTS)
		events_take(cpu);
}

/* The rest of what has to be done before v, which is current, is entered. */
static bool finish(struct cpu *cpu, struct vcpu *v)
{
	if (cpu->work & WORK_SYNC)
		virq_sync(v);
	if (cpu->work & WORK_BELLS)
		do_bells(cpu); /* what the guest has ended is told before it runs on */
	return cpu->work == 0;
}

static void step_job(struct cpu *cpu, struct vcpu *v)
{
	if (vm_job_step(v))
		v->job = JOB_NONE;
	irq_poll(cpu);
}

/* One round: the vCPU that can be entered; NULL: another one is needed. */
static struct vcpu *choose(struct cpu *cpu)
{
	struct vcpu *v;

	cpu->work &= ~WORK_SCHEDULE;
	if (cpu->work & (WORK_BELLS | WORK_EVENTS))
		do_bells_and_events(cpu);
	if (is_sliced(cpu))
		end_slice(cpu);
	v = best(cpu);
	if (v == NULL) {
		idle(cpu);
		return NULL;
	}
	start_slice(cpu, v);
	if (v->job != JOB_NONE) {
		step_job(cpu, v);
		return NULL;
	}
	vcpu_switch(cpu, v);
	resume(v);
	return cpu->work == 0 || finish(cpu, v) ? v : NULL;
}

/* Each round either enters a guest, sleeps, or does one slice of bounded work. */
struct vcpu *sched_work(struct cpu *cpu)
{
	struct vcpu *v;

	do
		v = choose(cpu);
	while (v == NULL);
	if (vgic_is_asked(&v->vm->vgic) && !cpu->backstop)
		timer_set_backstop(cpu);
	return v;
}

void sched_set_slice(struct vcpu *v, uint32_t microseconds)
{
	v->slice_ticks = (uint32_t)timer_ticks(microseconds != 0 ? microseconds : DEFAULT_SLICE_US);
}

void sched_start(void)
{
	guest_enter(sched_work(this_cpu()));
}
