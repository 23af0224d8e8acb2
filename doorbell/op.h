/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that concern several VMs, as a sequence of steps under one VM's lock each.
 *
 *	control lock
 *	error = bell_op_begin(&op, own doorbells, call, arguments)
 *	while (bell_op_next(&op, &vm)) { lock vm; bell_op_step(&op, its doorbells, &effects);
 *					 do effects.change; unlock; wake }
 *	unlock control, deliver posts, return op.error, op.result
 *
 * The control lock keeps other operations out, so what a step built, or found to be so, is still
 * there in the next one, but for what signals, EOIs, reads and resets change meanwhile, and for a
 * consumer that the caller's bell gets by BIND_VIRQ or POLLSET_ADD. A step that fails has changed
 * nothing, and goes to the steps that undo the earlier ones.
 */
#ifndef BELLHOP_DOORBELL_OP_H
#define BELLHOP_DOORBELL_OP_H

#include "doorbell.h"

struct bell_op {
	uint32_t call;	 /* BELLHOP_* */
	uint32_t arg[7]; /* r1..r7; of MSI_BIND what IRQ_BIND would have, see op_irq.c */
	uint8_t step;
	uint8_t kind;	/* row of the table of operations */
	uint8_t caller; /* VMs */
	uint8_t target;
	int32_t error;
	uint32_t result; /* r1 */
	/* What earlier steps found or made. */
	struct bell_ref signal, irqfd, link;
	uint16_t vms; /* still to be visited, bit each */
};

/* Checks what needs no lock. `d` is the caller's. An error: there are no steps to be done. */
int32_t bell_op_begin(struct bell_op *op, const struct doorbells *d, uint32_t call,
		      const uint32_t arg[7]);
/* Whose lock the next step needs. False: it is done, see op->error. */
bool bell_op_next(const struct bell_op *op, unsigned int *vm);
void bell_op_step(struct bell_op *op, struct doorbells *d, struct bell_effects *effects);

#endif
