/* SPDX-License-Identifier: BSD-2-Clause */
/* What the device model and its client share, besides doorbells: one page of Device memory. */
#ifndef BELLHOP_TARGET_BELL_PAIR_H
#define BELLHOP_TARGET_BELL_PAIR_H

#include "bell.h"

/* Numbers of VMs in bell_pair*.dts */
#define DM 0u
#define CLIENT 1u
#define STRANGER 2u

#define PAIR_SPI 40u
#define QUIET_SPI 41u	  /* of a bell that nobody rings */
#define CHAIN_SPI 42u	  /* of bells that the end of PAIR_SPI rings */
#define HELLO 0x0c000000u /* the client stores here when it starts */
#define RACED 0x0c001000u /* ... and here all the time, as PAIR_STORE */
#define RINGER_LABEL 7u	  /* a bell of the device model that the client rings */
#define WAKE_LABEL 8u	  /* a bell of the client that the device model rings */

/* What the client does until the next command. */
enum pair_mode {
	PAIR_IDLE,   /* sleep */
	PAIR_MASK,   /* sleep, with its interrupt disabled */
	PAIR_RING,   /* ring the device model's bell all the time */
	PAIR_STORE,  /* store all the time, to an address that may be an ioevent's */
	PAIR_TOGGLE, /* disable and enable its interrupt all the time */
	PAIR_RESET,  /* SYSTEM_RESET, once */
	PAIR_OFF,
};

struct pair_page {
	uint32_t mode;	   /* by the device model */
	uint32_t request;  /* likewise: a number that the client copies ... */
	uint32_t answer;   /* ... to this, after a call of EL2 */
	uint32_t boots;	   /* of the client */
	uint32_t handled;  /* interrupts that the client has taken, in all its lives */
	uint32_t strays;   /* ... of QUIET_SPI */
	uint32_t chained;  /* ... of CHAIN_SPI */
	uint32_t rings;	   /* that EL2 accepted */
	uint32_t failures; /* checks of the client's own that failed */
};

#define pair ((volatile struct pair_page *)SHARED_BASE)
#endif
