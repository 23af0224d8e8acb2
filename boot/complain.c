// SPDX-License-Identifier: BSD-2-Clause
/*
 * The last words on a CPU that cannot carry a hypervisor: no MMU, perhaps no Virtualization
 * Extensions, so none of the ordinary code can run. Finds the console's registers in the FDT by
 * itself, sends one line by polling, and stops the machine.
 */
#include <libfdt.h>
#include <stdbool.h>
#include <stddef.h>

#include "boot/early.h"
#include "drivers/mmio.h"
#include "hyp/arm.h"
#include "hyp/vpl011.h" /* register names */

#define MAX_DEPTH 8
#define PATH_SIZE 96
#define NS16550_LSR 5u
#define NS16550_LSR_EMPTY 0x20u
#define SEMIHOSTING_EXIT_EXTENDED 0x20u
#define EXIT_CONFIG 78u /* EX_CONFIG */

extern uint32_t semihosting_call(uint32_t operation, const void *argument);

struct early_uart {
	uint32_t base;
	uint32_t reg_shift;
	bool pl011;
};

static uint32_t cell(const fdt32_t *cells, int index)
{
	return fdt32_ld(&cells[index]);
}

/* Two cells at most count: a chip select and an offset on some buses, 64 bits on others. */
static uint64_t number(const fdt32_t *cells, int n)
{
	uint64_t value = 0;

	for (int i = 0; i < n; i++)
		value = value << 32 | cell(cells, i);
	return value;
}

/* One step up: an address on `bus` to the address space of its parent. */
static uint64_t translate(const void *fdt, int bus, uint64_t address)
{
	int parent = fdt_parent_offset(fdt, bus);
	int child_cells = fdt_address_cells(fdt, bus);
	int size_cells = fdt_size_cells(fdt, bus);
	int parent_cells = parent < 0 ? 0 : fdt_address_cells(fdt, parent);
	int entry = child_cells + parent_cells + size_cells;
	int length = 0;
	const fdt32_t *ranges = fdt_getprop(fdt, bus, "ranges", &length);

	if (ranges == NULL || entry <= 0)
		return address;
	for (int i = 0; (i + 1) * entry * 4 <= length; i++) {
		const fdt32_t *range = ranges + i * entry;
		uint64_t from = number(range, child_cells);
		uint64_t size = number(range + child_cells + parent_cells, size_cells);

		if (address - from < size)
			return number(range + child_cells, parent_cells) + (address - from);
	}
	return address;
}

static int stdout_node(const void *fdt)
{
	char path[PATH_SIZE];
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *stdout_path = fdt_getprop(fdt, chosen, "stdout-path", NULL);
	size_t length = 0;

	if (stdout_path == NULL)
		return fdt_node_offset_by_compatible(fdt, -1, "arm,pl011");
	while (stdout_path[length] != '\0' && stdout_path[length] != ':' &&
	       length < PATH_SIZE - 1) {
		path[length] = stdout_path[length];
		length++;
	}
	path[length] = '\0';
	return fdt_path_offset(fdt, path); /* aliases too */
}

static bool find_uart(const void *fdt, struct early_uart *uart)
{
	int node = stdout_node(fdt);
	int length = 0;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &length);
	const fdt32_t *shift = fdt_getprop(fdt, node, "reg-shift", NULL);
	int bus = fdt_parent_offset(fdt, node);
	uint64_t address;

	if (reg == NULL || bus < 0 || length < 4 * fdt_address_cells(fdt, bus))
		return false;
	address = number(reg, fdt_address_cells(fdt, bus));
	uart->reg_shift = shift == NULL ? 0 : fdt32_ld(shift);
	uart->pl011 = fdt_node_check_compatible(fdt, node, "arm,pl011") == 0;
	for (int depth = 0; bus > 0 && depth < MAX_DEPTH; depth++) {
		address = translate(fdt, bus, address);
		bus = fdt_parent_offset(fdt, bus);
	}
	uart->base = (uint32_t)address; /* without an MMU no other can be reached */
	return uart->base != 0;
}

static void send(const struct early_uart *uart, uint8_t ch)
{
	if (uart->pl011) {
		while (mmio_read32(uart->base + PL011_FR) & PL011_FR_TXFF)
			;
		mmio_write32(uart->base + PL011_DR, ch);
		return;
	}
	while (!(mmio_read8(uart->base + (NS16550_LSR << uart->reg_shift)) & NS16550_LSR_EMPTY))
		;
	mmio_write8(uart->base, ch);
}

static void send_text(const struct early_uart *uart, const char *text)
{
	for (; *text != '\0'; text++)
		send(uart, (uint8_t)*text);
}

/* Only QEMU's own board says so: elsewhere HLT is an exception that nobody handles now. */
static void leave_emulator(const void *fdt)
{
	const uint32_t argument[2] = { 0x20026u, EXIT_CONFIG };

	if (fdt_node_check_compatible(fdt, 0, "linux,dummy-virt") == 0)
		semihosting_call(SEMIHOSTING_EXIT_EXTENDED, argument);
}

void early_complain(uint32_t fdt_address, const char *message)
{
	const void *fdt = (const void *)fdt_address;
	struct early_uart uart;

	if (fdt != NULL && fdt_check_header(fdt) == 0) {
		if (find_uart(fdt, &uart)) {
			send_text(&uart, "bellhop: ");
			send_text(&uart, message);
			send_text(&uart, "\r\n");
		}
		leave_emulator(fdt);
	}
	for (;;)
		wfi();
}
