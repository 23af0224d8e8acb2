// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mmio.h"

#include "hyp/config.h"
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

static enum mmio_status access_nothing(struct vcpu *v, bool write, uint32_t *value)
{
	v->vm->counters.raz_wi++;
	if (!write)
		*value = 0;
	return MMIO_OK;
}

static enum mmio_status access_uart(struct vcpu *v, uint32_t offset, uint32_t width, bool write,
				    uint32_t *value)
{
	if (!v->vm->config->console)
		return access_nothing(v, write, value);
	if (write)
		vuart_write(v, offset, width, *value);
	else
		*value = vuart_read(v, offset, width);
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
	for (unsigned int i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (ipa - devices[i].ipa < devices[i].size)
			return devices[i].access(v, ipa - devices[i].ipa, width, write, value);
	return access_nothing(v, write, value);
}
