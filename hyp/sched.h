/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which vCPU runs on this CPU: fixed priority, preemptive; round robin with a time slice among
 * equals. Every function works on the calling CPU only.
 */
#ifndef BELLHOP_HYP_SCHED_H
#define BELLHOP_HYP_SCHED_H

#include <stdint.h>

#include "hyp/vcpu.h"

/* A vCPU becomes able to run, at the end of its priority's ring; no effect if it is already. */
void sched_ready(struct vcpu *v);
/* ... or not any more: BLOCKED or OFF. */
void sched_remove(struct vcpu *v, enum vcpu_state state);
/* v, which has just trapped, waits for an interrupt, as WFI does: it may return for any. */
void sched_wait(struct vcpu *v);
/* What interrupts v may have changed: wake it, or look at its list registers on the way back. */
void sched_kick(struct vcpu *v);
/* The head of v's ring goes to its end. */
void sched_yield(struct vcpu *v);

/* The way back to a guest where cpu->work is not 0 (boot/vectors.S): events, schedule, list
 * registers. Returns the vCPU to enter; sleeps while there is none. */
struct vcpu *sched_work(struct cpu *cpu);

/* How long v runs when an equal waits; 0: the default. At its creation. */
void sched_set_slice(struct vcpu *v, uint32_t microseconds);

/* A CPU with nothing in its hands begins here. */
void __attribute__((noreturn)) sched_start(void);

#endif
