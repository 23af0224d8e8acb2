// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/console.h"

#include <stdarg.h>
#include <stddef.h>

#include "drivers/gic.h"
#include "drivers/uart.h"
#include "hyp/console_input.h"
#include "hyp/libc.h"
#include "hyp/mm.h"
#include "hyp/spinlock.h"
#include "hyp/vuart.h"

#define RING_SIZE 4096u	   /* power of two */
#define RING_RESERVE 1024u /* for lines of the hypervisor and of other VMs */
#define LINE_SIZE 128u
#define UART_REGISTERS 0x1000u
#define HYPERVISOR CONFIG_MAX_VMS /* index of the hypervisor's own line */

struct line {
	char text[LINE_SIZE];
	uint32_t length;
};

static struct {
	struct spinlock lock;
	struct uart uart;
	uint32_t intid;
	bool started;
	bool panicking;
	bool sending;	  /* the transmit interrupt is on */
	bool interrupted; /* the focus's begun line is not the last on the screen */
	const struct config *config;
	uint32_t focus; /* VM index; HYPERVISOR: none yet */
	/* What is not out yet: [read, write) of the ring, both free running. */
	char ring[RING_SIZE];
	uint32_t read, write;
	/* Begun lines. That of the VM in focus is on the screen already. */
	struct line line[CONFIG_MAX_VMS + 1];
} console;

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

/* Move what the UART takes at once. */
static void pump(void)
{
	while (console.read != console.write &&
	       uart_send(&console.uart, (uint8_t)console.ring[console.read % RING_SIZE]))
		console.read++;
}

/* Before there are interrupts, and when there is no place, EL2 waits for the UART: only boot, the
 * end, and a flood of lines from several VMs get there. */
static void put(char ch)
{
	if (console.write - console.read == RING_SIZE)
		while (!uart_send(&console.uart, (uint8_t)console.ring[console.read % RING_SIZE]))
			;
	if (console.write - console.read == RING_SIZE)
		console.read++;
	console.ring[console.write++ % RING_SIZE] = ch;
}

static void put_text(const char *text)
{
	for (; *text != '\0'; text++)
		put(*text);
}

static void finish_output(void)
{
	bool more;

	pump();
	if (!console.started || console.panicking) {
		while (console.read != console.write)
			pump();
		return;
	}
	more = console.read != console.write;
	if (more != console.sending)
		uart_send_irq(&console.uart, more);
	console.sending = more;
}

static void put_prefix(uint32_t who)
{
	static const char colours[] = { '6', '3', '5', '2', '4', '1' };
	char prefix[CONFIG_NAME_SIZE + 24];

	if (who == HYPERVISOR)
		return;
	if (console.config->options.colour)
		fmt_print(prefix, sizeof(prefix), "\033[3%cm[%s]\033[0m ",
			  colours[who % sizeof(colours)], console.config->vm[who].name);
	else
		fmt_print(prefix, sizeof(prefix), "[%s] ", console.config->vm[who].name);
	put_text(prefix);
}

static void put_line_so_far(const struct line *line)
{
	for (uint32_t i = 0; i < line->length; i++)
		put(line->text[i]);
}

/* A whole line of somebody who is not in focus, between the lines of the one who is: what that one
 * has begun is taken up again by resume_focus(). */
static void put_foreign_line(uint32_t who)
{
	if (who != console.focus && !console.interrupted) {
		if (console.line[console.focus].length != 0)
			put_text("\r\n");
		console.interrupted = true;
	}
	put_prefix(who);
	put_line_so_far(&console.line[who]);
	put_text("\r\n");
	console.line[who].length = 0;
}

static void resume_focus(void)
{
	if (console.interrupted)
		put_line_so_far(&console.line[console.focus]);
	console.interrupted = false;
}

static void write_foreign(uint32_t who, char ch)
{
	struct line *line = &console.line[who];

	if (ch == '\r')
		return;
	if (ch == '\n' || line->length == LINE_SIZE)
		put_foreign_line(who);
	if (ch != '\n')
		line->text[line->length++] = ch;
}

static void write_focus(uint32_t who, char ch)
{
	struct line *line = &console.line[who];

	put(ch);
	if (ch == '\n' || ch == '\r')
		line->length = 0;
	else if (ch == '\b' && line->length > 0)
		line->length--;
	else if (line->length < LINE_SIZE)
		line->text[line->length++] = ch;
}

void console_vm_write(unsigned int vm, uint8_t ch)
{
	console_lock();
	if (vm == console.focus)
		write_focus(vm, (char)ch);
	else
		write_foreign(vm, (char)ch);
	resume_focus();
	finish_output();
	console_unlock();
}

bool console_has_room(void)
{
	return console.write - console.read <= RING_SIZE - RING_RESERVE;
}

void console_write(const char *text)
{
	console_lock();
	for (; *text != '\0'; text++)
		write_foreign(HYPERVISOR, *text);
	resume_focus();
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
	return console.focus;
}

/* The old one's begun line stays its own, for when the focus comes back; the new one's appears. */
void console_set_focus(unsigned int vm)
{
	console_lock();
	if (vm != console.focus) {
		if (console.line[console.focus].length != 0)
			put_text("\r\n");
		console.focus = vm;
		put_line_so_far(&console.line[vm]);
		finish_output();
	}
	console_unlock();
}

void console_init(const struct machine_uart *uart)
{
	uintptr_t base = 0;

	console.focus = HYPERVISOR;
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
	return HYPERVISOR;
}

void console_start(const struct config *config, const struct machine_uart *uart)
{
	console.config = config;
	console.focus = first_focus(config);
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

void console_flush(void)
{
	while (console.read != console.write)
		pump();
}

void console_panic_mode(void)
{
	console.panicking = true;
	if (console.line[console.focus].length != 0)
		put_text("\r\n");
}
