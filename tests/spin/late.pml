// SPDX-License-Identifier: BSD-2-Clause
/*
 * One vCPU, more interrupts than list registers: the maintenance interrupt may come any number of
 * the guest's steps late, without a reason, or not at all because another exit was first. The guest
 * sees what a real GIC would show it, at once after a fill and in the end, and gets on.
 *
 * vgic_fold(), fold_lr(), replay_eois(), first_held() in vgic/vgic_fold.c; choose(), maintenance(),
 * vgic_fill() in vgic/vgic_fill.c; virq_sync(), virq_deliverable() in hyp/virq.c; virq_rest() in
 * hyp/virq_switch.c; dispatch() in hyp/irq.c, for which a maintenance interrupt is a reason to fold
 * or to look at GICH_EISR, and nothing else.
 *
 * Edge interrupts with EOImode 0; the number of an interrupt is its priority, 0 the highest.
 */
#define IRQS 4
#define LRS 2
#define PULSES 2	/* of each */
#define NONE IRQS

/* struct vgic: queue, latch, active, resident; lr[] in use */
bool latch[IRQS], act[IRQS], resident[IRQS];
bool loaded;

/* GICH */
byte lr_irq[LRS] = NONE;
bool lr_p[LRS], lr_a[LRS];
byte eoicount;
bool en, npie, uie, lrenpie;

/* what is true */
bool pending[IRQS], in_handler[IRQS];
byte pulses[IRQS];

bool kicked, asleep;

byte i, k, top, in_lrs;

#define PENDING_LR(n) (lr_p[n] && !lr_a[n])
#define VALID(n) (lr_p[n] || lr_a[n])
#define MAINTENANCE (en && ((npie && !PENDING_LR(0) && !PENDING_LR(1)) || \
			    (lrenpie && eoicount != 0) || \
			    (uie && !(VALID(0) && VALID(1)))))

/* The first i, or NONE, of what a[] has. */
#define FIRST(a) (a[0] -> 0 : (a[1] -> 1 : (a[2] -> 2 : (a[3] -> 3 : NONE))))
#define RUNNING FIRST(in_handler)
#define OUTSIDE(n) (act[n] && !resident[n])
#define FIRST_OUTSIDE (OUTSIDE(0) -> 0 : (OUTSIDE(1) -> 1 : (OUTSIDE(2) -> 2 : \
		      (OUTSIDE(3) -> 3 : NONE))))
#define WAITS(n) (latch[n] && !act[n])
#define FIRST_WAITING (WAITS(0) -> 0 : (WAITS(1) -> 1 : (WAITS(2) -> 2 : (WAITS(3) -> 3 : NONE))))
#define DUE(n) (pending[n] && !in_handler[n])
#define LEFT(n) (pending[n] || in_handler[n])

/* GICH keeps EOIcount until the next fill writes it. */
inline replay_eois()
{
	k = eoicount;
	do
	:: k != 0 ->
		k--;
#ifdef BUG_TOP_OF_LIST
		top = FIRST(act);
#else
		top = FIRST_OUTSIDE;
#endif
		assert(top != NONE);
		act[top] = false
	:: else -> break
	od
}

inline fold_lrs()
{
	k = 0;
	do
	:: k < LRS ->
		if
		:: lr_irq[k] != NONE ->
			i = lr_irq[k];
			latch[i] = latch[i] || lr_p[k];
			act[i] = lr_a[k];
			resident[i] = false
		:: else
		fi;
		k++
	:: else -> break
	od
}

/* vgic_fold(), with what GICH holds; then the vGIC has to know what is true. */
inline fold()
{
	if
#ifdef BUG_FOLD_TWICE
	:: true ->
#else
	:: loaded ->
#endif
#ifdef BUG_TOP_OF_LIST
		fold_lrs();
		replay_eois();
#else
		replay_eois();
		fold_lrs();
#endif
		loaded = false
	:: else
	fi;
	i = 0;
	do
	:: i < IRQS -> assert(act[i] == in_handler[i] && latch[i] == pending[i]); i++
	:: else -> break
	od;
	top = 0;
	k = 0;
	i = 0
}

/* One more list register for interrupt i. */
inline put()
{
	lr_irq[in_lrs] = i;
	lr_a[in_lrs] = act[i];
	lr_p[in_lrs] = latch[i];
	latch[i] = false;
	resident[i] = true;
	in_lrs++
}

/* What is pending, and what is active, in order; what does not fit is outside. */
inline put_waiting()
{
	i = 0;
	do
	:: i < IRQS ->
		if
		:: WAITS(i) && in_lrs < LRS -> put()
		:: WAITS(i) && in_lrs == LRS -> npie = true; uie = true
		:: else
		fi;
		i++
	:: else -> break
	od
}

inline put_active()
{
	i = 0;
	do
	:: i < IRQS ->
		if
		:: act[i] && in_lrs < LRS -> put()
		:: act[i] && in_lrs == LRS -> lrenpie = true; uie = true
		:: else
		fi;
		i++
	:: else -> break
	od
}

inline fill()
{
	in_lrs = 0;
	npie = false; uie = false; lrenpie = false; en = true; eoicount = 0;
	k = 0;
	do
	:: k < LRS -> lr_irq[k] = NONE; lr_p[k] = false; lr_a[k] = false; k++
	:: else -> break
	od;
	top = FIRST_WAITING;
#ifdef BUG_ACTIVE_FIRST
	put_active();
	put_waiting();
#else
	put_waiting();
	put_active();
#endif
#ifdef BUG_NO_UNDERFLOW
	npie = false; uie = false;
#endif
	loaded = true;
	kicked = false;
	/* The guest sees the highest, and the fill itself is no reason to come back. */
	assert(top == NONE || (resident[top] && !act[top]));
	assert(!MAINTENANCE);
	top = 0; in_lrs = 0; k = 0; i = 0
}

/* GICV: the highest pending one in a list register, if it preempts. */
inline best_in_lrs()
{
	top = NONE;
	k = 0;
	if
	:: PENDING_LR(0) && lr_irq[0] < RUNNING -> top = lr_irq[0]
	:: else
	fi;
	if
	:: PENDING_LR(1) && lr_irq[1] < RUNNING && lr_irq[1] < top -> top = lr_irq[1]; k = 1
	:: else
	fi
}

#define TAKES(n) (PENDING_LR(n) && lr_irq[n] < RUNNING)
#define CAN_ACK (loaded && (TAKES(0) || TAKES(1)))

inline ack()
{
	best_in_lrs();
	assert(pending[top] && !in_handler[top]);
	pending[top] = false;
	in_handler[top] = true;
	lr_p[k] = false;
	lr_a[k] = true;
	top = 0; k = 0
}

inline eoi()
{
	top = RUNNING;
	in_handler[top] = false;
	if
	:: lr_irq[0] == top && lr_a[0] -> lr_a[0] = false
	:: lr_irq[1] == top && lr_a[1] -> lr_a[1] = false
	:: else -> eoicount++
	fi;
	top = 0
}

/* A pulse while it is pending already is the same occurrence, and not looked at here. */
inline pulse(n)
{
	pulses[n]++;
	pending[n] = true;
	latch[n] = true;
	kicked = true
}

/* WFI: virq_deliverable(); when there is nothing, virq_rest() with the last vCPU still loaded. */
inline wait_for_interrupt()
{
	fold();
	top = FIRST_WAITING;
	if
	:: top == NONE ->
		asleep = true;
#ifndef BUG_IDLE_WITH_EN
		en = false;
#endif
		assert(!MAINTENANCE)	/* it would wake the CPU for ever */
	:: else
	fi;
	top = 0
}

active proctype world()
{
end:	do
	:: pulses[0] < PULSES && !pending[0] -> d_step { pulse(0) }
	:: pulses[1] < PULSES && !pending[1] -> d_step { pulse(1) }
	:: pulses[2] < PULSES && !pending[2] -> d_step { pulse(2) }
	:: pulses[3] < PULSES && !pending[3] -> d_step { pulse(3) }
	:: CAN_ACK -> d_step { ack() }
	:: loaded && RUNNING != NONE && !asleep -> d_step { eoi() }
	:: loaded && !CAN_ACK -> d_step { wait_for_interrupt() }
	:: loaded -> d_step { fold() }			/* an exit for anything */
	:: !loaded && !asleep -> d_step { fold() }	/* and a second look while at it */
	:: !loaded && !asleep -> d_step { fill() }
	:: asleep && kicked -> asleep = false
	/* Only the guest's exit by itself is left, and nobody may wait for that. */
	:: loaded && !kicked && !MAINTENANCE && RUNNING == NONE && !CAN_ACK ->
		assert(!LEFT(0) && !LEFT(1) && !LEFT(2) && !LEFT(3))
	:: asleep && !kicked -> assert(!DUE(0) && !DUE(1) && !DUE(2) && !DUE(3))
	od
}
