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

/* Tags and what follows them are aligned. */
static uint32_t word_at(const uint8_t *at)
{
	return fdt32_to_cpu(*(const fdt32_t *)(const void *)at);
}

/* The bytes of a tag that `left` bytes of the structure block begin with, padded; 0: malformed. */
static uint32_t tag_size(const uint8_t *at, uint32_t left)
{
	uint32_t size = FDT_TAGSIZE;
	const uint8_t *end;

	switch (word_at(at)) {
	case FDT_BEGIN_NODE:
		end = memchr(at + FDT_TAGSIZE, '\0', left - FDT_TAGSIZE);
		if (end == NULL)
			return 0;
		size = (uint32_t)(end - at) + 1;
		break;
	case FDT_PROP:
		if (left < sizeof(struct fdt_property) ||
		    word_at(at + 4) > left - sizeof(struct fdt_property))
			return 0;
		size = sizeof(struct fdt_property) + word_at(at + 4);
		break;
	case FDT_END_NODE:
	case FDT_NOP:
	case FDT_END:
		break;
	default:
		return 0;
	}
	size = (size + FDT_TAGSIZE - 1) / FDT_TAGSIZE * FDT_TAGSIZE;
	return size <= left ? size : 0;
}

/* As fdt_next_tag(), which looks at the header again for each byte of a name. */
static uint32_t next_tag(const struct fdt_walk *walk, int offset, int *next)
{
	uint32_t left = walk->structure_size - (uint32_t)offset;
	const uint8_t *at = walk->structure + offset;
	uint32_t size = left < FDT_TAGSIZE ? 0 : tag_size(at, left);

	*next = size != 0 ? offset + (int)size : -FDT_ERR_BADSTRUCTURE;
	return size != 0 ? word_at(at) : FDT_END;
}

/* A name that runs out of the strings block is nobody's. */
static bool string_is(const struct fdt_walk *walk, uint32_t offset, const char *name)
{
	for (; offset < walk->strings_size && walk->strings[offset] == *name; offset++, name++)
		if (*name == '\0')
			return true;
	return false;
}

/* The length was checked when the tag was read. */
static void keep_prop(struct fdt_walk *walk, const uint8_t *at)
{
	uint32_t name = word_at(at + 8);
	char first = name < walk->strings_size ? walk->strings[name] : '\0';

	for (unsigned int i = 0; i < WALK_PROPS; i++) {
		if (prop_names[i][0] != first || !string_is(walk, name, prop_names[i]))
			continue;
		walk->prop[i] = (struct fdt_prop){ .data = at + sizeof(struct fdt_property),
						   .size = word_at(at + 4),
						   .name = walk->strings + name };
		return;
	}
}

/* What follows the start of a node, up to the next start or end of one. */
static int collect_props(struct fdt_walk *walk)
{
	int next;

	memset(walk->prop, 0, sizeof(walk->prop));
	for (;; walk->offset = next) {
		uint32_t tag = next_tag(walk, walk->offset, &next);

		if (tag == FDT_PROP)
			keep_prop(walk, walk->structure + walk->offset);
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
	const char *name = (const char *)walk->structure + node + FDT_TAGSIZE;
	const struct fdt_prop *prop = walk->prop;
	uint32_t inherited = walk->depth > 0 ? walk->level[walk->depth - 1].interrupt_parent : 0;

	/* 2 and 1 are the defaults of the specification, 2.3.5. */
	walk->level[walk->depth] = (struct walk_level){
		.node = node,
		.name = name,
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
	walk->structure = (const uint8_t *)fdt + fdt_off_dt_struct(fdt);
	walk->structure_size = fdt_size_dt_struct(fdt);
	walk->strings = (const char *)fdt + fdt_off_dt_strings(fdt);
	walk->strings_size = fdt_size_dt_strings(fdt);
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
		uint32_t tag = next_tag(walk, node, &next);

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
	error = collect_props(walk);
	if (error < 0)
		return error;
	enter_level(walk, node);
	return 1;
}

bool fdt_walk_is(const struct fdt_walk *walk, int depth, const char *name)
{
	size_t length = strlen(name);
	const char *other;

	if (depth > walk->depth)
		return false;
	other = walk->level[depth].name;
	return strncmp(other, name, length) == 0 && (other[length] == '\0' || other[length] == '@');
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

	for (int depth = 1; depth <= walk->depth && (uint32_t)length < WALK_PATH_SIZE; depth++)
		length += fmt_print(path + length, WALK_PATH_SIZE - (uint32_t)length, "%s%s",
				    depth > 1 ? "/" : "", walk->level[depth].name);
	return path;
}
