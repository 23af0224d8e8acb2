// SPDX-License-Identifier: BSD-2-Clause
/*
 * A VM that is its own device model: what the calls of a device model refuse, that a failing one
 * changes nothing, that nothing is left behind, and that one vCPU can carry out what another does.
 */
#include <stddef.h>

#include "common.h"
#include "doorbell.h"
#include "pl011.h"

#define SELF 0u
#define OTHER 15u /* there are not so many */
#define BASE 0x0c000000u
#define SIZE 0x1000u
#define NOTHING 0u /* not a handle */

static uint32_t bell;

static void check(int32_t got, int32_t want, const char *what)
{
	ktap_check(got == want, "%s: %s, not %s", what, doorbell_error(got), doorbell_error(want));
}

static void test_claims_refused(void)
{
	static const struct {
		uint32_t vm, address, size, flags;
		int32_t status;
		const char *what;
	} bad[] = {
		{ OTHER, BASE, SIZE, 0, BELLHOP_RANGE, "no such VM" },
		{ UINT32_MAX, BASE, SIZE, 0, BELLHOP_RANGE, "no such VM" },
		{ SELF, BASE, 0, 0, BELLHOP_INVAL, "size 0" },
		{ SELF, BASE, SIZE, 1, BELLHOP_INVAL, "flag 0" },
		{ SELF, BASE, SIZE, 1u << 31, BELLHOP_INVAL, "flag 31" },
		{ SELF, RAM_BASE, SIZE, 0, BELLHOP_RANGE, "RAM" },
		{ SELF, RAM_BASE - 4, 8, 0, BELLHOP_RANGE, "up to RAM" },
		{ SELF, BASE, UINT32_MAX, 0, BELLHOP_RANGE, "wraps" },
		{ SELF, PL011_BASE + 0xffc, 8, 0, BELLHOP_EXIST, "the UART" },
		{ SELF, GICD_BASE + 0xfffc, 4, 0, BELLHOP_EXIST, "the distributor" },
		{ SELF, GICC_BASE + 0x1000, 4, 0, BELLHOP_EXIST, "the CPU interface" },
	};
	uint32_t claim = 77;

	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(doorbell_claim(bad[i].vm, bad[i].address, bad[i].size, bell, bad[i].flags,
				     &claim),
		      bad[i].status, bad[i].what);
	check(doorbell_claim(SELF, BASE, SIZE, NOTHING, 0, &claim), BELLHOP_BADH, "no bell");
	check(doorbell_claim(SELF, BASE, SIZE, bell ^ 0x100, 0, &claim), BELLHOP_BADH, "old bell");
	ktap_check_eq(claim, 77, "result");
	/* Nothing is there: an access is nobody's. */
	ktap_check_eq(mmio_read32(BASE), 0, "load");
}

static void test_claims_have_an_end(void)
{
	uint32_t claim[BELLHOP_MAX_CLAIMS];
	struct bellhop_result full;

	for (uint32_t i = 0; i < BELLHOP_MAX_CLAIMS; i++)
		check(doorbell_claim(SELF, BASE + i * SIZE, SIZE, bell, 0, &claim[i]), BELLHOP_OK,
		      "claim");
	check(doorbell_claim(SELF, BASE + 4, 4, bell, 0, &claim[0]), BELLHOP_NOSPC, "full");
	full = bellhop_call(BELLHOP_MMIO_CLAIM, SELF, BASE - SIZE, SIZE, bell, 0, 0, 0);
	check(full.status, BELLHOP_NOSPC, "full");
	ktap_check_eq(full.r1, BELLHOP_LIMIT_CLAIMS, "which table");
	for (uint32_t i = 0; i < BELLHOP_MAX_CLAIMS; i++) {
		struct doorbell_access access;

		check(doorbell_get(claim[i], &access), BELLHOP_AGAIN, "no request");
		check(doorbell_complete(claim[i], 0, 0, 0), BELLHOP_NOENT, "no request");
		check(doorbell_close(claim[i]), BELLHOP_OK, "close");
		check(doorbell_close(claim[i]), BELLHOP_BADH, "close again");
		check(doorbell_get(claim[i], &access), BELLHOP_BADH, "closed");
		check(doorbell_complete(claim[i], 0, 0, 0), BELLHOP_BADH, "closed");
	}
	ktap_check_eq(mmio_read32(BASE), 0, "load");
}

static void test_claims_overlap(void)
{
	uint32_t claim;
	uint32_t second = 0;

	check(doorbell_claim(SELF, BASE, SIZE, bell, 0, &claim), BELLHOP_OK, "claim");
	check(doorbell_claim(SELF, BASE + SIZE - 1, 2, bell, 0, &second), BELLHOP_EXIST, "its end");
	check(doorbell_claim(SELF, BASE - 1, 2, bell, 0, &second), BELLHOP_EXIST, "its start");
	check(doorbell_claim(SELF, BASE, SIZE, bell, 0, &second), BELLHOP_EXIST, "all of it");
	ktap_check_eq(second, 0, "result");
	doorbell_close(claim);
}

static void test_events_refused(void)
{
	check(doorbell_ioevent(OTHER, BASE, 4, 0, bell, 0), BELLHOP_RANGE, "no such VM");
	check(doorbell_ioevent(SELF, BASE, 3, 0, bell, 0), BELLHOP_INVAL, "length 3");
	check(doorbell_ioevent(SELF, BASE, 0x104, 0, bell, 0), BELLHOP_INVAL, "length 0x104");
	check(doorbell_ioevent(SELF, BASE, 0, 0, bell, BELLHOP_DATAMATCH), BELLHOP_INVAL,
	      "datamatch of any length");
	check(doorbell_ioevent(SELF, BASE, 4, 1, bell, 0), BELLHOP_INVAL, "data without datamatch");
	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, BELLHOP_LEVEL), BELLHOP_INVAL, "flag");
	check(doorbell_ioevent(SELF, RAM_BASE, 4, 0, bell, 0), BELLHOP_RANGE, "RAM");
	check(doorbell_ioevent(SELF, BASE, 4, 0, NOTHING, 0), BELLHOP_BADH, "no bell");
	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, BELLHOP_DEASSIGN), BELLHOP_NOENT, "none");
}

static uint64_t rung(void)
{
	uint64_t count;

	return doorbell_read(bell, &count) == BELLHOP_OK ? count : 0;
}

static void test_events_end(void)
{
	uint32_t other;

	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, 0), BELLHOP_OK, "bind");
	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, 0), BELLHOP_EXIST, "bind again");
	mmio_write32(BASE, 1);
	ktap_check_eq(rung(), 1, "rung");
	check(doorbell_ioevent(SELF, BASE, 2, 0, bell, BELLHOP_DEASSIGN), BELLHOP_NOENT, "other");
	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, BELLHOP_DEASSIGN), BELLHOP_OK, "unbind");
	mmio_write32(BASE, 1);
	ktap_check_eq(rung(), 0, "rung after unbind");
	/* Closing the bell is as good. */
	check(doorbell_create(0, 0, &other), BELLHOP_OK, "create");
	check(doorbell_ioevent(SELF, BASE, 4, 0, other, 0), BELLHOP_OK, "bind");
	check(doorbell_close(other), BELLHOP_OK, "close");
	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, 0), BELLHOP_OK, "bind where it was");
	mmio_write32(BASE, 1);
	ktap_check_eq(rung(), 1, "rung");
	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, BELLHOP_DEASSIGN), BELLHOP_OK, "unbind");
	for (uint32_t i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
		check(doorbell_ioevent(SELF, BASE, 4, i, bell, BELLHOP_DATAMATCH), BELLHOP_OK,
		      "bind many");
	check(doorbell_ioevent(SELF, BASE + 4, 4, 0, bell, 0), BELLHOP_NOSPC, "full");
	for (uint32_t i = 0; i <= BELLHOP_MAX_IOEVENTS; i++)
		mmio_write32(BASE, i);
	ktap_check_eq(rung(), BELLHOP_MAX_IOEVENTS, "rung");
	for (uint32_t i = 0; i < BELLHOP_MAX_IOEVENTS; i++)
		check(doorbell_ioevent(SELF, BASE, 4, i, bell,
				       BELLHOP_DATAMATCH | BELLHOP_DEASSIGN),
		      BELLHOP_OK, "unbind many");
}

/* T119: a store rings a bell that interrupts this VM: it ends. */
static void test_t119(void)
{
	uint32_t irq;

	check(doorbell_create(0, 0, &irq), BELLHOP_OK, "create");
	check(doorbell_irq_bind(SELF, 70, irq, 0, 0), BELLHOP_OK, "irqfd");
	check(doorbell_ioevent(SELF, BASE, 4, 0, irq, 0), BELLHOP_OK, "ioevent");
	for (uint32_t i = 0; i < 100; i++) {
		mmio_write32(BASE, i);
		ktap_check(gic_is_pending(70), "not pending after %lu", (unsigned long)i);
		gic_unpend(70);
	}
	check(doorbell_close(irq), BELLHOP_OK, "close");
	mmio_write32(BASE, 1);
	ktap_check(!gic_is_pending(70), "pending after close");
}

#define TWICE 71u

static volatile uint32_t levels;

/* Ends the first one with the line still high, by another source. */
static void on_level(uint32_t iar)
{
	(void)iar;
	if (++levels == 2)
		doorbell_irq_set_level(SELF, TWICE, false);
}

static void test_one_source_of_two_ends(void)
{
	uint64_t count = 0;
	uint32_t s, r;

	check(doorbell_create(0, 0, &s), BELLHOP_OK, "create");
	check(doorbell_create(0, 0, &r), BELLHOP_OK, "create");
	check(doorbell_irq_bind(SELF, TWICE, s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	gic_set_edge(TWICE, false);
	gic_handle(TWICE, on_level);
	gic_enable(TWICE);
	irq_enable();
	for (uint32_t i = 0; i < 100; i++) {
		levels = 0;
		irq_disable();
		check(doorbell_irq_set_level(SELF, TWICE, true), BELLHOP_OK, "level");
		check(doorbell_signal(s, 1), BELLHOP_OK, "signal");
		irq_enable();
		ktap_check(wait_for(&levels, 2, 1000), "only %lu of 2", (unsigned long)levels);
		timer_delay_us(20);
		ktap_check_eq(levels, 2, "interrupts");
		check(doorbell_read(r, &count), BELLHOP_OK, "resample");
		ktap_check_eq((uint32_t)count, 2, "ends");
	}
	irq_disable();
	gic_disable(TWICE);
	check(doorbell_close(s), BELLHOP_OK, "close");
	check(doorbell_close(r), BELLHOP_OK, "close");
}

static void check_stats(uint32_t signals, uint32_t coalesced, const char *what)
{
	struct doorbell_stats stats = { 0 };

	check(doorbell_stats(bell, &stats), BELLHOP_OK, what);
	ktap_check_eq(stats.signals, signals, what);
	ktap_check_eq(stats.coalesced, coalesced, what);
	ktap_check_eq(stats.lost, 0, what);
}

/* By calls and by stores; of a bell that is gone there are none, and the registers stay. */
static void test_stats(void)
{
	const uint32_t other = bell;
	struct bellhop_result gone;

	check(doorbell_create(0, 0, &bell), BELLHOP_OK, "create");
	check(doorbell_ioevent(SELF, BASE, 4, 0, bell, 0), BELLHOP_OK, "bind");
	check_stats(0, 0, "fresh");
	check(doorbell_signal(bell, 5), BELLHOP_OK, "signal");
	mmio_write32(BASE, 1);
	mmio_write32(BASE, 1);
	check_stats(3, 2, "rung");
	ktap_check_eq(rung(), 7, "count");
	check(doorbell_signal(bell, 0), BELLHOP_OK, "signal by 0");
	check(doorbell_signal(bell, UINT64_MAX), BELLHOP_INVAL, "signal by too much");
	mmio_write32(BASE, 1);
	check_stats(4, 2, "rung again");
	check(doorbell_close(bell), BELLHOP_OK, "close");
	gone = bellhop_call(BELLHOP_STATS, bell, 2, 3, 0, 0, 0, 0);
	check(gone.status, BELLHOP_BADH, "closed");
	ktap_check(gone.r1 == bell && gone.r2 == 2 && gone.r3 == 3, "registers");
	bell = other;
}

/* This VM has no GICv2m frame. */
static void test_no_frame(void)
{
	const struct doorbell_msix function = { SELF, BASE, BASE + 0x800, 1, 80, 1 };
	uint32_t device;

	check(doorbell_msi_signal(SELF, 0x08020040, 80), BELLHOP_RANGE, "message");
	check(doorbell_msi_bind(SELF, 0x08020040, 80, bell, 0), BELLHOP_RANGE, "message's bell");
	check(doorbell_msix_register(&function, &device), BELLHOP_RANGE, "function");
	check(doorbell_msix_control(NOTHING, 1, 0), BELLHOP_BADH, "control");
	check(doorbell_msix_bind(NOTHING, 0, bell, 0), BELLHOP_BADH, "bind");
	check(bellhop_call(BELLHOP_MSIX_CTL, bell, 2, 0, 0, 0, 0, 0).status, BELLHOP_INVAL,
	      "control");
}

static volatile bool stop;
static uint32_t claim;

static void serve(void *arg)
{
	struct doorbell_access access;
	uint32_t status;
	uint64_t count;

	(void)arg;
	while (!stop) {
		doorbell_wait(bell, timer_now() + timer_ms(10), &status);
		doorbell_read(bell, &count);
		while (doorbell_get(claim, &access) == BELLHOP_OK)
			doorbell_complete(claim, access.request, ~access.address, 0);
	}
}

static void test_vcpus_serve_each_other(void)
{
	if (needs_vcpus(2))
		return;
	check(doorbell_claim(SELF, BASE, SIZE, bell, 0, &claim), BELLHOP_OK, "claim");
	vcpu_start(1, serve, NULL);
	for (uint32_t i = 0; i < SIZE; i += 4)
		ktap_check_eq(mmio_read32(BASE + i), ~(BASE + i), "load");
	stop = true;
	ktap_check(vcpu_wait_off(1, 1000), "vCPU 1 is not off");
	check(doorbell_close(claim), BELLHOP_OK, "close");
}

/* vCPU 1 binds each bell that vCPU 0 makes and closes: whichever comes first, no event is left. */
#define RACES 1000u

static struct {
	volatile uint32_t round, done, bell;
} race;

/* Also where both are on one CPU. */
static void wait_for_round(const volatile uint32_t *word, uint32_t round)
{
	uint32_t status;

	while (!wait_for(word, round, 1))
		doorbell_wait(bell, timer_now() + timer_ms(1), &status);
}

static void bind_in_race(void *arg)
{
	(void)arg;
	for (uint32_t i = 1; i <= RACES; i++) {
		wait_for_round(&race.round, i);
		doorbell_ioevent(SELF, BASE, 4, 0, race.bell, 0);
		dmb();
		race.done = i;
	}
}

static uint32_t race_once(uint32_t i)
{
	uint32_t closed;

	doorbell_create(0, 0, &closed);
	race.bell = closed;
	dmb();
	race.round = i;
	for (uint32_t spin = i % 128; spin != 0; spin--)
		cpu_relax();
	doorbell_close(closed);
	wait_for_round(&race.done, i);
	return doorbell_ioevent(SELF, BASE, 4, 0, bell, 0) != BELLHOP_OK ||
	       doorbell_ioevent(SELF, BASE, 4, 0, bell, BELLHOP_DEASSIGN) != BELLHOP_OK;
}

static void test_bind_and_close_race(void)
{
	uint32_t left = 0;

	if (needs_vcpus(2))
		return;
	vcpu_start(1, bind_in_race, NULL);
	for (uint32_t i = 1; i <= RACES; i++)
		left += race_once(i);
	ktap_check_eq(left, 0, "rounds in which an event of a closed bell was there");
	ktap_check(vcpu_wait_off(1, 1000), "vCPU 1 is not off");
}

static const struct ktap_test tests[] = {
	{ "claims_refused", test_claims_refused },
	{ "claims_have_an_end", test_claims_have_an_end },
	{ "claims_overlap", test_claims_overlap },
	{ "events_refused", test_events_refused },
	{ "events_end", test_events_end },
	{ "t119_a_chain_ends", test_t119 },
	{ "one_source_of_two_ends", test_one_source_of_two_ends },
	{ "stats", test_stats },
	{ "no_frame", test_no_frame },
	{ "vcpus_serve_each_other", test_vcpus_serve_each_other },
	{ "bind_and_close_race", test_bind_and_close_race },
};

int main(void)
{
	doorbell_create(0, 0, &bell);
	return ktap_run_all(tests);
}
