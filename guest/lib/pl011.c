// SPDX-License-Identifier: BSD-2-Clause
#include "pl011.h"

#include "cpu.h"

#define LCR_H_8N1_FEN 0x70
#define CR_RXE_TXE_EN 0x301

void pl011_init(void)
{
	mmio_write32(PL011_BASE + UARTCR, 0);
	mmio_write32(PL011_BASE + UARTIMSC, 0);
	mmio_write32(PL011_BASE + UARTICR, 0x7ff);
	mmio_write32(PL011_BASE + UARTLCR_H, LCR_H_8N1_FEN);
	mmio_write32(PL011_BASE + UARTCR, CR_RXE_TXE_EN);
}

void pl011_putc(char c)
{
	while (mmio_read32(PL011_BASE + UARTFR) & UARTFR_TXFF)
		cpu_relax();
	mmio_write32(PL011_BASE + UARTDR, (uint8_t)c);
}

int pl011_getc(void)
{
	if (mmio_read32(PL011_BASE + UARTFR) & UARTFR_RXFE)
		return -1;
	return (int)(mmio_read32(PL011_BASE + UARTDR) & 0xff);
}
