/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the guest timer share: both timers, their handlers' counts, and the tests. */
#ifndef BELLHOP_TARGET_TIMERS_H
#define BELLHOP_TARGET_TIMERS_H

#include "common.h"

struct vtimer {
	uint32_t intid;
	void (*set)(uint64_t cval, uint32_t ctl);
	uint64_t (*cval)(void);
	uint32_t (*ctl)(void);
	uint64_t (*now)(void);
};

extern const struct vtimer virt;
extern const struct vtimer phys;

/* Per vCPU, written by its handlers only. */
struct state {
	volatile uint32_t fired;
	volatile uint32_t early;
	volatile uint32_t keep;	  /* leave the line asserted this many times */
	volatile uint64_t period; /* ticks; 0: one shot */
};

extern struct state virt_state[GUEST_MAX_VCPUS];
extern struct state phys_state[GUEST_MAX_VCPUS];

/* The handler of CNTV_INTID, for who puts another in its place to put it back. */
void on_virt(uint32_t iar);

/* This vCPU's timer fires at `cval`, then each `period`; until stop(), which masks IRQs, too. */
void start(const struct vtimer *t, struct state *s, uint64_t cval, uint64_t period);
void stop(const struct vtimer *t);
/* Says whether it has fired `n` times before so many milliseconds. */
bool wait_fired(const struct state *s, uint32_t n, uint32_t ms);

/* timer_rates.c */
void test_ticks_virt(void);
void test_ticks_phys(void);
void test_both(void);
void test_offset(void);
void test_monotonic(void);
void test_per_vcpu(void);

#endif
