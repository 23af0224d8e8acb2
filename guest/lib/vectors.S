/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All exceptions are handled in Supervisor mode on the vCPU's one stack: SRS stores LR and SPSR of
 * the exception's mode there, so that a handler may itself be interrupted and no second stack is
 * needed. The IRQ path saves VFP/NEON because handlers may call newlib's memcpy.
 *
 * Frame, lowest address first, = struct exception_frame: entry CPSR, vector, r0-r12, lr_svc,
 * LR and SPSR of the exception.
 */
	.syntax unified
	.arm
	.arch armv7ve
	.fpu neon-vfpv4
	.text

	.balign 32
	.globl vectors
vectors:
	b	.
	b	v_und
	b	v_svc
	b	v_pabt
	b	v_dabt
	b	.
	b	v_irq
	b	v_fiq

/*
 * CPSR at entry crosses the mode change in TPIDRPRW, which these programs use for nothing else:
 * LR is free once SRS has stored it, and no other register is until r0-r12 are saved.
 */
	.macro enter vector
	srsdb	sp!, #0x13
	mrs	lr, cpsr
	mcr	p15, 0, lr, c13, c0, 4
	cps	#0x13
	push	{r0-r12, lr}
	mrc	p15, 0, r0, c13, c0, 4
	mov	r1, #\vector
	b	common
	.endm

v_und:	enter	1
v_pabt:	enter	3
v_dabt:	enter	4
v_irq:	sub	lr, lr, #4
	enter	6
v_fiq:	sub	lr, lr, #4
	enter	7
v_svc:	srsdb	sp!, #0x13
	push	{r0-r12, lr}
	mrs	r0, cpsr
	mov	r1, #2
common:	push	{r0, r1}
	vmrs	r2, fpscr
	vpush	{d0-d7}
	vpush	{d16-d31}
	mov	r0, sp
	add	r0, r0, #24 * 8
	mov	r4, sp
	bic	sp, sp, #7
	push	{r2, r3}
	clrex
	bl	exception_dispatch
	pop	{r2, r3}
	mov	sp, r4
	vpop	{d16-d31}
	vpop	{d0-d7}
	vmsr	fpscr, r2
	add	sp, sp, #8
	pop	{r0-r12, lr}
	rfeia	sp!

/*
 * bool fault_try(void (*fn)(void *arg), void *arg, struct fault *out): false when fn returned,
 * true when an abort or an undefined instruction was taken in it; then registers, stack and mode
 * are those of the call again.
 */
	.globl fault_try
	.type fault_try, %function
fault_try:
	push	{r4-r11, r12, lr}
	vpush	{d8-d15}
	mrs	r4, cpsr
	push	{r4, r5}
	mov	r4, r0
	mov	r5, r1
	mov	r0, sp
	mov	r1, r2
	bl	fault_arm
	mov	r0, r5
	blx	r4
	bl	fault_disarm
	mov	r0, #0
fault_out:
	pop	{r4, r5}
	msr	cpsr_cxsf, r4
	vpop	{d8-d15}
	pop	{r4-r11, r12, pc}

/* Entered from the handler with r0 = SP that fault_arm() was given, in Supervisor mode. */
	.globl fault_unwind
	.type fault_unwind, %function
fault_unwind:
	mov	sp, r0
	mov	r0, #1
	b	fault_out
