/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_HYP_IRQ_H
#define BELLHOP_HYP_IRQ_H

#include <stdint.h>

/* Take the physical interrupts that wait for this CPU. Called with interrupts masked, from the
 * vector and wherever EL2 waits or works long. */
void irq_poll(void);

/* The INTID of the list registers' maintenance interrupt. */
void irq_set_maintenance(uint32_t intid);

#endif
