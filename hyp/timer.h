/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generic timer, DDI 0406C B8. A loaded vCPU owns CNTV and CNTP of its CPU, and their
 * interrupts reach it as hardware-mapped PPIs. Of a vCPU that is not loaded both are saved and off
 * (a level that nobody serves would interrupt EL2 for ever), and CNTHP, EL2's own timer, is armed
 * for its deadline. CNTHP also ends time slices.
 */
#ifndef BELLHOP_HYP_TIMER_H
#define BELLHOP_HYP_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/config.h"
#include "hyp/cpu.h"
#include "hyp/machine.h"

#define TIMER_NEVER UINT64_MAX

struct vcpu;

/* Once: rate and INTIDs. False with a line when the machine's timer cannot be used. */
bool timer_init(const struct machine *machine, struct fmt_line *error);
/* On each CPU. */
void timer_cpu_init(void);

/* CNTPCT */
static inline uint64_t timer_now(void)
{
	isb(); /* the counter is not read ahead of what came before (B8.1.2) */
	return read_cntpct();
}
uint64_t timer_ticks(uint32_t microseconds); /* to ticks, rounded down, at least 1 */

void timer_put(struct vcpu *v);
void timer_load(struct vcpu *v);

/* The output of the loaded vCPU's timer with this INTID. */
bool timer_line(uint32_t intid);

/* A blocked v becomes ready at CNTPCT `deadline` (TIMER_NEVER: not so), whatever else wakes it. */
void timer_set_deadline(struct vcpu *v, uint64_t deadline);

/* CNTHP's interrupt: raise the timers of parked vCPUs that are due, end the slice. */
void timer_fired(struct cpu *cpu);
/* CNTHP is to come no later than this: whoever makes slice_end or parked_deadline earlier says so
 * at once. It may come earlier: then it is set for what is due next. */
void timer_set(struct cpu *cpu, uint64_t deadline);
static inline void timer_due(struct cpu *cpu, uint64_t deadline)
{
	if (deadline < cpu->hyp_timer)
		timer_set(cpu, deadline);
}

/* A timer's interrupt was handed on to the guest: see needs_backstop() in timer.c. */
void timer_set_backstop(struct cpu *cpu);
static inline void timer_arm_backstop(struct cpu *cpu)
{
	if (gic_needs_poke() && !cpu->backstop)
		timer_set_backstop(cpu);
}

/* Physical INTIDs that the interrupt handler tells apart. */
uint32_t timer_hyp_intid(void);
static inline bool timer_is_guest_intid(uint32_t intid)
{
	return intid == GUEST_VTIMER_INTID || intid == GUEST_PTIMER_INTID;
}

#endif
