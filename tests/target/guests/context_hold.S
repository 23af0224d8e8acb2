/* SPDX-License-Identifier: BSD-2-Clause */
/* Register patterns that no compiler may touch; see context.h. */
	.syntax unified
	.arm
	.arch armv7ve
	.fpu neon-vfpv4
	.text

/* Banked registers of the modes that run nothing while interrupts are masked. */
	.macro each_mode op
	cps	#0x11
	\op	r0!, {r8-r14}
	cps	#0x12
	\op	r0!, {r13-r14}
	cps	#0x17
	\op	r0!, {r13-r14}
	cps	#0x1b
	\op	r0!, {r13-r14}
	cps	#0x1f
	\op	r0!, {r13-r14}
	cps	#0x13
	.endm

	.globl context_banked_write
	.type context_banked_write, %function
context_banked_write:
	mov	r2, lr
	each_mode ldmia
	mov	r3, #0x11
	bl	spsr_write
	mov	r3, #0x12
	bl	spsr_write
	mov	r3, #0x17
	bl	spsr_write
	mov	r3, #0x1b
	bl	spsr_write
	ldr	r1, [r0], #4
	msr	spsr_cxsf, r1
	bx	r2

/* Mode number in r3; each mode has an LR of its own, so the return address is kept in r12. */
spsr_write:
	mov	r12, lr
	ldr	r1, [r0], #4
	orr	r3, r3, #0xc0
	msr	cpsr_c, r3
	msr	spsr_cxsf, r1
	msr	cpsr_c, #0xd3
	bx	r12

	.globl context_banked_read
	.type context_banked_read, %function
context_banked_read:
	mov	r2, lr
	each_mode stmia
	mov	r3, #0x11
	bl	spsr_read
	mov	r3, #0x12
	bl	spsr_read
	mov	r3, #0x17
	bl	spsr_read
	mov	r3, #0x1b
	bl	spsr_read
	mrs	r1, spsr
	str	r1, [r0], #4
	bx	r2

spsr_read:
	mov	r12, lr
	orr	r3, r3, #0xc0
	msr	cpsr_c, r3
	mrs	r1, spsr
	msr	cpsr_c, #0xd3
	str	r1, [r0], #4
	bx	r12

/*
 * void context_core_hold_\name(const struct core *in, struct core *out, uint32_t loops): SP and the
 * output address cross the hold in TPIDRPRW and TPIDRURW; \counter counts down and is not checked.
 */
	.macro core_hold name, counter
	.globl context_core_hold_\name
	.type context_core_hold_\name, %function
context_core_hold_\name:
	push	{r4-r12, lr}
	vpush	{d8-d15}
	mov	r3, sp
	mcr	p15, 0, r3, c13, c0, 4
	mcr	p15, 0, r1, c13, c0, 2
	mcr	p15, 0, r2, c13, c0, 3		/* TPIDRURO: loops, until all patterns are in */
	vldmia	r0!, {d0-d15}
	vldmia	r0!, {d16-d31}
	ldr	r3, [r0], #4
	vmsr	fpscr, r3
	ldr	sp, [r0, #52]
	ldr	lr, [r0, #56]
	ldm	r0, {r0-r12}
	mrc	p15, 0, \counter, c13, c0, 3
1:	subs	\counter, \counter, #1
	bne	1b
	mrc	p15, 0, \counter, c13, c0, 2
	add	\counter, \counter, #260
	stm	\counter, {r0-r12}
	str	sp, [\counter, #52]
	str	lr, [\counter, #56]
	sub	\counter, \counter, #260
	mov	r1, \counter
	vstmia	r1!, {d0-d15}
	vstmia	r1!, {d16-d31}
	vmrs	r3, fpscr
	str	r3, [r1]
	mrc	p15, 0, r3, c13, c0, 4
	mov	sp, r3
	mov	r3, #0
	vmsr	fpscr, r3
	vpop	{d8-d15}
	pop	{r4-r12, pc}
	.endm

	core_hold high, r12
	core_hold low, r0
