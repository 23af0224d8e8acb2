/* SPDX-License-Identifier: BSD-2-Clause */
/* Device registers: one access of the stated width, in program order. */
#ifndef BELLHOP_DRIVERS_MMIO_H
#define BELLHOP_DRIVERS_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read32(uintptr_t address)
{
	return *(volatile const uint32_t *)address;
}

static inline void mmio_write32(uintptr_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

static inline uint8_t mmio_read8(uintptr_t address)
{
	return *(volatile const uint8_t *)address;
}

static inline void mmio_write8(uintptr_t address, uint8_t value)
{
	*(volatile uint8_t *)address = value;
}

#endif
