// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/client_call.h"

#include <stddef.h>

#include "bellhop/abi.h"
#include "hyp/bells.h"
#include "hyp/client_internal.h"
#include "hyp/config.h"
#include "hyp/timer.h"
#include "hyp/virq.h"
#include "hyp/vm.h"

/* The client that r1 names, if v's VM may serve it. */
int32_t client_find(const struct vcpu *v, uint32_t vm, struct vm **client)
{
	int32_t status = bell_may_serve(&v->vm->bells, vm);

	if (status == BELLHOP_OK)
		*client = vms[vm];
	return status;
}

int32_t client_find_bell(struct vcpu *v, uint32_t handle, struct bell_ref *bell)
{
	struct vm_locked locked = vm_lock(v->vm);
	int32_t status = bell_own_ref(&v->vm->bells, handle, bell);

	vm_unlock(locked);
	return status;
}

/* What a handle of v's VM says; by value, because it may be closed as soon as the lock is free. */
bool client_find_remote(struct vcpu *v, uint32_t type, uint32_t handle, struct remote *copy)
{
	struct vm_locked locked = vm_lock(v->vm);
	const struct remote *remote = remote_get(&v->vm->client.remotes, type, handle);

	if (remote != NULL)
		*copy = *remote;
	vm_unlock(locked);
	return remote != NULL;
}

bool client_has_room(struct vcpu *v, uint32_t type)
{
	struct vm_locked locked = vm_lock(v->vm);
	bool room = remote_find_free(&v->vm->client.remotes, type) != NULL;

	vm_unlock(locked);
	return room;
}

/* With the control lock, so there is still room. */
uint32_t client_make_handle(struct vcpu *v, uint32_t type, const struct vm *client, uint32_t index,
			    uint32_t id)
{
	struct vm_locked locked = vm_lock(v->vm);
	struct remotes *remotes = &v->vm->client.remotes;
	uint32_t handle = remote_set(remotes, remote_find_free(remotes, type), type, client->index,
				     index, id);

	vm_unlock(locked);
	return handle;
}

static int32_t change_ioevents(struct vm *client, const struct ioevent_key *key,
			       struct bell_ref bell, bool remove)
{
	struct vm_locked locked = vm_lock(client);
	struct ioevents *events = &client->client.ioevents;
	int32_t status = remove ? ioevent_remove(events, key, bell) :
				  ioevent_add(events, key, bell);

	if (status == BELLHOP_OK)
		mmio_map_client(&client->mmio, key->address, 1);
	vm_unlock(locked);
	return status;
}

/* The control lock keeps the bell from being closed in between: its events would stay. */
static int32_t bind_ioevent(struct vcpu *v, struct vm *client, const struct ioevent_key *key)
{
	struct bell_ref bell;
	int32_t status;

	spin_lock(&bells_control);
	status = client_find_bell(v, v->r[6], &bell);
	if (status == BELLHOP_OK)
		status = change_ioevents(client, key, bell, (v->r[7] & BELLHOP_DEASSIGN) != 0);
	spin_unlock(&bells_control);
	vm_pass(v->vm); /* a store that met the event before has rung, or rings nothing */
	return status;
}

int32_t client_ioev_bind(struct vcpu *v)
{
	uint32_t flags = v->r[7];
	const struct ioevent_key key = {
		.address = v->r[2],
		.length = (uint8_t)v->r[3],
		.datamatch = (flags & BELLHOP_DATAMATCH) != 0,
		.data = v->r[4] | (uint64_t)v->r[5] << 32,
	};
	struct vm *client;
	int32_t status = client_find(v, v->r[1], &client);

	if (status != BELLHOP_OK)
		return status;
	if ((flags & ~(BELLHOP_DATAMATCH | BELLHOP_DEASSIGN)) != 0 || v->r[3] > 8 ||
	    (!key.datamatch && key.data != 0))
		return BELLHOP_INVAL;
	if (v->r[2] >= GUEST_RAM_IPA)
		return BELLHOP_RANGE;
	status = bind_ioevent(v, client, &key);
	if (status == BELLHOP_NOSPC)
		v->r[1] = BELLHOP_LIMIT_IOEVENTS;
	return status;
}

void client_forget_bell(struct vcpu *v, struct bell_ref bell)
{
	for (unsigned int i = 0; i < n_vms; i++) {
		struct vm_locked locked;

		if (bell_may_serve(&v->vm->bells, i) != BELLHOP_OK)
			continue;
		locked = vm_lock(vms[i]);
		ioevent_forget_bell(&vms[i]->client.ioevents, bell);
		vm_unlock(locked);
	}
}

static int32_t hold(struct vcpu *v, struct vm *client, const struct forward_config *range,
		    struct bell_ref bell, uint32_t *handle, bool *pending)
{
	struct forward *forward = &client->client.forward;
	struct vm_locked locked = vm_lock(client);
	uint32_t index;
	int32_t status = forward_hold(forward, range, bell, &index, pending);
	uint32_t id = status == BELLHOP_OK ? forward->claim[index].id : 0;

	if (status == BELLHOP_OK)
		mmio_map_client(&client->mmio, range->ipa, range->size);
	vm_unlock(locked);
	if (status == BELLHOP_OK)
		*handle = client_make_handle(v, BELLHOP_TYPE_CLAIM, client, index, id);
	return status;
}

int32_t client_mmio_claim(struct vcpu *v)
{
	const struct forward_config range = {
		.ipa = v->r[2],
		.size = v->r[3],
		.server = v->vm->index,
		.zeros = (v->r[5] & BELLHOP_ZEROS) != 0,
		.patience = timer_ticks(CONFIG_DEFAULT_TIMEOUT_MS * 1000u),
	};
	struct bell_ref bell;
	bool pending = false;
	struct vm *client;
	int32_t status = client_find(v, v->r[1], &client);

	if (status != BELLHOP_OK)
		return status;
	if ((v->r[5] & ~BELLHOP_ZEROS) != 0 || range.size == 0)
		return BELLHOP_INVAL;
	if (range.ipa >= GUEST_RAM_IPA || range.size > GUEST_RAM_IPA - range.ipa)
		return BELLHOP_RANGE;
	if (client_is_taken(client, range.ipa, range.size))
		return BELLHOP_EXIST;
	status = client_find_bell(v, v->r[4], &bell);
	if (status != BELLHOP_OK)
		return status;
	spin_lock(&bells_control);
	status = client_has_room(v, BELLHOP_TYPE_CLAIM) ?
			 hold(v, client, &range, bell, &v->r[1], &pending) :
			 BELLHOP_NOSPC;
	spin_unlock(&bells_control);
	if (pending)
		bells_ring(v->cpu, vm_lock(v->vm), bell.id);
	if (status == BELLHOP_NOSPC)
		v->r[1] = BELLHOP_LIMIT_CLAIMS;
	return status;
}

int32_t client_mmio_get(struct vcpu *v)
{
	struct forward_request request;
	struct vm_locked locked;
	struct forward *forward;
	struct remote claim;
	int32_t status = BELLHOP_BADH;

	if (!client_find_remote(v, BELLHOP_TYPE_CLAIM, v->r[1], &claim))
		return BELLHOP_BADH;
	forward = &vms[claim.vm]->client.forward;
	locked = vm_lock(vms[claim.vm]);
	if (forward_holds(forward, claim.index, claim.id))
		status = forward_get(forward, claim.index, &request);
	vm_unlock(locked);
	if (status != BELLHOP_OK)
		return status;
	v->r[1] = request.number;
	v->r[2] = request.access.ipa;
	v->r[3] = request.access.value;
	return BELLHOP_OK;
}

int32_t client_mmio_complete(struct vcpu *v)
{
	struct vm_locked locked;
	struct forward *forward;
	struct remote claim;
	int32_t status = BELLHOP_BADH;

	if ((v->r[4] & ~BELLHOP_ABORT) != 0)
		return BELLHOP_INVAL;
	if (!client_find_remote(v, BELLHOP_TYPE_CLAIM, v->r[1], &claim))
		return BELLHOP_BADH;
	forward = &vms[claim.vm]->client.forward;
	locked = vm_lock(vms[claim.vm]);
	if (forward_holds(forward, claim.index, claim.id))
		status = forward_complete(forward, claim.index, v->r[2], v->r[3], v->r[4] != 0);
	vm_unlock(locked);
	if (status == BELLHOP_OK)
		vcpu_post(vms[claim.vm]->vcpu[BELLHOP_MMIO_VCPU(v->r[2])], EVENT_FORWARD);
	return status;
}

int32_t client_find_message(const struct vcpu *v, struct vm **client, uint32_t *intid)
{
	int32_t status = client_find(v, v->r[1], client);

	if (status != BELLHOP_OK)
		return status;
	*intid = v2m_message(&(*client)->client.v2m, v->r[2], v->r[3]);
	return *intid != V2M_NOTHING ? BELLHOP_OK : BELLHOP_RANGE;
}

int32_t client_msi_signal(struct vcpu *v)
{
	struct vm *client;
	uint32_t intid;
	int32_t status = client_find_message(v, &client, &intid);

	if (status == BELLHOP_OK)
		client_raise(client, intid);
	return status;
}

int32_t client_list(struct vcpu *v)
{
	struct vm_locked locked = vm_lock(v->vm);
	int32_t status = remote_list(&v->vm->client.remotes, v->r[1], v->r[2], &v->r[1]);

	vm_unlock(locked);
	return status;
}

/* The handle goes first, so that nobody starts anything with it any more. */
static bool take_handle(struct vcpu *v, uint32_t type, uint32_t handle, struct remote *copy)
{
	struct vm_locked locked = vm_lock(v->vm);
	struct remote *remote = remote_get(&v->vm->client.remotes, type, handle);

	if (remote != NULL) {
		*copy = *remote;
		remote_close(remote);
		if (type == BELLHOP_TYPE_MSIX)
			bell_cut_vectors(&v->vm->bells, copy->vm, copy->id);
	}
	vm_unlock(locked);
	return remote != NULL;
}

static void close_claim(const struct remote *claim)
{
	struct vm *client = vms[claim->vm];
	struct vm_locked locked = vm_lock(client);
	uint32_t failed = 0;

	if (forward_holds(&client->client.forward, claim->index, claim->id))
		failed = forward_release(&client->client.forward, claim->index);
	vm_unlock(locked);
	for (; failed != 0; failed &= failed - 1)
		vcpu_post(client->vcpu[__builtin_ctz(failed)], EVENT_FORWARD);
}

int32_t client_close(struct vcpu *v)
{
	uint32_t type = BELLHOP_HANDLE_TYPE(v->r[1]);
	struct remote remote;
	bool found;

	spin_lock(&bells_control);
	found = take_handle(v, type, v->r[1], &remote);
	if (found && type == BELLHOP_TYPE_CLAIM)
		close_claim(&remote);
	else if (found)
		client_close_msix(&remote);
	spin_unlock(&bells_control);
	vm_pass(v->vm); /* an access that met the claim before has rung, or rings nobody */
	return found ? BELLHOP_OK : BELLHOP_BADH;
}
