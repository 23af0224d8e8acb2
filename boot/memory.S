/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcpy and memset in general registers only. Position independent: also called before the MMU is
 * on, where an unaligned access faults, so words are used only when both addresses allow.
 */
	.syntax unified
	.arm
	.arch armv7ve
	.text

	.globl memcpy
	.type	memcpy, %function
memcpy:
	push	{r0, r4-r9, lr}
	orr	r3, r0, r1
	tst	r3, #3
	bne	3f
1:	subs	r2, r2, #32
	ldmiahs	r1!, {r3-r9, lr}
	stmiahs	r0!, {r3-r9, lr}
	bhs	1b
	add	r2, r2, #32
2:	subs	r2, r2, #4
	ldrhs	r3, [r1], #4
	strhs	r3, [r0], #4
	bhs	2b
	add	r2, r2, #4
3:	subs	r2, r2, #1
	ldrbhs	r3, [r1], #1
	strbhs	r3, [r0], #1
	bhs	3b
	pop	{r0, r4-r9, pc}

	.globl memset
	.type	memset, %function
memset:
	push	{r0, r4-r9, lr}
	and	r1, r1, #0xff
	orr	r1, r1, r1, lsl #8
	orr	r1, r1, r1, lsl #16
	tst	r0, #3
	bne	3f
	mov	r3, r1
	mov	r4, r1
	mov	r5, r1
	mov	r6, r1
	mov	r7, r1
	mov	r8, r1
	mov	r9, r1
1:	subs	r2, r2, #32
	stmiahs	r0!, {r1, r3-r9}
	bhs	1b
	add	r2, r2, #32
3:	subs	r2, r2, #1
	strbhs	r1, [r0], #1
	bhs	3b
	pop	{r0, r4-r9, pc}
