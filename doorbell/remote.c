// SPDX-License-Identifier: BSD-2-Clause
#include "remote.h"

#include "core.h"

/* The table of a type, and how many it has. */
static struct remote *table_of(struct remotes *remotes, uint32_t type, uint32_t *n)
{
	bool claims = type == BELLHOP_TYPE_CLAIM;

	*n = claims ? BELLHOP_MAX_CLAIMS : BELLHOP_MAX_MSIX;
	return claims ? remotes->claim : remotes->device;
}

struct remote *remote_find_free(struct remotes *remotes, uint32_t type)
{
	uint32_t n;
	struct remote *table = table_of(remotes, type, &n);

	for (uint32_t i = 0u; i < n; i++) {
		struct bell_slot slot = table[i].slot;

		if (bell_slot_take(&slot, type, i))
			return &table[i];
	}
	return NULL;
}

uint32_t remote_set(struct remotes *remotes, struct remote *remote, uint32_t type, uint32_t vm,
		    uint32_t index, uint32_t id)
{
	uint32_t n;

	remote->vm = (uint8_t)vm;
	remote->index = (uint8_t)index;
	remote->id = id;
	bell_slot_take(&remote->slot, type, (uint32_t)(remote - table_of(remotes, type, &n)));
	return remote->slot.handle;
}

struct remote *remote_get(struct remotes *remotes, uint32_t type, uint32_t handle)
{
	uint32_t n;
	struct remote *table = table_of(remotes, type, &n);
	uint32_t index = bell_handle_index(handle);

	if (handle == 0u || index >= n || table[index].slot.handle != handle)
		return NULL;
	return &table[index];
}

void remote_close(struct remote *remote)
{
	remote->slot.handle = 0u;
}

int32_t remote_list(const struct remotes *remotes, uint32_t type, uint32_t index, uint32_t *handle)
{
	bool claims = type == BELLHOP_TYPE_CLAIM;
	const struct remote *table = claims ? remotes->claim : remotes->device;
	uint32_t n = claims ? BELLHOP_MAX_CLAIMS : BELLHOP_MAX_MSIX;

	for (; index < n; index++) {
		if (table[index].slot.handle == 0u)
			continue;
		*handle = table[index].slot.handle;
		return BELLHOP_OK;
	}
	return BELLHOP_NOENT;
}
