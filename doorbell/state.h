/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The doorbells of one VM. Flat, without pointers, so that it can be copied, compared and hashed.
 * Everything here is protected by the VM's lock; who only changes what a call of another VM built
 * up also holds the control lock (op.h).
 *
 * Outside doorbell/ only the size matters: no field is read or written but through doorbell.h.
 */
#ifndef BELLHOP_DOORBELL_STATE_H
#define BELLHOP_DOORBELL_STATE_H

#include "doorbell.h"

/* Who takes what a bell counts, other than READ and WAIT. At most one. */
enum bell_sink {
	SINK_NONE,
	SINK_VIRQ_EDGE,
	SINK_VIRQ_LEVEL,
	SINK_POLLSET,
	SINK_IRQFD,  /* to: the irqfd. It takes all that is counted */
	SINK_VECTOR, /* to: an MSI-X vector. Likewise */
};

/* Those that a status shows have its bits. */
#define BELL_MASKED 2u
#define BELL_HUP_PEER 8u /* the last peer handle was closed */
#define BELL_HUP_EOI 32u /* it is the bell of an orphaned link */
#define BELL_SEMAPHORE 64u
#define BELL_ONESHOT 128u

/* What is reached by a handle. One whose generation cannot grow any more is not used again. */
struct bell_slot {
	uint32_t handle; /* 0: free */
	uint32_t generation;
};

struct bell {
	uint64_t count; /* UINT64_MAX: overflowed */
	struct bell_slot slot;
	uint8_t flags;	  /* BELL_* */
	uint8_t sink;	  /* enum bell_sink */
	uint8_t waiters;  /* vCPUs that WAIT, bit each */
	uint8_t set;	  /* SINK_POLLSET: which */
	uint16_t gsi;	  /* SINK_VIRQ_*: own; SINK_IRQFD: of the other VM; SINK_POLLSET: the bit */
	uint16_t granted; /* VMs that have a peer handle, bit each */
	struct bell_ref to;
	/* What STATS tells, modulo 2^32. */
	uint32_t signals;   /* times that something was added, or tried to be by EL2 */
	uint32_t coalesced; /* of these: it was readable already */
	uint32_t lost;	    /* of these: it was full */
};

/* Another VM's bell. */
struct bell_peer {
	struct bell_slot slot;
	uint32_t label;
	uint8_t rights; /* BELLHOP_RIGHT_*; 0: closed or revoked at its home */
	struct bell_ref bell;
};

struct bell_pollset {
	struct bell_slot slot;
	uint32_t members;
	uint32_t ready; /* members that are readable and not masked */
	uint8_t sink;	/* SINK_NONE or SINK_VIRQ_* */
	uint8_t waiters;
	uint16_t gsi;
	uint8_t bell[BELLHOP_POLLSET_BITS]; /* index of the member */
};

/*
 * A signal bell that drives an input of this VM. The bell is at home in the VM that bound it, and
 * so are the links; an id that is not the other end's any more means that there is none.
 */
struct bell_irqfd {
	uint32_t id; /* 0: free */
	uint16_t gsi;
	uint8_t kind;		       /* enum bell_irqfd_kind */
	bool asserted;		       /* since its last EOI; not of PULSE */
	uint8_t next;		       /* on the same input: index + 1, 0: none */
	struct bell_ref resample, eoi; /* kind REF_NONE: none */
};

enum bell_irqfd_kind { IRQFD_PULSE, IRQFD_LEVEL, IRQFD_RESAMPLE };

/* A bell of this VM that is told of EOIs in another (or this) VM: resamplefd and eoifd. */
struct bell_link {
	uint32_t id;   /* 0: free */
	uint32_t key;  /* handle of the irqfd's signal bell; it may be closed by now */
	uint8_t bell;  /* index: who is told */
	uint8_t kind;  /* enum bell_link_kind */
	uint8_t state; /* enum bell_link_state */
	uint8_t vm;    /* where the irqfd is */
};

enum bell_link_kind { LINK_RESAMPLE, LINK_EOI };
enum bell_link_state {
	LINK_BOUND,
	LINK_ORPHANED, /* of an eoifd: its irqfd is gone */
	LINK_DYING,    /* its bell is being closed: the other end has yet to be told */
};

/* Who drives an input. */
enum bell_line_owner {
	LINE_FREE,
	LINE_FIXED, /* the hypervisor: a UART */
	LINE_FRAME, /* a frame for MSIs, and irqfds by MSI_BIND: edges, always */
	LINE_VIRQ,  /* one bell or poll set of this VM */
	LINE_EDGE,  /* irqfds and IRQ_SET_LEVEL */
	LINE_LEVEL,
};

/* The level is the OR of both sources and of the irqfds of kind LEVEL. */
#define SOURCE_LINE 1u	   /* IRQ_SET_LEVEL */
#define SOURCE_RESAMPLE 2u /* shared by all irqfds of kind RESAMPLE */

struct bell_line {
	uint8_t owner;	  /* enum bell_line_owner */
	uint8_t sources;  /* SOURCE_* that are high */
	uint8_t asserted; /* irqfds of kind LEVEL that are */
	uint8_t first;	  /* irqfd: index + 1, 0: none */
};

struct doorbells {
	uint8_t vm;	   /* its number */
	uint8_t n_vms;	   /* of the machine */
	bool off;	   /* the VM is: peers get BELLHOP_STATE */
	uint16_t n_intids; /* of its GIC */
	uint16_t serves;   /* VMs that this one is a device model of, bit each */
	uint16_t peers;	   /* VMs that it may grant to */
	uint32_t last_id;  /* of an irqfd or a link */
	struct bell bell[BELLHOP_MAX_BELLS];
	struct bell_peer peer[BELLHOP_MAX_PEERS];
	struct bell_pollset pollset[BELLHOP_MAX_POLLSETS];
	struct bell_irqfd irqfd[BELLHOP_MAX_IRQFDS];
	struct bell_link link[BELLHOP_MAX_LINKS];
	struct bell_line line[BELL_MAX_INTIDS - BELL_FIRST_INTID];
};

#endif
