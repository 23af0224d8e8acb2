// SPDX-License-Identifier: BSD-2-Clause
#include "image.h"

#include <stddef.h>
#include <string.h>

#include "image_layout.h"

#define ZIMAGE_MAGIC_AT 0x24u
#define ZIMAGE_MAGIC 0x016f2818u
#define ZIMAGE_START_AT 0x28u
#define ZIMAGE_END_AT 0x2cu
#define ZIMAGE_HEADER_SIZE 0x30u
#define ELF_MAGIC 0x464c457fu /* "\x7fELF" */

#define MIB 0x100000u
#define ZIMAGE_LOW_OFFSET 0x10000u
#define ZIMAGE_HIGH_OFFSET (32 * MIB)
#define ZIMAGE_HIGH_MIN (128 * MIB)
/* A kernel unpacks to 3 to 4 times its size, and moves out of its own way first. */
#define ZIMAGE_GROWTH 5u
#define LINUX_RAM_ALIGN (2 * MIB)
/* Linux maps its low memory at boot, 760 MiB on 32-bit Arm: what it is handed has to be there. */
#define LOW_MEMORY (512 * MIB)
#define PAGE 4096u

uint32_t image_le32(const uint8_t *at)
{
	return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

bool image_fail(const struct layout *layout, const char *property, const char *what)
{
	return fmt_error(layout->error, "/vms/%s: %s: %s", layout->vm->name, property, what);
}

static bool overlaps(uint32_t a, uint64_t a_size, uint32_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

static const struct image_segment *find_overlap(const struct image_plan *plan, uint32_t ipa,
						uint64_t size)
{
	for (unsigned int i = 0; i < plan->n_segments; i++) {
		const struct image_segment *segment = &plan->segment[i];
		uint64_t length = (uint64_t)segment->src_size + segment->zero_size;

		if (overlaps(ipa, size, segment->ipa, length))
			return segment;
	}
	return NULL;
}

bool image_add_segment(struct layout *layout, const char *property, struct image_segment segment)
{
	struct image_plan *plan = layout->plan;
	uint64_t size = (uint64_t)segment.src_size + segment.zero_size;
	unsigned long ipa = segment.ipa;

	if (size == 0)
		return true;
	if (size > UINT32_MAX || !config_find_region(layout->vm, segment.ipa, (uint32_t)size))
		return fmt_error(
			layout->error,
			"/vms/%s: %s: 0x%lx+0x%llx: expected to be within one memory region",
			layout->vm->name, property, ipa, (unsigned long long)size);
	if (find_overlap(plan, segment.ipa, size))
		return fmt_error(layout->error, "/vms/%s: %s: 0x%lx+0x%llx overlaps another image",
				 layout->vm->name, property, ipa, (unsigned long long)size);
	if (plan->n_segments == IMAGE_MAX_SEGMENTS)
		return image_fail(layout, property,
				  "too many segments (17 with preloaded regions and initrd)");
	plan->segment[plan->n_segments++] = segment;
	return true;
}

enum image_kind image_identify(struct blob image)
{
	if (!image.data)
		return IMAGE_NONE;
	if (image.size >= ZIMAGE_HEADER_SIZE &&
	    image_le32(image.data + ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC)
		return IMAGE_ZIMAGE;
	if (image.size >= 4 && image_le32(image.data) == ELF_MAGIC)
		return IMAGE_ELF;
	return IMAGE_RAW;
}

/* Where a zImage goes: where it is linked, where the user says, or clear of what it unpacks to. */
static uint32_t zimage_address(const struct vm_config *vm)
{
	uint32_t linked = image_le32(vm->kernel.data + ZIMAGE_START_AT);

	if (vm->load_address != CONFIG_NO_ADDRESS)
		return vm->load_address;
	if (linked != 0)
		return linked;
	if (vm->region[0].size >= ZIMAGE_HIGH_MIN)
		return vm->region[0].ipa + ZIMAGE_HIGH_OFFSET;
	return vm->region[0].ipa + ZIMAGE_LOW_OFFSET;
}

static bool plan_zimage(struct layout *layout)
{
	const struct vm_config *vm = layout->vm;
	const uint8_t *header = vm->kernel.data;
	uint32_t length = image_le32(header + ZIMAGE_END_AT) - image_le32(header + ZIMAGE_START_AT);
	struct image_segment segment = { .src = header, .src_size = vm->kernel.size };
	uint64_t grown = (uint64_t)vm->kernel.size * ZIMAGE_GROWTH + ZIMAGE_LOW_OFFSET;

	if (length > vm->kernel.size)
		return image_fail(layout, "kernel", "zImage is shorter than its header says");
	if (vm->entry != CONFIG_NO_ADDRESS)
		return image_fail(layout, "entry", "expected none: a zImage has its own");
	if (vm->region[0].ipa % LINUX_RAM_ALIGN != 0)
		return image_fail(layout, "memory",
				  "expected the first region at a multiple of 2 MiB for a zImage");
	segment.ipa = zimage_address(vm);
	layout->plan->entry = segment.ipa;
	/* Nothing may be in the way of the unpacked kernel, which starts at the foot of RAM. */
	layout->floor = (uint64_t)vm->region[0].ipa + grown;
	return image_add_segment(layout, "kernel", segment);
}

static bool plan_raw(struct layout *layout)
{
	const struct vm_config *vm = layout->vm;
	struct image_segment segment = { .ipa = vm->load_address,
					 .src = vm->kernel.data,
					 .src_size = vm->kernel.size };

	if (vm->load_address == CONFIG_NO_ADDRESS)
		return image_fail(layout, "kernel",
				  "neither zImage nor ELF: expected load-address for a raw image");
	layout->plan->entry = vm->entry != CONFIG_NO_ADDRESS ? vm->entry : vm->load_address;
	return image_add_segment(layout, "kernel", segment);
}

static bool plan_kernel(struct layout *layout)
{
	const struct vm_config *vm = layout->vm;

	switch (layout->plan->kind) {
	case IMAGE_ZIMAGE:
		return plan_zimage(layout);
	case IMAGE_ELF:
		return image_plan_elf(layout);
	case IMAGE_RAW:
		return plan_raw(layout);
	case IMAGE_NONE:
		break;
	}
	if (vm->entry == CONFIG_NO_ADDRESS)
		return image_fail(layout, "kernel",
				  "expected kernel, or entry into a preloaded region");
	if (vm->load_address != CONFIG_NO_ADDRESS)
		return image_fail(layout, "load-address", "expected none without kernel");
	layout->plan->entry = vm->entry;
	return true;
}

static bool plan_preloads(struct layout *layout)
{
	for (unsigned int i = 0; i < layout->vm->n_regions; i++) {
		const struct region *region = &layout->vm->region[i];
		struct image_segment segment = { .ipa = region->ipa + region->image_offset,
						 .src = region->image.data,
						 .src_size = region->image.size };

		if (region->image.data && !image_add_segment(layout, region->name, segment))
			return false;
	}
	return true;
}

/* The highest free place in the main RAM's low memory, not below the floor. 0: none. */
static uint32_t place_high(const struct layout *layout, uint32_t size)
{
	const struct image_plan *plan = layout->plan;
	const struct region *ram = &layout->vm->region[0];
	uint64_t top = (uint64_t)ram->ipa + (ram->size < LOW_MEMORY ? ram->size : LOW_MEMORY);

	/* Each round ends below one more of the obstacles: the segments and the FDT. */
	for (unsigned int round = 0; round <= IMAGE_MAX_SEGMENTS + 1; round++) {
		const struct image_segment *obstacle;
		uint32_t at;

		if (top < layout->floor + size)
			return 0;
		at = (uint32_t)(top - size) & ~(PAGE - 1);
		if (at < layout->floor)
			return 0;
		obstacle = find_overlap(plan, at, size);
		if (obstacle)
			top = obstacle->ipa;
		else if (layout->fdt_placed && overlaps(at, size, plan->fdt_ipa, IMAGE_FDT_SIZE))
			top = plan->fdt_ipa;
		else
			return at;
	}
	return 0;
}

static bool plan_fdt(struct layout *layout)
{
	struct image_plan *plan = layout->plan;
	const struct region *ram = &layout->vm->region[0];

	if (!layout->vm->fdt_at_ram_base) {
		plan->fdt_ipa = place_high(layout, IMAGE_FDT_SIZE);
		if (plan->fdt_ipa == 0)
			return image_fail(layout, "memory",
					  "no room for the FDT beside the kernel");
		return true;
	}
	plan->fdt_ipa = ram->ipa;
	if (ram->size < IMAGE_FDT_SIZE || find_overlap(plan, ram->ipa, IMAGE_FDT_SIZE))
		return image_fail(layout, "fdt-at-ram-base",
				  "an image is there (16 KiB are needed)");
	return true;
}

static bool plan_initrd(struct layout *layout)
{
	struct image_plan *plan = layout->plan;
	struct blob initrd = layout->vm->initrd;

	if (!initrd.data || initrd.size == 0)
		return true;
	plan->initrd_ipa = place_high(layout, initrd.size);
	plan->initrd_size = initrd.size;
	if (plan->initrd_ipa == 0)
		return image_fail(layout, "initrd", "no room in memory beside kernel and FDT");
	return image_add_segment(layout, "initrd",
				 (struct image_segment){ .ipa = plan->initrd_ipa,
							 .src = initrd.data,
							 .src_size = initrd.size });
}

static bool check_entry(struct layout *layout)
{
	struct image_plan *plan = layout->plan;

	plan->thumb = (plan->entry & 1) != 0;
	plan->entry &= ~1u;
	if ((!plan->thumb && (plan->entry & 2) != 0) ||
	    !find_overlap(plan, plan->entry, plan->thumb ? 2 : 4))
		return image_fail(
			layout, "entry",
			"expected an address within an image: a multiple of 4, or odd for "
			"Thumb");
	return true;
}

bool image_plan(struct image_plan *plan, const struct vm_config *vm, struct fmt_line *error)
{
	struct layout layout = { .plan = plan, .vm = vm, .error = error };

	memset(plan, 0, sizeof(*plan));
	if (vm->n_regions == 0)
		return image_fail(&layout, "memory", "expected at least one region");
	layout.floor = vm->region[0].ipa;
	plan->kind = image_identify(vm->kernel);
	if (!plan_kernel(&layout) || !plan_preloads(&layout) || !check_entry(&layout))
		return false;
	if (!plan_fdt(&layout))
		return false;
	layout.fdt_placed = true;
	if (!plan_initrd(&layout))
		return false;
	plan->r[0] = 0;
	plan->r[1] = ~0u;
	plan->r[2] = plan->fdt_ipa;
	return true;
}
