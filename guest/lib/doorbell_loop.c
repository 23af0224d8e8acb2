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
	if (!level->bound || level->raised || !level->wanted(level->arg))
		return;
	level->raised = true;
	level->signals++;
	doorbell_signal(level->irq, 1);
}

/* The client has ended `count` handlers, and EL2 has lowered the line. */
static void ended(struct doorbell_level *level, uint64_t count)
{
	level->handlers += count;
	if (count == 0)
		return;
	count -= level->raised;
	level->raised = false;
	if (count == 0 || !level->open)
		return;
	level->open = false;
	level->cut--;
}

static void resampled(void *arg, uint64_t count)
{
	struct doorbell_level *level = arg;

	ended(level, count);
	doorbell_level_update(level);
}

int32_t doorbell_level_unbind(struct doorbell_level *level)
{
	uint64_t count;
	int32_t status;

	if (!level->bound)
		return BELLHOP_OK;
	status = doorbell_irq_bind(level->vm, level->intid, level->irq, 0, BELLHOP_DEASSIGN);
	if (status != BELLHOP_OK)
		return status;
	level->bound = false;
	if (doorbell_read(level->resample, &count) == BELLHOP_OK)
		ended(level, count);
	if (!level->raised)
		return BELLHOP_OK;
	level->raised = false;
	level->cut++;
	level->open = true;
	return BELLHOP_OK;
}

int32_t doorbell_level_bind(struct doorbell_level *level)
{
	uint64_t count;
	int32_t status;

	if (level->bound)
		return BELLHOP_OK;
	/* While nothing was bound nobody had a reason to ring it: this is in no account. */
	if (doorbell_read(level->resample, &count) == BELLHOP_OK)
		level->handlers += count;
	status = doorbell_irq_bind(level->vm, level->intid, level->irq, level->resample,
				   BELLHOP_RESAMPLE);
	if (status != BELLHOP_OK)
		return status;
	level->bound = true;
	doorbell_level_update(level);
	return BELLHOP_OK;
}

int32_t doorbell_level_init(struct doorbell_level *level, struct doorbell_loop *loop, uint32_t vm,
			    uint32_t intid)
{
	int32_t status;

	*level = (struct doorbell_level){
		.vm = vm, .intid = intid, .wanted = level->wanted, .arg = level->arg
	};
	status = doorbell_create(0, 0, &level->irq);
	if (status == BELLHOP_OK)
		status = doorbell_loop_add(loop, resampled, level, &level->resample);
	return status == BELLHOP_OK ? doorbell_level_bind(level) : status;
}
