/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of a bare-metal guest (ELF entry in Supervisor mode, MMU and caches off, r2 = device tree
 * blob or 0) and of its secondary vCPUs (PSCI CPU_ON, context id = vCPU index).
 *
 * Order matters: VFP is enabled before any newlib code because newlib's memcpy uses NEON, and the
 * MMU before any C code that takes a lock because LDREX/STREX and unaligned accesses need Normal
 * memory (DDI 0406C A3.4.5, A3.2.1).
 */
#include "cpu.h"

	.syntax unified
	.arm
	.arch armv7ve
	.fpu neon-vfpv4

	.section .text.start, "ax"
	.globl _start
	.type _start, %function
_start:
	cpsid	aif, #0x13
	mov	r10, r2
	mov	r11, #0
	/* BSS is zeroed with the caches off: nothing of it can be in a cache of this vCPU yet. */
	ldr	r0, =__bss_start
	ldr	r1, =__bss_end
	mov	r2, #0
1:	cmp	r0, r1
	strlo	r2, [r0], #4
	blo	1b
	bl	cpu_basics
	ldr	r0, =mmu_table
	mov	r1, r10
	ldr	sp, =stacks + STACK_SIZE
	bl	mmu_fill_boot_table
	bl	mmu_on
	mov	r0, r10
	bl	guest_start
	b	.

	.globl secondary_start
	.type secondary_start, %function
secondary_start:
	cpsid	aif, #0x13
	mov	r11, r0
	bl	cpu_basics
	bl	mmu_on
	ldr	sp, =stacks
	add	r0, r11, #1
	add	sp, sp, r0, lsl #STACK_SHIFT
	mov	r0, r11
	bl	secondary_main
	b	.

/* Vectors, exclusives, VFP. Uses r0, r1. */
cpu_basics:
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0		/* VBAR */
	clrex
	/* ACTLR.SMP: coherent with the other CPUs before caches go on (Cortex-A7 and A15). */
	mrc	p15, 0, r0, c1, c0, 1
	orr	r0, r0, #1 << 6
	mcr	p15, 0, r0, c1, c0, 1
	mrc	p15, 0, r0, c1, c0, 2		/* CPACR: cp10, cp11 full access */
	orr	r0, r0, #0xf << 20
	bic	r0, r0, #3 << 30		/* neither D16-D31 nor ASE disabled */
	mcr	p15, 0, r0, c1, c0, 2
	isb
	mov	r0, #1 << 30			/* FPEXC.EN */
	vmsr	fpexc, r0
	mov	r0, #0
	vmsr	fpscr, r0
	bx	lr

/* Short-descriptor translation by mmu_table, caches and branch prediction on. Uses r0. */
	.globl mmu_on
	.type mmu_on, %function
mmu_on:
	ldr	r0, =mmu_table
	orr	r0, r0, #TTBR_WALK_WB
	mcr	p15, 0, r0, c2, c0, 0		/* TTBR0 */
	mov	r0, #0
	mcr	p15, 0, r0, c2, c0, 2		/* TTBCR: N = 0, EAE = 0 */
	mcr	p15, 0, r0, c13, c0, 1		/* CONTEXTIDR */
	mov	r0, #1
	mcr	p15, 0, r0, c3, c0, 0		/* DACR: domain 0 client */
	mcr	p15, 0, r0, c8, c7, 0		/* TLBIALL */
	mcr	p15, 0, r0, c7, c5, 0		/* ICIALLU */
	mcr	p15, 0, r0, c7, c5, 6		/* BPIALL */
	dsb
	isb
	mrc	p15, 0, r0, c1, c0, 0
	bic	r0, r0, #SCTLR_A
	bic	r0, r0, #SCTLR_V
	bic	r0, r0, #SCTLR_TRE | SCTLR_AFE
	bic	r0, r0, #SCTLR_TE
	orr	r0, r0, #SCTLR_M | SCTLR_C
	orr	r0, r0, #SCTLR_I | SCTLR_Z
	mcr	p15, 0, r0, c1, c0, 0
	isb
	bx	lr
	.ltorg

	.section .noinit, "aw", %nobits
	.balign 8
stacks:	.space	STACK_SIZE * GUEST_MAX_VCPUS
