// SPDX-License-Identifier: BSD-2-Clause
/*
 * WAIT: WFI for a doorbell. A call that has nothing to return yet leaves the guest at its HVC and
 * blocks the vCPU; whatever wakes it makes it call again, but for what is ready by then. So
 * interrupts are taken in the middle of the call, as of WFI, and nobody has to remember that
 * somebody waits but the bell (whose bit in `wake` is set once) and the clock.
 */
#include "bellhop/abi.h"
#include "hyp/bells.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"

#define CPSR_I 0x80u
#define HVC_SIZE 4u /* in either instruction set */

static int32_t look(struct vcpu *v, uint32_t *value)
{
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_wait(&v->vm->bells, v->r[1], v->id, value);

	vm_unlock(locked);
	return error;
}

/* CNTVCT to CNTPCT; what is beyond its end never comes. */
static uint64_t physical(const struct vcpu *v, uint64_t deadline)
{
	uint64_t end = deadline + v->vm->cntvoff;

	return end < deadline ? TIMER_NEVER : end;
}

/* With IRQs masked only the bell ends it, so that a handler can wait, too. */
static void block(struct vcpu *v, uint64_t end)
{
	v->pc -= HVC_SIZE;
	v->waits = true;
	timer_set_deadline(v, end);
	if ((v->cpsr & CPSR_I) != 0 || virq_is_quiet(v) || !virq_deliverable(v))
		sched_remove(v, VCPU_BLOCKED);
}

/* What it would be told if it called again: without the way into the guest and back. An interrupt
 * that has come as well is taken behind the call, a mistake or a deadline found by the call. */
void bell_resume_wait(struct vcpu *v)
{
	uint32_t value = 0;

	v->waits = false;
	if (look(v, &value) != BELLHOP_OK)
		return;
	v->deadline = TIMER_NEVER;
	v->r[0] = (uint32_t)BELLHOP_OK;
	v->r[1] = value;
	v->pc += HVC_SIZE;
}

int32_t bell_call_wait(struct vcpu *v)
{
	uint64_t end = physical(v, v->r[2] | (uint64_t)v->r[3] << 32);
	uint32_t value = 0;
	int32_t error = look(v, &value);

	if (error == BELLHOP_AGAIN && end > timer_now()) {
		block(v, end);
		return (int32_t)v->r[0];
	}
	v->deadline = TIMER_NEVER;
	if (error == BELLHOP_OK)
		v->r[1] = value;
	return error;
}
