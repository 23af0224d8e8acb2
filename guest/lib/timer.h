/* SPDX-License-Identifier: BSD-2-Clause */
/* Generic Timer of a vCPU (DDI 0406C B8): virtual timer INTID 27, physical timer INTID 30. */
#ifndef BELLHOP_GUEST_TIMER_H
#define BELLHOP_GUEST_TIMER_H

#include <stdint.h>

#include "cpu.h"

#define CNT_CTL_ENABLE 1
#define CNT_CTL_IMASK 2
#define CNT_CTL_ISTATUS 4

/*
 * A compare value that is never reached. Not all ones: QEMU 7.2 adds CNTVOFF to it without looking
 * for an overflow and then spins in its own timer code.
 */
#define TIMER_FAR (UINT64_C(1) << 62)

/* Virtual count in ticks. ISB: the counter must not be read early (B8.1.2). */
static inline uint64_t timer_now(void)
{
	isb();
	return cp15_read64(1, 14);
}

/* Ticks per second. */
static inline uint32_t timer_hz(void)
{
	return cp15_read(0, 14, 0, 0);
}

/* Ticks in `ms` milliseconds or `us` microseconds. */
static inline uint64_t timer_ms(uint32_t ms)
{
	return (uint64_t)ms * (timer_hz() / 1000);
}

static inline uint64_t timer_us(uint32_t us)
{
	return (uint64_t)us * (timer_hz() / 1000000);
}

static inline void cntv_set(uint64_t cval, uint32_t ctl)
{
	cp15_write64(3, 14, cval);
	cp15_write(0, 14, 3, 1, ctl);
	isb();
}

static inline uint64_t cntv_cval(void)
{
	return cp15_read64(3, 14);
}

static inline uint32_t cntv_ctl(void)
{
	isb();
	return cp15_read(0, 14, 3, 1);
}

static inline void cntp_set(uint64_t cval, uint32_t ctl)
{
	cp15_write64(2, 14, cval);
	cp15_write(0, 14, 2, 1, ctl);
	isb();
}

static inline uint64_t cntp_cval(void)
{
	return cp15_read64(2, 14);
}

static inline uint32_t cntp_ctl(void)
{
	isb();
	return cp15_read(0, 14, 2, 1);
}

static inline uint64_t cntpct(void)
{
	isb();
	return cp15_read64(0, 14);
}

/* Busy for at least `us` microseconds. */
static inline void timer_delay_us(uint32_t us)
{
	const uint64_t end = timer_now() + timer_us(us);

	while (timer_now() < end)
		cpu_relax();
}
#endif
