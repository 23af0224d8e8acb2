// SPDX-License-Identifier: BSD-2-Clause
/*
 * Unbind against rings, and against a close of the same bell on another CPU. After either has
 * returned, no ring of before has an effect, also when the place in the table has been given to
 * somebody else; and each end is taken down once. irq_cut(), irq_free(), bell_close() and the steps
 * around them in doorbell/op_irq.c and op_close.c; bell_call_operate(); bell_deliver().
 *
 * VM A has the bell, VM B the irqfd; a step under one VM's lock is one step here. The ringer
 * carries a post, with the id of the irqfd, from A's lock to B's.
 */
#define RINGS 2

byte bell_to = 1;	/* A: the id of the irqfd that consumes it; 0: none */
bool bell_live = true;
byte irqfd = 1;		/* B: the id of what is in that place of the table; 0: free */
byte last_id = 1;
byte effects[4];	/* by the id of the irqfd that they went into */
byte frees;
bool control;		/* the control lock */
bool returned;		/* an unbind or close of irqfd 1 has returned */

active proctype ringer()
{
	byte i, post;

	do
	:: i < RINGS ->
		i++;
		/* A's lock: SIGNAL */
		post = bell_to;
		/* B's lock: bell_deliver() */
		atomic {
			if
#ifdef BUG_NO_ID
			:: post != 0 && irqfd != 0 ->
#else
			:: post != 0 && irqfd == post ->
#endif
				assert(irqfd == post);
				assert(!(returned && post == 1));
				effects[irqfd]++
			:: else
			fi;
			post = 0
		}
	:: i == RINGS -> break
	od
}

inline take_control()
{
#ifndef BUG_NO_CONTROL
	atomic { !control -> control = true }
#else
	skip
#endif
}

inline free_irqfd(id)
{
#ifndef BUG_ONE_END
	atomic {
		assert(irqfd == id);	/* not somebody else's by now, nor freed before */
		irqfd = 0;
		frees++
	}
#else
	skip
#endif
}

active proctype unbinder()
{
	byte to;

	take_control();
	/* A's lock: IRQ_CUT */
	atomic {
		if
		:: bell_live -> to = bell_to; bell_to = 0
		:: else -> to = 0	/* BADH */
		fi
	};
	/* B's lock: IRQ_FREE */
	if
	:: to != 0 ->
		free_irqfd(to);
		returned = true
	:: else
	fi;
	control = false
}

active proctype closer()
{
	byte to;

	take_control();
#ifdef BUG_NO_CONTROL
	to = bell_to;		/* looked at, then cut: the other one is in between */
	atomic { bell_live = false; bell_to = 0 };
#else
	atomic { to = bell_to; bell_live = false; bell_to = 0 };
#endif
	if
	:: to != 0 ->
		free_irqfd(to);
		returned = true
	:: else
	fi;
	control = false
}

/* Another bell is bound, and gets the place that has become free. */
active proctype binder()
{
	take_control();
	atomic {
		if
		:: irqfd == 0 -> last_id++; irqfd = last_id
		:: else
		fi
	};
	control = false
}

active proctype watch()
{
	timeout;
	assert(bell_to == 0 && !bell_live);
	assert(frees == 1);
	assert(effects[2] == 0)
}
