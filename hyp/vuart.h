/* SPDX-License-Identifier: BSD-2-Clause */
/* A VM's PL011 between its guest and the console. */
#ifndef BELLHOP_HYP_VUART_H
#define BELLHOP_HYP_VUART_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/mmio.h"

#define VUART_INPUT 64u /* characters that wait for room in the receive FIFO */

struct vm;
struct vcpu;

/* A guest's access, as struct mmio_device has it; takes the VM's lock. */
enum mmio_status vuart_read(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value);
enum mmio_status vuart_write(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value);

/* The console has room again: guests that saw a full transmit FIFO may go on. No lock held. */
void vuart_room(void);

/* A character typed for this VM; dropped when VUART_INPUT wait already. No lock held. */
void vuart_input(struct vm *vm, uint8_t ch);

#endif
