/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decoder for loads and stores that trapped to Hyp mode without a valid
 * syndrome (HSR.ISV = 0): LDM, STM, LDRD, STRD, LDRT and everything with
 * writeback. It takes the forms that do have a syndrome too. Pure functions
 * over values: no locking, no state.
 *
 * How a trap handler uses it, on one private copy of the instruction, because
 * another vCPU may rewrite guest memory between the trap and the fetch:
 *
 *	if (!insn_decode(opcode, &cpu, &insn))
 *		inject an abort (EXTERNAL) into the guest;
 *	if (!insn_agrees(&insn, hsr, hdfar))
 *		return to the guest at the same PC: its code changed under us;
 *	check that every insn.access[] can be done, else inject an abort, because
 *	a partly done LDM or STM cannot be restarted on a device;
 *	for (i = 0; i < insn.nr_accesses; i++)
 *		in order: a write sends access[i].value to the device, a read
 *		puts what the device answers, little-endian, into loaded[i];
 *	insn_apply(&insn, loaded, &cpu);
 *	copy cpu.r[0..14], cpu.usr, PC = cpu.r[15] and cpu.cpsr to the vCPU.
 *
 * Addresses are virtual. All accesses of one instruction are contiguous and
 * ascending, so that one 64-byte range (two pages at most) covers them. An
 * address need not be aligned: alignment faults are raised by stage 1, and
 * what gets here is for the device to judge.
 *
 * Not supported, so that the guest gets an abort: exclusives, SWP, VFP, NEON
 * and coprocessor transfers, TBB, TBH, RFE, SRS, LDM with ^ and the PC, code in
 * Jazelle or ThumbEE state, and each encoding that the manual calls UNDEFINED
 * or UNPREDICTABLE. Preloads do not abort and are not decoded.
 */
#ifndef BELLHOP_HYP_INSN_H
#define BELLHOP_HYP_INSN_H

#include <stdbool.h>
#include <stdint.h>

#define INSN_MAX_ACCESSES 16

/* The registers as the trapped instruction sees them. */
struct insn_cpu {
	uint32_t r[16];	 /* of the current mode; r[15] is the instruction's own address */
	uint32_t usr[7]; /* r8-r14 of User mode for LDM, STM with ^; r8-r12 read in FIQ mode only */
	uint32_t cpsr;
};

struct insn_access {
	uint32_t address; /* virtual */
	uint32_t value;	  /* of a write: what the bus carries, little-endian, size bytes */
	uint8_t size;	  /* 1, 2 or 4 bytes */
	uint8_t reg;	  /* transfer register, 0..15; a read into 15 branches */
	bool write;
	bool sign_extend; /* of a read */
	bool big_endian;  /* of a read: CPSR.E was set (already applied to value) */
	bool usr_bank;	  /* reg means the User mode register (LDM and STM with ^) */
};

struct insn {
	struct insn_access access[INSN_MAX_ACCESSES];
	uint8_t nr_accesses; /* 1..16 */
	uint8_t size;	     /* 2 or 4 bytes of code */
	bool dual;	     /* LDRD, STRD: two words that are one access where aligned to 8 */
	bool unprivileged;   /* LDRT family: stage 1 checked it as a User access */
	bool writeback;
	uint8_t writeback_reg; /* 0..14 */
	uint32_t writeback_value;
	uint32_t next_pc;   /* unless a read into 15 says otherwise */
	uint32_t next_cpsr; /* with ITSTATE advanced */
};

/* True if the half-word starts a 32-bit Thumb instruction (A6.1). */
bool insn_is_thumb32(uint16_t first_halfword);

/*
 * Decode `opcode`: the A32 word; or with CPSR.T set the 16-bit Thumb
 * instruction, or a 32-bit one with its first half-word in bits 31:16. Bytes of
 * instructions are little-endian whatever CPSR.E says.
 * Returns false, and leaves *out without meaning, if it is not supported. The
 * condition is not evaluated: an instruction that failed it does not trap.
 * DDI 0406C A5.3, A5.4, A5.5 (A32), A6.2.4-A6.2.6, A6.3.5-A6.3.10 (T32), A8.8.
 */
bool insn_decode(uint32_t opcode, const struct insn_cpu *cpu, struct insn *out);

/*
 * True if the decoded instruction can have caused this syndrome: its direction
 * is HSR.WnR and HDFAR lies inside what it accesses.
 */
bool insn_agrees(const struct insn *insn, uint32_t hsr, uint32_t hdfar);

/*
 * Turn what the device answered, little-endian in the low `size` bytes, into
 * the value of the register: byte order of CPSR.E, then extension.
 */
uint32_t insn_load_value(const struct insn_access *access, uint32_t raw);

/*
 * The effect of the completed instruction on the registers: loads (loaded[i]
 * belongs to access[i]; entries of writes are not looked at), writeback, PC (in
 * r[15], the next instruction's address), Thumb bit and ITSTATE. A load into
 * the PC interworks (BXWritePC); a value of 2 modulo 4, which the manual makes
 * UNPREDICTABLE, branches to the word below.
 */
void insn_apply(const struct insn *insn, const uint32_t loaded[INSN_MAX_ACCESSES],
		struct insn_cpu *cpu);

/* CPSR after one more instruction of an IT block; unchanged outside one (A2.5.2). */
uint32_t cpsr_advance_it(uint32_t cpsr);

/*
 * True if `cond` (0..15) passes with these flags; 14 and 15 always do (A8.3.1).
 * For instructions that HCR, HSTR or HCPTR trap: they trap also when their
 * condition fails, and then must be skipped.
 */
bool cond_passed(uint32_t cpsr, uint32_t cond);

/*
 * True if the instruction behind a trap with a CV and COND field (HSR EC 0x01,
 * 0x03-0x08, 0x0A, 0x0C) would have been executed. Where CV is 0 (Thumb on some
 * cores) the condition comes from ITSTATE, as B3.13.6 asks.
 */
bool trap_cond_passed(uint32_t hsr, uint32_t cpsr);

#endif
