/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MSI-X tables kept at EL2 for a device model (PCI Local Bus Specification 3.0, section 6.8.2).
 *
 * The device model says where in its client's memory map the table and the pending bit array (PBA)
 * of a function lie. From then on the client's accesses to both end here, and the device model only
 * signals vectors. An entry is masked or it is not; there is no third state, and nothing is
 * concluded from the address and data of a masked one.
 *
 * What is in flight, and the flush. A vector that is signalled gets its pending bit. msix_take()
 * turns pending bits of unmasked vectors into messages; it is called, and each message reaches the
 * vGIC's latch, before the VM's lock is dropped. So a message is never under way while anybody else
 * looks: it was sent before the lock was taken, or it has not been sent. That is why a read of the
 * table flushes, as drivers rely on after each write of a mask, and a write does just as well. A
 * bell's signal that has not reached this VM yet is no message; what it finds is the new mask.
 *
 * Messages go nowhere but to the VM's GICv2m frame, and raise nothing but the INTIDs that the
 * device model was given for this device. Others are dropped, and counted.
 *
 * Everything is the client VM's state and protected by its lock.
 */
#ifndef BELLHOP_DOORBELL_MSIX_H
#define BELLHOP_DOORBELL_MSIX_H

#include <stdbool.h>
#include <stdint.h>

#include "bellhop/abi.h"
#include "v2m.h"

#define MSIX_ENTRY_SIZE 16u
#define MSIX_TABLE_SIZE(vectors) (MSIX_ENTRY_SIZE * (vectors))
#define MSIX_PBA_SIZE 8u /* the array is read in units of 64 vectors */

#define MSIX_ENTRY_ADDRESS 0u
#define MSIX_ENTRY_UPPER_ADDRESS 4u
#define MSIX_ENTRY_DATA 8u
#define MSIX_ENTRY_VECTOR_CONTROL 12u
#define MSIX_VECTOR_MASKED 1u

struct msix_config {
	uint32_t table; /* IPAs: a multiple of 8, like all that MSI-X puts into a BAR */
	uint32_t pba;
	uint16_t first_intid; /* what its messages may raise */
	uint16_t n_intids;
	uint8_t n_vectors; /* 1..32 */
	uint8_t server;	   /* the VM that registered it */
};

struct msix_entry {
	uint32_t address, upper_address, data;
};

struct msix_device {
	struct msix_config config;
	uint32_t id;  /* of this registration, never used twice; 0: free */
	bool enabled; /* MSI-X Enable and Function Mask of the function, told by its owner */
	bool function_mask;
	uint32_t masked;  /* bit per vector: Vector Control */
	uint32_t pending; /* ... and the PBA */
	uint32_t dropped; /* messages of all that had this place that were for somebody else */
	struct msix_entry entry[BELLHOP_MAX_MSIX_VECTORS];
};

/* All zero: no functions. */
struct msix {
	uint32_t last_id;
	struct msix_device device[BELLHOP_MAX_MSIX];
};

/*
 * A function with all vectors masked, none pending, MSI-X disabled. *index says which it is.
 * INVAL: a table or PBA at 0 (a BAR without address), at no multiple of 8, or one that wraps, or a
 * number of vectors that is 0 or too large; RANGE: INTIDs that are not all of the frame; EXIST:
 * table or PBA overlap each other or those of another function; NOSPC.
 */
int32_t msix_register(struct msix *msix, const struct v2m *frame, const struct msix_config *config,
		      uint32_t *index);

/* The client's accesses end here no more, and a reference to one of its vectors finds nothing. */
void msix_unregister(struct msix_device *device);

/* The device is reset with its client: as after msix_register(). */
void msix_reset(struct msix_device *device);

/* The two bits of the function's Message Control. */
void msix_control(struct msix_device *device, bool enabled, bool function_mask);

/* The vector's event happened. A number that the function does not have is no vector. */
void msix_signal(struct msix_device *device, uint32_t vector);

/*
 * To be called until it is false after each of the calls above and below, with the same lock held:
 * one message that can be sent now. *intid is to be raised once. At most 32 times.
 */
bool msix_take(struct msix_device *device, const struct v2m *frame, uint32_t *intid);

/* Messages that were for somebody else, since power-on. */
uint32_t msix_dropped(const struct msix *msix);

/* The function whose table or PBA holds all of [ipa, ipa + width), or NULL. */
struct msix_device *msix_find(struct msix *msix, uint32_t ipa, uint32_t width);

/*
 * Accesses of 1, 2, 4 or 8 bytes to what msix_find() found. Reads of any aligned width work. Writes
 * are of 4 or 8 aligned bytes, as the specification has it (6.8.2); others, those to the PBA, and
 * those to address and data of a vector that could fire meanwhile are discarded.
 */
uint64_t msix_read(const struct msix_device *device, uint32_t ipa, uint32_t width);
void msix_write(struct msix_device *device, uint32_t ipa, uint32_t width, uint64_t value);

#endif
