// SPDX-License-Identifier: BSD-2-Clause
/*
 * A VM that makes what it can of doorbells, goes off, and is started again from the console: all of
 * it has to be there, as docs/abi.md says. Its partner, which is the same program, is interrupted
 * before, ends that interrupt only when the VM is off, and rings it in vain.
 */
#include <string.h>

#include "bell.h"

#define AGAIN 0u /* numbers of VMs in bell_again.dts */
#define PARTNER 1u

#define VIRQ_SPI 50u
#define PARTNER_SPI 40u
#define RINGER_LABEL 7u /* a bell of the VM that the partner rings */
#define ANSWER_LABEL 8u /* a bell of the partner that the VM rings */
#define COUNT 5u

enum stage { NOTHING, PARTNER_READY, GOING_OFF, RUNG_WHILE_OFF, OVER };

/* What the VM knew when it went off. */
enum handle {
	PLAIN,	  /* COUNT */
	MASKED,	  /* 1, masked */
	LINE,	  /* drives VIRQ_SPI as a level, and is readable */
	MEMBER,	  /* bit 3 of SET, readable */
	SIGNAL,	  /* bound to PARTNER_SPI */
	RESAMPLE, /* its resampler, rung while the VM is off */
	RINGER,	  /* granted to the partner */
	SET,
	ANSWER, /* granted by the partner */
	HANDLES,
};

struct page {
	uint32_t stage;
	uint32_t handle[HANDLES];
	uint32_t while_off; /* the errors of SIGNAL and PEEK for who is off */
	uint32_t handled;   /* interrupts of the partner */
	uint32_t rung;	    /* by the VM, as the partner has counted */
};

#define page ((volatile struct page *)SHARED_BASE)

static void sleep_ms(uint32_t ms)
{
	static uint32_t silent;

	if (silent == 0)
		silent = bell(BELLHOP_CREATE, 0, 0, 0).r1;
	bell_wait(silent, timer_now() + timer_ms(ms));
}

static bool wait_for_stage(uint32_t stage)
{
	for (unsigned int i = 0; page->stage != stage && i < 20000; i++)
		sleep_ms(1);
	dmb();
	return page->stage == stage;
}

static void enter_stage(uint32_t stage)
{
	dmb();
	page->stage = stage;
}

/* The partner. */

static uint32_t find(uint32_t vm, uint32_t label)
{
	struct bell_result result = { BELLHOP_NOENT, 0, 0, 0 };

	for (unsigned int i = 0; result.error != BELLHOP_OK && i < 5000; i++) {
		result = bell(BELLHOP_FIND, vm, label);
		sleep_ms(1);
	}
	return result.r1;
}

/* The first one is ended when the VM is off: its resampler is told then. */
static void on_partner_spi(uint32_t iar)
{
	uint32_t ringer = bell(BELLHOP_FIND, AGAIN, RINGER_LABEL).r1;
	uint64_t end = timer_now() + timer_ms(20000);

	(void)iar;
	page->handled++;
	if (page->stage != GOING_OFF)
		return;
	while (bell(BELLHOP_PEEK, ringer).error == BELLHOP_OK && timer_now() < end)
		cpu_relax();
	page->while_off = (uint32_t)(bell(BELLHOP_PEEK, ringer).error == BELLHOP_STATE) +
			  (uint32_t)(bell_signal(ringer) == BELLHOP_STATE);
}

static void be_the_partner(void)
{
	uint32_t answer = bell(BELLHOP_CREATE, 0, 0, 0).r1;

	bell(BELLHOP_GRANT, answer, AGAIN, BELLHOP_RIGHT_SIGNAL, ANSWER_LABEL);
	gic_handle(PARTNER_SPI, on_partner_spi);
	gic_set_target(PARTNER_SPI, 1);
	gic_enable(PARTNER_SPI);
	irq_enable();
	enter_stage(PARTNER_READY);
	while (page->handled == 0)
		sleep_ms(1);
	enter_stage(RUNG_WHILE_OFF);
	while (page->stage != OVER) {
		if (bell_wait(answer, timer_now() + timer_ms(1)).error != BELLHOP_OK)
			continue;
		page->rung += bell_read(answer);
		bell_signal(find(AGAIN, RINGER_LABEL));
	}
	psci_system_off();
}

/* The first life of the VM. */

static void make(enum handle what, uint32_t count)
{
	page->handle[what] = bell(BELLHOP_CREATE, 0, count, 0).r1;
}

static void make_all(void)
{
	volatile uint32_t *h = page->handle;

	make(PLAIN, COUNT);
	make(MASKED, 1);
	make(LINE, 1);
	make(MEMBER, 1);
	make(SIGNAL, 0);
	make(RESAMPLE, 0);
	make(RINGER, 0);
	h[SET] = bell(BELLHOP_POLLSET_CREATE, 0).r1;
	h[ANSWER] = find(PARTNER, ANSWER_LABEL);
	bell(BELLHOP_MASK, h[MASKED], 1);
	bell(BELLHOP_BIND_VIRQ, h[LINE], VIRQ_SPI, BELLHOP_LEVEL);
	bell(BELLHOP_POLLSET_ADD, h[SET], h[MEMBER], 3);
	bell(BELLHOP_IRQ_BIND, PARTNER, PARTNER_SPI, h[SIGNAL], h[RESAMPLE], BELLHOP_RESAMPLE);
	bell(BELLHOP_GRANT, h[RINGER], PARTNER, BELLHOP_RIGHT_SIGNAL | BELLHOP_RIGHT_PEEK,
	     RINGER_LABEL);
}

/* Its second vCPU is in WAIT when it goes off. */
static void wait_for_ever(void *arg)
{
	(void)arg;
	bell_wait(page->handle[RINGER], BELLHOP_NEVER);
	page->handle[PLAIN] = 0; /* it came back */
}

static void live_and_go_off(void)
{
	wait_for_stage(PARTNER_READY);
	make_all();
	vcpu_start(1, wait_for_ever, 0);
	sleep_ms(2);
	enter_stage(GOING_OFF);
	bell_signal(page->handle[SIGNAL]);
	psci_system_off();
}

/* Its second life. */

/* Each one, under its number, and the bell that it slept with; nothing else. */
static void test_the_same_handles(void)
{
	static const uint32_t types[] = { BELLHOP_TYPE_BELL, BELLHOP_TYPE_POLLSET,
					  BELLHOP_TYPE_PEER };
	uint32_t found = 0, others = 0;

	for (unsigned int type = 0; type < 3; type++) {
		struct bell_result next = bell(BELLHOP_LIST, types[type], 0);

		for (; next.error == BELLHOP_OK;
		     next = bell(BELLHOP_LIST, types[type], (next.r1 & 0xff) + 1)) {
			uint32_t known = 0;

			for (unsigned int i = 0; i < HANDLES; i++)
				known |= (uint32_t)(page->handle[i] == next.r1) << i;
			found |= known;
			others += known == 0;
		}
	}
	ktap_check_eq(found, (1u << HANDLES) - 1, "handles that are there");
	ktap_check_eq(others, 1, "others");
	ktap_check_eq(bell(BELLHOP_FIND, PARTNER, ANSWER_LABEL).r1, page->handle[ANSWER], "FIND");
}

static void test_counts_and_masks(void)
{
	ktap_check_eq(bell(BELLHOP_PEEK, page->handle[MASKED]).r1,
		      BELLHOP_READABLE | BELLHOP_MASKED, "status");
	ktap_check_eq(bell_read(page->handle[MASKED]), 1, "count of the masked one");
	ktap_check_eq(bell_read(page->handle[PLAIN]), COUNT, "count");
	ktap_check_eq(bell(BELLHOP_POLL, page->handle[SET]).r1, 1u << 3, "POLL");
	ktap_check_eq(bell_read(page->handle[MEMBER]), 1, "count of the member");
	ktap_check_eq(bell(BELLHOP_POLL, page->handle[SET]).r1, 0, "POLL when that is read");
}

/* What EL2 rang was counted, what the partner rang was refused. */
static void test_rung_while_it_was_off(void)
{
	ktap_check(wait_for_stage(RUNG_WHILE_OFF), "the partner has not seen it off");
	ktap_check_eq(page->while_off, 2, "STATE of PEEK and SIGNAL");
	ktap_check_eq(page->handled, 1, "interrupts of the partner");
	ktap_check_eq(bell_read(page->handle[RESAMPLE]), 1, "resamples");
	ktap_check_eq(bell_read(page->handle[RINGER]), 0, "rings of the partner");
}

static volatile uint32_t taken;

static void on_virq(uint32_t iar)
{
	(void)iar;
	taken++;
	bell_read(page->handle[LINE]);
}

/* The line was high when it went off, and the bell still is readable. */
static void test_the_level_of_its_virq(void)
{
	gic_handle(VIRQ_SPI, on_virq);
	gic_set_target(VIRQ_SPI, 1);
	gic_enable(VIRQ_SPI);
	irq_enable();
	isb();
	ktap_check_eq(taken, 1, "interrupts");
	bell_signal(page->handle[LINE]);
	isb();
	ktap_check_eq(taken, 2, "interrupts");
}

static void test_what_was_bound_is(void)
{
	volatile uint32_t *h = page->handle;

	ktap_check_eq(bell(BELLHOP_IRQ_BIND, PARTNER, PARTNER_SPI, h[SIGNAL], 0, 0).error,
		      BELLHOP_BUSY, "a second irqfd");
	ktap_check_eq(bell(BELLHOP_GRANT, h[RINGER], PARTNER, BELLHOP_RIGHT_SIGNAL, 0).error,
		      BELLHOP_EXIST, "a second grant");
	bell_signal(h[SIGNAL]);
	ktap_check_eq(bell_wait(h[RESAMPLE], timer_now() + timer_ms(5000)).error, BELLHOP_OK,
		      "resample");
	ktap_check_eq(bell_read(h[RESAMPLE]), 1, "resamples");
	ktap_check_eq(page->handled, 2, "interrupts of the partner");
	ktap_check_eq(bell_signal(h[ANSWER]), BELLHOP_OK, "ring the partner");
	ktap_check_eq(bell_wait(h[RINGER], timer_now() + timer_ms(5000)).error, BELLHOP_OK,
		      "the partner rings");
	ktap_check_eq(page->rung, 1, "rings that the partner saw");
}

static void test_who_waited_does_not(void)
{
	ktap_check_eq(smccc_hvc(PSCI_AFFINITY_INFO, 1, 0, 0), PSCI_AFFINITY_OFF, "vCPU 1");
	ktap_check(page->handle[PLAIN] != 0, "it came back from WAIT");
}

/* A place is used again, a handle is not. */
static void test_closed_ones_stay_closed(void)
{
	uint32_t old = page->handle[PLAIN], new;

	ktap_check_eq(bell_close(old), BELLHOP_OK, "CLOSE");
	new = bell_create(0, 0);
	ktap_check_eq(new & 0xff, old & 0xff, "place");
	ktap_check(new != old, "the same handle");
	ktap_check_eq(bell_signal(old), BELLHOP_BADH, "SIGNAL of the old one");
	bell_close_all();
	ktap_check_eq(bell(BELLHOP_LIST, BELLHOP_TYPE_BELL, 0).error, BELLHOP_NOENT, "LIST");
	enter_stage(OVER);
}

static const struct ktap_test tests[] = {
	{ "the_same_handles", test_the_same_handles },
	{ "counts_and_masks", test_counts_and_masks },
	{ "rung_while_it_was_off", test_rung_while_it_was_off },
	{ "the_level_of_its_virq", test_the_level_of_its_virq },
	{ "what_was_bound_is", test_what_was_bound_is },
	{ "who_waited_does_not", test_who_waited_does_not },
	{ "closed_ones_stay_closed", test_closed_ones_stay_closed },
};

int main(void)
{
	if (strcmp(machine_bootargs(), "partner") == 0)
		be_the_partner();
	if (page->stage < GOING_OFF)
		live_and_go_off();
	return ktap_run_all(tests);
}
