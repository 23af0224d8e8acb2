// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two VMs end on two CPUs at once, each after some resets: somebody turns the machine off, and not
 * while a VM starts. vm_vcpu_stopped(), stopped() and end_if_last() in hyp/vm.c.
 *
 * Each VM's state is written under that VM's own lock and read without one by end_if_last(): so the
 * store waits in the CPU's buffer until the barrier in end_if_last() at the latest.
 */
#define VMS 2
#define RESETS 2

mtype = { OFF, RUNNING, STOPPING };

mtype state[VMS] = RUNNING;	/* memory */
bool buffered[VMS];		/* OFF is in the buffer of the CPU */
bool again[VMS];		/* it asked for a reset, or was never started: it is owed a start */
bool machine_off, booted;

active [VMS] proctype buffer()
{
	byte me = _pid;

end:	do
	:: atomic { buffered[me] -> buffered[me] = false; state[me] = OFF }
	od
}

inline barrier()
{
#ifndef BUG_NO_BARRIER
	!buffered[me]
#else
	skip
#endif
}

inline end_if_last()
{
	if
	:: state[1 - me] == OFF ->
		assert(!again[1 - me]);
		machine_off = true
	:: else
	fi
}

active [VMS] proctype cpu()
{
	byte me = _pid - VMS;
	byte resets;

	booted;
	do
	:: !machine_off && state[me] == RUNNING && resets < RESETS ->
		resets++;
		again[me] = true;
		state[me] = STOPPING;
#ifdef BUG_OFF_BEFORE_RESTART
		buffered[me] = true;	/* off until vm_start(), as others see it */
		barrier();
		!buffered[me];
#endif
		/* report_end() takes its time here */
		atomic { state[me] = RUNNING; again[me] = false }
	:: !machine_off && state[me] == RUNNING ->
		state[me] = STOPPING;
		buffered[me] = true;
		barrier();
		end_if_last();
		break
	:: machine_off -> break
	od
}

active proctype watch()
{
	timeout;
	assert(machine_off)
}

/* start_vms() in hyp/main.c, on a CPU that runs neither of them: all, before the first one runs. */
init
{
#ifdef BUG_START_ONE_BY_ONE
	atomic { state[1] = OFF; again[1] = true; booted = true };
	atomic { state[1] = RUNNING; again[1] = false }
#else
	booted = true
#endif
}
