/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flat stage 1 map in 1 MiB sections (short descriptors, DDI 0406C B3.5). After start: devices
 * below RAM_BASE (Device, execute never), RAM Normal write-back shareable, nothing above RAM.
 */
#ifndef BELLHOP_GUEST_MMU_H
#define BELLHOP_GUEST_MMU_H

#include <stdint.h>

#define MMU_SECTION_SIZE 0x100000u

enum mmu_attr {
	MMU_NONE = 0,
	MMU_DEVICE = 0x10c16,	   /* Shareable Device, XN, full access */
	MMU_DEVICE_EXEC = 0x10c06, /* the same, instruction fetches allowed */
	MMU_NORMAL = 0x11c0e,	   /* write-back write-allocate, shareable, executable */
	MMU_NONCACHED = 0x11c02,   /* Normal non-cacheable, shareable */
};

/* 4096 first-level descriptors, 16 KiB aligned. */
extern uint32_t mmu_table[4096];

/* Fills mmu_table for start-up; runs with the MMU off. `fdt` is mapped as Normal when in RAM. */
void mmu_fill_boot_table(uint32_t *table, uintptr_t fdt);

/* Maps `size` bytes from va to pa (all multiples of 1 MiB) and invalidates the TLB of all vCPUs. */
void mmu_map(uint32_t va, uint32_t pa, uint32_t size, enum mmu_attr attr);

/* Turns this vCPU's MMU and data cache off or on again; data is cleaned by set/way before. */
void mmu_disable(void);
void mmu_on(void);
#endif
