/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual address space of EL2, all of it in the top GiB. Included by assembly too.
 *
 *   f000'0000  image: text r-x, rodata r--, data rw-
 *   f004'0000  stacks, one per CPU, each above unmapped guard pages
 *   f008'0000  device registers
 *   f00c'0000  the machine's FDT, read-only
 *   f010'0000  heap: what boot allocates for VMs, page tables and CPUs; nothing is freed
 *   f040'0000  window, 2 MiB per CPU: the only way to a guest's memory
 *   f200'0000  the packed VM description and images, read-only
 *
 * All below the second MiB of the heap shares one level-3 table, which is there at boot; those for
 * the rest of the heap lie in the heap.
 */
#ifndef BELLHOP_HYP_LAYOUT_H
#define BELLHOP_HYP_LAYOUT_H

#define HYP_TOP_GIB 0xc0000000
#define HYP_IMAGE 0xf0000000
#ifdef BELLHOP_COVERAGE /* twice the room for an image that counts its lines */
#define HYP_STACKS 0xf0080000
#define HYP_DEVICES 0xf00a0000
#define HYP_DEVICES_SIZE 0x20000
#else
#define HYP_STACKS 0xf0040000
#define HYP_DEVICES 0xf0080000
#define HYP_DEVICES_SIZE 0x40000
#endif
#define HYP_FDT 0xf00c0000
#define HYP_FDT_SIZE 0x40000
/* It need not begin at a page; the last one is mm_peek()'s. */
#define HYP_FDT_MAX (HYP_FDT_SIZE - 2 * 4096)
#define HYP_HEAP 0xf0100000
#define HYP_HEAP_SIZE 0x280000
#define HYP_WINDOW 0xf0400000
#define HYP_WINDOW_SIZE 0x200000
#define HYP_PACK 0xf2000000
#define HYP_PACK_SIZE 0x0e000000

#define STACK_SIZE 8192
#define STACK_STRIDE 16384
#define STACK_TOP(cpu) (HYP_STACKS + ((cpu) + 1) * STACK_STRIDE)

/* HMAIR0: 0 Normal write-back read/write-allocate, 1 Device-nGnRE ("Device" in v7), 2 Normal NC. */
#define HMAIR0_VALUE 0x004404ff
#define ATTR_NORMAL 0
#define ATTR_DEVICE 1
#define ATTR_NONCACHEABLE 2
/* HTCR: T0SZ 0; walks Normal write-back inner-shareable, as the tables are written; bits 31 and 23
 * are RES1 (DDI 0406C B4.1.76). */
#define HTCR_VALUE 0x80803500
/* HSCTLR: RES1 bits, CP15BEN, WXN (what is writable never executes), I, C, M (B4.1.71). */
#define HSCTLR_VALUE 0x30cd187d

#endif
