// SPDX-License-Identifier: BSD-2-Clause
#include "machine.h"

#include <libfdt.h>
#include <string.h>

#include "bellhop/psci.h"
#include "fdt_walk.h"
#include "machine_uart.h"

#define GICC_SIZE 0x2000u	 /* IHI 0048B table 4-2: GICC_DIR is the first word of page 1 */
#define MPIDR_AFFINITY 0xffffffu /* DDI 0406C, B4.1.106 */

struct parse {
	struct machine *machine;
	struct fdt_walk walk;
	struct uart_choice uarts;
	uint32_t gic_phandle;
	bool found_gic;
	bool found_timer;
	struct fmt_line *error;
};

static bool fail(struct parse *parse, const char *what)
{
	char path[WALK_PATH_SIZE];

	return fmt_error(parse->error, "%s: %s", fdt_walk_path(&parse->walk, path), what);
}

static bool add_range(struct parse *parse, struct phys_range *list, unsigned int *n,
		      struct phys_range range)
{
	if (range.size == 0)
		return true;
	if (*n == MACHINE_MAX_RANGES)
		return fail(parse, "too many memory or reserved ranges (16 at most)");
	list[(*n)++] = range;
	return true;
}

/* All ranges of reg, which the loader may have left at size 0. */
static bool add_regs(struct parse *parse, struct phys_range *list, unsigned int *n)
{
	struct phys_range range;
	uint32_t i;

	for (i = 0; fdt_walk_physical(&parse->walk, i, &range); i++) {
		if (!add_range(parse, list, n, range))
			return false;
	}
	if (i == 0)
		return fail(parse, "reg: expected ranges of 1 or 2 address and size cells");
	return true;
}

static bool parse_memory(struct parse *parse)
{
	if (!fdt_walk_enabled(&parse->walk))
		return true;
	return add_regs(parse, parse->machine->memory, &parse->machine->n_memory);
}

/* A child of /reserved-memory without reg asks for memory anywhere: that is for an OS. */
static bool parse_reserved(struct parse *parse)
{
	if (!fdt_walk_enabled(&parse->walk) || !parse->walk.prop[WALK_REG].data)
		return true;
	return add_regs(parse, parse->machine->reserved, &parse->machine->n_reserved);
}

static bool parse_cpu(struct parse *parse)
{
	struct machine *machine = parse->machine;
	const struct fdt_prop *reg = &parse->walk.prop[WALK_REG];

	if (!fdt_walk_enabled(&parse->walk))
		return true;
	if (reg->size < 4)
		return fail(parse, "reg: expected the CPU's MPIDR");
	if (machine->n_cpus == MACHINE_MAX_CPUS)
		return fail(parse, "more CPUs than a GICv2 has interfaces (8)");
	/* With two cells the upper one is Aff3, which AArch32 does not have. */
	machine->mpidr[machine->n_cpus++] = fdt_cell(reg, reg->size / 4 - 1) & MPIDR_AFFINITY;
	return true;
}

/* Interrupt n of three cells each; PPIs are 16.., SPIs 32.. (the GIC's binding). */
static uint32_t gic_intid(const struct fdt_prop *interrupts, uint32_t n)
{
	uint32_t number = fdt_cell(interrupts, 3 * n + 1);

	if (3 * n + 2 >= interrupts->size / 4 || number > 987)
		return 0;
	if (fdt_cell(interrupts, 3 * n) == 1)
		return number < 16 ? number + 16 : 0;
	return number + 32;
}

static bool parse_gic(struct parse *parse)
{
	struct machine_gic *gic = &parse->machine->gic;
	struct phys_range *parts[] = { &gic->gicd, &gic->gicc, &gic->gich, &gic->gicv };

	if (parse->found_gic || !fdt_walk_enabled(&parse->walk))
		return true;
	for (uint32_t i = 0; i < 4; i++) {
		if (!fdt_walk_physical(&parse->walk, i, parts[i]))
			return fail(parse, "no GICv2 with virtualization extensions: reg: expected "
					   "GICD, GICC, GICH, GICV");
	}
	if (gic->gicc.size < GICC_SIZE)
		gic->gicc.size = GICC_SIZE;
	gic->maintenance_intid = gic_intid(&parse->walk.prop[WALK_INTERRUPTS], 0);
	if (gic->maintenance_intid == 0)
		return fail(parse, "interrupts: expected the maintenance interrupt, 3 cells");
	parse->gic_phandle = fdt_cell(&parse->walk.prop[WALK_PHANDLE], 0);
	parse->found_gic = true;
	return true;
}

static bool parse_timer(struct parse *parse)
{
	struct machine_timer *timer = &parse->machine->timer;
	const struct fdt_prop *interrupts = &parse->walk.prop[WALK_INTERRUPTS];

	if (parse->found_timer)
		return true;
	*timer = (struct machine_timer){
		.secure_intid = gic_intid(interrupts, 0),
		.physical_intid = gic_intid(interrupts, 1),
		.virtual_intid = gic_intid(interrupts, 2),
		.hyp_intid = gic_intid(interrupts, 3),
		.clock_frequency = fdt_cell(&parse->walk.prop[WALK_CLOCK_FREQUENCY], 0),
	};
	/* Where these are not the GIC's there is no GIC, and that is the error to tell. */
	parse->found_timer = timer->virtual_intid != 0 && timer->hyp_intid != 0;
	return true;
}

static bool parse_psci_method(struct parse *parse)
{
	const struct fdt_prop *method = &parse->walk.prop[WALK_METHOD];

	if (fdt_has_string(method, "smc"))
		parse->machine->psci.method = MACHINE_PSCI_SMC;
	else if (fdt_has_string(method, "hvc"))
		parse->machine->psci.method = MACHINE_PSCI_HVC;
	else
		return fail(parse, "method: expected \"smc\" or \"hvc\"");
	return true;
}

static bool parse_psci_0_1(struct parse *parse)
{
	struct machine_psci *psci = &parse->machine->psci;
	const struct fdt_prop *prop = parse->walk.prop;

	if (psci->method != MACHINE_PSCI_NONE)
		return true;
	psci->cpu_suspend = fdt_cell(&prop[WALK_CPU_SUSPEND], 0);
	psci->cpu_off = fdt_cell(&prop[WALK_CPU_OFF], 0);
	psci->cpu_on = fdt_cell(&prop[WALK_CPU_ON], 0);
	return parse_psci_method(parse);
}

/* DEN0022: from 0.2 on the function ids are fixed and those of the FDT, if any, are for others. */
static bool parse_psci_0_2(struct parse *parse)
{
	struct machine_psci *psci = &parse->machine->psci;

	psci->v0_2 = true;
	psci->cpu_suspend = PSCI_CPU_SUSPEND;
	psci->cpu_off = PSCI_CPU_OFF;
	psci->cpu_on = PSCI_CPU_ON;
	return parse_psci_method(parse);
}

/* linux,initrd-start and -end have one or two cells, whatever #address-cells is. */
static uint64_t number_of_any_size(const struct fdt_prop *prop)
{
	return fdt_cells(prop, 0, prop->size >= 8 ? 2 : 1);
}

static void parse_chosen(struct parse *parse)
{
	const struct fdt_prop *prop = parse->walk.prop;
	uint64_t start = number_of_any_size(&prop[WALK_INITRD_START]);
	uint64_t end = number_of_any_size(&prop[WALK_INITRD_END]);

	parse->uarts.stdout_path = prop[WALK_STDOUT_PATH];
	if (fdt_read_string(&prop[WALK_BOOTARGS]))
		parse->machine->bootargs = fdt_read_string(&prop[WALK_BOOTARGS]);
	if (end > start)
		parse->machine->initrd = (struct phys_range){ start, end - start };
	if (prop[WALK_RNG_SEED].size >= RNG_SEED_SIZE) {
		rng_init(&parse->machine->rng, prop[WALK_RNG_SEED].data, prop[WALK_RNG_SEED].size);
		parse->machine->has_rng = true;
	}
}

static const struct {
	const char *compatible;
	bool (*parse)(struct parse *parse);
} devices[] = {
	{ "arm,cortex-a15-gic", parse_gic }, { "arm,cortex-a7-gic", parse_gic },
	{ "arm,gic-400", parse_gic },	     { "arm,armv7-timer", parse_timer },
	{ "arm,armv8-timer", parse_timer },  { "arm,psci-1.0", parse_psci_0_2 },
	{ "arm,psci-0.2", parse_psci_0_2 },  { "arm,psci", parse_psci_0_1 },
};

static bool parse_device(struct parse *parse)
{
	const struct fdt_prop *compatible = &parse->walk.prop[WALK_COMPATIBLE];
	unsigned int i = FDT_MATCH(compatible, devices, compatible);

	if (!compatible->data)
		return true;
	if (i < sizeof(devices) / sizeof(devices[0]))
		return devices[i].parse(parse);
	machine_uart_collect(&parse->uarts, &parse->walk);
	return true;
}

static bool parse_node(struct parse *parse)
{
	const struct fdt_walk *walk = &parse->walk;
	const struct fdt_prop *type = &walk->prop[WALK_DEVICE_TYPE];

	if (walk->depth == 0)
		parse->machine->is_qemu_virt =
			fdt_has_string(&walk->prop[WALK_COMPATIBLE], "linux,dummy-virt");
	else if (walk->depth == 1 && fdt_walk_is(walk, 1, "chosen"))
		parse_chosen(parse);
	else if (walk->depth == 1 && fdt_walk_is(walk, 1, "aliases"))
		parse->uarts.aliases = walk->level[1].node;
	else if (walk->depth == 1 && fdt_has_string(type, "memory"))
		return parse_memory(parse);
	else if (walk->depth == 2 && fdt_walk_is(walk, 1, "reserved-memory"))
		return parse_reserved(parse);
	else if (walk->depth == 2 && fdt_has_string(type, "cpu"))
		return parse_cpu(parse);
	else
		return parse_device(parse);
	return true;
}

static bool parse_memreserve(struct parse *parse)
{
	struct machine *machine = parse->machine;
	const void *fdt = parse->walk.fdt;
	uint32_t entries =
		(fdt_read_used(fdt) - fdt_off_mem_rsvmap(fdt)) / sizeof(struct fdt_reserve_entry);

	for (uint32_t i = 0; i < entries; i++) {
		struct phys_range range;

		if (fdt_get_mem_rsv(fdt, (int)i, &range.base, &range.size) < 0)
			break;
		if (range.base == 0 && range.size == 0)
			return true;
		if (machine->n_reserved == MACHINE_MAX_RANGES)
			return fmt_error(parse->error, "/memreserve/: more than 16 ranges");
		if (range.size > 0)
			machine->reserved[machine->n_reserved++] = range;
	}
	return fmt_error(parse->error, "/memreserve/: malformed");
}

static bool walk_tree(struct parse *parse)
{
	int result;
	bool ok = true;
	struct fmt_line *error = parse->error;
	struct fmt_line later;

	/* The first error is kept and the walk goes on, because the console may come later. */
	while ((result = fdt_walk_next(&parse->walk)) > 0) {
		if (!parse_node(parse)) {
			ok = false;
			parse->error = &later;
		}
	}
	parse->error = error;
	parse->machine->uart =
		machine_uart_choose(&parse->uarts, parse->walk.fdt, parse->gic_phandle);
	if (ok && result < 0)
		return fmt_error(parse->error, "FDT: malformed: libfdt error %d", result);
	return ok;
}

static bool check_complete(const struct parse *parse)
{
	const struct machine *machine = parse->machine;

	if (machine->n_memory == 0)
		return fmt_error(parse->error,
				 "/memory: no memory range (device_type = \"memory\")");
	if (machine->n_cpus == 0)
		return fmt_error(parse->error, "/cpus: no CPU");
	if (!parse->found_gic)
		return fmt_error(parse->error,
				 "/: no GICv2 with virtualization extensions (expected "
				 "compatible arm,cortex-a15-gic, -a7-gic or arm,gic-400)");
	if (!parse->found_timer)
		return fmt_error(parse->error, "/: no generic timer (expected compatible "
					       "arm,armv7-timer with 4 interrupts)");
	return true;
}

static int read_header(const void *fdt, size_t size)
{
	int status = size < sizeof(struct fdt_header) ? -FDT_ERR_TRUNCATED :
							fdt_read_header(fdt, UINT32_MAX);

	if (status == 0 && fdt_version(fdt) < 17)
		return -FDT_ERR_BADVERSION;
	return status == 0 && fdt_read_used(fdt) > size ? -FDT_ERR_TRUNCATED : status;
}

bool machine_parse(struct machine *machine, const void *fdt, size_t size, struct fmt_line *error)
{
	struct parse parse = { .machine = machine, .error = error };
	int status;

	memset(machine, 0, sizeof(*machine));
	machine->bootargs = "";
	status = read_header(fdt, size);
	if (status < 0)
		return fmt_error(error, "FDT: bad header: libfdt error %d", status);
	parse.uarts.aliases = -1;
	fdt_walk_start(&parse.walk, fdt);
	if (!parse_memreserve(&parse))
		return false;
	return walk_tree(&parse) && check_complete(&parse);
}
