// SPDX-License-Identifier: BSD-2-Clause
/* Handles: where they come from, and what a guest can ask about them. */
#include "core.h"

#include <string.h>

#define MAX_GENERATION ((1u << BELLHOP_HANDLE_GENERATION_BITS) - 1u)

bool bells_init(struct doorbells *d, const struct bells_config *config)
{
	if (config->n_vms == 0u || config->n_vms > BELL_MAX_VMS || config->vm >= config->n_vms ||
	    config->n_intids < BELL_FIRST_INTID || config->n_intids > BELL_MAX_INTIDS)
		return false;
	memset(d, 0, sizeof(*d));
	d->vm = config->vm;
	d->n_vms = config->n_vms;
	d->n_intids = config->n_intids;
	d->serves = (uint16_t)(config->serves | 1u << config->vm);
	d->peers = (uint16_t)(config->peers & ~(1u << config->vm));
	return true;
}

bool bell_slot_take(struct bell_slot *slot, uint32_t type, unsigned int index)
{
	if (slot->handle != 0u || slot->generation == MAX_GENERATION)
		return false;
	slot->generation++;
	slot->handle = BELLHOP_HANDLE(type, slot->generation, index);
	return true;
}

/* After 2^32 others one comes again. What refers to the old one is gone for hours by then. */
uint32_t bell_next_id(struct doorbells *d)
{
	if (++d->last_id == 0u)
		d->last_id = 1u;
	return d->last_id;
}

struct bell_peer *bell_get_peer(struct doorbells *d, uint32_t handle)
{
	struct bell_peer *peer = &d->peer[bell_handle_index(handle)];

	return handle != 0u && peer->slot.handle == handle ? peer : NULL;
}

_Static_assert(BELLHOP_MAX_PEERS == 1u << BELLHOP_HANDLE_INDEX_BITS, "as for bells");

/* BELLHOP_CAPS and the limits. */
static const uint32_t features[BELLHOP_N_FEATURES] = {
	[BELLHOP_CAPS] = BELLHOP_CAP_SEMAPHORE | BELLHOP_CAP_ONESHOT | BELLHOP_CAP_POLLSET |
			 BELLHOP_CAP_WAIT | BELLHOP_CAP_GRANT | BELLHOP_CAP_IRQ_BIND |
			 BELLHOP_CAP_RESAMPLE | BELLHOP_CAP_EOI | BELLHOP_CAP_IOEVENT |
			 BELLHOP_CAP_MSI | BELLHOP_CAP_MSIX | BELLHOP_CAP_CLAIM | BELLHOP_CAP_TAKE |
			 BELLHOP_CAP_STATS | BELLHOP_CAP_MSI_BIND,
	[BELLHOP_LIMIT_BELLS] = BELLHOP_MAX_BELLS,
	[BELLHOP_LIMIT_PEERS] = BELLHOP_MAX_PEERS,
	[BELLHOP_LIMIT_POLLSETS] = BELLHOP_MAX_POLLSETS,
	[BELLHOP_LIMIT_IRQFDS] = BELLHOP_MAX_IRQFDS,
	[BELLHOP_LIMIT_LINKS] = BELLHOP_MAX_LINKS,
	[BELLHOP_LIMIT_IOEVENTS] = BELLHOP_MAX_IOEVENTS,
	[BELLHOP_LIMIT_MSIX] = BELLHOP_MAX_MSIX,
	[BELLHOP_LIMIT_MSIX_VECTORS] = BELLHOP_MAX_MSIX_VECTORS,
	[BELLHOP_LIMIT_CLAIMS] = BELLHOP_MAX_CLAIMS,
};

int32_t bell_features(uint32_t word, uint32_t *value)
{
	if (word >= BELLHOP_N_FEATURES)
		return BELLHOP_RANGE;
	*value = features[word];
	return BELLHOP_OK;
}

static const struct bell_slot *slot_of(const struct doorbells *d, uint32_t type, uint32_t index)
{
	switch (type) {
	case BELLHOP_TYPE_BELL:
		return index < BELLHOP_MAX_BELLS ? &d->bell[index].slot : NULL;
	case BELLHOP_TYPE_PEER:
		return index < BELLHOP_MAX_PEERS ? &d->peer[index].slot : NULL;
	case BELLHOP_TYPE_POLLSET:
		return index < BELLHOP_MAX_POLLSETS ? &d->pollset[index].slot : NULL;
	default:
		return NULL;
	}
}

int32_t bell_list(const struct doorbells *d, uint32_t type, uint32_t index, uint32_t *handle)
{
	const struct bell_slot *slot;

	if (slot_of(d, type, 0u) == NULL)
		return BELLHOP_INVAL;
	for (; (slot = slot_of(d, type, index)) != NULL; index++) {
		if (slot->handle == 0u)
			continue;
		*handle = slot->handle;
		return BELLHOP_OK;
	}
	return BELLHOP_NOENT;
}

int32_t bell_find(const struct doorbells *d, uint32_t vm, uint32_t label, uint32_t *handle)
{
	if (vm >= d->n_vms)
		return BELLHOP_RANGE;
	for (unsigned int i = 0u; label != 0u && i < BELLHOP_MAX_PEERS; i++) {
		const struct bell_peer *peer = &d->peer[i];

		if (peer->slot.handle == 0u || peer->rights == 0u || peer->bell.vm != vm ||
		    peer->label != label)
			continue;
		*handle = peer->slot.handle;
		return BELLHOP_OK;
	}
	return BELLHOP_NOENT;
}

int32_t bell_resolve_peer(const struct doorbells *d, uint32_t handle, uint32_t right,
			  struct bell_ref *bell)
{
	const struct bell_peer *peer = &d->peer[bell_handle_index(handle)];

	if (handle == 0u || peer->slot.handle != handle)
		return BELLHOP_BADH;
	if (peer->rights == 0u)
		return BELLHOP_PIPE;
	if ((peer->rights & right) == 0u)
		return BELLHOP_PERM;
	*bell = peer->bell;
	return BELLHOP_OK;
}

int32_t bell_own_ref(const struct doorbells *d, uint32_t handle, struct bell_ref *ref)
{
	const struct bell *bell = &d->bell[bell_handle_index(handle)];

	if (handle == 0u || bell->slot.handle != handle)
		return BELLHOP_BADH;
	*ref = bell_ref_of(d, bell);
	return BELLHOP_OK;
}

int32_t bell_may_serve(const struct doorbells *d, uint32_t vm)
{
	if (vm >= d->n_vms)
		return BELLHOP_RANGE;
	return (d->serves & 1u << vm) != 0u ? BELLHOP_OK : BELLHOP_PERM;
}
