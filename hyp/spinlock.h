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

/* The rest of spin_take(): until `owner` is the ticket that this word was drawn with. */
void spin_wait(struct spinlock *lock, uint32_t drawn);

static inline __attribute__((always_inline)) void spin_take(struct spinlock *lock)
{
	/* ACQUIRE pairs with the RELEASE in spin_drop(). */
	uint32_t drawn = __atomic_fetch_add(&lock->word, 1u << 16, __ATOMIC_ACQUIRE);

	/* Both halves are equal: one comparison, with itself rotated. */
	if (__builtin_expect(drawn != (drawn >> 16 | drawn << 16), 0))
		spin_wait(lock, drawn);
}

static inline __attribute__((always_inline)) void spin_drop(struct spinlock *lock)
{
	__atomic_store_n(&lock->owner, (uint16_t)(lock->owner + 1), __ATOMIC_RELEASE);
}

/* Inline where code is to be quick, a call where it is to be small. */
#ifdef __OPTIMIZE_SIZE__
void spin_lock(struct spinlock *lock);
void spin_unlock(struct spinlock *lock);
#else
static inline void spin_lock(struct spinlock *lock)
{
	spin_take(lock);
}

static inline void spin_unlock(struct spinlock *lock)
{
	spin_drop(lock);
}
#endif

#endif
