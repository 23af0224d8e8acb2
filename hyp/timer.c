// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/timer.h"

#include "drivers/gic.h"
#include "hyp/arm.h"
#include "hyp/cntvoff.h"
#include "hyp/sched.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

#define CTL_ENABLE 1u
#define CTL_IMASK 2u
#define CTL_ISTATUS 4u
#define CNTHCTL_PL1PCTEN 1u
#define CNTHCTL_PL1PCEN 2u
#define BACKSTOP_US 2000u

static uint32_t hyp_intid;
static uint32_t backstop_ticks;
static uint32_t ticks_per_us_16; /* 16.16 fixed point: no division at run time */

bool timer_init(const struct machine *machine, struct fmt_line *error)
{
	const struct machine_timer *timer = &machine->timer;
	uint32_t rate = timer->clock_frequency != 0 ? timer->clock_frequency : read_cntfrq();

	if (timer->virtual_intid != GUEST_VTIMER_INTID ||
	    timer->physical_intid != GUEST_PTIMER_INTID || timer->hyp_intid == 0)
		return fmt_error(error,
				 "timer: interrupts %u, %u, %u: expected virtual %u, physical %u "
				 "and one for Hyp mode",
				 timer->virtual_intid, timer->physical_intid, timer->hyp_intid,
				 GUEST_VTIMER_INTID, GUEST_PTIMER_INTID);
	if (rate < 100000)
		return fmt_error(error, "timer: CNTFRQ reads %u Hz: firmware has to set it", rate);
	hyp_intid = timer->hyp_intid;
	ticks_per_us_16 = (uint32_t)(rate / 1000u * 65536u / 1000u);
	if (rate >= 65536000)
		ticks_per_us_16 = rate / 1000000u * 65536u;
	backstop_ticks = (uint32_t)timer_ticks(BACKSTOP_US);
	return true;
}

void timer_cpu_init(void)
{
	write_cnthp_ctl(0);
	write_cntv_ctl(0);
	write_cntp_ctl(0);
	write_cntvoff(0);
	/* Guests read CNTPCT and program CNTP themselves. */
	write_cnthctl(CNTHCTL_PL1PCTEN | CNTHCTL_PL1PCEN);
	isb();
	this_cpu()->hyp_timer = TIMER_NEVER;
	this_cpu()->parked_deadline = TIMER_NEVER;
	gic_enable(hyp_intid, true);
	gic_enable(GUEST_VTIMER_INTID, true);
	gic_enable(GUEST_PTIMER_INTID, true);
}

uint64_t timer_ticks(uint32_t microseconds)
{
	uint64_t ticks = (uint64_t)microseconds * ticks_per_us_16 >> 16;

	return ticks == 0 ? 1 : ticks;
}

uint32_t timer_hyp_intid(void)
{
	return hyp_intid;
}

bool timer_line(uint32_t intid)
{
	uint32_t ctl = intid == GUEST_VTIMER_INTID ? read_cntv_ctl() : read_cntp_ctl();

	return ctl == (CTL_ENABLE | CTL_ISTATUS);
}

static bool is_on(const struct timer_regs *timer)
{
	return (timer->ctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;
}

void timer_set(struct cpu *cpu, uint64_t deadline)
{
	cpu->hyp_timer = deadline;
	write_cnthp_cval(deadline);
	write_cnthp_ctl(CTL_ENABLE);
}

static void park(struct cpu *cpu, uint64_t deadline)
{
	if (deadline < cpu->parked_deadline)
		cpu->parked_deadline = deadline;
	timer_due(cpu, deadline);
}

/* Both lines are low before the next guest or WFI, and CNTHP comes instead. */
static void stop(struct vcpu *v)
{
	write_cntv_ctl(0);
	write_cntp_ctl(0);
	isb();
	if (is_on(&v->cntv))
		park(v->cpu, cntvct_to_cntpct(v->cntv.cval, v->vm->cntvoff));
	if (is_on(&v->cntp))
		park(v->cpu, v->cntp.cval);
}

void timer_put(struct vcpu *v)
{
	v->cntv.ctl = read_cntv_ctl();
	v->cntv.cval = read_cntv_cval();
	v->cntp.ctl = read_cntp_ctl();
	v->cntp.cval = read_cntp_cval();
	if (((v->cntv.ctl | v->cntp.ctl) & CTL_ENABLE) != 0)
		stop(v);
}

/* ISTATUS is read-only. */
void timer_load(struct vcpu *v)
{
	write_cntvoff(v->vm->cntvoff);
	write_cntv_cval(v->cntv.cval);
	write_cntp_cval(v->cntp.cval);
	if (((v->cntv.ctl | v->cntp.ctl) & CTL_ENABLE) != 0)
		isb(); /* the deadline before the enable: else the old one could fire */
	write_cntv_ctl(v->cntv.ctl);
	write_cntp_ctl(v->cntp.ctl);
}

/* Raise v's timer when it is due; its deadline otherwise. */
static uint64_t expire_one(struct vcpu *v, const struct timer_regs *timer, uint64_t offset,
			   uint32_t intid, uint64_t now)
{
	uint64_t deadline = cntvct_to_cntpct(timer->cval, offset);

	if (!is_on(timer))
		return TIMER_NEVER;
	if (deadline > now)
		return deadline;
	virq_hw_raise(v, intid);
	return TIMER_NEVER;
}

void timer_set_deadline(struct vcpu *v, uint64_t deadline)
{
	v->deadline = deadline;
	park(v->cpu, deadline);
}

static uint64_t expire_deadline(struct vcpu *v, uint64_t now)
{
	if (v->deadline > now)
		return v->deadline;
	v->deadline = TIMER_NEVER;
	sched_ready(v);
	return TIMER_NEVER;
}

static void expire(struct cpu *cpu)
{
	uint64_t now = timer_now();
	uint64_t next = TIMER_NEVER;

	if (cpu->parked_deadline > now)
		return;
	for (uint32_t i = 0; i < cpu->n_vcpus; i++) {
		struct vcpu *v = cpu->vcpu[i];
		uint64_t deadline;

		if (v->state == VCPU_OFF)
			continue;
		deadline = expire_deadline(v, now);
		if (deadline < next)
			next = deadline;
		if (v == cpu->current)
			continue;
		deadline = expire_one(v, &v->cntv, v->vm->cntvoff, GUEST_VTIMER_INTID, now);
		if (deadline < next)
			next = deadline;
		deadline = expire_one(v, &v->cntp, 0, GUEST_PTIMER_INTID, now);
		if (deadline < next)
			next = deadline;
	}
	cpu->parked_deadline = next;
}

/*
 * Two things must not wait for the guest to cause an exit. An interrupt that is withheld for
 * another vCPU comes back after a number of fills. And on QEMU a hardware-mapped interrupt whose
 * line is high again after the guest's EOI is not signalled until something touches the CPU
 * interface.
 */
static bool needs_backstop(const struct cpu *cpu)
{
	const struct vcpu *v = cpu->current;

	return v != NULL &&
	       ((gic_needs_poke() && v->active_ppis != 0) || vgic_is_asked(&v->vm->vgic));
}

void timer_set_backstop(struct cpu *cpu)
{
	cpu->backstop = true;
	timer_due(cpu, timer_now() + backstop_ticks);
}

/* For the first of them; if the guest has ended its timers' interrupts, the last time for now. */
static void poke(struct cpu *cpu)
{
	struct vcpu *v = cpu->current;

	if (!gic_needs_poke() || v == NULL || v->active_ppis == 0)
		return;
	if (cpu->hcr == 0 || !virq_is_quiet(v))
		gic_poke();
}

void timer_fired(struct cpu *cpu)
{
	write_cnthp_ctl(0);
	isb(); /* the line is low before the deactivation */
	cpu->hyp_timer = TIMER_NEVER;
	cpu->backstop = false;
	expire(cpu);
	poke(cpu);
	if (cpu->current != NULL && vgic_is_asked(&cpu->current->vm->vgic))
		cpu->work |= WORK_SYNC;
	/* What it is to come for next; the slice behind one that has ended is set when that
	 * begins. */
	if (needs_backstop(cpu))
		timer_set_backstop(cpu);
	timer_due(cpu, cpu->parked_deadline);
	if (cpu->slice_end <= timer_now())
		cpu->work |= WORK_SCHEDULE;
	else
		timer_due(cpu, cpu->slice_end);
}
