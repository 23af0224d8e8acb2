/* SPDX-License-Identifier: BSD-2-Clause */
/* A VM's PL011 between its guest and the console. */
#ifndef BELLHOP_HYP_VUART_H
#define BELLHOP_HYP_VUART_H

#include <stdbool.h>
#include <stdint.h>

#define VUART_INPUT 64u /* characters that wait for room in the receive FIFO */

struct vm;
struct vcpu;

/* A guest's access of width bytes (1, 2, 4); takes the VM's lock. */
uint32_t vuart_read(struct vcpu *v, uint32_t offset, uint32_t width);
void vuart_write(struct vcpu *v, uint32_t offset, uint32_t width, uint32_t value);

/* The console has room again: guests that saw a full transmit FIFO may go on. No lock held. */
void vuart_room(void);

/* A character typed for this VM; dropped when VUART_INPUT wait already. No lock held. */
void vuart_input(struct vm *vm, uint8_t ch);

#endif
