// SPDX-License-Identifier: BSD-2-Clause
/* The load/store decoder against random words, for which only rules hold. */
#include "insn_support.h"

#include <string.h>

static uint64_t rng_state = 0x9E3779B97F4A7C15U;

static uint32_t rng(void)
{
	rng_state ^= rng_state << 13;
	rng_state ^= rng_state >> 7;
	rng_state ^= rng_state << 17;
	return (uint32_t)(rng_state >> 16);
}

/* What holds for every decoded instruction. */
static void check_rules(const struct insn *insn, uint32_t opcode)
{
	uint32_t loads = 0;
	const struct insn_access *first = &insn->access[0];
	bool ok = insn->nr_accesses >= 1 && insn->nr_accesses <= INSN_MAX_ACCESSES;

	for (uint32_t i = 0; ok && i < insn->nr_accesses; i++) {
		const struct insn_access *a = &insn->access[i];

		ok = a->address == first->address + 4 * i && a->write == first->write &&
		     a->size == first->size && a->reg < 16 && (loads >> a->reg & 1) == 0;
		if (!a->write)
			loads |= 1U << a->reg;
		else if (a->size < 4)
			ok = ok && a->value >> (8 * a->size) == 0;
	}
	if (insn->writeback)
		ok = ok && insn->writeback_reg < 15 && (loads >> insn->writeback_reg & 1) == 0;
	ok = ok && (first->size == 1 || first->size == 2 || first->size == 4);
	ok = ok && (insn->nr_accesses == 1 || first->size == 4);
	if (!ok)
		fail_msg("opcode 0x%08x breaks a rule", opcode);
}

/* One opcode in one random state: decode it, and let it take its effect. */
static bool try_opcode(uint32_t opcode, uint32_t cpsr)
{
	uint32_t loaded[INSN_MAX_ACCESSES];
	struct insn_cpu cpu;
	struct insn insn;

	for (uint32_t i = 0; i < 16; i++) {
		cpu.r[i] = rng();
		loaded[i] = rng();
	}
	memset(cpu.usr, 0x5A, sizeof(cpu.usr));
	cpu.r[13] &= ~3U; /* so that no POP {pc} is refused for its address */
	cpu.r[15] &= (cpsr & CPSR_T) != 0 ? ~1U : ~3U;
	cpu.cpsr = cpsr;
	if (!insn_decode(opcode, &cpu, &insn))
		return false;
	check_rules(&insn, opcode);
	(void)insn_agrees(&insn, opcode, cpu.r[0]);
	insn_apply(&insn, loaded, &cpu);
	if ((cpu.r[15] & ((cpu.cpsr & CPSR_T) != 0 ? 1U : 3U)) != 0)
		fail_msg("opcode 0x%08x leaves a misaligned PC", opcode);
	return true;
}

static void test_random(void **state)
{
	uint32_t decoded = 0;

	(void)state;
	for (uint32_t opcode = 0; opcode < 0xE800U; opcode++)
		decoded += try_opcode(opcode, CPSR_T | CPSR_SVC);
	/* 5 blocks of 4096 (0101 to 1001), 2 of 2048 and PUSH, POP less the empty lists. */
	assert_int_equal(decoded, 2048 + 5 * 4096 + (4096 - 16) + (1024 - 2));
	for (uint32_t i = 0; i < 1000000; i++) {
		(void)try_opcode(rng(), rng() & ~CPSR_J);
		(void)try_opcode(0xE8000000U | rng(), (rng() & ~CPSR_J) | CPSR_T);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
