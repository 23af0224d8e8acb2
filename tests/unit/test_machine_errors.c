// SPDX-License-Identifier: BSD-2-Clause
/* Descriptions of machines that are refused, and what is said of them; and corrupt ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine_support.h"

static void assert_refused(struct bytes fdt, const char *text)
{
	assert_false(machine_parse(&machine, fdt.data, fdt.size, &machine_error));
	if (!strstr(machine_error.text, text))
		fail_msg("\"%s\" does not say \"%s\"", machine_error.text, text);
	free(fdt.data);
}

static struct bytes without(const char *path)
{
	struct bytes fdt = writable(fixture("virt.dts"));

	assert_int_equal(fdt_del_node(fdt.data, node_at(fdt, path)), 0);
	return fdt;
}

static void what_is_missing_is_named(void **state)
{
	struct bytes fdt;
	uint8_t reg[32] = { 0 };

	(void)state;
	assert_refused(without("/memory"), "/memory: no memory range");
	assert_refused(without("/cpus"), "/cpus: no CPU");
	assert_refused(without("/intc"), "no GICv2 with virtualization extensions");
	assert_refused(without("/timer"), "no generic timer");

	fdt = writable(fixture("virt.dts"));
	assert_int_equal(fdt_setprop(fdt.data, node_at(fdt, "/intc"), "reg", reg, sizeof(reg)), 0);
	assert_refused(fdt, "/intc@8000000: no GICv2 with virtualization extensions");
	/* The console comes later in the tree and is still there to print that line. */
	assert_int_equal(machine.uart.base, 0x09040000);

	fdt = writable(fixture("sunxi.dts"));
	assert_int_equal(fdt_delprop(fdt.data, node_at(fdt, "/soc"), "ranges"), 0);
	assert_refused(fdt, "/soc/interrupt-controller@101000: no GICv2");

	fdt = writable(fixture("virt.dts"));
	assert_int_equal(fdt_setprop_string(fdt.data, node_at(fdt, "/psci"), "method", "smoke"), 0);
	assert_refused(fdt, "/psci: method: expected \"smc\" or \"hvc\"");
}

static void too_many_cpus_and_ranges_are_refused(void **state)
{
	struct bytes fdt = writable(fixture("virt.dts"));
	uint8_t reg[17 * 16];
	char name[16];

	(void)state;
	memset(reg, 1, sizeof(reg));
	assert_int_equal(fdt_setprop(fdt.data, node_at(fdt, "/memory"), "reg", reg, sizeof(reg)),
			 0);
	assert_refused(fdt, "/memory@40000000: too many");

	fdt = writable(fixture("virt.dts"));
	for (uint32_t i = 3; i < 10; i++) {
		int node;

		snprintf(name, sizeof(name), "cpu@%u", i);
		node = fdt_add_subnode(fdt.data, node_at(fdt, "/cpus"), name);
		assert_true(node >= 0);
		assert_int_equal(fdt_setprop_string(fdt.data, node, "device_type", "cpu"), 0);
		assert_int_equal(fdt_setprop_u32(fdt.data, node, "reg", i), 0);
	}
	assert_refused(fdt, "more CPUs than a GICv2");
}

static void bad_headers_are_refused(void **state)
{
	struct bytes fdt = fixture("virt.dts");

	(void)state;
	assert_false(machine_parse(&machine, fdt.data + 4, fdt.size - 4, &machine_error));
	assert_string_equal(machine_error.text, "FDT: bad header: libfdt error -19");
	assert_false(machine_parse(&machine, fdt.data, fdt.size - 1, &machine_error));
	assert_false(machine_parse(&machine, fdt.data, 8, &machine_error));
	fdt_set_version(fdt.data, 16); /* does not say how long its structure block is */
	assert_false(machine_parse(&machine, fdt.data, fdt.size, &machine_error));
	assert_string_equal(machine_error.text, "FDT: bad header: libfdt error -10");
	fdt_set_version(fdt.data, 17);
	fdt.data[0] = 0;
	assert_refused(fdt, "FDT: bad header");
}

/* Its size says a MiB, its blocks end where the sanitizer begins. */
static void room_behind_the_blocks_is_not_touched(void **state)
{
	struct bytes fdt = fixture("virt.dts");

	(void)state;
	fdt_set_totalsize(fdt.data, 0x100000);
	parse_good(fdt);
	/* Names of properties as reservations: none of them is the last. */
	fdt_set_off_mem_rsvmap(fdt.data, (uint32_t)(fdt.size - 40) & ~7u);
	assert_refused(fdt, "/memreserve/: malformed");
}

/* Whatever the tree, the result is an error line or a machine within its limits. */
static void check_variant(struct bytes variant, void *context)
{
	unsigned int *parsed = context;

	machine_error.text[0] = '\0';
	if (!machine_parse(&machine, variant.data, variant.size, &machine_error)) {
		assert_int_not_equal(machine_error.text[0], '\0');
		return;
	}
	(*parsed)++;
	assert_in_range(machine.n_memory, 1, MACHINE_MAX_RANGES);
	assert_in_range(machine.n_cpus, 1, MACHINE_MAX_CPUS);
	assert_in_range(machine.n_reserved, 0, MACHINE_MAX_RANGES);
	assert_in_range(machine.gic.maintenance_intid, 16, 1019);
	assert_non_null(machine.bootargs);
	for (unsigned int i = 0; i < machine.n_memory; i++)
		assert_true(machine.memory[i].base + machine.memory[i].size >
			    machine.memory[i].base);
}

static void corrupt_trees_do_no_harm(void **state)
{
	static const char *const names[] = { "virt.dts", "vexpress.dts" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bytes fdt = fixture(names[i]);
		unsigned int parsed = 0;

		for_each_corruption(fdt, check_variant, &parsed);
		assert_in_range(parsed, 1, fdt.size * 3); /* changed names and numbers */
		free(fdt.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(too_many_cpus_and_ranges_are_refused),
		cmocka_unit_test(bad_headers_are_refused),
		cmocka_unit_test(room_behind_the_blocks_is_not_touched),
		cmocka_unit_test(corrupt_trees_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
