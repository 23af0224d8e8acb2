// SPDX-License-Identifier: BSD-2-Clause
#include "qemu_insn.h"

#include <stdlib.h>

#define MAX_A32 64u
static struct {
	uint32_t start, end;
} a32[MAX_A32];
static unsigned int n_a32;

bool insn_take_a32(const char *text)
{
	char *end;

	if (n_a32 == MAX_A32)
		return false;
	a32[n_a32].start = (uint32_t)strtoul(text, &end, 0);
	if (*end != '-')
		return false;
	a32[n_a32++].end = (uint32_t)strtoul(end + 1, NULL, 0);
	return true;
}

enum isa insn_isa_of_el2(uint32_t address)
{
	for (unsigned int i = 0; i < n_a32; i++)
		if (address - a32[i].start < a32[i].end - a32[i].start)
			return ISA_A32;
	return n_a32 == 0 ? ISA_UNKNOWN : ISA_T32;
}

static enum kind arm_cp15_kind(uint32_t word)
{
	uint32_t crn = word >> 16 & 15;

	if ((word & 0x0fe00000) == 0x0c400000)
		return word & 1u << 20 ? CP15_READ : CP15_WRITE; /* MRRC, MCRR */
	if (word & 1u << 20)
		return CP15_READ;
	if (crn == 7)
		return (word & 15) == 8 ? CP15_WRITE : CACHE; /* c7, c8: address translation */
	return crn == 8 ? TLB : CP15_WRITE;
}

/* A32 and T32 have the same fields in coprocessor instructions. */
static bool is_coprocessor(uint32_t word, enum kind *kind)
{
	uint32_t number = word >> 8 & 15;
	bool is_move = (word & 0x0f000010) == 0x0e000010 || (word & 0x0fe00000) == 0x0c400000;

	if (number == 15 && is_move) {
		*kind = arm_cp15_kind(word);
		return true;
	}
	if ((number == 10 || number == 11) &&
	    ((word & 0x0e000000) == 0x0c000000 || (word & 0x0f000000) == 0x0e000000)) {
		*kind = VFP;
		return true;
	}
	return false;
}

static enum kind arm_kind(uint32_t word)
{
	enum kind kind;

	if (word == 0xe320f0f1)
		return REGION_BEGINS;
	if (word == 0xe320f0f2)
		return REGION_ENDS;
	if ((word & 0x0fffffff) == 0x0160006e)
		return ERET;
	if ((word & 0x0ffffffe) == 0x0320f002)
		return WFX;
	if ((word & 0x0ff000f0) == 0x01400070)
		return HVC;
	if ((word & 0x0ff000f0) == 0x01600070)
		return SMC;
	if ((word & 0xffffff00) == 0xf57ff000 && (word >> 4 & 15) >= 4 && (word >> 4 & 15) <= 6)
		return BARRIER;
	if ((word & 0x0f8000f0) == 0x01800090)
		return EXCLUSIVE;
	return is_coprocessor(word, &kind) ? kind : PLAIN;
}

/* First half-word in the upper half. */
static enum kind thumb_kind(uint32_t word)
{
	uint32_t option = word >> 4 & 15;
	enum kind kind;

	if (word == 0xf3de8f00)
		return ERET;
	if (word == 0xf3af8002 || word == 0xf3af8003)
		return WFX;
	if ((word & 0xfff0f000) == 0xf7e08000)
		return HVC;
	if ((word & 0xfff0f000) == 0xf7f08000)
		return SMC;
	if ((word & 0xffffff00) == 0xf3bf8f00 && option >= 4 && option <= 6)
		return BARRIER;
	if ((word & 0xffe00000) == 0xe8400000 || (word & 0xffe000c0) == 0xe8c00040)
		return EXCLUSIVE;
	return is_coprocessor(word, &kind) ? kind : PLAIN;
}

enum kind insn_kind(enum isa isa, const uint8_t *bytes, size_t size)
{
	uint32_t low = bytes[0] | (uint32_t)bytes[1] << 8;
	enum kind kind = PLAIN;
	uint32_t high;

	if (size == 2)
		return (low & 0xffef) == 0xbf20 || low == 0xbf30 ? WFX : PLAIN;
	high = bytes[2] | (uint32_t)bytes[3] << 8;
	if (isa != ISA_T32)
		kind = arm_kind(high << 16 | low);
	if (kind == PLAIN && isa != ISA_A32)
		kind = thumb_kind(low << 16 | high);
	return kind;
}
