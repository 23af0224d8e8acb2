// SPDX-License-Identifier: BSD-2-Clause
/*
 * Resample and assert again: a level interrupt of VM B, driven by two device models in VM A by
 * irqfds with a resample bell each. No wish for service is lost, an EOI is told to each once, and
 * before the guest that ended it runs on. end_line() in doorbell/eoi.c, bells_notice() and
 * bells_deliver() in hyp/bells.c, choose() in hyp/sched.c.
 *
 * What is done under one VM's lock is one step; two VMs' locks are never held together, so a post
 * lies between them.
 */
#define MODELS 2
#define WISHES 2

bool source;		/* the shared source: B's line */
bool wants[MODELS];	/* the device's own output */
byte wishes[MODELS];
byte resample[MODELS];	/* count of the resample bell: A's lock */
byte post[MODELS];	/* resamples on their way */
byte handled, told[MODELS];
bool in_el2;		/* the client's CPU */

/* The device model asserts: A's lock, then B's. */
inline ring()
{
	source = true
}

active [MODELS] proctype model()
{
	byte me = _pid;

	do
	:: wishes[me] < WISHES && !wants[me] ->
		wishes[me]++;
		wants[me] = true;
		ring()
	:: resample[me] > 0 ->
		resample[me] = 0;
		/* It is the model's duty to say that its device still wants service. */
		if
		:: wants[me] -> ring()
		:: else
		fi
	od
}

#ifdef BUG_LOWER_EACH
#define LOWER_AGAIN source = false
#else
#define LOWER_AGAIN skip
#endif

inline tell(i)
{
	if
	:: post[i] > 0 ->
		LOWER_AGAIN;
		atomic { post[i]--; resample[i]++; told[i]++ }
	:: else
	fi
}

/* The client's CPU: the guest takes the interrupt, serves one device, ends it; EL2 folds. */
active proctype client()
{
	do
	:: source ->
		/* The handler: any one of the devices. */
		if
		:: wants[0] -> wants[0] = false
		:: wants[1] -> wants[1] = false
		:: else
		fi;
		handled++;
		in_el2 = true;
		/* Fold, with the lock held: lowered once, then who is to be told. */
#ifdef BUG_TELL_FIRST
		atomic { post[0]++; post[1]++ };
		tell(0);
		tell(1);
		source = false;
#else
		atomic {
			source = false;
			post[0]++;
#ifndef BUG_ONE_IS_TOLD
			post[1]++
#endif
		};
#ifdef BUG_ENTER_FIRST
		in_el2 = false;
		assert(post[0] == 0 && post[1] == 0);
#endif
		tell(0);
		tell(1);
#endif
		in_el2 = false;
		assert(post[0] == 0 && post[1] == 0);
		assert(told[0] == handled && told[1] == handled)
	od
}

/* Nothing happens any more: no device waits for a service that nobody will give. */
active proctype watch()
{
	timeout;
	assert(!wants[0] && !wants[1] && !source);
	assert(wishes[0] == WISHES && wishes[1] == WISHES)
}
