// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/spinlock.h"

/* YIELD, because a CPU that spins without it starves the holder on an emulator that runs all CPUs
 * in one thread. Not WFE: holds are short, and every unlock would have to pay for a DSB and the
 * event. */
void spin_wait(struct spinlock *lock, uint32_t drawn)
{
	uint16_t ticket = (uint16_t)(drawn >> 16);

	/* ACQUIRE pairs with the RELEASE in spin_drop(). */
	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
		yield();
}

#ifdef __OPTIMIZE_SIZE__
void spin_lock(struct spinlock *lock)
{
	spin_take(lock);
}

void spin_unlock(struct spinlock *lock)
{
	spin_drop(lock);
}
#endif
