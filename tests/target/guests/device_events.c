// SPDX-License-Identifier: BSD-2-Clause
#include "device_events.h"

#include "cpu.h"
#include "device.h"
#include "doorbell.h"

#define FREE_PAGES 0x0a100000u

#define EVENT_ENTRY(name, address, length, data, flags) { address, length, data, flags },
static const struct {
	uint32_t address, length, data, flags;
} events[] = { EVENT_TABLE(EVENT_ENTRY) };

static uint32_t event_bell[N_EVENTS];
static uint32_t vector_bell[DEVICE_VECTORS];
static uint32_t msix;
static uint32_t client;
static uint32_t message_bell, message_intid;
static uint32_t storm = ODD_NO_STORM;
static uint32_t stormed;

static void must_be(int32_t status, int32_t expected, const char *what)
{
	must(status == expected ? BELLHOP_OK : BELLHOP_INVAL, what);
}

/* It rings a bell of this VM, which interrupts the one that stores. */
static void bind_store_to_irq(void)
{
	uint32_t bell;

	must(doorbell_create(0, 0, &bell), "bell");
	must(doorbell_ioevent(client, EVENT_IRQ, 4, 0, bell, 0), "ioevent");
	must(doorbell_irq_bind(client, EVENT_INTID, bell, 0, 0), "irqfd");
}

static void check_vectors(void)
{
	must_be(doorbell_msix_bind(msix, DEVICE_VECTORS, vector_bell[0], 0), BELLHOP_RANGE,
		"a vector that is not there");
	must(doorbell_msix_bind(msix, 0, vector_bell[0], BELLHOP_DEASSIGN), "unbind");
	must_be(doorbell_msix_bind(msix, 0, vector_bell[0], BELLHOP_DEASSIGN), BELLHOP_NOENT,
		"unbind again");
	must(doorbell_msix_bind(msix, 0, vector_bell[0], 0), "bind again");
}

/* As many as fit, where nothing else is; then none of them. */
static void check_functions(void)
{
	uint32_t device[BELLHOP_MAX_MSIX];
	uint32_t n = 0;
	int32_t status;

	do {
		const uint32_t page = FREE_PAGES + 0x1000 * n;
		const struct doorbell_msix one = {
			client, page, page + 0x800, 1, DEVICE_FIRST_INTID, 1
		};

		status = doorbell_msix_register(&one, &device[n]);
	} while (status == BELLHOP_OK && ++n < BELLHOP_MAX_MSIX);
	must_be(status, BELLHOP_NOSPC, "more functions than fit");
	must_be((int32_t)n, BELLHOP_MAX_MSIX - 1, "functions that fit");
	while (n-- > 0)
		must(doorbell_close(device[n]), "close");
}

static void check_messages(void)
{
	const uint32_t free = event_bell[0], last = DEVICE_FIRST_INTID + DEVICE_FRAME_INTIDS;

	must_be(doorbell_msi_signal(client, DEVICE_TABLE, 0), BELLHOP_RANGE, "MSI to no frame");
	must_be(doorbell_msi_bind(client, DEVICE_TABLE, DEVICE_FIRST_INTID, free, 0), BELLHOP_RANGE,
		"bell for no frame");
	must_be(doorbell_msi_bind(client, DEVICE_SETSPI, last, free, 0), BELLHOP_RANGE,
		"bell for an INTID behind the frame");
	must_be(doorbell_msi_bind(client, DEVICE_SETSPI, DEVICE_FIRST_INTID, free, BELLHOP_LEVEL),
		BELLHOP_INVAL, "a level as message");
	must_be(doorbell_msi_bind(client, DEVICE_SETSPI, DEVICE_FIRST_INTID, vector_bell[0], 0),
		BELLHOP_BUSY, "bell of a vector");
	must_be(doorbell_irq_bind(client, DEVICE_FIRST_INTID, free, 0, 0), BELLHOP_BUSY,
		"irqfd at the frame");
}

/* What it counted before is sent as soon as it is bound; what it counts after that never is. */
static void bind_message(uint32_t intid)
{
	if (intid != 0) {
		must(doorbell_create(0, 1, &message_bell), "bell");
		message_intid = intid;
		must(doorbell_msi_bind(client, DEVICE_SETSPI, intid, message_bell, 0), "message");
		return;
	}
	must(doorbell_msi_bind(client, DEVICE_SETSPI, message_intid, message_bell,
			       BELLHOP_DEASSIGN),
	     "no message");
	must(doorbell_signal(message_bell, 1), "ring");
	must(doorbell_close(message_bell), "close");
}

void events_init(uint32_t vm)
{
	const struct doorbell_msix function = {
		.vm = vm,
		.table = DEVICE_TABLE,
		.pba = DEVICE_PBA,
		.vectors = DEVICE_VECTORS,
		.first_intid = DEVICE_FIRST_INTID,
		.n_intids = DEVICE_N_INTIDS,
	};
	const struct doorbell_msix over_the_gic = { vm, GICD_BASE,	    FREE_PAGES,
						    1,	DEVICE_FIRST_INTID, 1 };

	client = vm;
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
	must_be(doorbell_msix_register(&function, &msix), BELLHOP_EXIST, "the same place");
	must_be(doorbell_msix_register(&over_the_gic, &msix), BELLHOP_EXIST, "where the GIC is");
	bind_store_to_irq();
	check_messages();
	check_vectors();
	check_functions();
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
	else if (offset == ODD_MESSAGE)
		must(doorbell_msi_signal(client, DEVICE_SETSPI, value), "message");
	else if (offset == ODD_BELL)
		bind_message(value);
}

bool events_storm(void)
{
	if (storm == ODD_NO_STORM)
		return false;
	must(doorbell_signal(vector_bell[storm], 1), "storm");
	stormed++;
	return true;
}
