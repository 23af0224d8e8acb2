// SPDX-License-Identifier: BSD-2-Clause
#include "doorbell.h"

#include <stddef.h>
#include <stdio.h>

#include "cpu.h"
#include "fdt.h"

#define LOW(value) ((uint32_t)(value))
#define HIGH(value) ((uint32_t)((value) >> 32))

/* Stores r1 where the call succeeded. */
static int32_t take(struct bellhop_result result, uint32_t *value)
{
	if (result.status == BELLHOP_OK && value != NULL)
		*value = result.r1;
	return result.status;
}

/* ... r1 and r2. */
static int32_t take_long(struct bellhop_result result, uint64_t *value)
{
	if (result.status == BELLHOP_OK)
		*value = (uint64_t)result.r2 << 32 | result.r1;
	return result.status;
}

bool doorbell_present(void)
{
	struct bellhop_result uid = bellhop_call(BELLHOP_UID, 0, 0, 0, 0, 0, 0, 0);

	if ((uint32_t)uid.status != BELLHOP_UID_0 || uid.r1 != BELLHOP_UID_1 ||
	    uid.r2 != BELLHOP_UID_2 || uid.r3 != BELLHOP_UID_3)
		return false;
	return (uint32_t)bellhop_call(BELLHOP_REVISION, 0, 0, 0, 0, 0, 0, 0).status ==
	       BELLHOP_ABI_MAJOR;
}

bool doorbell_vm(const char *name, uint32_t *vm)
{
	char path[64];

	snprintf(path, sizeof(path), "/bellhop/%s", name);
	return fdt_read_cell((const void *)machine_fdt(), path, "vm-id", vm);
}

bool doorbell_served(const char *client, const char *name, struct doorbell_device *device)
{
	const void *fdt = (const void *)machine_fdt();
	char path[96];

	snprintf(path, sizeof(path), "/bellhop/%s/%s", client, name);
	device->intid = 0;
	fdt_read_cell(fdt, path, "intid", &device->intid);
	return doorbell_vm(client, &device->vm) &&
	       fdt_read_cell(fdt, path, "address", &device->address) &&
	       fdt_read_cell(fdt, path, "size", &device->size);
}

void doorbell_close_all(void)
{
	for (uint32_t type = BELLHOP_TYPE_CLAIM; type >= BELLHOP_TYPE_BELL; type--) {
		uint32_t handle;

		while (take(bellhop_call(BELLHOP_LIST, type, 0, 0, 0, 0, 0, 0), &handle) ==
			       BELLHOP_OK &&
		       doorbell_close(handle) == BELLHOP_OK)
			;
	}
}

const char *doorbell_error(int32_t status)
{
	static const char *const names[] = {
		[-BELLHOP_OK] = "OK",	    [-BELLHOP_NOT_SUPPORTED] = "NOT_SUPPORTED",
		[-BELLHOP_INVAL] = "INVAL", [-BELLHOP_BADH] = "BADH",
		[-BELLHOP_PERM] = "PERM",   [-BELLHOP_BUSY] = "BUSY",
		[-BELLHOP_EXIST] = "EXIST", [-BELLHOP_NOENT] = "NOENT",
		[-BELLHOP_AGAIN] = "AGAIN", [-BELLHOP_NOSPC] = "NOSPC",
		[-BELLHOP_RANGE] = "RANGE", [-BELLHOP_STATE] = "STATE",
		[-BELLHOP_PIPE] = "PIPE",
	};

	if (status > 0 || status <= -(int32_t)(sizeof(names) / sizeof(names[0])))
		return "?";
	return names[-status];
}

int32_t doorbell_create(uint32_t flags, uint64_t count, uint32_t *bell)
{
	return take(bellhop_call(BELLHOP_CREATE, flags, LOW(count), HIGH(count), 0, 0, 0, 0), bell);
}

int32_t doorbell_close(uint32_t handle)
{
	return bellhop_call(BELLHOP_CLOSE, handle, 0, 0, 0, 0, 0, 0).status;
}

int32_t doorbell_signal(uint32_t bell, uint64_t value)
{
	return bellhop_call3(BELLHOP_SIGNAL, bell, LOW(value), HIGH(value)).status;
}

int32_t doorbell_read(uint32_t bell, uint64_t *value)
{
	return take_long(bellhop_call3(BELLHOP_READ, bell, 0, 0), value);
}

int32_t doorbell_mask(uint32_t bell, bool masked)
{
	return bellhop_call(BELLHOP_MASK, bell, masked, 0, 0, 0, 0, 0).status;
}

int32_t doorbell_bind_virq(uint32_t bell, uint32_t intid, uint32_t flags)
{
	return bellhop_call(BELLHOP_BIND_VIRQ, bell, intid, flags, 0, 0, 0, 0).status;
}

int32_t doorbell_peek(uint32_t handle, uint32_t *status)
{
	return take(bellhop_call3(BELLHOP_PEEK, handle, 0, 0), status);
}

int32_t doorbell_stats(uint32_t bell, struct doorbell_stats *stats)
{
	struct bellhop_result result = bellhop_call3(BELLHOP_STATS, bell, 0, 0);

	if (result.status == BELLHOP_OK)
		*stats = (struct doorbell_stats){ result.r1, result.r2, result.r3 };
	return result.status;
}

int32_t doorbell_wait(uint32_t handle, uint64_t deadline, uint32_t *value)
{
	return take(bellhop_call3(BELLHOP_WAIT, handle, LOW(deadline), HIGH(deadline)), value);
}

int32_t doorbell_take(uint32_t handle, uint64_t deadline, uint64_t *value)
{
	return take_long(bellhop_call3(BELLHOP_TAKE, handle, LOW(deadline), HIGH(deadline)), value);
}

int32_t doorbell_signal_and_take(uint32_t bell, uint32_t handle, uint64_t deadline, uint64_t *value)
{
	return take_long(
		bellhop_call4(BELLHOP_SIGNAL_AND_TAKE, bell, handle, LOW(deadline), HIGH(deadline)),
		value);
}

int32_t doorbell_pollset_create(uint32_t *pollset)
{
	return take(bellhop_call(BELLHOP_POLLSET_CREATE, 0, 0, 0, 0, 0, 0, 0), pollset);
}

int32_t doorbell_pollset_add(uint32_t pollset, uint32_t bell, uint32_t bit)
{
	return bellhop_call(BELLHOP_POLLSET_ADD, pollset, bell, bit, 0, 0, 0, 0).status;
}

int32_t doorbell_pollset_del(uint32_t pollset, uint32_t bell)
{
	return bellhop_call(BELLHOP_POLLSET_DEL, pollset, bell, 0, 0, 0, 0, 0).status;
}

int32_t doorbell_poll(uint32_t pollset, uint32_t *bits)
{
	return take(bellhop_call(BELLHOP_POLL, pollset, 0, 0, 0, 0, 0, 0), bits);
}

int32_t doorbell_grant(uint32_t bell, uint32_t vm, uint32_t rights, uint32_t label)
{
	return bellhop_call(BELLHOP_GRANT, bell, vm, rights, label, 0, 0, 0).status;
}

int32_t doorbell_revoke(uint32_t bell, uint32_t vm)
{
	return bellhop_call(BELLHOP_REVOKE, bell, vm, 0, 0, 0, 0, 0).status;
}

int32_t doorbell_find(uint32_t vm, uint32_t label, uint32_t *peer)
{
	return take(bellhop_call(BELLHOP_FIND, vm, label, 0, 0, 0, 0, 0), peer);
}

int32_t doorbell_irq_bind(uint32_t vm, uint32_t intid, uint32_t bell, uint32_t resample,
			  uint32_t flags)
{
	return bellhop_call(BELLHOP_IRQ_BIND, vm, intid, bell, resample, flags, 0, 0).status;
}

int32_t doorbell_irq_set_level(uint32_t vm, uint32_t intid, bool level)
{
	return bellhop_call(BELLHOP_IRQ_SET_LEVEL, vm, intid, level, 0, 0, 0, 0).status;
}

int32_t doorbell_eoi_bind(uint32_t vm, uint32_t bell, uint32_t eoi, uint32_t flags)
{
	return bellhop_call(BELLHOP_EOI_BIND, vm, bell, eoi, flags, 0, 0, 0).status;
}

int32_t doorbell_msi_signal(uint32_t vm, uint32_t address, uint32_t data)
{
	return bellhop_call(BELLHOP_MSI_SIGNAL, vm, address, data, 0, 0, 0, 0).status;
}

int32_t doorbell_msi_bind(uint32_t vm, uint32_t address, uint32_t data, uint32_t bell,
			  uint32_t flags)
{
	return bellhop_call(BELLHOP_MSI_BIND, vm, address, data, bell, flags, 0, 0).status;
}

int32_t doorbell_ioevent(uint32_t vm, uint32_t address, uint32_t length, uint64_t data,
			 uint32_t bell, uint32_t flags)
{
	return bellhop_call(BELLHOP_IOEV_BIND, vm, address, length, LOW(data), HIGH(data), bell,
			    flags)
		.status;
}

int32_t doorbell_claim(uint32_t vm, uint32_t address, uint32_t size, uint32_t bell, uint32_t flags,
		       uint32_t *claim)
{
	return take(bellhop_call(BELLHOP_MMIO_CLAIM, vm, address, size, bell, flags, 0, 0), claim);
}

int32_t doorbell_get(uint32_t claim, struct doorbell_access *access)
{
	struct bellhop_result result = bellhop_call(BELLHOP_MMIO_GET, claim, 0, 0, 0, 0, 0, 0);

	if (result.status == BELLHOP_OK)
		*access = (struct doorbell_access){ result.r1, result.r2, result.r3 };
	return result.status;
}

int32_t doorbell_complete(uint32_t claim, uint32_t request, uint32_t value, uint32_t flags)
{
	return bellhop_call(BELLHOP_MMIO_COMPLETE, claim, request, value, flags, 0, 0, 0).status;
}

int32_t doorbell_msix_register(const struct doorbell_msix *function, uint32_t *device)
{
	return take(bellhop_call(BELLHOP_MSIX_REGISTER, function->vm, function->table,
				 function->pba, function->vectors, function->first_intid,
				 function->n_intids, 0),
		    device);
}

int32_t doorbell_msix_control(uint32_t device, bool enabled, bool function_mask)
{
	return bellhop_call(BELLHOP_MSIX_CTL, device, enabled, function_mask, 0, 0, 0, 0).status;
}

int32_t doorbell_msix_bind(uint32_t device, uint32_t vector, uint32_t bell, uint32_t flags)
{
	return bellhop_call(BELLHOP_MSIX_BIND, device, vector, bell, flags, 0, 0, 0).status;
}
