/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest finds at intermediate physical addresses where stage 2 maps nothing. */
#ifndef BELLHOP_HYP_MMIO_H
#define BELLHOP_HYP_MMIO_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

enum mmio_status {
	MMIO_OK,
	MMIO_RETRY, /* run the instruction again: another CPU was asked for something */
	MMIO_ABORT, /* the device takes no such access */
};

/* True below the main RAM: a device, or nothing, which reads zero and ignores writes. */
bool mmio_is_emulated(uint64_t ipa);

/* One access of width bytes (1, 2, 4); *value is little-endian as on the bus. */
enum mmio_status mmio_access(struct vcpu *v, uint32_t ipa, uint32_t width, bool write,
			     uint32_t *value);

/* The instruction at v's pc, through both stages of translation, as insn_decode() takes it.
 * False: it cannot be read now. */
bool mmio_fetch(struct vcpu *v, uint32_t *opcode);

#endif
