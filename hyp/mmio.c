// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mmio.h"

#include <stddef.h>

#include "hyp/client.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"
#include "hyp/vuart.h"

/* What does not change under the guest's feet is read without the lock. */
static enum mmio_status read_gicd(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value)
{
	uint32_t offset = ipa - GUEST_GICD_IPA;

	if (width == 4 && vgic_dist_peek(&v->vm->vgic, v->id, offset, value))
		return MMIO_OK;
	return (enum mmio_status)virq_dist_read(v, offset, width, value);
}

static enum mmio_status write_gicd(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value)
{
	uint32_t offset = ipa - GUEST_GICD_IPA;

	if (offset == GICD_SGIR && width == 4)
		return (enum mmio_status)virq_sgir_write(v, value);
	if (offset - GICD_ISENABLER(0) < GICD_ISPENDR(0) - GICD_ISENABLER(0) && width == 4 &&
	    offset % 4 == 0)
		return (enum mmio_status)virq_enabler_write(v, (offset - GICD_ISENABLER(0)) / 4,
							    value);
	return (enum mmio_status)virq_dist_write(v, offset, width, value);
}

static enum mmio_status read_zero(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value)
{
	(void)v, (void)ipa, (void)width;
	*value = 0;
	return MMIO_OK;
}

/* The second page of the CPU interface: DIR, and nothing else. */
static enum mmio_status write_dir(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value)
{
	if (ipa % PAGE_SIZE != 0 || width != 4)
		return MMIO_OK;
	return (enum mmio_status)virq_dir_write(v, value);
}

static enum mmio_status read_nothing(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value)
{
	(void)ipa, (void)width;
	v->vm->counters.raz_wi++;
	*value = 0;
	return MMIO_OK;
}

static enum mmio_status write_nothing(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value)
{
	(void)ipa, (void)width, (void)value;
	v->vm->counters.raz_wi++;
	return MMIO_OK;
}

static const struct mmio_device nothing = { read_nothing, write_nothing };
static const struct mmio_device gicd = { read_gicd, write_gicd };
static const struct mmio_device dir = { read_zero, write_dir };
static const struct mmio_device uart = { vuart_read, vuart_write };
static const struct mmio_device client = { client_read, client_write };

/* Its index, a new one if need be; MMIO_DEVICES: no room. */
static unsigned int index_of(struct mmio_map *map, const struct mmio_device *device)
{
	unsigned int i = 0;

	while (i < map->n_devices && map->device[i] != device)
		i++;
	if (i == map->n_devices && i < MMIO_DEVICES)
		map->device[map->n_devices++] = device;
	return i;
}

bool mmio_map(struct mmio_map *map, uint32_t ipa, uint32_t size, const struct mmio_device *device)
{
	unsigned int index = index_of(map, device);

	if (index == MMIO_DEVICES)
		return false;
	for (uint32_t at = ipa; at - ipa < size; at += PAGE_SIZE) {
		uint8_t *block = &map->block[at / MMIO_BLOCK_SIZE];

		if (*block == 0 && map->n_blocks == MMIO_BLOCKS)
			return false;
		if (*block == 0)
			*block = map->n_blocks++;
		map->page[*block][at % MMIO_BLOCK_SIZE / PAGE_SIZE] = (uint8_t)index;
	}
	return true;
}

static const struct {
	uint32_t ipa, size;
	const struct mmio_device *device;
} own[] = {
	{ GUEST_GICD_IPA, PAGE_SIZE, &gicd },
	{ GUEST_GICC_IPA + PAGE_SIZE, PAGE_SIZE, &dir },
	{ GUEST_UART_IPA, GUEST_UART_SIZE, &uart },
};

static bool has(const struct vm *vm, const struct mmio_device *device)
{
	return device != &uart || vm->config->console;
}

const struct mmio_device *mmio_own(const struct vm *vm, uint32_t ipa)
{
	for (unsigned int i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (ipa - own[i].ipa < own[i].size && has(vm, own[i].device))
			return own[i].device;
	return NULL;
}

#define CLIENT_BLOCK 1u

void mmio_init(struct vm *vm)
{
	struct mmio_map *map = &vm->mmio;

	map->n_blocks = CLIENT_BLOCK + 1;
	index_of(map, &nothing);
	map->client = (uint8_t)index_of(map, &client);
	for (unsigned int i = 0; i < MMIO_BLOCK_SIZE / PAGE_SIZE; i++)
		map->page[CLIENT_BLOCK][i] = map->client;
	for (unsigned int i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (has(vm, own[i].device))
			mmio_map(map, own[i].ipa, own[i].size, own[i].device);
}

/* A MiB without a device of ours as a whole, so there is room for any number. */
void mmio_map_client(struct mmio_map *map, uint32_t ipa, uint32_t size)
{
	uint32_t last = ipa + size - 1;

	for (uint32_t at = ipa; at <= last; at = (at | (PAGE_SIZE - 1)) + 1) {
		uint8_t *block = &map->block[at / MMIO_BLOCK_SIZE];

		if (*block > CLIENT_BLOCK) {
			map->page[*block][at % MMIO_BLOCK_SIZE / PAGE_SIZE] = map->client;
			continue;
		}
		*block = CLIENT_BLOCK;
		at |= MMIO_BLOCK_SIZE - 1; /* on to the next MiB */
	}
}
