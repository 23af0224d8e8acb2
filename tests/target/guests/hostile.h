/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of the guest hostile. */
#ifndef BELLHOP_TARGET_HOSTILE_H
#define BELLHOP_TARGET_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

/* Mapped in stage 1 by main(), nothing behind it. */
#define NOWHERE 0xe0000000u

/* hostile_code.c: what an instruction of hostile_generate() is about, so that the registers it is
 * run with fit. r0 is its base address or function; r1-r5 hold anything. */
enum hostile_kind {
	HOSTILE_LOAD,
	HOSTILE_STORE,
	HOSTILE_CALL,
	HOSTILE_COPROCESSOR,
	HOSTILE_SLEEP,
	HOSTILE_OTHER,
};

struct hostile_code {
	enum hostile_kind kind;
	bool thumb;
	uint32_t insn; /* T32: the first halfword is the upper one */
};

/* An instruction that traps, mostly, and changes nothing that this program lives on: it uses r0-r5
 * and lr is left alone. */
struct hostile_code hostile_generate(uint32_t *seed);

/* A function identifier for r0; none that ends or stops this VM. */
uint32_t hostile_function(uint32_t *seed);

/* hostile_random.c: a test. */
void test_random(void);
#endif
