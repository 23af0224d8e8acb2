// SPDX-License-Identifier: BSD-2-Clause
#include "machine_uart.h"

#include <libfdt.h>
#include <string.h>

#define GIC_INTERRUPT_CELLS 3u

static const struct {
	const char *compatible;
	enum machine_uart_kind kind;
	uint32_t reg_shift;
	uint32_t reg_io_width;
} uart_kinds[] = {
	{ "arm,pl011", MACHINE_UART_PL011, 0, 0 },
	{ "snps,dw-apb-uart", MACHINE_UART_NS16550, 0, 1 },
	{ "ns16550a", MACHINE_UART_NS16550, 0, 1 },
	{ "ns16550", MACHINE_UART_NS16550, 0, 1 },
	{ "ns8250", MACHINE_UART_NS16550, 0, 1 },
	{ "nvidia,tegra20-uart", MACHINE_UART_NS16550, 2, 4 },
	{ "ti,omap4-uart", MACHINE_UART_NS16550, 2, 1 },
	{ "ti,dra742-uart", MACHINE_UART_NS16550, 2, 1 },
};

static uint32_t spi_intid(const struct fdt_prop *interrupts, uint32_t n)
{
	if (fdt_cell(interrupts, n) != 0 || fdt_cell(interrupts, n + 1) > 987)
		return 0;
	return fdt_cell(interrupts, n + 1) + 32;
}

/*
 * A bus may map its children's interrupt lines to the GIC's (interrupt-map, Devicetree
 * Specification 2.4.3). Entries: unit address, line, phandle, the GIC's three cells; the GIC has no
 * unit address here, and the mask leaves nothing of the child's.
 */
static uint32_t mapped_intid(const struct walk_level *bus, uint32_t line, uint32_t *phandle)
{
	const struct fdt_prop *map = &bus->interrupt_map;
	uint32_t skip = bus->address_cells;
	uint32_t stride = skip + 2 + GIC_INTERRUPT_CELLS;

	if (skip > 2 || map->size % (stride * 4) != 0)
		return 0;
	for (uint32_t at = 0; at < map->size / 4; at += stride) {
		if (fdt_cell(map, at + skip) != line)
			continue;
		*phandle = fdt_cell(map, at + skip + 1);
		return spi_intid(map, at + skip + 2);
	}
	return 0;
}

/* Devicetree Specification 2.4: the parent is named, or it is the next bus with interrupt cells. */
static void find_interrupt(struct uart_candidate *candidate, const struct fdt_walk *walk)
{
	const struct fdt_prop *interrupts = &walk->prop[WALK_INTERRUPTS];

	candidate->interrupt_parent = walk->level[walk->depth].interrupt_parent;
	if (interrupts->size / 4 >= GIC_INTERRUPT_CELLS) {
		candidate->uart.intid = spi_intid(interrupts, 0);
		return;
	}
	for (int depth = walk->depth - 1; interrupts->size == 4 && depth > 0; depth--) {
		if (walk->level[depth].interrupt_cells != 1)
			continue;
		candidate->uart.intid = mapped_intid(&walk->level[depth], fdt_cell(interrupts, 0),
						     &candidate->interrupt_parent);
		return;
	}
}

static bool identify(struct machine_uart *uart, const struct fdt_walk *walk)
{
	const struct fdt_prop *shift = &walk->prop[WALK_REG_SHIFT];
	const struct fdt_prop *width = &walk->prop[WALK_REG_IO_WIDTH];
	unsigned int i = FDT_MATCH(&walk->prop[WALK_COMPATIBLE], uart_kinds, compatible);

	if (i == sizeof(uart_kinds) / sizeof(uart_kinds[0]))
		return false;
	uart->kind = uart_kinds[i].kind;
	uart->reg_shift = shift->data ? fdt_cell(shift, 0) : uart_kinds[i].reg_shift;
	uart->reg_io_width = width->data ? fdt_cell(width, 0) : uart_kinds[i].reg_io_width;
	return uart->reg_shift <= 4 && uart->reg_io_width <= 4;
}

void machine_uart_collect(struct uart_choice *choice, const struct fdt_walk *walk)
{
	struct uart_candidate *candidate = &choice->candidate[choice->n_candidates];
	struct phys_range range;

	if (choice->n_candidates == MACHINE_MAX_UARTS)
		return;
	memset(candidate, 0, sizeof(*candidate));
	if (!identify(&candidate->uart, walk) || !fdt_walk_physical(walk, 0, &range))
		return;
	candidate->uart.base = range.base;
	candidate->enabled = fdt_walk_enabled(walk);
	candidate->depth = walk->depth;
	for (int depth = 0; depth <= walk->depth; depth++)
		candidate->path[depth] = walk->level[depth].node;
	find_interrupt(candidate, walk);
	choice->n_candidates++;
}

/* A path component names a node with or without its unit address. */
static bool component_is(const void *fdt, int node, const char *name, uint32_t length)
{
	uint32_t base_length;
	int full_length;
	const char *full = fdt_get_name(fdt, node, &full_length);

	fdt_read_name(fdt, node, &base_length);
	if (!full || full_length < 0)
		return false;
	return (length == (uint32_t)full_length || length == base_length) &&
	       memcmp(full, name, length) == 0;
}

static bool path_is(const struct uart_candidate *candidate, const void *fdt, const char *path,
		    uint32_t length)
{
	uint32_t at = 0;

	for (int depth = 1; depth <= candidate->depth; depth++) {
		uint32_t end;

		if (at >= length || path[at] != '/')
			return false;
		for (end = ++at; end < length && path[end] != '/';)
			end++;
		if (!component_is(fdt, candidate->path[depth], path + at, end - at))
			return false;
		at = end;
	}
	return at == length;
}

/* "serial0:115200n8": the length of what comes before the options. */
static uint32_t name_part(const char *text)
{
	uint32_t length = 0;

	while (text[length] != '\0' && text[length] != ':')
		length++;
	return length;
}

static uint32_t baud_option(const char *options)
{
	uint32_t baud = 0;

	for (; *options >= '0' && *options <= '9' && baud < 100000000; options++)
		baud = baud * 10 + (uint32_t)(*options - '0');
	return baud;
}

/* Replace an alias by its path: properties of one node, so there is no look-up from the root. */
static bool resolve_alias(const struct uart_choice *choice, const void *fdt, const char **path,
			  uint32_t *length)
{
	struct fdt_prop prop;
	int offset;

	if (*length > 0 && **path == '/')
		return true;
	if (choice->aliases < 0)
		return false;
	offset = fdt_first_property_offset(fdt, choice->aliases);
	for (; fdt_read_prop(fdt, offset, &prop); offset = fdt_next_property_offset(fdt, offset)) {
		if (!fdt_name_is(*path, *length, prop.name) || !fdt_read_string(&prop))
			continue;
		*path = fdt_read_string(&prop);
		*length = name_part(*path);
		return true;
	}
	return false;
}

static const struct uart_candidate *find_stdout(const struct uart_choice *choice, const void *fdt,
						uint32_t *baud)
{
	const char *path = fdt_read_string(&choice->stdout_path);
	uint32_t length;

	if (!path)
		return NULL;
	length = name_part(path);
	*baud = path[length] == ':' ? baud_option(path + length + 1) : 0;
	if (!resolve_alias(choice, fdt, &path, &length))
		return NULL;
	for (unsigned int i = 0; i < choice->n_candidates; i++) {
		if (path_is(&choice->candidate[i], fdt, path, length))
			return &choice->candidate[i];
	}
	return NULL;
}

static const struct uart_candidate *first_enabled(const struct uart_choice *choice)
{
	for (unsigned int i = 0; i < choice->n_candidates; i++) {
		if (choice->candidate[i].enabled)
			return &choice->candidate[i];
	}
	return NULL;
}

struct machine_uart machine_uart_choose(const struct uart_choice *choice, const void *fdt,
					uint32_t gic_phandle)
{
	uint32_t baud = 0;
	const struct uart_candidate *candidate = find_stdout(choice, fdt, &baud);
	struct machine_uart uart;

	if (!candidate) {
		candidate = first_enabled(choice);
		baud = 0;
	}
	if (!candidate)
		return (struct machine_uart){ .kind = MACHINE_UART_NONE };
	uart = candidate->uart;
	uart.baud = baud;
	if (candidate->interrupt_parent != 0 && candidate->interrupt_parent != gic_phandle)
		uart.intid = 0;
	return uart;
}
