// SPDX-License-Identifier: BSD-2-Clause
/* T104: what was under way when an unbind or a close returned has no effect any more. */
#include "bell_dm.h"

#define NAP_ROUNDS 16u /* a race in which the client has time, where both are on one CPU */
#define MAX_NAPS 1000u
#define QUIET_ROUNDS 256u /* ... after which everything has to be quiet */

static int32_t irq_bind(uint32_t gsi, uint32_t signal, uint32_t resample, uint32_t flags)
{
	return bell(BELLHOP_IRQ_BIND, CLIENT, gsi, signal, resample, flags).error;
}

/*
 * The client rings s all the time, on another CPU if there is one. After an unbind or a close
 * has returned, r and e, which are this VM's, may not be rung any more; nor may anything reach q,
 * which nobody rings, but which is bound next, at the same place of the client's table.
 */
static struct {
	uint32_t s, r, e, q;
} race_bell;

static uint32_t bind_ringer(uint32_t flag)
{
	uint32_t wrong = irq_bind(PAIR_SPI, race_bell.s, flag == BELLHOP_RESAMPLE ? race_bell.r : 0,
				  flag) != BELLHOP_OK;

	if (flag != 0)
		wrong += bell(BELLHOP_EOI_BIND, CLIENT, race_bell.s, race_bell.e, 0).error !=
			 BELLHOP_OK;
	return wrong;
}

static uint32_t grant_ringer(void)
{
	race_bell.s = bell_create(0, 0);
	return bell(BELLHOP_GRANT, race_bell.s, CLIENT, BELLHOP_RIGHT_SIGNAL, RINGER_LABEL).error !=
	       BELLHOP_OK;
}

/* The orphan goes by its key, also when that is closed. */
static uint32_t unbind_ringer(uint32_t flag, bool by_close)
{
	const uint32_t key = race_bell.s;
	uint32_t wrong = (by_close ? bell_close(race_bell.s) :
				     irq_bind(PAIR_SPI, race_bell.s, 0, BELLHOP_DEASSIGN)) != 0;

	bell_read(race_bell.r);
	bell_read(race_bell.e);
	if (flag != 0)
		wrong += bell(BELLHOP_EOI_BIND, CLIENT, key, race_bell.e, BELLHOP_DEASSIGN).error !=
			 0;
	return wrong;
}

static uint32_t bind_quiet(void)
{
	uint32_t wrong = irq_bind(QUIET_SPI, race_bell.q, race_bell.r, BELLHOP_RESAMPLE) != 0;

	return wrong + (irq_bind(QUIET_SPI, race_bell.q, 0, BELLHOP_DEASSIGN) != 0);
}

/* Where both are on one CPU the client rings only now; how long it takes to begin depends on the
 * machine. False: it has not begun. */
static bool let_it_ring(void)
{
	const uint32_t rings = pair->rings;

	for (uint32_t i = 0; i < MAX_NAPS && pair->rings - rings < 2; i++)
		nap(20);
	return pair->rings - rings >= 2;
}

/* While it is bound as an edge, a ring is an interrupt; of several some. */
static bool is_heard(void)
{
	const uint32_t handled = pair->handled;

	return !let_it_ring() || pair->handled != handled;
}

static uint32_t race(uint32_t i)
{
	static const uint32_t flags[] = { 0, BELLHOP_RESAMPLE, BELLHOP_LEVEL, BELLHOP_RESAMPLE };
	const uint32_t flag = flags[i % 4];
	const bool by_close = i % 16 == 15;
	uint32_t wrong = bind_ringer(flag);

	for (uint32_t spin = i % 128; spin != 0; spin--)
		cpu_relax();
	if (i % NAP_ROUNDS == 0)
		wrong += !is_heard();
	wrong += unbind_ringer(flag, by_close);
	wrong += bind_quiet();
	if (by_close)
		wrong += grant_ringer();
	return wrong + (bell_read(race_bell.r) != 0) + (bell_read(race_bell.e) != 0);
}

/* What was raised before is taken; then, while the client goes on ringing, nothing comes. */
static bool is_quiet(void)
{
	uint32_t handled;

	barrier();
	handled = pair->handled;
	barrier();
	return pair->handled == handled && pair->strays == 0;
}

void test_t104_unbind_races(void)
{
	const uint32_t n = option("races=", 1000);
	uint32_t before = pair->handled, rings = pair->rings;
	uint64_t start = timer_now();
	uint32_t wrong;

	race_bell.r = bell_create(0, 0);
	race_bell.e = bell_create(0, 0);
	race_bell.q = bell_create(0, 0);
	wrong = grant_ringer();
	set_mode(PAIR_RING);
	for (uint32_t i = 0; i < n; i++) {
		wrong += race(i);
		if (i % QUIET_ROUNDS == 0)
			wrong += !is_quiet();
	}
	wrong += !is_quiet();
	set_mode(PAIR_IDLE);
	ktap_check_eq(wrong, 0, "rounds with an effect after unbind");
	ktap_check_eq(pair->strays, 0, "interrupts of what nobody rings");
	ktap_check(pair->handled - before >= n / NAP_ROUNDS / 2, "most races had no ring");
	ktap_diag("%lu rounds in %lu ms, %lu rings, %lu interrupts", (unsigned long)n,
		  (unsigned long)((timer_now() - start) / timer_ms(1)),
		  (unsigned long)(pair->rings - rings), (unsigned long)(pair->handled - before));
	ktap_check_eq(bell_close(race_bell.s), BELLHOP_OK, "close");
	bell_close(race_bell.r);
	bell_close(race_bell.e);
	bell_close(race_bell.q);
}

/*
 * The same with much under way: one end of an interrupt rings FILLERS resample bells, and every
 * other one of those is an irqfd itself. Whichever is taken away is the last of them to be told.
 */
#define FILLERS 16u

static struct filler {
	uint32_t signal, resample;
} filler[FILLERS];

static bool is_chained(uint32_t i)
{
	return i % 2 != 0;
}

static uint32_t bind_filler(uint32_t i)
{
	struct filler *f = &filler[i];
	uint32_t wrong = irq_bind(PAIR_SPI, f->signal, f->resample, BELLHOP_RESAMPLE) != 0;

	if (is_chained(i))
		wrong += irq_bind(CHAIN_SPI, f->resample, 0, 0) != 0;
	return wrong;
}

static uint32_t unbind_filler(uint32_t i, bool by_close)
{
	struct filler *f = &filler[i];
	uint32_t wrong = 0;

	if (is_chained(i)) {
		wrong += irq_bind(CHAIN_SPI, f->resample, 0, BELLHOP_DEASSIGN) != 0;
		wrong += bind_quiet();
	}
	if (!by_close)
		return wrong + (irq_bind(PAIR_SPI, f->signal, 0, BELLHOP_DEASSIGN) != 0);
	wrong += bell_close(f->signal) != 0;
	f->signal = bell_create(0, 0);
	return wrong;
}

/* One is taken away; the one before, which was, has not been told since. */
static uint32_t race_in_flight(uint32_t i)
{
	const uint32_t before = (i + FILLERS - 1) % FILLERS;
	uint32_t wrong = unbind_filler(i % FILLERS, i % 64 >= 48);

	bell_read(filler[i % FILLERS].resample);
	wrong += bell_read(filler[before].resample) != 0;
	return wrong + bind_filler(before);
}

static uint32_t set_up_fillers(void)
{
	uint32_t wrong = 0;

	race_bell.r = bell_create(0, 0);
	race_bell.q = bell_create(0, 0);
	wrong += grant_ringer();
	wrong += irq_bind(PAIR_SPI, race_bell.s, race_bell.r, BELLHOP_RESAMPLE) != 0;
	for (uint32_t i = 0; i < FILLERS; i++) {
		filler[i].signal = bell_create(0, 0);
		filler[i].resample = bell_create(0, 0);
		if (i != FILLERS - 1)
			wrong += bind_filler(i);
	}
	return wrong;
}

void test_t104_in_flight(void)
{
	uint32_t n = option("races=", 1000);
	uint32_t before = pair->handled;
	uint64_t start = timer_now();
	uint32_t wrong = set_up_fillers();

	set_mode(PAIR_RING);
	for (uint32_t i = 0; i < n; i++) {
		wrong += race_in_flight(i);
		if (i % NAP_ROUNDS == 0)
			nap(20);
	}
	set_mode(PAIR_IDLE);
	ktap_check_eq(wrong, 0, "rounds with an effect after unbind");
	ktap_check_eq(pair->strays, 0, "interrupts of what nobody rings");
	ktap_diag("%lu rounds in %lu ms, %lu interrupts", (unsigned long)n,
		  (unsigned long)((timer_now() - start) / timer_ms(1)),
		  (unsigned long)(pair->handled - before));
	for (uint32_t i = 0; i < FILLERS; i++) {
		bell_close(filler[i].signal);
		bell_close(filler[i].resample);
	}
	bell_close(race_bell.s);
	bell_close(race_bell.r);
	bell_close(race_bell.q);
}

static int32_t bind_store(uint32_t b, uint32_t flags)
{
	return bell(BELLHOP_IOEV_BIND, CLIENT, RACED, 4, 0, 0, b, flags).error;
}

/* The client stores all the time; what it stores after the unbind has returned rings nobody. */
static uint32_t race_a_store(uint32_t b, uint32_t i, uint32_t *rung)
{
	uint32_t wrong = bind_store(b, 0) != BELLHOP_OK;

	for (uint32_t spin = i % 128; spin != 0; spin--)
		cpu_relax();
	if (i % NAP_ROUNDS == 0)
		let_it_ring();
	wrong += bind_store(b, BELLHOP_DEASSIGN) != BELLHOP_OK;
	*rung += bell_read(b) != 0;
	for (uint32_t spin = 64; spin != 0; spin--)
		cpu_relax();
	return wrong + (bell_read(b) != 0);
}

void test_t104_store_races(void)
{
	const uint32_t n = option("races=", 1000), b = bell_create(0, 0);
	uint32_t wrong = 0, rung = 0;

	set_mode(PAIR_STORE);
	for (uint32_t i = 0; i < n; i++)
		wrong += race_a_store(b, i, &rung);
	set_mode(PAIR_IDLE);
	ktap_check_eq(wrong, 0, "rounds with a ring after unbind");
	ktap_check(rung >= n / NAP_ROUNDS / 4, "only %lu rounds had a ring", (unsigned long)rung);
	ktap_diag("%lu rounds, %lu with a ring", (unsigned long)n, (unsigned long)rung);
	bell_close(b);
}
