// SPDX-License-Identifier: BSD-2-Clause
/* The load/store decoder against T32 encodings, and against those that must be refused. */
#include "insn_support.h"

static const struct good t32_good[] = {
	{ "ldr r1, [pc, #1020]", 0x000049FFU, 0x40000500U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "str r1, [r2, r3]", 0x000050D1U, 0x10002008U, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "strh r1, [r2, r3]", 0x000052D1U, 0x10002008U, 2, 0x0002, 0, NONE, 0x00000000U },
	{ "strb r1, [r2, r3]", 0x000054D1U, 0x10002008U, 1, 0x0002, 0, NONE, 0x00000000U },
	{ "ldrsb r1, [r2, r3]", 0x000056D1U, 0x10002008U, 1, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldr r1, [r2, r3]", 0x000058D1U, 0x10002008U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrh r1, [r2, r3]", 0x00005AD1U, 0x10002008U, 2, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrb r1, [r2, r3]", 0x00005CD1U, 0x10002008U, 1, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrsh r1, [r2, r3]", 0x00005ED1U, 0x10002008U, 2, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "str r1, [r2, #124]", 0x000067D1U, 0x1000207CU, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "ldr r1, [r2, #64]", 0x00006C11U, 0x10002040U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "strb r1, [r2, #31]", 0x000077D1U, 0x1000201FU, 1, 0x0002, 0, NONE, 0x00000000U },
	{ "ldrb r1, [r2, #1]", 0x00007851U, 0x10002001U, 1, 0x0002, LOAD, NONE, 0x00000000U },
	{ "strh r1, [r2, #62]", 0x000087D1U, 0x1000203EU, 2, 0x0002, 0, NONE, 0x00000000U },
	{ "ldrh r1, [r2, #2]", 0x00008851U, 0x10002002U, 2, 0x0002, LOAD, NONE, 0x00000000U },
	{ "str r1, [sp, #1020]", 0x000091FFU, 0x200003FCU, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "ldr r1, [sp, #4]", 0x00009901U, 0x20000004U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "push {r0, r7, lr}", 0x0000B581U, 0x1FFFFFF4U, 4, 0x4081, 0, 13, 0x1FFFFFF4U },
	{ "pop {r0, r7, pc}", 0x0000BD81U, 0x20000000U, 4, 0x8081, LOAD, 13, 0x2000000CU },
	{ "stmia r2!, {r2, r5}", 0x0000C224U, 0x10002000U, 4, 0x0024, 0, 2, 0x10002008U },
	{ "ldmia r2!, {r0, r5}", 0x0000CA21U, 0x10002000U, 4, 0x0021, LOAD, 2, 0x10002008U },
	{ "ldmia r2, {r0, r2}", 0x0000CA05U, 0x10002000U, 4, 0x0005, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [r2, #4095]", 0xF8D21FFFU, 0x10002FFFU, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [r2, #-255]", 0xF8521CFFU, 0x10001F01U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w r9, [r2], #4", 0xF8529B04U, 0x10002000U, 4, 0x0200, LOAD, 2, 0x10002004U },
	{ "ldr.w r1, [r2, #-4]!", 0xF8521D04U, 0x10001FFCU, 4, 0x0002, LOAD, 2, 0x10001FFCU },
	{ "ldr.w r1, [r2, r3, lsl #3]", 0xF8521033U, 0x10002040U, 4, 0x0002, LOAD, NONE,
	  0x00000000U },
	{ "ldr.w pc, [r2, #4]", 0xF8D2F004U, 0x10002004U, 4, 0x8000, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [pc, #-8]", 0xF85F1008U, 0x400000FCU, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w r1, [pc, #4095]", 0xF8DF1FFFU, 0x40001103U, 4, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldr.w sp, [r2], #8", 0xF852DB08U, 0x10002000U, 4, 0x2000, LOAD, 2, 0x10002008U },
	{ "ldr.w r9, [sp], #4", 0xF85D9B04U, 0x20000000U, 4, 0x0200, LOAD, 13, 0x20000004U },
	{ "str.w r9, [sp, #-4]!", 0xF84D9D04U, 0x1FFFFFFCU, 4, 0x0200, 0, 13, 0x1FFFFFFCU },
	{ "str.w r1, [r2, r3, lsl #1]", 0xF8421013U, 0x10002010U, 4, 0x0002, 0, NONE, 0x00000000U },
	{ "strb.w r1, [r2], #-1", 0xF8021901U, 0x10002000U, 1, 0x0002, 0, 2, 0x10001FFFU },
	{ "ldrb.w r1, [r2, #1]!", 0xF8121F01U, 0x10002001U, 1, 0x0002, LOAD, 2, 0x10002001U },
	{ "ldrb.w r1, [pc, #3]", 0xF89F1003U, 0x40000107U, 1, 0x0002, LOAD, NONE, 0x00000000U },
	{ "ldrsb.w r1, [r2, #4095]", 0xF9921FFFU, 0x10002FFFU, 1, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldrsb.w r1, [r2], #1", 0xF9121B01U, 0x10002000U, 1, 0x0002, LOAD | SIGN, 2,
	  0x10002001U },
	{ "strh.w r1, [r2], #2", 0xF8221B02U, 0x10002000U, 2, 0x0002, 0, 2, 0x10002002U },
	{ "ldrh.w r1, [r2, #-2]!", 0xF8321D02U, 0x10001FFEU, 2, 0x0002, LOAD, 2, 0x10001FFEU },
	{ "ldrsh.w r1, [r2, r3, lsl #1]", 0xF9321013U, 0x10002010U, 2, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldrsh.w r1, [pc, #-2]", 0xF93F1002U, 0x40000102U, 2, 0x0002, LOAD | SIGN, NONE,
	  0x00000000U },
	{ "ldrt r1, [r2, #255]", 0xF8521EFFU, 0x100020FFU, 4, 0x0002, LOAD | UNPRIV, NONE,
	  0x00000000U },
	{ "strt r1, [r2, #4]", 0xF8421E04U, 0x10002004U, 4, 0x0002, UNPRIV, NONE, 0x00000000U },
	{ "ldrbt r1, [r2, #1]", 0xF8121E01U, 0x10002001U, 1, 0x0002, LOAD | UNPRIV, NONE,
	  0x00000000U },
	{ "strht r1, [r2, #2]", 0xF8221E02U, 0x10002002U, 2, 0x0002, UNPRIV, NONE, 0x00000000U },
	{ "ldrsht r1, [r2, #2]", 0xF9321E02U, 0x10002002U, 2, 0x0002, LOAD | SIGN | UNPRIV, NONE,
	  0x00000000U },
	{ "ldrd r6, r8, [r2, #1020]", 0xE9D268FFU, 0x100023FCU, 4, 0x0140, LOAD, NONE,
	  0x00000000U },
	{ "ldrd r6, r8, [r2], #-8", 0xE8726802U, 0x10002000U, 4, 0x0140, LOAD, 2, 0x10001FF8U },
	{ "ldrd r6, r8, [pc, #-16]", 0xE95F6804U, 0x400000F4U, 4, 0x0140, LOAD, NONE, 0x00000000U },
	{ "strd r6, r8, [r2, #-8]!", 0xE9626802U, 0x10001FF8U, 4, 0x0140, 0, 2, 0x10001FF8U },
	{ "strd r6, r8, [r2], #8", 0xE8E26802U, 0x10002000U, 4, 0x0140, 0, 2, 0x10002008U },
	{ "ldmia.w r2!, {r0, r9, pc}", 0xE8B28201U, 0x10002000U, 4, 0x8201, LOAD, 2, 0x1000200CU },
	{ "ldmdb r2!, {r0, r9}", 0xE9320201U, 0x10001FF8U, 4, 0x0201, LOAD, 2, 0x10001FF8U },
	{ "ldmdb r2, {r0, r2, lr}", 0xE9124005U, 0x10001FF4U, 4, 0x4005, LOAD, NONE, 0x00000000U },
	{ "stmia.w r2!, {r0, r12}", 0xE8A21001U, 0x10002000U, 4, 0x1001, 0, 2, 0x10002008U },
	{ "stmdb r2, {r0-r12, lr}", 0xE9025FFFU, 0x10001FC8U, 4, 0x5FFF, 0, NONE, 0x00000000U },
	{ "push.w {r4-r11, lr}", 0xE92D4FF0U, 0x1FFFFFDCU, 4, 0x4FF0, 0, 13, 0x1FFFFFDCU },
	{ "pop.w {r4-r11, pc}", 0xE8BD8FF0U, 0x20000000U, 4, 0x8FF0, LOAD, 13, 0x20000024U },
};

static const struct bad t32_bad[] = {
	{ "ldm.w form with op = 00 (RFE)", 0xE8120003U },
	{ "ldm.w form with op = 11 (RFE)", 0xE9920003U },
	{ "stm.w form with op = 00 (SRS)", 0xE8020003U },
	{ "stm.w form with op = 11 (SRS)", 0xE9820003U },
	{ "ldrex r1, [r2]", 0xE8521F00U },
	{ "strex r1, r3, [r2]", 0xE8423100U },
	{ "tbb [r2, r3]", 0xE8D2F003U },
	{ "tbh [r2, r3, lsl #1]", 0xE8D2F013U },
	{ "vldr d0, [r2]", 0xED920B00U },
	{ "vld1.8 {d0}, [r2]", 0xF922070FU },
	{ "pld [r2]", 0xF892F000U },
	{ "pli [r2]", 0xF992F000U },
	{ "rfeia r2", 0xE992C000U },
	{ "srsdb sp!, #19", 0xE82DC013U },
	{ "nop", 0x0000BF00U },
	{ "bl .", 0xF7FFFFFEU },
	{ "mov r0, r1", 0x00004608U },
	{ "ldrexb r1, [r2]", 0xE8D21F4FU },
	{ "lda r1, [r2]", 0xE8D21FAFU },
	{ "ldr.w r2, [r2], #4", 0xF8522B04U },
	{ "str.w pc, [r2], #4", 0xF842FB04U },
	{ "ldr.w with P = W = 0 and U = 1", 0xF8521A04U },
	{ "ldr.w with P = U = W = 0", 0xF8521804U },
	{ "ldr.w r1, [r2, sp]", 0xF852100DU },
	{ "ldr.w r1, [r2, pc]", 0xF852100FU },
	{ "ldr.w r1, [r2, r3] with bit 6 set", 0xF8521043U },
	{ "ldrt sp, [r2, #4]", 0xF852DE04U },
	{ "ldrb.w sp, [r2, #1]", 0xF892D001U },
	{ "pld", 0xF892F001U },
	{ "strb.w sp, [r2, #1]", 0xF882D001U },
	{ "str.w r1, [pc, #4]", 0xF8CF1004U },
	{ "size 11", 0xF8E21000U },
	{ "a signed word", 0xF9D21000U },
	{ "a signed store", 0xF9821000U },
	{ "ldrd r6, r6, [r2]", 0xE9D26600U },
	{ "ldrd r6, sp, [r2]", 0xE9D26D00U },
	{ "ldrd pc, r6, [r2]", 0xE9D2F600U },
	{ "strd r6, r8, [pc]", 0xE9CF6800U },
	{ "ldrd r6, r8, [pc, #0]!", 0xE9FF6800U },
	{ "ldrd r2, r6, [r6], #8", 0xE8F62602U },
	{ "ldm.w r2, {r0}", 0xE8920001U },
	{ "ldm.w r2, {r0, lr, pc}", 0xE892C001U },
	{ "ldm.w r2, {r0, r1, sp}", 0xE8922003U },
	{ "ldm.w r2!, {r0, r2}", 0xE8B20005U },
	{ "stm.w r2!, {r0, r2}", 0xE8A20005U },
	{ "stm.w r2, {r0, r1, pc}", 0xE8828003U },
	{ "ldm.w pc, {r0, r1}", 0xE89F0003U },
	{ "stm r0!, {}", 0x0000C000U },
	{ "ldm r0, {}", 0x0000C800U },
	{ "push {}", 0x0000B400U },
	{ "pop {}", 0x0000BC00U },
};

static void test_t32(void **state)
{
	(void)state;
	check_good(t32_good, ARRAY_COUNT(t32_good), CPSR_T);
	check_bad(t32_bad, ARRAY_COUNT(t32_bad), CPSR_T);
}

/* LDRD in T32 may name its registers in any order; ThumbEE and Jazelle are refused. */
static void test_t32_dual_order(void **state)
{
	struct insn_cpu cpu = make_cpu(CPSR_T);
	struct insn insn;

	(void)state;
	assert_true(insn_decode(0xE9D28600U, &cpu, &insn)); /* ldrd r8, r6, [r2] */
	assert_int_equal(insn.access[0].reg, 8);
	assert_int_equal(insn.access[1].reg, 6);
	assert_int_equal(insn.access[1].address, cpu.r[2] + 4);
	assert_true(insn_decode(0xE9C26600U, &cpu, &insn)); /* strd r6, r6, [r2] */
	cpu.cpsr |= CPSR_J;
	assert_false(insn_decode(0xE9D28600U, &cpu, &insn));
	cpu.cpsr &= ~CPSR_T;
	assert_false(insn_decode(0xE5921000U, &cpu, &insn));
}

/* A Thumb literal is relative to the PC rounded down to a word. */
static void test_literal_alignment(void **state)
{
	struct insn_cpu cpu = make_cpu(CPSR_T);
	struct insn insn;

	(void)state;
	cpu.r[15] = 0x40000102U;
	assert_true(insn_decode(0x4901U, &cpu, &insn)); /* ldr r1, [pc, #4] */
	assert_int_equal(insn.access[0].address, 0x40000108U);
	assert_true(insn_decode(0xF85F1008U, &cpu, &insn)); /* ldr.w r1, [pc, #-8] */
	assert_int_equal(insn.access[0].address, 0x400000FCU);
	assert_int_equal(insn.next_pc, 0x40000106U);
}

static void test_thumb32(void **state)
{
	(void)state;
	assert_false(insn_is_thumb32(0x4901U));
	assert_false(insn_is_thumb32(0xE7FEU)); /* the 16-bit branch */
	assert_true(insn_is_thumb32(0xE8B2U));
	assert_true(insn_is_thumb32(0xF000U));
	assert_true(insn_is_thumb32(0xFFFFU));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_t32),
		cmocka_unit_test(test_t32_dual_order),
		cmocka_unit_test(test_literal_alignment),
		cmocka_unit_test(test_thumb32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
