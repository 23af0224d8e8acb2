/* SPDX-License-Identifier: BSD-2-Clause */
	.syntax unified
	.arm
	.arch armv7ve
	.arch_extension virt
	.arch_extension sec
	.text

	.macro call_regs name, insn
	.globl \name
	.type \name, %function
\name:	push	{r4-r8, lr}
	mov	r8, r0
	ldm	r8, {r0-r7}
	\insn	#0
	stm	r8, {r0-r7}
	pop	{r4-r8, pc}
	.endm

	call_regs smccc_hvc_regs, hvc
	call_regs smccc_smc_regs, smc
