/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PrimeCell GPIO (PL061, DDI 0190B) as a value: what its registers hold, and what its interrupt
 * output is. Eight lines; those that are inputs are driven by pl061_drive().
 */
#ifndef BELLHOP_GUEST_PL061_REGISTERS_H
#define BELLHOP_GUEST_PL061_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#define PL061_GPIOMIS 0x418u /* which lines want service: what a handler begins with */

/* All zero is the state after reset. */
struct pl061 {
	uint8_t input;	 /* levels from outside */
	uint8_t output;	 /* levels that the guest set, of lines that are outputs */
	uint8_t dir;	 /* GPIODIR: 1 is an output */
	uint8_t sense;	 /* GPIOIS: 1 is level-sensitive */
	uint8_t both;	 /* GPIOIBE */
	uint8_t event;	 /* GPIOIEV: rising, or high */
	uint8_t enable;	 /* GPIOIE */
	uint8_t latched; /* edges that were seen; levels are not latched */
};

/* Registers are 8 bits wide, so the width of an access is of no matter. */
uint32_t pl061_read(const struct pl061 *gpio, uint32_t offset);
/* Does an access at this offset concern the level of a line? */
bool pl061_reads_line(uint32_t offset, unsigned int line);
void pl061_write(struct pl061 *gpio, uint32_t offset, uint32_t value);

/* A line from outside: an edge may be latched. */
void pl061_drive(struct pl061 *gpio, unsigned int line, bool level);

/* GPIOINTR: some line wants service and is enabled. */
bool pl061_interrupt(const struct pl061 *gpio);

#endif
