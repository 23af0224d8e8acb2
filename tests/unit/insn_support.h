/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the load/store decoder share: encodings, and the state that they are met in. */
#ifndef BELLHOP_TESTS_INSN_SUPPORT_H
#define BELLHOP_TESTS_INSN_SUPPORT_H

#include "hyp/insn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define CPSR_SVC 0x13U
#define CPSR_T (1U << 5)
#define CPSR_E (1U << 9)
#define CPSR_J (1U << 24)
#define CPSR_C (1U << 29)
#define CPSR_Z (1U << 30)

/* The flags of struct good, and its writeback_reg where there is no writeback. */
#define LOAD 1
#define SIGN 2
#define UNPRIV 4
#define USR 8
#define NONE 255

/* An encoding by the GNU assembler, its accesses worked out by hand from DDI 0406C A8.8. */
struct good {
	const char *text;
	uint32_t opcode;
	uint32_t address; /* of the first access */
	uint8_t size;
	uint16_t regs; /* in ascending order */
	uint8_t flags;
	uint8_t writeback_reg;
	uint32_t writeback_value;
};

/* One that must be refused. */
struct bad {
	const char *text;
	uint32_t opcode;
};

/* r0-r2, r5-r12: 0x1000n000; r3 and r4 are made for shifts. C is set, for RRX. */
struct insn_cpu make_cpu(uint32_t cpsr);

/* Each of a table is decoded to what it says, or refused. */
void check_good(const struct good *table, size_t count, uint32_t cpsr);
void check_bad(const struct bad *table, size_t count, uint32_t cpsr);

#endif
