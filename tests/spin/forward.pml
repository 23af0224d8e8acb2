// SPDX-License-Identifier: BSD-2-Clause
/*
 * A client's vCPU is parked until its device model has answered. Each access ends once, with the
 * answer to itself or with a failure; the device sees it once at most, and never one of a life that
 * is over; nobody stays parked beside an answer, a dead device model or one that has started again.
 * forward_begin(), _get(), _complete(), _finish(), _cancel(), _hold() and _server_gone() in
 * doorbell/forward.c; forward(), client_resume(), client_server_gone() in hyp/client.c;
 * client_mmio_complete(), hold() in hyp/client_call.c; handle(), stop() in hyp/events.c.
 *
 * What is done under the client's lock is one step. Wake-ups are events for the vCPU's own CPU, and
 * that CPU alone changes the vCPU's state. The description has the range: it waits for who claims.
 */
#define ACCESSES 3	/* in all lives of the client */
#define DEATHS 1	/* of the device model */
#define RESETS 1	/* of the client */

mtype = { IDLE, POSTED, TAKEN, DONE, FAILED };
mtype = { RUNNING, READY, PARKED };

/* The client's request, under its lock. */
mtype request = IDLE;
byte number;		/* of the latest */
byte answer;		/* to which number */
byte life;		/* of the client */
byte posted_in;		/* its life */
byte holder;		/* id of the device model's hold; 0: nobody */
byte last_holder;

mtype vcpu = RUNNING;
bool pending;		/* access.pending */
bool event_forward, event_stop;
byte accesses, ended, deaths, resets;
byte seen[ACCESSES + 2];	/* by the device, by the number */
byte bell;		/* the device model's */
bool timely;		/* does a deadline ever pass? */

inline finish()
{
	if
	:: request == IDLE -> assert(false)
	:: request == POSTED || request == TAKEN ->
		if
		:: timely -> request = IDLE; ended++	/* its deadline has passed */
		:: true ->
#ifdef BUG_RESUME_BLIND
			request = IDLE; ended++; assert(answer == number)
#else
			pending = true; vcpu = PARKED
#endif
		fi
	:: request == DONE -> assert(answer == number); request = IDLE; ended++
	:: request == FAILED -> request = IDLE; ended++
	fi;
	if
	:: request == IDLE -> pending = false; vcpu = RUNNING
	:: else
	fi
}

/* The client's CPU: its guest, and the scheduler with one vCPU. */
active proctype client()
{
	select(timely : 0 .. 1);
	do
	/* The guest runs, and makes an access. */
	:: vcpu == RUNNING && !event_stop && accesses < ACCESSES ->
		assert(request == IDLE && !pending);
		accesses++;
		atomic {
			number++;
			request = POSTED;
			posted_in = life;
			pending = true;
			vcpu = PARKED
		};
		if
		:: holder != 0 -> bell++
		:: else
		fi
	/* events_take() */
	:: event_stop ->
		atomic { event_stop = false; pending = false; vcpu = RUNNING };
		/* vm_vcpu_stopped(), finish() */
		atomic {
			if
			:: request != IDLE -> ended++
			:: else
			fi;
#ifndef BUG_NOT_CANCELLED
			request = IDLE;
#endif
			life++
		}
	:: event_forward ->
		event_forward = false;
		if
		:: vcpu == PARKED -> vcpu = READY
		:: else
		fi
	/* The deadline. */
	:: vcpu == PARKED && timely -> vcpu = READY
	/* choose(): client_resume() */
	:: vcpu == READY && !event_stop -> atomic { finish() }
	od
}

#define COMPLETE request = DONE; answer = got
#define WAKE event_forward = true

inline complete()
{
#ifdef BUG_WAKE_FIRST
	WAKE;
#endif
	if
#ifdef BUG_NO_NUMBER
	:: atomic { request == TAKEN && holder == mine -> COMPLETE }
#else
	:: atomic { request == TAKEN && holder == mine && number == got -> COMPLETE }
#endif
#ifndef BUG_WAKE_FIRST
		-> WAKE
#endif
	:: else		/* NOENT */
	fi;
	got = 0
}

/* The device model: one vCPU, which may be reset between any two steps. It answers at once, or
 * after it has taken another one. */
active proctype model()
{
	byte mine, got, late;
	bool failed;

start:	/* MMIO_CLAIM */
	atomic {
		last_holder++;
		holder = last_holder;
		mine = holder;
#ifndef BUG_CLAIM_SILENTLY
		if
		:: request == POSTED -> bell++
		:: else
		fi
#endif
	};
serve:	do
	:: deaths < DEATHS -> goto die
	/* WAIT and READ */
	:: bell > 0 -> bell = 0; goto get
	:: late > 0 -> got = late; late = 0; complete()
	od;
get:	/* MMIO_GET until there is nothing more */
	do
	:: atomic {
		request == POSTED ->
		assert(posted_in == life);
		request = TAKEN;
		got = number;
		seen[got]++;
		assert(seen[got] == 1)
	   };
	   if
	   :: deaths < DEATHS -> goto die
	   :: late == 0 -> late = got; got = 0
	   :: late > 0 -> atomic { got = late; late = number }; complete()
	   :: true -> complete()
	   fi
	:: request != POSTED -> break
	od;
	goto serve;

die:	/* client_server_gone() */
	atomic {
		deaths++;
		holder = 0;
		failed = false;
		if
#ifndef BUG_TAKEN_IS_KEPT
		:: request == TAKEN -> request = FAILED; failed = true
#endif
		:: else
		fi
	};
	if
#ifndef BUG_GONE_SILENTLY
	:: failed -> WAKE
#endif
	:: else
	fi;
	got = 0;
	late = 0;
	bell = 0;	/* doorbell_close_all() */
	goto start
}

/* SYSTEM_RESET of the client, from outside its CPU. */
active proctype resetter()
{
	if
	:: resets < RESETS -> resets++; event_stop = true
	:: true
	fi
}

active proctype watch()
{
	timeout;
	assert(vcpu == RUNNING && !pending && request == IDLE);
	assert(accesses == ACCESSES && ended == ACCESSES)
}
