/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of the VM and of a bare secondary vCPU, and exception vectors that take an IRQ
 * with as few instructions as C allows. Everything else goes on to the library.
 */
	.syntax unified
	.arm
	.arch armv7ve
	.arch_extension virt

#define PSCI_CPU_OFF 0x84000002
#define IRQ_STACK_SHIFT 10

	.section .text.bench, "ax"
	.globl bench_start
bench_start:
	isb
	mrrc	p15, 0, r0, r1, c14		/* CNTPCT */
	ldr	r3, =bench_start_count
	strd	r0, r1, [r3]
	b	_start

	.globl bench_secondary
bench_secondary:
	isb
	mrrc	p15, 0, r2, r3, c14
	ldr	r1, =bench_secondary_count
	strd	r2, r3, [r1]
	dsb
	ldr	r0, =PSCI_CPU_OFF
	hvc	#0
	b	.

	.globl hvc
	.type hvc, %function
hvc:	push	{r4-r7, lr}
	hvc	#0
	pop	{r4-r7, pc}

	.globl irq_take
	.type irq_take, %function
irq_take:
	mrc	p15, 0, r0, c0, c0, 5		/* MPIDR.Aff0 */
	and	r0, r0, #0xff
	ldr	r1, =irq_stacks
	add	r0, r0, #1
	add	r1, r1, r0, lsl #IRQ_STACK_SHIFT
	mrs	r2, cpsr
	cpsid	if, #0x12
	mov	sp, r1
	msr	cpsr_c, r2
	ldr	r0, =bench_vectors
	mcr	p15, 0, r0, c12, c0, 0		/* VBAR */
	isb
	bx	lr
	.ltorg

	.balign 32
bench_vectors:
	b	vectors
	b	vectors + 4
	b	vectors + 8
	b	vectors + 12
	b	vectors + 16
	b	vectors + 20
	b	take_irq
	b	vectors + 28

take_irq:
	sub	lr, lr, #4
	push	{r0-r3, r12, lr}
	bl	bench_irq
	ldm	sp!, {r0-r3, r12, pc}^

	/* Not in .bss, because that is cleared after bench_start. */
	.data
	.balign 8
	.globl bench_start_count, bench_secondary_count
bench_start_count:
	.quad	0
bench_secondary_count:
	.quad	0

	.section .noinit, "aw", %nobits
	.balign 8
irq_stacks:
	.space	2 << IRQ_STACK_SHIFT
