// SPDX-License-Identifier: BSD-2-Clause
/*
 * From one VM to the other by WFI. The leader has the higher priority, so the measuring VM runs
 * only while the leader sleeps. In each round the measuring VM sets its timer and sleeps; the
 * leader stays awake until this timer has fired, notes the time, and sleeps: what then passes until
 * the other VM's next instruction is one WFI exit, one switch and one entry.
 */
#include "bench.h"
#include "smccc.h"

#define ROUNDS 20u
#define LEADER_US 50
#define AHEAD_US 200
#define MARGIN_US 20
#define NEIGHBOUR_SLEEP_US 3000
#define NEIGHBOUR_WAKES 100
#define SETTLE_US 1000 /* until what is said about the leader's end has been said */

/* Written by the measuring VM, but for the stamp. Counts are physical. */
struct page {
	volatile uint64_t stamp;
	volatile uint64_t deadline;
	volatile uint32_t round; /* a new number: a new deadline */
	volatile uint32_t vfp;
	volatile uint32_t over;
};

static struct page *const page = (struct page *)SHARED_BASE;

/* Whoever owns the vector registers loses them to whoever does this. */
static inline void use_vfp(void)
{
	__asm__ volatile("vmov.f32 s0, s0" ::: "memory");
}

static void take_interrupts(void)
{
	irq_enable();
	isb();
	irq_disable();
}

void rows_vms_leader(void)
{
	uint32_t round = 0;

	while (!page->over) {
		const bool asked = page->round != round;

		round = page->round;
		if (asked)
			while (cntpct() < page->deadline + timer_us(MARGIN_US))
				;
		if (page->vfp)
			use_vfp();
		cntv_set(timer_now() + timer_us(LEADER_US), CNT_CTL_ENABLE);
		if (asked)
			page->stamp = cntpct();
		wfi();
		take_interrupts();
	}
	for (;;)
		psci_system_off();
}

/* A VM that lives beside the one that measures: it wakes now and then, and ends at last. */
void rows_neighbour(void)
{
	for (unsigned int i = 0; i < NEIGHBOUR_WAKES; i++) {
		cntv_set(timer_now() + timer_us(NEIGHBOUR_SLEEP_US), CNT_CTL_ENABLE);
		wfi();
		use_vfp();
		take_interrupts();
	}
	for (;;)
		psci_system_off();
}

/* Returns 0 when this VM was woken for another reason. */
static uint64_t one_switch(void)
{
	region_begin();
	page->stamp = 0;
	page->deadline = cntpct() + timer_us(AHEAD_US);
	cntv_set(timer_now() + timer_us(AHEAD_US), CNT_CTL_ENABLE);
	dmb();
	page->round++;
	wfi();
	if (page->vfp)
		use_vfp();
	const uint64_t now = cntpct();

	region_end();
	const uint64_t stamp = page->stamp;

	take_interrupts();
	return stamp ? now - stamp : 0;
}

static void row_switch(const char *name)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		const uint64_t ticks = one_switch();

		if (ticks)
			row_add(name, ticks, 1);
	}
}

void rows_vms(void)
{
	row_switch("vm_switch");
	page->vfp = 1;
	row_switch("vm_switch_vfp");
	page->over = 1;
	timer_delay_us(SETTLE_US);
}
