// SPDX-License-Identifier: BSD-2-Clause
/* Bells that interrupt, and what is told when an interrupt ends: irqfds, eoifds, resampling. */
#include "doorbell_tests.h"

#define SELF 0u

int32_t irq_bind(uint32_t gsi, uint32_t signal, uint32_t resample, uint32_t flags)
{
	return bell(BELLHOP_IRQ_BIND, SELF, gsi, signal, resample, flags).error;
}

static int32_t eoi_bind(uint32_t signal, uint32_t eoi, uint32_t flags)
{
	return bell(BELLHOP_EOI_BIND, SELF, signal, eoi, flags).error;
}

void test_t93_edge_irqfd(void)
{
	uint32_t s;

	begin();
	s = bell_create(0, 3);
	ktap_check_eq(irq_bind(SPI, s, 0, 0), BELLHOP_OK, "bind");
	settle();
	ktap_check_eq(taken[SPI], 1, "T94: signalled before it was bound");
	irq_disable();
	for (unsigned int i = 0; i < 5; i++)
		bell_signal(s);
	irq_enable();
	settle();
	ktap_check_eq(taken[SPI], 2, "five at once");
	ktap_check_eq(bell(BELLHOP_PEEK, s).r1, BELLHOP_BOUND, "drained");
	for (uint32_t i = 0; i < ROUNDS; i++)
		bell_signal(s);
	settle();
	ktap_check_eq(taken[SPI], 2 + ROUNDS, "one by one");
	ktap_check_eq(irq_bind(SPI, s, 0, BELLHOP_DEASSIGN), BELLHOP_OK, "unbind");
	bell_signal(s);
	settle();
	ktap_check_eq(taken[SPI], 2 + ROUNDS, "after unbind");
	ktap_check_eq(bell_read(s), 1, "it counts again");
}

void test_t96_resample(void)
{
	uint32_t s, r, e;
	uint32_t resamples = 0, eois = 0;

	begin();
	s = bell_create(0, 0);
	r = bell_create(0, 0);
	e = bell_create(0, 0);
	ktap_check_eq(irq_bind(SPI, s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	ktap_check_eq(eoi_bind(s, e, 0), BELLHOP_OK, "EOI_BIND");
	for (uint32_t i = 0; i < ROUNDS; i++) {
		bell_signal(s);
		settle();
		resamples += bell_read(r);
		eois += bell_read(e);
	}
	ktap_check_eq(taken[SPI], ROUNDS, "interrupts");
	ktap_check_eq(resamples, ROUNDS, "resamples");
	ktap_check_eq(eois, ROUNDS, "EOIs");
	ktap_check(!gic_is_pending(SPI), "still pending");
}

/* Two resamplers, one of which answers at once; the line is asserted as often as it says. */
void test_t97_two_resamplers(void)
{
	uint32_t s1, s2, r1, r2;
	uint32_t first = 0, second = 0;

	begin();
	s1 = bell_create(0, 0);
	s2 = bell_create(0, 0);
	r1 = bell_create(0, 0);
	r2 = bell_create(0, 0);
	ktap_check_eq(irq_bind(SPI, s1, r1, BELLHOP_RESAMPLE), BELLHOP_OK, "bind 1");
	ktap_check_eq(irq_bind(SPI, s2, r2, BELLHOP_RESAMPLE), BELLHOP_OK, "bind 2");
	ktap_check_eq(irq_bind(SPI, bell_create(0, 0), 0, 0), BELLHOP_INVAL, "edge on a level");
	ktap_check_eq(irq_bind(SPI + 1, s1, r1, BELLHOP_RESAMPLE), BELLHOP_BUSY, "T95: twice");
	irq_disable();
	bell_signal(s1);
	bell_signal(s2);
	irq_enable();
	settle();
	first += bell_read(r1);
	second += bell_read(r2);
	ktap_check(taken[SPI] == 1 && first == 1 && second == 1, "both: %lu %lu %lu",
		   (unsigned long)taken[SPI], (unsigned long)first, (unsigned long)second);
	/* T99 */
	irq_disable();
	bell_signal(s1);
	ktap_check_eq(irq_bind(SPI, s1, 0, BELLHOP_DEASSIGN), BELLHOP_OK, "unbind 1");
	ktap_check(gic_is_pending(SPI), "lowered by the first of two");
	/* T100 */
	ktap_check_eq(irq_bind(SPI, s2, 0, BELLHOP_DEASSIGN), BELLHOP_OK, "unbind 2");
	ktap_check(!gic_is_pending(SPI), "not lowered by the last one");
	irq_enable();
	settle();
	ktap_check_eq(taken[SPI], 1, "after unbind");
	ktap_check(bell_read(r1) == 0 && bell_read(r2) == 0, "told after unbind");
}

void test_t101_sources(void)
{
	uint32_t s, r;

	begin();
	s = bell_create(0, 0);
	r = bell_create(0, 0);
	masks = 1;
	irq_disable();
	ktap_check_eq(irq_bind(SPI, s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	bell(BELLHOP_IRQ_SET_LEVEL, SELF, SPI, 1);
	bell_signal(s);
	irq_enable();
	settle();
	ktap_check_eq(taken[SPI], 1, "interrupts");
	ktap_check(gic_is_pending(SPI), "the other source is still high");
	ktap_check_eq(bell_read(r), 1, "resamples");
	bell(BELLHOP_IRQ_SET_LEVEL, SELF, SPI, 0);
	ktap_check(!gic_is_pending(SPI), "low");
}

/* RS-26: the handler disables its interrupt, and the device is served after the EOI. */
void test_t47_oneshot_handler(void)
{
	uint32_t s, r;

	begin();
	s = bell_create(0, 0);
	r = bell_create(0, 0);
	masks = 1;
	ktap_check_eq(irq_bind(SPI, s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	bell_signal(s);
	settle();
	ktap_check_eq(taken[SPI], 1, "first");
	ktap_check_eq(bell_read(r), 1, "resample");
	bell_signal(s); /* the device still wants service: it asserts again */
	ktap_check(gic_is_pending(SPI), "asserted while disabled");
	/* Now it was served; nobody asserts any more. */
	gic_enable(SPI);
	settle();
	ktap_check_eq(taken[SPI], 1, "a stale interrupt");
	ktap_check_eq(bell_read(r), 1, "asked again at enable");
}

/* One store enables two of them, both asserted: each is asked about, and neither is delivered. */
void test_t47_two_at_once(void)
{
	uint32_t s[2], r[2];

	begin();
	for (uint32_t i = 0; i < 2; i++) {
		s[i] = bell_create(0, 0);
		r[i] = bell_create(0, 0);
		ktap_check_eq(irq_bind(SPI + i, s[i], r[i], BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
		gic_disable(SPI + i);
		bell_signal(s[i]);
	}
	gicd_write(GICD_ISENABLER(SPI / 32), 3u << SPI % 32);
	settle();
	for (uint32_t i = 0; i < 2; i++) {
		ktap_check_eq(taken[SPI + i], 0, "a stale interrupt");
		ktap_check_eq(bell_read(r[i]), 1, "asked at enable");
		bell_signal(s[i]);
		settle();
		ktap_check_eq(taken[SPI + i], 1, "handler runs");
		ktap_check_eq(bell_read(r[i]), 1, "resample");
	}
}

void test_t102_close_resample(void)
{
	uint32_t s, r;

	begin();
	s = bell_create(0, 0);
	r = bell_create(0, 0);
	ktap_check_eq(irq_bind(SPI, s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind");
	ktap_check_eq(bell_close(r), BELLHOP_OK, "close");
	bell_signal(s);
	settle();
	ktap_check_eq(taken[SPI], 1, "interrupts");
	ktap_check(!gic_is_pending(SPI), "pending");
	/* T112 */
	ktap_check_eq(bell(BELLHOP_READ, r).error, BELLHOP_BADH, "closed");
	ktap_check(bell_create(0, 0) != r, "the same handle again");
}

void test_t107_eo3_sequence(void)
{
	uint32_t s, s2, e;

	begin();
	s = bell_create(0, 0);
	s2 = bell_create(0, 0);
	e = bell_create(0, 0);
	ktap_check_eq(irq_bind(SPI, s, 0, BELLHOP_LEVEL), BELLHOP_OK, "assign irqfd");
	ktap_check_eq(eoi_bind(s, e, 0), BELLHOP_OK, "assign eoifd");
	bell_signal(s);
	settle();
	ktap_check(taken[SPI] == 1 && bell_read(e) == 1, "level and EOI");
	ktap_check_eq(irq_bind(SPI, s, 0, BELLHOP_DEASSIGN), BELLHOP_OK, "deassign irqfd");
	/* T110 */
	ktap_check_eq(bell(BELLHOP_PEEK, e).r1, BELLHOP_HUP, "orphaned");
	ktap_check_eq(irq_bind(SPI, s, 0, BELLHOP_LEVEL), BELLHOP_BUSY, "its key");
	ktap_check_eq(irq_bind(SPI, s2, 0, BELLHOP_LEVEL), BELLHOP_OK, "assign irqfd 2");
	ktap_check_eq(bell_close(e), BELLHOP_OK, "close eoifd");
	irq_disable(); /* without an eoifd the line stays high */
	bell_signal(s2);
	ktap_check(gic_is_pending(SPI), "not pending");
	ktap_check_eq(irq_bind(SPI, s2, 0, BELLHOP_DEASSIGN), BELLHOP_OK, "deassign irqfd 2");
	ktap_check(!gic_is_pending(SPI), "pending");
	irq_enable();
}

/*
 * A resample bell that rings its own line: as many interrupts as EOIs, which is a storm that the
 * guest has made for itself, and no call that does not return.
 */
void test_t119_loop(void)
{
	uint32_t s, r;

	begin();
	masks = 1000;
	s = bell_create(0, 0);
	r = bell_create(0, 0);
	ktap_check_eq(irq_bind(SPI, s, r, BELLHOP_RESAMPLE), BELLHOP_OK, "bind 1");
	ktap_check_eq(irq_bind(SPI, r, s, BELLHOP_RESAMPLE), BELLHOP_OK, "bind 2");
	bell_signal(s);
	settle();
	ktap_check_eq(taken[SPI], 1000, "interrupts");
	bell_close(s);
	bell_close(r);
	gic_enable(SPI);
	settle();
	ktap_check_eq(taken[SPI], 1000, "interrupts");
	ktap_check(!gic_is_pending(SPI), "pending");
}
