/* SPDX-License-Identifier: BSD-2-Clause */
/* For uncommon.c, called by snippet_run(): r0-r5 are free, r0 is an address. */
	.syntax unified
	.arch armv7ve
	.text
	.arm

	.macro code name
	.balign 4
	.globl \name
	.type \name, %function
\name:
	.endm

	/* SVC brings us back to Supervisor mode, whose LR it overwrites. */
	code	user_ldm
	mov	r5, lr
	cps	#0x10
	ldm	r0, {r1, lr}
	mov	r2, lr
	svc	#0
	bx	r5

	code	user_stm
	mov	r5, lr
	cps	#0x10
	mov	lr, r2
	stm	r0, {r1, lr}
	svc	#0
	bx	r5

	/* Registers that User mode shares with the mode that loads them. */
	code	shared_ldm
	mov	r5, r8
	ldm	r0, {r2, r8}^
	nop
	mov	r3, r8
	mov	r8, r5
	bx	lr

	code	store_pc
	str	pc, [r0]
	bx	lr

	code	load_pc
	ldr	pc, [r0]
	udf	#0

	code	store_two
	stm	r0, {r1, r2}
	bx	lr
