// SPDX-License-Identifier: BSD-2-Clause
/*
 * WAIT and TAKE: what a call returns that waits for a bell, or for any of a poll set, if it returns
 * now. Whoever has to wait is noted with what it waits for, and looks again when it was woken.
 */
#include "core.h"

static int32_t register_waiter(uint8_t *waiters, unsigned int vcpu)
{
	*waiters |= (uint8_t)(1u << vcpu);
	return BELLHOP_AGAIN;
}

int32_t bell_wait(struct doorbells *d, uint32_t handle, unsigned int vcpu, uint32_t *value)
{
	struct bell *bell = bell_get(d, handle);
	struct bell_pollset *set;

	if (bell != NULL) {
		if (bell_takes_all(bell))
			return BELLHOP_BUSY;
		*value = bell_status(bell);
		return bell_is_ready(bell) ? BELLHOP_OK : register_waiter(&bell->waiters, vcpu);
	}
	set = bell_get_pollset(d, handle);
	if (set == NULL)
		return BELLHOP_BADH;
	*value = set->ready;
	return set->ready != 0u ? BELLHOP_OK : register_waiter(&set->waiters, vcpu);
}

static int32_t take_bell(struct doorbells *d, uint32_t handle, unsigned int vcpu, uint32_t taken[3],
			 struct bell_effects *effects)
{
	struct bell *bell = bell_get(d, handle);
	uint64_t value;

	if (bell == NULL)
		return BELLHOP_BADH;
	if (bell_takes_all(bell))
		return BELLHOP_BUSY;
	if (!bell_is_ready(bell))
		return register_waiter(&bell->waiters, vcpu);
	taken[2] = bell_status(bell);
	value = bell_count_take(bell);
	taken[0] = (uint32_t)value;
	taken[1] = (uint32_t)(value >> 32);
	bell_changed(d, bell, true, effects);
	return BELLHOP_OK;
}

/* A semaphore may be ready still. Nobody waits for a bell that is ready, so nobody is woken. */
static int32_t take_members(struct doorbells *d, struct bell_pollset *set, uint32_t taken[3],
			    struct bell_effects *effects)
{
	uint32_t ready = set->ready;

	taken[0] = ready;
	taken[1] = 0u;
	taken[2] = 0u;
	for (uint32_t left = ready; left != 0u; left &= left - 1u) {
		unsigned int bit = (unsigned int)__builtin_ctz(left);
		struct bell *bell = &d->bell[set->bell[bit]];

		(void)bell_count_take(bell);
		if (bell->count == 0u)
			ready &= ~(1u << bit);
	}
	set->ready = ready;
	if (set->sink != SINK_NONE)
		bell_drive_virq(set->sink, set->gsi, true, ready != 0u, effects);
	return BELLHOP_OK;
}

int32_t bell_take(struct doorbells *d, uint32_t handle, unsigned int vcpu, uint32_t taken[3],
		  struct bell_effects *effects)
{
	struct bell_pollset *set = bell_get_pollset(d, handle);

	if (set == NULL)
		return take_bell(d, handle, vcpu, taken, effects);
	if (set->ready == 0u)
		return register_waiter(&set->waiters, vcpu);
	return take_members(d, set, taken, effects);
}
