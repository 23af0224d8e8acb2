/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by client*.c only. */
#ifndef BELLHOP_HYP_CLIENT_INTERNAL_H
#define BELLHOP_HYP_CLIENT_INTERNAL_H

#include "hyp/client.h"
#include "hyp/vm.h"

/* The client that an argument names, if v's VM may serve it. */
int32_t client_find(const struct vcpu *v, uint32_t vm, struct vm **client);

/* Does something else lie there: memory, or a device of the hypervisor's own? */
bool client_is_taken(const struct vm *client, uint32_t ipa, uint32_t size);

/* What a handle of v's VM says; by value, because it may be closed as soon as the lock is free. */
bool client_find_remote(struct vcpu *v, uint32_t type, uint32_t handle, struct remote *copy);

/* With the control lock: is there room for a handle? Then one can be made. */
bool client_has_room(struct vcpu *v, uint32_t type);
uint32_t client_make_handle(struct vcpu *v, uint32_t type, const struct vm *client, uint32_t index,
			    uint32_t id);

/* Raise an INTID of the client's GICv2m frame. */
void client_raise(struct vm *vm, uint32_t intid);
/* Raise what the function may send now, and drop the lock. */
void client_send_messages(struct vm_locked locked, struct msix_device *device);

/* The handle is closed. */
void client_close_msix(const struct remote *remote);

#endif
