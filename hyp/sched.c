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

/* A slice ends only what has an equal to make room for. */
static void start_slice(struct cpu *cpu, const struct vcpu *v)
{
	if (v->next == v) {
		cpu->slice_end = TIMER_NEVER;
	} else if (cpu->running != v || cpu->slice_end == TIMER_NEVER) {
		cpu->slice_end = timer_now() + v->slice_ticks;
		timer_due(cpu, cpu->slice_end);
	}
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

/* One round: true when *v can be entered. */
static bool choose(struct cpu *cpu, struct vcpu **v)
{
	if (cpu->work & WORK_BELLS)
		bells_deliver(cpu);
	if (cpu->work & WORK_EVENTS)
		events_take(cpu);
	if (cpu->slice_end != TIMER_NEVER)
		end_slice(cpu);
	*v = best(cpu);
	if (*v == NULL) {
		idle(cpu);
		return false;
	}
	start_slice(cpu, *v);
	if ((*v)->job != JOB_NONE) {
		if (vm_job_step(*v))
			(*v)->job = JOB_NONE;
		irq_poll(cpu);
		return false;
	}
	vcpu_switch(cpu, *v);
	if ((*v)->access.pending)
		client_resume(*v);
	if ((*v)->waits)
		bell_resume_wait(*v);
	if (cpu->work & WORK_SYNC)
		virq_sync(*v);
	if (cpu->work & WORK_BELLS)
		bells_deliver(cpu); /* what the guest has ended is told before it runs on */
	return (cpu->work & ~WORK_SCHEDULE) == 0;
}

/* Each round either enters a guest, sleeps, or does one slice of bounded work. */
struct vcpu *sched_work(struct cpu *cpu)
{
	struct vcpu *v;

	do {
		cpu->work &= ~WORK_SCHEDULE;
	} while (!choose(cpu, &v) || (cpu->work & WORK_SCHEDULE) != 0);
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
