/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_TARGET_CONTEXT_H
#define BELLHOP_TARGET_CONTEXT_H

#include <stdint.h>

/* Known to context_hold.S. */
struct core {
	uint64_t d[32];
	uint32_t fpscr;
	uint32_t r[15];
};

#define BANKED_WORDS 20u

/*
 * r8-r14 of FIQ, r13-r14 of IRQ, Abort, Undefined, User; SPSRs of FIQ, IRQ, Abort, Undefined,
 * Supervisor. IRQs and FIQs masked.
 */
void context_banked_write(const uint32_t *words);
void context_banked_read(uint32_t *words);

/*
 * Loads all of `in`, counts `loops` down, stores all to `out`. The counter register (r12 or r0)
 * is not part of the pattern. IRQs masked.
 */
void context_core_hold_high(const struct core *in, struct core *out, uint32_t loops);
void context_core_hold_low(const struct core *in, struct core *out, uint32_t loops);

/* One CP15 or CP14 register that a guest may write: `must` are bits that have to stick. */
struct sysreg {
	const char *name;
	uint64_t (*read)(void);
	void (*write)(uint64_t value);
	uint64_t mask; /* bits that may be set to a pattern without effect on this program */
	uint64_t keep; /* bits taken from the register's old value */
	uint64_t must;
};

extern const struct sysreg context_sysregs[];
extern const unsigned int context_num_sysregs;
#endif
