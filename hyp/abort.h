/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of abort handling share. */
#ifndef BELLHOP_HYP_ABORT_H
#define BELLHOP_HYP_ABORT_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/hsr.h"
#include "hyp/mmio.h"

#define CPSR_E (1u << 9)
#define HSR_ISV (1u << 24)
#define HSR_SAS (3u << 22)
#define HSR_SSE (1u << 21)
#define HSR_CM (1u << 8)
#define HSR_S1PTW (1u << 7)
#define HSR_FSC_TYPE 0x3cu

struct vcpu;

/* HPFAR holds bits 39:12 of the IPA from its bit 4 on. */
static inline uint32_t abort_low_ipa(uint32_t hpfar, uint32_t far)
{
	return hpfar >> 4 << 12 | far % PAGE_SIZE;
}

static inline bool abort_is_low(uint32_t hpfar)
{
	return hpfar < GUEST_RAM_IPA >> 8;
}

/* A data abort that abort_data() has not dealt with. */
void abort_other(struct vcpu *v, uint32_t hsr, uint32_t far, uint32_t hpfar);

/* The access was not done: the guest takes an abort, or runs the instruction again. */
void abort_refused(struct vcpu *v, uint32_t hsr, uint32_t far, enum mmio_status status);

#endif
