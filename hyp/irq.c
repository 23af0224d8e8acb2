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

#define MAX_PER_POLL 16u /* a storm returns to the guest and comes again */

static uint32_t maintenance_intid;

void irq_set_maintenance(uint32_t intid)
{
	maintenance_intid = intid;
}

/* True: EL2 is done with it and it is deactivated. False: a guest has it now. */
static bool dispatch(struct cpu *cpu, uint32_t intid)
{
	if (timer_is_guest_intid(intid)) {
		if (cpu->current == NULL)
			return true; /* its timers were switched off meanwhile */
		virq_hw_raise(cpu->current, intid);
		if (gic_needs_poke() && cpu->work == 0)
			timer_arm(cpu); /* the backstop; with work to do it is armed behind that */
		return false;
	}
	if (intid == GIC_SGI_KICK) {
		cpu->work |= WORK_EVENTS;
	} else if (intid == maintenance_intid) {
		/* Only a reason to come here: late, spurious or for a vCPU that is gone, the fold
		 * on the way back sees what is true. */
		cpu->work |= WORK_SYNC;
	} else if (intid == timer_hyp_intid()) {
		cpu->hyp_timer = TIMER_NEVER;
		write_cnthp_ctl(0);
		isb(); /* the line is low before the deactivation */
		timer_expire(cpu);
		/* The backstop, see timer_arm(). */
		if (gic_needs_poke() && cpu->active_ppis != 0)
			gic_poke();
		cpu->work |= WORK_SCHEDULE;
		if (cpu->current != NULL && vgic_is_asked(&cpu->current->vm->vgic))
			cpu->work |= WORK_SYNC;
	} else if (intid == console_intid()) {
		console_interrupt();
	}
	return true;
}

void irq_poll(void)
{
	struct cpu *cpu = this_cpu();

	for (unsigned int i = 0; i < MAX_PER_POLL; i++) {
		uint32_t iar = gic_acknowledge();
		uint32_t intid = iar & GICC_IAR_INTID_MASK;

		if (intid >= GIC_MAX_INTIDS)
			return;
		gic_drop(iar);
		if (dispatch(cpu, intid))
			gic_deactivate(iar);
		if (intid == maintenance_intid)
			return; /* its line stays high until the fold */
	}
}
