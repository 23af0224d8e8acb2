/* SPDX-License-Identifier: BSD-2-Clause */
/* EL2's own memory: stage-1 map, heap, and the window into guest memory. */
#ifndef BELLHOP_HYP_MM_H
#define BELLHOP_HYP_MM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hyp/fmt.h"
#include "hyp/machine.h"

/* Map the FDT's blocks, page by page, read-only. Returns its address and how many bytes can be
 * read there, or NULL when they are more than the place for it. On the first CPU, first of all. */
const void *mm_map_fdt(uint32_t physical, uint32_t *size);

/* One page, read-only, before there is a heap: to see what is there. Once. */
const void *mm_peek(uint32_t physical);

/* Take the heap's memory from free RAM of the machine and map it. */
bool mm_heap_init(const struct machine *machine, const struct phys_range *taken, size_t n_taken,
		  struct phys_range *heap, struct fmt_line *error);

/* size bytes, zeroed, aligned (a power of two); never fails: no memory is a panic, and only boot
 * allocates. */
void *mm_alloc(size_t size, size_t align);
/* The last allocation ends here after all. */
void mm_give_back(const void *end);
uint32_t mm_heap_used(void);

/* Physical address of something in the image or the heap. */
uint32_t mm_physical(const void *address);
/* ... and back. */
void *mm_virtual(uint32_t physical);

/* Map size bytes of device registers (Device memory, XN); panics when the place is used up. */
void *mm_map_device(uint64_t physical, uint32_t size);

/* Map the pack, read-only. */
const void *mm_map_pack(uint64_t physical, uint64_t size);

/* A stack for a CPU other than the first, behind guard pages. Returns its top. */
uint32_t mm_map_stack(unsigned int cpu);

/*
 * This CPU's window onto the 2 MiB block of guest RAM that holds `physical`, Normal write-back and
 * shareable as the guest maps it. Valid until the next call on this CPU.
 */
void *mm_window(uint64_t physical);
void mm_window_close(void);

/* Take away the identity mapping that brought the MMU on, once all CPUs run. */
void mm_close_idmap(void);

/* Clean and invalidate by VA to the point of coherency. DSB included. */
void cache_clean_invalidate(const void *address, uint32_t size);

#endif
