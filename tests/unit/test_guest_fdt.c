// SPDX-License-Identifier: BSD-2-Clause
/* The FDT is read back with libfdt's own reading half. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libfdt.h>

#include "config_support.h"
#include "hyp/guest_fdt.h"

#define TWO_VMS                                                                                    \
	VMS_HEAD                                                                                   \
	"vms {"                                                                                    \
	" linux { vcpus = <2>; memory = <0x40000000 0x8000000>, <0xf0000000 0x1000000>;"           \
	"  kernel = \"zImage\"; initrd = \"rom\"; bootargs = \"quiet splash\";"                    \
	"  msi-spis = <8>; regions { f { address = <0>; size = <0x2000>; read-only; }; };"         \
	"  devices { gpio { compatible = \"arm,pl061\", \"arm,primecell\"; spi = <7>;"             \
	"   address = <0x09030000>; size = <0x1000>; served-by = \"mute\";"                        \
	"   properties { gpio-controller; #gpio-cells = <2>; label = \"lamps\"; }; };"             \
	"  disk { compatible = \"virtio,mmio\"; address = <0x0a000000>; size = <0x200>;"           \
	"   spi = <16>; edge-triggered; served-by = \"mute\"; };"                                  \
	"  plain { compatible = \"x\"; address = <0x10000>; size = <8>;"                           \
	"   served-by = \"mute\"; }; }; };"                                                        \
	" mute { memory = <0x40000000 0x200000>; kernel = \"raw\"; no-console;"                    \
	"  load-address = <0x40010000>; serves = \"linux\"; };"                                    \
	" alone { memory = <0x40000000 0x200000>; kernel = \"raw\";"                               \
	"  load-address = <0x40010000>; };"                                                        \
	"};"                                                                                       \
	"shared-memory { box { size = <0x2000>; linux { address = <0x0b000000>; };"                \
	" mute { address = <0x0c000000>; read-only; }; };"                                         \
	" other { size = <0x1000>; mute { address = <0x0d000000>; }; }; };" VMS_TAIL

static struct config config;
static uint8_t *rng_seed;
static struct image_plan plan;
static uint64_t fdt[IMAGE_FDT_SIZE / 8];
static struct fmt_line error;
static struct bytes fit;

static int setup(void **state)
{
	(void)state;
	fit = config_load_good(&config, TWO_VMS);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(fit.data);
	return 0;
}

static void build(unsigned int vm)
{
	memset(fdt, 0xff, sizeof(fdt));
	assert_true(image_plan(&plan, &config.vm[vm], &error));
	if (!guest_fdt_build(fdt, sizeof(fdt), &config, vm, &plan, &rng_seed, &error))
		fail_msg("%s", error.text);
	assert_int_equal(fdt_check_header(fdt), 0);
}

static void assert_bytes(const char *path, const char *name, const void *data, size_t size)
{
	int length;
	int node = fdt_path_offset(fdt, path);
	const void *value = fdt_getprop(fdt, node, name, &length);

	if (!value || (size_t)length != size || memcmp(value, data, size) != 0)
		fail_msg("%s: %s differs", path, name);
}

#define ASSERT_STRING(path, name, text) assert_bytes(path, name, text, sizeof(text))
#define ASSERT_CELLS(path, name, ...)                                                              \
	do {                                                                                       \
		const uint32_t cpu[] = { __VA_ARGS__ };                                            \
		fdt32_t cells[sizeof(cpu) / 4];                                                    \
		for (size_t i = 0; i < sizeof(cpu) / 4; i++)                                       \
			cells[i] = cpu_to_fdt32(cpu[i]);                                           \
		assert_bytes(path, name, cells, sizeof(cells));                                    \
	} while (0)

static void assert_absent(const char *path)
{
	assert_int_equal(fdt_path_offset(fdt, path), -FDT_ERR_NOTFOUND);
}

static void linux_gets_what_it_needs(void **state)
{
	(void)state;
	build(0);
	ASSERT_STRING("/", "compatible", "bellhop,vm\0linux,dummy-virt");
	ASSERT_STRING("/chosen", "bootargs", "quiet splash");
	ASSERT_STRING("/chosen", "stdout-path", "/pl011@9000000");
	ASSERT_CELLS("/chosen", "linux,initrd-start", plan.initrd_ipa);
	ASSERT_CELLS("/chosen", "linux,initrd-end", plan.initrd_ipa + 8192);
	ASSERT_STRING("/aliases", "serial0", "/pl011@9000000");
	ASSERT_STRING("/pl011@9000000", "compatible", "arm,pl011\0arm,primecell");
	ASSERT_CELLS("/pl011@9000000", "interrupts", 0, 1, 4);
	ASSERT_STRING("/pl011@9000000", "clock-names", "uartclk\0apb_pclk");
	ASSERT_CELLS("/pl011@9000000", "clocks", 2, 2);
	ASSERT_CELLS("/apb-pclk", "phandle", 2);
	ASSERT_CELLS("/apb-pclk", "clock-frequency", 24000000);
	ASSERT_STRING("/psci", "compatible", "arm,psci-1.0\0arm,psci-0.2\0arm,psci");
	ASSERT_STRING("/psci", "method", "hvc");
}

static void cpus_timer_and_gic_are_those_of_virt(void **state)
{
	(void)state;
	build(0);
	ASSERT_CELLS("/cpus/cpu@0", "reg", 0);
	ASSERT_CELLS("/cpus/cpu@1", "reg", 1);
	ASSERT_STRING("/cpus/cpu@1", "enable-method", "psci");
	assert_absent("/cpus/cpu@2");
	ASSERT_CELLS("/timer", "interrupts", 1, 13, 0x304, 1, 14, 0x304, 1, 11, 0x304, 1, 10,
		     0x304);
	ASSERT_STRING("/timer", "compatible", "arm,armv7-timer");
	ASSERT_CELLS("/", "interrupt-parent", 1);
	ASSERT_CELLS("/intc@8000000", "phandle", 1);
	ASSERT_CELLS("/intc@8000000", "#interrupt-cells", 3);
	ASSERT_STRING("/intc@8000000", "compatible", "arm,cortex-a15-gic");
	ASSERT_CELLS("/intc@8000000", "reg", 0, 0x08000000, 0, 0x10000, 0, 0x08010000, 0, 0x2000);
}

static void ram_and_shared_memory_are_listed_but_no_rom(void **state)
{
	(void)state;
	build(0);
	ASSERT_CELLS("/memory@40000000", "reg", 0, 0x40000000, 0, 0x8000000);
	ASSERT_CELLS("/memory@f0000000", "reg", 0, 0xf0000000, 0, 0x1000000);
	assert_absent("/memory@0");
	ASSERT_CELLS("/shared-memory@b000000", "reg", 0, 0x0b000000, 0, 0x2000);
	ASSERT_STRING("/shared-memory@b000000", "label", "box");
	ASSERT_STRING("/shared-memory@b000000", "compatible", "bellhop,shared-memory");
	assert_absent("/shared-memory@c000000");
	assert_absent("/shared-memory@d000000");
}

static void who_may_ring_whom(void **state)
{
	(void)state;
	build(0);
	ASSERT_STRING("/bellhop", "compatible", "bellhop,hypervisor-1");
	ASSERT_CELLS("/bellhop", "vm-id", 0);
	ASSERT_CELLS("/bellhop/mute", "vm-id", 1);
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/bellhop/mute"), "served", NULL));
	assert_absent("/bellhop/alone");
	build(1);
	ASSERT_CELLS("/bellhop", "vm-id", 1);
	ASSERT_CELLS("/bellhop/linux", "vm-id", 0);
	assert_bytes("/bellhop/linux", "served", "", 0);
	build(2);
	ASSERT_CELLS("/bellhop", "vm-id", 2);
	assert_absent("/bellhop/linux");
}

static void random_numbers_have_a_place_where_there_are_any(void **state)
{
	uint8_t seed[RNG_SEED_SIZE];

	(void)state;
	build(0);
	memset(seed, 0xa5, sizeof(seed));
	memcpy(rng_seed, seed, sizeof(seed));
	assert_bytes("/chosen", "rng-seed", seed, sizeof(seed));
	ASSERT_STRING("/chosen", "bootargs", "quiet splash");
	assert_true(guest_fdt_build(fdt, sizeof(fdt), &config, 0, &plan, NULL, &error));
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "rng-seed", NULL));
}

static void a_vm_without_console_has_no_uart(void **state)
{
	(void)state;
	build(1);
	assert_absent("/pl011@9000000");
	assert_absent("/aliases");
	assert_int_equal(fdt_path_offset(fdt, "/chosen") < 0, 0);
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "stdout-path", NULL));
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "linux,initrd-start", NULL));
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs", NULL));
	ASSERT_CELLS("/timer", "interrupts", 1, 13, 0x104, 1, 14, 0x104, 1, 11, 0x104, 1, 10,
		     0x104);
	assert_bytes("/shared-memory@c000000", "read-only", "", 0);
	ASSERT_STRING("/shared-memory@d000000", "label", "other");
	assert_absent("/shared-memory@b000000");
}

static void dtc_has_nothing_to_complain_about(void **state)
{
	char path[] = "/tmp/bellhop-test.XXXXXX";
	char command[256];
	int fd = mkstemp(path);

	(void)state;
	build(0);
	assert_int_equal(write(fd, fdt, fdt_totalsize(fdt)), fdt_totalsize(fdt));
	close(fd);
	snprintf(command, sizeof(command), "test -z \"$(%s -I dtb -O dts %s 2>&1 >/dev/null)\"",
		 DTC, path);
	assert_int_equal(system(command), 0);
	unlink(path);
}

static void the_limits_fit(void **state)
{
	static char bootargs[CONFIG_BOOTARGS_SIZE];
	struct vm_config *vm = &config.vm[0];

	(void)state;
	memset(bootargs, 'x', sizeof(bootargs) - 1);
	vm->bootargs = bootargs;
	vm->n_vcpus = CONFIG_MAX_VCPUS;
	for (uint32_t i = 0; i < CONFIG_MAX_REGIONS; i++)
		vm->region[i] =
			(struct region){ .ipa = 0x40000000 + i * 0x8000000, .size = 0x8000000 };
	vm->n_regions = CONFIG_MAX_REGIONS;
	for (uint32_t i = 0; i < CONFIG_MAX_SHM; i++) {
		config.shm[i] = config.shm[0];
		memset(config.shm[i].name, 'n', CONFIG_NAME_SIZE - 1);
		config.shm[i].user[0].ipa = 0x20000000 + i * 0x10000;
	}
	config.n_shm = CONFIG_MAX_SHM;
	for (uint32_t i = 0; i < CONFIG_MAX_DEVICES; i++)
		vm->device[i] = vm->device[0];
	vm->n_devices = CONFIG_MAX_DEVICES;
	build(0);
}

static void what_does_not_fit_is_an_error(void **state)
{
	(void)state;
	build(0);
	for (uint32_t size = 0; size < fdt_totalsize(fdt); size += 4) {
		uint64_t *small = malloc(size + 1);

		assert_non_null(small);
		if (guest_fdt_build(small, size, &config, 0, &plan, &rng_seed, &error))
			assert_int_equal(fdt_check_header(small), 0);
		else
			assert_non_null(strstr(error.text, "/vms/linux: the FDT does not fit in"));
		free(small);
	}
	assert_false(guest_fdt_build(fdt, 512, &config, 0, &plan, &rng_seed, &error));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void devices_that_another_vm_serves(void **state)
{
	(void)state;
	build(0);
	ASSERT_STRING("/gpio@9030000", "compatible", "arm,pl061\0arm,primecell");
	ASSERT_CELLS("/gpio@9030000", "reg", 0, 0x09030000, 0, 0x1000);
	ASSERT_CELLS("/gpio@9030000", "interrupts", 0, 7, 4);
	ASSERT_STRING("/gpio@9030000", "clock-names", "apb_pclk");
	ASSERT_CELLS("/gpio@9030000", "clocks",
		     fdt_get_phandle(fdt, fdt_path_offset(fdt, "/apb-pclk")));
	ASSERT_CELLS("/gpio@9030000", "#gpio-cells", 2);
	ASSERT_STRING("/gpio@9030000", "label", "lamps");
	assert_bytes("/gpio@9030000", "gpio-controller", "", 0);
	ASSERT_CELLS("/disk@a000000", "interrupts", 0, 16, 1);
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/disk@a000000"), "clocks", NULL));
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/plain@10000"), "interrupts", NULL));
	build(1);
	assert_absent("/gpio@9030000");
	assert_absent("/apb-pclk");
}

static void the_node_bellhop_names_who_serves_whom(void **state)
{
	(void)state;
	build(0);
	ASSERT_STRING("/bellhop", "compatible", "bellhop,hypervisor-1");
	ASSERT_CELLS("/bellhop", "vm-id", 0);
	ASSERT_CELLS("/bellhop/mute", "vm-id", 1);
	assert_absent("/bellhop/linux");
	assert_absent("/bellhop/mute/gpio");
	build(1);
	ASSERT_CELLS("/bellhop", "vm-id", 1);
	ASSERT_CELLS("/bellhop/linux", "vm-id", 0);
	ASSERT_CELLS("/bellhop/linux/gpio", "address", 0x09030000);
	ASSERT_CELLS("/bellhop/linux/gpio", "size", 0x1000);
	ASSERT_CELLS("/bellhop/linux/gpio", "intid", 39);
	assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/bellhop/linux/plain"), "intid", NULL));
}

static void a_frame_for_msis(void **state)
{
	(void)state;
	build(0);
	ASSERT_STRING("/intc@8000000/v2m@8020000", "compatible", "arm,gic-v2m-frame");
	ASSERT_CELLS("/intc@8000000/v2m@8020000", "reg", 0, 0x08020000, 0, 0x1000);
	assert_bytes("/intc@8000000/v2m@8020000", "msi-controller", "", 0);
	ASSERT_CELLS("/intc@8000000", "#address-cells", 2);
	build(1);
	assert_absent("/intc@8000000/v2m@8020000");
	ASSERT_CELLS("/intc@8000000", "#address-cells", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(linux_gets_what_it_needs),
		TEST(cpus_timer_and_gic_are_those_of_virt),
		TEST(ram_and_shared_memory_are_listed_but_no_rom),
		TEST(random_numbers_have_a_place_where_there_are_any),
		TEST(who_may_ring_whom),
		TEST(random_numbers_have_a_place_where_there_are_any),
		TEST(a_vm_without_console_has_no_uart),
		TEST(devices_that_another_vm_serves),
		TEST(the_node_bellhop_names_who_serves_whom),
		TEST(a_frame_for_msis),
		TEST(dtc_has_nothing_to_complain_about),
		TEST(the_limits_fit),
		TEST(what_does_not_fit_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
