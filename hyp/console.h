/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One physical UART for everybody. The VM in focus writes through and gets what is typed; the
 * others, and the hypervisor, write whole lines with a prefix. Ctrl-A is the hypervisor's key.
 *
 * Locking: a lock of its own, innermost; nothing here takes a VM's lock but console_interrupt(),
 * which holds none when it does.
 */
#ifndef BELLHOP_HYP_CONSOLE_H
#define BELLHOP_HYP_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/config.h"
#include "hyp/fmt.h"
#include "hyp/machine.h"

/* As soon as the UART is known; output works from here on. */
void console_init(const struct machine_uart *uart);
/* VM names and options; interrupts from here on. On the CPU that takes the UART's interrupt. */
void console_start(const struct config *config, const struct machine_uart *uart);

/* A line, or part of one, by the hypervisor itself. */
void console_print(const char *format, ...) FMT_PRINTF(1, 2);

/* The same for text that is ready, of any length. */
void console_write(const char *text);

/* A character that VM `vm` sent. */
void console_vm_write(unsigned int vm, uint8_t ch);
/* False while so much waits for the UART that a guest should see its own transmit FIFO full. */
bool console_has_room(void);

/* INTID of the UART; 0: it has none. */
uint32_t console_intid(void);
void console_interrupt(void);

/* Wait until everything is out. Only at the machine's end. */
void console_flush(void);
/* From here on without lock and interrupts: the CPU that held the lock may never run again. */
void console_panic_mode(void);

#endif
