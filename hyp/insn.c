// SPDX-License-Identifier: BSD-2-Clause
/*
 * What A32 and T32 loads and stores have in common: the list of accesses, the
 * effect on the registers, and conditional execution.
 */
#include "insn_internal.h"

#include <stddef.h>

#define CPSR_N (1U << 31)
#define CPSR_Z (1U << 30)
#define CPSR_C (1U << 29)
#define CPSR_V (1U << 28)
#define CPSR_IT_MASK 0x0600FC00U /* IT[1:0] in bits 26:25, IT[7:2] in bits 15:10 */

/* ITSTATE as the eight bits of A2.5.2. */
static uint32_t itstate(uint32_t cpsr)
{
	return (insn_bits(cpsr, 10, 6) << 2) | insn_bits(cpsr, 25, 2);
}

static uint32_t with_itstate(uint32_t cpsr, uint32_t it)
{
	return (cpsr & ~CPSR_IT_MASK) | ((it & 3U) << 25) | ((it >> 2) << 10);
}

uint32_t cpsr_advance_it(uint32_t cpsr)
{
	uint32_t it = itstate(cpsr);

	if ((it & 7U) == 0U)
		return with_itstate(cpsr, 0);
	return with_itstate(cpsr, (it & 0xE0U) | ((it << 1) & 0x1FU));
}

bool insn_may_branch(uint32_t cpsr)
{
	uint32_t low = itstate(cpsr) & 15U;

	return low == 0U || low == 8U;
}

bool cond_passed(uint32_t cpsr, uint32_t cond)
{
	bool n = (cpsr & CPSR_N) != 0U;
	bool z = (cpsr & CPSR_Z) != 0U;
	bool c = (cpsr & CPSR_C) != 0U;
	bool v = (cpsr & CPSR_V) != 0U;
	const bool base[8] = { z, c, n, v, c && !z, n == v, n == v && !z, true };

	cond &= 15U;
	/* The odd conditions are the even ones inverted, but 15 passes like 14. */
	return cond == 15U || base[cond >> 1] != ((cond & 1U) != 0U);
}

bool trap_cond_passed(uint32_t hsr, uint32_t cpsr)
{
	bool cv = insn_bit(hsr, 24);

	if (cv)
		return cond_passed(cpsr, insn_bits(hsr, 20, 4));
	if ((cpsr & CPSR_T) == 0U || (itstate(cpsr) & 15U) == 0U)
		return true;
	return cond_passed(cpsr, itstate(cpsr) >> 4);
}

bool insn_is_thumb32(uint16_t first_halfword)
{
	return first_halfword >= 0xE800U;
}

unsigned int insn_count_list(uint16_t list)
{
	unsigned int count = 0;

	for (unsigned int reg = 0; reg < 16U; reg++)
		count += insn_bits(list, reg, 1);
	return count;
}

uint32_t insn_shift(uint32_t value, uint32_t type, uint32_t imm5, uint32_t cpsr)
{
	uint32_t fill = (value >> 31) != 0U ? ~0U : 0U;

	switch (type) {
	case 0: /* LSL */
		return value << imm5;
	case 1: /* LSR, where 0 stands for 32 */
		return imm5 == 0U ? 0U : value >> imm5;
	case 2: /* ASR, where 0 stands for 32 */
		return imm5 == 0U ? fill : (value >> imm5) | (fill << (32U - imm5));
	default: /* ROR, where 0 stands for RRX */
		if (imm5 == 0U)
			return (value >> 1) | ((cpsr & CPSR_C) << 2);
		return (value >> imm5) | (value << (32U - imm5));
	}
}

/* The order of bytes in a big-endian access, both ways. */
static uint32_t swap_bytes(uint32_t value, uint32_t size)
{
	uint32_t all = (value >> 24) | ((value >> 8) & 0xFF00U) | ((value << 8) & 0xFF0000U) |
		       (value << 24);

	return all >> (32U - 8U * size);
}

static uint32_t low_bytes(uint32_t value, uint32_t size)
{
	return size == 4U ? value : value & ((1U << (8U * size)) - 1U);
}

/* PC as an operand: 8 or 4 bytes ahead of the instruction (A2.3). */
static uint32_t read_reg(const struct insn_cpu *cpu, uint32_t reg)
{
	if (reg != REG_PC)
		return cpu->r[reg];
	return cpu->r[REG_PC] + ((cpu->cpsr & CPSR_T) != 0U ? 4U : 8U);
}

/* The base: literal forms align the PC, which is of use in Thumb state only. */
static uint32_t read_base(const struct insn_cpu *cpu, uint32_t reg)
{
	return reg == REG_PC ? read_reg(cpu, reg) & ~3U : cpu->r[reg];
}

/* The one access to a register; its value is made ready for the bus. */
static struct insn_access make_access(const struct insn_cpu *cpu, uint32_t address, uint8_t reg,
				      uint32_t value)
{
	struct insn_access access = {
		.address = address,
		.value = value,
		.size = 4,
		.reg = reg,
		.big_endian = (cpu->cpsr & CPSR_E) != 0U,
	};

	return access;
}

static void finish_access(struct insn_access *access, bool load, uint8_t size)
{
	access->size = size;
	access->write = !load;
	if (load)
		access->value = 0;
	else if (access->big_endian)
		access->value = swap_bytes(access->value, size);
	else
		access->value = low_bytes(access->value, size);
}

void insn_emit_single(const struct insn_single *s, const struct insn_cpu *cpu, struct insn *out)
{
	uint32_t base = read_base(cpu, s->n);
	uint32_t moved = s->add ? base + s->offset : base - s->offset;
	uint32_t address = s->index ? moved : base;
	const uint8_t reg[2] = { s->t, s->t2 };

	out->dual = s->dual;
	out->nr_accesses = s->dual ? 2 : 1;
	for (uint32_t i = 0; i < out->nr_accesses; i++) {
		struct insn_access *access = &out->access[i];

		*access = make_access(cpu, address + 4U * i, reg[i], read_reg(cpu, reg[i]));
		access->sign_extend = s->sign;
		finish_access(access, s->load, s->size);
	}
	out->unprivileged = s->unprivileged;
	out->writeback = s->writeback;
	out->writeback_reg = s->n;
	out->writeback_value = moved;
}

/* True if the User mode register is another one than the current mode's. */
static bool is_banked(uint32_t cpsr, uint32_t reg)
{
	bool fiq = (cpsr & CPSR_M) == MODE_FIQ;

	return reg >= (fiq ? 8U : 13U) && reg < REG_PC;
}

static uint32_t read_listed(const struct insn_multiple *m, const struct insn_cpu *cpu, uint32_t reg)
{
	if (m->usr_bank && is_banked(cpu->cpsr, reg))
		return cpu->usr[reg - 8U];
	return read_reg(cpu, reg);
}

void insn_emit_multiple(const struct insn_multiple *m, const struct insn_cpu *cpu, struct insn *out)
{
	uint32_t bytes = 4U * insn_count_list(m->list);
	uint32_t base = cpu->r[m->n];
	uint32_t address = m->increment ? base : base - bytes;

	/* IB and DA leave out the word at the base's own end of the block. */
	if (m->before == m->increment)
		address += 4U;
	out->nr_accesses = 0;
	for (uint8_t reg = 0; reg < 16U; reg++) {
		struct insn_access *access = &out->access[out->nr_accesses];

		if (!insn_in_list(m, reg))
			continue;
		*access = make_access(cpu, address, reg, read_listed(m, cpu, reg));
		access->usr_bank = m->usr_bank;
		finish_access(access, m->load, 4);
		address += 4U;
		out->nr_accesses++;
	}
	out->unprivileged = false;
	out->writeback = m->writeback;
	out->writeback_reg = m->n;
	out->writeback_value = m->increment ? base + bytes : base - bytes;
}

/* The PC comes last in a list, and only from an aligned word (A8.8, LDR). */
static bool pc_load_ok(const struct insn *insn)
{
	const struct insn_access *last = &insn->access[insn->nr_accesses - 1U];

	return last->write || last->reg != REG_PC || (last->address & 3U) == 0U;
}

bool insn_decode(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	bool thumb = (cpu->cpsr & CPSR_T) != 0U;
	bool wide = !thumb || opcode > 0xFFFFU;

	if ((cpu->cpsr & CPSR_J) != 0U)
		return false;
	*out = (struct insn){ 0 };
	out->size = wide ? 4 : 2;
	out->next_pc = cpu->r[REG_PC] + out->size;
	out->next_cpsr = thumb ? cpsr_advance_it(cpu->cpsr) : cpu->cpsr;
	if (!thumb)
		return insn_decode_a32(opcode, cpu, out) && pc_load_ok(out);
	if (wide)
		return insn_decode_t32(opcode, cpu, out) && pc_load_ok(out);
	return insn_decode_t16(opcode, cpu, out) && pc_load_ok(out);
}

bool insn_agrees(const struct insn *insn, uint32_t hsr, uint32_t hdfar)
{
	const struct insn_access *first = &insn->access[0];
	uint32_t bytes = (uint32_t)insn->nr_accesses * first->size;

	return insn_bit(hsr, 6) == first->write && hdfar - first->address < bytes;
}

uint32_t insn_load_value(const struct insn_access *access, uint32_t raw)
{
	uint32_t value = low_bytes(raw, access->size);
	uint32_t sign = 1U << (8U * access->size - 1U);

	if (access->big_endian)
		value = swap_bytes(value, access->size);
	if (access->sign_extend)
		value = (value ^ sign) - sign;
	return value;
}

/* LoadWritePC and BXWritePC (A2.3). */
static void load_pc(struct insn_cpu *cpu, uint32_t value)
{
	if ((value & 1U) != 0U) {
		cpu->cpsr |= CPSR_T;
		cpu->r[REG_PC] = value & ~1U;
	} else {
		cpu->cpsr &= ~CPSR_T;
		cpu->r[REG_PC] = value & ~3U;
	}
}

/* A User mode register that is the current mode's own is kept the same in r[] and usr[]. */
static void load_reg(const struct insn_access *access, uint32_t value, struct insn_cpu *cpu)
{
	uint32_t reg = access->reg;

	if (reg == REG_PC) {
		load_pc(cpu, value);
		return;
	}
	if (access->usr_bank && reg >= 8U)
		cpu->usr[reg - 8U] = value;
	if (!access->usr_bank || !is_banked(cpu->cpsr, reg))
		cpu->r[reg] = value;
}

void insn_apply(const struct insn *insn, const uint32_t loaded[INSN_MAX_ACCESSES],
		struct insn_cpu *cpu)
{
	cpu->r[REG_PC] = insn->next_pc;
	cpu->cpsr = insn->next_cpsr;
	for (uint32_t i = 0; i < insn->nr_accesses; i++) {
		const struct insn_access *access = &insn->access[i];

		if (!access->write)
			load_reg(access, insn_load_value(access, loaded[i]), cpu);
	}
	if (insn->writeback)
		cpu->r[insn->writeback_reg] = insn->writeback_value;
}
