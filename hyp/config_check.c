// SPDX-License-Identifier: BSD-2-Clause
/* The memory layout of each VM: alignment, and no two things at one address. */
#include <string.h>

#include "config_parse.h"

#define PAGE 4096u
#define TOP (1ull << 32)

/* Something that takes [ipa, ipa + size) in a VM, and how error lines call it. */
struct extent {
	uint32_t ipa;
	uint32_t size;
	char label[64];
};

static const struct extent devices[] = {
	{ GUEST_GICD_IPA, GUEST_GICD_SIZE, "the GIC distributor" },
	{ GUEST_GICC_IPA, GUEST_GICC_SIZE, "the GIC CPU interface" },
	{ GUEST_UART_IPA, GUEST_UART_SIZE, "the console's PL011" },
	{ GUEST_V2M_IPA, GUEST_V2M_SIZE, "the GICv2m frame" },
};
#define N_DEVICES (sizeof(devices) / sizeof(devices[0]))
#define UART_DEVICE 2u
#define V2M_DEVICE 3u

static void region_extent(struct extent *extent, const struct vm_config *vm, unsigned int n)
{
	const struct region *region = &vm->region[n];

	extent->ipa = region->ipa;
	extent->size = region->size;
	if (strcmp(region->name, CONFIG_MEMORY_NAME) == 0)
		fmt_print(extent->label, sizeof(extent->label), "/vms/%s: memory", vm->name);
	else
		fmt_print(extent->label, sizeof(extent->label), "/vms/%s/regions/%s", vm->name,
			  region->name);
}

/* Shared area n as seen by a VM; size 0: the VM does not see it. */
static void shm_extent(struct extent *extent, const struct config *config, unsigned int n,
		       unsigned int vm)
{
	const struct shm_config *shm = &config->shm[n];

	*extent = (struct extent){ 0 };
	for (unsigned int i = 0; i < shm->n_users; i++) {
		if (shm->user[i].vm != vm)
			continue;
		extent->ipa = shm->user[i].ipa;
		extent->size = shm->size;
		fmt_print(extent->label, sizeof(extent->label), "/shared-memory/%s/%s", shm->name,
			  config->vm[vm].name);
	}
}

/* Any size: what is not in whole pages only has to lie where no page of memory does. */
static void served_extent(struct extent *extent, const struct vm_config *vm, unsigned int n)
{
	extent->ipa = vm->device[n].ipa;
	extent->size = vm->device[n].size;
	fmt_print(extent->label, sizeof(extent->label), "/vms/%s/devices/%s", vm->name,
		  vm->device[n].name);
}

/* Number n of all that is in the VM: regions, shared areas, devices. False: no more. */
static bool get_extent(struct extent *extent, const struct config *config, unsigned int vm,
		       unsigned int n)
{
	const struct vm_config *vm_config = &config->vm[vm];

	if (n < vm_config->n_regions) {
		region_extent(extent, vm_config, n);
		return true;
	}
	n -= vm_config->n_regions;
	if (n < config->n_shm) {
		shm_extent(extent, config, n, vm);
		return true;
	}
	n -= config->n_shm;
	if (n < vm_config->n_devices) {
		served_extent(extent, vm_config, n);
		return true;
	}
	n -= vm_config->n_devices;
	if (n >= N_DEVICES)
		return false;
	*extent = devices[n];
	if ((n == UART_DEVICE && !vm_config->console) ||
	    (n == V2M_DEVICE && vm_config->n_msi_spis == 0))
		extent->size = 0;
	return true;
}

static bool check_shape(const struct extent *extent, struct fmt_line *error)
{
	const char *expected = NULL;

	if (extent->ipa % PAGE != 0 || extent->size % PAGE != 0)
		expected = "address and size in multiples of 4 KiB";
	else if ((uint64_t)extent->ipa + extent->size > TOP)
		expected = "an end below 4 GiB";
	else
		return true;
	return fmt_error(error, "%s: region 0x%08lx+0x%lx: expected %s", extent->label,
			 (unsigned long)extent->ipa, (unsigned long)extent->size, expected);
}

static bool check_pair(const struct extent *a, const struct extent *b, struct fmt_line *error)
{
	if (a->size == 0 || b->size == 0 || (uint64_t)a->ipa + a->size <= b->ipa ||
	    (uint64_t)b->ipa + b->size <= a->ipa)
		return true;
	return fmt_error(error, "%s: region 0x%08lx+0x%lx overlaps 0x%08lx+0x%lx (%s)", a->label,
			 (unsigned long)a->ipa, (unsigned long)a->size, (unsigned long)b->ipa,
			 (unsigned long)b->size, b->label);
}

static bool is_memory(const struct config *config, unsigned int vm, unsigned int n)
{
	return n < config->vm[vm].n_regions + config->n_shm;
}

static bool check_vm(const struct config *config, unsigned int vm, struct fmt_line *error)
{
	struct extent a;
	struct extent b;

	for (unsigned int i = 0; get_extent(&a, config, vm, i); i++) {
		if (is_memory(config, vm, i) && !check_shape(&a, error))
			return false;
		for (unsigned int j = i + 1; get_extent(&b, config, vm, j); j++) {
			if (!check_pair(&a, &b, error))
				return false;
		}
	}
	return true;
}

bool config_check_memory(const struct config *config, struct fmt_line *error)
{
	for (unsigned int vm = 0; vm < config->n_vms; vm++) {
		for (unsigned int i = 0; i < config->vm[vm].n_regions; i++) {
			if (config->vm[vm].region[i].size == 0)
				return fmt_error(error, "/vms/%s: memory: expected sizes above 0",
						 config->vm[vm].name);
		}
		if (!check_vm(config, vm, error))
			return false;
	}
	return true;
}

bool config_is_taken(const struct config *config, unsigned int vm, uint32_t ipa, uint32_t size)
{
	unsigned int served = config->vm[vm].n_regions + config->n_shm;
	struct extent extent;

	for (unsigned int i = 0; get_extent(&extent, config, vm, i); i++) {
		bool is_served = i >= served && i - served < config->vm[vm].n_devices;

		if (!is_served && extent.size != 0 && (uint64_t)ipa + size > extent.ipa &&
		    ipa < (uint64_t)extent.ipa + extent.size)
			return true;
	}
	return false;
}

const struct region *config_find_region(const struct vm_config *vm, uint32_t ipa, uint32_t size)
{
	for (unsigned int i = 0; i < vm->n_regions; i++) {
		const struct region *region = &vm->region[i];

		if (ipa >= region->ipa && ipa - region->ipa < region->size &&
		    size <= region->size - (ipa - region->ipa))
			return region;
	}
	return NULL;
}
