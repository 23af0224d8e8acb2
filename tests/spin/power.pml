// SPDX-License-Identifier: BSD-2-Clause
/*
 * The life of a VM with three vCPUs, each pinned to a CPU of its own: CPU_ON from several callers,
 * CPU_OFF, stop and reset by any vCPU and by another CPU, with every event on its way at any time.
 *
 * cpu_on(), cpu_off(), system_off(), system_reset() in hyp/psci.c; vm_start(), vm_stop(),
 * vm_vcpu_stopped() in hyp/vm.c; start(), stop(), handle() in hyp/events.c. What is done under the
 * VM's lock is one step. kick.pml shows that a posted event arrives; here it is a bit.
 */
#define VCPUS 3
#define ONS 3	/* calls of CPU_ON and CPU_OFF in all: what the guests do is bounded */
#define OFFS 1
#define RESETS 1

mtype = { OFF, ON_PENDING, ON };		/* vcpu->power */
mtype = { VM_OFF, VM_RUNNING, VM_STOPPING };	/* vm->state */

mtype power[VCPUS] = OFF;
mtype state = VM_OFF;
byte n_running;
bool reset_wanted;			/* vm->stop == VM_STOP_RESET */
bool event_start[VCPUS], event_stop[VCPUS];

bool owed[VCPUS];	/* a CPU_ON (or vm_start()) succeeded and its vCPU has not started */
bool runs[VCPUS];	/* between its start and its stop: its CPU may enter it */
bool loaded[VCPUS];	/* its list registers are in the hardware */
byte ons, offs, resets;
byte ends, ends_expected;

/* CPU_ON or vm_start() has been accepted for vCPU t. */
inline accept(t)
{
	assert(!owed[t]);
	owed[t] = true;
	power[t] = ON_PENDING
}

inline vm_start()
{
	d_step {
		was_off = state == VM_OFF;
		if
		:: was_off -> state = VM_RUNNING; accept(0)
		:: else
		fi
	};
	if
	:: was_off -> event_start[0] = true
	:: else
	fi
}

/* vm_stop(), first half: which vCPUs, under the lock. */
inline choose(how_reset)
{
	d_step {
		n = 0;
		do
		:: n < VCPUS ->
			stopping[n] = false;
			if
#ifdef BUG_STOP_SKIPS_PENDING
			:: state == VM_RUNNING && power[n] == ON ->
#else
			:: state == VM_RUNNING && power[n] != OFF ->
#endif
				stopping[n] = true;
				n_running++
			:: else
			fi;
			n++
		:: else -> break
		od;
		if
		:: state == VM_RUNNING ->
			state = VM_STOPPING;
			reset_wanted = how_reset;
			ends_expected++
		:: else
		fi;
		n = 0
	}
}

/* Second half: the events are posted one by one, without it. */
inline post_stops()
{
	do
	:: n < VCPUS && stopping[n] -> atomic { event_stop[n] = true; stopping[n] = false; n++ }
	:: n < VCPUS && !stopping[n] -> n++
	:: n == VCPUS -> break
	od
}

inline end_vm()
{
	n = 0;
	do
	:: n < VCPUS -> assert(!runs[n] && power[n] == OFF && !loaded[n]); n++
	:: n == VCPUS -> break
	od;
	ends++;
	state = VM_OFF
}

/* stop(), then vm_vcpu_stopped(): the last answer ends the VM or starts it again. */
inline stop()
{
	d_step { loaded[me] = false; runs[me] = false };
#ifdef BUG_COUNT_UNLOCKED
	count = n_running;
	d_step { power[me] = OFF; owed[me] = false };
	n_running = count - 1;
	last = count == 1;
	if
	:: last -> d_step { again = reset_wanted; end_vm() }
	:: else
	fi;
#else
	d_step {
		again = reset_wanted;
		power[me] = OFF;
		owed[me] = false;
		assert(state == VM_STOPPING && n_running != 0);
		n_running--;
		last = n_running == 0;
		if
		:: last -> end_vm()
		:: else
		fi
	};
#endif
	if
	:: last && again -> vm_start()
	:: else
	fi
}

inline start()
{
	d_step {
		loaded[me] = false;
#ifdef BUG_START_UNCHECKED
		wanted = true;
#else
		wanted = power[me] == ON_PENDING;
#endif
		if
		:: wanted ->
			assert(owed[me]);
			assert(state != VM_OFF);
			owed[me] = false;
			power[me] = ON;
			runs[me] = true
		:: else
		fi
	}
}

inline handle()
{
	d_step {
		got_stop = event_stop[me]; event_stop[me] = false;
		got_start = event_start[me]; event_start[me] = false
	};
	if
	:: got_stop -> stop()
	:: else
	fi;
	if
	:: got_start -> start()
	:: else
	fi
}

inline cpu_on(t)
{
#ifdef BUG_ON_UNLOCKED
	ok = state == VM_RUNNING && power[t] == OFF;
	if
	:: ok -> d_step { assert(!loaded[t]); accept(t) }
	:: else
	fi;
#else
	d_step {
		ok = state == VM_RUNNING && power[t] == OFF;
		if
		:: ok -> assert(!loaded[t]); accept(t)	/* with vgic_reset_vcpu() */
		:: else
		fi
	};
#endif
	if
	:: ok -> event_start[t] = true
	:: else
	fi
}

/*
 * vcpu_switch() to nobody folds; sched_remove() is private to this CPU, which does not enter the
 * guest again: it may still be here when the VM has ended.
 */
inline cpu_off()
{
#ifdef BUG_OFF_BEFORE_FOLD
	power[me] = OFF;
	loaded[me] = false
#else
	loaded[me] = false;
	power[me] = OFF
#endif
}

active [VCPUS] proctype cpu()
{
	byte me = _pid;
	byte n, count;
	bool stopping[VCPUS];
	bool was_off, again, last, wanted, ok, got_stop, got_start;

end:	do
	:: event_start[me] || event_stop[me] -> handle()
	:: runs[me] && !event_start[me] && !event_stop[me] ->
		/* One exit of the guest; the hypercalls are done before events are looked at. */
		d_step { assert(state != VM_OFF); loaded[me] = true };
		if
		:: atomic { ons < ONS -> ons++ }; cpu_on((me + 1) % VCPUS)
		:: atomic { ons < ONS -> ons++ }; cpu_on((me + 2) % VCPUS)
		:: atomic { offs < OFFS -> offs++; runs[me] = false }; cpu_off()
		:: atomic { resets < RESETS -> resets++; choose(true) }; post_stops()
		:: choose(false); post_stops()
		:: event_start[me] || event_stop[me]	/* computes until it is kicked */
		fi
	od
}

/*
 * A CPU that runs none of these vCPUs starts the VM, and stops it once. Nothing stops a VM all of
 * whose vCPUs are off: today every stop comes from a vCPU that is on.
 */
active proctype outside()
{
	byte n;
	bool stopping[VCPUS];
	bool was_off;

	vm_start();
	atomic { power[0] != OFF || power[1] != OFF || power[2] != OFF -> choose(false) };
	post_stops()
}

active proctype watch()
{
	timeout;
	assert(state != VM_STOPPING && n_running == 0 && ends == ends_expected);
	assert(!owed[0] && !owed[1] && !owed[2])
}
