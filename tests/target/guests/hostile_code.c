// SPDX-License-Identifier: BSD-2-Clause
/* Instructions made of random bits, within the encodings of DDI 0406C. */
#include <bellhop/abi.h>

#include "common.h"
#include "hostile.h"

static uint32_t bits(uint32_t *seed, unsigned int n)
{
	return random32(seed) >> (32 - n);
}

/* r1 to r5, as Rt. */
static uint32_t rt(uint32_t *seed)
{
	return 1 + random32(seed) % 5;
}

struct template
{
	uint32_t fixed;
	uint32_t random;  /* these bits are anything */
	uint8_t rt_shift; /* where Rt goes; 0: it is fixed */
	uint8_t load_bit; /* says load where it is set */
	bool thumb;
};

/* A8.8 and A6.3. Rn is r0; bit 20 is L but for LDRD and STRD, which have it in bit 5. */
static const struct template transfers[] = {
	{ 0xe4000000, 0x03f00ffc, 12, 20, false }, /* LDR, STR, B, T, all indexing */
	{ 0xe6000005, 0x03f00f80, 12, 20, false }, /* the same, by r5 */
	{ 0xe04000b0, 0x01b00f0f, 12, 20, false }, /* LDRH, STRH */
	{ 0xe05000d0, 0x01a00f2f, 12, 20, false }, /* LDRSB, LDRSH */
	{ 0xe04020d0, 0x01a00f2f, 0, 5, false },   /* LDRD, STRD r2, r3 */
	{ 0xe8000002, 0x01b0003c, 0, 20, false },  /* LDM, STM */
	{ 0xe1900f9f, 0x00400000, 12, 20, false }, /* LDREX, LDREXB */
	{ 0xe1802f91, 0x00400000, 0, 20, false },  /* STREX, STREXB */
	{ 0xe1b02f9f, 0x00000000, 0, 20, false },  /* LDREXD */
	{ 0xe1002091, 0x00400000, 0, 20, false },  /* SWP, SWPB */
	{ 0xed000b00, 0x0090003f, 0, 20, false },  /* VLDR, VSTR d0 */
	{ 0xec800b04, 0x00300000, 0, 20, false },  /* VLDM, VSTM d0, d1 */
	{ 0xf550f000, 0x00800fff, 0, 20, false },  /* PLD */
	{ 0xf8800000, 0x00700ffc, 12, 20, true },  /* LDR.W, STR.W, B, H */
	{ 0xf8000c00, 0x007003ff, 12, 20, true },  /* the same with an 8-bit offset */
	{ 0xe9402300, 0x00b000ff, 0, 20, true },   /* LDRD, STRD */
	{ 0xe8800006, 0x00300038, 0, 20, true },   /* LDM.W, STM.W */
};

static struct hostile_code transfer(uint32_t *seed)
{
	const uint32_t n = random32(seed) % (sizeof(transfers) / sizeof(transfers[0]));
	const struct template *t = &transfers[n];
	uint32_t insn = t->fixed | (random32(seed) & t->random);
	bool load = insn >> t->load_bit & 1;

	if (t->rt_shift)
		insn |= rt(seed) << t->rt_shift;
	if (t->load_bit == 5)
		load = !load; /* STRD is 0xf0, LDRD 0xd0 */
	return (struct hostile_code){ load ? HOSTILE_LOAD : HOSTILE_STORE, t->thumb, insn };
}

/*
 * Writes that this program would not survive: control, translation, memory types, vectors; set/way
 * operations, which cost milliseconds; and compare values, with which QEMU 7.2 can hang.
 */
static bool is_deadly(uint32_t cp, uint32_t crn, uint32_t crm, uint32_t opc2)
{
	static const uint32_t never = 1u << 1 | 1u << 2 | 1u << 3 | 1u << 10 | 1u << 12;

	if (cp == 14)
		return true;
	return (never >> crn & 1) != 0 ||
	       (crn == 7 && opc2 == 2 && (crm == 6 || crm == 10 || crm == 14));
}

static struct hostile_code one_register(uint32_t *seed)
{
	const uint32_t cp = 14 + bits(seed, 1);
	const uint32_t crn = bits(seed, 4);
	const uint32_t crm = bits(seed, 1) ? bits(seed, 4) : 0;
	const uint32_t opc2 = bits(seed, 3);
	const uint32_t read = is_deadly(cp, crn, crm, opc2) ? 1 : bits(seed, 1);
	const uint32_t opc1 = bits(seed, 2) ? 0 : bits(seed, 3);

	return (struct hostile_code){ HOSTILE_COPROCESSOR, false,
				      0xee000010 | opc1 << 21 | read << 20 | crn << 16 |
					      rt(seed) << 12 | cp << 8 | opc2 << 5 | crm };
}

static struct hostile_code two_registers(uint32_t *seed)
{
	const uint32_t cp = 14 + bits(seed, 1);
	const uint32_t crm = bits(seed, 4);
	const uint32_t read = cp == 14 || crm == 2 || crm == 14 ? 1 : bits(seed, 1);

	return (struct hostile_code){ HOSTILE_COPROCESSOR, false,
				      0xec400000 | read << 20 | 2u << 16 | 1u << 12 | cp << 8 |
					      bits(seed, 4) << 4 | crm };
}

/* LDC and STC of the debug data register, CDP and MRC of coprocessors that do not exist, VMRS. */
static struct hostile_code other_coprocessor(uint32_t *seed)
{
	static const uint32_t fixed[] = { 0xedd05e00, 0xedc05e00, 0xee000000, 0xee101010,
					  0xeef01a10 };
	static const uint32_t random[] = { 0x1, 0x1, 0x00ff07ef, 0x00ef07ef, 0x000f0000 };
	const uint32_t n = random32(seed) % 5;

	return (struct hostile_code){ HOSTILE_COPROCESSOR, false,
				      fixed[n] | (random32(seed) & random[n]) };
}

static struct hostile_code call(uint32_t *seed)
{
	const uint32_t hvc = 0xe1400070 | bits(seed, 12) << 8 | bits(seed, 4);
	const uint32_t smc = 0xe1600070 | bits(seed, 4);

	return (struct hostile_code){ HOSTILE_CALL, false, bits(seed, 1) ? hvc : smc };
}

/* WFI, WFE, YIELD, SEV, UDF, an undefined CP15-like word, T32 UDF, BXJ. */
static struct hostile_code other(uint32_t *seed)
{
	static const struct hostile_code list[] = {
		{ HOSTILE_SLEEP, false, 0xe320f003 }, { HOSTILE_OTHER, false, 0xe320f002 },
		{ HOSTILE_OTHER, false, 0xe320f001 }, { HOSTILE_OTHER, false, 0xe320f004 },
		{ HOSTILE_OTHER, false, 0xe7f000f0 }, { HOSTILE_OTHER, false, 0xe7ffffff },
		{ HOSTILE_OTHER, true, 0xf7f0a000 },  { HOSTILE_OTHER, false, 0xe12fff2e },
	};

	return list[bits(seed, 3)];
}

struct hostile_code hostile_generate(uint32_t *seed)
{
	static struct hostile_code (*const makers[16])(uint32_t *) = {
		transfer, transfer,	 transfer,	    transfer,	  transfer, transfer,
		transfer, one_register,	 one_register,	    one_register, call,	    call,
		call,	  two_registers, other_coprocessor, other,
	};

	return makers[bits(seed, 4)](seed);
}

/* Of PSCI: CPU_SUSPEND, CPU_OFF, SYSTEM_OFF and SYSTEM_RESET in all their forms; and the calls
 * that wait for a doorbell, for ever if nobody rings. */
static bool stops(uint32_t function)
{
	const uint32_t n = function & 0xffff;

	if (function == BELLHOP_WAIT || function == BELLHOP_SIGNAL_AND_WAIT ||
	    function == BELLHOP_TAKE || function == BELLHOP_SIGNAL_AND_TAKE)
		return true;
	return (function & 0x3f000000) == 0x04000000 &&
	       (n == 1 || n == 2 || n == 8 || n == 9 || n == 0xe || n == 0xf || n == 0x12);
}

/* PSCI mostly, the Arm and vendor ranges, then anything (SMCCC, DEN0028 table 2-1). */
uint32_t hostile_function(uint32_t *seed)
{
	static const uint32_t ranges[8] = { 0x84000000, 0x84000000, 0x84000000, 0xc4000000,
					    0x80000000, 0x86000000, 0x95000000, 0 };
	const uint32_t range = ranges[bits(seed, 3)];
	const uint32_t function = range ? range | bits(seed, 6) : random32(seed);

	return stops(function) ? 0x84000000 : function;
}
