/* SPDX-License-Identifier: BSD-2-Clause */
/* What an A32 or T32 instruction is, as far as tools/qemu_count.c counts it (DDI 0406C A5, A6). */
#ifndef BELLHOP_TOOLS_QEMU_INSN_H
#define BELLHOP_TOOLS_QEMU_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
	PLAIN,
	CP15_READ,
	CP15_WRITE,
	BARRIER,
	TLB,
	CACHE,
	EXCLUSIVE,
	HVC,
	SMC,
	WFX,
	VFP,
	ERET,
	REGION_BEGINS,
	REGION_ENDS,
};

/* What the encoding alone does not say; unknown is a guess, A32 first. */
enum isa { ISA_UNKNOWN, ISA_A32, ISA_T32 };

/* START-END, a stretch of EL2's code that is A32; the rest is T32. False: no such text. */
bool insn_take_a32(const char *text);
enum isa insn_isa_of_el2(uint32_t address);

/* An instruction of 2 or 4 bytes as it lies in memory. */
enum kind insn_kind(enum isa isa, const uint8_t *bytes, size_t size);

#endif
