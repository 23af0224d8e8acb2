// SPDX-License-Identifier: BSD-2-Clause
/*
 * EL2's stage-1 map. Device registers are always XN; of RAM only what EL2 itself uses is mapped,
 * because a mapping invites speculative reads, and the rest of DRAM may be secure or a guest's.
 *
 * Changing a table: store, DSB (the walker sees the store), TLBI, DSB (the TLB has let go), ISB.
 * Entries only go from invalid to valid, but for the windows, which are private to one CPU.
 */
#include "hyp/mm.h"

#include "hyp/arm.h"
#include "hyp/cpu.h"
#include "hyp/fdt_read.h"
#include "hyp/image_symbols.h"
#include "hyp/layout.h"
#include "hyp/libc.h"
#include "hyp/panic.h"
#include "hyp/phys.h"
#include "hyp/pte.h"

#define NORMAL (PTE_HYP_ATTR(ATTR_NORMAL) | PTE_SH_INNER | PTE_AF | PTE_HYP_AP1 | PTE_XN)
#define DEVICE (PTE_HYP_ATTR(ATTR_DEVICE) | PTE_AF | PTE_HYP_AP1 | PTE_XN)
#define FDT_HEADER_SIZE 40u

static uint32_t heap_next = HYP_HEAP;
static uint32_t heap_physical;
static uint32_t device_next = HYP_DEVICES;

/* HTTBR holds the physical address of boot_l1, which lies in the image. */
static uint32_t image_physical(void)
{
	return (uint32_t)read_httbr() - ((uint32_t)boot_l1 - HYP_IMAGE);
}

void *mm_virtual(uint32_t physical)
{
	uint32_t image = image_physical();

	if (physical - image < (uint32_t)(__image_end - __image_start))
		return (void *)(HYP_IMAGE + (physical - image));
	return (void *)(HYP_HEAP + (physical - heap_physical));
}

/* All tables lie in the image or in the heap. */
static pte_t *table_of(pte_t entry)
{
	return mm_virtual((uint32_t)(entry & PTE_ADDRESS));
}

static pte_t *l2_entry(uint32_t address)
{
	return &table_of(boot_l1[HYP_TOP_GIB >> 30])[(address - HYP_TOP_GIB) / BLOCK_SIZE];
}

static void flush_page(uint32_t address)
{
	dsb_ish(); /* the entry before the TLB operation: pairs with the walker of every CPU */
	write_tlbimvahis(address);
	dsb_ish();
	isb();
}

static void map_page(uint32_t address, uint64_t physical, pte_t attributes)
{
	pte_t *l2 = l2_entry(address);

	if (*l2 == 0)
		*l2 = mm_physical(mm_alloc(PAGE_SIZE, PAGE_SIZE)) | PTE_TABLE;
	table_of(*l2)[address / PAGE_SIZE % PTES_PER_TABLE] = physical | attributes | PTE_PAGE;
	flush_page(address);
}

/* Blocks where both addresses allow, pages elsewhere, so that no neighbour is mapped. */
static void map_range(uint32_t address, uint64_t physical, uint64_t size, pte_t attributes)
{
	uint64_t done = 0;

	while (done < size) {
		uint32_t va = address + (uint32_t)done;

		if (va % BLOCK_SIZE == 0 && (physical + done) % BLOCK_SIZE == 0 &&
		    size - done >= BLOCK_SIZE) {
			*l2_entry(va) = (physical + done) | attributes | PTE_BLOCK;
			flush_page(va);
			done += BLOCK_SIZE;
		} else {
			map_page(va, physical + done, attributes);
			done += PAGE_SIZE;
		}
	}
}

const void *mm_map_fdt(uint32_t physical, uint32_t *size)
{
	uint32_t offset = physical % PAGE_SIZE;
	const void *fdt = (const void *)(HYP_FDT + offset);

	map_range(HYP_FDT, physical - offset, offset + FDT_HEADER_SIZE, NORMAL | PTE_HYP_RO);
	*size = fdt_read_used(fdt);
	if (*size < FDT_HEADER_SIZE || *size > HYP_FDT_MAX)
		return NULL;
	map_range(HYP_FDT, physical - offset, offset + *size, NORMAL | PTE_HYP_RO);
	return fdt;
}

const void *mm_peek(uint32_t physical)
{
	uint32_t address = HYP_FDT + HYP_FDT_SIZE - PAGE_SIZE;

	map_range(address, physical & ~(PAGE_SIZE - 1), PAGE_SIZE, NORMAL | PTE_HYP_RO);
	return (const void *)(address + physical % PAGE_SIZE);
}

bool mm_heap_init(const struct machine *machine, const struct phys_range *taken, size_t n_taken,
		  struct phys_range *heap, struct fmt_line *error)
{
	*heap = (struct phys_range){ .size = HYP_HEAP_SIZE };
	if (!phys_find(machine, taken, n_taken, heap))
		return fmt_error(error, "no %u KiB of free memory below 4 GiB for the hypervisor",
				 HYP_HEAP_SIZE / 1024);
	heap_physical = (uint32_t)heap->base;
	map_range(HYP_HEAP, heap->base, heap->size, NORMAL);
	return true;
}

void *mm_alloc(size_t size, size_t align)
{
	uint32_t start = (heap_next + (uint32_t)align - 1) & ~((uint32_t)align - 1);

	if (size > HYP_HEAP + HYP_HEAP_SIZE - start)
		refuse("/vms: more VMs, vCPUs or ranges of memory than EL2 has room for");
	heap_next = start + (uint32_t)size;
	memset((void *)start, 0, size);
	return (void *)start;
}

void mm_give_back(const void *end)
{
	heap_next = (uint32_t)end;
}

uint32_t mm_heap_used(void)
{
	return heap_next - HYP_HEAP;
}

uint32_t mm_physical(const void *address)
{
	uint32_t va = (uint32_t)address;

	if (va >= HYP_HEAP && va < HYP_HEAP + HYP_HEAP_SIZE)
		return va - HYP_HEAP + heap_physical;
	return image_physical() + (va - HYP_IMAGE);
}

void *mm_map_device(uint64_t physical, uint32_t size)
{
	uint32_t offset = (uint32_t)physical % PAGE_SIZE;
	uint32_t pages = (offset + size + PAGE_SIZE - 1) / PAGE_SIZE;
	uint32_t address = device_next;

	if (address + pages * PAGE_SIZE > HYP_DEVICES + HYP_DEVICES_SIZE)
		panic("no place for the registers at 0x%08x", (uint32_t)physical);
	map_range(address, physical - offset, (uint64_t)pages * PAGE_SIZE, DEVICE);
	device_next += (pages + 1) * PAGE_SIZE; /* a hole after each */
	return (void *)(address + offset);
}

const void *mm_map_pack(uint64_t physical, uint64_t size)
{
	uint32_t offset = (uint32_t)physical % PAGE_SIZE;
	/* Equal to the physical address modulo a block, so that blocks can be used. */
	uint32_t address = HYP_PACK + (uint32_t)(physical - offset) % BLOCK_SIZE;

	if (size > HYP_PACK_SIZE - BLOCK_SIZE - PAGE_SIZE)
		return NULL;
	map_range(address, physical - offset, offset + size, NORMAL | PTE_HYP_RO);
	return (const void *)(address + offset);
}

uint32_t mm_map_stack(unsigned int cpu)
{
	uint32_t top = STACK_TOP(cpu);
	uint32_t stack = mm_physical(mm_alloc(STACK_SIZE, PAGE_SIZE));

	map_range(top - STACK_SIZE, stack, STACK_SIZE, NORMAL);
	return top;
}

static uint32_t window_address(void)
{
	return HYP_WINDOW + this_cpu()->number * HYP_WINDOW_SIZE;
}

/* Break before make: the old block must be gone from the TLB before another takes its place, or
 * two mappings of one address could be live (DDI 0406C B3.10.1). Local, as
 * the window is this CPU's. */
void mm_window_close(void)
{
	*l2_entry(window_address()) = 0;
	dsb();
	write_tlbimvah(window_address());
	dsb();
	isb();
}

void *mm_window(uint64_t physical)
{
	mm_window_close();
	*l2_entry(window_address()) = (physical & ~(uint64_t)(BLOCK_SIZE - 1)) | NORMAL | PTE_BLOCK;
	dsb(); /* the entry before the access through it */
	isb();
	return (void *)(window_address() + (uint32_t)physical % BLOCK_SIZE);
}

void mm_close_idmap(void)
{
	uint32_t gib = image_physical() >> 30;

	boot_l1[gib] = 0;
	dsb_ish();
	__asm__ volatile("mcr p15, 4, %0, c8, c3, 0" ::"r"(0)); /* TLBIALLHIS */
	dsb_ish();
	isb();
}

void cache_clean_invalidate(const void *address, uint32_t size)
{
	uint32_t line = dcache_line_size();
	uint32_t end = (uint32_t)address + size;

	for (uint32_t va = (uint32_t)address & ~(line - 1); va < end; va += line)
		write_dccimvac(va);
	dsb();
}
