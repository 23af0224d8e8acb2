/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest device serves to the guests forward, mmio_forwarded and events. */
#ifndef BELLHOP_TARGET_DEVICE_H
#define BELLHOP_TARGET_DEVICE_H

/* 4 KiB that behave as memory. */
#define DEVICE_MEMORY 0x0a010000u

/* Words that do something. Described; an access without an answer aborts. */
#define DEVICE_ODD 0x0a011000u
#define ODD_COUNT 0x00u	  /* read: accesses so far to ODD_SLOW; write: 0 */
#define ODD_SLOW 0x04u	  /* read: the number written last, after that many ms */
#define ODD_NEVER 0x08u	  /* no answer */
#define ODD_REFUSE 0x0cu  /* the device refuses it */
#define ODD_HOSTILE 0x10u /* read: wrong answers first; how many of them found somebody */
#define ODD_LATE 0x14u	  /* read: what came of the answer to the last ODD_NEVER */
#define ODD_RESTART 0x18u /* the device model's VM is reset while it has this */
#define ODD_STARTS 0x1cu  /* read: how often the device model has started */
#define ODD_CLOSE 0x20u	  /* write: DEVICE_ZEROS is let go, and claimed again, with this pending */
#define ODD_RING 0x24u	  /* write: that vector's bell is rung, once */
#define ODD_STORM 0x28u	  /* write: ... all the time; ODD_NO_STORM: not any more */
#define ODD_NO_STORM 0xffu
#define ODD_MSIX 0x2cu	  /* write: bit 0 MSI-X Enable, bit 1 Function Mask */
#define ODD_STORMED 0x30u /* read: rings of ODD_STORM so far */
#define ODD_MESSAGE 0x34u /* write: a message of that INTID, by call and without a vector */
#define ODD_BELL 0x38u	  /* write: a bell sends the message of that INTID; 0: not any more */
#define ODD_BELLS 0x100u  /* read: what the ioevent's bell has counted, and zero; a word each */
#define ODD_SIZE 0x1000u

/* Not described: claimed with BELLHOP_ZEROS. Reads are never answered. */
#define DEVICE_ZEROS 0x0a012000u

/*
 * Stores that ring, all in DEVICE_MEMORY's second half but one: what does not match is a store to
 * memory. A table of what X makes of {name, address, length, data, flags}.
 */
#define EVENTS (DEVICE_MEMORY + 0x900u)
#define EVENT_TABLE(X)                                                                             \
	X(ANY, EVENTS + 0x00, 0, 0, 0)                                                             \
	X(BYTE, EVENTS + 0x10, 1, 0, 0)                                                            \
	X(HALF, EVENTS + 0x20, 2, 0, 0)                                                            \
	X(WORD, EVENTS + 0x30, 4, 0, 0)                                                            \
	X(DOUBLE, EVENTS + 0x40, 8, 0, 0)                                                          \
	X(MATCH, EVENTS + 0x50, 4, 0x12345678, BELLHOP_DATAMATCH)                                  \
	X(OTHER, EVENTS + 0x50, 4, 0x9abcdef0, BELLHOP_DATAMATCH)                                  \
	X(UART, 0x09000024u, 2, 0, 0)
#define EVENT_NAME(name, address, length, data, flags) EVENT_##name,
enum { EVENT_TABLE(EVENT_NAME) N_EVENTS };

/* A store there is an edge of this interrupt: its bell is an irqfd. */
#define EVENT_IRQ (EVENTS + 0x60u)
#define EVENT_INTID 60u

/* An MSI-X function: each vector has a bell, and may raise INTIDs of the client's GICv2m frame. */
#define DEVICE_TABLE 0x0a013000u
#define DEVICE_PBA 0x0a013800u
#define DEVICE_VECTORS 8u
#define DEVICE_FIRST_INTID 80u
#define DEVICE_N_INTIDS 12u	  /* of those that the frame has */
#define DEVICE_FRAME_INTIDS 16u	  /* msi-spis in the description */
#define DEVICE_SETSPI 0x08020040u /* the frame's MSI_SETSPI_NS */

/* The device model counts its starts here, in memory that both see. */
#define DEVICE_STARTS 0x0b000000u

#define DEVICE_TIMEOUT_MS 1000u /* as described */
#define ZEROS_TIMEOUT_MS 100u	/* the default */
#endif
