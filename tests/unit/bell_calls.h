/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All calls of doorbell/ as four VMs might make them, one of which is a stranger to the others,
 * with arguments that often mean something. Somebody else makes the choices: a generator of random
 * numbers, or a fuzzer. Asserted: a call that fails has changed nothing; calls of the stranger
 * change nobody else and calls of others not him; errors are those of the ABI; the level of an
 * input is the OR of its sources at any time; and in the end all can be closed.
 */
#ifndef BELLHOP_TESTS_BELL_CALLS_H
#define BELLHOP_TESTS_BELL_CALLS_H

#include "bell_world.h"

#define BELL_CALLS_KINDS 23u /* of calls */
#define BELL_CALLS_KNOWN 24u

struct bell_calls {
	/* A number below n, which is at most 256. */
	uint32_t (*choose)(uint32_t n);
	/* Any number. */
	uint32_t (*any)(void);
	uint32_t n_succeeded[BELLHOP_N_CALLS];
	/* Handles that there were, of each type. */
	uint32_t known[BELL_WORLD_VMS][BELLHOP_TYPE_POLLSET + 1][BELL_CALLS_KNOWN];
	struct bell_world w, before, after;
};

/* After choose and any were set: VMs without doorbells. */
void bc_start(struct bell_calls *c);
/* One call. look: also at all that it should not change, which takes longer. */
void bc_call(struct bell_calls *c, bool look);
/* Not a call: a store rings a bell; a client ends an interrupt, or enables it, or is reset. */
void bc_something_else(struct bell_calls *c);
/* All handles are closed and all levels lowered; nothing is left then. */
void bc_close_everything(struct bell_calls *c);

#endif
