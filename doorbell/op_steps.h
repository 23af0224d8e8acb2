/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an operation is written: a check that needs no lock, and steps, each under the lock of the
 * caller's VM or of the target's. A step returns the number of the next one; numbers only grow, but
 * for loops over what is there (links, VMs), which get shorter each time: every operation ends.
 */
#ifndef BELLHOP_DOORBELL_OP_STEPS_H
#define BELLHOP_DOORBELL_OP_STEPS_H

#include "core.h"

#define BELL_OP_STEPS 8u
#define BELL_OP_DONE 0xffu

struct bell_op_step {
	bool at_target;
	unsigned int (*run)(struct bell_op *op, struct doorbells *d, struct bell_effects *effects);
};

struct bell_op_kind {
	uint32_t call;
	/* Sets op->target, and op->step where it is not 0. */
	int32_t (*check)(struct bell_op *op, const struct doorbells *d);
	struct bell_op_step step[BELL_OP_STEPS];
};

extern const struct bell_op_kind bell_op_irq_bind, bell_op_msi_bind, bell_op_eoi_bind,
	bell_op_close, bell_op_grant, bell_op_revoke;

static inline unsigned int bell_op_fail(struct bell_op *op, int32_t error, unsigned int next)
{
	op->error = error;
	return next;
}

/* Which table has no room. */
static inline unsigned int bell_op_full(struct bell_op *op, uint32_t limit, unsigned int next)
{
	op->result = limit;
	return bell_op_fail(op, BELLHOP_NOSPC, next);
}

#endif
