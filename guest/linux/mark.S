/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mark [end]: a Linux program that executes DBG #1, or DBG #2 with an argument, and exits. On a CPU
 * these are no operation; tools/qemu_count.c takes them as the beginning and the end of a region.
 */
	.syntax unified
	.arm
	.arch armv7-a

#define NR_EXIT 1

	.globl _start
_start:
	ldr	r0, [sp]		/* argc */
	cmp	r0, #2
	bhs	1f
	dbg	#1
	b	2f
1:	dbg	#2
2:	mov	r0, #0
	mov	r7, #NR_EXIT
	svc	#0
