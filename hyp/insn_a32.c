// SPDX-License-Identifier: BSD-2-Clause
/* Loads and stores of the A32 instruction set (DDI 0406C A5.2.8, A5.3, A5.5). */
#include "insn_internal.h"

#include <stddef.h>

/* P, U, W, L and the registers stand in the same places in all single transfers. */
static struct insn_single a32_single(uint32_t opcode)
{
	bool p = insn_bit(opcode, 24);
	bool w = insn_bit(opcode, 21);
	struct insn_single s = {
		.n = insn_reg(opcode, 16),
		.t = insn_reg(opcode, 12),
		.size = 4,
		.load = insn_bit(opcode, 20),
		.add = insn_bit(opcode, 23),
		.index = p,
		.writeback = !p || w,
		.unprivileged = !p && w,
	};

	return s;
}

/* The PC cannot be written back, and a base cannot be written twice. */
static bool writeback_ok(const struct insn_single *s)
{
	if (!s->writeback)
		return true;
	return s->n != REG_PC && s->n != s->t && (!s->dual || s->n != s->t2);
}

/* LDR, STR, LDRB, STRB and their unprivileged forms: bits 27:26 are 01. */
static bool a32_word_byte(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	struct insn_single s = a32_single(opcode);

	s.size = insn_bit(opcode, 22) ? 1 : 4;
	s.offset = insn_bits(opcode, 0, 12);
	if (insn_bit(opcode, 25)) {
		uint8_t m = insn_reg(opcode, 0);

		/* Bit 4 makes it a media instruction (A5.4). */
		if (insn_bit(opcode, 4) || m == REG_PC)
			return false;
		s.offset = insn_shift(cpu->r[m], insn_bits(opcode, 5, 2), insn_bits(opcode, 7, 5),
				      cpu->cpsr);
	}
	/* Only LDR, STR and STRT may transfer the PC. */
	if (s.t == REG_PC && (s.size == 1U || (s.unprivileged && s.load)))
		return false;
	if (!writeback_ok(&s))
		return false;
	insn_emit_single(&s, cpu, out);
	return true;
}

/* What L and op2 (bits 6:5) of A5.2.8 select; op2 = 0 is another group. */
struct a32_extra {
	uint8_t size;
	bool load, sign, dual;
};

static const struct a32_extra a32_extras[2][4] = {
	{
		{ .size = 0 },
		{ .size = 2 },				   /* STRH */
		{ .size = 4, .load = true, .dual = true }, /* LDRD */
		{ .size = 4, .dual = true },		   /* STRD */
	},
	{
		{ .size = 0 },
		{ .size = 2, .load = true },		   /* LDRH */
		{ .size = 1, .load = true, .sign = true }, /* LDRSB */
		{ .size = 2, .load = true, .sign = true }, /* LDRSH */
	},
};

static bool a32_dual_ok(const struct insn_single *s, uint32_t opcode)
{
	uint8_t m = insn_reg(opcode, 0);
	bool by_register = !insn_bit(opcode, 22);

	if ((s->t & 1U) != 0U || s->t2 == REG_PC || s->unprivileged)
		return false;
	return !(s->load && by_register && (m == s->t || m == s->t2));
}

/* Half-words, signed bytes and dual words: bits 27:25 are 000, 7 and 4 are set. */
static bool a32_extra(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	const struct a32_extra *x = &a32_extras[insn_bits(opcode, 20, 1)][insn_bits(opcode, 5, 2)];
	struct insn_single s = a32_single(opcode);

	s.size = x->size;
	s.load = x->load;
	s.sign = x->sign;
	s.dual = x->dual;
	s.t2 = (uint8_t)((s.t + 1U) & 15U);
	if (insn_bit(opcode, 22)) {
		s.offset = (insn_bits(opcode, 8, 4) << 4) | insn_bits(opcode, 0, 4);
	} else {
		if (insn_bits(opcode, 8, 4) != 0U || insn_reg(opcode, 0) == REG_PC)
			return false;
		s.offset = cpu->r[insn_reg(opcode, 0)];
	}
	if (s.size == 0U || s.t == REG_PC || !writeback_ok(&s))
		return false;
	if (s.dual && !a32_dual_ok(&s, opcode))
		return false;
	insn_emit_single(&s, cpu, out);
	return true;
}

/* The rules of ^ (S, bit 22): User registers, in a mode that has its own. */
static bool a32_usr_bank_ok(const struct insn_multiple *m, uint32_t cpsr)
{
	uint32_t mode = cpsr & CPSR_M;

	/* LDM with ^ and the PC returns from an exception. */
	if (m->writeback || (m->load && insn_in_list(m, REG_PC)))
		return false;
	return mode != MODE_USR && mode != MODE_SYS;
}

/* LDM and STM: bits 27:25 are 100. */
static bool a32_multiple(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	struct insn_multiple m = {
		.list = (uint16_t)insn_bits(opcode, 0, 16),
		.n = insn_reg(opcode, 16),
		.load = insn_bit(opcode, 20),
		.increment = insn_bit(opcode, 23),
		.before = insn_bit(opcode, 24),
		.writeback = insn_bit(opcode, 21),
		.usr_bank = insn_bit(opcode, 22),
	};

	if (m.n == REG_PC || m.list == 0U)
		return false;
	if (m.usr_bank && !a32_usr_bank_ok(&m, cpu->cpsr))
		return false;
	if (m.load && m.writeback && insn_in_list(&m, m.n))
		return false;
	insn_emit_multiple(&m, cpu, out);
	return true;
}

/* The groups that hold loads and stores; they do not overlap. */
static const struct {
	uint32_t mask, match;
	bool (*decode)(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out);
} a32_groups[] = {
	{ 0x0C000000U, 0x04000000U, a32_word_byte },
	{ 0x0E000090U, 0x00000090U, a32_extra },
	{ 0x0E000000U, 0x08000000U, a32_multiple },
};

bool insn_decode_a32(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out)
{
	if (opcode >= 0xF0000000U) /* the unconditional space: preloads, RFE, SRS */
		return false;
	for (size_t i = 0; i < sizeof(a32_groups) / sizeof(a32_groups[0]); i++) {
		if ((opcode & a32_groups[i].mask) == a32_groups[i].match)
			return a32_groups[i].decode(opcode, cpu, out);
	}
	return false;
}
