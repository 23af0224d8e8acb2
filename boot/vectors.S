/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The exception vectors of EL2, and the way back to the guest.
 *
 * While a guest runs, SP_hyp points behind the first 14 words of its struct vcpu, so one push saves
 * r0-r12 and lr into it. Hyp mode shares these with the guest's User bank (DDI 0406C B1.3.2); a
 * guest in another mode has the rest in banked registers, which stay in the hardware.
 */
#include "hyp/layout.h"

	.syntax unified
	.arm
	.arch armv7ve
	.arch_extension virt
	.arch_extension sec

#define VCPU_LR_END 56
#define VCPU_STACK_TOP 64
#define VCPU_CPU 68
#define CPU_WORK 0
#define HSR_EC_SHIFT 26

	/* r0 = the vCPU; its pc and cpsr saved; sp = this CPU's EL2 stack. */
	.macro save_guest
	push	{r0-r12, lr}
	mrs	r2, elr_hyp
	mrs	r3, spsr
	mov	r0, sp
	strd	r2, r3, [sp, #VCPU_LR_END]
	ldr	sp, [sp, #VCPU_STACK_TOP]
	.endm

	.section .vectors, "ax"
	.align	5
	.globl hyp_vectors
hyp_vectors:
	b	hyp_fault_reset
	b	hyp_fault_undef
	b	hyp_fault_hvc
	b	hyp_fault_prefetch
	b	hyp_fault_data
	b	guest_trap
	b	guest_irq
	b	guest_fiq

	/* trap_handlers[EC](vCPU, HSR) */
guest_trap:
	save_guest
	mrc	p15, 4, r1, c5, c2, 0		/* HSR */
	ldr	r3, =trap_handlers
	lsr	r2, r1, #HSR_EC_SHIFT
	mov	r4, r0
	ldr	r3, [r3, r2, lsl #2]
	blx	r3

	/* r4 = the vCPU that was left: it goes on, when its CPU has nothing else to do. */
guest_exit:
	ldr	r1, [r4, #VCPU_CPU]
	mov	r0, r4
	ldr	r2, [r1, #CPU_WORK]
	cmp	r2, #0
	bne	guest_exit_work

	/* r0 = the vCPU to enter; its other registers are in the hardware. */
	.globl guest_enter
	.type	guest_enter, %function
guest_enter:
	ldrd	r2, r3, [r0, #VCPU_LR_END]
	mov	sp, r0
	msr	elr_hyp, r2
	msr	spsr_cxsf, r3
	pop	{r0-r12, lr}
	eret

guest_exit_work:
	mov	r0, r1
	bl	sched_work
	b	guest_enter

guest_irq:
	save_guest
	mov	r4, r0
	bl	trap_irq
	b	guest_exit

	/* FIQs are the secure world's or nobody's; one that arrives here is handled like an IRQ. */
guest_fiq:
	save_guest
	mov	r4, r0
	bl	trap_irq
	b	guest_exit
	.ltorg

	/*
	 * An exception from EL2 itself: a bug, unless it is semihosting_hlt below, which some
	 * machines do not have. All registers go to the stack for the dump. When the stack itself
	 * overflowed, sp is in the guard pages, the lower half of its stride: begin anew at the
	 * top, and leave the old sp in HIFAR, which a data abort does not use.
	 */
	.macro hyp_fault name, vector
\name:
	sub	sp, sp, #72
	tst	sp, #STACK_SIZE
	mcreq	p15, 4, sp, c6, c0, 2
	bfceq	sp, #0, #14
	addeq	sp, sp, #STACK_STRIDE
	subeq	sp, sp, #72
	stmia	sp, {r0-r12}
	mov	r0, #\vector
	b	hyp_fault_common
	.endm

	hyp_fault hyp_fault_reset, 0
	hyp_fault hyp_fault_undef, 1
	hyp_fault hyp_fault_hvc, 2
	hyp_fault hyp_fault_prefetch, 3
	hyp_fault hyp_fault_data, 4

hyp_fault_common:
	add	r1, sp, #72
	mrs	r2, elr_hyp
	mrs	r3, spsr
	str	r1, [sp, #52]
	str	lr, [sp, #56]
	strd	r2, r3, [sp, #64]
	mov	r1, sp
	bl	hyp_fault		/* returns only for a listed instruction, ELR adjusted */
	ldr	r2, [sp, #64]
	msr	elr_hyp, r2
	ldr	lr, [sp, #56]
	ldmia	sp, {r0-r12}
	add	sp, sp, #72
	eret

	/*
	 * int semihosting_call(uint32_t operation, const void *argument): false where no debugger
	 * or emulator takes it. HLT is undefined on ARMv7 silicon; the vector above comes back to
	 * the next instruction with r0 = 0.
	 */
	.globl semihosting_call, semihosting_hlt
	.type	semihosting_call, %function
semihosting_call:
	push	{r4, lr}
semihosting_hlt:
	.inst	0xe10f0070		/* hlt 0xf000 */
	pop	{r4, pc}

	/* smccc_result smc_call(fn, a1, a2, a3): SMCCC 1.1, DEN0028: r0-r3 results. */
	.globl smc_call
	.type	smc_call, %function
smc_call:
	smc	#0
	bx	lr
