// SPDX-License-Identifier: BSD-2-Clause
/*
 * WAIT and TAKE: WFI for a doorbell. A call that has nothing to return yet leaves the guest at its
 * HVC and blocks the vCPU; whatever wakes it makes it call again, but for what is ready by then. So
 * interrupts are taken in the middle of the call, as of WFI, and nobody has to remember that
 * somebody waits but the bell (whose bit in `wake` is set once) and the clock.
 */
#include "bellhop/abi.h"
#include "hyp/bell_internal.h"
#include "hyp/bells.h"
#include "hyp/cntvoff.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"

#define CPSR_I 0x80u
#define HVC_SIZE 4u /* in either instruction set */

static int32_t wait(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	uint32_t value = 0;
	int32_t error = bell_wait(&v->vm->bells, v->r[1], v->id, &value);

	vm_unlock(locked);
	return bell_set_result(v, error, value);
}

static int32_t take(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked = vm_lock(v->vm);
	int32_t error = bell_take(&v->vm->bells, v->r[1], v->id, &v->r[1], effects);

	bells_end(locked, effects);
	return error;
}

/* What the call returns if it returns now. */
static int32_t look(struct vcpu *v)
{
	return v->r[0] == BELLHOP_TAKE ? take(v) : wait(v);
}

/* False: it has passed. */
static bool __attribute__((noinline)) set_deadline(struct vcpu *v, uint64_t deadline)
{
	uint64_t end = cntvct_to_cntpct(deadline, v->vm->cntvoff);

	if (end <= timer_now())
		return false;
	timer_set_deadline(v, end);
	return true;
}

/* With IRQs masked only the bell ends it, so that a handler can wait, too. */
static inline void block(struct vcpu *v)
{
	v->pc -= HVC_SIZE;
	v->waits = true;
	if ((v->cpsr & CPSR_I) != 0 || virq_is_quiet(v) || !virq_deliverable(v))
		sched_remove(v, VCPU_BLOCKED);
}

/* What it would be told if it called again: without the way into the guest and back. An interrupt
 * that has come as well is taken behind the call, a mistake or a deadline found by the call. */
void bell_resume_wait(struct vcpu *v)
{
	v->waits = false;
	if (look(v) != BELLHOP_OK)
		return;
	v->deadline = TIMER_NEVER;
	v->r[0] = (uint32_t)BELLHOP_OK;
	v->pc += HVC_SIZE;
}

int32_t bell_call_wait(struct vcpu *v)
{
	int32_t error = look(v);
	uint64_t deadline;

	v->deadline = TIMER_NEVER;
	if (error != BELLHOP_AGAIN)
		return error;
	deadline = bell_value_at(v, 2);
	if (deadline != BELLHOP_NEVER && !set_deadline(v, deadline))
		return error;
	block(v);
	return (int32_t)v->r[0];
}
