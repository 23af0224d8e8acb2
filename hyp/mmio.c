// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mmio.h"

#include "hyp/config.h"
#include "hyp/insn.h"
#include "hyp/vcpu.h"
#include "hyp/virq.h"
#include "hyp/vm.h"
#include "hyp/vuart.h"

struct mmio_device {
	uint32_t ipa, size;
	enum mmio_status (*access)(struct vcpu *v, uint32_t offset, uint32_t width, bool write,
				   uint32_t *value);
};

static const enum mmio_status of_vgic[] = {
	[VGIC_OK] = MMIO_OK,
	[VGIC_FOLD_FIRST] = MMIO_RETRY,
	[VGIC_RETRY] = MMIO_RETRY,
	[VGIC_ABORT] = MMIO_ABORT,
};

static enum mmio_status access_gicd(struct vcpu *v, uint32_t offset, uint32_t width, bool write,
				    uint32_t *value)
{
	return of_vgic[write ? virq_dist_write(v, offset, width, *value) :
			       virq_dist_read(v, offset, width, value)];
}

/* The second page of the CPU interface: DIR, and nothing else. */
static enum mmio_status access_dir(struct vcpu *v, uint32_t offset, uint32_t width, bool write,
				   uint32_t *value)
{
	if (!write)
		*value = 0;
	else if (offset == 0 && width == 4)
		return of_vgic[virq_dir_write(v, *value)];
	return MMIO_OK;
}

static enum mmio_status access_uart(struct vcpu *v, uint32_t offset, uint32_t width, bool write,
				    uint32_t *value)
{
	if (write)
		vuart_write(v, offset, width, *value);
	else
		*value = vuart_read(v, offset, width);
	return MMIO_OK;
}

static enum mmio_status access_nothing(struct vcpu *v, bool write, uint32_t *value)
{
	v->vm->counters.raz_wi++;
	if (!write)
		*value = 0;
	return MMIO_OK;
}

static const struct mmio_device devices[] = {
	{ GUEST_GICD_IPA, 0x1000, access_gicd },
	{ GUEST_GICC_IPA + 0x1000, 0x1000, access_dir },
	{ GUEST_UART_IPA, GUEST_UART_SIZE, access_uart },
};

bool mmio_is_emulated(uint64_t ipa)
{
	return ipa < GUEST_RAM_IPA;
}

enum mmio_status mmio_access(struct vcpu *v, uint32_t ipa, uint32_t width, bool write,
			     uint32_t *value)
{
	for (unsigned int i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		const struct mmio_device *device = &devices[i];
		uint32_t offset = ipa - device->ipa;

		if (offset >= device->size)
			continue;
		if (device->access == access_uart && !v->vm->config->console)
			break;
		return device->access(v, offset, width, write, value);
	}
	return access_nothing(v, write, value);
}

uint32_t mmio_store_value(const struct insn_access *access, uint32_t reg)
{
	static const uint32_t mask[] = { [1] = 0xff, [2] = 0xffff, [4] = 0xffffffff };

	if (access->big_endian && access->size == 4)
		return __builtin_bswap32(reg);
	if (access->big_endian && access->size == 2)
		return __builtin_bswap16((uint16_t)reg);
	return reg & mask[access->size];
}
