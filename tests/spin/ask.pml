// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two vCPUs look, again and again, at an SPI in the list register of a third one, which may fold
 * and fill as often as it likes: every access ends, and the SPI is delivered and ended.
 *
 * asker	vgic_settled(), ask(), vgic_ask_done() in vgic/vgic_ask.c; the guest's instruction
 *		that is taken again after VGIC_RETRY
 * owner	handle() (EVENT_ASK: fold and WORK_SYNC; EVENT_KICK: WORK_SYNC), virq_sync();
 *		offer_word(), fill_best() in vgic/vgic_fill.c; replay_eois()
 *
 * An asker may also never come back: the guest took an interrupt instead. Then the owner takes the
 * SPI back after MAX_FILLS fills. In the code that is VGIC_ASK_MAX_FILLS, so many that an asker
 * which does come back is there before; here only fills count that no asker will come back for.
 *
 * The owner has to exit now and then for that: its timer sees to it, and nothing in the protocol.
 *
 * What is done under the VM's lock is one step. Weak fairness: each CPU gets on.
 */
#define ASKERS 2
#define ACCESSES 2	/* of each asker */
#define EXITS 2		/* of the owner without a reason, which change nothing */
#define MAX_FILLS 2

/* struct vgic */
bool latch, is_active;		/* of the SPI, in software */
bool resident, loaded;
bool asks[ASKERS];		/* ask_bits != 0 */
byte withheld_fills;

/* GICH of the owner */
bool lr_p, lr_a;
bool eoicount, lrenpie;

bool event[ASKERS];		/* posted to the owner */
byte accesses[ASKERS];
bool gone[ASKERS];
byte exits;

bool in_handler, ended;		/* what the owner's guest does with the SPI */

#define WITHHELD (asks[0] || asks[1])
#define NOBODY_COMES ((!asks[0] || gone[0]) && (!asks[1] || gone[1]))
#define DONE(i) (accesses[i] == ACCESSES || gone[i])

inline fold()
{
	if
	:: loaded && eoicount -> is_active = false
	:: else
	fi;
	if
	:: loaded && resident -> latch = latch || lr_p; is_active = lr_a
	:: else
	fi;
	d_step { loaded = false; resident = false; eoicount = false; lr_p = false; lr_a = false };
	assert(is_active == in_handler);
	assert(ended || in_handler || latch)	/* not lost */
}

inline expire()
{
	if
	:: WITHHELD && (latch || is_active) && NOBODY_COMES -> withheld_fills++
	:: else
	fi;
	if
	:: withheld_fills > MAX_FILLS ->
		withheld_fills = 0;
#ifndef BUG_NO_EXPIRY
		asks[0] = false;
		asks[1] = false
#endif
	:: else
	fi
}

inline fill()
{
	lrenpie = false;
	expire();
	if
#ifdef BUG_NO_WITHHOLDING
	:: latch || is_active ->
#else
	:: (latch || is_active) && !WITHHELD ->
#endif
		lr_p = latch;
		lr_a = is_active;
		latch = false;
		resident = true
	:: else -> lrenpie = is_active
	fi;
	loaded = true
}

/* Something is withheld: the owner fills before every entry (vgic_needs_fill()). */
active proctype owner()
{
	latch = true;	/* the one occurrence that this is about */
	fill();

end:	do
	:: atomic { lr_p && !in_handler -> lr_p = false; lr_a = true; in_handler = true }
	:: atomic { in_handler ->
		in_handler = false;
		ended = true;
		if
		:: lr_a -> lr_a = false
		:: else -> eoicount = true
		fi }
	:: event[0] || event[1] || (lrenpie && eoicount) || exits < EXITS ->
		d_step {
			if
			:: event[0] || event[1] -> event[0] = false; event[1] = false
			:: lrenpie && eoicount
			:: else -> exits++
			fi;
			fold()
		};
		d_step { fill() }
#ifndef BUG_OWNER_NEVER_EXITS
	:: atomic { WITHHELD && NOBODY_COMES ->	/* for its timer, or whatever comes */
		fold();
		fill() }
#endif
	od
}

inline release()
{
	asks[me] = false;
	if
	:: !WITHHELD ->
		withheld_fills = 0;
#ifndef BUG_NOT_RELEASED
		event[me] = true	/* vgic_touch(): the kick */
#endif
	:: else
	fi
}

active [ASKERS] proctype asker()
{
	byte me = _pid - 1;

	do
	:: accesses[me] < ACCESSES ->
		atomic {
			if
			:: resident && loaded ->
				asks[me] = true;
				event[me] = true	/* EVENT_ASK; VGIC_RETRY */
			:: else ->
				assert(is_active == in_handler || (eoicount && !in_handler));
				accesses[me]++;
				release()
			fi
		}
	:: asks[me] -> gone[me] = true; break
	:: accesses[me] == ACCESSES -> break
	od
}

ltl accesses_end { <> DONE(0) && <> DONE(1) && <> ended }
