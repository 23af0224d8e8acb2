// SPDX-License-Identifier: BSD-2-Clause
/*
 * An edge SPI is retargeted at any time, also while it is pending or active in the list register of
 * the vCPU that it was for: each occurrence is delivered, to one vCPU, once.
 *
 * vgic_latch(), vgic_requeue(), home() in vgic/vgic.c; fold_lr(), fold_queue() in vgic/vgic_fold.c;
 * vgic_put(), pends_here() in vgic/vgic_lr.c; virq_apply(), virq_sync() in hyp/virq.c. Two vCPUs on
 * two CPUs. What is done under the VM's lock is one step; the kicks follow it one by one.
 */
#define VCPUS 2
#define NOBODY 2
#define PULSES 3
#define WRITES 3

/* struct vgic */
bool latch, is_active, resident;
byte target, owner = NOBODY;
bool loaded[VCPUS];

/* GICH of each vCPU */
bool lr_p[VCPUS], lr_a[VCPUS], lr_eoi[VCPUS];
bool maintenance[VCPUS];	/* the LR with EOI has become empty */
bool kicked[VCPUS];		/* EVENT_KICK on its way, or there */

/* what is true */
byte pulses, acks, writes;
bool unseen;			/* a pulse after the last acknowledge */
bool in_handler[VCPUS];
bool posting[VCPUS];		/* a fold's kick is not sent yet */
byte sent;			/* device and guest are done */

/* vgic_requeue(): kick the vCPU whose list registers should be other ones now. */
inline requeue()
{
	kick = NOBODY;
	if
#ifndef BUG_MOVE_RESIDENT
	:: resident -> kick = owner
#endif
	:: else ->
		if
		:: is_active	/* stays where it is */
		:: !is_active && latch -> owner = target
		:: !is_active && !latch -> owner = NOBODY
		fi;
		kick = owner
	fi
}

inline send_kick()
{
	if
	:: kick != NOBODY -> kicked[kick] = true
	:: else
	fi;
	kick = NOBODY
}

/* vgic_fold(): the fold of its own vCPU needs no kick, the one of another does. */
inline fold()
{
	maintenance[me] = false;
	kick = NOBODY;
	if
	:: loaded[me] && resident && owner == me ->
		resident = false;
#ifndef BUG_FOLD_DROPS
		latch = latch || lr_p[me];
#else
		latch = latch || (lr_p[me] && target == me);
#endif
		is_active = lr_a[me];
		lr_p[me] = false; lr_a[me] = false; lr_eoi[me] = false;
#ifdef BUG_MOVE_RESIDENT
		owner = (is_active || (latch && target == me) -> me : owner);
#endif
		requeue();
		if
		:: kick == me -> kick = NOBODY
		:: else
		fi
	:: else
	fi;
	loaded[me] = false
#ifdef BUG_NO_KICK
	;
	kick = NOBODY
#endif
}

/* vgic_fill() */
inline fill()
{
	if
	:: owner == me && (is_active || latch) ->
		lr_a[me] = is_active;
		lr_p[me] = latch && (!is_active || target == me);
		lr_eoi[me] = is_active && latch && target != me;
		latch = latch && !lr_p[me];
		resident = true
	:: else
	fi;
	loaded[me] = true
}

/* The CPU of a vCPU, which is always ready. An exit without a reason may come at any time. */
active [VCPUS] proctype vcpu()
{
	byte me = _pid;
	byte kick = NOBODY;

end:	do
	:: atomic { loaded[me] && lr_p[me] && !lr_a[me] && !in_handler[me] ->
		lr_p[me] = false; lr_a[me] = true;
		in_handler[me] = true;
		assert(!in_handler[1 - me]);
		assert(unseen || acks < pulses);
		acks++;
		assert(acks <= pulses);
		unseen = false }
	:: atomic { loaded[me] && in_handler[me] ->
		in_handler[me] = false;
		assert(lr_a[me]);
		lr_a[me] = false;
		maintenance[me] = lr_eoi[me] }
	:: loaded[me] ->	/* exits, by a kick or not, and comes back */
		d_step { kicked[me] = false; posting[me] = true; fold() };
		send_kick();
		posting[me] = false
	:: !loaded[me] -> d_step { fill() }
	od
}

/* A device, and a third vCPU that writes ITARGETSR. */
active proctype device()
{
	byte kick = NOBODY;

	do
	:: pulses < PULSES ->
		d_step { pulses++; unseen = true; latch = true; requeue() };
		send_kick()
	:: pulses == PULSES -> break
	od;
	sent++
}

active proctype guest()
{
	byte kick = NOBODY;

	do
	:: writes < WRITES ->
		d_step {
			writes++;
			target = 1 - target;
			if
			:: latch || resident -> requeue()
			:: else
			fi
		};
		send_kick()
	:: writes == WRITES -> break
	od;
	sent++
}

/*
 * Nothing forces an exit and the guests have nothing to do: then nothing may be left. A spontaneous
 * exit would find it, but nobody may wait for one.
 */
#define QUIET(i) (loaded[i] && !kicked[i] && !maintenance[i] && !in_handler[i] && !lr_p[i])

active proctype watch()
{
end:	atomic { sent == 2 && !posting[0] && !posting[1] && QUIET(0) && QUIET(1) ->
		assert(!unseen && !latch) }
}
