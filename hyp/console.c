// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/console.h"

#include <stdarg.h>
#include <stddef.h>

#include "drivers/gic.h"
#include "drivers/uart.h"
#include "hyp/console_input.h"
#include "hyp/console_text.h"
#include "hyp/mm.h"
#include "hyp/spinlock.h"
#include "hyp/vuart.h"

#define RING_SIZE 4096u
#define EARLY_RING_SIZE 64u /* before there is a heap, when EL2 waits for the UART anyway */
#define RING_RESERVE 1024u  /* for lines of the hypervisor and of other VMs */
#define UART_REGISTERS 0x1000u

static uint8_t early_ring[EARLY_RING_SIZE];

static struct {
	struct spinlock lock;
	struct uart uart;
	uint32_t intid;
	bool started;
	bool panicking;
	bool sending; /* the transmit interrupt is on */
	/* What is not out yet: [read, write) of the ring, both free running. */
	uint8_t *ring;
	uint32_t ring_size; /* power of two */
	uint32_t read, write;
	struct console_text text;
} console = { .ring = early_ring, .ring_size = EARLY_RING_SIZE };

static void console_lock(void)
{
	if (!console.panicking)
		spin_lock(&console.lock);
}

static void console_unlock(void)
{
	if (!console.panicking)
		spin_unlock(&console.lock);
}

/* Right also where a CPU that panics sends beside one that holds the lock. */
static bool is_waiting(void)
{
	return (int32_t)(console.write - console.read) > 0;
}

static uint8_t *at(uint32_t index)
{
	return &console.ring[index & (console.ring_size - 1)];
}

/* Move what the UART takes at once. */
static void pump(void)
{
	while (is_waiting() && uart_send(&console.uart, *at(console.read)))
		console.read++;
}

/* Before there are interrupts, and when there is no place, EL2 waits for the UART: only boot, the
 * end, and a flood of lines from several VMs get there. */
static void make_room(void)
{
	while (!uart_send(&console.uart, *at(console.read)))
		;
	console.read++;
}

static void put_out(struct console_out *out)
{
	uint32_t length = out->length;
	uint32_t write = console.write;

	for (uint32_t i = 0; i < length; i++) {
		if (write - console.read == console.ring_size)
			make_room();
		*at(write++) = (uint8_t)out->text[i];
	}
	console.write = write;
	out->length = 0;
}

static void finish_output(void)
{
	bool more;

	pump();
	if (!console.started || console.panicking) {
		while (is_waiting())
			pump();
		return;
	}
	more = is_waiting();
	if (more != console.sending)
		uart_send_irq(&console.uart, more);
	console.sending = more;
}

void console_vm_write(unsigned int vm, uint8_t ch)
{
	struct console_out out;

	out.length = 0;
	console_lock();
	console_text_write(&console.text, vm, (char)ch, &out);
	console_text_resume(&console.text, &out);
	put_out(&out);
	finish_output();
	console_unlock();
}

bool console_has_room(void)
{
	return console.write - console.read <= RING_SIZE - RING_RESERVE;
}

void console_write(const char *text)
{
	struct console_out out;

	out.length = 0;
	console_lock();
	for (; *text != '\0'; text++) {
		console_text_write(&console.text, CONSOLE_HYPERVISOR, *text, &out);
		if (out.length != 0)
			put_out(&out);
	}
	console_text_resume(&console.text, &out);
	put_out(&out);
	finish_output();
	console_unlock();
}

void console_print(const char *format, ...)
{
	char text[FMT_LINE_SIZE + 32];
	va_list args;

	va_start(args, format);
	fmt_vprint(text, sizeof(text), format, args);
	va_end(args);
	console_write(text);
}

unsigned int console_focus(void)
{
	return console.text.focus;
}

void console_set_focus(unsigned int vm)
{
	struct console_out out;

	out.length = 0;
	console_lock();
	console_text_focus(&console.text, vm, &out);
	put_out(&out);
	finish_output();
	console_unlock();
}

void console_init(const struct machine_uart *uart)
{
	uintptr_t base = 0;

	console.text.focus = CONSOLE_HYPERVISOR;
	if (uart->kind != MACHINE_UART_NONE)
		base = (uintptr_t)mm_map_device(uart->base, UART_REGISTERS);
	uart_init(&console.uart, uart, base);
}

static uint32_t first_focus(const struct config *config)
{
	if (config->options.focus != CONFIG_NO_FOCUS)
		return config->options.focus;
	for (uint32_t i = 0; i < config->n_vms; i++)
		if (config->vm[i].console)
			return i;
	return CONSOLE_HYPERVISOR;
}

void console_start(const struct config *config, const struct machine_uart *uart)
{
	/* Nothing is in the old one: it was emptied after each line. */
	console.ring = mm_alloc(RING_SIZE, 4);
	console.ring_size = RING_SIZE;
	console.read = 0;
	console.write = 0;
	console.text.line = mm_alloc(config->n_vms * sizeof(struct console_line), 4);
	console.text.config = config;
	console.text.focus = first_focus(config);
	console.intid = uart->intid;
	if (uart->intid == 0)
		return;
	console.started = true;
	gic_enable(uart->intid, true);
	uart_receive_irq(&console.uart);
}

uint32_t console_intid(void)
{
	return console.intid;
}

void console_interrupt(void)
{
	int ch;

	uart_ack_irq(&console.uart);
	/* At most one FIFO of any UART at a time; the line stays high for the rest. */
	for (unsigned int n = 0; n < 64 && (ch = uart_receive(&console.uart)) >= 0; n++)
		console_input((uint8_t)ch);
	console_lock();
	finish_output();
	console_unlock();
	if (console_has_room())
		vuart_room();
}

/* With the lock: another CPU may have a last line, too. */
void console_flush(void)
{
	console_lock();
	while (is_waiting())
		pump();
	console_unlock();
}

void console_panic_mode(void)
{
	struct console_out out;

	out.length = 0;
	console.panicking = true;
	console_text_end_line(&console.text, &out);
	put_out(&out);
}
