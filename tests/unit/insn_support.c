// SPDX-License-Identifier: BSD-2-Clause
/* The state that encodings are met in, and what is looked at when they are decoded. */
#include "insn_support.h"

struct insn_cpu make_cpu(uint32_t cpsr)
{
	struct insn_cpu cpu = { .cpsr = cpsr | CPSR_SVC | CPSR_C };

	for (uint32_t i = 0; i < 13; i++)
		cpu.r[i] = 0x10000000U + 0x1000U * i;
	cpu.r[3] = 8;
	cpu.r[4] = 0x80000010U;
	cpu.r[13] = 0x20000000U;
	cpu.r[14] = 0x30000000U;
	cpu.r[15] = 0x40000100U;
	for (uint32_t i = 0; i < 7; i++)
		cpu.usr[i] = 0x50000008U + i;
	return cpu;
}

static uint32_t expected_value(const struct insn_cpu *cpu, uint32_t reg, const struct good *g)
{
	uint32_t value = cpu->r[reg];

	if ((g->flags & USR) != 0 && (reg == 13 || reg == 14))
		value = cpu->usr[reg - 8];
	if (reg == 15)
		value += (cpu->cpsr & CPSR_T) != 0 ? 4 : 8;
	return g->size == 4 ? value : value & ((1U << (8 * g->size)) - 1);
}

static void check_accesses(const struct insn *insn, const struct insn_cpu *cpu,
			   const struct good *g)
{
	uint32_t n = 0;

	for (uint32_t reg = 0; reg < 16; reg++) {
		const struct insn_access *a = &insn->access[n];

		if ((g->regs >> reg & 1) == 0)
			continue;
		assert_int_equal(a->address, g->address + 4 * n);
		assert_int_equal(a->reg, reg);
		assert_int_equal(a->size, g->size);
		assert_int_equal(a->write, (g->flags & LOAD) == 0);
		assert_int_equal(a->sign_extend, (g->flags & SIGN) != 0);
		assert_int_equal(a->usr_bank, (g->flags & USR) != 0);
		if (a->write)
			assert_int_equal(a->value, expected_value(cpu, reg, g));
		n++;
	}
	assert_int_equal(insn->nr_accesses, n);
}

void check_good(const struct good *table, size_t count, uint32_t cpsr)
{
	struct insn_cpu cpu = make_cpu(cpsr);

	for (size_t i = 0; i < count; i++) {
		const struct good *g = &table[i];
		uint32_t size = (cpsr & CPSR_T) != 0 && g->opcode < 0x10000 ? 2 : 4;
		struct insn insn;

		if (!insn_decode(g->opcode, &cpu, &insn))
			fail_msg("%s was refused", g->text);
		check_accesses(&insn, &cpu, g);
		assert_int_equal(insn.size, size);
		assert_int_equal(insn.next_pc, cpu.r[15] + size);
		assert_int_equal(insn.next_cpsr, cpu.cpsr);
		assert_int_equal(insn.unprivileged, (g->flags & UNPRIV) != 0);
		assert_int_equal(insn.writeback, g->writeback_reg != NONE);
		if (g->writeback_reg != NONE) {
			assert_int_equal(insn.writeback_reg, g->writeback_reg);
			assert_int_equal(insn.writeback_value, g->writeback_value);
		}
	}
}

void check_bad(const struct bad *table, size_t count, uint32_t cpsr)
{
	struct insn_cpu cpu = make_cpu(cpsr);

	for (size_t i = 0; i < count; i++) {
		struct insn insn;

		if (insn_decode(table[i].opcode, &cpu, &insn))
			fail_msg("%s was accepted", table[i].text);
	}
}
