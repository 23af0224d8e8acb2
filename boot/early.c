// SPDX-License-Identifier: BSD-2-Clause
/*
 * The first page tables of EL2. With the MMU off every access is Strongly-ordered (DDI 0406C
 * B3.2.1): no unaligned access, no LDREX, and caches hold nothing that was written here, but may
 * hold stale lines of it.
 */
#include "boot/early.h"

#include <stdbool.h>
#include <stddef.h>

#include "hyp/arm.h"
#include "hyp/image_symbols.h"
#include "hyp/layout.h"
#include "hyp/pte.h"

#define MODE_MASK 0x1fu
#define MODE_HYP 0x1au
#define FDT_MAGIC_BYTES 0xedfe0dd0u /* 0xd00dfeed as a little-endian load sees it */
#define L1_ENTRIES 4u
#define QEMU_ELF_FDT_GAP 0x100000u

/* Tables that must exist before there is an allocator. */
struct early_tables {
	pte_t l2_top[PTES_PER_TABLE];
	pte_t l3_image[PTES_PER_TABLE];
	pte_t l2_idmap[PTES_PER_TABLE];
	pte_t l3_idmap[PTES_PER_TABLE];
};

static struct early_tables tables __attribute__((section(".boot_tables"), aligned(4096)));

static void clear(pte_t *table)
{
	for (unsigned int i = 0; i < PTES_PER_TABLE; i++)
		table[i] = 0;
}

static pte_t table_at(const void *table)
{
	return (uint32_t)table | PTE_TABLE;
}

static pte_t page_at(const char *page, pte_t access)
{
	return (uint32_t)page | PTE_PAGE | PTE_AF | PTE_SH_INNER | PTE_HYP_AP1 |
	       PTE_HYP_ATTR(ATTR_NORMAL) | access;
}

/* Map [start, end) of the image at its linked address; before the MMU is on a symbol's value is its
 * physical address. */
static void map_section(const char *start, const char *end, pte_t access)
{
	size_t first = (size_t)(start - __image_start) / PAGE_SIZE;

	for (size_t i = 0; i < (size_t)(end - start) / PAGE_SIZE; i++)
		tables.l3_image[first + i] = page_at(start + i * PAGE_SIZE, access);
}

static void map_boot_stack(void)
{
	unsigned int last = (STACK_TOP(0) - HYP_IMAGE) / PAGE_SIZE;
	unsigned int pages = STACK_SIZE / PAGE_SIZE;
	size_t hole = (size_t)(boot_stack_bottom - __image_start) / PAGE_SIZE;

	for (unsigned int i = 0; i < pages; i++) {
		tables.l3_image[last - pages + i] =
			page_at(boot_stack_bottom + i * PAGE_SIZE, PTE_XN);
		tables.l3_image[hole + i] = 0;
	}
}

static void write_tables(void)
{
	pte_t *l1 = boot_l1;
	uint32_t idmap = (uint32_t)__idmap_start;

	for (unsigned int i = 0; i < L1_ENTRIES; i++)
		l1[i] = 0;
	clear(tables.l2_top);
	clear(tables.l3_image);
	clear(tables.l2_idmap);
	clear(tables.l3_idmap);

	map_section(__image_start, __text_end, PTE_HYP_RO);
	map_section(__text_end, __rodata_end, PTE_HYP_RO | PTE_XN);
	map_section(__rodata_end, __image_end, PTE_XN);
	map_boot_stack();

	l1[HYP_TOP_GIB >> 30] = table_at(tables.l2_top);
	tables.l2_top[(HYP_IMAGE - HYP_TOP_GIB) / BLOCK_SIZE] = table_at(tables.l3_image);

	l1[idmap >> 30] = table_at(tables.l2_idmap);
	tables.l2_idmap[idmap / BLOCK_SIZE % PTES_PER_TABLE] = table_at(tables.l3_idmap);
	tables.l3_idmap[idmap / PAGE_SIZE % PTES_PER_TABLE] = page_at(__idmap_start, PTE_HYP_RO);
}

/* A line that a cache kept from before would hide what was just written to memory from the table
 * walks, which are cacheable. */
static void invalidate(const char *start, const char *end)
{
	uint32_t line = dcache_line_size();

	for (uint32_t address = (uint32_t)start; address < (uint32_t)end; address += line)
		dcimvac(address);
	dsb();
}

static bool is_fdt(uint32_t address)
{
	return address != 0 && address % 4 == 0 && *(const uint32_t *)address == FDT_MAGIC_BYTES;
}

static uint32_t find_fdt(uint32_t r2)
{
	uint32_t below = (uint32_t)__image_start - QEMU_ELF_FDT_GAP;

	if (is_fdt(r2))
		return r2;
	if (is_fdt(below))
		return below;
	return 0;
}

uint32_t early_boot(uint32_t r2, uint32_t cpsr)
{
	uint32_t fdt = find_fdt(r2);

	if ((cpsr & MODE_MASK) != MODE_HYP) {
		if (((read_id_pfr1() >> 12) & 0xf) == 0)
			early_complain(fdt, "this CPU has no Virtualization Extensions");
		early_complain(fdt, "not started in Hyp mode: firmware must enter in Hyp "
				    "(QEMU: -M virt,virtualization=on)");
	}
	if (fdt == 0)
		early_complain(fdt, "no device tree: r2 does not point to one");
	if ((uint32_t)__image_start % PAGE_SIZE != 0)
		early_complain(fdt, "load address is not a multiple of 4096");
	if ((uint32_t)__image_end > HYP_TOP_GIB)
		early_complain(fdt, "loaded above 0xc0000000, where EL2's own addresses are");

	write_tables();
	invalidate((const char *)boot_l1, (const char *)(boot_l1 + L1_ENTRIES));
	invalidate((const char *)&tables, (const char *)(&tables + 1));
	return fdt;
}
