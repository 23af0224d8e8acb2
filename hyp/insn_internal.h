/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the instruction-set halves of the decoder (insn_a32.c, insn_t32.c)
 * and what they have in common (insn.c). Not for anybody else.
 */
#ifndef BELLHOP_HYP_INSN_INTERNAL_H
#define BELLHOP_HYP_INSN_INTERNAL_H

#include "insn.h"

#define REG_SP 13U
#define REG_PC 15U

#define CPSR_M 0x1FU
#define CPSR_T (1U << 5)
#define CPSR_E (1U << 9)
#define CPSR_J (1U << 24)

#define MODE_USR 0x10U
#define MODE_FIQ 0x11U
#define MODE_SYS 0x1FU

/* A load or store of one register, or of two (dual), whatever its encoding. */
struct insn_single {
	uint32_t offset; /* bytes, added or subtracted */
	uint8_t n, t, t2;
	uint8_t size; /* 1, 2 or 4 bytes per register */
	bool load, sign, dual;
	bool add;   /* else subtract */
	bool index; /* the address is the base with the offset, else the base alone */
	bool writeback;
	bool unprivileged;
};

/* LDM or STM, whatever its encoding. */
struct insn_multiple {
	uint16_t list;
	uint8_t n;
	bool load;
	bool increment, before;
	bool writeback;
	bool usr_bank;
};

static inline uint32_t insn_bits(uint32_t opcode, unsigned int low, unsigned int count)
{
	return (opcode >> low) & ((1U << count) - 1U);
}

static inline bool insn_bit(uint32_t opcode, unsigned int bit)
{
	return ((opcode >> bit) & 1U) != 0U;
}

static inline uint8_t insn_reg(uint32_t opcode, unsigned int low)
{
	return (uint8_t)((opcode >> low) & 15U);
}

static inline bool insn_in_list(const struct insn_multiple *m, unsigned int reg)
{
	return ((m->list >> reg) & 1U) != 0U;
}

unsigned int insn_count_list(uint16_t list);

/* Shift(R[m], type, imm5), with the immediate decoded as in A8.4.3. */
uint32_t insn_shift(uint32_t value, uint32_t type, uint32_t imm5, uint32_t cpsr);

/* True where a branch may stand: outside an IT block or last in one (A2.5.2). */
bool insn_may_branch(uint32_t cpsr);

/* Fill in accesses and writeback. The form was checked by its decoder. */
void insn_emit_single(const struct insn_single *s, const struct insn_cpu *cpu, struct insn *out);
void insn_emit_multiple(const struct insn_multiple *m, const struct insn_cpu *cpu,
			struct insn *out);

bool insn_decode_a32(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out);
bool insn_decode_t16(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out);
bool insn_decode_t32(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out);

#endif
