// SPDX-License-Identifier: BSD-2-Clause
/* What is read of a machine from its description. */
#include <stdlib.h>
#include <string.h>

#include "machine_support.h"

static void assert_range(struct phys_range range, uint64_t base, uint64_t size)
{
	assert_int_equal(range.base, base);
	assert_int_equal(range.size, size);
}

static void check_virt_gic_and_timer(void)
{
	assert_range(machine.gic.gicd, 0x08000000, 0x10000);
	assert_range(machine.gic.gicc, 0x08010000, 0x10000);
	assert_range(machine.gic.gich, 0x08030000, 0x10000);
	assert_range(machine.gic.gicv, 0x08040000, 0x10000);
	assert_int_equal(machine.gic.maintenance_intid, 25);
	assert_int_equal(machine.timer.secure_intid, 29);
	assert_int_equal(machine.timer.physical_intid, 30);
	assert_int_equal(machine.timer.virtual_intid, 27);
	assert_int_equal(machine.timer.hyp_intid, 26);
	assert_int_equal(machine.timer.clock_frequency, 0);
	assert_int_equal(machine.psci.method, MACHINE_PSCI_SMC);
	assert_true(machine.psci.v0_2);
	assert_int_equal(machine.psci.cpu_on, 0x84000003);
	assert_int_equal(machine.psci.cpu_off, 0x84000002);
}

static void virt_is_read_in_full(void **state)
{
	struct bytes fdt = fixture("virt.dts");

	(void)state;
	parse_good(fdt);
	check_virt_gic_and_timer();
	assert_true(machine.is_qemu_virt);
	assert_int_equal(machine.n_memory, 2);
	assert_range(machine.memory[0], 0x40000000, 0x40000000);
	assert_range(machine.memory[1], 0x100000000, 0x80000000);
	assert_int_equal(machine.n_reserved, 2);
	assert_range(machine.reserved[0], 0x48000000, 0x1000);
	assert_range(machine.reserved[1], 0x7ff00000, 0x100000);
	assert_int_equal(machine.n_cpus, 2);
	assert_int_equal(machine.mpidr[0], 0);
	assert_int_equal(machine.mpidr[1], 0x101);
	assert_int_equal(machine.uart.kind, MACHINE_UART_PL011);
	assert_int_equal(machine.uart.base, 0x09040000);
	assert_int_equal(machine.uart.intid, 40);
	assert_range(machine.initrd, 0x48000000, 0x123456);
	assert_string_equal(machine.bootargs, "loglevel=1");
	free(fdt.data);
}

static void sunxi_is_read_through_its_bus(void **state)
{
	struct bytes fdt = fixture("sunxi.dts");

	(void)state;
	parse_good(fdt);
	assert_false(machine.is_qemu_virt);
	assert_range(machine.gic.gicd, 0x01c81000, 0x1000);
	assert_range(machine.gic.gicc, 0x01c82000, 0x2000);
	assert_range(machine.gic.gicv, 0x01c86000, 0x2000);
	assert_int_equal(machine.uart.kind, MACHINE_UART_NS16550);
	assert_int_equal(machine.uart.base, 0x01c28000);
	assert_int_equal(machine.uart.intid, 32);
	assert_int_equal(machine.uart.reg_shift, 2);
	assert_int_equal(machine.uart.reg_io_width, 4);
	assert_int_equal(machine.uart.baud, 115200);
	assert_int_equal(machine.timer.clock_frequency, 24000000);
	assert_int_equal(machine.psci.method, MACHINE_PSCI_SMC);
	assert_false(machine.psci.v0_2);
	assert_int_equal(machine.psci.cpu_on, 0x95c1ba60);
	assert_int_equal(machine.psci.cpu_off, 0x95c1ba5f);
	assert_range(machine.initrd, 0x43300000, 0x100000);
	assert_string_equal(machine.bootargs, "");
	free(fdt.data);
}

static void vexpress_maps_addresses_and_interrupts(void **state)
{
	struct bytes fdt = fixture("vexpress.dts");

	(void)state;
	parse_good(fdt);
	assert_int_equal(machine.uart.kind, MACHINE_UART_PL011);
	assert_int_equal(machine.uart.base, 0x1c090000);
	assert_int_equal(machine.uart.intid, 37);
	assert_int_equal(machine.psci.method, MACHINE_PSCI_NONE);
	free(fdt.data);
}

static void without_stdout_the_first_enabled_uart_is_it(void **state)
{
	struct bytes fdt = writable(fixture("sunxi.dts"));

	(void)state;
	assert_int_equal(fdt_delprop(fdt.data, node_at(fdt, "/chosen"), "stdout-path"), 0);
	parse_good(fdt);
	assert_int_equal(machine.uart.base, 0x01c27800);
	assert_int_equal(machine.uart.intid, 33);
	assert_int_equal(machine.uart.baud, 0);
	free(fdt.data);
}

static void set_chosen(struct bytes fdt, const char *stdout_path)
{
	int size = (int)strlen(stdout_path) + 1;
	int node = node_at(fdt, "/chosen");

	assert_int_equal(fdt_setprop(fdt.data, node, "stdout-path", stdout_path, size), 0);
}

static void register_shift_and_width_have_limits(void **state)
{
	struct bytes fdt = writable(fixture("sunxi.dts"));
	int node = node_at(fdt, "/soc/serial@1000");

	(void)state;
	assert_int_equal(fdt_setprop_inplace_u32(fdt.data, node, "reg-shift", 4), 0);
	parse_good(fdt);
	assert_int_equal(machine.uart.base, 0x01c28000);
	assert_int_equal(machine.uart.reg_shift, 4);
	assert_int_equal(fdt_setprop_inplace_u32(fdt.data, node, "reg-shift", 5), 0);
	parse_good(fdt);
	assert_int_equal(machine.uart.base, 0x01c27800);
	free(fdt.data);
}

static void an_unknown_stdout_is_no_stdout(void **state)
{
	static const char *const paths[] = { "serial1:9600",   "/soc",	       "/soc/serial@1000/x",
					     "/soc/serial@10", "/serial@1000", "",
					     ":9600" };
	struct bytes fdt = writable(fixture("sunxi.dts"));

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		set_chosen(fdt, paths[i]);
		parse_good(fdt);
		assert_int_equal(machine.uart.base, 0x01c27800);
		assert_int_equal(machine.uart.baud, 0);
	}
	set_chosen(fdt, "/soc/serial@400:9600");
	parse_good(fdt);
	assert_int_equal(machine.uart.base, 0x01c27400);
	assert_int_equal(machine.uart.intid, 41);
	assert_int_equal(machine.uart.baud, 9600);
	free(fdt.data);
}

static void random_numbers_are_taken_whole_or_not_at_all(void **state)
{
	struct bytes fdt = writable(fixture("sunxi.dts"));
	int node = node_at(fdt, "/chosen");
	uint8_t seed[RNG_SEED_SIZE];
	struct rng rng;

	(void)state;
	parse_good(fdt);
	assert_false(machine.has_rng);
	memset(seed, 0x5a, sizeof(seed));
	assert_int_equal(fdt_setprop(fdt.data, node, "rng-seed", seed, sizeof(seed) - 1), 0);
	parse_good(fdt);
	assert_false(machine.has_rng);
	assert_int_equal(fdt_setprop(fdt.data, node, "rng-seed", seed, sizeof(seed)), 0);
	parse_good(fdt);
	assert_true(machine.has_rng);
	rng_init(&rng, seed, sizeof(seed));
	assert_memory_equal(&machine.rng, &rng, sizeof(rng));
	free(fdt.data);
}

static void a_uart_on_a_ppi_is_polled(void **state)
{
	struct bytes fdt = writable(fixture("sunxi.dts"));
	const fdt32_t interrupts[][3] = {
		{ cpu_to_fdt32(1), cpu_to_fdt32(3), cpu_to_fdt32(4) },
		{ cpu_to_fdt32(0), cpu_to_fdt32(988), cpu_to_fdt32(4) },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(fdt_setprop(fdt.data, node_at(fdt, "/soc/serial@1000"),
					     "interrupts", interrupts[i], 12),
				 0);
		parse_good(fdt);
		assert_int_equal(machine.uart.base, 0x01c28000);
		assert_int_equal(machine.uart.intid, 0);
	}
	free(fdt.data);
}

static void a_foreign_interrupt_parent_gives_no_intid(void **state)
{
	struct bytes fdt = writable(fixture("sunxi.dts"));

	(void)state;
	assert_int_equal(
		fdt_setprop_u32(fdt.data, node_at(fdt, "/soc/serial@1000"), "interrupt-parent", 77),
		0);
	parse_good(fdt);
	assert_int_equal(machine.uart.base, 0x01c28000);
	assert_int_equal(machine.uart.intid, 0);
	free(fdt.data);
}

#ifdef QEMU_VIRT_DTB
static void qemu_describes_itself_so(void **state)
{
	struct bytes fdt = bytes_from_file(QEMU_VIRT_DTB);

	(void)state;
	parse_good(fdt);
	check_virt_gic_and_timer();
	assert_true(machine.is_qemu_virt);
	assert_int_equal(machine.n_cpus, 4);
	assert_int_equal(machine.mpidr[3], 3);
	assert_int_equal(machine.n_memory, 1);
	assert_range(machine.memory[0], 0x40000000, 0x20000000);
	assert_int_equal(machine.uart.kind, MACHINE_UART_PL011);
	assert_int_equal(machine.uart.base, 0x09000000);
	assert_int_equal(machine.uart.intid, 33);
	free(fdt.data);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(virt_is_read_in_full),
		cmocka_unit_test(sunxi_is_read_through_its_bus),
		cmocka_unit_test(vexpress_maps_addresses_and_interrupts),
		cmocka_unit_test(without_stdout_the_first_enabled_uart_is_it),
		cmocka_unit_test(register_shift_and_width_have_limits),
		cmocka_unit_test(an_unknown_stdout_is_no_stdout),
		cmocka_unit_test(random_numbers_are_taken_whole_or_not_at_all),
		cmocka_unit_test(a_uart_on_a_ppi_is_polled),
		cmocka_unit_test(a_foreign_interrupt_parent_gives_no_intid),
#ifdef QEMU_VIRT_DTB
		cmocka_unit_test(qemu_describes_itself_so),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
