/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_HYP_IRQ_H
#define BELLHOP_HYP_IRQ_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;

/* Take the physical interrupts that wait for this CPU. Called with interrupts masked, from the
 * vector and wherever EL2 waits or works long. True: the last one is the loaded vCPU's own now, and
 * there may be more. */
bool irq_poll(struct cpu *cpu);

/* The INTID of the list registers' maintenance interrupt. */
void irq_set_maintenance(uint32_t intid);

#endif
