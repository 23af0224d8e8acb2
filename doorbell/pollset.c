// SPDX-License-Identifier: BSD-2-Clause
/*
 * Poll sets: 32 bells, one word that says which are ready, one interrupt. As poll(2), level: a bit
 * stays set while its bell is ready. A bell is in one set at most, and then has no other consumer.
 */
#include "core.h"

/* The set's own readiness was `was`. */
static void set_changed(struct bell_pollset *set, uint32_t was, struct bell_effects *effects)
{
	if (set->ready != 0u) {
		effects->wake |= set->waiters;
		set->waiters = 0u;
	}
	if (set->sink != SINK_NONE)
		bell_drive_virq(set->sink, set->gsi, was != 0u, set->ready != 0u, effects);
}

void bell_pollset_add_ready(struct doorbells *d, const struct bell *bell,
			    struct bell_effects *effects)
{
	struct bell_pollset *set = &d->pollset[bell->set];
	uint32_t was = set->ready;

	set->ready = was | 1u << bell->gsi;
	if (was == 0u)
		set_changed(set, was, effects);
}

void bell_pollset_note(struct doorbells *d, const struct bell *bell, bool ready,
		       struct bell_effects *effects)
{
	struct bell_pollset *set = &d->pollset[bell->set];
	uint32_t was = set->ready;

	set->ready &= ~(1u << bell->gsi);
	if (ready)
		set->ready |= 1u << bell->gsi;
	if (set->ready != was)
		set_changed(set, was, effects);
}

void bell_pollset_leave(struct doorbells *d, struct bell *bell, struct bell_effects *effects)
{
	bell_pollset_note(d, bell, false, effects);
	d->pollset[bell->set].members &= ~(1u << bell->gsi);
	bell->sink = SINK_NONE;
}

int32_t bell_pollset_create(struct doorbells *d, uint32_t flags, uint32_t *handle)
{
	if (flags != 0u)
		return BELLHOP_INVAL;
	for (unsigned int i = 0u; i < BELLHOP_MAX_POLLSETS; i++) {
		struct bell_slot slot = d->pollset[i].slot;

		if (!bell_slot_take(&slot, BELLHOP_TYPE_POLLSET, i))
			continue;
		d->pollset[i] = (struct bell_pollset){ .slot = slot };
		*handle = slot.handle;
		return BELLHOP_OK;
	}
	*handle = BELLHOP_LIMIT_POLLSETS;
	return BELLHOP_NOSPC;
}

int32_t bell_pollset_add(struct doorbells *d, uint32_t pollset, uint32_t handle, uint32_t bit,
			 struct bell_effects *effects)
{
	struct bell_pollset *set = bell_get_pollset(d, pollset);
	struct bell *bell = bell_get(d, handle);

	if (set == NULL || bell == NULL)
		return BELLHOP_BADH;
	if (bit >= BELLHOP_POLLSET_BITS)
		return BELLHOP_RANGE;
	/* A bit that is set until it was looked at cannot be told just once. */
	if ((bell->flags & BELL_ONESHOT) != 0u)
		return BELLHOP_INVAL;
	if (bell->sink != SINK_NONE || (set->members & 1u << bit) != 0u)
		return BELLHOP_BUSY;
	set->members |= 1u << bit;
	set->bell[bit] = (uint8_t)bell_handle_index(handle);
	bell->sink = SINK_POLLSET;
	bell->set = (uint8_t)bell_handle_index(pollset);
	bell->gsi = (uint16_t)bit;
	bell_changed(d, bell, false, effects);
	return BELLHOP_OK;
}

int32_t bell_pollset_del(struct doorbells *d, uint32_t pollset, uint32_t handle,
			 struct bell_effects *effects)
{
	struct bell_pollset *set = bell_get_pollset(d, pollset);
	struct bell *bell = bell_get(d, handle);

	if (set == NULL || bell == NULL)
		return BELLHOP_BADH;
	if (bell->sink != SINK_POLLSET || bell->set != bell_handle_index(pollset))
		return BELLHOP_NOENT;
	bell_pollset_leave(d, bell, effects);
	return BELLHOP_OK;
}

int32_t bell_poll(const struct doorbells *d, uint32_t pollset, uint32_t *bits)
{
	uint32_t index = bell_handle_index(pollset);

	if (pollset == 0u || index >= BELLHOP_MAX_POLLSETS ||
	    d->pollset[index].slot.handle != pollset)
		return BELLHOP_BADH;
	*bits = d->pollset[index].ready;
	return BELLHOP_OK;
}

void bell_pollset_close(struct doorbells *d, struct bell_pollset *set, struct bell_effects *effects)
{
	for (uint32_t left = set->members; left != 0u; left &= left - 1u)
		d->bell[set->bell[__builtin_ctz(left)]].sink = SINK_NONE;
	if (set->sink != SINK_NONE)
		bell_unbind_virq(d, set->gsi, effects);
	effects->wake |= set->waiters;
	set->slot.handle = 0u;
}
