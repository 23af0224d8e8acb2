/* SPDX-License-Identifier: BSD-2-Clause */
/* What is typed: to the VM in focus, or after Ctrl-A to the hypervisor. */
#ifndef BELLHOP_HYP_CONSOLE_INPUT_H
#define BELLHOP_HYP_CONSOLE_INPUT_H

#include <stdint.h>

/* A character from the physical UART; no lock held. */
void console_input(uint8_t ch);

/* Of console.c: the VM in focus (CONFIG_MAX_VMS: none). */
unsigned int console_focus(void);
void console_set_focus(unsigned int vm);

#endif
