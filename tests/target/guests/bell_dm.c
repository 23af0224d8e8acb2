// SPDX-License-Identifier: BSD-2-Clause
/*
 * A device model and its client, two VMs on one CPU or on two. Interrupts of the one are bells of
 * the other; both count, and the counts have to agree. T93, T96, T113, who may do what; T104 is in
 * bell_races.c.
 *
 * bootargs: rounds=<n> interrupts, races=<n> unbinds
 */
#include <stdlib.h>
#include <string.h>

#include "bell_dm.h"

static uint32_t wake; /* a bell of the client */

uint32_t option(const char *name, uint32_t otherwise)
{
	const char *at = strstr(machine_bootargs(), name);

	return at != 0 ? (uint32_t)strtoul(at + strlen(name), 0, 0) : otherwise;
}

static int32_t irq_bind(uint32_t signal, uint32_t resample, uint32_t flags)
{
	return bell(BELLHOP_IRQ_BIND, CLIENT, PAIR_SPI, signal, resample, flags).error;
}

void nap(uint32_t us)
{
	static uint32_t never;

	if (never == 0)
		never = bell_create(0, 0);
	bell_wait(never, timer_now() + timer_us(us));
}

static bool wait_until(volatile uint32_t *word, uint32_t value)
{
	uint64_t end = timer_now() + timer_ms(20000);

	for (unsigned int spin = 0; *word != value && spin < 500; spin++)
		cpu_relax();
	while (*word != value && timer_now() < end)
		nap(20);
	dmb();
	return *word == value;
}

bool barrier(void)
{
	uint32_t request = pair->request + 1;

	dmb();
	pair->request = request;
	if (wake != 0)
		bell_signal(wake);
	return wait_until(&pair->answer, request);
}

void set_mode(uint32_t mode)
{
	pair->mode = mode;
	barrier();
}

static void test_client_is_up(void)
{
	ktap_check(wait_until(&pair->boots, 1), "the client does not start");
	ktap_check_eq(pair->failures, 0, "checks of the client");
	wake = bell(BELLHOP_FIND, CLIENT, WAKE_LABEL).r1;
	ktap_check_eq(BELLHOP_HANDLE_TYPE(wake), BELLHOP_TYPE_PEER, "FIND");
	ktap_check(barrier(), "it does not answer");
	ktap_check_eq(bell(BELLHOP_PEEK, wake).error, BELLHOP_OK, "PEEK");
}

static void test_rights(void)
{
	uint32_t b = bell_create(0, 0);

	ktap_check_eq(bell(BELLHOP_IRQ_BIND, STRANGER, PAIR_SPI, b, 0, 0).error, BELLHOP_PERM,
		      "IRQ_BIND");
	ktap_check_eq(bell(BELLHOP_EOI_BIND, STRANGER, b, b, 0).error, BELLHOP_PERM, "EOI_BIND");
	ktap_check_eq(bell(BELLHOP_IRQ_SET_LEVEL, STRANGER, PAIR_SPI, 1).error, BELLHOP_PERM,
		      "IRQ_SET_LEVEL");
	ktap_check_eq(bell(BELLHOP_GRANT, b, STRANGER, 1, 0).error, BELLHOP_PERM, "GRANT");
	ktap_check_eq(bell(BELLHOP_READ, wake).error, BELLHOP_BADH, "READ of a peer's");
	ktap_check_eq(bell(BELLHOP_MASK, wake, 1).error, BELLHOP_BADH, "MASK of a peer's");
	ktap_check_eq(bell(BELLHOP_IRQ_BIND, CLIENT, PAIR_SPI, wake, 0, 0).error, BELLHOP_BADH,
		      "IRQ_BIND of a peer's");
	ktap_check_eq(bell(BELLHOP_IRQ_BIND, DM, PL011_INTID, b, 0, 0).error, BELLHOP_BUSY,
		      "the UART's input");
	bell_close(b);
}

/* Each signal is one handler run and one resample. */
static void test_t96_round_trips(void)
{
	uint32_t n = option("rounds=", 20000);
	uint32_t s = bell_create(0, 0);
	uint32_t r = bell_create(0, 0);
	uint32_t e = bell_create(0, 0);
	uint32_t before = pair->handled;
	uint32_t resamples = 0, eois = 0;

	set_mode(PAIR_IDLE);
	ktap_check_eq(irq_bind(s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	ktap_check_eq(bell(BELLHOP_EOI_BIND, CLIENT, s, e, 0).error, BELLHOP_OK, "EOI_BIND");
	for (uint32_t i = 0; i < n; i++) {
		bell(BELLHOP_SIGNAL_AND_WAIT, s, r, UINT32_MAX, UINT32_MAX);
		resamples += bell_read(r);
	}
	ktap_check(barrier(), "the client does not answer");
	eois += bell_read(e);
	ktap_check_eq(resamples, n, "resamples");
	ktap_check_eq(eois, n, "EOIs");
	ktap_check_eq(pair->handled - before, n, "handler runs");
	ktap_check_eq(irq_bind(s, 0, BELLHOP_DEASSIGN), BELLHOP_OK, "unbind");
	bell_close(s);
	bell_close(r);
	bell_close(e);
}

static void test_t93_edges(void)
{
	uint32_t n = option("rounds=", 20000) / 4;
	uint32_t s = bell_create(0, 0);

	ktap_check_eq(irq_bind(s, 0, 0), BELLHOP_OK, "bind");
	for (uint32_t i = 0; i < n; i++) {
		uint32_t before = pair->handled;

		bell_signal(s);
		if (!wait_until(&pair->handled, before + 1)) {
			ktap_check(false, "lost after %lu", (unsigned long)i);
			break;
		}
	}
	bell_close(s);
}

/* The interrupt is disabled and enabled meanwhile: some are asked for again, none is lost. */
static void test_t47_under_toggling(void)
{
	uint32_t n = option("rounds=", 20000) / 4;
	uint32_t s = bell_create(0, 0);
	uint32_t r = bell_create(0, 0);
	uint32_t before = pair->handled;
	uint32_t resamples = 0, served = 0;

	ktap_check_eq(irq_bind(s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	set_mode(PAIR_TOGGLE);
	while (served < n) {
		uint32_t handled = pair->handled;
		uint64_t end = timer_now() + timer_ms(20000);
		struct bell_result result;

		/* Until the handler has run, each resample is answered by asserting again. */
		do {
			bell_signal(s);
			result = bell_wait(r, end);
			resamples += bell_read(r);
		} while (result.error == BELLHOP_OK && pair->handled == handled);
		if (result.error != BELLHOP_OK) {
			ktap_check(false, "lost after %lu", (unsigned long)served);
			break;
		}
		served++;
	}
	set_mode(PAIR_IDLE);
	ktap_check_eq(pair->handled - before, served, "handler runs");
	ktap_check(resamples >= served, "%lu resamples of %lu", (unsigned long)resamples,
		   (unsigned long)served);
	ktap_diag("%lu interrupts, %lu resamples", (unsigned long)served, (unsigned long)resamples);
	bell_close(s);
	bell_close(r);
}

/* Asserted, and not taken: the client has disabled it, and starts again. */
static void reset_client(uint32_t s, uint32_t r)
{
	uint32_t boots = pair->boots;
	uint32_t handled = pair->handled;

	set_mode(PAIR_MASK);
	barrier(); /* the first answer can be of a step that began before */
	bell_signal(s);
	ktap_check_eq(bell_read(r), 0, "resamples before the reset");
	pair->mode = PAIR_RESET;
	ktap_check(wait_until(&pair->boots, boots + 1), "boot");
	wake = bell(BELLHOP_FIND, CLIENT, WAKE_LABEL).r1;
	barrier();
	ktap_check_eq(bell_read(r), 1, "resamples by the reset");
	ktap_check_eq(pair->handled - handled, 0, "handler runs");
}

/* The client resets with the line asserted: its resampler is told once, and stays bound. */
static void test_t113_client_resets(void)
{
	uint32_t hello = bell_create(0, 0);
	uint32_t s = bell_create(0, 0);
	uint32_t r = bell_create(0, 0);

	ktap_check_eq(irq_bind(s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	ktap_check_eq(bell(BELLHOP_IOEV_BIND, CLIENT, HELLO, 4, 0, 0, hello, 0).error, BELLHOP_OK,
		      "IOEV_BIND");
	for (uint32_t i = 0; i < 5; i++) {
		uint32_t handled = pair->handled;

		reset_client(s, r);
		bell_signal(s);
		ktap_check_eq(bell_wait(r, timer_now() + timer_ms(5000)).error, BELLHOP_OK,
			      "resample");
		ktap_check_eq(bell_read(r), 1, "resamples");
		ktap_check_eq(pair->handled - handled, 1, "handler runs");
		ktap_check_eq(bell_read(hello), 1, "stores that ring");
	}
	ktap_check_eq(pair->failures, 0, "checks of the client");
	bell_close(hello);
	bell_close(s);
	bell_close(r);
}

/* What is bound and granted does not depend on who runs. */
static void check_calls_that_name_it(uint32_t s)
{
	uint32_t e = bell_create(0, 0);
	struct bell_result claim;

	ktap_check_eq(bell(BELLHOP_EOI_BIND, CLIENT, s, e, 0).error, BELLHOP_OK, "EOI_BIND");
	ktap_check_eq(bell(BELLHOP_IRQ_SET_LEVEL, CLIENT, QUIET_SPI, 1).error, BELLHOP_OK, "up");
	ktap_check_eq(bell(BELLHOP_IRQ_SET_LEVEL, CLIENT, QUIET_SPI, 0).error, BELLHOP_OK, "down");
	ktap_check_eq(bell(BELLHOP_GRANT, e, CLIENT, BELLHOP_RIGHT_SIGNAL, 9).error, BELLHOP_OK,
		      "GRANT");
	ktap_check_eq(bell(BELLHOP_REVOKE, e, CLIENT).error, BELLHOP_OK, "REVOKE");
	ktap_check_eq(bell(BELLHOP_FIND, CLIENT, WAKE_LABEL).r1, wake, "FIND");
	ktap_check_eq(bell(BELLHOP_IOEV_BIND, CLIENT, HELLO, 4, 0, 0, e, 0).error, BELLHOP_OK,
		      "IOEV_BIND");
	claim = bell(BELLHOP_MMIO_CLAIM, CLIENT, HELLO + 0x1000, 0x1000, e, 0);
	ktap_check_eq(claim.error, BELLHOP_OK, "MMIO_CLAIM");
	ktap_check_eq(bell(BELLHOP_MMIO_GET, claim.r1).error, BELLHOP_AGAIN, "MMIO_GET");
	ktap_check_eq(bell_close(claim.r1), BELLHOP_OK, "close of a claim");
	bell_close(e);
}

/* Signals for who is off are refused; it cannot be interrupted, and nothing waits for it. */
static void test_client_is_off(void)
{
	uint64_t end = timer_now() + timer_ms(5000);
	uint32_t s = bell_create(0, 0);
	uint32_t r = bell_create(0, 0);

	ktap_check_eq(irq_bind(s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	pair->mode = PAIR_OFF;
	bell_signal(wake);
	while (bell_signal(wake) == BELLHOP_OK && timer_now() < end)
		nap(100);
	ktap_check_eq(bell_signal(wake), BELLHOP_STATE, "SIGNAL");
	ktap_check_eq(bell(BELLHOP_PEEK, wake).error, BELLHOP_STATE, "PEEK");
	bell_signal(s);
	ktap_check_eq(bell_wait(r, timer_now() + timer_ms(1)).error, BELLHOP_AGAIN, "resample");
	check_calls_that_name_it(s);
	ktap_check_eq(irq_bind(s, 0, BELLHOP_DEASSIGN), BELLHOP_OK, "unbind");
	ktap_check_eq(bell_close(wake), BELLHOP_OK, "close");
	bell_close_all();
}

static const struct ktap_test tests[] = {
	{ "client_is_up", test_client_is_up },
	{ "rights", test_rights },
	{ "t96_round_trips", test_t96_round_trips },
	{ "t93_edges", test_t93_edges },
	{ "t47_under_toggling", test_t47_under_toggling },
	{ "t104_unbind_races", test_t104_unbind_races },
	{ "t104_in_flight", test_t104_in_flight },
	{ "t104_store_races", test_t104_store_races },
	{ "t113_client_resets", test_t113_client_resets },
	{ "client_is_off", test_client_is_off },
};

int main(void)
{
	return ktap_run_all(tests);
}
