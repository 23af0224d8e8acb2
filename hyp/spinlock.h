/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fair lock: ticket order, so a hostile VM that hammers its own lock delays a ringer by at most
 * one hold per CPU. EL2 runs with interrupts masked, so a lock is never held across an interrupt.
 *
 * Lock order, outermost first: VM lock, console lock. Two locks of a kind are never held together.
 */
#ifndef BELLHOP_HYP_SPINLOCK_H
#define BELLHOP_HYP_SPINLOCK_H

#include <stdint.h>

#include "hyp/arm.h"

struct spinlock {
	uint32_t next;	/* the ticket that the next CPU draws */
	uint32_t owner; /* the ticket that holds the lock */
};

static inline void spin_lock(struct spinlock *lock)
{
	uint32_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	/* ACQUIRE pairs with the RELEASE in spin_unlock(). WFE, because a CPU that spins without
	 * it starves the holder on an emulator that runs all CPUs in one thread. */
	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
		wfe();
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->owner, lock->owner + 1, __ATOMIC_RELEASE);
	dsb_ishst(); /* the store is visible before the event: pairs with the WFE above */
	sev();
}

#endif
