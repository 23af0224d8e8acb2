// SPDX-License-Identifier: BSD-2-Clause
/* What a decoded load or store does: to registers, memory, ITSTATE; and conditions. */
#include "insn_support.h"

static void test_usr_bank(void **state)
{
	struct insn_cpu cpu = make_cpu(0);
	uint32_t loaded[INSN_MAX_ACCESSES] = { 0x11, 0x22, 0x33 };
	struct insn insn;

	(void)state;
	/* ldm r2, {r7, r8, sp}^: r8 is common to SVC and User mode, sp is not. */
	assert_true(insn_decode(0xE8D22180U, &cpu, &insn));
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[7], 0x11);
	assert_int_equal(cpu.r[8], 0x22);
	assert_int_equal(cpu.usr[0], 0x22);
	assert_int_equal(cpu.usr[5], 0x33);
	assert_int_equal(cpu.r[13], 0x20000000U);
	/* In FIQ mode r8 is banked too. */
	cpu = make_cpu(0);
	cpu.cpsr = 0x11;
	assert_true(insn_decode(0xE8D22180U, &cpu, &insn));
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[8], 0x10008000U);
	assert_int_equal(cpu.usr[0], 0x22);
	assert_true(insn_decode(0xE8C20100U, &cpu, &insn)); /* stm r2, {r8}^ */
	assert_int_equal(insn.access[0].value, 0x22);
	/* User and System mode have no other bank. */
	cpu.cpsr = 0x10;
	assert_false(insn_decode(0xE8D22180U, &cpu, &insn));
	cpu.cpsr = 0x1F;
	assert_false(insn_decode(0xE8C20100U, &cpu, &insn));
}

static void test_big_endian(void **state)
{
	struct insn_cpu cpu = make_cpu(CPSR_E);
	struct insn insn;

	(void)state;
	cpu.r[1] = 0x11223344U;
	assert_true(insn_decode(0xE4821004U, &cpu, &insn)); /* str r1, [r2], #4 */
	assert_int_equal(insn.access[0].value, 0x44332211U);
	assert_true(insn_decode(0xE1C210B0U, &cpu, &insn)); /* strh r1, [r2] */
	assert_int_equal(insn.access[0].value, 0x4433U);
	assert_true(insn_decode(0xE5C21000U, &cpu, &insn)); /* strb r1, [r2] */
	assert_int_equal(insn.access[0].value, 0x44U);
	assert_true(insn_decode(0xE1D210F0U, &cpu, &insn)); /* ldrsh r1, [r2] */
	assert_int_equal(insn_load_value(&insn.access[0], 0xAAAA0180U), 0xFFFF8001U);
	assert_true(insn_decode(0xE5921000U, &cpu, &insn)); /* ldr r1, [r2] */
	assert_int_equal(insn_load_value(&insn.access[0], 0x11223344U), 0x44332211U);
	/* A double word is two words: their order does not turn with CPSR.E. */
	assert_true(insn_decode(0xE1C260D0U, &cpu, &insn)); /* ldrd r6, r7, [r2] */
	assert_int_equal(insn.access[0].reg, 6);
	assert_int_equal(insn.access[0].address, cpu.r[2]);
}

static void test_load_value(void **state)
{
	struct insn_access a = { .size = 1, .sign_extend = true };

	(void)state;
	assert_int_equal(insn_load_value(&a, 0xFFFFFF7FU), 0x7F);
	assert_int_equal(insn_load_value(&a, 0x80U), 0xFFFFFF80U);
	a.sign_extend = false;
	assert_int_equal(insn_load_value(&a, 0xFFFFFF80U), 0x80U);
	a.size = 2;
	assert_int_equal(insn_load_value(&a, 0xFFFF8000U), 0x8000U);
	a.sign_extend = true;
	assert_int_equal(insn_load_value(&a, 0x8000U), 0xFFFF8000U);
	a.size = 4;
	assert_int_equal(insn_load_value(&a, 0x80000000U), 0x80000000U);
}

static void test_apply(void **state)
{
	struct insn_cpu cpu = make_cpu(0);
	uint32_t loaded[INSN_MAX_ACCESSES] = { 0xA0, 0x50000001U };
	struct insn insn;

	(void)state;
	assert_true(insn_decode(0xE8BD8001U, &cpu, &insn)); /* pop {r0, pc}, to Thumb */
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[0], 0xA0);
	assert_int_equal(cpu.r[13], 0x20000008U);
	assert_int_equal(cpu.r[15], 0x50000000U);
	assert_int_equal(cpu.cpsr & CPSR_T, CPSR_T);
	assert_true(insn_decode(0xBD01U, &cpu, &insn)); /* pop {r0, pc}, to ARM */
	loaded[1] = 0x60000004U;
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[15], 0x60000004U);
	assert_int_equal(cpu.cpsr & CPSR_T, 0);
	assert_true(insn_decode(0xE4121004U, &cpu, &insn)); /* ldr r1, [r2], #-4 */
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[1], 0xA0);
	assert_int_equal(cpu.r[2], 0x10001FFCU);
	assert_int_equal(cpu.r[15], 0x60000008U);
	assert_true(insn_decode(0xE4821004U, &cpu, &insn)); /* a store loads nothing */
	insn_apply(&insn, loaded, &cpu);
	assert_int_equal(cpu.r[1], 0xA0);
}

static uint32_t it_bits(uint32_t it)
{
	return (it & 3U) << 25 | (it >> 2) << 10;
}

static void test_it_block(void **state)
{
	/* ITTET EQ, and what is left after each of its instructions (A2.5.2). */
	static const uint8_t steps[] = { 0x05, 0x0A, 0x14, 0x08, 0x00 };
	struct insn_cpu cpu = make_cpu(CPSR_T);
	struct insn insn;

	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_COUNT(steps); i++) {
		cpu.cpsr = CPSR_T | CPSR_Z | CPSR_SVC | it_bits(steps[i]);
		assert_int_equal(cpsr_advance_it(cpu.cpsr),
				 CPSR_T | CPSR_Z | CPSR_SVC | it_bits(steps[i + 1]));
		assert_true(insn_decode(0xF8521B04U, &cpu, &insn));
		assert_int_equal(insn.next_cpsr, cpsr_advance_it(cpu.cpsr));
		/* Only the last one may branch: pop {pc}, ldr.w pc, ldm.w. */
		assert_int_equal(insn_decode(0xBD00U, &cpu, &insn), steps[i] == 0x08);
		assert_int_equal(insn_decode(0xF85DFB04U, &cpu, &insn), steps[i] == 0x08);
		assert_int_equal(insn_decode(0xE8BD8001U, &cpu, &insn), steps[i] == 0x08);
		assert_int_equal(insn_decode(0xF8DFF004U, &cpu, &insn), steps[i] == 0x08);
	}
	assert_int_equal(cpsr_advance_it(0xFFFFFFFFU), 0xFFFFFFFFU & ~it_bits(1));
	assert_int_equal(cpsr_advance_it(0x13), 0x13);
	assert_int_equal(cpsr_advance_it(it_bits(0xE4)), it_bits(0xE8));
}

/* Every condition against every set of flags, by the words of table A8-1. */
static void test_cond(void **state)
{
	(void)state;
	for (uint32_t flags = 0; flags < 16; flags++) {
		bool n = (flags & 8) != 0, z = (flags & 4) != 0;
		bool c = (flags & 2) != 0, v = (flags & 1) != 0;
		const bool expected[16] = {
			z,	 !z,	 c,	 !c,	       n,	    !n,	  v,   !v, c && !z,
			!c || z, n == v, n != v, !z && n == v, z || n != v, true, true
		};

		for (uint32_t cond = 0; cond < 16; cond++)
			assert_int_equal(cond_passed(flags << 28, cond), expected[cond]);
	}
}

static void test_trap_cond(void **state)
{
	uint32_t cv = 1U << 24;

	(void)state;
	assert_true(trap_cond_passed(cv | 0x0U << 20, CPSR_Z));	 /* EQ */
	assert_false(trap_cond_passed(cv | 0x1U << 20, CPSR_Z)); /* NE */
	assert_true(trap_cond_passed(cv | 0xEU << 20, 0));
	/* CV = 0: an ARM instruction was unconditional, a Thumb one asks ITSTATE. */
	assert_true(trap_cond_passed(0x1U << 20, CPSR_Z));
	assert_true(trap_cond_passed(0x1U << 20, CPSR_Z | CPSR_T));
	assert_true(trap_cond_passed(0, CPSR_Z | CPSR_T | it_bits(0x08)));
	assert_false(trap_cond_passed(0, CPSR_Z | CPSR_T | it_bits(0x18)));
	assert_true(trap_cond_passed(0, CPSR_T | it_bits(0x18)));
}

static void test_agrees(void **state)
{
	struct insn_cpu cpu = make_cpu(0);
	uint32_t write = 1U << 6;
	struct insn insn;

	(void)state;
	assert_true(insn_decode(0xE8920221U, &cpu, &insn)); /* ldm r2, {r0, r5, r9} */
	assert_true(insn_agrees(&insn, 0, 0x10002000U));
	assert_true(insn_agrees(&insn, 0, 0x1000200BU));
	assert_false(insn_agrees(&insn, 0, 0x1000200CU));
	assert_false(insn_agrees(&insn, 0, 0x10001FFFU));
	assert_false(insn_agrees(&insn, write, 0x10002000U));
	assert_true(insn_decode(0xE5C21000U, &cpu, &insn)); /* strb r1, [r2] */
	assert_true(insn_agrees(&insn, write, 0x10002000U));
	assert_false(insn_agrees(&insn, write, 0x10002001U));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usr_bank),   cmocka_unit_test(test_big_endian),
		cmocka_unit_test(test_load_value), cmocka_unit_test(test_apply),
		cmocka_unit_test(test_it_block),   cmocka_unit_test(test_cond),
		cmocka_unit_test(test_trap_cond),  cmocka_unit_test(test_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
