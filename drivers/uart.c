// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/uart.h"

#include <stddef.h>

#include "drivers/mmio.h"
#include "hyp/vpl011.h" /* register names of the PL011 */

struct uart_ops {
	bool (*send)(const struct uart *uart, uint8_t ch);
	int (*receive)(const struct uart *uart);
	void (*receive_irq)(const struct uart *uart);
	void (*send_irq)(const struct uart *uart, bool on);
	void (*ack_irq)(const struct uart *uart);
};

/* PL011, DDI 0183 chapter 3 */

static bool pl011_send(const struct uart *uart, uint8_t ch)
{
	if (mmio_read32(uart->base + PL011_FR) & PL011_FR_TXFF)
		return false;
	mmio_write32(uart->base + PL011_DR, ch);
	return true;
}

static int pl011_receive(const struct uart *uart)
{
	if (mmio_read32(uart->base + PL011_FR) & PL011_FR_RXFE)
		return -1;
	return (uint8_t)mmio_read32(uart->base + PL011_DR);
}

static void pl011_receive_irq(const struct uart *uart)
{
	mmio_write32(uart->base + PL011_IMSC, PL011_INT_RX | PL011_INT_RT);
}

static void pl011_send_irq(const struct uart *uart, bool on)
{
	uint32_t imsc = mmio_read32(uart->base + PL011_IMSC);

	imsc = on ? imsc | PL011_INT_TX : imsc & ~PL011_INT_TX;
	mmio_write32(uart->base + PL011_IMSC, imsc);
}

static void pl011_ack_irq(const struct uart *uart)
{
	mmio_write32(uart->base + PL011_ICR, PL011_INT_RX | PL011_INT_RT | PL011_INT_TX);
}

static const struct uart_ops pl011_ops = {
	.send = pl011_send,
	.receive = pl011_receive,
	.receive_irq = pl011_receive_irq,
	.send_irq = pl011_send_irq,
	.ack_irq = pl011_ack_irq,
};

/* NS16550: register numbers and bits of the National Semiconductor PC16550D data sheet */

#define NS16550_DATA 0u
#define NS16550_IER 1u
#define NS16550_IIR 2u
#define NS16550_LSR 5u
#define IER_RECEIVE 1u
#define IER_SEND 2u
#define LSR_RECEIVED 1u
#define LSR_SEND_EMPTY 0x20u

static uint32_t ns16550_read(const struct uart *uart, uint32_t reg)
{
	uintptr_t address = uart->base + (reg << uart->reg_shift);

	return uart->reg_width == 4 ? mmio_read32(address) : mmio_read8(address);
}

static void ns16550_write(const struct uart *uart, uint32_t reg, uint32_t value)
{
	uintptr_t address = uart->base + (reg << uart->reg_shift);

	if (uart->reg_width == 4)
		mmio_write32(address, value);
	else
		mmio_write8(address, (uint8_t)value);
}

static bool ns16550_send(const struct uart *uart, uint8_t ch)
{
	if (!(ns16550_read(uart, NS16550_LSR) & LSR_SEND_EMPTY))
		return false;
	ns16550_write(uart, NS16550_DATA, ch);
	return true;
}

static int ns16550_receive(const struct uart *uart)
{
	if (!(ns16550_read(uart, NS16550_LSR) & LSR_RECEIVED))
		return -1;
	return (uint8_t)ns16550_read(uart, NS16550_DATA);
}

static void ns16550_receive_irq(const struct uart *uart)
{
	ns16550_write(uart, NS16550_IER, IER_RECEIVE);
}

static void ns16550_send_irq(const struct uart *uart, bool on)
{
	ns16550_write(uart, NS16550_IER, on ? IER_RECEIVE | IER_SEND : IER_RECEIVE);
}

static void ns16550_ack_irq(const struct uart *uart)
{
	(void)ns16550_read(uart, NS16550_IIR);
}

static const struct uart_ops ns16550_ops = {
	.send = ns16550_send,
	.receive = ns16550_receive,
	.receive_irq = ns16550_receive_irq,
	.send_irq = ns16550_send_irq,
	.ack_irq = ns16550_ack_irq,
};

/* No console: everything is sent, nothing comes. */

static bool none_send(const struct uart *uart, uint8_t ch)
{
	(void)uart;
	(void)ch;
	return true;
}

static int none_receive(const struct uart *uart)
{
	(void)uart;
	return -1;
}

static void none_do(const struct uart *uart)
{
	(void)uart;
}

static void none_set(const struct uart *uart, bool on)
{
	(void)uart;
	(void)on;
}

static const struct uart_ops none_ops = {
	.send = none_send,
	.receive = none_receive,
	.receive_irq = none_do,
	.send_irq = none_set,
	.ack_irq = none_do,
};

static const struct uart_ops *const ops_of_kind[] = {
	[MACHINE_UART_NONE] = &none_ops,
	[MACHINE_UART_PL011] = &pl011_ops,
	[MACHINE_UART_NS16550] = &ns16550_ops,
};

void uart_init(struct uart *uart, const struct machine_uart *machine, uintptr_t base)
{
	*uart = (struct uart){
		.ops = ops_of_kind[machine->kind],
		.base = base,
		.reg_shift = machine->reg_shift,
		.reg_width = machine->reg_io_width,
	};
}

bool uart_send(const struct uart *uart, uint8_t ch)
{
	return uart->ops == NULL || uart->ops->send(uart, ch);
}

int uart_receive(const struct uart *uart)
{
	return uart->ops->receive(uart);
}

void uart_receive_irq(const struct uart *uart)
{
	uart->ops->receive_irq(uart);
}

void uart_send_irq(const struct uart *uart, bool on)
{
	uart->ops->send_irq(uart, on);
}

void uart_ack_irq(const struct uart *uart)
{
	uart->ops->ack_irq(uart);
}
