// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_support.h"
#include "hyp/image.h"

static struct config config;
static struct fmt_line error;

#define FULL                                                                                       \
	VMS_HEAD                                                                                   \
	"options { focus = \"rtos\"; no-colour; };"                                                \
	"shared-memory { box { size = <0x2000>;"                                                   \
	" linux { address = <0x0b000000>; };"                                                      \
	" rtos { address = <0x0c000000>; read-only; }; }; };"                                      \
	"vms {"                                                                                    \
	" linux { vcpus = <3>; cpus = <1 0 1>; priority = <0>; time-slice-us = <5000>;"            \
	"  spis = <988>; memory = <0x40000000 0x8000000>, <0xfff00000 0x100000>;"                  \
	"  kernel = \"zImage\"; initrd = \"rom\"; bootargs = \"console=ttyAMA0\";"                 \
	"  on-reset = \"stop\"; msi-spis = <64>;"                                                  \
	"  devices { gpio { compatible = \"arm,pl061\", \"arm,primecell\"; spi = <7>;"             \
	"   address = <0x09030000>; size = <0x1000>; served-by = \"boot\";"                        \
	"   properties { gpio-controller; #gpio-cells = <2>; }; };"                                \
	"  disk { compatible = \"virtio,mmio\"; address = <0x0a000000>; size = <0x200>;"           \
	"   spi = <16>; edge-triggered; timeout-ms = <20>; on-timeout = \"zeros\";"                \
	"   served-by = \"rtos\"; }; }; };"                                                        \
	" rtos { vcpus = <3>; severity = <15>; memory = <0x40000000 0x200000>; identity-memory;"   \
	"  kernel = \"raw\"; load-address = <0x40010000>; entry = <0x40010001>; };"                \
	" boot { memory = <0x40000000 0x400000>; entry = <0>; fdt-at-ram-base; no-console;"        \
	"  no-autostart; background; regions {"                                                    \
	"  flash { address = <0>; size = <0x3000>; image = \"rom\";"                               \
	"   image-offset = <0>; read-only; };"                                                     \
	"  scratch { address = <0x10000000>; size = <0x1000>; }; }; };"                            \
	"};" VMS_TAIL

static void check_linux(const struct vm_config *vm)
{
	assert_string_equal(vm->name, "linux");
	assert_int_equal(vm->n_vcpus, 3);
	assert_int_equal(vm->cpu[0], 1);
	assert_int_equal(vm->cpu[1], 0);
	assert_int_equal(vm->cpu[2], 1);
	assert_int_equal(vm->priority, 0);
	assert_int_equal(vm->severity, 0);
	assert_int_equal(vm->time_slice_us, 5000);
	assert_int_equal(vm->n_spis, 988);
	assert_int_equal(vm->n_regions, 2);
	assert_int_equal(vm->region[1].ipa, 0xfff00000);
	assert_int_equal(vm->region[1].size, 0x100000);
	assert_int_equal(vm->kernel.size, 64);
	assert_int_equal(vm->initrd.size, 8192);
	assert_string_equal(vm->bootargs, "console=ttyAMA0");
	assert_int_equal(vm->on_reset, VM_POLICY_STOP);
	assert_int_equal(vm->n_msi_spis, 64);
	assert_int_equal(vm->serves, 0);
}

static void check_devices(const struct vm_config *vm)
{
	const struct device_config *gpio = &vm->device[0];
	const struct device_config *disk = &vm->device[1];

	assert_int_equal(vm->n_devices, 2);
	assert_string_equal(gpio->name, "gpio");
	assert_int_equal(gpio->ipa, 0x09030000);
	assert_int_equal(gpio->size, 0x1000);
	assert_int_equal(gpio->intid, 39);
	assert_false(gpio->edge);
	assert_false(gpio->zeros);
	assert_int_equal(gpio->timeout_ms, CONFIG_DEFAULT_TIMEOUT_MS);
	assert_int_equal(gpio->compatible_size, sizeof("arm,pl061\0arm,primecell"));
	assert_int_not_equal(gpio->properties, CONFIG_NO_NODE);
	assert_int_equal(gpio->server, 2);
	assert_int_equal(disk->intid, 48);
	assert_true(disk->edge);
	assert_true(disk->zeros);
	assert_int_equal(disk->timeout_ms, 20);
	assert_int_equal(disk->server, 1);
	assert_int_equal(disk->properties, CONFIG_NO_NODE);
	assert_int_equal(config.vm[1].serves, 1);
	assert_int_equal(config.vm[2].serves, 1);
}

static void check_rtos(const struct vm_config *vm)
{
	assert_int_equal(vm->n_vcpus, 3);
	assert_int_equal(vm->cpu[0], 0);
	assert_int_equal(vm->cpu[1], 1);
	assert_int_equal(vm->cpu[2], 0);
	assert_int_equal(vm->priority, CONFIG_DEFAULT_PRIORITY);
	assert_int_equal(vm->severity, 15);
	assert_int_equal(vm->time_slice_us, 0);
	assert_int_equal(vm->n_spis, CONFIG_DEFAULT_SPIS);
	assert_true(vm->region[0].identity);
	assert_int_equal(vm->load_address, 0x40010000);
	assert_int_equal(vm->entry, 0x40010001);
	assert_null(vm->initrd.data);
	assert_string_equal(vm->bootargs, "");
	assert_false(vm->fdt_at_ram_base);
	assert_true(vm->console);
	assert_true(vm->autostart);
	assert_false(vm->background);
	assert_int_equal(vm->on_reset, VM_POLICY_RESET);
}

static void check_boot(const struct vm_config *vm)
{
	const struct region *flash = &vm->region[1];

	assert_int_equal(vm->n_vcpus, 1);
	assert_null(vm->kernel.data);
	assert_int_equal(vm->entry, 0);
	assert_true(vm->fdt_at_ram_base);
	assert_false(vm->console);
	assert_false(vm->autostart);
	assert_true(vm->background);
	assert_int_equal(vm->n_regions, 3);
	assert_string_equal(flash->name, "flash");
	assert_int_equal(flash->kind, REGION_ROM);
	assert_int_equal(flash->ipa, 0);
	assert_int_equal(flash->size, 0x3000);
	assert_int_equal(flash->image.size, 8192);
	assert_int_equal(vm->region[2].kind, REGION_RAM);
	assert_int_equal(vm->region[2].ipa, 0x10000000);
}

static void everything_that_is_said_is_read(void **state)
{
	struct bytes fit = config_load_good(&config, FULL);

	(void)state;
	assert_int_equal(config.n_vms, 3);
	check_linux(&config.vm[0]);
	check_devices(&config.vm[0]);
	check_rtos(&config.vm[1]);
	check_boot(&config.vm[2]);
	assert_int_equal(config.n_shm, 1);
	assert_string_equal(config.shm[0].name, "box");
	assert_int_equal(config.shm[0].size, 0x2000);
	assert_int_equal(config.shm[0].n_users, 2);
	assert_int_equal(config.shm[0].user[1].vm, 1);
	assert_int_equal(config.shm[0].user[1].ipa, 0x0c000000);
	assert_true(config.shm[0].user[1].read_only);
	assert_false(config.shm[0].user[0].read_only);
	assert_int_equal(config.options.focus, 1);
	assert_false(config.options.colour);
	free(fit.data);
}

/* The user guide's example is taken from the guide itself. */
static char *guide_example(void)
{
	struct bytes guide = bytes_from_file(GUIDE);
	char *text = calloc(1, guide.size + 1);
	char *start;
	char *end;

	assert_non_null(text);
	memcpy(text, guide.data, guide.size);
	free(guide.data);
	start = strstr(text, "```dts\n");
	assert_non_null(start);
	start += strlen("```dts\n");
	end = strstr(start, "```");
	assert_non_null(end);
	*end = '\0';
	memmove(text, start, strlen(start) + 1);
	return text;
}

static void the_guide_is_right(void **state)
{
	static uint8_t image[64] = { [0x24] = 0x18, 0x28, 0x6f, 0x01, [0x2c] = 64 };
	const struct named_image images[] = {
		{ "vmlinuz", image, sizeof(image) },
		{ "initrd.gz", image, 32 },
		{ "rtos.bin", image, 32 },
	};
	char *description = guide_example();
	struct bytes fit = pack_from_images(description, images, 3);
	struct pack pack;

	(void)state;
	assert_true(pack_open(&pack, fit.data, fit.size, &error));
	if (!config_load(&config, &pack, &test_machine, test_copy, sizeof(test_copy), &error))
		fail_msg("%s", error.text);
	assert_int_equal(config.n_vms, 2);
	assert_true(config.shm[0].user[1].read_only);
	free(fit.data);
	free(description);
}

static void regions_are_found_by_address(void **state)
{
	struct bytes fit = config_load_good(&config, FULL);
	const struct vm_config *vm = &config.vm[2];

	(void)state;
	assert_ptr_equal(config_find_region(vm, 0x40000000, 0x400000), &vm->region[0]);
	assert_ptr_equal(config_find_region(vm, 0x2fff, 1), &vm->region[1]);
	assert_null(config_find_region(vm, 0x2fff, 2));
	assert_null(config_find_region(vm, 0x3000, 0));
	assert_null(config_find_region(vm, 0x40000000, UINT32_MAX));
	free(fit.data);
}

/* n VMs of one megabyte each. */
static char *many_vms(unsigned int n)
{
	char *text = malloc(n * 128 + 128);
	size_t at = (size_t)sprintf(text, VMS_HEAD "vms {");

	for (unsigned int i = 0; i < n; i++)
		at += (size_t)sprintf(text + at,
				      "v%u { memory = <0x40000000 0x100000>; "
				      "kernel = \"raw\"; load-address = <0x40000000>; };",
				      i);
	sprintf(text + at, "};" VMS_TAIL);
	return text;
}

static void sixteen_vms_are_the_limit(void **state)
{
	char *description = many_vms(16);
	struct bytes fit = config_load_good(&config, description);
	struct pack pack;

	(void)state;
	assert_int_equal(config.n_vms, 16);
	free(fit.data);
	free(description);
	description = many_vms(17);
	fit = config_pack(description);
	assert_true(pack_open(&pack, fit.data, fit.size, &error));
	assert_false(
		config_load(&config, &pack, &test_machine, test_copy, sizeof(test_copy), &error));
	assert_string_equal(error.text, "/vms/v16: more than 16 VMs");
	free(fit.data);
	free(description);
}

static void a_pack_without_description_is_refused(void **state)
{
	struct bytes fit = config_pack(NULL);
	struct pack pack;

	(void)state;
	assert_true(pack_open(&pack, fit.data, fit.size, &error));
	assert_false(
		config_load(&config, &pack, &test_machine, test_copy, sizeof(test_copy), &error));
	assert_string_equal(error.text, "pack: there is no image \"vm-description\"");
	free(fit.data);
}

static void check_config(void)
{
	assert_in_range(config.n_vms, 1, CONFIG_MAX_VMS);
	assert_in_range(config.n_shm, 0, CONFIG_MAX_SHM);
	for (unsigned int i = 0; i < config.n_vms; i++) {
		const struct vm_config *vm = &config.vm[i];
		struct image_plan plan;

		assert_in_range(vm->n_vcpus, 1, CONFIG_MAX_VCPUS);
		assert_in_range(vm->n_regions, 1, CONFIG_MAX_REGIONS);
		assert_in_range(strlen(vm->bootargs), 0, CONFIG_BOOTARGS_SIZE - 1);
		for (unsigned int j = 0; j < vm->n_vcpus; j++)
			assert_in_range(vm->cpu[j], 0, test_machine.n_cpus - 1);
		assert_true(image_plan(&plan, vm, &error));
	}
}

/* The description is made corrupt within a pack that is sound. */
static void check_variant(struct bytes variant, void *context)
{
	unsigned int *loaded = context;
	const uint8_t rom[8192] = { 0 };
	const struct named_image images[] = {
		{ PACK_DESCRIPTION_NAME, variant.data, variant.size },
		{ "zImage", rom, 64 },
		{ "raw", rom, 64 },
		{ "rom", rom, sizeof(rom) },
	};
	struct bytes fit = pack_from_images(NULL, images, sizeof(images) / sizeof(images[0]));
	struct pack pack;

	error.text[0] = '\0';
	assert_true(pack_open(&pack, fit.data, fit.size, &error));
	if (config_load(&config, &pack, &test_machine, test_copy, sizeof(test_copy), &error)) {
		(*loaded)++;
		check_config();
	} else {
		assert_int_not_equal(error.text[0], '\0');
	}
	free(fit.data);
}

static void corrupt_descriptions_do_no_harm(void **state)
{
	struct bytes fdt = fdt_from_source(
		VMS_HEAD
		"vms { vm { " ONE_VM_PROPS "cpus = <0 1>; bootargs = \"text\"; "
		"regions { r { address = <0>; size = <0x3000>; image = \"rom\"; read-only; }; }; "
		"}; }; shared-memory { box { size = <0x1000>; vm { address = <0x0b000000>; }; "
		"}; };" VMS_TAIL);
	unsigned int loaded = 0;

	(void)state;
	check_variant(fdt, &loaded);
	assert_int_equal(loaded, 1);
	for_each_corruption(fdt, check_variant, &loaded);
	assert_in_range(loaded, 2, fdt.size * 3);
	free(fdt.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_is_said_is_read),
		cmocka_unit_test(the_guide_is_right),
		cmocka_unit_test(regions_are_found_by_address),
		cmocka_unit_test(sixteen_vms_are_the_limit),
		cmocka_unit_test(a_pack_without_description_is_refused),
		cmocka_unit_test(corrupt_descriptions_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
