// SPDX-License-Identifier: BSD-2-Clause
/*
 * No wake-up is lost between vcpu_post() on two CPUs and a third one that runs the vCPU or sleeps.
 *
 * poster  virq_apply(), vcpu_post() in hyp/vcpu.c, gic_kick() in drivers/gic.c target
 * irq_poll(), events_take() with handle(), sched_kick(), choose(), idle(), sched_wait() and
 *		doze() in hyp/sched.c
 *
 * The stores of a poster wait in its buffer and become visible in any order; an atomic OR is done
 * on memory when it leaves the buffer. What is under the VM's lock is one step. SGIR is a device:
 * its write overtakes the buffer unless a barrier holds it back.
 *
 * vCPU V runs on the target's CPU and is what the posters are about. U is another vCPU of that CPU,
 * for which the fold before the sleep finds an interrupt (virq_rest(): the CPU posts to itself).
 */
#define POSTERS 2
#define POSTS 2

bool irq_v, irq_u;		/* deliverable in struct vgic; under the VM's lock */
bool event_v, event_u;		/* vcpu->events: EVENT_KICK */
bool slot_v, slot_u;		/* cpu->kicked */
bool buf_event[POSTERS], buf_slot[POSTERS];
bool sgi[POSTERS];		/* pending at the target: one per source */

bool work_events, work_sync;	/* cpu->work of the target */
bool blocked, lr, u_ready, u_came;
byte posters_done;

/* The memory system: any store, any time. */
active [POSTERS] proctype buffer()
{
	byte me = _pid;

end:	do
	:: atomic { buf_event[me] -> buf_event[me] = false; event_v = true }
	:: atomic { buf_slot[me] -> buf_slot[me] = false; slot_v = true }
	od
}

active [POSTERS] proctype poster()
{
	byte me = _pid - POSTERS;
	byte n;

	do
	:: n < POSTS ->
		n++;
		irq_v = true;	/* locked section with vgic_set_line() or the like */
#ifdef BUG_EVENT_AFTER_KICK
		buf_slot[me] = true;
		!buf_slot[me];
		sgi[me] = true;
		buf_event[me] = true;
		!buf_event[me]
#else
		buf_event[me] = true;
#ifndef BUG_NO_RELEASE
		!buf_event[me];	/* RELEASE: what was before is visible before */
#endif
		buf_slot[me] = true;
#ifndef BUG_NO_BARRIER
		!buf_event[me] && !buf_slot[me];	/* dsb_ishst() */
#endif
		sgi[me] = true
#endif
	:: n == POSTS -> posters_done++; break
	od
}

inline irq_poll()
{
	do
	:: sgi[0] -> sgi[0] = false; work_events = true
	:: sgi[1] -> sgi[1] = false; work_events = true
	:: else -> break
	od
}

/* handle() of hyp/events.c for both slots; each exchange is one step. */
inline events_take()
{
	work_events = false;
	d_step { taken_v = slot_v; slot_v = false; taken_u = slot_u; slot_u = false };
	if
	:: taken_v ->
		d_step { got = event_v; event_v = false };
		if
		:: got && blocked && irq_v -> blocked = false
		:: got && !blocked -> work_sync = true
		:: else
		fi
	:: else
	fi;
	if
	:: taken_u && event_u -> event_u = false; u_ready = true
	:: else
	fi
}

/* U is lower in priority, does its interrupt and is blocked again. */
inline run_u()
{
	d_step { u_ready = false; irq_u = false }
}

/* virq_rest(): the fold may find that an interrupt is U's now. */
inline rest()
{
	if
	:: !u_came -> u_came = true; irq_u = true; event_u = true; slot_u = true; work_events = true
	:: true
	fi
}

inline idle()
{
	rest();
	if
#ifdef BUG_IDLE_BLIND
	:: true ->
#else
	:: !work_events ->
#endif
wfi:		sgi[0] || sgi[1]	/* wakes for a masked interrupt too */
#ifndef BUG_IDLE_BLIND
	:: else
#endif
	fi;
	irq_poll()
}

active proctype target()
{
	bool taken_v, taken_u, got, spins;

	if	/* what this guest does while it waits: WFI, or a loop */
	:: spins = true
	:: spins = false
	fi;
guest:	if
	:: lr -> lr = false; goto guest	/* the guest takes it */
	:: sgi[0] || sgi[1] ->
#ifdef BUG_ACK_LATE
		events_take();
		irq_poll();
		work_events = false;
#else
		irq_poll();
#endif
	:: !lr && !spins ->	/* WFI */
		if	/* doze(): virq_is_quiet() looks without the lock */
#ifdef BUG_DOZE_BLIND
		:: !irq_v ->
#else
		:: !irq_v && !u_ready ->
#endif
doze:			sgi[0] || sgi[1];
			irq_poll()
		:: true	/* others can run, or list registers are in use */
		fi;
		/* virq_deliverable() folds and looks, under the lock */
		work_sync = true;
		blocked = !irq_v
	fi;
work:	if
	:: work_events -> events_take()
	:: else
	fi;
	if
	:: blocked && u_ready -> run_u(); goto work
	:: blocked && !u_ready -> idle(); goto work
	:: else
	fi;
	if
	:: work_sync ->
		/* virq_sync(): fold and fill */
		d_step { work_sync = false; lr = lr || irq_v; irq_v = false }
	:: else
	fi;
	if
	:: work_events -> goto work
	:: else -> goto guest
	fi
}

/* When nothing can happen any more the guest must have had everything. */
active proctype watch()
{
	timeout;
	assert(posters_done == POSTERS && !irq_v && !lr && !irq_u)
}
