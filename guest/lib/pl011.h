/* SPDX-License-Identifier: BSD-2-Clause */
/* PL011 UART (DDI 0183), polled. */
#ifndef BELLHOP_GUEST_PL011_H
#define BELLHOP_GUEST_PL011_H

#include <stdbool.h>

#define UARTDR 0x000
#define UARTFR 0x018
#define UARTIBRD 0x024
#define UARTFBRD 0x028
#define UARTLCR_H 0x02c
#define UARTCR 0x030
#define UARTIFLS 0x034
#define UARTIMSC 0x038
#define UARTRIS 0x03c
#define UARTMIS 0x040
#define UARTICR 0x044

#define UARTFR_RXFE (1u << 4)
#define UARTFR_TXFF (1u << 5)
#define UARTFR_RXFF (1u << 6)
#define UARTFR_TXFE (1u << 7)

#define UART_INT_RX (1u << 4)
#define UART_INT_TX (1u << 5)
#define UART_INT_RT (1u << 6)

/* 8N1, FIFOs on, transmitter and receiver on, all interrupts masked. */
void pl011_init(void);

/* Waits while the transmit FIFO is full. */
void pl011_putc(char c);

/* The next received character, or -1 when there is none; never waits. */
int pl011_getc(void);
#endif
