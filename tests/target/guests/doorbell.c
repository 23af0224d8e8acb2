// SPDX-License-Identifier: BSD-2-Clause
/*
 * Doorbells within one VM: it is its own device model. Cases T47 and T93 to T120 as far as one VM
 * has them, with interrupts that a vCPU really takes. What two VMs do is in bell_dm.c.
 */
#include "bell.h"

#define SPI 48u
#define OTHER_SPI 49u
#define SELF 0u
#define ROUNDS 20000u

static volatile uint32_t taken[128];

/* What the handler does besides counting. */
static volatile uint32_t reads; /* the bell that it reads, or 0 */
static volatile uint32_t masks; /* with this one, and later, it disables its own interrupt */

static void on_spi(uint32_t iar)
{
	const uint32_t intid = iar & 0x3ff;

	taken[intid]++;
	if (reads != 0)
		bell_read(reads);
	if (masks != 0 && taken[intid] >= masks)
		gic_disable(intid);
}

static void expect_spi(uint32_t intid)
{
	taken[intid] = 0;
	gic_handle(intid, on_spi);
	gic_set_target(intid, 1);
	gic_enable(intid);
}

static void begin(void)
{
	reads = 0;
	masks = 0;
	bell_close_all();
	expect_spi(SPI);
	expect_spi(OTHER_SPI);
	irq_enable();
}

static int32_t irq_bind(uint32_t gsi, uint32_t signal, uint32_t resample, uint32_t flags)
{
	return bell(BELLHOP_IRQ_BIND, SELF, gsi, signal, resample, flags).error;
}

static int32_t eoi_bind(uint32_t signal, uint32_t eoi, uint32_t flags)
{
	return bell(BELLHOP_EOI_BIND, SELF, signal, eoi, flags).error;
}

/* Interrupts of this vCPU are taken before the next instruction. */
static void settle(void)
{
	isb();
}

static void test_identity(void)
{
	struct smccc_regs regs = { { BELLHOP_UID } };
	struct bell_result features = bell(BELLHOP_FEATURES, BELLHOP_CAPS);

	smccc_hvc_regs(&regs);
	ktap_check(regs.r[0] == BELLHOP_UID_0 && regs.r[1] == BELLHOP_UID_1 &&
			   regs.r[2] == BELLHOP_UID_2 && regs.r[3] == BELLHOP_UID_3,
		   "UID");
	regs = (struct smccc_regs){ { BELLHOP_REVISION } };
	smccc_smc_regs(&regs);
	ktap_check(regs.r[0] == BELLHOP_ABI_MAJOR && regs.r[1] == BELLHOP_ABI_MINOR, "REVISION");
	ktap_check_eq(features.error, BELLHOP_OK, "FEATURES");
	ktap_check((features.r1 & BELLHOP_CAP_RESAMPLE) != 0, "no resample: 0x%lx",
		   (unsigned long)features.r1);
	ktap_check_eq(bell(BELLHOP_FEATURES, BELLHOP_LIMIT_BELLS).r1, BELLHOP_MAX_BELLS, "bells");
	ktap_check_eq(bell(BELLHOP_FEATURES, BELLHOP_N_FEATURES).error, BELLHOP_RANGE, "word");
}

/* A number without a call, and a capability that there is none of. */
static void test_what_is_not_there(void)
{
	static const uint32_t known[] = { 0x01, 0x02, 0x03, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14,
					  0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d,
					  0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x28, 0x29,
					  0x2a, 0x2b, 0x30, 0x31, 0x32, 0x3f };

	for (uint32_t n = 0, next = 0; n < 0x100; n++) {
		if (next < sizeof(known) / sizeof(known[0]) && known[next] == n)
			next++;
		else
			ktap_check_eq(bell(BELLHOP_CALL(n)).error, BELLHOP_NOT_SUPPORTED, "call");
	}
	ktap_check_eq(bell(BELLHOP_FEATURES, BELLHOP_CAPS).r1 >> 15, 0, "capabilities");
}

/* r4..r11 keep their values, and what is not a result as well. */
static void test_registers_are_preserved(void)
{
	struct smccc_regs regs = { { BELLHOP_CREATE, 0, 5, 0, 44, 55, 66, 77 } };

	begin();
	smccc_hvc_regs(&regs);
	ktap_check_eq(regs.r[0], 0, "r0");
	ktap_check(regs.r[2] == 5 && regs.r[3] == 0 && regs.r[4] == 44 && regs.r[5] == 55 &&
			   regs.r[6] == 66 && regs.r[7] == 77,
		   "changed");
	regs = (struct smccc_regs){ { BELLHOP_READ, 3, 22, 33, 44, 55, 66, 77 } };
	smccc_hvc_regs(&regs);
	ktap_check_eq((int32_t)regs.r[0], BELLHOP_BADH, "READ");
	ktap_check(regs.r[1] == 3 && regs.r[2] == 22 && regs.r[3] == 33, "changed by an error");
}

static void test_t120_arithmetic(void)
{
	struct bell_result result;
	uint32_t b;

	begin();
	b = bell_create(0, 0);
	ktap_check_eq(bell(BELLHOP_READ, b).error, BELLHOP_AGAIN, "empty");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, UINT32_MAX, UINT32_MAX).error, BELLHOP_INVAL, "max");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 1, 0).r1, 0, "was empty");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 1, 2).r1, 1, "was not empty");
	result = bell(BELLHOP_READ, b);
	ktap_check(result.r1 == 2 && result.r2 == 2, "0x%lx%08lx", (unsigned long)result.r2,
		   (unsigned long)result.r1);
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 0xfffffffe, UINT32_MAX).error, BELLHOP_OK, "full");
	ktap_check_eq(bell(BELLHOP_SIGNAL, b, 1, 0).error, BELLHOP_AGAIN, "over");
	ktap_check_eq(bell(BELLHOP_PEEK, b).r1, BELLHOP_READABLE, "PEEK");
	ktap_check_eq(bell(BELLHOP_READ, b).r1, 0xfffffffe, "READ");
	b = bell_create(BELLHOP_SEMAPHORE, 2);
	ktap_check(bell_read(b) == 1 && bell_read(b) == 1 && bell_read(b) == 0, "semaphore");
}

static void test_virq(void)
{
	uint32_t b;

	begin();
	b = bell_create(0, 0);
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, b, SPI, 0).error, BELLHOP_OK, "edge");
	bell_signal(b);
	bell_signal(b);
	settle();
	ktap_check_eq(taken[SPI], 1, "edge");
	bell_read(b);
	bell_signal(b);
	settle();
	ktap_check_eq(taken[SPI], 2, "edge after READ");
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, b, SPI, BELLHOP_DEASSIGN).error, BELLHOP_OK,
		      "unbind");
	irq_disable();
	reads = b;
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, b, OTHER_SPI, BELLHOP_LEVEL).error, BELLHOP_OK,
		      "level");
	ktap_check(gic_is_pending(OTHER_SPI), "bind does not see what was counted");
	irq_enable();
	settle();
	ktap_check_eq(taken[OTHER_SPI], 1, "level at bind");
	bell(BELLHOP_MASK, b, 1);
	bell_signal(b);
	settle();
	ktap_check_eq(taken[OTHER_SPI], 1, "masked");
	bell(BELLHOP_MASK, b, 0);
	settle();
	ktap_check_eq(taken[OTHER_SPI], 2, "unmasked");
}

static void test_poll_set(void)
{
	uint32_t set, a, b;

	begin();
	set = bell(BELLHOP_POLLSET_CREATE, 0).r1;
	a = bell_create(0, 0);
	b = bell_create(0, 1);
	ktap_check_eq(bell(BELLHOP_BIND_VIRQ, set, SPI, 0).error, BELLHOP_OK, "bind");
	ktap_check_eq(bell(BELLHOP_POLLSET_ADD, set, a, 0).error, BELLHOP_OK, "add");
	ktap_check_eq(taken[SPI], 0, "nothing is ready");
	ktap_check_eq(bell(BELLHOP_POLLSET_ADD, set, b, 31).error, BELLHOP_OK, "add");
	settle();
	ktap_check_eq(taken[SPI], 1, "a member is ready");
	bell_signal(a);
	settle();
	ktap_check_eq(taken[SPI], 1, "the set was ready before");
	ktap_check_eq(bell(BELLHOP_POLL, set).r1, 0x80000001u, "POLL");
	bell_read(a);
	ktap_check_eq(bell(BELLHOP_POLL, set).r1, 0x80000000u, "POLL");
	ktap_check_eq(bell(BELLHOP_POLLSET_DEL, set, b).error, BELLHOP_OK, "del");
	ktap_check_eq(bell(BELLHOP_POLL, set).r1, 0, "POLL");
}

static void test_t93_edge_irqfd(void)
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

static void test_t96_resample(void)
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
static void test_t97_two_resamplers(void)
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

static void test_t101_sources(void)
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
static void test_t47_oneshot_handler(void)
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
static void test_t47_two_at_once(void)
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

static void test_t102_close_resample(void)
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

static void test_t107_eo3_sequence(void)
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
static void test_t119_loop(void)
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

static void test_wait_deadline(void)
{
	struct bell_result result;
	uint64_t start;
	uint32_t b;

	begin();
	b = bell_create(0, 0);
	start = timer_now();
	ktap_check_eq(bell_wait(b, 0).error, BELLHOP_AGAIN, "a deadline in the past");
	result = bell_wait(b, start + timer_ms(5));
	ktap_check_eq(result.error, BELLHOP_AGAIN, "deadline");
	ktap_check(timer_now() >= start + timer_ms(5), "too early");
	bell_signal(b);
	result = bell_wait(b, BELLHOP_NEVER);
	ktap_check(result.error == BELLHOP_OK && result.r1 == BELLHOP_READABLE, "ready");
	ktap_check_eq(bell_wait(b + 1, BELLHOP_NEVER).error, BELLHOP_BADH, "handle");
	ktap_check_eq(irq_bind(SPI, b, 0, 0), BELLHOP_OK, "bind");
	ktap_check_eq(bell_wait(b, BELLHOP_NEVER).error, BELLHOP_BUSY, "consumed");
}

static volatile uint32_t rung_by_tick;

static void on_tick(uint32_t iar)
{
	(void)iar;
	cntv_set(TIMER_FAR, 0);
	taken[CNTV_INTID]++;
	if (rung_by_tick != 0)
		bell_signal(rung_by_tick);
}

/* An interrupt is taken in the middle of the call, which then goes on. */
static void test_wait_takes_interrupts(void)
{
	uint32_t b;

	begin();
	b = bell_create(0, 0);
	taken[CNTV_INTID] = 0;
	gic_handle(CNTV_INTID, on_tick);
	gic_enable(CNTV_INTID);
	rung_by_tick = b;
	cntv_set(timer_now() + timer_ms(2), CNT_CTL_ENABLE);
	ktap_check_eq(bell_wait(b, BELLHOP_NEVER).error, BELLHOP_OK, "rung by a handler");
	ktap_check_eq(taken[CNTV_INTID], 1, "ticks");
	bell_read(b);
	/* Masked, the interrupt does not end it, nor is it lost. */
	rung_by_tick = 0;
	irq_disable();
	cntv_set(timer_now() + timer_ms(1), CNT_CTL_ENABLE);
	ktap_check_eq(bell_wait(b, timer_now() + timer_ms(4)).error, BELLHOP_AGAIN, "masked");
	ktap_check_eq(taken[CNTV_INTID], 1, "ticks while masked");
	irq_enable();
	settle();
	ktap_check_eq(taken[CNTV_INTID], 2, "ticks");
	gic_disable(CNTV_INTID);
}

static struct bell_result bell_take(uint32_t handle, uint64_t deadline)
{
	return bell(BELLHOP_TAKE, handle, (uint32_t)deadline, (uint32_t)(deadline >> 32));
}

/* WAIT, and READ of what is ready; an interrupt in its middle makes it ready. */
static void test_take(void)
{
	struct bell_result result;
	uint32_t a, b, set;

	begin();
	a = bell_create(0, 3);
	b = bell_create(0, 0);
	ktap_check_eq(bell_take(b, timer_now() + timer_ms(2)).error, BELLHOP_AGAIN, "deadline");
	result = bell_take(a, BELLHOP_NEVER);
	ktap_check(result.error == BELLHOP_OK && result.r1 == 3 && result.r2 == 0 &&
			   result.r3 == BELLHOP_READABLE,
		   "count");
	ktap_check_eq(bell(BELLHOP_PEEK, a).r1, 0, "taken");
	set = bell(BELLHOP_POLLSET_CREATE, 0).r1;
	bell(BELLHOP_POLLSET_ADD, set, a, 7);
	bell(BELLHOP_POLLSET_ADD, set, b, 30);
	bell_signal(a);
	bell_signal(a);
	rung_by_tick = b;
	gic_handle(CNTV_INTID, on_tick);
	gic_enable(CNTV_INTID);
	cntv_set(timer_now() + timer_ms(2), CNT_CTL_ENABLE);
	result = bell_take(set, BELLHOP_NEVER);
	ktap_check(result.error == BELLHOP_OK && result.r1 == 1u << 7, "bits");
	result = bell_take(set, BELLHOP_NEVER);
	ktap_check(result.error == BELLHOP_OK && result.r1 == 1u << 30, "rung by a handler");
	ktap_check_eq(bell(BELLHOP_POLL, set).r1, 0, "all are taken");
	ktap_check_eq(bell_read(a) | bell_read(b), 0, "counts");
	gic_disable(CNTV_INTID);
}

static volatile uint32_t ping, pong, rounds_done;

static void partner(void *arg)
{
	(void)arg;
	gic_cpu_init();
	for (uint32_t i = 0; i < ROUNDS / 4; i++) {
		bell_wait(ping, BELLHOP_NEVER);
		bell_read(ping);
		bell_signal(pong);
		rounds_done++;
	}
}

/* A device model's loop: it answers, and takes the next one. */
static void taker(void *arg)
{
	(void)arg;
	gic_cpu_init();
	bell_take(ping, BELLHOP_NEVER);
	for (rounds_done = 1; rounds_done < ROUNDS / 4; rounds_done++)
		bell(BELLHOP_SIGNAL_AND_TAKE, pong, ping, UINT32_MAX, UINT32_MAX);
	bell_signal(pong);
}

static void test_signal_and_take(void)
{
	uint32_t answers = 0;

	if (needs_vcpus(2))
		return;
	begin();
	ping = bell_create(0, 0);
	pong = bell_create(0, 0);
	ktap_check_eq(vcpu_start(1, taker, 0), 0, "CPU_ON");
	for (uint32_t i = 0; i < ROUNDS / 4; i++) {
		struct bell_result result =
			bell(BELLHOP_SIGNAL_AND_TAKE, ping, pong, UINT32_MAX, UINT32_MAX);

		answers += result.error == BELLHOP_OK && result.r1 == 1;
	}
	ktap_check_eq(answers, ROUNDS / 4, "answers");
	ktap_check_eq(bell_read(ping) | bell_read(pong), 0, "nothing is left");
	ktap_check_eq(bell(BELLHOP_SIGNAL_AND_TAKE, 1, pong, 0, 0).error, BELLHOP_BADH, "handle");
	ktap_check_eq(bell(BELLHOP_SIGNAL_AND_TAKE, ping, pong, 0, 0).error, BELLHOP_AGAIN,
		      "deadline");
	ktap_check_eq(bell_read(ping), 1, "it was rung all the same");
	ktap_check(vcpu_wait_off(1, 1000), "vCPU 1 is still on");
}

/* Two vCPUs wake each other, each call a ring and a wait. */
static void test_signal_and_wait(void)
{
	uint32_t answers = 0;

	if (needs_vcpus(2))
		return;
	begin();
	ping = bell_create(0, 0);
	pong = bell_create(0, 0);
	rounds_done = 0;
	ktap_check_eq(vcpu_start(1, partner, 0), 0, "CPU_ON");
	for (uint32_t i = 0; i < ROUNDS / 4; i++) {
		struct bell_result result =
			bell(BELLHOP_SIGNAL_AND_WAIT, ping, pong, UINT32_MAX, UINT32_MAX);

		answers += result.error == BELLHOP_OK && bell_read(pong) == 1;
	}
	ktap_check_eq(answers, ROUNDS / 4, "answers");
	ktap_check(wait_for(&rounds_done, ROUNDS / 4, 1000), "the other one is behind");
	ktap_check_eq(bell(BELLHOP_SIGNAL_AND_WAIT, 1, pong, 0, 0).error, BELLHOP_BADH, "handle");
	ktap_check_eq(bell(BELLHOP_SIGNAL_AND_WAIT, ping, pong, 0, 0).error, BELLHOP_AGAIN,
		      "deadline");
	ktap_check(vcpu_wait_off(1, 1000), "vCPU 1 is still on");
}

static const struct ktap_test tests[] = {
	{ "identity", test_identity },
	{ "what_is_not_there", test_what_is_not_there },
	{ "registers_are_preserved", test_registers_are_preserved },
	{ "t120_arithmetic", test_t120_arithmetic },
	{ "virq", test_virq },
	{ "poll_set", test_poll_set },
	{ "t93_edge_irqfd", test_t93_edge_irqfd },
	{ "t96_resample", test_t96_resample },
	{ "t97_two_resamplers", test_t97_two_resamplers },
	{ "t101_sources", test_t101_sources },
	{ "t47_oneshot_handler", test_t47_oneshot_handler },
	{ "t47_two_at_once", test_t47_two_at_once },
	{ "t102_close_resample", test_t102_close_resample },
	{ "t107_eo3_sequence", test_t107_eo3_sequence },
	{ "t119_loop", test_t119_loop },
	{ "wait_deadline", test_wait_deadline },
	{ "wait_takes_interrupts", test_wait_takes_interrupts },
	{ "take", test_take },
	{ "signal_and_wait", test_signal_and_wait },
	{ "signal_and_take", test_signal_and_take },
};

int main(void)
{
	return ktap_run_all(tests);
}
