// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ring, mask, read, wait: no ring is lost, and nobody sleeps beside a bell that is ready. Two CPUs
 * ring, one of them masks and unmasks, a third waits and reads. add(), bell_mask() and bell_read()
 * in doorbell/bell.c, bell_wait() in doorbell/wait.c; bell_call_wait() and block() in
 * hyp/bell_wait.c; vcpu_post() and handle() in hyp/events.c.
 *
 * What is done under the VM's lock is one step. The wake-up is an event for the waiter's own CPU,
 * posted after the lock was dropped, and that CPU alone changes the vCPU's state.
 */
#define RINGERS 2
#define RINGS 2

byte count, rung, taken;
bool masked;
bool waiter;	/* its bit in bell.waiters */
bool event;	/* EVENT_WAKE is posted */
bool blocked;
byte done;

#define ready (count > 0 && !masked)

/* The end of a call that may have made it ready: who waited is to be woken, once. */
inline changed(wake)
{
	wake = ready && waiter;
	if
	:: wake -> waiter = false
	:: else
	fi
}

inline post(wake)
{
	if
	:: wake ->
#ifdef BUG_WAKE_DIRECTLY
		blocked = false		/* instead of an event: lost when it is not blocked yet */
#else
		event = true
#endif
	:: else
	fi;
	wake = false
}

active [RINGERS] proctype ringer()
{
	byte i;
	bool wake;

	do
	:: i < RINGS ->
		atomic { count++; rung++; changed(wake) };
		post(wake);
		i++
	:: _pid == 0 && i > 0 && i < RINGS ->
		masked = true;
		atomic {
			masked = false;
#ifndef BUG_UNMASK_BLIND
			changed(wake)
#endif
		};
		post(wake);
		i = RINGS
	:: i == RINGS -> break
	od;
	done++
}

/* One vCPU on its CPU: the call, taken again after each wake-up. */
active proctype reader()
{
	bool is_ready;

	do
	:: !blocked ->
		/* WAIT */
#ifdef BUG_REGISTER_LATE
		is_ready = ready;
		atomic { if :: !is_ready -> waiter = true :: else fi };
#else
		atomic {
			is_ready = ready;
#ifndef BUG_NOT_REGISTERED
			if :: !is_ready -> waiter = true :: else fi
#endif
		};
#endif
		if
		:: is_ready ->
			/* READ */
			atomic { taken = taken + count; count = 0 }
		:: else ->
			blocked = true
		fi
	:: event ->
		atomic { event = false; blocked = false }
	od
}

active proctype watch()
{
	timeout;
	assert(done == RINGERS);
	assert(rung == taken + count);
	assert(!(blocked && ready))
}
