/* SPDX-License-Identifier: BSD-2-Clause */
/* The physical console UART. The caller's lock protects it; nothing here waits. */
#ifndef BELLHOP_DRIVERS_UART_H
#define BELLHOP_DRIVERS_UART_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/machine.h"

struct uart_ops;

struct uart {
	const struct uart_ops *ops;
	uintptr_t base;	    /* mapped registers */
	uint32_t reg_shift; /* NS16550 only */
	uint32_t reg_width; /* NS16550 only: 1 or 4 bytes */
};

/* base is where the registers of machine->kind are mapped. Line settings stay as firmware left
 * them. Receive interrupts are off until uart_receive_irq(). */
void uart_init(struct uart *uart, const struct machine_uart *machine, uintptr_t base);

/* False when there is no room; then nothing was sent. */
bool uart_send(const struct uart *uart, uint8_t ch);

/* A received character, 0..255, or -1. */
int uart_receive(const struct uart *uart);

/* Interrupt when something was received. */
void uart_receive_irq(const struct uart *uart);

/* Interrupt when there is room to send, on or off. */
void uart_send_irq(const struct uart *uart, bool on);

/* Withdraw the interrupt that was taken; what is still due raises it again. */
void uart_ack_irq(const struct uart *uart);

#endif
