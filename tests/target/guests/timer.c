// SPDX-License-Identifier: BSD-2-Clause
/*
 * Generic Timer (DDI 0406C B8): virtual and physical timer of each vCPU, and the counters. Here is
 * what each timer does by itself; timer_rates.c has many ticks, and several vCPUs.
 */
#include "timers.h"

const struct vtimer virt = { CNTV_INTID, cntv_set, cntv_cval, cntv_ctl, timer_now };
const struct vtimer phys = { CNTP_INTID, cntp_set, cntp_cval, cntp_ctl, cntpct };

struct state virt_state[GUEST_MAX_VCPUS];
struct state phys_state[GUEST_MAX_VCPUS];

static void on_timer(const struct vtimer *t, struct state *s)
{
	const uint64_t cval = t->cval();

	s->fired = s->fired + 1;
	if (t->now() < cval)
		s->early = s->early + 1;
	if (s->keep)
		s->keep = s->keep - 1;
	else if (s->period)
		t->set(cval + s->period, CNT_CTL_ENABLE);
	else
		t->set(cval, 0);
}

void on_virt(uint32_t iar)
{
	(void)iar;
	on_timer(&virt, &virt_state[cpu_index()]);
}

static void on_phys(uint32_t iar)
{
	(void)iar;
	on_timer(&phys, &phys_state[cpu_index()]);
}

void start(const struct vtimer *t, struct state *s, uint64_t cval, uint64_t period)
{
	s->fired = 0;
	s->early = 0;
	s->keep = 0;
	s->period = period;
	gic_enable(t->intid);
	t->set(cval, CNT_CTL_ENABLE);
	irq_enable();
}

void stop(const struct vtimer *t)
{
	irq_disable();
	t->set(TIMER_FAR, 0);
	gic_disable(t->intid);
}

bool wait_fired(const struct state *s, uint32_t n, uint32_t ms)
{
	const uint64_t end = timer_now() + timer_ms(ms);

	while (s->fired < n && timer_now() < end)
		cpu_relax();
	return s->fired >= n;
}

static void check_one_shot(const struct vtimer *t, struct state *s)
{
	start(t, s, t->now() + timer_ms(2), 0);
	ktap_check(wait_fired(s, 1, 2000), "did not fire");
	timer_delay_us(2000);
	stop(t);
	ktap_check_eq(s->fired, 1, "times fired");
	ktap_check_eq(s->early, 0, "fired early");
	ktap_check_eq(gic_unhandled(), 0, "other interrupts");
}

static void test_frequency(void)
{
	const uint64_t a = timer_now();

	ktap_check(timer_hz() >= 1000000, "CNTFRQ is %lu", (unsigned long)timer_hz());
	timer_delay_us(1000);
	ktap_check(timer_now() - a >= timer_us(1000), "counter stands still");
}

static void test_virt_fires(void)
{
	check_one_shot(&virt, &virt_state[0]);
}

static void test_phys_fires(void)
{
	check_one_shot(&phys, &phys_state[0]);
}

/* CVAL in the past: the condition is met at once. */
static void test_past(void)
{
	start(&virt, &virt_state[0], 0, 0);
	ktap_check(wait_fired(&virt_state[0], 1, 2000), "virtual timer did not fire");
	stop(&virt);
	start(&phys, &phys_state[0], 0, 0);
	ktap_check(wait_fired(&phys_state[0], 1, 2000), "physical timer did not fire");
	stop(&phys);
}

static void check_imask(const struct vtimer *t, struct state *s)
{
	start(t, s, 0, 0);
	wait_fired(s, 1, 2000);
	s->fired = 0;
	t->set(0, CNT_CTL_ENABLE | CNT_CTL_IMASK);
	timer_delay_us(2000);
	ktap_check_eq(s->fired, 0, "fired although masked");
	ktap_check_eq(t->ctl(), 7, "CTL (ISTATUS, IMASK, ENABLE)");
	t->set(TIMER_FAR, CNT_CTL_ENABLE | CNT_CTL_IMASK);
	ktap_check_eq(t->ctl(), 3, "CTL with CVAL ahead");
	stop(t);
}

static void test_imask(void)
{
	check_imask(&virt, &virt_state[0]);
	check_imask(&phys, &phys_state[0]);
}

/* The output is a level: it interrupts again until the handler takes the condition away. */
static void check_level(const struct vtimer *t, struct state *s)
{
	start(t, s, TIMER_FAR, 0);
	ktap_check_eq(s->fired, 0, "fired with CVAL far ahead");
	irq_disable();
	s->keep = 3;
	t->set(0, CNT_CTL_ENABLE);
	irq_enable();
	ktap_check(wait_fired(s, 4, 2000), "INTID %lu: fired %lu of 4", (unsigned long)t->intid,
		   (unsigned long)s->fired);
	timer_delay_us(1000);
	ktap_check_eq(s->fired, 4, "times fired");
	stop(t);
}

static void test_level(void)
{
	check_level(&virt, &virt_state[0]);
	check_level(&phys, &phys_state[0]);
}

/* GICD_ISPENDR follows the level of a PPI, whether or not the interrupt is enabled (4.3.7). */
static void check_pending_bit(const struct vtimer *t, bool enabled)
{
	irq_disable();
	if (enabled)
		gic_enable(t->intid);
	t->set(0, CNT_CTL_ENABLE);
	ktap_check(gic_is_pending(t->intid), "INTID %lu not pending, enabled %d",
		   (unsigned long)t->intid, enabled);
	t->set(TIMER_FAR, CNT_CTL_ENABLE);
	ktap_check(!gic_is_pending(t->intid), "INTID %lu still pending, enabled %d",
		   (unsigned long)t->intid, enabled);
	stop(t);
}

static void test_pending_bit(void)
{
	check_pending_bit(&virt, true);
	check_pending_bit(&phys, true);
	check_pending_bit(&virt, false);
	check_pending_bit(&phys, false);
}

static void test_tval(void)
{
	cntv_set(timer_now() + timer_ms(1000), 0);
	const uint32_t ahead = cp15_read(0, 14, 3, 0);

	ktap_check(ahead > timer_ms(500) && ahead <= timer_ms(1000), "CNTV_TVAL %lu",
		   (unsigned long)ahead);
	cp15_write(0, 14, 3, 0, (uint32_t)-1000);
	const uint64_t behind = timer_now() - cntv_cval();

	ktap_check(cntv_cval() < timer_now() && behind < timer_ms(1000) + 1000,
		   "TVAL is not signed");
	cp15_write(0, 14, 2, 0, (uint32_t)timer_ms(1000));
	ktap_check(cntp_cval() > cntpct() && cntp_cval() <= cntpct() + timer_ms(1000), "CNTP_TVAL");
	stop(&virt);
	stop(&phys);
}

static void test_wfi(void)
{
	struct state *s = &virt_state[0];

	for (unsigned int i = 0; i < 50; i++) {
		const uint64_t deadline = timer_now() + timer_ms(1);

		start(&virt, s, deadline, 0);
		while (s->fired == 0) {
			irq_disable();
			if (s->fired == 0)
				wfi();
			irq_enable();
			isb();
		}
		ktap_check(timer_now() >= deadline, "woke early");
		ktap_check(timer_now() < deadline + timer_ms(1000), "woke 1 s late");
		stop(&virt);
	}
}

/* WFI with CPSR.I set wakes on a pending interrupt and takes none (B1.8.13). */
static void test_wfi_masked(void)
{
	const uint64_t deadline = timer_now() + timer_ms(2);

	start(&phys, &phys_state[0], TIMER_FAR, 0);
	irq_disable();
	cntp_set(cntpct() + timer_ms(2), CNT_CTL_ENABLE);
	while (!(cntp_ctl() & CNT_CTL_ISTATUS))
		wfi();
	ktap_check(timer_now() >= deadline, "woke early");
	ktap_check_eq(phys_state[0].fired, 0, "taken although masked");
	stop(&phys);
}

static const struct ktap_test tests[] = {
	{ "frequency", test_frequency },
	{ "virt_fires", test_virt_fires },
	{ "phys_fires", test_phys_fires },
	{ "past", test_past },
	{ "imask", test_imask },
	{ "level", test_level },
	{ "tval", test_tval },
	{ "wfi", test_wfi },
	{ "wfi_masked", test_wfi_masked },
	{ "ticks_virt", test_ticks_virt },
	{ "ticks_phys", test_ticks_phys },
	{ "both", test_both },
	{ "offset", test_offset },
	{ "monotonic", test_monotonic },
	{ "per_vcpu", test_per_vcpu },
	{ "pending_bit", test_pending_bit },
};

int main(void)
{
	gic_handle(CNTV_INTID, on_virt);
	gic_handle(CNTP_INTID, on_phys);
	return ktap_run_all(tests);
}
