// SPDX-License-Identifier: BSD-2-Clause
/* Loads and stores of the T32 instruction set (DDI 0406C A6.2.4-A6.2.6, A6.3.5-A6.3.10). */
#include "insn_internal.h"

#include <stddef.h>

/* Registers that most 32-bit Thumb instructions may not name (A6.1.2, BadReg). */
static bool bad_reg(uint8_t reg)
{
	return reg == REG_SP || reg == REG_PC;
}

/* A transfer with an immediate offset, always added, as all 16-bit forms have it. */
static struct insn_single t16_single(uint8_t n, uint8_t t, uint8_t size, bool load, uint32_t offset)
{
	struct insn_single s = {
		.n = n,
		.t = t,
		.size = size,
		.load = load,
		.offset = offset,
		.add = true,
		.index = true,
	};

	return s;
}

static bool t16_literal(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	uint8_t t = (uint8_t)insn_bits(opcode, 8, 3);
	struct insn_single s = t16_single(REG_PC, t, 4, true, insn_bits(opcode, 0, 8) << 2);

	insn_emit_single(&s, cpu, out);
	return true;
}

static bool t16_sp_relative(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	uint8_t t = (uint8_t)insn_bits(opcode, 8, 3);
	uint32_t offset = insn_bits(opcode, 0, 8) << 2;
	struct insn_single s = t16_single(REG_SP, t, 4, insn_bit(opcode, 11), offset);

	insn_emit_single(&s, cpu, out);
	return true;
}

/* Bits 11:9 of the forms with a register offset. */
static const struct {
	uint8_t size;
	bool load, sign;
} t16_register_ops[8] = {
	{ 4, false, false }, /* STR */
	{ 2, false, false }, /* STRH */
	{ 1, false, false }, /* STRB */
	{ 1, true, true },   /* LDRSB */
	{ 4, true, false },  /* LDR */
	{ 2, true, false },  /* LDRH */
	{ 1, true, false },  /* LDRB */
	{ 2, true, true },   /* LDRSH */
};

static bool t16_register(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	uint32_t op = insn_bits(opcode, 9, 3);
	uint8_t n = (uint8_t)insn_bits(opcode, 3, 3);
	uint8_t t = (uint8_t)insn_bits(opcode, 0, 3);
	struct insn_single s = t16_single(n, t, t16_register_ops[op].size,
					  t16_register_ops[op].load,
					  cpu->r[insn_bits(opcode, 6, 3)]);

	s.sign = t16_register_ops[op].sign;
	insn_emit_single(&s, cpu, out);
	return true;
}

/* STR, LDR, STRB, LDRB (bits 15:13 are 011), STRH and LDRH (1000) with imm5. */
static bool t16_immediate(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	uint8_t size = insn_bit(opcode, 15) ? 2 : insn_bit(opcode, 12) ? 1 : 4;
	uint8_t n = (uint8_t)insn_bits(opcode, 3, 3);
	uint8_t t = (uint8_t)insn_bits(opcode, 0, 3);
	uint32_t offset = insn_bits(opcode, 6, 5) * size;
	struct insn_single s = t16_single(n, t, size, insn_bit(opcode, 11), offset);

	insn_emit_single(&s, cpu, out);
	return true;
}

/* STM and LDM with a low base: writeback unless a load fetches the base. */
static bool t16_multiple(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	struct insn_multiple m = {
		.list = (uint16_t)insn_bits(opcode, 0, 8),
		.n = (uint8_t)insn_bits(opcode, 8, 3),
		.load = insn_bit(opcode, 11),
		.increment = true,
	};

	m.writeback = !m.load || !insn_in_list(&m, m.n);
	if (m.list == 0U)
		return false;
	insn_emit_multiple(&m, cpu, out);
	return true;
}

/* PUSH and POP; bit 8 adds LR to the one and the PC to the other. */
static bool t16_stack(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	bool load = insn_bit(opcode, 11);
	uint32_t extra = insn_bits(opcode, 8, 1) << (load ? REG_PC : 14U);
	struct insn_multiple m = {
		.list = (uint16_t)(insn_bits(opcode, 0, 8) | extra),
		.n = REG_SP,
		.load = load,
		.increment = load,
		.before = !load,
		.writeback = true,
	};

	if (m.list == 0U || (insn_in_list(&m, REG_PC) && !insn_may_branch(cpu->cpsr)))
		return false;
	insn_emit_multiple(&m, cpu, out);
	return true;
}

/* LDM.W and STM.W; op (bits 24:23) is 01 for IA and 10 for DB, else RFE or SRS. */
static bool t32_multiple(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	uint32_t op = insn_bits(opcode, 23, 2);
	struct insn_multiple m = {
		.list = (uint16_t)insn_bits(opcode, 0, 16),
		.n = insn_reg(opcode, 16),
		.load = insn_bit(opcode, 20),
		.increment = op == 1U,
		.before = op == 2U,
		.writeback = insn_bit(opcode, 21),
	};
	bool pc = insn_in_list(&m, REG_PC);

	if (op == 0U || op == 3U || m.n == REG_PC)
		return false;
	if (insn_count_list(m.list) < 2U || insn_in_list(&m, REG_SP))
		return false;
	if (m.writeback && insn_in_list(&m, m.n))
		return false;
	if (pc && (!m.load || insn_in_list(&m, 14) || !insn_may_branch(cpu->cpsr)))
		return false;
	insn_emit_multiple(&m, cpu, out);
	return true;
}

/* The checks of A8.8, LDRD (immediate and literal) and STRD (immediate). */
static bool t32_dual_ok(const struct insn_single *s)
{
	if (bad_reg(s->t) || bad_reg(s->t2) || (s->load && s->t == s->t2))
		return false;
	if (s->n == REG_PC)
		return s->load && !s->writeback;
	return !s->writeback || (s->n != s->t && s->n != s->t2);
}

/* LDRD and STRD. P = W = 0 are the exclusives and table branches. */
static bool t32_dual(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	struct insn_single s = {
		.n = insn_reg(opcode, 16),
		.t = insn_reg(opcode, 12),
		.t2 = insn_reg(opcode, 8),
		.size = 4,
		.load = insn_bit(opcode, 20),
		.dual = true,
		.offset = insn_bits(opcode, 0, 8) << 2,
		.add = insn_bit(opcode, 23),
		.index = insn_bit(opcode, 24),
		.writeback = insn_bit(opcode, 21),
	};

	if ((!s.index && !s.writeback) || !t32_dual_ok(&s))
		return false;
	insn_emit_single(&s, cpu, out);
	return true;
}

/* Bits 11:0 of a single transfer with bit 23 clear: register, imm8 and indexing. */
static bool t32_short_offset(uint32_t opcode, const struct insn_cpu *cpu, struct insn_single *s)
{
	bool p = insn_bit(opcode, 10);
	bool u = insn_bit(opcode, 9);
	bool w = insn_bit(opcode, 8);
	uint8_t m = insn_reg(opcode, 0);

	if (!insn_bit(opcode, 11)) {
		s->offset = insn_shift(cpu->r[m], 0, insn_bits(opcode, 4, 2), cpu->cpsr);
		return insn_bits(opcode, 6, 5) == 0U && !bad_reg(m);
	}
	s->offset = insn_bits(opcode, 0, 8);
	s->add = u;
	s->index = p;
	s->writeback = w;
	s->unprivileged = p && u && !w;
	return (p || w) && !(w && s->n == s->t);
}

/* Which registers may be transferred: A8.8's checks of Rt, all forms together. */
static bool t32_transfer_ok(const struct insn_single *s, uint32_t cpsr)
{
	if (s->size != 4U || s->unprivileged)
		return !bad_reg(s->t);
	if (s->t == REG_PC)
		return s->load && insn_may_branch(cpsr);
	return true;
}

/* LDR, STR and their narrow forms: bits 31:25 are 1111100. */
static bool t32_single(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	uint32_t log2_size = insn_bits(opcode, 21, 2);
	struct insn_single s = {
		.n = insn_reg(opcode, 16),
		.t = insn_reg(opcode, 12),
		.size = (uint8_t)(1U << log2_size),
		.load = insn_bit(opcode, 20),
		.sign = insn_bit(opcode, 24),
		.offset = insn_bits(opcode, 0, 12),
		.add = true,
		.index = true,
	};

	/* Signed stores are NEON; words have no sign; there are no double words. */
	if (s.size == 8U || (s.sign && (!s.load || s.size == 4U)))
		return false;
	if (s.n == REG_PC) {
		if (!s.load)
			return false;
		s.add = insn_bit(opcode, 23);
	} else if (!insn_bit(opcode, 23) && !t32_short_offset(opcode, cpu, &s)) {
		return false;
	}
	if (!t32_transfer_ok(&s, cpu->cpsr))
		return false;
	insn_emit_single(&s, cpu, out);
	return true;
}

struct thumb_group {
	uint32_t mask, match;
	bool (*decode)(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out);
};

static const struct thumb_group t16_groups[] = {
	{ 0xF800U, 0x4800U, t16_literal },     { 0xF000U, 0x5000U, t16_register },
	{ 0xE000U, 0x6000U, t16_immediate },   { 0xF000U, 0x8000U, t16_immediate },
	{ 0xF000U, 0x9000U, t16_sp_relative }, { 0xF600U, 0xB400U, t16_stack },
	{ 0xF000U, 0xC000U, t16_multiple },
};

static const struct thumb_group t32_groups[] = {
	{ 0xFE400000U, 0xE8000000U, t32_multiple },
	{ 0xFE400000U, 0xE8400000U, t32_dual },
	{ 0xFE000000U, 0xF8000000U, t32_single },
};

static bool decode_group(const struct thumb_group *groups, size_t count, uint32_t opcode,
			 const struct insn_cpu *cpu, struct insn *out)
{
	for (size_t i = 0; i < count; i++) {
		if ((opcode & groups[i].mask) == groups[i].match)
			return groups[i].decode(opcode, cpu, out);
	}
	return false;
}

bool insn_decode_t16(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	return decode_group(t16_groups, sizeof(t16_groups) / sizeof(t16_groups[0]), opcode, cpu,
			    out);
}

bool insn_decode_t32(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	return decode_group(t32_groups, sizeof(t32_groups) / sizeof(t32_groups[0]), opcode, cpu,
			    out);
}
