// SPDX-License-Identifier: BSD-2-Clause
/* MSI-X functions of a device model: the calls. */
#include "bellhop/abi.h"
#include "hyp/bells.h"
#include "hyp/client_call.h"
#include "hyp/client_internal.h"
#include "hyp/config.h"
#include "hyp/vm.h"

static bool fits(uint32_t a, uint32_t b, uint32_t c)
{
	return a <= UINT16_MAX && b <= UINT16_MAX && c <= UINT8_MAX;
}

static int32_t make_device(struct vcpu *v, struct vm *client, const struct msix_config *config,
			   uint32_t *handle)
{
	struct vm_locked locked = vm_lock(client);
	struct msix *msix = &client->client.msix;
	uint32_t index = 0;
	int32_t status = msix_register(msix, &client->client.v2m, config, &index);
	uint32_t id = msix->device[index].id;

	if (status == BELLHOP_OK) {
		mmio_map_client(&client->mmio, config->table, MSIX_TABLE_SIZE(config->n_vectors));
		mmio_map_client(&client->mmio, config->pba, MSIX_PBA_SIZE);
	}
	vm_unlock(locked);
	if (status == BELLHOP_OK)
		*handle = client_make_handle(v, BELLHOP_TYPE_MSIX, client, index, id);
	return status;
}

int32_t client_msix_register(struct vcpu *v)
{
	const struct msix_config config = {
		.table = v->r[2],
		.pba = v->r[3],
		.n_vectors = (uint8_t)v->r[4],
		.first_intid = (uint16_t)v->r[5],
		.n_intids = (uint16_t)v->r[6],
		.server = v->vm->index,
	};
	struct vm *client;
	int32_t status = client_find(v, v->r[1], &client);

	if (status != BELLHOP_OK)
		return status;
	if (v->r[7] != 0 || !fits(v->r[5], v->r[6], v->r[4]))
		return BELLHOP_INVAL;
	if (v->r[2] >= GUEST_RAM_IPA || v->r[3] >= GUEST_RAM_IPA)
		return BELLHOP_RANGE;
	if (client_is_taken(client, config.table, MSIX_TABLE_SIZE(config.n_vectors)) ||
	    client_is_taken(client, config.pba, MSIX_PBA_SIZE))
		return BELLHOP_EXIST;
	spin_lock(&bells_control);
	status = client_has_room(v, BELLHOP_TYPE_MSIX) ? make_device(v, client, &config, &v->r[1]) :
							 BELLHOP_NOSPC;
	spin_unlock(&bells_control);
	if (status == BELLHOP_NOSPC)
		v->r[1] = BELLHOP_LIMIT_MSIX;
	return status;
}

int32_t client_msix_ctl(struct vcpu *v)
{
	struct vm_locked locked;
	struct msix_device *device;
	struct remote remote;

	if (v->r[2] > 1 || v->r[3] > 1)
		return BELLHOP_INVAL;
	if (!client_find_remote(v, BELLHOP_TYPE_MSIX, v->r[1], &remote))
		return BELLHOP_BADH;
	device = &vms[remote.vm]->client.msix.device[remote.index];
	locked = vm_lock(vms[remote.vm]);
	if (device->id != remote.id) {
		vm_unlock(locked);
		return BELLHOP_BADH;
	}
	msix_control(device, v->r[2] != 0, v->r[3] != 0);
	client_send_messages(locked, device);
	return BELLHOP_OK;
}

static struct bell_ref vector_of(const struct remote *device, uint32_t vector)
{
	return (struct bell_ref){
		.id = device->id,
		.kind = REF_VECTOR,
		.vm = device->vm,
		.index = (uint16_t)BELL_VECTOR(device->index, vector),
	};
}

/* The function is looked at without its lock: the control lock keeps it where it is. */
int32_t client_msix_bind(struct vcpu *v)
{
	struct bell_effects *effects = &v->cpu->bells;
	struct vm_locked locked;
	struct remote device;
	int32_t status = BELLHOP_BADH;

	if ((v->r[4] & ~BELLHOP_DEASSIGN) != 0)
		return BELLHOP_INVAL;
	spin_lock(&bells_control);
	if (client_find_remote(v, BELLHOP_TYPE_MSIX, v->r[1], &device)) {
		const struct msix_device *function =
			&vms[device.vm]->client.msix.device[device.index];

		locked = vm_lock(v->vm);
		if (v->r[2] >= function->config.n_vectors)
			status = BELLHOP_RANGE;
		else if (v->r[4] != 0)
			status = bell_unbind_vector(&v->vm->bells, v->r[3],
						    vector_of(&device, v->r[2]));
		else
			status = bell_bind_vector(&v->vm->bells, v->r[3],
						  vector_of(&device, v->r[2]), effects);
		bells_end(locked, effects);
		vm_pass(vms[device.vm]); /* see bell_sends() */
	}
	spin_unlock(&bells_control);
	bells_deliver(v->cpu);
	return status;
}

void client_close_msix(const struct remote *remote)
{
	struct msix_device *device = &vms[remote->vm]->client.msix.device[remote->index];
	struct vm_locked locked = vm_lock(vms[remote->vm]);

	if (device->id == remote->id)
		msix_unregister(device);
	vm_unlock(locked);
}
