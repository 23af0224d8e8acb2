// SPDX-License-Identifier: BSD-2-Clause
#include "doorbell.h"

int32_t doorbell_loop_init(struct doorbell_loop *loop)
{
	loop->n = 0;
	return doorbell_pollset_create(&loop->pollset);
}

int32_t doorbell_loop_add(struct doorbell_loop *loop, doorbell_handler handler, void *arg,
			  uint32_t *bell)
{
	int32_t status;

	if (loop->n == BELLHOP_POLLSET_BITS)
		return BELLHOP_NOSPC;
	status = doorbell_create(0, 0, bell);
	if (status != BELLHOP_OK)
		return status;
	loop->entry[loop->n].bell = *bell;
	loop->entry[loop->n].handler = handler;
	loop->entry[loop->n].arg = arg;
	return doorbell_pollset_add(loop->pollset, *bell, loop->n++);
}

int32_t doorbell_loop_run(struct doorbell_loop *loop, uint64_t deadline)
{
	uint32_t bits;
	int32_t status = doorbell_wait(loop->pollset, deadline, &bits);

	if (status != BELLHOP_OK)
		return status;
	for (; bits != 0; bits &= bits - 1) {
		const uint32_t i = (uint32_t)__builtin_ctz(bits);
		uint64_t count;

		if (doorbell_read(loop->entry[i].bell, &count) == BELLHOP_OK)
			loop->entry[i].handler(loop->entry[i].arg, count);
	}
	return BELLHOP_OK;
}

void doorbell_level_update(struct doorbell_level *level)
{
	if (level->raised || !level->wanted(level->arg))
		return;
	level->raised = true;
	level->signals++;
	doorbell_signal(level->irq, 1);
}

/* The client has ended its handler, and EL2 has lowered the line. */
static void resampled(void *arg, uint64_t count)
{
	struct doorbell_level *level = arg;

	level->handlers += count;
	level->raised = false;
	doorbell_level_update(level);
}

int32_t doorbell_level_init(struct doorbell_level *level, struct doorbell_loop *loop, uint32_t vm,
			    uint32_t intid)
{
	int32_t status;

	level->raised = false;
	level->signals = 0;
	level->handlers = 0;
	status = doorbell_create(0, 0, &level->irq);
	if (status == BELLHOP_OK)
		status = doorbell_loop_add(loop, resampled, level, &level->resample);
	if (status == BELLHOP_OK)
		status =
			doorbell_irq_bind(vm, intid, level->irq, level->resample, BELLHOP_RESAMPLE);
	return status;
}
