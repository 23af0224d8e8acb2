// SPDX-License-Identifier: BSD-2-Clause
#include "fdt_walk.h"

#include <libfdt.h>
#include <string.h>

static const char *const prop_names[WALK_PROPS] = {
	[WALK_ADDRESS_CELLS] = "#address-cells",
	[WALK_BOOTARGS] = "bootargs",
	[WALK_CLOCK_FREQUENCY] = "clock-frequency",
	[WALK_COMPATIBLE] = "compatible",
	[WALK_CPU_OFF] = "cpu_off",
	[WALK_CPU_ON] = "cpu_on",
	[WALK_CPU_SUSPEND] = "cpu_suspend",
	[WALK_DEVICE_TYPE] = "device_type",
	[WALK_INITRD_END] = "linux,initrd-end",
	[WALK_INITRD_START] = "linux,initrd-start",
	[WALK_INTERRUPT_CELLS] = "#interrupt-cells",
	[WALK_INTERRUPT_MAP] = "interrupt-map",
	[WALK_INTERRUPT_PARENT] = "interrupt-parent",
	[WALK_INTERRUPTS] = "interrupts",
	[WALK_METHOD] = "method",
	[WALK_PHANDLE] = "phandle",
	[WALK_RANGES] = "ranges",
	[WALK_REG] = "reg",
	[WALK_REG_IO_WIDTH] = "reg-io-width",
	[WALK_REG_SHIFT] = "reg-shift",
	[WALK_RNG_SEED] = "rng-seed",
	[WALK_SIZE_CELLS] = "#size-cells",
	[WALK_STATUS] = "status",
	[WALK_STDOUT_PATH] = "stdout-path",
};

/* The length was checked when the tag was read; a name that is none is nobody's. */
static void keep_prop(struct fdt_walk *walk, int offset)
{
	const struct fdt_property *prop = fdt_offset_ptr(walk->fdt, offset, sizeof(*prop));
	const char *name;

	if (prop == NULL)
		return;
	name = fdt_get_string(walk->fdt, (int)fdt32_ld(&prop->nameoff), NULL);
	for (unsigned int i = 0; name != NULL && i < WALK_PROPS; i++) {
		if (name[0] != prop_names[i][0] || strcmp(name, prop_names[i]) != 0)
			continue;
		walk->prop[i] = (struct fdt_prop){ .data = (const uint8_t *)prop->data,
						   .size = fdt32_ld(&prop->len),
						   .name = name };
		return;
	}
}

/* What follows the start of a node, up to the next start or end of one. */
static int collect_props(struct fdt_walk *walk)
{
	int next;

	memset(walk->prop, 0, sizeof(walk->prop));
	for (;; walk->offset = next) {
		uint32_t tag = fdt_next_tag(walk->fdt, walk->offset, &next);

		if (tag == FDT_PROP)
			keep_prop(walk, walk->offset);
		else if (tag != FDT_NOP)
			return tag == FDT_END && next < 0 ? next : 0;
	}
}

static uint32_t cell_or(const struct fdt_prop *prop, uint32_t otherwise)
{
	return prop->data ? fdt_cell(prop, 0) : otherwise;
}

static void enter_level(struct fdt_walk *walk, int node)
{
	const struct fdt_prop *prop = walk->prop;
	uint32_t inherited = walk->depth > 0 ? walk->level[walk->depth - 1].interrupt_parent : 0;

	/* 2 and 1 are the defaults of the specification, 2.3.5. */
	walk->level[walk->depth] = (struct walk_level){
		.node = node,
		.address_cells = cell_or(&prop[WALK_ADDRESS_CELLS], 2),
		.size_cells = cell_or(&prop[WALK_SIZE_CELLS], 1),
		.ranges = prop[WALK_RANGES],
		.interrupt_map = prop[WALK_INTERRUPT_MAP],
		.interrupt_cells = cell_or(&prop[WALK_INTERRUPT_CELLS], 0),
		.interrupt_parent = cell_or(&prop[WALK_INTERRUPT_PARENT], inherited),
	};
}

void fdt_walk_start(struct fdt_walk *walk, const void *fdt)
{
	memset(walk, 0, sizeof(*walk));
	walk->fdt = fdt;
	walk->depth = -1;
	walk->at = -1;
	walk->level[0].node = -1;
}

/* The offset of the next node that is not too deep; at the end -FDT_ERR_NOTFOUND. */
static int next_node(struct fdt_walk *walk)
{
	int next;

	for (;; walk->offset = next) {
		int node = walk->offset;
		uint32_t tag = fdt_next_tag(walk->fdt, node, &next);

		if (tag == FDT_END)
			return next < 0 ? next : -FDT_ERR_NOTFOUND;
		if (tag == FDT_END_NODE && --walk->at < 0)
			return -FDT_ERR_NOTFOUND;
		if (tag != FDT_BEGIN_NODE || ++walk->at >= FDT_WALK_DEPTH)
			continue;
		walk->offset = next;
		return node;
	}
}

int fdt_walk_next(struct fdt_walk *walk)
{
	int node = next_node(walk);
	int error;

	if (node < 0)
		return node == -FDT_ERR_NOTFOUND ? 0 : node;
	walk->depth = walk->at;
	walk->name = fdt_read_name(walk->fdt, node, &walk->name_length);
	error = collect_props(walk);
	if (error < 0)
		return error;
	enter_level(walk, node);
	return 1;
}

bool fdt_walk_above_is(const struct fdt_walk *walk, int depth, const char *name)
{
	uint32_t length;
	const char *other;

	if (depth >= walk->depth)
		return false;
	other = fdt_read_name(walk->fdt, walk->level[depth].node, &length);
	return fdt_name_is(other, length, name);
}

bool fdt_walk_enabled(const struct fdt_walk *walk)
{
	const struct fdt_prop *status = &walk->prop[WALK_STATUS];

	return !status->data || fdt_has_string(status, "okay") || fdt_has_string(status, "ok");
}

bool fdt_walk_reg(const struct fdt_walk *walk, uint32_t n, struct phys_range *range)
{
	const struct fdt_prop *reg = &walk->prop[WALK_REG];
	const struct walk_level *parent;
	uint32_t stride;

	if (walk->depth < 1)
		return false;
	parent = &walk->level[walk->depth - 1];
	if (parent->address_cells < 1 || parent->address_cells > 2 || parent->size_cells > 2)
		return false;
	stride = parent->address_cells + parent->size_cells;
	if (n >= reg->size / 4 / stride)
		return false;
	range->base = fdt_cells(reg, n * stride, parent->address_cells);
	range->size = fdt_cells(reg, n * stride + parent->address_cells, parent->size_cells);
	return range->base + range->size >= range->base;
}

/*
 * One bus up: an entry of ranges is (child address, parent address, size). A child address may have
 * two cells that are no number (chip select, offset); comparing them as one is still right because
 * the offset never carries into the chip select within one entry.
 */
static bool translate(const struct walk_level *bus, uint32_t parent_cells, struct phys_range *range)
{
	uint32_t stride = bus->address_cells + parent_cells + bus->size_cells;

	if (!bus->ranges.data || bus->address_cells < 1 || bus->address_cells > 2 ||
	    bus->size_cells > 2 || parent_cells > 2)
		return false;
	if (bus->ranges.size == 0)
		return true;
	for (uint32_t at = 0; at + stride <= bus->ranges.size / 4; at += stride) {
		uint64_t child = fdt_cells(&bus->ranges, at, bus->address_cells);
		uint64_t parent = fdt_cells(&bus->ranges, at + bus->address_cells, parent_cells);
		uint64_t size = fdt_cells(&bus->ranges, at + bus->address_cells + parent_cells,
					  bus->size_cells);

		if (range->base < child || range->base - child >= size)
			continue;
		range->base = range->base - child + parent;
		return range->base + range->size >= range->base;
	}
	return false;
}

bool fdt_walk_physical(const struct fdt_walk *walk, uint32_t n, struct phys_range *range)
{
	if (!fdt_walk_reg(walk, n, range))
		return false;
	for (int depth = walk->depth - 1; depth > 0; depth--) {
		if (!translate(&walk->level[depth], walk->level[depth - 1].address_cells, range))
			return false;
	}
	return true;
}

const char *fdt_walk_path(const struct fdt_walk *walk, char path[WALK_PATH_SIZE])
{
	int length = fmt_print(path, WALK_PATH_SIZE, "/");

	for (int depth = 1; depth <= walk->depth && (uint32_t)length < WALK_PATH_SIZE; depth++) {
		const char *name = fdt_get_name(walk->fdt, walk->level[depth].node, NULL);

		length += fmt_print(path + length, WALK_PATH_SIZE - (uint32_t)length, "%s%s",
				    depth > 1 ? "/" : "", name ? name : "?");
	}
	return path;
}
