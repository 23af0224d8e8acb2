// SPDX-License-Identifier: BSD-2-Clause
/*
 * The PL011 of a guest: the register map is a table, and the two FIFOs are a
 * small ring (receive) and a flag (transmit). Sections are those of DDI 0183.
 */
#include "vpl011.h"

#include <stddef.h>

#define INT_MASK 0x7FFU
#define DR_DATA 0x0FFU
#define RSR_OE (1U << 3)
#define CR_RESET 0x300U /* TXE and RXE */
#define IFLS_RESET 0x12U

struct vpl011 vpl011_reset(void)
{
	struct vpl011 uart = {
		.cr = CR_RESET,
		.ifls = IFLS_RESET,
	};

	return uart;
}

static uint32_t rx_depth(const struct vpl011 *uart)
{
	return (uart->lcr_h & PL011_LCR_H_FEN) != 0U ? VPL011_FIFO_DEPTH : 1U;
}

static void set_ris(struct vpl011 *uart, uint32_t bits)
{
	uart->ris = (uint16_t)(uart->ris | bits);
}

static void clear_ris(struct vpl011 *uart, uint32_t bits)
{
	uart->ris = (uint16_t)(uart->ris & ~bits);
}

static void rx_push(struct vpl011 *uart, uint8_t ch)
{
	uint32_t tail = (uart->rx_head + (uint32_t)uart->rx_count) % VPL011_FIFO_DEPTH;

	/* The overrun bit goes with the first character that fits again (3.3.1). */
	uart->rx[tail] = (uint16_t)(ch | (uart->rx_overrun ? PL011_DR_OE : 0U));
	uart->rx_overrun = false;
	uart->rx_count++;
	set_ris(uart, PL011_INT_RX | PL011_INT_RT);
}

bool vpl011_receive(struct vpl011 *uart, uint8_t ch)
{
	if (uart->rx_count >= rx_depth(uart))
		return false;
	rx_push(uart, ch);
	return true;
}

static uint32_t rx_pop(struct vpl011 *uart)
{
	if (uart->rx_count != 0U) {
		uart->rx_last = uart->rx[uart->rx_head];
		uart->rx_head = (uint8_t)((uart->rx_head + 1U) % VPL011_FIFO_DEPTH);
		uart->rx_count--;
	}
	if (uart->rx_count == 0U)
		clear_ris(uart, PL011_INT_RX | PL011_INT_RT);
	uart->rx_read = true;
	uart->rsr = (uint16_t)(uart->rx_last >> 8);
	return uart->rx_last;
}

static void rx_flush(struct vpl011 *uart)
{
	uart->rx_head = 0;
	uart->rx_count = 0;
	clear_ris(uart, PL011_INT_RX | PL011_INT_RT);
}

/* The modem inputs as FR shows them: connected, or the outputs in loopback. */
static uint32_t modem_inputs(const struct vpl011 *uart)
{
	uint32_t cr = uart->cr;

	if ((cr & PL011_CR_LBE) == 0U)
		return PL011_FR_CTS | PL011_FR_DSR | PL011_FR_DCD;
	return ((cr & PL011_CR_RTS) != 0U ? PL011_FR_CTS : 0U) |
	       ((cr & PL011_CR_DTR) != 0U ? PL011_FR_DSR : 0U) |
	       ((cr & PL011_CR_OUT1) != 0U ? PL011_FR_DCD : 0U) |
	       ((cr & PL011_CR_OUT2) != 0U ? PL011_FR_RI : 0U);
}

/* The RIS bits of the modem inputs that `changed`, a mask of FR bits, names. */
static uint32_t modem_interrupts(uint32_t changed)
{
	return ((changed & PL011_FR_CTS) != 0U ? PL011_INT_CTS : 0U) |
	       ((changed & PL011_FR_DSR) != 0U ? PL011_INT_DSR : 0U) |
	       ((changed & PL011_FR_DCD) != 0U ? PL011_INT_DCD : 0U) |
	       ((changed & PL011_FR_RI) != 0U ? PL011_INT_RI : 0U);
}

static uint32_t read_fr(const struct vpl011 *uart)
{
	return modem_inputs(uart) | (uart->rx_count == 0U ? PL011_FR_RXFE : 0U) |
	       (uart->rx_count >= rx_depth(uart) ? PL011_FR_RXFF : 0U) |
	       (uart->tx_full ? PL011_FR_TXFF | PL011_FR_BUSY : PL011_FR_TXFE);
}

static void loop_back(struct vpl011 *uart, uint8_t ch)
{
	if (vpl011_receive(uart, ch))
		return;
	uart->rx_overrun = true;
	uart->rsr = (uint16_t)(uart->rsr | RSR_OE);
	set_ris(uart, PL011_INT_OE);
}

static struct vpl011_tx write_dr(struct vpl011 *uart, uint32_t value)
{
	struct vpl011_tx tx = { .has_char = false, .ch = (uint8_t)(value & DR_DATA) };

	if ((uart->cr & PL011_CR_LBE) != 0U) {
		loop_back(uart, tx.ch);
	} else if (uart->tx_full) {
		uart->tx_lost++;
		return tx;
	} else {
		tx.has_char = true;
	}
	/* The character is gone already, so the FIFO drains through its mark (2.8). */
	set_ris(uart, PL011_INT_TX);
	return tx;
}

void vpl011_set_tx_full(struct vpl011 *uart, bool full)
{
	if (full)
		clear_ris(uart, PL011_INT_TX);
	else if (uart->tx_full)
		set_ris(uart, PL011_INT_TX);
	uart->tx_full = full;
}

static void write_cr(struct vpl011 *uart, uint32_t value)
{
	uint32_t before = modem_inputs(uart);

	uart->cr = (uint16_t)value;
	set_ris(uart, modem_interrupts(before ^ modem_inputs(uart)));
}

static void write_lcr_h(struct vpl011 *uart, uint32_t value)
{
	/* The FIFO and the single holding register do not share their contents. */
	if (((uart->lcr_h ^ value) & PL011_LCR_H_FEN) != 0U)
		rx_flush(uart);
	uart->lcr_h = (uint16_t)value;
}

static void write_icr(struct vpl011 *uart, uint32_t value)
{
	clear_ris(uart, value & INT_MASK);
	/* What is left in the FIFO times out again, and the timeout takes no time. What came in the
	 * place of a character that was read would be later than this on a line with a rate. */
	if (uart->rx_count != 0U)
		set_ris(uart, uart->rx_read ? PL011_INT_RX | PL011_INT_RT : PL011_INT_RT);
	if ((value & PL011_INT_RX) != 0U)
		uart->rx_read = false;
}

/* Registers that hold what was written, by offset / 4; the mask is what exists (chapter 3), 0 where
 * there is no such register. */
static const struct stored_register {
	uint16_t field; /* of struct vpl011 */
	uint16_t mask;
} stored_registers[] = {
	[PL011_ILPR / 4U] = { offsetof(struct vpl011, ilpr), 0x00FF },
	[PL011_IBRD / 4U] = { offsetof(struct vpl011, ibrd), 0xFFFF },
	[PL011_FBRD / 4U] = { offsetof(struct vpl011, fbrd), 0x003F },
	[PL011_LCR_H / 4U] = { offsetof(struct vpl011, lcr_h), 0x00FF },
	[PL011_CR / 4U] = { offsetof(struct vpl011, cr), 0xFF87 },
	[PL011_IFLS / 4U] = { offsetof(struct vpl011, ifls), 0x003F },
	[PL011_IMSC / 4U] = { offsetof(struct vpl011, imsc), INT_MASK },
	[PL011_DMACR / 4U] = { offsetof(struct vpl011, dmacr), 0x0007 },
};

/* PeriphID0-3 (part 0x011, designer 0x41, revision r1p5) and PCellID0-3. */
static const uint8_t id_registers[8] = { 0x11, 0x10, 0x34, 0x00, 0x0D, 0xF0, 0x05, 0xB1 };

static const struct stored_register *find_stored(uint32_t offset)
{
	if (offset % 4U != 0U || offset > PL011_DMACR)
		return NULL;
	return stored_registers[offset / 4U].mask != 0U ? &stored_registers[offset / 4U] : NULL;
}

/* The field that a table line names; all of them are uint16_t. */
static uint16_t *stored_field(struct vpl011 *uart, const struct stored_register *reg)
{
	return (uint16_t *)(void *)((uint8_t *)uart + reg->field);
}

static uint32_t read_stored(struct vpl011 *uart, uint32_t offset)
{
	const struct stored_register *reg = find_stored(offset);

	if (reg != NULL)
		return *stored_field(uart, reg);
	return offset >= PL011_PERIPHID0 ? id_registers[(offset - PL011_PERIPHID0) / 4U] : 0U;
}

static uint32_t read_register(struct vpl011 *uart, uint32_t offset)
{
	switch (offset) {
	case PL011_DR:
		return rx_pop(uart);
	case PL011_RSR:
		return uart->rsr;
	case PL011_FR:
		return read_fr(uart);
	case PL011_RIS:
		return uart->ris;
	case PL011_MIS:
		return (uint32_t)uart->ris & uart->imsc;
	default:
		return read_stored(uart, offset);
	}
}

uint32_t vpl011_read(struct vpl011 *uart, uint32_t offset, uint32_t width)
{
	uint32_t value;

	if (width == 4U && (offset & ~(VPL011_SIZE - 4U)) == 0U)
		return read_register(uart, offset);
	if (offset >= VPL011_SIZE || (width != 1U && width != 2U && width != 4U) ||
	    (offset & (width - 1U)) != 0U)
		return 0;
	/* A byte other than the first of DR has no character to take. */
	if (offset != PL011_DR && offset < 4U)
		value = uart->rx_last;
	else
		value = read_register(uart, offset & ~3U);
	value >>= 8U * (offset & 3U);
	return value & (width == 1U ? 0xffU : 0xffffU);
}

struct vpl011_tx vpl011_write(struct vpl011 *uart, uint32_t offset, uint32_t width, uint32_t value)
{
	const struct stored_register *reg = find_stored(offset);
	struct vpl011_tx nothing = { .has_char = false };

	if (width < 4U)
		value &= (1U << (8U * width)) - 1U;
	if (reg != NULL)
		value &= reg->mask;
	switch (offset) {
	case PL011_DR:
		return write_dr(uart, value);
	case PL011_RSR: /* ECR: any value clears the error bits (3.3.2) */
		uart->rsr = 0;
		break;
	case PL011_LCR_H:
		write_lcr_h(uart, value);
		break;
	case PL011_CR:
		write_cr(uart, value);
		break;
	case PL011_ICR:
		write_icr(uart, value);
		break;
	default:
		if (reg != NULL)
			*stored_field(uart, reg) = (uint16_t)value;
		break;
	}
	return nothing;
}
