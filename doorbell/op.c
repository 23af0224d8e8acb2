// SPDX-License-Identifier: BSD-2-Clause
/* The table of operations on several VMs. What their steps do is in op_irq.c, op_close.c ... */
#include "op_steps.h"

static const struct bell_op_kind *const kinds[] = {
	&bell_op_irq_bind, &bell_op_msi_bind, &bell_op_eoi_bind,
	&bell_op_close,	   &bell_op_grant,    &bell_op_revoke,
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

int32_t bell_op_begin(struct bell_op *op, const struct doorbells *d, uint32_t call,
		      const uint32_t arg[7])
{
	*op = (struct bell_op){ .call = call, .caller = d->vm, .target = d->vm };
	for (unsigned int i = 0u; i < 7u; i++)
		op->arg[i] = arg[i];
	for (unsigned int i = 0u; i < N_KINDS; i++) {
		if (kinds[i]->call != call)
			continue;
		op->kind = (uint8_t)i;
		op->error = kinds[i]->check(op, d);
		if (op->error != BELLHOP_OK)
			op->step = BELL_OP_DONE;
		return op->error;
	}
	op->step = BELL_OP_DONE;
	op->error = BELLHOP_NOT_SUPPORTED;
	return op->error;
}

bool bell_op_next(const struct bell_op *op, unsigned int *vm)
{
	if (op->step == BELL_OP_DONE)
		return false;
	*vm = kinds[op->kind]->step[op->step].at_target ? op->target : op->caller;
	return true;
}

void bell_op_step(struct bell_op *op, struct doorbells *d, struct bell_effects *effects)
{
	op->step = (uint8_t)kinds[op->kind]->step[op->step].run(op, d, effects);
}
