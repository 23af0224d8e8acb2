// SPDX-License-Identifier: BSD-2-Clause
#include "mmu.h"

#include "cpu.h"

#define SECTION_SHIFT 20

extern const char __heap_end[];

uint32_t mmu_table[4096] __attribute__((aligned(16384), section(".noinit")));

static void map_range(uint32_t *table, uint32_t first, uint32_t last, enum mmu_attr attr)
{
	for (uint32_t i = first; i <= last; i++)
		table[i] = attr == MMU_NONE ? 0 : i << SECTION_SHIFT | (uint32_t)attr;
}

/*
 * Only the image and the FDT: mapping as Normal what may not be RAM would allow speculative reads
 * of it. guest_start() adds the rest of RAM when the FDT has told its size.
 */
void mmu_fill_boot_table(uint32_t *table, uintptr_t fdt)
{
	const uint32_t ram = RAM_BASE >> SECTION_SHIFT;
	const uint32_t fdt_section = fdt >> SECTION_SHIFT;

	map_range(table, 0, ram - 1, MMU_DEVICE);
	map_range(table, ram, 4095, MMU_NONE);
	map_range(table, ram, (uintptr_t)__heap_end >> SECTION_SHIFT, MMU_NORMAL);
	if (fdt_section >= ram && fdt_section < 4095)
		map_range(table, fdt_section, fdt_section + 1, MMU_NORMAL);
	dsb();
}

void mmu_map(uint32_t va, uint32_t pa, uint32_t size, enum mmu_attr attr)
{
	const uint32_t delta = pa - va;

	for (uint32_t done = 0; done < size; done += MMU_SECTION_SIZE)
		mmu_table[(va + done) >> SECTION_SHIFT] =
			attr == MMU_NONE ? 0 : ((va + done + delta) | (uint32_t)attr);
	dsb();
	cp15_write(0, 8, 3, 0, 0); /* TLBIALLIS */
	cp15_write(0, 7, 1, 6, 0); /* BPIALLIS */
	dsb();
	isb();
}

static void clean_level(uint32_t level)
{
	cp15_write(2, 0, 0, 0, level << 1); /* CSSELR */
	isb();
	const uint32_t ccsidr = cp15_read(1, 0, 0, 0);
	const uint32_t line_shift = (ccsidr & 7) + 4;
	const uint32_t ways = (ccsidr >> 3 & 0x3ff) + 1;
	const uint32_t sets = (ccsidr >> 13 & 0x7fff) + 1;
	const uint32_t way_shift = ways == 1 ? 0 : (uint32_t)__builtin_clz(ways - 1);

	for (uint32_t way = 0; way < ways; way++)
		for (uint32_t set = 0; set < sets; set++)
			cp15_write(0, 7, 14, 2,
				   way << way_shift | set << line_shift | level << 1); /* DCCISW */
}

/* Kept free of stack traffic between the clean and the switch as far as C allows: no calls. */
void mmu_disable(void)
{
	const uint32_t clidr = cp15_read(1, 0, 0, 1);
	const uint32_t sctlr = cp15_read(0, 1, 0, 0);

	for (uint32_t level = 0; level < 7; level++)
		if ((clidr >> (3 * level) & 7) >= 2)
			clean_level(level);
	dsb();
	cp15_write(0, 1, 0, 0, sctlr & ~(uint32_t)(SCTLR_M | SCTLR_C));
	isb();
	cp15_write(0, 8, 7, 0, 0); /* TLBIALL */
	dsb();
	isb();
}
