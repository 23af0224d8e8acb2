// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/irq.h"

#include "bellhop/gicv2.h"
#include "drivers/gic.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

#define MAX_PER_POLL 4u /* a storm returns to the guest and comes again */

static uint32_t maintenance_intid;

void irq_set_maintenance(uint32_t intid)
{
	maintenance_intid = intid;
}

/* A timer of the guest whose registers are loaded, which has to end it. */
static void hand_on(struct cpu *cpu, uint32_t iar, uint32_t intid)
{
	gic_drop(iar);
	virq_hw_raise(cpu->current, intid);
	timer_arm_backstop(cpu);
}

static void dispatch(struct cpu *cpu, uint32_t intid)
{
	if (intid == GIC_SGI_KICK)
		cpu->work |= WORK_EVENTS;
	else if (intid == maintenance_intid)
		/* Only a reason to come here: late, spurious or for a vCPU that is gone, the fold
		 * on the way back sees what is true. */
		cpu->work |= WORK_SYNC;
	else if (intid == timer_hyp_intid())
		timer_fired(cpu);
	else if (intid == console_intid())
		console_interrupt();
	/* else a timer of nobody, which was switched off meanwhile */
}

/* What was acknowledged is always dropped: its priority would hold back all others for ever. */
static bool poll_from(struct cpu *cpu, uint32_t iar)
{
	for (unsigned int n = 1;; n++) {
		uint32_t intid = iar & GICC_IAR_INTID_MASK;

		if (intid >= GIC_MAX_INTIDS)
			return false;
		if (timer_is_guest_intid(intid) && cpu->current != NULL) {
			hand_on(cpu, iar, intid);
			return true;
		}
		gic_drop(iar);
		dispatch(cpu, intid);
		gic_deactivate(iar);
		/* The maintenance interrupt's line stays high until the fold. */
		if (intid == maintenance_intid || n == MAX_PER_POLL)
			return false;
		iar = gic_acknowledge();
	}
}

/* The commonest, a timer, mostly comes alone: no look for a second one. */
bool irq_poll(struct cpu *cpu)
{
	uint32_t iar = gic_acknowledge();
	uint32_t intid = iar & GICC_IAR_INTID_MASK;

	if (!timer_is_guest_intid(intid) || cpu->current == NULL)
		return poll_from(cpu, iar);
	hand_on(cpu, iar, intid);
	return true;
}
