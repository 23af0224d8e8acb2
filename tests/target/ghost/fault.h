/* SPDX-License-Identifier: BSD-2-Clause */
/* The faults of fault.c, by the number that a guest gives in r1. For both sides. */
#ifndef BELLHOP_TARGET_GHOST_FAULT_H
#define BELLHOP_TARGET_GHOST_FAULT_H

/* r0; in no range of SMCCC that anybody serves */
#define GHOST_FAULT_CALL 0xbf00fa17u

enum ghost_fault {
	GHOST_NO_FAULT,
	GHOST_ACTIVE_APPEARS,
	GHOST_PENDING_APPEARS,
	GHOST_SGI_SOURCE_APPEARS,
	GHOST_ALWAYS_MAINTENANCE,
	GHOST_LR_PRIORITY,
	GHOST_LR_LOST,
	GHOST_LR_OF_ANOTHER,
	GHOST_LR_TWICE,
	GHOST_NEVER_WAKES,
};

#endif
