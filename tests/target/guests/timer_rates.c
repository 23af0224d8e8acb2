// SPDX-License-Identifier: BSD-2-Clause
/* Timers that tick for a while, and the counters: at their own rate, on each vCPU. */
#include "timers.h"

#define TICKS 10000
#define TICK_US 100
#define HANDOVERS 20000
#define HANDOVER_MS 1000
#define SIDE_TICKS 200

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

void test_ticks_virt(void)
{
	check_ticks(&virt, &virt_state[0], TICKS, TICK_US);
}

void test_ticks_phys(void)
{
	check_ticks(&phys, &phys_state[0], TICKS / 4, TICK_US);
}

void test_both(void)
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
void test_offset(void)
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

void test_monotonic(void)
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
void test_per_vcpu(void)
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
