/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fair lock: ticket order, so a hostile VM that hammers its own lock delays a ringer by at most
 * one hold per CPU. EL2 runs with interrupts masked, so a lock is never held across an interrupt;
 * but for the control lock, which nothing that serves an interrupt takes.
 *
 * Lock order, outermost first: control lock (hyp/bell_call.c), VM lock, console lock. Two locks of
 * a kind are never held together.
 */
#ifndef BELLHOP_HYP_SPINLOCK_H
#define BELLHOP_HYP_SPINLOCK_H

#include <stdint.h>

#include "hyp/arm.h"

/* Tickets, free running. The word is both of them, which is how one is drawn (little-endian). */
struct spinlock {
	union {
		uint32_t word;
		struct {
			uint16_t owner; /* holds the lock */
			uint16_t next;	/* the next CPU draws it */
		};
	};
};

/* Inlined also where code is to be small: the uncontended way is a few instructions. */
static inline __attribute__((always_inline)) void spin_lock(struct spinlock *lock)
{
	/* ACQUIRE pairs with the RELEASE in spin_unlock(). */
	uint32_t drawn = __atomic_fetch_add(&lock->word, 1u << 16, __ATOMIC_ACQUIRE);
	uint16_t ticket = (uint16_t)(drawn >> 16);

	if ((uint16_t)drawn == ticket)
		return;
	/* YIELD, because a CPU that spins without it starves the holder on an emulator that runs
	 * all CPUs in one thread. Not WFE: holds are short, and every unlock would have to pay for
	 * a DSB and the event. */
	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
		yield();
}

static inline __attribute__((always_inline)) void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->owner, (uint16_t)(lock->owner + 1), __ATOMIC_RELEASE);
}

#endif
