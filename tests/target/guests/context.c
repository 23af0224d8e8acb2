// SPDX-License-Identifier: BSD-2-Clause
/*
 * Fills every register that a guest may write with random patterns, gives the physical CPU away
 * (by WFI, or by spinning through time slices) and checks that nothing changed. Meant to run as
 * two VMs, and as two vCPUs of one VM, on one CPU, each with its own seed.
 *
 * The MMU is off and IRQs are masked meanwhile, so that translation and vector registers may hold
 * anything. Patterns are compared with what was read back at once: that is what is implemented.
 */
#include "context.h"

#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "mmu.h"

#define MAX_SYSREGS 32u
#define WFI_HOLDS 300u
#define WFI_US 300u
#define BUSY_HOLDS 30u
#define BUSY_MS 15u
#define CORE_HOLDS 30u
#define CORE_LOOPS 8000000u

struct mismatch {
	uint32_t count;
	uint32_t hold;
	const char *name;
	uint32_t index;
	uint64_t got, want;
};

/* All of one vCPU, on cache lines of its own, because the MMU goes on and off. */
struct run {
	struct mismatch first;
	uint32_t random;
	uint32_t holds;
	bool busy;
	uint32_t present; /* bit n: context_sysregs[n] exists */
} __attribute__((aligned(64)));

static struct run runs[GUEST_MAX_VCPUS];
static volatile uint32_t done[GUEST_MAX_VCPUS];

static void compare(struct run *run, const char *name, uint32_t index, uint64_t got, uint64_t want)
{
	if (got == want)
		return;
	if (run->first.count++ == 0) {
		run->first.hold = run->holds;
		run->first.name = name;
		run->first.index = index;
		run->first.got = got;
		run->first.want = want;
	}
}

static uint64_t random64(struct run *run)
{
	const uint64_t high = random32(&run->random);

	return high << 32 | random32(&run->random);
}

/* WFI until the wake-up timer's condition is met, or a spin of some time slices. */
static void give_away(bool busy, bool wake_by_phys)
{
	if (busy) {
		const uint64_t end = timer_now() + timer_ms(BUSY_MS);

		while (timer_now() < end)
			;
	} else if (wake_by_phys) {
		cntp_set(cntpct() + timer_us(WFI_US), CNT_CTL_ENABLE);
		while (!(cntp_ctl() & CNT_CTL_ISTATUS))
			wfi();
		cntp_set(TIMER_FAR, 0);
		drop_interrupt();
	} else {
		cntv_set(timer_now() + timer_us(WFI_US), CNT_CTL_ENABLE);
		while (!(cntv_ctl() & CNT_CTL_ISTATUS))
			wfi();
		cntv_set(TIMER_FAR, 0);
		drop_interrupt();
	}
}

/* The timer that does not wake us holds a pattern: far ahead, so that it never fires. */
static void timer_pattern(struct run *run, bool virt, uint64_t *cval, uint32_t *ctl)
{
	*cval = timer_now() + timer_ms(3600000) + (random64(run) & 0xffffffff);
	*ctl = random32(&run->random) & 3;
	if (virt)
		cntv_set(*cval, *ctl);
	else
		cntp_set(*cval, *ctl);
}

static void timer_check(struct run *run, bool virt, uint64_t cval, uint32_t ctl)
{
	compare(run, virt ? "cntv_cval" : "cntp_cval", 0, virt ? cntv_cval() : cntp_cval(), cval);
	compare(run, virt ? "cntv_ctl" : "cntp_ctl", 0, virt ? cntv_ctl() : cntp_ctl(), ctl);
}

static void sysregs_write(struct run *run, uint64_t *saved, uint64_t *expected)
{
	for (uint32_t i = 0; i < context_num_sysregs; i++) {
		const struct sysreg *s = &context_sysregs[i];

		if (!(run->present >> i & 1))
			continue;
		saved[i] = s->read();
		const uint64_t value = (random64(run) & s->mask) | (saved[i] & s->keep);

		s->write(value);
		expected[i] = s->read();
		compare(run, s->name, 0, expected[i] & s->must, value & s->must);
	}
}

static void sysregs_check(struct run *run, const uint64_t *saved, const uint64_t *expected)
{
	uint64_t got[MAX_SYSREGS];

	for (uint32_t i = 0; i < context_num_sysregs; i++)
		if (run->present >> i & 1)
			got[i] = context_sysregs[i].read();
	for (uint32_t i = 0; i < context_num_sysregs; i++) {
		if (!(run->present >> i & 1))
			continue;
		context_sysregs[i].write(saved[i]);
		compare(run, context_sysregs[i].name, 1, got[i], expected[i]);
	}
}

static void hold(struct run *run)
{
	const bool virt = (run->holds & 1) == 0;
	uint64_t saved[MAX_SYSREGS], expected[MAX_SYSREGS];
	uint32_t banked[BANKED_WORDS], want[BANKED_WORDS], got[BANKED_WORDS];
	uint64_t cval;
	uint32_t ctl;

	context_banked_read(banked);
	for (uint32_t i = 0; i < BANKED_WORDS; i++)
		got[i] = random32(&run->random);
	context_banked_write(got);
	context_banked_read(want);
	for (uint32_t i = 0; i < BANKED_WORDS - 5; i++)
		compare(run, "banked (at once)", i, want[i], got[i]);
	timer_pattern(run, virt, &cval, &ctl);
	sysregs_write(run, saved, expected);
	give_away(run->busy, virt);
	sysregs_check(run, saved, expected);
	timer_check(run, virt, cval, ctl);
	context_banked_read(got);
	for (uint32_t i = 0; i < BANKED_WORDS; i++)
		compare(run, "banked", i, got[i], want[i]);
	context_banked_write(banked);
	cntv_set(TIMER_FAR, 0);
	cntp_set(TIMER_FAR, 0);
	run->holds++;
}

static void hold_many(struct run *run, bool busy, uint32_t n)
{
	run->busy = busy;
	gic_enable(CNTV_INTID);
	gic_enable(CNTP_INTID);
	mmu_disable();
	for (uint32_t i = 0; i < n; i++)
		hold(run);
	mmu_on();
	gic_disable(CNTV_INTID);
	gic_disable(CNTP_INTID);
}

/* FPSCR bits that only describe or select, no trap enables (A2.5.3). */
#define FPSCR_PATTERN 0xffc0009fu

static void core_hold(struct run *run)
{
	struct core in, out;
	const bool high = (run->holds & 1) == 0;

	for (uint32_t i = 0; i < 32; i++)
		in.d[i] = random64(run);
	in.fpscr = random32(&run->random) & FPSCR_PATTERN;
	for (uint32_t i = 0; i < 15; i++)
		in.r[i] = random32(&run->random);
	if (high)
		context_core_hold_high(&in, &out, CORE_LOOPS);
	else
		context_core_hold_low(&in, &out, CORE_LOOPS);
	for (uint32_t i = 0; i < 32; i++)
		compare(run, "d", i, out.d[i], in.d[i]);
	compare(run, "fpscr", 0, out.fpscr, in.fpscr);
	for (uint32_t i = 0; i < 15; i++)
		if (i != (high ? 12 : 0))
			compare(run, "r", i, out.r[i], in.r[i]);
	run->holds++;
}

struct probe {
	const struct sysreg *reg;
};

static void probe_one(void *arg)
{
	const struct probe *p = arg;

	p->reg->write(p->reg->read());
}

static void prepare(struct run *run, uint32_t seed)
{
	memset(run, 0, sizeof(*run));
	run->random = seed * 2654435761u + cpu_index() + 1;
	for (uint32_t i = 0; i < context_num_sysregs; i++) {
		struct probe p = { &context_sysregs[i] };
		struct fault fault;

		if (!fault_try(probe_one, &p, &fault))
			run->present |= 1u << i;
	}
}

static uint32_t seed(void)
{
	const char *arg = strstr(machine_bootargs(), "seed=");

	return arg ? (uint32_t)strtoul(arg + 5, 0, 0) : 1;
}

static void report(unsigned int cpu)
{
	const struct mismatch *m = &runs[cpu].first;

	ktap_check(
		m->count == 0,
		"vCPU %u: %lu changes, first in hold %lu: %s[%lu] 0x%08lx%08lx, not 0x%08lx%08lx",
		cpu, (unsigned long)m->count, (unsigned long)m->hold, m->name ? m->name : "",
		(unsigned long)m->index, (unsigned long)(m->got >> 32), (unsigned long)m->got,
		(unsigned long)(m->want >> 32), (unsigned long)m->want);
}

static void test_wfi(void)
{
	prepare(&runs[0], seed());
	hold_many(&runs[0], false, WFI_HOLDS);
	report(0);
	ktap_diag("seed %lu, registers present 0x%lx", (unsigned long)seed(),
		  (unsigned long)runs[0].present);
}

static void test_time_slices(void)
{
	prepare(&runs[0], seed() + 1);
	hold_many(&runs[0], true, BUSY_HOLDS);
	report(0);
}

static void core_holds(struct run *run)
{
	for (uint32_t i = 0; i < CORE_HOLDS; i++)
		core_hold(run);
}

static void test_core(void)
{
	prepare(&runs[0], seed() + 2);
	core_holds(&runs[0]);
	report(0);
}

static void secondary(void *arg)
{
	struct run *run = &runs[cpu_index()];

	(void)arg;
	prepare(run, seed() + 3);
	hold_many(run, true, BUSY_HOLDS / 2);
	hold_many(run, false, WFI_HOLDS / 2);
	core_holds(run);
	done[cpu_index()] = 1;
}

/* All vCPUs at once; on one CPU they share a VMID and follow each other directly. */
static void test_vcpus(void)
{
	if (needs_vcpus(2))
		return;
	for (unsigned int cpu = 1; cpu < machine_vcpus(); cpu++)
		vcpu_start(cpu, secondary, 0);
	secondary(0);
	for (unsigned int cpu = 0; cpu < machine_vcpus(); cpu++) {
		ktap_check(cpu == 0 || vcpu_wait_off(cpu, 60000), "vCPU %u never off", cpu);
		ktap_check_eq(done[cpu], 1, "done");
		report(cpu);
	}
}

static const struct ktap_test tests[] = {
	{ "wfi", test_wfi },
	{ "time_slices", test_time_slices },
	{ "core_and_vfp", test_core },
	{ "vcpus", test_vcpus },
};

int main(void)
{
	return ktap_run_all(tests);
}
