/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a device model has in its clients, by handle: claims and MSI-X functions. The thing itself
 * is the client's state; here is where it is, and the id that it has to have still.
 *
 * Protected by the device model's VM's lock.
 */
#ifndef BELLHOP_DOORBELL_REMOTE_H
#define BELLHOP_DOORBELL_REMOTE_H

#include "state.h"

struct remote {
	struct bell_slot slot;
	uint32_t id;
	uint8_t vm;
	uint8_t index;
};

/* All zero: nothing. */
struct remotes {
	struct remote claim[BELLHOP_MAX_CLAIMS];
	struct remote device[BELLHOP_MAX_MSIX];
};

/* A slot for a new one of that type (BELLHOP_TYPE_MSIX, _CLAIM); NULL: there is no room. It is not
 * taken before remote_set() has made its handle. */
struct remote *remote_find_free(struct remotes *remotes, uint32_t type);
uint32_t remote_set(struct remotes *remotes, struct remote *remote, uint32_t type, uint32_t vm,
		    uint32_t index, uint32_t id);

/* NULL: no such handle of that type. */
struct remote *remote_get(struct remotes *remotes, uint32_t type, uint32_t handle);
void remote_close(struct remote *remote);

/* As BELLHOP_LIST: the handle at index or the next behind it. NOENT: no more. */
int32_t remote_list(const struct remotes *remotes, uint32_t type, uint32_t index, uint32_t *handle);

#endif
