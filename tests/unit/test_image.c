// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fdt_support.h"
#include "hyp/image.h"

#define RAM 0x40000000u
#define RAM_SIZE 0x10000000u
#define MIB 0x100000u

static struct vm_config vm;
static struct image_plan plan;
static struct fmt_line error;

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static struct blob zimage(void)
{
	static uint8_t image[4096];

	put32(image + 0x24, 0x016f2818);
	put32(image + 0x28, 0);
	put32(image + 0x2c, sizeof(image));
	return (struct blob){ image, sizeof(image) };
}

#define ELF_SIZE (52 + 2 * 32 + 256)

struct load {
	uint32_t offset, vaddr, paddr, filesz, memsz;
};

static void put_load(uint8_t *phdr, struct load load)
{
	put32(phdr, 1);
	put32(phdr + 4, load.offset);
	put32(phdr + 8, load.vaddr);
	put32(phdr + 12, load.paddr);
	put32(phdr + 16, load.filesz);
	put32(phdr + 20, load.memsz);
}

/* Two segments; the second one runs 1 GiB above where it is loaded. */
static uint8_t *elf(uint32_t entry)
{
	static uint8_t image[ELF_SIZE];

	memset(image, 0, sizeof(image));
	put32(image, 0x464c457f);
	put32(image + 4, 0x00010101);
	put32(image + 16, 0x00280002);
	put32(image + 24, entry);
	put32(image + 28, 52);
	put32(image + 42, 2u << 16 | 32);
	put_load(image + 52, (struct load){ 116, RAM + 0x8000, RAM + 0x8000, 128, 0x1000 });
	put_load(image + 84, (struct load){ 244, 0x80010000, RAM + 0x10000, 128, 128 });
	return image;
}

static int setup(void **state)
{
	(void)state;
	memset(&vm, 0, sizeof(vm));
	memcpy(vm.name, "vm", 3);
	vm.n_vcpus = 1;
	vm.n_regions = 1;
	vm.region[0] = (struct region){ .ipa = RAM, .size = RAM_SIZE, .name = "memory" };
	vm.load_address = CONFIG_NO_ADDRESS;
	vm.entry = CONFIG_NO_ADDRESS;
	vm.bootargs = "";
	return 0;
}

static void plan_good(void)
{
	if (!image_plan(&plan, &vm, &error))
		fail_msg("%s", error.text);
}

static void assert_refused(const char *text)
{
	assert_false(image_plan(&plan, &vm, &error));
	if (!strstr(error.text, text) || strncmp(error.text, "/vms/vm: ", 9) != 0)
		fail_msg("\"%s\" does not say \"%s\"", error.text, text);
}

static void linux_is_laid_out_as_it_asks(void **state)
{
	static uint8_t ramdisk[5000];

	(void)state;
	vm.kernel = zimage();
	vm.initrd = (struct blob){ ramdisk, sizeof(ramdisk) };
	plan_good();
	assert_int_equal(plan.kind, IMAGE_ZIMAGE);
	assert_int_equal(plan.entry, RAM + 32 * MIB);
	assert_false(plan.thumb);
	assert_int_equal(plan.n_segments, 2);
	assert_int_equal(plan.segment[0].ipa, plan.entry);
	assert_ptr_equal(plan.segment[0].src, vm.kernel.data);
	assert_int_equal(plan.segment[0].src_size, 4096);
	assert_int_equal(plan.fdt_ipa, RAM + RAM_SIZE - IMAGE_FDT_SIZE);
	assert_int_equal(plan.initrd_ipa, plan.fdt_ipa - 8192);
	assert_int_equal(plan.initrd_size, 5000);
	assert_int_equal(plan.segment[1].ipa, plan.initrd_ipa);
	assert_int_equal(plan.r[0], 0);
	assert_int_equal(plan.r[1], UINT32_MAX);
	assert_int_equal(plan.r[2], plan.fdt_ipa);
}

static void little_and_large_memory_suit_linux(void **state)
{
	(void)state;
	vm.kernel = zimage();
	vm.region[0].size = 64 * MIB;
	plan_good();
	assert_int_equal(plan.entry, RAM + 0x10000);
	vm.region[0].size = 0x80000000;
	plan_good();
	assert_int_equal(plan.fdt_ipa, RAM + 512 * MIB - IMAGE_FDT_SIZE);
}

static void a_bad_zimage_is_refused(void **state)
{
	uint8_t truncated[48];

	(void)state;
	vm.kernel = zimage();
	memcpy(truncated, vm.kernel.data, sizeof(truncated));
	vm.kernel = (struct blob){ truncated, sizeof(truncated) };
	assert_refused("kernel: zImage is shorter than its header says");
	vm.kernel = zimage();
	vm.region[0].ipa = RAM + MIB;
	assert_refused("memory: expected the first region at a multiple of 2 MiB");
	vm.region[0].ipa = RAM;
	vm.entry = RAM;
	assert_refused("entry: expected none");
}

static void a_ramdisk_that_does_not_fit_is_refused(void **state)
{
	static uint8_t ramdisk[2 * MIB];

	(void)state;
	vm.kernel = zimage();
	vm.region[0].size = 2 * MIB;
	vm.initrd = (struct blob){ ramdisk, sizeof(ramdisk) };
	assert_refused("initrd: no room in memory");
	vm.initrd.data = NULL;
	plan_good();
	vm.region[0].size = 0x11000;
	assert_refused("memory: no room for the FDT");
}

static void a_linked_zimage_goes_where_it_is_linked(void **state)
{
	uint8_t *image;

	(void)state;
	vm.kernel = zimage();
	image = (uint8_t *)(uintptr_t)vm.kernel.data;
	put32(image + 0x28, RAM + 0x300000);
	put32(image + 0x2c, RAM + 0x301000);
	plan_good();
	assert_int_equal(plan.entry, RAM + 0x300000);
	put32(image + 0x28, 0x10000000);
	put32(image + 0x2c, 0x10001000);
	assert_refused("kernel: 0x10000000+0x1000: expected to be within one memory region");
}

static void elf_segments_are_loaded_and_cleared(void **state)
{
	uint8_t *image = elf(RAM + 0x8011);

	(void)state;
	vm.kernel = (struct blob){ image, ELF_SIZE };
	plan_good();
	assert_int_equal(plan.kind, IMAGE_ELF);
	assert_int_equal(plan.n_segments, 2);
	assert_int_equal(plan.segment[0].ipa, RAM + 0x8000);
	assert_ptr_equal(plan.segment[0].src, image + 116);
	assert_int_equal(plan.segment[0].src_size, 128);
	assert_int_equal(plan.segment[0].zero_size, 0x1000 - 128);
	assert_int_equal(plan.segment[1].ipa, RAM + 0x10000);
	assert_int_equal(plan.entry, RAM + 0x8010);
	assert_true(plan.thumb);
}

static void an_empty_elf_segment_is_left_out(void **state)
{
	uint8_t *image = elf(RAM + 0x8000);

	(void)state;
	put_load(image + 84, (struct load){ 244, 0, 0, 0, 0 });
	vm.kernel = (struct blob){ image, ELF_SIZE };
	plan_good();
	assert_int_equal(plan.n_segments, 1);
	assert_int_equal(plan.entry, RAM + 0x8000);
}

static void an_elf_of_many_segments_is_refused(void **state)
{
	static uint8_t image[52 + 18 * 32];

	(void)state;
	memcpy(image, elf(RAM), 52);
	for (uint32_t i = 0; i < 18; i++)
		put_load(image + 52 + 32 * i, (struct load){ 0, RAM + 64 * i, RAM + 64 * i, 4, 4 });
	put32(image + 42, 17u << 16 | 32);
	vm.kernel = (struct blob){ image, sizeof(image) };
	plan_good();
	assert_int_equal(plan.n_segments, 17);
	put32(image + 42, 18u << 16 | 32);
	assert_refused("kernel: too many segments");
	put32(image + 42, 65u << 16 | 32);
	assert_refused("kernel: ELF program headers");
}

static void an_elf_entry_is_made_physical(void **state)
{
	(void)state;
	vm.kernel = (struct blob){ elf(0x80010040), ELF_SIZE };
	plan_good();
	assert_int_equal(plan.entry, RAM + 0x10040);
	assert_false(plan.thumb);
	vm.kernel = (struct blob){ elf(0x80010080), ELF_SIZE };
	assert_refused("entry: expected an address within an image");
	vm.kernel = (struct blob){ elf(0x90000000), ELF_SIZE };
	assert_refused("entry: expected an address within an image");
}

static void a_bad_elf_is_refused(void **state)
{
	uint8_t *image = elf(RAM + 0x8000);

	(void)state;
	vm.kernel = (struct blob){ image, 40 };
	assert_refused("ELF header is truncated");
	vm.kernel.size = 100;
	assert_refused("ELF program headers are not within the file");
	vm.kernel.size = ELF_SIZE - 1;
	assert_refused("ELF segment is not within the file");
	vm.kernel.size = ELF_SIZE;
	vm.load_address = RAM;
	assert_refused("load-address: expected none");
	vm.load_address = CONFIG_NO_ADDRESS;
	put32(image + 84 + 12, RAM + 0x8800);
	assert_refused("kernel: 0x40008800+0x80 overlaps another image");
	put32(image + 84 + 12, RAM + RAM_SIZE - 64);
	assert_refused("expected to be within one memory region");
	put32(image + 84 + 12, 0xffffffc0);
	assert_refused("expected to be within one memory region");
	put32(image + 84 + 20, 64);
	assert_refused("ELF segment is not within the file");
	image[4] = 2;
	assert_refused("expected an ELF executable for 32-bit little-endian Arm");
}

static void a_raw_image_needs_its_address(void **state)
{
	static uint8_t raw[100] = { 1, 2, 3 };

	(void)state;
	vm.kernel = (struct blob){ raw, sizeof(raw) };
	assert_refused("kernel: neither zImage nor ELF: expected load-address");
	vm.load_address = RAM + 0x10000;
	plan_good();
	assert_int_equal(plan.kind, IMAGE_RAW);
	assert_int_equal(plan.entry, RAM + 0x10000);
	vm.entry = RAM + 0x10041;
	plan_good();
	assert_int_equal(plan.entry, RAM + 0x10040);
	assert_true(plan.thumb);
	vm.entry = RAM;
	assert_refused("entry: expected an address within an image");
	vm.entry = RAM + 0x10002;
	assert_refused("entry: expected");
	vm.entry = CONFIG_NO_ADDRESS;
	vm.load_address = RAM - 4;
	assert_refused("expected to be within one memory region");
}

static void a_preloaded_image_goes_to_its_offset(void **state)
{
	static uint8_t rom[512];

	(void)state;
	vm.region[0].image = (struct blob){ rom, sizeof(rom) };
	vm.region[0].image_offset = 0x8000;
	vm.entry = RAM + 0x8000;
	plan_good();
	assert_int_equal(plan.n_segments, 1);
	assert_int_equal(plan.segment[0].ipa, RAM + 0x8000);
	assert_ptr_equal(plan.segment[0].src, rom);
	assert_int_equal(plan.segment[0].zero_size, 0);
	vm.entry = RAM + 0x8200;
	assert_refused("entry: expected an address within an image");
}

/* As U-Boot: in place in a ROM at 0, the FDT at the foot of RAM. */
static void firmware_runs_in_place(void **state)
{
	static uint8_t rom[512];
	static uint8_t ramdisk[512];

	(void)state;
	vm.region[1] = (struct region){ .kind = REGION_ROM,
					.ipa = 0,
					.size = 4096,
					.image = { rom, sizeof(rom) },
					.image_offset = 0,
					.name = "flash" };
	vm.n_regions = 2;
	vm.fdt_at_ram_base = true;
	assert_refused("kernel: expected kernel, or entry");
	vm.entry = 0;
	vm.initrd = (struct blob){ ramdisk, sizeof(ramdisk) };
	plan_good();
	assert_int_equal(plan.kind, IMAGE_NONE);
	assert_int_equal(plan.entry, 0);
	assert_int_equal(plan.fdt_ipa, RAM);
	assert_int_equal(plan.initrd_ipa, RAM + RAM_SIZE - 4096);
	assert_int_equal(plan.segment[0].src_size, 512);
	vm.region[0].size = IMAGE_FDT_SIZE;
	assert_refused("initrd: no room");
	vm.region[0].size = RAM_SIZE;
	vm.entry = 0x200;
	assert_refused("entry: expected an address within an image");
	vm.entry = CONFIG_NO_ADDRESS;
	vm.kernel = (struct blob){ ramdisk, sizeof(ramdisk) };
	vm.load_address = RAM + 0x1000;
	assert_refused("fdt-at-ram-base: an image is there");
}

/* However the ELF is broken, what is planned stays within memory and file. */
static void check_variant(struct bytes variant, void *context)
{
	unsigned int *planned = context;

	vm.kernel = (struct blob){ variant.data, (uint32_t)variant.size };
	if (!image_plan(&plan, &vm, &error))
		return;
	(*planned)++;
	assert_in_range(plan.n_segments, 1, IMAGE_MAX_SEGMENTS);
	for (unsigned int i = 0; i < plan.n_segments; i++) {
		const struct image_segment *segment = &plan.segment[i];

		assert_non_null(config_find_region(&vm, segment->ipa,
						   segment->src_size + segment->zero_size));
		assert_in_range(segment->src, variant.data, variant.data + variant.size);
		assert_in_range(segment->src_size, 0, variant.data + variant.size - segment->src);
	}
	assert_non_null(config_find_region(&vm, plan.fdt_ipa, IMAGE_FDT_SIZE));
}

static void corrupt_elves_do_no_harm(void **state)
{
	struct bytes good = { elf(RAM + 0x8000), ELF_SIZE };
	unsigned int planned = 0;

	(void)state;
	for_each_corruption(good, check_variant, &planned);
	assert_in_range(planned, 1, ELF_SIZE * 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(linux_is_laid_out_as_it_asks, setup),
		cmocka_unit_test_setup(little_and_large_memory_suit_linux, setup),
		cmocka_unit_test_setup(a_bad_zimage_is_refused, setup),
		cmocka_unit_test_setup(a_ramdisk_that_does_not_fit_is_refused, setup),
		cmocka_unit_test_setup(a_linked_zimage_goes_where_it_is_linked, setup),
		cmocka_unit_test_setup(elf_segments_are_loaded_and_cleared, setup),
		cmocka_unit_test_setup(an_empty_elf_segment_is_left_out, setup),
		cmocka_unit_test_setup(an_elf_of_many_segments_is_refused, setup),
		cmocka_unit_test_setup(an_elf_entry_is_made_physical, setup),
		cmocka_unit_test_setup(a_bad_elf_is_refused, setup),
		cmocka_unit_test_setup(a_raw_image_needs_its_address, setup),
		cmocka_unit_test_setup(a_preloaded_image_goes_to_its_offset, setup),
		cmocka_unit_test_setup(firmware_runs_in_place, setup),
		cmocka_unit_test_setup(corrupt_elves_do_no_harm, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
