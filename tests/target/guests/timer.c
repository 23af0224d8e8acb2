// SPDX-License-Identifier: BSD-2-Clause
/* Generic Timer (DDI 0406C B8): virtual and physical timer of each vCPU, and the counters. */
#include "common.h"

#define TICKS 10000
#define TICK_US 100
#define HANDOVERS 20000
#define HANDOVER_MS 1000
#define SIDE_TICKS 200

struct vtimer {
	uint32_t intid;
	void (*set)(uint64_t cval, uint32_t ctl);
	uint64_t (*cval)(void);
	uint32_t (*ctl)(void);
	uint64_t (*now)(void);
};

static const struct vtimer virt = { CNTV_INTID, cntv_set, cntv_cval, cntv_ctl, timer_now };
static const struct vtimer phys = { CNTP_INTID, cntp_set, cntp_cval, cntp_ctl, cntpct };

/* Per vCPU, written by its handlers only. */
struct state {
	volatile uint32_t fired;
	volatile uint32_t early;
	volatile uint32_t keep;	  /* leave the line asserted this many times */
	volatile uint64_t period; /* ticks; 0: one shot */
};

static struct state virt_state[GUEST_MAX_VCPUS];
static struct state phys_state[GUEST_MAX_VCPUS];

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

static void on_virt(uint32_t iar)
{
	(void)iar;
	on_timer(&virt, &virt_state[cpu_index()]);
}

static void on_phys(uint32_t iar)
{
	(void)iar;
	on_timer(&phys, &phys_state[cpu_index()]);
}

static void start(const struct vtimer *t, struct state *s, uint64_t cval, uint64_t period)
{
	s->fired = 0;
	s->early = 0;
	s->keep = 0;
	s->period = period;
	gic_enable(t->intid);
	t->set(cval, CNT_CTL_ENABLE);
	irq_enable();
}

static void stop(const struct vtimer *t)
{
	irq_disable();
	t->set(TIMER_FAR, 0);
	gic_disable(t->intid);
}

static bool wait_fired(const struct state *s, uint32_t n, uint32_t ms)
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

static void check_ticks(const struct vtimer *t, struct state *s, uint32_t n, uint32_t us)
{
	const uint64_t period = timer_us(us);
	const uint64_t first = t->now() + period;
	const uint64_t end = timer_now() + timer_ms(60000);

	start(t, s, first, period);
	while (s->fired < n && timer_now() < end) {
		irq_disable();
		if (s->fired < n)
			wfi();
		irq_enable();
		isb();
	}
	irq_disable();
	const uint32_t fired = s->fired;
	const uint64_t cval = t->cval();

	stop(t);
	ktap_check(fired >= n, "%lu of %lu ticks", (unsigned long)fired, (unsigned long)n);
	ktap_check(cval == first + period * fired, "CVAL does not match the ticks counted");
	ktap_check_eq(s->early, 0, "early ticks");
}

static void test_ticks_virt(void)
{
	check_ticks(&virt, &virt_state[0], TICKS, TICK_US);
}

static void test_ticks_phys(void)
{
	check_ticks(&phys, &phys_state[0], TICKS / 4, TICK_US);
}

static void test_both(void)
{
	start(&virt, &virt_state[0], timer_now(), timer_us(700));
	start(&phys, &phys_state[0], cntpct(), timer_us(500));
	ktap_check(wait_fired(&virt_state[0], 100, 10000), "virtual: %lu",
		   (unsigned long)virt_state[0].fired);
	ktap_check(wait_fired(&phys_state[0], 100, 10000), "physical: %lu",
		   (unsigned long)phys_state[0].fired);
	stop(&virt);
	stop(&phys);
	ktap_check_eq(virt_state[0].early + phys_state[0].early, 0, "early ticks");
}

/*
 * CNTPCT - CNTVCT = CNTVOFF, one constant for the whole VM: each sample between two reads of CNTVCT
 * bounds it, and all bounds must have a value in common.
 */
static void test_offset(void)
{
	int64_t low = INT64_MIN;
	int64_t high = INT64_MAX;

	for (unsigned int i = 0; i < 1000; i++) {
		const uint64_t before = timer_now();
		const uint64_t p = cntpct();
		const uint64_t after = timer_now();
		const int64_t at_least = (int64_t)(p - after);
		const int64_t at_most = (int64_t)(p - before);

		low = at_least > low ? at_least : low;
		high = at_most < high ? at_most : high;
	}
	ktap_check(low <= high, "CNTVOFF moved");
}

static volatile uint64_t token_time;
static volatile uint32_t token_owner;
static volatile uint32_t token_count;
static volatile uint32_t backwards;
static volatile uint32_t token_stop;

/* Passes a time stamp to the other vCPU: whoever reads later must not see an earlier time. */
static void pass_token(uint32_t self, uint32_t other)
{
	while (!token_stop) {
		if (token_owner != self) {
			cpu_relax();
			continue;
		}
		dmb();
		const uint64_t now = timer_now();

		if (now < token_time)
			backwards++;
		token_time = now;
		token_count++;
		dmb();
		token_owner = other;
		if (self == 0 && (token_count >= HANDOVERS))
			token_stop = 1;
	}
}

static void token_secondary(void *arg)
{
	(void)arg;
	pass_token(1, 0);
}

static void token_timeout(uint32_t iar)
{
	(void)iar;
	cntv_set(TIMER_FAR, 0);
	token_stop = 1;
}

static void test_monotonic(void)
{
	if (needs_vcpus(2))
		return;
	vcpu_start(1, token_secondary, 0);
	gic_handle(CNTV_INTID, token_timeout);
	start(&virt, &virt_state[0], timer_now() + timer_ms(HANDOVER_MS), 0);
	pass_token(0, 1);
	stop(&virt);
	gic_handle(CNTV_INTID, on_virt);
	ktap_check(vcpu_wait_off(1, 5000), "vCPU 1 never off");
	ktap_check(token_count >= 4, "only %lu handovers", (unsigned long)token_count);
	ktap_check_eq(backwards, 0, "times the counter ran backwards");
	ktap_diag("%lu handovers", (unsigned long)token_count);
}

static void tick_alone(void *arg)
{
	struct state *s = &virt_state[cpu_index()];

	(void)arg;
	start(&virt, s, timer_now(), timer_us(300u + 200u * cpu_index()));
	wait_fired(s, SIDE_TICKS, 20000);
	stop(&virt);
}

/* Timers are per vCPU: all tick at their own rate, none misses or takes another's. */
static void test_per_vcpu(void)
{
	if (needs_vcpus(2))
		return;
	for (unsigned int cpu = 1; cpu < machine_vcpus(); cpu++)
		vcpu_start(cpu, tick_alone, 0);
	tick_alone(0);
	for (unsigned int cpu = 0; cpu < machine_vcpus(); cpu++) {
		if (cpu)
			ktap_check(vcpu_wait_off(cpu, 30000), "vCPU %u never off", cpu);
		ktap_check(virt_state[cpu].fired >= SIDE_TICKS, "vCPU %u: %lu ticks", cpu,
			   (unsigned long)virt_state[cpu].fired);
		ktap_check(virt_state[cpu].early == 0, "vCPU %u: early ticks", cpu);
	}
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
