/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv2m frame (Arm SBSA, appendix "GICv2m Architecture"): stores to one register raise SPIs, so
 * that a message-signalled interrupt is an address and a number and no table maps one to the other.
 *
 * Constant after boot, so no lock. The INTIDs of the frame are edge-triggered inputs of the vGIC.
 */
#ifndef BELLHOP_DOORBELL_V2M_H
#define BELLHOP_DOORBELL_V2M_H

#include <stdint.h>

#define V2M_FRAME_SIZE 0x1000u
#define V2M_MSI_TYPER 0x008u
#define V2M_MSI_SETSPI 0x040u
#define V2M_MSI_IIDR 0xfccu

#define V2M_NOTHING 0u /* instead of an INTID: the message raises none */

struct v2m {
	uint32_t ipa;	      /* of the frame */
	uint16_t first_intid; /* 32..1019 */
	uint16_t n_intids;    /* 0: the VM has no frame */
};

/* Registers are words; every other access, and every other offset, reads zero. */
uint32_t v2m_read(const struct v2m *frame, uint32_t offset, uint32_t width);

/* The INTID to raise once, or V2M_NOTHING: a store of the guest's own. */
uint32_t v2m_write(const struct v2m *frame, uint32_t offset, uint32_t width, uint32_t value);

/*
 * The same for a message (address, data) of a device. Only the frame's own MSI_SETSPI is a target:
 * a message can reach no memory and no other device.
 */
uint32_t v2m_message(const struct v2m *frame, uint64_t address, uint32_t data);

#endif
