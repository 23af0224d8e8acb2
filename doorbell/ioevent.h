/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioeventfd: a store to a guest-physical address of a VM that rings a bell and does nothing else.
 *
 * The rules are those of KVM_IOEVENTFD, to the letter, because programs rely on its corners. An
 * event of length 0 takes a store of any width to exactly its address; one of length 1, 2, 4 or 8
 * takes that width alone, and with datamatch that value alone. Loads never match.
 *
 * The table belongs to the VM that makes the store and is protected by that VM's lock. The bell may
 * be another VM's: what comes out is a reference, which its home believes after a check.
 */
#ifndef BELLHOP_DOORBELL_IOEVENT_H
#define BELLHOP_DOORBELL_IOEVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bellhop/abi.h"
#include "doorbell.h"

#define IOEVENT_BUCKETS 64u

struct ioevent_key {
	uint32_t address; /* IPA */
	uint8_t length;	  /* bytes: 0 (any), 1, 2, 4, 8 */
	bool datamatch;
	uint64_t data; /* compared in full with the value stored, zero-extended */
};

struct ioevent {
	struct ioevent_key key;
	struct bell_ref bell;
	uint8_t next;	 /* in the bucket: index + 1, or 0 */
	uint32_t serial; /* of the event in this place: another one when it was removed */
};

/* All zero is an empty table. */
struct ioevents {
	bool used[BELLHOP_MAX_IOEVENTS];
	uint8_t bucket[IOEVENT_BUCKETS];
	struct ioevent event[BELLHOP_MAX_IOEVENTS];
};

/* Registers of one device, devices side by side (virtio-mmio: 0x200), and pages all spread. */
static inline uint32_t ioevent_bucket(uint32_t address)
{
	return (address >> 2 ^ address >> 9 ^ address >> 12) % IOEVENT_BUCKETS;
}

/*
 * Errors: INVAL for a length that is none of the above, datamatch with length 0, or a range that
 * does not end below 4 GiB; EXIST when a store could match this event and another one; NOSPC.
 */
int32_t ioevent_add(struct ioevents *events, const struct ioevent_key *key, struct bell_ref bell);

/* NOENT unless address, length, datamatch, data and bell are all those of an event. */
int32_t ioevent_remove(struct ioevents *events, const struct ioevent_key *key,
		       struct bell_ref bell);

/* Removes what rings this bell, when it is closed. */
void ioevent_forget_bell(struct ioevents *events, struct bell_ref bell);

/* The address was compared already. */
static inline bool ioevent_takes(const struct ioevent_key *key, uint32_t width, uint64_t data)
{
	if (key->length == 0u)
		return true;
	return key->length == width && (!key->datamatch || key->data == data);
}

/*
 * A store of width bytes (1, 2, 4, 8), data zero-extended: the event whose bell rings instead of a
 * device that sees it, or NULL. At most one event can match. Costs a few instructions when the
 * address is nobody's. bucket: ioevent_bucket(address).
 */
static inline const struct ioevent *ioevent_match(const struct ioevents *events, uint32_t bucket,
						  uint32_t address, uint32_t width, uint64_t data)
{
	uint32_t i = events->bucket[bucket];

	while (i != 0u) {
		const struct ioevent *event = &events->event[i - 1u];

		if (event->key.address == address && ioevent_takes(&event->key, width, data))
			return event;
		i = event->next;
	}
	return NULL;
}

#endif
