// SPDX-License-Identifier: BSD-2-Clause
#include "device_events.h"

#include "device.h"
#include "doorbell.h"

#define EVENT_ENTRY(name, address, length, data, flags) { address, length, data, flags },
static const struct {
	uint32_t address, length, data, flags;
} events[] = { EVENT_TABLE(EVENT_ENTRY) };

static uint32_t event_bell[N_EVENTS];
static uint32_t vector_bell[DEVICE_VECTORS];
static uint32_t msix;
static uint32_t storm = ODD_NO_STORM;
static uint32_t stormed;

void events_init(uint32_t client)
{
	const struct doorbell_msix function = {
		.vm = client,
		.table = DEVICE_TABLE,
		.pba = DEVICE_PBA,
		.vectors = DEVICE_VECTORS,
		.first_intid = DEVICE_FIRST_INTID,
		.n_intids = DEVICE_N_INTIDS,
	};

	for (uint32_t i = 0; i < N_EVENTS; i++) {
		must(doorbell_create(0, 0, &event_bell[i]), "bell");
		must(doorbell_ioevent(client, events[i].address, events[i].length, events[i].data,
				      event_bell[i], events[i].flags),
		     "ioevent");
	}
	must(doorbell_msix_register(&function, &msix), "MSI-X");
	for (uint32_t i = 0; i < DEVICE_VECTORS; i++) {
		must(doorbell_create(0, 0, &vector_bell[i]), "bell");
		must(doorbell_msix_bind(msix, i, vector_bell[i], 0), "vector");
	}
}

uint32_t events_read(uint32_t offset)
{
	const uint32_t n = (offset - ODD_BELLS) / 4;
	uint64_t count;

	if (offset == ODD_STORMED)
		return stormed;
	if (offset < ODD_BELLS || n >= N_EVENTS ||
	    doorbell_read(event_bell[n], &count) != BELLHOP_OK)
		return 0;
	return (uint32_t)count;
}

void events_write(uint32_t offset, uint32_t value)
{
	if (offset == ODD_RING)
		must(doorbell_signal(vector_bell[value % DEVICE_VECTORS], 1), "ring");
	else if (offset == ODD_STORM)
		storm = value;
	else if (offset == ODD_MSIX)
		must(doorbell_msix_control(msix, value & 1, value >> 1 & 1), "control");
}

bool events_storm(void)
{
	if (storm == ODD_NO_STORM)
		return false;
	must(doorbell_signal(vector_bell[storm], 1), "storm");
	stormed++;
	return true;
}
