/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions on every CPU.
 *
 * The image starts like a Linux zImage, so that QEMU, U-Boot's bootz and extlinux take it: MMU
 * and data cache off, r2 = physical address of the FDT. As an ELF it gets r2 = 0 and looks for the
 * FDT one MiB below itself, which is where QEMU puts it. Nothing here knows an address of a
 * machine: what runs before the MMU is on is position independent.
 */
#include "hyp/layout.h"

	.syntax unified
	.arm
	.arch armv7ve
	.arch_extension virt
	.arch_extension sec

#define MODE_MASK 0x1f
#define MODE_HYP 0x1a
#define ZIMAGE_MAGIC 0x016f2818

	/* \reg = the physical address of \sym, from the distance to here. */
	.macro adr_far reg, sym
	ldr	\reg, 8f
7:	add	\reg, \reg, pc
	b	9f
8:	.word	\sym - (7b + 8)
9:
	.endm

	.section .head, "ax"
	.globl _start
_start:
	.rept	8
	nop
	.endr
	b	boot_cpu
	.word	ZIMAGE_MAGIC
	.word	0			/* 0: runs at any address */
	.word	__image_size
	.word	0x04030201		/* byte order of the image */

boot_cpu:
	cpsid	aif
	mrs	r4, cpsr
	mov	r5, r2
	adr_far	sp, boot_stack_top
	mov	r0, r5
	mov	r1, r4
	bl	early_boot		/* returns only on a CPU in Hyp mode, tables written */
	mov	r6, r0			/* the FDT's physical address, found and checked */
	bl	mmu_on
	/* From here on at the linked address. */
	ldr	sp, =STACK_TOP(0)
	ldr	r0, =__bss_start
	ldr	r1, =__bss_end
	mov	r2, #0
1:	cmp	r0, r1
	strlo	r2, [r0], #4
	blo	1b
	mov	r0, r6
	bl	hyp_main
	b	.
	.ltorg

	.section .idmap, "ax"
	/* A secondary CPU, started by PSCI CPU_ON with its number as context id in r0. */
	.globl secondary_cpu
secondary_cpu:
	cpsid	aif
	mov	r6, r0
	mrs	r4, cpsr
	and	r4, r4, #MODE_MASK
	cmp	r4, #MODE_HYP
	bne	park			/* firmware started it in another mode than the first CPU */
	bl	mmu_on
	mov	r0, #STACK_STRIDE
	ldr	sp, =STACK_TOP(0)
	mla	sp, r0, r6, sp
	mov	r0, r6
	ldr	r1, =secondary_main
	blx	r1
park:
	wfi
	b	park

	/*
	 * Turn the Hyp stage-1 MMU and the caches on and return to the caller at its linked
	 * address. The tables were written with the MMU off (first CPU) or are coherent (others).
	 * Order: DDI 0406C B3.10.1: no stale TLB entry or instruction may outlive the change.
	 */
mmu_on:
	adr_far	r0, boot_l1
	mov	r1, #0
	mcrr	p15, 4, r0, r1, c2		/* HTTBR */
	ldr	r0, =HTCR_VALUE
	mcr	p15, 4, r0, c2, c0, 2		/* HTCR */
	ldr	r0, =HMAIR0_VALUE
	mcr	p15, 4, r0, c10, c2, 0		/* HMAIR0 */
	mov	r0, #0
	mcr	p15, 4, r0, c10, c2, 1		/* HMAIR1 */
	isb					/* the registers above before the TLB is emptied */
	mcr	p15, 4, r0, c8, c7, 0		/* TLBIALLH */
	mcr	p15, 4, r0, c8, c7, 4		/* TLBIALLNSNH: nothing of an earlier life */
	mcr	p15, 0, r0, c7, c5, 0		/* ICIALLU */
	mcr	p15, 0, r0, c7, c5, 6		/* BPIALL */
	dsb					/* the maintenance is complete */
	isb					/* and this CPU's pipeline has seen it */
	adr_far	r1, __image_start
	ldr	r2, =__image_start
	sub	r2, r2, r1			/* linked minus physical */
	ldr	r0, =HSCTLR_VALUE
	mcr	p15, 4, r0, c1, c0, 0		/* HSCTLR: M, C, I, WXN */
	isb
	add	lr, lr, r2
	bx	lr
	.ltorg

	/* Four entries, of a GiB each; in .data, as .bss is cleared when it is in use already. */
	.data
	.align	5
	.globl boot_l1
boot_l1:
	.space	32

	/* Mapped only at STACK_TOP(0), behind its guard pages. */
	.section .boot_tables, "aw", %nobits
	.align	12
	.globl boot_stack_bottom
boot_stack_bottom:
	.space	STACK_SIZE
boot_stack_top:
