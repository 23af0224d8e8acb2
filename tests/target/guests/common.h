/* SPDX-License-Identifier: BSD-2-Clause */
/* What several test guests share. Each guest is one program: a table of KTAP tests and a main(). */
#ifndef BELLHOP_TARGET_COMMON_H
#define BELLHOP_TARGET_COMMON_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu.h"
#include "exception.h"
#include "gic.h"
#include "ktap.h"
#include "smccc.h"
#include "timer.h"

/* Polls until *word is `value`, at most `ms` milliseconds; says whether it came. */
static inline bool wait_for(const volatile uint32_t *word, uint32_t value, uint32_t ms)
{
	const uint64_t end = timer_now() + timer_ms(ms);

	while (*word != value) {
		if (timer_now() > end)
			return false;
		cpu_relax();
	}
	dmb();
	return true;
}

/* True, with the test marked skipped, when the machine has fewer than `n` vCPUs. */
static inline bool needs_vcpus(unsigned int n)
{
	if (machine_vcpus() >= n)
		return false;
	ktap_skip("needs more vCPUs");
	return true;
}

/* True, with the test marked skipped, when there is no hypervisor to promise the behaviour. */
static inline bool needs_bellhop(void)
{
	if (!machine_is_native())
		return false;
	ktap_skip("no hypervisor here");
	return true;
}

/* Acknowledges and ends, by hand, the interrupt that a masked wait has left pending, if any. */
static inline void drop_interrupt(void)
{
	const uint32_t iar = gicc_read(GICC_IAR);

	if (iar != GIC_SPURIOUS)
		gicc_write(GICC_EOIR, iar);
	dsb();
}

/* A small generator (xorshift32), because newlib's rand() is not for several vCPUs. */
static inline uint32_t random32(uint32_t *state)
{
	uint32_t x = *state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*state = x;
	return x;
}
#endif
