// SPDX-License-Identifier: BSD-2-Clause
/*
 * Unbind against what looks a binding up in one VM and has its effect in another one, where nothing
 * carries an id of the binding: a store of VM A that meets an ioevent and rings a bell of VM B
 * (ring_by_store()), and a bell of A that signals a vector in B (client_deliver_vector(),
 * bell_sends()). The binding is looked at once more under B's lock, without A's; who unbinds takes
 * B's lock before he returns, if only to drop it again (vm_pass()). So when an unbind has returned
 * its binding has no effect any more, also when the place is used again.
 *
 * The locks are real ones here, because what is looked at without A's is the point.
 */
#define STORES 3
#define BINDINGS 2

bool lock_a, lock_b;
byte serial = 1;	/* A: of the binding that is in the place; changes when it goes */
bool used = true;	/* A: there is one */
byte returned;		/* the unbind of this serial and of those before it has returned */
byte effects[4];	/* B: by serial */

inline take(lock)
{
	atomic { !lock -> lock = true }
}

active proctype client()
{
	byte i, met;

	do
	:: i < STORES ->
		i++;
		take(lock_a);
		met = 0;
		if
		:: used -> met = serial
		:: else
		fi;
		lock_a = false;
		if
		:: met != 0 ->
			take(lock_b);
			if
#ifdef BUG_NO_LOOK
			:: true ->
#else
#ifdef BUG_ANY_BINDING
			:: used ->
#else
			:: serial == met ->
#endif
#endif
				assert(met > returned);
				effects[met]++
			:: else
			fi;
			lock_b = false
		:: else
		fi
	:: i == STORES -> break
	od
}

active proctype server()
{
	byte i;

	do
	:: i < BINDINGS ->
		i++;
		take(lock_a);
		used = false;
		serial++;
		lock_a = false;
#ifndef BUG_NO_PASS
		take(lock_b);
		lock_b = false;
#endif
		returned = i;
		/* Another one, in the same place. */
		take(lock_a);
		used = true;
		lock_a = false
	:: i == BINDINGS -> break
	od
}

/* A store that met a binding which stays rings. */
active proctype watch()
{
	timeout;
	assert(!lock_a && !lock_b);
	assert(effects[1] + effects[2] + effects[3] <= STORES);
	assert(returned == BINDINGS && serial == BINDINGS + 1)
}
