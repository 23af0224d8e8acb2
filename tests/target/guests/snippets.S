/* SPDX-License-Identifier: BSD-2-Clause */
/* See snippets.h. Each ends with BX LR, and may use r0-r5 only. */
	.syntax unified
	.arch armv7ve
	.text

	.arm
	.globl snippet_run
	.type snippet_run, %function
snippet_run:
	push	{r4-r7, r8-r11, lr}
	mov	r6, r1
	mov	r7, r0
	ldm	r6, {r0-r5}
	blx	r7
	stm	r6, {r0-r5}
	pop	{r4-r7, r8-r11, pc}

	.macro arm_code name
	.arm
	.balign 4
	.globl \name
	.type \name, %function
\name:
	.endm

	.macro thumb_code name
	.thumb
	.balign 4
	.globl \name
	.thumb_func
	.type \name, %function
\name:
	.endm

	arm_code	form_a_ldr
	ldr	r1, [r0, #4]
	bx	lr

	arm_code	form_a_ldr_register
	ldr	r1, [r0, r2, lsl #2]
	bx	lr

	arm_code	form_a_str
	str	r1, [r0, #8]
	bx	lr

	arm_code	form_a_ldrsb
	ldrsb	r1, [r0, #31]
	bx	lr

	arm_code	form_a_ldrh
	ldrh	r1, [r0]
	bx	lr

	arm_code	form_a_ldrsh
	ldrsh	r1, [r0]
	bx	lr

	arm_code	form_a_ldr_post
	ldr	r1, [r0], #4
	bx	lr

	arm_code	form_a_ldr_post_down
	ldr	r1, [r0], #-4
	bx	lr

	arm_code	form_a_ldr_pre
	ldr	r1, [r0, #8]!
	bx	lr

	arm_code	form_a_ldr_pre_down
	ldr	r1, [r0, #-4]!
	bx	lr

	arm_code	form_a_str_post
	str	r1, [r0], #4
	bx	lr

	arm_code	form_a_str_pre
	str	r1, [r0, #-8]!
	bx	lr

	arm_code	form_a_ldrb_post
	ldrb	r1, [r0], #1
	bx	lr

	arm_code	form_a_strb_pre
	strb	r1, [r0, #3]!
	bx	lr

	arm_code	form_a_ldrsb_post
	ldrsb	r1, [r0], #1
	bx	lr

	arm_code	form_a_ldrh_post
	ldrh	r1, [r0], #4
	bx	lr

	arm_code	form_a_ldrsh_pre
	ldrsh	r1, [r0, #4]!
	bx	lr

	arm_code	form_a_strh_post
	strh	r1, [r0], #2
	bx	lr

	arm_code	form_a_ldr_lr_post
	mov	r3, lr
	ldr	lr, [r0], #4
	mov	r1, lr
	mov	lr, r3
	bx	lr

	arm_code	form_a_ldrd
	ldrd	r2, r3, [r0, #8]
	bx	lr

	arm_code	form_a_ldrd_post
	ldrd	r2, r3, [r0], #8
	bx	lr

	arm_code	form_a_strd
	strd	r2, r3, [r0]
	bx	lr

	arm_code	form_a_strd_pre
	strd	r2, r3, [r0, #8]!
	bx	lr

	arm_code	form_a_ldmia
	ldmia	r0, {r1, r2, r3, r5}
	bx	lr

	arm_code	form_a_ldmia_wb
	ldmia	r0!, {r1, r2}
	bx	lr

	arm_code	form_a_ldmdb
	ldmdb	r0, {r1, r2}
	bx	lr

	arm_code	form_a_ldmdb_wb
	ldmdb	r0!, {r1-r4}
	bx	lr

	arm_code	form_a_stmia
	stmia	r0, {r1, r3}
	bx	lr

	arm_code	form_a_stmia_wb
	stmia	r0!, {r1-r4}
	bx	lr

	arm_code	form_a_stmdb_wb
	stmdb	r0!, {r1, r2}
	bx	lr

	arm_code	form_a_ldm_base_in_list
	ldmia	r0, {r0, r1, r2}
	bx	lr

	arm_code	form_a_ldm_lr
	mov	r3, lr
	ldmia	r0, {r1, lr}
	mov	r2, lr
	mov	lr, r3
	bx	lr

	arm_code	form_a_ldr_sp_base
	mov	r3, sp
	mov	sp, r0
	ldr	r1, [sp], #4
	mov	r0, sp
	mov	sp, r3
	bx	lr

	arm_code	form_a_push
	mov	r3, sp
	mov	sp, r0
	push	{r1, r2}
	mov	r0, sp
	mov	sp, r3
	bx	lr

	arm_code	form_a_pop
	mov	r3, sp
	mov	sp, r0
	pop	{r1, r2}
	mov	r0, sp
	mov	sp, r3
	bx	lr

	arm_code	form_a_fiq_bank
	cps	#0x11
	mov	r9, r0
	ldr	r8, [r9], #4
	mov	r1, r8
	mov	r0, r9
	cps	#0x13
	bx	lr

	arm_code	form_a_irq_sp
	cps	#0x12
	mov	sp, r0
	ldr	r1, [sp], #8
	mov	r0, sp
	cps	#0x13
	bx	lr

	arm_code	form_a_big_endian
	setend	be
	ldr	r1, [r0]
	setend	le
	bx	lr

	arm_code	form_a_big_endian_post
	setend	be
	ldr	r1, [r0], #4
	setend	le
	bx	lr

	arm_code	form_a_big_endian_str
	setend	be
	str	r1, [r0], #4
	setend	le
	bx	lr

	arm_code	form_a_big_endian_ldm
	setend	be
	ldmia	r0, {r1, r2}
	setend	le
	bx	lr

	arm_code	form_a_ldrt
	ldrt	r1, [r0], #4
	bx	lr

	arm_code	form_a_strbt
	strbt	r1, [r0], #1
	bx	lr

	arm_code	form_a_ldr_post_register
	ldr	r1, [r0], r2, lsl #2
	bx	lr

	arm_code	form_a_ldr_post_register_down
	ldr	r1, [r0], -r2
	bx	lr

	arm_code	form_a_str_pre_register
	str	r1, [r0, r2]!
	bx	lr

	arm_code	form_a_ldrd_register
	ldrd	r2, r3, [r0, r1]
	bx	lr

	arm_code	form_a_ldmib
	ldmib	r0, {r1, r2}
	bx	lr

	arm_code	form_a_ldmda_wb
	ldmda	r0!, {r1, r2}
	bx	lr

	arm_code	form_a_stmib
	stmib	r0, {r1, r2}
	bx	lr

	arm_code	form_a_stmda_wb
	stmda	r0!, {r1, r2}
	bx	lr

	arm_code	form_a_ldm_user
	ldm	r0, {sp, lr}^
	nop
	cps	#0x1f
	mov	r1, sp
	mov	r2, lr
	cps	#0x13
	bx	lr

	arm_code	form_a_stm_user
	cps	#0x1f
	mov	sp, r1
	mov	lr, r2
	cps	#0x13
	stm	r0, {sp, lr}^
	bx	lr

	arm_code	form_a_condition_false
	cmp	r0, r0
	ldrne	r1, [r0], #4
	bx	lr

	thumb_code	form_t_ldr
	ldr.w	r1, [r0, #4]
	bx	lr

	thumb_code	form_t_ldr_register
	ldr.w	r1, [r0, r2, lsl #2]
	bx	lr

	thumb_code	form_t_str
	str.w	r1, [r0, #8]
	bx	lr

	thumb_code	form_t_ldrsb
	ldrsb.w	r1, [r0, #31]
	bx	lr

	thumb_code	form_t_ldrh
	ldrh.w	r1, [r0]
	bx	lr

	thumb_code	form_t_ldrsh
	ldrsh.w	r1, [r0]
	bx	lr

	thumb_code	form_t_ldr_post
	ldr	r1, [r0], #4
	bx	lr

	thumb_code	form_t_ldr_post_down
	ldr	r1, [r0], #-4
	bx	lr

	thumb_code	form_t_ldr_pre
	ldr	r1, [r0, #8]!
	bx	lr

	thumb_code	form_t_ldr_pre_down
	ldr	r1, [r0, #-4]!
	bx	lr

	thumb_code	form_t_str_post
	str	r1, [r0], #4
	bx	lr

	thumb_code	form_t_str_pre
	str	r1, [r0, #-8]!
	bx	lr

	thumb_code	form_t_ldrb_post
	ldrb	r1, [r0], #1
	bx	lr

	thumb_code	form_t_strb_pre
	strb	r1, [r0, #3]!
	bx	lr

	thumb_code	form_t_ldrsb_post
	ldrsb	r1, [r0], #1
	bx	lr

	thumb_code	form_t_ldrh_post
	ldrh	r1, [r0], #4
	bx	lr

	thumb_code	form_t_ldrsh_pre
	ldrsh	r1, [r0, #4]!
	bx	lr

	thumb_code	form_t_strh_post
	strh	r1, [r0], #2
	bx	lr

	thumb_code	form_t_ldr_lr_post
	mov	r3, lr
	ldr	lr, [r0], #4
	mov	r1, lr
	mov	lr, r3
	bx	lr

	thumb_code	form_t_ldrd
	ldrd	r2, r3, [r0, #8]
	bx	lr

	thumb_code	form_t_ldrd_post
	ldrd	r2, r3, [r0], #8
	bx	lr

	thumb_code	form_t_strd
	strd	r2, r3, [r0]
	bx	lr

	thumb_code	form_t_strd_pre
	strd	r2, r3, [r0, #8]!
	bx	lr

	thumb_code	form_t_ldmia
	ldmia.w	r0, {r1, r2, r3, r5}
	bx	lr

	thumb_code	form_t_ldmia_wb
	ldmia.w	r0!, {r1, r2}
	bx	lr

	thumb_code	form_t_ldmdb
	ldmdb	r0, {r1, r2}
	bx	lr

	thumb_code	form_t_ldmdb_wb
	ldmdb	r0!, {r1-r4}
	bx	lr

	thumb_code	form_t_stmia
	stmia.w	r0, {r1, r3}
	bx	lr

	thumb_code	form_t_stmia_wb
	stmia.w	r0!, {r1-r4}
	bx	lr

	thumb_code	form_t_stmdb_wb
	stmdb	r0!, {r1, r2}
	bx	lr

	thumb_code	form_t_ldm_base_in_list
	ldmia.w	r0, {r0, r1, r2}
	bx	lr

	thumb_code	form_t_ldm_lr
	mov	r3, lr
	ldmia.w	r0, {r1, lr}
	mov	r2, lr
	mov	lr, r3
	bx	lr

	thumb_code	form_t_ldr_sp_base
	mov	r3, sp
	mov	sp, r0
	ldr	r1, [sp], #4
	mov	r0, sp
	mov	sp, r3
	bx	lr

	thumb_code	form_t_push
	mov	r3, sp
	mov	sp, r0
	push	{r1, r2}
	mov	r0, sp
	mov	sp, r3
	bx	lr

	thumb_code	form_t_pop
	mov	r3, sp
	mov	sp, r0
	pop	{r1, r2}
	mov	r0, sp
	mov	sp, r3
	bx	lr

	thumb_code	form_t_fiq_bank
	cps	#0x11
	mov	r9, r0
	ldr	r8, [r9], #4
	mov	r1, r8
	mov	r0, r9
	cps	#0x13
	bx	lr

	thumb_code	form_t_irq_sp
	cps	#0x12
	mov	sp, r0
	ldr	r1, [sp], #8
	mov	r0, sp
	cps	#0x13
	bx	lr

	thumb_code	form_t_big_endian
	setend	be
	ldr	r1, [r0]
	setend	le
	bx	lr

	thumb_code	form_t_big_endian_post
	setend	be
	ldr	r1, [r0], #4
	setend	le
	bx	lr

	thumb_code	form_t_big_endian_str
	setend	be
	str	r1, [r0], #4
	setend	le
	bx	lr

	thumb_code	form_t_big_endian_ldm
	setend	be
	ldmia.w	r0, {r1, r2}
	setend	le
	bx	lr

	thumb_code	form_t_ldmia16
	ldmia.n	r0!, {r1, r2}
	bx	lr

	thumb_code	form_t_ldmia16_base
	ldmia.n	r0, {r0, r1}
	bx	lr

	thumb_code	form_t_stmia16
	stmia.n	r0!, {r1, r2}
	bx	lr

	thumb_code	form_t_ldr16
	ldr.n	r1, [r0, #4]
	bx	lr

	thumb_code	form_t_strb16
	strb.n	r1, [r0, #1]
	bx	lr

	thumb_code	form_t_ldrsh16
	ldrsh.n	r1, [r0, r2]
	bx	lr

	thumb_code	form_t_ldrt
	ldrt	r1, [r0, #4]
	bx	lr

	thumb_code	form_t_it_true
	cmp	r0, r0
	itte	eq
	ldreq	r1, [r0], #4
	addeq	r2, r2, #1
	addne	r3, r3, #1
	bx	lr

	thumb_code	form_t_it_last
	cmp	r0, r0
	ite	ne
	addne	r2, r2, #1
	ldreq	r1, [r0], #4
	add	r3, r3, #1
	bx	lr

	thumb_code	form_t_it_isv
	cmp	r0, r0
	itte	eq
	ldreq	r1, [r0, #4]
	addeq	r2, r2, #1
	addne	r3, r3, #1
	bx	lr

	arm_code	abort_a_read8
	ldrb	r1, [r0]
	bx	lr

	thumb_code	abort_t_read8
	ldrb	r1, [r0]
	bx	lr

	arm_code	abort_a_read16
	ldrh	r1, [r0]
	bx	lr

	thumb_code	abort_t_read16
	ldrh	r1, [r0]
	bx	lr

	arm_code	abort_a_read32
	ldr	r1, [r0]
	bx	lr

	thumb_code	abort_t_read32
	ldr	r1, [r0]
	bx	lr

	arm_code	abort_a_write8
	strb	r1, [r0]
	bx	lr

	thumb_code	abort_t_write8
	strb	r1, [r0]
	bx	lr

	arm_code	abort_a_write16
	strh	r1, [r0]
	bx	lr

	thumb_code	abort_t_write16
	strh	r1, [r0]
	bx	lr

	arm_code	abort_a_write32
	str	r1, [r0]
	bx	lr

	thumb_code	abort_t_write32
	str	r1, [r0]
	bx	lr

	arm_code	abort_a_ldm
	ldm	r0!, {r1-r4}
	bx	lr

	thumb_code	abort_t_ldm
	ldm	r0!, {r1-r4}
	bx	lr

	arm_code	abort_a_stm
	stm	r0!, {r1-r4}
	bx	lr

	thumb_code	abort_t_stm
	stm	r0!, {r1-r4}
	bx	lr

	arm_code	abort_a_ldrd
	ldrd	r2, r3, [r0], #8
	bx	lr

	thumb_code	abort_t_ldrd
	ldrd	r2, r3, [r0], #8
	bx	lr

	arm_code	abort_a_strd
	strd	r2, r3, [r0], #8
	bx	lr

	thumb_code	abort_t_strd
	strd	r2, r3, [r0], #8
	bx	lr

	arm_code	abort_a_ldr_post
	ldr	r1, [r0], #4
	bx	lr

	thumb_code	abort_t_ldr_post
	ldr	r1, [r0], #4
	bx	lr

	arm_code	abort_a_str_pre
	str	r1, [r0, #4]!
	bx	lr

	thumb_code	abort_t_str_pre
	str	r1, [r0, #4]!
	bx	lr

	arm_code	abort_a_read_sys
	cps	#0x1f
	ldr	r1, [r0]
	cps	#0x13
	bx	lr

	arm_code	abort_a_undef
	udf	#0
	bx	lr

	arm_code	abort_a_undef_cp15
	mrc	p15, 1, r1, c15, c3, 0
	bx	lr

	thumb_code	abort_t_read_sys
	cps	#0x1f
	ldr	r1, [r0]
	cps	#0x13
	bx	lr

	thumb_code	abort_t_undef
	udf	#0
	bx	lr

	thumb_code	abort_t_undef_cp15
	mrc	p15, 1, r1, c15, c3, 0
	bx	lr
