// SPDX-License-Identifier: BSD-2-Clause
/* The calls that wait: until a deadline, an interrupt, or another vCPU rings. */
#include "doorbell_tests.h"

void test_wait_deadline(void)
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
void test_wait_takes_interrupts(void)
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
void test_take(void)
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

/* The other one as two calls: it waits, and answers. */
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

/* One ring and the answer to it; of a wait, what it waits for is still there. */
static bool is_answered(uint32_t call)
{
	struct bell_result result = bell(call, ping, pong, UINT32_MAX, UINT32_MAX);
	uint32_t count = call == BELLHOP_SIGNAL_AND_TAKE ? result.r1 : bell_read(pong);

	return result.error == BELLHOP_OK && count == 1;
}

/* Two vCPUs wake each other, each call of this one a ring and a wait. */
static void wake_each_other(uint32_t call, void (*other)(void *))
{
	uint32_t answers = 0;

	begin();
	ping = bell_create(0, 0);
	pong = bell_create(0, 0);
	rounds_done = 0;
	ktap_check_eq(vcpu_start(1, other, 0), 0, "CPU_ON");
	for (uint32_t i = 0; i < ROUNDS / 4; i++)
		answers += is_answered(call);
	ktap_check_eq(answers, ROUNDS / 4, "answers");
	ktap_check(wait_for(&rounds_done, ROUNDS / 4, 1000), "the other one is behind");
	ktap_check_eq(bell_read(ping) | bell_read(pong), 0, "nothing is left");
	ktap_check_eq(bell(call, 1, pong, 0, 0).error, BELLHOP_BADH, "handle");
	ktap_check_eq(bell(call, ping, pong, 0, 0).error, BELLHOP_AGAIN, "deadline");
	ktap_check_eq(bell_read(ping), 1, "it was rung all the same");
	ktap_check(vcpu_wait_off(1, 1000), "vCPU 1 is still on");
}

void test_signal_and_wait(void)
{
	if (needs_vcpus(2))
		return;
	wake_each_other(BELLHOP_SIGNAL_AND_WAIT, partner);
}

void test_signal_and_take(void)
{
	if (needs_vcpus(2))
		return;
	wake_each_other(BELLHOP_SIGNAL_AND_TAKE, taker);
}
