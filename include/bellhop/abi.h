/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The doorbell ABI: what a guest may ask of Bellhop. docs/abi.md is the reference.
 *
 * A call is `HVC #0` as a fast call of the SMC Calling Convention (DEN0028), 32-bit, owner 6
 * (vendor-specific hypervisor service): r0 = number, r1..r7 = arguments. Afterwards r0 is
 * BELLHOP_OK or a negative error, results are in r1..r3, everything else is preserved. 64-bit
 * values take two registers, the lower word first. Addresses are guest-physical, 32 bits. An
 * interrupt input (gsi) is named by its INTID, 32..1019.
 */
#ifndef BELLHOP_ABI_H
#define BELLHOP_ABI_H

#include <stdint.h>

#define BELLHOP_ABI_MAJOR 1u /* changes when a program written for the old one would break */
#define BELLHOP_ABI_MINOR 2u /* 1: TAKE, SIGNAL_AND_TAKE; 2: STATS, MSI_BIND */

#define BELLHOP_CALL(n) (0x86000000u | (n))
#define BELLHOP_N_CALLS 0x40u /* calls are below BELLHOP_CALL(BELLHOP_N_CALLS), but for two: */

/* r0..r3 = the UID of this interface (DEN0028, section 6.2); r0, r1 = BELLHOP_ABI_MAJOR, _MINOR */
#define BELLHOP_UID BELLHOP_CALL(0xff01u)
#define BELLHOP_REVISION BELLHOP_CALL(0xff03u)
#define BELLHOP_UID_0 0x73ea9207u
#define BELLHOP_UID_1 0x9eb94027u
#define BELLHOP_UID_2 0x930c32d3u
#define BELLHOP_UID_3 0xdee84434u

#define BELLHOP_FEATURES BELLHOP_CALL(0x01u) /* word -> value */
#define BELLHOP_LIST BELLHOP_CALL(0x02u)     /* type, index -> handle: the next one there is */
#define BELLHOP_FIND BELLHOP_CALL(0x03u)     /* vm, label -> handle that vm has granted */
#define BELLHOP_SIGNAL_AND_TAKE BELLHOP_CALL(0x0fu) /* bell or peer, bell or poll set, lo, hi */
#define BELLHOP_CREATE BELLHOP_CALL(0x10u)	    /* flags, lo, hi -> bell */
#define BELLHOP_CLOSE BELLHOP_CALL(0x11u)	    /* handle */
#define BELLHOP_SIGNAL BELLHOP_CALL(0x12u)	    /* bell or peer, lo, hi -> was it readable */
#define BELLHOP_READ BELLHOP_CALL(0x13u)	    /* bell -> lo, hi, status */
#define BELLHOP_MASK BELLHOP_CALL(0x14u)	    /* bell, masked -> was it masked */
#define BELLHOP_BIND_VIRQ BELLHOP_CALL(0x15u)	    /* bell or poll set, intid, flags */
#define BELLHOP_PEEK BELLHOP_CALL(0x16u)	    /* bell, peer or poll set -> status */
#define BELLHOP_WAIT BELLHOP_CALL(0x17u)	    /* bell or poll set, lo, hi -> status or bits */
#define BELLHOP_POLLSET_CREATE BELLHOP_CALL(0x18u)  /* flags -> poll set */
#define BELLHOP_POLLSET_ADD BELLHOP_CALL(0x19u)	    /* poll set, bell, bit */
#define BELLHOP_POLLSET_DEL BELLHOP_CALL(0x1au)	    /* poll set, bell */
#define BELLHOP_POLL BELLHOP_CALL(0x1bu)	    /* poll set -> bits */
#define BELLHOP_GRANT BELLHOP_CALL(0x1cu)	    /* bell, vm, rights, label -> handle in vm */
#define BELLHOP_REVOKE BELLHOP_CALL(0x1du)	    /* bell, vm */
#define BELLHOP_SIGNAL_AND_WAIT BELLHOP_CALL(0x1eu) /* bell or peer, bell or poll set, lo, hi */
#define BELLHOP_TAKE BELLHOP_CALL(0x1fu)	  /* bell or poll set, lo, hi -> as READ, or bits */
#define BELLHOP_IRQ_BIND BELLHOP_CALL(0x20u)	  /* vm, gsi, signal, resample, flags */
#define BELLHOP_IRQ_SET_LEVEL BELLHOP_CALL(0x21u) /* vm, gsi, level */
#define BELLHOP_EOI_BIND BELLHOP_CALL(0x22u)	  /* vm, signal, eoi, flags */
#define BELLHOP_MSI_SIGNAL BELLHOP_CALL(0x23u)	  /* vm, address, data */
#define BELLHOP_MSI_BIND BELLHOP_CALL(0x24u)	  /* vm, address, data, bell, flags */
#define BELLHOP_IOEV_BIND BELLHOP_CALL(0x28u)	  /* vm, address, length, lo, hi, bell, flags */
#define BELLHOP_MMIO_CLAIM BELLHOP_CALL(0x29u)	  /* vm, address, size, bell, flags -> claim */
#define BELLHOP_MMIO_GET BELLHOP_CALL(0x2au)	  /* claim -> request, address, value */
#define BELLHOP_MMIO_COMPLETE BELLHOP_CALL(0x2bu) /* claim, request, value, flags */
/* vm, table, pba, vectors, first intid, number of them, flags -> device */
#define BELLHOP_MSIX_REGISTER BELLHOP_CALL(0x30u)
#define BELLHOP_MSIX_CTL BELLHOP_CALL(0x31u)  /* device, enable, function mask */
#define BELLHOP_MSIX_BIND BELLHOP_CALL(0x32u) /* device, vector, bell, flags */
#define BELLHOP_STATS BELLHOP_CALL(0x3fu)     /* bell -> signals, coalesced, lost */

/* No two mean the same, and none will change its number. -13 is not used. */
enum bellhop_error {
	BELLHOP_OK = 0,
	BELLHOP_NOT_SUPPORTED = -1, /* no such call */
	BELLHOP_INVAL = -2,	    /* unknown flag, reserved bit, misaligned, value not allowed */
	BELLHOP_BADH = -3,	    /* no such handle, or of a type that the call does not take */
	BELLHOP_PERM = -4,	    /* the description does not allow it */
	BELLHOP_BUSY = -5,	    /* has a consumer already, or the input has another driver */
	BELLHOP_EXIST = -6,	    /* the same, or something that collides, is there */
	BELLHOP_NOENT = -7,	    /* nothing that matches */
	BELLHOP_AGAIN = -8,	    /* empty, full, or the deadline has passed */
	BELLHOP_NOSPC = -9,	    /* a table is full; r1 = BELLHOP_LIMIT_* of that table */
	BELLHOP_RANGE = -10,	    /* gsi, vm, bit, index or address out of range */
	BELLHOP_STATE = -11,	    /* the other VM is off */
	BELLHOP_PIPE = -12,	    /* the bell behind a peer handle was closed or revoked */
};

/* Words of BELLHOP_FEATURES: what there is, then how much of it a VM can have. */
#define BELLHOP_CAPS 0u
#define BELLHOP_LIMIT_BELLS 1u
#define BELLHOP_LIMIT_PEERS 2u
#define BELLHOP_LIMIT_POLLSETS 3u
#define BELLHOP_LIMIT_IRQFDS 4u /* into it */
#define BELLHOP_LIMIT_LINKS 5u	/* resample and EOI doorbells that it has */
#define BELLHOP_LIMIT_IOEVENTS 6u
#define BELLHOP_LIMIT_MSIX 7u	      /* devices */
#define BELLHOP_LIMIT_MSIX_VECTORS 8u /* of one device */
#define BELLHOP_LIMIT_CLAIMS 9u
#define BELLHOP_N_FEATURES 10u

#define BELLHOP_CAP_SEMAPHORE (1u << 0)
#define BELLHOP_CAP_ONESHOT (1u << 1)
#define BELLHOP_CAP_POLLSET (1u << 2)
#define BELLHOP_CAP_WAIT (1u << 3)
#define BELLHOP_CAP_GRANT (1u << 4)
#define BELLHOP_CAP_IRQ_BIND (1u << 5)
#define BELLHOP_CAP_RESAMPLE (1u << 6)
#define BELLHOP_CAP_EOI (1u << 7)
#define BELLHOP_CAP_IOEVENT (1u << 8)
#define BELLHOP_CAP_MSI (1u << 9)
#define BELLHOP_CAP_MSIX (1u << 10)
#define BELLHOP_CAP_CLAIM (1u << 11)
#define BELLHOP_CAP_TAKE (1u << 12)
#define BELLHOP_CAP_STATS (1u << 13)
#define BELLHOP_CAP_MSI_BIND (1u << 14)

/*
 * A handle means nothing in another VM and is never 0. The guest may look at the type; generation
 * and index are EL2's own.
 */
#define BELLHOP_HANDLE_INDEX_BITS 8u
#define BELLHOP_HANDLE_GENERATION_BITS 20u
#define BELLHOP_HANDLE(type, generation, index)                                                    \
	((uint32_t)(type) << 28 | (uint32_t)(generation) << BELLHOP_HANDLE_INDEX_BITS |            \
	 (uint32_t)(index))
#define BELLHOP_HANDLE_TYPE(handle) ((uint32_t)(handle) >> 28)
#define BELLHOP_TYPE_BELL 1u
#define BELLHOP_TYPE_PEER 2u /* another VM's bell, granted */
#define BELLHOP_TYPE_POLLSET 3u
#define BELLHOP_TYPE_MSIX 4u
#define BELLHOP_TYPE_CLAIM 5u

/* CREATE */
#define BELLHOP_SEMAPHORE (1u << 0) /* READ takes 1 */
#define BELLHOP_ONESHOT (1u << 1)   /* masks itself when it has told its consumer */
/* BIND_VIRQ, IRQ_BIND, EOI_BIND, MSI_BIND, IOEV_BIND, MSIX_BIND */
#define BELLHOP_DEASSIGN (1u << 0)
#define BELLHOP_LEVEL (1u << 1)
#define BELLHOP_RESAMPLE (1u << 2)
/* IOEV_BIND */
#define BELLHOP_DATAMATCH (1u << 3)
/* GRANT */
#define BELLHOP_RIGHT_SIGNAL (1u << 0)
#define BELLHOP_RIGHT_PEEK (1u << 1)

/* MMIO_CLAIM: an access without an answer reads zero or is ignored. Else it is an external abort */
#define BELLHOP_ZEROS (1u << 4)
/* MMIO_COMPLETE: the device refuses the access, an external abort */
#define BELLHOP_ABORT (1u << 5)

/* A request: which access of which vCPU. No other one has its number until 2^26 later ones. */
#define BELLHOP_MMIO_REQUEST(sequence, write, width, vcpu)                                         \
	((uint32_t)(sequence) << 6 | (uint32_t)(write) << 5 | ((uint32_t)(width) >> 1) << 3 |      \
	 (uint32_t)(vcpu))
#define BELLHOP_MMIO_VCPU(request) ((request) % 8u)
#define BELLHOP_MMIO_WIDTH(request) (1u << ((request) >> 3 & 3u)) /* bytes: 1, 2, 4 */
#define BELLHOP_MMIO_IS_WRITE(request) (((request) >> 5 & 1u) != 0u)

/* Status: PEEK, and r3 of READ */
#define BELLHOP_READABLE (1u << 0) /* READ would succeed; of a poll set: a member is ready */
#define BELLHOP_MASKED (1u << 1)
#define BELLHOP_OVERFLOW (1u << 2) /* internal signals were lost: the count is 2^64-1 */
#define BELLHOP_HUP (1u << 3)	/* who signalled it is gone: last peer, or the irqfd of an eoifd */
#define BELLHOP_BOUND (1u << 4) /* has a consumer other than READ and WAIT */

#define BELLHOP_POLLSET_BITS 32u
#define BELLHOP_MAX_BELLS 256u
#define BELLHOP_MAX_PEERS 256u
#define BELLHOP_MAX_POLLSETS 16u
#define BELLHOP_MAX_IRQFDS 64u
#define BELLHOP_MAX_LINKS 128u
#define BELLHOP_MAX_IOEVENTS 64u
#define BELLHOP_MAX_MSIX 4u
#define BELLHOP_MAX_MSIX_VECTORS 32u
#define BELLHOP_MAX_CLAIMS 8u

#define BELLHOP_MAX_VALUE 0xfffffffffffffffeull /* of a count, but for what overflowed */
#define BELLHOP_NEVER 0xffffffffffffffffull	/* a deadline */

_Static_assert(BELLHOP_HANDLE_INDEX_BITS + BELLHOP_HANDLE_GENERATION_BITS == 28u, "handle layout");
_Static_assert(BELLHOP_TYPE_CLAIM < 8u, "a handle is never mistaken for an error");
_Static_assert(BELLHOP_MAX_BELLS <= 1u << BELLHOP_HANDLE_INDEX_BITS, "bells have an index each");
_Static_assert(BELLHOP_MAX_PEERS <= 1u << BELLHOP_HANDLE_INDEX_BITS, "so have peer handles");
_Static_assert(BELLHOP_MAX_LINKS <= 1u << BELLHOP_HANDLE_INDEX_BITS, "and links");
_Static_assert((BELLHOP_STATS & 0xffffu) < BELLHOP_N_CALLS, "one table has all calls");

#endif
