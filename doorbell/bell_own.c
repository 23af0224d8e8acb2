// SPDX-License-Identifier: BSD-2-Clause
/* What a VM does with bells of its own, but for signals and looks at them: bell.c. */
#include "core.h"

int32_t bell_create(struct doorbells *d, uint32_t flags, uint64_t value, uint32_t *handle)
{
	if ((flags & ~(BELLHOP_SEMAPHORE | BELLHOP_ONESHOT)) != 0u || value == UINT64_MAX)
		return BELLHOP_INVAL;
	for (unsigned int i = 0u; i < BELLHOP_MAX_BELLS; i++) {
		struct bell_slot slot = d->bell[i].slot;

		if (!bell_slot_take(&slot, BELLHOP_TYPE_BELL, i))
			continue;
		d->bell[i] = (struct bell){ .slot = slot, .count = value };
		if ((flags & BELLHOP_SEMAPHORE) != 0u)
			d->bell[i].flags |= BELL_SEMAPHORE;
		if ((flags & BELLHOP_ONESHOT) != 0u)
			d->bell[i].flags |= BELL_ONESHOT;
		*handle = slot.handle;
		return BELLHOP_OK;
	}
	*handle = BELLHOP_LIMIT_BELLS;
	return BELLHOP_NOSPC;
}

int32_t bell_read(struct doorbells *d, uint32_t handle, uint64_t *value, uint32_t *status,
		  struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, handle);
	bool was;

	if (bell == NULL)
		return BELLHOP_BADH;
	if (bell_takes_all(bell))
		return BELLHOP_BUSY;
	if (bell->count == 0u)
		return BELLHOP_AGAIN;
	was = bell_is_ready(bell);
	*status = bell_status(bell);
	*value = bell_count_take(bell);
	bell_changed(d, bell, was, effects);
	return BELLHOP_OK;
}

int32_t bell_mask(struct doorbells *d, uint32_t handle, uint32_t masked, uint32_t *was,
		  struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, handle);
	bool was_ready;

	if (bell == NULL)
		return BELLHOP_BADH;
	if (masked > 1u)
		return BELLHOP_INVAL;
	was_ready = bell_is_ready(bell);
	*was = (bell->flags & BELL_MASKED) != 0u ? 1u : 0u;
	bell->flags &= (uint8_t)~BELL_MASKED;
	if (masked != 0u)
		bell->flags |= BELL_MASKED;
	bell_changed(d, bell, was_ready, effects);
	return BELLHOP_OK;
}

int32_t bell_stats(const struct doorbells *d, uint32_t handle, uint32_t stats[3])
{
	const struct bell *bell = &d->bell[bell_handle_index(handle)];

	if (handle == 0u || bell->slot.handle != handle)
		return BELLHOP_BADH;
	stats[0] = bell->signals;
	stats[1] = bell->coalesced;
	stats[2] = bell->lost;
	return BELLHOP_OK;
}

void bell_release(struct doorbells *d, struct bell *bell, struct bell_effects *effects)
{
	if (bell->sink == SINK_POLLSET)
		bell_pollset_leave(d, bell, effects);
	else if (bell->sink == SINK_VIRQ_EDGE || bell->sink == SINK_VIRQ_LEVEL)
		bell_unbind_virq(d, bell->gsi, effects);
	bell_disconnect(bell);
}

void bells_set_off(struct doorbells *d, bool off)
{
	d->off = off;
}
