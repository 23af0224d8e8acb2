/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PrimeCell UART (PL011, DDI 0183, r1p5) that a guest sees, as a value.
 * Pure functions over struct vpl011: the caller holds whatever lock protects
 * the UART, moves characters, and after each call drives the interrupt input
 * with vpl011_line(). No function fails; a guest's odd access reads as zero or
 * is ignored.
 *
 * Where it differs from silicon, with the reason:
 * - There is no clock, so no baud rate: a character leaves when it is written,
 *   and the 32 bit periods of the receive timeout are over at once. RTRIS is
 *   therefore set whenever the receive FIFO holds a character.
 * - RXRIS comes with each character, whatever IFLS says, because software made
 *   for QEMU's virt board enables RXIM alone and waits for single characters.
 *   The first clear of it in ICR behind a read of DR leaves it set while there is a
 *   character: one that waited outside is in the FIFO sooner than from a line.
 * - UARTEN, TXE and RXE are stored but not looked at, for the same reason.
 * - Modem inputs read as connected (CTS, DSR, DCD), so that a guest with
 *   hardware flow control does not wait for ever.
 * - Parity, framing and break errors do not occur; overrun only in loopback,
 *   because vpl011_receive() refuses what does not fit.
 */
#ifndef BELLHOP_HYP_VPL011_H
#define BELLHOP_HYP_VPL011_H

#include <stdbool.h>
#include <stdint.h>

#define VPL011_SIZE 0x1000U /* bytes of register space */
#define VPL011_FIFO_DEPTH 32U

/* Register offsets, DDI 0183 table 3-1. */
#define PL011_DR 0x000U
#define PL011_RSR 0x004U /* ECR when written */
#define PL011_FR 0x018U
#define PL011_ILPR 0x020U
#define PL011_IBRD 0x024U
#define PL011_FBRD 0x028U
#define PL011_LCR_H 0x02CU
#define PL011_CR 0x030U
#define PL011_IFLS 0x034U
#define PL011_IMSC 0x038U
#define PL011_RIS 0x03CU
#define PL011_MIS 0x040U
#define PL011_ICR 0x044U
#define PL011_DMACR 0x048U
#define PL011_PERIPHID0 0xFE0U
#define PL011_PCELLID0 0xFF0U

/* DR, error bits beside the character. */
#define PL011_DR_OE (1U << 11)

/* FR */
#define PL011_FR_CTS (1U << 0)
#define PL011_FR_DSR (1U << 1)
#define PL011_FR_DCD (1U << 2)
#define PL011_FR_BUSY (1U << 3)
#define PL011_FR_RXFE (1U << 4)
#define PL011_FR_TXFF (1U << 5)
#define PL011_FR_RXFF (1U << 6)
#define PL011_FR_TXFE (1U << 7)
#define PL011_FR_RI (1U << 8)

/* LCR_H, CR */
#define PL011_LCR_H_FEN (1U << 4)
#define PL011_CR_LBE (1U << 7)
#define PL011_CR_DTR (1U << 10)
#define PL011_CR_RTS (1U << 11)
#define PL011_CR_OUT1 (1U << 12)
#define PL011_CR_OUT2 (1U << 13)

/* RIS, MIS, IMSC, ICR */
#define PL011_INT_RI (1U << 0)
#define PL011_INT_CTS (1U << 1)
#define PL011_INT_DCD (1U << 2)
#define PL011_INT_DSR (1U << 3)
#define PL011_INT_RX (1U << 4)
#define PL011_INT_TX (1U << 5)
#define PL011_INT_RT (1U << 6)
#define PL011_INT_OE (1U << 10)

struct vpl011 {
	uint16_t rx[VPL011_FIFO_DEPTH]; /* character and DR error bits */
	uint8_t rx_head;		/* index of the oldest, 0..31 */
	uint8_t rx_count;		/* 0..32; 0..1 while LCR_H.FEN is 0 */
	uint16_t rx_last;		/* what DR reads while the FIFO is empty */
	bool rx_overrun;		/* to be reported with the next character */
	bool rx_read;			/* DR was read since ICR cleared RXRIS */
	bool tx_full;			/* the caller's buffer is full: TXFF */
	uint16_t ris, imsc;
	uint16_t cr, lcr_h, ifls, ibrd, fbrd, ilpr, dmacr, rsr;
	uint32_t tx_lost; /* characters written while TXFF was set */
};

/* What a register write sends down the line. */
struct vpl011_tx {
	bool has_char;
	uint8_t ch;
};

/* The state after reset: table 3-1's reset values, FIFOs empty, line low. */
struct vpl011 vpl011_reset(void);

/*
 * Read `width` bytes (1, 2 or 4) at `offset` (bytes from the base). Reading DR
 * takes a character out of the FIFO. Unknown registers, an access that is not
 * aligned to its width and offsets beyond VPL011_SIZE read as zero.
 */
uint32_t vpl011_read(struct vpl011 *uart, uint32_t offset, uint32_t width);

/*
 * Write `width` bytes (1, 2 or 4) at `offset`; the value is zero-extended. Only
 * writes to the start of a register count. If the result has a character, it
 * has left the UART: the caller must take it.
 */
struct vpl011_tx vpl011_write(struct vpl011 *uart, uint32_t offset, uint32_t width, uint32_t value);

/*
 * A character from outside. False if the FIFO is full: nothing changed, and the
 * caller keeps the character and tries again after a read of DR or a write.
 */
bool vpl011_receive(struct vpl011 *uart, uint8_t ch);

/*
 * Tell the UART that the caller's buffer is full (TXFF is shown, and characters
 * written now are lost and counted) or has room again. The change from full to
 * not full raises TXRIS, and the other one clears it: without that a guest
 * whose transmit interrupt is enabled would be interrupted for ever.
 */
void vpl011_set_tx_full(struct vpl011 *uart, bool full);

/* Level of UARTINTR: some raw interrupt is unmasked (3.3.10, 3.3.12). */
static inline bool vpl011_line(const struct vpl011 *uart)
{
	return (uart->ris & uart->imsc) != 0U;
}

#endif
